"""The programme's facts, looked up: by key, edition, population and day; laureates and funds by name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.programme.models import FAST, Edition, Fact, Fund, Key, Laureate, Month, Population, Range, Scheme
from bot.programme.names import closest, fold, squash, windows


def index_names(records: Iterable[Laureate | Fund]) -> dict[str, tuple[int, ...]]:
    """Return the positions of the records that carry each name or alias, squashed."""
    positions: dict[str, tuple[int, ...]] = {}
    for position, record in enumerate(records):
        for name in dict.fromkeys(squash(name) for name in (record.name, *record.aliases)):
            positions[name] = (*positions.get(name, ()), position)
    return positions


@dataclass(frozen=True)
class Programme:
    """All that the knowledge files state. Nothing here is computed from a clock."""

    keys: Mapping[str, Key]
    schemes: Mapping[str, Scheme]
    all_editions: tuple[Edition, ...]
    all_facts: tuple[Fact, ...]
    all_laureates: tuple[Laureate, ...]
    funds: tuple[Fund, ...]
    _by_key: Mapping[str, tuple[Fact, ...]] = field(init=False, repr=False, compare=False)
    _by_number: Mapping[tuple[str, int], Edition] = field(init=False, repr=False, compare=False)
    _laureate_names: Mapping[str, tuple[int, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_key: dict[str, tuple[Fact, ...]] = {}
        for fact in self.all_facts:
            by_key[fact.key] = (*by_key.get(fact.key, ()), fact)
        object.__setattr__(self, "_by_key", by_key)
        object.__setattr__(self, "_by_number", {(e.programme, e.number): e for e in self.all_editions})
        object.__setattr__(self, "_laureate_names", index_names(self.all_laureates))

    def facts(
        self,
        key: str,
        *,
        edition: int | None = None,
        population: Population | None = None,
        on: date | None = None,
        year: int | None = None,
        programme: str = FAST,
    ) -> tuple[Fact, ...]:
        """Return every value stated, alternatives included; () when nothing is known, which is never zero.

        A fact without population holds for both. `on` wants an interval (or a year) that covers the day; `year` wants
        that year, or an interval that touches it. KeyError for a key that keys.toml does not declare.
        """
        self.keys[key]
        return tuple(
            fact
            for fact in self._by_key.get(key, ())
            if fact.programme == programme
            and (edition is None or edition in fact.editions)
            and (population is None or fact.population in (population, None))
            and (on is None or fact.holds_on(on))
            and (year is None or fact.holds_in(year))
        )

    def series(self, key: str, population: Population | None = None, *, programme: str = FAST) -> tuple[Fact, ...]:
        """Return the facts of a key in time order: by start of the interval, year, or month of the first edition."""
        return tuple(sorted(self.facts(key, population=population, programme=programme), key=self.starts_on))

    def starts_on(self, fact: Fact) -> date:
        """Return the first day that the fact is about, to sort by; date.min when nothing dates it."""
        if fact.valid_from:
            return fact.valid_from
        if fact.year is not None:
            return date(fact.year, 1, 1)
        edition = self.edition(min(fact.editions), programme=fact.programme) if fact.editions else None
        if edition is None:
            return date.min
        return edition.month.first if edition.month else edition.announced_on or date.min

    def edition(self, number: int, *, programme: str = FAST) -> Edition | None:
        """Return the edition of that number; None when there is none."""
        return self._by_number.get((programme, number))

    def editions(self, *, programme: str = FAST) -> tuple[Edition, ...]:
        """Return the editions of a programme, first to last."""
        return tuple(sorted((e for e in self.all_editions if e.programme == programme), key=lambda e: e.number))

    def editions_of_year(self, year: int, *, programme: str = FAST) -> tuple[Edition, ...]:
        """Return the editions whose promotion (or, failing that, whose call) is of that year."""
        return tuple(e for e in self.editions(programme=programme) if e.year == year)

    def laureates(self, edition: int | None = None, *, programme: str = FAST) -> tuple[Laureate, ...]:
        """Return the laureates of an edition, or all, in the order of the files."""
        return tuple(one for one in self.all_laureates if one.programme == programme and edition in (None, one.edition))

    def find_laureates(self, name: str) -> tuple[Laureate, ...]:
        """Return each time that this product or incubator was selected, the name being typed more or less well."""
        exact = squash(name)
        fuzzy = {n: p for n, p in self._laureate_names.items() if not self._is_common(p)}
        found = exact if exact in self._laureate_names else closest(name, fuzzy)
        return tuple(self.all_laureates[position] for position in self._laureate_names.get(found or "", ()))

    def laureates_in(self, text: str) -> tuple[Laureate, ...]:
        """Return the laureates that a sentence names, in its order. A name that is an ordinary word needs a capital."""
        found: dict[int, tuple[int, ...]] = {}
        taken: set[int] = set()
        for start, end, run in windows(text):
            positions = self._positions_in(run, text)
            if positions and taken.isdisjoint(range(start, end)):
                taken.update(range(start, end))
                found[start] = positions
        ordered = dict.fromkeys(position for start in sorted(found) for position in found[start])
        return tuple(self.all_laureates[position] for position in ordered)

    def fund(self, name: str) -> Fund | None:
        """Return the fund of that name or alias, spelling mistakes allowed; None when there is none."""
        positions = index_names(self.funds)
        found = closest(name, positions)
        return self.funds[positions[found][0]] if found else None

    def _is_common(self, positions: tuple[int, ...]) -> bool:
        return any(self.all_laureates[position].common_word for position in positions)

    def _positions_in(self, run: str, text: str) -> tuple[int, ...]:
        positions = self._laureate_names.get(run, ())
        if positions and self._is_common(positions):
            names = (n for p in positions for n in (self.all_laureates[p].name, *self.all_laureates[p].aliases))
            return positions if fold(text) == run or any(name in text[1:] for name in names) else ()
        if positions:
            return positions
        fuzzy = {n: p for n, p in self._laureate_names.items() if not self._is_common(p)}
        return self._laureate_names.get(closest(run, fuzzy) or "", ())


__all__ = ["Month", "Programme", "Range", "index_names"]
