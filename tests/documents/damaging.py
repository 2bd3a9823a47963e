"""Ways to damage the index in a folder, for the tests of what notices it."""

import shutil
from collections.abc import Callable
from pathlib import Path

Damage = Callable[[Path], object]


def truncated(file: str, size: int) -> Damage:
    return lambda folder: (folder / file).write_bytes((folder / file).read_bytes()[:size])


def overwritten(file: str, content: bytes) -> Damage:
    return lambda folder: (folder / file).write_bytes(content)


def with_a_hole(file: str) -> Damage:
    def punch(folder: Path) -> None:
        data = (folder / file).read_bytes()
        (folder / file).write_bytes(data[:20_000] + bytes(60_000) + data[80_000:])

    return punch


DATABASE_DAMAGES: dict[str, Damage] = {
    "no chroma": lambda folder: shutil.rmtree(folder / "chroma"),
    "no database": lambda folder: (folder / "chroma/chroma.sqlite3").unlink(),
    "empty database": truncated("chroma/chroma.sqlite3", 0),
    "truncated database": truncated("chroma/chroma.sqlite3", 40_000),
    "noise for a database": overwritten("chroma/chroma.sqlite3", b"x" * 5_000),
    "hole in the database": with_a_hole("chroma/chroma.sqlite3"),
}
DAMAGES: dict[str, Damage] = DATABASE_DAMAGES | {
    "no passages": lambda folder: (folder / "passages.json").unlink(),
    "truncated passages": truncated("passages.json", 100),
    "no passage": overwritten("passages.json", b"[]"),
    "something else for passages": overwritten("passages.json", b"{}"),
    "no lexical index": lambda folder: shutil.rmtree(folder / "lexical"),
    "truncated array": truncated("lexical/data.csc.index.npy", 100),
    "empty array": truncated("lexical/data.csc.index.npy", 0),
    "truncated vocabulary": truncated("lexical/vocab.index.json", 20),
    "empty vocabulary": overwritten("lexical/vocabulary.json", b"{}"),
}
# Those that opening does not look at, but keeping up with the documents does.
MANIFEST_DAMAGES: dict[str, Damage] = {
    "no manifest": lambda folder: (folder / "manifest.json").unlink(),
    "truncated manifest": truncated("manifest.json", 50),
    "empty manifest": overwritten("manifest.json", b"{}"),
    "list for a manifest": overwritten("manifest.json", b"[1]"),
    "unknown key in the manifest": overwritten("manifest.json", b'{"colour": "blue"}'),
    "wrong table in the manifest": overwritten("manifest.json", b'{"embedder": "fake:1", "stamps": 3}'),
    "noise for a manifest": overwritten("manifest.json", b"\xff\x00\xfe"),
    "empty pointer": lambda folder: (folder.parent / "current").write_bytes(b""),
    "noise for a pointer": lambda folder: (folder.parent / "current").write_bytes(b"\xff\x00\xfe"),
    "pointer to nothing": lambda folder: (folder.parent / "current").write_bytes(b"absent"),
}
