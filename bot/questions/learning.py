"""From the folder of wordings to all the weights of a reader: each head trained, what weighs it held out.

Whatever weighs the answers of another head (the ranker's shared weights, `rest`, `answerable`) is fitted on wordings
that this other head has not seen.
"""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bot.documents import french
from bot.programme.attributes import Attributes
from bot.programme.lookup import Programme
from bot.questions import focus, linear, orders, ranker, tables, telling, training
from bot.questions.acts import Operation
from bot.questions.focus import Focus
from bot.questions.following import names_of
from bot.questions.lexicon import Lexicon
from bot.questions.linear import Linear, Logit
from bot.questions.orders import Orders
from bot.questions.ranker import Ranker
from bot.questions.reading import answer_features, known_features, scope_of
from bot.questions.rest import FINE, MISSING, Rest
from bot.questions.situations import Situation, TalkTurn, situations_of
from bot.questions.spans import Scan, scan
from bot.questions.tables import Tables
from bot.questions.terms import Terms
from bot.questions.training import Held, Prepared, ReadSum
from bot.questions.wordings import (
    NearMiss,
    TellWording,
    load_contexts,
    load_conversations,
    load_doubles,
    load_near_misses,
    load_orders,
    load_sentence_wordings,
    load_sums,
    load_tells,
    load_turns,
    load_wishes,
    load_wordings,
)

Floats = NDArray[np.float32]
Say = Callable[[str], None]
WordFeatures = list[tuple[str, ...]]
_ROUNDS: Final = 400  # of the ranker's fit
_OF_HELD_OUT: Final = 1  # one held-out wording in so many is enough to fit what refuses
_OF_SINGLES: Final = 5  # one wording in so many is enough to tell a cut that parts nothing
_OF_QUESTIONS: Final = 5  # and one in so many to tell a question from another act
_OF_ALL_TURNS: Final = 2  # of the turns, and of the wordings, to tell what orders nothing of the bot itself
_OF_ALL_QUESTIONS: Final = 16
_CANDIDATES: Final = 2  # of a question: the attribute that it is read as, and the next
_WORD: Final = re.compile(r"[a-z]+")
_OFF_TOPIC: Final = "off_topic"
_UNSAID: Final = "?"  # a near miss whose missing words were not marked


