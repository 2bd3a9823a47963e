"""Edits, replies, thumbs, threads and redactions count in their room, and for whom they are; on a real homeserver."""

import asyncio
import uuid
from typing import Any

import nio
import pytest
from person import Meet, Person, relation, replied
from running import Bot
from synapse import Homeserver
from test_encryption import sealed
from test_manners import edit_of, edits, redacted

pytestmark = [pytest.mark.synapse, pytest.mark.anyio]

Content = dict[str, Any]
CLEAR_OR_ENCRYPTED = pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])


async def send_sealed(
    one: Person, room: str, content: Content, beside: Any = None, kind: str = "m.room.message"
) -> None:
    """Send a content encrypted as it is, with `beside` as the relation that the homeserver sees."""
    client = one.client
    if client.olm.should_share_group_session(room):
        await client.share_group_session(room, ignore_unverified_devices=True)
    payload = client.olm.group_encrypt(room, {"type": kind, "content": content})
    if beside is not None:
        payload |= {"m.relates_to": beside}
    path = f"/_matrix/client/v3/rooms/{room}/send/m.room.encrypted/{uuid.uuid4().hex}"
    headers = {"Authorization": f"Bearer {client.access_token}", "Content-Type": "application/json"}
    response = await client.send("PUT", path, nio.Api.to_json(payload), headers)
    assert response.status == 200, await response.text()


async def together(bot: Bot, one: Person, *others: Person, encrypted: bool) -> str:
    """Make a room with the bot and others, who have all joined."""
    room = await one.room_with(bot.user_id, *(other.user_id for other in others), encrypted=encrypted, wait=False)
    for other in others:
        await other.client.join(room)
    everyone = {bot.user_id, one.user_id, *(other.user_id for other in others)}
    for each in (one, *others):
        await each.until(lambda each=each: each.joined(room) == everyone, "everyone")
        if encrypted:
            await each.until(lambda each=each: each.client.rooms[room].encrypted, "encryption")
    return room


def texts(one: Person, bot: Bot, room: str) -> str:
    """Return all that the bot has said in a room, edits included."""
    return "\n".join(str(event.source["content"].get("body")) for event in one.said_by(bot.user_id, room))


async def test_an_edit_of_another_room_changes_no_question_that_waits(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet
) -> None:
    mallory = await meet(homeserver, "mallory")
    room = await alice.ready_with(bot.user_id, encrypted=True)
    own = await mallory.ready_with(bot.user_id, encrypted=True)
    # Both are busy meanwhile, so that question and edit wait at the same time.
    await mallory.say(own, "lent 6")
    await alice.say(room, "lent 4")
    asked = await alice.say(room, "quel est le plafond ?")
    await send_sealed(mallory, own, edit_of(asked, "Je suis stupide"))
    answer = await alice.answer(room, asked, bot.user_id)
    await mallory.ask(own, "et ensuite ?", bot.user_id)
    await alice.ask(room, "et ensuite ?", bot.user_id)
    assert "quel est le plafond ?" in answer.body
    assert "stupide" not in texts(alice, bot, room)


@pytest.mark.parametrize("new", ["Je suis stupide", "long 20"], ids=["short", "long"])
async def test_an_edit_of_another_room_touches_neither_an_answer_nor_a_conversation(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet, new: str
) -> None:
    mallory = await meet(homeserver, "mallory")
    room = await alice.room_with(bot.user_id, encrypted=True)
    own = await mallory.ready_with(bot.user_id, encrypted=True)
    asked = await alice.say(room, "quel est le plafond ?")
    answer = await alice.answer(room, asked, bot.user_id)
    await send_sealed(mallory, own, edit_of(asked, new))
    await mallory.ask(own, "et ensuite ?", bot.user_id)
    assert not mallory.answers(own, asked, bot.user_id)
    assert "tour 2" in (await alice.ask(room, "et le taux ?", bot.user_id)).body
    assert not edits(alice, room, answer, bot)
    await alice.client.room_redact(room, asked)
    await alice.until(lambda: answer.event_id in redacted(alice, room), "redaction")
    await mallory.ask(own, "et ensuite ?", bot.user_id)
    # What has arrived is marked as sent a moment later.
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 0 FROM outbox WHERE state NOT IN ('sent')")


