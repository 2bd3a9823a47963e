"""Reminders in rooms of a real Synapse: asked for by those who moderate, sent once, at the hour of a clock we set."""

import asyncio
import re
import warnings
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ics
import nio
import pytest
from nio.crypto.attachments import decrypt_attachment
from person import Person, person, spaced
from program import Program
from running import Bot
from synapse import Homeserver

pytestmark = pytest.mark.synapse

Names = Callable[[str], str]
NewBot = Callable[..., Bot]

PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 6, 15, 9, tzinfo=PARIS)


def set_clock(bot: Bot, at: datetime) -> None:
    """Give the bot a time, a moment before the next minute."""
    shown = at.replace(second=59, microsecond=900_000)
    partial = bot.folder / "clock.part"
    partial.write_text(shown.isoformat(), encoding="ascii")
    partial.replace(bot.folder / "clock")


def reminders(one: Person, room: str, bot: Bot) -> list[str]:
    """Return the texts of the messages of the bot that reply to nothing."""
    said = [event for event in one.said_by(bot.user_id, room) if "m.relates_to" not in event.source["content"]]
    return [event.body for event in said]


async def meeting(alice: Person, bot: Bot, *guests: Person, encrypted: bool = False) -> str:
    """Make a room of several people and the bot, where the one who makes it moderates."""
    room = await alice.room_with(bot.user_id, *(one.user_id for one in guests), encrypted=encrypted, wait=False)
    for one in guests:
        await one.client.join(room)
    everyone = {alice.user_id, bot.user_id, *(one.user_id for one in guests)}
    for one in (alice, *guests):
        await one.until(lambda: one.joined(room) >= everyone, "join")  # noqa: B023 - awaited within the round
    return room


@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
def test_a_room_asks_for_a_reminder_and_gets_it_once_at_its_hour_though_the_bot_is_killed(
    homeserver: Homeserver, new_bot: NewBot, names: Names, encrypted: bool
) -> None:
    async def scenario() -> None:
        bot = new_bot(homeserver)
        set_clock(bot, MONDAY - timedelta(days=2))
        bot.start()
        alice = await person(homeserver, names("alice"))
        room = await alice.room_with(bot.user_id, encrypted=encrypted)
        said = await alice.ask(room, "!fast rappels lundi 9h J-1", bot.user_id)
        assert "lundi 15 juin 2026 à 9 h" in said.body
        state = await alice.ask(room, "!fast rappels", bot.user_id)
        for day in ("15 juin", "20 juin", "22 juin"):
            assert day in state.body
        set_clock(bot, MONDAY - timedelta(minutes=2))
        await asyncio.sleep(1)
        assert await _all_sent(alice, room, bot) == []
        set_clock(bot, MONDAY)
        await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) FROM reminded")
        bot.kill()
        bot.start()
        [reminder] = await alice.until(lambda: reminders(alice, room, bot), "reminder")
        assert "dans 6 jours" in reminder
        assert "retard" not in reminder
        assert f"demandé par {alice.user_id[1:].partition(':')[0]}" in reminder
        assert alice.user_id in reminder
        assert "!fast rappels arrêter" in reminder
        bot.kill()
        set_clock(bot, MONDAY + timedelta(hours=1))
        bot.start()
        assert len(await _all_sent(alice, room, bot)) == 1
        state = await alice.ask(room, "!fast rappels", bot.user_id)
        assert "dernier envoi : rappel du lundi 15 juin 2026 à 9 h" in state.body
        set_clock(bot, datetime(2026, 6, 20, 9, tzinfo=PARIS))
        await alice.until(lambda: len(reminders(alice, room, bot)) == 2, "the day before")
        assert "demain, dimanche 21 juin" in reminders(alice, room, bot)[1]
        await alice.close()

    asyncio.run(scenario())


async def _all_sent(one: Person, room: str, bot: Bot) -> list[str]:
    """Return the reminders, once what the bot was to send before an answer has come."""
    await one.ask(room, "et encore", bot.user_id)
    return reminders(one, room, bot)


