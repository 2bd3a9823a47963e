"""A turn goes on with what it hangs on: a reply with that answer, a thread with its root; on a real homeserver."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from person import Meet, Person, relation
from program import Program
from proxy import Proxy
from running import Bot
from synapse import Homeserver
from test_manners import edit_of, edits
from test_relations import CLEAR_OR_ENCRYPTED, send_sealed, together

pytestmark = [pytest.mark.synapse, pytest.mark.anyio]

NewBot = Callable[..., Bot]
Content = dict[str, Any]


def reply(to: str) -> Content:
    return {"m.relates_to": {"m.in_reply_to": {"event_id": to}}, "m.mentions": {}}


def thread(root: str, last: str | None = None) -> Content:
    fallback = {"is_falling_back": True, "m.in_reply_to": {"event_id": last or root}}
    return {"m.relates_to": {"rel_type": "m.thread", "event_id": root} | fallback, "m.mentions": {}}


async def asked(one: Person, room: str, text: str, bot: Bot, **more: Any) -> Any:
    """Ask something, and return the first part of its answer, once it can be read."""
    question = await one.say(room, text, **more)
    await one.answer(room, question, bot.user_id)
    return await one.until(
        lambda: (a := one.answers(room, question, bot.user_id)[0]) and hasattr(a, "body") and a, "key", 20
    )


def turn(answer: Any) -> str:
    """Return which turn of its conversation an answer of the echoing bot is."""
    return str(answer.body.rpartition("tour ")[2].split()[0])


async def test_replies_and_threads_are_answered_on_the_right_subject_also_after_a_kill(
    real_bot: Bot, alice: Person
) -> None:
    room = await alice.room_with(real_bot.user_id, encrypted=True)
    twelve = await asked(alice, room, "Quel était le plafond du FAST 12 ?", real_bot)
    thirteen = await asked(alice, room, "Quel était le taux du FAST 13 ?", real_bot)
    assert "%" in thirteen.body
    real_bot.kill()
    late = await alice.say(room, "et pour le 13 ?", **reply(twelve.event_id))
    real_bot.start()
    said = (await alice.answer(room, late, real_bot.user_id)).body
    assert "plafond" in said.lower()
    assert "FAST 13" in said
    said = (await asked(alice, room, "et celui du 12 ?", real_bot, **thread(thirteen.event_id))).body
    assert "%" in said
    assert "2022" in said


async def test_in_a_room_a_thread_on_an_answer_needs_no_mention_and_starts_with_its_memory(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet
) -> None:
    paul = await meet(homeserver, "paul")
    room = await together(bot, alice, paul, encrypted=True)
    question = await alice.say(room, "!fast le plafond ?")
    first = await alice.answer(room, question, bot.user_id)
    assert turn(await asked(alice, room, "!fast et le taux ?", bot)) == "2"
    # On the answer and on its question; whoever opens it, and each for themselves.
    for root in (first.event_id, question):
        for who in (alice, paul):
            assert turn(await asked(who, room, "et le 13 ?", bot, **thread(root))) == "2"
            assert turn(await asked(who, room, "et le 14 ?", bot, **thread(root))) == "3"
    aside = await paul.say(room, "Anne, on en parle ?", **thread(first.event_id) | mentioning(alice))
    elsewhere = await paul.say(room, "et le 15 ?", **thread(await paul.say(room, "autre chose")))
    assert turn(await asked(alice, room, "!fast et ensuite ?", bot)) == "3"
    assert not paul.answers(room, aside, bot.user_id)
    assert not paul.answers(room, elsewhere, bot.user_id)


def mentioning(one: Person) -> Content:
    return {"m.mentions": {"user_ids": [one.user_id]}}


async def test_a_thread_under_a_notice_of_ours_calls_nobody(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet
) -> None:
    paul = await meet(homeserver, "paul")
    room = await together(bot, alice, paul, encrypted=False)
    [welcome] = await alice.until(lambda: alice.welcome(room, bot.user_id), "welcome")
    between = await paul.say(room, "qui s'en occupe ?", **thread(welcome.event_id))
    await asked(alice, room, "!fast le plafond ?", bot)
    assert not alice.answers(room, between, bot.user_id)


@CLEAR_OR_ENCRYPTED
async def test_a_reply_to_the_answer_of_a_colleague_or_to_a_part_of_it_goes_on_with_it(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet, encrypted: bool
) -> None:
    paul = await meet(homeserver, "paul")
    room = await together(bot, alice, paul, encrypted=encrypted)
    first = await asked(alice, room, "!fast le plafond ?", bot)
    second = await asked(alice, room, "!fast et le taux ?", bot)
    long = await alice.say(room, "!fast long 20")
    parts = await alice.until(lambda: len(a := alice.answers(room, long, bot.user_id)) == 3 and a, "parts")
    assert turn(await asked(paul, room, "et le 13 ?", bot, **reply(first.event_id))) == "2"
    assert turn(await asked(paul, room, "et le 14 ?", bot, **reply(second.event_id))) == "3"
    assert turn(await asked(paul, room, "!fast et le 15 ?", bot)) == "4"
    assert turn(await asked(alice, room, "et le 16 ?", bot, **reply(parts[2].event_id))) == "3"
    assert turn(await asked(alice, room, "et le 17 ?", bot, **reply(first.event_id))) == "2"
    assert turn(await asked(alice, room, "!fast et le 18 ?", bot)) == "3"


async def test_a_reply_to_an_answer_of_yesterday_is_remembered_and_a_bare_turn_is_not(
    homeserver: Homeserver, new_bot: NewBot, few: Program, alice: Person
) -> None:
    bot = new_bot(homeserver, few).start()
    room = await alice.room_with(bot.user_id, encrypted=True)
    answer = await asked(alice, room, "Quel était le plafond du FAST 12 ?", bot)
    bot.stop()
    then = (datetime.now(ZoneInfo("Europe/Paris")) - timedelta(days=2)).isoformat()
    bot.change("UPDATE exchanges SET json = json_set(json, '$.spoken_at', ?)", (then,))
    bot.start()
    bare = (await asked(alice, room, "et pour le 13 ?", bot)).body
    replied = (await asked(alice, room, "et pour le 13 ?", bot, **reply(answer.event_id))).body
    assert "plafond" in replied.lower()
    assert "FAST 13" in replied
    assert bare != replied


async def test_a_question_that_is_edited_is_answered_again_on_what_it_hung_on(bot: Bot, alice: Person) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    await asked(alice, room, "le plafond ?", bot)
    second = await alice.say(room, "et le tau ?")
    answer = await alice.answer(room, second, bot.user_id)
    assert turn(await asked(alice, room, "et le 13 ?", bot)) == "3"
    await alice.send(room, edit_of(second, "et le taux ?"))
    [text] = await alice.until(lambda: edits(alice, room, answer, bot), "edit")
    assert "et le taux ?" in text
    assert "tour 2" in text
    assert turn(await asked(alice, room, "et le 14 ?", bot)) == "4"
    await alice.client.room_redact(room, second)
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 3 FROM exchanges")
    assert turn(await asked(alice, room, "et le 15 ?", bot, **reply(second))) == "1"


async def test_a_storm_of_edits_that_come_one_by_one_is_answered_once_and_delays_nobody(
    bot: Bot, alice: Person
) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    question = await alice.say(room, "le plafon ?")
    answer = await alice.answer(room, question, bot.user_id)
    for number in range(12):
        await alice.send(room, edit_of(question, f"le plafond {number} ?"))
        await alice.sync(0)
    # Meanwhile the next question of the same person, in the same room, does not wait for the end of it.
    await alice.ask(room, "et le taux ?", bot.user_id)
    assert not edits(alice, room, answer, bot)
    [text] = await alice.until(lambda: edits(alice, room, answer, bot), "edit")
    await alice.ask(room, "et ensuite ?", bot.user_id)
    assert "le plafond 11 ?" in text
    assert len(edits(alice, room, answer, bot)) == 1


async def test_a_relation_that_is_null_or_only_sealed_is_no_relation(bot: Bot, alice: Person) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    first = await asked(alice, room, "le plafond ?", bot)
    assert turn(await asked(alice, room, "et le taux ?", bot)) == "2"
    hidden = reply(first.event_id)
    for content, beside in (({"m.relates_to": None}, None), (hidden, None), ({"m.relates_to": None}, None)):
        await send_sealed(
            alice, room, {"msgtype": "m.text", "body": f"et le {len(alice.seen[room])} ?"} | content, beside
        )
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 5 FROM exchanges")
    assert [row[0] for row in bot.rows("SELECT json FROM exchanges ORDER BY position")] == ["1", "2", "3", "4", "5"]
    # What the homeserver sees holds, whatever is sealed.
    seen = {"m.in_reply_to": {"event_id": first.event_id}}
    await send_sealed(alice, room, {"msgtype": "m.text", "body": "et le 6 ?", "m.relates_to": None}, seen)
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 6 FROM exchanges")
    assert bot.rows("SELECT json FROM exchanges ORDER BY position DESC LIMIT 1") == [("2",)]
    in_clear = await alice.room_with(bot.user_id, encrypted=False)
    assert turn(await asked(alice, in_clear, "le plafond ?", bot, **{"m.relates_to": None})) == "1"


async def test_a_reply_to_an_answer_of_which_the_bot_has_not_heard_that_it_was_sent_is_on_its_subject(
    homeserver: Homeserver, new_bot: NewBot, alice: Person, meet: Meet
) -> None:
    paul = await meet(homeserver, "paul")
    with Proxy(homeserver) as proxy:
        bot = new_bot(homeserver, homeserver=proxy.url).start()
        room = await together(bot, alice, paul, encrypted=True)
        first = await asked(alice, room, "!fast le plafond ?", bot)
        proxy.hides = "/send/m.room.encrypted"
        second = await asked(alice, room, "!fast et le taux ?", bot)
        late = await paul.say(room, "et le 13 ?", **reply(second.event_id))
        await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 3 FROM exchanges")
        bot.kill()
        proxy.hides = None
        bot.start()
        assert turn(await paul.answer(room, late, bot.user_id)) == "3"
        assert len({first.event_id, *(event.event_id for event in paul.said_by(bot.user_id, room))}) == 3


async def test_a_message_of_a_thread_that_an_edit_addresses_is_answered_in_the_thread(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet
) -> None:
    paul = await meet(homeserver, "paul")
    room = await together(bot, alice, paul, encrypted=True)
    root = await paul.say(room, "un sujet")
    said = await alice.say(room, "et le plafond ?", **thread(root))
    await alice.send(room, edit_of(said, "!fast le plafond ?"))
    assert relation(await alice.answer(room, said, bot.user_id))["event_id"] == root
