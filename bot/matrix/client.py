"""The Matrix client: nio's, made safe. The one place where private methods of nio are overridden (those of 0.26)."""

import asyncio
import json
import logging
import os
import random
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import quote

import aiohttp
import nio
import peewee
from nio.store import SqliteStore

PAGE: Final = 100  # events; Synapse caps it there
LONG_POLL_SECONDS: Final = 30
_SLOW_SECONDS: Final = 120.0
_RETRY_SECONDS: Final = 5.0
_MOST_PAGES: Final = 200
_UNKNOWN_TOKEN: Final = frozenset(
    {"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "ORG_MATRIX_EXPIRED_ACCOUNT", "M_USER_DEACTIVATED"}
)
_PASSING_STATUS: Final = frozenset({401, 408, 425, 429})
_FILTER: Final = {
    "presence": {"not_types": ["*"]},
    "account_data": {"not_types": ["*"]},
    "room": {"timeline": {"limit": PAGE}, "ephemeral": {"not_types": ["*"]}, "account_data": {"not_types": ["*"]}},
}

_SHARING: Final = (nio.KeysClaimResponse, nio.ShareGroupSessionResponse)

_log = logging.getLogger("bot.matrix")

T = TypeVar("T")


class Unavailable(Exception):
    """The homeserver, or a proxy before it, cannot do it now; trying again later is right."""


class Refused(Exception):
    """The homeserver refuses this, and will refuse it again; `code` is Matrix's."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(f"{code}: {message}")


class AuthenticationLost(Exception):
    """The access token is no longer accepted; `is_soft`: the device is still there, a new token for it will do."""

    def __init__(self, code: str, message: str, is_soft: bool) -> None:
        self.code = code
        self.is_soft = is_soft
        super().__init__(f"{code}: {message}")


class KeysNotKept(Exception):
    """The store of the encryption keys cannot be written; what is in memory must be dropped and read again."""


@dataclass(frozen=True)
class Session:
    """What a login gives."""

    user_id: str
    device_id: str
    access_token: str


def endpoint(*parts: str) -> str:
    """Return the path of an endpoint of the client API; the ids in it may hold slashes."""
    return "/_matrix/client/v3/" + "/".join(quote(part, safe="") for part in parts)


def checked(response: Any) -> Any:
    """Return a response of nio that is a success. Raises AuthenticationLost, Refused or Unavailable."""
    if not isinstance(response, nio.ErrorResponse):
        return response
    code, message = str(response.status_code or ""), str(response.message)
    status = getattr(response.transport_response, "status", None)
    return _raise(code, message, status, bool(getattr(response, "soft_logout", False)))


def _raise(code: str, message: str, status: int | None, is_soft: bool) -> Any:
    if code in _UNKNOWN_TOKEN:
        raise AuthenticationLost(code, message, is_soft)
    # An error without a code is a proxy's, not the homeserver's.
    if code and status is not None and 400 <= status < 500 and status not in _PASSING_STATUS:
        raise Refused(code, message)
    raise Unavailable(f"{status or '?'} {code} {message}".strip())


class Client(nio.AsyncClient):  # type: ignore[misc]  # nio says nothing of its types
    """nio's client; no event stops it, errors are raised, and keys are kept before anything else is done with them."""

    def __init__(self, homeserver: str, session: Session, folder: Path, pickle_key: str) -> None:
        config = nio.AsyncClientConfig(
            store=SqliteStore,
            store_name="keys.db",
            pickle_key=pickle_key,
            # A lost connection is raised at once: the loops pause and try again with what they hold.
            max_timeouts=0,
            request_timeout=60,
        )
        super().__init__(homeserver, session.user_id, session.device_id, str(folder), config)
        self._failed_to_share = 0
        self.has_fallback_key: bool | None = None
        self.restore_login(session.user_id, session.device_id, session.access_token)

    # ---- what the loops call ---------------------------------------------------------------------------------------

    async def receive(self, since: str | None, full_state: bool) -> nio.SyncResponse:
        """Return the next sync response, decrypted as far as the keys are known.

        Raises AuthenticationLost, Refused, Unavailable or KeysNotKept.
        """
        # nio drops a response that it has already seen, which is what comes again when ours could not be written.
        self.next_batch = ""
        # An empty wait at first: the server gives what it has at once.
        wait = 0 if full_state or not since else LONG_POLL_SECONDS * 1000
        call = self.sync(wait, _FILTER, since=since, full_state=full_state or None)
        response: nio.SyncResponse = await self._reached(call)
        return response

    async def gap(self, room_id: str, start: str, end: str | None, oldest_ms: int) -> list[nio.Event]:
        """Return the events of a room between two tokens, oldest first, decrypted; none sent before `oldest_ms`."""
        found: list[nio.Event] = []
        for _ in range(_MOST_PAGES):
            page = await self._reached(
                self.room_messages(room_id, start, end=end, direction=nio.MessageDirection.back, limit=PAGE)
            )
            found += page.chunk
            too_old = any(getattr(event, "server_timestamp", oldest_ms) < oldest_ms for event in page.chunk)
            if too_old or not page.end or page.end in (start, end):
                break
            start = page.end
        return found[::-1]

    async def send_event(self, room_id: str, kind: str, content: dict[str, Any], transaction_id: str) -> str:
        """Send an event, encrypted where the room is; return its id. Raises as `receive` does."""
        await self._know_devices(room_id)
        # nio adds to the content that it encrypts.
        call = self.room_send(room_id, kind, dict(content), transaction_id, ignore_unverified_devices=True)
        return str((await self._reached(call)).event_id)

    async def _know_devices(self, room_id: str) -> None:
        """Ask who is in an encrypted room, and for their devices: nio asks too, but sends whatever the server says."""
        room = self.rooms.get(room_id)
        if room is not None and room.encrypted and not room.members_synced:
            await self._reached(self.joined_members(room_id))
        if self.should_query_keys:
            await self._reached(self.keys_query())

    async def upkeep(self) -> None:
        """Send what the last sync response asks for: keys and answers to other devices. Raises as `receive` does."""
        if self.should_upload_keys:
            await self._reached(self.keys_upload())
        if self.should_query_keys:
            await self._reached(self.keys_query())
        if self.should_claim_keys:
            await self._reached(self.keys_claim(self.get_users_for_key_claiming()))
        for message in list(self.outgoing_to_device_messages):
            await self._reached(self.to_device(message))
        if self.has_fallback_key is False:
            await self.upload_fallback_key()

    async def keys_upload(self) -> Any:
        """Upload the keys of the device, kept before: the server must hold none whose other half a kill could lose."""
        assert self.olm is not None
        keys = self.olm.share_keys()
        self.olm.save_account()
        method, path, data = nio.Api.keys_upload(self.access_token, keys)
        return await self._send(nio.KeysUploadResponse, method, path, data)

    async def upload_fallback_key(self) -> None:
        """Give the server a key for when the one-time keys are used up. Raises as `receive` does."""
        assert self.olm is not None
        account = self.olm.account
        account._account.generate_fallback_key()
        keys = {}
        for key_id, key in account._account.fallback_key.items():
            signed: dict[str, Any] = {"key": key.to_base64(), "fallback": True}
            signed["signatures"] = {self.user_id: {f"ed25519:{self.device_id}": self.olm.sign_json(signed)}}
            keys[f"signed_curve25519:{key_id}"] = signed
        self.olm.save_account()
        await self.call("POST", "/_matrix/client/v3/keys/upload", {"fallback_keys": keys})
        account._account.mark_keys_as_published()
        self.olm.save_account()
        self.has_fallback_key = True

    async def call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Call the homeserver for what nio does not know; return its JSON. Raises as `receive` does."""
        data = None if body is None else json.dumps(body)
        while isinstance(found := await self._reached(self._called(method, path, data)), float):
            await asyncio.sleep(found)
        return found

    async def _called(self, method: str, path: str, data: str | None) -> dict[str, Any] | float:
        """Return the JSON of an answer, or after how many seconds the server wants to be asked again."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.access_token}"}
        async with await self.send(method, path, data, headers) as answer:
            found = await self.parse_body(answer)
            if answer.status == 429:
                wait = found.get("retry_after_ms")
                return wait / 1000 if isinstance(wait, int) else _RETRY_SECONDS
            if answer.status >= 400:
                code, message = str(found.get("errcode", "")), str(found.get("error", ""))
                _raise(code, message, answer.status, found.get("soft_logout") is True)
            if answer.content_type != "application/json":
                raise Unavailable(f"{answer.status}: not JSON")  # the page of a proxy
            return found

    async def _reached(self, call: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout(_SLOW_SECONDS):
                result: T = checked(await call)
                return result
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unavailable(f"{type(error).__name__} {error}".strip()) from error
        except (nio.SendRetryError, nio.LocalProtocolError) as error:
            raise Unavailable(str(error)) from error
        except peewee.DatabaseError as error:
            raise KeysNotKept(str(error)) from error

    # ---- what nio lacks --------------------------------------------------------------------------------------------

    async def parse_body(self, transport_response: aiohttp.ClientResponse) -> dict[Any, Any]:
        """Return a body as an object; an empty one for what is not, as the pages of proxies."""
        body = await super().parse_body(transport_response)
        if not isinstance(body, dict):
            return {}
        if "device_unused_fallback_key_types" in body:
            self.has_fallback_key = "signed_curve25519" in (body["device_unused_fallback_key_types"] or ())
        return body

    async def create_matrix_response(
        self, response_class: Any, transport_response: aiohttp.ClientResponse, *args: Any, **kwargs: Any
    ) -> Any:
        """Return a response read. Raises Unavailable for what is not the homeserver's word.

        nio looks at the body alone: to most of its calls the page of a proxy, read as nothing, is a success.
        """
        status = transport_response.status
        if status >= 500 or transport_response.content_type != "application/json":
            raise Unavailable(f"{status} {transport_response.content_type}")
        try:
            return await super().create_matrix_response(response_class, transport_response, *args, **kwargs)
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            # Some of nio's own errors cannot be made: KeysClaimError wants a room that it is not given.
            raise Unavailable(f"{status} unreadable: {type(error).__name__}") from error

    async def _handle_sync(self, response: nio.SyncResponse) -> None:
        assert self.store is not None
        # One transaction: an Olm session must not be kept as used while the room key that it brought is lost. Nothing
        # inside waits, since no callback is registered.
        with self.store.database.atomic():
            await super()._handle_sync(response)
        for room_id in response.rooms.leave:
            self.rooms.pop(room_id, None)
            self.invited_rooms.pop(room_id, None)

    def _handle_decrypt_to_device(self, to_device_event: nio.ToDeviceEvent) -> nio.ToDeviceEvent | None:
        return _safely("to-device message", super()._handle_decrypt_to_device, to_device_event)

    def _handle_timeline_event(self, event: Any, room_id: str, room: Any, encrypted_rooms: set[str]) -> Any:
        return _safely("timeline event", super()._handle_timeline_event, event, room_id, room, encrypted_rooms)

    def _handle_joined_state(self, room_id: str, join_info: Any, encrypted_rooms: set[str]) -> None:
        """Handle the state events of a room one by one, each safely."""
        events, join_info.state = join_info.state, []
        super()._handle_joined_state(room_id, join_info, encrypted_rooms)
        join_info.state = events
        for event in events:
            _safely("state event", self._handle_state_event, event, room_id, encrypted_rooms)

    def _handle_state_event(self, event: Any, room_id: str, encrypted_rooms: set[str]) -> None:
        room = self.rooms[room_id]
        if isinstance(event, nio.RoomEncryptionEvent):
            encrypted_rooms.add(room_id)
        if isinstance(event, nio.RoomMemberEvent):
            if room.handle_membership(event):
                self._invalidate_session_for_member_event(room_id)
        else:
            room.handle_event(event)

    def _handle_messages_response(self, response: nio.RoomMessagesResponse) -> None:
        for index, event in enumerate(response.chunk):
            if isinstance(event, nio.MegolmEvent) and self.olm:
                event.room_id = response.room_id
                response.chunk[index] = self.decrypted(event) or event

    def decrypted(self, event: nio.MegolmEvent) -> Any:
        """Return an event decrypted; None when its key is not there or it is malformed."""
        assert self.olm is not None
        return _safely("encrypted event", self.olm._decrypt_megolm_no_error, event)

    def _handle_olm_events(self, response: nio.SyncResponse) -> None:
        super()._handle_olm_events(response)
        # nio takes 0 for « not said », and so never uploads keys again once all are used.
        if response.device_key_count.signed_curve25519 == 0 and self.olm:
            self.olm.uploaded_key_count = 0

    async def _send(self, response_class: Any, *args: Any, **kwargs: Any) -> Any:
        response = None
        try:
            response = await super()._send(response_class, *args, **kwargs)
        finally:
            if response_class in _SHARING and (response is None or isinstance(response, nio.ErrorResponse)):
                self._failed_to_share += 1
        return response

    async def share_group_session(self, room_id: str, ignore_unverified_devices: bool = False) -> Any:
        """Share the key of the next messages. Raises Unavailable when a part of the devices could not be given it."""
        assert self.olm is not None
        failed = self._failed_to_share
        try:
            response = await super().share_group_session(room_id, ignore_unverified_devices)
        finally:
            # nio leaves the room marked when a call in between fails, and its next message would wait for ever.
            if (mark := self.sharing_session.pop(room_id, None)) is not None:
                mark.set()
            # nio takes the key for shared whatever the server said: those left out could never read the messages.
            # A failure that is another room's costs this one a new key, no more.
            if self._failed_to_share > failed:
                self.olm.outbound_group_sessions.pop(room_id, None)
        if self._failed_to_share > failed:
            raise Unavailable("the room key could not be shared with every device")
        return response


def _safely(what: str, act: Callable[..., T], *args: Any) -> T | None:
    """Return what `act` returns; None when the event, which anyone may have made, is malformed."""
    try:
        return act(*args)
    except peewee.DatabaseError:
        raise
    except Exception as fault:  # noqa: BLE001 - whatever a malformed event raises, the others must be received
        _log.warning("malformed %s ignored: %s", what, type(fault).__name__)
        return None


async def until_done(
    act: Callable[[], Awaitable[T]], what: str, passing: tuple[type[Exception], ...] = (Unavailable,)
) -> T:
    """Return what `act` returns, tried again with longer and longer pauses while it raises a passing error."""
    pauses = Pauses()
    while True:
        try:
            return await act()
        except passing as error:
            pause = pauses.next()
            _log.warning("%s: %s; again in %.1f s", what, error, pause)
            await asyncio.sleep(pause)


class Pauses:
    """Pauses in seconds that double, up to thirty, with jitter so that several bots do not march in step."""

    def __init__(self, first: float = 0.5, longest: float = 30.0) -> None:
        self._next = self._first = first
        self._longest = longest

    def next(self) -> float:
        """Return the next pause."""
        pause, self._next = self._next, min(2 * self._next, self._longest)
        return pause * random.uniform(0.5, 1.0)

    def reset(self) -> None:
        """Begin again with the first pause."""
        self._next = self._first


def open_client(homeserver: str, session: Session, folder: Path) -> Client:
    """Return a client with its keys in `folder`, whose files only their owner can read. Raises KeysNotKept."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(folder / "keys.db", os.O_CREAT | os.O_RDWR, 0o600))
        client = Client(homeserver, session, folder, _pickle_key(folder / "pickle_key"))
    except (peewee.DatabaseError, OSError) as error:
        raise KeysNotKept(str(error)) from error
    for file in folder.iterdir():
        file.chmod(0o600)
    return client


def checked_client(homeserver: str, session: Session, folder: Path) -> Client | None:
    """Return a client whose keys are in `folder`; None when they are not there. Nothing is made."""
    if not (folder / "keys.db").is_file() or not (folder / "pickle_key").is_file():
        return None
    return open_client(homeserver, session, folder)


def _pickle_key(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        key = secrets.token_urlsafe(32)
        write_secret(path, key)
        return key


def write_secret(path: Path, text: str) -> None:
    """Write a file that its owner alone can read, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(path.name + ".part")
    with os.fdopen(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
