"""Which messages quote the question and call its author."""

from pathlib import Path
from typing import Any

import pytest
from person import Meet, Person, quoted, replied
from running import Bot
from synapse import Homeserver

from bot.matrix.events import Incoming
from bot.matrix.inbox import Batch, Inbox
from bot.matrix.outbox import Outbox, Outgoing
from bot.matrix.reply import ANSWERED, answered, going_on, replying, unquoted
from bot.store import Store, open_store

ROOM, OTHER, ALICE = "!a:test.local", "!b:test.local", "@alice:test.local"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "bot.db")


def receive(store: Store, *asked: tuple[str, int], room: str = ROOM, kind: Any = "question") -> None:
    incoming = [Incoming(event_id, room, ALICE, at_ms, "x", kind=kind) for event_id, at_ms in asked]
    Inbox(store).receive(Batch("s", 0, incoming))


def part(question: str | None, number: int = 0, room: str = ROOM) -> Outgoing:
    return Outgoing(f"{question} {number}", room, "message", {"body": "x"}, question)


def send(outbox: Outbox, row: Outgoing, at_ms: int) -> None:
    outbox.put(row)
    outbox.trying(row.transaction_id, "D", at_ms)
    outbox.sent(row.transaction_id, f"$sent {row.transaction_id}")


def test_an_answer_right_after_its_question_follows_it(store: Store) -> None:
    receive(store, ("$1", 1_000))

    assert Outbox(store).follows_its_question(part("$1"))


@pytest.mark.parametrize("kind", ["question", "file"])
def test_an_answer_after_something_else_does_not_follow_its_question(store: Store, kind: str) -> None:
    receive(store, ("$1", 1_000))
    receive(store, ("$2", 1_001), kind=kind)

    assert not Outbox(store).follows_its_question(part("$1"))


def test_what_was_said_in_another_room_or_done_to_the_question_comes_not_between(store: Store) -> None:
    receive(store, ("$1", 1_000))
    receive(store, ("$2", 1_001), room=OTHER)
    receive(store, ("$3", 1_001), kind="edit")

    assert Outbox(store).follows_its_question(part("$1"))


@pytest.mark.parametrize(("at_ms", "follows"), [(1_999, True), (2_000, False)])
def test_what_the_bot_says_after_a_question_comes_between(store: Store, at_ms: int, follows: bool) -> None:
    outbox = Outbox(store)
    receive(store, ("$1", 1_000), ("$2", 2_000))
    send(outbox, part("$1"), at_ms)

    assert outbox.follows_its_question(part("$2")) is follows
    send(outbox, part(None), 2_001)  # a reminder
    assert not outbox.follows_its_question(part("$2"))


def test_only_the_first_part_is_no_continuation(store: Store) -> None:
    outbox = Outbox(store)
    outbox.put(part("$1"), part("$1", 1), part("$2"), part(None))

    assert [outbox.goes_on(one) for one in (part("$1"), part("$1", 1), part("$2"), part(None))] == [
        False,
        True,
        False,
        False,
    ]
    outbox.failed("$1 0")
    assert not outbox.goes_on(part("$1", 1))


def test_what_quotes_nothing_says_all_the_same_what_it_answers() -> None:
    reply = replying({"body": "x"}, "$1", ALICE, None)

    assert unquoted(reply)["m.relates_to"] == {ANSWERED: "$1"}
    assert unquoted(reply)["m.mentions"] == {"user_ids": [ALICE]}
    assert going_on(reply)["m.mentions"] == {}
    assert answered(reply) == answered(unquoted(reply)) == answered(going_on(reply)) == "$1"
    assert unquoted({"body": "x"}) == {"body": "x"}
    assert answered({"m.relates_to": []}) is answered({"m.relates_to": {"m.in_reply_to": None}}) is None


def test_in_a_thread_each_part_stays_there() -> None:
    reply = replying({"body": "x"}, "$1", ALICE, "$root")

    assert unquoted(reply) == reply
    assert going_on(reply)["m.relates_to"] == reply["m.relates_to"]
    assert going_on(reply)["m.mentions"] == {}


@pytest.mark.synapse
@pytest.mark.anyio
@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
async def test_in_a_direct_message_the_question_is_quoted_only_when_something_came_between(
    bot: Bot, alice: Person, encrypted: bool
) -> None:
    room = await alice.ready_with(bot.user_id, encrypted=encrypted)
    alone = await alice.ask(room, "le plafond ?", bot.user_id)
    slow = await alice.say(room, "lent 2")
    quick = await alice.say(room, "le taux ?")
    answers = [await alice.answer(room, one, bot.user_id) for one in (slow, quick)]

    assert quoted(alone) is None
    assert [quoted(one) for one in answers] == [slow, quick]


@pytest.mark.synapse
@pytest.mark.anyio
async def test_in_a_room_only_the_first_part_of_a_long_answer_quotes_and_calls(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet
) -> None:
    bob = await meet(homeserver, "bob")
    room = await alice.room_with(bot.user_id, bob.user_id, encrypted=True, wait=False)
    await bob.client.join(room)
    await alice.until(lambda: alice.joined(room) == {alice.user_id, bob.user_id, bot.user_id}, "everyone")
    asked = await alice.say(room, "!fast question long 20")
    parts = await alice.until(lambda: len(a := alice.answers(room, asked, bot.user_id)) == 3 and a, "three parts")

    assert [quoted(one) for one in parts] == [asked, None, None]
    called = [one.source["content"]["m.mentions"] for one in parts]
    assert called == [{"user_ids": [alice.user_id]}, {}, {}]
    assert {replied(one) for one in parts} == {asked}
