"""The project's own embedder: an ONNX file beside this module, trained on its wordings (see docs/encoder.md).

onnxruntime and tokenizers are imported, and the file read and checked against its card, at the first text.
"""

import hashlib
import json
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.errors import EmbedderUnavailable

FOLDER = Path(__file__).parent
MODEL, TOKENIZER, CARD = "encoder.onnx", "tokenizer.json", "card.json"
LONGEST = 128  # tokens read of a text: a heading and its first sentences; a question has about fifteen
_TOKENS = 512  # of a batch: larger ones cost memory and save no time


class OwnEmbedder:
    """Unit vectors of 384 numbers. Case, accents and ligatures do not count; the caller masks names and amounts."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._digests = _digests(folder)
        self.identity = f"own:{hashlib.sha256(''.join(self._digests.values()).encode()).hexdigest()[:16]}"
        self._loading = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one vector a text, in order; batches are of texts of one length, so that little is padding."""
        if not texts:
            return []
        encodings = self._tokenizer().encode_batch([_plain(text) for text in texts])
        batches = _batches([len(encoding.ids) for encoding in encodings])
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            made = threads.map(lambda rows: self._vectors([encodings[i].ids for i in rows]), batches)
            by_row = {
                i: vector
                for rows, vectors in zip(batches, made, strict=True)
                for i, vector in zip(rows, vectors, strict=True)
            }
        return [by_row[i].tolist() for i in range(len(texts))]

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of one text, the one that `embed_documents` gives but for rounding."""
        vector: list[float] = self._vectors([self._tokenizer().encode(_plain(text)).ids])[0].tolist()
        return vector

    def _tokenizer(self) -> Any:
        return self._parts()[0]

    def _vectors(self, rows: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        width = max(map(len, rows))
        ids, mask = np.ones((len(rows), width), np.int64), np.zeros((len(rows), width), np.int64)
        for row, tokens in enumerate(rows):
            ids[row, : len(tokens)], mask[row, : len(tokens)] = tokens, 1
        vectors: NDArray[np.float32] = self._parts()[1].run(None, {"ids": ids, "mask": mask})[0]
        return vectors

    def _parts(self) -> tuple[Any, Any]:
        with self._loading:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> tuple[Any, Any]:
        from onnxruntime import InferenceSession, SessionOptions
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_str(self._checked(TOKENIZER).decode())
        tokenizer.enable_truncation(LONGEST)
        options = SessionOptions()
        # One thread a text: it is too short for more, and waiting threads slow a busy machine down.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        return tokenizer, InferenceSession(self._checked(MODEL), options, providers=["CPUExecutionProvider"])

    def _checked(self, name: str) -> bytes:
        data = _bytes(self._folder / name)
        if hashlib.sha256(data).hexdigest() != self._digests[name]:
            raise EmbedderUnavailable(
                f"Le fichier « {name} » du modèle n'est pas celui que décrit {CARD} (tronqué ou remplacé) : "
                "reprenez le dossier du modèle en entier."
            )
        return data


def _plain(text: str) -> str:
    """Return the text with « ? » for each lone surrogate, which a JSON message may hold and the tokenizer refuses."""
    return text.encode("utf-8", "replace").decode()


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Return the places of the texts, shortest first, cut so that a batch holds at most `_TOKENS` with its padding."""
    batches: list[list[int]] = [[]]
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batches[-1] and (len(batches[-1]) + 1) * lengths[place] > _TOKENS:
            batches.append([])
        batches[-1].append(place)
    return batches


def _digests(folder: Path) -> dict[str, str]:
    card = json.loads(_bytes(folder / CARD))
    return {name: card["files"][name]["sha256"] for name in (MODEL, TOKENIZER)}


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise EmbedderUnavailable(
            f"Le fichier « {file.name} » du modèle manque ou ne se lit pas : reprenez le dossier du modèle en entier."
        ) from error
