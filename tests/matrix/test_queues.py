"""The inbox and the outbox, on a real database: what is written once stays once, in order."""

from pathlib import Path
from typing import Any

import pytest

from bot.matrix.events import Incoming
from bot.matrix.inbox import Batch, Inbox, Undecrypted
from bot.matrix.outbox import SERVER_MEMORY_MS, Outbox, Outgoing
from bot.matrix.reply import transaction_id
from bot.store import Store, open_store

ROOM, OTHER, ALICE = "!a:test.local", "!b:test.local", "@alice:test.local"


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
    assert inbox.question("$2") is None


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
    found = inbox.question("$1")
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
    found = inbox.question("$1")
    assert found is not None
    assert found.text == ""


def test_an_edit_that_calls_the_bot_makes_a_question_of_its_target_once(inbox: Inbox) -> None:
    edit = question("$edit", kind="edit", target="$1")
    inbox.receive(batch(edit))
    assert inbox.waiting()[ROOM].event_id == "$1"
    assert inbox.waiting()[ROOM].kind == "question"
    inbox.done("$1")
    inbox.receive(batch(edit, token="s2"))
    assert inbox.waiting() == {}


def test_a_room_that_was_left_asks_for_nothing_more(inbox: Inbox, outbox: Outbox) -> None:
    inbox.receive(batch(question("$1"), question("$2", OTHER), joined={ROOM: 1, OTHER: 1}))
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
    assert outbox.is_ours("$sent1")
    assert not outbox.is_ours("$1")


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
    assert _waiting(outbox)[4:] == [("edit", parts[0]), ("message", None)]
    outbox.revise("$1", "$gone", ROOM, [])
    assert _waiting(outbox)[6:] == [("redaction", parts[0]), ("redaction", transaction_id("$edit2", "1"))]
    outbox.revise("$1", "$gone again", ROOM, [])
    assert len(_waiting(outbox)) == 8


def test_a_thread_where_something_was_said_is_known(outbox: Outbox) -> None:
    outbox.put(Outgoing("t", ROOM, "message", {}, question="$1", thread_root="$root"))
    assert outbox.speaks_in("$root")
    assert not outbox.speaks_in("$1")


def test_what_is_old_and_settled_is_purged(inbox: Inbox, outbox: Outbox) -> None:
    inbox.receive(batch(question("$1"), question("$2")))
    inbox.done("$1")
    outbox.put(answer("$1"), answer("$2"))
    for row in (answer("$1"), answer("$2")):
        outbox.trying(row.transaction_id, "D", 1_000)
    outbox.sent(answer("$1").transaction_id, "$sent")
    inbox.purge(1_001)
    outbox.purge(1_001)
    assert inbox.question("$1") is None
    assert inbox.question("$2") is not None
    assert not outbox.is_ours("$sent")
    assert _next(outbox).question == "$2"


def _next(outbox: Outbox) -> Outgoing:
    row = outbox.next(ROOM)
    assert row is not None
    return row


def _waiting(outbox: Outbox) -> list[tuple[str, str | None]]:
    """Return what is to be sent, by sending it."""
    found = outbox._store.rows("SELECT kind, target FROM outbox WHERE state = 'new' ORDER BY position")
    return [(row["kind"], row["target"]) for row in found]
