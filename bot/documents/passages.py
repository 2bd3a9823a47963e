"""Documents as passages: what is cited, and where it comes from."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Source:
    """A public source: where a reader can check. `date` is its publication day, None when unknown."""

    title: str
    publisher: str
    url: str
    date: date | None


@dataclass(frozen=True)
class DocumentInfo:
    """A document's metadata, from its front matter, its sidecar, or guessed.

    `document` is its path relative to the knowledge folder, with forward slashes. `editions` are the FAST editions
    it is about (empty: not about one edition). `valid_from` and `valid_to` bound what it says, both included.
    """

    document: str
    title: str
    source: Source
    valid_from: date | None = None
    valid_to: date | None = None
    editions: tuple[int, ...] = ()
    verified: date | None = None


@dataclass(frozen=True)
class Passage:
    """A section of a document, or a part of a long one. `section` is its heading trail, « Titre › Sous-titre ».

    `questions` are those that its author says it answers; they help to find it and are never shown.
    """

    info: DocumentInfo
    section: str
    text: str
    sources: tuple[Source, ...]
    position: int
    questions: tuple[str, ...] = ()
