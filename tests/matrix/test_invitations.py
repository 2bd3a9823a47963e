"""Invitations and upgrades in their turns: the real loop and a real database, a clock and a homeserver of the test."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest

from bot.config import MatrixConfig
from bot.matrix.budget import Budget
from bot.matrix.calls import AuthenticationLost, Refused, Unavailable
from bot.matrix.inbox import Batch, Inbox, Undecrypted
from bot.matrix.outbox import Outbox
from bot.matrix.rooms import Rooms
from bot.store import Store, open_store

BOT = "@bot:a.fr"
START = 1_700_000_000.0


class Clock:
    """Seconds that pass when someone waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.now += seconds

    def moment(self) -> datetime:
        return datetime.fromtimestamp(START + self.now, UTC)


class Server:
    """A homeserver that says yes, but where `says` raises; `called` holds what was asked, and when."""

    def __init__(self, clock: Clock) -> None:
        self.user_id = BOT
        self.rooms: dict[str, Any] = {}
        self.called: list[tuple[str, float]] = []
        self.says: Callable[[str], None] = lambda path: None
        self._clock = clock

    async def call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        await asyncio.sleep(0)
        self.called.append((unquote(path), self._clock.now))
        self.says(unquote(path))
        return {}

    def asked(self, words: str) -> list[float]:
        return [at for path, at in self.called if words in path]


class World:
    def __init__(self, folder: Path, rate: float = 1, *, tell_declined: bool = False) -> None:
        self.tell_declined = tell_declined
        self.clock = Clock()
        self.server = Server(self.clock)
        self.store: Store = open_store(folder / "bot.db")
        self.inbox = Inbox(self.store)
        self.receiving = SimpleNamespace(upgraded={}, is_live=lambda: True)
        self.rooms = self.new_rooms(rate)

    def new_rooms(self, rate: float = 1) -> Rooms:
        patterns: dict[str, Any] = {"allowed_users": ("*:a.fr",), "denied_users": ("@denied:a.fr",)}
        config = MatrixConfig(**patterns, tell_declined=self.tell_declined)
        budget = Budget(rate, self.clock, self.clock.sleep)
        client: Any = self.server
        receiving: Any = self.receiving
        return Rooms(client, self.store, receiving, budget, config, self.clock.moment, lambda: None)

    def invited(self, invitations: dict[str, str], **more: Any) -> None:
        self.inbox.receive(Batch("s", int((START + self.clock.now) * 1000), invited=invitations, **more))

    def steps(self, number: int = 1, seconds: float = 10) -> None:
        async def scenario() -> None:
            for _ in range(number):
                await self.rooms._step()
                await self.clock.sleep(seconds)

        asyncio.run(scenario())


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def strangers(number: int) -> dict[str, str]:
    return {f"!a{place}:z.fr": f"@stranger{place}:z.fr" for place in range(number)}


@pytest.mark.parametrize("number", [1_000, 10_000])
def test_a_person_whom_it_serves_does_not_wait_for_strangers(world: World, number: int) -> None:
    world.invited(strangers(number))
    world.steps()
    world.invited({"!zz:a.fr": "@alice:a.fr"})
    came = world.clock.now
    world.steps()
    [joined] = world.server.asked("join/!zz:a.fr")
    assert joined - came <= 5


def test_somebody_who_comes_in_the_middle_of_the_refusals_waits_for_one(world: World) -> None:
    world.invited(strangers(100))

    def come(path: str) -> None:
        if path.endswith("leave") and not world.inbox.invitations().get("!zz:a.fr"):
            world.invited({"!zz:a.fr": "@alice:a.fr"})
            world.rooms.wake()

    world.server.says = come
    world.steps()
    assert len(world.server.asked("/leave")) == 1


def test_strangers_are_refused_in_the_end(world: World) -> None:
    world.invited(strangers(50))
    world.steps(20)
    assert len(world.server.asked("/leave")) == 50
    assert world.inbox.invitations() == {}


