"""Every sentence of the reminders, in French, as Markdown."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.reminders.places import place_of
from bot.reminders.settings import HORIZON_DAYS, LONGEST_HORIZON_DAYS, MOST_EXTRA_DAYS, Settings
from bot.reminders.subscriptions import Posted, Subscription
from bot.texts import day

Names = Mapping[str, str]  # of programmes, by their id

DAYS: Final = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()
_OTHER_CLOCKS: Final = {"UTC": "UTC", "Marquises": "heure des Marquises"}
_EXAMPLE: Final = "Par exemple : `!fast rappels lundi 9h`."

# ---- days and hours --------------------------------------------------------------------------------------------------


def weekday_and_day(value: date, today: date) -> str:
    """Return « vendredi 5 décembre », with the year when it is not that of today."""
    said = day(value)
    short = said.removesuffix(f" {value.year}") if value.year == today.year else said
    return f"{DAYS[value.weekday()]} {short}"


def hour(at: datetime) -> str:
    """Return « 9 h » or « 14 h 30 »."""
    return f"{at.hour} h" + (f" {at:%M}" if at.minute else "")


def moment(at: datetime) -> str:
    """Return « lundi 23 novembre 2026 à 9 h », on the clocks of the zone of `at`."""
    return f"{DAYS[at.weekday()]} {day(at.date())} à {hour(at)}"


def clocks(zone: ZoneInfo) -> str:
    """Return « heure de La Réunion »."""
    place = place_of(zone)
    if place in _OTHER_CLOCKS:
        return _OTHER_CLOCKS[place]
    return f"heure d'{place}" if place[0] in "AEIOUÉÎ" else f"heure de {place}"


def in_days(days: int) -> str:
    """Return « aujourd'hui », « demain » or « dans 10 jours »."""
    return {0: "aujourd'hui", 1: "demain"}.get(days, f"dans {days} jours")


ONLY_A_DRY_RUN: Final = (
    "Les rappels sont envoyés par « python -m bot run » ; « python -m bot remind --dry-run » montre celui d'un jour."
)

DECLARED_TWICE: Final = "salon déjà nommé plus haut"


def declared_wrongly(number: int, key: str, said: str) -> str:
    """Say what is wrong with a room of the configuration, the first being number 1."""
    return f"reminders.rooms[{number}].{key} : {said}"


# ---- what cannot be read ---------------------------------------------------------------------------------------------


def unreadable(words: str, near: str | None) -> str:
    """Say which words were not understood, and what they look like."""
    meant = f" : vouliez-vous dire « {near} » ?" if near else "."
    return f"Je n'ai pas compris « {words} »{meant} {_EXAMPLE}"


def too_long(most: int) -> str:
    """Refuse what is too long to be a schedule."""
    return f"C'est trop long pour un rappel : dites le jour et l'heure en {most} caractères au plus. {_EXAMPLE}"


def no_day() -> str:
    """Ask for the day of the week."""
    return f"Quel jour de la semaine ? {_EXAMPLE}"


def weekly_only(asked: str) -> str:
    """Refuse another rhythm than a day of every week: the words that asked for it."""
    return (
        f"« {asked} » : je ne sais pas faire. Je rappelle une fois par semaine, un jour choisi ; avant une échéance, "
        "je peux ajouter d'autres jours : `!fast rappels lundi 9h J-7 J-1`."
    )


def several(what: str, found: Sequence[str]) -> str:
    """Refuse several days, hours or zones: `what` is « jour », « heure » or « fuseau »."""
    return f"Choisissez-en un ({what}) : {', '.join(f'« {one} »' for one in found)}. {_EXAMPLE}"


def no_such_hour(text: str) -> str:
    """Refuse an hour that clocks do not show."""
    return f"« {text} » n'est pas une heure : donnez-la de 0h à 23h59, par exemple « 9h » ou « 14 h 30 »."


def unknown_place(place: str) -> str:
    """Refuse a place whose time zone is not known."""
    return (
        f"Je ne connais pas l'heure de « {place} » : donnez une ville ou un territoire (« heure de Nouméa », "
        "« heure de La Réunion ») ou un fuseau (« Indian/Reunion »)."
    )


def several_zones(place: str, zones: Sequence[ZoneInfo]) -> str:
    """Refuse a place that has several time zones."""
    shown = ", ".join(f"« {clocks(zone)} »" for zone in zones[:5])
    return f"« {place} » a plusieurs heures : précisez, par exemple {shown}."


def no_such_horizon(number: int) -> str:
    """Refuse a horizon out of bounds."""
    return f"Un horizon de {number} jours ne convient pas : donnez de 1 à {LONGEST_HORIZON_DAYS} jours."


def no_such_extra_days(days: Sequence[int]) -> str:
    """Refuse days before a deadline that are too many or too far."""
    shown = ", ".join(f"J-{one}" for one in days)
    return f"{shown} : donnez {MOST_EXTRA_DAYS} rappels au plus avant une échéance, de J-0 à J-{HORIZON_DAYS}."


# ---- subscriptions ---------------------------------------------------------------------------------------------------


