"""Builds every object from the configuration."""

import contextlib
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from bot.answers.answering import Answerer
from bot.answers.sections import sections_of, stems_of
from bot.config import Config, MatrixConfig, silence_telemetry
from bot.documents import french
from bot.documents.embedding import Embedder, open_embedder
from bot.documents.index import DamagedIndex, Index, open_index
from bot.documents.passages import Passage, list_documents, load_passages
from bot.documents.refresh import Progress, Refreshed, current_folder, is_outgrown, refresh
from bot.errors import ConfigurationError, IndexUnavailable, UnreadableDocument
from bot.language.allowance import StoredAllowance
from bot.language.assisted import Assisted
from bot.language.generation import open_model
from bot.language.usage import Allowance, Help, Unlimited
from bot.model_texts import usage
from bot.programme.attributes import Attributes, load_attributes
from bot.programme.criteria_file import load_criteria
from bot.programme.facts import load_programme
from bot.progress import terminal_progress
from bot.questions import opening
from bot.questions.learning import Course, train_all
from bot.questions.lexicon import load_lexicon
from bot.questions.opening import Counts, Documents, open_reader
from bot.questions.weights import SHIPPED, Weights, load_weights, to_text
from bot.speaker import IndexSpeaker
from bot.store import open_store
from bot.workers.child import Bounds
from bot.workers.worker import Kind

_CLOCK_SECONDS = 120.0  # that an answer may take on a busy machine
_TRIES = 5  # of an embedding endpoint, the pauses between them included
_AT_ONCE_BYTES = 1 << 30  # address space that one answer may add to that of a worker
PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """Return the present moment in Paris; the one place where the clock is read."""
    return datetime.now(PARIS)


def refresh_index(config: Config, progress: Progress, *, dry_run: bool = False) -> Refreshed:
    """Bring the index in step with the configured documents, and the counts of the wordings with it."""
    silence_telemetry()
    embedder = open_embedder(config.embedding)
    state = config.state.directory
    done = refresh(config.knowledge.documents, state, embedder, dry_run=dry_run, progress=progress)
    if not dry_run and current_folder(state) is not None:
        counts = _counts(config, embedder)
        if not counts.is_kept:
            attributes = load_attributes(config.knowledge.programme)
            counts.tables(load_programme(config.knowledge.programme), load_lexicon(), _names(attributes))
            if not counts.is_kept:
                raise IndexUnavailable(
                    f"L'index est à jour et en service, mais « {counts.file} » n'a pu être écrit (disque plein ?) : "
                    "chaque démarrage sera plus lent. Libérez de la place, puis relancez « python ingest.py »."
                )
    return done


def open_answerer(config: Config, progress: Progress) -> Answerer:
    """Return what answers questions; builds the index first when there is none or the documents have outgrown it."""
    silence_telemetry()
    embedder = open_embedder(config.embedding)
    documents, state = config.knowledge.documents, config.state.directory
    facts = config.knowledge.programme
    programme, lexicon, attributes = load_programme(facts), load_lexicon(), load_attributes(facts)
    if is_outgrown(documents, state, embedder):
        refresh(documents, state, embedder, progress=progress)
    try:
        index = _open_current(state, embedder)
    except DamagedIndex:
        refresh(documents, state, embedder, progress=progress)
        index = _open_current(state, embedder)
    tables = _counts(config, embedder).tables(programme, lexicon, _names(attributes))
    said = _said(index.passages, attributes, index.lexical.corrected)
    weights = weights_for(embedder, state)
    reader = open_reader(tables, weights, programme, lexicon, attributes, said, embedder.embed_query)
    return Answerer(index, programme, attributes, reader, load_criteria(facts))


def weights_for(embedder: Embedder, state: Path) -> Weights:
    """Return the weights trained with an embedder: those of this machine, or those that ship.

    Raises ConfigurationError when neither is: of another embedder's vectors they would make anything.
    """
    for folder in (state, None):  # the second is read only when the first is not of this embedder
        weights = load_weights(folder)
        if weights.embedder == embedder.identity:
            return weights
    raise ConfigurationError(
        "Les poids de lecture sont faits pour un autre modèle de vecteurs que celui qui est choisi : "
        "lancez « python -m bot train », ou revenez à l'ancien embedding.model."
    )


def train(config: Config, say: Callable[[str], None]) -> Path:
    """Train the reader on the wordings, and return where its weights were written.

    Those of the builtin embedder ship with the program; those of another one are of this machine, with its state.
    """
    silence_telemetry()
    embedder = open_embedder(config.embedding)
    course = course_of(config, embedder)
    kept = {"embedder": embedder.identity, **train_all(course, say)}
    target = SHIPPED if config.embedding.model == "builtin" and not config.embedding.endpoint else None
    target = target or config.state.directory / SHIPPED.name
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    partial.write_text(to_text(kept), encoding="utf-8")
    partial.replace(target)
    return target


