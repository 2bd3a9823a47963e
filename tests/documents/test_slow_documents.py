"""No document takes the program long to read, whatever it is made of."""

import time
from contextlib import suppress
from pathlib import Path

import pytest

from bot.documents.passages import load_passages
from bot.documents.splitting import cut
from bot.errors import UnreadableDocument

SIZE = 64_000  # bytes: up to there a text is read in the program's own process
MOST = 1.0  # seconds of processor
TRIES = 3


def repeated(unit: str) -> str:
    return unit * (SIZE // len(unit.encode()))


OURS = "---\npublisher: DINUM\n---\n# Titre\n\nTexte.\n\n"
DOCUMENTS = {
    "a heading of spaces": f"## a{' ' * (SIZE - 20)}b\n\nTexte.",
    "a heading of marks": f"## a {repeated('# ')}b\n\nTexte.",
    "headings": repeated("# a\n"),
    "notes": repeated("[^a"),
    "quotes": f"{repeated('>')}a",
    "quotes in quotes": "\n".join(f"{'>' * depth} a" for depth in range(1, 350)),
    "lists in lists": "\n".join(f"{' ' * depth}- a" for depth in range(340)),
    "lists introduced": repeated("a :\n\n- b\n\n"),
    "brackets": repeated("["),
    "links": repeated("[a]("),
    "a link of spaces": f"[a]({' ' * (SIZE - 10)}x",
    "images": repeated("![a]("),
    "code": repeated("`"),
    "code without end": repeated("`a``b"),
    "stars": repeated("**a* "),
    "underscores": repeated("_a "),
    "struck out": repeated("~~a"),
    "tags": repeated("<a "),
    "line breaks": f"a{' ' * (SIZE - 10)}<br",
    "entities": repeated("&amp"),
    "templates": repeated("{{a"),
    "a table's rule": f"|a|b|\n{repeated('|-')}x",
    "a table's rule of spaces": f"a|b\n{' ' * (SIZE - 10)}|-",
    "rows": f"a|b\n-|-\n{repeated('a|b' + chr(10))}",
    "rules": f"{repeated('- ')}x",
    "addresses": repeated("<a@"),
    "one word": repeated("a"),
    "dots": repeated("."),
    "sentences": repeated("A. "),
    "empty lines": f"{repeated(' ' + chr(10))}a",
    "wrapped lines": repeated(f"{'mot ' * 14}mo-\n"),
    "accents": f"e{repeated(chr(0x301))}",
    "ligatures": repeated("ﷺ"),
    "front matter nested": f"---\na: {repeated('[')}\n---\nTexte.",
    "front matter of sixties": f"---\na: 1{repeated(':1')}\n---\nTexte.",
    "front matter of keys": f"---\n{repeated('a: b' + chr(10))}---\nTexte.",
    "front matter without end": f"---\n{repeated('--- ' + chr(10))}",
    "sources": f"{OURS}Sources : {repeated('[a](b) (c')}",
    "sources without end": f"{OURS}Sources : {repeated('[')}",
}


@pytest.mark.parametrize("ending", [".md", ".txt"])
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_hostile_document_costs_a_bounded_time(tmp_path: Path, kind: str, ending: str):
    file = tmp_path / f"a{ending}"
    file.write_text(DOCUMENTS[kind], encoding="utf-8")
    cut("Une phrase. " * 200)  # the splitter's own import is not what is measured

    assert least_time(file) < MOST


def least_time(file: Path) -> float:
    """Return the processor's time that a document takes, the least of a few tries: others work on the machine too."""
    took = MOST
    for _ in range(TRIES):
        started = time.process_time()
        with suppress(UnreadableDocument):  # refused for its form, which is well and good
            load_passages(file, file.parent)
        took = min(took, time.process_time() - started)
        if took < MOST:
            break
    return took
