"""Keeping secrets out of what is shown, wherever somebody has put them."""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

HIDDEN: Final = "…"
_SHORTEST: Final = 6  # a shorter secret would hide words that are none
# What tokens look like: of Synapse, of the Matrix Authentication Service, of services of models and of forges; or a
# long run of letters of both cases and digits.
_TOKEN: Final = re.compile(
    r"\b(?:syt|syr|syl|mat|mct|mcr|sk|pk|gh[opsu]|glpat|hf)[_-][\w.=-]{6,}"
    r"|(?<![\w=-])(?=[\w=-]*[a-z])(?=[\w=-]*[A-Z])(?=[\w=-]*\d)[\w=-]{24,}"
)


def without_secrets(text: str, known: Iterable[str] = ()) -> str:
    """Return a text without the secrets that are known, nor what looks like a token."""
    # The longest first: one may be a part of another.
    for secret in sorted({one for one in known if len(one) >= _SHORTEST}, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return _TOKEN.sub(HIDDEN, text)


def secrets_of_address(address: str) -> Iterator[str]:
    """Yield what an address holds that may be a secret: its user and password, its query, its fragment."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return
    if not parts.scheme:
        return
    user_and_password = parts.netloc.rpartition("@")[0]
    values = [value for _, value in parse_qsl(parts.query)]
    for one in (user_and_password, *user_and_password.split(":", 1), parts.query, parts.fragment, *values):
        yield from (one, unquote(one))
