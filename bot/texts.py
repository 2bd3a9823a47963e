"""Every sentence that users read, in French: a result becomes Markdown."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, Protocol

from bot.emphasis import with_bold_figure
from bot.programme.amounts import format_amount
from bot.programme.calendar import CallState, CallStatus
from bot.programme.models import FAST, Fact, Qualifier
from bot.programme.values import Month, Range, Value
from bot.results import Answer, Citation, Clarification, Reason, Refusal, Result, SmallTalk

FAST_ADDRESS: Final = "fast@beta.gouv.fr"

_MONTHS: Final = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()

SMALL_TALK: Final = {
    "greeting": "Bonjour ! Posez-moi une question sur le FAST ou le programme de consolidation : plafond, taux, dates, "
    "lauréats, conditions… Par exemple : « Quel était le plafond du FAST 15 ? »",
    "how_are_you": "Très bien, merci ! Que voulez-vous savoir sur le FAST ou le programme de consolidation ?",
    "robot": "Je suis un robot : Assistant FAST, qui répond d'après les documents publics du programme.",
    "write_for_me": "Je ne rédige pas de dossier à votre place. Je peux vous dire ce qu'il devait contenir, les "
    "critères, les dates et les montants, avec leurs sources.",
    "praise": "Merci ! Une autre question ?",
    "thanks": "Avec plaisir ! N'hésitez pas si vous avez une autre question.",
    "goodbye": "À bientôt !",
    "agreement": "Très bien. Une autre question ?",
    "abilities": "Je réponds, sources à l'appui, sur le FAST (Fonds d'accélération des Startups d'État et de "
    "Territoires) "
    "et sur le programme de consolidation qui l'a remplacé : plafonds, taux, dates, lauréats, conditions, "
    "accompagnement, phases d'une Startup d'État, autres fonds de 2025. "
    "Par exemple : « Qui sont les lauréats du FAST 13 ? »",
    "sources": "Je réponds d'après les pages publiques du programme (beta.gouv.fr, doc.incubateur.net), le rapport "
    "annuel de performances du programme 352 et un article d'Alliancy. Chaque réponse cite les siennes, avec leur "
    "date ; demandez « source ? » après une réponse pour les revoir.",
    "insult": "Je n'ai sans doute pas bien répondu, et j'en suis désolé. Reformulez votre question sur le FAST, ou "
    f"écrivez à {FAST_ADDRESS}.",
    "language": "Je réponds en français (et je comprends l'anglais) : posez votre question sur le FAST en français.",
    "code": "Je ne lis pas le code : posez votre question sur le FAST en quelques mots de français.",
    "empty": "Je n'ai rien reçu : écrivez votre question sur le FAST ou le programme de consolidation.",
    "unreadable": "Je n'ai pas compris : écrivez votre question en quelques mots, par exemple « plafond du FAST 15 ».",
}

_OUT_OF_SCOPE = (
    "Je ne réponds que sur le FAST, le programme de consolidation et l'accompagnement des Startups d'État ; "
    "votre question semble porter sur autre chose."
)
_CONTACT = f"Pour une question sur le programme, l'adresse publiée est {FAST_ADDRESS}."


def day(value: date) -> str:
    """Return « 1er décembre 2023 »."""
    return f"{'1er' if value.day == 1 else value.day} {_MONTHS[value.month - 1]} {value.year}"


def render(result: Result, *, bold: bool = False) -> str:
    """Return the Markdown that a user reads; with `bold`, as on a small screen, the figure that answers stands out."""
    before = "" if isinstance(result, Answer) else result.before
    return "\n\n".join(part for part in (before, _said(result, bold=bold), result.then) if part)


def _said(result: Result, *, bold: bool) -> str:
    if isinstance(result, Answer):
        return _answer(result, bold=bold)
    if isinstance(result, Refusal):
        return _refusal(result)
    if isinstance(result, Clarification):
        return _clarification(result)
    return result.said or SMALL_TALK[result.kind]


def _clarification(asked: Clarification) -> str:
    if not asked.readings:
        return asked.prompt
    choices = [f"{number}. {reading}" for number, reading in enumerate(asked.readings, start=1)]
    return "\n".join([asked.prompt or "Que voulez-vous savoir ?", *choices])


def citations(result: Result) -> tuple[Citation, ...]:
    """Return the citations of a result, once each, in order."""
    if isinstance(result, SmallTalk | Clarification):
        return ()
    return tuple(dict.fromkeys(one for statement in result.statements for one in statement.citations))


def _answer(answer: Answer, *, bold: bool) -> str:
    figures = 0 if not bold else len(answer.statements) if answer.parts else 1
    said = [
        with_bold_figure(one.text) if place < figures and one.citations else one.text
        for place, one in enumerate(answer.statements)
    ]
    parts = [*answer.leads, *said, *answer.notes, _sources(answer)]
    if answer.suggestions:
        parts.append("Vous pouvez aussi demander : " + " · ".join(f"« {one} »" for one in answer.suggestions))
    return "\n\n".join(part for part in parts if part)


# ---- sources -----------------------------------------------------------------------------------------------------


class Page(Protocol):
    """A public page that is cited."""

    @property
    def title(self) -> str: ...
    @property
    def publisher(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def date(self) -> date | None: ...


_ADDRESSES: Final = 4  # of sources, shown: a telephone's screen is small; all are in the fields
_TITLES: Final = 2  # of pages that share an address


def sources(result: Result) -> str:
    """List the sources of a result alone, each with the part of the page that was read; "" for none."""
    lines = dict.fromkeys(_link([one]) + _section(one) for one in citations(result))
    return _titled(list(lines)) + _on(result.as_of) if lines else ""


def _sources(result: Answer | Refusal) -> str:
    shown = short_sources(citations(result), " : `!fast sources`")
    return shown + _on(result.as_of) if shown else ""


def short_sources(pages: Iterable[Page], all_of_them: str = "") -> str:
    """List pages by address, one a line; `all_of_them` tells how to have those that are left out. "" for none."""
    by_address: dict[str, list[Page]] = {}
    for one in pages:
        by_address.setdefault(one.url or one.title, []).append(one)
    lines = [_link(group) for group in by_address.values()]
    more = len(lines) - _ADDRESSES
    if more > 0:
        lines = [*lines[:_ADDRESSES], f"… et {more} autre{'s' if more > 1 else ''}{all_of_them}"]
    return _titled(lines)


def _titled(lines: Sequence[str]) -> str:
    if len(lines) < 2:
        return "".join(f"Source : {line}" for line in lines)
    return "\n".join(["Sources :", *(f"- {line}" for line in lines)])


def _on(value: date) -> str:
    return f"\n\nRéponse au {day(value)}."


def _link(pages: Sequence[Page]) -> str:
    """Return pages of one address as one link, which no client breaks: titles, publisher and days inside."""
    titles = list(_titles(pages))
    more = len(titles) - _TITLES
    shown = ", ".join(titles[:_TITLES]) + (f" et {more} autre{'s' if more > 1 else ''}" if more > 0 else "")
    days = sorted({one.date for one in pages if one.date})
    dates = f"{day(days[0])} au {day(days[-1])}" if len(days) > _TITLES else " et ".join(map(day, days))
    details = ", ".join(part for part in (pages[0].publisher, dates) if part)
    label = f"{shown} ({details})" if details else shown
    return f"[{label}]({pages[0].url})" if pages[0].url else label


def _titles(pages: Sequence[Page]) -> Iterator[str]:
    """Yield each title once, with the pages, slides or rows of the document that are cited."""
    by_title: dict[str, list[str]] = {}
    for one in pages:
        places = by_title.setdefault(one.title, [])
        if isinstance(one, Citation) and one.place and one.place not in places:
            places.append(one.place)
    for title, places in by_title.items():
        yield ", ".join([title, " et ".join(places)]) if places else title


def _section(one: Citation) -> str:
    return f", « {one.section.split(' › ')[-1]} »" if one.section else ""


def _refusal(refusal: Refusal) -> str:
    if refusal.reason is Reason.OUT_OF_SCOPE:
        return f"{_OUT_OF_SCOPE}\n\n{_CONTACT}"
    missing = refusal.missing
    if refusal.topic in {"simulate", "budget_for_maximum", "eligibility"} or refusal.reason is Reason.UNKNOWN_EDITION:
        first = missing or ""
    elif refusal.reason is Reason.IN_THE_FUTURE:
        first = f"Cela n'est pas encore connu{f' : {missing}' if missing else ''}."
    else:
        first = f"Les documents du programme ne le disent pas{f' : {missing}' if missing else ''}."
    parts = [first, *(statement.text for statement in refusal.statements), _CONTACT, _sources(refusal)]
    return "\n\n".join(part for part in parts if part)


# ---- from facts --------------------------------------------------------------------------------------------------

_QUALIFIERS: Final = {
    Qualifier.EXACT: "",
    Qualifier.ABOUT: "environ ",
    Qualifier.MORE_THAN: "plus de ",
    Qualifier.UP_TO: "au plus ",
    Qualifier.NEARLY: "près de ",
    Qualifier.AT_LEAST: "au moins ",
    Qualifier.NONE: "",
}
_UNITS: Final = {"percent": " %", "months": " mois", "weeks": " semaines", "days": " jours", "minutes": " minutes"}


def month(value: Month) -> str:
    """Return « septembre 2023 »."""
    return f"{_MONTHS[value.month - 1]} {value.year}"


def value_of(value: Value, unit: str) -> str:
    """Return a fact's value as it is read: « 300 000 € », « 50 % », « 1er décembre 2023 », « 4 à 8 mois »."""
    if isinstance(value, Range) and isinstance(value.low, date) and isinstance(value.high, date):
        low, high = value.low, value.high
        if (low.year, low.month) == (high.year, high.month):
            if (low.day, high.day) == (1, 15):
                return f"première quinzaine de {_MONTHS[low.month - 1]} {low.year}"
            return f"du {'1er' if low.day == 1 else low.day} au {day(high)}"
        return f"du {day(low)} au {day(high)}"
    if isinstance(value, Range):
        return f"{value_of(value.low, 'count')} à {value_of(value.high, unit)}"
    if isinstance(value, Month):
        return month(value)
    if isinstance(value, date):
        return day(value)
    if unit == "eur" and isinstance(value, Decimal):
        return format_amount(value)
    number = f"{value.normalize():f}".replace(".", ",") if isinstance(value, Decimal) else str(value)
    return number + _UNITS.get(unit, "")


