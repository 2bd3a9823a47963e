"""What goes wrong around the bot: homeserver, proxy, token, database. It goes on, or says why it cannot."""

import asyncio
import contextlib
import json
import resource
import sqlite3
import stat
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from disks import fill, small_disk
from person import Meet, Person, replied
from proxy import Issuer, Proxy
from running import Bot, configure
from synapse import Homeserver

pytestmark = [pytest.mark.synapse, pytest.mark.anyio]

Names = Callable[[str], str]
NewBot = Callable[..., Bot]


async def answered_once_in_order(
    alice: Person, bot: Bot, room: str, asked: Sequence[str], seconds: float = 240
) -> None:
    """Wait for the answers of questions of a room; check that each came once, in order."""
    await alice.until(lambda: all(alice.answers(room, one, bot.user_id) for one in asked), "every answer", seconds)
    await alice.ask(room, "!fast c'est tout", bot.user_id)
    replies = [replied(event) for event in alice.said_by(bot.user_id, room)]
    assert [event_id for event_id in replies if event_id in asked] == list(asked)


async def test_a_homeserver_that_is_killed_and_comes_back_gets_every_answer_once(
    own_homeserver: Homeserver, new_bot: NewBot, meet: Meet
) -> None:
    own_homeserver.start()
    bot = new_bot(own_homeserver).start()
    alice = await meet(own_homeserver, "alice")
    room = await alice.ready_with(bot.user_id, encrypted=True)
    asked = [await alice.say(room, f"question {number}") for number in range(20)]
    await alice.until(lambda: alice.answers(room, asked[3], bot.user_id), "some answers")
    await asyncio.to_thread(own_homeserver.kill)
    await asyncio.to_thread(bot.wait_until_logged, "again in")
    assert bot.is_running
    await asyncio.to_thread(own_homeserver.start)
    await answered_once_in_order(alice, bot, room, asked)


async def test_a_proxy_that_answers_with_pages_of_html_is_asked_again_with_pauses(
    homeserver: Homeserver, new_bot: NewBot, alice: Person
) -> None:
    with Proxy(homeserver) as proxy:
        bot = new_bot(homeserver, homeserver=proxy.url).start()
        room = await alice.ready_with(bot.user_id, encrypted=True)
        for status, proxy.at in ((502, "/sync"), (200, "/sync"), (403, "/sync"), (502, "/send/"), (200, "/send/")):
            proxy.pages, proxy.failing = 0, status
            asked = await alice.say(room, f"pendant {status}")
            await asyncio.to_thread(_wait_until, lambda: proxy.pages >= 1)
            started = time.monotonic()
            await asyncio.to_thread(_wait_until, lambda: proxy.pages >= 3)
            # Pauses double from half a second, of which jitter takes half at most: 0.25 + 0.5 before the third try.
            assert time.monotonic() - started > 0.7
            proxy.failing = None
            await answered_once_in_order(alice, bot, room, [asked])


@pytest.mark.parametrize("path", ["/sendToDevice/", "/keys/claim", "/keys/query", "/joined_members"])
async def test_an_answer_waits_until_everyone_has_been_given_its_key(
    homeserver: Homeserver, new_bot: NewBot, alice: Person, meet: Meet, path: str
) -> None:
    with Proxy(homeserver) as proxy:
        bot = new_bot(homeserver, homeserver=proxy.url).start()
        await asyncio.to_thread(bot.wait_until_well)
        bob = await meet(homeserver, "bob")
        proxy.at, proxy.failing = path, 502
        room = await alice.room_with(bot.user_id, bob.user_id, encrypted=True, wait=False)
        await bob.client.join(room)
        await bob.sync(0)
        await alice.until(lambda: alice.joined(room) == {alice.user_id, bob.user_id, bot.user_id}, "everyone")
        question = await alice.say(room, "!fast pour nous deux")
        await asyncio.to_thread(_wait_until, lambda: proxy.pages >= 2)
        await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) FROM outbox WHERE question IS NOT NULL")
        proxy.failing = None
        for one in (alice, bob):
            answer = await one.answer(room, question, bot.user_id)
            await one.until(lambda: one.said_by(bot.user_id, room)[0].decrypted, "key of the answer", 20)  # noqa: B023 - used at once
            assert answer.sender == bot.user_id


