"""The questions whose place is known: where they come from, and a cache of their wordings and vectors."""

import contextlib
import hashlib
import io
import json
import logging
import os
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.dialogue.neighbours import Example, Vectors
from bot.dialogue.placing import label_of
from bot.documents import french
from bot.documents.passages import Passage
from bot.documents.refresh import only_one

_log = logging.getLogger("bot")
_HERE = Path(__file__).parent
_UNREADABLE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


def questions_of(passages: Iterable[Passage]) -> list[Example]:
    """Return the examples that ship with the program, then those of the fiches, as they were written."""
    examples = []
    for name in ("examples.toml", "negatives.toml"):
        table = tomllib.loads((_HERE / name).read_text(encoding="utf-8"))
        examples += [Example(text, topic["name"]) for topic in table["topic"] for text in topic["examples"]]
    for passage in passages:
        # A heading says in a few words what its section answers; a foreign document has nothing else to say it.
        texts = (passage.section.split(" › ")[-1] or passage.info.title, *passage.questions)
        examples += [Example(text, label_of(passage)) for text in texts]
    return examples


def fingerprint(programme: Path) -> str:
    """Return a hash of all that decides how a question is worded: this package, the analysis, the facts' names."""
    files = [*_HERE.glob("*.py"), *_HERE.glob("*.toml"), Path(french.__file__), *programme.glob("*.toml")]
    hashed = hashlib.sha256()
    for path in sorted(files):
        hashed.update(path.name.encode() + b"\0" + path.read_bytes())
    return hashed.hexdigest()


@dataclass(frozen=True)
class Cache:
    """A file that keeps the wordings and vectors of the known questions, for one embedder and one version."""

    file: Path
    embedder: str
    version: str

    def holds(self, questions: Sequence[Example]) -> bool:
        """Whether nothing has to be worded or embedded again for these questions."""
        try:
            with np.load(self.file, allow_pickle=False) as stored:
                header = json.loads(str(stored["header"]))
        except _UNREADABLE:
            return False
        current = (header.get("embedder"), header.get("version"), header.get("asked"))
        return current == (self.embedder, self.version, _identity(questions))

    def bring_up_to_date(
        self,
        questions: Sequence[Example],
        wording: Callable[[str], str],
        embed: Callable[[list[str]], list[list[float]]],
    ) -> tuple[list[Example], Vectors]:
        """Return the questions in their bare wording with one vector each, embedding only the wordings that are new.

        One process at a time does that; the others find it done.
        """
        asked = _identity(questions)
        found = self._found(questions, asked)
        if found is not None:
            return found
        with contextlib.ExitStack() as held:
            with contextlib.suppress(OSError):  # where nothing can be written, each process does the work for itself
                self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                held.enter_context(only_one(self.file.with_suffix(".lock")))
            return self._found(questions, asked) or self._made(questions, asked, wording, embed)

    def _found(self, questions: Sequence[Example], asked: str) -> tuple[list[Example], Vectors] | None:
        header, vectors = self._read()
        if header.get("asked") != asked or header.get("version") != self.version:
            return None
        return [Example(text, one.label) for text, one in zip(header["texts"], questions, strict=True)], vectors

    def _made(
        self,
        questions: Sequence[Example],
        asked: str,
        wording: Callable[[str], str],
        embed: Callable[[list[str]], list[list[float]]],
    ) -> tuple[list[Example], Vectors]:
        header, vectors = self._read()
        texts = [wording(one.text) for one in questions]
        known = dict(zip(header.get("texts", []), vectors, strict=True))
        missing = list(dict.fromkeys(text for text in texts if text not in known))
        if missing:
            known.update(zip(missing, np.asarray(embed(missing), dtype=np.float32), strict=True))
        vectors = np.stack([known[text] for text in texts])
        self._write({"embedder": self.embedder, "version": self.version, "asked": asked, "texts": texts}, vectors)
        return [Example(text, one.label) for text, one in zip(texts, questions, strict=True)], vectors

    def _read(self) -> tuple[dict[str, str | list[str]], Vectors]:
        try:
            with np.load(self.file, allow_pickle=False) as stored:
                header, vectors = json.loads(str(stored["header"])), stored["vectors"]
        except _UNREADABLE:
            header, vectors = {}, None  # no cache yet, or one that is damaged: it is made again
        if vectors is None or header.get("embedder") != self.embedder or len(header["texts"]) != len(vectors):
            return {}, np.zeros((0, 0), dtype=np.float32)
        return header, vectors

    def _write(self, header: dict[str, str | list[str]], vectors: Vectors) -> None:
        """Write the file anew; where it cannot be, the work is done again another time."""
        written = io.BytesIO()
        np.savez(written, header=np.asarray(json.dumps(header, ensure_ascii=False)), vectors=vectors)
        partial = self.file.with_name(f".{self.file.name}.{os.getpid()}")
        try:
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            partial.write_bytes(written.getbuffer())
            partial.replace(self.file)
        except OSError as error:
            _log.info("the known questions are not kept: %s", error)
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)


def _identity(questions: Sequence[Example]) -> str:
    return hashlib.sha256(repr(questions).encode()).hexdigest()
