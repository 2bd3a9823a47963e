"""What a turn orders of the bot itself: reminders and the calendar file, which the bot in Matrix makes. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot import talk_texts
from bot.answers.turn import ANSWERED, Replied, Turn
from bot.documents import french
from bot.questions.orders import NONE, REMIND
from bot.questions.spans import Kind
from bot.results import SmallTalk

# The command that does the same, as one types it.
_COMMANDS: Final[Mapping[str, str]] = {
    REMIND: "rappels",
    "stop": "rappels arrêter",
    "pause": "rappels pause",
    "resume": "rappels reprendre",
    "state": "rappels",
    "preview": "rappels aperçu",
    "agenda": "agenda",
}
_SHOW: Final = frozenset({"state", "preview"})  # these change nothing: no word of theirs narrows anything
_MOST_WORDS: Final = 80  # a story of several paragraphs orders nothing
_NAMES: Final = (Kind.LAUREATE, Kind.FUND, Kind.EDITION)


def ordered(turn: Turn) -> Replied | None:
    """An order to remind, to stop, to send the calendar file…: the command that does it, or what is unclear."""
    if len(turn.original.split()) > _MOST_WORDS:
        return None
    found = turn.bot.reader.scanned(turn.original, turn.today)
    orders = turn.bot.reader.orders(found)
    if turn.kept.asks_when and _A_DAY.search(found.text):
        order = REMIND
    elif orders[NONE] > 1 - ANSWERED:
        return None
    else:
        order = max(orders, key=lambda name: orders[name] if name != NONE else 0.0)
    names = {word for span in found.spans if span.kind in _NAMES for word in found.text[span.start : span.end].split()}
    when = turn.bot.reader.models.orders.when(turn.original, names)
    said, command = _done(order, when)
    asks_when = order == REMIND and not when
    return SmallTalk("order", turn.today, said, command=command), replace(turn.kept, asks_when=asks_when)


def _done(order: str, when: str) -> tuple[str, str]:
    """Return what is said outside Tchap, and the command that does it there; "" where none does."""
    command = _COMMANDS[order]
    if order == REMIND and not when:
        return talk_texts.WHICH_DAY, ""
    if order == REMIND:
        return talk_texts.order(f"{command} {when}"), f"{command} {when}"
    if when and order not in _SHOW and not _names_the_reminder(when):
        return talk_texts.not_understood(when, command), ""
    return talk_texts.order(command), command


def _names_the_reminder(when: str) -> bool:
    """Whether words only say which reminder is meant: « du lundi »."""
    return bool(_OF_A_DAY.fullmatch(french.fold(when)))


_DAY: Final = r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)s?"
_A_DAY: Final = re.compile(rf"\b{_DAY}\b")
_OF_A_DAY: Final = re.compile(rf"du {_DAY}")
