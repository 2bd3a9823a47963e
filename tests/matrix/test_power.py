"""Who moderates a room, from its state."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.matrix.power import may_moderate

ALICE, BOB = "@alice:a.fr", "@bob:a.fr"


def creation(version: Any = "11", **content: Any) -> dict[str, Any]:
    return {"sender": ALICE, "content": ({"room_version": version} if version else {}) | content}


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ({"users": {BOB: 50}}, True),
        ({"users": {BOB: 100}}, True),
        ({"users": {BOB: 49}}, False),
        ({"users": {}}, False),
        ({}, False),
        ({"users": {}, "users_default": 50}, True),
        ({"users": {BOB: 0}, "users_default": 50}, False),
        ({"users": {BOB: "50"}}, True),
        ({"users": {BOB: "beaucoup"}}, False),
        ({"users": {BOB: None}}, False),
        ({"users": {BOB: " +50 "}}, True),
        ({"users": {BOB: "+-50"}}, False),
        ({"users": {BOB: "٥٠"}}, False),
        ({"users": {BOB: "9" * 5_000}}, False),
        ({"users": {BOB: 10**30}}, True),
        ({"users": {BOB: 50.9}}, True),
        ({"users": {BOB: 49.9}}, False),
        ({"users": {BOB: float("inf")}}, False),
        ({"users": {BOB: float("nan")}}, False),
        ({"users": {BOB: True}}, False),
        ({"users": {BOB: [50]}}, False),
        ({"users": {BOB: {"level": 50}}}, False),
        ({"users": {}, "users_default": "+-5"}, False),
        ({"users": {}, "users_default": [100]}, False),
        ({"users": [BOB]}, False),
    ],
)
def test_power_50_moderates(levels: dict[str, Any], expected: bool):
    assert may_moderate(BOB, creation(), levels) is expected


def test_in_a_room_without_levels_its_creator_moderates_alone():
    assert may_moderate(ALICE, creation(), None)
    assert not may_moderate(BOB, creation(), None)


def test_from_version_12_creators_moderate_whatever_the_levels_say():
    levels = {"users": {BOB: 100}}
    assert may_moderate(ALICE, creation("12"), levels)
    assert may_moderate("@carl:a.fr", creation("12", additional_creators=["@carl:a.fr"]), levels)
    assert not may_moderate("@dora:a.fr", creation("12"), levels)


@pytest.mark.parametrize(
    "version", ["11", None, "org.example.unknown", "9" * 5_000, "٩٩", "-12", " 12", "12.0", 12, [12]]
)
def test_before_version_12_a_creator_without_level_does_not_moderate(version: Any):
    assert not may_moderate(ALICE, creation(version), {"users": {BOB: 100}})
    assert not may_moderate(BOB, creation(version, additional_creators=[BOB]), {"users": {}})


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["12", "+-5", BOB, "50"])
ANYTHING = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
NAMES = ("content", "sender", "room_version", "additional_creators", "users", "users_default", BOB)
STATE = st.dictionaries(st.sampled_from(NAMES), st.dictionaries(st.sampled_from(NAMES), ANYTHING) | ANYTHING)


@given(STATE, STATE | st.none())
@example({"content": {"room_version": "9" * 5_000}}, {"users": {BOB: "+-5"}})
def test_whatever_a_room_says_of_itself_there_is_an_answer(made: dict[str, Any], levels: dict[str, Any] | None):
    assert may_moderate(BOB, made, levels) in (True, False)
