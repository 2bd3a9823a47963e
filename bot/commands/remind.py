"""`python -m bot remind --dry-run`: what a room with the usual settings would be told that day."""

import sys
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.commands.options import read_day
from bot.config import load_config
from bot.errors import UnusableInput
from bot.programme.facts import load_programme
from bot.reminders import digest_words, words
from bot.reminders.digest import digest
from bot.reminders.wording import DEFAULT_TIME

Today = Annotated[str | None, typer.Option(metavar="AAAA-MM-JJ", help="Le rappel de ce jour-là.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Montrer le rappel, sans rien envoyer.")]


def remind(context: typer.Context, dry_run: DryRun = False, today: Today = None) -> None:
    """Montre le rappel des échéances d'un jour, tel qu'un salon le recevrait (avec --dry-run)."""
    if not dry_run:
        raise UnusableInput(words.ONLY_A_DRY_RUN)
    config = load_config(context.obj)
    at = morning(today, config.reminders.zone)
    found = digest(load_programme(config.knowledge.programme), at)
    sys.stdout.write(digest_words.digest(found) + "\n")


def morning(today: str | None, zone: ZoneInfo) -> datetime:
    """Return when a reminder of that day (of the present one when None) is due by default. Raises UserError."""
    # Not from bot.app, which imports the index and its libraries: this command needs none of them.
    day = read_day(today) or datetime.now(UTC).astimezone(zone).date()
    return datetime.combine(day, DEFAULT_TIME, zone)
