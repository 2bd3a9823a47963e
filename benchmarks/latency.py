"""How long a warm answer takes, in this process, and where the time goes."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from benchmarks.figures import Bound, Row, Table, latencies
from benchmarks.stages import watch
from benchmarks.workspace import GOLD, Workspace
from bot.answers.answering import Answerer
from bot.app import now
from bot.console import status_of
from bot.evaluation.expectations import Question, load_questions

ROUNDS = 5
ANSWER = Bound("p95", 100.0)
FACTS = Bound("p95", 10.0)

_STAGES = {"scanned": "repérer", "read": "lire", "section": "sections des fiches"}


@dataclass(frozen=True)
class Timing:
    """The milliseconds of one answer: all of them, those of the processor, those of each stage."""

    status: str
    total: float
    processor: float
    stages: dict[str, float] = field(default_factory=dict)

    @property
    def rest(self) -> float:
        """What the stages leave: the facts, when no section was read."""
        return self.total - sum(self.stages.values())

    @property
    def is_from_facts(self) -> bool:
        """Whether the question was read, then answered without a section of a fiche."""
        return "read" in self.stages and "section" not in self.stages and self.status != "refused"


def measure(workspace: Workspace) -> Table:
    """Return the latency of answers on the gold questions, whole and by stage."""
    rounds = timed_rounds(workspace)
    rows = [Row("réponse", latencies([[one.total for one in timings] for timings in rounds]), ANSWER)]
    rows.append(Row("réponse, temps de processeur", latencies([[one.processor for one in each] for each in rounds])))
    for stage, name in _STAGES.items():
        times = [[one.stages[stage] for one in timings if stage in one.stages] for timings in rounds]
        rows.append(Row(f"· {name}", latencies(times)))
    rows.append(Row("· faits et mise en réponse", latencies([[one.rest for one in timings] for timings in rounds])))
    return Table("latency", "ms", rows, [_counted(rounds), _shares(rounds)])


def measure_facts(workspace: Workspace) -> Table:
    """Return what answering from the facts adds to understanding and placing the question."""
    rounds = timed_rounds(workspace)
    from_facts = [[one for one in timings if one.is_from_facts] for timings in rounds]
    rows = [
        Row("les faits seuls", latencies([[one.rest for one in timings] for timings in from_facts]), FACTS),
        Row("réponse entière", latencies([[one.total for one in timings] for timings in from_facts])),
    ]
    return Table("facts", "ms", rows, [f"{len(from_facts[0])} réponses par les faits, sur {_counted(rounds)}"])


def timed_rounds(workspace: Workspace) -> list[list[Timing]]:
    """Return the timings of every gold question in each round, after one round that warms up."""
    answerer, questions, today = workspace.open_answerer(), load_questions(GOLD), now().date()
    stages: dict[str, float] = {}
    watch(answerer.reader, "scanned", _noting(stages, "scanned"))
    watch(answerer.reader, "read_scan", _noting(stages, "read"))
    watch(answerer, "sections_told", _noting(stages, "section"))
    return [_round(answerer, questions, today, stages) for _ in range(ROUNDS + 1)][1:]


def _noting(stages: dict[str, float], name: str) -> Callable[[object, float], None]:
    def note(_: object, milliseconds: float) -> None:
        stages[name] = stages.get(name, 0.0) + milliseconds

    return note


def _round(answerer: Answerer, questions: Sequence[Question], today: date, stages: dict[str, float]) -> list[Timing]:
    timings = []
    for question in questions:
        stages.clear()
        used, started = time.process_time(), time.perf_counter()
        result = answerer.answer(question.text, question.today or today)
        total, processor = time.perf_counter() - started, time.process_time() - used
        timings.append(Timing(status_of(result), total * 1000, processor * 1000, dict(stages)))
    return timings


def _counted(rounds: Sequence[Sequence[Timing]]) -> str:
    return f"{len(rounds[0])} questions, {len(rounds)} tours après un tour de chauffe ; médianes des tours"


def _shares(rounds: Sequence[Sequence[Timing]]) -> str:
    timings = [one for each in rounds for one in each]
    total = sum(one.total for one in timings)
    spent = {name: sum(one.stages.get(stage, 0.0) for one in timings) for stage, name in _STAGES.items()}
    spent["le reste"] = total - sum(spent.values())
    return "part du temps : " + ", ".join(f"{name} {time_spent / total:.0%}" for name, time_spent in spent.items())
