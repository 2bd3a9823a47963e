"""A sum over several turns: its figure, and the amounts that it counts."""

from datetime import date

import pytest

from bot.answers.state import Conversation
from bot.evaluation.values import contains
from bot.results import Answer, Clarification, Refusal
from bot.texts import render

TODAY = date(2026, 11, 21)
OPENING = "notre budget 2025 c'est 300 000 €, le fast aurait mis combien ?"
HIGHER, EARLIER = "ah non en fait on monte a 600 000", "et si c'etait en 2023 ?"
OWN = "donc de notre poche ca fait combien dans ce dernier cas"
BUDGET = "budget de 450 k€, combien au FAST 13 ?"


def talk(answerer, *turns):
    result, kept = None, Conversation()
    for turn in turns:
        result, kept = answerer.reply(turn, kept, TODAY)
    return result


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        ([OPENING], "Au plus 150 000 €"),
        ([OPENING, HIGHER], "Au plus 200 000 €"),
        ([OPENING, HIGHER, EARLIER], "Au plus 300 000 €"),
        ([OPENING, HIGHER, EARLIER, OWN], "Reste à payer : au moins 300 000 €"),
        ([OPENING, HIGHER, EARLIER, OWN, "t'es sur ? j'aurais dit 350 000"], "Non, pas 350 000 € : au moins 300 000 €"),
        (["budget total du produit 500 000 en 2023, le fast pouvait prendre combien"], "Au plus 250 000 €"),
        (["pour un produit qui coute 900 000 en 2023 il reste combien à payer"], "Reste à payer : au moins 600 000 €"),
        (["on a 240k de budget, notre part minimum ?"], "Reste à payer : au moins 120 000 €"),
        (["fast 14 : budget 500 000, le ministère met 100 000, combien ?", "la région rajoute 50 000"], "150 000 €"),
        ([BUDGET, "non, 540"], "Au plus 270 000 €"),
        ([BUDGET, "et le double ?"], "Au plus 300 000 €"),
        ([BUDGET, "la moitié"], "Au plus 112 500 €"),
        ([BUDGET, "en fait c'est l'apport du partenaire"], "Au plus 300 000 €"),
        (["calcule pour un budget de 450 000"], "Aujourd'hui, rien"),
        (
            ["notre appli touche 3 000 utilisateurs et coûte 180 000 € par an, le fast 17 aurait mis combien ?"],
            "90 000 €",
        ),
    ],
)
def test_a_sum_is_done_with_the_amounts_said_so_far(answerer, turns, said):
    result = talk(answerer, *turns)
    assert isinstance(result, Answer)
    assert contains(render(result), said)
    assert "Je compte :" in render(result)


def test_the_account_is_shown_when_asked_for(answerer):
    told = render(talk(answerer, "fast 13 : budget 600 000, la région met 100 000", "récapitule"))
    assert contains(told, "Je compte : budget 600 000 €, partenaires 100 000 €.")


def test_what_is_taken_back_no_longer_counts(answerer):
    turns = ["fast 14 : budget 500 000, le ministère met 100 000, combien ?", "la région rajoute 50 000"]
    told = render(talk(answerer, *turns, "finalement sans la région"))
    assert contains(told, "partenaires 100 000 €")


def test_another_partner_is_asked_whether_it_is_one_more(answerer):
    opening = "fast 13 : budget 600 000, la région met 100 000"
    assert isinstance(talk(answerer, opening, "la mairie met 50 000"), Clarification)
    assert contains(render(talk(answerer, opening, "la mairie met 50 000", "en plus")), "150 000 €")
    assert contains(render(talk(answerer, opening, "la mairie met 50 000", "à la place")), "partenaires 50 000 €")


def test_an_edition_without_rule_is_refused(answerer):
    assert isinstance(talk(answerer, "un budget de 300 000 au fast 8, combien de cofinancement ?"), Refusal)


@pytest.mark.parametrize(
    "question", ["combien de lauréats ont eu plus de 100 000 euros ?", "c'est quoi un intrapreneur ?"]
)
def test_a_question_in_the_middle_of_a_sum_is_answered_though_it_names_an_amount(answerer, question):
    result = talk(answerer, "mon admin met 120 000, combien du fast ?", question)
    assert isinstance(result, Answer)
    assert result.topic not in ("simulate", "budget_for_maximum")


def test_a_correction_in_words_never_repeats_the_old_sum(answerer):
    result = talk(answerer, "mon admin met 350 000, combien du fast ?", "oups je voulais dire 250")
    assert contains(render(result), "250 000 €")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("projet data à 180k, le ftap data/ia il met combien ?", "90 000 € restent sous le minimum de 100 000 €"),
        ("projet data à 300k, le ftap data/ia il met combien ?", "au plus 150 000 €"),
        ("projet data à 900k, le ftap data/ia il met combien ?", "au plus 200 000 €"),
        ("projet data à 900k, le ftap data/ia il met combien ?", "dépôt : fermé"),
        (
            "un projet à 400 000 euros, le ftap finance combien ?",
            "200 000 € par son seul taux, publié comme « 50 % + RH »",
        ),
    ],
)
def test_a_sum_of_another_fund_follows_its_rate_and_its_bounds(answerer, question, said):
    assert contains(render(talk(answerer, question)), said)


def test_what_another_fund_gives_is_not_worked_out_of_an_amount_that_is_hoped_for(answerer):
    assert "part financée" not in render(talk(answerer, "on espère 180k du ftap data/ia, c'est possible ?"))
