"""What is said of figures and dates: values, lists, extremes, totals, verdicts, in French."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bot.programme.entries import Entry, Row
from bot.programme.models import CONSOLIDATION, Qualifier
from bot.questions.acts import Premise
from bot.texts import day, fact_value, value_of

_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()


def scope_name(entry: Entry) -> str:
    """Return « FAST 14 », « FAST 11 à 14 », « 2024 » or « programme de consolidation »."""
    if entry.programme == CONSOLIDATION:
        return "programme de consolidation"
    if entry.editions:
        first, last = entry.editions[0], entry.editions[-1]
        if len(entry.editions) == 1:
            return f"FAST {first}"
        joined = " à " if last - first == len(entry.editions) - 1 > 1 else " et "
        return f"FAST {first}{joined}{last}"
    if entry.year:
        return str(entry.year)
    starts = [row.fact.valid_from for row in entry.rows if row.fact and row.fact.valid_from]
    if starts:
        return f"depuis le {day(starts[0])}"
    dated = [source.date for row in entry.rows for source in row.sources]
    return f"au {day(max(dated))}" if dated else ""


def row_value(row: Row) -> str:
    """Return a value as it is read, with what the source says of its exactness."""
    return fact_value(row.fact) if row.fact else value_of(row.value, row.unit)


def of_scope(entry: Entry) -> str:
    """Return « du FAST 14 », « en 2024 », « du programme de consolidation »."""
    name = scope_name(entry)
    if entry.editions or entry.programme == CONSOLIDATION:
        return f"{'des' if len(entry.editions) > 1 else 'du'} {name}"
    return f"en {name}" if entry.year else name


def stated(label: str, entry: Entry, unit: str, today: date) -> str:
    """Return « Nombre de lauréats du FAST 12 : 10 », each value with its source when they differ."""
    start = label[0].upper() + label[1:]
    return f"{start} {of_scope(entry)} : {values(entry, today)}."


def values(entry: Entry, today: date) -> str:
    """Return the values of an entry, each with the page that gives it when there are several."""
    said = list(dict.fromkeys(row_value(row) for row in entry.rows))
    if len(said) < 2:
        return said[0] if said else "non publié"
    parts = []
    for words in said:
        pages = dict.fromkeys(
            f"« {source.title} » ({day(source.date)})"
            for row in entry.rows
            if row_value(row) == words
            for source in row.sources
            if source.date <= today
        )
        parts.append(f"{words} selon {' et '.join(pages)}")
    return " ; ".join(parts)


def listed(label: str, entries: Sequence[Entry], today: date) -> str:
    """Return the values of entries, one a line."""
    lines = [f"- {capital(scope_name(one))} : {values(one, today)}" for one in entries]
    return "\n".join([f"{capital(label)} :", "", *lines])


def capital(words: str) -> str:
    """Return words with a capital."""
    return words[:1].upper() + words[1:]


def contracted(words: str) -> str:
    """Return words with « du » for « de le » and « au » for « à le »."""
    for apart, together in _CONTRACTED:
        words = words.replace(f" {apart} ", f" {together} ")
    return words


_CONTRACTED = (("de le", "du"), ("de les", "des"), ("à le", "au"), ("à les", "aux"))


def extreme(label: str, names: Sequence[str], value: str, *, least: bool) -> str:
    """Say which scopes have the most, or the least."""
    kind = "Le moins élevé" if least else "Le plus élevé"
    return f"{kind} : {value} ({', '.join(names)})."


def total(label: str, value: str, count: int, unknown: Sequence[str]) -> str:
    """Say a total that was computed, of how many scopes, and what is not in it."""
    without = f" ; {label} n'est pas publié pour : {', '.join(unknown)}" if unknown else ""
    return f"Au total {value}, somme calculée sur {count} valeurs publiées{without}."


def mean(value: str, count: int, unknown: Sequence[str]) -> str:
    """Say a mean that was computed."""
    without = f" ; valeur non publiée pour : {', '.join(unknown)}" if unknown else ""
    return f"En moyenne {value}, calculée sur {count} valeurs publiées{without}."


def between(low: str, high: str) -> str:
    """Return a span of values, or the value when they are one."""
    return low if low == high else f"entre {low} et {high}"


def compared(first: str, last: str, difference: str, *, same: bool) -> str:
    """Say which of two scopes has more, and by how much."""
    if same:
        return f"C'est la même valeur pour {first} et {last}."
    gap = f"d'un écart compris {difference}" if difference.startswith("entre") else f"de {difference}"
    return contracted(f"{capital(first)} est au-dessus de {last}, {gap}.")


def not_comparable() -> str:
    """Say that sources that disagree leave the order open."""
    return "Les sources ne s'accordent pas : l'ordre dépend de celle qu'on retient."


def percent(low: Decimal, high: Decimal) -> str:
    """Return a share that was computed, with one decimal when it needs one."""
    step = Decimal("0.1")
    said = [f"{one.quantize(step, ROUND_HALF_UP):f}".removesuffix(".0").replace(".", ",") for one in (low, high)]
    return f"{said[0]} %" if said[0] == said[1] else f"entre {said[0]} et {said[1]} %"


def is_round(entry: Entry) -> bool:
    """Whether sources give the value of an entry as a round number."""
    return any(row.fact is not None and row.fact.qualifier is Qualifier.ABOUT for row in entry.rows)


def claim(premise: Premise) -> str:
    """Return a value that a question states."""
    if premise.period is not None:
        first = premise.period.first
        if first == premise.period.last:
            year = f" {first.year}" if first.year > 1 else ""
            return f"le {'1er' if first.day == 1 else first.day} {_MONTHS[first.month - 1]}{year}"
        return f"{_MONTHS[first.month - 1]} {first.year}"
    return value_of(premise.number or Decimal(0), premise.unit)


def line(label: str, entry: Entry, today: date) -> str:
    """Return an entry of an attribute as an item of a list."""
    return f"- {capital(label)} {of_scope(entry)} : {values(entry, today)}."


def sources_agree(disputed: Sequence[str], *, differ: bool) -> str:
    """Say whether sources give the same values, and of which scopes they do not; `differ`: that is what is asked."""
    names = ", ".join(dict.fromkeys(disputed))
    if not names:
        return f"{'Non' if differ else 'Oui'} : les sources n'y donnent qu'une valeur."
    return f"Oui, pour : {names}." if differ else f"Non, les sources se contredisent pour : {names}."


def nearly(said: str) -> str:
    """Say that sources give a number as a round one, which neither confirms nor denies another near it."""
    return f"Les sources disent {said}, sans nombre exact."


def agreed_nearly(said: str, value: str) -> str:
    """Confirm a value said to be so only nearly."""
    return f"Oui, à peu près {said} : {value}." if value != said else f"Oui, {said}."


def more_or_less(first: str, last: str, *, holds: bool) -> str:
    """Return the verdict on an order that a question states."""
    return f"Oui : {first} contre {last}." if holds else f"Non : {first} contre {last}."


def agreed(words: str, *, disputed: bool) -> str:
    """Confirm a value."""
    return f"Oui, {words} selon une source ; une autre dit autrement." if disputed else f"Oui, {words}."


def denied(words: str) -> str:
    """Correct a value."""
    return f"Non, pas {words}."


def not_known(label: str, names: Sequence[str]) -> str:
    """Say that no document gives an attribute for these scopes."""
    return f"Aucun document ne donne {label}{' pour : ' + ', '.join(names) if names else ''}."


def not_laureate(name: str, edition: int, actual: Sequence[int]) -> str:
    """Correct a wrong edition."""
    where = " et ".join(f"FAST {number}" for number in actual)
    return f"{name} n'est pas parmi les lauréats du FAST {edition} : c'est un lauréat du {where}."


def held_for(value: str, entries: Sequence[Entry]) -> str:
    """Say for which scopes a value held."""
    return f"{capital(value)}, c'était {' et '.join(of_scope(one) for one in entries)}."
