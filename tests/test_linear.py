"""No text takes a regular expression of the bot more time than its length warrants."""

import re

import pytest
from adversary import SQUARE, growth, hostile_texts
from patterns import Found, collected

pytestmark = pytest.mark.program


@pytest.fixture(scope="module")
def patterns() -> list[Found]:
    found, missed = collected()
    assert not missed, "no pattern was seen made here: put it to work in tests/patterns.py"
    return found


def test_each_pattern_takes_a_time_that_grows_as_its_text(patterns: list[Found]) -> None:
    slow = [reason for found in patterns if (reason := slowness(found))]
    assert not slow


def slowness(found: Found) -> str:
    pattern = re.compile(found.pattern, found.flags)
    for text in hostile_texts(found.pattern, found.flags):
        for use in found.uses:
            grows = growth(pattern, use, text)
            if grows > SQUARE:
                return f"{found.place}: {found.pattern[:80]} grows ^{grows:.1f} on {text}"
    return ""
