"""Answers in prose: verdicts first, both halves, both sides, what is not said, and days of the past."""

from datetime import date

import pytest

from bot.answers.state import Conversation
from bot.questions import verdicts
from bot.results import Refusal
from bot.texts import citations, render

TODAY = date(2026, 11, 30)


def said_last(answerer, *turns):
    """Return the answer to the last of some turns."""
    kept = Conversation()
    for turn in turns:
        result, kept = answerer.reply(turn, kept, TODAY)
    return render(result)


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("une association pouvait-elle candidater au FAST ?", "Non, d'après les documents."),
        ("pouvait-on compter les salaires des agents dans l'apport du partenaire ?", "Non, d'après les documents."),
        ("le temps de nos agents compte dans l'apport ?", "Non, selon les dernières règles du FAST."),
        ("fallait-il être inscrit sur Dashlord ?", "Oui, d'après les documents."),
        ("la consolidation donne-t-elle de l'argent ?", "Non, d'après les documents."),
        ("un produit en construction peut-il entrer en consolidation ?", "Non, d'après les documents."),
        ("pouvait-on cumuler le FAST et le FTAP ?", "Oui."),
    ],
)
def test_a_yes_no_question_gets_its_verdict_first(answerer, question, verdict):
    assert render(answerer.answer(question, TODAY)).startswith(verdict)


@pytest.mark.parametrize(
    "question",
    [
        "une association peut-elle candidater ?",  # what came after the FAST does not say
        "un produit qui a fini sa construction peut-il entrer en consolidation ?",
        "les salaires ne comptaient pas ?",
        "seule une administration pouvait candidater ?",
        "le démo day du FAST était-il public ?",
    ],
)
def test_no_verdict_is_given_that_is_not_sure(answerer, question):
    assert not render(answerer.answer(question, TODAY)).startswith(("Oui", "Non"))


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("le code doit-il etre ouvert", False),
        ("tous les laureats", True),
        ("sans sponsor", True),
        ("est-ce que l'outil", False),
    ],
)
def test_words_that_may_turn_a_verdict_round(text, turned):
    assert verdicts.is_turned(text) is turned


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            "le comité d'investissement d'un produit, ça dure combien de temps et qui l'organise ?",
            ("50 minutes", "L'intrapreneur organise"),
        ),
        ("combien de temps l'intrapreneur doit y consacrer et quel profil ?", ("60 %", "dix traits")),
        (
            "c'est quoi la phase de transfert et combien de temps elle dure ?",
            ("dernière phase", "transfert : durée qui n'est pas donnée"),
        ),
        (
            "compare la phase d'investigation et la phase de construction",
            ("- investigation", "9 semaines", "- construction", "six mois à un an"),
        ),
        ("quelle différence entre accélération et transfert ?", ("- accélération", "- transfert")),
        ("les quatre phases avec leur durée", ("9 semaines", "six mois", "1 an", "transfert")),
    ],
)
def test_both_halves_and_both_sides_are_told(answerer, question, said):
    text = render(answerer.answer(question, TODAY))
    assert [one for one in said if one not in text] == []


def test_a_list_that_is_cut_says_how_many_it_leaves_out(answerer):
    assert "(et 6 autres" in render(answerer.answer("le sponsor doit être à quel niveau hiérarchique ?", TODAY))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("quelle est l'heure exacte de clôture du FAST 17 ?", "Aucun document ne donne d'heure."),
        (
            "à la virgule près, combien la DINUM a investi dans le FAST ?",
            "Aucun document ne donne de chiffre plus précis.",
        ),
        (
            "c'est qui le directeur de la DINUM ?",
            "Aucun document ne dit ce qu'il en est aujourd'hui ; ce qui suit est de 2021.",
        ),
        (
            "on a raté le 21 juin, qu'est-ce qu'on peut faire tout de suite ?",
            "Sans être sélectionnée, une équipe peut utiliser tout de suite",
        ),
        (
            "quand se termine l'accompagnement de la première édition de la consolidation ?",
            "L'accompagnement de la première édition du programme de consolidation finit vers la fin de février",
        ),
        ("une collectivité peut-elle candidater à la consolidation ?", "Ce n'est pas dit"),
    ],
)
def test_what_is_not_known_is_said_first(answerer, question, said):
    assert render(answerer.answer(question, TODAY)).startswith(said)


def test_a_refusal_shows_the_whole_question_and_offers_nothing_far_from_it(answerer):
    result = answerer.answer("le FAST finançait-il le RGPD, et combien ?", TODAY)
    assert isinstance(result, Refusal)
    assert result.missing == "« le FAST finançait-il le RGPD, et combien » (rien sur « rgpd »)"


@pytest.mark.parametrize("before", ["", "quel est le plafond ?"])
def test_the_weather_is_no_missing_document(answerer, before):
    turns = [one for one in (before, "il fait beau chez toi ?") if one]
    assert "ne réponds que sur" in said_last(answerer, *turns)


def test_a_ratio_is_no_edition(answerer):
    assert "FAST 1 " not in said_last(answerer, "quel est le taux du FAST 14 ?", "donc 1 pour 1 ?")


@pytest.mark.parametrize(
    ("question", "day", "said"),
    [
        (
            "à quoi s'engagent les lauréats ?",
            date(2022, 6, 10),
            "En 2022, les lauréats du FAST prennent trois engagements",
        ),
        ("mon incubateur peut-il avoir de l'argent ?", date(2022, 6, 10), "Depuis 2020, le FAST peut financer"),
        ("quand aura-t-on les résultats ?", date(2023, 10, 15), "Date d'annonce des lauréats du FAST 14"),
        (
            "quand commence l'accompagnement ?",
            date(2026, 6, 10),
            "sélectionnées par le programme de consolidation est prévu",
        ),
        (
            "peut-on candidater à la consolidation ?",
            date(2026, 6, 10),
            "Date limite de candidature du programme de consolidation : 21 juin 2026",
        ),
    ],
)
def test_a_past_day_is_told_as_it_was(answerer, question, day, said):
    result = answerer.answer(question, day)
    assert said in render(result)
    assert all(one.date is None or one.date <= day for one in citations(result))