@CLEAR_OR_ENCRYPTED
async def test_the_edit_of_somebody_else_makes_no_question_of_a_message_which_its_author_still_can(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet, encrypted: bool
) -> None:
    mallory = await meet(homeserver, "mallory")
    room = await together(bot, alice, mallory, encrypted=encrypted)
    said = await alice.say(room, "on se voit demain")
    await mallory.send(room, edit_of(said, "!fast Je suis stupide"))
    await mallory.ask(room, "!fast et ensuite ?", bot.user_id)
    await alice.sync(0)
    assert not alice.answers(room, said, bot.user_id)
    await alice.send(room, edit_of(said, "!fast quel est le plafond ?"))
    assert "plafond" in (await alice.answer(room, said, bot.user_id)).body
    assert "stupide" not in texts(alice, bot, room)


async def test_a_question_whose_key_is_late_is_not_displaced_by_the_edit_of_somebody_else(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet
) -> None:
    mallory = await meet(homeserver, "mallory")
    room = await together(bot, alice, mallory, encrypted=True)
    await alice.ask(room, "!fast prêt", bot.user_id)
    await mallory.ask(room, "!fast prête", bot.user_id)
    send_keys = await sealed(alice, room)
    asked = await alice.say(room, "!fast quel est le plafond ?")
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) FROM undecrypted")
    await mallory.send(room, edit_of(asked, "!fast Je suis stupide"))
    await mallory.ask(room, "!fast et ensuite ?", bot.user_id)
    await send_keys()
    answer = await alice.answer(room, asked, bot.user_id)
    await alice.ask(room, "!fast et ensuite ?", bot.user_id)
    assert "quel est le plafond ?" in answer.body
    assert "stupide" not in texts(alice, bot, room)


async def test_a_question_whose_key_is_late_and_that_its_author_has_edited_is_answered_once_on_its_last_wording(
    bot: Bot, alice: Person
) -> None:
    room = await alice.ready_with(bot.user_id, encrypted=True)
    send_keys = await sealed(alice, room)
    asked = await alice.say(room, "quel est le plafon ?")
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) FROM undecrypted")
    late = alice.client.olm.outbound_group_sessions.pop(room)
    assert late
    await alice.send(room, edit_of(asked, "quel est le plafond ?"))
    answer = await alice.answer(room, asked, bot.user_id)
    await send_keys()
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 0 FROM undecrypted")
    await alice.ask(room, "et ensuite ?", bot.user_id)
    assert "quel est le plafond ?" in answer.body
    assert len(alice.answers(room, asked, bot.user_id)) == 1
    assert not edits(alice, room, answer, bot)


async def test_a_question_deleted_before_its_key_came_is_not_answered(bot: Bot, alice: Person) -> None:
    room = await alice.ready_with(bot.user_id, encrypted=True)
    send_keys = await sealed(alice, room)
    asked = await alice.say(room, "un secret")
    kept = await alice.say(room, "quel est le plafond ?")
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 2 FROM undecrypted")
    await alice.client.room_redact(room, asked)
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 1 FROM undecrypted")
    await send_keys()
    await alice.answer(room, kept, bot.user_id)
    assert not alice.answers(room, asked, bot.user_id)


async def test_a_thumb_counts_in_its_room_and_from_the_person_answered(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet
) -> None:
    mallory = await meet(homeserver, "mallory")
    room = await together(bot, alice, mallory, encrypted=True)
    own = await mallory.ready_with(bot.user_id, encrypted=True)
    answer = await alice.ask(room, "!fast prêt", bot.user_id)
    thumb = {"m.relates_to": {"rel_type": "m.annotation", "event_id": answer.event_id, "key": "👎"}}
    await send_sealed(mallory, own, thumb, kind="m.reaction")
    await mallory.send(room, thumb, "m.reaction")
    await mallory.ask(own, "et ensuite ?", bot.user_id)
    assert bot.rows("SELECT * FROM ratings") == []
    await alice.send(room, thumb, "m.reaction")
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 1 FROM ratings")


