"""How facts are told: in the sentences of the fiches that say them, else in our own words. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot import texts
from bot.dialogue.claims import agrees, claim_in
from bot.dialogue.evidence import Evidence, cite_source, first_of, quote
from bot.dialogue.extraction import Unit
from bot.dialogue.understanding import Request
from bot.programme.calendar import replacement
from bot.programme.lookup import Programme
from bot.programme.models import FAST, Fact
from bot.programme.values import Value
from bot.results import Answer, Citation, Refusal, Statement

Found = Answer | Refusal | None


@dataclass(frozen=True)
class Telling:
    """Tells the programme's facts on the day `today` (Europe/Paris)."""

    programme: Programme
    evidence: Evidence
    today: date

    def statements(self, facts: Sequence[Fact], edition: int | None = None) -> list[Statement]:
        """Say facts in as few sentences of the fiches as possible: one for all, else one each."""
        if not facts:
            return []
        about = self.programme.keys[facts[0].key].label
        together = self.evidence.statement(facts, edition, about, self.today)
        if together is not None:
            return [together]
        return [
            self.evidence.statement([fact], edition, about, self.today) or self._in_our_words(fact) for fact in facts
        ]

    def _in_our_words(self, fact: Fact) -> Statement:
        return Statement(
            texts.fact_sentence(self.programme.keys[fact.key].label, fact),
            tuple(_cite(fact, texts.fact_sentence(self.programme.keys[fact.key].label, fact))),
        )

    def told(self, units: Sequence[Unit], topic: str) -> Found:
        return Answer(first_of(quote(unit) for unit in units), self.today, topic) if units else None


def verdict(request: Request, groups: Sequence[Sequence[Fact]]) -> tuple[str, ...]:
    """Return whether the value that a question takes for granted is the facts'; () when it states none."""
    groups = [facts for facts in groups if facts]
    return checked(request, groups[0][0].unit, [fact.value for fact in groups[0]]) if len(groups) == 1 else ()


def checked(request: Request, unit: str, known: Iterable[Value]) -> tuple[str, ...]:
    claim = claim_in(request.text, request.folded, unit)
    if claim is None:
        return ()
    values = list(dict.fromkeys(known))
    said = texts.claim(claim.unit, claim.value)
    return (texts.claim_agreed(said, disputed=len(values) > 1) if agrees(claim, values) else texts.claim_denied(said),)


def since_replaced(programme: Programme, today: date) -> tuple[str, ...]:
    """Return the note that what is told held under the FAST; () as long as nothing has replaced it."""
    replaced = replacement(programme, FAST, today)
    when = programme.schemes[FAST].replaced_on
    return (texts.fast_replaced(replaced.name, when or today),) if replaced is not None else ()


def only(numbers: Iterable[int]) -> int | None:
    found = set(numbers)
    return found.pop() if len(found) == 1 else None


def _cite(fact: Fact, words: str) -> Iterable[Citation]:
    for one in fact.sources:
        yield cite_source(one, words)
