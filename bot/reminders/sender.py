"""One step of the reminders: what is due in each room is written to be sent, once, together with that it was."""

import json
import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from bot.programme.lookup import Programme
from bot.reminders import digest_words, words
from bot.reminders.digest import deadlines, digest, standing
from bot.reminders.planning import due, is_late
from bot.reminders.subscriptions import Subscription, Subscriptions
from bot.store import Store, StoreUnavailable

_TOGETHER: Final = 100  # occurrences a transaction

_log = logging.getLogger("bot.reminders")


@dataclass(frozen=True)
class Post:
    """What a room is to be told. `schedule` and `occurrence` (UTC) name it among all that the room is ever told."""

    room_id: str
    schedule: str
    occurrence: datetime
    markdown: str


def send_due_reminders(
    store: Store,
    programme: Programme,
    now: datetime,
    is_reached: Callable[[str], bool],
    post: Callable[[Post], str],
) -> Iterator[int]:
    """Write what is due at `now` in the rooms that are reached; yield now and then how many messages there are more.

    `post` writes a message in the outbox and returns its transaction id. What is due elsewhere waits for a later step,
    within its grace. Raises StoreUnavailable; a fault with one room is logged and leaves the others be.
    """
    subscriptions = Subscriptions(store)
    step = _Step(programme, now)
    occurring: list[tuple[Subscription, datetime]] = []
    for one in subscriptions.active(now):
        with _room_alone(one):
            if (occurrence := step.due(one)) is not None and is_reached(one.room_id):
                occurring.append((one, occurrence))
    for start in range(0, len(occurring), _TOGETHER):
        sent = 0
        with store.transaction():
            for one, occurrence in occurring[start : start + _TOGETHER]:
                with _room_alone(one):
                    sent += _decide(subscriptions, step, one, occurrence, post)
        yield sent


def tell_late_ones_anew(store: Store, programme: Programme, now: datetime, rewrite: Callable[[str, str], None]) -> None:
    """Write again the reminders that still wait to be sent and have become late: as of `now`, and saying so.

    `rewrite` gives the message of a transaction another text. What has become due in their rooms meanwhile is part of
    the same message. Raises StoreUnavailable; a fault with one room is logged and leaves the others be.
    """
    subscriptions, step = Subscriptions(store), _Step(programme, now)
    for one, occurrence, transaction in subscriptions.unsent(now):
        with _room_alone(one), store.transaction():
            later = step.due(one)
            if later is None and not is_late(occurrence, now):
                continue
            rewrite(transaction, step.told(one, later or occurrence))
            if later is not None:
                subscriptions.decided(one, later, transaction, step.standing)


def _decide(
    subscriptions: Subscriptions, step: "_Step", one: Subscription, occurrence: datetime, post: Callable[[Post], str]
) -> bool:
    """Write what there is to say, and that this occurrence is over; return whether there was something."""
    markdown = step.markdown(one, occurrence)
    schedule = one.settings.weekly.key
    transaction = post(Post(one.room_id, schedule, occurrence, markdown)) if markdown else None
    subscriptions.decided(one, occurrence, transaction, step.standing)
    outcome = f"transaction={transaction}" if transaction else "nothing to say"
    _log.info("reminder room=%s occurrence=%s %s", one.room_id, occurrence.isoformat(), outcome)
    return transaction is not None


@contextmanager
def _room_alone(one: Subscription) -> Iterator[None]:
    try:
        yield
    except StoreUnavailable:
        raise
    except Exception:  # noqa: BLE001 - the boundary of one room: the others must have their reminder
        _log.exception("fault reference=%s room=%s", uuid.uuid4().hex[:8], one.room_id)


class _Step:
    """What is the same for many rooms at one moment, worked out once."""

    def __init__(self, programme: Programme, now: datetime) -> None:
        self._programme = programme
        self._now = now
        self.standing = json.dumps(standing(programme, now))
        self._closing = lru_cache(maxsize=64)(lambda only: deadlines(programme, now, only))
        self._said = lru_cache(maxsize=256)(self._say)

    def due(self, one: Subscription) -> datetime | None:
        """Return the occurrence to send in a room; None when there is none."""
        closing = self._closing(one.settings.programme) if one.settings.extra_days else ()
        return due(one.settings, self._now, one.after, closing)

    def markdown(self, one: Subscription, occurrence: datetime) -> str | None:
        """Return what to say in a room; None for nothing."""
        text, is_empty = self._told(one, occurrence)
        return None if is_empty and not one.settings.even_when_nothing else _with_footer(text, one)

    def told(self, one: Subscription, occurrence: datetime) -> str:
        """Return what to say in a room that is to be told something, be it that there is nothing."""
        return _with_footer(self._told(one, occurrence)[0], one)

    def _told(self, one: Subscription, occurrence: datetime) -> tuple[str, bool]:
        settings = one.settings
        zone = settings.weekly.zone
        late_for = occurrence.astimezone(zone) if is_late(occurrence, self._now) else None
        return self._said(zone, one.told, settings.horizon_days, settings.programme, late_for)

    def _say(
        self, zone: ZoneInfo, told: str | None, horizon: int, only: str | None, late_for: datetime | None
    ) -> tuple[str, bool]:
        before = json.loads(told) if told else None
        found = digest(self._programme, self._now.astimezone(zone), before, horizon_days=horizon, only=only)
        return digest_words.digest(found, late_for), found.is_empty


def _with_footer(text: str, one: Subscription) -> str:
    return f"{text}\n\n{words.how_to_stop(one)}"
