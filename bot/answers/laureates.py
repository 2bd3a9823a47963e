"""Answers on laureates: lists, awards, what each does and who carries it; filtered, counted, ranked, added up. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from bot.answers import awards
from bot.answers.awards import Awards
from bot.answers.evidence import first_of, quote
from bot.answers.teller import Teller
from bot.answers.units import Unit
from bot.documents import french
from bot.french.shapes import Shape
from bot.programme.attributes import Attribute
from bot.programme.models import CONSOLIDATION, FAST, Laureate
from bot.questions.acts import Operation, Query
from bot.results import Answer, Citation, Reason, Refusal, Result, Statement
from bot.words import answers as say
from bot.words import figures as words
from bot.words import laureates as told


@dataclass(frozen=True)
class Laureates(Teller):
    """Answers on what the editions selected."""

    def answer(self, attribute: Attribute, query: Query) -> Result:
        """Return what is known of laureates: of those named, else of those that the scope and the filters leave."""
        scope = query.scope
        if scope.programme == CONSOLIDATION:
            return Refusal(
                Reason.NOT_IN_DOCUMENTS,
                self.today,
                say.missing("la liste des équipes sélectionnées", scope, self.programme),
                attribute.name,
            )
        named = self._named(query)
        if named is not None:
            return self._of_named(attribute, query, named)
        numbers = self.table.numbers(scope, FAST)
        if self._wants_a_name(attribute, query, numbers):
            missing = told.no_such_laureate(query.rest)
            return Refusal(Reason.NOT_IN_DOCUMENTS, self.today, missing, attribute.name)
        if (scope.years or scope.periods) and not numbers:
            return self._none(attribute, query)
        rows = [one for one in self._known if not numbers or one.edition in numbers]
        if attribute.population == "incubator" or scope.population == "incubator":
            rows = [one for one in rows if one.is_incubator]
            if not rows and (numbers or not (scope.years or scope.periods)):
                return self._no_incubator(attribute, query, numbers)
        rows = [one for one in rows if one.name not in query.without]
        part = self._filtered(rows, query)
        if query.operation is Operation.CHECK and attribute.name != "laureate_award" and query.premises:
            query = query.model_copy(update={"operation": Operation.LIST})
        if attribute.name == "laureate_award" or query.operation in (Operation.MOST, Operation.LEAST, Operation.RANK):
            return self._awards(attribute, query, self._whole(rows, numbers), part)
        return self._list(attribute, query, part, numbers)

    def _wants_a_name(self, attribute: Attribute, query: Query, numbers: list[int]) -> bool:
        """Whether a question is about one laureate, and names none that is known."""
        of_one = attribute.name in ("laureate_edition", "laureate_does") or (
            attribute.name in ("laureate_award", "laureate_porter") and query.asks != "list"
        )
        narrowed = bool(numbers or query.premises or query.above or query.below) or self.carried_by(query) is not None
        return of_one and query.operation in _OF_ONE and not (narrowed and attribute.name != "laureate_edition")

    # ---- named -----------------------------------------------------------------------------------------------------

    def _named(self, query: Query) -> list[Laureate] | None:
        if not query.scope.laureates:
            return None
        return [one for name in query.scope.laureates for one in self._known if one.name == name]

    def _of_named(self, attribute: Attribute, query: Query, named: list[Laureate]) -> Result:
        if not named:
            return Refusal(
                Reason.NOT_IN_DOCUMENTS, self.today, told.not_yet_known(query.scope.laureates), attribute.name
            )
        numbers = self.table.numbers(query.scope, FAST)
        leads: list[str] = []
        chosen: list[Laureate] = []
        for own in _products(named):
            fitting = [one for one in own if one.edition in numbers]
            if numbers and not fitting:
                leads.append(words.not_laureate(own[0].name, numbers[0], [one.edition for one in own]))
            chosen += fitting or own
        if attribute.name == "laureate_award":
            return self._award_of(attribute, query, chosen, leads)
        if attribute.name == "laureate_porter":
            return self._porter_of(attribute, query, chosen, leads)
        if query.operation is Operation.CHECK and not leads:
            leads.append(told.is_laureate(chosen))
        statements = first_of(self._about(one) for one in chosen)
        return Answer(statements, self.today, attribute.name, _only(chosen), tuple(leads))

    def _porter_of(self, attribute: Attribute, query: Query, chosen: list[Laureate], leads: list[str]) -> Result:
        known = [one for one in chosen if one.porter]
        if not known:
            missing = told.porter_of([one.name for one in chosen])
            return Refusal(Reason.NOT_IN_DOCUMENTS, self.today, missing, attribute.name)
        said = [told.porter(one) for one in known]
        cited = self.cited(source for one in known for source in one.sources)
        return Answer(
            (Statement(" ".join(dict.fromkeys(said)), tuple(cited)),),
            self.today,
            attribute.name,
            _only(known),
            tuple(leads),
        )

    def _award_of(self, attribute: Attribute, query: Query, chosen: list[Laureate], leads: list[str]) -> Result:
        known = [one for one in chosen if self._amount(one) is not None]
        unknown = [one for one in chosen if self._amount(one) is None]
        if not known:
            missing = told.award_of([told.named(one) for one in chosen])
            return Refusal(Reason.NOT_IN_DOCUMENTS, self.today, missing, attribute.name, _only(chosen))
        if query.operation is Operation.SHARE and (share := self._share(known)):
            leads.append(share)
        rows = self._whole(chosen, [])
        together = awards.compared(query, rows)
        leads += together
        if unknown:
            leads.append(words.not_known("le montant accordé", [told.named(one) for one in unknown]))
        if query.operation is Operation.CHECK and len({one.name for one in known}) == 1:
            leads += self._verdict(query, known)
        edition = _only(known)
        if together:
            statement = Statement(told.awards(rows.known, ranked=False), tuple(self._sources(known)))
            return Answer((statement,), self.today, attribute.name, edition, tuple(leads))
        statements = first_of(self._about(one, with_amount=True) for one in known)
        return Answer(statements, self.today, attribute.name, edition, tuple(leads))

    def _verdict(self, query: Query, known: Sequence[Laureate]) -> list[str]:
        """Say whether the amount of a laureate is the one that is stated, the cap, or the least of its promotion."""
        stated = [one for one in query.premises if one.unit == "eur" and one.number is not None]
        if stated:
            agrees = stated[0].number in [one.amount for one in known]
            said = words.claim(stated[0])
            return [words.agreed(said, disputed=False) if agrees else words.denied(said)]
        if len(known) != 1 or known[0].amount is None:
            return []
        one, amount = known[0], known[0].amount
        caps = self.programme.facts("cap", edition=one.edition, population=one.population)
        if Shape.CAP in query.shapes and len({fact.value for fact in caps}) == 1:
            return [told.at_the_cap(amount, caps[0].amount, one.edition)]
        if Shape.FLOOR in query.shapes:
            promotion = self._whole([o for o in self._known if o.edition == one.edition], [one.edition])
            return [told.at_the_least(amount, min(promotion.amounts), one.edition)]
        return []

    def _share(self, known: Sequence[Laureate]) -> str | None:
        """Return the share that laureates of one edition had of what it gave; None where its total is not known."""
        edition = _only(known)
        totals = [fact.amount for fact in self.table.known(self.programme.facts("total", edition=edition))]
        if edition is None or not totals:
            return None
        part = sum((one.amount or Decimal(0) for one in known), Decimal(0))
        return told.share_of_total([told.named(one) for one in known], part, min(totals), max(totals))

    def times(self, attribute: Attribute, query: Query) -> Answer | None:
        """Say how often a laureate that is named was selected; None where the lists alone do not tell."""
        own = self._named(query) or []
        listed = " ".join(unit.text for unit in self.evidence.units_of("bilan.md") if unit.is_list)
        if not own or (len(own) == 1 and _names(listed, own[0])):
            return None
        counts = [one.number for one in query.premises if one.unit == "count"]
        asked = counts[0] if counts else 2
        verdict = len(own) == asked if query.operation is Operation.CHECK else None
        text = told.times(own, [self._amount(one) for one in own], verdict=verdict)
        return Answer((Statement(text, tuple(self._sources(own))),), self.today, attribute.name, _only(own))

    def names_of(self, edition: int) -> Statement | None:
        """Name the laureates of an edition in one sentence; None when they are many, or not known."""
        rows = [one for one in self._known if one.edition == edition]
        unnamed = sum(count for _, count in self._whole(rows, [edition]).unnamed)
        if not 0 < len(rows) <= _FEW:
            return None
        return Statement(told.names(rows, unnamed), tuple(self._sources(rows)))

    def _sources(self, rows: Iterable[Laureate]) -> list[Citation]:
        return self.cited(source for one in rows for source in one.sources)

    # ---- by scope and filter ---------------------------------------------------------------------------------------

    @cached_property
    def _known(self) -> list[Laureate]:
        """The laureates published by the day."""
        numbers = {one.number for one in self.table.editions() if one.month and one.month.first <= self.today}
        return [one for one in self.programme.laureates() if one.edition in numbers]

    def _amount(self, laureate: Laureate) -> Decimal | None:
        published = any(source.date <= self.today for source in laureate.sources)
        return laureate.amount if published else None

    def _filtered(self, rows: list[Laureate], query: Query) -> list[Laureate]:
        if query.above is not None:
            rows = [one for one in rows if (amount := self._amount(one)) is not None and amount >= query.above]
        if query.below is not None:
            rows = [one for one in rows if (amount := self._amount(one)) is not None and amount <= query.below]
        exact = [one.number for one in query.premises if one.unit == "eur"]
        if exact and query.above is None and query.below is None:
            rows = [one for one in rows if self._amount(one) in exact]
        carried = self.carried_by(query)
        return [one for one in rows if one.name in carried] if carried is not None else rows

    def carried_by(self, query: Query) -> set[str] | None:
        """Return the names of those whose porter bears a word of the question; None when no word is a porter's."""
        stems = {stem for one in self._known if one.porter for stem in french.tokens(one.porter)} - _NO_NAME
        asked = {word for word in query.words if word in stems}
        if not asked:
            return None
        held = {one.name: len(asked & set(french.tokens(one.porter))) for one in self._known if one.porter}
        most = max(held.values(), default=0)
        return {name for name, count in held.items() if count == most and most}

    def _whole(self, rows: Sequence[Laureate], numbers: Sequence[int]) -> Awards:
        """Return the amounts of laureates, and how many of the editions `numbers` are named nowhere."""
        pairs = [(one, self._amount(one)) for one in rows]
        unnamed = []
        for number in numbers:
            listed = sum(one.edition == number for one in self._known)
            counts = [fact.number for fact in self.table.known(self.programme.facts("laureate_count", edition=number))]
            if counts and min(counts) > listed:
                unnamed.append((number, min(counts) - listed))
        return Awards(
            tuple((one, amount) for one, amount in pairs if amount is not None),
            tuple(one for one, amount in pairs if amount is None),
            tuple(unnamed),
        )

    def _awards(self, attribute: Attribute, query: Query, rows: Awards, part: Sequence[Laureate]) -> Result:
        kept = rows if len(part) == len(rows.known) + len(rows.unknown) else rows.among(part)
        if not kept.known:
            return self._no_award(attribute, query, rows)
        found = awards.worked_out(query, rows, kept)
        shown = found.shown or kept.known
        cited = tuple(self._sources(one for one, _ in shown))
        edition = _only([one for one, _ in kept.known])
        if found.leads and not found.shown:
            return Answer((Statement(" ".join(found.leads), cited),), self.today, attribute.name, edition)
        statement = Statement(told.awards(shown, ranked=found.ranked), cited)
        beside = told.not_public(rows.unknown, rows.unnamed) if query.operation not in _ORDERED else ()
        return Answer((statement,), self.today, attribute.name, edition, found.leads, notes=beside)

    def _no_award(self, attribute: Attribute, query: Query, rows: Awards) -> Result:
        """Say that no amount is as asked: that there is none, where all are public; else that it is not known."""
        if rows.known:
            cited = tuple(self._sources(one for one, _ in rows.known))
            amounts = rows.amounts
            return Answer(
                (Statement(told.none_of(min(amounts), max(amounts), rows.hidden), cited),), self.today, attribute.name
            )
        if Shape.NAMES in query.shapes and query.operation is Operation.LIST and not rows.known and rows.unknown:
            told_names = self._list(attribute, query, rows.unknown, sorted({one.edition for one in rows.unknown}))
            return (
                replace(told_names, leads=(told.amounts_not_public(),))
                if isinstance(told_names, Answer)
                else told_names
            )
        return self._none(attribute, query)

    def _list(self, attribute: Attribute, query: Query, rows: Sequence[Laureate], numbers: list[int]) -> Result:
        if not rows:
            return self._none(attribute, query)
        narrowed = len(rows) < len([one for one in self._known if not numbers or one.edition in numbers])
        cited = tuple(self.cited(source for one in rows for source in one.sources))
        if len(numbers) == 1 and not narrowed:
            whole = self._list_of(numbers[0])
            if whole is not None and self.is_over:
                lead = (told.count(len(rows)),) if query.operation is Operation.COUNT else ()
                return Answer((whole,), self.today, attribute.name, numbers[0], lead)
        lead = (told.count(len(rows)),) if query.operation is Operation.COUNT or narrowed else ()
        shown = told.by_edition(
            rows, amounts=[self._amount(one) for one in rows] if narrowed or len(numbers) == 1 else None
        )
        return Answer((Statement(shown, cited),), self.today, attribute.name, _only(rows), lead)

    def _none(self, attribute: Attribute, query: Query) -> Refusal:
        label = attribute.label or attribute.about
        return Refusal(
            Reason.NOT_IN_DOCUMENTS, self.today, say.missing(label, query.scope, self.programme), attribute.name
        )

    def _no_incubator(self, attribute: Attribute, query: Query, numbers: list[int]) -> Answer:
        """Say that no incubator is among laureates that are all known."""
        rows = [one for one in self._known if one.edition in numbers]
        cited = tuple(self.cited(source for one in rows for source in one.sources))
        return Answer((Statement(told.no_incubator(numbers), cited),), self.today, attribute.name)

    def _list_of(self, number: int) -> Statement | None:
        """Return the list of a fiche that names all laureates of an edition."""
        laureates = self.programme.laureates(number)
        documents = dict.fromkeys(source.document for one in laureates for source in one.sources)
        lists = [unit for document in documents for unit in self.evidence.units_of(document) if unit.is_list]
        counted = [(sum(_names(unit.text, one) for one in laureates), unit) for unit in lists]
        best = max(counted, key=lambda pair: pair[0], default=(0, None))
        return quote(best[1]) if best[1] is not None and best[0] >= len(laureates) - 1 else None

    def _about(self, laureate: Laureate, *, with_amount: bool = False) -> Statement | None:
        """Return the sentence about a laureate in its edition's fiche, with its amount if wanted; else ours."""
        units: list[Unit] = [u for s in laureate.sources for u in self.evidence.units_of(s.document)]
        units = [unit for unit in units if not unit.is_list and _names(unit.text, laureate)]
        units = [unit for unit in units if "laureat" in french.fold(unit.text)] or units
        if with_amount and laureate.amount is not None:
            amount = f"{laureate.amount.normalize():f}"
            units = [unit for unit in units if amount in french.words(unit.text)]
        detailed = [unit for unit in units if french.fold(unit.text).find(french.fold(laureate.name)) <= 12]
        found = detailed or units
        if found:
            return quote(found[0])
        return Statement(told.about(laureate, with_amount=with_amount), tuple(self.cited(laureate.sources)))


_FEW = 12
_ORDERED = frozenset({Operation.MOST, Operation.LEAST, Operation.SHARE})
_OF_ONE = frozenset({Operation.VALUE, Operation.CHECK, Operation.WHO, Operation.STATE, Operation.HOW})
# Words of porters that name none of them.
_NO_NAME = frozenset(
    french.tokens(
        "incubateur ministère ministères direction startup état services numériques produits géré parmi plateforme "
        "interministériels porté par lauréats programme national nationale public"
    )
)


def _products(named: Sequence[Laureate]) -> list[list[Laureate]]:
    """Return laureates by product: one that changed its name is still the same."""
    found: list[list[Laureate]] = []
    for one in named:
        names = {one.name, *one.aliases}
        own = next((group for group in found if any(names & {each.name, *each.aliases} for each in group)), None)
        if own is None:
            found.append([one])
        else:
            own.append(one)
    return found


def _names(text: str, laureate: Laureate) -> bool:
    folded = french.fold(text)
    return any(french.fold(name) in folded for name in (laureate.name, *laureate.aliases))


def _only(rows: Sequence[Laureate]) -> int | None:
    numbers = {one.edition for one in rows}
    return numbers.pop() if len(numbers) == 1 else None


__all__ = ["Laureates"]
