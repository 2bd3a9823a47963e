"""What the facts say of laureates: lists, awards, and what each product does. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from bot import texts
from bot.dialogue.awards import Awards, chosen_awards
from bot.dialogue.evidence import cite_source, first_of, quote
from bot.dialogue.telling import Found, Telling, checked, only
from bot.dialogue.understanding import Request
from bot.documents import french
from bot.programme.models import Laureate
from bot.results import Answer, Reason, Refusal, Statement

_TOGETHER: Final = re.compile(
    r"ensemble|au total|en tout|\btotal\b|cumul|somme|additionn|(?:a|des) (?:eux |elles )?(?:deux|trois)\b|\+"
)


@dataclass(frozen=True)
class LaureateFacts(Telling):
    """Answers on those that the editions selected."""

    def all_of(self, request: Request) -> Found:
        """List the laureates of the editions or years named, of the last one otherwise."""
        numbers = list(request.editions) or [
            e.number for y in request.years for e in self.programme.editions_of_year(y)
        ]
        leads: tuple[str, ...] = ()
        if request.about_consolidation:
            return Refusal(Reason.NOT_IN_DOCUMENTS, self.today, texts.missing("laureates", (), ()), "laureates")
        if not numbers:
            known = [e for e in self.programme.editions() if e.month and e.month.first <= self.today]
            if not known:
                return None
            numbers = [known[-1].number]
            leads = (texts.last_promotion(known[-1].number),)
        statements = first_of(self._list_of(number) for number in numbers)
        return Answer(statements, self.today, "laureates", only(numbers), leads) if statements else None

    def amount(self, request: Request) -> Found:
        """Say what the laureates named were awarded, or that it is not public."""
        chosen, leads = self._chosen(request)
        known = [one for one in chosen if one.amount is not None]
        if chosen and not known:
            names = ", ".join(f"{one.name} (FAST {one.edition})" for one in chosen)
            statements = first_of(self._about(one) for one in chosen)
            return Refusal(
                Reason.NOT_IN_DOCUMENTS,
                self.today,
                texts.missing_award(names),
                "laureate_amount",
                statements=statements,
            )
        if not known:
            return None
        statements = first_of(self._about(one, with_amount=True) for one in known)
        if not statements:
            return None
        if len({one.name for one in known}) > 1 and _TOGETHER.search(request.folded):
            amounts = [one.amount for one in known if one.amount is not None]
            leads += (texts.awards_together(amounts),)
        leads += checked(request, "eur", [one.amount for one in known if one.amount is not None])
        return Answer(statements, self.today, "laureate_amount", only([one.edition for one in known]), leads)

    def info(self, request: Request) -> Found:
        """Say what is known of the laureates named."""
        chosen, leads = self._chosen(request)
        if "port" in request.folded or "incubateur" in request.folded or "ministere" in request.folded:
            chosen = [one for one in chosen if one.porter] or chosen
        statements = first_of(self._about(one) for one in chosen)
        if not statements:
            return None
        return Answer(statements, self.today, "laureate", only([one.edition for one in chosen]), leads)

    def incubators(self, request: Request) -> Found:
        """List the incubators that the editions named selected; of all editions when none is named."""
        numbers = request.editions or tuple(e.number for y in request.years for e in self.programme.editions_of_year(y))
        found = [
            one for one in self.programme.laureates() if one.is_incubator and (not numbers or one.edition in numbers)
        ]
        known = [number for number in numbers if self.programme.laureates(number)]
        if not found and not known:
            return None
        cited = dict.fromkeys(source for one in found or self.programme.laureates(known[0]) for source in one.sources)
        words = texts.incubators_selected([(one.name, one.edition, one.amount) for one in found], known)
        return Answer(
            (Statement(words, tuple(map(cite_source, cited))),), self.today, "incubator_laureates", only(numbers)
        )

    def told_of(self, request: Request, told: Callable[[str], bool]) -> Found:
        """Return the sentences about the laureates named, when one of them speaks of what is asked."""
        found = self.info(request)
        if isinstance(found, Answer):
            kept = tuple(one for one in found.statements if told(one.text))
            return replace(found, statements=kept) if kept else None
        return None

    def biggest_award(self, request: Request) -> Found:
        """Return who was awarded most, or least, of the editions named or of all."""
        numbers = request.editions or tuple(e.number for y in request.years for e in self.programme.editions_of_year(y))
        candidates = [one for one in self.programme.laureates() if not numbers or one.edition in numbers]
        found = chosen_awards(candidates, request.text, request.folded)
        statements = tuple(self._awarded(one) for one in found)
        return Answer(statements, self.today, "biggest_award", only(numbers)) if statements else None

    def _awarded(self, awards: Awards) -> Statement:
        names = [texts.laureate_of(one.name, one.edition) for one in awards.laureates]
        said = [self._about(one, with_amount=True) for one in awards.laureates]
        citations = dict.fromkeys(citation for one in said if one for citation in one.citations)
        return Statement(texts.awards(names, awards.amount, awards.kind), tuple(citations))

    def _list_of(self, number: int) -> Statement | None:
        """Return the list that names most laureates of an edition."""
        laureates = self.programme.laureates(number)
        documents = dict.fromkeys(source.document for one in laureates for source in one.sources)
        lists = [unit for document in documents for unit in self.evidence.units_of(document) if unit.is_list]
        counted = [(sum(_names(unit.text, one) for one in laureates), unit) for unit in lists]
        best = max(counted, key=lambda pair: pair[0], default=(0, None))
        return quote(best[1]) if best[1] is not None and best[0] >= len(laureates) - 1 else None

    def _chosen(self, request: Request) -> tuple[list[Laureate], tuple[str, ...]]:
        """Return the laureates that a question names, of the edition it names if it was theirs."""
        named = list(request.laureates)
        scope = set(request.editions) or {e.number for y in request.years for e in self.programme.editions_of_year(y)}
        fitting = [one for one in named if one.edition in scope]
        if named and request.editions and not fitting:
            return named, tuple(
                texts.not_laureate_of(one.name, number, one.edition) for one in named for number in request.editions
            )
        return (fitting or named), ()

    def _about(self, laureate: Laureate, *, with_amount: bool = False) -> Statement | None:
        """Return the sentence about a laureate in its edition's fiche, with its amount if wanted."""
        units = [unit for source in laureate.sources for unit in self.evidence.units_of(source.document)]
        units = [unit for unit in units if not unit.is_list and _names(unit.text, laureate)]
        units = [unit for unit in units if "laureat" in french.fold(unit.text)] or units
        if with_amount and laureate.amount is not None:
            amount = f"{laureate.amount.normalize():f}"
            units = [unit for unit in units if amount in french.words(unit.text)]
        detailed = [unit for unit in units if french.fold(unit.text).find(french.fold(laureate.name)) <= 12]
        return quote((detailed or units)[0]) if units else None


def _names(text: str, laureate: Laureate) -> bool:
    folded = french.fold(text)
    return any(french.fold(name) in folded for name in (laureate.name, *laureate.aliases))
