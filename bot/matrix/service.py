"""The bot in Matrix: logs in, is trusted, then receives, answers, sends, reminds, keeps its rooms until stopped."""

import asyncio
import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.config import Config, MatrixConfig
from bot.errors import AuthenticationRefused, ConfigurationError
from bot.matrix import doctor_words as words
from bot.matrix.answering import AT_ONCE, Answering
from bot.matrix.authorship import Authorship
from bot.matrix.budget import Budget
from bot.matrix.calls import AuthenticationLost, KeysNotKept, Pauses, Refused, Unavailable, until_done
from bot.matrix.client import Client, Session, open_client
from bot.matrix.courtesies import Courtesies
from bot.matrix.exchanges import Exchanges
from bot.matrix.inbox import Inbox
from bot.matrix.login import open_session, renewable
from bot.matrix.outbox import Outbox
from bot.matrix.permissions import Quotas
from bot.matrix.profile import ensure_name, ensure_picture
from bot.matrix.receiving import Receiving
from bot.matrix.reminder_replies import ReminderReplies
from bot.matrix.reminding import Reminding
from bot.matrix.rooms import Rooms
from bot.matrix.saying import Saying, Speaker
from bot.matrix.sending import Sending
from bot.matrix.tapping import Tapping
from bot.matrix.tokens import refreshed_session
from bot.matrix.trust import ensure_trusted, open_identity
from bot.matrix.words import Who
from bot.refusals import system_reason
from bot.store import Store, StoreBusy, StoreUnavailable, open_store

_HOUR_SECONDS = 3600.0
_EXPIRY_SHARE = 0.8  # of the time that a token holds

_log = logging.getLogger("bot.matrix")


async def serve(config: Config, speaker: Speaker, now: Callable[[], datetime]) -> None:
    """Run the bot, and what answers, until it is cancelled.

    Raises AuthenticationRefused, ConfigurationError, StoreUnusable, or what opening the knowledge raises.
    """
    with _alone(config.state.directory):
        store = await until_done(lambda: _opened(config), "store", (StoreBusy,))
        try:
            async with asyncio.TaskGroup() as tasks:
                running = tasks.create_task(speaker.run())
                try:
                    await _sessions(config, keys_folder(config), store, Saying(speaker, now), now)
                finally:
                    running.cancel()
        except ExceptionGroup as group:
            raise _first(group) from None
        finally:
            store.close()


async def _opened(config: Config) -> Store:
    """Open the memory. Raises StoreBusy, ConfigurationError, or StoreUnusable."""
    directory = config.state.directory
    try:
        return open_store(directory / "bot.db")
    except StoreBusy:
        raise
    except StoreUnavailable as error:
        # At its start, a bot that cannot write must not look as if it ran.
        raise ConfigurationError(words.unusable_state(directory, str(error))) from error


async def _sessions(config: Config, folder: Path, store: Store, saying: Saying, now: Callable[[], datetime]) -> None:
    """Serve with one session after another: a new one when the token was renewed, or the keys must be read again."""
    refused: str | None = None
    pauses = Pauses()
    while True:
        session = await open_session(config.matrix, folder, refused_token=refused)
        await until_done(partial(_check_account, config, store, session), "store", (StoreUnavailable,))
        try:
            await _serve(config, session, folder, store, saying, now)
        except AuthenticationLost as lost:
            _log.warning("token lost: %s", lost)
            if not renewable(config.matrix, lost):
                raise AuthenticationRefused(words.token_refused(config.matrix.access_token_file)) from lost
            refused = session.access_token
        except KeysNotKept as error:
            _log.error("the keys could not be kept: %s", error)
            await asyncio.sleep(pauses.next())


async def _check_account(config: Config, store: Store, session: Session) -> None:
    """Refuse the memory of another account: its sync token would skip messages of this one, or repeat them."""
    kept = store.get("account")
    if kept is None:
        store.put("account", session.user_id)
    elif kept != session.user_id:
        raise ConfigurationError(words.state_of_another(config.state.directory, kept, session.user_id))