def test_only_those_who_moderate_a_room_change_its_reminders_and_anyone_sees_them(
    homeserver: Homeserver, new_bot: NewBot, names: Names
) -> None:
    async def scenario() -> None:
        bot = new_bot(homeserver)
        set_clock(bot, MONDAY)
        bot.start()
        alice, bob = await person(homeserver, names("alice")), await person(homeserver, names("bob"))
        room = await meeting(alice, bot, bob)
        refused = await bob.ask(room, "!fast rappels lundi 9h", bot.user_id)
        assert "modèrent" in refused.body
        assert "Pas de rappel" in (await bob.ask(room, "!fast rappels", bot.user_id)).body
        assert "21 juin" in (await bob.ask(room, "!fast rappels aperçu", bot.user_id)).body
        assert "21 juin" in (await bob.ask(room, "!fast échéances", bot.user_id)).body
        assert "C'est noté" in (await alice.ask(room, "!fast rappels vendredi 14 h 30", bot.user_id)).body
        assert "25h" in (await alice.ask(room, "!fast rappels lundi 25h", bot.user_id)).body
        assert "modèrent" in (await bob.ask(room, "!fast rappels arrêter", bot.user_id)).body
        await alice.client.room_put_state(room, "m.room.power_levels", await _raised(alice, room, bob.user_id))
        assert "pause" in (await bob.ask(room, "!fast rappels pause", bot.user_id)).body
        assert "en pause" in (await bob.ask(room, "!fast rappels", bot.user_id)).body
        assert "service" in (await bob.ask(room, "!fast rappels reprendre", bot.user_id)).body
        assert "arrêtés" in (await bob.ask(room, "!fast rappels arrêter", bot.user_id)).body
        for one in (alice, bob):
            await one.close()

    asyncio.run(scenario())


async def _raised(alice: Person, room: str, user: str) -> dict[str, Any]:
    """Return the power levels of a room with a user at 50."""
    levels = await alice.client.room_get_state_event(room, "m.room.power_levels")
    assert isinstance(levels, nio.RoomGetStateEventResponse)
    return {**levels.content, "users": {**levels.content["users"], user: 50}}


def test_in_a_room_of_version_12_its_creator_moderates(
    own_homeserver: Homeserver, new_bot: NewBot, names: Names
) -> None:
    async def scenario() -> None:
        own_homeserver.as_on_tchap = False
        homeserver = own_homeserver.start()
        bot = new_bot(homeserver)
        set_clock(bot, MONDAY)
        bot.start()
        alice = await person(homeserver, names("alice"))
        wanted = {"room_version": "12", "invite": [bot.user_id], "preset": "public_chat"}
        create = ("/_matrix/client/v3/createRoom", wanted, alice.client.access_token)
        room = (await asyncio.to_thread(homeserver.call, "POST", *create))["room_id"]
        await alice.until(lambda: bot.user_id in alice.joined(room), "join")
        assert "C'est noté" in (await alice.ask(room, "!fast rappels lundi", bot.user_id)).body
        await alice.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
def test_the_agenda_comes_as_a_file_that_another_library_opens(
    homeserver: Homeserver, new_bot: NewBot, names: Names, encrypted: bool
) -> None:
    async def scenario() -> None:
        bot = new_bot(homeserver)
        set_clock(bot, MONDAY)
        bot.start()
        alice = await person(homeserver, names("alice"))
        room = await alice.room_with(bot.user_id, encrypted=encrypted)
        asked = await alice.say(room, "!fast agenda")
        [_, file] = await alice.until(lambda: len(a := alice.answers(room, asked, bot.user_id)) == 2 and a, "file")
        assert file.body == "echeances-fast.ics"
        assert isinstance(file, nio.RoomEncryptedFile if encrypted else nio.RoomMessageFile)
        loaded = await alice.client.download(file.url)
        assert isinstance(loaded, nio.DownloadResponse), loaded
        data = loaded.body
        if encrypted:
            assert b"VCALENDAR" not in data
            data = decrypt_attachment(data, file.key["k"], file.hashes["sha256"], file.iv)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            [event] = ics.Calendar(data.decode()).events
        assert event.begin.date().isoformat() == "2026-06-21"
        await alice.close()

    asyncio.run(scenario())


