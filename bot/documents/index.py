"""The index of the documents: dense vectors in Chroma fused with BM25. The one door to chromadb.

An index is a folder that is never changed once written: `manifest.json`, `passages.json`, `lexical/` and `chroma/`.
"""

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from bot.documents import french
from bot.documents.embedding import Embedder
from bot.documents.lexical import LexicalIndex
from bot.documents.passages import Passage

_COLLECTION = "passages"
_BATCH = 1_000  # Chroma takes at most 5 461 rows a call
_NEIGHBOURS = 50
_DENSE_SHARE = 0.35  # of the fused score; 0.3 to 0.5 measured equal

_PASSAGES = TypeAdapter(list[Passage])


class DamagedIndex(ValueError):
    """A part of an index is missing or broken: the index has to be built again."""


def heading(passage: Passage) -> str:
    """Return the heading trail in front of a passage; it is worth as much as the text when searching."""
    return " › ".join(part for part in (passage.info.title, passage.section) if part)


def indexed_text(passage: Passage) -> str:
    """Return what is embedded and searched for a passage: its heading trail, then its text."""
    return f"{heading(passage)}\n{passage.text}"


def digest(text: str) -> str:
    """Return the identity of an embedded text."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Hit:
    """A passage found: fused score (relative to the question), raw BM25 score, cosine (0 when not near)."""

    passage: Passage
    score: float
    lexical: float
    cosine: float


class Index:
    """The open index of `folder`; safe to share between threads, as nothing in it changes."""

    def __init__(
        self, folder: Path, passages: Sequence[Passage], lexical: LexicalIndex, collection: Any, embedder: Embedder
    ) -> None:
        self.folder = folder
        self.passages = passages
        self.lexical = lexical
        self._collection = collection
        self._embedder = embedder
        self._by_digest: dict[str, list[int]] = {}
        for position, passage in enumerate(passages):
            self._by_digest.setdefault(digest(indexed_text(passage)), []).append(position)

    def search(self, question: str, terms: Sequence[str] | None = None, top: int = 5) -> list[Hit]:
        """Return the `top` best passages, best first; `terms` replaces the analysis of `question` for BM25."""
        lexical = self.lexical.scores(french.tokens(question) if terms is None else terms)
        cosine = self._cosines(question)
        fused = (1 - _DENSE_SHARE) * _min_max(lexical) + _DENSE_SHARE * _min_max(cosine)
        order = np.argsort(-fused, kind="stable")[:top]
        return [Hit(self.passages[i], float(fused[i]), float(lexical[i]), float(cosine[i])) for i in order]

    def dense(self, question: str, top: int) -> list[Hit]:
        """Return the `top` nearest passages by vectors alone, for comparison."""
        cosine = self._cosines(question)
        order = np.argsort(-cosine, kind="stable")[:top]
        return [Hit(self.passages[i], float(cosine[i]), 0.0, float(cosine[i])) for i in order]

    def _cosines(self, question: str) -> NDArray[np.float32]:
        cosines = np.zeros(len(self.passages), dtype=np.float32)
        found = self._collection.query(
            query_embeddings=[self._embedder.embed_query(question)],
            n_results=min(_NEIGHBOURS, len(self._by_digest)),
            include=["distances"],
        )
        for key, distance in zip(found["ids"][0], found["distances"][0], strict=True):
            cosines[self._by_digest[key]] = 1 - distance
        return cosines


def _min_max(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    low, high = float(scores.min()), float(scores.max())
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder / "chroma"), Settings(anonymized_telemetry=False))


@contextlib.contextmanager
def _faults_as(kind: type[Exception]) -> Iterator[None]:
    """Raise as `kind` what Chroma raises: its own errors, and the panics of its Rust part, that are no Exception."""
    from chromadb.errors import ChromaError

    try:
        yield
    except BaseException as error:
        if isinstance(error, ChromaError) or type(error).__name__ == "PanicException":
            raise kind(f"Chroma : {error}") from error
        raise


def write_index(folder: Path, passages: Sequence[Passage], vectors: dict[str, list[float]]) -> None:
    """Write an index to `folder`, which exists; `vectors` holds one vector a digest of `indexed_text`.

    Raises OSError when it cannot be written.
    """
    (folder / "passages.json").write_bytes(_PASSAGES.dump_json(list(passages)))
    LexicalIndex.build([indexed_text(passage) for passage in passages]).save(folder / "lexical")
    keys = list(vectors)
    with _faults_as(OSError), contextlib.closing(_client(folder)) as client:
        # Without an embedding function of its own, Chroma never tries to download a model.
        collection = client.create_collection(
            _COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )
        for start in range(0, len(keys), _BATCH):
            batch = keys[start : start + _BATCH]
            collection.add(ids=batch, embeddings=[vectors[key] for key in batch])


def open_index(folder: Path, embedder: Embedder) -> Index:
    """Open the index in `folder`; DamagedIndex if any part of it is missing or broken."""
    return Index(folder, *_parts(folder, _opened(folder)), embedder)


def is_intact(folder: Path) -> bool:
    """Whether every part of the index in `folder` can be read."""
    try:
        with contextlib.closing(_opened(folder)) as client:
            _parts(folder, client)
    except DamagedIndex:
        return False
    return True


def _opened(folder: Path) -> Any:
    # Chroma would make an empty database in place of a missing one, and find nothing without a word.
    if not (folder / "chroma" / "chroma.sqlite3").is_file():
        raise DamagedIndex(f"{folder.name} : chroma.sqlite3 manque")
    try:
        with _faults_as(DamagedIndex):
            return _client(folder)
    except AttributeError as error:
        # What Chroma failed to open once, it keeps half made, for as long as this process lives.
        raise DamagedIndex(f"{folder.name} : Chroma ne l'ouvre pas") from error


def _parts(folder: Path, client: Any) -> tuple[list[Passage], LexicalIndex, Any]:
    """Return the parts of an index, each in agreement with the passages; DamagedIndex otherwise."""
    try:
        passages, lexical = read_passages(folder), LexicalIndex.load(folder / "lexical")
        with _faults_as(DamagedIndex):
            collection = client.get_collection(_COLLECTION, embedding_function=None)
            digests = {digest(indexed_text(passage)) for passage in passages}
            ends = {digest(indexed_text(passages[0])), digest(indexed_text(passages[-1]))}
            found = collection.get(ids=list(ends), include=["embeddings"])
            collection.query(query_embeddings=found["embeddings"][:1], n_results=1, include=["distances"])
            sizes = lexical.size, collection.count()
    except DamagedIndex:
        raise
    except (OSError, ValueError, TypeError, LookupError, EOFError) as error:
        raise DamagedIndex(f"{folder.name} : {type(error).__name__}") from error
    if sizes != (len(passages), len(digests)):
        raise DamagedIndex(f"{folder.name} : {sizes} pour {len(passages)} passages")
    return passages, lexical, collection


def read_passages(folder: Path) -> list[Passage]:
    """Return the passages of the index in `folder`."""
    return _PASSAGES.validate_json((folder / "passages.json").read_bytes())


def read_vectors(folder: Path, digests: Iterable[str]) -> dict[str, list[float]]:
    """Return the vectors that the index in `folder` has for `digests`, without those that it has not, or no longer."""
    wanted = list(dict.fromkeys(digests))
    vectors: dict[str, list[float]] = {}
    if not wanted:
        return vectors
    with contextlib.suppress(DamagedIndex), contextlib.closing(_opened(folder)) as client, _faults_as(DamagedIndex):
        collection = client.get_collection(_COLLECTION, embedding_function=None)
        for start in range(0, len(wanted), _BATCH):
            found = collection.get(ids=wanted[start : start + _BATCH], include=["embeddings"])
            vectors.update(zip(found["ids"], (row.tolist() for row in found["embeddings"]), strict=True))
    return vectors
