"""The local reader: from a text to what it is about, how surely, and what nothing accounts for."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.documents import french
from bot.french.asking import asked, counted, is_negated
from bot.french.moments import Period
from bot.french.shapes import Shape, first, round_counts, shapes
from bot.programme.lookup import Programme
from bot.programme.models import CONSOLIDATION, FAST, Population
from bot.questions.acts import Operation, Premise, Query, Scope
from bot.questions.focus import Focus
from bot.questions.lexicon import Lexicon
from bot.questions.linear import Linear, Logit
from bot.questions.matcher import Match
from bot.questions.orders import Orders
from bot.questions.ranker import Ranker
from bot.questions.rest import Rest
from bot.questions.situations import IN_A_SUM, Situation
from bot.questions.spans import Kind, Scan, scan
from bot.questions.telling import Teller, Told
from bot.questions.terms import Terms, Word
from bot.questions.verdicts import Verdict, verdict

Floats = NDArray[np.float32]
_SURELY_MISSING: Final = 0.5  # a word likelier missing than not
_CANDIDATES: Final = 5
_RANKED: Final = 60


@dataclass(frozen=True)
class Models:
    """All that is trained, apart from what the ranker holds."""

    operations: Linear
    acts: Linear
    roles: Linear
    changes: Linear
    splits: Linear
    known: Linear
    answerable: Logit
    wishes: Linear
    roles_right: Logit
    verdict: Logit
    teller: Teller
    orders: Orders


@dataclass(frozen=True)
class Candidate:
    """An attribute that a question may be about; `answered`: the probability that it is, and that it answers."""

    attribute: str
    probability: float
    answered: float
    rest: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """A text read by itself, without its conversation; `candidates` likeliest first."""

    scan: Scan
    terms: Terms
    vector: Floats
    match: Match
    operations: Mapping[str, float]
    candidates: tuple[Candidate, ...]
    weighed: tuple[tuple[Word, float], ...]

    @property
    def best(self) -> Candidate:
        return self.candidates[0]


@dataclass(frozen=True)
class Reader:
    """Reads texts. `embed` gives the unit vector of a wording, `correct` mends the spelling of a folded word."""

    programme: Programme
    lexicon: Lexicon
    embed: Callable[[str], Floats]
    ranker: Ranker
    rest: Rest
    models: Models
    correct: Callable[[str], str]
    focus: Focus

    def scanned(self, text: str, today: date) -> Scan:
        """Return the spans of a text."""
        return scan(text, self.programme, self.lexicon, today, self.correct)

    def read(self, text: str, today: date, possible: Callable[[str], bool] = lambda _: True) -> Reading:
        """Return what a text says; relative moments are those of `today` (Europe/Paris).

        `possible` tells which attributes there is anything to say of on that day.
        """
        return self.read_scan(self.scanned(text, today), possible)

    def read_scan(self, found: Scan, possible: Callable[[str], bool] = lambda _: True) -> Reading:
        """Return what a scanned text says."""
        terms = Terms(found)
        vector = np.asarray(self.embed(terms.natural), dtype=np.float32)
        operations = self.models.operations.probabilities(terms.words, vector)
        match = self._match(terms)
        ranked = _among(self.ranker.probabilities(terms, match, operations), possible)
        return self._placed(found, terms, vector, match, operations, ranked)

    def _match(self, terms: Terms) -> Match:
        """Return a text beside all that was written; it is embedded as it was typed, its names and figures in it."""
        text = terms.scan.original
        return self.ranker.matcher.match(text, np.asarray(self.embed(text), dtype=np.float32))

    def after(self, reading: Reading, act: str, lead: Scan, before: str, possible: Callable[[str], bool]) -> Reading:
        """Return a turn read as hanging on what was spoken of: its names, in `lead`, and its attribute, `before`."""
        terms = Terms(reading.scan.after(lead)) if lead.spans else reading.terms
        vector = np.asarray(self.embed(terms.natural), dtype=np.float32)
        match = self._match(terms)
        alone = self.ranker.scores(reading.terms, reading.match, reading.operations)
        after = self.ranker.scores(terms, match, reading.operations)
        ranked = _among(self.focus.probabilities(act, alone, after, before), possible)
        return self._placed(reading.scan, terms, vector, match, reading.operations, ranked)

    def _placed(
        self,
        found: Scan,
        terms: Terms,
        vector: Floats,
        match: Match,
        operations: Mapping[str, float],
        ranked: list[tuple[str, float]],
    ) -> Reading:
        """Return a reading, given the likeliest attributes: whether each of them answers, and what is missing."""
        weighed = tuple(self.rest.weighed(terms, ranked[0][0]))
        margin = ranked[0][1] - ranked[1][1] if len(ranked) > 1 else ranked[0][1]
        candidates = []
        for name, probability in ranked:
            words = weighed if name == ranked[0][0] else tuple(self.rest.weighed(terms, name))
            told = self.models.known.probabilities(known_features(terms, name, self.rest), vector)["known"]
            numbers = answer_features(probability, margin, [p for _, p in words], operations, len(terms.content), told)
            answered = self.models.answerable.probability(numbers)
            missing = _named(words)
            candidates.append(Candidate(name, probability, answered, missing))
        return Reading(found, terms, vector, match, operations, tuple(candidates), weighed)

    def acts(self, reading: Reading, situation: Situation) -> dict[str, float]:
        """Return the probability of each act of a turn, where it comes."""
        return self.models.acts.probabilities(act_features(reading.terms, situation), reading.vector)

    def wishes(self, reading: Reading) -> dict[str, float]:
        """Return the probability of each thing that a turn of a sum may want."""
        return self.models.wishes.probabilities(act_features(reading.terms, IN_A_SUM), reading.vector)

    def orders(self, found: Scan) -> dict[str, float]:
        """Return the probability of each thing that a text may order of the bot itself."""
        terms = Terms(found)
        return self.models.orders.probabilities(terms, np.asarray(self.embed(terms.natural), dtype=np.float32))

    def told(self, text: str, today: date, pending: str | None = None) -> tuple[Told, ...]:
        """Return what a text tells of the criteria of eligibility; `pending` is the criterion that was asked."""
        return self.models.teller.told(text, lambda part: Terms(self.scanned(part, today)), self.embed, pending)

    def operation(self, reading: Reading, attribute: str) -> Operation:
        """Return the operation asked for, given the attribute."""
        if asked(reading.scan.text) == "reason" or reading.operations.get(Operation.WHY, 0.0) >= _SURELY_MISSING:
            return Operation.WHY  # a reason is asked for whether or not one is known
        tables = self.ranker.tables
        usual = tables.operations[tables.column[attribute]]
        scores = {
            one: math.log(reading.operations.get(one, 0.0) + 1e-6) + 0.5 * math.log(float(share) + 1e-6)
            for one, share in zip(Operation, usual, strict=True)
        }
        return max(scores, key=lambda one: scores[one])

    def query(self, reading: Reading, candidate: Candidate) -> Query:
        """Return the query that a reading makes of an attribute."""
        operation = self.operation(reading, candidate.attribute)
        premises, asks = premises_of(reading.scan), asked(reading.scan.text)
        if operation is Operation.VALUE and premises and asks == "any":
            operation = Operation.CHECK  # a value is stated, and none is asked for
        above, below = bounds(reading.scan)
        return Query(
            attribute=candidate.attribute,
            operation=operation,
            scope=scope_of(reading.scan),
            premises=premises,
            rest=candidate.rest,
            words=tuple(dict.fromkeys(word.stem for word in reading.terms.content)),
            above=above,
            below=below,
            now=reading.scan.now,
            past=reading.scan.past,
            asks=asks,
            probability=candidate.probability,
            shapes=shapes(reading.scan.text),
            first=first(reading.scan.text),
            of_fast=FAST in reading.scan.values(Kind.PROGRAMME),
        )

    def verdict(self, reading: Reading, sentence: str) -> Verdict | None:
        """Return what a sentence says to a yes/no question without negation, where it is sure."""
        text = reading.scan.text
        return None if is_negated(text) else verdict(self.models.verdict, reading.match, sentence, text)


def _among(ranked: list[tuple[str, float]], possible: Callable[[str], bool]) -> list[tuple[str, float]]:
    """Return the likeliest attributes of those that are possible, as if there were no others."""
    kept = [(name, p) for name, p in ranked[:_RANKED] if possible(name)] or ranked[:1]
    total = sum(p for _, p in kept) or 1.0
    return [(name, p / total) for name, p in kept[:_CANDIDATES]]


def _named(weighed: "tuple[tuple[Word, float], ...]") -> tuple[str, ...]:
    """Return the words to name when a question is refused: those likelier missing than not."""
    return tuple(dict.fromkeys(word.text for word, p in weighed if p > _SURELY_MISSING))


def answer_features(
    probability: float,
    margin: float,
    missing: list[float],
    operations: Mapping[str, float],
    words: int,
    known: float,
) -> tuple[float, ...]:
    """Return the numbers from which it is told whether an attribute answers a question."""
    most = [*sorted(missing, reverse=True)[:2], 0.0, 0.0]
    any_missing = 1 - math.prod(1 - one for one in missing)
    return (
        _log_odds(probability),
        margin,
        _log_odds(most[0]),
        _log_odds(most[1]),
        operations.get(Operation.WHY, 0.0),
        any_missing,
        float(words == 0),
        math.log1p(words),
        _log_odds(known),
    )


def _log_odds(probability: float) -> float:
    return math.log((probability + 1e-4) / (1 - probability + 1e-4))


def known_features(terms: Terms, attribute: str, rest: Rest) -> tuple[str, ...]:
    """Return what tells whether a question, read as one on an attribute, is of the kind that documents answer.

    Among them, whether the attribute's sections hold the kind of thing asked for, and the very thing that is counted.
    """
    stems = [word.stem for word in terms.content]
    text = terms.scan.text
    kind, noun = asked(text), counted(text)
    holds = rest.texts.get(attribute, frozenset())
    found = [f"asks {kind}", f"asks {kind} held {f'={kind}' in holds}", f"{attribute} asks {kind}"]
    if noun:
        stem = french.stem(noun)
        own = min(rest.tables.count(stem, attribute), 3)
        found += [f"counted own {own} text {stem in holds}", f"counted {stem}", f"{attribute} counted {stem}"]
    return (*terms.words, f"@{attribute}", *(f"{attribute}|{stem}" for stem in stems), *found)


def act_features(terms: Terms, situation: Situation) -> tuple[str, ...]:
    """Return what tells the act of a turn: its words, what it names, and where it comes."""
    words = terms.scan.text.split()
    named = "/".join(str(place) for place, there in enumerate(terms.slots) if there)
    said = (f"#length {min(len(words), 12) // 2}", f"#named {named}", f"#content {min(len(terms.content), 5)}")
    return (
        *terms.words,
        *(f"~{piece}" for piece in terms.pieces),
        *said,
        f"#first {terms.words[0] if terms.words else ''}",
        *(f"#slot {place}" for place, there in enumerate(terms.slots) if there),
        *situation.features,
        *(f"{one} {other}" for one in situation.features for other in said),
    )


def scope_of(found: Scan) -> Scope:
    """Return what a scan names."""
    editions: list[int] = []
    for value in found.values(Kind.EDITION):
        editions += value if isinstance(value, tuple) else (value,)
    programmes = found.values(Kind.PROGRAMME)
    laureates = tuple(dict.fromkeys(one.name for named in found.values(Kind.LAUREATE) for one in named))
    funds = tuple(dict.fromkeys(one.id for named in found.values(Kind.FUND) for one in named))
    only_after = CONSOLIDATION in programmes and FAST not in programmes and not any(e > _LATE for e in editions)
    return Scope(
        editions=tuple(dict.fromkeys(editions)),
        years=found.values(Kind.YEAR),
        periods=found.values(Kind.PERIOD),
        laureates=laureates,
        funds=funds,
        programme=CONSOLIDATION if only_after else None,
        population=_population(found.text),
    )


_LATE: Final = 5  # « la 2e édition de la consolidation »; « le 13 » is one of the FAST
_INCUBATOR: Final = re.compile(r"\bincubateurs?\b")
_PRODUCT: Final = re.compile(r"\b(?:produits?|services? numeriques?|startups?)\b")


def _population(text: str) -> Population | None:
    if _INCUBATOR.search(text):
        return "incubator"
    return "product" if _PRODUCT.search(text) else None


def premises_of(found: Scan) -> tuple[Premise, ...]:
    """Return the values that a text states."""
    premises: list[Premise] = []
    about = Shape.ABOUT in shapes(found.text)
    for span in found.spans:
        if span.kind is Kind.AMOUNT:
            premises.append(Premise(unit="eur", number=span.value.value, about=about))
        elif span.kind is Kind.PERCENT:
            premises.append(Premise(unit="percent", number=span.value, about=about))
        elif span.kind is Kind.NUMBER:
            premises.append(Premise(unit="count", number=Decimal(span.value), about=about))
        elif span.kind is Kind.PERIOD and isinstance(span.value, Period) and not span.value.is_open:
            premises.append(Premise(unit="date", period=span.value))
    premises += [Premise(unit="count", number=Decimal(one), about=True) for one in round_counts(found.text)]
    return tuple(premises)


_ABOVE: Final = re.compile(
    r"(?:(?P<strict>plus de|plus d'|au[- ]dessus de|superieure?s? a|\bdepasse\w{0,3}|>)|au moins|minimum|>=) ?(?:les )?$"
)
_BELOW: Final = re.compile(
    r"(?:(?P<strict>moins de|moins d'|en[- ]dessous de|inferieure?s? a|sous les|<)|au plus|maximum|<=) ?(?:les )?$"
)
_CENT: Final = Decimal("0.01")


def bounds(found: Scan) -> tuple[Decimal | None, Decimal | None]:
    """Return the least and the greatest amount that a text wants to list, in euros."""
    above = below = None
    for span in found.spans:
        if span.kind is Kind.AMOUNT:
            before = found.text[max(0, span.start - 24) : span.start]
            more, less = _ABOVE.search(before), _BELOW.search(before)
            if more:
                above = span.value.value + (_CENT if more["strict"] else 0)
            elif less:
                below = span.value.value - (_CENT if less["strict"] else 0)
    return above, below
