"""What must hold between the records of the knowledge files: no gap, no overlap, no date out of order."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, pairwise

from bot.programme.models import Edition, Fact, Fund, Key, Laureate, Promotion, Scheme, Source
from bot.programme.names import squash
from bot.programme.pages import Headings, not_in_fiches, too_recent
from bot.programme.problems import Place, Placed, Problem
from bot.programme.values import Range, first_day, last_day

# What the sums, the calendar and the checks below compute with: one value of that unit.
COMPUTED_WITH = {
    "cap": "eur",
    "rate": "percent",
    "partner_rule": "ratio",
    "support_value": "eur",
    "awards_per_year": "count",
    "laureate_count": "count",
    "deadline": "date",
    "opening": "date",
}
Sourced = Scheme | Edition | Fact | Promotion | Fund
Editions = Mapping[tuple[str, int], Edition]
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Records:
    """All records that could be read."""

    keys: list[Placed[Key]]
    schemes: list[Placed[Scheme]]
    editions: list[Placed[Edition]]
    facts: list[Placed[Fact]]
    promotions: list[Placed[Promotion]]
    laureates: list[Placed[Laureate]]
    funds: list[Placed[Fund]]

    def sourced(self) -> Iterator[tuple[Place, Sourced]]:
        """Yield every record that carries sources of its own, with its place."""
        of_promotions = {one.record.sources for one in self.promotions}
        yield from ((one.place, one.record) for one in self.schemes)
        yield from ((one.place, one.record) for one in self.editions)
        yield from ((one.place, one.record) for one in self.facts)
        yield from ((one.place, one.record) for one in self.promotions)
        yield from ((one.place, one.record) for one in self.laureates if one.record.sources not in of_promotions)
        yield from ((one.place, one.record) for one in self.funds)


def check(records: Records, incomplete: Set[str], headings: Headings | None) -> Iterator[Problem]:
    """Yield the problems between records; `incomplete` names the tables some of which were refused.

    The problems that a refused record would cause by its absence are left out.
    """
    editions = {(one.record.programme, one.record.number): one.record for one in records.editions}
    yield from _duplicates(records)
    if records.keys and "key" not in incomplete:
        yield from _unfit_keys(records)
    if "edition" not in incomplete and len(editions) == len(records.editions):
        yield from _unknown_editions(records, editions)
    if "programme" not in incomplete:
        yield from _unknown_schemes(records)
        yield from _rules_without_end(records)
    yield from _overlaps(records.facts)
    if "fact" not in incomplete:
        yield from _lone_alternatives(records.facts)
        yield from _gaps(records, editions)
    yield from _deadlines_out_of_order(records.facts, editions)
    yield from _promotions_out_of_order(records.editions)
    yield from _awards_above_the_cap(records)
    yield from _too_many_laureates(records)
    for place, record in records.sourced():
        yield from too_recent(place, record.verified, _sources(record))
        if headings is not None:
            yield from not_in_fiches(place, _sources(record), headings)


def _unfit_keys(records: Records) -> Iterator[Problem]:
    units = {one.record.name: one for one in records.keys}
    for name, unit in COMPUTED_WITH.items():
        if name not in units:
            yield Problem("keys.toml", f"key({name})", "clé manquante : les calculs s'en servent")
        elif units[name].record.unit != unit:
            yield units[name].place.problem("unit", f"{unit} attendu : les calculs s'en servent")
    for one in records.facts:
        if COMPUTED_WITH.get(one.record.key, "date") != "date" and isinstance(one.record.value, Range):
            yield one.place.problem("value", "une seule valeur attendue, et non une fourchette")


def _duplicates(records: Records) -> Iterator[Problem]:
    yield from _repeated(((s.place, s.record.id) for s in records.schemes), "id", "programme décrit deux fois")
    yield from _repeated(((f.place, f.record.id) for f in records.funds), "id", "fonds décrit deux fois")
    numbers = ((e.place, (e.record.programme, e.record.number)) for e in records.editions)
    yield from _repeated(numbers, "number", "édition décrite deux fois")
    names = (
        (one.place, (one.record.programme, one.record.edition, name))
        for one in records.laureates
        for name in sorted({squash(name) for name in (one.record.name, *one.record.aliases)})
    )
    yield from _repeated(names, "name", "lauréat cité deux fois dans la même édition")


def _repeated(items: Iterable[tuple[Place, object]], key: str, message: str) -> Iterator[Problem]:
    first: dict[object, Place] = {}
    for place, identity in items:
        if identity in first:
            yield place.problem(key, f"{message} (déjà : {first[identity].file}, {first[identity].path})")
        first.setdefault(identity, place)


def _unknown_editions(records: Records, editions: Editions) -> Iterator[Problem]:
    for fact in records.facts:
        for number in fact.record.editions:
            if (fact.record.programme, number) not in editions:
                yield fact.place.problem("editions", f"édition {number} inconnue du programme {fact.record.programme}")
        for path, source in _sources(fact.record):
            if set(source.editions) - set(fact.record.editions):
                yield fact.place.problem(
                    f"{path}.editions", "la source cite des éditions qui ne sont pas celles du fait"
                )
    for one in records.promotions:
        if (one.record.programme, one.record.edition) not in editions:
            yield one.place.problem("edition", f"édition {one.record.edition} inconnue")


def _unknown_schemes(records: Records) -> Iterator[Problem]:
    known = {one.record.id for one in records.schemes}
    for place, record in records.sourced():
        if isinstance(record, Fact | Edition | Promotion) and record.programme not in known:
            yield place.problem("programme", f"programme inconnu : {record.programme}")
        if isinstance(record, Scheme) and record.replaced_by not in (None, *(known - {record.id})):
            yield place.problem("replaced_by", f"programme inconnu : {record.replaced_by}")


def _rules_without_end(records: Records) -> Iterator[Problem]:
    ends = {one.record.id: one.record.replaced_on for one in records.schemes}
    for one in records.facts:
        fact, end = one.record, ends.get(one.record.programme)
        counts = COMPUTED_WITH.get(fact.key) in ("eur", "percent", "ratio")
        if counts and end and fact.valid_from and (fact.valid_to is None or fact.valid_to >= end):
            yield one.place.problem("valid_to", f"au-delà du remplacement de {fact.programme} ({end})")


def _groups(facts: Iterable[Placed[Fact]]) -> dict[tuple[str, str, str | None], list[Placed[Fact]]]:
    groups: dict[tuple[str, str, str | None], list[Placed[Fact]]] = defaultdict(list)
    for one in facts:
        groups[one.record.programme, one.record.key, one.record.population].append(one)
    return groups


def _days_meet(a: Fact, b: Fact) -> bool:
    if a.valid_from is None or b.valid_from is None:
        return False
    return a.valid_from <= (b.valid_to or date.max) and b.valid_from <= (a.valid_to or date.max)


def _same_scope(a: Fact, b: Fact) -> bool:
    if set(a.editions) & set(b.editions):
        return True
    return (a.undated and b.undated) or (a.year is not None and a.year == b.year) or _days_meet(a, b)


def _overlaps(facts: Iterable[Placed[Fact]]) -> Iterator[Problem]:
    for group in _groups(facts).values():
        for a, b in combinations(group, 2):
            if _same_scope(a.record, b.record) and not (a.record.alternative and b.record.alternative):
                key = "editions" if set(a.record.editions) & set(b.record.editions) else "valid_from"
                message = f"chevauche {a.place.file}, {a.place.path}, sans alternative = true dans les deux"
                yield b.place.problem(key, message)


def _lone_alternatives(facts: Iterable[Placed[Fact]]) -> Iterator[Problem]:
    for group in _groups(facts).values():
        for one in group:
            others = (other for other in group if other is not one)
            if one.record.alternative and not any(_same_scope(one.record, other.record) for other in others):
                yield one.place.problem("alternative", "marqué comme alternative, sans autre valeur à côté")


def _gaps(records: Records, editions: Editions) -> Iterator[Problem]:
    continuous = {one.record.name for one in records.keys if one.record.continuous}
    for (scheme, key, _), group in _groups(records.facts).items():
        if key in continuous:
            known = {number for programme, number in editions if programme == scheme}
            yield from _without_editions(group)
            yield from _gaps_between_editions(group, known)
            yield from _gaps_between_days(group)


def _without_editions(group: list[Placed[Fact]]) -> Iterator[Problem]:
    for one in group:
        if not one.record.editions and any(other.record.editions for other in group):
            yield one.place.problem("editions", "trou dans la série : les autres faits disent leurs éditions")


def _gaps_between_editions(group: list[Placed[Fact]], known: set[int]) -> Iterator[Problem]:
    covered = {number for one in group for number in one.record.editions}
    for number in sorted(known - covered):
        if covered and min(covered) < number < max(covered):
            yield group[-1].place.problem("editions", f"trou dans la série : l'édition {number} n'est pas couverte")


def _gaps_between_days(group: list[Placed[Fact]]) -> Iterator[Problem]:
    dated = sorted((one for one in group if one.record.valid_from), key=lambda one: one.record.valid_from or date.min)
    for before, after in pairwise(dated):
        end, start = before.record.valid_to, after.record.valid_from
        if end and start and start > end + _DAY:
            yield after.place.problem("valid_from", f"trou dans la série : rien entre le {end} et le {start}")


def _deadlines_out_of_order(facts: list[Placed[Fact]], editions: Editions) -> Iterator[Problem]:
    openings = [one.record for one in facts if one.record.key == "opening"]
    for one in facts:
        end = last_day(one.record.value)
        if one.record.key != "deadline" or end is None:
            continue
        for number in one.record.editions:
            edition = editions.get((one.record.programme, number))
            if edition and edition.announced_on and end < edition.announced_on:
                yield one.place.problem("value", f"date limite ({end}) avant l'annonce ({edition.announced_on})")
            if edition and edition.month and end > edition.month.last:
                yield one.place.problem("value", f"date limite ({end}) après la promotion ({edition.month})")
            for start in _openings(openings, one.record.programme, number):
                if end < start:
                    yield one.place.problem("value", f"date limite ({end}) avant l'ouverture ({start})")


def _openings(openings: Iterable[Fact], scheme: str, number: int) -> Iterator[date]:
    for opening in openings:
        start = first_day(opening.value)
        if start and opening.programme == scheme and number in opening.editions:
            yield start


def _promotions_out_of_order(editions: Iterable[Placed[Edition]]) -> Iterator[Problem]:
    ordered = sorted((e for e in editions if e.record.month), key=lambda e: (e.record.programme, e.record.number))
    for before, after in pairwise(ordered):
        a, b = before.record, after.record
        if a.programme == b.programme and a.month and b.month and b.month < a.month:
            yield after.place.problem("month", f"promotion ({b.month}) avant celle de l'édition {a.number} ({a.month})")


def _awards_above_the_cap(records: Records) -> Iterator[Problem]:
    caps: dict[tuple[str, int, str | None], list[Decimal]] = defaultdict(list)
    for cap in (one.record for one in records.facts if one.record.key == "cap"):
        for edition in cap.editions if isinstance(cap.value, Decimal) else ():
            caps[cap.programme, edition, cap.population].append(cap.amount)
    for one in records.laureates:
        scope = (one.record.programme, one.record.edition)
        highest = max((*caps[*scope, one.record.population], *caps[*scope, None]), default=None)
        if one.record.amount and highest is not None and one.record.amount > highest:
            yield one.place.problem("amount", f"{one.record.amount} € dépasse le plafond de {highest} €")


def _too_many_laureates(records: Records) -> Iterator[Problem]:
    listed: dict[tuple[str, int], list[Placed[Laureate]]] = defaultdict(list)
    for one in records.laureates:
        listed[one.record.programme, one.record.edition].append(one)
    stated: dict[tuple[str, int], int] = defaultdict(int)
    for fact in (one.record for one in records.facts if one.record.key == "laureate_count"):
        for edition in fact.editions if isinstance(fact.value, int) else ():
            stated[fact.programme, edition] = max(stated[fact.programme, edition], fact.number)
    for where, most in stated.items():
        if len(listed[where]) > most:
            message = f"{len(listed[where])} lauréats cités, pour {most} annoncés"
            yield listed[where][-1].place.problem("edition", message)


def _sources(record: Sourced) -> Iterator[tuple[str, Source]]:
    for position, source in enumerate(record.sources, 1):
        yield f"sources[{position}]", source
    if isinstance(record, Edition) and record.announced:
        yield "announced", record.announced