def test_configured_rooms_are_reminded_and_one_where_the_bot_is_not_holds_up_no_other(
    homeserver: Homeserver, new_bot: NewBot, names: Names
) -> None:
    async def scenario() -> None:
        bot = new_bot(homeserver)
        set_clock(bot, MONDAY - timedelta(days=2))
        bot.start()
        alice = await person(homeserver, names("alice"))
        room = await alice.room_with(bot.user_id, encrypted=True)
        bot.kill()
        with bot.config.open("a", encoding="utf-8") as config:
            for name in ("!nowhere:test.local", room):
                config.write(f'\n[[reminders.rooms]]\nroom_id = "{name}"\nwhen = "lundi 9h"\n')
        bot.start()
        await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 2 FROM reminders")
        assert "lundis à 9 h" in (await alice.ask(room, "!fast rappels", bot.user_id)).body
        set_clock(bot, MONDAY)
        [reminder] = await alice.until(lambda: reminders(alice, room, bot), "reminder")
        assert "dans 6 jours" in reminder
        assert re.search(r"reminders of room=!nowhere\S* suspended", bot.log)
        await alice.close()

    asyncio.run(scenario())


def test_a_calendar_file_cancels_what_the_room_was_sent_and_is_no_deadline_any_more(
    homeserver: Homeserver, new_bot: NewBot, names: Names
) -> None:
    async def scenario() -> None:
        bot = new_bot(homeserver)
        set_clock(bot, MONDAY)
        bot.start()
        alice = await person(homeserver, names("alice"))
        room = await alice.room_with(bot.user_id, encrypted=False)
        first = await _file(alice, room, bot)
        assert "CANCELLED" not in first
        [uid] = re.findall(r"UID:(\S+)", first)
        bot.stop()
        gone = (uid.replace("consolidation", "suivant"), uid)
        bot.change("UPDATE agendas SET uid = ? WHERE uid = ?", gone)  # as if that call had been announced, then not
        bot.start()
        again = await _file(alice, room, bot)
        [cancelled] = [one for one in again.split("BEGIN:VEVENT") if "STATUS:CANCELLED" in one]
        assert gone[0] in cancelled
        numbers = [int(re.search(r"SEQUENCE:(\d+)", one)[1]) for one in (first, cancelled)]
        assert numbers[1] > numbers[0]
        await alice.close()

    asyncio.run(scenario())


async def _file(one: Person, room: str, bot: Bot) -> str:
    """Return the calendar file that a room is sent, its long lines joined."""
    asked = await one.say(room, "!fast agenda")
    [_, file] = await one.until(lambda: len(a := one.answers(room, asked, bot.user_id)) == 2 and a, "file")
    loaded = await one.client.download(file.url)
    assert isinstance(loaded, nio.DownloadResponse), loaded
    return str(loaded.body.decode()).replace("\r\n ", "")


@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
def test_in_plain_french_reminders_and_the_agenda_are_asked_for_as_by_command_with_the_same_permissions(
    homeserver: Homeserver, new_bot: NewBot, few: Program, names: Names, encrypted: bool
) -> None:
    async def scenario() -> None:
        bot = new_bot(homeserver, few).start()
        alice, bob = await person(homeserver, names("alice")), await person(homeserver, names("bob"))
        room = await meeting(alice, bot, bob, encrypted=encrypted)

        async def said(one: Person, text: str) -> str:
            return spaced((await one.ask(room, f"{bot.user_id} {text}", bot.user_id)).body)

        when = "chaque mardi à 14 h 30"
        wish = f"rappelle-nous les échéances {when}"
        assert "modèrent" in await said(bob, wish)
        assert "Pas de rappel" in await said(alice, "c'est quand le prochain rappel ?")
        assert "« sauf en août »" in await said(alice, f"{wish} sauf en août, merci")
        assert "« un mardi sur deux »" in await said(alice, "rappelle nous les échéances un mardi sur deux stp")
        assert bot.rows("SELECT * FROM reminders") == []
        assert "mardis à 14 h 30" in await said(alice, f"peux-tu nous rappeler les échéances {when} svp ?")
        assert bot.rows("SELECT time, asked_by FROM reminders") == [("14:30", alice.user_id)]
        assert alice.user_id in await said(bob, "où en sont les rappels ?")
        assert "modèrent" in await said(bob, "arrête les rappels")
        assert "arrêtés" in await said(alice, "arrete les rapels stp")
        assert await said(bob, "envoie l'agenda") == await said(bob, "!fast agenda")
        for one in (alice, bob):
            await one.close()

    asyncio.run(scenario())


