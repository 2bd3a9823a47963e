"""What must hold between the periods of the eligibility criteria, and between them and the programme's facts."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from bot.programme.criteria import Criteria
from bot.programme.lookup import Programme
from bot.programme.models import Source
from bot.programme.problems import Place, Placed, Problem

Periods = Sequence[Placed[Criteria]]


def located_sources(period: Placed[Criteria]) -> Iterator[tuple[Place, list[tuple[str, Source]]]]:
    """Yield the sources of each criterion, with the path of each, under the place of the period."""
    for number, criterion in enumerate(period.record.criteria, 1):
        path = f"criterion[{number}]({criterion.id})"
        yield period.place, [(f"{path}.sources[{n}]", source) for n, source in enumerate(criterion.sources, 1)]


def between_periods(periods: Periods) -> Iterator[Problem]:
    """Yield the gaps and overlaps of each programme's periods, and the criteria that change their meaning."""
    yield from _ids_twice(periods)
    for programme in dict.fromkeys(one.record.programme for one in periods):
        of_it = sorted((p for p in periods if p.record.programme == programme), key=lambda p: p.record.valid_from)
        for earlier, later in pairwise(of_it):
            end = earlier.record.valid_to
            if end is None or (later.record.valid_from - end).days != 1:
                yield later.place.problem("valid_from", f"ne suit pas la fin de {earlier.record.id} ({end})")
            if common := set(earlier.record.editions) & set(later.record.editions):
                yield later.place.problem("editions", f"déjà dans {earlier.record.id} : {sorted(common)}")
    yield from _changed_meanings(periods)


def against_facts(periods: Iterable[Criteria], programme: Programme, file: str) -> Iterator[Problem]:
    """Yield the periods of an unknown programme or edition, those left without criteria, and those that never end."""
    covered: dict[str, set[int]] = {}
    for period in periods:
        place = Place(file, f"criteria({period.id})")
        scheme = programme.schemes.get(period.programme)
        if scheme is None:
            yield place.problem("programme", f"programme inconnu : {period.programme}")
            continue
        covered.setdefault(scheme.id, set()).update(period.editions)
        for number in period.editions:
            if programme.edition(number, programme=scheme.id) is None:
                yield place.problem("editions", f"édition {number} inconnue du programme {scheme.id}")
        if scheme.replaced_on and (period.valid_to is None or period.valid_to >= scheme.replaced_on):
            yield place.problem("valid_to", f"au-delà du remplacement de {scheme.name} ({scheme.replaced_on})")
    for name, numbers in covered.items():
        known = {edition.number for edition in programme.editions(programme=name)}
        for number in sorted(known - numbers):
            if min(numbers) < number:
                yield Problem(file, f"criteria({name}).editions", f"l'édition {number} n'a pas de critères")


def _ids_twice(periods: Periods) -> Iterator[Problem]:
    seen: set[str] = set()
    for period in periods:
        if period.record.id in seen:
            yield period.place.problem("id", f"période décrite deux fois : {period.record.id}")
        seen.add(period.record.id)


def _changed_meanings(periods: Periods) -> Iterator[Problem]:
    meaning: dict[str, str] = {}
    for period in periods:
        for number, criterion in enumerate(period.record.criteria, 1):
            if meaning.setdefault(criterion.id, criterion.excluded_by) != criterion.excluded_by:
                path = f"criterion[{number}]({criterion.id}).excluded_by"
                yield period.place.problem(path, "le même id a un autre sens dans une autre période")
