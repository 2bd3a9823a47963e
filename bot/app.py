"""Builds every object from the configuration."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.config import Config, silence_telemetry
from bot.dialogue.answering import Answerer
from bot.dialogue.lexicon import load_lexicon
from bot.documents.refresh import Progress, Refreshed, current_folder, is_outgrown, refresh
from bot.errors import IndexUnavailable

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """Return the present moment in Paris; the one place where the clock is read."""
    return datetime.now(PARIS)


def refresh_index(config: Config, progress: Progress, *, dry_run: bool = False) -> Refreshed:
    """Bring the index in step with the configured documents."""
    silence_telemetry()
    from bot.documents.embedding import open_embedder

    embedder = open_embedder(config.embedding)
    return refresh(config.knowledge.documents, config.state.directory, embedder, dry_run=dry_run, progress=progress)


def open_answerer(config: Config, progress: Progress) -> Answerer:
    """Return what answers questions; builds the index first when there is none or the documents have outgrown it."""
    silence_telemetry()
    from bot.documents.embedding import open_embedder
    from bot.documents.index import open_index

    embedder = open_embedder(config.embedding)
    documents, state = config.knowledge.documents, config.state.directory
    if is_outgrown(documents, state, embedder):
        refresh(documents, state, embedder, progress=progress)
    folder = current_folder(state)
    if folder is None:
        raise IndexUnavailable("L'index est introuvable : lancez « python ingest.py ».")
    return Answerer(open_index(folder, embedder), load_lexicon())
