"""What a question too vague for one answer may mean: the two or three readings to choose from. Pure."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from bot.dialogue.understanding import Request, without_slots
from bot.documents import french
from bot.programme.lookup import Programme

# Topics whose figure is that of one edition, with none that is current.
OF_AN_EDITION: Final = frozenset(
    "applications laureate_count total call_money support_until success_rate biggest_award".split()
)
_RANKS: Final = re.compile(r"^(?>.*?\b(?:qui|quel\w*|lequel|laquelle|celui|celle)\b).*\ble (?:plus|moins)\b")
_SHOWN: Final = 3  # editions offered, the last ones


@dataclass(frozen=True)
class _Vague:
    words: re.Pattern[str]
    needs: re.Pattern[str]
    scoped: tuple[str, ...]
    plain: tuple[str, ...]


def vague_readings(request: Request) -> tuple[str, ...]:
    """Return what a question of one vague word may mean, as full questions; () when it is clear enough."""
    named = request.laureates or request.funds or request.amounts or request.years or request.about_consolidation
    if named or len(request.editions) > 1 or request.each_edition or request.periods:
        return ()
    rest = without_slots(request.folded)
    if _RANKS.search(rest):
        return ()
    words = _content(rest) or _asking(rest) or (["fast"] if request.editions and len(rest.split()) <= 2 else [])
    if (request.editions and {"quand", "date"} & set(words)) or re.search(r"\ben tout\b|jusqu'a quand", rest):
        return ()  # when an edition took place; its total; a deadline
    for vague in _table():
        if words and all(map(vague.words.fullmatch, words)) and vague.needs.search(" ".join(words)):
            scope = f"FAST {request.editions[0]}" if request.editions else ""
            return tuple(one.format(scope) for one in vague.scoped) if scope else vague.plain
    return ()


def edition_readings(question: str, programme: Programme, last: int | None) -> tuple[str, ...]:
    """Return a question asked of each of the last editions known, up to `last`."""
    known = [one.number for one in programme.editions() if last is None or one.number <= last]
    return tuple(f"{question.rstrip(' ?!.')} au FAST {number} ?" for number in known[-_SHOWN:][::-1])


def _content(rest: str) -> list[str]:
    return [word for word in french.words(rest) if word not in french.STOP_WORDS]


def _asking(rest: str) -> list[str]:
    """Return the question words of a text that has no other word: « combien ? », « c'était quand ? »."""
    words = french.words(rest)
    return [word for word in words if word in {"combien", "quand"}] if len(words) <= 4 and "meme" not in words else []


@lru_cache(maxsize=1)
def _table() -> Sequence[_Vague]:
    table = tomllib.loads(Path(__file__).with_name("ambiguous.toml").read_text(encoding="utf-8"))
    return [
        _Vague(re.compile(e["words"]), re.compile(e["needs"]), tuple(e["scoped"]), tuple(e["plain"]))
        for e in table["vague"]
    ]
