"""How the bot behaves in rooms: whom it answers, where, and what follows from edits, redactions and reactions."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import nio
import pytest
from person import Meet, Person, relation, replied, spaced
from proxy import Proxy
from running import Bot
from synapse import Homeserver

from bot.matrix.answering import AT_ONCE

pytestmark = [pytest.mark.synapse, pytest.mark.anyio]

NewBot = Callable[..., Bot]


def edit_of(event_id: str, text: str) -> dict[str, Any]:
    new = {"msgtype": "m.text", "body": text}
    return new | {
        "body": f"* {text}",
        "m.new_content": new,
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
    }


def edits(alice: Person, room: str, answer: Any, bot: Bot) -> list[str]:
    """Return the texts that have replaced an answer."""
    return [
        spaced(event.source["content"]["m.new_content"]["body"])
        for event in alice.said_by(bot.user_id, room)
        if relation(event).get("rel_type") == "m.replace" and relation(event)["event_id"] == answer.event_id
    ]


@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
async def test_in_a_room_it_answers_only_who_speaks_to_it(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet, encrypted: bool
) -> None:
    bob = await meet(homeserver, "bob")
    room = await alice.room_with(bot.user_id, bob.user_id, encrypted=encrypted, wait=False)
    await bob.client.join(room)
    await bob.sync(0)
    await alice.until(lambda: alice.joined(room) == {alice.user_id, bob.user_id, bot.user_id}, "everyone")
    between = await alice.say(room, "tu viens déjeuner ?")
    mention = {"m.mentions": {"user_ids": [bot.user_id]}}
    asked = await alice.say(room, "dis-moi, le plafond ?", **mention)
    answer = await alice.answer(room, asked, bot.user_id)
    followed = await alice.say(
        room, "et le taux ?", **{"m.relates_to": {"m.in_reply_to": {"event_id": answer.event_id}}}
    )
    await alice.answer(room, followed, bot.user_id)
    called = await alice.say(room, "!fast statut")
    assert "12 passages" in (await alice.answer(room, called, bot.user_id)).body
    assert not alice.answers(room, between, bot.user_id)


@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
async def test_a_name_that_is_only_spoken_of_or_not_mentioned_calls_nobody_and_labels_of_every_client_are_taken_off(
    homeserver: Homeserver, new_bot: NewBot, alice: Person, meet: Meet, encrypted: bool
) -> None:
    bot = new_bot(homeserver, display_name="Assistant FAST").start()
    bob = await meet(homeserver, "bob")
    room = await alice.room_with(bot.user_id, bob.user_id, encrypted=encrypted, wait=False)
    await bob.client.join(room)
    await bob.sync(0)
    everyone = {alice.user_id, bob.user_id, bot.user_id}
    await alice.until(lambda: alice.joined(room) == everyone, "everyone")
    await alice.until(lambda: alice.client.rooms[room].user_name(bot.user_id) == "Assistant FAST", "its name")
    nobody: dict[str, Any] = {"m.mentions": {}}
    spoken_of = [
        await alice.say(room, "Assistant FAST est en panne ce matin"),
        await alice.say(room, "j'ai écrit à fast@beta.gouv.fr et à https://exemple.fr/@assistant-fast"),
        await alice.say(room, "demande plutôt à l'Assistant FAST, Bob"),
        await alice.say(room, "Assistant FAST : le plafond ?", **nobody),
        await alice.say(room, "Assistant FAST : le plafond ?", **{"m.mentions": {"user_ids": [bob.user_id]}}),
    ]
    named = {"m.mentions": {"user_ids": [bot.user_id]}}
    labels = [
        ("@[Assistant FAST] le plafond ?", named),
        ("Assistant FAST: le plafond ?", named),
        ("le plafond, @Assistant FAST ?", named),
        (f"{bot.user_id} le plafond ?", named),
        ("Assistant FAST: le plafond ?", {}),
        ("@[Assistant FAST] !fast statut", named),
    ]
    for text, mentions in labels:
        said = (await alice.answer(room, await alice.say(room, text, **mentions), bot.user_id)).body
        assert ("passages" if "statut" in text else "« le plafond") in said
        assert "Assistant" not in said
    assert not [one for one in spoken_of if alice.answers(room, one, bot.user_id)]


@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
async def test_in_a_thread_it_answers_in_the_thread_with_the_fallback_and_remembers_it(
    bot: Bot, alice: Person, encrypted: bool
) -> None:
    room = await alice.room_with(bot.user_id, encrypted=encrypted)
    root = await alice.say(room, "un sujet")
    await alice.answer(room, root, bot.user_id)
    # It starts with the memory of its root, whose first turn that was.
    for turn in (2, 3):
        in_thread = {"rel_type": "m.thread", "event_id": root, "m.in_reply_to": {"event_id": root}}
        asked = await alice.say(room, f"dans le fil {turn}", **{"m.relates_to": in_thread | {"is_falling_back": True}})
        answer = await alice.answer(room, asked, bot.user_id)
        assert relation(answer) == {
            "rel_type": "m.thread",
            "event_id": root,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": asked},
        }
        assert f"tour {turn}" in answer.body


@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
async def test_an_edited_question_has_its_answer_edited(bot: Bot, alice: Person, encrypted: bool) -> None:
    room = await alice.room_with(bot.user_id, encrypted=encrypted)
    asked = await alice.say(room, "le plafon ?")
    answer = await alice.answer(room, asked, bot.user_id)
    await alice.send(room, edit_of(asked, "le plafond ?"))
    [text] = await alice.until(lambda: edits(alice, room, answer, bot), "edit")
    assert "le plafond ?" in text
    assert len(alice.answers(room, asked, bot.user_id)) == 1


async def test_an_edit_that_makes_the_answer_longer_or_shorter_leaves_no_part_behind(bot: Bot, alice: Person) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    asked = await alice.say(room, "long 20")
    parts = await alice.until(
        lambda: len(alice.answers(room, asked, bot.user_id)) == 3 and alice.answers(room, asked, bot.user_id)
    )
    assert all(len(part.body) <= 4000 for part in parts)
    await alice.send(room, edit_of(asked, "court"))
    [text] = await alice.until(lambda: edits(alice, room, parts[0], bot), "edit")
    assert "court" in text
    gone = [part.event_id for part in parts[1:]]
    await alice.until(lambda: redacted(alice, room) >= set(gone), "redactions")
    assert parts[0].event_id not in redacted(alice, room)


def redacted(alice: Person, room: str) -> set[str]:
    return {event.redacts for event in alice.seen[room] if isinstance(event, nio.RedactionEvent)}


@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
async def test_a_redacted_question_has_its_answer_redacted_and_its_text_forgotten(
    bot: Bot, alice: Person, encrypted: bool
) -> None:
    room = await alice.room_with(bot.user_id, encrypted=encrypted)
    asked = await alice.say(room, "un secret")
    answer = await alice.answer(room, asked, bot.user_id)
    await alice.client.room_redact(room, asked)
    await alice.until(lambda: answer.event_id in redacted(alice, room), "redaction")
    assert bot.rows("SELECT text FROM inbox WHERE text <> ''") == []
    assert bot.rows("SELECT content FROM outbox WHERE content <> '' AND state <> 'new'") == []


async def test_a_question_redacted_before_it_was_taken_up_is_not_answered(bot: Bot, alice: Person) -> None:
    room = await alice.ready_with(bot.user_id, encrypted=True)
    slow = await alice.say(room, "lent 2")
    asked = await alice.say(room, "non, rien")
    fixed = await alice.say(room, "le plafon")
    await alice.client.room_redact(room, asked)
    await alice.send(room, edit_of(fixed, "le plafond"))
    answer = await alice.answer(room, fixed, bot.user_id)
    assert "le plafond" in answer.body
    assert alice.answers(room, slow, bot.user_id)
    assert not alice.answers(room, asked, bot.user_id)
    assert not edits(alice, room, answer, bot)


async def test_a_question_redacted_while_its_answer_is_made_gets_none(bot: Bot, alice: Person) -> None:
    room = await alice.ready_with(bot.user_id, encrypted=True)
    asked = await alice.say(room, "lent 2 secret")
    await alice.until(lambda: bot.user_id in alice.client.rooms[room].typing_users, "typing")
    await alice.client.room_redact(room, asked)
    await alice.ask(room, "et ensuite ?", bot.user_id)
    assert not alice.answers(room, asked, bot.user_id)


async def test_files_get_one_sentence_a_room_and_a_day_and_what_is_written_under_one_an_answer(
    bot: Bot, alice: Person
) -> None:
    rooms = [await alice.room_with(bot.user_id, encrypted=encrypted) for encrypted in (False, True)]
    image = {"msgtype": "m.image", "body": "photo.jpg", "url": "mxc://test.local/x", "filename": "photo.jpg"}
    for room in rooms:
        first, second = [await alice.send(room, image) for _ in range(2)]
        captioned = await alice.send(room, image | {"body": "le plafond ?"})
        assert "le plafond ?" in (await alice.answer(room, captioned, bot.user_id)).body
        [told] = [event for event in alice.said_by(bot.user_id, room) if isinstance(event, nio.RoomMessageNotice)]
        assert replied(told) == first
        assert "texte" in told.body
        assert not alice.answers(room, second, bot.user_id)


async def test_an_administrator_is_told_more_of_the_state_of_the_service(
    homeserver: Homeserver, new_bot: NewBot, meet: Meet
) -> None:
    alice, bob = await meet(homeserver, "admin"), await meet(homeserver, "bob")
    bot = new_bot(homeserver, administrators=[alice.user_id]).start()
    said = {}
    for one in (alice, bob):
        room = await one.room_with(bot.user_id, encrypted=True)
        said[one.user_id] = (await one.ask(room, "!fast statut", bot.user_id)).body
    assert "salons : 1" in said[alice.user_id]
    assert "salons" not in said[bob.user_id]


async def test_slow_answers_of_one_person_in_many_rooms_do_not_delay_another(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet
) -> None:
    bob = await meet(homeserver, "bob")
    other = await bob.ready_with(bot.user_id, encrypted=True)
    # In as many rooms as are answered at once: one person holds one of the threads at most.
    rooms = [await alice.ready_with(bot.user_id, encrypted=True) for _ in range(AT_ONCE)]
    slow = [(room, await alice.say(room, "lent 3")) for room in rooms]
    asked = await bob.say(other, "et moi ?")
    answer = await bob.answer(other, asked, bot.user_id)
    sent = next(event for event in bob.seen[other] if event.event_id == asked)
    assert answer.server_timestamp - sent.server_timestamp < 1_500
    for room, question in slow:
        await alice.answer(room, question, bot.user_id)


async def test_a_text_too_long_to_be_a_question_gets_a_clear_message_at_once(bot: Bot, alice: Person) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    said = (await alice.ask(room, "450 k€ " * 3_000, bot.user_id)).body
    assert "10000" in said
    assert "tour 1" in (await alice.ask(room, "le plafond ?", bot.user_id)).body


async def test_a_thumb_taken_back_is_forgotten(bot: Bot, alice: Person) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    answer = await alice.ask(room, "prêt", bot.user_id)
    annotation = {"rel_type": "m.annotation", "event_id": answer.event_id, "key": "👎"}
    thumb = await alice.send(room, {"m.relates_to": annotation}, "m.reaction")
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) FROM ratings")
    await alice.client.room_redact(room, thumb)
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 0 FROM ratings")
    await alice.ask(room, "et ensuite ?", bot.user_id)


async def test_thumbs_on_an_answer_are_kept_without_text(bot: Bot, alice: Person) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    answer = await alice.ask(room, "prêt", bot.user_id)
    for key in ("👍", "🎉"):
        annotation = {"rel_type": "m.annotation", "event_id": answer.event_id, "key": key}
        await alice.send(room, {"m.relates_to": annotation}, "m.reaction")
    await alice.ask(room, "et ensuite", bot.user_id)
    assert bot.rows("SELECT target, value FROM ratings") == [(answer.event_id, "👍")]


async def test_slow_work_shows_life_within_a_second_and_the_question_is_marked_as_read(
    homeserver: Homeserver, new_bot: NewBot, alice: Person
) -> None:
    with Proxy(homeserver) as proxy:
        bot = new_bot(homeserver, homeserver=proxy.url).start()
        room = await alice.ready_with(bot.user_id, encrypted=True)
        started = time.monotonic()
        asked = await alice.say(room, "lent 3")
        await alice.until(lambda: bot.user_id in alice.client.rooms[room].typing_users, "typing")
        await alice.answer(room, asked, bot.user_id)
        await alice.until(lambda: bot.user_id not in alice.client.rooms[room].typing_users, "end of typing")
        await alice.until(lambda: asked in receipts(alice, room, bot), "receipt")
        told = next(answered for path, _, answered in proxy.passed if "/sync" in path and answered > started)
        typed = next(came for path, came, _ in proxy.passed if "/typing/" in path and came > started)
        assert typed - told < 1


def receipts(alice: Person, room: str, bot: Bot) -> set[str]:
    """Return the last events that the bot has marked as read, one a thread."""
    return {one.event_id for one in alice.client.rooms[room].threaded_read_receipts.get(bot.user_id, {}).values()}


async def test_notices_and_other_bots_are_not_answered(
    homeserver: Homeserver, new_bot: NewBot, alice: Person, meet: Meet
) -> None:
    robot = await meet(homeserver, "robot")
    bot = new_bot(homeserver, ignored_users=["robot*:test.local"]).start()
    room = await alice.room_with(bot.user_id, encrypted=True)
    notice = await alice.send(room, {"msgtype": "m.notice", "body": "je suis un robot"})
    other = await robot.room_with(bot.user_id, encrypted=True)
    ignored = await robot.say(other, "une question ?")
    await alice.ask(room, "prêt", bot.user_id)
    await robot.sync(0)
    assert not alice.answers(room, notice, bot.user_id)
    assert not robot.answers(other, ignored, bot.user_id)


async def test_too_many_questions_get_one_clear_message_and_then_silence(
    homeserver: Homeserver, new_bot: NewBot, alice: Person, meet: Meet
) -> None:
    bot = new_bot(homeserver, questions_per_user=2).start()
    bob = await meet(homeserver, "bob")
    room = await alice.room_with(bot.user_id, encrypted=True)
    other = await bob.room_with(bot.user_id, encrypted=True)
    asked = [await alice.say(room, f"question {number}") for number in range(5)]
    assert "beaucoup de questions" in (await alice.answer(room, asked[2], bot.user_id)).body
    await bob.ask(other, "et moi ?", bot.user_id)
    await alice.sync(0)
    assert [len(alice.answers(room, one, bot.user_id)) for one in asked] == [1, 1, 1, 0, 0]


async def test_a_fault_gives_its_reference_and_the_next_question_is_answered(bot: Bot, alice: Person) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    fault = (await alice.ask(room, "panne", bot.user_id)).body
    reference = fault.partition("référence ")[2][:8]
    assert f"reference={reference}" in bot.log
    assert "a fault that the test asked for" not in fault
    await alice.ask(room, "et maintenant ?", bot.user_id)


async def test_a_flood_in_one_room_does_not_delay_another_by_more_than_a_few_seconds(
    homeserver: Homeserver, new_bot: NewBot, alice: Person, meet: Meet
) -> None:
    bot = new_bot(homeserver, calls_per_second=2).start()
    bob = await meet(homeserver, "bob")
    room = await alice.room_with(bot.user_id, encrypted=True)
    other = await bob.room_with(bot.user_id, encrypted=True)
    await bob.ask(other, "prêt", bot.user_id)
    bot.stop()
    flood = [await alice.say(room, f"question {number}") for number in range(40)]
    asked = await bob.say(other, "et moi ?")
    bot.start()
    answer = await bob.answer(other, asked, bot.user_id)
    await alice.until(lambda: all(alice.answers(room, one, bot.user_id) for one in flood), "every answer")
    answers = [alice.answers(room, one, bot.user_id)[0] for one in flood]
    # By the clock of the homeserver: at two calls a second, the flood takes twenty seconds.
    assert answers[-1].server_timestamp - answers[0].server_timestamp > 15_000
    assert answer.server_timestamp - answers[0].server_timestamp < 5_000
