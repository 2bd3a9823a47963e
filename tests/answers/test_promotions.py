"""What each laureate of a promotion was awarded: all of them, some of them, and what is worked out on them."""

from datetime import date

import pytest

from bot.answers.state import Conversation
from bot.evaluation.values import contains
from bot.results import Refusal
from bot.texts import citations, render

TODAY = date(2026, 11, 30)


def said(answerer, question: str) -> str:
    """Return an answer without its sources, its spaces plain."""
    result = answerer.answer(question, TODAY)
    assert isinstance(result, Refusal) or citations(result)
    return plain(render(result))


def plain(text: str) -> str:
    return text.split("\n\nSource")[0].replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize(
    ("question", "first", "among", "absent"),
    [
        ("c'est quoi les montants des 5 laureats de mars 2025", "200 000 € chacun.", "DORA", "1 000 000 €"),
        ("les lauréats du FAST 16 ont eu combien chacun ?", "200 000 € chacun.", "FARITAS", "1 000 000 €"),
        ("au fast 16 ils ont tous eu pareil ?", "Oui : 200 000 € chacun.", "Grist", ""),
        ("tout le monde a touché la même somme au fast 13 ?", "Non : de 100 000 € à 300 000 €.", "MANO", ""),
        ("lequel a eu le plus au fast 16 ?", "Aucun : 200 000 € chacun.", "DORA", ""),
        ("combien ont eu moins de 200 000 au fast 17", "6 lauréats.", "data·inclusion", "DomiFa"),
        ("au fast 14 combien d'équipes ont eu plus de 200 000 € ?", "4 lauréats.", "Oz Ensemble", "MonService"),
        ("qui a eu exactement 150 000 €", "Montants accordés :", "Deveco", "Mobilic"),
        ("le 3e du fast 13 a eu combien", "Docurba (FAST 13) : 250 000 €.", "Docurba", "Mobilic"),
        ("quel est le deuxième plus gros montant du fast 13", "2e montant : 280 000 €.", "Data.Subvention", "Mobilic"),
        ("top 3 des montants du fast 14", "Montants accordés :", "Mes événements emploi", "Oz Ensemble"),
        ("les 2 plus petits montants du fast 15", "Montants accordés", "seLEXpert", "Deveco"),
        ("les montants du fast 13 sans docurba", "Montants accordés", "MANO", "Docurba"),
        ("le total du fast 13 sans Docurba", "Au total 2 280 000 €, somme de 9 montants publiés.", "MANO", "Docurba"),
        ("le montant médian du fast 17", "Médiane : 150 000 €", "DiaLog", ""),
        ("les lauréats de l'éducation nationale", "1 lauréat.", "1 élève, 1 stage", "Mobilic"),
    ],
)
def test_amounts_of_a_promotion_are_told_one_by_one(answerer, question, first, among, absent):
    text = said(answerer, question)
    assert text.startswith(first)
    assert among in text
    assert not absent or absent not in text


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("ca fait combien en tout a-just + mano + envergo ?", "Ensemble : 600 000 €"),
        ("somme des montants de grist, dora et faritas", "Ensemble : 600 000 €"),
        ("si j'additionne mobilic et dossierfacile ça donne quoi", "Ensemble : 600 000 €"),
        ("quel écart entre mobilic et mano", "200 000 € d'écart"),
        ("grist et dora ont eu autant ?", "Oui : 200 000 € chacun."),
        ("entre panoramax et dialog lequel a eu le moins", "Le moins : Panoramax"),
        (
            "quelle part du total du fast 16 est allée à grist",
            "Grist (FAST 16) : 200 000 € sur 1 000 000 €, soit 20 %.",
        ),
        ("est-ce que mobilic a touché le max en 2023 ?", "Oui : 300 000 €, le plafond du FAST 13."),
        ("panoramax a eu le montant maximum ?", "Non : 100 000 €, pour un plafond de 200 000 € au FAST 17."),
        ("tchap a touché le minimum au fast 12 ?", "Oui : 30 000 €, le plus petit montant publié du FAST 12."),
        (
            "domifa a été prise 2 fois non ? lesquelles",
            "Oui : DomiFa, FAST 5 (montant non publié) et FAST 17 (200 000 €)",
        ),
        ("est-ce que grist a été lauréate deux fois ?", "Non : Grist, une fois, FAST 16 (200 000 €)."),
    ],
)
def test_laureates_that_are_named_are_added_compared_and_checked(answerer, question, first):
    assert said(answerer, question).startswith(first)


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("quel pourcentage des lauréats du fast 13 ont eu 300 000 €", "4 lauréats sur 10, soit 40 %."),
        ("quelle part des candidatures a été retenue au fast 13", "10 lauréats sur 18 candidatures, soit 55,6 %"),
        ("quelle part des candidats du fast 16 a été retenue", "environ 30 candidatures, soit environ 16,7 %"),
        ("combien l'état a mis dans le fast 13, 14 et 15 cumulés", "Au total entre 4 897 000 € et 4 917 000 €"),
        ("total des fast 15 et 16", "Au total 1 830 000 €"),
        ("combien de lauréats au fast 10", "Urban Vitaliz"),
        ("nb de candidats et de lauréats au fast 17", "Lauréats"),
        ("en 2021 le fast a donné combien et a qui", "Urban Vitaliz"),
        ("montant minimum du FAST", "Pour le FAST, aucun document ne donne le montant minimum"),
        (
            "le guichet accessibilité design agents il a combien en 2025, et le minimum qu'on peut demander",
            "2 500 000 €",
        ),
    ],
)
def test_what_is_asked_of_a_whole_is_worked_out_and_shown(answerer, question, part):
    text = said(answerer, question)
    assert part in text if part != "Lauréats" else (contains(text, "8 lauréats") and "vingtaine" in text)


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("on m'a dit 9 lauréats au 14", "Non, pas 9."),
        ("ils étaient 30 candidats au fast 14 ?", "Non, pas 30."),
        ("le fast 15 a eu exactement 30 candidatures ?", "Les sources disent environ 30, sans nombre exact."),
        ("le fast 16 c'était 32 candidats ?", "Les sources disent environ 30, sans nombre exact."),
        ("le fast 16 avait 40 candidats ?", "Non, pas 40."),
        ("le fast 14 avait une vingtaine de candidatures ?", "Oui, à peu près 20 : 21."),
        ("est ce que le fast 13 a eu plus de candidats que le fast 14", "Non : FAST 13, 18 contre 21 pour FAST 14."),
        ("les sources sont d'accord sur le total du fast 16 ?", "Oui : les sources n'y donnent qu'une valeur."),
        ("les sources sont d'accord entre elles sur le montant total des FAST 13, 14 et 15 ?", "Non, les sources"),
    ],
)
def test_a_claim_gets_its_verdict_first(answerer, question, verdict):
    assert said(answerer, question).startswith(verdict)


