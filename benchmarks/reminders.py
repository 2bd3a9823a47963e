"""Weekly reminders: what planning costs, and a year of them in rooms of a real Synapse, in fast motion, with kills."""

import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from benchmarks.figures import Bound, Row, Table
from benchmarks.workspace import Workspace
from bot.config import ROOT
from bot.matrix.outbox import Outbox, Outgoing
from bot.matrix.reply import TRANSACTION, transaction_id
from bot.programme.facts import load_programme
from bot.reminders.schedule import Weekly
from bot.reminders.sender import Post, send_due_reminders, tell_late_ones_anew
from bot.reminders.settings import Settings
from bot.reminders.subscriptions import Subscriptions
from bot.store import Store, open_store

sys.path += [str(ROOT / "tests"), str(ROOT / "tests" / "matrix")]  # the homeserver and the bot of the tests

from running import Bot, make_bot
from synapse import Homeserver

SUBSCRIPTIONS = 10_000
ROOMS = 200
WEEKS = 52
KILLS = 40
DOWN_AT_WEEK, DOWN_WEEKS = 30, 3

_MONDAYS = Weekly(0, clock_time(9), ZoneInfo("Europe/Paris"))

PLANNING = Bound("processeur", 1.0)
NONE_WRONG = Bound("nombre", 1.0)

_PATIENCE = 300  # seconds
_START = date(2026, 1, 5)
_GRACE = timedelta(days=6)
# Day of the week (0 is Monday), time, zone, and how a room says it.
_SCHEDULES = (
    (0, clock_time(9), "Europe/Paris", "lundi 9h"),
    (6, clock_time(2, 30), "Europe/Paris", "dimanche 2h30"),
    (0, clock_time(9), "Indian/Reunion", "lundi 9h heure de La Réunion"),
    (4, clock_time(9), "America/Guadeloupe", "tous les vendredis matin, heure de la Guadeloupe"),
    (1, clock_time(14, 30), "Pacific/Noumea", "mardi à 14 h 30, heure de Nouméa"),
    (2, clock_time(8), "Asia/Kolkata", "mercredi 8h Asia/Kolkata"),
    (6, clock_time(2, 15), "Australia/Lord_Howe", "dimanche 2h15 Australia/Lord_Howe"),
    (5, clock_time(0), "Pacific/Marquesas", "samedi minuit, heure des Marquises"),
)


# ---- planning --------------------------------------------------------------------------------------------------------


