"""Files sent in rooms: kept in a row of the outbox, uploaded as it is sent, encrypted where the room is."""

from base64 import b64decode, b64encode
from typing import Any, Final

from nio.crypto.attachments import encrypt_attachment

from bot.matrix.client import Client

# Names the file inside the content until it is uploaded; never sent.
_DATA: Final = "fr.gouv.beta.fast.data"


def file_message(name: str, media_type: str, data: bytes) -> dict[str, Any]:
    """Return the content of a message that is a file, not uploaded yet."""
    return {
        "msgtype": "m.file",
        "body": name,
        "filename": name,
        "info": {"mimetype": media_type, "size": len(data)},
        _DATA: b64encode(data).decode("ascii"),
    }


async def uploaded(client: Client, room_id: str, content: dict[str, Any]) -> dict[str, Any]:
    """Return a content whose file, if it has one, is on the homeserver. Raises Unavailable or Refused.

    Tried again, it is uploaded again: what the first try left there is in no message.
    """
    if _DATA not in content:
        return content
    data = b64decode(content[_DATA])
    sent = {name: value for name, value in content.items() if name != _DATA}
    if not client.rooms[room_id].encrypted:
        return sent | {"url": await client.upload(data, content["info"]["mimetype"])}
    sealed, keys = encrypt_attachment(data)
    address = await client.upload(sealed, "application/octet-stream")
    return sent | {"file": {**keys, "url": address}}