async def test_an_answer_whose_acknowledgement_is_lost_does_not_come_twice(
    homeserver: Homeserver, new_bot: NewBot, alice: Person
) -> None:
    with Proxy(homeserver) as proxy:
        bot = new_bot(homeserver, homeserver=proxy.url).start()
        for encrypted in (False, True):
            room = await alice.ready_with(bot.user_id, encrypted=encrypted)
            proxy.counted.clear()
            proxy.hides = "/send/m.room"
            asked = [await alice.say(room, "perdu"), await alice.say(room, "perdu aussi")]
            await asyncio.to_thread(_wait_until, lambda: proxy.counted[0] >= 2)
            proxy.hides = None
            await answered_once_in_order(alice, bot, room, asked)


async def test_an_answer_that_the_server_may_have_forgotten_is_looked_for_before_it_is_sent_again(
    homeserver: Homeserver, new_bot: NewBot, alice: Person
) -> None:
    bot = new_bot(homeserver).start()
    rooms = [await alice.room_with(bot.user_id, encrypted=encrypted) for encrypted in (False, True)]
    asked = [(room, await alice.say(room, "long 20")) for room in rooms]
    for one in asked:
        await alice.until(lambda: len(alice.answers(*one, bot.user_id)) == 3, "three parts")  # noqa: B023 - used at once
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 8 FROM outbox WHERE state = 'sent'")
    bot.kill()
    # As if the bot had been killed before it read the server's yes, and its session was lost: to the server, the
    # transactions of a new device are new.
    (bot.state / "matrix" / "session.json").unlink()
    with contextlib.closing(sqlite3.connect(bot.state / "bot.db")) as database, database:
        database.execute(
            "UPDATE outbox SET state = 'new', event_id = NULL, content = ? WHERE question IS NOT NULL",
            (json.dumps({"msgtype": "m.text", "body": "deux fois", "format": "", "formatted_body": ""}),),
        )
    bot.start()
    await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 0 FROM outbox WHERE state = 'new'")
    for room, question in asked:
        await alice.ask(room, "et maintenant ?", bot.user_id)
        assert len(alice.answers(room, question, bot.user_id)) == 3
        assert not [event for event in alice.said_by(bot.user_id, room) if event.body == "deux fois"]


def test_a_revoked_token_ends_the_process_with_its_own_code_and_the_reason(
    homeserver: Homeserver, new_bot: NewBot, names: Names
) -> None:
    bot = new_bot(homeserver).start()
    bot.wait_until("SELECT COUNT(*) FROM meta WHERE key = 'sync_token'", 120)
    session = json.loads((bot.state / "matrix" / "session.json").read_text())
    homeserver.call("POST", "/_matrix/client/v3/logout", {}, session["access_token"])
    assert bot.wait(120) == 77
    assert "n'accepte plus le jeton" in bot.log


def test_a_wrong_password_ends_the_process_with_its_own_code_and_the_reason(
    homeserver: Homeserver, new_bot: NewBot
) -> None:
    bot = new_bot(homeserver)
    (bot.folder / "password").write_text("wrong")
    assert bot.start().wait(120) == 77
    assert "refuse la connexion" in bot.log


