"""From a question to an answer: understand, then facts, then passages, then refuse."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.dialogue import extraction, smalltalk
from bot.dialogue.extraction import Asks, Scored, Unit
from bot.dialogue.lexicon import Lexicon
from bot.dialogue.results import Answer, Reason, Refusal, Result, SmallTalk, Statement, cite
from bot.dialogue.understanding import Request, understand
from bot.documents import french
from bot.documents.index import Hit, Index
from bot.documents.passages import Passage

LAST_EDITION: Final = 17
_READ_PASSAGES: Final = 12


@dataclass(frozen=True)
class Answerer:
    """Answers questions from an open index; holds no state of a conversation."""

    index: Index
    lexicon: Lexicon

    def answer(self, question: str, today: date) -> Result:
        """Return what there is to say to `question` on the day `today` (Europe/Paris)."""
        kind = smalltalk.kind_of(question)
        if kind is not None:
            return SmallTalk(kind, today)
        request = understand(question, self.lexicon, self.index.lexical.corrected)
        unknown = [number for number in request.editions if not 1 <= number <= LAST_EDITION]
        if unknown and not request.about_consolidation:
            return Refusal(Reason.UNKNOWN_EDITION, today, missing=f"FAST {unknown[0]}", edition=unknown[0])
        return self.from_passages(request, today)

    def from_passages(self, request: Request, today: date) -> Result:
        """Return sentences of the documents that answer, or a refusal."""
        hits = self.index.search(request.text, self._terms(request), top=_READ_PASSAGES)
        units = [(unit, hit.score) for hit in hits for unit in extraction.units(hit.passage)]
        units = [(unit, bonus) for unit, bonus in units if _fits(unit, request)]
        groups = _groups(request)
        ranked = extraction.rank(units, groups, self.index.lexical.weight, request.asks)
        if not ranked:
            return Refusal(Reason.NOT_IN_DOCUMENTS, today)
        chosen = _choose(ranked, request.asks)
        confidence = self._confidence(chosen, groups, hits)
        if confidence < 0.5:
            return Refusal(Reason.OUT_OF_SCOPE if confidence < 0.2 else Reason.NOT_IN_DOCUMENTS, today)
        statements = tuple(Statement(one.unit.text, cite(one.unit.passage, one.unit.text)) for one in chosen)
        edition = request.editions[0] if len(request.editions) == 1 else None
        return Answer(statements, today, edition=edition)

    def _terms(self, request: Request) -> list[str]:
        own = french.tokens(request.folded)
        return [*own, *own, *(stem for group in request.groups for stem in group)]

    def _confidence(self, chosen: Sequence[Scored], groups: Sequence[frozenset[str]], hits: Sequence[Hit]) -> float:
        return extraction.coverage(chosen, groups, self.index.lexical.weight)


def _groups(request: Request) -> list[frozenset[str]]:
    """The question's term groups, editions apart: those are a condition, not a matter of degree."""
    editions = {str(number) for number in request.editions}
    return [group for group in request.groups if not group & editions]


def _fits(unit: Unit, request: Request) -> bool:
    """Whether a unit may speak of what is asked: an edition or a programme named must be the unit's."""
    if not request.editions:
        return True
    named = extraction.editions_in(unit.text) or extraction.editions_in(
        f"{unit.passage.info.title} {unit.passage.section}"
    )
    named = named or frozenset(unit.passage.info.editions)
    return set(request.editions) <= named if len(request.editions) == 1 else bool(named & set(request.editions))


def _choose(ranked: Sequence[Scored], asks: Asks) -> list[Scored]:
    best = ranked[0]
    most = 1 if best.unit.is_list else 2
    chosen = [best]
    for other in ranked[1:]:
        if len(chosen) >= most:
            break
        if other.score >= 0.92 * best.score and not other.unit.is_list:
            chosen.append(other)
    return chosen
