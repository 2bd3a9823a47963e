"""The words of the domain: abbreviations, English, synonyms; read once from lexicon.toml."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from bot.documents import french

_ENGLISH = frozenset(
    "the what which who when how much many long is are was were does do did can could should i my we our of to"
    " and there for with be been get it from where why".split()
)
_FRENCH = frozenset(
    "le la les du des de un une est et quel quelle quels quelles qui que quoi on je il pour dans au aux en sur avec"
    " combien comment quand peut ce c'est ca".split()
)


@dataclass(frozen=True)
class Lexicon:
    """Rewriting rules and synonym groups, all folded."""

    rewrites: Mapping[str, str]
    english: Mapping[str, str]
    synonyms: tuple[frozenset[str], ...]

    def rewrite(self, folded: str) -> str:
        """Return a folded question with its abbreviations spelled out, and its English domain words in French."""
        text = _replace(self._rewrites, self.rewrites, folded)
        return _replace(self._english, self.english, text) if is_english(folded) else text

    def group(self, word: str) -> frozenset[str]:
        """Return the stems that mean the same as a folded word, its own included."""
        own = french.stem(word) if word.isalpha() else word
        return self._groups.get(own, frozenset({own}))

    def alike(self, stem: str) -> frozenset[str]:
        """Return the stems that mean the same as a stem, its own included."""
        return self._groups.get(stem, frozenset({stem}))

    @cached_property
    def _rewrites(self) -> re.Pattern[str]:
        return _any_of(self.rewrites)

    @cached_property
    def _english(self) -> re.Pattern[str]:
        return _any_of(self.english)

    @cached_property
    def _groups(self) -> Mapping[str, frozenset[str]]:
        merged: dict[str, set[str]] = {}
        for words in self.synonyms:
            stems = {french.stem(word) for word in words}
            for one in stems:
                merged.setdefault(one, {one}).update(stems)
        return {stem: frozenset(group) for stem, group in merged.items()}


def _any_of(phrases: Mapping[str, str]) -> re.Pattern[str]:
    longest_first = sorted(map(re.escape, phrases), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(longest_first)})(?![\w-])")


def _replace(pattern: re.Pattern[str], phrases: Mapping[str, str], text: str) -> str:
    return pattern.sub(lambda match: phrases[match[0]], text)


def is_english(folded: str) -> bool:
    """Whether a folded question reads as English: more English function words than French ones, and two at least."""
    words = re.findall(r"[a-z']+", folded)
    english = sum(word in _ENGLISH for word in words)
    return english >= 2 and english > sum(word in _FRENCH for word in words)


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """Return the lexicon that ships with the program."""
    table = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))
    groups = tuple(frozenset(entry["words"]) for entry in table["synonyms"])
    return Lexicon(table["rewrites"], table["english"], groups)
