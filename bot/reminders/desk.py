"""What a room asks of its reminders (« rappels », « rappels lundi 9h », « agenda »…), and the reply."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final
from zoneinfo import ZoneInfo

from bot.programme.calendar import day_in_paris
from bot.programme.lookup import Programme
from bot.programme.names import fold
from bot.reminders import digest_words, words
from bot.reminders.agenda import FILE_NAME, MEDIA_TYPE, agenda
from bot.reminders.agendas_sent import AgendasSent
from bot.reminders.digest import deadlines, digest
from bot.reminders.planning import next_ones
from bot.reminders.settings import Settings
from bot.reminders.subscriptions import State, Subscription, Subscriptions
from bot.reminders.wording import programme_names, read_settings, spoken_names
from bot.store import Store

_SHOWN: Final = 3


class Wish(Enum):
    """What somebody wants of the reminders of a room; the values are the words for it, folded."""

    SEE = frozenset({"", "etat", "statut", "aide"})
    PREVIEW = frozenset({"apercu", "exemple", "voir", "essai", "test"})
    STOP = frozenset({"arreter", "arrete", "arret", "stop", "stopper", "supprimer", "desactiver", "annuler", "aucun"})
    PAUSE = frozenset({"pause", "pauser", "mettre en pause", "en pause", "suspendre"})
    RESUME = frozenset({"reprendre", "reprise", "relancer", "reactiver", "activer"})
    SUBSCRIBE = frozenset[str]()


@dataclass(frozen=True)
class File:
    """A file to send."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Reply:
    """What to say; `change` is to be done in the transaction that writes it. Then a file, if there is one."""

    markdown: str
    change: Callable[[], None] | None = None
    file: File | None = None


def read_wish(text: str) -> Wish:
    """Return what the words after « rappels » ask for; what is none of the known words is a subscription."""
    folded = fold(text)
    return next((wish for wish in Wish if folded in wish.value), Wish.SUBSCRIBE)


def changes_something(wish: Wish) -> bool:
    """Whether a wish is for those alone who moderate the room."""
    return wish not in (Wish.SEE, Wish.PREVIEW)


class Desk:
    """Replies about the reminders. `zone` is meant where none is said. Methods raise StoreUnavailable."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._subscriptions, self._agendas = Subscriptions(store), AgendasSent(store)
        self._zone = zone

    def deadlines(self, programme: Programme, room_id: str, now: datetime) -> Reply:
        """Return what there is to remind of now, for whoever asks."""
        current = self._subscriptions.of(room_id, now)
        zone = current.settings.weekly.zone if current else self._zone
        return Reply(digest_words.deadlines(digest(programme, now.astimezone(zone))))

    def agenda(self, programme: Programme, room_id: str, now: datetime) -> Reply:
        """Return the deadlines as a file, which cancels those of the files that the room was sent before."""
        made = agenda(programme, now, self._agendas.of(room_id))
        if made is None:
            return Reply(digest_words.no_agenda(now.astimezone(self._zone).date()))
        said = digest_words.agenda_sent(len(made.events) - made.cancelled, made.cancelled)
        file = File(FILE_NAME, MEDIA_TYPE, made.data)
        return Reply(said, lambda: self._agendas.keep(room_id, made.events, day_in_paris(now)), file)

    def reply(self, programme: Programme, room_id: str, text: str, now: datetime, user_id: str) -> Reply:
        """Return the reply to `text`, said by `user_id`, who may ask for it. Raises UnusableInput for unclear words."""
        current = self._subscriptions.of(room_id, now)
        wish = read_wish(text)
        if wish is Wish.SUBSCRIBE:
            return self._subscribe(programme, room_id, text, now, user_id)
        if wish is Wish.PREVIEW:
            return self._preview(programme, current, now)
        if current is None:
            return Reply(words.no_subscription())
        if wish is Wish.SEE:
            posted = self._subscriptions.last_posted(room_id)
            upcoming = _next(programme, current.settings, now)
            return Reply(words.state(current, upcoming, posted, programme_names(programme)))
        states: dict[Wish, State] = {Wish.STOP: "stopped", Wish.PAUSE: "paused", Wish.RESUME: "active"}
        return self._change(programme, current, states[wish], now)

    def _subscribe(self, programme: Programme, room_id: str, text: str, now: datetime, user_id: str) -> Reply:
        settings = read_settings(text, self._zone, spoken_names(programme))
        said = words.subscribed(settings, programme_names(programme), _next(programme, settings, now))
        return Reply(said, lambda: self._subscriptions.subscribe(room_id, settings, now, asked_by=user_id))

    def _preview(self, programme: Programme, current: Subscription | None, now: datetime) -> Reply:
        if current is None:
            return Reply(digest_words.digest(digest(programme, now.astimezone(self._zone))))
        settings = current.settings
        told = json.loads(current.told) if current.told else None
        at = now.astimezone(settings.weekly.zone)
        found = digest(programme, at, told, horizon_days=settings.horizon_days, only=settings.programme)
        return Reply(digest_words.digest(found))

    def _change(self, programme: Programme, current: Subscription, state: State, now: datetime) -> Reply:
        said = words.changed(state, _next(programme, current.settings, now))
        if state == current.state:
            return Reply(said)
        return Reply(said, lambda: self._subscriptions.change(current.room_id, state, now))


def _next(programme: Programme, settings: Settings, now: datetime) -> list[datetime]:
    closing = deadlines(programme, now, settings.programme) if settings.extra_days else ()
    return next_ones(settings, now, closing, _SHOWN)
