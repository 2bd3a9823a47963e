"""What the loops ask of the homeserver: receive, send, fill a gap, keep the keys of the device up."""

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import aiohttp
import nio
import peewee
from nio.store import SqliteStore

from bot.matrix.calls import KeysNotKept, Unavailable, approval_needed, checked, endpoint, raise_error, wait_ms
from bot.matrix.ids import read_id
from bot.matrix.safe_nio import SafeClient
from bot.private_files import make_private, write_secret

_PAGE: Final = 100  # events; Synapse caps it there
_LONG_POLL_SECONDS: Final = 30
_UPLOAD: Final = "/_matrix/media/v3/upload"
_SLOW_SECONDS: Final = 120.0
_MOST_PAGES: Final = 200
_FILTER: Final = {
    "presence": {"not_types": ["*"]},
    "account_data": {"not_types": ["*"]},
    "room": {"timeline": {"limit": _PAGE}, "ephemeral": {"not_types": ["*"]}, "account_data": {"not_types": ["*"]}},
}

_log = logging.getLogger("bot.matrix")

T = TypeVar("T")


@dataclass(frozen=True)
class Session:
    """What a login gives; `expires_in` are the seconds that its token holds, None when that is not told."""

    user_id: str
    device_id: str
    access_token: str
    expires_in: float | None = None


_BOTH: Final = 2  # people in a direct room: somebody, and the bot


def is_direct(room: nio.MatrixRoom | None) -> bool:
    """Whether a room is one of a person and the bot alone; not one that is not known, or known no more."""
    return room is not None and len(room.users) <= _BOTH