async def test_an_expired_token_is_read_again_from_its_file_without_a_restart(
    own_homeserver: Homeserver, new_bot: NewBot, meet: Meet
) -> None:
    bot = new_bot(own_homeserver.start())
    token = bot.folder / "token"
    name = bot.user_id[1:].partition(":")[0]
    first = own_homeserver.login(name, refreshable=True)
    token.write_text(first["access_token"])
    configure(
        bot,
        homeserver=own_homeserver.url,
        access_token_file="token",
        device_id=first["device_id"],
        token_wait_seconds=120,
    )
    bot.start()
    alice = await meet(own_homeserver, "alice")
    room = await alice.room_with(bot.user_id, encrypted=True)
    await alice.ask(room, "avant", bot.user_id)
    second = own_homeserver.refresh(first)
    await asyncio.to_thread(own_homeserver.expire, first["access_token"])
    await asyncio.to_thread(_wait_until, lambda: "token lost" in bot.log)
    question = await alice.say(room, "pendant")
    token.write_text(second)
    await answered_once_in_order(alice, bot, room, [question])
    assert bot.started == 1


async def test_an_expired_token_is_refreshed_without_a_restart_and_the_new_one_is_kept(
    own_homeserver: Homeserver, new_bot: NewBot, meet: Meet
) -> None:
    bot = new_bot(own_homeserver.start())
    first = own_homeserver.login(bot.user_id[1:].partition(":")[0], refreshable=True)
    give_tokens(bot, own_homeserver.url, first)
    bot.start()
    alice = await meet(own_homeserver, "alice")
    room = await alice.room_with(bot.user_id, encrypted=True)
    await alice.ask(room, "avant", bot.user_id)
    await asyncio.to_thread(own_homeserver.expire, first["access_token"])
    await answered_once_in_order(alice, bot, room, [await alice.say(room, "pendant")])
    assert bot.started == 1
    bot.stop()
    # What was given serves no more: neither the token, nor the refresh token, which serves once.
    bot.start()
    await answered_once_in_order(alice, bot, room, [await alice.say(room, "après")])
    kept = json.loads((bot.state / "matrix" / "tokens.json").read_text())
    assert kept["access_token"] not in bot.log
    assert stat.S_IMODE((bot.state / "matrix" / "tokens.json").stat().st_mode) == 0o600


async def test_a_token_of_an_authentication_service_is_refreshed_before_it_expires(
    homeserver: Homeserver, new_bot: NewBot, alice: Person
) -> None:
    with Issuer(homeserver) as issuer:
        bot = new_bot(homeserver)
        first = homeserver.login(bot.user_id[1:].partition(":")[0], refreshable=True)
        # An access token that has expired already: the refresh token is all there is.
        give_tokens(bot, issuer.url, first | {"access_token": "expired"}, oauth_client_id=issuer.client_id)
        bot.start()
        room = await alice.room_with(bot.user_id, encrypted=True)
        await alice.ask(room, "avant", bot.user_id)
        started = bot.log.count("token lost")
        await asyncio.to_thread(_wait_until, lambda: issuer.refreshed >= 3)
        await answered_once_in_order(alice, bot, room, [await alice.say(room, "après")])
        assert bot.log.count("token lost") == started


async def test_a_token_that_expires_on_a_full_disk_is_refreshed_once_there_is_room(
    own_homeserver: Homeserver, new_bot: NewBot, meet: Meet
) -> None:
    bot = new_bot(own_homeserver.start())
    with small_disk(bot.state, "20m") as disk:
        first = own_homeserver.login(bot.user_id[1:].partition(":")[0], refreshable=True)
        give_tokens(bot, own_homeserver.url, first)
        bot.start()
        alice = await meet(own_homeserver, "alice")
        room = await alice.room_with(bot.user_id, encrypted=True)
        await alice.ask(room, "avant", bot.user_id)
        filler = fill(disk)
        await asyncio.to_thread(own_homeserver.expire, first["access_token"])
        asked = await alice.say(room, "pendant")
        await asyncio.to_thread(_wait_until, lambda: "No space left" in bot.log or "disk is full" in bot.log)
        await asyncio.sleep(2)
        assert bot.is_running
        filler.unlink()
        await answered_once_in_order(alice, bot, room, [asked])
        assert bot.started == 1
        assert bot.stop() == 0
        bot.start()
        await answered_once_in_order(alice, bot, room, [await alice.say(room, "après")])
        assert "Traceback" not in bot.log
        bot.stop()


