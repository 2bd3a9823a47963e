"""Scoring: a figure is the same however it is written, and is never found inside another."""

from datetime import date

import pytest

from bot.documents.passages import Source
from bot.errors import UserError
from bot.evaluation import GoldQuestion, Verdict, comparable, contains, judge, load_gold, recall_at, run, score
from bot.results import Answer, Citation, Reason, Refusal, Result, SmallTalk, Statement

TODAY = date(2026, 11, 21)
SOURCE = Source("Page du FAST", "DINUM", "https://beta.gouv.fr/fast", date(2023, 4, 7))


def answer(text: str, document: str = "plafond.md") -> Answer:
    citation = Citation(document, "Plafond", SOURCE.title, SOURCE.publisher, SOURCE.url, SOURCE.date, text)
    return Answer((Statement(text, (citation,)),), TODAY)


def refusal() -> Refusal:
    return Refusal(Reason.NOT_IN_DOCUMENTS, TODAY)


def question(**keys: object) -> GoldQuestion:
    return GoldQuestion.model_validate({"id": "q", "text": "plafond ?"} | keys)


# What stands in a text


@pytest.mark.parametrize(
    "written",
    [
        "300 000 €",
        "300\u202f000\u00a0€",
        "300.000 €",
        "300000€",
        "300 000 euros",
        "300 000 d'euros",
        "300k€",
        "300 k€",
        "300 K€",
        "0,3 M€",
        "0.3 M€",
        "0,3 million d'euros",
        "0,3 million d’euros",
        "**300 000 €** par an",
        "200 000 € puis 300 000 €.",
        "de 30 à 300 k€",
        "300 000 €/an",
        "(300 000 €)",
    ],
)
def test_a_sum_is_found_however_it_is_written(written):
    assert contains(f"Le plafond est de {written}", "300 000 €")
    assert contains(f"Le plafond est de {written}", "300 k€")
    assert contains(f"Le plafond est de {written}", "0,3 M€")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("130 000 €", "30 000 €"),
        ("1 030 000 €", "30 000 €"),
        ("1.200.000 €", "200 000 €"),
        ("30 000 000 €", "30 000 €"),
        ("30 000 000 €", "3 M€"),
        ("3 000 000 €", "300 k€"),
        ("3,5 M€", "5 M€"),
        ("30 000", "30 000 €"),
        ("300 000 km", "300 000 €"),
        ("150 %", "50 %"),
        ("0,5 %", "5 %"),
        ("2,50 %", "50 %"),
        ("16 mois", "6 mois"),
        ("15 mai 2024", "5 mai 2024"),
        ("FAST 13", "FAST 1"),
        ("FAST 13", "AST 13"),
        ("en 2011", "11"),
        ("110", "11"),
        ("11,5", "11"),
        ("1,11", "11"),
        ("accélération", "célération"),
        ("", "11"),
    ],
)
def test_nothing_is_found_inside_another_number_or_word(text, wanted):
    assert not contains(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Il y en a 11.", "11"),
        ("11 lauréats, 11", "11"),
        ("50 pour cent", "50 %"),
        ("50%", "50 %"),
        ("0,5 %", "0.5 %"),
        ("le 1er décembre 2024", "1er décembre 2024"),
        ("Le cœur de l’Élan", "coeur de l'elan"),
        ("les *lauréats*", "laureat"),
        ("fonds\nd'accélération", "Fonds d’accélération"),
        ("10,6 millions d'euros", "10,6 M€"),
        ("3 millions d'euros", "3 million"),
        ("2 milliards d'euros", "2 Md€"),
        ("écrire à fast@beta.gouv.fr.", "fast@beta.gouv.fr"),
    ],
)
def test_the_same_thing_written_otherwise_is_found(text, wanted):
    assert contains(text, wanted)


def test_a_text_made_comparable_stays_the_same_when_it_is_again():
    for text in ("300 k€ et 50 %", "L’été : 1,2 M€, *dont* 30 000 €", "FAST 13"):
        assert comparable(comparable(text)) == comparable(text)


# One answer


def test_a_right_answer_has_no_problem():
    verdict = judge(
        question(must=["300 000 €"], must_any=[["an", "année"]], must_not=["200 000 €"], documents=["plafond.md"]),
        answer("Le plafond est de 300 k€ par an."),
        12.0,
    )

    assert (verdict.problems, verdict.wrong_figure, verdict.status) == ((), False, "answered")
    assert verdict.documents == ("plafond.md",)
    assert verdict.milliseconds == 12.0


