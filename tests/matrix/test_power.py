"""Who moderates a room, from its state."""

from typing import Any

import pytest

from bot.matrix.power import may_moderate

ALICE, BOB = "@alice:a.fr", "@bob:a.fr"


def creation(version: str | None = "11", **content: Any) -> dict[str, Any]:
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


@pytest.mark.parametrize("version", ["11", None, "org.example.unknown"])
def test_before_version_12_a_creator_without_level_does_not_moderate(version: str | None):
    assert not may_moderate(ALICE, creation(version), {"users": {BOB: 100}})
    assert not may_moderate(BOB, creation(version, additional_creators=[BOB]), {"users": {}})
