"""Keeping the index in step with the documents: what changed, a fresh index beside the old one, an atomic swap."""

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.documents import french
from bot.documents.embedding import Embedder
from bot.documents.index import DamagedIndex, digest, indexed_text, is_intact, read_passages, read_vectors, write_index
from bot.documents.passages import Passage, list_documents, load_document
from bot.errors import IndexUnavailable, UnreadableDocument
from bot.printable import printable
from bot.refusals import system_reason

_FORMAT = 2  # of the index, and of what the readers make of a document
_TOO_LITTLE = 2**20  # bytes; a file of the index grows by as much at once
_HASHED_UP_TO = 32 * 2**20  # bytes; a larger file is refused by the readers anyway, so its size and date identify it

Progress = Callable[[str, int, int], None]  # step, done, total


def _no_progress(step: str, done: int, total: int) -> None:
    pass


@dataclass(frozen=True)
class Changes:
    """What differs between the documents and the index, as sorted document names."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    rebuilt: bool = False  # another embedder or another analysis: everything is embedded again

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.rebuilt)


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did (or, dry, would do). `unreadable` names every document left out, with its reason.

    `read` is what of `changes` touches documents that are, or were, read. `partial` names every document of which
    a part was not read, with what it is.
    """

    changes: Changes
    unreadable: Mapping[str, str]
    documents: int
    passages: int
    embedded: int
    read: Changes = Changes()
    partial: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Manifest:
    embedder: str = ""
    analysis: str = ""
    source: str = ""
    fingerprints: dict[str, str] = field(default_factory=dict)
    stamps: dict[str, str] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    partial: dict[str, str] = field(default_factory=dict)


def current_folder(state: Path) -> Path | None:
    """Return the folder of the index in force under the state directory, None when there is none."""
    try:
        folder = state / "index" / (state / "index" / "current").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return None
    return folder if (folder / "manifest.json").is_file() else None


def is_outgrown(source: Path, state: Path, embedder: Embedder) -> bool:
    """Whether the documents, the embedder or the analysis have changed since the index was built (or there is none)."""
    folder = current_folder(state)
    try:
        return folder is None or bool(_compare(source, _read_manifest(folder), embedder)[0])
    except DamagedIndex:
        return True


def refresh(
    source: Path, state: Path, embedder: Embedder, *, dry_run: bool = False, progress: Progress = _no_progress
) -> Refreshed:
    """Bring the index under `state` in step with the documents under `source`; a damaged index is built afresh.

    The old index serves until the new one is complete; a failure of any kind leaves it in force. One refresh at a
    time: a second one waits. Raises IndexUnavailable when there is nothing to index or no room to write.
    """
    if not source.is_dir():
        raise IndexUnavailable(f"Le dossier de documents « {source} » n'existe pas : vérifiez knowledge.documents.")
    if dry_run:
        return _refresh(source, state, embedder, True, progress)
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        (state / "index").mkdir(mode=0o700, exist_ok=True)
        with only_one(state / "index" / ".lock"):
            return _refresh(source, state, embedder, False, progress)
    except OSError as error:
        kept = " L'index précédent reste en service." if current_folder(state) else ""
        raise IndexUnavailable(
            f"Impossible d'écrire l'index dans « {state} » : {system_reason(error)}.{kept}"
        ) from error


def _refresh(source: Path, state: Path, embedder: Embedder, dry_run: bool, progress: Progress) -> Refreshed:
    folder, old, kept = _in_force(state, dry_run)
    changes, manifest = _compare(source, old, embedder)
    if not changes and folder is not None:
        documents = len({passage.info.document for passage in kept})
        return Refreshed(changes, old.unreadable, documents, len(kept), 0, partial=old.partial)
    if changes.rebuilt:
        kept = []
    passages = _read_all(source, changes, kept, old, manifest, progress)
    if not passages:
        raise IndexUnavailable(_nothing_readable(source, manifest.unreadable))
    wanted = {digest(indexed_text(passage)): indexed_text(passage) for passage in passages}
    known = [key for key in {digest(indexed_text(passage)) for passage in kept} if key in wanted]
    vectors = read_vectors(folder, known) if folder and not dry_run else {key: [] for key in known}
    missing = [key for key in wanted if key not in vectors]
    if not dry_run:
        _embed(embedder, wanted, missing, vectors, progress)
        _swap(state, manifest, passages, vectors)
    documents = len({passage.info.document for passage in passages})
    read = _read(changes, old, manifest)
    return Refreshed(changes, manifest.unreadable, documents, len(passages), len(missing), read, manifest.partial)


