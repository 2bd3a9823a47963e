"""The judge: what is given as the answer and is not is graded wrong, whatever else the answer says."""

from datetime import date
from typing import Any

import pytest

from bot.evaluation.expectations import Question, Turn
from bot.evaluation.judging import Grade, Judge, Judgement
from bot.evaluation.replies import Cited, Reply

TODAY = date(2026, 11, 28)
LAUREATES = ("Docurba", "DossierFacile", "Envergo", "Mobilic", "MANO", "Estime")
JUDGE = Judge(LAUREATES)


def graded(expected: dict[str, Any], text: str, status: str = "answered", **reply: Any) -> Judgement:
    question = Question.model_validate({"id": "q", "text": "question ?"} | expected)
    return JUDGE.grade(question, Reply(status, text, **reply), TODAY)


def grade(expected: dict[str, Any], text: str, status: str = "answered", **reply: Any) -> Grade:
    return graded(expected, text, status, **reply).grade


# Planted errors


@pytest.mark.parametrize(
    ("kind", "expected", "planted"),
    [
        ("sum", {"must": ["200 000 €"]}, "Le plafond du FAST 15 était de 300 000 € par an."),
        ("rate", {"must": ["50 %"]}, "Le taux était de 60 %."),
        ("count", {"must": ["8"]}, "Le FAST 14 compte 9 lauréats."),
        ("count in words", {"must": ["8"]}, "Le FAST 14 compte neuf lauréats."),
        ("approximate count", {"must": ["21"]}, "Le FAST 14 a reçu une trentaine de candidatures."),
        ("date", {"must": ["29 mai 2024"]}, "La date limite était le 15 mai 2024."),
        ("month", {"must": ["septembre 2025"]}, "L'accompagnement va jusqu'à fin mars 2026."),
        ("duration", {"must": ["6 mois"]}, "L'accompagnement dure quatre mois."),
        ("edition", {"must": ["FAST 13"]}, "Docurba est lauréat du FAST 14."),
        ("name of a person", {"must": ["Nadi Bou Hanna"]}, "Le comité était présidé par Xavier Albouy."),
        ("name of a product", {"must": ["Docurba"]}, "C'est Envergo qui a reçu le plus."),
        ("list with a stranger", {"names": ["Docurba", "Envergo"]}, "Docurba, Envergo et MANO."),
        ("list with another in the place of one", {"names": ["Docurba", "Envergo"]}, "Docurba et MANO."),
        ("verdict", {"verdict": "non", "must": ["50 000 €"]}, "Oui, 50 000 €."),
        ("other edition", {"must": ["300 000 €"], "edition": 13}, "Le plafond du FAST 12 était de 300 000 €."),
        ("second value", {"must": ["8"]}, "Le FAST 14 compte 8 ou 9 lauréats."),
        ("another sum first", {"must": ["200 000 €"]}, "Au plus 150 000 €.\n\nLe plafond est de 200 000 €."),
        ("half of a double question", {"parts": [{"must": ["21"]}, {"must": ["8"]}]}, "21 candidatures et 9 retenues."),
        ("what must never be said", {"must": ["3 M€"], "must_not": ["4 M€"]}, "3 M€, portés à 4 M€ en septembre."),
    ],
)
def test_a_planted_error_is_wrong(kind, expected, planted):
    assert grade(expected, planted) is Grade.WRONG


@pytest.mark.parametrize(
    ("kind", "asked", "planted"),
    [
        ("count", "combien d'équipes auditionnées au FAST 14 ?", "Le FAST 14 compte 8 lauréats."),
        ("count near", "combien de coachs au FAST 17 ?", "Le coach suit 3 ateliers."),
        ("date", "date limite pour dépenser l'argent ?", "La date limite de candidature était le 15 mai 2024."),
        ("sum", "quel montant a été remboursé ?", "Le montant total est de 2 530 000 €."),
        ("rate", "quel taux de TVA ?", "Le taux de cofinancement est de 50 %."),
        ("duration", "combien de temps dure l'instruction ?", "L'accompagnement dure 6 mois."),
        ("list", "qui sont les coachs du FAST 13 ?", "Les lauréats sont Docurba et Envergo."),
        ("name", "qui contrôle les fonds ?", "C'est Stéphanie Schaer."),
    ],
)
def test_a_value_given_for_what_is_not_known_is_wrong(kind, asked, planted):
    assert (
        grade({"text": asked, "unknown": [["audition", "coach", "dépens", "rembours", "TVA"]]}, planted) is Grade.WRONG
    )


def test_a_value_before_the_word_that_it_is_not_known_misleads():
    text = "Le FAST 14 compte 8 lauréats. Les documents ne disent pas combien d'équipes ont été auditionnées."
    assert grade({"unknown": [["audition"]]}, text) is Grade.PARTLY


