"""What the reader sees of a scan: its masked wording, its words, its pieces of words, its slots. Pure."""

import itertools
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from bot.documents import french
from bot.programme.models import CONSOLIDATION
from bot.questions.spans import Kind, Scan, Span

# One edition, year, amount and name for all: what is left is the wording. As words, and as a sentence model likes them.
_WORDS: Final = {
    Kind.EDITION: "xedition",
    Kind.YEAR: "xannee",
    Kind.PERIOD: "xannee",
    Kind.AMOUNT: "xmontant",
    Kind.PERCENT: "xpourcent",
    Kind.NUMBER: "xnombre",
    Kind.LAUREATE: "xproduit",
    Kind.FUND: "xfonds",
}
_NATURAL: Final = {
    Kind.EDITION: "fast 13",
    Kind.YEAR: "2023",
    Kind.PERIOD: "2023",
    Kind.AMOUNT: "100 000 €",
    Kind.PERCENT: "50 %",
    Kind.NUMBER: "12",
    Kind.LAUREATE: "docurba",
    Kind.FUND: "ftap",
}
_TOKEN: Final = re.compile(r"[a-z]+|\d+|[€%?]")
_PIECES: Final = (3, 4, 5)
SLOTS: Final = (*(kind for kind in Kind if kind is not Kind.PROGRAMME), "consolidation", "fast")


@dataclass(frozen=True)
class Word:
    """A word outside the spans: as scanned, its stem, and where it stands."""

    text: str
    stem: str
    start: int
    end: int


@dataclass(frozen=True)
class Terms:
    """A scan as the reader sees it."""

    scan: Scan

    @cached_property
    def natural(self) -> str:
        """The wording that is embedded."""
        return self._masked(_NATURAL)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Stems and pairs of neighbouring stems, marks of spans among them."""
        stems = [
            one if one.startswith("x") and one in _MARKS else french.stem(one)
            for one in _TOKEN.findall(self._masked(_WORDS))
        ]
        return (*stems, *(f"{one}_{other}" for one, other in itertools.pairwise(stems)))

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        """Runs of three to five letters of each word."""
        return tuple(piece for word in re.findall(r"[a-z0-9]+", self.natural) for piece in pieces(word))

    @cached_property
    def slots(self) -> tuple[bool, ...]:
        """Whether a span of each kind is there, in the order of `SLOTS`."""
        programmes = self.scan.values(Kind.PROGRAMME)
        found = {span.kind for span in self.scan.spans}
        return (
            *(kind in found for kind in Kind if kind is not Kind.PROGRAMME),
            CONSOLIDATION in programmes,
            any(one != CONSOLIDATION for one in programmes),
        )

    @cached_property
    def content(self) -> tuple[Word, ...]:
        """The words that say something, outside the spans."""
        found = []
        for match in re.finditer(r"(?<![a-z\d])[a-z]+(?:-[a-z]+)*(?!\d)", self.scan.text):
            start, end = match.span()
            if any(span.start < end and start < span.end for span in self.scan.spans):
                continue
            for part in re.finditer(r"[a-z]+", match[0]):
                word = part[0]
                if len(word) > 1 and word not in french.STOP_WORDS:
                    found.append(Word(word, french.stem(word), start + part.start(), start + part.end()))
        return tuple(found)

    def _masked(self, marks: dict[Kind, str]) -> str:
        parts, at = [], 0
        text = self.scan.text
        for span in self.scan.spans:
            parts += [text[at : span.start], f" {_mark(span, marks)} "]
            at = span.end
        return re.sub(r"\s+", " ", "".join([*parts, text[at:]])).strip()


_MARKS: Final = frozenset(_WORDS.values())


def _mark(span: Span, marks: dict[Kind, str]) -> str:
    if span.kind is Kind.PROGRAMME:
        return "programme de consolidation" if span.value == CONSOLIDATION else "fast"
    return marks[span.kind]


@lru_cache(maxsize=1 << 15)  # the wordings hold the same words again and again: their pieces are kept once
def pieces(word: str) -> tuple[str, ...]:
    """Return the runs of letters of a word, its ends marked."""
    marked = f"<{word}>"
    return tuple(marked[i : i + size] for size in _PIECES for i in range(len(marked) - size + 1))
