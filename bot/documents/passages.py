"""Documents as passages: what is cited, and where it comes from."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.documents.content import Content, Unusable
from bot.documents.formats.markdown import plain
from bot.documents.formats.parsing import KINDS
from bot.documents.losses import shortfall
from bot.documents.metadata import Metadata, is_sidecar, metadata_of
from bot.documents.places import Places, shifted, told
from bot.documents.readers import DEFAULT_LIMITS, Limits, os_reason, read_content
from bot.documents.splitting import Section, cut, sections
from bot.errors import UnreadableDocument
from bot.printable import is_printable

LONGEST_NAME = 250  # bytes; the system takes 255, of which a sidecar needs five more than its document
NEAR = 500  # lines between two that hold text
LEFTOVERS = frozenset({"Thumbs.db", "desktop.ini", "__MACOSX"})
SOURCES_LINE = re.compile(r"^Sources?[ \xa0\u202f]?: *(\[.+)$")
SOURCE = re.compile(
    r"\[(?P<title>(?:(?!\]\().)+)\]\((?P<url>[^()\s]*)\) "
    r"\((?P<publisher>(?:[^()]|\([^()]*\))*?)(?:, (?P<date>\d[\d/.-]*))?\)"
)


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

    `places` says where in the document the text stands, from which character on.
    """

    info: DocumentInfo
    section: str
    text: str
    sources: tuple[Source, ...]
    position: int
    places: Places = ()

    def place_of(self, quote: str) -> str:
        """Return where some words of this passage stand, « page 3 »; "" in a document without pages."""
        start = max(0, self.text.find(quote))
        return told(self.places, start, start + len(quote))


@dataclass(frozen=True)
class Document:
    """What was read of a document, at least one passage; `shortfall` says what was not, "" for nothing."""

    passages: list[Passage]
    shortfall: str


def list_documents(folder: Path) -> list[Path]:
    """Return every document under `folder`, sorted by path, those that cannot be read included: reading says why.

    Hidden files, sidecars and what editors and systems leave behind are not documents. A folder that cannot be listed,
    or that bears a document's name, stands in the list for itself. Raise UnreadableDocument if `folder` is none.
    """
    if not folder.is_dir():
        raise UnreadableDocument(str(folder), "dossier introuvable : vérifiez le nom du dossier des documents")
    return sorted(_found(folder), key=lambda path: path.relative_to(folder).as_posix())


def load_passages(path: Path, folder: Path, *, limits: Limits = DEFAULT_LIMITS) -> list[Passage]:
    """Return the passages of a document of `folder`, in reading order, at least one. Raise as `load_document` does."""
    return load_document(path, folder, limits=limits).passages