def test_in_a_direct_message_plain_french_is_enough_and_the_day_may_come_after(
    homeserver: Homeserver, new_bot: NewBot, few: Program, names: Names
) -> None:
    async def scenario() -> None:
        bot = new_bot(homeserver, few).start()
        alice = await person(homeserver, names("alice"))
        room = await alice.room_with(bot.user_id, encrypted=True)
        assert "Quel jour" in (await alice.ask(room, "mets un rappel des échéances stp", bot.user_id)).body
        assert "mardis à 14 h 30" in spaced((await alice.ask(room, "mardi 14h30", bot.user_id)).body)
        assert "rien changé" in (await alice.ask(room, "pause des rappels jusqu'au 3 mars", bot.user_id)).body
        assert "pause" in (await alice.ask(room, "mets les rappels en pause", bot.user_id)).body
        assert bot.rows("SELECT state FROM reminders") == [("paused",)]
        await alice.close()

    asyncio.run(scenario())


def test_a_room_where_it_may_not_speak_holds_up_no_other(homeserver: Homeserver, new_bot: NewBot, names: Names) -> None:
    async def scenario() -> None:
        bot = new_bot(homeserver)
        set_clock(bot, MONDAY - timedelta(days=2))
        bot.start()
        alice, bob = await person(homeserver, names("alice")), await person(homeserver, names("bob"))
        muted, kept = [await meeting(alice, bot, bob) for _ in range(2)]
        for room in (muted, kept):
            await alice.ask(room, "!fast rappels lundi 9h", bot.user_id)
        levels = await _raised(alice, muted, bob.user_id)
        await alice.client.room_put_state(muted, "m.room.power_levels", {**levels, "events_default": 50})
        set_clock(bot, MONDAY)
        await alice.until(lambda: reminders(alice, kept, bot), "reminder")
        await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 1 FROM outbox WHERE state = 'failed'")
        await alice.client.room_put_state(muted, "m.room.power_levels", levels)
        assert "refusé par le serveur" in (await alice.ask(muted, "!fast rappels", bot.user_id)).body
        for one in (alice, bob):
            await one.close()

    asyncio.run(scenario())


def test_a_room_that_kicks_the_bot_or_is_replaced_is_suspended_and_the_others_go_on(
    homeserver: Homeserver, new_bot: NewBot, names: Names
) -> None:
    async def scenario() -> None:
        bot = new_bot(homeserver)
        set_clock(bot, MONDAY - timedelta(days=2))
        bot.start()
        alice, bob = await person(homeserver, names("alice")), await person(homeserver, names("bob"))
        kicked, replaced, kept = [await meeting(alice, bot, bob) for _ in range(3)]
        for room in (kicked, replaced, kept):
            await alice.ask(room, "!fast rappels lundi 9h", bot.user_id)
        await alice.client.room_kick(kicked, bot.user_id)
        upgrade = (f"/_matrix/client/v3/rooms/{replaced}/upgrade", {"new_version": "10"}, alice.client.access_token)
        await asyncio.to_thread(homeserver.call, "POST", *upgrade)
        await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 1 FROM reminders WHERE state = 'active'")
        set_clock(bot, MONDAY)
        await alice.until(lambda: reminders(alice, kept, bot), "reminder")
        assert reminders(alice, kicked, bot) == reminders(alice, replaced, bot) == []
        for room, why in ((kicked, "away"), (replaced, "upgraded")):
            assert f"reminders of room={room} suspended: {why}" in bot.log
        await alice.client.room_invite(kicked, bot.user_id)
        await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 2 FROM reminders WHERE state = 'active'")
        set_clock(bot, MONDAY + timedelta(hours=1))
        assert await _all_sent_in(alice, kicked, bot) == []
        for one in (alice, bob):
            await one.close()

    asyncio.run(scenario())


