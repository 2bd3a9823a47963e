"""`python -m bot evaluate`: answers graded by the strict judge, on the gold questions or on an exam."""

import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.config import ROOT, Config, load_config
from bot.errors import UserError
from bot.toml_text import read_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from bot.answers.answering import Answerer
    from bot.evaluation.judging import Judgement
    from bot.evaluation.scores import Row, Scores
    from bot.results import Result

GOLD = ROOT / "tests" / "gold"
EXAMS = ROOT / "tests" / "exams"
_TODAY = "2026-11-21"  # the day for which the gold questions were written, unless they name another
_LABELS = {
    "questions": "questions",
    "right": "réponses justes",
    "answerable_right": "répondables : justes, bonne source",
    "wrong": "réponses fausses (nombre)",
    "wrongly_answered": "répondues à tort (nombre)",
    "citation_precision": "bonne fiche citée",
    "refusal_precision": "refus justifiés",
    "refusal_recall": "sans réponse : refusées",
    "answerable_refused": "répondables refusées à tort",
    "turns": "tours de conversation",
    "turns_right": "tours justes",
    "conversations_right": "conversations sans faute",
    "p50_ms": "latence médiane (ms)",
    "p95_ms": "latence p95 (ms)",
}


@dataclasses.dataclass(frozen=True)
class Run:
    """What a set of questions and conversations came to."""

    judged: "list[Judgement]"
    talks: "list[list[Judgement]]"
    recall: dict[int, float]

    @property
    def all(self) -> "list[Judgement]":
        return [*self.judged, *(turn for talk in self.talks for turn in talk)]


def evaluate(
    context: typer.Context,
    gold: Annotated[Path, typer.Option(help="Dossier ou fichier de questions (TOML).")] = GOLD,
    exam: Annotated[str, typer.Option(help="Un examen de tests/exams, au lieu des questions de référence.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Un objet JSON au lieu du tableau.")] = False,
    failures: Annotated[bool, typer.Option("--failures", help="Montrer chaque réponse qui n'est pas juste.")] = False,
    answers: Annotated[Path | None, typer.Option(help="Écrire les réponses dans ce fichier, pour les lire.")] = None,
) -> None:
    """Note les réponses, sur les questions de référence ou un examen ; code 1 sous un niveau enregistré."""
    folder = exam_folder(exam) if exam else gold
    done = measure(load_config(context.obj), folder, day_of(folder))
    if answers is not None:
        _write_answers(answers, done.all)
    scores = scores_of(done)
    missed = below(scores, read_levels(folder))
    if as_json:
        sys.stdout.write(json.dumps(_as_json(scores, done, missed), ensure_ascii=False) + "\n")
    else:
        _print(scores, done, grades=bool(exam), failures=failures or bool(exam))
    for line in missed:
        sys.stderr.write(line + "\n")
    raise typer.Exit(1 if missed else 0)


def exam_folder(name: str) -> Path:
    """Return the folder of an exam; UserError that lists them when there is none of that name."""
    listed = sorted(path.name for path in EXAMS.iterdir() if path.is_dir())
    if name not in listed:
        raise UserError(f"Pas d'examen « {name} » : il y a {', '.join(listed)}.")
    return EXAMS / name


def measure(config: Config, folder: Path, today: "date") -> Run:
    """Put the questions and conversations of `folder` to the bot of `config` and grade its answers."""
    from bot.app import open_answerer
    from bot.evaluation.expectations import CONVERSATIONS, load_questions, load_talks
    from bot.evaluation.judging import Judge
    from bot.evaluation.running import ask, converse, recall_at
    from bot.progress import terminal_progress

    only_talks = folder.name == CONVERSATIONS
    questions, talks = [] if only_talks else load_questions(folder), load_talks(folder)
    with terminal_progress() as progress:
        answerer = open_answerer(config, progress)
    judge = Judge(tuple(dict.fromkeys(one.name for one in answerer.programme.laureates())))

    judged = ask(questions, answerer.answer, today, judge)
    return Run(
        judged,
        converse(talks, lambda: _conversation(answerer), today, judge),
        recall_at(questions, lambda text: documents_of(answerer, text, today)),
    )


def documents_of(answerer: "Answerer", text: str, today: "date") -> list[str]:
    """Return the fiches in which the bot looks for an answer: those of the likeliest attributes, then the nearest."""
    candidates = answerer.read(text, today).candidates
    told = [one.document for each in candidates for one in answerer.sections.get(each.attribute, ())]
    near = [hit.passage.info.document for hit in answerer.index.search(text)]
    return list(dict.fromkeys([*told, *near]))