async def _serve(
    config: Config, session: Session, folder: Path, store: Store, saying: Saying, now: Callable[[], datetime]
) -> None:
    """Serve with one session. Raises what ends it: the first error of the loops, alone."""
    client = open_client(config.matrix.homeserver, session, folder)
    try:
        await until_done(lambda: _trusted(client, folder), "trust", (Unavailable, OSError))
        await until_done(lambda: ensure_name(client, config.matrix), "name")
        async with asyncio.TaskGroup() as tasks:
            for loop in _loops(config, client, store, saying, now):
                tasks.create_task(loop.run())
            tasks.create_task(_picture(config.matrix, client, store))
            tasks.create_task(_renew(config.matrix, client, session, folder))
    except ExceptionGroup as group:
        raise _first(group) from None
    finally:
        await client.close()


async def _picture(config: MatrixConfig, client: Client, store: Store) -> None:
    """Give the account its picture, while the bot serves already. Raises ConfigurationError or AuthenticationLost."""
    await until_done(lambda: ensure_picture(client, store, config), "picture", (Unavailable, StoreUnavailable))


async def _renew(config: MatrixConfig, client: Client, session: Session, folder: Path) -> None:
    """Refresh a token that is known to expire before it does. Raises AuthenticationLost."""
    while session.expires_in is not None:
        await asyncio.sleep(session.expires_in * _EXPIRY_SHARE)
        session = await refreshed_session(config, folder)
        client.access_token = session.access_token


def _first(group: BaseExceptionGroup[Exception]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _loops(
    config: Config, client: Client, store: Store, saying: Saying, now: Callable[[], datetime]
) -> tuple[Receiving, Answering, Sending, Rooms, Reminding]:
    def now_ms() -> int:
        return int(now().timestamp() * 1000)

    def received() -> None:
        for one in (answering, sending, rooms):
            one.wake()

    matrix = config.matrix
    inbox, outbox, budget = Inbox(store), Outbox(store), Budget(matrix.calls_per_second)
    quotas = Quotas(matrix.questions_per_user, matrix.questions_per_room, _HOUR_SECONDS, time.monotonic)
    sending = Sending(client, outbox, budget, now_ms)
    replies = ReminderReplies(client, store, saying, budget, config.reminders.zone, now)
    courtesies, administrators = Courtesies(client, budget), matrix.administrators
    written = Authorship(client, budget).written

    def who(room_id: str) -> Who:
        return Who(client.own_name(room_id), client.user_id)

    at_once = max(AT_ONCE, config.answers.workers + 2)  # some of what is said needs no worker
    tapping = Tapping(store, matrix.choices)
    answering = Answering(
        store, saying, courtesies, quotas, replies, tapping, who, written, now_ms, sending.wake, administrators, at_once
    )
    receiving = Receiving(client, inbox, outbox, Exchanges(store), matrix, now_ms, received)
    rooms = Rooms(client, store, receiving, budget, matrix, now, sending.wake)
    reminding = Reminding(client, store, receiving, saying, config.reminders, now, sending.wake)
    return receiving, answering, sending, rooms, reminding


async def _trusted(client: Client, folder: Path) -> None:
    """Have the device known and signed before the first message. Raises ConfigurationError when its keys are lost."""
    identity = open_identity(folder, client.user_id)
    try:
        chain = await ensure_trusted(client, identity)
    except Refused as error:
        _log.error("%s", words.not_signed(str(error)))
        return
    if not chain.has_our_device_keys:
        raise ConfigurationError(words.device_keys_lost(client.device_id or ""))
    if not chain.is_whole:
        _log.error("%s", words.other_identity())


def keys_folder(config: Config) -> Path:
    """Return the folder of the session, the keys of the device and the seeds of the identity."""
    return config.state.directory / "matrix"


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Refuse a second bot on the same state: each would answer every question."""
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        opened = os.open(directory / "bot.lock", os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise ConfigurationError(words.unusable_state(directory, system_reason(error))) from error
    with os.fdopen(opened, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConfigurationError(words.already_running(directory)) from None
        yield
