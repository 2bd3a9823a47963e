"""The lexical half of the index: BM25 over French-analysed text, and the vocabulary it was made from."""

import json
import logging
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from bot.documents import french

_SHORTEST = 4  # letters of a word that may be a slip
_CLOSE_ENOUGH = 84  # rapidfuzz ratio: one slip in six letters, two in twelve


class LexicalIndex:
    """BM25 scores, term weights and spelling of a fixed list of texts."""

    def __init__(self, bm25: bm25s.BM25, frequencies: dict[str, int], words: dict[str, int], size: int) -> None:
        self._bm25 = bm25
        self._frequencies = frequencies
        self._words = words
        self.size = size
        # By first letter and length, for spelling.
        self._alike: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in words:
            self._alike[word[0], len(word)].append(word)

    @classmethod
    def build(cls, texts: Sequence[str]) -> "LexicalIndex":
        """Index `texts`, at least one."""
        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it would tell the terminal about its tokens
        analysed = [french.tokens(text) for text in texts]
        bm25 = bm25s.BM25(k1=1.2, b=0.6)
        # bm25s fails on a vocabulary without a word, as that of texts in another alphabet.
        bm25.index(analysed if any(analysed) else [["-"]] * len(analysed), show_progress=False)
        frequencies = Counter(term for terms in analysed for term in set(terms))
        words = Counter(word for text in texts for word in french.words(text) if word.isalpha())
        return cls(bm25, dict(frequencies), dict(words), len(texts))

    def save(self, folder: Path) -> None:
        """Write everything to `folder`, which is created."""
        self._bm25.save(str(folder), show_progress=False)
        vocabulary = {"frequencies": self._frequencies, "words": self._words, "size": self.size}
        (folder / "vocabulary.json").write_text(json.dumps(vocabulary), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "LexicalIndex":
        """Read what `save` wrote."""
        vocabulary = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        return cls(bm25s.BM25.load(str(folder)), **vocabulary)

    def scores(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """Return one BM25 score a text; all zero when no term is known."""
        known = [term for term in terms if term in self._frequencies]
        if not known:
            return np.zeros(self.size, dtype=np.float32)
        scored: NDArray[np.float32] = self._bm25.get_scores(known)
        return scored

    def weight(self, term: str) -> float:
        """Return the term's inverse document frequency; an unknown term weighs as much as the rarest."""
        return math.log(1 + self.size / (0.5 + self._frequencies.get(term, 0)))

    def knows(self, term: str) -> bool:
        """Whether a stem occurs in the texts."""
        return term in self._frequencies

    def corrected(self, word: str) -> str:
        """Return a folded word of the texts that `word` is a slip of, or `word` itself."""
        if len(word) < _SHORTEST or not word.isalpha() or word in self._words or self.knows(french.stem(word)):
            return word
        # Same first letter: people miss letters inside a word more than its start, and it avoids wild guesses.
        lengths = range(max(_SHORTEST, len(word) - 2), len(word) + 3)
        close = [other for length in lengths for other in self._alike.get((word[0], length), ())]
        found = process.extractOne(word, close, scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH)
        return found[0] if found else word
