"""Names as people type them: folded, without spaces, and near enough to be the same name."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from rapidfuzz import fuzz, process

_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_ARTICLE = re.compile(r"^(?:l|la|le|les) (?=.)")
_LONGEST_NAME = 9  # words
_SHORTEST_FUZZY = 6  # letters: below, one wrong letter makes another word
_SAME_NAME = 88.0  # out of 100; measured on a French word list, see tests/programme/test_names.py


def fold(text: str) -> str:
    """Return the text in lower case, without accents, its words separated by one space."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return _NOT_A_WORD.sub(" ", "".join(c for c in plain if not unicodedata.combining(c))).strip()


def squash(text: str) -> str:
    """Return the folded text without its leading article nor any space: « L'Annuaire » is « annuaire »."""
    return _ARTICLE.sub("", fold(text)).replace(" ", "")


def closest(name: str, known: Mapping[str, object]) -> str | None:
    """Return the squashed name of `known` that `name` stands for, spelling mistakes allowed; None otherwise."""
    wanted = squash(name)
    if wanted in known:
        return wanted
    if len(wanted) < _SHORTEST_FUZZY:
        return None
    near = [key for key in known if len(key) >= _SHORTEST_FUZZY and key[0] == wanted[0]]
    found = process.extractOne(wanted, near, scorer=fuzz.ratio, score_cutoff=_SAME_NAME)
    return found[0] if found else None


def windows(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield every run of words, longest first, as (first word, word after the last, squashed run)."""
    words = fold(text).split()
    for length in range(min(_LONGEST_NAME, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            yield start, start + length, "".join(words[start : start + length])
