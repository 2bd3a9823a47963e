"""The judge against people: answers of version 0.1 that an examiner graded by reading, from public documents alone."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.commands.evaluate import day_of
from bot.evaluation.expectations import Question, load_questions, load_talks
from bot.evaluation.judging import Grade, Judge
from bot.evaluation.replies import Reply
from bot.programme.facts import load_programme

EXAMS = Path(__file__).parents[1] / "exams"
READ = sorted(EXAMS.glob("*/read-*.jsonl"))
BAD = {Grade.WRONG, Grade.WRONGLY_ANSWERED, Grade.WRONGLY_REFUSED}


def graded(path: Path) -> list[tuple[Question, dict[str, Any], Grade]]:
    """Return each question with the line that was read, and the grade that the judge gives to the same answer."""
    folder = path.parent
    asked = {one.id: one for one in load_questions(folder)}
    asked |= {turn.id: turn for talk in load_talks(folder) for turn in talk.numbered()}
    programme = load_programme(EXAMS.parents[1] / "knowledge" / "programme")
    judge = Judge(tuple(dict.fromkeys(one.name for one in programme.laureates())))
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    day: date = day_of(folder)
    return [(asked[one["id"]], one, judge.grade(asked[one["id"]], Reply.of(one), day).grade) for one in lines]


@pytest.mark.parametrize("path", READ, ids=lambda path: path.parent.name)
def test_the_judge_finds_right_what_a_reader_finds_right_and_nothing_else(path):
    lines = graded(path)
    same = sum((one["read"] == Grade.RIGHT) == (grade is Grade.RIGHT) for _, one, grade in lines)
    assert same / len(lines) >= 0.95
    missed = [one["id"] for _, one, grade in lines if one["read"] in BAD and grade is Grade.RIGHT]
    assert len(missed) <= 0.01 * len(lines)


def test_every_near_miss_that_was_read_as_false_is_graded_so():
    [path] = [one for one in READ if one.parent.name == "2026-11"]
    lines = [(one, grade) for _, one, grade in graded(path) if one["id"].startswith("nm-")]
    assert len(lines) == 38
    assert [one["id"] for one, grade in lines if one["read"] == Grade.WRONG and grade is not Grade.WRONG] == []


def test_there_are_two_hundred_near_misses_more_with_as_many_controls():
    questions = load_questions(EXAMS / "2026-11-near-misses")
    kinds = [one.kind for one in questions]
    assert kinds.count("à un mot près") >= 200
    assert kinds.count("témoins") >= 200
    assert all(one.unanswerable == (one.kind == "à un mot près") for one in questions)
