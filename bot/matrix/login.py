"""Logs in once, and keeps what the login gives; reads a token again when the one in use is no longer accepted."""

import asyncio
import json
import logging
import secrets
import string
import time
from pathlib import Path
from typing import Any, Final

import aiohttp
import nio

from bot.config import MatrixConfig
from bot.errors import AuthenticationRefused, ConfigurationError
from bot.matrix import doctor_words as words
from bot.matrix.calls import AuthenticationLost, Refused, Unavailable, checked, until_done
from bot.matrix.client import Session
from bot.matrix.private_files import write_secret

_POLL_SECONDS: Final = 1.0

_log = logging.getLogger("bot.matrix")


async def open_session(config: MatrixConfig, folder: Path, *, refused_token: str | None = None) -> Session:
    """Return the session to use, its keys in `folder`; `refused_token` is one that the server no longer accepts.

    Raises AuthenticationRefused when there is no way left, ConfigurationError when nothing says how to log in.
    """
    if config.access_token is not None or config.access_token_file is not None:
        return await _supplied(config, refused_token)
    password = _password(config)
    kept = _kept(config, folder)
    if kept is not None and kept.access_token and kept.access_token != refused_token:
        return kept
    if password is None:
        raise AuthenticationRefused(words.token_refused()) if refused_token else ConfigurationError(words.no_login())
    device = kept.device_id if kept is not None else _new_device()
    # Kept before the login, so that a kill in between does not leave a device behind.
    _keep(config, folder, Session(config.user_id, device, ""))
    session = await until_done(lambda: _log_in(config, password, device), "login")
    _keep(config, folder, session)
    return session


async def current_session(config: MatrixConfig, folder: Path) -> Session | None:
    """Return the session in use; None when there was no login yet. Raises as `open_session`, and Unavailable."""
    if config.access_token is None and config.access_token_file is None:
        kept = _kept(config, folder)
        return kept if kept is not None and kept.access_token else None
    try:
        return await _whose(config, _token(config) or "")
    except (AuthenticationLost, Refused) as error:
        raise AuthenticationRefused(words.token_refused(config.access_token_file)) from error


def renewable(config: MatrixConfig, lost: AuthenticationLost) -> bool:
    """Whether another token can be had for the same device without a person: from its file, or with the password."""
    return config.access_token_file is not None or (lost.is_soft and _password(config) is not None)


async def _supplied(config: MatrixConfig, refused_token: str | None) -> Session:
    """Return the session of a token that was given to us; wait for its file to change when it was refused."""
    deadline = time.monotonic() + config.token_wait_seconds
    while True:
        token = _token(config)
        if token and token != refused_token:
            try:
                return await until_done(lambda token=token: _whose(config, token), "whoami")  # type: ignore[misc]
            except AuthenticationLost as lost:
                _log.warning("token refused: %s", lost)
                refused_token = token
        if config.access_token_file is None or time.monotonic() >= deadline:
            raise AuthenticationRefused(words.token_refused(config.access_token_file))
        await asyncio.sleep(_POLL_SECONDS)


async def _whose(config: MatrixConfig, token: str) -> Session:
    headers = {"Authorization": f"Bearer {token}"}
    found = await _json(config, "GET", "/_matrix/client/v3/account/whoami", headers=headers)
    user, device = str(found.get("user_id", "")), str(found.get("device_id") or config.device_id or "")
    if user != config.user_id:
        raise ConfigurationError(words.other_account(config.user_id, user))
    if config.device_id and device != config.device_id:
        raise ConfigurationError(words.other_device(config.device_id, device))
    if not device:
        raise ConfigurationError(words.no_device())
    return Session(user, device, token)


async def _log_in(config: MatrixConfig, password: str, device: str) -> Session:
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": config.user_id},
        "password": password,
        "device_id": device,
        "initial_device_display_name": config.device_name,
    }
    try:
        found = await _json(config, "POST", "/_matrix/client/v3/login", body=body)
    except (Refused, AuthenticationLost) as error:
        raise AuthenticationRefused(words.login_refused(config.user_id, str(error))) from error
    _log.info("logged in user=%s device=%s", config.user_id, device)
    return Session(str(found["user_id"]), str(found["device_id"]), str(found["access_token"]))


async def _json(
    config: MatrixConfig, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """Call the homeserver before there is a client. Raises AuthenticationLost, Refused or Unavailable."""
    timeout = aiohttp.ClientTimeout(total=30)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, headers=headers) as http,
            http.request(method, config.homeserver.rstrip("/") + path, json=body) as answer,
        ):
            found = await answer.json(content_type=None)
            if answer.status == 200 and isinstance(found, dict):
                return found
            error = nio.ErrorResponse.from_dict(found if isinstance(found, dict) else {})
            error.transport_response = answer
            checked(error)
            raise Unavailable(f"{answer.status}: not a JSON object")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise Unavailable(f"{type(error).__name__} {error}".strip()) from error


def _token(config: MatrixConfig) -> str | None:
    if config.access_token is not None:
        return config.access_token.get_secret_value()
    assert config.access_token_file is not None
    try:
        return config.access_token_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None


def _password(config: MatrixConfig) -> str | None:
    if config.password is not None:
        return config.password.get_secret_value()
    if config.password_file is None:
        return None
    try:
        return config.password_file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigurationError(words.unreadable(config.password_file, error.strerror or "")) from error


def _kept(config: MatrixConfig, folder: Path) -> Session | None:
    """Return the session of an earlier login; None when there is none, or its keys are lost: a new device is needed."""
    try:
        found = json.loads((folder / "session.json").read_text(encoding="utf-8"))
        session = Session(found["user_id"], found["device_id"], found["access_token"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    is_ours = found.get("homeserver") == config.homeserver and session.user_id == config.user_id
    has_keys = not session.access_token or (folder / "keys.db").is_file()
    return session if is_ours and has_keys else None


def _keep(config: MatrixConfig, folder: Path, session: Session) -> None:
    kept = {
        "homeserver": config.homeserver,
        "user_id": session.user_id,
        "device_id": session.device_id,
        "access_token": session.access_token,
    }
    write_secret(folder / "session.json", json.dumps(kept))


def _new_device() -> str:
    return "FAST" + "".join(secrets.choice(string.ascii_uppercase) for _ in range(8))
