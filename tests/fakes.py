"""Fakes: small classes that stand for something slow, and nothing else."""

import contextlib
import hashlib
import json
import os
import signal
import threading
from collections.abc import Mapping
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import numpy as np

from bot.documents import french
from bot.errors import EmbedderUnavailable
from bot.language.generation import Fault, ModelFault

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


class _LocalServer:
    """A server on this machine for the time of a test; `reply` answers each POST."""

    def __enter__(self) -> Self:
        reply = self.reply

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                with contextlib.suppress(OSError):  # who asked may be gone
                    reply(self)

            def log_message(self, *_: object) -> None:
                pass

        self.closed = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closed.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def reply(self, handler: BaseHTTPRequestHandler) -> None:
        raise NotImplementedError

    @staticmethod
    def read(handler: BaseHTTPRequestHandler) -> dict[str, Any]:
        return json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))

    @staticmethod
    def send(handler: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


class EmbeddingEndpoint(_LocalServer):
    """A local server that speaks the embeddings format of OpenAI, rows in reverse order as the format allows.

    `answers` are given first, one a request: a status, or the bytes of a body. `requests` keeps what was received.
    """

    def __init__(self, *answers: int | bytes) -> None:
        self.answers = list(answers)
        self.requests: list[tuple[str, str | None, dict[str, Any]]] = []
        self.is_mute = False
        self._embedder = HashingEmbedder()

    def reply(self, handler: BaseHTTPRequestHandler) -> None:
        asked = self.read(handler)
        self.requests.append((handler.path, handler.headers.get("Authorization"), asked))
        if self.is_mute:
            self.closed.wait(30)
            return
        answer = self.answers.pop(0) if self.answers else self.rows(asked["input"])
        is_status = isinstance(answer, int)
        self.send(handler, answer if is_status else 200, b'{"error": "no"}' if is_status else answer)

    def rows(self, texts: list[str]) -> bytes:
        vectors = self._embedder.embed_documents(texts)
        rows = [{"index": index, "embedding": [3 * x for x in row]} for index, row in enumerate(vectors)]
        return json.dumps({"data": rows[::-1]}).encode()


class ChatEndpoint(_LocalServer):
    """A local server that speaks the chat format of OpenAI.

    `answers` are given one a request, the last one for ever: a status, a text (the model's), a message, the bytes of a
    body, "hang", "trickle" or "endless"; or a function of the request that gives one. `requests` keeps them.
    """

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []

    def reply(self, handler: BaseHTTPRequestHandler) -> None:
        asked = self.read(handler)
        self.requests.append(asked)
        self.keys.append(handler.headers.get("Authorization"))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        answer = answer(asked) if callable(answer) else answer
        if answer == "hang":
            self.closed.wait(30)
        elif answer in ("trickle", "endless"):
            self._go_on(handler, b" " if answer == "trickle" else b" " * 65_536, 0.05 if answer == "trickle" else 0)
        elif isinstance(answer, int):
            self.send(handler, answer, b'{"error": {"message": "no"}}')
        else:
            self.send(handler, 200, answer if isinstance(answer, bytes) else completion(answer))

    def _go_on(self, handler: BaseHTTPRequestHandler, chunk: bytes, pause: float) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.end_headers()
        while not self.closed.wait(pause):
            handler.wfile.write(chunk)


def completion(answer: str | dict[str, Any], finish_reason: str = "stop") -> bytes:
    """The body of a chat completion: a text of the model, or a whole message."""
    message = {"role": "assistant", **(answer if isinstance(answer, dict) else {"content": answer})}
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    return json.dumps(body).encode()


class ScriptedModel:
    """A language model whose answers are written beforehand, the last one for ever; `asked` keeps the messages.

    An answer is a table that the shape asked for is made of, a cause of a fault, or a function of what is asked.
    """

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[list[tuple[str, str]]] = []

    def ask(self, messages: Any, shape: Any, seconds: float) -> Any:
        self.asked.append(list(messages))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        answer = answer(messages, shape) if callable(answer) else answer
        if isinstance(answer, Fault):
            raise ModelFault(answer)
        return shape.model_validate(answer)


def asked_about(messages: Any) -> dict[str, Any]:
    """The data that a model is given."""
    return json.loads(messages[1][1].removeprefix("<donnees>\n").removesuffix("\n</donnees>"))


class Clock:
    """A clock that a test sets; called, it gives its time."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now
