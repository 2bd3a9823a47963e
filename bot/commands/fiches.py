"""What is wrong with the documents: unreadable ones, fiches whose front matter or sources are incomplete."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from bot import programme_texts as texts
from bot.documents.content import Content
from bot.documents.metadata import EXPECTED, OURS, SIDECAR_ENDINGS
from bot.documents.passages import SOURCES_LINE, list_documents, load_passages
from bot.documents.readers import read_content
from bot.documents.splitting import Section, sections
from bot.errors import UnreadableDocument

_FRONT_MATTER = "en-tête, "
# What still holds has no end, and a page without a date does not say since when it holds.
_REQUIRED = tuple(key for key in EXPECTED if key not in {"valid_from", "valid_to"})


def fiche_problems(folder: Path, counts: dict[str, int]) -> Iterator[str]:
    """Yield the problems of every document; `counts` receives the number of documents."""
    documents = list_documents(folder)
    counts["documents"] = len(documents)
    for path in documents:
        name = path.relative_to(folder).as_posix()
        try:
            load_passages(path, folder)
            content = read_content(path, name)
        except UnreadableDocument as error:
            yield from _reasons(error)
        else:
            yield from _incomplete(name, path, content)


def _reasons(error: UnreadableDocument) -> Iterator[str]:
    """One line a key, where a reason names several."""
    if not error.reason.startswith(_FRONT_MATTER):
        yield str(error)
        return
    for reason in error.reason.removeprefix(_FRONT_MATTER).split(" ; "):
        yield f"{error.document} : {_FRONT_MATTER}{reason}"


def _incomplete(name: str, path: Path, content: Content) -> Iterator[str]:
    """Yield what a fiche lacks; other documents need only be readable, their metadata being guessed."""
    if path.suffix.lower() != ".md" or any(path.with_name(path.name + end).exists() for end in SIDECAR_ENDINGS):
        return
    front_matter = yaml.safe_load(content.front_matter) or {}
    if not front_matter:
        yield texts.front_matter_missing(name, _REQUIRED)
    elif OURS & front_matter.keys():
        yield from (
            texts.key_missing(name, key, EXPECTED[key]) for key in _REQUIRED if front_matter.get(key) in (None, "")
        )
    else:
        return  # another site's page
    for section in sections(content.text, str(front_matter.get("title", ""))):
        if not _has_sources(section):
            yield texts.sources_missing(name, section.trail[-1] if section.trail else "")


def _has_sources(section: Section) -> bool:
    lines = [line for line in section.lines if line.strip()]
    return bool(lines) and SOURCES_LINE.match(lines[-1]) is not None