def fact_value(fact: Fact) -> str:
    """Return a fact's value alone: « au plus 300 000 € », or its note when what it states is an absence."""
    if fact.qualifier is Qualifier.NONE and fact.note:
        return fact.note.rstrip(".")
    return _QUALIFIERS[fact.qualifier] + value_of(fact.value, fact.unit)


def no_open_call(today: date) -> str:
    """Say that nothing can be applied to."""
    return f"Non : au {day(today)}, aucun appel à candidatures n'est ouvert."


def call_name(status: CallStatus) -> str:
    """Return « FAST 15 » or « programme de consolidation (1re édition) »."""
    if status.programme == FAST:
        return f"FAST {status.edition.number}"
    return (
        f"programme de consolidation ({'1re' if status.edition.number == 1 else f'{status.edition.number}e'} édition)"
    )


def call_state(status: CallStatus) -> str:
    """Say where a call stands on the day of the status."""
    name = call_name(status)
    if status.state is CallState.OPEN:
        if status.earliest is None:
            return f"L'appel du {name} est ouvert, sans date limite fixe."
        left = status.days_left or 0
        when = "aujourd'hui à 23 h 59" if left == 0 else "demain" if left == 1 else f"dans {left} jours"
        prudent = ", à s'en tenir à la date la plus proche" if status.disputed_deadline else ""
        return f"L'appel du {name} est ouvert ; il ferme {when}{prudent}."
    if status.state is CallState.DISPUTED:
        return f"L'appel du {name} est encore ouvert selon une source et déjà clos selon une autre."
    if status.state is CallState.ANNOUNCED and status.opens_from:
        earliest = "" if status.opens_from == status.opens else "au plus tôt "
        return f"L'appel du {name} n'est pas encore ouvert : il ouvre {earliest}le {day(status.opens_from)}."
    if status.state is CallState.UNKNOWN:
        return _may_be_open(name, status)
    if status.state is CallState.NOT_ANNOUNCED:
        return f"Au {day(status.day)}, l'appel du {name} n'est pas encore annoncé."
    if status.latest is None:
        return f"L'appel du {name} est clos."
    between = (
        f"le {day(status.earliest)} ou le {day(status.latest)}, selon la source"
        if (status.disputed_deadline and status.earliest)
        else f"le {day(status.latest)}"
    )
    return f"L'appel du {name} est clos depuis {between}."


