"""Opening a reader: the counts of all wordings, kept beside the index in a file, and the trained weights."""

import contextlib
import hashlib
import logging
import os
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.documents import french
from bot.documents.refresh import only_one
from bot.programme.attributes import Attributes
from bot.programme.lookup import Programme
from bot.questions.focus import Focus
from bot.questions.learning import count
from bot.questions.lexicon import Lexicon
from bot.questions.ranker import Ranker
from bot.questions.reading import Reader
from bot.questions.rest import Rest
from bot.questions.tables import Tables
from bot.questions.weights import Weights

FILE: Final = "reader.npz"
_HERE: Final = Path(__file__).parent
_UNREADABLE: Final = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)
_USUAL: Final = 3  # wordings from which a word is one, and no slip that somebody made
_RECENT: Final = 256  # wordings whose vectors are kept

_log = logging.getLogger("bot")


@dataclass(frozen=True)
class Counts:
    """The counts of the wordings of a folder, and the file that keeps them for one version of all they come from."""

    file: Path
    wordings: Path
    facts: Path
    embedder: str

    @cached_property
    def version(self) -> str:
        """A hash of all that decides the counts: wordings, facts' names, attributes, the scan, this package."""
        code = [
            *_HERE.glob("*.py"),
            *_HERE.glob("*.toml"),
            *(_HERE.parent / "french").glob("*.py"),
            Path(french.__file__),
        ]
        data = [*self.wordings.rglob("*.txt"), *self.facts.glob("*.toml")]
        hashed = hashlib.sha256(self.embedder.encode())
        for path in sorted((*code, *data)):
            hashed.update(path.name.encode() + b"\0" + path.read_bytes())
        return hashed.hexdigest()

    @property
    def is_kept(self) -> bool:
        """Whether the file holds what would be counted now."""
        try:
            with np.load(self.file, allow_pickle=False) as stored:
                return str(stored["version"]) == self.version
        except _UNREADABLE:
            return False

    def tables(self, programme: Programme, lexicon: Lexicon, attributes: Sequence[str]) -> Tables:
        """Return the counts, made and kept when they are not there. One process at a time does that."""
        found = self._read()
        if found is not None:
            return found
        with contextlib.ExitStack() as held:
            with contextlib.suppress(OSError):  # where nothing can be written, each process does the work for itself
                self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                held.enter_context(only_one(self.file.with_suffix(".lock")))
            return self._read() or self._made(programme, lexicon, attributes)

    def _read(self) -> Tables | None:
        try:
            with np.load(self.file, allow_pickle=False) as stored:
                if str(stored["version"]) != self.version:
                    return None
                return Tables.load(dict(stored))
        except _UNREADABLE:
            return None  # no file yet, or one that is damaged: it is made again

    def _made(self, programme: Programme, lexicon: Lexicon, attributes: Sequence[str]) -> Tables:
        made = count(self.wordings, programme, lexicon, attributes)
        partial = self.file.with_name(f".{self.file.name}.{os.getpid()}")
        try:
            made.save(partial, version=np.asarray(self.version))
            partial.replace(self.file)
        except OSError as error:
            _log.info("the counts of the wordings are not kept: %s", error)
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
        return made


@dataclass(frozen=True)
class Documents:
    """What the reader takes of the documents: by attribute the stems of its sections, all stems, and the spelling.

    `corrected` gives the word of the documents that a folded word is a slip of.
    """

    texts: Mapping[str, frozenset[str]]
    stems: frozenset[str]
    corrected: Callable[[str], str]


def open_reader(
    tables: Tables,
    weights: Weights,
    programme: Programme,
    lexicon: Lexicon,
    attributes: Attributes,
    documents: Documents,
    embed: Callable[[str], Sequence[float]],
) -> Reader:
    """Return the reader; what was embedded last is kept, since a turn reads a wording more than once."""

    @lru_cache(maxsize=_RECENT)
    def vector(wording: str) -> NDArray[np.float32]:
        return weights.check(np.asarray(embed(wording), dtype=np.float32))

    def correct(word: str) -> str:
        return word if tables.total(french.stem(word)) >= _USUAL else documents.corrected(word)

    ranker = Ranker(tables, weights.matcher, weights.shared, documents.texts)
    rest = Rest(tables, weights.rest, documents.texts, documents.stems.__contains__)
    focus = Focus(attributes, tables.attributes, weights.matcher, weights.focus)
    return Reader(programme, lexicon, vector, ranker, rest, weights.models, correct, focus)
