"""A conversation: sums, the interview, clarifications, what is asked of the last answer."""

from datetime import date

import pytest

from bot.answers.composition import SUGGESTED, shortened
from bot.answers.state import Conversation
from bot.console import status_of
from bot.evaluation.values import contains
from bot.results import Statement
from bot.texts import citations, render

TODAY = date(2026, 11, 21)
BUDGET = "budget de 450 k€, combien au FAST 13 ?"


def talk(answerer, *turns, today=TODAY):
    """Return what is said to each of several turns."""
    conversation, said = Conversation(), []
    for turn in turns:
        result, conversation = answerer.reply(turn, conversation, today)
        said.append(result)
    return said


@pytest.mark.parametrize(
    ("turn", "figure"),
    [
        ("et avec 900 ?", "300 000 €"),
        ("non, 540", "270 000 €"),
        ("et si on avait 600 k ?", "300 000 €"),
        ("pardon, 240 000 €", "120 000 €"),
        ("et au 17 ?", "200 000 €"),
        ("et en 2024 ?", "200 000 €"),
        ("et le double ?", "300 000 €"),
        ("en fait c'est l'apport du partenaire", "300 000 €"),
        ("et le partenaire met 100 k", "100 000 €"),
    ],
)
def test_a_sum_is_done_again_with_what_a_turn_changes(answerer, turn, figure):
    result = talk(answerer, BUDGET, turn)[-1]
    assert (status_of(result), result.topic) == ("answered", "simulate")
    assert contains(render(result).split("\n")[0], figure)


def test_a_bare_number_is_said_as_it_was_read(answerer):
    assert contains(render(talk(answerer, BUDGET, "et avec 900 ?")[-1]), "900 000 €")


@pytest.mark.parametrize("before", [BUDGET, "fais une simulation au fast 13", "j'ai 450 k€ de budget au fast 13"])
@pytest.mark.parametrize("turn", ["0", "et avec 0 ?", "non, 0", "0,00", "000", "zut 0"])
def test_a_bare_zero_is_a_budget_of_nothing(answerer, before, turn):
    result = talk(answerer, before, turn)[-1]
    assert (status_of(result), result.topic) == ("refused", "simulate")
    assert "nul" in render(result)


def test_one_missing_input_is_asked_at_a_time_and_what_is_not_known_is_no_end(answerer):
    asked, unknown, done = talk(answerer, "fais une simulation au fast 13", "je ne sais pas", "300")
    assert status_of(asked) == "clarify"
    assert contains(render(unknown), "600 000 €")
    assert contains(render(done), "150 000 €")


def test_a_correction_counts_even_after_a_sum_that_no_rule_allowed(answerer):
    turns = ("simulation pour un incubateur", "400", "non pardon, 350 000", "fast 11")
    assert contains(render(talk(answerer, *turns)[-1]).split("\n")[0], "175 000 €")


def test_amounts_that_cannot_be_used_do_not_take_the_place_of_those_that_can(answerer):
    said = talk(answerer, BUDGET, "et si le sponsor met rien ?", "et au 17 ?")
    assert status_of(said[1]) == "refused"
    assert contains(render(said[2]).split("\n")[0], "200 000 €")


@pytest.mark.parametrize("turn", ["le 15 alors", "et celui d'après ?", "et après ça ?", "non le 15"])
def test_the_edition_of_a_follow_up_is_found_among_its_small_words(answerer, turn):
    result = talk(answerer, "le fast 14 donnait combien max ?", turn)[-1]
    assert (result.topic, result.edition) == ("cap", 15)


@pytest.mark.parametrize("answer", ["1", "le premier", "la première", "1 200 000", "1 200 000 €"])
def test_a_number_with_two_readings_is_asked_back(answerer, answer):
    asked, done = (
        talk(answerer, "simulation fast 13", "1200")[-1],
        talk(answerer, "simulation fast 13", "1200", answer)[-1],
    )
    assert status_of(asked) == "clarify"
    assert contains(render(done), "300 000 €")


def test_an_edition_in_a_question_is_never_taken_for_a_budget(answerer):
    _, aside = talk(answerer, "fais une simulation", "date limite du fast 15 ?")
    assert contains(render(aside), "29 mai 2024")
    assert aside.then


def test_a_task_left_is_taken_up_again(answerer):
    said = talk(answerer, "suis-je éligible ?", "oui", "stop", "plafond du fast 13 ?", "reprends")
    assert [status_of(one) for one in said] == ["clarify", "clarify", "smalltalk", "answered", "clarify"]
    assert said[-1].prompt.endswith(said[1].prompt)


@pytest.mark.parametrize(
    ("words", "number"),
    [("oui", 2), ("ouais carrément", 2), ("je sais pas", 2)],
)
def test_free_words_answer_the_question_of_the_interview(answerer, words, number):
    assert f"Question {number} " in talk(answerer, "suis-je éligible ?", words)[-1].prompt


def test_a_criterion_that_is_denied_ends_the_interview_with_its_reason_and_source(answerer):
    verdict = talk(answerer, "on serait éligible au fast 12 ?", "oui", "pas encore en ligne", "oui")[-1]
    assert (status_of(verdict), verdict.topic) == ("answered", "eligibility")
    assert contains(render(verdict), "Non éligible")
    assert {one.document for one in citations(verdict)} == {"non-eligibilite.md", "eligibilite.md"}


