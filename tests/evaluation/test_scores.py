"""A run is summed up in shares of what they are about, with their intervals."""

from datetime import date

import pytest

from bot.evaluation.expectations import Question, Talk
from bot.evaluation.judging import Grade, Judge, Judgement
from bot.evaluation.replies import Cited, Reply
from bot.evaluation.running import ask, converse, recall_at
from bot.evaluation.scores import Rate, by_kind, by_place, lengths, score, whole
from bot.results import Reason, Refusal, Result, SmallTalk

TODAY = date(2026, 11, 28)


def question(**keys: object) -> Question:
    return Question.model_validate({"id": "q", "text": "plafond ?"} | keys)


def judged(
    expected: dict[str, object], text: str, status: str = "answered", document: str = "", ms: float = 1.0
) -> Judgement:
    cited = (Cited(document, None, text),) if document else ()
    return Judge().grade(question(**expected), Reply(status, text, cited=cited), TODAY, ms)


def test_the_scores_of_a_run_are_shares_of_what_they_are_about():
    all_of_it = [
        judged({"must": ["300 000 €"], "documents": ["plafond.md"]}, "C'est 300 000 €.", document="plafond.md", ms=10),
        judged({"must": ["300 000 €"], "documents": ["taux.md"]}, "C'est 200 000 €.", document="plafond.md", ms=20),
        judged({"must": ["300 000 €"]}, "On ne sait pas.", "refused", ms=30),
        judged({"must": ["50 %"]}, "C'est 50 %.", ms=40),
        judged({"status": "refused"}, "On ne sait pas.", "refused", ms=50),
        judged({"status": "refused"}, "C'est ainsi.", ms=60),
    ]
    scores = score(all_of_it, {1: 0.5})

    assert scores.questions == 6
    assert scores.right == pytest.approx(3 / 6, abs=1e-4)
    assert scores.answerable_right == pytest.approx(2 / 4, abs=1e-4)
    assert (scores.wrong, scores.wrongly_answered) == (1, 1)
    assert scores.citation_precision == pytest.approx(1 / 2, abs=1e-4)
    assert scores.refusal_precision == pytest.approx(1 / 2, abs=1e-4)
    assert scores.refusal_recall == pytest.approx(1 / 2, abs=1e-4)
    assert scores.answerable_refused == pytest.approx(1 / 4, abs=1e-4)
    assert scores.recall == {1: 0.5}
    assert (scores.p50_ms, scores.p95_ms) == (35.0, 50.0)


def test_the_interval_of_a_rate_is_that_of_wilson():
    # Newcombe (1998), table I: 81 of 263 → 0.2553 to 0.3662.
    low, high = Rate(81, 263).interval()
    assert (low, high) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert Rate(0, 0).interval() == (0.0, 1.0)
    assert Rate(0, 20).interval()[0] == 0.0


def test_grades_are_counted_by_kind_and_by_place_in_a_conversation():
    right, wrong = judged({"must": ["8"], "kind": "a"}, "8"), judged({"must": ["8"], "kind": "b"}, "9")

    assert [(one.name, one.right.share) for one in by_kind([right, wrong, right])] == [("a", 1.0), ("b", 0.0)]
    rows = by_place([[right, wrong], [right, right, wrong]])
    assert [(one.name, one.right.count, one.total) for one in rows] == [
        ("tour 1", 2, 2),
        ("tour 2", 1, 2),
        ("tour 3", 0, 1),
        ("tours suivants", 1, 3),
    ]
    assert whole([[right, wrong], [right, right]]) == Rate(1, 2)
    assert by_place([]) == []


def test_length_is_that_of_the_words_before_the_sources():
    short, long = (
        judged({"must": ["8"]}, "8 lauréats.\n\nSource : " + "x" * 900),
        judged({"must": ["8"]}, "8 " + "x" * 400),
    )
    assert lengths([short, long]) == ((11 + 402) // 2, Rate(1, 2))


def test_a_run_asks_each_question_on_its_day_and_times_it():
    asked: list[tuple[str, date]] = []

    def reply(text: str, day: date) -> Result:
        asked.append((text, day))
        return Refusal(Reason.NOT_IN_DOCUMENTS, day)

    day = date(2023, 1, 1)
    done = ask([question(text="a"), question(id="r", text="b", today=day)], reply, TODAY, Judge())

    assert asked == [("a", TODAY), ("b", day)]
    assert all(one.milliseconds >= 0 for one in done)


def test_each_conversation_begins_afresh():
    begun: list[list[str]] = []

    def begin():
        heard: list[str] = []
        begun.append(heard)
        return lambda text, day: (heard.append(text), SmallTalk("greeting", day))[1]

    talk = Talk.model_validate({"id": "t", "turns": [{"text": "a"}, {"text": "b"}]})
    played = converse([talk, talk.model_copy(update={"id": "u"})], begin, TODAY, Judge())

    assert begun == [["a", "b"], ["a", "b"]]
    assert [[one.question.id for one in turns] for turns in played] == [["t/1", "t/2"], ["u/1", "u/2"]]


def test_an_answer_that_fails_by_a_fault_is_graded_and_stops_nothing():
    def reply(text: str, day: date) -> Result:
        raise ZeroDivisionError

    [one] = ask([question(must=["8"])], reply, TODAY, Judge())
    assert one.grade is Grade.WRONGLY_REFUSED


def test_recall_counts_the_questions_with_an_expected_fiche_in_the_first_passages():
    questions = [
        question(text="a", documents=["x.md"]),
        question(text="b", documents=["y.md", "z.md"]),
        question(text="c"),
    ]
    found = {"a": ["w.md", "x.md"], "b": ["w.md", "w.md", "w.md", "z.md"], "c": ["w.md"]}

    assert recall_at(questions, found.__getitem__) == {1: 0.0, 3: 0.5, 5: 1.0}