async def _all_sent_in(one: Person, room: str, bot: Bot) -> list[str]:
    await one.ask(room, f"{bot.user_id} et encore", bot.user_id)
    return reminders(one, room, bot)


def test_after_three_weeks_away_there_is_one_late_reminder_that_says_so(
    homeserver: Homeserver, new_bot: NewBot, names: Names
) -> None:
    async def scenario() -> None:
        bot = new_bot(homeserver)
        set_clock(bot, MONDAY - timedelta(days=24))
        bot.start()
        alice = await person(homeserver, names("alice"))
        room = await alice.room_with(bot.user_id, encrypted=True)
        await alice.ask(room, "!fast rappels lundi 9h", bot.user_id)
        bot.kill()
        set_clock(bot, MONDAY + timedelta(days=2))
        bot.start()
        [reminder] = await alice.until(lambda: reminders(alice, room, bot), "reminder")
        assert "lundi 15 juin 2026 à 9 h" in reminder
        assert "retard" in reminder
        assert "dans 4 jours" in reminder
        assert len(await _all_sent(alice, room, bot)) == 1
        await alice.close()

    asyncio.run(scenario())


def test_a_reminder_on_its_way_when_the_homeserver_goes_comes_once_weeks_later_told_anew(
    own_homeserver: Homeserver, new_bot: NewBot, names: Names
) -> None:
    async def scenario() -> None:
        server = own_homeserver.start()
        bot = new_bot(server)
        set_clock(bot, MONDAY - timedelta(days=16))
        bot.start()
        alice = await person(server, names("alice"))
        room = await alice.room_with(bot.user_id, encrypted=False)
        await alice.ask(room, "!fast rappels lundi 9h", bot.user_id)
        await asyncio.to_thread(server.stop)
        set_clock(bot, MONDAY - timedelta(days=14))
        await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 1 FROM outbox WHERE state = 'new'")
        set_clock(bot, MONDAY + timedelta(days=1))
        await asyncio.to_thread(bot.wait_until, "SELECT COUNT(*) = 2 FROM reminded")
        await asyncio.to_thread(server.start)
        [reminder] = await alice.until(lambda: reminders(alice, room, bot), "reminder", 120)
        assert "lundi 15 juin 2026 à 9 h" in reminder
        assert "dans 5 jours" in reminder
        assert len(await _all_sent(alice, room, bot)) == 1
        await alice.close()

    asyncio.run(scenario())


def test_while_the_homeserver_is_away_nothing_is_planned_and_one_comes_late(
    own_homeserver: Homeserver, new_bot: NewBot, names: Names
) -> None:
    async def scenario() -> None:
        server = own_homeserver.start()
        bot = new_bot(server)
        set_clock(bot, MONDAY - timedelta(days=2))
        bot.start()
        alice = await person(server, names("alice"))
        room = await alice.room_with(bot.user_id, encrypted=False)
        await alice.ask(room, "!fast rappels lundi 9h", bot.user_id)
        bot.kill()
        await asyncio.to_thread(server.stop)
        set_clock(bot, MONDAY)
        bot.start()
        await asyncio.sleep(2)
        assert bot.rows("SELECT * FROM reminded") == []
        set_clock(bot, MONDAY + timedelta(hours=5))
        await asyncio.to_thread(server.start)
        [reminder] = await alice.until(lambda: reminders(alice, room, bot), "reminder", 120)
        assert "retard" in reminder
        await alice.close()

    asyncio.run(scenario())
