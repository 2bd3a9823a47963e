"""A session from a token that was given to us: read again, or refreshed, when the homeserver no longer accepts it."""

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from bot.config import MatrixConfig, read_secret
from bot.errors import AuthenticationRefused, ConfigurationError
from bot.matrix import doctor_words as words
from bot.matrix.calls import AuthenticationLost, Refused, Unavailable, until_done
from bot.matrix.client import Session
from bot.matrix.http import ask
from bot.private_files import write_secret

_POLL_SECONDS: Final = 1.0
_FILE: Final = "tokens.json"
_STOP_SECONDS: Final = 3.0  # a stop must be over within five

_log = logging.getLogger("bot.matrix")

T = TypeVar("T")


@dataclass(frozen=True)
class _Tokens:
    """What a refresh gave. A refresh token serves once; `expires_in` is in seconds, None when it is not told."""

    access: str
    refresh: str
    expires_in: float | None = None


def is_supplied(config: MatrixConfig) -> bool:
    """Whether the session is that of a token in the configuration, in a file or in the environment."""
    return config.access_token is not None or config.access_token_file is not None


def can_refresh(config: MatrixConfig) -> bool:
    """Whether a refused token can be exchanged for another."""
    return config.refresh_token is not None or config.refresh_token_file is not None


async def supplied_session(config: MatrixConfig, folder: Path, refused_token: str | None) -> Session:
    """Return the session of the token given; refresh it, or wait for its file to change, when it is refused.

    Raises AuthenticationRefused when there is no way left, ConfigurationError when a file cannot be read.
    """
    deadline = time.monotonic() + config.token_wait_seconds
    refused = {refused_token} - {None}
    may_refresh = can_refresh(config)
    while True:
        token = current_token(config, folder, must_be_there=not refused)
        if token is not None and token not in refused:
            try:
                return await _session(config, token)
            except AuthenticationLost as lost:
                _log.warning("token refused: %s", lost)
                refused.add(token)
        if may_refresh:
            may_refresh = False
            try:
                return await refreshed_session(config, folder)
            except AuthenticationLost as lost:
                _log.error("refresh refused: %s", lost)
        if config.access_token_file is None or time.monotonic() >= deadline:
            raise AuthenticationRefused(words.token_refused(config.access_token_file))
        await asyncio.sleep(_POLL_SECONDS)


async def refreshed_session(config: MatrixConfig, folder: Path) -> Session:
    """Exchange the refresh token for another session of the same device, kept in `folder`.

    The one that it gives is used once it is written: until then, the one before still serves. While the disk is full,
    nothing is exchanged. Raises AuthenticationLost when it is refused.
    """
    given = _given(config)
    kept = _kept(folder, given)
    before = kept or _Tokens(given, _refresh_token(config))
    await _keep(folder, given, before)

    async def exchange() -> _Tokens:
        try:
            tokens = await _exchanged(config, before.refresh)
        except Refused as error:
            raise AuthenticationLost(error.code, str(error), is_soft=False) from error
        await _keep(folder, given, tokens)
        return tokens

    tokens = await until_done(lambda: _ended(exchange()), "refresh")
    _log.info("token refreshed")
    return await _session(config, tokens.access, tokens.expires_in)


async def _ended(work: Coroutine[Any, Any, T]) -> T:
    """Do some work; when the bot is stopped meanwhile, leave it a moment to end: what it gives, it gives once."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=_STOP_SECONDS)
        task.cancel()
        raise


def current_token(config: MatrixConfig, folder: Path, *, must_be_there: bool = True) -> str | None:
    """Return the token in use: the last that a refresh gave, or the one given.

    None when its file cannot be read; then raises ConfigurationError if it must be there.
    """
    try:
        given = _given(config)
    except ConfigurationError:
        if must_be_there:
            raise
        return None
    kept = _kept(folder, given)
    return kept.access if kept else given


async def whose(config: MatrixConfig, token: str, expires_in: float | None = None) -> Session:
    """Return the session of a token.

    Raises ConfigurationError when it is not that of the configured user and device; AuthenticationLost, Refused or
    Unavailable.
    """
    found = await ask("GET", _address(config, "v3/account/whoami"), token=token)
    user, device = str(found.get("user_id", "")), str(found.get("device_id") or config.device_id or "")
    if user != config.user_id:
        raise ConfigurationError(words.other_account(config.user_id, user))
    if config.device_id and device != config.device_id:
        raise ConfigurationError(words.other_device(config.device_id, device))
    if not device:
        raise ConfigurationError(words.no_device())
    return Session(user, device, token, expires_in)


async def _session(config: MatrixConfig, token: str, expires_in: float | None = None) -> Session:
    return await until_done(lambda: whose(config, token, expires_in), "whoami")


async def _exchanged(config: MatrixConfig, refresh: str) -> _Tokens:
    """Exchange a refresh token as Matrix does, or, for a client of an OAuth server, as OAuth 2 does (MSC3861)."""
    if config.oauth_client_id is None:
        found = await ask("POST", _address(config, "v3/refresh"), body={"refresh_token": refresh})
        expires_in = _seconds(found.get("expires_in_ms"), 1000)
    else:
        metadata = await ask("GET", _address(config, "v1/auth_metadata"))
        form = {"grant_type": "refresh_token", "refresh_token": refresh, "client_id": config.oauth_client_id}
        found = await ask("POST", str(metadata.get("token_endpoint")), form=form)
        expires_in = _seconds(found.get("expires_in"), 1)
    if not isinstance(found.get("access_token"), str):
        raise Unavailable("an answer without a token")
    return _Tokens(found["access_token"], str(found.get("refresh_token") or refresh), expires_in)


def _address(config: MatrixConfig, path: str) -> str:
    return f"{config.homeserver}/_matrix/client/{path}"


def _seconds(number: object, unit: int) -> float | None:
    return number / unit if isinstance(number, int) and number > 0 else None


def _given(config: MatrixConfig) -> str:
    if config.access_token is not None:
        return config.access_token.get_secret_value()
    assert config.access_token_file is not None
    return read_secret(config.access_token_file).get_secret_value()


def _refresh_token(config: MatrixConfig) -> str:
    if config.refresh_token is not None:
        return config.refresh_token.get_secret_value()
    assert config.refresh_token_file is not None
    return read_secret(config.refresh_token_file).get_secret_value()


def _kept(folder: Path, given: str) -> _Tokens | None:
    """Return what the last refresh gave; None when there was none since this token was given."""
    try:
        found: Any = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        is_of_this = found["given"] == _fingerprint(given)
        return _Tokens(found["access_token"], found["refresh_token"]) if is_of_this else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


async def _keep(folder: Path, given: str, tokens: _Tokens) -> None:
    """Write the tokens, again and again while the disk does not let it: they are in no other place."""
    kept = {"given": _fingerprint(given), "access_token": tokens.access, "refresh_token": tokens.refresh}

    async def attempt() -> None:
        write_secret(folder / _FILE, json.dumps(kept))

    await until_done(attempt, "tokens", (OSError,))


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