def load_document(path: Path, folder: Path, *, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Return the passages of a document of `folder` in reading order, and what was not read of it.

    Raise UnreadableDocument with the path relative to `folder` and the reason.
    """
    name = _name(path, folder)
    try:
        _refuse_odd_name(path.name, name)
        _refuse_elsewhere(path, folder)
        content = read_content(path, name, limits=limits)
        metadata, is_ours = metadata_of(path, content)
        passages = list(_passages(_info(name, metadata), content, is_ours=is_ours))
        return Document(passages, shortfall(content.losses, len(content.text)))
    except Unusable as unusable:
        raise UnreadableDocument(name, str(unusable)) from None
    except OSError as error:
        raise UnreadableDocument(name, os_reason(path, error)) from None


def _found(folder: Path) -> Iterator[Path]:
    closed: list[Path] = []
    for parent, folders, files in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        here = Path(parent)
        folders[:] = [name for name in folders if not _is_leftover(name)]
        for name in list(folders):
            if _stands_for_itself(here / name, folder):
                folders.remove(name)
                yield here / name
        yield from (here / name for name in files if not _is_leftover(name) and not is_sidecar(here / name))
    yield from closed


def _is_leftover(name: str) -> bool:
    is_autosave = name.startswith("#") and name.endswith("#")
    return name.startswith((".", "~$")) or name.endswith("~") or is_autosave or name in LEFTOVERS


def _stands_for_itself(directory: Path, folder: Path) -> bool:
    """Whether a folder is reported rather than searched: it bears a document's name, or leads outside."""
    try:
        if directory.is_symlink():
            # One that stays inside is skipped: its files are found where they are.
            return not directory.resolve().is_relative_to(folder.resolve())
    except OSError:
        return True  # a path too long: reading says so
    return directory.suffix.lower() in KINDS


def _name(path: Path, folder: Path) -> str:
    return (path.relative_to(folder) if path.is_relative_to(folder) else Path(path.name)).as_posix()


def _refuse_odd_name(own_name: str, name: str) -> None:
    """Refuse a name that could not be cited: it is that of the document in answers and in the index."""
    if any("\ud800" <= one <= "\udfff" for one in name):
        raise Unusable("nom de fichier mal encodé : renommez-le")
    if not is_printable(name):
        raise Unusable("nom de fichier avec des caractères invisibles : renommez-le")
    if len(own_name.encode()) > LONGEST_NAME:
        raise Unusable(f"nom de fichier trop long (plus de {LONGEST_NAME} octets) : raccourcissez-le")


def _refuse_elsewhere(path: Path, folder: Path) -> None:
    if path.is_symlink() and not path.exists():
        return  # broken or circular: reading says which
    if not path.resolve().is_relative_to(folder.resolve()):
        raise Unusable("lien symbolique vers l'extérieur du dossier : copiez le fichier dans le dossier")


def _info(name: str, metadata: Metadata) -> DocumentInfo:
    title = metadata.title or name
    return DocumentInfo(
        document=name,
        title=title,
        source=Source(title, metadata.publisher or "", metadata.url or "", metadata.published),
        valid_from=metadata.valid_from,
        valid_to=metadata.valid_to,
        editions=tuple(metadata.editions or ()),
        verified=metadata.verified,
    )


def _passages(info: DocumentInfo, content: Content, *, is_ours: bool) -> Iterator[Passage]:
    position = 0
    for section in sections(content.text, info.title):
        sources = _taken_sources(section, strict=is_ours) or (info.source,)
        line = 0
        for text in cut("\n".join(section.lines), content.headers):
            lines = _lines_of(text, section, line) if content.places else []
            line = lines[-1][1] - section.start if lines else line
            yield Passage(info, " › ".join(section.trail), text, sources, position, shifted(content.places, lines))
            position += 1
    if not position:
        # Headings alone, as in a presentation: they are the text.
        text = re.sub(r"^#+ ", "", content.text, flags=re.MULTILINE)
        lines = _lines_of(text, Section((), text.split("\n")), 0) if content.places else []
        yield Passage(info, "", text, (info.source,), 0, shifted(content.places, lines))


def _lines_of(text: str, section: Section, line: int) -> list[tuple[int, int]]:
    """Return where each line of a part of a section begins, and which line of the document it is, from `line` on."""
    found: list[tuple[int, int]] = []
    offset = 0
    for part in text.split("\n"):
        wanted = part.strip()
        near = range(line, min(line + NEAR, len(section.lines)))
        place = next((n for n in near if wanted and wanted in section.lines[n]), None)
        if place is not None:
            line = place
            found.append((offset, section.start + place))
        offset += len(part) + 1
    return found


def _taken_sources(section: Section, *, strict: bool) -> tuple[Source, ...]:
    """Take the last line « Sources : … » off a section and return what it names, () if there is none.

    With `strict`, one that is not understood is refused, rather than the wrong source cited; else it is left as text.
    """
    found = SOURCES_LINE.match(_last_line(section))
    if found is None:
        return ()
    try:
        sources = tuple(_source(each) for each in re.split(r"\s;\s(?=\[)", found.group(1).strip()))
    except ValueError:
        if strict:
            raise Unusable(_unclear_sources(section)) from None
        section.lines[-1] = plain(section.lines[-1])
        return ()
    section.lines.pop()
    return sources


def _last_line(section: Section) -> str:
    while section.lines and not section.lines[-1].strip():
        section.lines.pop()
    return section.lines[-1] if section.lines else ""


def _source(text: str) -> Source:
    """Return a source written `[title](url) (publisher, YYYY-MM-DD)`; ValueError if it is not."""
    found = SOURCE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    day = date.fromisoformat(found["date"]) if found["date"] else None
    return Source(found["title"].strip(), found["publisher"].strip(), found["url"], day)


def _unclear_sources(section: Section) -> str:
    place = f" de la section « {section.trail[-1]} »" if section.trail else ""
    return f"ligne « Sources »{place} mal formée : écrivez [titre](adresse) (éditeur, AAAA-MM-JJ), séparées par « ; »"
