"""nio's client, made safe: the one place where private methods of nio are overridden (those of 0.26)."""

import logging
from collections import Counter
from collections.abc import Callable
from typing import Any, Final, TypeVar

import aiohttp
import nio
import peewee

from bot.matrix.bodies import clean
from bot.matrix.calls import Unavailable, wait_ms
from bot.matrix.unsealed import Unsealed, unsealed

_MEMBER: Final = "m.room.member"
_MEMBERSHIPS: Final = frozenset({"invite", "join", "knock", "leave", "ban"})

_log = logging.getLogger("bot.matrix")

T = TypeVar("T")


class SafeClient(nio.AsyncClient):  # type: ignore[misc]  # nio says nothing of its types
    """nio's client; no event stops it, and keys are kept before anything else is done with them.

    `has_fallback_key` is None until the homeserver has said it. `comings` counts, by room, who came and went.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.comings: Counter[str] = Counter()
        self.has_fallback_key: bool | None = None

    async def parse_body(self, transport_response: aiohttp.ClientResponse) -> dict[Any, Any]:
        """Return a body as an object; an empty one for what is not, as the pages of proxies."""
        try:
            body = await super().parse_body(transport_response)
        except (ValueError, RecursionError):  # numbers of 5 000 digits, lists in lists
            return {}
        if not isinstance(body, dict):
            return {}
        clean(body, self.user_id)
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
            response = await super().create_matrix_response(response_class, transport_response, *args, **kwargs)
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            # Some of nio's own errors cannot be made: KeysClaimError wants a room that it is not given.
            raise Unavailable(f"{status} unreadable: {type(error).__name__}") from error
        if status == 429 and isinstance(response, nio.ErrorResponse):
            response.retry_after_ms = wait_ms(response.retry_after_ms)
        return response

    async def _handle_sync(self, response: nio.SyncResponse) -> None:
        assert self.store is not None
        # One transaction: an Olm session must not be kept as used while the room key that it brought is lost. Nothing
        # inside waits, since no callback is registered.
        with self.store.database.atomic():
            await super()._handle_sync(response)
        for room_id in (*response.rooms.leave, *response.rooms.invite):
            self.rooms.pop(room_id, None)
            self._renew_key(room_id)  # who has left meanwhile is not told

    def _handle_decrypt_to_device(self, to_device_event: nio.ToDeviceEvent) -> nio.ToDeviceEvent | None:
        return _safely("to-device message", super()._handle_decrypt_to_device, to_device_event)

    async def _handle_invited_rooms(self, response: nio.SyncResponse) -> None:
        """Do nothing: the inbox keeps the invitations, and nothing else that an inviter says matters."""

    def _handle_timeline_event(self, event: Any, room_id: str, room: Any, encrypted_rooms: set[str]) -> Any:
        """Handle an event of a room; return what was sealed in it, which changes nothing of the room."""
        if isinstance(event, nio.MegolmEvent):
            event.room_id = room_id
            return self.decrypted(event)
        _safely("timeline event", self._handle_state_event, event, room_id, encrypted_rooms)
        return None

    def _handle_joined_state(self, room_id: str, join_info: Any, encrypted_rooms: set[str]) -> None:
        """Handle the state events of a room one by one, each safely."""
        events, join_info.state = join_info.state, []
        super()._handle_joined_state(room_id, join_info, encrypted_rooms)
        join_info.state = events
        for event in events:
            _safely("state event", self._handle_state_event, event, room_id, encrypted_rooms)

    def _handle_state_event(self, event: Any, room_id: str, encrypted_rooms: set[str]) -> None:
        if not isinstance(event.source.get("state_key"), str):
            return
        room = self.rooms[room_id]
        if event.source.get("type") == _MEMBER:
            self._handle_member(event.source, room)
            return
        if isinstance(event, nio.RoomEncryptionEvent):
            encrypted_rooms.add(room_id)
        room.handle_event(event)

    def _handle_member(self, source: dict[str, Any], room: Any) -> None:
        """Note who comes, goes or has another name; what else of the event is malformed must not hide it."""
        member = _member(source)
        was_in = _is_in(room, member.state_key)
        room.handle_membership(member)
        if was_in != _is_in(room, member.state_key):
            self.comings[room.room_id] += 1
            self._renew_key(room.room_id)

    def _renew_key(self, room_id: str) -> None:
        """Forget the key of what is said in a room: the next message has another, for those who are in it then."""
        if self.olm:
            self.olm.outbound_group_sessions.pop(room_id, None)

    def _handle_messages_response(self, response: nio.RoomMessagesResponse) -> None:
        for index, event in enumerate(response.chunk):
            if isinstance(event, nio.MegolmEvent) and self.olm:
                event.room_id = response.room_id
                response.chunk[index] = self.decrypted(event) or event

    def decrypted(self, event: nio.MegolmEvent) -> Unsealed | None:
        """Return what was sealed in an event; None when its key is not there, or it is malformed."""
        assert self.olm is not None
        opened = _safely("encrypted event", self.olm._decrypt_megolm_no_error, event)
        return None if opened is None else unsealed(event, opened.source)

    def _handle_olm_response(self, response: Any) -> None:
        """Take the keys of each person on their own: what one has made up must not keep the others from theirs."""
        if isinstance(response, nio.KeysQueryResponse):
            parts = [nio.KeysQueryResponse({user: keys}, {}) for user, keys in response.device_keys.items()]
        elif isinstance(response, nio.KeysClaimResponse):
            parts = [nio.KeysClaimResponse({user: keys}, {}) for user, keys in response.one_time_keys.items()]
        else:
            super()._handle_olm_response(response)
            return
        for part in parts:
            _safely("keys", super()._handle_olm_response, part)

    def _handle_olm_events(self, response: nio.SyncResponse) -> None:
        super()._handle_olm_events(response)
        # nio takes 0 for « not said », and so never uploads keys again once all are used.
        if response.device_key_count.signed_curve25519 == 0 and self.olm:
            self.olm.uploaded_key_count = 0

    async def keys_upload(self) -> Any:
        """Upload the keys of the device, kept before: the server must hold none whose other half a kill could lose."""
        assert self.olm is not None
        keys = self.olm.share_keys()
        self.olm.save_account()
        method, path, data = nio.Api.keys_upload(self.access_token, keys)
        return await self._send(nio.KeysUploadResponse, method, path, data)


def _safely(what: str, act: Callable[..., T], *args: Any) -> T | None:
    """Return what `act` returns; None when the event, which anyone may have made, is malformed."""
    try:
        return act(*args)
    except peewee.DatabaseError:
        raise
    except Exception as fault:  # noqa: BLE001 - whatever a malformed event raises, the others must be received
        _log.warning("malformed %s ignored: %s", what, type(fault).__name__)
        return None


def _member(source: dict[str, Any]) -> nio.RoomMemberEvent:
    """Return who came or went, as nio takes it. Raises ValueError for a membership that does not exist."""
    content = source["content"]
    membership, name = content.get("membership"), content.get("displayname")
    if membership not in _MEMBERSHIPS:
        raise ValueError("membership")
    kept = {"membership": membership, "displayname": name if isinstance(name, str) else None}
    return nio.RoomMemberEvent(source, source["state_key"], membership, None, kept)


def _is_in(room: Any, user_id: str) -> bool:
    return user_id in room.users and not room.users[user_id].invited
