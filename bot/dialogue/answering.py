"""From a question to an answer: understand, then facts, then passages, then refuse."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

from bot import texts
from bot.dialogue import extraction, smalltalk
from bot.dialogue.evidence import Evidence, quote
from bot.dialogue.extraction import Asks, Scored, Unit
from bot.dialogue.factual import Factual
from bot.dialogue.lexicon import Lexicon
from bot.dialogue.neighbours import Neighbours, Placed
from bot.dialogue.products import without_products
from bot.dialogue.results import Answer, Reason, Refusal, Result, SmallTalk
from bot.dialogue.understanding import Request, masked, understand
from bot.documents.embedding import Embedder
from bot.documents.index import Hit, Index
from bot.documents.passages import Passage
from bot.programme.lookup import Programme

_READ_PASSAGES: Final = 12
_NEAR: Final = 0.62  # from here on, the nearest example decides
_SURE: Final = 0.5


@dataclass(frozen=True)
class Answerer:
    """Answers questions from an open index and the programme's facts; holds no state of a conversation."""

    index: Index
    lexicon: Lexicon
    programme: Programme
    neighbours: Neighbours
    embedder: Embedder

    def answer(self, question: str, today: date) -> Result:
        """Return what there is to say to `question` on the day `today` (Europe/Paris)."""
        kind = smalltalk.kind_of(question)
        if kind is not None:
            return SmallTalk(kind, today)
        request = self.understand(question)
        unknown = [number for number in request.editions if self.programme.edition(number) is None]
        if unknown and not request.about_consolidation:
            return Refusal(Reason.UNKNOWN_EDITION, today, missing=f"FAST {unknown[0]}", edition=unknown[0])
        placed = self.place(request)
        return self._from_facts(request, placed, today) or self._from_passages(request, placed, today)

    def understand(self, question: str) -> Request:
        """Return the question understood, with the laureates that it names."""
        request = understand(question, self.lexicon, self._corrected)
        return replace(request, laureates=self.programme.laureates_in(question))

    def place(self, request: Request) -> list[Placed]:
        """Return the topics and sections whose known questions are nearest, nearest first."""
        text = self.masked(request)
        return self.neighbours.place(text, self.embedder.embed_query(text))

    def masked(self, request: Request) -> str:
        """Return the wording of a question alone: editions, years, amounts and products made one."""
        return masked(request.folded, lambda text: without_products(text, request.laureates))

    def _corrected(self, word: str) -> str:
        return word if word in self.neighbours.vocabulary else self.index.lexical.corrected(word)

    def _from_facts(self, request: Request, placed: Sequence[Placed], today: date) -> Result | None:
        if not placed or placed[0].score < _NEAR or "#" in placed[0].label:
            return None
        label = placed[0].label
        if label in {"not_in_documents", "out_of_scope"}:
            return Refusal(Reason(label), today)
        return self._factual.answer(label, request, today)

    @cached_property
    def _factual(self) -> Factual:
        return Factual(self.programme, Evidence(self.index.passages))

    def _from_passages(self, request: Request, placed: Sequence[Placed], today: date) -> Result:
        """Return sentences of the documents that answer, or a refusal."""
        hits = self.search(request, placed)
        units = [(unit, hit.score) for hit in hits for unit in extraction.units(hit.passage)]
        units = [(unit, bonus) for unit, bonus in units if _fits(unit, request)]
        groups = _groups(request)
        ranked = extraction.rank(units, groups, self.index.lexical.weight, request.asks)
        if not ranked:
            return Refusal(Reason.NOT_IN_DOCUMENTS, today)
        chosen = _choose(ranked, request.asks)
        confidence = self._confidence(chosen, groups, placed)
        if confidence < _SURE:
            return Refusal(Reason.OUT_OF_SCOPE if confidence < 0.25 else Reason.NOT_IN_DOCUMENTS, today)
        statements = tuple(quote(one.unit) for one in chosen)
        edition = request.editions[0] if len(request.editions) == 1 else None
        return Answer(statements, today, edition=edition)

    def search(self, request: Request, placed: Sequence[Placed] = ()) -> list[Hit]:
        """Return the passages found, best first; a section whose known questions are near comes up."""
        own = [term for group in _groups(request) for term in group]
        hits = self.index.search(request.text, [*self._terms(request), *own], top=40)
        near = {one.label: one.score for one in placed}
        boosted = [replace(hit, score=hit.score + near.get(label_of(hit.passage), 0.0)) for hit in hits]
        missing = set(near) - {label_of(hit.passage) for hit in hits}
        boosted += [Hit(p, near[label_of(p)], 0.0, 0.0) for p in self.index.passages if label_of(p) in missing]
        return sorted(boosted, key=lambda hit: -hit.score)[:_READ_PASSAGES]

    def _terms(self, request: Request) -> list[str]:
        from bot.documents import french

        return french.tokens(request.folded)

    def _confidence(self, chosen: Sequence[Scored], groups: Sequence[frozenset[str]], placed: Sequence[Placed]) -> float:
        covered = extraction.coverage(chosen, groups, self.index.lexical.weight)
        near = max((one.score for one in placed if one.label == label_of(chosen[0].unit.passage)), default=0.0)
        against = max((one.score for one in placed if one.label in {"not_in_documents", "out_of_scope"}), default=0.0)
        return covered * 0.6 + near * 0.6 - max(0.0, against - near) * 0.8


def label_of(passage: Passage) -> str:
    """Return the label of the examples that belong to a passage's section."""
    return f"{passage.info.document}#{passage.section}"


def _groups(request: Request) -> list[frozenset[str]]:
    """The question's term groups, editions apart: those are a condition, not a matter of degree."""
    editions = {str(number) for number in request.editions}
    return [group for group in request.groups if not group & editions]


def _fits(unit: Unit, request: Request) -> bool:
    """Whether a unit may speak of what is asked: an edition named must be one of the unit's."""
    if not request.editions:
        return True
    named = extraction.editions_of(unit)
    return set(request.editions) <= named if len(request.editions) == 1 else bool(named & set(request.editions))


def _choose(ranked: Sequence[Scored], asks: Asks) -> list[Scored]:
    best = ranked[0]
    most = 1 if best.unit.is_list else 2
    chosen = [best]
    for other in ranked[1:]:
        if len(chosen) >= most:
            break
        if other.score >= 0.92 * best.score and not other.unit.is_list and other.unit.text != best.unit.text:
            chosen.append(other)
    return chosen


_ABSENCE: Final = re.compile(
    r"\bne (?:donne|dit|disent|donnent|mentionne|mentionnent|publie|publient|precise|precisent|redi\w+|citent?|decrivent?)\b"
)
