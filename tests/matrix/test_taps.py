"""One tap answers what the bot asks, once, for the person asked; on a real homeserver, in clear and encrypted rooms."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from person import Meet, Person, content_of, quoted, relation
from proxy import Proxy
from running import Bot
from synapse import Homeserver
from test_hanging import asked, reply, thread, turn
from test_manners import edit_of, edits, redacted
from test_relations import CLEAR_OR_ENCRYPTED, send_sealed, together

pytestmark = [pytest.mark.synapse, pytest.mark.anyio]

NewBot = Callable[..., Bot]
NUMBERS = ["1️⃣", "2️⃣", "3️⃣"]
YES_NO = ["✅", "❌", "🤷"]
POLL = "org.matrix.msc3381.poll.start"
POLL_END = "org.matrix.msc3381.poll.end"


def signs(one: Person, room: str, bot: Bot, target: str) -> list[str]:
    """Return the reactions of the bot to an event that still stand, oldest first."""
    gone = redacted(one, room)
    found = [event for event in one.seen[room] if event.sender == bot.user_id and event.source["type"] == "m.reaction"]
    under = [event for event in found if relation(event).get("event_id") == target]
    return [relation(event)["key"] for event in under if event.event_id not in gone]


async def offered(one: Person, room: str, text: str, bot: Bot, expected: list[str], **more: Any) -> Any:
    """Ask something; return the answer once the bot has put its signs under it."""
    answer = await asked(one, room, text, bot, **more)
    await one.until(lambda: signs(one, room, bot, answer.event_id) == expected, f"signs {expected}")
    return answer


def on(target: str, key: str) -> dict[str, Any]:
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": target, "key": key}}


async def tap(one: Person, room: str, target: str, key: str) -> str:
    return await one.send(room, on(target, key), "m.reaction")


async def tapped(one: Person, room: str, target: str, key: str, bot: Bot) -> Any:
    """Tap a sign; return the answer."""
    sent = await tap(one, room, target, key)
    await one.answer(room, sent, bot.user_id)
    return await one.until(
        lambda: (a := one.answers(room, sent, bot.user_id)[0]) and hasattr(a, "body") and a, "key", 20
    )


def notices(one: Person, room: str, bot: Bot) -> list[Any]:
    """Return what the bot says in notices that answer something."""
    return [event for event in one.said_by(bot.user_id, room) if content_of(event).get("msgtype") == "m.notice"]


async def settled(bot: Bot) -> None:
    """Wait until nothing is left to take up or to send."""
    for table in ("inbox", "outbox"):
        await asyncio.to_thread(bot.wait_until, f"SELECT COUNT(*) = 0 FROM {table} WHERE state = 'new'")


# ---- reactions -----------------------------------------------------------------------------------------------------


@CLEAR_OR_ENCRYPTED
async def test_a_tap_is_answered_as_the_words_that_it_stands_for(bot: Bot, alice: Person, encrypted: bool) -> None:
    room = await alice.room_with(bot.user_id, encrypted=encrypted)
    answer = await offered(alice, room, "choix du sujet", bot, NUMBERS)
    second = await tapped(alice, room, answer.event_id, "2️⃣", bot)
    assert "« 2 »" in second.body
    assert turn(second) == "2"
    assert quoted(second) is None  # in a direct room, right under what was tapped
    answer = await offered(alice, room, "entretien", bot, YES_NO)
    assert "« je ne sais pas »" in (await tapped(alice, room, answer.event_id, "🤷🏽‍♀️", bot)).body
    answer = await offered(alice, room, "liste des lauréats", bot, ["✅"])
    assert "« liste complète »" in (await tapped(alice, room, answer.event_id, "✅", bot)).body
    await settled(bot)
    assert bot.rows("SELECT COUNT(*) FROM outbox WHERE state <> 'sent'") == [(0,)]


async def test_the_signs_say_what_they_mean_and_words_still_answer(bot: Bot, alice: Person) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    answer = await offered(alice, room, "entretien", bot, YES_NO)
    assert "✅ oui · ❌ non · 🤷 je ne sais pas" in answer.body
    answer = await asked(alice, room, "choix", bot)
    assert "par ce numéro" in answer.body
    said = await asked(alice, room, "2", bot)
    assert "« 2 »" in said.body
    assert signs(alice, room, bot, said.event_id) == []


async def test_only_the_person_asked_answers_and_in_a_room_they_are_told_what_is_answered(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet
) -> None:
    paul = await meet(homeserver, "paul")
    room = await together(bot, alice, paul, encrypted=True)
    answer = await offered(alice, room, "!fast choix du sujet", bot, NUMBERS)
    strange = await tap(paul, room, answer.event_id, "1️⃣")
    await asked(paul, room, "!fast et après", bot)
    second = await tapped(alice, room, answer.event_id, "3️⃣", bot)
    assert "« 3 »" in second.body
    assert quoted(second) == answer.event_id
    assert content_of(second)["m.mentions"] == {"user_ids": [alice.user_id]}
    assert not alice.answers(room, strange, bot.user_id)
    assert not notices(alice, room, bot)


async def test_a_tap_in_a_thread_or_on_what_answers_a_reply_goes_on_there(bot: Bot, alice: Person) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    root = await asked(alice, room, "le plafond", bot)
    await asked(alice, room, "et le taux", bot)
    await asked(alice, room, "et les dates", bot)
    answer = await offered(alice, room, "choix", bot, NUMBERS, **thread(root.event_id))
    said = await tapped(alice, room, answer.event_id, "1️⃣", bot)
    assert relation(said)["event_id"] == root.event_id
    assert turn(said) == "3"
    answer = await offered(alice, room, "choix", bot, NUMBERS, **reply(root.event_id))
    said = await tapped(alice, room, answer.event_id, "1️⃣", bot)
    assert turn(said) == "3"
    assert turn(await asked(alice, room, "et ensuite", bot)) == "4"


async def test_doubled_taps_are_taken_once_and_a_change_of_mind_gets_a_word_once(bot: Bot, alice: Person) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    answer = await offered(alice, room, "choix", bot, NUMBERS)
    first = await tap(alice, room, answer.event_id, "2️⃣")
    await alice.client.room_redact(room, first)
    again = await tap(alice, room, answer.event_id, "2️⃣")
    await alice.until(lambda: alice.answers(room, first, bot.user_id) or alice.answers(room, again, bot.user_id))
    for key in ("1️⃣", "3️⃣"):
        await tap(alice, room, answer.event_id, key)
    await alice.until(lambda: notices(alice, room, bot), "notice")
    await settled(bot)
    assert turn(await asked(alice, room, "et ensuite", bot)) == "3"
    taken = [one for sent in (first, again) for one in alice.answers(room, sent, bot.user_id)]
    [told] = notices(alice, room, bot)
    assert len(taken) == 1
    assert "n'attend plus" in told.body
    # As the notice says, words still go back to it.
    assert turn(await asked(alice, room, "3", bot, **reply(answer.event_id))) == "2"


async def test_what_was_left_for_another_turn_is_answered_no_more_but_an_offer_is(bot: Bot, alice: Person) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    offer = await offered(alice, room, "liste", bot, ["✅"])
    question = await offered(alice, room, "entretien", bot, YES_NO)
    await asked(alice, room, "le plafond", bot)
    late = await tap(alice, room, question.event_id, "✅")
    await alice.until(lambda: notices(alice, room, bot), "notice")
    said = await tapped(alice, room, offer.event_id, "✅", bot)
    assert not [one for one in alice.answers(room, late, bot.user_id) if one not in notices(alice, room, bot)]
    assert turn(said) == "2"
    assert quoted(said) == offer.event_id


async def test_help_in_between_leaves_the_question_as_it_is(bot: Bot, alice: Person) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    answer = await offered(alice, room, "entretien", bot, YES_NO)
    await asked(alice, room, "!fast aide", bot)
    assert "« non »" in (await tapped(alice, room, answer.event_id, "❌", bot)).body


async def test_any_part_of_a_long_answer_is_tapped_the_last_has_the_signs(bot: Bot, alice: Person) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    long = await alice.say(room, "long 20 entretien")
    parts = await alice.until(lambda: len(a := alice.answers(room, long, bot.user_id)) == 3 and a, "parts")
    await alice.until(lambda: signs(alice, room, bot, parts[2].event_id) == YES_NO, "signs")
    assert "« oui »" in (await tapped(alice, room, parts[0].event_id, "✅", bot)).body
    assert not [key for part in parts[:2] for key in signs(alice, room, bot, part.event_id)]


async def test_a_tap_counts_in_its_room_and_on_what_asks(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet
) -> None:
    paul = await meet(homeserver, "paul")
    room = await together(bot, alice, paul, encrypted=True)
    other = await alice.room_with(bot.user_id, encrypted=True)
    answer = await offered(alice, room, "!fast choix", bot, NUMBERS)
    plain = await asked(alice, other, "le plafond", bot)
    own = await alice.say(other, "le taux")
    # A homeserver refuses what relates to an event of another room, unless it does not see it.
    await send_sealed(alice, other, on(answer.event_id, "1️⃣"), kind="m.reaction")
    for target, key in ((plain.event_id, "1️⃣"), (own, "✅"), (plain.event_id, "✅")):
        await tap(alice, other, target, key)
    for key in ("🎉", "✅", "4️⃣", "11"):
        await tap(alice, room, answer.event_id, key)
    await asked(alice, other, "et ensuite", bot)
    assert bot.rows("SELECT COUNT(*) FROM inbox WHERE kind = 'tap'") == [(0,)]
    assert "« 1 »" in (await tapped(alice, room, answer.event_id, "1⃣", bot)).body


async def test_a_tap_that_waits_over_a_kill_is_answered_once_and_no_sign_is_doubled(bot: Bot, alice: Person) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    answer = await offered(alice, room, "choix", bot, NUMBERS)
    bot.kill()
    late = await tap(alice, room, answer.event_id, "3️⃣")
    bot.start()
    await alice.answer(room, late, bot.user_id)
    bot.kill()
    bot.start()
    assert turn(await asked(alice, room, "et ensuite", bot)) == "3"
    assert len(alice.answers(room, late, bot.user_id)) == 1
    assert signs(alice, room, bot, answer.event_id) == NUMBERS


async def test_signs_of_which_the_bot_has_not_heard_that_they_were_sent_are_not_doubled(
    homeserver: Homeserver, new_bot: NewBot, alice: Person
) -> None:
    with Proxy(homeserver) as proxy:
        bot = new_bot(homeserver, homeserver=proxy.url).start()
        room = await alice.room_with(bot.user_id, encrypted=True)
        await asked(alice, room, "prêt", bot)
        proxy.hides = "/send/m.reaction"
        answer = await asked(alice, room, "choix", bot)
        await alice.until(lambda: signs(alice, room, bot, answer.event_id) == NUMBERS[:1], "sign")
        bot.kill()
        proxy.hides = None
        bot.start(CLOCK_AHEAD="3600")  # the homeserver may have forgotten the transaction
        await alice.until(lambda: len(signs(alice, room, bot, answer.event_id)) >= 3, "signs")
        await asked(alice, room, "et ensuite", bot)
        assert signs(alice, room, bot, answer.event_id) == NUMBERS


# ---- rewritten and deleted answers ---------------------------------------------------------------------------------


async def test_the_signs_follow_an_answer_that_is_rewritten(bot: Bot, alice: Person) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    question = await alice.say(room, "choix")
    answer = await alice.answer(room, question, bot.user_id)
    await alice.until(lambda: signs(alice, room, bot, answer.event_id) == NUMBERS, "signs")
    await alice.send(room, edit_of(question, "entretien"))
    await alice.until(lambda: edits(alice, room, answer, bot), "edit")
    await alice.until(lambda: signs(alice, room, bot, answer.event_id) == YES_NO, "other signs")
    stale = await tap(alice, room, answer.event_id, "2️⃣")
    assert "« non »" in (await tapped(alice, room, answer.event_id, "❌", bot)).body
    assert not alice.answers(room, stale, bot.user_id)


async def test_a_thumb_is_taken_off_the_count_when_its_answer_is_rewritten_or_deleted(bot: Bot, alice: Person) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    other = await asked(alice, room, "autre", bot)
    question = await alice.say(room, "le plafond")
    answer = await alice.answer(room, question, bot.user_id)
    await tap(alice, room, other.event_id, "👍")
    await tap(alice, room, answer.event_id, "👎")
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 2 FROM ratings")
    await alice.send(room, edit_of(question, "le taux"))
    await alice.until(lambda: edits(alice, room, answer, bot), "edit")
    assert bot.rows("SELECT target FROM ratings") == [(other.event_id,)]
    await tap(alice, room, answer.event_id, "👍")
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 2 FROM ratings")
    await alice.client.room_redact(room, question)
    await alice.until(lambda: answer.event_id in redacted(alice, room), "redaction")
    await send_sealed(alice, room, {}, on(answer.event_id, "👎")["m.relates_to"], "m.reaction")
    await asked(alice, room, "et ensuite", bot)
    assert bot.rows("SELECT target FROM ratings") == [(other.event_id,)]


async def test_a_thumb_is_taken_off_the_count_when_somebody_else_deletes_the_answer(bot: Bot, alice: Person) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    answer = await asked(alice, room, "le plafond", bot)
    await tap(alice, room, answer.event_id, "👎")
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) FROM ratings")
    await alice.client.room_redact(room, answer.event_id)
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 0 FROM ratings")
    assert turn(await asked(alice, room, "et ensuite", bot)) == "2"


# ---- polls ---------------------------------------------------------------------------------------------------------


def polls(one: Person, room: str, bot: Bot, kind: str = POLL) -> list[Any]:
    return [event for event in one.seen[room] if event.sender == bot.user_id and event.source.get("type") == kind]


async def polled(one: Person, room: str, text: str, bot: Bot) -> Any:
    """Ask something that the bot asks back with a poll; return this."""
    before = len(polls(one, room, bot))
    await asked(one, room, text, bot)
    return (await one.until(lambda: polls(one, room, bot)[before:], "poll"))[0]


def options(poll: Any) -> list[str]:
    return [one["id"] for one in content_of(poll)[POLL]["answers"]]


def vote_on(poll: Any, *answers: Any) -> dict[str, Any]:
    return {
        "m.relates_to": {"rel_type": "m.reference", "event_id": poll.event_id},
        "org.matrix.msc3381.poll.response": {"answers": list(answers)},
    }


async def vote(one: Person, room: str, content: dict[str, Any]) -> str:
    return await one.send(room, content, "org.matrix.msc3381.poll.response")


@pytest.fixture
def polling(homeserver: Homeserver, new_bot: NewBot) -> Bot:
    """A bot that asks with polls, running."""
    return new_bot(homeserver, choices="polls").start()


@CLEAR_OR_ENCRYPTED
async def test_a_vote_is_answered_once_and_ends_the_poll(polling: Bot, alice: Person, encrypted: bool) -> None:
    room = await alice.room_with(polling.user_id, encrypted=encrypted)
    poll = await polled(alice, room, "choix", polling)
    told = content_of(poll)
    assert told[POLL]["max_selections"] == 1
    assert len(set(options(poll))) == 3
    assert all(str(number) in told["org.matrix.msc1767.text"] for number in (1, 2, 3))
    sent = await vote(alice, room, vote_on(poll, options(poll)[1]))
    more = await vote(alice, room, vote_on(poll, options(poll)[1]))
    answer = await alice.answer(room, sent, polling.user_id)
    [end] = await alice.until(lambda: polls(alice, room, polling, POLL_END), "end")
    assert content_of(end)["m.relates_to"] == {"rel_type": "m.reference", "event_id": poll.event_id}
    assert turn(await asked(alice, room, "et ensuite", polling)) == "3"
    assert "« 2 »" in answer.body
    assert not alice.answers(room, more, polling.user_id)
    assert len(polls(alice, room, polling, POLL_END)) == 1


async def test_words_answer_what_a_poll_asks_and_end_it_and_a_reply_to_it_is_on_its_subject(
    polling: Bot, alice: Person
) -> None:
    room = await alice.room_with(polling.user_id, encrypted=True)
    poll = await polled(alice, room, "entretien", polling)
    assert turn(await asked(alice, room, "non", polling)) == "2"
    await alice.until(lambda: polls(alice, room, polling, POLL_END), "end")
    assert turn(await asked(alice, room, "et ensuite", polling)) == "3"
    assert turn(await asked(alice, room, "oui", polling, **reply(poll.event_id))) == "2"


async def test_votes_of_others_elsewhere_or_malformed_are_not_taken(
    homeserver: Homeserver, polling: Bot, alice: Person, meet: Meet
) -> None:
    paul = await meet(homeserver, "paul")
    room = await together(polling, alice, paul, encrypted=False)
    own = await alice.room_with(polling.user_id, encrypted=False)
    poll = await polled(alice, room, "!fast choix", polling)
    first = options(poll)[0]
    await vote(paul, room, vote_on(poll, first))
    malformed: list[Any] = [
        vote_on(poll),
        vote_on(poll, "nothing"),
        vote_on(poll, 1),
        vote_on(poll, first) | {"m.relates_to": None},
        vote_on(poll, first) | {"m.relates_to": {"rel_type": "m.annotation", "event_id": poll.event_id, "key": "1️⃣"}},
        vote_on(poll) | {"org.matrix.msc3381.poll.response": {"answers": {"0": first}}},
        vote_on(poll) | {"org.matrix.msc3381.poll.response": first},
        vote_on(poll) | {"org.matrix.msc3381.poll.response": None, "m.selections": 1},
        {},
    ]
    for content in malformed:
        await vote(alice, room, content)
    await asked(alice, own, "et ensuite", polling)
    assert polling.rows("SELECT COUNT(*) FROM inbox WHERE kind = 'tap'") == [(0,)]
    stable = {"m.relates_to": vote_on(poll)["m.relates_to"], "m.selections": [first]}
    taken = await alice.send(room, stable, "m.poll.response")
    assert "« 1 »" in (await alice.answer(room, taken, polling.user_id)).body


async def test_a_poll_goes_with_the_answer_that_is_rewritten_or_deleted(polling: Bot, alice: Person) -> None:
    room = await alice.room_with(polling.user_id, encrypted=True)
    poll = await polled(alice, room, "choix", polling)
    [(question,)] = polling.rows("SELECT question FROM exchanges")
    await alice.send(room, edit_of(question, "entretien"))
    second = (await alice.until(lambda: polls(alice, room, polling)[1:], "second poll"))[0]
    await alice.until(lambda: poll.event_id in redacted(alice, room), "redaction")
    sent = await vote(alice, room, vote_on(second, options(second)[0]))
    assert "« oui »" in (await alice.answer(room, sent, polling.user_id)).body
    await alice.client.room_redact(room, question)
    await alice.until(lambda: second.event_id in redacted(alice, room), "redaction of the second")


async def test_a_poll_and_its_end_come_once_over_kills(polling: Bot, alice: Person) -> None:
    room = await alice.room_with(polling.user_id, encrypted=True)
    poll = await polled(alice, room, "choix", polling)
    polling.kill()
    late = await vote(alice, room, vote_on(poll, options(poll)[2]))
    polling.start()
    await alice.answer(room, late, polling.user_id)
    polling.kill()
    polling.start()
    assert turn(await asked(alice, room, "et ensuite", polling)) == "3"
    assert len(alice.answers(room, late, polling.user_id)) == 1
    assert [len(polls(alice, room, polling, kind)) for kind in (POLL, POLL_END)] == [1, 1]


@CLEAR_OR_ENCRYPTED
async def test_a_poll_of_a_person_gets_a_word_where_it_is_for_the_bot(
    homeserver: Homeserver, bot: Bot, alice: Person, meet: Meet, encrypted: bool
) -> None:
    paul = await meet(homeserver, "paul")
    direct = await alice.room_with(bot.user_id, encrypted=encrypted)
    room = await together(bot, alice, paul, encrypted=encrypted)
    start = {"question": {"org.matrix.msc1767.text": "On déjeune où ?"}, "answers": [{"id": "1"}], "max_selections": 1}
    content = {POLL: start, "org.matrix.msc1767.text": "On déjeune où ?"}
    sent = await alice.send(direct, content, POLL)
    assert "sondage" in (await alice.answer(direct, sent, bot.user_id)).body
    for odd in ({}, {POLL: None}, {POLL: []}):
        await alice.send(direct, odd, "m.poll.start")
    between = await alice.send(room, content, POLL)
    named = await alice.send(room, content | {"m.mentions": {"user_ids": [bot.user_id]}}, POLL)
    assert "sondage" in (await alice.answer(room, named, bot.user_id)).body
    await asked(alice, direct, "et ensuite", bot)
    assert not alice.answers(room, between, bot.user_id)
    assert len(notices(alice, direct, bot)) == 1


# ---- text ----------------------------------------------------------------------------------------------------------


async def test_with_text_alone_nothing_is_put_under_what_is_asked(
    homeserver: Homeserver, new_bot: NewBot, alice: Person
) -> None:
    bot = new_bot(homeserver, choices="text").start()
    room = await alice.room_with(bot.user_id, encrypted=True)
    answer = await asked(alice, room, "choix", bot)
    await tap(alice, room, answer.event_id, "1️⃣")
    assert turn(await asked(alice, room, "2", bot)) == "2"
    assert "Répondez par un numéro" in answer.body
    assert signs(alice, room, bot, answer.event_id) == []
    assert bot.rows("SELECT COUNT(*) FROM outbox WHERE kind <> 'message'") == [(0,)]