async def test_a_reply_or_a_thread_of_another_room_calls_nobody(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet
) -> None:
    mallory, carl = await meet(homeserver, "mallory"), await meet(homeserver, "carl")
    room = await alice.room_with(bot.user_id, encrypted=True)
    answer = await alice.ask(room, "prêt", bot.user_id)
    in_thread = {"rel_type": "m.thread", "event_id": answer.event_id, "m.in_reply_to": {"event_id": answer.event_id}}
    threaded = await alice.say(room, "dans le fil", **{"m.relates_to": in_thread})
    await alice.answer(room, threaded, bot.user_id)
    own = await together(bot, mallory, carl, encrypted=True)
    reply = {"m.in_reply_to": {"event_id": answer.event_id}}
    # The homeserver lets a reply to another room pass, even in clear; the others only where it does not see them.
    await mallory.say(own, "et au 15 ?", **{"m.relates_to": reply})
    for hidden in (reply, in_thread, in_thread | {"is_falling_back": True}):
        await send_sealed(mallory, own, {"msgtype": "m.text", "body": "et au 16 ?", "m.relates_to": hidden})
    called = await mallory.ask(own, "!fast et ensuite ?", bot.user_id)
    assert [event.event_id for event in mallory.said_by(bot.user_id, own)] == [called.event_id]
    assert "tour 1" in called.body


@CLEAR_OR_ENCRYPTED
async def test_in_a_thread_each_person_has_a_conversation_of_their_own(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet, encrypted: bool
) -> None:
    mallory = await meet(homeserver, "mallory")
    room = await together(bot, alice, mallory, encrypted=encrypted)
    root = await alice.say(room, "un sujet")
    in_thread = {"rel_type": "m.thread", "event_id": root, "m.in_reply_to": {"event_id": root}}
    turns = []
    for who, text in ((alice, "!fast un"), (mallory, "deux"), (alice, "trois"), (mallory, "quatre")):
        asked = await who.say(room, text, **{"m.relates_to": in_thread | {"is_falling_back": True}})
        answer = await who.answer(room, asked, bot.user_id)
        assert relation(answer)["event_id"] == root
        turns.append(answer.body.rpartition("tour ")[2].strip())
    assert turns == ["1", "1", "2", "2"]


@pytest.mark.parametrize("inside", [None, {}, {"rel_type": "m.thread", "event_id": "$x"}, "absent"])
async def test_the_relation_that_the_homeserver_sees_holds_whatever_is_sealed(
    bot: Bot, alice: Person, inside: Any
) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    asked = await alice.say(room, "le plafon ?")
    answer = await alice.answer(room, asked, bot.user_id)
    content = edit_of(asked, "le plafond ?")
    seen = content.pop("m.relates_to")
    await send_sealed(alice, room, content | ({} if inside == "absent" else {"m.relates_to": inside}), seen)
    [text] = await alice.until(lambda: edits(alice, room, answer, bot), "edit")
    assert "le plafond ?" in text


async def test_a_storm_of_edits_is_answered_once_on_its_last_wording(bot: Bot, alice: Person) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    asked = await alice.say(room, "le plafon ?")
    answer = await alice.answer(room, asked, bot.user_id)
    # One more waits before them, so that they are received before the first is taken up.
    await alice.say(room, "lent 4")
    for number in range(12):
        await alice.send(room, edit_of(asked, f"le plafond {number} ?"))
    await alice.until(lambda: edits(alice, room, answer, bot), "edit")
    await alice.ask(room, "et ensuite ?", bot.user_id)
    [text] = edits(alice, room, answer, bot)
    assert "le plafond 11 ?" in text


async def test_a_member_who_takes_its_name_does_not_silence_who_calls_it(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet
) -> None:
    mallory = await meet(homeserver, "mallory")
    room = await together(bot, alice, mallory, encrypted=True)
    name = alice.client.rooms[room].users[bot.user_id].display_name
    assert name
    await mallory.client.set_displayname(name)
    await alice.until(lambda: alice.client.rooms[room].users[mallory.user_id].display_name == name, "the name")
    asked = await alice.say(room, f"{name} : quel est le plafond ?")
    answer = await alice.answer(room, asked, bot.user_id)
    assert "« quel est le plafond ? »" in answer.body
    assert replied(answer) == asked