def schedule(settings: Settings, programmes: Names) -> str:
    """Return « tous les lundis à 9 h (heure de Paris), et J-7, J-1 » with the options that are not the usual ones."""
    weekly = settings.weekly
    at = datetime.combine(date.min, weekly.time)
    parts = [f"tous les {DAYS[weekly.day]}s à {hour(at)} ({clocks(weekly.zone)})"]
    if settings.extra_days:
        parts.append("et " + ", ".join(f"J-{one}" for one in settings.extra_days))
    if settings.programme:
        parts.append(f"seulement pour le {programmes.get(settings.programme, settings.programme)}")
    if settings.horizon_days != HORIZON_DAYS:
        parts.append(f"horizon de {settings.horizon_days} jours")
    if settings.even_when_nothing:
        parts.append("même s'il n'y a rien")
    return ", ".join(parts)


def state(current: Subscription, next_ones: Sequence[datetime], posted: Posted | None, programmes: Names) -> str:
    """Say how a room is reminded, when the next times are, and what was last sent."""
    zone = current.settings.weekly.zone
    lines = [_STATES[current.state].format(schedule=schedule(current.settings, programmes)), ""]
    if current.state == "active":
        lines.append(f"- prochains : {' ; '.join(moment(one) for one in next_ones)}")
    lines.append(f"- dernier envoi : {_posted(posted, zone)}")
    if current.asked_by:
        lines.append(f"- demandés par : {person(current.asked_by)}")
    elif current.declared is not None:
        lines.append("- demandés par : la configuration du service")
    if current.last and (posted is None or posted.occurrence < current.last):
        lines.append(f"- depuis, rien à rappeler : {moment(current.last.astimezone(zone))}")
    return "\n".join([*lines, "", HOW_TO_CHANGE])


def _posted(posted: Posted | None, zone: ZoneInfo) -> str:
    if posted is None:
        return "aucun pour l'instant"
    delivery = {"new": " (en attente d'envoi)", "failed": " (refusé par le serveur)", "dropped": " (abandonné)"}
    return f"rappel du {moment(posted.occurrence.astimezone(zone))}{delivery.get(posted.delivery or '', '')}"


_STATES: Final = {
    "active": "Rappels en service : {schedule}.",
    "paused": "Rappels en pause ({schedule}). `!fast rappels reprendre` les remet en service.",
    "stopped": "Rappels arrêtés (c'était : {schedule}). `!fast rappels reprendre` les remet en service.",
    "away": "Rappels suspendus : je ne suis plus dans ce salon ({schedule}).",
    "upgraded": "Rappels suspendus : ce salon a été remplacé par un autre ({schedule}).",
}
HOW_TO_CHANGE: Final = (
    "`!fast rappels lundi 9h` les change (options : heure de La Réunion, J-7 J-1, horizon 60 jours, programme de "
    "consolidation seulement, même s'il n'y a rien) ; `!fast rappels aperçu`, `pause`, `reprendre`, `arrêter`."
)


def no_subscription() -> str:
    """Say that a room is not reminded, and how it could be."""
    return f"Pas de rappel dans ce salon. {HOW_TO_CHANGE}"


def subscribed(settings: Settings, programmes: Names, next_ones: Sequence[datetime]) -> str:
    """Say what was understood, and when the first reminder comes."""
    silent = "" if settings.even_when_nothing else " Quand il n'y a rien à rappeler, je n'écris rien."
    return (
        f"C'est noté, je rappelle les échéances {schedule(settings, programmes)}. "
        f"Prochain rappel : {moment(next_ones[0])}.{silent} `!fast rappels arrêter` les arrête."
    )


def person(user_id: str) -> str:
    """Return a link to a person, which clients show under the name of today: it calls nobody."""
    if not _PLAIN_ID.fullmatch(user_id):
        return _SIGNS.sub(r"\\\g<0>", user_id)
    label = _SIGNS.sub(r"\\\g<0>", user_id.partition(":")[0].removeprefix("@"))
    return f"[{label}](https://matrix.to/#/{user_id})"


_PLAIN_ID: Final = re.compile(r"@[\w.=/+-]+:[A-Za-z0-9.:-]+", re.ASCII)
_SIGNS: Final = re.compile(r"[!-/:-@\[-`{-~]")  # all that Markdown may read


def how_to_stop(current: Subscription) -> str:
    """Say under a reminder who asked for it, where it is known, and how to stop it."""
    stop = "Pour l'arrêter : `!fast rappels arrêter`."
    if current.asked_by:
        return f"Rappel demandé par {person(current.asked_by)}. {stop}"
    return f"Rappel prévu par la configuration du service. {stop}" if current.declared is not None else stop


def changed(now_is: str, next_ones: Sequence[datetime]) -> str:
    """Say that the reminders are paused, stopped, or in service again."""
    if now_is == "paused":
        return "Rappels mis en pause. `!fast rappels reprendre` les remet en service."
    if now_is == "stopped":
        return "Rappels arrêtés. `!fast rappels reprendre` les remet en service."
    return f"Rappels remis en service. Prochain rappel : {moment(next_ones[0])}."


def only_moderators() -> str:
    """Refuse a change asked by somebody without power in the room."""
    return (
        "Seules les personnes qui modèrent ce salon peuvent changer ses rappels. "
        "`!fast rappels` montre où ils en sont, `!fast échéances` les prochaines dates."
    )