@pytest.mark.parametrize(
    ("expected", "given", "problem", "wrong_figure"),
    [
        ({"must": ["300 000 €"]}, answer("Le plafond est de 200 000 €."), "300 000 €", True),
        ({"must": ["300 000 €"]}, answer("Le plafond a changé."), "300 000 €", False),
        ({"must_any": [["an", "mois"]]}, answer("Le plafond."), "mois", False),
        ({"must_not": ["500 000 €"]}, answer("Non : 500 k€."), "500 000 €", True),
        ({"documents": ["taux.md"]}, answer("Le plafond.", "plafond.md"), "plafond.md", False),
        ({}, refusal(), "refused", False),
        ({"status": "refused"}, answer("Le taux est de 50 %."), "answered", True),
        ({"status": "refused"}, SmallTalk("greeting", TODAY), "smalltalk", False),
        ({"status": ["refused", "answered"], "must_not": ["999 999 €"]}, answer("C'est 999 999 €."), "999 999", True),
    ],
)
def test_a_wrong_answer_is_told_and_a_wrong_figure_is_counted(expected, given, problem, wrong_figure):
    verdict = judge(question(**expected), given, 1.0)

    assert len(verdict.problems) == 1
    assert problem in verdict.problems[0]
    assert verdict.wrong_figure == wrong_figure


def test_a_refusal_that_is_expected_or_allowed_has_no_problem():
    for status in ("refused", ["refused", "answered"]):
        assert judge(question(status=status, must=["300 000 €"]), refusal(), 1.0).problems == ()


# A run


def test_a_run_asks_each_question_on_its_day_and_times_it():
    asked: list[tuple[str, date]] = []

    def reply(text: str, day: date) -> Result:
        asked.append((text, day))
        return answer("Le plafond.")

    day = date(2023, 1, 1)
    verdicts = run([question(text="a"), question(text="b", today=day)], reply, TODAY)

    assert asked == [("a", TODAY), ("b", day)]
    assert all(verdict.milliseconds >= 0 for verdict in verdicts)


def judged(expected: GoldQuestion, given: Result, milliseconds: float = 1.0) -> Verdict:
    return judge(expected, given, milliseconds)


def test_the_scores_of_a_run_are_shares_of_what_they_are_about():
    verdicts = [
        judged(question(must=["300 000 €"], documents=["plafond.md"]), answer("C'est 300 000 €."), 10),
        judged(question(must=["300 000 €"], documents=["taux.md"]), answer("C'est 200 000 €."), 20),
        judged(question(must=["300 000 €"]), refusal(), 30),
        judged(question(must=["50 %"]), answer("C'est 50 %."), 40),
        judged(question(status="refused"), refusal(), 50),
        judged(question(status="refused"), answer("Rien."), 60),
    ]
    scores = score(verdicts, {1: 0.5})

    assert scores.questions == 6
    assert scores.right == pytest.approx(3 / 6, abs=1e-4)
    assert scores.exact_figures == pytest.approx(2 / 4, abs=1e-4)
    assert scores.wrong_figures == 1
    assert scores.citation_precision == pytest.approx(1 / 2, abs=1e-4)
    assert scores.refusal_precision == pytest.approx(1 / 2, abs=1e-4)
    assert scores.refusal_recall == pytest.approx(1 / 2, abs=1e-4)
    assert scores.answerable_refused == pytest.approx(1 / 4, abs=1e-4)
    assert scores.recall == {1: 0.5}
    assert (scores.p50_ms, scores.p95_ms) == (35.0, 50.0)


def test_recall_counts_the_questions_with_an_expected_fiche_in_the_first_passages():
    questions = [
        question(text="a", documents=["x.md"]),
        question(text="b", documents=["y.md", "z.md"]),
        question(text="c"),
    ]
    found = {"a": ["w.md", "x.md"], "b": ["w.md", "w.md", "w.md", "z.md"], "c": ["w.md"]}

    assert recall_at(questions, found.__getitem__) == {1: 0.0, 3: 0.5, 5: 1.0}


# The questions


def test_questions_are_read_from_every_file_of_a_folder(tmp_path):
    (tmp_path / "a.toml").write_text('[[question]]\nid = "a"\ntext = "A ?"\ntoday = 2024-01-01\n', encoding="utf-8")
    (tmp_path / "b.toml").write_text('[[question]]\nid = "b"\ntext = "B ?"\nstatus = "refused"\n', encoding="utf-8")

    first, second = load_gold(tmp_path)

    assert (first.id, first.today, first.answerable, first.unanswerable) == ("a", date(2024, 1, 1), True, False)
    assert (second.id, second.answerable, second.unanswerable) == ("b", False, True)
    assert load_gold(tmp_path / "b.toml") == [second]


@pytest.mark.parametrize(
    "content", ["[[question]\n", '[[question]]\nid = "a"\n', '[[question]]\nid="a"\ntext="A"\nmsut=[]']
)
def test_a_file_of_questions_that_is_wrong_is_named(tmp_path, content):
    (tmp_path / "a.toml").write_text(content)

    with pytest.raises(UserError, match=r"a\.toml"):
        load_gold(tmp_path)


def test_a_folder_without_a_question_is_told(tmp_path):
    with pytest.raises(UserError, match="Aucune question"):
        load_gold(tmp_path)
