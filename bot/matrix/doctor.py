"""Reads back from the homeserver what it says of the bot: its token, its device, its signature chain, its keys."""

import contextlib
import json
import stat
import urllib.parse
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.config import Config
from bot.errors import UserError
from bot.matrix import doctor_words as words
from bot.matrix.calls import ApprovalNeeded, AuthenticationLost, Refused, Unavailable
from bot.matrix.client import Client, Session, checked_client
from bot.matrix.login import current_session, password_of
from bot.matrix.trust import SEEDS, Chain, device_chain, keep_identity, new_identity, open_identity, replace_identity
from bot.private_files import write_secret
from bot.refusals import system_reason

_VERSIONS: Final = "/_matrix/client/versions"
_NOTHING: Final = {"room": {"rooms": []}, "presence": {"not_types": ["*"]}, "account_data": {"not_types": ["*"]}}
_SECRETS: Final = ("keys.db", "pickle_key", "session.json", "tokens.json", SEEDS)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what is so, and what to do when it is wrong."""

    is_right: bool
    text: str


async def examine(config: Config, folder: Path) -> AsyncIterator[Finding]:
    """Yield what is found, the causes before their effects; stops where nothing more can be known."""
    try:
        session = await current_session(config.matrix, folder)
    except (UserError, Unavailable) as error:
        yield Finding(False, words.cannot_connect(config.matrix.homeserver, str(error)))
        return
    if session is None:
        yield Finding(False, words.never_ran())
        return
    for finding in _files(folder):
        yield finding
    client = checked_client(config.matrix.homeserver, session, folder)
    if client is None:
        yield Finding(False, words.keys_missing())
        return
    try:
        async for finding in _account(client, session, folder):
            yield finding
    except AuthenticationLost:
        yield Finding(False, words.token_refused(config.matrix.access_token_file))
    except (Unavailable, Refused) as error:
        yield Finding(False, words.cannot_connect(config.matrix.homeserver, str(error)))
    finally:
        await client.close()


def _files(folder: Path) -> list[Finding]:
    files = [folder / name for name in _SECRETS if (folder / name).is_file()]
    return [
        Finding(False, words.readable_by_others(file)) for file in files if stat.S_IMODE(file.stat().st_mode) & 0o077
    ]


async def _account(client: Client, session: Session, folder: Path) -> AsyncIterator[Finding]:
    await client.call("GET", _VERSIONS)
    await client.call("GET", "/_matrix/client/v3/account/whoami")
    yield Finding(True, words.connected(session.user_id, session.device_id))
    if not (folder / SEEDS).is_file():
        yield Finding(False, words.seeds_missing())
        return
    for finding in _links(await device_chain(client, open_identity(folder, session.user_id)), session.device_id):
        yield finding
    counted = await client.call("POST", "/_matrix/client/v3/keys/upload", {})
    number = int(counted.get("one_time_key_counts", {}).get("signed_curve25519", 0))
    yield Finding(number > 0, words.one_time_keys(number))
    # Without a token it acknowledges nothing: the bot still receives all that waits for it.
    query = urllib.parse.urlencode({"filter": json.dumps(_NOTHING), "timeout": 0})
    unused: Any = (await client.call("GET", f"/_matrix/client/v3/sync?{query}")).get("device_unused_fallback_key_types")
    has_fallback = isinstance(unused, list) and "signed_curve25519" in unused
    yield Finding(has_fallback, words.fallback_key(has_fallback))


def _links(chain: Chain, device_id: str) -> list[Finding]:
    """Say the links of the chain, up to the first that is broken."""
    links = (
        (chain.device_is_known, words.device_known(device_id, chain.device_is_known)),
        (chain.has_our_device_keys, words.device_keys(device_id, chain.has_our_device_keys)),
        (chain.has_master, words.identity_published(chain.has_master)),
        (chain.master_is_ours, words.identity_ours(chain.master_is_ours)),
        (chain.self_signing_is_signed, words.middle_signed(chain.self_signing_is_signed)),
        (chain.device_is_signed, words.device_signed(device_id, chain.device_is_signed)),
    )
    broken = next((number for number, (is_right, _) in enumerate(links) if not is_right), len(links))
    return [Finding(is_right, text) for is_right, text in links[: broken + 1]]


async def renew_identity(config: Config, folder: Path) -> Finding:
    """Give the account a new identity, its seeds in `folder` in place of those that were lost.

    Raises UserError or Refused, the seeds then as they were; or Unavailable, when the server may have taken it: the
    seeds before are kept beside.
    """
    password = _password(config)
    session = await current_session(config.matrix, folder)
    client = checked_client(config.matrix.homeserver, session, folder) if session else None
    if session is None or client is None:
        raise UserError(words.never_ran())
    identity = new_identity(session.user_id)
    before = _put_aside(folder)
    # Kept before the server has them: a kill in between must not leave an identity whose seeds nobody has.
    keep_identity(folder, identity)
    try:
        chain = await replace_identity(client, identity, password)
    except ApprovalNeeded as needed:
        _put_back(folder, before)
        raise UserError(words.approval_needed(needed.url)) from needed
    except AuthenticationLost as lost:
        _put_back(folder, before)
        raise UserError(words.token_refused(config.matrix.access_token_file)) from lost
    except Refused:
        _put_back(folder, before)
        raise
    finally:
        await client.close()
    return Finding(chain.is_whole, words.identity_renewed(session.device_id, chain.is_whole))


def _put_aside(folder: Path) -> Path:
    before = folder / f"{SEEDS}.before"
    with contextlib.suppress(FileNotFoundError):
        (folder / SEEDS).replace(before)
    return before


def _put_back(folder: Path, before: Path) -> None:
    (folder / SEEDS).unlink()
    with contextlib.suppress(FileNotFoundError):
        before.replace(folder / SEEDS)


def _password(config: Config) -> str | None:
    is_given = config.matrix.password is not None or config.matrix.password_file is not None
    return password_of(config.matrix) if is_given else None


def kept_secrets(folder: Path) -> set[str]:
    """Return the tokens that the bot keeps in the folder of its keys."""
    found: set[str] = set()
    for name in ("session.json", "tokens.json"):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            kept = json.loads((folder / name).read_text(encoding="utf-8"))
            found |= {str(value) for key, value in kept.items() if key.endswith("_token")}
    return found


def back_up(folder: Path, to: Path) -> None:
    """Copy the seeds of the identity to a file that its owner alone can read. Raises UserError when there are none."""
    try:
        seeds = (folder / SEEDS).read_text(encoding="utf-8")
    except OSError:
        raise UserError(words.seeds_missing()) from None
    try:
        write_secret(to, seeds)
    except OSError as error:
        raise UserError(words.unwritable(to, system_reason(error))) from None
