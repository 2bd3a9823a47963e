"""What our search is compared with: the pipeline of LangChain's tutorials, and BM25 on words as they are typed."""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import bm25s
import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_text_splitters import RecursiveCharacterTextSplitter

from bot.documents.embedding import Embedder
from bot.documents.passages import list_documents

DEEPEST = 5

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)

Retriever = Callable[[str], list[str]]  # question → documents of what was found, best first


def bodies(folder: Path) -> list[Document]:
    """Return the fiches of a folder as raw Markdown."""
    texts = {
        path.relative_to(folder).as_posix(): _FRONT_MATTER.sub("", path.read_text(encoding="utf-8"))
        for path in list_documents(folder)
        if path.suffix == ".md"
    }
    return [Document(text, metadata={"source": name}) for name, text in texts.items()]


def chunks(documents: Iterable[Document]) -> list[Document]:
    """Return documents cut as the tutorials cut them."""
    return RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(documents)


class _Vectors(Embeddings):
    """One of our embedders as LangChain takes it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._embedder.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        return self._embedder.embed_query(text)


def tutorial(documents: Sequence[Document], embedder: Embedder) -> Retriever:
    """Return the tutorials' search: dense vectors alone."""
    store = InMemoryVectorStore.from_documents(list(documents), _Vectors(embedder))
    return lambda question: [one.metadata["source"] for one in store.similarity_search(question, k=DEEPEST)]


def plain_words(documents: Sequence[Document]) -> Retriever:
    """Return BM25 on `str.split`, without any analysis; what shares no word with the question is not found."""
    index = bm25s.BM25()
    index.index([one.page_content.split() for one in documents], show_progress=False)

    def search(question: str) -> list[str]:
        words = [word for word in question.split() if word in index.vocab_dict]
        if not words:
            return []
        scores = index.get_scores(words)
        order = np.argsort(-scores, kind="stable")[:DEEPEST]
        return [documents[i].metadata["source"] for i in order if scores[i] > 0]

    return search
