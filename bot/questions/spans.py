"""The one scan of what a person wrote: each edition, day, amount, number and name read once, with its place. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate
from typing import Any, Final

from bot.documents import french
from bot.french.editions import edition_spans
from bot.french.moments import ahead_spans, period_spans, relative_spans, spelled_out
from bot.programme.amounts import find_amounts
from bot.programme.lookup import Programme
from bot.programme.models import CONSOLIDATION, FAST, Fund
from bot.programme.names import fold
from bot.programme.quantities import WORDS
from bot.programme.quantities import scan as quantities
from bot.questions.lexicon import Lexicon

LONGEST: Final = 2_000  # characters; what follows is not read
_MOST_WORDS: Final = 700
_READ: Final = re.compile(rf"(?:\s*+(?:[A-Za-zÀ-ɏ\u0300-\u036f]{{1,30}}|[0-9]{{1,15}}|\S)){{0,{_MOST_WORDS}}}")


class Kind(StrEnum):
    """What a span is; the value of each is told in `Span`."""

    EDITION = "edition"
    YEAR = "year"
    PERIOD = "period"
    AMOUNT = "amount"
    PERCENT = "percent"
    NUMBER = "number"
    LAUREATE = "laureate"
    FUND = "fund"
    PROGRAMME = "programme"


@dataclass(frozen=True)
class Span:
    """A part of the scanned text, from `start` to `end`, and its value.

    edition: the number; year: the year; period: a `Period`; amount: a `FoundAmount` (euros); percent and number: a
    Decimal; laureate and fund: a tuple of records; programme: its id.
    """

    kind: Kind
    start: int
    end: int
    value: Any


@dataclass(frozen=True)
class Scan:
    """A text as it was read: `text` is folded, abbreviations and English spelled out; spans never overlap."""

    original: str
    text: str
    spans: tuple[Span, ...]
    english: bool = False

    @property
    def now(self) -> bool:
        """Whether the present is named: « aujourd'hui », « encore », « maintenant »."""
        return _NOW.search(self.text) is not None

    @property
    def past(self) -> bool:
        """Whether the words are in the past: « fallait-il », « on pouvait »."""
        return _PAST.search(self.text) is not None

    def values(self, *kinds: Kind) -> tuple[Any, ...]:
        """Return the values of the spans of these kinds, in order, once each."""
        found: list[Any] = []
        for span in self.spans:
            if span.kind in kinds and span.value not in found:
                found.append(span.value)
        return tuple(found)

    def has(self, *kinds: Kind) -> bool:
        """Whether a span is of one of these kinds."""
        return any(span.kind in kinds for span in self.spans)

    def after(self, other: "Scan") -> "Scan":
        """Return this text with another before it, the spans of both in their places."""
        lead = f"{other.text} "
        moved = tuple(Span(one.kind, one.start + len(lead), one.end + len(lead), one.value) for one in self.spans)
        return Scan(f"{other.original} {self.original}", lead + self.text, (*other.spans, *moved), self.english)


def as_read(text: str) -> str:
    """Return the part of a message that is read: its beginning."""
    beginning = text.strip()[:LONGEST]
    if len(unicodedata.normalize("NFKC", beginning)) > LONGEST:
        # A sign is read as what it stands for, and « ﷺ » stands for eighteen letters.
        lengths = accumulate(len(unicodedata.normalize("NFKC", char)) for char in beginning)
        beginning = beginning[: sum(length <= LONGEST for length in lengths)]
    found = _READ.match(beginning)
    return found[0] if found else ""


def scan(
    text: str, programme: Programme, lexicon: Lexicon, today: date, correct: Callable[[str], str] = lambda word: word
) -> Scan:
    """Return what a text names; relative moments (« l'an dernier ») are those of `today` (Europe/Paris).

    `correct` maps a folded word to the word of the documents that it is a slip of.
    """
    from bot.questions.lexicon import is_english

    read = as_read(text)
    typed = _typed(read)
    named, marked = _names(read, typed, programme)
    # Names are hidden while abbreviations are spelled out: « Mon Devis » is no « mon devis ».
    rewritten = _spelled(lexicon.rewrite(marked), correct)
    clean, spans = _unmarked(rewritten, named)
    taken = _Taken(spans)
    for span in _found(clean, programme, today):
        taken.add(span)
    return Scan(read, clean, tuple(sorted(taken.spans, key=lambda one: one.start)), is_english(typed))


