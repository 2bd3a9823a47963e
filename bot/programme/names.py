"""Names as people type them: folded, without spaces, and near enough to be the same name."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import accumulate, filterfalse

from rapidfuzz.distance import OSA

_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_ARTICLES = frozenset({"l", "la", "le", "les"})
_AFTER_ARTICLE = 8  # characters at least: « La Suite » is not « suite »
_NOT_A_DIGIT = re.compile(r"\D+")
_LONGEST_NAME = 9  # words
_MOST_MISTAKES = 3
_SHORTEST_MISSPELT = 6  # letters: below, one wrong letter makes another word


def fold(text: str) -> str:
    """Return the text in lower case, without accents, its words separated by one space."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return _NOT_A_WORD.sub(" ", "".join(filterfalse(unicodedata.combining, plain))).strip()


def squash(text: str) -> str:
    """Return the folded text without its leading article nor any space: « L'Annuaire des… » is « annuairedes… »."""
    folded = fold(text)
    first, _, rest = folded.partition(" ")
    named = rest if first in _ARTICLES and len(rest) >= _AFTER_ARTICLE else folded
    return named.replace(" ", "")


class NameIndex:
    """Names, squashed, that can be found under a spelling mistake.

    One letter may be wrong, missing, added or swapped; two from twelve letters on, three from twenty. The first letter
    and the digits are right: « classe à 13 » is not « Classe à 12 ».
    """

    def __init__(self, exact: Iterable[str], misspelt: Iterable[str], other_words: Iterable[str] = ()) -> None:
        """Know `exact`; find those of `misspelt` under a mistake too, except when it gives one of `other_words`."""
        self._exact = frozenset(exact)
        self._other_words = frozenset(other_words)
        # Names by what is right in them, each with the mistakes that it bears.
        self._near: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
        for name in misspelt:
            if len(name) >= _SHORTEST_MISSPELT:
                self._near[_key(name)].append((name, _mistakes(name)))
        self._longest = max(map(len, (*self._exact, *self._other_words)), default=0) + _MOST_MISTAKES

    def find(self, text: str) -> str | None:
        """Return the squashed name that the text is; None when it is none."""
        return self.find_squashed(squash(text))

    def find_squashed(self, wanted: str) -> str | None:
        """Return the squashed name that this squashed text is; None when it is none."""
        if wanted in self._exact:
            return wanted
        if not _SHORTEST_MISSPELT <= len(wanted) <= self._longest or wanted in self._other_words:
            return None
        near = self._near.get(_key(wanted), ())
        distances = ((OSA.distance(wanted, name, score_cutoff=most), most, name) for name, most in near)
        return min(((far, name) for far, most, name in distances if far <= most), default=(0, None))[1]


def _key(name: str) -> tuple[str, str]:
    return name[0], _NOT_A_DIGIT.sub("", name)


def _mistakes(name: str) -> int:
    return 1 if len(name) < 12 else 2 if len(name) < 20 else _MOST_MISTAKES


def windows(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield every run of words, longest first, as (first word, word after the last, the run squashed)."""
    words = fold(text).split()
    joined, at = "".join(words), [0, *accumulate(map(len, words))]
    for length in range(min(_LONGEST_NAME, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            end = start + length
            spaced = at[end] - at[start] + length - 1 - len(words[start])  # what follows the first word, as written
            first = start + (words[start] in _ARTICLES and spaced > _AFTER_ARTICLE)
            yield start, end, joined[at[first] : at[end]]
