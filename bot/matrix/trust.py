"""Cross-signing: the bot's identity from three stored seeds, and its device signed by it before the first message."""

import base64
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import nio
from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa

from bot.matrix.client import Client
from bot.private_files import write_secret

USAGES: Final = ("master", "self_signing", "user_signing")
SEEDS: Final = "cross_signing.json"
_QUERY: Final = "/_matrix/client/v3/keys/query"


class Caller(Protocol):
    """What calls the homeserver with the token of the bot."""

    async def call(self, method: str, path: str, body: Any = None) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Identity:
    """The three keys of an account. `seeds` are 32 bytes each, by usage."""

    user_id: str
    seeds: dict[str, bytes]

    def public(self, usage: str) -> str:
        """Return a public key, in base64 without padding."""
        return _base64(self._key(usage).public_key().export_key(format="raw"))

    def signature(self, usage: str, value: dict[str, Any]) -> str:
        """Return the signature of an object, in base64 without padding."""
        return _base64(eddsa.new(self._key(usage), "rfc8032").sign(_canonical(value)))

    def described(self, usage: str) -> dict[str, Any]:
        """Return a key as the server is told of it; all but the master key are signed by it."""
        public = self.public(usage)
        key: dict[str, Any] = {"user_id": self.user_id, "usage": [usage], "keys": {f"ed25519:{public}": public}}
        if usage != "master":
            key["signatures"] = self.signed_by("master", key)
        return key

    def signed_by(self, usage: str, value: dict[str, Any]) -> dict[str, dict[str, str]]:
        """Return the `signatures` of an object with that of one of the keys."""
        return {self.user_id: {f"ed25519:{self.public(usage)}": self.signature(usage, value)}}

    def _key(self, usage: str) -> ECC.EccKey:
        return eddsa.import_private_key(self.seeds[usage])


@dataclass(frozen=True)
class Chain:
    """What the server says of the bot's device, link by link, each checked."""

    device_is_known: bool
    has_our_device_keys: bool
    has_master: bool
    master_is_ours: bool
    self_signing_is_signed: bool
    device_is_signed: bool

    @property
    def is_whole(self) -> bool:
        """Whether strict clients trust what the device sends."""
        return all(vars(self).values())


def open_identity(folder: Path, user_id: str) -> Identity:
    """Return the identity whose seeds are in `folder`, made and kept there when there is none."""
    file = folder / SEEDS
    if not file.is_file():
        keep_identity(folder, new_identity(user_id))
    found = json.loads(file.read_text(encoding="utf-8"))
    return Identity(found["user_id"], {usage: base64.b64decode(found["seeds"][usage]) for usage in USAGES})


def new_identity(user_id: str) -> Identity:
    """Return an identity that nobody has seen."""
    return Identity(user_id, {usage: secrets.token_bytes(32) for usage in USAGES})


def keep_identity(folder: Path, identity: Identity) -> None:
    """Write the seeds of an identity to `folder`, in place of those there."""
    seeds = {usage: base64.b64encode(seed).decode() for usage, seed in identity.seeds.items()}
    write_secret(folder / SEEDS, json.dumps({"user_id": identity.user_id, "seeds": seeds}))


async def replace_identity(client: Client, identity: Identity, password: str | None) -> Chain:
    """Publish an identity in place of that of the account, and sign the device with it; return how things stand then.

    Raises as `Client.call`: ApprovalNeeded when the password is not what the server wants.
    """
    by_password = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": client.user_id}}
    await _upload_identity(client, identity, by_password | {"password": password} if password else None)
    await _sign_device(client, identity)
    return await device_chain(client, identity)


async def ensure_trusted(client: Client, identity: Identity) -> Chain:
    """Give the server the keys of the device, the identity and its signature, where they are missing.

    Return how things stand then. A device whose keys are not ours, and another identity than ours, are left as they
    are. Raises as `Client.receive` does.
    """
    chain = await device_chain(client, identity)
    if chain.device_is_known and not chain.has_our_device_keys:
        return chain
    await client.upkeep()
    if chain.is_whole or (chain.has_master and not chain.master_is_ours):
        return chain
    if not chain.has_master or not chain.self_signing_is_signed:
        await _upload_identity(client, identity)
    await _sign_device(client, identity)
    return await device_chain(client, identity)


async def device_chain(client: Client, identity: Identity) -> Chain:
    """Return the chain of the client's device as the server shows it. Raises as `Client.receive` does."""
    assert client.olm is not None
    found = await query(client, client.user_id)
    return read_chain(found, identity, client.device_id or "", client.olm.account.identity_keys["ed25519"])


async def _sign_device(client: Client, identity: Identity) -> None:
    user, device_id = client.user_id, client.device_id
    found = await query(client, user)
    device = _unsigned(found["device_keys"][user][device_id])
    device["signatures"] = identity.signed_by("self_signing", device)
    await client.call("POST", "/_matrix/client/v3/keys/signatures/upload", {user: {device_id: device}})


async def _upload_identity(client: Client, identity: Identity, auth: dict[str, Any] | None = None) -> None:
    assert client.olm is not None
    keys: dict[str, Any] = {f"{usage}_key": identity.described(usage) for usage in USAGES}
    by_device = {f"ed25519:{client.device_id}": client.olm.sign_json(_unsigned(keys["master_key"]))}
    keys["master_key"]["signatures"] = {client.user_id: by_device}
    body = keys | ({"auth": auth} if auth else {})
    await client.call("POST", "/_matrix/client/v3/keys/device_signing/upload", body)


async def query(caller: Caller, user_id: str) -> dict[str, Any]:
    """Return what the server says of the keys of a user."""
    return await caller.call("POST", _QUERY, {"device_keys": {user_id: []}})


def read_chain(found: dict[str, Any], identity: Identity, device_id: str, ed25519: str) -> Chain:
    """Return the chain that an answer of `/keys/query` shows, for a device whose own public key is `ed25519`."""
    user = identity.user_id
    device = found.get("device_keys", {}).get(user, {}).get(device_id)
    master = found.get("master_keys", {}).get(user)
    middle = found.get("self_signing_keys", {}).get(user)
    return Chain(
        device_is_known=device is not None,
        has_our_device_keys=device is not None and device["keys"].get(f"ed25519:{device_id}") == ed25519,
        has_master=master is not None,
        master_is_ours=master is not None and identity.public("master") in master["keys"].values(),
        self_signing_is_signed=_is_signed(middle, master, user),
        device_is_signed=_is_signed(device, middle, user),
    )


def _is_signed(value: dict[str, Any] | None, by: dict[str, Any] | None, user: str) -> bool:
    if value is None or by is None:
        return False
    [(key_id, public)] = by["keys"].items()
    signature = value.get("signatures", {}).get(user, {}).get(key_id)
    if not signature:
        return False
    try:
        key = eddsa.import_public_key(_bytes(public))
        eddsa.new(key, "rfc8032").verify(_canonical(value), _bytes(signature))
    except ValueError:
        return False
    return True


def _unsigned(value: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in value.items() if name not in ("signatures", "unsigned")}


def _canonical(value: dict[str, Any]) -> bytes:
    text: str = nio.Api.to_canonical_json(_unsigned(value))
    return text.encode()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))
