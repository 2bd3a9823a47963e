"""The name and the picture under which people see the bot: those of the configuration, set where they differ."""

import hashlib
import logging
import mimetypes
from pathlib import Path
from typing import Any, Final

from bot.config import MatrixConfig
from bot.errors import ConfigurationError
from bot.matrix import doctor_words as words
from bot.matrix.calls import Refused, endpoint
from bot.matrix.client import Client
from bot.refusals import system_reason
from bot.store import Store

OURS: Final = Path(__file__).with_name("avatar.png")
_KEPT: Final = "avatar"  # the hash of the picture that was set last, and its address

_log = logging.getLogger("bot.matrix")


async def ensure_name(client: Client, config: MatrixConfig) -> None:
    """Give the account the name of the configuration, if it has one. Raises as `Client.receive`."""
    if config.display_name and (await _profile(client)).get("displayname") != config.display_name:
        await _put(client, "displayname", config.display_name)


async def ensure_picture(client: Client, store: Store, config: MatrixConfig) -> None:
    """Give the account the picture of the configuration; without one, ours where the account has none.

    Raises ConfigurationError when it cannot be read, StoreUnavailable, and as `Client.receive`.
    """
    found = (await _profile(client)).get("avatar_url")
    kept, _, address = (store.get(_KEPT) or "").partition(" ")
    if config.avatar is None and found and found != address:
        return  # somebody has given it another
    path = config.avatar or OURS
    data = _read(path)
    print_of_it = hashlib.blake2b(data, digest_size=16).hexdigest()
    if found and (found, print_of_it) == (address, kept):
        return
    try:
        address = await client.upload(data, mimetypes.guess_type(path.name)[0] or "application/octet-stream")
    except Refused as error:
        _log.warning("picture refused: %s", error)
        return
    store.put(_KEPT, f"{print_of_it} {address}")
    await _put(client, "avatar_url", address)


async def _profile(client: Client) -> dict[str, Any]:
    try:
        return await client.call("GET", endpoint("profile", client.user_id))
    except Refused:
        return {}  # it has none yet


async def _put(client: Client, what: str, value: str) -> None:
    try:
        await client.call("PUT", endpoint("profile", client.user_id, what), {what: value})
    except Refused as error:
        _log.warning("%s refused: %s", what, error)  # some servers name their users themselves
    else:
        _log.info("%s set", what)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(words.unreadable_picture(path, system_reason(error))) from error
