"""The rooms that the configuration names: what it says of each, read as what is said in a room."""

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from bot.config import ReminderRoom
from bot.errors import ConfigurationError, UnusableInput
from bot.programme.lookup import Programme
from bot.reminders import words
from bot.reminders.settings import Settings
from bot.reminders.wording import read_settings, spoken_names

Declared = Mapping[str, tuple[str, Settings]]


def declared_rooms(rooms: Iterable[ReminderRoom], zone: ZoneInfo, programme: Programme) -> Declared:
    """Return by room what the configuration says and what it means; `zone` is meant where it says none.

    Raises ConfigurationError with every mistake, one a line, each with its key.
    """
    found: dict[str, tuple[str, Settings]] = {}
    mistakes = []
    for number, room in enumerate(rooms, 1):
        try:
            settings = read_settings(room.when, zone, spoken_names(programme))
        except UnusableInput as refused:
            mistakes.append(words.declared_wrongly(number, "when", str(refused)))
            continue
        if room.room_id in found:
            mistakes.append(words.declared_wrongly(number, "room_id", words.DECLARED_TWICE))
        # The zone is part of what was said: another default means another reminder.
        found[room.room_id] = (f"{room.when} ({zone.key})", settings)
    if mistakes:
        raise ConfigurationError("\n".join(mistakes))
    return found
