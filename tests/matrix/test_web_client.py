"""The bot and the SDK of Tchap's web client, in encrypted rooms, both ways; strict clients exclude unsigned devices."""

import asyncio
import os
import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from jsclient import JsClient
from person import person
from program import Program
from running import Bot, make_bot
from synapse import Homeserver

from bot.matrix.reply import ANSWERED

pytestmark = pytest.mark.synapse

Names = Callable[[str], str]
Clients = Callable[..., JsClient]


@pytest.fixture(scope="module", autouse=True)
def _node() -> None:
    if shutil.which("npm") is None and not os.environ.get("CI"):
        pytest.skip("Node.js 20 or later, with npm, is not installed")


@pytest.fixture(scope="module")
def shared_bot(
    homeserver: Homeserver, few: Program, names: Names, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bot]:
    """A bot that answers from a few fiches, for the tests that leave it running.

    Its name is new each time: tests of a module that are run apart make it anew on the same server.
    """
    bot = make_bot(tmp_path_factory.mktemp("web") / "bot", homeserver, names("webbot"), few).start()
    yield bot
    bot.kill()


@pytest.fixture
def client(homeserver: Homeserver, names: Names) -> Iterator[Clients]:
    """Makes users of matrix-js-sdk, logged in and cross-signed."""
    made: list[JsClient] = []

    def make(*, strict: bool = True) -> JsClient:
        name = names("web")
        homeserver.register(name)
        made.append(JsClient(homeserver.url, name, "secret", strict=strict))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize("strict", [False, True], ids=["default", "strict"])
def test_a_question_in_an_encrypted_room_is_answered_by_a_device_that_its_owner_signed(
    shared_bot: Bot, client: Clients, strict: bool
):
    anne = client(strict=strict)
    room = anne.room_with(shared_bot.user_id)
    anne.next(room, "notice")  # the welcome, which must not come between

    question = anne.do("send", room=room, body="Quel était le plafond du FAST 13 ?")
    answer = anne.next(room)

    assert "300 000 €" in answer["body"].replace("\u202f", " ").replace("\xa0", " ")
    assert answer["encrypted"]
    assert answer["shield"] == 0  # EventShieldColour.NONE
    assert answer["relation"] == {ANSWERED: question}  # in a direct message, right under its question
    devices = anne.do("trust", user=shared_bot.user_id)
    assert [device["signedByOwner"] for device in devices] == [True]


def test_a_strict_client_does_exclude_a_device_that_its_owner_has_not_signed(
    homeserver: Homeserver, client: Clients, names: Names
):
    anne = client()

    async def unsigned() -> str:
        bob = await person(homeserver, names("unsigned"))
        room = await bob.room_with(anne.user_id, encrypted=True, wait=False)
        await asyncio.to_thread(anne.do, "join", room=room)
        await bob.until(lambda: room in bob.client.rooms, "room")
        await bob.until(lambda: anne.user_id in bob.client.rooms[room].users, "join")
        assert bob.client.rooms[room].encrypted
        await bob.say(room, "bonjour")
        await bob.close()
        return room

    room = asyncio.run(unsigned())

    assert anne.next(room, "undecryptable")["event"]


def test_a_bot_killed_and_started_again_is_still_read_by_a_strict_client(
    homeserver: Homeserver, new_bot: Callable[..., Bot], client: Clients
):
    bot = new_bot(homeserver).start()
    anne = client()
    room = anne.room_with(bot.user_id)
    anne.ask(room, "aide")

    bot.kill()
    late = anne.do("send", room=room, body="Quel était le plafond du FAST 13 ?")
    bot.start()
    answer = anne.next(room)
    devices = anne.do("trust", user=bot.user_id)

    assert answer["relation"] == {ANSWERED: late}
    assert anne.ask(room, "et ensuite ?")["encrypted"]
    assert [device["signedByOwner"] for device in devices] == [True]


def test_a_bot_that_lost_its_keys_is_read_again_with_another_device_signed_by_the_same_owner(
    homeserver: Homeserver, new_bot: Callable[..., Bot], client: Clients
):
    bot = new_bot(homeserver).start()
    anne = client()
    room = anne.room_with(bot.user_id)
    anne.ask(room, "aide")

    bot.stop()
    for file in (bot.state / "matrix").glob("keys.db*"):
        file.unlink()
    bot.start()
    devices = anne.do("trust", user=bot.user_id, devices=2, seconds=60)

    assert [device["signedByOwner"] for device in devices] == [True, True]
    assert "plafond" in anne.ask(room, "Quel était le plafond du FAST 13 ?")["body"]


def test_an_edited_question_gets_its_answer_edited_and_a_redacted_one_its_answer_redacted(
    shared_bot: Bot, client: Clients
):
    anne = client()
    room = anne.room_with(shared_bot.user_id)
    question = anne.do("send", room=room, body="Quel était le plafond du FAST 13 ?")
    answer = anne.next(room)

    anne.do("edit", room=room, target=question, body="aide")
    edited = anne.next(room, "edit")
    anne.do("redact", room=room, target=question)
    redacted = anne.next(room, "redaction")

    assert edited["relation"] == {"rel_type": "m.replace", "event_id": answer["event"]}
    assert "!fast" in edited["body"]
    assert edited["encrypted"]
    assert redacted["target"] in {answer["event"], edited["event"]}


