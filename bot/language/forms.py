"""The forms that a sentence of an answer may take without saying anything else. Pure.

French has few that are safe, for what a word binds depends on its place. One is allowed: a setting that a comma sets
off (« En 2022, … », « Au FAST 10, … », « …, selon la page du 7 avril 2023 ») goes to the other end, comma and all.
"""

import re
from typing import Final

_MONTHS: Final = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
_MOMENT_OPENS: Final = frozenset("en depuis le de du d' entre avant après jusqu'".split())
_MOMENT: Final = frozenset((*_MONTHS, *"en le au du de d' à et fin début 1er".split()))
_EDITION: Final = re.compile(r"aux? fast \d{1,2}(?: et \d{1,2})?")
_PHASE: Final = re.compile(r"pendant la phase (?:d' |de )\w+")
# Marks that bind words to each other: nothing is taken out of them.
_CLOSED: Final = re.compile(r"[;:!?«»()\[\]—–\n]")
_DATED_NAME: Final = re.compile(r"\((?:\w+ )?\d{4}\)")
# With one of these there is another clause, or another setting, to which the one that moves could go.
_CLAUSES: Final = frozenset(
    "qui que qu' dont où quand lorsque lorsqu' si s' comme puis mais car donc alors sauf selon".split()
)
_OTHER_SETTING: Final = re.compile(rf"\b(?:(?:19|20)\d\d|{'|'.join(_MONTHS)}|fast \d+)\b")
_SMALL_WORDS: Final = frozenset(
    "le la les l' un une des du de d' au aux en depuis entre avant après jusqu' selon pendant".split()
)
# Words by which a sentence takes up the one before it.
_TAKE_UP: Final = frozenset(
    """
    il ils elle elles on ce cet cette ces c' cela ceci ça celui celle ceux celles lui leur leurs son sa ses y là eux
    même mêmes autre autres tel telle tels telles dernier dernière derniers dernières premier première second seconde
    suivant suivante suivants suivantes précédent précédente précédents précédentes aussi également ainsi alors donc
    mais or car puis ensuite enfin toutefois cependant pourtant néanmoins revanche outre sinon autrement plutôt encore
    non oui si
    """.split()
)


def forms(part: str) -> tuple[str, ...]:
    """Return a part of an answer, then the other form that says the same, if it has one."""
    turned = _turned(part)
    return (part,) if turned is None else (part, turned)


def leans(part: str) -> bool:
    """Whether a part of an answer may take up the part before it."""
    return not _TAKE_UP.isdisjoint(_words(part))


def _turned(part: str) -> str | None:
    halves = part.removesuffix(".").split(", ")
    if len(halves) != 2 or not part.endswith(".") or ". " in part:
        return None
    first, last = halves
    may_turn = _is_free(last, of=first) if _is_setting(first) else _is_setting(last) and _is_free(first, of=last)
    return f"{last[:1].upper()}{last[1:]}, {_inside(first)}." if may_turn else None


def _is_setting(half: str) -> bool:
    """Whether half of a sentence only says when, at which edition, in which phase, or according to what."""
    words = _words(half)
    if _CLOSED.search(half) or len(words) < 2:
        return False
    if words[0] == "selon":
        return (_CLAUSES | _TAKE_UP).isdisjoint(words[1:])
    spoken = " ".join(words)
    is_moment = words[0] in _MOMENT_OPENS and all(one in _MOMENT or one.isdigit() for one in words[1:])
    return is_moment or bool(_EDITION.fullmatch(spoken) or _PHASE.fullmatch(spoken))


def _is_free(main: str, of: str) -> bool:
    """Whether a main clause is one, and means the same with its setting `of` before or after it."""
    words = _words(main)
    if _CLOSED.search(_DATED_NAME.sub("", main)) or not _CLAUSES.isdisjoint(words):
        return False
    if not words or words[0] in _MOMENT - _SMALL_WORDS or words[0].isdigit():
        return False  # « En avril, mai et juin le FAST … »
    return _words(of)[0] == "selon" or _OTHER_SETTING.search(" ".join(words)) is None


def _words(text: str) -> list[str]:
    return re.findall(r"\w+'?", text.casefold().replace("’", "'"))


def _inside(half: str) -> str:
    """Return what opened a sentence as it stands inside one; a name keeps its capital."""
    return f"{half[:1].lower()}{half[1:]}" if _words(half)[0] in _SMALL_WORDS else half
