"""What every answer is made from: the table, the fiches' sentences, the day; how rows become statements. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from bot.answers.evidence import Evidence, cite_source, first_of
from bot.answers.table import Entry, Table
from bot.french.present import told_on
from bot.programme.attributes import Attribute
from bot.programme.calendar import replacement
from bot.programme.lookup import Programme
from bot.programme.models import FAST, Source
from bot.results import Citation, Statement
from bot.words import figures as words


@dataclass(frozen=True)
class Teller:
    """Tells what is known on the day `today` (Europe/Paris)."""

    programme: Programme
    evidence: Evidence
    today: date

    @cached_property
    def table(self) -> Table:
        return Table(self.programme, self.today)

    @property
    def is_over(self) -> bool:
        """Whether the fund had been replaced on the day."""
        return replacement(self.programme, FAST, self.today) is not None

    def stated(self, attribute: Attribute, entries: Sequence[Entry]) -> tuple[Statement, ...]:
        """Say entries: in a sentence of the fiche that holds all the values, else in ours."""
        return first_of(self._stated(attribute, one) for one in entries)

    def listed(self, attribute: Attribute, entries: Sequence[Entry]) -> Statement:
        """Say entries in one list."""
        label = attribute.label or attribute.about
        text = words.listed(label, entries, self.today)
        return Statement(
            text, tuple(self.cited(source for one in entries for row in one.rows for source in row.sources))
        )

    def cited(self, sources: Iterable[Source]) -> list[Citation]:
        """Return the citations of sources published by the day, once each."""
        return [cite_source(one) for one in dict.fromkeys(sources) if one.date <= self.today]

    def _stated(self, attribute: Attribute, entry: Entry) -> Statement:
        label = attribute.label or attribute.about
        edition = entry.editions[0] if len(entry.editions) == 1 and entry.programme == FAST else None
        said = self.evidence.statement(entry.facts, edition, label, self.today) if entry.facts else None
        if said is not None and all(one.date is None or one.date <= self.today for one in said.citations):
            told = said.text if self.is_over else told_on(said.text, self.today)
            return replace(said, text=told) if told else self.in_our_words(attribute, entry)
        return said if said is not None and self.is_over else self.in_our_words(attribute, entry)

    def in_our_words(self, attribute: Attribute, entry: Entry) -> Statement:
        """Say an entry in a sentence of ours, that tells nothing of the time."""
        sources = [source for row in entry.rows for source in row.sources]
        own = words.stated(_bare(attribute.label or attribute.about), entry, entry.rows[0].unit, self.today)
        return Statement(own, tuple(self.cited(sources)))


def _bare(label: str) -> str:
    """Return a label without its article."""
    for article in ("la ", "le ", "les ", "l'"):
        if label.startswith(article):
            return label[len(article) :]
    return label
