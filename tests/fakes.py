"""Fakes: small classes that stand for something slow, and nothing else."""

import hashlib
import os
import signal
from collections.abc import Mapping

import numpy as np

from bot.documents import french
from bot.errors import EmbedderUnavailable

DIMENSIONS = 64


class HashingEmbedder:
    """A fast embedder: a text is the sum of its words' directions. `meanings` gives two words one direction.

    `embedded` keeps every passage that was embedded, `asked` every question.
    """

    def __init__(self, identity: str = "fake:1", meanings: Mapping[str, str] | None = None) -> None:
        self.identity = identity
        self.embedded: list[str] = []
        self.asked: list[str] = []
        self._meanings = meanings or {}

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.embedded += texts
        return [self._vector(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        self.asked.append(text)
        return self._vector(text)

    def _vector(self, text: str) -> list[float]:
        total = np.full(DIMENSIONS, 1e-3)
        for word in french.tokens(text):
            total += _direction(self._meanings.get(word, word))
        return list((total / np.linalg.norm(total)).astype(float))


class DyingEmbedder(HashingEmbedder):
    """An embedder whose process is killed, as by `kill -9`, at its `at`-th batch."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self._left = at

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self._left -= 1
        if self._left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().embed_documents(texts)


class AbsentEmbedder(HashingEmbedder):
    """An embedder that cannot be reached."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        raise EmbedderUnavailable("Le service de vecteurs ne répond pas.")


def _direction(word: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")
    return np.random.default_rng(seed).standard_normal(DIMENSIONS)
