"""The sentences of answers and refusals, in French."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from bot.programme.attributes import Attribute
from bot.programme.entries import Entry, rounded
from bot.programme.lookup import Programme
from bot.programme.models import CONSOLIDATION, FAST
from bot.questions.acts import Scope
from bot.results import Answer, Citation, Reason, Refusal, Result, Statement
from bot.texts import day, value_of
from bot.words import figures as words


def scope_words(scope: Scope, programme: Programme) -> str:
    """Return what a scope names: « (FAST 5) », « (2027) », « (programme de consolidation) »."""
    parts = [f"FAST {number}" for number in scope.editions] if scope.programme != CONSOLIDATION else []
    parts += [str(year) for year in scope.years]
    parts += [_period(one.first, one.last) for one in scope.periods]
    parts += list(scope.laureates)
    parts += [fund.name for fund in programme.funds if fund.id in scope.funds]
    if scope.programme == CONSOLIDATION:
        parts.append(programme.schemes[CONSOLIDATION].name)
    return f" ({', '.join(parts)})" if parts else ""


def _period(first: date, last: date) -> str:
    if first == date.min:
        return f"jusqu'au {day(last)}"
    if last == date.max:
        return f"à partir du {day(first)}"
    return day(first) if first == last else f"du {day(first)} au {day(last)}"


def missing(label: str, scope: Scope, programme: Programme) -> str:
    """Name what is not known: « le plafond (FAST 5) »."""
    return label + scope_words(scope, programme)


def _successor(programme: Programme) -> tuple[str, str]:
    """Return the name of what replaced the fund, and the day it did, in words."""
    fund = programme.schemes[FAST]
    after = programme.schemes.get(fund.replaced_by or "")
    return after.name if after else "autre programme", day(fund.replaced_on) if fund.replaced_on else ""


def nothing_any_more(programme: Programme) -> str:
    """Say that the fund is gone: the first words for whoever plans ahead."""
    name, when = _successor(programme)
    return (
        f"Non, plus aujourd'hui : le {name} a remplacé le FAST le {when}, et ses pages n'annoncent "
        "aucun cofinancement. Ce qui suit est la dernière règle du FAST."
    )


def held_until(programme: Programme) -> str:
    """Say until when what was told held."""
    name, when = _successor(programme)
    return f"Le FAST a été remplacé le {when} par le {name}."


def ratio(name: str, over: Entry, under: Entry) -> str:
    """Say a share or a mean of one edition, with the figures that it is worked out from."""
    (low, high), (least, most) = over.bounds or (Decimal(0),) * 2, under.bounds or (Decimal(1),) * 2
    scope = words.scope_name(over)
    unit = over.rows[0].unit
    about = "environ " if words.is_round(under) else ""
    pair = words.between(value_of(low, unit), value_of(high, unit)), words.between(f"{least:f}", f"{most:f}")
    if name == "success_rate":
        shares = words.percent(low * 100 / most, high * 100 / least)
        return f"{scope} : {pair[0]} lauréats sur {about}{pair[1]} candidatures, soit {about}{shares}"
    means = words.between(value_of(rounded(low / most), unit), value_of(rounded(high / least), unit))
    return f"{scope} : {pair[0]} pour {pair[1]} lauréats, soit {means} par lauréat en moyenne"


def computed(lines: Sequence[str], cited: Sequence[Citation]) -> Statement:
    """Return lines that were worked out, said to be so."""
    if len(lines) == 1:
        return Statement(f"{lines[0]} (calcul).", tuple(cited))
    return Statement(
        "\n".join(["D'après les chiffres publiés (calcul) :", "", *(f"- {one}" for one in lines)]), tuple(cited)
    )


def scope_of(programme: str, number: int) -> Scope:
    """Return the scope of one call."""
    return Scope(editions=(number,), programme=programme)


def no_next_call(programme: Programme) -> str:
    """Say that nothing is announced."""
    fund = programme.schemes[FAST]
    when = day(fund.replaced_on) if fund.replaced_on else ""
    return f"Le FAST est remplacé depuis le {when}, et les documents n'annoncent aucun nouvel appel."


def about(heading: str) -> str:
    """Return a heading as the thing that is not known: « sur ce point : « À quoi servait le FAST » »."""
    return f"« {heading.rstrip(' ?')} »"


NO_REASON = "la raison : les sources donnent ce qui vaut, sans dire pourquoi"


def no_reason_for(attribute: Attribute, scope: Scope, programme: Programme) -> str:
    """Say that no source gives the reason of something."""
    label = attribute.label or "ce point"
    return (
        f"la raison, pour {label}{scope_words(scope, programme)} : les sources donnent ce qui vaut, sans dire pourquoi"
    )


def not_said(
    asked: str, rest: Sequence[str], attribute: Attribute | None, sections: Sequence[object], *, told: bool = False
) -> str:
    """Name what no document says, and the nearest thing that is known, if there is one, without its figures.

    `told`: that nearest thing is told after it.
    """
    words = ", ".join(f"« {word} »" for word in rest[:2])
    what = f"« {asked} »" if asked else "ce que vous demandez"
    missing_words = f"{what} (rien sur {words})" if words else what
    if attribute is None:
        return missing_words
    if told:
        return f"{missing_words}. Voici ce que je connais de plus proche, sans que ce soit ce que vous demandez"
    near = attribute.label or _heading(sections) or attribute.about
    return f"{missing_words}. Ce que je connais de plus proche, et que vous pouvez me demander : {near}"


def _heading(sections: Sequence[object]) -> str:
    heading = getattr(sections[0], "heading", "") if sections else ""
    return f"« {heading.rstrip(' ?')} »" if heading else ""


def together(results: Sequence[Result], today: date) -> Result:
    """Return the answers to the parts of a question as one."""
    statements: list[Statement] = []
    leads: list[str] = []
    notes: list[str] = []
    answered = [one for one in results if isinstance(one, Answer)]
    if not answered:
        return results[0]
    for one in results:
        if isinstance(one, Answer):
            first = " ".join(one.leads)
            for place, statement in enumerate(one.statements):
                text = f"{first}\n\n{statement.text}" if first and not place else statement.text
                statements.append(Statement(text, statement.citations))
            notes += one.notes
        elif isinstance(one, Refusal):
            statements.append(Statement(refused_part(one), ()))
    topic, edition = answered[0].topic, answered[0].edition
    return Answer(
        tuple(dict.fromkeys(statements)), today, topic, edition, tuple(leads), notes=tuple(dict.fromkeys(notes))
    )


def refused_part(refusal: Refusal) -> str:
    """Say that a part of a question is not answered."""
    if refusal.reason is Reason.UNKNOWN_EDITION:
        return refusal.missing or ""
    return f"Les documents du programme ne le disent pas : {refusal.missing or 'cette partie de la question'}."


def nothing_ahead(programme: Programme) -> str:
    """Say that nothing is to be expected of a fund that is gone."""
    name, when = _successor(programme)
    return (
        f"Non, il n'y a plus rien à attendre du FAST : le {name} l'a remplacé le {when}, et ses pages n'annoncent "
        "aucun cofinancement. Aucun document ne donne de montant ni d'appel pour la suite."
    )


def choice(attribute: Attribute, scope: Scope, programme: Programme, sections: Mapping[str, Sequence[object]]) -> str:
    """Return a reading to choose from."""
    label = attribute.label or _heading(sections.get(attribute.name, ())).strip("« »") or attribute.about
    return words.capital(label) + scope_words(scope, programme)


def verdict(told: str, *, ended: bool) -> str:
    """Say yes or no before the sentences that tell it; `ended`: of rules that hold no more."""
    rules = "selon les dernières règles du FAST" if ended else "d'après les documents"
    return f"{'Oui' if told == 'yes' else 'Non'}, {rules}."


WORDS_OF_AN_OPEN_CALL = "ouvert ouverte ouverts ouvertes candidater postuler déposer"


def yes(told: str) -> str:
    """Say yes, and a sentence after it."""
    return f"Oui : {told[:1].lower()}{told[1:]}"


def is_verdict(text: str) -> bool:
    """Whether a sentence of ours says yes or no."""
    return text.startswith(("Oui", "Non"))


NO_HOUR = "Aucun document ne donne d'heure."
NOT_EXACT = "Aucun document ne donne de chiffre plus précis."


def others_of(count: int) -> str:
    """Say how many items of a list are not shown."""
    return (
        f"(et {count} autres, que la question ne nomme pas)"
        if count > 1
        else "(et un autre, que la question ne nomme pas)"
    )


def not_of_today(year: int) -> str:
    """Say that what follows is of a year that is past, and that nothing is known of today."""
    return f"Aucun document ne dit ce qu'il en est aujourd'hui ; ce qui suit est de {year}."


def no_such_edition(number: int, known: Sequence[int]) -> str:
    """Say that an edition is in no document, and which are."""
    span = f" : les éditions connues vont du FAST {known[0]} au FAST {known[-1]}" if known else ""
    return f"Aucun document ne parle d'un FAST {number}{span}."


def items(count: int) -> str:
    """Say how many items the list on screen has."""
    return f"La liste ci-dessus compte {count} {'élément' if count == 1 else 'éléments'}."