NO_CALL_THEN: Final = "D'après les documents, aucun appel à candidatures n'était ouvert à ce moment-là."
MISSING_CALLS: Final = "les appels à candidatures à venir"


def call_then(status: CallStatus, then: date) -> str:
    """Say whether a call that is open now will still be on a day to come; both when its sources disagree."""
    state = "encore ouvert"
    if status.latest is not None and status.latest < then:
        state = "clos"
    elif status.earliest is not None and status.earliest < then:
        state = "clos selon une source et encore ouvert selon une autre"
    return f"Le {day(then)}, l'appel du {call_name(status)} sera {state}."


def call_was_open(status: CallStatus) -> str:
    """Say that a call could be applied to, and between which days as far as they are known."""
    known = status.opens is not None and (status.earliest is None or status.opens <= status.earliest)
    opened = f" à partir du {day(status.opens)}" if known and status.opens else ""
    if status.latest is None:
        closed = f", toute l'année {status.edition.rolling_year}" if status.rolling else ""
    elif status.disputed_deadline and status.earliest:
        closed = f" jusqu'au {day(status.earliest)} ou au {day(status.latest)}, selon la source"
    else:
        closed = f" jusqu'au {day(status.latest)}"
    return f"L'appel du {call_name(status)} était alors ouvert{opened}{closed}."


def _may_be_open(name: str, status: CallStatus) -> str:
    """Say which of its dates no document gives, and the other when one does."""
    if status.earliest is None:
        return f"L'appel du {name} est peut-être ouvert : sa date limite n'est pas connue des documents."
    until = f"jusqu'au {day(status.earliest)}"
    return f"L'appel du {name} est peut-être ouvert, {until} : son jour d'ouverture n'est pas connu des documents."


def missing_consolidation(number: int) -> str:
    """Name an edition of the consolidation programme that no document speaks of."""
    return f"seule la 1re édition du programme de consolidation est connue des documents, pas la {number}e"