def _conversation(answerer: "Answerer") -> "Callable[[str, date], Result]":
    from bot.answers.state import Conversation

    kept = Conversation()

    def reply(text: str, day: "date") -> "Result":
        nonlocal kept
        result, kept = answerer.reply(text, kept, day)
        return result

    return reply


def scores_of(done: Run) -> "Scores":
    """Sum a run up; conversations alone count as questions."""
    from bot.evaluation.scores import score

    return score(done.judged or done.all, done.recall, done.talks)


def day_of(folder: Path) -> "date":
    """Return the day on which the questions of a folder are asked, unless they name another."""
    from bot.console import parse_day

    described = folder / "exam.toml"
    if described.is_file():
        return parse_day(str(read_toml(described.read_text(encoding="utf-8"))["asked_on"]))
    return parse_day(_TODAY)


def gold_day() -> "date":
    """Return the day for which the gold questions were written, unless they name another."""
    return day_of(GOLD)


def read_levels(gold: Path) -> dict[str, float]:
    """Return the levels recorded beside the gold questions, by the name of the figure; {} when there are none."""
    path = (gold if gold.is_dir() else gold.parent) / "levels.toml"
    try:
        return {key: float(value) for key, value in read_toml(path.read_text(encoding="utf-8"))["levels"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise UserError(f"{path.name} : niveaux illisibles ({error}).") from error


def below(scores: "Scores", levels: dict[str, float]) -> list[str]:
    """Return one French line for each figure that is worse than its level; « max_ » in front: must not be above."""
    figures = {**dataclasses.asdict(scores), **{f"recall_{k}": v for k, v in scores.recall.items()}}
    missed = []
    for name, level in levels.items():
        figure = figures[name.removeprefix("max_")]
        if figure > level if name.startswith("max_") else figure < level:
            missed.append(f"{name} : {figure} (niveau enregistré : {level})")
    return missed


def _rows(done: Run) -> "list[Row]":
    from bot.evaluation.scores import by_kind, by_place, row

    return [*by_kind(done.judged), row("en tout", done.all), *by_place(done.talks)]


def _as_json(scores: "Scores", done: Run, missed: "Sequence[str]") -> dict[str, Any]:
    rows = {one.name: {**{str(grade): count for grade, count in one.grades.items()}} for one in _rows(done)}
    return {**dataclasses.asdict(scores), "grades": rows, "missed": list(missed)}


def _write_answers(path: Path, judged: "Sequence[Judgement]") -> None:
    lines = [
        {
            "id": one.question.id,
            "question": one.question.text,
            "status": one.reply.status,
            "reason": one.reply.reason,
            "text": one.reply.text,
            "citations": [
                {"document": cited.document, "date": cited.date and cited.date.isoformat(), "quote": cited.quote}
                for cited in one.reply.cited
            ],
            "grade": str(one.grade),
            "problems": list(one.problems),
        }
        for one in judged
    ]
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


def _print(scores: "Scores", done: Run, *, grades: bool, failures: bool) -> None:
    from rich.console import Console

    screen = Console()
    if grades:
        _print_grades(screen, done)
    else:
        _print_scores(screen, scores)
    for one in done.all if failures else ():
        if not one.right:
            shown = " ".join(one.reply.body.split())[:160]
            problems = " ; ".join(one.problems)
            line = f"[{one.grade}] {one.question.id} · {one.question.text} → {problems} · « {shown} »"
            screen.print(line, markup=False, highlight=False, soft_wrap=True)


def _print_scores(screen: Any, scores: "Scores") -> None:
    from rich.table import Table

    table = Table("mesure", "valeur")
    for name, label in _LABELS.items():
        table.add_row(label, f"{getattr(scores, name)}")
    for depth, share in scores.recall.items():
        table.add_row(f"rappel@{depth}", f"{share}")
    screen.print(table)


def _print_grades(screen: Any, done: Run) -> None:
    from bot.evaluation.judging import Grade
    from bot.evaluation.replies import PLAIN
    from bot.evaluation.scores import lengths, whole

    for one in _rows(done):
        low, high = one.right.interval()
        others = [
            f"{grade} {count}" for grade in reversed(Grade) if (count := one.grades.get(grade)) and grade != "juste"
        ]
        told = f"{one.name:24} {one.right.count:4} sur {one.total:4} {one.right.share:7.1%} [{low:.0%}–{high:.0%}]"
        screen.print(f"{told}  {' · '.join(others)}".rstrip(), markup=False, highlight=False, soft_wrap=True)
    median, long = lengths(done.all)
    screen.print(f"Longueur médiane avant les sources : {median} caractères.")
    screen.print(f"Réponses de plus de {PLAIN} caractères : {long.count} sur {long.of}.")
    if done.talks:
        perfect = whole(done.talks)
        screen.print(f"Conversations justes d'un bout à l'autre : {perfect.count} sur {perfect.of}.\n")
