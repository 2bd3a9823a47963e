"""The inbox and the outbox, on a real database: what is written once stays once, in order."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fakes import Clock

from bot.config import MatrixConfig
from bot.errors import StoreUnusable
from bot.matrix.calls import Boundary
from bot.matrix.events import Incoming
from bot.matrix.exchanges import Exchanges
from bot.matrix.inbox import Batch, Inbox, Undecrypted
from bot.matrix.outbox import SERVER_MEMORY_MS, Outbox, Outgoing
from bot.matrix.reply import transaction_id
from bot.matrix.rooms import Rooms
from bot.matrix.saying import Said, Saying
from bot.store import Store, open_store

ROOM, OTHER = "!a:test.local", "!b:test.local"
ALICE, MALLORY = "@alice:test.local", "@mallory:test.local"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "bot.db")


@pytest.fixture
def inbox(store: Store) -> Inbox:
    return Inbox(store)


@pytest.fixture
def outbox(store: Store) -> Outbox:
    return Outbox(store)


def question(event_id: str, room_id: str = ROOM, **more: Any) -> Incoming:
    return Incoming(event_id, room_id, ALICE, 1_000, f"text of {event_id}", **more)


def batch(*incoming: Incoming, token: str = "s1", **more: Any) -> Batch:
    return Batch(token, 5_000, incoming, **more)


def answer(to: str, part: int = 0, room_id: str = ROOM) -> Outgoing:
    return Outgoing(transaction_id(to, str(part)), room_id, "message", {"body": "x"}, question=to)


def test_the_token_and_the_events_are_written_together(inbox: Inbox, store: Store) -> None:
    inbox.receive(batch(question("$1"), token="s1"))
    broken = Undecrypted("$2", ROOM, "session", {"a": {1, 2}})  # type: ignore[dict-item]  # no JSON: writing it must fail
    with pytest.raises(TypeError):
        inbox.receive(batch(question("$2"), token="s2", undecrypted=[broken]))
    assert inbox.token == "s1"
    assert [one.event_id for one in inbox.waiting().values()] == ["$1"]
    assert inbox.question("$2", ROOM) is None


def test_an_event_that_comes_again_is_not_taken_up_again(inbox: Inbox) -> None:
    inbox.receive(batch(question("$1")))
    inbox.done("$1")
    inbox.receive(batch(question("$1"), token="s2"))
    assert inbox.waiting() == {}
    assert inbox.token == "s2"


def test_the_oldest_of_each_room_waits_first(inbox: Inbox) -> None:
    inbox.receive(batch(question("$1"), question("$2", OTHER), question("$3")))
    assert {room: one.event_id for room, one in inbox.waiting().items()} == {ROOM: "$1", OTHER: "$2"}
    inbox.done("$1")
    assert {room: one.event_id for room, one in inbox.waiting().items()} == {OTHER: "$2", ROOM: "$3"}
    assert inbox.count() == 2


def test_the_text_of_what_was_taken_up_is_forgotten(inbox: Inbox) -> None:
    inbox.receive(batch(question("$1")))
    inbox.done("$1")
    found = inbox.question("$1", ROOM)
    assert found is not None
    assert (found.text, found.sender) == ("", ALICE)


def test_what_was_taken_up_and_not_finished_is_known_and_what_was_put_off_is_not(inbox: Inbox) -> None:
    inbox.receive(batch(question("$1"), question("$2", OTHER)))
    inbox.begin("$1")
    inbox.begin("$2")
    inbox.put_off("$2")
    assert {one.event_id: one.tries for one in inbox.waiting().values()} == {"$1": 1, "$2": 0}


def test_what_is_set_aside_waits_no_more_and_its_text_is_forgotten(inbox: Inbox) -> None:
    inbox.receive(batch(question("$1"), question("$2")))
    inbox.set_aside("$1")
    assert inbox.waiting()[ROOM].event_id == "$2"
    found = inbox.question("$1", ROOM)
    assert found is not None
    assert found.text == ""


def test_an_edit_of_what_was_no_question_makes_one_of_it_once_it_is_adopted_and_only_once(inbox: Inbox) -> None:
    edit = question("$edit", kind="edit", target="$1")
    inbox.receive(batch(edit))
    assert inbox.waiting()[ROOM].kind == "edit"
    assert inbox.question("$1", ROOM) is None
    inbox.adopt(edit)
    inbox.done("$edit")
    adopted = inbox.waiting()[ROOM]
    assert (adopted.event_id, adopted.kind, adopted.text, adopted.target) == ("$1", "question", edit.text, None)
    inbox.done("$1")
    inbox.receive(batch(edit, token="s2"))
    assert inbox.waiting() == {}


def test_a_question_that_came_before_its_edit_is_adopted_has_the_words_of_the_edit(inbox: Inbox) -> None:
    edit = question("$edit", kind="edit", target="$1")
    inbox.receive(batch(edit, question("$1")))
    inbox.adopt(edit)
    found = inbox.question("$1", ROOM)
    assert found is not None
    assert found.text == edit.text


def test_only_its_author_and_its_room_edit_a_question_and_only_its_room_deletes_it(inbox: Inbox) -> None:
    asked = question("$1")
    others = [
        Incoming("$2", OTHER, ALICE, 1_000, "ailleurs", kind="edit", target="$1"),
        Incoming("$3", ROOM, MALLORY, 1_000, "d'une autre", kind="edit", target="$1"),
        Incoming("$4", OTHER, ALICE, 1_000, "", kind="redaction", target="$1"),
    ]
    own = [
        question("$5", kind="edit", target="$1"),
        question("$6", kind="edit", target="$1"),
        Incoming("$7", ROOM, MALLORY, 1_000, "", kind="redaction", target="$1"),
    ]
    inbox.receive(batch(asked, *others, *own))
    assert [one.event_id for one in inbox.later(asked)] == ["$5", "$6", "$7"]
    assert [one.event_id for one in inbox.later(own[0])] == ["$6", "$7"]
    assert inbox.question("$1", OTHER) is None
    assert [inbox.is_edited("$1", user, room) for user, room in ((ALICE, ROOM), (MALLORY, OTHER))] == [True, False]


def test_a_thumb_is_kept_and_deleted_in_its_room_alone(inbox: Inbox) -> None:
    inbox.receive(batch(question("$thumb", kind="reaction", target="$answer")))
    assert [inbox.is_kept("$thumb", room) for room in (ROOM, OTHER)] == [True, False]
    inbox.receive(batch(question("$2", OTHER, kind="redaction", target="$thumb"), token="s2"))
    assert inbox.is_kept("$thumb", ROOM)
    inbox.receive(batch(question("$3", kind="redaction", target="$thumb"), token="s3"))
    assert not inbox.is_kept("$thumb", ROOM)
    assert inbox.waiting() == {}


def test_a_sealed_message_that_is_deleted_is_forgotten_in_its_room_alone(inbox: Inbox) -> None:
    inbox.receive(batch(undecrypted=[Undecrypted("$1", ROOM, "session", {})]))
    inbox.receive(batch(question("$2", OTHER, kind="redaction", target="$1"), token="s2"))
    assert inbox.is_kept("$1", ROOM)
    inbox.receive(batch(question("$3", kind="redaction", target="$1"), token="s3"))
    assert inbox.undecrypted() == []
    assert inbox.waiting() == {}


def test_a_question_deleted_in_the_sync_that_brings_its_late_key_is_taken_up_with_its_deletion(inbox: Inbox) -> None:
    inbox.receive(batch(undecrypted=[Undecrypted("$1", ROOM, "session", {})]))
    asked, deleted = question("$1"), question("$2", kind="redaction", target="$1")
    inbox.receive(batch(deleted, asked, token="s2", decrypted=["$1"]))
    assert inbox.waiting() == {ROOM: asked}
    assert [one.event_id for one in inbox.later(asked)] == ["$2"]


def test_a_room_that_was_left_asks_for_nothing_more(inbox: Inbox, outbox: Outbox) -> None:
    inbox.receive(batch(question("$1"), question("$2", OTHER), joined={ROOM: None, OTHER: None}))
    outbox.put(answer("$0"), answer("$2", room_id=OTHER))
    inbox.receive(batch(token="s2", left=[ROOM]))
    assert list(inbox.waiting()) == [OTHER]
    assert outbox.waiting_rooms() == [OTHER]
    assert inbox.rooms() == {OTHER}


def test_events_without_key_are_found_by_session_and_told_once(inbox: Inbox) -> None:
    lost = [Undecrypted(f"${number}", ROOM, f"session{number}", {"n": number}) for number in (1, 2)]
    inbox.receive(batch(undecrypted=lost))
    assert inbox.undecrypted(["session2"]) == [lost[1]]
    assert inbox.undecrypted() == lost
    assert inbox.untold(5_000) == {}
    assert inbox.untold(5_001) == {ROOM: lost[1]}
    inbox.told(ROOM, 5_001)
    assert inbox.untold(5_001) == {}
    inbox.receive(batch(token="s2", decrypted=["$2"]))
    assert inbox.undecrypted() == [lost[0]]


def test_an_event_of_a_room_that_must_not_be_told_is_kept_for_its_key(inbox: Inbox) -> None:
    lost = Undecrypted("$1", ROOM, "session", {})
    inbox.receive(batch(undecrypted=[lost], silent=frozenset({"$1"})))
    assert inbox.untold(9_999) == {}
    assert inbox.undecrypted() == [lost]


def test_an_answer_put_twice_is_sent_once_and_rooms_keep_their_order(outbox: Outbox) -> None:
    outbox.put(answer("$1"), answer("$1", 1))
    outbox.put(answer("$1"), answer("$2"))
    sent = []
    while (row := outbox.next(ROOM)) is not None:
        sent.append(row.transaction_id)
        outbox.sent(row.transaction_id, f"$sent{len(sent)}")
    assert sent == [transaction_id("$1", "0"), transaction_id("$1", "1"), transaction_id("$2", "0")]
    assert outbox.is_ours("$sent1", ROOM)
    assert not outbox.is_ours("$sent1", OTHER)
    assert not outbox.is_ours("$1", ROOM)


def test_only_a_try_that_is_old_or_of_another_device_may_be_forgotten(outbox: Outbox) -> None:
    outbox.put(answer("$1"))
    assert not _next(outbox).may_be_forgotten("D1", 10**15)
    outbox.trying(_next(outbox).transaction_id, "D1", 1_000)
    outbox.trying(_next(outbox).transaction_id, "D2", 9_000)
    assert not _next(outbox).may_be_forgotten("D1", 1_000 + SERVER_MEMORY_MS)
    assert _next(outbox).may_be_forgotten("D1", 1_001 + SERVER_MEMORY_MS)
    assert _next(outbox).may_be_forgotten("D2", 1_000)


def test_a_revised_answer_edits_adds_and_withdraws_part_by_part(outbox: Outbox) -> None:
    outbox.put(answer("$1"), answer("$1", 1))
    parts = [transaction_id("$1", "0"), transaction_id("$1", "1")]
    outbox.revise("$1", "$edit", ROOM, [{"body": "one"}])
    assert _waiting(outbox)[2:] == [("edit", parts[0]), ("redaction", parts[1])]
    outbox.revise("$1", "$edit2", ROOM, [{"body": "one"}, {"body": "two"}])
    # The first edit is dropped: nobody has seen it, and this one comes after it.
    assert _waiting(outbox)[2:] == [("redaction", parts[1]), ("edit", parts[0]), ("message", None)]
    outbox.revise("$1", "$gone", ROOM, [])
    assert _waiting(outbox)[5:] == [("redaction", parts[0]), ("redaction", transaction_id("$edit2", "1"))]
    outbox.revise("$1", "$gone again", ROOM, [])
    assert len(_waiting(outbox)) == 7


def test_a_thread_where_something_was_said_is_known(outbox: Outbox) -> None:
    outbox.put(Outgoing("t", ROOM, "message", {}, question="$1", thread_root="$root"))
    assert outbox.speaks_in("$root", ROOM)
    assert not outbox.speaks_in("$root", OTHER)
    outbox.put(Outgoing("u", ROOM, "message", {}, question="$2"), Outgoing("v", ROOM, "message", {}))
    outbox.sent("u", "$answer")
    outbox.sent("v", "$reminder")
    assert [root for root in ("$2", "$answer", "$reminder", "$other") if outbox.speaks_in(root, ROOM)] == [
        "$2",
        "$answer",
    ]
    assert not outbox.speaks_in("$answer", OTHER)


def test_an_answer_is_for_whom_it_answers_and_what_answers_nobody_is_for_everyone(inbox: Inbox, outbox: Outbox) -> None:
    inbox.receive(batch(question("$1")))
    outbox.put(answer("$1"), Outgoing("reminder", ROOM, "message", {}))
    outbox.sent(answer("$1").transaction_id, "$answer")
    outbox.sent("reminder", "$reminder")
    assert [outbox.answers("$answer", user, ROOM) for user in (ALICE, MALLORY)] == [True, False]
    assert [outbox.answers("$reminder", user, ROOM) for user in (ALICE, MALLORY)] == [True, True]
    assert not outbox.answers("$answer", ALICE, OTHER)
    assert not outbox.answers("$reminder", ALICE, OTHER)


def test_a_revised_answer_leaves_what_was_said_of_the_same_event_in_another_room(outbox: Outbox) -> None:
    outbox.put(answer("$1"), answer("$2", room_id=OTHER))
    poisoned = Outgoing("poisoned", OTHER, "message", {}, question="$1")
    outbox.put(poisoned)
    outbox.revise("$1", "$gone", ROOM, [])
    assert _waiting(outbox)[3:] == [("redaction", transaction_id("$1", "0"))]


def test_what_is_old_and_settled_is_purged(inbox: Inbox, outbox: Outbox) -> None:
    inbox.receive(batch(question("$1"), question("$2")))
    inbox.done("$1")
    outbox.put(answer("$1"), answer("$2"))
    for row in (answer("$1"), answer("$2")):
        outbox.trying(row.transaction_id, "D", 1_000)
    outbox.sent(answer("$1").transaction_id, "$sent")
    inbox.purge(1_001)
    outbox.purge(1_001)
    assert inbox.question("$1", ROOM) is None
    assert inbox.question("$2", ROOM) is not None
    assert not outbox.is_ours("$sent", ROOM)
    assert _next(outbox).question == "$2"


def test_what_was_dropped_before_a_first_try_is_purged(inbox: Inbox, outbox: Outbox) -> None:
    outbox.put(answer("$1"), answer("$2", room_id=OTHER), answer("$3"))
    outbox.failed(answer("$3").transaction_id)
    inbox.receive(batch(left=[ROOM]))
    outbox.purge(1)
    assert [outbox.count(state) for state in ("new", "dropped", "failed")] == [1, 0, 0]


def test_nothing_of_today_is_forgotten_while_the_clock_is_ahead(store: Store, inbox: Inbox, outbox: Outbox) -> None:
    clock = Clock(datetime(2026, 6, 15, 9, tzinfo=UTC))
    now_ms = int(clock.now.timestamp() * 1000)
    old = replace(question("$old"), sent_at_ms=now_ms - 40 * 24 * 3600 * 1000)
    inbox.receive(Batch("s1", now_ms, [old, replace(question("$1"), sent_at_ms=now_ms)]))
    inbox.done("$old")
    inbox.done("$1")
    outbox.put(answer("$1"))
    outbox.trying(answer("$1").transaction_id, "D", now_ms)
    outbox.sent(answer("$1").transaction_id, "$sent")
    exchanges = Exchanges(store)
    exchanges.keep(question("$1"), "{}", now_ms)
    rooms = Rooms(None, store, None, None, MatrixConfig(), clock, lambda: None)  # type: ignore[arg-type]  # not called
    for years in (2, 12, 0):
        clock.now = clock.now.replace(year=2026 + years)
        rooms._purge()
        assert inbox.question("$1", ROOM) is not None
        assert outbox.is_ours("$sent", ROOM)
        assert exchanges.before(question("$2")).json is not None
        assert inbox.question("$old", ROOM) is None


def _next(outbox: Outbox) -> Outgoing:
    row = outbox.next(ROOM)
    assert row is not None
    return row


def _waiting(outbox: Outbox) -> list[tuple[str, str | None]]:
    """Return what is to be sent, by sending it."""
    found = outbox._store.rows("SELECT kind, target FROM outbox WHERE state = 'new' ORDER BY position")
    return [(row["kind"], row["target"]) for row in found]


# ---- damaged rows ----------------------------------------------------------------------------------------------------

OUTBOX_DAMAGES: dict[str, tuple[str, Any]] = {
    "no JSON": ("content", "{"),
    "nothing": ("content", ""),
    "a list": ("content", "[]"),
    "nested without end": ("content", "[" * 100_000),
    "no text": ("content", b"\xff\xfe"),
    "half a character": ("content", b'{"body": "\xff"}'),
    "another kind": ("kind", "poem"),
    "a time that is none": ("tried_at_ms", "hier"),
    "a question that is no text": ("question", b"\xff"),
}


@pytest.mark.parametrize(("column", "value"), OUTBOX_DAMAGES.values(), ids=OUTBOX_DAMAGES)
def test_a_damaged_message_is_set_aside_and_holds_up_no_other(
    store: Store, outbox: Outbox, column: str, value: Any
) -> None:
    outbox.put(answer("$1"), answer("$2"))
    kept = value if isinstance(value, bytes) else str(value).encode()
    cast = "?" if column == "tried_at_ms" else "CAST(? AS TEXT)"
    store.execute(f"UPDATE outbox SET {column} = {cast} WHERE position = 1", (value,))
    assert _next(outbox).question == "$2"
    assert outbox.waiting(answer("$1").transaction_id) is None
    assert store.damaged() == {"outbox": 1}
    outbox.purge(10**15)
    [row] = store.rows(f"SELECT CAST({column} AS BLOB) AS found FROM outbox WHERE state = 'damaged'")
    assert row["found"] == kept


INBOX_DAMAGES: dict[str, tuple[str, Any]] = {
    "a text that is none": ("text", b"\xff"),
    "a sender that is none": ("sender", b"\xff"),
    "a room that is none": ("room_id", b"!\xff"),
    "an event that is none": ("event_id", b"$\xff"),
    "another kind": ("kind", b"poem"),
    "a time that is none": ("sent_at_ms", b"hier"),
    "a number of tries that is none": ("tries", b"deux"),
}


@pytest.mark.parametrize(("column", "value"), INBOX_DAMAGES.values(), ids=INBOX_DAMAGES)
def test_a_damaged_question_is_set_aside_and_holds_up_no_other(
    store: Store, inbox: Inbox, column: str, value: bytes
) -> None:
    inbox.receive(batch(question("$1"), question("$2")))
    store.execute(f"UPDATE inbox SET {column} = CAST(? AS TEXT) WHERE position = 1", (value,))
    assert [one.event_id for one in inbox.waiting().values()] == ["$2"]
    assert inbox.question("$1", ROOM) is None
    assert store.damaged() == {"inbox": 1}
    inbox.purge(10**15)
    assert store.damaged() == {"inbox": 1}


@pytest.mark.parametrize("source", [b"{", b"[]", b"", b"\xff", b"[" * 100_000], ids=range(5))
def test_a_damaged_sealed_event_is_set_aside_and_holds_up_no_other(store: Store, inbox: Inbox, source: bytes) -> None:
    sealed = [Undecrypted(event, room, "session", {}) for event, room in (("$1", ROOM), ("$2", OTHER))]
    inbox.receive(batch(undecrypted=sealed))
    store.execute("UPDATE undecrypted SET source = CAST(? AS TEXT) WHERE event_id = '$1'", (source,))
    assert list(inbox.untold(10**15)) == [OTHER]
    assert [one.event_id for one in inbox.undecrypted()] == ["$2"]
    assert store.damaged() == {"undecrypted": 1}
    inbox.purge(10**15)
    [row] = store.rows("SELECT key, content FROM damaged")
    assert (row["key"], row["content"]) == ("$1", source)


async def _damaged() -> Said:
    raise StoreUnusable("abîmée")


@pytest.mark.anyio
async def test_a_damaged_memory_goes_through_the_boundaries_and_is_no_answer(store: Store) -> None:
    with pytest.raises(StoreUnusable), Boundary("a room"):
        await _damaged()
    saying = Saying(None, lambda: datetime.now(UTC))  # type: ignore[arg-type]  # the speaker is not asked
    with pytest.raises(StoreUnusable):
        await saying.guarded(_damaged())
