"""A message too long to be read whole: which pieces of it are tried, in which order, and how that is said. Pure."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from bot import talk_texts
from bot.questions.spans import LONGEST, as_read
from bot.results import Answer, Result

_ENDS: Final = re.compile(r"(?<=[.!?…])\s+|\n+")
_ALONE: Final = 500  # characters of what is tried by itself: questions, or a sentence of the end
_LAST: Final = 3  # sentences of the end, where none has a question mark: « merci de me dire le plafond. Bien à vous »
_SIDE: Final = LONGEST // 2 - 50  # characters of the beginning, and of the end


def is_long(text: str) -> bool:
    """Whether a message is more than what is read at once."""
    return as_read(text) != text.strip()


def pieces(text: str) -> list[str]:
    """Return what to try of a long message, the likeliest first; the last one is its beginning and its end.

    The question is often last: the sentences that ask come by themselves, or those of the end. What is said several
    times counts once.
    """
    sentences = _sentences(text)
    asking = _fitting(reversed([one for one in sentences if one.endswith("?")]), _ALONE)
    if asking:
        return [" ".join(reversed(asking)), _both_ends(sentences)]
    return [*(one for one in sentences[: -_LAST - 1 : -1] if len(one) <= _ALONE), _both_ends(sentences)]


def _fitting(sentences: Iterable[str], most: int) -> list[str]:
    """Return the first sentences that are no longer than `most` together."""
    found: list[str] = []
    for one in sentences:
        most -= len(one) + 1
        if most < 0:
            break
        found.append(one)
    return found


def _both_ends(sentences: list[str]) -> str:
    if sum(map(len, sentences)) + len(sentences) <= 2 * _SIDE:
        return " ".join(sentences)
    first = _fitting(sentences, _SIDE) or [sentences[0][:_SIDE].rpartition(" ")[0] or sentences[0][:_SIDE]]
    last = _fitting(reversed(sentences[1:]), _SIDE) or [sentences[-1][-_SIDE:].partition(" ")[2]]
    kept = [*first, *reversed([one for one in last if one not in first])]
    return "\n".join(kept)


def told_first(result: Result, message: str, piece: str, *, is_last: bool) -> Result:
    """Return what is said to a piece of a long message, the last or another, with what was read before all else."""
    if not is_last:
        note = talk_texts.read_of_a_long_message(piece)
    else:
        note = talk_texts.ONCE_EACH if all(one in piece for one in _sentences(message)) else talk_texts.BOTH_ENDS
    if isinstance(result, Answer):
        return replace(result, leads=(note, *result.leads))
    return replace(result, before=note)


def _sentences(text: str) -> list[str]:
    """Return the sentences of a text, once each."""
    return list(dict.fromkeys(one.strip() for one in _ENDS.split(text) if any(map(str.isalnum, one))))