def test_a_refresh_token_that_served_already_ends_the_process_with_the_reason(
    homeserver: Homeserver, new_bot: NewBot
) -> None:
    bot = new_bot(homeserver)
    give_tokens(bot, homeserver.url, {"access_token": "x", "refresh_token": "y"}, token_wait_seconds=0)
    assert bot.start().wait(120) == 77
    assert "n'accepte plus le jeton" in bot.log


def give_tokens(bot: Bot, url: str, session: dict[str, Any], **more: Any) -> None:
    """Configure a bot with the tokens of a login, in files that end with a blank line."""
    for name in ("access_token", "refresh_token"):
        (bot.folder / name).write_text(session[name] + "\n\n")
    files = {"access_token_file": "access_token", "refresh_token_file": "refresh_token"}
    configure(bot, homeserver=url, **files, **more)


@pytest.mark.parametrize("how", ["absent", "empty", "binary"])
def test_a_secret_that_cannot_be_read_is_named_in_french(homeserver: Homeserver, new_bot: NewBot, how: str) -> None:
    bot = new_bot(homeserver)
    password = bot.folder / "password"
    password.unlink() if how == "absent" else password.write_bytes(b"\xff" if how == "binary" else b" \n")
    assert bot.start().wait(120) == 1
    assert str(password) in bot.log
    assert {"absent": "il n'existe pas", "empty": "est vide", "binary": "UTF-8"}[how] in bot.log


async def test_the_file_of_the_password_may_go_once_the_session_is_kept(
    homeserver: Homeserver, new_bot: NewBot, alice: Person
) -> None:
    bot = new_bot(homeserver, homeserver=homeserver.url + "/").start()
    room = await alice.ready_with(bot.user_id, encrypted=True)
    bot.stop()
    (bot.folder / "password").unlink()
    bot.start()
    await alice.ask(room, "et maintenant ?", bot.user_id)


def test_the_memory_of_another_account_is_refused(homeserver: Homeserver, new_bot: NewBot, names: Names) -> None:
    bot = new_bot(homeserver).start()
    bot.wait_until("SELECT COUNT(*) FROM meta WHERE key = 'sync_token'", 120)
    bot.stop()
    other = homeserver.register(names("other"))
    configure(bot, user_id=other, homeserver=homeserver.url, password_file="password")
    assert bot.start().wait(120) == 1
    assert bot.user_id in bot.log
    assert other in bot.log


def test_a_folder_that_cannot_be_used_is_named_in_french(homeserver: Homeserver, new_bot: NewBot) -> None:
    bot = new_bot(homeserver)
    bot.state.write_text("a file, not a folder")
    assert bot.start().wait(120) == 1
    assert "un fichier porte déjà ce nom" in bot.log
    assert "Traceback" not in bot.log


async def test_limits_of_production_are_obeyed_and_the_order_is_kept(
    own_homeserver: Homeserver, new_bot: NewBot, meet: Meet
) -> None:
    own_homeserver.message_limit = {"per_second": 2, "burst_count": 5}
    own_homeserver.start()
    with Proxy(own_homeserver) as proxy:
        bot = new_bot(own_homeserver, homeserver=proxy.url).start()
        alice = await meet(own_homeserver, "alice")
        own_homeserver.lift_limits(alice.user_id)
        rooms = [await alice.room_with(bot.user_id, encrypted=encrypted) for encrypted in (False, True)]
        asked = {room: [await alice.say(room, f"question {number}") for number in range(12)] for room in rooms}
        for room, questions in asked.items():
            await answered_once_in_order(alice, bot, room, questions)
        assert proxy.counted[429] > 0
        assert proxy.counted[429] < 60


