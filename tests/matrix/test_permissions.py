"""Who may talk to the bot, and how often."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import MatrixConfig
from bot.matrix.permissions import Quotas, Verdict, is_allowed, is_served

AGENTS = "*:agent.*.tchap.gouv.fr"


@pytest.mark.parametrize(
    ("user", "pattern", "allowed"),
    [
        ("@anne.durand-dinum.gouv.fr:agent.dinum.tchap.gouv.fr", AGENTS, True),
        ("@anne:AGENT.dinum.Tchap.gouv.fr", AGENTS, True),
        ("@anne:agent.dinum.tchap.gouv.fr.pirate.com", AGENTS, False),
        ("@anne:pirate.com:agent.dinum.tchap.gouv.fr", AGENTS, False),
        ("@agent.dinum.tchap.gouv.fr:pirate.com", AGENTS, False),
        ("@x:agent.dinum.tchap.gouv.fr\n", AGENTS, False),
        ("@anne:agentXdinumXtchapXgouvXfr", AGENTS, False),
        ("@anne:test.local", "@anne:test.local", True),
        ("@anne:test.local", "anne:test.local", True),
        ("@Anne:test.local", "@anne:test.local", False),
        ("@anne:test.local:8448", "*:test.local:8448", True),
        ("@anne:test.local", "*:*", True),
        ("@anne:test.local", "*", False),
        ("@anne:test.local", "", False),
        ("anne:test.local", "*:*", False),
        ("@anne", "*:*", False),
        ("", "*:*", False),
    ],
)
def test_a_pattern_is_of_a_user_and_a_server(user: str, pattern: str, allowed: bool):
    assert is_allowed(user, [pattern]) is allowed


def test_one_pattern_of_several_is_enough_and_none_is_not():
    assert is_allowed("@anne:b.fr", ["*:a.fr", "*:b.fr"])
    assert not is_allowed("@anne:b.fr", [])


@pytest.mark.parametrize(
    ("user", "served"),
    [
        ("@anne.durand-dinum.gouv.fr:agent.dinum.tchap.gouv.fr", True),
        ("@paul-exemple.fr:agent.externe.tchap.gouv.fr", False),
        ("@paul-exemple.fr:AGENT.EXTERNE.tchap.gouv.fr", False),
        ("@paul:ailleurs.fr", False),
    ],
)
def test_by_default_agents_are_served_and_the_external_users_of_tchap_are_not(user: str, served: bool):
    config = MatrixConfig()

    assert is_served(user, config.allowed_users, config.denied_users) is served


@given(st.text(), st.text())
def test_no_user_nor_pattern_raises_and_the_server_is_never_let_go(user: str, server: str):
    is_allowed(user, [server])
    if is_allowed(f"@{user}:{server}", [AGENTS]):
        assert server.casefold().endswith(".tchap.gouv.fr")


class Clock:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_user_who_asks_too_much_is_told_once_then_left_in_silence_then_answered_again(clock: Clock):
    quotas = Quotas(2, 0, 3600, clock)

    assert [quotas.take("@a:x", "!r") for _ in range(4)] == [Verdict.OK, Verdict.OK, Verdict.REFUSED, Verdict.SILENT]
    clock.at = 3600
    assert [quotas.take("@a:x", "!r") for _ in range(3)] == [Verdict.OK, Verdict.OK, Verdict.REFUSED]


def test_the_window_slides(clock: Clock):
    quotas = Quotas(2, 0, 10, clock)
    quotas.take("@a:x", "!r")
    clock.at = 9
    quotas.take("@a:x", "!r")
    clock.at = 11

    assert [quotas.take("@a:x", "!r") for _ in range(2)] == [Verdict.OK, Verdict.REFUSED]


def test_the_quota_of_a_user_is_over_all_rooms_and_leaves_others_alone(clock: Clock):
    quotas = Quotas(1, 0, 3600, clock)

    assert quotas.take("@a:x", "!r") is Verdict.OK
    assert quotas.take("@a:x", "!other") is Verdict.REFUSED
    assert quotas.take("@b:x", "!r") is Verdict.OK


def test_the_quota_of_a_room_is_over_all_its_users_each_told_once(clock: Clock):
    quotas = Quotas(0, 2, 3600, clock)
    for user in ("@a:x", "@b:x"):
        assert quotas.take(user, "!r") is Verdict.OK

    assert [quotas.take(user, "!r") for user in ("@a:x", "@b:x", "@a:x")] == [
        Verdict.REFUSED,
        Verdict.REFUSED,
        Verdict.SILENT,
    ]
    assert quotas.take("@a:x", "!other") is Verdict.OK


def test_the_flood_of_some_leaves_each_other_person_of_the_room_a_share(clock: Clock):
    quotas = Quotas(60, 240, 3600, clock)
    flooding = [f"@{number}:x" for number in range(4)]
    for user in flooding * 60:
        assert quotas.take(user, "!r") is Verdict.OK
    assert quotas.take(flooding[0], "!r") is Verdict.REFUSED

    answered = [quotas.take("@anne:x", "!r") for _ in range(50)].count(Verdict.OK)
    assert answered == 240 / 5
    answered = [quotas.take("@bob:x", "!r") for _ in range(50)].count(Verdict.OK)
    assert answered == 240 / 6
    assert quotas.take(flooding[0], "!other") is Verdict.REFUSED
    clock.at = 3600
    assert quotas.take(flooding[0], "!r") is Verdict.OK


def test_one_person_without_a_limit_of_their_own_spends_the_share_of_nobody_else(clock: Clock):
    quotas = Quotas(0, 10, 3600, clock)

    assert [quotas.take("@a:x", "!r") for _ in range(30)].count(Verdict.OK) == 10
    assert [quotas.take("@b:x", "!r") for _ in range(30)].count(Verdict.OK) == 5
    assert [quotas.take(f"@{number}:x", "!r") for number in range(40)].count(Verdict.OK) == 40


def test_what_a_person_may_not_ask_any_more_does_not_count_for_the_room(clock: Clock):
    quotas = Quotas(1, 2, 3600, clock)

    assert [quotas.take("@a:x", "!r") for _ in range(9)].count(Verdict.OK) == 1
    assert quotas.are_spent("@a:x", "!elsewhere")
    assert not quotas.are_spent("@b:x", "!r")
    assert quotas.take("@b:x", "!r") is Verdict.OK
    assert quotas.take("@c:x", "!r") is Verdict.OK


def test_a_refused_question_does_not_count(clock: Clock):
    quotas = Quotas(1, 2, 3600, clock)
    for _ in range(3):
        quotas.take("@a:x", "!r")

    assert quotas.take("@b:x", "!r") is Verdict.OK


def test_no_limit_never_refuses_and_remembers_nobody(clock: Clock):
    quotas = Quotas(0, 0, 3600, clock)

    assert all(quotas.take("@a:x", "!r") is Verdict.OK for _ in range(100))
    assert quotas.remembered == 0


def test_a_day_of_strangers_is_forgotten(clock: Clock):
    quotas = Quotas(1, 1, 60, clock)
    for second in range(20_000):
        clock.at = second
        quotas.take(f"@{second}:x", f"!{second}")
        quotas.take(f"@{second}:x", f"!{second}")

    assert quotas.remembered <= 3 * 1_000 + 3
