"""Builds every object from the configuration."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.config import Config, silence_telemetry
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
from bot.programme.criteria_file import load_criteria
from bot.programme.facts import load_programme
from bot.programme.lookup import Programme
from bot.programme.names import fold
from bot.progress import terminal_progress
from bot.speaker import IndexSpeaker
from bot.store import open_store

_FAMILY = 5  # letters that words of one family share
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
        if not _cache(config, embedder).holds(questions_of(passages)):
            _neighbours(config, passages, embedder, load_programme(config.knowledge.programme), load_lexicon())
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
    help_of = Help(model, seconds, allowance or Unlimited())
    return lambda answerer: Assisted(answerer, help_of)


async def run_bot(config: Config) -> None:
    """Run the bot in Matrix until it is cancelled: its loops are listed in `bot.matrix.service`."""
    # Imported here: nio is for this command alone.
    from bot.matrix.service import serve

    each = config.llm.questions_per_user if config.llm else 0
    assisted = assistance(config, StoredAllowance(lambda: open_store(config.state.directory / "bot.db"), each))

    def opened() -> Answerer | Assisted:
        with terminal_progress() as progress:
            return assisted(open_answerer(config, progress))

    def open_speaker() -> IndexSpeaker:
        return IndexSpeaker(opened, lambda: current_folder(config.state.directory), config.conversation.forget_after)

    await serve(config, open_speaker, now)


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
