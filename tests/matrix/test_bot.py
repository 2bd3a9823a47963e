"""The bot in real rooms of a real Synapse: asked in the clear and encrypted, by a nio client."""

import asyncio
from collections.abc import Callable

import pytest
from person import person
from running import Bot
from synapse import Homeserver

pytestmark = pytest.mark.synapse

Names = Callable[[str], str]


@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
def test_a_question_in_a_direct_room_is_answered_with_its_source(
    homeserver: Homeserver, real_bot: Bot, names: Names, encrypted: bool
) -> None:
    async def scenario() -> None:
        alice = await person(homeserver, names("alice"))
        room = await alice.room_with(real_bot.user_id, encrypted=encrypted)
        question = await alice.say(room, "Quel était le plafond du FAST 13 ?")
        answer = await alice.answer(room, question, real_bot.user_id)
        assert "300 000 €" in answer.body.replace("\u202f", " ").replace("\xa0", " ")
        assert "<a href=" in answer.formatted_body
        assert answer.decrypted == encrypted
        await alice.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
def test_what_is_said_in_a_direct_room_gets_a_reply(
    homeserver: Homeserver, bot: Bot, names: Names, encrypted: bool
) -> None:
    async def scenario() -> None:
        alice = await person(homeserver, names("alice"))
        room = await alice.room_with(bot.user_id, encrypted=encrypted)
        answer = await alice.ask(room, "bonjour à toi", bot.user_id)
        assert "bonjour à toi" in answer.body
        await alice.close()

    asyncio.run(scenario())
