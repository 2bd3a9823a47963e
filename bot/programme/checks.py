"""What must hold between the records of the knowledge files: no gap, no overlap, no date out of order."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Any, Generic, TypeVar

from bot.programme.models import Edition, Fact, Fund, Key, Laureate, Month, Range, Scheme, Source, Value
from bot.programme.names import squash
from bot.programme.problems import Place, Problem

R = TypeVar("R")


@dataclass(frozen=True)
class Placed(Generic[R]):
    """A record and where it was written."""

    place: Place
    record: R


@dataclass
class Records:
    """All records read, and the tables in which some could not be."""

    keys: list[Placed[Key]] = field(default_factory=list)
    schemes: list[Placed[Scheme]] = field(default_factory=list)
    editions: list[Placed[Edition]] = field(default_factory=list)
    facts: list[Placed[Fact]] = field(default_factory=list)
    laureates: list[Placed[Laureate]] = field(default_factory=list)
    funds: list[Placed[Fund]] = field(default_factory=list)
    incomplete: set[str] = field(default_factory=set)


def check(records: Records, headings: Mapping[str, frozenset[str]] | None) -> Iterator[Problem]:
    """Yield the problems between records; those that a refused record would cause by its absence are left out."""
    editions = {(e.record.programme, e.record.number): e.record for e in records.editions}
    yield from _duplicates(records)
    if "edition" not in records.incomplete:
        yield from _unknown_editions(records, editions)
    if "programme" not in records.incomplete:
        yield from _unknown_schemes(records)
    yield from _overlaps(records.facts)
    if "fact" not in records.incomplete:
        yield from _lone_alternatives(records.facts)
        yield from _gaps(records, editions)
    yield from _dates_out_of_order(records.facts, editions)
    yield from _promotions_out_of_order(records.editions)
    yield from _awards_above_the_cap(records)
    yield from _too_many_laureates(records)
    yield from _verified_too_early(records)
    if headings is not None:
        yield from _missing_sections(records, headings)


def _all(
    records: Records,
) -> Iterator[Placed[Scheme] | Placed[Edition] | Placed[Fact] | Placed[Laureate] | Placed[Fund]]:
    yield from records.schemes
    yield from records.editions
    yield from records.facts
    yield from records.laureates
    yield from records.funds


def _duplicates(records: Records) -> Iterator[Problem]:
    yield from _repeated(((k.place, k.record.name) for k in records.keys), "name", "clé déclarée deux fois")
    yield from _repeated(((s.place, s.record.id) for s in records.schemes), "id", "programme décrit deux fois")
    yield from _repeated(((f.place, f.record.id) for f in records.funds), "id", "fonds décrit deux fois")
    numbers = ((e.place, (e.record.programme, e.record.number)) for e in records.editions)
    yield from _repeated(numbers, "number", "édition décrite deux fois")
    names = (
        (one.place, (one.record.programme, one.record.edition, name))
        for one in records.laureates
        for name in {squash(n) for n in (one.record.name, *one.record.aliases)}
    )
    yield from _repeated(names, "name", "lauréat cité deux fois dans la même édition")


def _repeated(items: Iterable[tuple[Place, object]], key: str, message: str) -> Iterator[Problem]:
    first: dict[object, Place] = {}
    for place, identity in items:
        if identity in first:
            yield place.problem(key, f"{message} (déjà : {first[identity].file}, {first[identity].path})")
        first.setdefault(identity, place)


def _unknown_editions(records: Records, editions: Mapping[tuple[str, int], Edition]) -> Iterator[Problem]:
    for fact in records.facts:
        for number in fact.record.editions:
            if (fact.record.programme, number) not in editions:
                yield fact.place.problem("editions", f"édition {number} inconnue du programme {fact.record.programme}")
    for one in records.laureates:
        if (one.record.programme, one.record.edition) not in editions:
            yield one.place.problem("edition", f"édition {one.record.edition} inconnue")


def _unknown_schemes(records: Records) -> Iterator[Problem]:
    known = {scheme.record.id for scheme in records.schemes}
    for place, record in _all(records):
        if isinstance(record, Fact | Edition | Laureate) and record.programme not in known:
            yield place.problem("programme", f"programme inconnu : {record.programme}")
    for scheme in records.schemes:
        if scheme.record.replaced_by not in (None, *known):
            yield scheme.place.problem("replaced_by", f"programme inconnu : {scheme.record.replaced_by}")


def _groups(facts: Iterable[Placed[Fact]]) -> dict[tuple[str, str, str | None], list[Placed[Fact]]]:
    groups: dict[tuple[str, str, str | None], list[Placed[Fact]]] = defaultdict(list)
    for fact in facts:
        groups[fact.record.programme, fact.record.key, fact.record.population].append(fact)
    return groups


def _days_meet(a: Fact, b: Fact) -> bool:
    if a.valid_from is None or b.valid_from is None:
        return False
    return a.valid_from <= (b.valid_to or date.max) and b.valid_from <= (a.valid_to or date.max)


def covers_the_same(a: Fact, b: Fact) -> bool:
    """Whether two facts of a key and population speak of one edition, one year or one day."""
    if set(a.editions) & set(b.editions):
        return True
    if a.editions and b.editions and (a.valid_from is None or b.valid_from is None):
        return False
    return (a.year is not None and a.year == b.year) or _days_meet(a, b)


def _overlaps(facts: Iterable[Placed[Fact]]) -> Iterator[Problem]:
    for group in _groups(facts).values():
        for a, b in combinations(group, 2):
            if covers_the_same(a.record, b.record) and not (a.record.alternative and b.record.alternative):
                key = "editions" if set(a.record.editions) & set(b.record.editions) else "valid_from"
                yield b.place.problem(
                    key,
                    f"chevauche {a.place.file}, {a.place.path}, sans que les deux soient marqués alternative = true",
                )


def _lone_alternatives(facts: Iterable[Placed[Fact]]) -> Iterator[Problem]:
    for group in _groups(facts).values():
        for one in group:
            others = (other for other in group if other is not one)
            if one.record.alternative and not any(covers_the_same(one.record, other.record) for other in others):
                yield one.place.problem("alternative", "marqué comme alternative, mais aucune autre valeur à côté")


def _gaps(records: Records, editions: Mapping[tuple[str, int], Edition]) -> Iterator[Problem]:
    continuous = {key.record.name for key in records.keys if key.record.continuous}
    for (programme, key, _), group in _groups(records.facts).items():
        if key not in continuous:
            continue
        covered = {number for fact in group for number in fact.record.editions}
        known = {number for scheme, number in editions if scheme == programme}
        for number in sorted(n for n in known - covered if covered and min(covered) < n < max(covered)):
            yield group[-1].place.problem("editions", f"trou dans la série : l'édition {number} n'est pas couverte")
        yield from _gaps_between_days(group)


def _gaps_between_days(group: list[Placed[Fact]]) -> Iterator[Problem]:
    dated = sorted((f for f in group if f.record.valid_from), key=lambda f: f.record.valid_from or date.min)
    for before, after in pairwise(dated):
        end, start = before.record.valid_to, after.record.valid_from
        if end and start and start > end + timedelta(days=1):
            yield after.place.problem("valid_from", f"trou dans la série : rien entre le {end} et le {start}")


def first_day(value: Value) -> date | None:
    """Return the first day that a date, a month or a range of them may mean."""
    if isinstance(value, Range):
        return first_day(value.low)
    if isinstance(value, Month):
        return value.first
    return value if isinstance(value, date) else None


def last_day(value: Value) -> date | None:
    """Return the last day that a date, a month or a range of them may mean."""
    if isinstance(value, Range):
        return last_day(value.high)
    if isinstance(value, Month):
        return value.last
    return value if isinstance(value, date) else None


def _dates_out_of_order(facts: list[Placed[Fact]], editions: Mapping[tuple[str, int], Edition]) -> Iterator[Problem]:
    for deadline in (f for f in facts if f.record.key == "deadline"):
        end = last_day(deadline.record.value)
        for number in deadline.record.editions:
            edition = editions.get((deadline.record.programme, number))
            if end is None or edition is None:
                continue
            if edition.announced_on and end < edition.announced_on:
                yield deadline.place.problem("value", f"date limite ({end}) avant l'annonce ({edition.announced_on})")
            if edition.month and end > edition.month.last:
                yield deadline.place.problem("value", f"date limite ({end}) après la promotion ({edition.month})")
            for opening in facts:
                yield from _closed_before_open(deadline, opening, number, end)


def _closed_before_open(deadline: Placed[Fact], opening: Placed[Fact], number: int, end: date) -> Iterator[Problem]:
    record = opening.record
    if record.key != "opening" or record.programme != deadline.record.programme or number not in record.editions:
        return
    start = first_day(record.value)
    if start and end < start:
        yield deadline.place.problem("value", f"date limite ({end}) avant l'ouverture ({start}) de l'édition {number}")


def _promotions_out_of_order(editions: Iterable[Placed[Edition]]) -> Iterator[Problem]:
    ordered = sorted((e for e in editions if e.record.month), key=lambda e: (e.record.programme, e.record.number))
    for before, after in pairwise(ordered):
        a, b = before.record, after.record
        if a.programme == b.programme and a.month and b.month and b.month < a.month:
            yield after.place.problem("month", f"promotion ({b.month}) avant celle de l'édition {a.number} ({a.month})")


def _awards_above_the_cap(records: Records) -> Iterator[Problem]:
    caps = [f.record for f in records.facts if f.record.key == "cap" and f.record.unit == "eur"]
    for one in records.laureates:
        award = one.record
        for cap in caps:
            applies = award.edition in cap.editions and cap.population in (None, award.population)
            if applies and cap.programme == award.programme and award.amount and award.amount > cap.amount:
                yield one.place.problem("amount", f"{award.amount} € dépasse le plafond de {cap.amount} €")


def _too_many_laureates(records: Records) -> Iterator[Problem]:
    counted: dict[int, list[Placed[Laureate]]] = defaultdict(list)
    for one in records.laureates:
        counted[one.record.edition].append(one)
    for fact in (
        f for f in records.facts if f.record.key == "laureate_count" and f.record.qualifier is Qualifier.EXACT
    ):
        for edition in fact.record.editions:
            listed = counted.get(edition, [])
            if not fact.record.alternative and len(listed) > fact.record.number:
                message = f"{len(listed)} lauréats cités, pour {fact.record.number} annoncés"
                yield listed[-1].place.problem("edition", message)


def _sources(record: Sourced) -> tuple[tuple[str, Source], ...]:
    listed = tuple((f"sources[{n}]", source) for n, source in enumerate(record.sources, 1))
    announced = record.announced if isinstance(record, Edition) else None
    return (*listed, ("announced", announced)) if announced else listed


def _verified_too_early(records: Records) -> Iterator[Problem]:
    for place, record in _all(records):
        for path, source in _sources(record):
            if record.verified < source.date:
                yield place.problem("verified", f"vérifié le {record.verified}, avant {path} ({source.date})")


def _missing_sections(records: Records, headings: Mapping[str, frozenset[str]]) -> Iterator[Problem]:
    for place, record in _all(records):
        for path, source in _sources(record):
            if source.document not in headings:
                yield place.problem(f"{path}.document", f"fiche introuvable : {source.document}")
            elif source.section not in headings[source.document]:
                yield place.problem(f"{path}.section", f"section absente de {source.document} : {source.section}")
