"""How often an expected fiche is among the first passages found: our search, and what it is compared with."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from benchmarks import baselines
from benchmarks.baselines import DEEPEST, Retriever
from benchmarks.figures import Bound, Row, Table
from benchmarks.workspace import GOLD, Workspace
from bot.dialogue.answering import Answerer
from bot.dialogue.known import questions_of
from bot.documents.embedding import BuiltinEmbedder
from bot.evaluation.expectations import Question, load_questions
from bot.evaluation.running import recall_at
from bot.evaluation.values import comparable

DEPTHS = (1, 3, 4, 5)
RECALL = Bound("5", 0.95, at_least=True)


def measure(workspace: Workspace) -> Table:
    """Return recall at several depths of four retrievers on the same fiches and questions."""
    answerer = workspace.open_answerer()
    questions = [one for one in load_questions(GOLD) if one.documents]
    new = _never_written(questions, answerer)
    folder, embedder = workspace.config.knowledge.documents, BuiltinEmbedder()
    by_variant = {
        variant: baselines.chunks(baselines.bodies(folder, with_questions=with_questions))
        for variant, with_questions in (("avec", True), ("sans", False))
    }
    dense = {variant: baselines.tutorial(chunks, embedder) for variant, chunks in by_variant.items()}
    plain = {variant: baselines.plain_words(chunks) for variant, chunks in by_variant.items()}
    rows = [
        _row("le bot", questions, as_the_bot(answerer), RECALL),
        _row("le bot, sur les questions nouvelles", new, as_the_bot(answerer)),
        _row("notre index seul", questions, _index_alone(answerer)),
        *_variants("tutoriel LangChain", questions, dense),
        *_variants("BM25 sur str.split", questions, plain),
    ]
    return Table("retrieval", "", rows, _notes(len(questions), len(new), rows[0], rows[3]))


def as_the_bot(answerer: Answerer) -> Retriever:
    """Return the search of the bot: its analysis of the question, and the known questions near to it."""

    def search(question: str) -> list[str]:
        request = answerer.understand(question)
        hits = answerer.reader.search(request, answerer.placer.place(request))
        return [hit.passage.info.document for hit in hits]

    return search


def _index_alone(answerer: Answerer) -> Retriever:
    return lambda question: [hit.passage.info.document for hit in answerer.index.search(question, top=DEEPEST)]


def _never_written(questions: Sequence[Question], answerer: Answerer) -> list[Question]:
    """Return the questions that do not stand word for word in the fiches or in the program's examples."""
    written = {_letters(one.text) for one in questions_of(answerer.index.passages)}
    return [one for one in questions if _letters(one.text) not in written]


def _letters(text: str) -> str:
    return "".join(character for character in comparable(text) if character.isalnum())


def _row(
    name: str, questions: Sequence[Question], search: Callable[[str], list[str]], bound: Bound | None = None
) -> Row:
    recall = recall_at(questions, search, DEPTHS)
    return Row(name, {str(depth): share for depth, share in recall.items()}, bound)


def _variants(name: str, questions: Sequence[Question], variants: dict[str, Retriever]) -> list[Row]:
    """Return one row a variant; the one that finds more in its first four comes first and bears the name."""
    rows = [_row(f"{variant} les lignes « Questions : »", questions, search) for variant, search in variants.items()]
    best, *others = sorted(rows, key=lambda row: (row.figures["4"], row.figures["1"]), reverse=True)
    return [replace(best, name=f"{name}, {best.name}"), *(replace(row, name=f"· {row.name}") for row in others)]


def _notes(asked: int, new: int, ours: Row, tutorial: Row) -> list[str]:
    gains = ", ".join(
        f"recall@{depth} × {ours.figures[depth] / max(tutorial.figures[depth], 1e-9):.2f}" for depth in ("1", "3", "5")
    ).replace(".", ",")
    return [
        f"{asked} questions de tests/gold qui nomment leurs fiches, "
        f"dont {new} qui ne sont pas écrites mot pour mot dans les fiches ou les exemples",
        f"le bot rapporté au meilleur du tutoriel : {gains}",
        "le tutoriel s'arrête à 4 passages ; sa colonne 5 est donnée pour comparer",
    ]
