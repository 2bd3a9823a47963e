"""One tap instead of words: which sign stands for which answer, and what a tap says. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from pydantic import TypeAdapter, ValidationError

from bot.results import Ask, Option

_SIGNS: Final[Mapping[str, str]] = {
    "yes": "✅",
    "no": "❌",
    "unknown": "🤷",
    "whole_list": "✅",
    **{str(number): f"{number}\ufe0f\u20e3" for number in range(1, 10)},
}
# Clients and people vary the colour of a skin, the gender, and whether a sign is drawn or written.
_VARIED: Final = re.compile("[\U0001f3fb-\U0001f3ff\ufe0e\ufe0f]|\u200d[♀♂]")

_ASK: Final = TypeAdapter(Ask)


def sign_of(option: Option) -> str | None:
    """Return the sign that stands for an option; None for those past the ninth of a list."""
    return _SIGNS.get(option.means)


def plain_sign(key: str) -> str:
    """Return the sign of a reaction without its variations."""
    return _VARIED.sub("", key)


@dataclass(frozen=True)
class Asked:
    """What a message of ours asks; `cause` is the event that made it ask this, a question or its edit."""

    cause: str
    ask: Ask

    @property
    def signs(self) -> tuple[tuple[str, Option], ...]:
        """The options that have a sign, each with it."""
        return tuple((sign, one) for one in self.ask.options if (sign := sign_of(one)))

    def tap_of(self, option: Option) -> str:
        """Return the name of an answer to this very ask."""
        return f"{self.cause} {option.means}"

    def named(self, tap: str) -> Option | None:
        """Return the option that a tap names; None when it is of another ask."""
        return next((one for one in self.ask.options if self.tap_of(one) == tap), None)

    def signed(self, key: str) -> str | None:
        """Return the name of the answer that a reaction gives; None when it is no answer."""
        found = (one for sign, one in self.signs if plain_sign(sign) == plain_sign(key))
        return next(map(self.tap_of, found), None)

    def to_json(self) -> str:
        """Return what is kept of it."""
        return json.dumps(asdict(self), ensure_ascii=False)


def asked_from(kept: str | None) -> Asked | None:
    """Return what was kept; None for nothing, or what cannot be read."""
    try:
        return _ASKED.validate_json(kept) if kept else None
    except ValidationError:
        return None


def ask_from(told: object) -> Ask | None:
    """Return what another process says that is asked; None for nothing. Raises ValidationError for anything else."""
    return None if told is None else _ASK.validate_python(told)


_ASKED: Final = TypeAdapter(Asked)
