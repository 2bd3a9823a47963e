"""What a question is about, by the words that decide; the rules are in topics.toml."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True)
class TopicRule:
    """A topic and the patterns that choose it: all of `wanted`, none of `unless`."""

    name: str
    wanted: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]

    def chooses(self, folded: str) -> bool:
        """Whether the words of a folded question choose this topic."""
        return all(p.search(folded) for p in self.wanted) and not any(p.search(folded) for p in self.unless)


def topic_of(folded: str) -> str | None:
    """Return the topic that the words of a folded question choose; None when none does."""
    return next((rule.name for rule in _rules() if rule.chooses(folded)), None)


@lru_cache(maxsize=1)
def _rules() -> tuple[TopicRule, ...]:
    table = tomllib.loads(Path(__file__).with_name("topics.toml").read_text(encoding="utf-8"))
    return tuple(
        TopicRule(
            entry["name"],
            tuple(re.compile(pattern) for pattern in entry["all"]),
            tuple(re.compile(pattern) for pattern in entry.get("unless", [])),
        )
        for entry in table["topic"]
    )
