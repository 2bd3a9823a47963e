"""Questions on facts as they are put: edition by edition, on a past day, with a false premise, several at once."""

import re
from datetime import date

import pytest

from bot.console import status_of
from bot.evaluation.values import contains
from bot.results import Answer
from bot.texts import citations, render

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "question",
    [
        "plafonds par édition",
        "quels ont été les plafonds selon les éditions ?",
        "le plafond de chaque édition",
        "liste des plafonds",
        "les plafonds édition par édition depuis le 11",
    ],
)
def test_the_caps_come_as_a_list_by_edition(answerer, question):
    text = render(answerer.answer(question, TODAY))
    assert re.search(r"^- FAST 11 à 14 : .*300 000 €", text, re.MULTILINE)
    assert re.search(r"^- FAST 15 à 17 : .*200 000 €", text, re.MULTILINE)


def test_a_list_since_an_edition_leaves_out_those_before(answerer):
    text = render(answerer.answer("toutes les dates limites depuis le fast 13", TODAY))
    assert contains(text, "15 mai 2023")
    assert "FAST 12" not in text


def test_the_list_of_calls_holds_both_dates_where_sources_differ_and_the_consolidation(answerer):
    result = answerer.answer("liste des appels", TODAY)
    text = render(result)
    assert all(contains(text, said) for said in ("15 mai 2024", "29 mai 2024", "21 juin 2026", "toute l'année 2022"))
    assert {"fast-15.md", "programme-consolidation.md"} <= {one.document for one in citations(result)}


def test_a_list_holds_nothing_that_came_after_the_day(answerer):
    text = render(answerer.answer("liste des appels", date(2023, 6, 1)))
    assert contains(text, "15 mai 2023")
    assert "FAST 15" not in text


@pytest.mark.parametrize(
    ("question", "figure", "absent"),
    [
        ("le plafond le 22 février 2024 ?", "300 000 €", "200 000 €"),
        ("le plafond le 23/02/2024 ?", "200 000 €", "300 000 €"),
        ("c'était quoi le plafond avant 2024", "300 000 €", "200 000 €"),
        ("plafond fin 2023", "300 000 €", "200 000 €"),
        ("plafond l'an dernier", "200 000 €", "300 000 €"),
    ],
)
def test_the_cap_is_that_of_the_moment_named_in_the_question(answerer, question, figure, absent):
    text = render(answerer.answer(question, TODAY))
    assert contains(text, figure)
    assert not contains(text, absent)


@pytest.mark.parametrize(
    ("question", "edition", "deadline"),
    [
        ("était-il possible de candidater en avril 2023 ?", 13, "15 mai 2023"),
        ("pouvait-on postuler le 20 mai 2024 ?", 15, "29 mai 2024"),
        ("quel appel était ouvert à l'automne 2024 ?", 16, "5 décembre 2024"),
    ],
)
def test_a_call_of_a_past_moment_is_told_as_it_stood_then(answerer, question, edition, deadline):
    result = answerer.answer(question, TODAY)
    assert result.topic in {"call_status", "deadline"}
    assert result.edition == edition
    assert contains(render(result), deadline)


def test_a_moment_without_call_is_said_to_have_none(answerer):
    assert "aucun appel" in render(answerer.answer("le FAST était ouvert en août 2024 ?", TODAY))


def test_what_comes_after_this_year_is_not_known_yet(answerer):
    text = render(answerer.answer("quel sera le plafond en 2027 ?", TODAY))
    assert "Aucun document ne donne de montant ni d'appel pour la suite" in text
    assert "€" not in text


@pytest.mark.parametrize(
    ("question", "verdict", "figure"),
    [
        ("le plafond était bien de 500 000 € au FAST 13 ?", "Non", "300 000 €"),
        ("le plafond du FAST 13 était bien de 300 000 € ?", "Oui", "300 000 €"),
        ("Docurba a eu 300 000 € ?", "Non", "250 000 €"),
        ("le FAST 14 fermait le 15 novembre 2023 ?", "Non", "1er décembre 2023"),
        ("il y a eu 12 lauréats au FAST 13 ?", "Non", "10"),
    ],
)
def test_a_premise_is_confirmed_or_corrected_with_the_source(answerer, question, verdict, figure):
    result = answerer.answer(question, TODAY)
    text = render(result)
    assert text.startswith(verdict)
    assert contains(text, figure)
    assert citations(result)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("qui a touché le plus au FAST 13 ?", ("300 000 €", "A-JUST", "Mobilic")),
        ("qui a le moins touché au fast 14", ("30 000 €", "Tableau de bord de l'apprentissage")),
        ("top des montants au FAST 14", ("300 000 €", "220 000 €", "30 000 €")),
        ("les lauréats du FAST 16 ont eu combien chacun ?", ("200 000 €", "DORA")),
        ("covoiturage fast 12 montant ?", ("300 000 €",)),
    ],
)
def test_awards_are_ranked_from_the_facts(answerer, question, said):
    text = render(answerer.answer(question, TODAY))
    assert all(contains(text, one) for one in said)


