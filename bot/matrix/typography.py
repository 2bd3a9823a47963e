"""What may not be cut at the end of a line, and names that are no address: French typography of what is sent. Pure."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from markdown_it.token import Token

_NARROW: Final = "\u202f"
_WIDE: Final = "\u00a0"
_JOINER: Final = "\u2060"  # no client takes what holds one for an address

_MONTH: Final = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_DAY: Final = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
_UNIT: Final = (
    "€|%|k€|M€|Md€|euros?|millions?|milliards?|ETP|ans?|années?|mois|semaines?|jours?|heures?|h|minutes?|min|"
    "caractères?|pages?"
)
_NUMBERED: Final = "n°|FAST|[ÉéEe]dition|programme|article|page|[Qq]uestion"
_ADDRESS: Final = r"https?://\S+|[@#!][^\s:@]{1,255}:[\w.-]+|[\w.+-]{1,64}@[\w.-]+"  # a user's, in Matrix, too
# The space of each is the group « s ».
_UNBROKEN: Final = tuple(
    (re.compile(pattern), space)
    for pattern, space in (
        (r"(?<!\d)\d{1,3}(?P<s> )(?=\d{3}(?!\d))", _NARROW),
        (rf"(?<=\d)(?P<s> )(?=(?:{_UNIT})(?!\w))", _WIDE),
        (r"(?<=\d h)(?P<s> )(?=\d\d(?!\d))", _WIDE),
        (rf"(?<=\d)(?:er|re|e)?(?P<s> )(?=(?:{_MONTH}|édition|promotion)\b)", _WIDE),
        (rf"\b(?:{_MONTH})(?P<s> )(?=\d{{4}}\b)", _WIDE),
        (rf"\b(?:{_DAY})(?P<s> )(?=\d)", _WIDE),
        (rf"(?<!\w)(?:{_NUMBERED})(?P<s> )(?=\d)", _WIDE),
        (r"(?<=[−×÷+=])(?P<s> )(?=\d)", _WIDE),
        (r"(?P<s> )(?=[;!?])", _NARROW),
        (r"(?P<s> )(?=[:»·])", _WIDE),
        (r"(?<=«)(?P<s> )", _WIDE),
    )
)
_ANY_SPACE: Final = re.compile("[\u00a0\u202f]")
_DOT: Final = re.compile(rf"{_ADDRESS}|(?<=[^\W_])\.(?=[^\W\d_]{{2}})")


def set_in_french(tokens: Iterable[Token]) -> None:
    """Change the texts of Markdown tokens, code left alone, so that what belongs together stays on one line."""
    for token in tokens:
        if token.type == "inline":
            _set_together(token.children or ())


def _set_together(children: Sequence[Token]) -> None:
    """Change the texts of one paragraph as one: « le **15** mai » is a date too."""
    shown = [_shown(one) for one in children]
    ends = [0]
    for one in shown:
        ends.append(ends[-1] + len(one))
    whole = unbroken("".join(shown))
    for token, (start, end) in zip(children, pairwise(ends), strict=True):
        if token.type == "text":
            token.content = no_address(whole[start:end])


def _shown(token: Token) -> str:
    if token.type == "text":
        return token.content
    return "\n" if token.type in ("softbreak", "hardbreak") else "\ufffc" if token.content else ""


def unbroken(text: str) -> str:
    """Return a text of the same length in which no amount, date, number, unit or French mark is cut."""
    plain = _ANY_SPACE.sub(" ", text)
    characters = list(text)
    for pattern, space in _UNBROKEN:
        for found in pattern.finditer(plain):
            characters[found.start("s")] = space
    return "".join(characters)


def no_address(text: str) -> str:
    """Return a text whose names with a dot, « Réfugiés.info », no client takes for the address of a page."""
    return _DOT.sub(lambda found: f".{_JOINER}" if found[0] == "." else found[0], text)
