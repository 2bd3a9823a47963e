"""What the commands share: options read leniently, refused in one French line; the present day."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

import typer
from typer.core import TyperCommand
from typer.exceptions import TyperException

from bot import programme_texts as texts
from bot.console import parse_day
from bot.errors import UnusableInput
from bot.programme.amounts import parse_amount
from bot.programme.calendar import day_in_paris

_EDITION = re.compile(r"(?:fast\s*)?(\d{1,4})(?:e|ème)?", re.IGNORECASE)

OnDay = Annotated[str | None, typer.Option(metavar="AAAA-MM-JJ", help="La règle en vigueur ce jour-là.")]


class OneLineRefusals(TyperCommand):
    """A command whose option mistakes are one French line and exit code 2, as those of its values are."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Return what is left of `args`. Raises UnusableInput for an option that is unknown or incomplete."""
        try:
            return super().parse_args(ctx, args)
        except TyperException as error:
            raise UnusableInput(_refusal(error, f"python -m bot {self.name} --help")) from None


def _refusal(error: TyperException, helping: str) -> str:
    """Say what typer refuses; its own classes are private, so the mistake is told by what the error carries."""
    option = getattr(error, "option_name", None)
    if option and hasattr(error, "possibilities"):
        return texts.unknown_option(option, error.possibilities or (), helping)
    return texts.option_without_value(option, helping) if option else texts.stray_words(error.format_message(), helping)


def read_edition(text: str | None) -> int | None:
    """Return the edition written « 17 » or « FAST 17 »; None when there is none. Raises UnusableInput."""
    if text is None:
        return None
    found = _EDITION.fullmatch(text.strip())
    if not found:
        raise UnusableInput(texts.not_an_edition(text))
    return int(found[1])


def read_day(text: str | None) -> date | None:
    """Return the day written YYYY-MM-DD; None when there is none. Raises UserError."""
    return None if text is None else parse_day(" ".join(text.split()))


def read_amount(option: str, text: str | None) -> Decimal | None:
    """Return the amount that an option gives, as French people write it; None when it is not given.

    Raises UnusableInput naming the option.
    """
    if text is None:
        return None
    try:
        return parse_amount(text)
    except UnusableInput as error:
        raise UnusableInput(f"{option} : {error}") from None


def present_day() -> date:
    """Return the day in Paris."""
    # Not from bot.app, which imports the index and its libraries: these commands need none of them.
    return day_in_paris(datetime.now(UTC))