def test_several_questions_in_one_are_each_answered(answerer):
    result = answerer.answer("fast 17 nb laureats + nb candidatures", TODAY)
    assert isinstance(result, Answer)
    assert contains(render(result), "8 lauréats")
    assert contains(render(result), "vingtaine")


@pytest.mark.parametrize(
    ("question", "amount"),
    [
        ("au fast 14, avec un budget annuel de trois cent cinquante mille euros, on a combien ?", "175 000 €"),
        ("80k de la région et 70k du ministère, on peut demander combien au fast 15 ?", "150 000 €"),
        ("apport de 200k dont 80k de salaires de fonctionnaires au fast 13, la dinum met combien ?", "120 000 €"),
        ("l'ANCT nous donne 60 000 € et la préfecture 40 000 €, avec le FAST 16 ça ferait combien ?", "100 000 €"),
        ("avec un apport de 120 000 €, peut-on demander 200 000 € au FAST 17 ?", "120 000 €"),
        ("apport du sponsor 15k/mois sur 6 mois, ca donne quoi au fast 16", "90 000 €"),
    ],
)
def test_a_sum_is_done_with_the_amounts_as_they_are_said(answerer, question, amount):
    result = answerer.answer(question, TODAY)
    assert result.topic == "simulate"
    assert contains(render(result).split("\n")[0], amount)


def test_an_unknown_opening_is_not_answered_by_the_deadline(answerer):
    result = answerer.answer("le FAST 17 a ouvert ses candidatures quel jour ?", TODAY)
    assert status_of(result) == "refused"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("pour avoir 150 000 € du FAST 15, combien mon partenaire doit-il mettre ?", ("150 000 €", "300 000 €")),
        ("quel budget pour obtenir 300 000 € au FAST 15 ?", ("au-dessus du plafond", "200 000 €", "400 000 €")),
        ("quel budget pour avoir le maximum au FAST 16 ?", ("200 000 €", "400 000 €")),
    ],
)
def test_what_it_takes_to_have_an_amount_is_worked_out(answerer, question, said):
    result = answerer.answer(question, TODAY)
    assert result.topic == "budget_for_maximum"
    assert all(contains(render(result), one) for one in said)


def test_what_holds_today_is_not_told_of_a_day_before(answerer):
    text = render(
        answerer.answer("veille du changement : on peut déposer pour le FAST aujourd'hui ?", date(2026, 5, 20))
    )
    assert "21 mai 2026" not in text


def test_the_other_funds_come_as_a_list(answerer):
    result = answerer.answer("y a-t-il d'autres fonds que le FAST en 2025 ?", TODAY)
    assert status_of(result) == "answered"
    assert all(name in render(result) for name in ("FTAP", "Guichet"))
    assert {one.document for one in citations(result)} == {"autres-fonds-2025.md"}


def test_a_question_that_names_a_laureate_is_answered_of_it(answerer):
    assert "Mobilic" in render(answerer.answer("qui portait Mobilic quand il a été lauréat ?", TODAY))
    assert contains(render(answerer.answer("ça fait combien en tout A-JUST + MANO + Envergo ?", TODAY)), "600 000 €")


def test_the_deadline_of_a_past_day_is_that_of_the_call_then_open(answerer):
    text = render(answerer.answer("le 10 mars 2024, jusqu'à quand pouvait-on candidater ?", TODAY))
    assert contains(text, "29 mai 2024")


def test_what_was_is_not_told_as_what_is(answerer):
    text = render(answerer.answer("c'est qui le directeur de la dinum aujourd hui", TODAY))
    unknown = ("Aucun document ne dit ce qu'il en est aujourd'hui", "Les documents du programme ne le disent pas")
    assert text.startswith(unknown)


def test_a_mean_of_a_year_that_no_edition_has_alone_is_told(answerer):
    assert contains(render(answerer.answer("la moyenne par lauréat en 2021 c'est combien", TODAY)), "176 471 €")
