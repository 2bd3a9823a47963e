"""What of a question nothing accounts for: each content word weighed against the attribute it is read as. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.questions.linear import Linear
from bot.questions.tables import Tables
from bot.questions.terms import Terms, Word, pieces

MISSING = "missing"
FINE = "fine"


@dataclass(frozen=True)
class Rest:
    """Weighs words: how likely each is what makes a question one that the attribute does not answer."""

    tables: Tables
    model: Linear
    texts: Mapping[str, frozenset[str]]
    knows: Callable[[str], bool]

    def weighed(self, terms: Terms, attribute: str) -> list[tuple[Word, float]]:
        """Return the content words with the probability that they are missing from what is known of the attribute."""
        return [
            (word, self.model.probabilities(features)[MISSING])
            for word, features in zip(terms.content, self.features(terms, attribute), strict=True)
        ]

    def features(self, terms: Terms, attribute: str) -> list[tuple[str, ...]]:
        """Return the features of each content word, in order."""
        words = terms.content
        column = self.tables.column[attribute]
        stems = [word.stem for word in words]
        found: list[tuple[str, ...]] = []
        for position, word in enumerate(words):
            count = self.tables.count(word.stem, attribute)
            spread = self.tables.spread(word.stem)
            in_text = word.stem in self.texts.get(attribute, frozenset())
            letters = [self.tables.pieces.rows[one] for one in pieces(word.text) if one in self.tables.pieces.rows]
            like = float(self.tables.pieces.values[letters, column].astype(np.float32).mean()) if letters else 0.0
            own = _bucket(count, (0, 1, 3, 8))
            wide = _bucket(spread, (0, 1, 3, 8, 20, 60))
            known = self.knows(word.stem)
            before = terms.scan.text[max(0, word.start - 12) : word.start].split()
            seen = (
                f"own {own}",
                f"wide {wide}",
                f"text {in_text}",
                f"own {own} wide {wide}",
                f"own {own} wide {wide} text {in_text}",
                f"known {known} own {own}",
                f"like {_bucket(round(like * 10), (-6, -3, -1, 1, 3, 6, 10))}",
                f"like {_bucket(round(like * 10), (-6, -3, 0, 3, 8))} own {own} wide {wide}",
                f"stem {word.stem}",
                f"stem {word.stem} own {min(own, 1)}",
                f"end {word.text[-3:]}",
                f"before {before[-1] if before else '-'}",
                f"before {before[-1] if before else '-'} own {min(own, 1)}",
                f"size {_bucket(len(words), (1, 2, 4, 7, 12))} own {own} text {in_text}",
                f"last {position == len(words) - 1}",
                f"first {position == 0}",
                f"capital {_is_capital(terms, word)}",
                f"capital {_is_capital(terms, word)} known {known}",
                f"again {stems.count(word.stem) > 1}",
            )
            found.append(seen)
        return found


def _bucket(value: int, bounds: Sequence[int]) -> int:
    return sum(value > bound for bound in bounds)


def _is_capital(terms: Terms, word: Word) -> bool:
    """Whether a word is typed with a capital inside a sentence typed with small letters."""
    original = terms.scan.original
    at = original.lower().find(word.text)
    return at > 0 and original[at].isupper() and not original.isupper()
