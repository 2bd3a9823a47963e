"""Answers from passages: the sections that say they answer, else the sentences that cover the question best. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.dialogue import extraction
from bot.dialogue.extraction import Asks, Scored, Unit
from bot.dialogue.neighbours import NEGATIVE, Placed
from bot.dialogue.placing import label_of
from bot.dialogue.understanding import Request
from bot.documents import french
from bot.documents.index import Hit, Index
from bot.documents.passages import Passage

_PASSAGES: Final = 12
_NEAR: Final = 0.5  # a section whose known questions are this near may be read for itself
_CLOSE: Final = 0.12  # sections this close to the nearest are read with it
_SURE: Final = 0.6  # sections this near are read before those that only share words with the question
_LEXICAL_WEIGHT: Final = 0.25  # of the passage's own score beside its known questions
_BEST_HITS: Final = 5  # passages that are considered even when none of their known questions is near
_UNKNOWN: Final = 0.3
_CLEAR: Final = 0.02  # how much nearer than what is known not to be answered
_MUST_BE_SHOWN: Final = frozenset({Asks.NAME, Asks.DATE, Asks.DURATION})
_MUST_HOLD_A_NUMBER: Final = frozenset({Asks.AMOUNT, Asks.PERCENT, Asks.COUNT})

ABSENCE: Final = re.compile(
    r"\bne (?:le |la |les )?(?:donn|di(?:t|sent)\b|publi|precis|redi|redonn|cit|decri|indiqu|fournis|explicit|parl|annonc)\w*"
    r"|\bn'(?:indiqu|annonc|est pas (?:connu|donne|precis))\w*|\bn'y a (?:pas|aucun)\b.*documents"
)


@dataclass(frozen=True)
class Reading:
    """What was read: the units that answer, the share of the question that they cover, and what is known for and against.

    `near` is how near the questions of their section are, `against` how near the questions known to have no answer are.
    """

    units: tuple[Unit, ...] = ()
    covered: float = 0.0
    near: float = 0.0
    against: float = 0.0

    @property
    def says_it_is_absent(self) -> bool:
        """Whether what answers says that the documents do not say it."""
        return bool(self.units) and bool(ABSENCE.search(french.fold(self.units[0].text)))


@dataclass(frozen=True)
class Reader:
    """Reads the passages of an index."""

    index: Index

    def read(self, request: Request, placed: Sequence[Placed], accept: Callable[[Unit], bool]) -> Reading:
        """Return what the passages say to a request; `accept` tells which units may speak of it."""
        against = max((one.score for one in placed if one.label in NEGATIVE), default=0.0)
        near = {one.label: one.score for one in placed if "#" in one.label}
        hits = self._hits(request)
        for rank, hit in enumerate(hits):
            label = label_of(hit.passage)
            if label in near or rank < _BEST_HITS:
                near[label] = near.get(label, _UNKNOWN) + _LEXICAL_WEIGHT * hit.score
        top = max(near.values(), default=0.0)
        # « C'est quoi le FAST ? » has no word to look for: only a known question can tell what it means.
        if top >= _NEAR and (top > against + _CLEAR or not groups_of(request)):
            labels = _nearest(placed) or {label for label, score in near.items() if score >= top - _CLOSE}
            sections = ((unit, 3 * near[label_of(p[0])]) for p in self._sections(labels) for unit in _units(p))
            reading = self._reading(sections, request, near, against, accept)
            if reading.units:
                return reading
        if not groups_of(request):
            return Reading(against=against)
        found = ((unit, hit.score) for hit in _raised(hits, near) for unit in _units([hit.passage]))
        return self._reading(found, request, near, against, accept)

    def _reading(
        self,
        candidates: Iterable[tuple[Unit, float]],
        request: Request,
        near: dict[str, float],
        against: float,
        accept: Callable[[Unit], bool],
    ) -> Reading:
        groups = [self._with_relatives(group) for group in groups_of(request)]
        kept = [(unit, bonus) for unit, bonus in candidates if accept(unit) and shows(unit.text, request)]
        # What says that a thing is not known answers only for want of what says it.
        kept = [(unit, bonus - 0.8 * bool(ABSENCE.search(french.fold(unit.text)))) for unit, bonus in kept]
        ranked = extraction.rank(kept, groups, self.index.lexical.weight, request.asks)
        if not ranked:
            return Reading(against=against)
        chosen = _best(ranked, plain=len(groups) <= 1)
        covered = extraction.coverage(chosen, groups, self.index.lexical.weight)
        nearness = near.get(label_of(chosen[0].unit.passage), 0.0)
        return Reading(tuple(one.unit for one in chosen), covered, nearness, against)

    def search(self, request: Request, placed: Sequence[Placed]) -> list[Hit]:
        """Return the passages found, best first; those whose known questions are near come up."""
        return _raised(self._hits(request), {one.label: one.score for one in placed})

    def _hits(self, request: Request) -> list[Hit]:
        terms = [*french.tokens(request.folded), *(term for group in groups_of(request) for term in group)]
        return self.index.search(request.text, terms, top=len(self.index.passages))

    def _sections(self, labels: set[str]) -> Iterable[list[Passage]]:
        for label in labels:
            yield [passage for passage in self.index.passages if label_of(passage) == label]

    def _with_relatives(self, group: frozenset[str]) -> frozenset[str]:
        return group | {other for term in group for other in self.index.lexical.relatives(term)}


def _nearest(placed: Sequence[Placed]) -> set[str]:
    """Return the sections whose known questions are the nearest, when they are near enough to be read for themselves."""
    sections = {one.label: one.score for one in placed if "#" in one.label}
    best = max(sections.values(), default=0.0)
    return {label for label, score in sections.items() if score >= best - _CLOSE} if best >= _SURE else set()


def _raised(hits: Iterable[Hit], near: Mapping[str, float]) -> list[Hit]:
    raised = [replace(hit, score=hit.score + near.get(label_of(hit.passage), 0.0)) for hit in hits]
    return sorted(raised, key=lambda hit: -hit.score)[:_PASSAGES]


# A logistic regression on questions that reach the passages; fitted by benchmarks/calibrate.py. In order: how near the
# known questions of the section are, how much of the question its sentences cover, how near the questions known to have
# no answer are, how many words of the question are known nowhere; then the intercept.
_WEIGHTS: Final = (5.3, 1.66, -5.2, -0.88)
_INTERCEPT: Final = -1.41
_ENOUGH: Final = 0.35  # 95 % of the answerable questions are above


def is_enough(reading: Reading, foreign: int) -> bool:
    """Whether a reading is sure enough to be told; `foreign` counts the question's words that are known nowhere."""
    if not reading.units:
        return False
    features = (reading.near, reading.covered, reading.against, foreign)
    return sum(w * f for w, f in zip(_WEIGHTS, features, strict=True)) + _INTERCEPT >= _ENOUGH


