"""Training: from the written wordings to weights. The same wordings give the same weights, to a few last digits."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.documents import french
from bot.questions import linear, ranker, tables, telling, verdicts
from bot.questions.acts import Operation, Role
from bot.questions.linear import Linear, Logit
from bot.questions.match_training import Written
from bot.questions.match_training import train as train_matcher
from bot.questions.matcher import Matcher, Target
from bot.questions.ranker import Ranker
from bot.questions.reading import act_features
from bot.questions.roles import certainty, likeliest
from bot.questions.situations import IN_A_SUM, Situation, TalkTurn, likely
from bot.questions.spans import Kind, Scan, Span
from bot.questions.splitting import cut_features, cuts
from bot.questions.sums import amounts_in
from bot.questions.sums import features as amount_features
from bot.questions.tables import Example
from bot.questions.telling import Run, Teller
from bot.questions.terms import Terms
from bot.questions.wordings import SentenceWording, SumWording, TellWording, TurnWording, Wording

Floats = NDArray[np.float32]
Embed = Callable[[list[str]], Floats]
FOLDS: Final = 5
DAY: Final = date(2026, 11, 30)  # relative moments in the wordings are read from here; only their kind counts


@dataclass(frozen=True)
class Prepared:
    """Wordings as the reader sees them, with one vector each; `typed` are vectors of the texts as they were typed.

    `asked` are the questions written for sentences, `read` what the reader sees of those that are held.
    """

    wordings: tuple[Wording, ...]
    examples: tuple[Example, ...]
    vectors: Floats
    typed: Floats
    asked: tuple[SentenceWording, ...]
    asked_typed: Floats

    def matcher(self, chosen: Sequence[int], *, held: bool) -> Matcher:
        """Train the matcher on some of the wordings and on the questions of sentences, the `held` ones or not."""
        sentences = [
            Written(one.text, vector, Target(one.attribute, one.sentence, one.says))
            for one, vector in zip(self.asked, self.asked_typed, strict=True)
            if held or not one.held
        ]
        wordings = [
            Written(self.wordings[i].text, self.typed[i], Target(self.wordings[i].attribute, "", "any")) for i in chosen
        ]
        return train_matcher(sentences, wordings)


def prepare(
    wordings: Sequence[Wording],
    asked: Sequence[SentenceWording],
    read: Callable[[str], Terms],
    embed: Embed,
) -> Prepared:
    """Scan and embed wordings and the questions of sentences."""
    examples = tuple(Example(read(one.text), one.attribute, one.operation) for one in wordings)
    typed = embed([one.terms.scan.original for one in examples])
    vectors = embed([one.terms.natural for one in examples])
    return Prepared(tuple(wordings), examples, vectors, typed, tuple(asked), embed([one.text for one in asked]))


def folds(size: int, seed: int = 0) -> list[NDArray[np.int64]]:
    """Return the positions of `FOLDS` parts of a set, at random."""
    order = np.random.default_rng(seed).permutation(size)
    return [np.sort(part) for part in np.array_split(order, FOLDS)]


def train_operations(
    prepared: Prepared,
    chosen: Sequence[int] | None = None,
    extra: tuple[Sequence[tuple[Terms, Operation]], Floats] | None = None,
) -> Linear:
    """Return what tells the operation that a question asks for; `extra` are questions and turns beside wordings."""
    kept = [i for i in (range(len(prepared.examples)) if chosen is None else chosen) if prepared.examples[i].operation]
    pairs = [(prepared.examples[i].terms.words, str(prepared.examples[i].operation)) for i in kept]
    vectors = prepared.vectors[kept]
    if extra is not None and len(extra[0]):
        pairs += [(terms.words, str(operation)) for terms, operation in extra[0]]
        vectors = np.concatenate([vectors, extra[1]])
    return linear.train(pairs, vectors, least=3, epochs=10)


@dataclass(frozen=True)
class Held:
    """What one fold's models say of wordings that they have not seen."""

    positions: tuple[int, ...]
    ranker: Ranker
    operations: Linear


