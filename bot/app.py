"""Builds every object from the configuration."""

import pickle
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.config import Config, MatrixConfig, silence_telemetry
from bot.dialogue.answering import Answerer
from bot.dialogue.known import Cache, fingerprint, questions_of
from bot.dialogue.lexicon import Lexicon, load_lexicon
from bot.dialogue.neighbours import Neighbours
from bot.dialogue.placing import Placer, wording
from bot.dialogue.products import without_products
from bot.dialogue.understanding import rewritten
from bot.documents.embedding import Embedder, open_embedder
from bot.documents.index import DamagedIndex, Index, open_index, read_passages
from bot.documents.passages import Passage
from bot.documents.refresh import Progress, Refreshed, current_folder, is_outgrown, refresh
from bot.errors import IndexUnavailable
from bot.language.allowance import StoredAllowance
from bot.language.assisted import Assisted
from bot.language.generation import open_model
from bot.language.usage import Allowance, Help, Unlimited
from bot.model_texts import usage
from bot.programme.criteria_file import load_criteria
from bot.programme.facts import load_programme
from bot.programme.lookup import Programme
from bot.programme.names import fold
from bot.progress import terminal_progress
from bot.speaker import IndexSpeaker
from bot.store import open_store
from bot.workers.child import Bounds
from bot.workers.worker import Kind

_FAMILY = 5  # letters that words of one family share
_CLOCK_SECONDS = 120.0  # that an answer may take on a busy machine
_TRIES = 5  # of an embedding endpoint, the pauses between them included
_AT_ONCE_BYTES = 1 << 30  # address space that one answer may add to that of a worker
PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """Return the present moment in Paris; the one place where the clock is read."""
    return datetime.now(PARIS)


def refresh_index(config: Config, progress: Progress, *, dry_run: bool = False) -> Refreshed:
    """Bring the index in step with the configured documents, and the known questions with it."""
    silence_telemetry()
    embedder = open_embedder(config.embedding)
    state = config.state.directory
    done = refresh(config.knowledge.documents, state, embedder, dry_run=dry_run, progress=progress)
    folder = current_folder(state)
    if not dry_run and folder is not None:
        passages = read_passages(folder)
        questions, cache = questions_of(passages), _cache(config, embedder)
        if not cache.holds(questions):
            _neighbours(config, passages, embedder, load_programme(config.knowledge.programme), load_lexicon())
            if not cache.holds(questions):
                raise IndexUnavailable(
                    f"L'index est à jour et en service, mais « {cache.file} » n'a pu être écrit (disque plein ?) : "
                    "chaque démarrage sera plus lent. Libérez de la place, puis relancez « python ingest.py »."
                )
    return done


def open_answerer(config: Config, progress: Progress) -> Answerer:
    """Return what answers questions; builds the index first when there is none or the documents have outgrown it."""
    silence_telemetry()
    embedder = open_embedder(config.embedding)
    documents, state = config.knowledge.documents, config.state.directory
    programme, lexicon = load_programme(config.knowledge.programme), load_lexicon()
    if is_outgrown(documents, state, embedder):
        refresh(documents, state, embedder, progress=progress)
    try:
        index = _open_current(state, embedder)
    except DamagedIndex:
        refresh(documents, state, embedder, progress=progress)
        index = _open_current(state, embedder)
    criteria = load_criteria(config.knowledge.programme)
    return Answerer(index, lexicon, programme, _placer(config, index, embedder, programme, lexicon), criteria)


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


def _placer(config: Config, index: Index, embedder: Embedder, programme: Programme, lexicon: Lexicon) -> Placer:
    """Return what places questions."""
    neighbours = _neighbours(config, index.passages, embedder, programme, lexicon)
    families = {term[:_FAMILY] for term in neighbours.answerable}

    def is_known(word: str) -> bool:
        return (
            word in lexicon.everyday or word[:_FAMILY] in families or any(map(index.lexical.knows, lexicon.group(word)))
        )

    # A turn of a conversation is placed more than once: for what it asks, then to answer it.
    embed = lru_cache(maxsize=256)(embedder.embed_query)
    return Placer(neighbours, embed, index.passages, is_known, lexicon.everyday)


def _cache(config: Config, embedder: Embedder) -> Cache:
    file = config.state.directory / "index" / "questions.npz"
    return Cache(file, embedder.identity, fingerprint(config.knowledge.programme))


def _neighbours(
    config: Config, passages: Sequence[Passage], embedder: Embedder, programme: Programme, lexicon: Lexicon
) -> Neighbours:
    """Return the known questions: the examples that ship with the program, and those of the fiches."""
    starts = {fold(name).split()[0] for one in programme.laureates() for name in (one.name, *one.aliases)}

    def bare(text: str) -> str:
        folded = rewritten(text, lexicon)
        # Known questions are well spelled: without the first word of a name, there is no name to look for.
        named = programme.laureates_in(text) if starts & set(fold(text).split()) else ()
        return wording(folded, lambda words: without_products(words, named))

    cache = _cache(config, embedder)
    examples, vectors = cache.bring_up_to_date(questions_of(passages), bare, embedder.embed_documents)
    return Neighbours(examples, vectors, lambda word: min(lexicon.group(word)))
