"""Questions as people write them on a phone: figures without units, lost apostrophes, names that are no laureates."""

from datetime import date

import pytest

from bot.answers.state import Conversation
from bot.console import status_of
from bot.evaluation.values import contains
from bot.results import Answer, Reason, Refusal, SmallTalk
from bot.texts import citations, render

TODAY = date(2026, 11, 21)


def talk(answerer, *turns, today=TODAY):
    """Return what is said to the last of several turns."""
    conversation = Conversation()
    for turn in turns:
        result, conversation = answerer.reply(turn, conversation, today)
    return result


# ---- sums ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("turns", "figure"),
    [
        (["fast 14 : budget 540 apport 270"], "Au plus 270 000 €"),
        (["fast 14, on a un budget de 400 k, le ministère en met 250 dont 30 de temps agent"], "Au plus 200 000 €"),
        (
            ["fast 13 : budget de 700 k, le partenaire met 350 k, déjà 120 k reçus du fast cette année"],
            "Au plus 180 000 €",
        ),
        (
            ["Par mois au fast 13 : 14k de dev, 6k de design, 5k de déploiement. Quel cofinancement ?"],
            "Au plus 150 000 €",
        ),
        (["on voudrait 150k du fast 13, quel apport du ministère faut-il ?"], "300 000 €"),
        (["fast 13 : budget 300 k", "110 k"], "Au plus 110 000 €"),  # the budget is known: it is the partner's money
        (["fast 13 : budget 300 k", "et avec 200 ?"], "Au plus 100 000 €"),  # another budget
        (["fast 13 : budget 540 apport 270", "non, 740 et 370"], "Au plus 300 000 €"),
        (
            ["fast 13 : budget 600 k, déjà 200 k obtenus du fast", "et si on n'avait encore rien eu ?"],
            "Au plus 300 000 €",
        ),
        (["fast 13 : budget 600 k", "et dans les règles du 15 ?"], "Au plus 200 000 €"),
        (["combien faut-il de budget pour le maximum du fast 13 ?", "et avec la moitié de ça ?"], "Au plus 150 000 €"),
        (["quelle est la date limite du fast 13 ?", "calcule avec 330 000 de budget"], "Au plus 165 000 €"),
    ],
)
def test_a_sum_is_understood_without_units_and_turn_after_turn(answerer, turns, figure):
    result = talk(answerer, *turns)
    assert isinstance(result, Answer)
    assert contains(render(result), figure)


def test_an_amount_offered_as_an_alternative_is_no_claim(answerer):
    text = render(answerer.answer("le 22 fev 2024, c'est encore 300k ou déjà 200 le plafond ?", date(2024, 2, 22)))
    assert contains(text, "300 000 €")
    assert not text.startswith("Non")


# ---- short turns ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        (["signalconso, combien ?", "c'était quelle promo ?"], "FAST 12"),
        (["signalconso, combien ?", "ils étaient combien ?"], "10 lauréats"),
        (["combien de lauréats au FAST 8 ?", "lesquels ?"], "DossierFacile"),
        (["combien de lauréats au FAST 15 ?", "pour combien d'argent ?"], "830 000 €"),
        (["les lauréats du 17", "qui a eu le plus ?", "et le moins ?"], "100 000 €"),
        (["quel taux pour le 17 ?", "ça a changé un jour ?"], "aucun changement"),
        (["à quelle fréquence le comité d'investissement ?", "ça dure combien ?"], "50 minutes"),
        (["phase de construction cb de temps", "et l accel ?"], "1 an"),
        (["c'était quand ?", "le fast 8"], "juin 2021"),
        (["combien a reçu DiaLog ?", "et Panoramax ?"], "100 000 €"),
    ],
)
def test_a_short_turn_leans_on_what_was_spoken_of(answerer, turns, said):
    result = talk(answerer, *turns)
    assert status_of(result) == "answered"
    assert contains(render(result), said)


def test_a_short_turn_of_a_fiche_is_answered_from_that_fiche(answerer):
    result = talk(answerer, "à quelle fréquence le comité d'investissement ?", "qui l'organise ?")
    assert {one.document for one in citations(result)} == {"comite-investissement.md"}


@pytest.mark.parametrize(
    ("turn", "kind"),
    [
        ("Bonjour, je découvre ce canal.", "greeting"),
        ("Je comprends, merci quand même !", "thanks"),
        ("Bonjour, ça va ?", "greeting"),
    ],
)
def test_a_polite_turn_that_asks_nothing_is_small_talk(answerer, turn, kind):
    result = talk(answerer, turn)
    assert isinstance(result, SmallTalk)
    assert result.kind == kind


@pytest.mark.parametrize("turn", ["bonjour, le plafond du 13", "merci, et le taux ?", "bonjour combien au fast 15"])
def test_a_polite_turn_that_asks_is_answered(answerer, turn):
    assert not isinstance(talk(answerer, turn), SmallTalk)


# ---- names and money that the documents do not know ------------------------------------------------------------------


@pytest.mark.parametrize(
    "question", ["combien a reçu Doctolib ?", "pix a été lauréat du fast ?", "montant accordé à Zorglub"]
)
def test_a_name_that_no_edition_selected_gets_no_figure(answerer, question):
    result = answerer.answer(question, TODAY)
    assert isinstance(result, Refusal)
    assert result.reason is Reason.NOT_IN_DOCUMENTS
    assert "€" not in render(result)


@pytest.mark.parametrize(
    "question", ["qui héberge Docurba ? quel hébergeur ?", "quelle note le comité a-t-il donnée à Envergo ?"]
)
def test_what_is_not_known_of_a_laureate_is_not_answered_with_its_award(answerer, question):
    assert isinstance(answerer.answer(question, TODAY), Refusal)


@pytest.mark.parametrize(
    "question",
    [
        "quel budget pour le programme de consolidation ?",
        "on met 100k, la consolidation met combien ?",
        "plafond de la conso ?",
    ],
)
def test_the_consolidation_programme_is_said_to_give_no_money(answerer, question):
    result = answerer.answer(question, TODAY)
    assert contains(render(result), "aucun cofinancement")
    assert "programme-consolidation.md" in {one.document for one in citations(result)}


def test_the_incubators_of_an_edition_are_counted(answerer):
    assert contains(render(answerer.answer("combien d'incubateurs lauréats au FAST 6 ?", TODAY)), "2 incubateurs")


def test_awards_asked_together_are_added_up(answerer):
    assert contains(render(answerer.answer("DiaLog et Panoramax, combien à eux deux ?", TODAY)), "250 000 €")


def test_what_held_under_the_fast_is_said_to_be_past_once_it_is_replaced(answerer):
    question = "comment candidater au FAST ?"
    assert "consolidation" in render(answerer.answer(question, TODAY))
    assert "consolidation" not in render(answerer.answer(question, date(2024, 10, 1)))


def test_a_page_without_a_date_speaks_on_any_day(answerer):
    assert contains(
        render(answerer.answer("combien de semaines dure une investigation ?", date(2025, 4, 15))), "9 semaines"
    )
