"""How often an expected fiche is among the first passages found: our search, and what it is compared with."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from benchmarks import baselines
from benchmarks.baselines import DEEPEST, Retriever
from benchmarks.figures import Bound, Row, Table
from benchmarks.workspace import GOLD, Workspace
from bot.answers.answering import Answerer
from bot.app import now
from bot.commands.evaluate import documents_of
from bot.documents.encoder import OwnEmbedder
from bot.evaluation.expectations import Question, load_questions
from bot.evaluation.running import recall_at
from bot.evaluation.values import comparable
from bot.questions.wordings import load_wordings

DEPTHS = (1, 3, 4, 5)
RECALL = Bound("5", 0.95, at_least=True)


def measure(workspace: Workspace) -> Table:
    """Return recall at several depths of four retrievers on the same fiches and questions."""
    answerer = workspace.open_answerer()
    questions = [one for one in load_questions(GOLD) if one.documents]
    knowledge, today = workspace.config.knowledge, now().date()
    new = _never_written(questions, knowledge.wordings)
    chunks = baselines.chunks(baselines.bodies(knowledge.documents))
    rows = [
        _row("le bot", questions, as_the_bot(answerer, today), RECALL),
        _row("le bot, sur les questions nouvelles", new, as_the_bot(answerer, today)),
        _row("notre index seul", questions, _index_alone(answerer)),
        _row("tutoriel LangChain", questions, baselines.tutorial(chunks, OwnEmbedder())),
        _row("BM25 sur str.split", questions, baselines.plain_words(chunks)),
    ]
    return Table("retrieval", "", rows, _notes(len(questions), len(new), rows[0], rows[3]))


def as_the_bot(answerer: Answerer, today: date) -> Retriever:
    """Return where the bot looks: the sections of the likeliest attributes, then the index."""
    return lambda question: documents_of(answerer, question, today)


def _index_alone(answerer: Answerer) -> Retriever:
    return lambda question: [hit.passage.info.document for hit in answerer.index.search(question, top=DEEPEST)]


def _never_written(questions: Sequence[Question], wordings: Path) -> list[Question]:
    """Return the questions that do not stand word for word among the wordings that the reader has learnt."""
    written = {_letters(one.text) for one in load_wordings(wordings)}
    return [one for one in questions if _letters(one.text) not in written]


def _letters(text: str) -> str:
    return "".join(character for character in comparable(text) if character.isalnum())


def _row(
    name: str, questions: Sequence[Question], search: Callable[[str], list[str]], bound: Bound | None = None
) -> Row:
    recall = recall_at(questions, search, DEPTHS)
    return Row(name, {str(depth): share for depth, share in recall.items()}, bound)


def _notes(asked: int, new: int, ours: Row, tutorial: Row) -> list[str]:
    gains = ", ".join(
        f"recall@{depth} × {ours.figures[depth] / max(tutorial.figures[depth], 1e-9):.2f}" for depth in ("1", "3", "5")
    ).replace(".", ",")
    return [
        f"{asked} questions de tests/gold qui nomment leurs fiches, "
        f"dont {new} qui ne sont pas écrites mot pour mot parmi les formulations apprises",
        f"le bot rapporté au tutoriel : {gains}",
        "le tutoriel s'arrête à 4 passages ; sa colonne 5 est donnée pour comparer",
    ]