def cross(
    prepared: Prepared, attributes: Sequence[str], texts: Mapping[str, frozenset[str]], seed: int = 0
) -> list[Held]:
    """Train on all wordings but one fold of those held from the encoder, for each; weights are those of the start."""
    every = np.arange(len(prepared.examples))
    found = []
    held_out = np.array(
        [i for i in every if prepared.wordings[i].held or (_is_plain(prepared.wordings[i]) and i % _SOME == 0)]
    )
    for part in (held_out[places] for places in folds(len(held_out), seed)):
        rest = np.setdiff1d(every, part)
        counted = tables.build([prepared.examples[i] for i in rest], attributes)
        matcher = prepared.matcher(rest.tolist(), held=False)
        held = Ranker(counted, matcher, np.ones(len(ranker.FEATURES), np.float32), texts)
        found.append(Held(tuple(int(i) for i in part), held, train_operations(prepared, rest.tolist())))
    return found


def rows_of_sentences(
    held: Held, prepared: Prepared, read: Callable[[str], Terms], embed: Embed
) -> list[tuple[Floats, int]]:
    """Return the features by attribute of the questions that were written for sentences by somebody held out."""
    chosen = [i for i, one in enumerate(prepared.asked) if one.held and one.says != "unsaid"]
    terms = [read(prepared.asked[i].text) for i in chosen]
    vectors = embed([one.natural for one in terms])
    rows = []
    for i, seen, vector in zip(chosen, terms, vectors, strict=True):
        asked = operations_of(held.operations, seen, vector)
        match = held.ranker.matcher.match(prepared.asked[i].text, prepared.asked_typed[i])
        rows.append((held.ranker.features(seen, match, asked), held.ranker.tables.column[prepared.asked[i].attribute]))
    return rows


_UNREFUSED: Final = 0.3  # of the questions that no sentence answers, the share that is not refused before


def fit_verdict(held: Held, prepared: Prepared, say: Callable[[str], None] = lambda _: None) -> tuple[float, ...]:
    """Return the weights of the probability that the verdict of the likeliest sentence is right.

    Fitted on the yes/no questions of somebody held out, and on those that no sentence answers.
    """
    rows, right, weights = [], [], []
    for one, vector in zip(prepared.asked, prepared.asked_typed, strict=True):
        if one.held and one.says != "any":
            match = held.ranker.matcher.match(one.text, vector)
            likeliest = max(match.sentences, key=lambda name: match.sentences[name].told)
            rows.append(verdicts.features(match, likeliest, french.fold(one.text)))
            right.append(float(verdicts.side(match, likeliest) == one.says))
            weights.append(_UNREFUSED if one.says == "unsaid" else 1.0)
    found = fit_logit(np.array(rows, np.float32), np.array(right, np.float32), np.array(weights, np.float32))
    sure = [one for row, one in zip(rows, right, strict=True) if Logit(found).probability(row) >= verdicts.SURE]
    say(f"verdicts dits : {len(sure) / len(rows):.1%}, justes : {np.mean(sure):.1%}")
    return found


_SOME: Final = 2  # of the plain wordings, one in so many is held out


def _is_plain(wording: Wording) -> bool:
    """Whether a wording is of the first ones, plain and without operation."""
    return wording.operation is None


def operations_of(model: Linear, terms: Terms, vector: Floats) -> dict[str, float]:
    """Return the probability of each operation."""
    return model.probabilities(terms.words, vector)


def rows_of(held: Held, prepared: Prepared, *, held_only: bool = False) -> list[tuple[Floats, int]]:
    """Return, for the held-out wordings, the features by attribute and which is right.

    `held_only`: of those alone that the encoder has not seen.
    """
    rows = []
    for i in held.positions:
        if held_only and not prepared.wordings[i].held:
            continue
        example = prepared.examples[i]
        asked = operations_of(held.operations, example.terms, prepared.vectors[i])
        match = held.ranker.matcher.match(example.terms.scan.original, prepared.typed[i])
        features = held.ranker.features(example.terms, match, asked)
        rows.append((features, held.ranker.tables.column[example.attribute]))
    return rows


# ---- the other heads ---------------------------------------------------------------------------------------------


def train_acts(
    turns: Sequence[TurnWording],
    talks: Sequence[tuple[TalkTurn, Situation]],
    questions: Sequence[Terms],
    read: Callable[[str], Terms],
    embed: Embed,
) -> Linear:
    """Return what tells the act of a turn where it comes.

    `turns` were written without a conversation, `talks` in one, `questions` are some wordings of attributes: what was
    written alone is put where its act can come.
    """
    places = random.Random(0)
    told = [(read(one.text), one.act, likely(one.act, places)) for one in turns]
    told += [(terms, "question", likely("question", places)) for terms in questions]
    told += [(read(one.text), one.act, where) for one, where in talks] * _IN_PLACE
    pairs = [(act_features(terms, where), act) for terms, act, where in told]
    return linear.train(pairs, embed([terms.natural for terms, _, _ in told]), least=3, epochs=8)


