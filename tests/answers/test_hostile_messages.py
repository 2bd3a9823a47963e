"""No message takes the bot long, whatever it is made of and whatever was said before."""

import time
from collections.abc import Callable, Mapping
from datetime import date

import pytest
from hostile import MESSAGES, SIZE

from bot.answers.answering import Answerer
from bot.answers.state import Conversation

TODAY = date(2026, 11, 21)
MOST = 0.3  # seconds of processor
TRIES = 4
BEGUN = {
    "nothing": (),
    "an answer": ("quel est le plafond du FAST 12 ?", "qui étaient les lauréats ?"),
    "a sum": ("simuler avec un budget de 450 k€",),
    "an interview": ("suis-je éligible ?",),
    "a choice": ("combien ?",),
}


@pytest.fixture(scope="module")
def conversations(answerer: Answerer) -> Mapping[str, Conversation]:
    """The conversation after each of the turns of `BEGUN`."""
    found = {}
    for name, turns in BEGUN.items():
        conversation = Conversation()
        for turn in turns:
            _, conversation = answerer.reply(turn, conversation, TODAY)
        found[name] = conversation
    answerer.reply("quel est le taux ?", Conversation(), TODAY)  # what is made ready once is not what is measured
    return found


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_hostile_message_is_answered_in_a_bounded_time(
    kind: str, answerer: Answerer, conversations: Mapping[str, Conversation]
):
    slow = {}
    for position, (name, conversation) in enumerate(conversations.items()):
        # Never the same text twice: what was understood last is remembered.
        took = least(lambda text: answerer.reply(text, conversation, TODAY), kind, position)  # noqa: B023
        if took > MOST:
            slow[name] = took
    alone = least(lambda text: answerer.answer(text, TODAY), kind, len(conversations))

    assert not slow
    assert alone < MOST


def least(answer: Callable[[str], object], kind: str, number: int) -> float:
    """Return the processor's time that an answer takes, the least of a few tries: others work on the machine too."""
    took = MOST
    for shift in range(TRIES * number, TRIES * (number + 1)):
        text = f"{MESSAGES[kind][shift:]}{MESSAGES[kind][:shift]}"[: SIZE - shift]
        started = time.process_time()
        answer(text)
        took = time.process_time() - started
        if took < MOST:
            break
    return took