def test_of_one_who_is_declined_one_room_a_day_is_entered_to_say_so_and_none_is_kept(tmp_path: Path) -> None:
    world = World(tmp_path, tell_declined=True)
    world.invited({f"!a{place}:z.fr": "@mallory:z.fr" for place in range(50)})
    world.steps(2)
    [entered] = world.server.asked("join/")
    assert Outbox(world.store).waiting_rooms() == ["!a0:z.fr"]
    # The homeserver never says that the bot is in it: it is declined all the same, after a moment.
    world.steps(30)
    assert world.server.asked("!a0:z.fr/leave")[0] - entered >= 60
    assert len(world.server.asked("/leave")) == 50
    assert world.inbox.invitations() == {}


def test_a_room_that_was_told_why_it_is_declined_is_left_and_not_entered_again(tmp_path: Path) -> None:
    world = World(tmp_path, tell_declined=True)
    world.invited({"!a:z.fr": "@mallory:z.fr"})
    world.steps()
    world.server.rooms["!a:z.fr"] = SimpleNamespace(users=dict.fromkeys((BOT, "@mallory:z.fr")))
    world.steps(20)
    assert world.server.asked("/leave") == []
    row = Outbox(world.store).next("!a:z.fr")
    assert row is not None
    assert row.content["m.mentions"] == {}
    Outbox(world.store).sent(row.transaction_id, "$told")
    world.steps()
    assert len(world.server.asked("!a:z.fr/leave")) == 1
    world.invited({"!a:z.fr": "@mallory:z.fr"})
    world.steps(3)
    assert len(world.server.asked("join/")) == 1


def test_strangers_whom_it_tells_do_not_delay_a_person_whom_it_serves(tmp_path: Path) -> None:
    world = World(tmp_path, tell_declined=True)
    world.invited(strangers(1_000))
    world.steps()
    world.invited({"!zz:a.fr": "@alice:a.fr"})
    came = world.clock.now
    world.steps(2)
    assert world.server.asked("join/!zz:a.fr")[0] - came <= 5


def test_one_who_invites_to_a_thousand_rooms_does_not_delay_another(world: World) -> None:
    world.invited({f"!a{place}:a.fr": "@busy:a.fr" for place in range(1_000)})
    world.steps()
    world.invited({"!zz:a.fr": "@alice:a.fr"})
    came = world.clock.now
    world.steps(2)
    assert world.server.asked("join/!zz:a.fr")[0] - came <= 5


def test_rooms_that_do_not_answer_do_not_delay_another_and_are_given_up(world: World) -> None:
    def dead(path: str) -> None:
        if "dead" in path:
            raise Unavailable("502")

    world.server.says = dead
    world.invited({f"!dead{place}:a.fr": "@busy:a.fr" for place in range(6)})
    world.steps(3)
    world.invited({"!zz:a.fr": "@alice:a.fr"})
    world.steps(2)
    assert world.server.asked("join/!zz:a.fr")
    world.steps(3_000)
    assert world.inbox.invitations() == {}
    assert len(world.server.asked("join/!dead")) == 60


def test_while_the_homeserver_is_away_no_invitation_is_given_up(world: World) -> None:
    def away(path: str) -> None:
        raise Unavailable("502")

    world.server.says, world.receiving.is_live = away, lambda: False
    world.invited({"!zz:a.fr": "@alice:a.fr"})
    world.steps(100)
    world.server.says = lambda path: None
    world.steps()
    assert world.inbox.invitations() == {}


def test_upgrades_notices_and_purge_do_not_wait_behind_refusals(world: World) -> None:
    lost = Undecrypted("$1", "!here:a.fr", "session", {"sender": "@alice:a.fr", "content": {}})
    world.inbox.receive(Batch("s", 0, joined={"!here:a.fr": None}, undecrypted=[lost]))
    world.invited(strangers(1_000))
    world.receiving.upgraded["!here:a.fr"] = ("!next:a.fr", "@alice:a.fr")
    world.steps()
    assert len(world.server.asked("join/!next:a.fr")) == 1
    assert Outbox(world.store).count("new") == 1
    assert world.store.get("purged_on") is not None


