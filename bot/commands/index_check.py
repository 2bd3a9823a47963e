"""What is wrong with the index: absent, damaged, outgrown by the documents, or without the model that made it."""

from collections.abc import Iterator

from bot import programme_texts as texts
from bot.config import Config, silence_telemetry
from bot.documents.embedding import Embedder, open_embedder
from bot.documents.index import DamagedIndex, open_index
from bot.documents.refresh import Changes, current_folder, refresh
from bot.errors import UserError


def index_problems(config: Config, counts: dict[str, int]) -> Iterator[str]:
    """Yield the problems of the index in force; `counts` receives the number of passages."""
    silence_telemetry()
    folder = current_folder(config.state.directory)
    if folder is None:
        yield texts.index_missing(str(config.state.directory / "index"))
        return
    embedder = open_embedder(config.embedding)
    try:
        counts["passages"] = len(open_index(folder, embedder).passages)
    except DamagedIndex as error:
        yield texts.index_damaged(str(error))
        return
    yield from _outgrown(config, embedder)
    try:
        embedder.embed_query("plafond")
    except UserError as error:
        yield texts.model_unusable(str(error))


def _outgrown(config: Config, embedder: Embedder) -> Iterator[str]:
    try:
        changes = refresh(config.knowledge.documents, config.state.directory, embedder, dry_run=True).changes
    except UserError as error:  # nothing to index
        yield texts.nothing_to_index(str(error).partition("\n")[0].rstrip(" :"))
        return
    if changes.rebuilt:
        yield texts.index_of_another_model()
    yield from _changed(changes)


def _changed(changes: Changes) -> Iterator[str]:
    for what, names in (("added", changes.added), ("changed", changes.changed), ("removed", changes.removed)):
        yield from (texts.index_outgrown(name, what) for name in names)
