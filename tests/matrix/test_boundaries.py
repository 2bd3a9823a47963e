"""A fault with one room, one event or one row is logged under a reference, and the others go on."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nio
import pytest

from bot.config import MatrixConfig
from bot.matrix.budget import Budget
from bot.matrix.calls import AuthenticationLost, Boundary, KeysNotKept, Refused, Unavailable
from bot.matrix.events import Incoming
from bot.matrix.exchanges import Exchanges
from bot.matrix.inbox import Batch, Inbox, Undecrypted
from bot.matrix.outbox import Outbox, Outgoing
from bot.matrix.receiving import Receiving
from bot.matrix.reply import transaction_id
from bot.matrix.sending import Sending
from bot.store import Store, StoreUnavailable, open_store

BOT, ALICE = "@bot:a.fr", "@alice:a.fr"
ROOMS = ("!a:a.fr", "!b:a.fr", "!c:a.fr")
NOW = 10_000


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "bot.db")


def message(event_id: str, **more: Any) -> dict[str, Any]:
    content = {"msgtype": "m.text", "body": "bonjour"}
    whole = {"type": "m.room.message", "event_id": event_id, "sender": ALICE, "origin_server_ts": 2, "content": content}
    return whole | more


def member(user: str = BOT, **more: Any) -> dict[str, Any]:
    return message(f"$member-{user}", type="m.room.member", state_key=user, content={"membership": "join"}, **more)


def response(rooms: dict[str, list[Any]], *, limited: tuple[str, ...] = (), token: str = "s2") -> nio.SyncResponse:
    joined = {
        room_id: {
            "state": {"events": []},
            "timeline": {"events": events, "limited": room_id in limited, "prev_batch": "p"},
            "ephemeral": {"events": []},
            "account_data": {"events": []},
        }
        for room_id, events in rooms.items()
    }
    found = nio.SyncResponse.from_dict({"next_batch": token, "rooms": {"join": joined, "invite": {}, "leave": {}}})
    assert isinstance(found, nio.SyncResponse), found
    return found


class Server:
    """A homeserver that gives one response, and whose gaps are what the test says."""

    def __init__(self, found: nio.SyncResponse, gap: Callable[[str], list[Any]] = lambda room_id: []) -> None:
        self.user_id = BOT
        self.rooms = {room_id: SimpleNamespace(users={BOT: SimpleNamespace(display_name=None)}) for room_id in ROOMS}
        self.is_away = False
        self._found, self._gap = found, gap

    async def receive(self, since: str | None, full_state: bool) -> nio.SyncResponse:
        return self._found

    async def gap(self, room_id: str, start: str, end: str | None, is_enough: Any = None) -> list[Any]:
        return [nio.Event.parse_event(event) if isinstance(event, dict) else event for event in self._gap(room_id)]

    def own_name(self, room_id: str) -> str:
        return ""

    async def call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        if self.is_away:
            raise Unavailable("502")
        return {}

    async def upkeep(self) -> None:
        raise KeyError("malformed keys of a stranger")

    def decrypted(self, event: Any) -> Any:
        raise KeyError("malformed")


def receive(store: Store, server: Any) -> Inbox:
    inbox = Inbox(store)
    config = MatrixConfig(allowed_users=("*:a.fr",))
    receiving = Receiving(server, inbox, Outbox(store), Exchanges(store), config, lambda: NOW, lambda: None)
    asyncio.run(receiving.step())
    return inbox


def known(store: Store) -> Inbox:
    inbox = Inbox(store)
    inbox.receive(Batch("s1", 1, joined=dict.fromkeys(ROOMS)))
    return inbox


def waiting(inbox: Inbox) -> dict[str, str]:
    return {room_id: one.event_id for room_id, one in inbox.waiting().items()}


def test_a_room_that_raises_costs_itself_alone(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    known(store)

    def gap(room_id: str) -> list[Any]:
        if room_id == ROOMS[1]:
            raise KeyError("odd")
        return []

    found = response({room_id: [message(f"${room_id[1]}")] for room_id in ROOMS}, limited=ROOMS)
    inbox = receive(store, Server(found, gap))
    assert waiting(inbox) == {ROOMS[0]: "$a", ROOMS[2]: "$c"}
    assert inbox.token == "s2"
    assert "fault reference=" in caplog.text


def test_what_a_server_refuses_of_a_room_does_not_hold_up_the_others(store: Store) -> None:
    known(store)

    def gap(room_id: str) -> list[Any]:
        if room_id == ROOMS[1]:
            raise Refused("M_FORBIDDEN", "not in the room")
        return []

    inbox = receive(store, Server(response({room: [message(f"${room[1]}")] for room in ROOMS}, limited=ROOMS), gap))
    assert waiting(inbox) == {room: f"${room[1]}" for room in ROOMS}


def test_a_gap_that_never_comes_is_given_up_if_the_server_answers_else(store: Store) -> None:
    def gap(room_id: str) -> list[Any]:
        raise Unavailable("500 M_UNKNOWN")

    async def tries() -> int:
        for number in range(1, 100):
            with contextlib.suppress(Unavailable):
                assert await receiving._missed(ROOMS[0], "p", "s1") == []
                return number
        raise AssertionError

    server, config = Server(response({}), gap), MatrixConfig(allowed_users=("*:a.fr",))
    client: Any = server
    receiving = Receiving(client, known(store), Outbox(store), Exchanges(store), config, lambda: NOW, lambda: None)
    assert asyncio.run(tries()) == 8
    server.is_away = True
    with pytest.raises(AssertionError):
        asyncio.run(tries())


def came(membership: str, before: str | None = None, **more: Any) -> dict[str, Any]:
    unsigned = {"prev_content": {"membership": before}} if before else {}
    content = {"membership": membership}
    own = {"type": "m.room.member", "state_key": BOT, "content": content, "unsigned": unsigned}
    return message(f"$own-{membership}-{before}", **own | more)


@pytest.mark.parametrize("time", [0, 2, 10**12, 10**30, 2**63, -(10**30)])
def test_what_was_said_before_it_came_is_known_by_its_place_and_not_by_two_clocks(store: Store, time: int) -> None:
    Inbox(store).receive(Batch("s1", 1, invited={ROOMS[0]: ALICE}))
    events = [
        message("$before", origin_server_ts=10**12),
        came("invite", origin_server_ts=time),
        came("join", "invite", origin_server_ts=time),
        came("join", "join", origin_server_ts=time),
        message("$after", origin_server_ts=1),
    ]
    inbox = receive(store, Server(response({ROOMS[0]: events})))
    assert waiting(inbox) == {ROOMS[0]: "$after"}
    assert inbox.knows(ROOMS[0])


def test_what_was_said_between_its_invitation_and_its_join_is_heard_and_of_two_stays_the_last_counts(
    store: Store,
) -> None:
    Inbox(store).receive(Batch("s1", 1))
    first = [came("invite"), came("join", "invite"), message("$then"), came("leave", "join")]
    again = [came("invite", "leave"), message("$between"), came("join", "invite"), message("$after")]
    inbox = receive(store, Server(response({ROOMS[0]: first + again})))
    rows = store.rows("SELECT event_id FROM inbox ORDER BY position")
    assert [row["event_id"] for row in rows] == ["$between", "$after"]
    assert inbox.knows(ROOMS[0])


def test_its_arrival_is_looked_for_in_the_gap_of_a_room_that_it_has_just_come_to(store: Store) -> None:
    Inbox(store).receive(Batch("s1", 1))
    gap = [message("$before"), came("invite"), message("$missed")]
    found = response({ROOMS[0]: [came("join", "invite"), message("$after")]}, limited=ROOMS)
    receive(store, Server(found, lambda room_id: gap))
    rows = store.rows("SELECT event_id FROM inbox ORDER BY position")
    assert [row["event_id"] for row in rows] == ["$missed", "$after"]


def test_a_kept_event_that_raises_is_set_aside(store: Store) -> None:
    inbox = known(store)
    content = {"algorithm": "m.megolm.v1.aes-sha2", "sender_key": "k", "session_id": "s", "device_id": "d"}
    kept = message("$kept", type="m.room.encrypted", content=content | {"ciphertext": "x"})
    odd = [Undecrypted("$kept", ROOMS[0], "s", kept), Undecrypted("$odd", ROOMS[0], "s", {"nothing": 1})]
    inbox.receive(Batch("s1", 1, undecrypted=odd))
    receive(store, Server(response({ROOMS[1]: [message("$b")]})))
    assert waiting(inbox) == {ROOMS[1]: "$b"}
    assert inbox.undecrypted() == []


@pytest.mark.parametrize(
    "more", [{"event_id": "$\ud800"}, {"event_id": "$" + "x" * 30_000}, {"sender": "@\ud800:a.fr"}, {"sender": "x"}]
)
def test_a_sealed_event_that_cannot_be_written_is_not_kept(store: Store, more: dict[str, Any]) -> None:
    inbox = known(store)
    content = {"algorithm": "m.megolm.v1.aes-sha2", "sender_key": "k", "session_id": "s", "device_id": "d"}
    event = message("$1", type="m.room.encrypted", content=content | {"ciphertext": "x"}) | more
    receive(store, Server(response({ROOMS[0]: [event, message("$a")]})))
    assert waiting(inbox) == {ROOMS[0]: "$a"}
    assert inbox.undecrypted() == []


def test_what_cannot_be_written_costs_its_room_alone(store: Store) -> None:
    inbox = known(store)
    incoming = [Incoming(f"${room[1]}", room, ALICE, 2, "x" if room != ROOMS[1] else "\ud800") for room in ROOMS]
    config: Any = MatrixConfig(allowed_users=("*:a.fr",))
    server: Any = Server(response({}))
    receiving = Receiving(server, inbox, Outbox(store), Exchanges(store), config, lambda: NOW, lambda: None)
    batch = Batch("s2", NOW, incoming, joined={"!new:a.fr": None}, left=[ROOMS[2]], invited={"!inv:a.fr": ALICE})
    asyncio.run(receiving._write(batch, "s1"))
    assert waiting(inbox)[ROOMS[0]] == "$a"
    assert ROOMS[1] not in waiting(inbox)
    assert inbox.invitations() == {"!inv:a.fr": ALICE}
    assert inbox.knows("!new:a.fr")
    assert not inbox.knows(ROOMS[2])
    assert inbox.token == "s2"


# ---- sending --------------------------------------------------------------------------------------------------------


class Letterbox:
    """A homeserver that takes messages; of a room that is odd it raises."""

    def __init__(self) -> None:
        self.device_id, self.user_id = "D", BOT
        self.rooms = dict.fromkeys(ROOMS)  # not known to nio yet, as before the first answer to a sync
        self.sent: list[tuple[str, str]] = []
        self.tried = 0

    async def send_event(self, room_id: str, kind: str, content: dict[str, Any], transaction: str) -> str:
        if content["body"] == "odd":
            self.tried += 1
            raise KeyError("odd")
        self.sent.append((room_id, content["body"]))
        return f"$sent{len(self.sent)}"


def send(store: Store, letterbox: Letterbox, until: Callable[[], bool]) -> None:
    async def scenario() -> None:
        client: Any = letterbox
        running = asyncio.ensure_future(Sending(client, Outbox(store), Budget(0), lambda: NOW).run())
        for _ in range(2_000):
            if until() or running.done():
                break
            await asyncio.sleep(0.005)
        is_running = not running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert is_running

    asyncio.run(scenario())


def row(room_id: str, body: str) -> Outgoing:
    return Outgoing(transaction_id(room_id, body), room_id, "message", {"body": body})


def test_a_row_that_raises_is_given_up_and_what_follows_is_sent(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    outbox, letterbox = Outbox(store), Letterbox()
    outbox.put(row(ROOMS[0], "odd"), row(ROOMS[0], "after"), row(ROOMS[1], "elsewhere"))
    send(store, letterbox, lambda: outbox.count("new") == 0)
    assert sorted(letterbox.sent) == [(ROOMS[0], "after"), (ROOMS[1], "elsewhere")]
    assert outbox.count("failed") == 1
    assert letterbox.tried == 3
    assert "fault reference=" in caplog.text


def test_a_room_whose_rows_cannot_be_read_holds_up_no_other(store: Store) -> None:
    outbox, letterbox = Outbox(store), Letterbox()
    outbox.put(row(ROOMS[0], "damaged"), row(ROOMS[1], "elsewhere"))
    store.execute("UPDATE outbox SET content = '{' WHERE room_id = ?", (ROOMS[0],))
    send(store, letterbox, lambda: len(letterbox.sent) == 1)
    assert letterbox.sent == [(ROOMS[1], "elsewhere")]


# ---- the boundary itself --------------------------------------------------------------------------------------------


def test_a_fault_is_named_on_one_line_and_what_ends_a_session_goes_through(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR), Boundary("room=a\nb") as fault:
        raise KeyError("x")
    assert fault.reference
    assert "room=a\\nb" in caplog.messages[0]
    for error in (AuthenticationLost("x", "y", False), KeysNotKept("x"), StoreUnavailable("x")):
        with pytest.raises(type(error)), Boundary("x", StoreUnavailable):
            raise error
    with pytest.raises(asyncio.CancelledError), Boundary("x"):
        raise asyncio.CancelledError