def test_a_question_in_the_middle_is_answered_and_the_interview_goes_on(answerer):
    asked, aside, after = talk(answerer, "suis-je éligible ?", "plafond du fast 13 ?", "oui")
    assert contains(render(aside), "300 000 €")
    assert asked.prompt.endswith(aside.then)
    assert "Question 2 " in after.prompt


def test_a_vague_question_offers_its_readings_and_a_choice_is_answered(answerer):
    for choice in ("1", "le premier", "le plafond"):
        asked, done = talk(answerer, "le montant du fast 13 ?", choice)
        assert status_of(asked) == "clarify"
        assert 2 <= len(asked.readings) <= 3
        assert (done.topic, done.edition) == ("cap", 13)


def test_what_is_known_by_edition_is_listed_and_one_may_then_be_named(answerer):
    listed, done = talk(answerer, "combien de lauréats ?", "le 14")
    assert (status_of(listed), listed.topic) == ("answered", "laureate_count")
    assert "FAST 10 : 2" in render(listed)
    assert (done.topic, done.edition) == ("laureate_count", 14)


@pytest.mark.parametrize("question", ["quel est le plafond ?", "quel est le taux ?", "qui sont les lauréats ?"])
def test_nothing_is_asked_back_when_the_current_state_answers(answerer, question):
    assert status_of(talk(answerer, question)[-1]) == "answered"


@pytest.mark.parametrize("topic", sorted(SUGGESTED))
def test_a_suggested_question_gets_an_answer(answerer, topic):
    opening = {
        "cap": "plafond du fast 13 ?",
        "rate": "quel est le taux de cofinancement ?",
        "simulate": BUDGET,
        "budget_for_maximum": "quel budget pour avoir le maximum au fast 13 ?",
        "laureates": "qui sont les lauréats du fast 13 ?",
        "laureate_award": "combien a reçu docurba ?",
        "call_status": "on peut candidater en ce moment ?",
        "deadline": "date limite du fast 14 ?",
    }[topic]
    first = talk(answerer, opening)[-1]
    assert first.suggestions == SUGGESTED[topic]
    for question in first.suggestions:
        assert status_of(talk(answerer, opening, question)[-1]) in {"answered", "clarify"}


def test_a_long_list_is_cut_and_shown_whole_when_asked():
    lines = [f"- nom {number}" for number in range(19)]
    cut = shortened(Statement("\n".join(["Liste :", *lines]), ()))
    assert "7 autres" in cut.text
    assert cut.text.count("\n- ") == 12


def test_the_whole_list_is_given_with_its_descriptions(answerer):
    short, whole = talk(answerer, "lauréats du fast 12", "liste complète")
    assert len(render(short)) < len(render(whole))
    names = [one.name for one in answerer.programme.laureates(12)]
    assert [name for name in names if name not in render(short)] == []


def test_nothing_is_kept_of_a_conversation_that_starts_again(answerer):
    said = talk(answerer, "plafond du fast 13 ?", "oublie tout", "source ?")
    assert [status_of(one) for one in said] == ["answered", "smalltalk", "smalltalk"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("hola que tal", "smalltalk"),
        ("def f(x): return x", "refused"),
        ("SELECT * FROM faits", "refused"),
        ("👍", "smalltalk"),
    ],
)
def test_what_is_no_question_gets_a_fitting_reply(answerer, text, status):
    assert status_of(talk(answerer, text)[-1]) == status


def test_what_is_said_again_and_again_counts_once_and_it_is_said_first(answerer):
    result = talk(answerer, ("plafond du FAST 13 ? " * 500)[:10_000])[-1]
    assert (result.topic, result.edition) == ("cap", 13)
    assert "« plafond du FAST 13 ? »" in result.leads[0]


def test_the_word_of_a_command_alone_starts_the_interview(answerer):
    for words in ("éligibilité", "Éligibilité ?"):
        assert "Question 1 " in talk(answerer, words)[-1].prompt


def test_where_answers_come_from_is_told_and_the_last_one_shown_again(answerer):
    assert status_of(talk(answerer, "Quelles sont tes sources ?")[-1]) == "smalltalk"
    shown = talk(answerer, "plafond du fast 13 ?", "source ?")[-1]
    assert {one.document for one in citations(shown)} == {"plafond.md"}


@pytest.mark.parametrize("digits", ["9" * 30, "0 " + "9" * 30, "9" * 30 + " €", "1" * 400])
def test_digits_on_digits_are_no_amount_and_no_fault(answerer, digits):
    for opening in (BUDGET, "suis-je éligible ?", "plafond du fast 13 ?", "fais une simulation"):
        assert render(talk(answerer, opening, digits, f"non, c'est {digits}")[-1])


def test_an_amount_that_fits_one_role_alone_has_that_role(answerer):
    opening = "notre budget 2025 c'est 300 000 €, le fast aurait mis combien ?"
    _, higher, earlier = talk(answerer, opening, "ah non en fait on monte a 600 000", "et si c'était en 2023 ?")
    assert contains(render(higher), "budget 600 000 €")
    assert contains(render(earlier), "Au plus 300 000 €")


def test_a_day_that_a_doubt_names_is_no_edition(answerer):
    *_, doubted = talk(answerer, "date limite du fast 13 ?", "t'es sûr ? on m'a dit le 15")
    assert contains(render(doubted), "15 mai 2023")


def test_why_is_asked_of_nothing_before_anything_is_said(answerer):
    assert "Je n'ai encore rien répondu" in render(talk(answerer, "pourquoi ?")[0])
