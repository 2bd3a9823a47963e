"""What is said of the other funds, in French."""

from collections.abc import Sequence
from decimal import Decimal

from bot.programme.amounts import format_amount
from bot.programme.models import Fund


def _percent(value: Decimal) -> str:
    return f"{value.normalize():f}".replace(".", ",") + " %"


def attribute(fund: Fund, name: str) -> str | None:
    """Return an attribute of a fund in words; None when no document gives it."""
    if name in ("minimum", "maximum"):
        return _bounds(fund)
    if name == "envelope":
        return f"enveloppe de {format_amount(fund.envelope)}"
    if name == "rate":
        return f"finance {_percent(fund.rate)}{f' ({fund.rate_note})' if fund.rate_note else ''}"
    if name == "phases":
        return f"{', '.join(fund.phases)} (pour un {' ou un '.join(fund.mode)})"
    if name == "decider":
        return f"décision : {fund.decider}"
    if name == "apply_url":
        return f"demande à déposer sur {fund.apply_url}" if fund.apply_url else None
    if name == "constraints":
        return " ; ".join(fund.constraints) or None
    if name == "closed":
        return "fermé" if fund.closed else None if fund.closed is None else "ouvert"
    if name == "adds_up_with_fast_support":
        added = fund.adds_up_with_fast_support
        return (
            None
            if added is None
            else f"{'se cumulait' if added else 'ne se cumulait pas'} avec l'accompagnement du FAST"
        )
    return info(fund)


def several(fund: Fund, names: Sequence[str]) -> str | None:
    """Return attributes of a fund in words; None when no document gives any."""
    return " ; ".join(said for name in names if (said := attribute(fund, name))) or None


def none_of_the_fast(label: str) -> str:
    """Say that an attribute of the other funds is not known of the FAST."""
    of_one = label.removesuffix(" d'un fonds")
    return f"Pour le FAST, aucun document ne donne {of_one} ; pour les autres fonds :"


def _bounds(fund: Fund) -> str | None:
    """Return the least and the greatest amount, whichever is asked for: one is of no use without the other."""
    if fund.minimum is not None and fund.maximum is not None:
        return f"de {format_amount(fund.minimum)} (minimum) à {format_amount(fund.maximum)} (maximum)"
    if fund.maximum is not None:
        return f"au plus {format_amount(fund.maximum)}"
    if fund.minimum is not None:
        return f"au moins {format_amount(fund.minimum)}"
    return "ni minimum ni maximum" if fund.unlimited else None


def info(fund: Fund) -> str:
    """Return a fund in one line."""
    parts = [
        attribute(fund, "rate"),
        _bounds(fund),
        *(attribute(fund, name) for name in ("envelope", "phases", "decider", "constraints")),
    ]
    return f"{fund.full_name} : " + " ; ".join(part for part in parts if part)


def line(fund: Fund, words: str, *, alone: bool) -> str:
    """Return what is said of a fund."""
    if words.startswith(fund.full_name):
        return words if alone else f"- {words}"
    return f"{fund.name} ({fund.year}) : {words}." if alone else f"- {fund.name} : {words}"


def share(fund: Fund, cost: Decimal, part: Decimal, granted: Decimal | None) -> str:
    """Say what a fund would finance of a cost, step by step; `granted` is None below its minimum."""
    bounds = _bounds(fund) or "aucun document ne donne de minimum ni de maximum"
    steps = [
        f"- part financée : {format_amount(cost)} × {_percent(fund.rate)} = {format_amount(part)}",
        f"- montant : {bounds}",
        *(["- dépôt : fermé"] if fund.closed else []),
    ]
    return "\n".join([f"{fund.name} ({fund.year}) : {_granted(fund, cost, part, granted)}", "", *steps])


def _granted(fund: Fund, cost: Decimal, part: Decimal, granted: Decimal | None) -> str:
    if granted is None:
        least = format_amount(fund.minimum or Decimal(0))
        return f"rien sur ces bases, {format_amount(part)} restent sous le minimum de {least}."
    if fund.rate_note:  # « 50 % + RH »: the rate alone is not the whole of it
        return f"{format_amount(granted)} par son seul taux, publié comme « {fund.rate_note} »."
    rest = format_amount(cost - granted)
    return f"au plus {format_amount(granted)}, d'après son taux et ses montants ; reste à votre charge au moins {rest}."


def joined(lines: Sequence[str]) -> str:
    """Return lines as a text."""
    return "\n".join(lines) if len(lines) > 1 else lines[0]


def missing(label: str, years: Sequence[int]) -> str:
    """Say that only some years are known, or none."""
    if not years:
        return f"{label} (aucun document paru à cette date ne décrit d'autre fonds)"
    listed = ", ".join(map(str, years))
    return f"{label} hors de {listed} : les fonds ne sont décrits que pour {listed}"


def missing_of(label: str, names: Sequence[str]) -> str:
    """Name an attribute that no document gives."""
    return f"{label} ({', '.join(names)})"


def of_the_year(year: int) -> str:
    """Say that what was told is of one year."""
    return f"Ces règles sont celles de {year} : aucun document ne dit ce qui vaut depuis."


def extreme(numbers: Sequence[tuple[Fund, Decimal]], name: str, *, least: bool) -> str:
    """Say which fund has the most, or the least."""
    best = (min if least else max)(value for _, value in numbers)
    names = [fund.name for fund, value in numbers if value == best]
    value = _percent(best) if name == "rate" else format_amount(best)
    return f"{'Le moins' if least else 'Le plus'} : {' et '.join(names)} ({value})."


def verdict(agrees: bool) -> str:
    """Return oui or non."""
    return "Oui." if agrees else "Non."
