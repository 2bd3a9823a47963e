"""Whether a text calls the bot, and what is left without the call: « Assistant FAST : aide » is « aide ». Pure."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.programme.names import fold

_COMMAND: Final = re.compile(r"\s*!\s*fast\b", re.IGNORECASE)
_SUFFIX: Final = re.compile(r"(?<!\s)\s*\[[^\[\]]*\]$")
_AROUND: Final = re.compile(r"\A\W+|(?<!\W)\W+\Z")
_ENDS: Final = " \n?!.…"


@dataclass(frozen=True)
class Called:
    """What the bot answers to: its user id and its display name in the room, which may be empty."""

    user_id: str
    name: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The display name as people write it: whole, without the « [DINUM] » of Tchap, without emojis around it."""
        whole = self.name.strip()
        bare = _SUFFIX.sub("", whole)
        forms = (whole, bare, _AROUND.sub("", bare))
        return tuple(dict.fromkeys(form for form in forms if form))

    @property
    def handle(self) -> str:
        """The id without its server: `@fast`."""
        return self.user_id.partition(":")[0]


def called_in(text: str, who: Called) -> bool:
    """Whether a text calls the bot: `!fast`, its id, its handle or its display name, in whole words."""
    if _COMMAND.match(text) or who.user_id in text or _handle(who.handle).search(text):
        return True
    folded = f" {fold(text)} "
    names = [fold(name) for name in who.names]
    if any(" " in name and f" {name} " in folded for name in names):
        return True
    return any(names) and bool(_first(who).match(text))


def linked_in(html: str, user_id: str) -> bool:
    """Whether the HTML of a message holds a link to a user: the pill of a client older than `m.mentions`."""
    own_words = html.rpartition("</mx-reply>")[2]  # the quote of a reply links to whom it quotes
    return bool(_link(user_id).search(own_words))


def without_call(text: str, who: Called) -> str:
    """Return a text less what calls the bot at its start or its end; `!fast` stays, it is part of a command."""
    bare = _first(who).sub("", text, count=1).strip()
    stem = bare.rstrip(_ENDS)
    cut = _last(who).sub("", stem, count=1)
    return bare if cut == stem else (cut.rstrip(" ,\n") + bare[len(stem) :]).strip()


@lru_cache(maxsize=256)
def _link(user_id: str) -> re.Pattern[str]:
    local, _, server = user_id.removeprefix("@").partition(":")
    # On matrix.to, or the address of Tchap itself, percent-encoded or not.
    return re.compile(rf"#/(?:user/)?(?:@|%40){re.escape(local)}(?::|%3A){re.escape(server)}[\"'?]", re.IGNORECASE)


@lru_cache(maxsize=256)
def _handle(handle: str) -> re.Pattern[str]:
    # « @fast: plafond ? » calls the bot, « @fast:elsewhere.fr » somebody else.
    return re.compile(rf"(?<!\w){re.escape(handle)}(?![\w-]|[.:]\w)", re.IGNORECASE)


@lru_cache(maxsize=256)
def _first(who: Called) -> re.Pattern[str]:
    name = "|".join(map(re.escape, who.names)) or "(?!)"
    # A name of one word (« FAST ») is also a subject: without an @ it calls only before a sign.
    return re.compile(rf"\A\s*(?:(?:{_names(who)})(?!\w)|(?:{name})(?=\s?[:,]))[\s:,;–—-]*", re.IGNORECASE)


@lru_cache(maxsize=256)
def _last(who: Called) -> re.Pattern[str]:
    return re.compile(rf"(?<=[\s,])(?:{_names(who)})\Z", re.IGNORECASE)


def _names(who: Called) -> str:
    forms = [re.escape(who.user_id), rf"{re.escape(who.handle)}(?![\w-]|[.:]\w)"]
    for name in who.names:
        forms.append(f"@{re.escape(name)}")
        if re.search(r"\s", name):
            forms.append(re.escape(name))
    return "|".join(forms)
