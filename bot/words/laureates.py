"""What is said of laureates and their awards, in French."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby

from bot.programme.amounts import format_amount
from bot.programme.models import Laureate
from bot.words import figures as words


def named(one: Laureate) -> str:
    """Return « Mobilic (FAST 13) »."""
    return f"{one.name} (FAST {one.edition})"


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} et {names[-1]}"


def not_yet_known(names: Sequence[str]) -> str:
    """Name products that no page published by the day calls laureates."""
    return f"{_joined([f'« {name} »' for name in names])} ne figure parmi aucun lauréat publié à cette date"


def is_laureate(chosen: Sequence[Laureate]) -> str:
    """Confirm that a product was selected, and when."""
    return f"Oui, {_joined(list(dict.fromkeys(named(one) for one in chosen)))}."


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
    first = [named(one) for one, amount in amounts if amount == best]
    if len(first) == len(amounts):
        return f"Autant pour tous : {format_amount(best)}."
    return f"{'Le moins' if least else 'Le plus'} : {_joined(first)}, {format_amount(best)}."


def no_extreme(amount: Decimal) -> str:
    """Say that none was awarded more than another."""
    return f"Aucun : {format_amount(amount)} chacun."


def extreme(amount: Decimal, names: Sequence[str], *, least: bool) -> str:
    """Say who was awarded most, or least, of what was made public."""
    kind = "le plus faible" if least else "le plus élevé"
    return f"Le montant {kind} rendu public est de {format_amount(amount)} : {_joined(list(names))}."


def total(amount: Decimal, known: int) -> str:
    """Say the sum of awards made public, and of how many laureates."""
    return f"Au total {format_amount(amount)}, somme de {known} montants publiés."


def each(amount: Decimal) -> str:
    """Say what all have."""
    return f"{format_amount(amount)} chacun."


def alike(amount: Decimal) -> str:
    """Confirm that all have as much."""
    return f"Oui : {format_amount(amount)} chacun."


def not_alike(low: Decimal, high: Decimal) -> str:
    """Deny that all have as much."""
    return f"Non : de {format_amount(low)} à {format_amount(high)}."


def alike_as_far_as_known(amount: Decimal, known: int, hidden: int) -> str:
    """Say that the amounts made public are the same, and how many are not public."""
    count = f"les {known} montants publiés sont" if known > 1 else "le seul montant publié est"
    others = "l'autre n'est pas publié" if hidden == 1 else f"les {hidden} autres ne sont pas publiés"
    return f"On ne le sait pas en entier : {count} de {format_amount(amount)}, {others}."


def median(amount: Decimal, count: int) -> str:
    """Say a median that was computed."""
    return f"Médiane : {format_amount(amount)}, calculée sur {count} montants publiés."


def share_of(part: int, known: int, hidden: int) -> str:
    """Say which share of laureates some are, by number; those whose amount is not known may be among them."""
    whole = known + hidden
    share = words.percent(Decimal(part * 100) / whole, Decimal((part + hidden) * 100) / whole)
    beside = f" (le montant de {hidden} d'entre eux n'est pas publié)" if hidden else ""
    return f"{part} lauréat{'s' if part > 1 else ''} sur {whole}, soit {share}{beside}."


def share_of_total(names: Sequence[str], part: Decimal, low: Decimal, high: Decimal) -> str:
    """Say which share of what an edition gave some laureates had, of one total or of those that sources give."""
    whole = format_amount(low) if low == high else f"{format_amount(low)} ou {format_amount(high)} selon les sources"
    share = words.percent(part * 100 / high, part * 100 / low)
    return f"{_joined(names)} : {format_amount(part)} sur {whole}, soit {share}."


def apart(more: tuple[Laureate, Decimal], less: tuple[Laureate, Decimal]) -> str:
    """Say by how much one was awarded more than another."""
    gap = more[1] - less[1]
    if not gap:
        return f"Aucun écart : {format_amount(more[1])} pour {named(more[0])} et pour {named(less[0])}."
    return (
        f"{format_amount(gap)} d'écart : {format_amount(more[1])} pour {named(more[0])}, "
        f"{format_amount(less[1])} pour {named(less[0])}."
    )


def at_place(place: int, amount: Decimal) -> str:
    """Say which amount has a place."""
    return f"{'1er' if not place else f'{place + 1}e'} montant : {format_amount(amount)}."


def at_the_cap(amount: Decimal, cap: Decimal, edition: int) -> str:
    """Say whether an award was the cap of its edition."""
    if amount == cap:
        return f"Oui : {format_amount(amount)}, le plafond du FAST {edition}."
    return f"Non : {format_amount(amount)}, pour un plafond de {format_amount(cap)} au FAST {edition}."


def at_the_least(amount: Decimal, least: Decimal, edition: int) -> str:
    """Say whether an award was the least of its edition."""
    if amount == least:
        return f"Oui : {format_amount(amount)}, le plus petit montant publié du FAST {edition}."
    return (
        f"Non : {format_amount(amount)} ; le plus petit montant publié du FAST {edition} est de {format_amount(least)}."
    )


def not_public(unknown: Sequence[Laureate], unnamed: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """Say whose amount is not public, and how many laureates no document names."""
    said = []
    if unknown and len(unknown) <= _FEW:
        said.append(f"Montant non publié : {_joined([named(one) for one in unknown])}.")
    elif unknown:
        said.append(f"Le montant de {len(unknown)} autres lauréats n'est pas publié.")
    said += [
        f"Au FAST {edition}, {count} lauréat{'s' if count > 1 else ''} de plus, que les documents ne nomment pas."
        for edition, count in unnamed
    ]
    return tuple(said)


_FEW = 7


def times(own: Sequence[Laureate], amounts: Sequence[Decimal | None], *, verdict: bool | None) -> str:
    """Say how often a product was selected, and when; first whether it was as often as is asked."""
    name = own[0].name
    told = [
        f"FAST {one.edition} ({format_amount(amount) if amount is not None else 'montant non publié'})"
        for one, amount in zip(own, amounts, strict=True)
    ]
    count = "une fois" if len(own) == 1 else f"{len(own)} fois"
    if verdict is None:
        return f"{name} : {count}, {_joined(told)}."
    return f"Oui : {name}, {_joined(told)}." if verdict else f"Non : {name}, {count}, {_joined(told)}."


def names(rows: Sequence[Laureate], unnamed: int) -> str:
    """Name laureates in one sentence, and say how many are named nowhere."""
    others = f" ; {unnamed} ne sont nommés dans aucun document" if unnamed else ""
    return f"Lauréats : {_joined([one.name for one in rows])}{others}."


def count(number: int) -> str:
    """Say how many."""
    return f"{number} lauréat{'s' if number > 1 else ''}."


def awards(known: Sequence[tuple[Laureate, Decimal]], *, ranked: bool = True) -> str:
    """List awards, in the order that they have."""
    lines = [f"- {named(one)} : {format_amount(amount)}" for one, amount in known]
    if len(lines) == 1:
        return f"{lines[0].removeprefix('- ')}."
    least = known[0][1] < known[-1][1]
    order = "du plus faible au plus élevé" if least else "du plus élevé au plus faible"
    several = ranked and known[0][1] != known[-1][1]
    return "\n".join([f"Montants accordés, {order} :" if several else "Montants accordés :", "", *lines])


def by_edition(rows: Sequence[Laureate], amounts: Sequence[Decimal | None] | None) -> str:
    """List laureates: one a line with its award, or an edition a line."""
    if amounts is not None:
        lines = [
            f"- {named(one)}{f' : {format_amount(amount)}' if amount is not None else ''}"
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


def no_such_laureate(unknown: Sequence[str]) -> str:
    """Say that no laureate bears the name asked about."""
    named = f" du nom de {_joined([f'« {word} »' for word in unknown[:2]])}" if unknown else " de ce nom"
    return f"aucun lauréat{named} parmi ceux que les documents nomment"


def none_of(low: Decimal, high: Decimal, hidden: int) -> str:
    """Say that no laureate has the amount asked about, what they have, and how many amounts are not public."""
    span = f"de {format_amount(low)}" if low == high else f"de {format_amount(low)} à {format_amount(high)}"
    beside = f" ; le montant de {hidden} lauréat{'s' if hidden > 1 else ''} n'est pas publié" if hidden else ""
    return f"Aucun : les montants publiés sont {span}{beside}."


def amounts_not_public() -> str:
    """Say that who was selected is known, and not what each had."""
    return "Aucun document ne donne le montant accordé à chacun."