_IN_PLACE: Final = 2  # a turn written in its conversation counts as so many


# ---- amounts -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReadSum:
    """A sentence as it was scanned: its amounts, and the role and change written for each, None where none fits."""

    text: str
    spans: tuple[Span, ...]
    written: tuple[tuple[str, str] | None, ...]
    vector: Floats
    asked: str = ""
    last: str = ""

    def features(self, index: int) -> tuple[str, ...]:
        """Return what the role is told from."""
        return amount_features(self.text, self.spans, index, self.asked, self.last)


def read_sums(sums: Sequence[SumWording], read: Callable[[str], Terms], embed: Embed) -> list[ReadSum]:
    """Return sentences with amounts as they are scanned."""
    terms = [read(one.text) for one in sums]
    vectors = embed([one.natural for one in terms])
    found = [_read_sum(one, seen.scan, vector) for one, seen, vector in zip(sums, terms, vectors, strict=True)]
    return [one for one in found if any(one.written)]


_SET: Final = "set"


def _read_sum(one: SumWording, seen: Scan, vector: Floats) -> ReadSum:
    """Match what is written with what is scanned: in order, by their digits; a bare number unwritten is no input."""
    spans = amounts_in(seen, bare=True)
    written = [french.fold(one.text[start:end]) for start, end, *_ in one.amounts]
    names = [(str(role), change or _SET) for *_, change, role in one.amounts]
    found: list[tuple[str, str] | None] = []
    at = 0
    for span in spans:
        said = _packed(seen.text[span.start : span.end])
        place = next((i for i in range(at, len(written)) if said in _packed(written[i])), None)
        unwritten = (str(Role.OTHER), _SET) if span.kind is Kind.NUMBER else None
        found.append(unwritten if place is None else names[place])
        at = at if place is None else place + 1
    return ReadSum(seen.text, tuple(spans), tuple(found), vector, one.asked, one.last)


def _packed(text: str) -> str:
    return text.replace(" ", "")


def train_role(sums: Sequence[ReadSum]) -> Linear:
    """Return what tells the role of an amount."""
    seen = [(one.features(i), said[0], one.vector) for one in sums for i, said in enumerate(one.written) if said]
    pairs = [(features, role) for features, role, _ in seen]
    return linear.train(pairs, np.stack([vector for _, _, vector in seen]), epochs=30, rate=2.0)


def train_change(sums: Sequence[ReadSum]) -> Linear:
    """Return what tells how an amount changes what was said before."""
    pairs = [(one.features(i), said[1]) for one in sums for i, said in enumerate(one.written) if said]
    return linear.train(pairs, epochs=20, rate=0.6)


def fit_certainty(sums: Sequence[ReadSum]) -> tuple[float, ...]:
    """Return the weights of the probability that a role is read right, fitted on sentences new to the head."""
    rows: list[tuple[float, ...]] = []
    right: list[float] = []
    for part in folds(len(sums)):
        held = frozenset(part.tolist())
        roles = train_role([one for i, one in enumerate(sums) if i not in held])
        for one in (sums[i] for i in part):
            for index, written in enumerate(one.written):
                if written is None:
                    continue
                told = roles.probabilities(one.features(index), one.vector)
                rows.append(certainty(told, one.spans, index, len(one.text.split()), one.asked or one.last))
                right.append(float(likeliest(told) == written[0]))
    return fit_logit(np.array(rows, np.float32), np.array(right, np.float32), np.ones(len(rows), np.float32))


def train_wishes(
    wishes: Sequence[TurnWording], turns: Sequence[TurnWording], read: Callable[[str], Terms], embed: Embed
) -> Linear:
    """Return what tells what a turn of a sum wants; of the turns of other conversations, some want nothing of it."""
    told = [*wishes, *(TurnWording(one.text, NO_WISH) for one in turns[::_OF_TURNS])]
    terms = [read(one.text) for one in told]
    pairs = [(act_features(seen, IN_A_SUM), one.act) for seen, one in zip(terms, told, strict=True)]
    return linear.train(pairs, embed([one.natural for one in terms]), epochs=15)


NO_WISH: Final = "none"
_OF_TURNS: Final = 8  # one in so many


