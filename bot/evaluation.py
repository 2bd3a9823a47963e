"""Scores answers against gold questions: exact figures, citations, refusals, recall of the fiches, latency."""

import re
import statistics
import time
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot import texts
from bot.console import status_of
from bot.documents import french
from bot.errors import UserError
from bot.results import Result

CONVERSATIONS = "conversations.toml"  # beside the questions
LEVELS = "levels.toml"  # beside the questions, what CI holds


class GoldQuestion(BaseModel):
    """One question with what its answer must and must not hold; see tests/gold/README.md."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    text: str
    today: date | None = None
    status: str | tuple[str, ...] = "answered"
    reason: str | None = None
    must: tuple[str, ...] = ()
    must_any: tuple[tuple[str, ...], ...] = ()
    must_not: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    kind: str = "fact"

    @property
    def statuses(self) -> tuple[str, ...]:
        return (self.status,) if isinstance(self.status, str) else self.status

    @property
    def answerable(self) -> bool:
        return self.statuses == ("answered",)

    @property
    def unanswerable(self) -> bool:
        return "refused" in self.statuses and "answered" not in self.statuses


class GoldTurn(GoldQuestion):
    """One turn of a conversation; its identity is that of the conversation and its place."""

    id: str = ""


class GoldConversation(BaseModel):
    """A conversation on one day; see tests/gold/README.md."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    today: date | None = None
    turns: tuple[GoldTurn, ...] = Field(min_length=2)


@dataclass(frozen=True)
class Verdict:
    """What happened to one question; `problems` is empty when all is right."""

    question: GoldQuestion
    status: str
    text: str
    documents: tuple[str, ...]
    milliseconds: float
    problems: tuple[str, ...]
    wrong_figure: bool


@dataclass(frozen=True)
class Scores:
    """The figures of a run, each from 0 to 1, latencies in milliseconds."""

    questions: int
    right: float
    exact_figures: float
    wrong_figures: int
    citation_precision: float
    refusal_precision: float
    refusal_recall: float
    answerable_refused: float
    recall: dict[int, float] = field(default_factory=dict)
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    turns: int = 0
    turns_right: float = 1.0
    conversations_right: float = 1.0


def load_gold(folder: Path) -> list[GoldQuestion]:
    """Return the questions of every TOML file in `folder`; UserError naming file and key when one is wrong."""
    questions: list[GoldQuestion] = []
    for path in sorted(set(folder.glob("*.toml")) - {folder / LEVELS}) if folder.is_dir() else [folder]:
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
            questions += [GoldQuestion.model_validate(one) for one in table.get("question", [])]
        except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
            raise UserError(f"{path.name} : {error}") from error
    if not questions:
        raise UserError(f"Aucune question dans « {folder} ».")
    return questions


def load_conversations(folder: Path) -> list[GoldConversation]:
    """Return the conversations of `folder`; UserError naming file and key when one is wrong. [] when there are none."""
    path = folder / CONVERSATIONS if folder.is_dir() else folder
    if not path.is_file():
        return []
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return [GoldConversation.model_validate(one) for one in table.get("conversation", [])]
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise UserError(f"{path.name} : {error}") from error


def converse(
    conversations: Iterable[GoldConversation],
    begin: Callable[[], Callable[[str, date], Result]],
    today: date,
) -> list[list[Verdict]]:
    """Play each conversation from its beginning, turn after turn, and judge every turn."""
    played = []
    for one in conversations:
        day = one.today or today
        turns = [turn.model_copy(update={"id": f"{one.id}/{n}"}) for n, turn in enumerate(one.turns, start=1)]
        played.append(run([turn.model_copy(update={"today": day}) for turn in turns], begin(), day))
    return played


def with_conversations(scores: Scores, played: Sequence[Sequence[Verdict]]) -> Scores:
    """Add to the scores of a run those of conversations."""
    turns = [verdict for conversation in played for verdict in conversation]
    return replace(
        scores,
        turns=len(turns),
        turns_right=_share(not one.problems for one in turns),
        conversations_right=_share(not any(one.problems for one in conversation) for conversation in played),
    )


