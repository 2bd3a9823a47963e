"""Answers from documents that nobody prepared: a passage that holds the words, the scope and a value asked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from bot.answers.evidence import quote
from bot.answers.teller import Teller
from bot.answers.units import Unit, editions_in, units, years_in
from bot.documents import french
from bot.documents.index import Index
from bot.documents.passages import Passage
from bot.french.asking import asked, counted, held
from bot.programme.models import CONSOLIDATION
from bot.questions.acts import Query
from bot.questions.terms import Terms
from bot.results import Answer

_LOOKED_AT: Final = 30  # passages found
_ENOUGH: Final = 0.6  # of the weight of the words asked, the share that a sentence and its headings must hold
_ANY: Final = frozenset({"any", "manner", "reason", "place"})  # kinds of things that no form gives away
_WORDS: Final = 2  # at least, that the sentence itself holds


@dataclass(frozen=True)
class Passages(Teller):
    """Looks for an answer in the documents of the index that are not fiches of the programme."""

    index: Index
    alike: Callable[[str], frozenset[str]]

    def answer(self, terms: Terms, query: Query, *, whole: bool = False) -> Answer | None:
        """Return the sentence that answers best, as read from its document; None when none does.

        With `whole`, the sentence must hold every word of the question.
        """
        found = [(score, unit) for unit in self._candidates(terms) if (score := self._score(unit, terms, query))]
        if whole:
            found = [(score, unit) for score, unit in found if self.holds_all(unit.text, terms)]
        if not found:
            return None
        best = max(found, key=lambda one: one[0])[1]
        edition = query.scope.editions[0] if len(query.scope.editions) == 1 else None
        return Answer((quote(best),), self.today, query.attribute, edition)

    def holds_all(self, text: str, terms: Terms) -> bool:
        """Whether a text holds every word of a question, and the kind of thing that it asks for."""
        inside = frozenset(french.tokens(text))
        kind = asked(terms.scan.text)
        held_all = all(self.alike(word.stem) & inside for word in terms.content)
        return held_all and (kind in _ANY or kind in held(french.fold(text)))

    def _candidates(self, terms: Terms) -> Iterator[Unit]:
        stems = [word.stem for word in terms.content]
        looked_for = french.tokens(terms.scan.text) + [other for stem in stems for other in self.alike(stem)]
        for hit in self.index.search(terms.natural, looked_for, top=_LOOKED_AT):
            if self._is_foreign(hit.passage):
                yield from units(hit.passage)

    def _is_foreign(self, passage: Passage) -> bool:
        """Whether a passage is of a document that bears no date of checking, and was published by the day."""
        published = passage.info.source.date
        return passage.info.verified is None and (published is None or published <= self.today)

    def _score(self, unit: Unit, terms: Terms, query: Query) -> float:
        """Return how well a sentence answers; 0 when it does not."""
        folded = french.fold(unit.text)
        kind = asked(terms.scan.text)
        if kind not in _ANY and kind not in held(folded):
            return 0.0
        if not self._is_of_scope(unit, query):
            return 0.0
        inside = frozenset(french.tokens(unit.text))
        around = frozenset(french.tokens(f"{unit.passage.info.title} {unit.passage.section}"))
        noun = counted(terms.scan.text)
        if noun and not self.alike(french.stem(noun)) & inside:
            return 0.0
        words = list(dict.fromkeys(word.stem for word in terms.content))
        weights = {word: self.index.lexical.weight(word) for word in words}
        own = [word for word in words if self.alike(word) & inside]
        near = [word for word in words if word not in own and self.alike(word) & around]
        total = sum(weights.values())
        share = (
            (sum(weights[word] for word in own) + 0.7 * sum(weights[word] for word in near)) / total if total else 0.0
        )
        return share if share >= _ENOUGH and len(own) >= min(_WORDS, len(words)) else 0.0

    def _is_of_scope(self, unit: Unit, query: Query) -> bool:
        scope = query.scope
        place = f"{unit.passage.info.title} {unit.passage.section}"
        if scope.editions and scope.programme != CONSOLIDATION:
            named = editions_in(unit.text) or editions_in(place)
            return bool(named & set(scope.editions))
        if scope.programme == CONSOLIDATION and "consolid" not in french.fold(f"{unit.text} {place}"):
            return False
        if scope.laureates:
            folded = french.fold(unit.text)
            return any(french.fold(name) in folded for name in scope.laureates)
        if scope.years:
            about = years_in(unit.text) or years_in(place)
            return bool(about & set(scope.years))
        return True