def groups_of(request: Request) -> list[frozenset[str]]:
    """Return the question's term groups, editions apart: those are a condition, not a matter of degree."""
    editions = {str(number) for number in request.editions}
    return [group for group in request.groups if not group & editions and group != frozenset({"fast"})]


def _units(passages: Sequence[Passage]) -> list[Unit]:
    return extraction.joined([unit for passage in passages for unit in extraction.units(passage)])


def shows(text: str, request: Request) -> bool:
    """Whether a text holds the kind of thing that is asked for, or says that it is not known."""
    if ABSENCE.search(french.fold(text)):
        return True
    if request.counted and not _counts(text, request.counted):
        return False
    if request.asks in _MUST_BE_SHOWN:
        return extraction.shows(text, request.asks)
    return request.asks not in _MUST_HOLD_A_NUMBER or extraction.shows(text, Asks.COUNT)


_NUMBER: Final = re.compile(
    r"\d{1,3}|\d{4,}|(?:un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|vingt|vingtaine|trentaine|centaine)"
)
_WITHIN: Final = 8  # words between a number and what it counts


def _counts(text: str, counted: frozenset[str]) -> bool:
    """Whether a text gives a number of the thing counted; years are no number of anything."""
    words = french.words(text)
    things = [i for i, word in enumerate(words) if french.stem(word) in counted]
    numbers = [i for i, word in enumerate(words) if _NUMBER.fullmatch(word) and not _numbers_something_else(words, i)]
    return any(-_WITHIN // 2 <= thing - number <= _WITHIN for thing in things for number in numbers)


_ORDERED: Final = frozenset("fast edition promotion appel indicateur priorite programme phase".split())
_MONTHS: Final = frozenset(
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split()
)


def _numbers_something_else(words: Sequence[str], i: int) -> bool:
    """Whether the number at `i` is a year, a day, an edition or a rank."""
    before, after = words[i - 1] if i else "", words[i + 1] if i + 1 < len(words) else ""
    return bool(re.fullmatch(r"20[12]\d", words[i])) or after in _MONTHS | _ORDERED or before in _ORDERED


def _best(ranked: Sequence[Scored], *, plain: bool) -> list[Scored]:
    """Return the best unit, and up to two more of its section when they speak of the question as well.

    A `plain` question (« à quoi sert le FAST ? ») gets the first sentences of the section as they stand. What holds today
    is followed by what held before.
    """
    best = ranked[0]
    here = label_of(best.unit.passage)
    if "aujourd'hui" in here.lower():
        before = next((one for one in ranked[1:] if "aujourd'hui" not in label_of(one.unit.passage).lower()), None)
        return [best, before] if before is not None else [best]
    if best.unit.is_list:
        return [best]
    if plain:
        section = [one for one in ranked if label_of(one.unit.passage) == here and not one.unit.is_list]
        return sorted(section, key=lambda one: best.unit.passage.text.find(one.unit.text))[:3]
    same = [
        one
        for one in ranked[1:]
        if label_of(one.unit.passage) == label_of(best.unit.passage)
        and not one.unit.is_list
        and one.score >= 0.75 * best.score
        and one.unit.text != best.unit.text
    ]
    return [best, *same[:2]]
