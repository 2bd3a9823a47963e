"""What is said of laureates and their awards, in French."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby

from bot.programme.amounts import format_amount
from bot.programme.models import Laureate


def _of(one: Laureate) -> str:
    return f"{one.name} (FAST {one.edition})"


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} et {names[-1]}"


def not_yet_known(names: Sequence[str]) -> str:
    """Name products that no page published by the day calls laureates."""
    return f"{_joined([f'« {name} »' for name in names])} ne figure parmi aucun lauréat publié à cette date"


def is_laureate(chosen: Sequence[Laureate]) -> str:
    """Confirm that a product was selected, and when."""
    return f"Oui, {_joined(list(dict.fromkeys(_of(one) for one in chosen)))}."


def porter_of(names: Sequence[str]) -> str:
    """Name the porters that no document gives."""
    return f"qui porte {_joined(list(dict.fromkeys(names)))}"


def porter(one: Laureate) -> str:
    """Say who carries a laureate."""
    return f"{one.name} (FAST {one.edition}) est porté par : {one.porter}."


def award_of(names: Sequence[str]) -> str:
    """Name the awards that no document gives."""
    return f"le montant accordé à {_joined(list(names))}"


def together(amounts: Sequence[Decimal]) -> str:
    """Add awards up."""
    return f"Ensemble : {format_amount(sum(amounts, Decimal(0)))} ({' + '.join(map(format_amount, amounts))})."


def ordered(amounts: Sequence[tuple[Laureate, Decimal]], *, least: bool) -> str:
    """Say which of some laureates was awarded most, or least."""
    best = (min if least else max)(amount for _, amount in amounts)
    first = [_of(one) for one, amount in amounts if amount == best]
    if len(first) == len(amounts):
        return f"Autant pour tous : {format_amount(best)}."
    return f"{'Le moins' if least else 'Le plus'} : {_joined(first)}, {format_amount(best)}."


def extreme(amount: Decimal, names: Sequence[str], *, least: bool) -> str:
    """Say who was awarded most, or least, of what was made public."""
    kind = "le plus faible" if least else "le plus élevé"
    return f"Le montant {kind} rendu public est de {format_amount(amount)} : {_joined(list(names))}."


def total(amount: Decimal, known: int, of: int) -> str:
    """Say the sum of awards made public, and of how many laureates."""
    without = f" ; le montant des {of - known} autres n'est pas publié" if of > known else ""
    return f"Au total {format_amount(amount)}, somme de {known} montants publiés{without}."


def count(number: int) -> str:
    """Say how many."""
    return f"{number} lauréat{'s' if number > 1 else ''}."


def awards(known: Sequence[tuple[Laureate, Decimal]]) -> str:
    """List awards, greatest first."""
    lines = [f"- {_of(one)} : {format_amount(amount)}" for one, amount in known]
    return "\n".join(["Montants accordés, du plus élevé au plus faible :", "", *lines])


def by_edition(rows: Sequence[Laureate], amounts: Sequence[Decimal | None] | None) -> str:
    """List laureates: one a line with its award, or an edition a line."""
    if amounts is not None:
        lines = [
            f"- {_of(one)}{f' : {format_amount(amount)}' if amount is not None else ''}"
            for one, amount in zip(rows, amounts, strict=True)
        ]
    else:
        ordered_rows = sorted(rows, key=lambda one: one.edition)
        lines = [
            f"- FAST {number} : {', '.join(one.name for one in run)}"
            for number, run in groupby(ordered_rows, key=lambda one: one.edition)
        ]
    return "\n".join(["Lauréats :", "", *lines])


def about(one: Laureate, *, with_amount: bool) -> str:
    """Say what a laureate is."""
    amount = f" ; montant accordé : {format_amount(one.amount)}" if with_amount and one.amount is not None else ""
    return f"{one.name}, lauréat du FAST {one.edition} : {one.does}{amount}."


def no_incubator(numbers: Sequence[int]) -> str:
    """Say that no incubator was selected."""
    scope = " et ".join(f"FAST {number}" for number in numbers)
    return (
        f"Aucun incubateur ne figure parmi les lauréats du {scope}."
        if scope
        else "Aucun incubateur ne figure parmi les lauréats."
    )


def no_such_laureate(words: Sequence[str]) -> str:
    """Say that no laureate bears the name asked about."""
    named = f" du nom de {_joined([f'« {word} »' for word in words[:2]])}" if words else " de ce nom"
    return f"aucun lauréat{named} parmi ceux que les documents nomment"