def test_in_a_room_of_several_only_a_mention_is_answered_and_in_its_thread_no_mention_is_needed(
    shared_bot: Bot, client: Clients
):
    anne, bob = client(), client()
    room = anne.room_with(shared_bot.user_id, direct=False, also=(bob.user_id,))
    bob.do("join", room=room)
    anne.do("joined", room=room, user=bob.user_id)

    anne.do("send", room=room, body="On déjeune où ?")
    root = anne.do("send", room=room, body="Le plafond du FAST 13 ?", mention=shared_bot.user_id)
    first = anne.next(room)
    anne.do("send", room=room, body="@" + shared_bot.user_id.split(":")[0][1:] + " aide", thread=root)
    second = anne.next(room)
    anne.do("send", room=room, body="et son taux ?", thread=root)
    third = anne.next(room)

    senders = {message["sender"] for message in (first, second, third)}
    assert senders == {shared_bot.user_id}
    assert first["relation"]["m.in_reply_to"]["event_id"] == root
    assert [message["relation"].get("event_id") for message in (second, third)] == [root, root]
    assert [message["relation"].get("is_falling_back") for message in (second, third)] == [True, True]


def test_a_thumb_on_an_answer_is_kept(shared_bot: Bot, client: Clients):
    anne = client()
    room = anne.room_with(shared_bot.user_id)
    answer = anne.ask(room, "aide")["event"]

    anne.do("react", room=room, target=answer, key="👎🏽")

    shared_bot.wait_until(f"select count(*) from ratings where target = '{answer}' and value = '👎'", 20)


def test_who_comes_first_is_greeted_by_a_notice_and_a_bare_mention_helps(shared_bot: Bot, client: Clients):
    anne, bob = client(), client()
    room = anne.room_with(shared_bot.user_id, direct=False, also=(bob.user_id,))
    bob.do("join", room=room)
    anne.do("joined", room=room, user=bob.user_id)

    welcome = anne.next(room, "notice")
    anne.do("send", room=room, body=f"{shared_bot.user_id.split(':')[0]}: ", mention=shared_bot.user_id)
    helped = anne.next(room)

    assert "mentionnez-moi" in welcome["body"]
    assert welcome["mentions"] == []
    assert welcome["encrypted"]
    assert shared_bot.user_id in helped["body"]
    assert helped["body"].startswith("Bonjour")


def test_a_verification_is_cancelled_at_once_and_a_notice_says_why(shared_bot: Bot, client: Clients):
    anne = client()
    room = anne.room_with(shared_bot.user_id)
    anne.next(room, "notice")
    anne.ask(room, "aide")

    ended = anne.do("verify", room=room, user=shared_bot.user_id)
    told = anne.next(room, "notice")

    assert (ended["code"], ended["by"]) == ("m.user", shared_bot.user_id)
    assert ended["seconds"] < 10
    assert shared_bot.user_id in told["body"]
    alone = anne.do("verify", room=None, user=shared_bot.user_id)
    assert (alone["code"], alone["by"]) == ("m.user", shared_bot.user_id)


def test_a_reply_to_the_second_last_answer_and_a_thread_on_an_answer_are_on_the_right_subject(
    shared_bot: Bot, client: Clients
):
    anne, bob = client(), client()
    room = anne.room_with(shared_bot.user_id, direct=False, also=(bob.user_id,))
    bob.do("join", room=room)
    anne.do("joined", room=room, user=bob.user_id)

    anne.do("send", room=room, body="Le plafond du FAST 12 ?", mention=shared_bot.user_id)
    first = said_to(bob, room, shared_bot)["event"]
    anne.do("send", room=room, body="Le taux du FAST 13 ?", mention=shared_bot.user_id)
    second = said_to(bob, room, shared_bot)["event"]
    bob.do("send", room=room, body="et pour le 13 ?", reply=first)
    replied = said_to(bob, room, shared_bot)
    bob.do("send", room=room, body="et celui du 12 ?", thread=second)
    threaded = said_to(bob, room, shared_bot)

    assert "plafond" in replied["body"].lower()
    assert "%" in threaded["body"]
    assert threaded["relation"]["event_id"] == second


def said_to(one: JsClient, room: str, bot: Bot) -> dict[str, Any]:
    """Return the next message of the bot in a room where others speak too."""
    while (found := one.next(room))["sender"] != bot.user_id:
        pass
    return found


def test_one_tap_answers_each_question_of_the_interview(shared_bot: Bot, client: Clients):
    anne = client()
    room = anne.room_with(shared_bot.user_id)
    first = anne.ask(room, "suis-je éligible ?")

    signs = anne.do("reactions", room=room, target=first["event"], count=3)
    tap = anne.do("react", room=room, target=first["event"], key="✅")
    second = anne.next(room)

    assert sorted(signs) == sorted(["✅", "❌", "🤷"])
    assert "Question 1" in first["body"].replace("\u202f", " ").replace("\xa0", " ")
    assert "Question 2" in second["body"].replace("\u202f", " ").replace("\xa0", " ")
    assert second["encrypted"]
    assert second["relation"] == {ANSWERED: tap}


def test_a_poll_is_read_and_answered_by_the_sdk_and_ends(
    homeserver: Homeserver, new_bot: Callable[..., Bot], few: Program, client: Clients
):
    bot = new_bot(homeserver, few, choices="polls").start()
    anne = client()
    room = anne.room_with(bot.user_id)
    anne.ask(room, "suis-je éligible ?")

    poll = anne.do("poll", room=room)
    anne.do("vote", room=room, target=poll["event"], answer=poll["answers"][1]["id"])
    said = anne.next(room)

    assert [one["text"] for one in poll["answers"]] == ["Oui", "Non", "Je ne sais pas"]
    assert poll["most"] == 1
    assert "Non éligible" in said["body"]
    bot.wait_until("SELECT COUNT(*) FROM outbox WHERE kind = 'poll_end' AND state = 'sent'")
    assert any(anne.do("poll", room=room)["ended"] or time.sleep(0.5) for _ in range(60))
