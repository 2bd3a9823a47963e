"""What is left to be tapped, on a real database: in its room, for the person asked, as long as it is asked."""

from pathlib import Path
from typing import Any

import pytest

from bot.config import Choices
from bot.matrix.events import Incoming
from bot.matrix.exchanges import Exchanges
from bot.matrix.inbox import Batch, Inbox
from bot.matrix.outbox import Outbox, Outgoing
from bot.matrix.tapping import Tapping, Under
from bot.matrix.taps import Asked, asked_from
from bot.results import Ask, Option
from bot.store import Store, open_store

ROOM, OTHER = "!a:test.local", "!b:test.local"
ALICE, PAUL = "@alice:test.local", "@paul:test.local"
YES, NO = Option("yes", "oui", "Oui"), Option("no", "non", "Non")
ASK = Ask("answer", (YES, NO))
LIST = Ask("whole_list", (Option("whole_list", "liste complète", "Liste complète"),))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "bot.db")


def turn(event_id: str, **more: Any) -> Incoming:
    return Incoming(event_id, ROOM, ALICE, 1, "x", **more)


def answer(store: Store, question: Incoming, ask: Ask | None, json: str, choices: Choices = "reactions") -> Tapping:
    """Answer a question with one message, sent, and what it asks."""
    outbox, tapping = Outbox(store), Tapping(store, choices)
    name = f"t{question.event_id}"
    outbox.put(Outgoing(name, ROOM, "message", {"body": "?"}, question.event_id))
    outbox.sent(name, f"$answer{question.event_id[1:]}")
    asked = tapping.put(question, question.event_id, ask, Under(None, None))
    Exchanges(store).keep(question, json, 1, asked)
    tapping.went_on(question)
    return tapping


def waiting(store: Store, kind: str) -> int:
    [row] = store.rows("SELECT COUNT(*) FROM outbox WHERE kind = ? AND state = 'new'", (kind,))
    return int(row[0])


def test_an_ask_is_of_its_room_and_of_the_person_asked(store: Store) -> None:
    answer(store, turn("$1"), ASK, "1")
    exchanges = Exchanges(store)
    asked = exchanges.asks("$answer1", ALICE, ROOM)
    assert asked == Asked("$1", ASK)
    assert exchanges.asks("$answer1", PAUL, ROOM) is None
    assert exchanges.asks("$answer1", ALICE, OTHER) is None
    assert exchanges.asks("$1", ALICE, ROOM) is None


def test_what_is_left_behind_loses_the_signs_that_nobody_has_seen_but_an_offer_stays(store: Store) -> None:
    answer(store, turn("$1"), LIST, "1")
    answer(store, turn("$2"), ASK, "2")
    assert waiting(store, "reaction") == 3
    answer(store, turn("$3"), None, "3")
    assert waiting(store, "reaction") == 1
    left = Exchanges(store).left_after("$2", ROOM)
    assert left is not None
    assert left.tapped == ""


def test_while_the_conversation_is_as_it_was_the_question_is_still_asked(store: Store) -> None:
    answer(store, turn("$1"), ASK, "1")
    answer(store, turn("$2"), None, "1")
    left = Exchanges(store).left_after("$1", ROOM)
    assert left is not None
    assert left.tapped is None


def test_another_thread_or_another_person_leaves_nothing_behind(store: Store) -> None:
    answer(store, turn("$1"), ASK, "1")
    answer(store, turn("$2", thread_root="$root"), None, "2")
    answer(store, Incoming("$3", ROOM, PAUL, 1, "x"), None, "3")
    left = Exchanges(store).left_after("$1", ROOM)
    assert left is not None
    assert left.tapped is None


def test_a_poll_that_was_sent_is_ended_and_one_that_was_not_never_is_sent(store: Store) -> None:
    answer(store, turn("$1"), ASK, "1", "polls")
    answer(store, turn("$2"), ASK, "2", "polls")
    assert (waiting(store, "poll"), waiting(store, "poll_end")) == (1, 0)
    poll = Outbox(store).next(ROOM)
    assert poll is not None
    assert poll.kind == "poll"
    Outbox(store).trying(poll.transaction_id, "D", 1)
    Outbox(store).sent(poll.transaction_id, "$poll")
    answer(store, turn("$3"), None, "3", "polls")
    assert waiting(store, "poll_end") == 1


def test_what_is_said_comes_before_the_signs_that_wait(store: Store) -> None:
    answer(store, turn("$1"), ASK, "1")
    outbox = Outbox(store)
    outbox.put(Outgoing("late", ROOM, "message", {"body": "."}))
    row = outbox.next(ROOM)
    assert row is not None
    assert row.transaction_id == "late"


@pytest.mark.parametrize("again", [1, 2, 3])
def test_an_answer_rewritten_to_ask_the_same_keeps_its_signs(store: Store, again: int) -> None:
    tapping = answer(store, turn("$1"), ASK, "1")
    for number in range(again):
        before = tapping.under(turn("$1"))
        assert tapping.put(turn("$1"), f"$edit{number}", ASK, before) == Asked("$1", ASK)
    assert waiting(store, "reaction") == 2


def test_a_tap_taken_back_while_it_waits_is_not_taken_up(store: Store) -> None:
    inbox = Inbox(store)
    tap = Incoming("$tap", ROOM, ALICE, 1, "$1 yes", kind="tap", target="$answer1")
    back = Incoming("$back", ROOM, ALICE, 2, "", kind="redaction", target="$tap")
    inbox.receive(Batch("s1", 1, [tap], joined={ROOM: None}))
    assert inbox.is_kept("$tap", ROOM)
    inbox.receive(Batch("s2", 1, [back]))
    assert inbox.waiting() == {}
    assert not inbox.is_kept("$tap", ROOM)


@pytest.mark.parametrize("kept", [None, "", "{", "[]", '{"cause": "$1"}', '{"cause": 1, "ask": null}'])
def test_what_is_kept_and_cannot_be_read_asks_nothing(kept: str | None) -> None:
    assert asked_from(kept) is None


@pytest.mark.parametrize("key", ["✅", "✅\ufe0f", "🤷", "🤷🏿", "🤷‍♂️", "🤷🏽‍♀️"])
def test_a_sign_is_known_in_each_of_its_variations(key: str) -> None:
    asked = Asked("$1", Ask("answer", (YES, Option("unknown", "je ne sais pas", "Je ne sais pas"))))
    assert asked.signed(key) in ("$1 yes", "$1 unknown")


@pytest.mark.parametrize("key", ["", "❎", "1️⃣", "👍", "✅✅", "oui"])
def test_another_sign_answers_nothing(key: str) -> None:
    assert Asked("$1", ASK).signed(key) is None
