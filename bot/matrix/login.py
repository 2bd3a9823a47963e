"""Logs in once with the password, and keeps what the login gives; or takes the token that was given to us."""

import json
import logging
import secrets
import string
from pathlib import Path

from bot.config import MatrixConfig, read_secret
from bot.errors import AuthenticationRefused, ConfigurationError
from bot.matrix import doctor_words as words
from bot.matrix.calls import AuthenticationLost, Refused, until_done
from bot.matrix.client import Session
from bot.matrix.http import ask
from bot.matrix.tokens import can_refresh, current_token, is_supplied, supplied_session, whose
from bot.private_files import write_secret

_log = logging.getLogger("bot.matrix")


async def open_session(config: MatrixConfig, folder: Path, *, refused_token: str | None = None) -> Session:
    """Return the session to use, its keys in `folder`; `refused_token` is one that the server no longer accepts.

    Raises AuthenticationRefused when there is no way left, ConfigurationError when nothing says how to log in.
    """
    if is_supplied(config):
        return await supplied_session(config, folder, refused_token)
    kept = _kept(config, folder)
    if kept is not None and kept.access_token and kept.access_token != refused_token:
        return kept
    # Only now: the file of the password may have been taken away once the session was kept.
    if not _has_password(config):
        raise AuthenticationRefused(words.token_refused()) if refused_token else ConfigurationError(words.no_login())
    password = password_of(config)
    device = kept.device_id if kept is not None else _new_device()
    # Kept before the login, so that a kill in between does not leave a device behind.
    await _keep(config, folder, Session(config.user_id, device, ""))
    session = await until_done(lambda: _log_in(config, password, device), "login")
    await _keep(config, folder, session)
    return session


async def current_session(config: MatrixConfig, folder: Path) -> Session | None:
    """Return the session in use; None when there was no login yet. Raises as `open_session`, and Unavailable."""
    if not is_supplied(config):
        kept = _kept(config, folder)
        return kept if kept is not None and kept.access_token else None
    try:
        return await whose(config, current_token(config, folder) or "")
    except (AuthenticationLost, Refused) as error:
        raise AuthenticationRefused(words.token_refused(config.access_token_file)) from error


def renewable(config: MatrixConfig, lost: AuthenticationLost) -> bool:
    """Whether another token can be had for the same device without a person.

    From its file, with a refresh token, or with the password.
    """
    if is_supplied(config):
        return config.access_token_file is not None or can_refresh(config)
    return lost.is_soft and _has_password(config)


async def _log_in(config: MatrixConfig, password: str, device: str) -> Session:
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": config.user_id},
        "password": password,
        "device_id": device,
        "initial_device_display_name": config.device_name,
    }
    try:
        found = await ask("POST", config.homeserver + "/_matrix/client/v3/login", body=body)
    except (Refused, AuthenticationLost) as error:
        raise AuthenticationRefused(words.login_refused(config.user_id, str(error))) from error
    _log.info("logged in user=%s device=%s", config.user_id, device)
    return Session(str(found["user_id"]), str(found["device_id"]), str(found["access_token"]))


def _has_password(config: MatrixConfig) -> bool:
    return config.password is not None or config.password_file is not None


def password_of(config: MatrixConfig) -> str:
    """Return the password. Raises ConfigurationError when there is none, or its file cannot be read."""
    if config.password is not None:
        return config.password.get_secret_value()
    if config.password_file is None:
        raise ConfigurationError(words.no_login())
    return read_secret(config.password_file).get_secret_value()


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


async def _keep(config: MatrixConfig, folder: Path, session: Session) -> None:
    """Write the session, again and again while the disk does not let it: it is in no other place."""
    kept = {
        "homeserver": config.homeserver,
        "user_id": session.user_id,
        "device_id": session.device_id,
        "access_token": session.access_token,
    }

    async def attempt() -> None:
        write_secret(folder / "session.json", json.dumps(kept))

    await until_done(attempt, "session", (OSError,))


def _new_device() -> str:
    return "FAST" + "".join(secrets.choice(string.ascii_uppercase) for _ in range(8))
