"""What is wrong with the index: absent, damaged, or outgrown by the documents."""

import json
from collections.abc import Iterator
from pathlib import Path

from bot import programme_texts as texts
from bot.config import Config, silence_telemetry
from bot.documents.embedding import Embedder, open_embedder
from bot.documents.index import open_index
from bot.documents.refresh import Changes, current_folder, refresh
from bot.errors import UserError

_FILES = ("manifest.json", "passages.json", "lexical/vocabulary.json", "chroma/chroma.sqlite3")


def index_problems(config: Config, counts: dict[str, int]) -> Iterator[str]:
    """Yield the problems of the index in force; `counts` receives the number of passages."""
    silence_telemetry()
    state = config.state.directory
    folder = current_folder(state)
    if folder is None:
        yield texts.index_missing(str(state / "index"))
        return
    damages = list(_damages(folder))
    yield from damages
    if damages:
        return
    try:
        embedder = open_embedder(config.embedding)
        changes = refresh(config.knowledge.documents, state, embedder, dry_run=True).changes
        yield from _outgrown(changes)
        if not changes.rebuilt:
            yield from _unusable(folder, embedder, counts)
    except UserError as error:
        yield from (texts.index_unusable(line) for line in str(error).split("\n"))


def _damages(folder: Path) -> Iterator[str]:
    for name in _FILES:
        if not (folder / name).is_file():
            yield texts.index_damaged(f"index/{folder.name}", name, "fichier absent")
        elif name.endswith(".json") and not _is_json(folder / name):
            yield texts.index_damaged(f"index/{folder.name}", name, "fichier abîmé")


def _is_json(file: Path) -> bool:
    try:
        json.loads(file.read_bytes())
    except (OSError, ValueError):
        return False
    return True


def _outgrown(changes: Changes) -> Iterator[str]:
    if changes.rebuilt:
        yield texts.index_of_another_model()
        return
    for what, names in (("added", changes.added), ("changed", changes.changed), ("removed", changes.removed)):
        yield from (texts.index_outgrown(name, what) for name in names)


def _unusable(folder: Path, embedder: Embedder, counts: dict[str, int]) -> Iterator[str]:
    """Yield why the index cannot be searched. Raises UserError when the embedder cannot be used."""
    place = f"index/{folder.name}"
    try:
        index = open_index(folder, embedder)
        counts["passages"] = len(index.passages)
        hits = index.search("plafond du cofinancement")
    except UserError:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged index makes its libraries raise anything; it is told, not hidden
        yield texts.index_damaged(place, "chroma, lexical", type(error).__name__)
        return
    if not any(hit.cosine for hit in hits):
        yield texts.index_damaged(place, "chroma", "aucun vecteur")