def comparable(text: str) -> str:
    """Write a text one way for comparison: case, accents, spaces, and the forms of numbers."""
    # « 300 k€ » must keep its sign when its number is written out.
    signed = re.sub(r"(?<=\d) ?(k|m|mds?) ?(?:€|eur)(?!\w)", r"\1 €", french.fold(text))
    folded = french.plain_numbers(signed)
    folded = re.sub(r"(?<=\d) ?(?:€|euros?|d'euros)(?!\w)", " €", folded)
    return re.sub(r"[\s*_]+", " ", folded)


def contains(text: str, wanted: str) -> bool:
    """Whether `wanted` stands in `text`, not as a part of another number or word."""
    written = comparable(wanted).strip()
    start = r"(?<![\d,.])" if written[0].isdigit() else r"(?<!\w)"
    end = r"(?![\d]|[.,]\d)" if written[-1].isdigit() else ""
    return re.search(start + re.escape(written) + end, comparable(text)) is not None


def judge(question: GoldQuestion, result: Result, milliseconds: float) -> Verdict:
    """Compare one result with what gold expects."""
    status, text = status_of(result), texts.render(result)
    documents = tuple(dict.fromkeys(one.document for one in texts.citations(result)))
    problems: list[str] = []
    if status not in question.statuses:
        problems.append(f"statut {status} au lieu de {'/'.join(question.statuses)}")
    if status == "answered":
        problems += [f"manque « {one} »" for one in question.must if not contains(text, one)]
        problems += [f"manque un de {one}" for one in question.must_any if not any(contains(text, x) for x in one)]
        if question.documents and not set(documents) & set(question.documents):
            problems.append(f"cite {documents} au lieu de {question.documents}")
    wrong = [one for one in question.must_not if contains(text, one)]
    problems += [f"contient « {one} »" for one in wrong]
    # An answer where there should be none, or one without its figure, is a wrong figure when it shows one.
    wrong_figure = bool(wrong) or (
        status == "answered" and bool(problems) and re.search(r"\d ?(?:€|%)", text) is not None
    )
    return Verdict(question, status, text, documents, milliseconds, tuple(problems), wrong_figure)


def run(questions: Iterable[GoldQuestion], answer: Callable[[str, date], Result], today: date) -> list[Verdict]:
    """Ask every question and judge the results."""
    verdicts = []
    for question in questions:
        started = time.perf_counter()
        result = answer(question.text, question.today or today)
        verdicts.append(judge(question, result, (time.perf_counter() - started) * 1000))
    return verdicts


def score(verdicts: Sequence[Verdict], recall: dict[int, float] | None = None) -> Scores:
    """Sum a run up."""
    answerable = [one for one in verdicts if one.question.answerable]
    unanswerable = [one for one in verdicts if one.question.unanswerable]
    refused = [one for one in verdicts if one.status == "refused"]
    answered = [one for one in answerable if one.status == "answered"]
    times = sorted(one.milliseconds for one in verdicts)
    cited = [one for one in answered if one.question.documents]
    return Scores(
        questions=len(verdicts),
        right=_share(not one.problems for one in verdicts),
        exact_figures=_share(not one.problems for one in answerable),
        wrong_figures=sum(one.wrong_figure for one in verdicts),
        citation_precision=_share(bool(set(one.documents) & set(one.question.documents)) for one in cited),
        refusal_precision=_share("refused" in one.question.statuses for one in refused),
        refusal_recall=_share(one.status != "answered" for one in unanswerable),
        answerable_refused=_share(one.status != "answered" for one in answerable),
        recall=recall or {},
        p50_ms=round(statistics.median(times), 1),
        p95_ms=round(times[int(0.95 * (len(times) - 1))], 1),
    )


def recall_at(
    questions: Iterable[GoldQuestion], documents_of: Callable[[str], Sequence[str]], depths: Sequence[int] = (1, 3, 5)
) -> dict[int, float]:
    """Return, for each depth, how often one of the expected fiches is among the first passages found."""
    expected = [(set(one.documents), documents_of(one.text)) for one in questions if one.documents]
    return {depth: _share(bool(wanted & set(found[:depth])) for wanted, found in expected) for depth in depths}


def _share(outcomes: Iterable[bool]) -> float:
    listed = list(outcomes)
    return round(sum(listed) / len(listed), 4) if listed else 1.0
