"""The conversation that a turn goes on with: that of what it hangs on. On a real database."""

from pathlib import Path

import pytest

from bot.matrix.events import Incoming
from bot.matrix.exchanges import Exchanges
from bot.matrix.outbox import Outbox, Outgoing
from bot.matrix.saying import Memory
from bot.store import Store, open_store

ROOM, OTHER = "!a:x", "!b:x"
ANNE, PAUL = "@anne:x", "@paul:x"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "bot.db")


@pytest.fixture
def exchanges(store: Store) -> Exchanges:
    return Exchanges(store)


def turn(
    event_id: str,
    sender: str = ANNE,
    *,
    room_id: str = ROOM,
    reply_to: str | None = None,
    thread_root: str | None = None,
) -> Incoming:
    return Incoming(event_id, room_id, sender, 1, "x", thread_root, reply_to)


def answered(store: Store, question: str, *answers: str, room_id: str = ROOM) -> None:
    outbox = Outbox(store)
    for answer in answers:
        outbox.put(Outgoing(answer, room_id, "message", {}, question))
        outbox.sent(answer, answer)


def before(exchanges: Exchanges, one: Incoming) -> str | None:
    return exchanges.before(one).json


def test_with_neither_a_reply_nor_a_thread_it_is_the_last_that_the_person_said_in_the_room(exchanges: Exchanges):
    assert exchanges.before(turn("$1")) == Memory()
    for number, one in enumerate((turn("$1"), turn("$2"), turn("$3", PAUL), turn("$4", room_id=OTHER))):
        exchanges.keep(one, str(number), 1)
    exchanges.keep(turn("$5", thread_root="$x"), "5", 1)

    assert exchanges.before(turn("$6")) == Memory("1")
    assert before(exchanges, turn("$6", PAUL)) == "2"
    assert before(exchanges, turn("$6", PAUL, room_id=OTHER)) is None


def test_a_reply_goes_on_with_what_it_replies_to_whoever_had_asked(store: Store, exchanges: Exchanges):
    for number in (1, 2):
        exchanges.keep(turn(f"${number}"), str(number), 1)
        answered(store, f"${number}", f"$a{number}", f"$b{number}")

    for of in ("$1", "$a1", "$b1"):
        for who in (ANNE, PAUL):
            assert exchanges.before(turn("$3", who, reply_to=of)) == Memory("1", is_recalled=True)


def test_a_reply_to_what_is_of_no_conversation_begins_one_and_never_takes_the_last_subject(
    store: Store, exchanges: Exchanges
):
    exchanges.keep(turn("$1"), "1", 1)
    Outbox(store).put(Outgoing("t", ROOM, "message", {}))
    Outbox(store).sent("t", "$reminder")
    answered(store, "$9", "$elsewhere", room_id=OTHER)

    for of in ("$reminder", "$unknown", "$elsewhere"):
        assert before(exchanges, turn("$2", reply_to=of)) is None


def test_a_thread_starts_with_the_memory_of_its_root_and_goes_on_with_its_own(store: Store, exchanges: Exchanges):
    exchanges.keep(turn("$1"), "1", 1)
    answered(store, "$1", "$a1", "$b1")
    exchanges.keep(turn("$2"), "2", 1)

    for root in ("$1", "$a1", "$b1"):
        assert exchanges.before(turn("$t", PAUL, thread_root=root)) == Memory("1", is_recalled=True)
        exchanges.keep(turn(f"$t{root}", PAUL, thread_root=root), "3", 1)
        assert before(exchanges, turn("$t", PAUL, thread_root=root)) == "3"
        assert before(exchanges, turn("$t", ANNE, thread_root=root)) == "1"
    assert before(exchanges, turn("$t", thread_root="$unknown")) is None
    assert before(exchanges, turn("$3")) == "2"


def test_a_true_reply_in_a_thread_is_a_reply_and_one_to_somebody_else_is_in_the_thread(
    store: Store, exchanges: Exchanges
):
    exchanges.keep(turn("$1"), "1", 1)
    exchanges.keep(turn("$2", thread_root="$1"), "2", 1)
    exchanges.keep(turn("$3", thread_root="$1"), "3", 1)

    assert before(exchanges, turn("$4", thread_root="$1", reply_to="$2")) == "2"
    assert before(exchanges, turn("$4", thread_root="$1", reply_to="$unknown")) == "3"


def test_what_is_answered_again_goes_on_with_what_was_said_before_it_and_keeps_its_place(exchanges: Exchanges):
    for number in (1, 2, 3):
        exchanges.keep(turn(f"${number}"), str(number), 1)

    assert before(exchanges, turn("$2")) == "1"
    exchanges.keep(turn("$2"), "20", 1)
    assert before(exchanges, turn("$4")) == "3"
    assert before(exchanges, turn("$4", reply_to="$2")) == "20"


def test_what_is_deleted_or_old_is_forgotten(exchanges: Exchanges):
    exchanges.keep(turn("$1"), "1", 1_000)
    exchanges.keep(turn("$2"), "2", 2_000)
    exchanges.keep(turn("$3"), "3", 3_000)

    exchanges.forget("$3", OTHER)
    assert before(exchanges, turn("$4")) == "3"
    exchanges.forget("$3", ROOM)
    assert before(exchanges, turn("$4")) == "2"
    exchanges.purge(2_000)
    assert before(exchanges, turn("$4", reply_to="$1")) is None
    assert before(exchanges, turn("$4", reply_to="$2")) == "2"


DAMAGED_JSON = ["{", "", b"\xff\xfe", "[" * 100_000, b'{"a": "\xff"}']


@pytest.mark.parametrize("damaged", DAMAGED_JSON, ids=range(len(DAMAGED_JSON)))
def test_a_damaged_conversation_is_set_aside_and_begins_anew(
    store: Store, exchanges: Exchanges, damaged: str | bytes
) -> None:
    exchanges.keep(turn("$kept", PAUL), "{}", 1)
    exchanges.keep(turn("$broken"), "{}", 1)
    store.execute("UPDATE exchanges SET json = CAST(? AS TEXT) WHERE question = '$broken'", (damaged,))
    assert before(exchanges, turn("$2")) is None
    assert before(exchanges, turn("$2", PAUL)) == "{}"
    assert store.damaged() == {"exchanges": 1}
    [row] = store.rows("SELECT content FROM damaged")
    assert row["content"] == (damaged.encode() if isinstance(damaged, str) else damaged)