# What is right


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ({"must": ["200 000 €"]}, "Le plafond du FAST 15 était de 200 k€ par an, selon la page du 23 février 2024."),
        ({"must": ["8"]}, "Le FAST 14 compte huit lauréats, sur 21 candidatures."),
        ({"must": ["29 mai 2024"], "also": ["15 mai 2024"]}, "Le 15 mai 2024 selon l'une, le 29 mai selon l'autre."),
        ({"must": ["mai 2026"]}, "Depuis le 21 mai 2026."),
        ({"must": ["2024"]}, "Depuis le 23 février 2024."),
        ({"names": ["Docurba", "Envergo"]}, "Docurba et Envergo : on estime le reste."),
        ({"verdict": "non", "must": ["200 000 €"]}, "Non, pas 300 000 €. Le plafond était de 200 000 €."),
        ({"verdict": "oui"}, "Oui, c'est le cas."),
        ({"must": ["360 000 €"], "also": ["180 000 €"]}, "360 000 € : 180 000 € du FAST et autant du partenaire."),
        ({"parts": [{"must": ["21"]}, {"must": ["8"]}]}, "21 candidatures, 8 lauréats."),
        ({"must_any": [["convention", "lettre"]]}, "Par une convention de partenariat."),
        (
            {"must": ["30 000 €"]},
            "Accompagnement de 30 000 €.\n\nSources : [Page](https://x/5000) (DINUM, 3 mai 2024).",
        ),
        (
            {"unknown": [["audition"]]},
            "Les documents ne disent pas combien d'équipes ont été auditionnées : 8 retenues.",
        ),
    ],
)
def test_a_right_answer_is_right_however_it_is_written(expected, text):
    judged = graded(expected, text, cited=(Cited("f.md", None, "21 candidatures"),))
    assert (judged.grade, judged.problems) == (Grade.RIGHT, ())


def test_a_value_that_a_cited_source_holds_may_stand_beside():
    quote = (Cited("f.md", None, "21 candidatures, 8 lauréats"),)
    assert grade({"must": ["8"]}, "21 candidatures pour 8 lauréats.", cited=quote) is Grade.RIGHT


# Between right and wrong


@pytest.mark.parametrize(
    ("expected", "text", "status", "wanted"),
    [
        ({"must": ["21", "8"]}, "21 candidatures.", "answered", Grade.PARTLY),
        ({"parts": [{"must": ["21"]}, {"must": ["15 mai 2024"]}]}, "21 candidatures.", "answered", Grade.PARTLY),
        ({"names": ["Docurba", "Envergo"]}, "Docurba.", "answered", Grade.PARTLY),
        ({"verdict": "non", "must": ["50 000 €"]}, "Au plus 50 000 €.", "answered", Grade.PARTLY),
        ({"must": ["8"]}, "x" * 301 + " 8 lauréats.", "answered", Grade.PARTLY),
        ({"must": ["8"]}, "Le FAST accompagne des produits.", "answered", Grade.OFF),
        ({"must": ["8"]}, "Les documents ne le disent pas.", "refused", Grade.WRONGLY_REFUSED),
        ({"verdict": "non"}, "Les documents ne le disent pas.", "refused", Grade.WRONGLY_REFUSED),
        ({"must": ["8"]}, "Que voulez-vous savoir ?", "clarify", Grade.ASKED_BACK),
        ({"must": ["8"]}, "Une erreur interne.", "error", Grade.WRONGLY_REFUSED),
        ({"unknown": [["audition"]]}, "Le FAST accompagne des produits.", "answered", Grade.WRONGLY_ANSWERED),
        ({"unknown": [["audition"]]}, "Les documents ne le disent pas.", "refused", Grade.PARTLY),
        ({"unknown": [["audition"]]}, "Rien sur les auditions.", "refused", Grade.RIGHT),
        ({"unknown": []}, "Les documents ne le disent pas.", "refused", Grade.RIGHT),
        ({"unknown": [["audition"]]}, "Que voulez-vous savoir ?", "clarify", Grade.ASKED_BACK),
        ({"status": "smalltalk"}, "Les documents ne le disent pas.", "refused", Grade.WRONGLY_REFUSED),
        ({"status": "clarify"}, "Le plafond est de 3 €.", "answered", Grade.WRONGLY_ANSWERED),
        ({"status": "refused"}, "Le taux est élevé.", "answered", Grade.WRONGLY_ANSWERED),
    ],
)
def test_what_is_neither_right_nor_wrong_has_its_grade(expected, text, status, wanted):
    assert grade(expected, text, status) is wanted


def test_a_question_of_the_domain_called_off_topic_is_refused_wrongly():
    asked = {"unknown": [["audition"]]}
    assert (
        grade(asked, "Je ne réponds pas sur les auditions.", "refused", reason="out_of_scope") is Grade.WRONGLY_REFUSED
    )


def test_a_source_published_after_the_day_asked_does_not_exist_on_that_day():
    late = (Cited("f.md", date(2024, 9, 30), "29 mai 2024"),)
    judged = graded({"must": ["29 mai 2024"], "today": date(2024, 5, 1)}, "Le 29 mai 2024.", cited=late)
    assert judged.grade is Grade.PARTLY
    assert "2024-09-30" in judged.problems[0]


def test_the_expected_fiche_must_be_cited():
    cited = (Cited("taux.md", None, ""),)
    asked = {"must": ["8"], "documents": ["plafond.md"]}
    assert grade(asked, "8 lauréats.", cited=cited) is Grade.PARTLY
    assert grade({"must": ["8"], "cite": True}, "8 lauréats.") is Grade.PARTLY


def test_a_turn_that_leans_on_the_past_and_fails_has_lost_the_thread():
    leaning = Turn(id="c/2", text="et le 15 ?", must=("830 000 €",), leans=True)
    alone = leaning.model_copy(update={"leans": False})
    asked_back = Reply("clarify", "Que voulez-vous savoir ?")
    assert JUDGE.grade(leaning, asked_back, TODAY).grade is Grade.LOST
    assert JUDGE.grade(alone, asked_back, TODAY).grade is Grade.ASKED_BACK
