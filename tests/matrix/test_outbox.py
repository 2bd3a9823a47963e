"""What is to be sent, on a real database: when a try may be made again, and what becomes of each row."""

from pathlib import Path
from typing import Any

import pytest

from bot.matrix.outbox import Outbox, Outgoing
from bot.store import open_store

ROOM = "!a:test.local"
TWENTY_MINUTES = 1_200_000


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(open_store(tmp_path / "bot.db"))


def message(transaction: str, **more: Any) -> Outgoing:
    return Outgoing(transaction, ROOM, "message", {"body": f"été {transaction}"}, **more)


def tried(at_ms: int) -> Outgoing:
    return message("t", device_id="D1", tried_at_ms=at_ms)


def test_a_try_is_remembered_by_the_server_for_twenty_minutes() -> None:
    assert not tried(1_000).may_be_forgotten("D1", 1_000 + TWENTY_MINUTES)
    assert tried(1_000).may_be_forgotten("D1", 1_001 + TWENTY_MINUTES)


def test_a_try_of_this_very_moment_is_remembered() -> None:
    assert not tried(1_000).may_be_forgotten("D1", 1_000)


def test_a_clock_set_back_by_a_moment_says_nothing_of_the_time_that_has_passed() -> None:
    assert tried(1_000).may_be_forgotten("D1", 999)


def test_a_thing_waits_with_all_that_was_put_until_it_is_sent(outbox: Outbox) -> None:
    put = Outgoing("t", ROOM, "edit", {"body": "été"}, question="$q", thread_root="$root", target="$target")
    outbox.put(put)
    assert outbox.waiting("t") == put
    assert outbox.next(ROOM) == put
    outbox.sent("t", "$sent")
    assert outbox.waiting("t") is None
    assert outbox.next(ROOM) is None


def test_nothing_waits_under_a_transaction_that_was_never_put(outbox: Outbox) -> None:
    assert outbox.waiting("t") is None
    assert outbox.event_of("t") is None


def test_a_transaction_becomes_an_event_once_it_is_sent(outbox: Outbox) -> None:
    outbox.put(message("t1"), message("t2"))
    outbox.sent("t2", "$sent")
    assert outbox.event_of("t1") is None
    assert outbox.event_of("t2") == "$sent"


def test_a_message_may_be_rewritten_until_it_is_sent(outbox: Outbox) -> None:
    outbox.put(message("t1"), message("t2"))
    outbox.rewrite("t1", {"body": "plus tard"})
    assert [one and one.content for one in map(outbox.waiting, ("t1", "t2"))] == [
        {"body": "plus tard"},
        {"body": "été t2"},
    ]
    outbox.sent("t1", "$sent")
    outbox.rewrite("t1", {"body": "trop tard"})
    assert outbox.waiting("t1") is None


def test_what_failed_waits_no_more_and_is_counted_apart(outbox: Outbox) -> None:
    assert outbox.count("new") == 0
    outbox.put(message("t1"), message("t2"), message("t3"))
    outbox.failed("t1")
    assert {state: outbox.count(state) for state in ("new", "failed", "sent")} == {"new": 2, "failed": 1, "sent": 0}
    assert outbox.waiting("t1") is None


def test_the_parts_that_a_revision_adds_speak_in_the_thread_of_their_content(outbox: Outbox) -> None:
    in_thread = {"body": "a", "m.relates_to": {"rel_type": "m.thread", "event_id": "$root"}}
    a_reply = {"body": "b", "m.relates_to": {"rel_type": "m.annotation", "event_id": "$other"}}
    outbox.revise("$q", "$edit", ROOM, [in_thread, a_reply, {"body": "c"}])
    assert outbox.speaks_in("$root", ROOM)
    assert not outbox.speaks_in("$other", ROOM)