@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
async def test_a_gap_of_three_hundred_messages_is_filled_though_one_event_lies_about_its_time(
    homeserver: Homeserver, new_bot: NewBot, alice: Person, meet: Meet, encrypted: bool
) -> None:
    with Proxy(homeserver) as proxy:
        bot = new_bot(homeserver, homeserver=proxy.url).start()
        bob = await meet(homeserver, "bob")
        room = await alice.room_with(bot.user_id, bob.user_id, encrypted=encrypted, wait=False)
        await bob.client.join(room)
        await alice.until(lambda: alice.joined(room) == {alice.user_id, bob.user_id, bot.user_id}, "everyone")
        await alice.answer(room, await alice.say(room, "!fast prêt"), bot.user_id)
        bot.kill()
        asked = []
        for number in range(300):
            if number == 150:
                await alice.client.room_put_state(room, "m.room.topic", {"topic": "sans date"})
            if number % 5 == 0:
                asked.append(await alice.say(room, f"!fast question {number}"))
            else:
                await alice.say(room, f"entre nous {number}")
        proxy.rewrite = _undate_topics
        bot.start()
        await answered_once_in_order(alice, bot, room, asked, 400)


def _undate_topics(path: str, found: Any) -> None:
    """Give the topics of a page of messages the time that any server may write on the events of its users."""
    for event in found.get("chunk", ()) if "/messages" in path else ():
        if event["type"] == "m.room.topic":
            event["origin_server_ts"] = 0


async def test_a_clock_that_is_wrong_and_a_lost_memory_lose_no_question(bot: Bot, alice: Person) -> None:
    room = await alice.room_with(bot.user_id, encrypted=True)
    old = await alice.say(room, "prêt")
    await alice.answer(room, old, bot.user_id)
    for ahead in ("3600", "-3600", "0"):
        bot.stop()
        for file in bot.state.glob("bot.db*"):
            file.unlink()
        bot.start(CLOCK_AHEAD=ahead)
        await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) FROM meta WHERE key = 'sync_token'")
        await alice.ask(room, f"avec {ahead} s", bot.user_id)
        # Without its memory, what was said before is not taken up again: the server would forgive it for half an hour.
        assert len(alice.answers(room, old, bot.user_id)) == 1
        assert bot.rows(f"SELECT COUNT(*) FROM inbox WHERE event_id = '{old}'") == [(0,)]
    # And with its memory, when the clock is set.
    for ahead in ("3600", "0"):
        bot.stop()
        late = await alice.say(room, "pendant l'arrêt")
        bot.start(CLOCK_AHEAD=ahead)
        await answered_once_in_order(alice, bot, room, [late])


async def test_a_database_that_another_process_locks_delays_the_answer_and_loses_nothing(
    bot: Bot, alice: Person
) -> None:
    room = await alice.ready_with(bot.user_id, encrypted=True)
    with contextlib.closing(sqlite3.connect(bot.state / "bot.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        asked = [await alice.say(room, f"question {number}") for number in range(3)]
        await asyncio.to_thread(_wait_until, lambda: "database is locked" in bot.log)
        other.execute("ROLLBACK")
    await answered_once_in_order(alice, bot, room, asked)


@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
async def test_a_full_disk_delays_the_answer_and_loses_nothing(bot: Bot, alice: Person, encrypted: bool) -> None:
    room = await alice.ready_with(bot.user_id, encrypted=encrypted)
    # Every write of the bot fails from here on, as on a full disk.
    _, hard = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (0, hard))
    if encrypted:
        alice.client.invalidate_outbound_session(room)  # a new key comes, which cannot be kept either
    asked = [await alice.say(room, f"question {number}") for number in range(3)]
    # Nothing tells when it has failed to write: its log fails too.
    await asyncio.sleep(4)
    assert bot.is_running
    assert not [one for one in asked if alice.answers(room, one, bot.user_id)]
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (hard, hard))
    await answered_once_in_order(alice, bot, room, asked)


def test_two_bots_are_not_run_on_the_same_state(homeserver: Homeserver, bot: Bot) -> None:
    bot.wait_until("SELECT COUNT(*) FROM meta WHERE key = 'sync_token'", 120)
    second = Bot(bot.folder, bot.user_id, bot.program)
    assert second.start().wait(120) == 1
    assert "Un autre bot" in second.log


def _wait_until(is_so: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)
