"""nio's client, made safe: the one place where private methods of nio are overridden (those of 0.26)."""

import logging
from collections.abc import Callable
from typing import Any, Final, TypeVar

import aiohttp
import nio
import peewee

from bot.matrix.calls import Unavailable, wait_ms

_SHARING: Final = (nio.KeysClaimResponse, nio.ShareGroupSessionResponse)
_RELATION: Final = "m.relates_to"

_log = logging.getLogger("bot.matrix")

T = TypeVar("T")


class SafeClient(nio.AsyncClient):  # type: ignore[misc]  # nio says nothing of its types
    """nio's client; no event stops it, and keys are kept before anything else is done with them.

    `has_fallback_key` is None until the homeserver has said it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._failed_to_share = 0
        self.has_fallback_key: bool | None = None

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
        for room_id in response.rooms.leave:
            self.invited_rooms.pop(room_id, None)
        for room_id in (*response.rooms.leave, *response.rooms.invite):
            self.rooms.pop(room_id, None)

    def _handle_decrypt_to_device(self, to_device_event: nio.ToDeviceEvent) -> nio.ToDeviceEvent | None:
        return _safely("to-device message", super()._handle_decrypt_to_device, to_device_event)

    def _handle_timeline_event(self, event: Any, room_id: str, room: Any, encrypted_rooms: set[str]) -> Any:
        opened = _safely("timeline event", super()._handle_timeline_event, event, room_id, room, encrypted_rooms)
        return _related(event, opened)

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
        return _related(event, _safely("encrypted event", self.olm._decrypt_megolm_no_error, event))

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

    async def keys_upload(self) -> Any:
        """Upload the keys of the device, kept before: the server must hold none whose other half a kill could lose."""
        assert self.olm is not None
        keys = self.olm.share_keys()
        self.olm.save_account()
        method, path, data = nio.Api.keys_upload(self.access_token, keys)
        return await self._send(nio.KeysUploadResponse, method, path, data)


def _related(sealed: nio.MegolmEvent, opened: Any) -> Any:
    """Return an opened event with the relation that the homeserver has seen, and with no other."""
    content = getattr(opened, "source", {}).get("content")
    if isinstance(content, dict):
        content.pop(_RELATION, None)
        if _RELATION in sealed.source["content"]:
            content[_RELATION] = sealed.source["content"][_RELATION]
    return opened


def _safely(what: str, act: Callable[..., T], *args: Any) -> T | None:
    """Return what `act` returns; None when the event, which anyone may have made, is malformed."""
    try:
        return act(*args)
    except peewee.DatabaseError:
        raise
    except Exception as fault:  # noqa: BLE001 - whatever a malformed event raises, the others must be received
        _log.warning("malformed %s ignored: %s", what, type(fault).__name__)
        return None