class Client(SafeClient):
    """The client of one session. Its errors are raised: AuthenticationLost, Refused, Unavailable, KeysNotKept."""

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
        self.restore_login(session.user_id, session.device_id, session.access_token)

    async def receive(self, since: str | None, full_state: bool) -> nio.SyncResponse:
        """Return the next sync response, decrypted as far as the keys are known.

        Raises AuthenticationLost, Refused, Unavailable or KeysNotKept.
        """
        # nio drops a response that it has already seen, which is what comes again when ours could not be written.
        self.next_batch = ""
        # An empty wait at first: the server gives what it has at once.
        wait = 0 if full_state or not since else _LONG_POLL_SECONDS * 1000
        call = self.sync(wait, _FILTER, since=since, full_state=full_state or None)
        response: nio.SyncResponse = await self._reached(call)
        return response

    async def gap(
        self, room_id: str, start: str, end: str | None, is_enough: Callable[[Sequence[nio.Event]], bool] | None = None
    ) -> list[nio.Event]:
        """Return the events of a room between two tokens, oldest first, decrypted; fewer once a page of them is enough.

        Raises as `receive` does.
        """
        found: list[nio.Event] = []
        for _ in range(_MOST_PAGES):
            page = await self._reached(
                self.room_messages(room_id, start, end=end, direction=nio.MessageDirection.back, limit=_PAGE)
            )
            found += page.chunk
            if (is_enough is not None and is_enough(page.chunk)) or not page.end or page.end in (start, end):
                break
            start = page.end
        else:
            _log.warning("gap in room=%s: more than %d events, the oldest are left out", room_id, _MOST_PAGES * _PAGE)
        return found[::-1]

    def own_name(self, room_id: str) -> str:
        """Return the display name of the bot in a room; empty where it has none."""
        room = self.rooms.get(room_id)
        # Not as nio tells those apart who have the same name: another's must not change ours.
        own = room.users.get(self.user_id) if room else None
        return (own.display_name if own else None) or ""

    async def send_event(self, room_id: str, kind: str, content: dict[str, Any], transaction_id: str) -> str:
        """Send an event, encrypted where the room is; return its id. Raises as `receive` does."""
        room = self.rooms.get(room_id)
        if room is not None and room.encrypted:
            await self._share_key(room_id)
            room.members_synced = True  # nio asks who is in the room otherwise, and encrypts whatever it hears
        # nio adds to the content that it encrypts.
        call = self.room_send(room_id, kind, dict(content), transaction_id, ignore_unverified_devices=True)
        return str((await self._reached(call)).event_id)

    async def _share_key(self, room_id: str) -> None:
        """Give the key of the next messages to those who are in a room, as the homeserver says, unless they have it.

        nio would give it to those whom it takes for members, and take it for shared whatever the server said.
        """
        assert self.olm is not None
        if self.should_query_keys:
            await self._reached(self.keys_query())
        if not self.olm.should_share_group_session(room_id):
            return
        comings = self.comings[room_id]
        members = await self._members(room_id)
        self.olm.users_for_key_query.update(members - self.olm.tracked_users)
        if self.should_query_keys:
            await self._reached(self.keys_query())
        try:
            await self._give_key(room_id, sorted(members))
        except BaseException:
            self._renew_key(room_id)  # those left out could never read the messages
            raise
        if self.comings[room_id] != comings:
            self._renew_key(room_id)
            raise Unavailable("someone came or went while the room key was shared")

    async def _members(self, room_id: str) -> set[str]:
        """Return who is in a room, as the homeserver says. Not those invited: they get the next key once they join."""
        found = (await self.call("GET", endpoint("rooms", room_id, "joined_members"))).get("joined")
        if not isinstance(found, dict):
            raise Unavailable("the homeserver does not say who is in the room")
        return {user for user in found if read_id(user, "@")}

    async def _give_key(self, room_id: str, members: list[str]) -> None:
        assert self.olm is not None
        if missing := self.olm.get_missing_sessions(members):
            await self._reached(self.keys_claim(missing))
        requests = self.olm.share_group_session_parallel(room_id, members, ignore_unverified_devices=True)
        calls = [self._reached(self._give_to(room_id, devices, messages)) for devices, messages in requests]
        # All are awaited: one that still ran would mark the next key as shared.
        failed = [one for one in await asyncio.gather(*calls, return_exceptions=True) if isinstance(one, BaseException)]
        if failed:
            raise failed[0]
        if (session := self.olm.outbound_group_sessions.get(room_id)) is not None:
            session.shared = True  # also where nobody has a device

    async def _give_to(self, room_id: str, devices: set[tuple[str, str]], messages: dict[str, Any]) -> Any:
        method, path, data = nio.Api.to_device(self.access_token, "m.room.encrypted", messages, secrets.token_hex(16))
        return await self._send(nio.ShareGroupSessionResponse, method, path, data, response_data=(room_id, devices))

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
        """Call the homeserver for what nio does not know; return its JSON.

        Raises as `receive` does, and ApprovalNeeded.
        """
        return await self._insisted(method, path, None if body is None else json.dumps(body), "application/json")

    async def upload(self, data: bytes, media_type: str) -> str:
        """Put a file on the homeserver; return its mxc address. Raises as `receive` does."""
        return str((await self._insisted("POST", _UPLOAD, data, media_type))["content_uri"])

    async def _insisted(self, method: str, path: str, data: str | bytes | None, media_type: str) -> dict[str, Any]:
        while isinstance(found := await self._reached(self._called(method, path, data, media_type)), float):
            await asyncio.sleep(found)
        return found

    async def _called(
        self, method: str, path: str, data: str | bytes | None, media_type: str
    ) -> dict[str, Any] | float:
        """Return the JSON of an answer, or after how many seconds the server wants to be asked again."""
        headers = {"Content-Type": media_type, "Authorization": f"Bearer {self.access_token}"}
        async with await self.send(method, path, data, headers) as answer:
            found = await self.parse_body(answer)
            if answer.status == 429:
                return wait_ms(found.get("retry_after_ms")) / 1000
            if answer.status == 401 and "flows" in found:
                raise approval_needed(found)
            if answer.status >= 400:
                code, message = str(found.get("errcode", "")), str(found.get("error", ""))
                raise_error(code, message, answer.status, found.get("soft_logout") is True)
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


def open_client(homeserver: str, session: Session, folder: Path) -> Client:
    """Return a client with its keys in `folder`, whose files only their owner can read. Raises KeysNotKept."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_private(folder / "keys.db")
        client = Client(homeserver, session, folder, _pickle_key(folder / "pickle_key"))
    except (peewee.DatabaseError, OSError) as error:
        raise KeysNotKept(str(error)) from error
    for file in folder.iterdir():
        if file.is_file() and not file.is_symlink():
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
