"""The interview listens: what is told in any words and any order is asked back, noted, and nothing else is."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from program import KNOWLEDGE
from test_talking import TODAY

from bot.answers.state import Conversation, from_json
from bot.questions.wordings import load_tells
from bot.texts import render

AT, DELAY = datetime(2026, 11, 30, 9, tzinfo=UTC), timedelta(hours=12)
TOLD = {
    "public": ("c'est une commune qui porte", "yes"),
    "mission_letter": ("la directrice est prête à signer la lettre de mission", "yes"),
    "product_lead_available": ("le responsable produit est disponible", "yes"),
    "agreed_objectives": ("équipe et sponsors sont d'accord sur les objectifs", "yes"),
    "interministerial": ("nous avons repéré des usages dans d'autres administrations", "yes"),
}


def talk(answerer, *turns):
    """Return the results and the conversation, which is written and read again after each turn."""
    kept, results = Conversation(), []
    for turn in turns:
        result, kept = answerer.reply(turn, kept, TODAY)
        kept = from_json(kept.to_json(AT), AT, DELAY)
        results.append(result)
    return results, kept


def given(answerer, *turns):
    """Return the answers noted after some turns."""
    return dict(talk(answerer, *turns)[1].interview.given)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_told_in_any_order_and_any_sentences_is_noted_alike(answerer, seed):
    shuffle = random.Random(seed)
    told = list(TOLD.values())
    shuffle.shuffle(told)
    cut = shuffle.randint(1, len(told) - 1)
    turns = ["suis-je éligible ?", *(", ".join(words for words, _ in part) for part in (told[:cut], told[cut:]))]
    understood = dict(talk(answerer, *turns)[1].interview.told)
    assert understood == {criterion: answer for criterion, (_, answer) in TOLD.items()}


def test_nothing_is_noted_before_it_is_confirmed(answerer):
    results, kept = talk(answerer, "suis-je éligible ?", "c'est une commune qui porte")
    assert kept.interview.given == ()
    assert "J'ai compris" in render(results[-1])
    _, kept = talk(answerer, "suis-je éligible ?", "c'est une commune qui porte", "c'est faux")
    assert kept.interview.told == ()


def test_no_verdict_comes_before_what_it_rests_on_is_confirmed(answerer):
    turns = ("suis-je éligible ?", "aucune administration ne nous porte, on est une association")
    results, kept = talk(answerer, *turns)
    assert kept.said != "interview"
    assert "Est-ce bien cela" in render(results[-1])
    assert "Non éligible" in render(talk(answerer, *turns, "oui")[0][-1])


def test_a_no_before_another_fact_is_no_answer_to_what_was_asked(answerer):
    assert given(answerer, "suis-je éligible ?", "non on est en construction") == {}


@pytest.mark.parametrize("words", ["je sais pas", "je crois", "ça dépend", "oui je crois", "je crois que oui"])
def test_a_hedge_is_unknown(answerer, words):
    noted = given(answerer, "suis-je éligible ?", words)
    if not noted:  # it was asked back
        noted = given(answerer, "suis-je éligible ?", words, "oui")
    assert noted == {"public": "unknown"}


def test_facts_told_before_the_interview_open_it_and_are_never_refused(answerer):
    told = "notre service est déployé partout, 70 % de la cible, et l'impact est publié"
    results, kept = talk(answerer, "c'est quoi le programme de consolidation ?", told)
    assert "J'ai compris : impact prouvé et large déploiement : oui" in render(results[1])
    assert kept.interview.supposed == (("impact_and_deployment", "yes"),)


def test_a_question_in_between_is_answered_and_what_waits_is_put_again(answerer):
    results, kept = talk(answerer, "suis-je éligible ?", "c'est une commune qui porte", "plafond du fast 13 ?", "oui")
    assert "300 000" in render(results[2])
    assert "Question 2 " in results[2].then
    assert dict(kept.interview.told) == {"public": "yes", "impact_and_deployment": "yes"}


def test_an_answer_is_corrected_after_the_verdict_which_lists_the_answers_given(answerer):
    results, kept = talk(answerer, "suis-je éligible ?", "non", "en fait si, c'est une commune qui porte")
    verdict = render(results[1])
    assert "Vos réponses : service public porté par une administration : non." in verdict
    assert dict(kept.interview.told) == {"public": "yes"}
    assert "Question 2 " in render(results[-1])


def test_a_verdict_is_explained_and_tried_with_another_answer_which_is_not_noted(answerer):
    results, kept = talk(answerer, "suis-je éligible ?", "non", "et pourquoi ?", "et si on était une commune ?")
    assert "Non éligible" in render(results[2])
    assert dict(kept.interview.given) == {"public": "no"}


def test_a_verdict_before_its_time_says_how_many_questions_are_left(answerer):
    results, _ = talk(answerer, "suis-je éligible ?", "oui", "du coup on est bons ?")
    assert "Pas encore de verdict : il reste 9 questions au plus." in render(results[-1])


@pytest.mark.parametrize("place", range(12))
def test_nothing_is_noted_from_sentences_that_say_nothing(answerer, place):
    silent = [one.text for one in load_tells(KNOWLEDGE / "wordings") if not one.told][place::12]
    opened = talk(answerer, "suis-je éligible ?")[1]
    for text in random.Random(place).sample(silent, 8):
        _, kept = answerer.reply(text, opened, TODAY)
        assert kept.interview is None or kept.interview.given == (), text


def test_it_says_first_that_the_call_is_closed(answerer):
    opened = talk(answerer, "fais-moi passer le test d'éligibilité de la consolidation")[0][0]
    assert "closes depuis le 21 juin 2026" in render(opened)


def test_what_was_told_under_the_name_of_another_period_is_asked_back_under_that_of_these_criteria(answerer):
    results, kept = talk(
        answerer, "fais-moi passer le test d'éligibilité de la consolidation", "on respecte les standards de beta.gouv"
    )
    assert "standards de fin d'incubation : oui" in render(results[-1])
    assert "incubation_standards" not in dict(kept.interview.given)