@pytest.mark.parametrize(
    "question",
    [
        "quelle part des lauréats du FAST 14 sont des femmes ?",
        "combien ont touché chacun les lauréats du fast 7",
        "quels montants exacts ont eu chacun des lauréats du fast 2 ?",
    ],
)
def test_what_no_document_gives_is_refused(answerer, question):
    assert isinstance(answerer.answer(question, TODAY), Refusal)


def test_a_short_turn_works_on_the_laureates_spoken_of(answerer):
    kept = Conversation()
    turns = [
        ("les montants des lauréats du fast 17", "Montants accordés"),
        ("tous pareil ?", "Non : de 100 000 € à 200 000 €."),
        ("et le moins ?", "Le montant le plus faible rendu public est de 100 000 €"),
        ("combien ont eu moins de 150 000 ?", "3 lauréats."),
    ]
    for turn, first in turns:
        result, kept = answerer.reply(turn, kept, TODAY)
        assert plain(render(result)).startswith(first)


def test_a_product_that_changed_its_name_is_a_laureate_under_both(answerer):
    for name in ("Histologe", "Signal Logement"):
        text = plain(render(answerer.answer(f"{name} a eu combien au FAST 17 ?", TODAY)))
        assert "150 000 €" in text
        assert "n'est pas" not in text


@pytest.mark.parametrize("before", [[], ["les lauréats du 17"]])
def test_the_two_products_spoken_of_are_added(answerer, before):
    kept = Conversation()
    for turn in (*before, "domifa a eu combien au fast ?", "et data inclusion ?"):
        _, kept = answerer.reply(turn, kept, TODAY)
    result, _ = answerer.reply("les 2 ensemble ça fait ?", kept, TODAY)
    assert plain(render(result)).startswith("Ensemble : 360 000 € (200 000 € + 160 000 €).")