# ---- upgrades and faults --------------------------------------------------------------------------------------------


def test_a_dead_upgrade_is_given_up_for_good(world: World) -> None:
    def dead(path: str) -> None:
        raise Unavailable("no server has it")

    world.server.says = dead
    world.server.rooms = {"!here:a.fr": SimpleNamespace(users=[BOT, "@alice:a.fr"])}
    upgraded = {"!here:a.fr": ("!next:a.fr", "@alice:a.fr")}
    world.receiving.upgraded = dict(upgraded)
    world.steps(3_000)
    assert len(world.server.called) == 10
    assert world.receiving.upgraded == {}
    # After a restart the room tells of it again.
    world.receiving.upgraded, world.rooms = dict(upgraded), world.new_rooms()
    world.steps(10)
    assert len(world.server.called) == 10
    # Another successor is another matter.
    world.receiving.upgraded = {"!here:a.fr": ("!other:a.fr", "@alice:a.fr")}
    world.steps()
    assert len(world.server.called) == 11


def test_an_upgrade_that_is_refused_is_not_tried_again(world: World) -> None:
    def refuse(path: str) -> None:
        raise Refused("M_FORBIDDEN", "invited only")

    world.server.says = refuse
    world.receiving.upgraded["!here:a.fr"] = ("!next:a.fr", "@alice:a.fr")
    world.steps(100)
    assert len(world.server.called) == 1


def test_a_fault_with_one_room_leaves_the_others_be(world: World, caplog: pytest.LogCaptureFixture) -> None:
    def fault(path: str) -> None:
        if "odd" in path:
            raise KeyError("x\ny")

    world.server.says = fault
    world.server.rooms = {
        "!odd-left:a.fr": SimpleNamespace(users=[BOT]),
        "!left:a.fr": SimpleNamespace(users=[BOT]),
        "!broken:a.fr": SimpleNamespace(),
    }
    world.invited(
        {"!odd:a.fr": "@alice:a.fr", "!zz:a.fr": "@bob:a.fr", "!no:z.fr": "@x:z.fr", "!odd-no:z.fr": "@y:z.fr"}
    )
    world.receiving.upgraded = {
        "!1:a.fr": ("!\ud800:a.fr", "@a:a.fr"),
        "!2:a.fr": ("!odd:a.fr", "@a:a.fr"),
        "!3:a.fr": ("!next:a.fr", "@a:\ud800"),
        "!4:a.fr": ("!good:a.fr", "@a:a.fr"),
    }
    world.steps(2)
    for reached in ("join/!zz:a.fr", "join/!good:a.fr", "!no:z.fr/leave"):
        assert world.server.asked(reached)
    assert "fault reference=" in caplog.text
    del world.server.rooms["!broken:a.fr"]
    world.steps(2)
    assert world.server.asked("!left:a.fr/leave")
    world.steps(3_000)
    assert world.receiving.upgraded == {}
    assert world.inbox.invitations() == {}
    assert len(world.server.asked("!odd-left:a.fr/leave")) == 10


def test_a_lost_account_ends_the_loop_all_the_same(world: World) -> None:
    def lost(path: str) -> None:
        raise AuthenticationLost("M_UNKNOWN_TOKEN", "gone", False)

    world.server.says = lost
    world.invited({"!zz:a.fr": "@alice:a.fr"})
    with pytest.raises(AuthenticationLost):
        world.steps()


def test_what_is_kept_of_dead_upgrades_goes_with_their_rooms(world: World) -> None:
    world.store.put("dead_upgrades", json.dumps({"!gone:a.fr": "!x:a.fr"}))
    assert world.rooms._dead_upgrades() == {}