def _in_force(state: Path, dry_run: bool) -> tuple[Path | None, _Manifest, list[Passage]]:
    """Return the folder, the manifest and the passages of the index in force; nothing of one that is damaged."""
    folder = current_folder(state)
    # Opening Chroma writes to its files: not in a dry run.
    if folder is not None and (dry_run or is_intact(folder)):
        with contextlib.suppress(OSError, ValueError):
            return folder, _read_manifest(folder), read_passages(folder)
    return None, _Manifest(), []


def _compare(source: Path, old: _Manifest, embedder: Embedder) -> tuple[Changes, _Manifest]:
    new = _Manifest(embedder.identity, f"{_FORMAT}.{french.ANALYSIS_VERSION}", str(source.resolve()))
    for path in list_documents(source):
        name = path.relative_to(source).as_posix()
        new.stamps[name] = stamp = _stamp(path)
        same = stamp == old.stamps.get(name) and new.source == old.source
        new.fingerprints[name] = old.fingerprints[name] if same else _fingerprint(path, stamp)
    before, after = old.fingerprints, new.fingerprints
    rebuilt = bool(old.embedder) and (old.embedder, old.analysis) != (new.embedder, new.analysis)
    return (
        Changes(
            added=tuple(sorted(after.keys() - before.keys())),
            changed=tuple(sorted(name for name in after.keys() & before.keys() if after[name] != before[name])),
            removed=tuple(sorted(before.keys() - after.keys())),
            unchanged=tuple(sorted(name for name in after.keys() & before.keys() if after[name] == before[name])),
            rebuilt=rebuilt,
        ),
        new,
    )


def _read(changes: Changes, old: _Manifest, new: _Manifest) -> Changes:
    """Return what changes of the documents that are read: one that is not adds nothing, and takes away what it was."""
    before, after = (one.fingerprints.keys() - one.unreadable.keys() for one in (old, new))
    return replace(
        changes,
        added=tuple(sorted(after - before)),
        changed=tuple(name for name in changes.changed if name in before & after),
        removed=tuple(sorted(before - after)),
    )


def _with_sidecars(path: Path) -> list[Path]:
    return [path, *(path.with_name(path.name + ending) for ending in (".yaml", ".toml"))]


def _stamp(path: Path) -> str:
    """Size and date of a document and its sidecars: equal stamps spare reading the file."""
    parts = []
    for file in _with_sidecars(path):
        with contextlib.suppress(OSError):
            status = file.stat()
            parts.append(f"{file.suffix}:{status.st_size}:{status.st_mtime_ns}:{status.st_mode}")
    return " ".join(parts)


def _fingerprint(path: Path, stamp: str) -> str:
    """A hash of the contents of a document and its sidecars; its stamp when it cannot or should not be read."""
    hashed = hashlib.sha256()
    try:
        for file in _with_sidecars(path):
            if not file.exists():
                continue
            if not file.is_file() or file.stat().st_size > _HASHED_UP_TO:
                return stamp
            hashed.update(os.fsencode(file.suffix) + b"\0" + file.read_bytes())
    except OSError:
        return stamp
    return hashed.hexdigest()


