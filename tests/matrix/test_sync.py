"""What a response says besides what is said in rooms: of verifications, of where a room comes from."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.matrix.sync import Verification, predecessor, verification_of

ANNE = "@anne:test.local"
ASKED = {"from_device": "D", "transaction_id": "t", "methods": ["m.sas.v1"], "timestamp": 1}


def event(content: Any, **more: Any) -> SimpleNamespace:
    return SimpleNamespace(source={"type": "m.key.verification.request", "sender": ANNE, "content": content} | more)


def test_a_request_of_verification_is_cancelled_for_the_device_that_asks():
    found = verification_of(event(ASKED))

    assert found == Verification(ANNE, "D", "t")
    assert found.messages["messages"][ANNE]["D"].items() >= {"transaction_id": "t", "code": "m.user"}.items()


@pytest.mark.parametrize(
    "odd",
    [
        event(None),
        event({}),
        event(ASKED | {"from_device": None}),
        event(ASKED | {"transaction_id": 3}),
        event(ASKED | {"transaction_id": ""}),
        event(ASKED | {"from_device": "x" * 300}),
        event(ASKED | {"from_device": "\ud800"}),
        event(ASKED, sender="anne"),
        event(ASKED, type="m.key.verification.cancel"),
    ],
)
def test_what_is_no_request_of_verification_is_none(odd: SimpleNamespace):
    assert verification_of(odd) is None


@pytest.mark.parametrize(
    ("content", "before"),
    [
        ({"predecessor": {"room_id": "!a:test.local", "event_id": "$1"}}, "!a:test.local"),
        ({"predecessor": {"room_id": 3}}, None),
        ({"predecessor": None}, None),
        ({}, None),
        (None, None),
    ],
)
def test_a_room_says_of_which_it_is_the_successor(content: Any, before: str | None):
    create = event(content, type="m.room.create", state_key="")
    for state, timeline in (([create], []), ([], [create])):
        info = SimpleNamespace(state=state, timeline=SimpleNamespace(events=timeline))
        assert predecessor(info) == before