@dataclass(frozen=True)
class Course:
    """What a reader is trained on: the wordings, the facts, what the documents hold, and the embedder of its day.

    `texts` are, by attribute, the stems of its sections; `stems` those of all the documents.
    """

    wordings: Path
    programme: Programme
    lexicon: Lexicon
    attributes: Attributes
    texts: Mapping[str, frozenset[str]]
    stems: frozenset[str]
    embed: training.Embed

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the attributes."""
        return tuple(one.name for one in self.attributes.all)

    def read(self, text: str) -> Terms:
        """Return a text as the reader sees it; relative moments are those of one fixed day."""
        return Terms(scan(text, self.programme, self.lexicon, training.DAY))

    @cached_property
    def prepared(self) -> Prepared:
        """The wordings of attributes, scanned and embedded."""
        asked = [one for one in load_sentence_wordings(self.wordings) if one.attribute in set(self.names)]
        return training.prepare(load_wordings(self.wordings), asked, self.read, self.embed)

    @cached_property
    def held(self) -> list[Held]:
        """What is said of each wording by models that have not seen it."""
        return training.cross(self.prepared, self.names, self.texts)


def count(wordings: Path, programme: Programme, lexicon: Lexicon, attributes: Sequence[str]) -> Tables:
    """Return the counts of the wordings of a folder."""
    examples = [
        tables.Example(
            Terms(scan(one.text, programme, lexicon, training.DAY)),
            one.attribute,
            one.operation,
        )
        for one in load_wordings(wordings)
    ]
    return tables.build(examples, attributes)


def train_all(course: Course, say: Say = lambda _: None) -> dict[str, Any]:
    """Return all the weights, as they are kept in JSON; `say` is told each step, with its figures."""
    prepared = course.prepared
    say(f"{len(prepared.wordings)} formulations lues")
    weights = shared_weights(course, say)
    sums = training.read_sums(load_sums(course.wordings), course.read, course.embed)
    heads = _heads(course, sums)
    say("actes, rôles des montants, questions doubles")
    matcher = prepared.matcher(range(len(prepared.wordings)), held=True)
    counted = tables.build(prepared.examples, course.names)
    ranked = Ranker(counted, matcher, weights, course.texts)
    follow = _focus(course, ranked, heads["operations"], say)
    teller = training.train_teller(told(course), course.read, course.embed)
    say("ce qui est dit des critères")
    ordered = ordering(course)
    say("ce qui est demandé au bot lui-même")
    rest, known, answerable = _refusing(course, ranked, heads["operations"], say)
    return {
        "dimension": int(prepared.vectors.shape[1]),
        "ranker": ranker.weights_to_json(weights),
        "focus": focus.weights_to_json(follow),
        "answerable": [round(one, 5) for one in answerable],
        "verdict": [round(one, 5) for one in training.fit_verdict(course.held[0], prepared, say)],
        "roles_right": [round(one, 5) for one in training.fit_certainty(sums)],
        "matcher": matcher.to_json(),
        "rest": rest.to_json(),
        "known": known.to_json(),
        "teller": telling.to_json(teller),
        "orders": orders.to_json(ordered),
        **{name: head.to_json() for name, head in heads.items()},
    }


def shared_weights(course: Course, say: Say = lambda _: None) -> Floats:
    """Return the weights that all attributes share, fitted on wordings held out."""
    prepared = course.prepared
    rows = [row for held in course.held for row in training.rows_of(held, prepared, held_only=True)]
    asked = training.rows_of_sentences(course.held[0], prepared, course.read, course.embed)
    weights = ranker.fit([*rows, *asked], _ROUNDS)
    right = np.mean([float(np.argmax(features @ weights) == column) for features, column in asked])
    say(f"bon attribut, sur des questions d'une personne tenue à l'écart : {right:.1%}")
    places = [int((features @ weights > (features @ weights)[right]).sum()) for features, right in rows]
    positions = [i for held in course.held for i in held.positions if prepared.wordings[i].held]
    told = np.array([place for place, i in zip(places, positions, strict=True) if prepared.wordings[i].operation])
    first, third = np.mean(told == 0), np.mean(told < 3)
    say(f"bon attribut, sur des formulations tenues à l'écart : {first:.1%}, {third:.1%} à 3 près")
    return weights


def _heads(course: Course, sums: Sequence[ReadSum]) -> dict[str, Linear]:
    """Train what is trained by itself."""
    prepared, folder = course.prepared, course.wordings
    questions = [one.terms for one in prepared.examples][::_OF_QUESTIONS]
    singles = [one.text for one in prepared.wordings if one.operation][::_OF_SINGLES]
    return {
        "operations": training.train_operations(prepared, extra=_beside(course)),
        "acts": training.train_acts(load_turns(folder), _talks(course), questions, course.read, course.embed),
        "roles": training.train_role(sums),
        "changes": training.train_change(sums),
        "splits": training.train_splits(load_doubles(folder), load_contexts(folder), singles, course.embed),
        "wishes": training.train_wishes(load_wishes(folder), load_turns(folder), course.read, course.embed),
    }


def _talks(course: Course) -> list[tuple[TalkTurn, Situation]]:
    """Return the turns of the labelled conversations, each where it comes."""
    of = {one.name: one.of for one in course.attributes.all}
    return [pair for talk in load_conversations(course.wordings) for pair in situations_of(talk, of)]


def ordering(course: Course) -> Orders:
    """Return what tells what is ordered of the bot itself; turns and questions order nothing."""
    turns = [one.text for one in load_turns(course.wordings)]
    turns += [one.text for talk in load_conversations(course.wordings) for one in talk]
    others = [course.read(text) for text in turns[::_OF_ALL_TURNS]]
    others += [one.terms for one in course.prepared.examples][::_OF_ALL_QUESTIONS]
    return orders.train(load_orders(course.wordings), others, course.read, course.embed)


def lead(course: Course, turn: TalkTurn) -> Scan:
    """Return the names of what a labelled turn speaks of."""
    scope = scope_of(course.read(turn.whole).scan)
    return course.read(names_of(scope, course.programme)).scan


def _focus(course: Course, ranked: Ranker, operations: Linear, say: Say) -> dict[str, Floats]:
    """Return the weights of what each kind of follow-up asks for, given what was spoken of before it."""
    weighs = Focus(course.attributes, ranked.tables.attributes, ranked.matcher, {})
    turns = [
        (one, before)
        for talk in load_conversations(course.wordings)
        for before, one in itertools.pairwise(turn for turn in talk if turn.attribute in ranked.tables.column)
        if one.act == focus.ACTS[0] or (one.act == focus.ACTS[1] and one.attribute != before.attribute)
    ]
    alone = [course.read(one.text) for one, _ in turns]
    after = [Terms(terms.scan.after(lead(course, before))) for terms, (_, before) in zip(alone, turns, strict=True)]
    vectors = course.embed([terms.natural for terms in (*alone, *after)])
    typed = course.embed([terms.scan.original for terms in (*alone, *after)])
    matches = [
        ranked.matcher.match(terms.scan.original, vector) for terms, vector in zip((*alone, *after), typed, strict=True)
    ]
    rows: dict[str, list[tuple[Floats, int]]] = {act: [] for act in focus.ACTS}
    for i, (one, before) in enumerate(turns):
        asked = training.operations_of(operations, alone[i], vectors[i])
        first = ranked.scores(alone[i], matches[i], asked)
        second = ranked.scores(after[i], matches[len(turns) + i], asked)
        features = weighs.features(first, second, before.attribute)
        rows[one.act].append((features, ranked.tables.column[one.attribute]))
    found = {act: ranker.fit(own, start=_FOCUS) for act, own in rows.items()}
    for act, own in rows.items():
        right = [float(np.argmax(features @ found[act]) == column) for features, column in own]
        say(f"{act} : {np.mean(right):.1%} de {len(own)} suites")
    return found


_FOCUS: Final = (0.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0)  # where the fit begins


def _beside(course: Course) -> tuple[list[tuple[Terms, Operation]], Floats]:
    """Return what shows an operation beside the wordings: turns, and near misses that ask for a reason.

    Wordings hardly ask for one, since sources seldom give it.
    """
    asked = [(one.text, Operation.WHY) for one in load_near_misses(course.wordings) if _WHY in french.fold(one.missing)]
    talks = load_conversations(course.wordings)
    asked += [(one.text, Operation(one.operation)) for talk in talks for one in talk if one.operation]
    terms = [(course.read(text), operation) for text, operation in asked]
    return terms, course.embed([one.natural for one, _ in terms])


def told(course: Course) -> list[TellWording]:
    """Return sentences that tell of the criteria, bare answers, and what tells nothing: other turns, and questions."""
    tells = load_tells(course.wordings)
    written = {one.text for one in tells}
    turns = [one for one in load_turns(course.wordings) if one.text not in written]
    bare = [TellWording(t.text, ((0, len(t.text), telling.ASKED, t.act),)) for t in turns if t.act in _BARE]
    others = [TellWording(one.text, ()) for one in turns if one.act not in (*_BARE, *_MAY_TELL)]
    questions = [TellWording(one.text, ()) for one in course.prepared.wordings if one.operation]
    return [*tells, *bare, *others[::_OF_TURNS], *questions[::_OF_WORDINGS]]


_BARE: Final = ("yes", "no", "unknown")
_MAY_TELL: Final = ("tell", "open_interview", "question")
_OF_TURNS: Final = 6  # one in so many is enough of what tells nothing
_OF_WORDINGS: Final = 16


_WHY: Final = "pourquoi"


# ---- what refuses ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Case:
    """A question as the ranker places it: the two best probabilities, its operations, its words one by one.

    `missing` tells for each word whether it is what makes the question unanswerable; `trains`: whether that is known.
    `kind`: near miss, control, near miss of unmarked words, or plain wording; `part`: the fold that holds it out.
    `read` and `vector` are what tells whether it is of the kind that documents answer.
    """

    probabilities: tuple[float, float]
    operations: Mapping[str, float]
    words: WordFeatures
    missing: tuple[bool, ...]
    trains: bool
    kind: str
    part: int
    read: tuple[str, ...]
    vector: Floats

    @property
    def examples(self) -> list[tuple[tuple[str, ...], str]]:
        """The words, each with whether it is missing."""
        return [
            (features, MISSING if missing else FINE) for features, missing in zip(self.words, self.missing, strict=True)
        ]

    def numbers(self, model: Linear, known: Linear) -> tuple[float, ...]:
        """Return what tells whether the question is answered."""
        first, second = self.probabilities
        weighed = [model.probabilities(features)[MISSING] for features in self.words]
        told = known.probabilities(self.read, self.vector)[KNOWN]
        return answer_features(first, first - second, weighed, self.operations, len(self.words), told)


KNOWN: Final = "known"
_NEAR, _CONTROL, _UNMARKED, _PLAIN = "near", "control", "unmarked", "plain"
_WEIGHTS: Final[Mapping[str, float]] = {_NEAR: 1.0, _CONTROL: 1.5, _UNMARKED: 0.7, _PLAIN: 0.3}
_ANSWERED: Final = frozenset({_CONTROL, _PLAIN})


def _refusing(course: Course, ranked: Ranker, operations: Linear, say: Say) -> tuple[Linear, Linear, tuple[float, ...]]:
    """Return what weighs words, and the weights of `answerable`, fitted on words weighed by heads new to them."""
    cases = [*_near_cases(course, ranked, operations), *_plain_cases(course, ranked.weights)]
    numbers, folds = [], range(training.FOLDS)
    order: list[_Case] = []
    for part in folds:
        others = [case for case in cases if case.part != part]
        model, known = _weigher(others), _knower(others)
        held = [case for case in cases if case.part == part]
        numbers += [case.numbers(model, known) for case in held]
        order += held
    rows: NDArray[Any] = np.array(numbers, np.float64)
    right = np.array([float(case.kind in _ANSWERED) for case in order])
    weights = np.array([_WEIGHTS[case.kind] for case in order])
    _tell(rows, right, weights, order, say)
    return _weigher(cases), _knower(cases), training.fit_logit(rows, right, weights)


def _weigher(cases: Sequence[_Case]) -> Linear:
    examples = [one for case in cases if case.trains for one in case.examples]
    return linear.train(examples, None, epochs=6, rate=0.3)


def _knower(cases: Sequence[_Case]) -> Linear:
    """Return what tells the questions that documents answer from those that look like them."""
    examples = [(case.read, KNOWN if case.kind in _ANSWERED else MISSING) for case in cases]
    return linear.train(examples, np.stack([case.vector for case in cases]), least=3, epochs=8, rate=0.3)


def _tell(rows: Any, right: Any, weights: Any, order: Sequence[_Case], say: Say) -> None:
    """Say how many questions are refused and answered, each by weights that have not seen it."""
    parts = np.array([case.part for case in order])
    kinds = np.array([case.kind for case in order])
    likely = np.zeros(len(order))
    for part in range(training.FOLDS):
        others = parts != part
        logit = Logit(training.fit_logit(rows[others], right[others], weights[others]))
        likely[~others] = [logit.probability(tuple(row)) for row in rows[~others]]
    refused = likely < 0.5
    say(
        f"faux-semblants refusés : {refused[kinds == _NEAR].mean():.1%} ; questions voisines répondues : "
        f"{1 - refused[kinds == _CONTROL].mean():.1%} ; "
        f"formulations répondues : {1 - refused[kinds == _PLAIN].mean():.1%}"
    )


def _near_cases(course: Course, ranked: Ranker, operations: Linear) -> list[_Case]:
    """Return the near misses and their controls."""
    known = {*course.names, "none"}
    misses = [one for one in load_near_misses(course.wordings) if one.attribute in known]
    # What has nothing to do with the programme is not answered either.
    misses += [NearMiss(one.text, "none", _UNSAID) for one in load_turns(course.wordings) if one.act == _OFF_TOPIC]
    terms = [course.read(one.text) for one in misses]
    vectors = course.embed([one.natural for one in terms])
    typed = course.embed([one.scan.original for one in terms])
    rest = _unweighed(ranked.tables, course)
    parts = np.random.default_rng(0).integers(0, training.FOLDS, len(misses))
    found = []
    for miss, read, vector, raw, part in zip(misses, terms, vectors, typed, parts, strict=True):
        asked = training.operations_of(operations, read, vector)
        match = ranked.matcher.match(read.scan.original, raw)
        places = ranked.probabilities(read, match, asked)[:_CANDIDATES]
        missing = _stems_of(miss)
        kind = _UNMARKED if miss.missing == _UNSAID else _NEAR if miss.missing else _CONTROL
        found.append(
            _Case(
                (places[0][1], places[1][1]),
                asked,
                rest.features(read, places[0][0]),
                tuple(word.stem in missing for word in read.content),
                kind != _UNMARKED,
                kind,
                int(part),
                known_features(read, places[0][0], rest),
                vector,
            )
        )
    return found


def _stems_of(miss: NearMiss) -> frozenset[str]:
    if miss.missing == _UNSAID:
        return frozenset()
    return frozenset(french.stem(word) for word in _WORD.findall(french.fold(miss.missing)))


def _plain_cases(course: Course, weights: Floats) -> list[_Case]:
    """Return wordings as they are placed by models that have not seen them: nothing in them is missing."""
    # Those that the encoder has seen are kept too, or plain questions would be taken for near misses, which are plain.
    prepared = course.prepared
    kept: list[tuple[int, Ranker, Linear]] = []
    for held in course.held:
        ranked = Ranker(held.ranker.tables, held.ranker.matcher, weights, course.texts)
        kept += [(i, ranked, held.operations) for i in held.positions[::_OF_HELD_OUT]]
    parts = np.random.default_rng(1).integers(0, training.FOLDS, len(kept))
    found = []
    for (i, ranked, operations), part in zip(kept, parts, strict=True):
        read, vector = prepared.examples[i].terms, prepared.vectors[i]
        asked = training.operations_of(operations, read, vector)
        match = ranked.matcher.match(read.scan.original, prepared.typed[i])
        places = ranked.probabilities(read, match, asked)[:_CANDIDATES]
        rest = _unweighed(ranked.tables, course)
        words = rest.features(read, places[0][0])
        found.append(
            _Case(
                (places[0][1], places[1][1]),
                asked,
                words,
                (False,) * len(words),
                True,
                _PLAIN,
                int(part),
                known_features(read, places[0][0], rest),
                vector,
            )
        )
    return found


_NOTHING: Final = Linear(
    (FINE, MISSING), {}, np.zeros((0, 2), np.float32), np.zeros((0, 2), np.float32), np.zeros(2, np.float32)
)


def _unweighed(counts: Tables, course: Course) -> Rest:
    """Return what gives the features of words, before anything weighs them."""
    return Rest(counts, _NOTHING, course.texts, course.stems.__contains__)