def _read_all(
    source: Path, changes: Changes, kept: list[Passage], old: _Manifest, new: _Manifest, progress: Progress
) -> list[Passage]:
    """Return the passages of all documents in name order, reading only what changed; notes what is not read."""
    by_document: dict[str, list[Passage]] = {}
    for passage in kept:
        by_document.setdefault(passage.info.document, []).append(passage)
    names = sorted(new.fingerprints)
    known = set() if changes.rebuilt else set(changes.unchanged)
    passages: list[Passage] = []
    for done, name in enumerate(names, start=1):
        if name in known and name in old.unreadable:
            new.unreadable[name] = old.unreadable[name]
        elif name in known:
            passages += by_document.get(name, [])
            if name in old.partial:
                new.partial[name] = old.partial[name]
        else:
            try:
                document = load_document(source / name, source)
            except UnreadableDocument as error:
                new.unreadable[name] = error.reason
            else:
                passages += document.passages
                if document.shortfall:
                    new.partial[name] = document.shortfall
        progress("lecture", done, len(names))
    return passages


def _nothing_readable(source: Path, unreadable: Mapping[str, str]) -> str:
    if not unreadable:
        kinds = ".pdf, .docx, .odt, .pptx, .xlsx, .csv, .html, .md, .txt ou .eml"
        return f"Aucun document dans « {source} » : ajoutez-y des fichiers {kinds}."
    return "\n".join(
        ["Aucun document lisible :", *(printable(f"{name} : {reason}") for name, reason in sorted(unreadable.items()))]
    )


def _embed(
    embedder: Embedder, texts: dict[str, str], missing: list[str], vectors: dict[str, list[float]], progress: Progress
) -> None:
    for start in range(0, len(missing), 32):
        batch = missing[start : start + 32]
        rows = embedder.embed_documents([texts[key] for key in batch])
        vectors.update(zip(batch, rows, strict=True))
        progress("vecteurs", min(start + 32, len(missing)), len(missing))


def _swap(state: Path, manifest: _Manifest, passages: list[Passage], vectors: dict[str, list[float]]) -> None:
    """Write a complete index beside the others, then point `current` to it; the one before last goes."""
    index = state / "index"
    contents = "\n".join([manifest.embedder, manifest.analysis, manifest.source, *map(repr, passages)])
    name = hashlib.sha256(
        (contents + json.dumps(manifest.fingerprints)).encode("utf-8", "backslashreplace")
    ).hexdigest()[:16]
    previous = current_folder(state)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=index))
    pointer = index / f".current-{os.getpid()}"
    try:
        with _full_disk_named(building):
            write_index(building, passages, vectors)
            (building / "manifest.json").write_text(json.dumps(vars(manifest)), encoding="utf-8")
            _sync(building)
            if (index / name).exists():  # the documents went back to an earlier state, or that index is damaged
                name = f"{name}-{building.name.removeprefix('.building-')}"
            # Before the index has its name: what fails leaves nothing that nothing points to.
            pointer.write_text(name, encoding="utf-8")
        building.rename(index / name)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        pointer.unlink(missing_ok=True)
        raise
    pointer.replace(index / "current")
    for other in index.iterdir():
        # A running bot may still hold the previous index open; older ones and crashed builds are nobody's.
        if other.is_dir() and other.name != name and other != previous:
            shutil.rmtree(other, ignore_errors=True)


@contextlib.contextmanager
def _full_disk_named(folder: Path) -> Iterator[None]:
    """Raise that the disk is full where a library only says that it could not write."""
    try:
        yield
    except OSError as error:
        if error.errno is None and shutil.disk_usage(folder).free < _TOO_LITTLE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        raise


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


@contextlib.contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Wait until no other process is inside, with the same lock."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _read_manifest(folder: Path) -> _Manifest:
    """Return the manifest of an index; DamagedIndex if there is none, or not a whole one."""
    try:
        values: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        manifest = _Manifest(**values)
    except (OSError, ValueError, TypeError) as error:
        raise DamagedIndex(f"{folder.name} : manifest.json") from error
    tables = (manifest.fingerprints, manifest.stamps, manifest.unreadable, manifest.partial)
    if not manifest.embedder or not all(isinstance(table, dict) for table in tables):
        raise DamagedIndex(f"{folder.name} : manifest.json")
    return manifest
