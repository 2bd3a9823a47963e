"""Calls to the homeserver before there is a client: logins, tokens."""

from typing import Any

import aiohttp
import nio

from bot.matrix.calls import Unavailable, checked

_TIMEOUT_SECONDS = 30


async def ask(
    method: str, url: str, *, body: Any = None, form: dict[str, str] | None = None, token: str | None = None
) -> dict[str, Any]:
    """Call an address with a body as JSON, or a form; return its JSON.

    Raises AuthenticationLost, Refused or Unavailable.
    """
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS), headers=headers) as http,
            http.request(method, url, json=body, data=form) as answer,
        ):
            found = await answer.json(content_type=None)
            if answer.status == 200 and isinstance(found, dict):
                return found
            told = found if isinstance(found, dict) else {}
            error = nio.ErrorResponse.from_dict(_as_matrix(told))
            error.transport_response = answer
            checked(error)
            raise Unavailable(f"{answer.status}: not a JSON object")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise Unavailable(f"{type(error).__name__} {error}".strip()) from error


def _as_matrix(told: dict[str, Any]) -> dict[str, Any]:
    """Return an error as Matrix tells it; OAuth has its code in `error`."""
    if "errcode" in told or "error" not in told:
        return told
    return {"errcode": str(told["error"]), "error": str(told.get("error_description", ""))}