def course_of(config: Config, embedder: Embedder) -> Course:
    """Return what a reader is trained on; the documents are read afresh, no index is needed."""
    knowledge = config.knowledge
    attributes = load_attributes(knowledge.programme)
    said = _said(_passages(knowledge.documents), attributes, lambda word: word)

    def embed(texts: list[str]) -> NDArray[np.float32]:
        return np.asarray(embedder.embed_documents(texts), dtype=np.float32)

    programme = load_programme(knowledge.programme)
    return Course(knowledge.wordings, programme, load_lexicon(), attributes, said.texts, said.stems, embed)


def assistance(config: Config, allowance: Allowance | None = None) -> Callable[[Answerer], Answerer | Assisted]:
    """Return what puts the configured language model beside an answerer; the answerer alone when none is configured.

    Nothing is asked of the model yet: it may be down. Raises ConfigurationError when it cannot be opened.
    """
    if config.llm is None:
        return lambda answerer: answerer
    model, seconds = open_model(config.llm), config.llm.timeout_seconds
    help_of = Help(model, seconds, allowance or Unlimited(), wording=config.llm.wording)
    return lambda answerer: Assisted(answerer, help_of)


async def run_bot(config: Config) -> None:
    """Run the bot in Matrix until it is cancelled: its loops are listed in `bot.matrix.service`."""
    # Imported here: nio is for this command alone.
    from bot.matrix.service import serve
    from bot.matrix.speaking import WorkerSpeaker

    # The account of the bot is of no use to a worker.
    opening = pickle.dumps(config.model_copy(update={"matrix": MatrixConfig()}))
    kind = Kind((sys.executable, "-m", "bot.worker"), opening, _bounds(config))
    state = config.state.directory

    def index_in_force() -> str | None:
        folder = current_folder(state)
        return folder.name if folder else None

    speaker = WorkerSpeaker(
        kind,
        config.answers.workers,
        index_in_force,
        lambda: load_programme(config.knowledge.programme),
        say_use=partial(usage, wording=config.llm.wording) if config.llm else None,
    )
    await serve(config, speaker, now)


def _bounds(config: Config) -> Bounds:
    """Return what an answer may take; what it waits for without computing has its own limits, which add up."""
    embedding, answers = config.embedding, config.answers
    waits = (config.llm.timeout_seconds if config.llm else 0) + (
        _TRIES * embedding.timeout_seconds if embedding.endpoint else 0
    )
    return Bounds(
        processor=answers.processor_seconds,
        clock=_CLOCK_SECONDS + waits,
        at_once=_AT_ONCE_BYTES,
        answers=answers.renew_after,
        growth=answers.growth_mb << 20,
    )


def open_speaker(config: Config) -> IndexSpeaker:
    """Return what a worker answers with, ready to answer at once."""
    each = config.llm.questions_per_user if config.llm else 0
    assisted = assistance(config, StoredAllowance(lambda: open_store(config.state.directory / "bot.db"), each))
    with terminal_progress() as progress:
        answerer = open_answerer(config, progress)
    if config.embedding.endpoint is None:
        # A model is loaded by its first question: not by that of a person, who would wait for it.
        answerer.answer("Qu'est-ce que le FAST ?", now().date())
    return IndexSpeaker(assisted(answerer), config.conversation.forget_after)


def _open_current(state: Path, embedder: Embedder) -> Index:
    folder = current_folder(state)
    if folder is None:
        raise IndexUnavailable("L'index est introuvable : lancez « python ingest.py ».")
    return open_index(folder, embedder)


def _counts(config: Config, embedder: Embedder) -> Counts:
    file = config.state.directory / "index" / opening.FILE
    return Counts(file, config.knowledge.wordings, config.knowledge.programme, embedder.identity)


def _names(attributes: Attributes) -> tuple[str, ...]:
    return tuple(one.name for one in attributes.all)


def _said(passages: Sequence[Passage], attributes: Attributes, corrected: Callable[[str], str]) -> Documents:
    """Return what the reader takes of the documents."""
    texts = stems_of(sections_of(passages, attributes), attributes)
    stems = frozenset(stem for passage in passages for stem in french.tokens(passage.text))
    return Documents(texts, stems, corrected)


def _passages(folder: Path) -> list[Passage]:
    found: list[Passage] = []
    for document in list_documents(folder):
        with contextlib.suppress(UnreadableDocument):
            found += load_passages(document, folder)
    return found
