"""What is wrong with the index: absent, damaged, outgrown by the documents, or without the model that made it."""

import json
from collections.abc import Iterator
from pathlib import Path

from bot import programme_texts as texts
from bot.config import Config, silence_telemetry
from bot.documents.embedding import Embedder, open_embedder
from bot.documents.index import DamagedIndex, open_index
from bot.documents.refresh import Changes, current_folder, refresh
from bot.errors import UserError


def index_problems(config: Config, file: str, counts: dict[str, int]) -> Iterator[str]:
    """Yield the problems of the index in force; `counts` receives the number of passages.

    `file` is the name of the configuration, where those of the embedder are put right.
    """
    silence_telemetry()
    folder = current_folder(config.state.directory)
    if folder is None:
        yield texts.index_missing(str(config.state.directory / "index"))
        return
    embedder = open_embedder(config.embedding)
    try:
        _read_manifest(folder)
        counts["passages"] = len(open_index(folder, embedder).passages)
    except DamagedIndex as error:
        yield texts.index_damaged(str(error))
        return
    yield from _outgrown(config, file, embedder)
    try:
        embedder.embed_query("plafond")
    except UserError as error:
        yield texts.model_unusable(file, str(error))


def _read_manifest(folder: Path) -> None:
    """Raise DamagedIndex when the list of what was indexed cannot be read: every document would be called new."""
    try:
        known = json.loads((folder / "manifest.json").read_bytes())["fingerprints"]
    except (OSError, ValueError, TypeError, KeyError):
        known = None
    if not isinstance(known, dict):
        raise DamagedIndex(f"{folder.name}, manifest.json")


def _outgrown(config: Config, file: str, embedder: Embedder) -> Iterator[str]:
    try:
        changes = refresh(config.knowledge.documents, config.state.directory, embedder, dry_run=True).changes
    except UserError as error:  # nothing to index
        yield texts.nothing_to_index(file, str(error).partition("\n")[0].rstrip(" :"))
        return
    if changes.rebuilt:
        yield texts.index_of_another_model()
    yield from _changed(changes)


def _changed(changes: Changes) -> Iterator[str]:
    for what, names in (("added", changes.added), ("changed", changes.changed), ("removed", changes.removed)):
        yield from (texts.index_outgrown(name, what) for name in names)