def measure_planning(_: Workspace) -> Table:
    """Return the seconds of processor time of one minute of planning for many rooms."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "bot.db")
        try:
            rows = list(_minutes(store))
        finally:
            store.close()
    zones = len({zone for _, _, zone, _ in _SCHEDULES})
    note = f"{SUBSCRIPTIONS} salons, chacun avec J-7, J-3 et J-1 ; {zones} fuseaux, toutes les heures et minutes"
    return Table("planning", "s", rows, [note])


def _minutes(store: Store) -> Iterator[Row]:
    programme = load_programme(ROOT / "knowledge" / "programme")
    outbox = Outbox(store)

    def post(one: Post) -> str:
        transaction = transaction_id("reminder", one.room_id, one.schedule, one.occurrence.isoformat(), "0")
        outbox.put(Outgoing(transaction, one.room_id, "message", {"body": one.markdown}))
        return transaction

    def minute(now: datetime) -> tuple[float, int]:
        started = time.process_time()
        tell_late_ones_anew(store, programme, now, lambda *_: None)
        sent = sum(send_due_reminders(store, programme, now, lambda _: True, post))
        return time.process_time() - started, sent

    now = datetime(2026, 6, 3, 10, 30, tzinfo=UTC)
    with store.transaction():
        for number in range(SUBSCRIPTIONS):
            Subscriptions(store).subscribe(f"!{number}:a.fr", _spread(number), now)
    used, sent = minute(now + timedelta(minutes=1))
    yield Row("une minute ordinaire", {"processeur": used, "messages": sent}, PLANNING)
    with store.transaction():
        for number in range(SUBSCRIPTIONS):
            Subscriptions(store).subscribe(f"!{number}:a.fr", Settings(_MONDAYS, extra_days=(7, 3, 1)), now)
    used, sent = minute(datetime(2026, 6, 8, 7, tzinfo=UTC))
    yield Row("la minute où tous sont dus", {"processeur": used, "messages": sent})
    used, sent = minute(datetime(2026, 6, 8, 7, 1, tzinfo=UTC))
    yield Row("la minute d'après", {"processeur": used, "messages": sent}, PLANNING)


def _spread(number: int) -> Settings:
    """Return settings that differ from room to room."""
    at = clock_time(number % 24, number // 24 % 60)
    zones = [zone for _, _, zone, _ in _SCHEDULES]
    return Settings(Weekly(number % 7, at, ZoneInfo(zones[number % len(zones)])), extra_days=(7, 3, 1))


# ---- a year ----------------------------------------------------------------------------------------------------------


@dataclass
class _Year:
    """A year under way. `expected` are the transactions that must each be in a room once, with the room."""

    server: Homeserver
    bot: Bot
    token: str
    rooms: Sequence[str]
    expected: dict[str, str] = field(default_factory=dict)
    early: int = 0
    kills: int = 0

    def says_when(self, room: int) -> tuple[int, clock_time, ZoneInfo, str]:
        day, at, zone, words = _SCHEDULES[room % len(_SCHEDULES)]
        return day, at, ZoneInfo(zone), f"{words}, même s'il n'y a rien"


def measure_year(workspace: Workspace) -> Table:
    """Return what is missing, doubled, or at another hour, of a year of reminders in many rooms."""
    place = workspace.inside("year")
    server = Homeserver(place.folder / "synapse")
    started = time.perf_counter()
    try:
        server.start()
        bot = make_bot(place.folder / "bot", server, "fast")
        try:
            year = _prepared(server, bot)
            _run(year)
            counts, late = _posted(year)
        finally:
            bot.kill()
    finally:
        server.stop()
    missing = sum(transaction not in counts for transaction in year.expected)
    doubled = sum(number > 1 for number in counts.values())
    stray = sum(transaction not in year.expected for transaction in counts)
    rows = [
        Row("rappels attendus", {"nombre": len(year.expected)}),
        Row("manquants", {"nombre": missing}, NONE_WRONG),
        Row("en double", {"nombre": doubled}, NONE_WRONG),
        Row("à une autre heure, ou en trop", {"nombre": stray + year.early}, NONE_WRONG),
        Row("dits en retard, après un arrêt", {"nombre": late}),
    ]
    notes = [
        f"{ROOMS} salons, {len(_SCHEDULES)} horaires, {WEEKS} semaines à partir du {_START} : deux changements d'heure",
        f"{year.kills} kill -9 à des moments au hasard, {DOWN_WEEKS} semaines d'arrêt à la {DOWN_AT_WEEK}e semaine",
        f"en {time.perf_counter() - started:.0f} s",
    ]
    return Table("reminders", "", rows, notes)


def _prepared(server: Homeserver, bot: Bot) -> _Year:
    server.register("owner")
    token = server.login("owner")["access_token"]
    _set_clock(bot, datetime.combine(_START, clock_time(0), UTC) - timedelta(hours=1))
    bot.start()
    wanted = {"preset": "public_chat", "invite": [bot.user_id]}
    rooms = [str(server.call("POST", "/_matrix/client/v3/createRoom", wanted, token)["room_id"]) for _ in range(ROOMS)]
    bot.wait_until(f"SELECT COUNT(*) = {ROOMS} FROM rooms", _PATIENCE)
    bot.kill()
    year = _Year(server, bot, token, rooms)
    with bot.config.open("a", encoding="utf-8") as config:
        for number, room in enumerate(rooms):
            config.write(f'\n[[reminders.rooms]]\nroom_id = "{room}"\nwhen = "{year.says_when(number)[3]}"\n')
    bot.start()
    bot.wait_until(f"SELECT COUNT(*) = {ROOMS} FROM reminders WHERE state = 'active'", _PATIENCE)
    return year


def _set_clock(bot: Bot, at: datetime) -> None:
    """Give the bot a time, at the end of its minute: its loop then soon looks again."""
    partial = bot.folder / "clock.part"
    partial.write_text(at.replace(second=59, microsecond=900_000).isoformat(), encoding="ascii")
    partial.replace(bot.folder / "clock")


def _run(year: _Year) -> None:
    chance = random.Random()
    moments = _moments(year)
    killed_at = set(chance.sample(range(len(moments)), KILLS))
    down = datetime.combine(_START + timedelta(weeks=DOWN_AT_WEEK), clock_time(12), UTC)
    back = down + timedelta(weeks=DOWN_WEEKS, days=2)
    is_back = False
    for number, (moment, rooms) in enumerate(moments):
        if down < moment <= back:
            continue
        if moment > back and not is_back:
            is_back = True
            _come_back(year, back)
        _live_through(year, moment, rooms, chance if number in killed_at else None)
        if number % 40 == 0:
            sys.stderr.write(f"{moment:%Y-%m-%d} : {len(year.expected)} rappels\n")


def _moments(year: _Year) -> list[tuple[datetime, list[int]]]:
    """Return when reminders are due, in UTC, with the numbers of the rooms: reckoned day by day, not as by the bot."""
    found: dict[datetime, list[int]] = {}
    for number in range(len(year.rooms)):
        weekday, at, zone, _ = year.says_when(number)
        for days in range(7 * WEEKS):
            day = _START + timedelta(days=days)
            if day.weekday() == weekday:
                found.setdefault(datetime.combine(day, at, zone).astimezone(UTC), []).append(number)
    return sorted(found.items())


def _live_through(year: _Year, moment: datetime, rooms: Sequence[int], chance: random.Random | None) -> None:
    """Let the clock come to a moment when reminders are due; with `chance`, kill the bot meanwhile."""
    before = len(year.expected)
    _set_clock(year.bot, moment - timedelta(minutes=1))
    time.sleep(0.15)
    year.early += int(year.bot.rows("SELECT COUNT(*) FROM reminded")[0][0] != before)
    _expect(year, moment, rooms)
    _set_clock(year.bot, moment)
    if chance is not None:
        time.sleep(chance.uniform(0, 1.0))
        year.bot.kill()
        year.kills += 1
        if chance.random() < 0.3:
            # So long that the homeserver could take what is sent again for new: it is looked for in the room.
            _set_clock(year.bot, moment + timedelta(minutes=30))
        year.bot.start()
    _settle(year)


def _come_back(year: _Year, back: datetime) -> None:
    """Stop for weeks: the last reminder of each room comes late, within its grace, and no other."""
    year.bot.kill()
    latest: dict[int, datetime] = {}
    for moment, rooms in _moments(year):
        if moment <= back:
            latest |= dict.fromkeys(rooms, moment)
    for room, moment in latest.items():
        if back - moment <= _GRACE:
            _expect(year, moment, [room])
    _set_clock(year.bot, back)
    year.bot.start()
    _settle(year)


def _expect(year: _Year, moment: datetime, rooms: Sequence[int]) -> None:
    for number in rooms:
        weekday, at, zone, _ = year.says_when(number)
        room = year.rooms[number]
        key = f"{weekday} {at:%H:%M} {zone.key}"
        year.expected[transaction_id("reminder", room, key, moment.isoformat(), "0")] = room


def _settle(year: _Year) -> None:
    year.bot.wait_until(
        f"SELECT (SELECT COUNT(*) FROM reminded) >= {len(year.expected)} "
        "AND NOT EXISTS (SELECT 1 FROM outbox WHERE state = 'new')",
        _PATIENCE,
    )


def _posted(year: _Year) -> tuple[Counter[str], int]:
    """Return how often each transaction is in the rooms, and how many reminders say that they are late."""
    found: Counter[str] = Counter()
    late = 0
    for room in year.rooms:
        for content in _said(year, room):
            found[f"{content.get(TRANSACTION)}"] += 1
            late += "retard" in content["body"]
    return found, late


def _said(year: _Year, room: str) -> Iterator[dict[str, Any]]:
    """Yield the contents of what the bot said in a room."""
    path, start = f"/_matrix/client/v3/rooms/{quote(room)}/messages?dir=b&limit=100", ""
    while True:
        page = year.server.call("GET", path + start, None, year.token)
        for event in page["chunk"]:
            if event["sender"] == year.bot.user_id and event["type"] == "m.room.message":
                yield event["content"]
        if "end" not in page:
            return
        start = f"&from={page['end']}"
