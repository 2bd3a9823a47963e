"""Embedders: the built-in one, any sentence-transformers model, or an OpenAI-compatible endpoint.

All of them are LangChain `Embeddings`; heavy libraries are imported when an embedder is first used.
"""

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from langchain_core.embeddings import Embeddings

from bot.documents.encoder import OwnEmbedder
from bot.errors import EmbedderUnavailable

if TYPE_CHECKING:
    from bot.config import EmbeddingConfig


class Embedder(Protocol):
    """What the index needs of an embedder; `identity` changes whenever its vectors would."""

    identity: str

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one unit-length vector a text, in order."""

    def embed_query(self, text: str) -> list[float]:
        """Return the unit-length vector of a question."""


def open_embedder(config: "EmbeddingConfig") -> Embedder:
    """Return the embedder that the configuration names; its model is loaded at first use."""
    if config.endpoint is not None:
        key = config.api_key.get_secret_value() if config.api_key else None
        return EndpointEmbedder(str(config.endpoint), config.model, key, config.timeout_seconds)
    if config.model == "builtin":
        return OwnEmbedder()
    return SentenceTransformerEmbedder(config.model)


def _unit(rows: Any) -> list[list[float]]:
    matrix = np.asarray(rows, dtype=np.float32)
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    listed: list[list[float]] = (matrix / np.maximum(norms, 1e-12)).tolist()
    return listed


class SentenceTransformerEmbedder(Embeddings):
    """Any sentence-transformers model, by folder or by a name already on this machine; never downloads."""

    def __init__(self, model: str) -> None:
        self._name = model
        self._model: Any = None
        self.identity = f"sentence-transformers:{_folder_digest(model)}"
        # The e5 family was trained with these prefixes; other models take the text alone.
        self._prefixes = ("query: ", "passage: ") if "e5" in Path(model).name.lower() else ("", "")

    def _encode(self, texts: list[str]) -> list[list[float]]:
        if self._model is None:
            self._model = self._load()
        return _unit(self._model.encode(texts, batch_size=32, show_progress_bar=False, normalize_embeddings=True))

    def _load(self) -> Any:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EmbedderUnavailable(
                "Le modèle configuré demande l'extra « transformers » : pip install 'assistant-fast[transformers]' "
                '(installer d\'abord torch, version CPU), ou bien remettez embedding.model = "builtin".'
            ) from error
        try:
            return SentenceTransformer(self._name, device="cpu", local_files_only=True)
        except (OSError, ValueError) as error:
            raise EmbedderUnavailable(
                f"Le modèle « {self._name} » est introuvable ou illisible sur cette machine : "
                "donnez le chemin d'un dossier sentence-transformers complet dans embedding.model."
            ) from error

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._encode([self._prefixes[1] + text for text in texts])

    def embed_query(self, text: str) -> list[float]:
        return self._encode([self._prefixes[0] + text])[0]


def _folder_digest(model: str) -> str:
    """Name a model by its folder's name, file sizes and dates, so that another model in place is noticed."""
    folder = Path(model)
    if not folder.is_dir():
        return model
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    seen = "\n".join(f"{p.relative_to(folder)} {p.stat().st_size} {p.stat().st_mtime_ns}" for p in files)
    return f"{folder.name}:{hashlib.sha256(seen.encode()).hexdigest()[:16]}"


class EndpointEmbedder(Embeddings):
    """An OpenAI-compatible `/embeddings` endpoint (Albert API, vLLM, Ollama); retries what passes, 4 times."""

    def __init__(
        self,
        endpoint: str,
        model: str,
        api_key: str | None,
        timeout_seconds: float,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url = endpoint.rstrip("/") + "/embeddings"
        self._model = model
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._timeout = timeout_seconds
        self._sleep = sleep
        self.identity = f"endpoint:{endpoint.rstrip('/')}:{model}"

    def _encode(self, texts: list[str]) -> list[list[float]]:
        import httpx
        import tenacity

        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(4),
            wait=tenacity.wait_exponential(multiplier=0.2, max=4) + tenacity.wait_random(0, 1),
            retry=tenacity.retry_if_exception(_passes),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(self._post, texts)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as error:
            raise EmbedderUnavailable(
                f"Le service de vecteurs « {self._url} » ne répond pas comme prévu ({_brief(error)}) : "
                "vérifiez embedding.endpoint, embedding.model et la clé, "
                'ou remettez embedding.model = "builtin".'
            ) from error

    def _post(self, texts: list[str]) -> list[list[float]]:
        import httpx

        response = httpx.post(
            self._url, json={"model": self._model, "input": texts}, headers=self._headers, timeout=self._timeout
        )
        response.raise_for_status()
        rows = sorted(response.json()["data"], key=lambda row: row["index"])
        if [row["index"] for row in rows] != list(range(len(texts))):
            raise ValueError(f"{len(rows)} vecteurs pour {len(texts)} textes")
        vectors = np.asarray([row["embedding"] for row in rows], dtype=np.float32)
        if not np.isfinite(vectors).all() or not vectors.any(axis=1).all():
            raise ValueError("vecteurs nuls ou non numériques")
        return _unit(vectors)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [row for start in range(0, len(texts), 32) for row in self._encode(texts[start : start + 32])]

    def embed_query(self, text: str) -> list[float]:
        return self._encode([text])[0]


def _passes(error: BaseException) -> bool:
    """Whether trying again may help: a lost connection, a time-out, a 429 or a 5xx."""
    import httpx

    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code == 429 or error.response.status_code >= 500
    return isinstance(error, httpx.TransportError)


def _brief(error: Exception) -> str:
    import httpx

    if isinstance(error, httpx.HTTPStatusError):
        return f"code {error.response.status_code}"
    return type(error).__name__
