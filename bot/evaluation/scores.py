"""Sums up graded answers: rates with their intervals, by kind and by place in a conversation."""

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.evaluation.judging import Grade, Judgement
from bot.evaluation.replies import PLAIN


@dataclass(frozen=True)
class Rate:
    """How often something was so."""

    count: int
    of: int

    @property
    def share(self) -> float:
        """From 0 to 1; 1 of nothing."""
        return round(self.count / self.of, 4) if self.of else 1.0

    def interval(self, z: float = 1.96) -> tuple[float, float]:
        """Return the interval at 95 % (E. B. Wilson, 1927)."""
        if not self.of:
            return 0.0, 1.0
        share, square = self.count / self.of, z * z / self.of
        centre, half = share + square / 2, z * math.sqrt(share * (1 - share) / self.of + square / self.of / 4)
        return max(0.0, (centre - half) / (1 + square)), min(1.0, (centre + half) / (1 + square))


@dataclass(frozen=True)
class Row:
    """The grades of one group of answers."""

    name: str
    grades: Mapping[Grade, int]

    @property
    def total(self) -> int:
        return sum(self.grades.values())

    @property
    def right(self) -> Rate:
        return Rate(self.grades.get(Grade.RIGHT, 0), self.total)


def row(name: str, judged: Iterable[Judgement]) -> Row:
    """Count the grades of answers."""
    return Row(name, Counter(one.grade for one in judged))


def by_kind(judged: Sequence[Judgement]) -> list[Row]:
    """Return a row a kind, in order of appearance."""
    kinds = dict.fromkeys(one.question.kind for one in judged)
    return [row(kind, (one for one in judged if one.question.kind == kind)) for kind in kinds]


def by_place(talks: Sequence[Sequence[Judgement]]) -> list[Row]:
    """Return a row for the first turns, the second… and one for all that are not first."""
    places = range(max(map(len, talks), default=0))
    rows = [row(f"tour {n + 1}", (talk[n] for talk in talks if len(talk) > n)) for n in places]
    later = row("tours suivants", (one for talk in talks for one in talk[1:]))
    return [*rows, later] if talks else []


def whole(talks: Sequence[Sequence[Judgement]]) -> Rate:
    """Return how many conversations are right from beginning to end."""
    return Rate(sum(all(one.right for one in talk) for talk in talks), len(talks))


def lengths(judged: Iterable[Judgement]) -> tuple[int, Rate]:
    """Return the median length of answers before their sources, and how many are longer than a phone shows."""
    sizes = [len(one.reply.body) for one in judged if one.reply.status == "answered"]
    return int(statistics.median(sizes)) if sizes else 0, Rate(sum(size > PLAIN for size in sizes), len(sizes))


@dataclass(frozen=True)
class Scores:
    """The figures of a run, each from 0 to 1, latencies in milliseconds."""

    questions: int
    right: float
    answerable_right: float
    wrong: int
    wrongly_answered: int
    citation_precision: float
    refusal_precision: float
    refusal_recall: float
    answerable_refused: float
    recall: dict[int, float]
    p50_ms: float
    p95_ms: float
    turns: int
    turns_right: float
    conversations_right: float


def score(
    judged: Sequence[Judgement], recall: dict[int, float] | None = None, talks: Sequence[Sequence[Judgement]] = ()
) -> Scores:
    """Sum a run up."""
    answerable = [one for one in judged if one.question.answerable]
    unanswerable = [one for one in judged if one.question.unanswerable]
    refused = [one for one in judged if one.reply.status == "refused"]
    cited = [one for one in answerable if one.reply.status == "answered" and one.question.documents]
    times = sorted(one.milliseconds for one in judged)
    turns = [one for talk in talks for one in talk]
    return Scores(
        questions=len(judged),
        right=_share(one.right for one in judged),
        answerable_right=_share(one.right for one in answerable),
        wrong=sum(one.grade is Grade.WRONG for one in [*judged, *turns]),
        wrongly_answered=sum(one.grade is Grade.WRONGLY_ANSWERED for one in judged),
        citation_precision=_share(bool(set(one.reply.documents) & set(one.question.documents)) for one in cited),
        refusal_precision=_share(one.question.unanswerable or "refused" in one.question.statuses for one in refused),
        refusal_recall=_share(one.reply.status != "answered" for one in unanswerable),
        answerable_refused=_share(one.reply.status != "answered" for one in answerable),
        recall=recall or {},
        p50_ms=round(statistics.median(times), 1),
        p95_ms=round(times[int(0.95 * (len(times) - 1))], 1),
        turns=len(turns),
        turns_right=_share(one.right for one in turns),
        conversations_right=whole(talks).share,
    )


def _share(outcomes: Iterable[bool]) -> float:
    listed = list(outcomes)
    return Rate(sum(listed), len(listed)).share