def train_splits(
    doubles: Sequence[str], contexts: Sequence[tuple[str, str, str]], singles: Sequence[str], embed: Embed
) -> Linear:
    """Return what tells what a cut parts: of a double, the cut nearest the middle parts two questions.

    `contexts` are cuts whose kind was written: a context before or after a question, two questions, or nothing.
    """
    told = list(contexts)
    for text in doubles:
        ways = cuts(text)
        if not ways:
            continue
        best = min(ways, key=lambda way: abs(len(way[0]) - len(way[1])))
        told += [("two" if way == best else _WHOLE, *way) for way in ways]
    told += [(_WHOLE, *way) for text in singles for way in cuts(text)]
    pairs = [(cut_features(left, right), kind) for kind, left, right in told]
    left, right = (embed([french.fold(one[side]) for one in told]) for side in (1, 2))
    return linear.train(pairs, np.concatenate([left, right], axis=1), epochs=12, rate=0.3)


_WHOLE: Final = "one"


def fit_logit(rows: Floats, right: Floats, weights: Floats, rounds: int = 3000) -> tuple[float, ...]:
    """Return the weights of a logistic regression, on the scale of its features; the last one is for 1."""
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = np.concatenate([(rows - middle) / spread, np.ones((len(rows), 1))], axis=1)
    found = np.zeros(scaled.shape[1])
    for _ in range(rounds):
        error = weights * (1 / (1 + np.exp(-scaled @ found)) - right)
        found -= 0.5 * (scaled.T @ error / weights.sum() + 1e-3 * found)
    slopes = found[:-1] / spread
    return (*(float(one) for one in slopes), float(found[-1] - (slopes * middle).sum()))


# ---- what a sentence tells of the criteria -----------------------------------------------------------------------

_Example = tuple[Run, str, str]  # a run, the criterion that it tells of, the answer


def train_teller(tells: Sequence[TellWording], read: Callable[[str], Terms], embed: Embed) -> Teller:
    """Return what reads what is told of the criteria; what weighs it is fitted on sentences new to the heads."""
    seen = lru_cache(maxsize=None)(read)
    vectors = _embedded({run.text for one in tells for run in telling.runs(one.text)}, seen, embed)
    apart = folds(len(tells))[0]
    rest = np.setdiff1d(np.arange(len(tells)), apart)
    first = _tell_heads([tells[i] for i in rest], seen, vectors)
    rows, right = [], []
    for one in (tells[i] for i in apart):
        true = {(criterion, answer) for _, _, criterion, answer in one.told}
        for criterion, answer, _, numbers in first.weighed(one.text, seen, vectors.__getitem__):
            rows.append(numbers)
            right.append(float((criterion, answer) in true))
    every = np.array(rows, np.float32)
    sure = Logit(fit_logit(every, np.array(right, np.float32), np.ones(len(right), np.float32)))
    return replace(_tell_heads(tells, seen, vectors), sure=sure)


def _embedded(texts: Iterable[str], read: Callable[[str], Terms], embed: Embed) -> dict[str, Floats]:
    natural = sorted({read(text).natural for text in texts})
    return dict(zip(natural, embed(natural), strict=True))


def _tell_heads(tells: Sequence[TellWording], read: Callable[[str], Terms], vectors: Mapping[str, Floats]) -> Teller:
    examples = [example for one in tells for example in told_runs(one)]
    rows = np.stack([vectors[read(run.text).natural] for run, _, _ in examples])
    pairs = [(telling.criterion_features(run, read), criterion) for run, criterion, _ in examples]
    criteria = linear.train(pairs, rows, least=3, epochs=20, rate=1.0)
    kept = [i for i, (_, _, answer) in enumerate(examples) if answer]
    told = [(telling.answer_features(*examples[i][:2], read), examples[i][2]) for i in kept]
    return Teller(criteria, linear.train(told, rows[kept], least=2, epochs=20, rate=0.5), Logit(()))


def told_runs(tell: TellWording) -> list[_Example]:
    """Return the runs of a sentence with what they tell; what holds a part of a told fact teaches nothing."""
    found: list[_Example] = []
    for run in telling.runs(tell.text):
        met = [one for one in tell.told if one[0] < run.end and run.start < one[1]]
        if not met:
            found.append((run, telling.NOTHING, ""))
        elif len({criterion for _, _, criterion, _ in met}) > 1:
            found.append((run, telling.SEVERAL, ""))
        elif len(met) == 1 and run.start <= met[0][0] and met[0][1] <= run.end:
            found.append((run, met[0][2], met[0][3]))
    return found
