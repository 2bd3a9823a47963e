"""Fakes: small classes that stand for something slow, and nothing else."""

import hashlib
import json
import os
import signal
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

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


class EmbeddingEndpoint:
    """A local server that speaks the embeddings format of OpenAI, rows in reverse order as the format allows.

    `answers` are given first, one a request: a status, or the bytes of a body. `requests` keeps what was received.
    """

    def __init__(self, *answers: int | bytes) -> None:
        self.answers = list(answers)
        self.requests: list[tuple[str, str | None, dict[str, Any]]] = []
        self.is_mute = False
        self._closed = threading.Event()
        self._embedder = HashingEmbedder()

    def __enter__(self) -> "EmbeddingEndpoint":
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                endpoint._reply(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _reply(self, handler: BaseHTTPRequestHandler) -> None:
        asked = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        self.requests.append((handler.path, handler.headers.get("Authorization"), asked))
        if self.is_mute:
            self._closed.wait(30)
            return
        answer = self.answers.pop(0) if self.answers else self.rows(asked["input"])
        handler.send_response(answer if isinstance(answer, int) else 200)
        body = b'{"error": "no"}' if isinstance(answer, int) else answer
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def rows(self, texts: list[str]) -> bytes:
        vectors = self._embedder.embed_documents(texts)
        rows = [{"index": index, "embedding": [3 * x for x in row]} for index, row in enumerate(vectors)]
        return json.dumps({"data": rows[::-1]}).encode()
