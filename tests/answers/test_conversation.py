"""Follow-ups: a question that leaves out what the last one said."""

from datetime import date

import pytest

from bot.answers.state import Conversation
from bot.console import status_of
from bot.evaluation.values import contains
from bot.texts import render

TODAY = date(2026, 11, 21)


def last_of(answerer, *turns):
    """Return what is said to the last of several turns."""
    conversation, result = Conversation(), None
    for turn in turns:
        result, conversation = answerer.reply(turn, conversation, TODAY)
    return result


CAP = "plafond du fast 13 ?"


@pytest.mark.parametrize(
    ("turns", "topic", "edition", "figure"),
    [
        ((CAP,), "cap", 13, "300 000 €"),
        ((CAP, "et pour le 15 ?"), "cap", 15, "200 000 €"),
        ((CAP, "et le FAST 15 ?"), "cap", 15, "200 000 €"),
        ((CAP, "et pour le 15 ?", "et le 13 ?"), "cap", 13, "300 000 €"),
        ((CAP, "et en 2022 ?"), "cap", None, "300 000 €"),
        ((CAP, "et pour le 15 ?", "et en 2022 ?"), "cap", None, "300 000 €"),
        ((CAP, "merci", "et pour le 15 ?"), "cap", 15, "200 000 €"),
        (("combien a reçu Docurba ?", "et Envergo ?"), "laureate_award", 13, "200 000 €"),
        ((CAP, "quel est le taux de cofinancement ?"), "rate", None, "50 %"),
        (("qui sont les lauréats du FAST 12 ?", "et le 13 ?"), "laureates", 13, "Docurba"),
    ],
)
def test_a_follow_up_takes_what_it_leaves_out_from_the_last_question(answerer, turns, topic, edition, figure):
    result = last_of(answerer, *turns)
    assert status_of(result) == "answered"
    assert (result.topic, result.edition) == (topic, edition)
    assert contains(render(result), figure)


@pytest.mark.parametrize("asked", ["source ?", "Sources", "quelle est la source ?", "d'où ça vient ?"])
def test_asking_for_the_source_gives_the_last_answer_again(answerer, asked):
    assert last_of(answerer, CAP, asked).statements == last_of(answerer, CAP).statements


def test_small_talk_between_is_small_talk_and_forgets_nothing(answerer):
    assert last_of(answerer, CAP, "merci").kind == "thanks"
    assert last_of(answerer, CAP, "merci", "source ?").statements == last_of(answerer, CAP).statements


def test_a_full_question_drops_the_edition_of_the_last_one(answerer):
    asked = "quel est le taux de cofinancement ?"
    assert last_of(answerer, CAP, asked).statements == answerer.answer(asked, TODAY).statements


def test_a_follow_up_on_another_fund_is_about_that_fund(answerer):
    asked = "à quoi sert le FTAP Données / IA en 2025 ?", "et le Guichet Accessibilité / Design Usagers ?"
    first, then = last_of(answerer, asked[0]), last_of(answerer, *asked)
    assert status_of(then) == "answered"
    assert first.statements != then.statements


def test_an_award_that_no_document_gives_is_refused_in_a_follow_up_too(answerer):
    assert status_of(last_of(answerer, "combien a reçu Docurba ?", "et Trackdéchets ?")) == "refused"


@pytest.mark.parametrize("turn", ["et pour le 15 ?", "source ?", "et en 2022 ?", "merci"])
def test_a_follow_up_to_nothing_is_no_fault(answerer, turn):
    assert status_of(last_of(answerer, turn)) in {"answered", "refused", "clarify", "smalltalk"}
