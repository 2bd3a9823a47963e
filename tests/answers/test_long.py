"""A long message is read to its end: the question is often last, and what did not serve is said first."""

from datetime import date

import pytest

from bot.answers.answering import Answerer
from bot.answers.state import Conversation
from bot.results import Answer
from bot.texts import render

TODAY = date(2026, 11, 21)
MAIL = (
    "Bonjour à toutes et à tous, je vous écris au sujet de notre produit, que nous portons depuis deux ans. "
    "L'équipe compte quatre personnes, dont deux développeurs, une designer et moi-même, et nous avons dépensé une "
    "partie de notre budget de 320 000 € pour la construction du service. Nos utilisateurs en sont contents, d'après "
    "l'enquête que nous avons menée au printemps auprès de deux cents agents dans douze départements. "
)
STORY = "".join(
    f"Point {number} de notre réunion : les échanges ont porté sur l'organisation. " for number in range(1, 140)
)


@pytest.mark.parametrize("filler", [MAIL * 8, (MAIL + STORY)[:9_800], STORY[:3_000]], ids=["repeated", "ten", "three"])
@pytest.mark.parametrize(
    ("question", "topic", "edition"),
    [
        ("Quel est le plafond du FAST 16 ?", "cap", 16),
        ("Au fait, quel était le taux du FAST 13 ? Bien cordialement,\nJeanne Martin", "rate", 13),
        ("Merci de me dire le plafond du FAST 15. Bien cordialement, Jeanne", "cap", 15),
    ],
)
def test_the_question_at_the_end_is_answered(answerer: Answerer, filler: str, question: str, topic: str, edition: int):
    result = answerer.answer(f"{filler}\n{question}"[-10_000:], TODAY)
    assert isinstance(result, Answer)
    assert result.edition == edition
    assert topic in str(result.topic)
    first = render(result).split("\n")[0]
    assert "long" in first
    assert f"FAST {edition}" in first


@pytest.mark.parametrize("place", [0, 3_000, 6_000, 9_000])
def test_the_question_is_found_wherever_it_stands(answerer: Answerer, place: int):
    cut = STORY.find("Point", place)
    text = f"{STORY[:cut]} Quel est le plafond du FAST 12 ? {STORY[cut:]}"[:10_000]
    result = answerer.answer(text, TODAY)
    assert isinstance(result, Answer)
    assert result.edition == 12


def test_without_a_question_both_ends_are_read_and_that_is_said_first(answerer: Answerer):
    text = f"Simuler avec un budget de 450 k€. {STORY[:6_000]} L'administration partenaire apporte 300 k€."
    result, kept = answerer.reply(text, Conversation(), TODAY)
    assert "milieu" in render(result).split("\n")[0]
    assert kept.account is not None


def test_an_amount_that_is_said_again_and_again_counts_once(answerer: Answerer):
    text = "Nous demandons un cofinancement pour un budget de 300 000 € et un apport de 150 000 € du ministère. " * 30
    assert "9 000 000" not in render(answerer.answer(text, TODAY)).replace("\u202f", " ")


def test_a_short_message_says_nothing_of_it(answerer: Answerer):
    assert "long" not in render(answerer.answer("Quel est le plafond du FAST 16 ?", TODAY)).split("\n")[0]
