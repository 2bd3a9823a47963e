"""The bot in real rooms of a real Synapse: asked in the clear and encrypted, by a nio client."""

import pytest
from person import Person
from running import Bot

pytestmark = [pytest.mark.synapse, pytest.mark.anyio]


@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
async def test_a_question_in_a_direct_room_is_answered_with_its_source(
    real_bot: Bot, alice: Person, encrypted: bool
) -> None:
    room = await alice.room_with(real_bot.user_id, encrypted=encrypted)
    question = await alice.say(room, "Quel était le plafond du FAST 13 ?")
    answer = await alice.answer(room, question, real_bot.user_id)
    assert "300 000 €" in answer.body.replace("\u202f", " ").replace("\xa0", " ")
    assert "<a href=" in answer.formatted_body
    assert answer.decrypted == encrypted


@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
async def test_what_is_said_in_a_direct_room_gets_a_reply(bot: Bot, alice: Person, encrypted: bool) -> None:
    room = await alice.room_with(bot.user_id, encrypted=encrypted)
    answer = await alice.ask(room, "bonjour à toi", bot.user_id)
    assert "bonjour à toi" in answer.body
