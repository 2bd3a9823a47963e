"""A reply as its reader gets it: its words without the sources, its sentences, what it claims."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from bot.documents import french
from bot.evaluation.values import MONTHS, Value, comparable, values_in

PLAIN = 300  # characters before the sources: what a phone shows of a plain answer
_SOURCES: Final = re.compile(
    r"^(?:Sources? :.*(?:\n- .*)*|Réponse au \d[^.\n]*\.|Vous pouvez aussi demander.*)$", re.MULTILINE
)
# No claims: « selon la page du 7 avril 2023 » names a source, « pas 300 000 € » denies, « en mai 2022, … » says when.
_NO_CLAIM: Final = re.compile(
    r"\b(?:selon|d'apres) [^.;:)]{0,200}|\b(?:pas|non) (?=\d)[\d.]+(?: ?[€%])?"
    rf"|\ben (?:{MONTHS})(?: \d{{4}})?"
)


@dataclass(frozen=True)
class Cited:
    """A source of a reply: the fiche, the date of the page, the words quoted."""

    document: str
    date: date | None
    quote: str


@dataclass(frozen=True)
class Reply:
    """What the user gets: the fields of `ask --json` that a judge looks at."""

    status: str
    text: str
    reason: str | None = None
    cited: tuple[Cited, ...] = ()

    @classmethod
    def of(cls, fields: dict[str, Any]) -> "Reply":
        """Return the reply in the JSON object of `ask --json`."""
        cited = tuple(
            Cited(one["document"], date.fromisoformat(one["date"]) if one["date"] else None, one["quote"])
            for one in fields["citations"]
        )
        return cls(fields["status"], fields["text"], fields["reason"], cited)

    @cached_property
    def documents(self) -> tuple[str, ...]:
        """The fiches cited, once each, in order."""
        return tuple(dict.fromkeys(one.document for one in self.cited))

    @cached_property
    def body(self) -> str:
        """The text without its sources, links and suggestions."""
        shown = re.sub(r"\]\([^()\s]*\)", "]", self.text)
        return _SOURCES.sub("", shown).strip()

    @cached_property
    def sentences(self) -> list[str]:
        """The sentences of the body."""
        return french.sentences(self.body)

    @cached_property
    def claims(self) -> tuple[Value, ...]:
        """The values said to answer, without those that only name a source (« selon la page du 7 avril 2023 »)."""
        return claims_in(self.body)


def claims_in(text: str) -> tuple[Value, ...]:
    """Return the values that a text claims."""
    return values_in(_NO_CLAIM.sub(" ", comparable(text)))
