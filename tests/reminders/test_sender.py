"""One step of the reminders on a real database: each occurrence once, whatever dies, leaps or fails."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.matrix.outbox import Outbox, Outgoing
from bot.matrix.reply import transaction_id
from bot.programme.lookup import Programme
from bot.reminders.schedule import Weekly
from bot.reminders.sender import Post, send_due_reminders, tell_late_ones_anew
from bot.reminders.settings import Settings
from bot.reminders.subscriptions import Subscriptions, declare
from bot.store import Store

PARIS = ZoneInfo("Europe/Paris")
MONDAYS = Settings(Weekly(0, time(9), PARIS))
ALWAYS = Settings(Weekly(0, time(9), PARIS), even_when_nothing=True)
MONDAY = datetime(2026, 6, 15, 7, tzinfo=UTC)  # 9:00 in Paris, a call is open
BEFORE = MONDAY - timedelta(days=3)
WEEK = timedelta(weeks=1)


class Room:
    """Posts in an outbox, and keeps what was posted; `lost` rooms are not reached, `broken` ones fail."""

    def __init__(self, store: Store, programme: Programme) -> None:
        self.posts: list[Post] = []
        self.lost: set[str] = set()
        self._store, self._programme = store, programme
        self.outbox = Outbox(store)

    def post(self, one: Post) -> str:
        self.posts.append(one)
        transaction = transaction_id("reminder", one.room_id, one.schedule, one.occurrence.isoformat())
        self.outbox.put(Outgoing(transaction, one.room_id, "message", {"body": one.markdown}))
        return transaction

    def tell_anew(self, now: datetime) -> list[str]:
        """Return what was written again."""
        texts: list[str] = []

        def rewrite(transaction: str, markdown: str) -> None:
            texts.append(markdown)
            self.outbox.rewrite(transaction, {"body": markdown})

        tell_late_ones_anew(self._store, self._programme, now, rewrite)
        return texts

    def step(self, now: datetime) -> int:
        reminders = send_due_reminders(self._store, self._programme, now, lambda room: room not in self.lost, self.post)
        return sum(reminders)


@pytest.fixture
def subscriptions(store: Store) -> Subscriptions:
    return Subscriptions(store)


@pytest.fixture
def room(store: Store, programme: Programme) -> Room:
    return Room(store, programme)


def test_a_room_is_reminded_once_at_its_hour(subscriptions: Subscriptions, room: Room):
    subscriptions.subscribe("!a", MONDAYS, BEFORE)
    assert [room.step(MONDAY + timedelta(minutes=minute)) for minute in (-1, 0, 1, 2, 60)] == [0, 1, 0, 0, 0]
    [post] = room.posts
    assert post.occurrence == MONDAY
    assert "dans 6 jours" in post.markdown
    assert "retard" not in post.markdown


def test_a_day_with_nothing_to_say_is_silent_and_over(subscriptions: Subscriptions, room: Room, store: Store):
    subscriptions.subscribe("!a", MONDAYS, datetime(2026, 11, 20, tzinfo=UTC))
    monday = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert room.step(monday) == 0
    assert Outbox(store).waiting_rooms() == []
    found = subscriptions.of("!a", monday)
    assert found is not None
    assert found.last == monday
    assert subscriptions.last_posted("!a") is None


@pytest.mark.parametrize(
    ("user_id", "shown"),
    [
        (
            "@anne.martin-dinum.gouv.fr:agent.dinum.tchap.gouv.fr",
            "(https://matrix.to/#/@anne.martin-dinum.gouv.fr:agent.dinum.tchap.gouv.fr)",
        ),
        ("@[x](https://evil.example):test.local", "@\\[x\\]\\(https"),
    ],
)
def test_a_reminder_says_who_asked_for_it_and_how_to_stop_it(
    subscriptions: Subscriptions, room: Room, user_id: str, shown: str
):
    subscriptions.subscribe("!a", MONDAYS, BEFORE, asked_by=user_id)
    room.step(MONDAY)
    last = room.posts[0].markdown.split("\n\n")[-1]
    assert shown in last
    assert "`!fast rappels arrêter`" in last


def test_one_of_the_configuration_says_so(subscriptions: Subscriptions, room: Room):
    subscriptions.subscribe("!a", MONDAYS, BEFORE, declared="lundi 9h")
    room.step(MONDAY)
    assert "configuration" in room.posts[0].markdown


def test_even_when_there_is_nothing_one_line_is_said_if_asked_for(subscriptions: Subscriptions, room: Room):
    subscriptions.subscribe("!a", ALWAYS, datetime(2026, 11, 20, tzinfo=UTC))
    assert room.step(datetime(2026, 11, 23, 8, tzinfo=UTC)) == 1
    said, how_to_stop = room.posts[0].markdown.split("\n\n")
    assert "\n" not in said
    assert "rappels arrêter" in how_to_stop


def test_a_missed_one_is_sent_late_and_says_for_when_it_was(subscriptions: Subscriptions, room: Room):
    subscriptions.subscribe("!a", MONDAYS, BEFORE)
    room.step(MONDAY + timedelta(days=2))
    [post] = room.posts
    assert post.occurrence == MONDAY
    assert "retard" in post.markdown
    assert "lundi 15 juin 2026 à 9 h" in post.markdown
    assert "dans 4 jours" in post.markdown  # as of the day it is sent


def test_after_three_weeks_of_downtime_there_is_one_message_not_three(subscriptions: Subscriptions, room: Room):
    subscriptions.subscribe("!a", MONDAYS, BEFORE - 3 * WEEK)
    for minute in range(5):
        room.step(MONDAY + timedelta(days=1, minutes=minute))
    assert [post.occurrence for post in room.posts] == [MONDAY]


def test_one_that_waits_to_be_sent_for_hours_is_told_anew_and_says_that_it_is_late(
    subscriptions: Subscriptions, room: Room, store: Store
):
    subscriptions.subscribe("!a", MONDAYS, BEFORE)
    room.step(MONDAY)
    assert room.tell_anew(MONDAY + timedelta(minutes=5)) == []
    [text] = room.tell_anew(MONDAY + timedelta(days=2))
    assert "retard" in text
    assert "dans 4 jours" in text
    waiting = Outbox(store).next("!a")
    assert waiting is not None
    assert "dans 4 jours" in waiting.content["body"]


def test_one_that_waits_for_weeks_is_the_only_one_and_is_told_for_the_last_week(
    subscriptions: Subscriptions, room: Room, store: Store
):
    subscriptions.subscribe("!a", MONDAYS, BEFORE - 2 * WEEK)
    room.step(MONDAY - 2 * WEEK)
    [text] = room.tell_anew(MONDAY + timedelta(days=1))
    assert "lundi 15 juin 2026 à 9 h" in text
    assert "dans 5 jours" in text
    assert room.tell_anew(MONDAY + timedelta(days=1)) == [text]
    assert room.step(MONDAY + timedelta(days=1)) == 0
    one = Outbox(store).next("!a")
    assert one is not None
    Outbox(store).sent(one.transaction_id, "$1")
    assert Outbox(store).next("!a") is None
    assert room.tell_anew(MONDAY + timedelta(days=2)) == []


def test_pausing_and_resuming_sends_nothing_stale(subscriptions: Subscriptions, room: Room):
    subscriptions.subscribe("!a", MONDAYS, BEFORE)
    subscriptions.change("!a", "paused", MONDAY - timedelta(hours=1))
    room.step(MONDAY)
    subscriptions.change("!a", "active", MONDAY + timedelta(hours=1))
    room.step(MONDAY + timedelta(hours=2))
    assert room.posts == []
    room.step(MONDAY + WEEK)
    assert [post.occurrence for post in room.posts] == [MONDAY + WEEK]


def test_changing_the_hour_takes_effect_at_once_and_makes_up_nothing(subscriptions: Subscriptions, room: Room):
    subscriptions.subscribe("!a", MONDAYS, BEFORE)
    room.step(MONDAY)
    subscriptions.subscribe("!a", Settings(Weekly(0, time(8), PARIS)), MONDAY + timedelta(minutes=10))
    room.step(MONDAY + timedelta(minutes=11))
    subscriptions.subscribe("!a", Settings(Weekly(0, time(10), PARIS)), MONDAY + timedelta(minutes=12))
    room.step(MONDAY + timedelta(hours=1))
    assert [post.occurrence for post in room.posts] == [MONDAY, MONDAY + timedelta(hours=1)]


def test_a_room_that_is_not_reached_waits_and_holds_up_no_other(subscriptions: Subscriptions, room: Room):
    for name in ("!a", "!b", "!c"):
        subscriptions.subscribe(name, MONDAYS, BEFORE)
    room.lost = {"!a"}
    room.step(MONDAY)
    assert [post.room_id for post in room.posts] == ["!b", "!c"]
    room.lost = set()
    room.step(MONDAY + timedelta(hours=4))
    assert room.posts[-1].room_id == "!a"
    assert "retard" in room.posts[-1].markdown


def test_a_fault_with_one_room_holds_up_no_other(subscriptions: Subscriptions, room: Room):
    for name in ("!a", "!b"):
        subscriptions.subscribe(name, MONDAYS, BEFORE)
    subscriptions.subscribe("!broken", Settings(MONDAYS.weekly, programme="no such programme"), BEFORE)
    room.step(MONDAY)
    assert [post.room_id for post in room.posts] == ["!a", "!b"]


def test_a_fault_with_a_late_one_holds_up_no_other(subscriptions: Subscriptions, room: Room, store: Store):
    for name in ("!a", "!b", "!c"):
        subscriptions.subscribe(name, MONDAYS, BEFORE)
    room.step(MONDAY)
    store.execute("UPDATE reminders SET programme = 'none such' WHERE room_id = '!a'")
    assert len(room.tell_anew(MONDAY + timedelta(days=1))) == 2


def test_a_subscription_that_cannot_be_read_holds_up_no_other(subscriptions: Subscriptions, room: Room, store: Store):
    for name in ("!a", "!b", "!c", "!d", "!e"):
        subscriptions.subscribe(name, MONDAYS, BEFORE)
    store.execute("UPDATE reminders SET zone = 'Mars/Olympus' WHERE room_id = '!a'")
    store.execute("UPDATE reminders SET time = 'midi' WHERE room_id = '!b'")
    store.execute("UPDATE reminders SET day = 'lundi' WHERE room_id = '!d'")
    store.execute("UPDATE reminders SET told = '{' WHERE room_id = '!e'")
    room.step(MONDAY)
    assert [post.room_id for post in room.posts] == ["!c", "!e"]
    assert store.damaged() == {"reminders": 3}
    assert subscriptions.of("!a", MONDAY) is None
    subscriptions.subscribe("!a", MONDAYS, MONDAY)
    assert subscriptions.of("!a", MONDAY) is not None


def test_what_dies_before_the_write_is_done_again_and_after_it_is_not(
    subscriptions: Subscriptions, room: Room, store: Store
):
    subscriptions.subscribe("!a", MONDAYS, BEFORE)

    class Killed(BaseException):
        """As by kill -9: nothing catches it."""

    def dies(one: Post) -> str:
        room.post(one)
        raise Killed

    with pytest.raises(Killed):
        list(send_due_reminders(store, room._programme, MONDAY, lambda _: True, dies))
    assert Outbox(store).waiting_rooms() == []
    room.step(MONDAY + timedelta(minutes=1))
    room.step(MONDAY + timedelta(minutes=2))
    assert Outbox(store).waiting_rooms() == ["!a"]
    assert len({post.occurrence for post in room.posts}) == 1


def test_a_clock_that_leaps_ahead_and_back_costs_nothing_that_follows(subscriptions: Subscriptions, room: Room):
    subscriptions.subscribe("!a", MONDAYS, BEFORE)
    room.step(MONDAY)
    room.step(MONDAY - timedelta(hours=3))
    room.step(MONDAY + timedelta(minutes=1))
    room.step(MONDAY + 30 * WEEK)  # nothing is open then
    room.step(MONDAY + timedelta(minutes=2))
    room.step(MONDAY + WEEK)
    assert [post.occurrence for post in room.posts] == [MONDAY, MONDAY + WEEK]


@pytest.mark.parametrize("ahead", [2 * 52 * WEEK, 20 * 52 * WEEK, 53 * WEEK])
def test_what_is_forgotten_while_the_clock_is_ahead_is_not_sent_twice(
    subscriptions: Subscriptions, room: Room, ahead: timedelta
):
    for name in ("!a", "!b"):
        subscriptions.subscribe(name, ALWAYS, BEFORE)
    room.step(MONDAY)
    for minutes in range(3):
        leapt = MONDAY + ahead + timedelta(minutes=minutes)
        room.step(leapt)
        subscriptions.purge(leapt - timedelta(days=365))
        room.outbox.purge(int((leapt - timedelta(days=365)).timestamp() * 1000))
    room.step(MONDAY + timedelta(minutes=5))
    room.step(MONDAY + timedelta(days=2))
    posted = [(post.room_id, post.occurrence) for post in room.posts]
    assert len(posted) == len(set(posted))
    assert posted.count(("!a", MONDAY)) == 1


def test_what_was_decided_long_ago_is_forgotten_in_the_end(subscriptions: Subscriptions, room: Room, store: Store):
    subscriptions.subscribe("!a", MONDAYS, BEFORE)
    for week in range(130):
        room.step(MONDAY + week * WEEK + timedelta(hours=2))
    subscriptions.purge(MONDAY + 120 * WEEK)
    [row] = store.rows("SELECT COUNT(*) AS number FROM reminded")
    assert row["number"] == 100


def test_what_is_new_is_new_since_the_last_reminder_of_that_room(subscriptions: Subscriptions, room: Room):
    opened = datetime(2026, 5, 25, 7, tzinfo=UTC)
    subscriptions.subscribe("!a", MONDAYS, opened - 4 * WEEK)
    for week in range(-3, 3):
        room.step(opened + week * WEEK)
    assert ["nouveau" in post.markdown for post in room.posts] == [True, False, False]


def test_days_before_a_deadline_are_reminded_too(subscriptions: Subscriptions, room: Room):
    subscriptions.subscribe("!a", Settings(MONDAYS.weekly, extra_days=(3, 1)), BEFORE)
    now = MONDAY - timedelta(minutes=30)
    while now < MONDAY + WEEK:
        room.step(now)
        now += timedelta(minutes=30)
    assert [post.occurrence.astimezone(PARIS).strftime("%d %H:%M") for post in room.posts] == [
        "15 09:00",
        "18 09:00",
        "20 09:00",
    ]


def test_the_configuration_declares_rooms_and_does_not_undo_what_a_room_asked_for(
    subscriptions: Subscriptions, room: Room
):
    rooms = {"!a": ("lundi 9h", MONDAYS), "!b": ("lundi 9h", MONDAYS)}
    assert list(declare(subscriptions, rooms, BEFORE)) == ["!a", "!b"]
    subscriptions.change("!a", "stopped", BEFORE)
    assert list(declare(subscriptions, rooms, BEFORE)) == []
    room.step(MONDAY)
    assert [post.room_id for post in room.posts] == ["!b"]
    assert list(declare(subscriptions, {"!a": ("lundi 10h", MONDAYS)}, MONDAY)) == ["!a", "!b"]
    assert [one.room_id for one in subscriptions.active(MONDAY)] == ["!a"]


@pytest.mark.parametrize("state", ["away", "upgraded"])
def test_a_room_that_was_left_or_replaced_is_suspended(subscriptions: Subscriptions, room: Room, state: str):
    subscriptions.subscribe("!a", MONDAYS, BEFORE)
    assert subscriptions.suspend("!a", state, BEFORE)  # type: ignore[arg-type]  # a parameter of the test
    assert not subscriptions.suspend("!a", state, BEFORE)  # type: ignore[arg-type]  # likewise
    room.step(MONDAY)
    assert room.posts == []


def test_a_room_that_takes_the_bot_back_is_reminded_again_from_then_on(subscriptions: Subscriptions, room: Room):
    subscriptions.subscribe("!a", MONDAYS, BEFORE)
    subscriptions.suspend("!a", "away", BEFORE)
    assert subscriptions.welcome_back("!a", MONDAY + timedelta(hours=2))
    room.step(MONDAY + timedelta(hours=3))
    assert room.posts == []
    room.step(MONDAY + WEEK)
    assert len(room.posts) == 1


def test_a_room_that_was_stopped_stays_so_when_the_bot_comes_back(subscriptions: Subscriptions):
    subscriptions.subscribe("!a", MONDAYS, BEFORE)
    subscriptions.change("!a", "stopped", BEFORE)
    assert not subscriptions.suspend("!a", "away", BEFORE)
    assert not subscriptions.welcome_back("!a", MONDAY)
