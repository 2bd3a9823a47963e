"""The faults that `make mutants` plants: one small difference each, where tests can see it."""

import ast

import pytest

from benchmarks.mutations import mutants_of, with_fault


def faults(source: str) -> set[str]:
    return {f"{one.before} → {one.after}" for one in mutants_of("m.py", source)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a < b", {"a < b → a <= b"}),
        ("a <= b < c", {"a <= b < c → a < b < c", "a <= b < c → a <= b <= c"}),
        ("a == b", {"a == b → a != b"}),
        ("a + b", {"a + b → a - b"}),
        ("a and b", {"a and b → a or b"}),
        ("not a", {"not a → a"}),
        ("a = 3", {"3 → 4", "3 → 2"}),
        ("a = True", {"True → False"}),
        ("a if b else c", {"b → not b"}),
        ("[a for a in b if c]", {"c → True"}),
        ("def f():\n    return a", {"return a → return None"}),
        ("def f():\n    a()", {"a() → return", "a() → pass"}),
        ("raise a(3)", {"raise a(3) → pass"}),
    ],
)
def test_each_fault_differs_in_one_place(source: str, expected: set[str]):
    assert faults(source) == expected


@pytest.mark.parametrize(
    "source",
    ["a: Literal[3]", "def f(a: A | B) -> A | B: pass", "a = 'text'", "a = f'{b + 1:.2f}'", "@a(3)\ndef f(): pass"],
)
def test_annotations_decorators_and_texts_are_left_alone(source: str):
    assert faults(source) <= {"pass → return"}


def test_a_planted_fault_changes_nothing_else():
    source = "if a < b:\n    c = 1 + 2\n"
    changed = {ast.unparse(with_fault(source, one.number)) for one in mutants_of("m.py", source)}
    assert "if a <= b:\n    c = 1 + 2" in changed
    assert "if a < b:\n    c = 1 - 2" in changed
    assert len(changed) == 6


def test_a_mutant_tells_its_file_and_its_line():
    assert str(mutants_of("m.py", "a = b\nc = a < b")[0]) == "m.py:2  a < b → a <= b"
