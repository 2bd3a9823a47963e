"""The written wordings and the attributes that they are of: whole, and enough of them."""

from collections import Counter

import pytest
from program import KNOWLEDGE

from bot.answers.sections import sections_of
from bot.documents.passages import list_documents, load_passages
from bot.errors import KnowledgeError
from bot.programme.attributes import load_attributes
from bot.questions.acts import Operation, Role
from bot.questions.wordings import (
    load_doubles,
    load_near_misses,
    load_sums,
    load_turns,
    load_wordings,
)

FOLDER = KNOWLEDGE / "wordings"
LEAST = 30  # wordings of an attribute
ATTRIBUTES = load_attributes(KNOWLEDGE / "programme")
RECORDS = {"task", "laureate", "fund"}  # told by what the programme keeps of them
OUTSIDE = {"none"}  # of near misses: near nothing that can be asked


def test_every_attribute_has_enough_wordings():
    counts = Counter(one.attribute for one in load_wordings(FOLDER))
    assert {one.name: counts[one.name] for one in ATTRIBUTES.all if counts[one.name] < LEAST} == {}


def test_every_wording_is_of_an_attribute():
    assert {one.attribute for one in load_wordings(FOLDER)} - set(ATTRIBUTES.by_name) == set()


def test_every_near_miss_is_near_an_attribute():
    assert {one.attribute for one in load_near_misses(FOLDER)} - set(ATTRIBUTES.by_name) - OUTSIDE == set()


def test_there_are_near_misses_and_controls():
    missing = Counter(bool(one.missing) for one in load_near_misses(FOLDER))
    assert missing[True] >= 1_000
    assert missing[False] >= 300


def test_turns_doubles_and_sums_are_read_whole():
    written = sum(
        1
        for path in FOLDER.glob("amounts*.txt")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#") and "[" in line
    )
    sums = load_sums(FOLDER)
    assert len(sums) == written
    assert {role for one in sums for *_, role in one.amounts} <= set(Role)
    assert len(load_turns(FOLDER)) >= 1_000
    assert len(load_doubles(FOLDER)) >= 300


def test_a_line_that_is_no_wording_is_named(tmp_path):
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions" / "a.txt").write_text(
        "# rien\n[cap]\nvalue: le plafond ?\ndance: le plafond\nsans opération\n"
    )
    with pytest.raises(KnowledgeError) as told:
        load_wordings(tmp_path)
    assert [problem.split(" : ")[1] for problem in told.value.problems] == ["ligne 4", "ligne 5"]


def test_what_a_line_says_is_read(tmp_path):
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions" / "a.txt").write_text("[cap]\nvalue: le plafond ?\ncheck+: c'est 300 k ?\nany: plafond\n")
    read = [(one.text, one.attribute, one.operation, one.verdict) for one in load_wordings(tmp_path)]
    assert read == [
        ("le plafond ?", "cap", Operation.VALUE, None),
        ("c'est 300 k ?", "cap", Operation.CHECK, "yes"),
        ("plafond", "cap", None, None),
    ]


def test_every_attribute_is_told_by_facts_by_sections_or_is_a_task():
    documents = KNOWLEDGE / "documents"
    passages = [passage for path in list_documents(documents) for passage in load_passages(path, documents)]
    told = sections_of(passages, ATTRIBUTES)
    assert [
        one.name for one in ATTRIBUTES.all if not one.facts and not told.get(one.name) and one.of not in RECORDS
    ] == []
    named = {one.name for one in ATTRIBUTES.all if one.sections}
    assert named - set(told) == set(), "their sections are in no fiche"