class _Taken:
    """Spans that do not overlap: the first one added keeps its place."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self.spans = list(spans)

    def add(self, span: Span) -> None:
        if all(span.end <= one.start or one.end <= span.start for one in self.spans):
            self.spans.append(span)


_LAST: Final = re.compile(
    r"\b(?P<before>avant[- ])?derniere?s? (?:edition|promo(?:tion)?|cuvee|fast)\b"
)  # « la dernière édition »


def _found(text: str, programme: Programme, today: date) -> Iterator[Span]:
    for start, end, period in (*period_spans(text), *ahead_spans(text, today)):
        yield Span(Kind.PERIOD, start, end, period)
    for match in _LAST.finditer(text):
        known = [one.number for one in programme.known_on(today).editions()]
        place = 2 if match["before"] else 1
        if len(known) >= place:
            yield Span(Kind.EDITION, *match.span(), known[-place])
    for start, end, numbers in _longest_first(edition_spans(text)):
        for number in numbers[:1]:
            yield Span(Kind.EDITION, start, end, numbers if len(numbers) > 1 else number)
    yield from _percents(text)
    for start, end, year in relative_spans(text, today):
        yield Span(Kind.YEAR, start, end, year)
    for match in _YEAR.finditer(text):
        yield Span(Kind.YEAR, *match.span(), int(match[2]) + _SIDES.get(match[1] or "", 0))
    yield from _amounts(text)
    for match in _PROGRAMMES.finditer(text):
        yield Span(Kind.PROGRAMME, *match.span(), FAST if match["fast"] else CONSOLIDATION)
    for quantity in quantities(text):
        if text[quantity.start : quantity.end] not in _ARTICLES and quantity.value < _NO_QUANTITY:
            yield Span(Kind.NUMBER, quantity.start, quantity.end, quantity.value)


def _percents(text: str) -> Iterator[Span]:
    for match in _PERCENT.finditer(text):
        yield Span(Kind.PERCENT, *match.span(), Decimal(match[1].replace(",", ".")))
    for match in _PERCENT_IN_WORDS.finditer(text):
        for quantity in quantities(match[1]):
            yield Span(Kind.PERCENT, *match.span(), quantity.value)


def _amounts(text: str) -> Iterator[Span]:
    for amount in find_amounts(text):
        if _OTHER_CURRENCY.match(text, amount.end):
            continue
        if amount.value < _NO_QUANTITY:
            yield Span(Kind.AMOUNT, amount.start, amount.end, amount)


def _longest_first(spans: Iterable[tuple[int, int, tuple[int, ...]]]) -> list[tuple[int, int, tuple[int, ...]]]:
    return sorted(spans, key=lambda one: (-len(one[2]), one[0], -one[1]))


_NOW: Final = re.compile(
    r"\b(?:aujourd'hui|maintenant|actuelle?(?:ment)?s?|actuels?|en ce moment|a ce jour|desormais|encore|toujours|a present|now|today|currently|still)\b"
)
_NO_QUANTITY: Final = 10**15  # digits on digits: nothing is so much
_PAST: Final = re.compile(
    r"\b(?:etai\w{1,4}|avai\w{1,4}|fallait|pouvai\w{1,4}|devai\w{1,4}|aurai\w{1,4}|serai\w{1,4}|servai\w{1,3}|donnai\w{1,3}|fut|ont eu|a eu|a ete|"
    r"ont ete|exigeai\w{1,3}|finan[c]eai\w{1,3}|payai\w{1,3}|comptai\w{1,3}|was|were|did|had)\b"
)
_OTHER_CURRENCY: Final = re.compile(r" ?(?:[$£¥]|(?:dollars?|usd|livres?|gbp|francs?|chf|yens?|bitcoins?)\b)")
_ARTICLES: Final = frozenset({"un", "une"})
_PERCENT: Final = re.compile(r"(?<![\d.,])(\d{1,4}(?:[.,]\d{1,4})?) ?(?:%|pour ?cents?\b|pourcents?\b|percent\b)")
_PERCENT_IN_WORDS: Final = re.compile(rf"\b({WORDS}) (?:pour ?cents?|pourcents?)\b")
_YEAR: Final = re.compile(r"(?<!\d)(?:(apres|avant|en|de|pour) )?(20[12]\d)(?!\d)")
_SIDES: Final = {"apres": 1, "avant": -1}
_PROGRAMMES: Final = re.compile(
    r"\b(?:(?:le |la |du )?programme de consolidation|consolidation|(?:le |ce |du )?nouve(?:au|l) (?:programme|dispositif|truc|machin)"
    r"|(?:le |du )?(?:programme|dispositif|truc) qui (?:a )?remplace (?:le fast|l'ancien)|successeur du fast|(?P<fast>(?:le |du |au |un )?fast))\b(?! ?track)"
)


# ---- names -------------------------------------------------------------------------------------------------------

_MARK: Final = "\ue000"  # a private character: no one types it, nothing rewrites it


def _names(original: str, typed: str, programme: Programme) -> tuple[list[tuple[Kind, Any]], str]:
    """Return the laureates and funds named, in order, and the typed text with each written as one mark."""
    found: list[tuple[int, int, Kind, Any]] = []
    places = [match.span() for match in re.finditer(r"[a-z0-9]+", typed)]
    words = [typed[a:b] for a, b in places]
    for first, after, fund in _funds(words, programme):
        found.append((places[first][0], places[after - 1][1], Kind.FUND, fund))
    for first, after, laureates in programme.laureate_places(original, typed):
        if after <= len(places):
            found.append((places[first][0], places[after - 1][1], Kind.LAUREATE, laureates))
    found.sort(key=lambda one: (one[0], -one[1]))
    values: list[tuple[Kind, Any]] = []
    parts, at = [], 0
    for start, end, kind, value in found:
        if start < at:
            continue
        parts += [typed[at:start], f" {_MARK} "]
        values.append((kind, value))
        at = end
    return values, re.sub(r"\s+", " ", "".join([*parts, typed[at:]]))


def _unmarked(text: str, named: list[tuple[Kind, Any]]) -> tuple[str, list[Span]]:
    spans, parts, at, length = [], [], 0, 0
    for (kind, value), match in zip(named, re.finditer(_MARK, text), strict=False):
        parts.append(text[at : match.start()])
        length += match.start() - at
        name = fold(value[0].name)
        spans.append(Span(kind, length, length + len(name), value))
        parts.append(name)
        length += len(name)
        at = match.end()
    return "".join([*parts, text[at:]]), spans


def _funds(words: list[str], programme: Programme) -> Iterator[tuple[int, int, tuple[Fund, ...]]]:
    """Yield where a text names funds, longest names first; a door named by half (« guichet accessibilité ») is all."""
    for name, funds in programme.fund_names:
        size = len(name)
        for start in range(len(words) - size + 1):
            if tuple(words[start : start + size]) == name:
                yield start, start + size, funds


# ---- typed text --------------------------------------------------------------------------------------------------

_WITHOUT_APOSTROPHE: Final = re.compile(r"\b([cdjlmnst]|qu) (?=[aeiouyh][a-z])")  # « j ai », « l accompagnement »
_IT_IS: Final = re.compile(
    r"(?<![\w'-])c (?=[b-df-hj-np-rv-z0-9]|s(?!i |e )|t[a-z])"
)  # « c combien », not « c t quand »


def _typed(text: str) -> str:
    shown = re.sub(r"(?is)<(script|style)\b(?:(?!<\1\b).)*?</\1\s*>", " ", text)
    clean = re.sub(r"<[^>]{0,200}>", " ", shown)
    folded = french.fold(re.sub(r"\bS\.?E\.?\b", "startup d'etat", clean)).replace(_MARK, " ")
    return spelled_out(_IT_IS.sub("c'est ", _WITHOUT_APOSTROPHE.sub(r"\1'", folded)))


def _spelled(folded: str, correct: Callable[[str], str]) -> str:
    return re.sub(r"[a-z]{4,}", lambda match: _corrected(match[0], correct), folded)


def _corrected(word: str, correct: Callable[[str], str]) -> str:
    return word if word in french.STOP_WORDS else correct(word)


__all__ = ["Kind", "Scan", "Span", "as_read", "scan"]
