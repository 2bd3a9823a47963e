"""What a conversation has heard already: a note is said once, an answer given again is given short. Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from bot import talk_texts
from bot.answers.composition import shortest
from bot.answers.state import Conversation
from bot.questions import following
from bot.results import Answer, Result

_AGAIN: Final = frozenset((*following.ABOUT_THE_LAST, "language"))  # want what was said
_KEPT: Final = 24  # of what was heard last


def said_once(result: Result, act: str, after: Conversation, before: Conversation) -> tuple[Result, Conversation]:
    """Return a result without what was heard `before`, and the conversation with what is heard now."""
    if not isinstance(result, Answer) or act in _AGAIN:
        return result, after
    answer = _key(*result.leads, *(one.text for one in result.statements))
    heard = before.heard
    after = replace(after, heard=tuple(dict.fromkeys((*heard, *map(_key, result.notes), answer)))[-_KEPT:])
    if answer in heard and not result.then:
        short = shortest(result)
        return replace(short, leads=(talk_texts.AS_SAID, *short.leads)), after
    return replace(result, notes=_new(result.notes, heard)), after


def _new(notes: Iterable[str], heard: Iterable[str]) -> tuple[str, ...]:
    known = frozenset(heard)
    return tuple(one for one in notes if _key(one) not in known)


def _key(*texts: str) -> str:
    """Return what a text is known by: state holds no wording."""
    return hashlib.blake2s("\0".join(texts).encode(), digest_size=5).hexdigest()
