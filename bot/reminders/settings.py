"""What a room wants to be reminded of, and when. Pure."""

from dataclasses import dataclass
from typing import Final

from bot.reminders.schedule import Weekly

HORIZON_DAYS: Final = 90
LONGEST_HORIZON_DAYS: Final = 366
MOST_EXTRA_DAYS: Final = 5


@dataclass(frozen=True)
class Settings:
    """What a room asked for.

    `extra_days`: so many days before a deadline it is reminded too, at the same hour. Dates further than
    `horizon_days` are left out. `programme`: that one alone; None for all.
    """

    weekly: Weekly
    extra_days: tuple[int, ...] = ()
    horizon_days: int = HORIZON_DAYS
    programme: str | None = None
    even_when_nothing: bool = False
