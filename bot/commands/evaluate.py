"""`python -m bot evaluate`: the answers measured on the gold questions, as a table and as JSON."""

import dataclasses
import json
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.config import ROOT, Config, load_config
from bot.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from bot.evaluation import GoldConversation, GoldQuestion, Scores, Verdict
    from bot.results import Result

GOLD = ROOT / "tests" / "gold"
_TODAY = "2026-11-21"  # the day for which the gold questions were written, unless they name another
_LABELS = {
    "questions": "questions",
    "right": "réponses justes",
    "exact_figures": "répondables : bon fait, bonne source",
    "wrong_figures": "chiffres faux (nombre)",
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


def evaluate(
    context: typer.Context,
    gold: Annotated[Path, typer.Option(help="Dossier ou fichier de questions (TOML).")] = GOLD,
    as_json: Annotated[bool, typer.Option("--json", help="Un objet JSON au lieu du tableau.")] = False,
    failures: Annotated[bool, typer.Option("--failures", help="Montrer chaque réponse jugée fausse.")] = False,
) -> None:
    """Mesure les réponses sur les questions de référence ; code 1 si un niveau enregistré n'est plus atteint."""
    from bot.evaluation import load_conversations, load_gold

    scores, verdicts = measure(load_config(context.obj), load_gold(gold), load_conversations(gold))
    missed = below(scores, read_levels(gold))
    if as_json:
        found = {**dataclasses.asdict(scores), "missed": missed}
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    else:
        _print(scores, verdicts if failures else [])
    for line in missed:
        sys.stderr.write(line + "\n")
    raise typer.Exit(1 if missed else 0)


def measure(
    config: Config, questions: "list[GoldQuestion]", conversations: "Sequence[GoldConversation]" = ()
) -> "tuple[Scores, list[Verdict]]":
    """Return the scores and verdicts of the bot of `config` on gold questions, then on the turns of conversations."""
    from bot.app import open_answerer
    from bot.dialogue.conversation import Conversation
    from bot.evaluation import converse, recall_at, run, score, with_conversations
    from bot.progress import terminal_progress

    with terminal_progress() as progress:
        answerer = open_answerer(config, progress)

    def documents_of(text: str) -> list[str]:
        request = answerer.understand(text)
        return [hit.passage.info.document for hit in answerer.reader.search(request, answerer.placer.place(request))]

    def begin() -> "Callable[[str, date], Result]":
        kept = Conversation()

        def reply(text: str, day: "date") -> "Result":
            nonlocal kept
            result, kept = answerer.reply(text, kept, day)
            return result

        return reply

    today = gold_day()
    verdicts = run(questions, answerer.answer, today)
    scores = score(verdicts, recall_at(questions, documents_of))
    played = converse(conversations, begin, today)
    return with_conversations(scores, played), [*verdicts, *(turn for one in played for turn in one)]


def gold_day() -> "date":
    """Return the day for which the gold questions were written, unless they name another."""
    from bot.console import parse_day

    return parse_day(_TODAY)


def read_levels(gold: Path) -> dict[str, float]:
    """Return the levels recorded beside the gold questions, by the name of the figure; {} when there are none."""
    path = (gold if gold.is_dir() else gold.parent) / "levels.toml"
    try:
        return {key: float(value) for key, value in tomllib.loads(path.read_text(encoding="utf-8"))["levels"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
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


def _print(scores: "Scores", verdicts: "list[Verdict]") -> None:
    from rich.console import Console
    from rich.table import Table

    screen = Console()
    table = Table("mesure", "valeur")
    for name, label in _LABELS.items():
        table.add_row(label, f"{getattr(scores, name)}")
    for depth, share in scores.recall.items():
        table.add_row(f"rappel@{depth}", f"{share}")
    screen.print(table)
    for verdict in verdicts:
        if verdict.problems:
            screen.print(f"\n[bold]{verdict.question.text}[/bold] ({verdict.status})", highlight=False)
            screen.print(verdict.text, markup=False, highlight=False)
            screen.print("→ " + " ; ".join(verdict.problems), markup=False, highlight=False)
