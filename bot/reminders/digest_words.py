"""What a digest says, in French, as Markdown read on a telephone; and the words of the calendar file."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from bot.programme.calendar import CallState, CallStatus, day_in_paris
from bot.programme.models import Fact, Scheme
from bot.programme.values import Range, first_day, last_day
from bot.reminders.digest import Call, Digest, Milestone, page, sources
from bot.reminders.words import hour, in_days, moment, weekday_and_day
from bot.texts import FAST_ADDRESS, call_name, call_state, day, fact_value, short_sources, value_of


def digest(found: Digest, late_for: datetime | None = None) -> str:
    """Return a digest; `late_for` is when it was due, when it comes late."""
    late = f" (rappel prévu {moment(late_for)}, envoyé en retard)" if late_for else ""
    if found.is_empty:
        return nothing(found) + late
    today = found.at.date()
    lines = [
        *(_call(one, today) for one in found.calls),
        *(f"- **{_name(one)}** : clos {_closed(one, today)}." for one in found.closed),
        *(_milestone(one, today) for one in found.milestones),
        *(f"- {_replaced(old, new)}" for old, new in found.replaced),
    ]
    title = f"**Échéances au {weekday_and_day(today, today)} {today.year}**{late}"
    return "\n".join([title, "", *lines, "", short_sources(sources(found))])


def nothing(found: Digest) -> str:
    """Say in one line that there is nothing to remind of."""
    today = f"Rien à rappeler au {weekday_and_day(found.at.date(), found.at.date())} {found.at.year}"
    if found.leaves_out:
        return f"{today} : aucune échéance connue d'ici {found.horizon_days} jours."
    return (
        f"{today} : aucun appel {f'du {found.only.name}' if found.only else 'à candidatures'} n'est ouvert ni annoncé."
    )


def deadlines(found: Digest) -> str:
    """Return a digest that somebody asked for: when there is nothing, say what was last and what came after it."""
    if not found.is_empty or found.leaves_out:
        return digest(found)
    last, gone = found.last_closed, found.gone
    pages = [page(last, fact) for fact in last.deadlines] if last else []
    pages += [one for old, _ in gone for one in old.sources[:1]]
    lines = [nothing(found), call_state(last) if last else "", *(_replaced(old, new) for old, new in gone)]
    return "\n\n".join([*(line for line in lines if line), short_sources(pages)]).rstrip()


def _name(status: CallStatus) -> str:
    name = call_name(status)
    return name[0].upper() + name[1:]


def _closed(status: CallStatus, today: date) -> str:
    """Return « depuis le lundi 15 mai », or each of the days that the sources give."""
    if status.latest is None:
        return f"depuis la fin de {status.edition.rolling_year}"
    return f"depuis {_closing_days(status, today, ('le ', ''))}"


def _closing_days(status: CallStatus, today: date, articles: tuple[str, str]) -> str:
    """Return the deadlines of a closed call, each after an article: the first for a day, the second for a month."""
    facts = _in_order(status) if status.disputed_deadline else _stated(status) or status.deadlines
    days = dict.fromkeys(
        articles[0] + weekday_and_day(fact.value, today)
        if isinstance(fact.value, date)
        else articles[1] + fact_value(fact)
        for fact in facts
    )
    return " ou ".join(days) + (", selon la source" if len(days) > 1 else "")


def _call(one: Call, today: date) -> str:
    mark = " (nouveau)" if one.is_new else " (date modifiée)" if one.has_changed else ""
    return f"- **{_name(one.status)}**{mark} : {_state(one, today)}. {_link(one.scheme)}".rstrip()


def _link(scheme: Scheme) -> str:
    if scheme.apply_url:
        return f"[Candidater]({scheme.apply_url})"
    return f"[Page du programme]({scheme.url})" if scheme.url else ""


def _state(one: Call, today: date) -> str:
    status = one.status
    if status.state is CallState.ANNOUNCED:
        return f"pas encore ouvert ; ouverture annoncée : {_opening(one, today)}"
    maybe = "peut-être ouvert (jour d'ouverture inconnu) ; " if status.state is CallState.UNKNOWN else ""
    if status.earliest is None:
        return maybe + (
            f"ouvert toute l'année {status.edition.rolling_year}, sans date limite"
            if status.rolling
            else "date limite inconnue"
        )
    if status.disputed_deadline and _stated(status):
        return f"{maybe}{_conflict(one, today)}"
    if one.days is None:
        return f"{maybe}ferme en {_values(status.deadlines)}, jour non précisé"
    return f"{maybe}ferme **{_closing(one, today)}**"


def _in_order(status: CallStatus) -> list[Fact]:
    """Return the deadlines that the sources give, soonest first."""
    return sorted(status.deadlines, key=lambda fact: first_day(fact.value) or date.max)


def _stated(status: CallStatus) -> list[Fact]:
    """Return the deadlines whose day is given, soonest first."""
    return [fact for fact in _in_order(status) if isinstance(fact.value, date)]


def _values(facts: Iterable[Fact]) -> str:
    return " ou ".join(dict.fromkeys(fact_value(fact) for fact in facts))


def _closing(one: Call, today: date) -> str:
    """Return « vendredi 5 décembre, dans 10 jours »; on the last two days the hour, on the clocks of the reader."""
    paris, local = one.status, one.closes_at
    if local is None or one.days is None:
        return ""
    closing = day_in_paris(local)
    is_paris = local.date() == closing and (local.hour, local.minute) == (23, 59)
    if one.days > 1:
        where = "" if is_paris else " (23 h 59 à Paris)"
        return f"{weekday_and_day(closing, today)}{where}, {in_days(one.days)}"
    if not is_paris:
        return f"{weekday_and_day(local.date(), today)} à {hour(local)}, heure locale (23 h 59 à Paris)"
    if paris.day == closing:
        return f"ce soir, {weekday_and_day(closing, today)}, à 23 h 59"
    return f"demain, {weekday_and_day(closing, today)}, à 23 h 59"


def _conflict(one: Call, today: date) -> str:
    """Show deadlines that disagree: the first one is the safe one, as long as it is not past."""
    facts, paris = _in_order(one.status), one.status.day
    past = [_one_of_several(one, fact, today) for fact in facts if (last_day(fact.value) or date.max) < paris]
    left = [_one_of_several(one, fact, today) for fact in facts if (last_day(fact.value) or date.max) >= paris]
    if not past:
        first, *others = left
        return f"les sources se contredisent, retenez la première date : {first} ; sinon {' ou '.join(others)}"
    return (
        f"les sources se contredisent, et la date sûre est passée : {' et '.join(past)} ; sinon {' ou '.join(left)}. "
        f"Vérifiez auprès de {one.scheme.contact or FAST_ADDRESS}"
    )


def _one_of_several(one: Call, fact: Fact, today: date) -> str:
    """Return a deadline with the page that gives it; the next one says how many days are left."""
    value, next_one = fact.value, day_in_paris(one.closes_at) if one.closes_at else None
    if not isinstance(value, date):
        said = f"{fact_value(fact)}, jour non précisé"
    else:
        said = f"**ferme {_closing(one, today)}**" if value == next_one else weekday_and_day(value, today)
    return f"{said} ({_titled(one.status, fact)})"


def _titled(status: CallStatus, fact: Fact) -> str:
    return f"« {page(status, fact).title} »"


def _opening(one: Call, today: date) -> str:
    exact = one.status.days_to_opening
    if exact is not None and one.status.opens is not None:
        return f"**{weekday_and_day(one.status.opens, today)}, {in_days((one.status.opens - today).days)}**"
    return f"**{_values(one.opening)}**"


def _milestone(one: Milestone, today: date) -> str:
    what = f"- {_name(one.status)}, {one.label}"
    if one.fact.unit == "months":
        after = "un mois" if one.fact.number == 1 else f"{one.fact.number} mois"
        return f"{what} {after} après la clôture {_closing_days(one.status, today, ('du ', 'de '))}."
    left = f", {in_days(one.days)}" if one.days is not None else ""
    return f"{what} : {_when(one.fact, today)}{left}."


def _when(fact: Fact, today: date) -> str:
    value, first, last = fact.value, first_day(fact.value), last_day(fact.value)
    if isinstance(value, date):
        return weekday_and_day(value, today)
    if isinstance(value, Range) and isinstance(value.low, date) and first and last:
        return f"du {weekday_and_day(first, today)} au {weekday_and_day(last, today)}"
    return f"{'de' if isinstance(value, Range) else 'en'} {value_of(value, fact.unit)}"


def _replaced(old: Scheme, new: Scheme) -> str:
    since = f" le {day(old.replaced_on)}" if old.replaced_on else ""
    return f"Le {old.name} a été remplacé{since} par le {new.name}."


# ---- the agenda ------------------------------------------------------------------------------------------------------

AGENDA_NAME: Final = "Échéances du FAST et du programme de consolidation"


def agenda_sent(number: int, cancelled: int) -> str:
    """Announce the calendar file: how many deadlines it holds, and how many of files sent before it cancels."""
    held = {0: "aucune échéance", 1: "une échéance"}.get(number, f"{number} échéances")
    gone = {0: "", 1: ", une annulée"}.get(cancelled, f", {cancelled} annulées")
    return (
        f"Voici un fichier d'agenda ({held}{gone}). Ouvrez-le dans votre agenda ; si une date change ou disparaît, un "
        "nouveau fichier la met à jour, sans doublon."
    )


def cancelled_title(title: str) -> str:
    """Name in a calendar a deadline that is one no more."""
    return f"Annulé : {title}"


def no_agenda(today: date) -> str:
    """Say that there is no deadline to put in a calendar."""
    return f"Au {day(today)}, aucune échéance à venir n'est connue : il n'y a rien à mettre dans un agenda."


def event_title(status: CallStatus, *, is_safe: bool) -> str:
    """Name a deadline in a calendar; `is_safe`: the first one that a source gives."""
    disputed = ""
    if status.disputed_deadline:
        disputed = " (date la plus sûre)" if is_safe else " (autre date, selon une source)"
    return f"{_name(status)} : date limite de candidature{disputed}"


def event_description(status: CallStatus, fact: Fact) -> str:
    """Say what a deadline in a calendar rests on."""
    source = page(status, fact)
    return f"Jusqu'à 23 h 59, heure de Paris, selon « {source.title} » ({source.publisher}, {day(source.date)})."
