"""Whether a text calls the bot, and what is left without the call: « Assistant FAST : aide » is « aide ». Pure.

A label says whom it names by itself: the id, « @fast », « @Assistant FAST », « @[Assistant FAST] », a link to the bot.
A bare name calls where one calls people: at the start, after a greeting, after a sign at the end. In the middle of a
sentence, or before « est », « répond », « m'a dit », it is only spoken of.
"""

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_COMMAND: Final = re.compile(r"\s*!\s*fast\b", re.IGNORECASE)
_SUFFIX: Final = re.compile(r"(?<!\s)\s*\[[^\[\]]*\]$")
_AROUND: Final = re.compile(r"\A\W+|(?<!\W)\W+\Z")
_ENDS: Final = " \n?!.…"
_SIGNS: Final = ",;:–—-\n?!.…"
_GREETING: Final = r"(?:(?:re)?bonjour|bonsoir|salut|coucou|hello|hey|merci|dis(?:-moi)?|cher|chere|ok)"
# Verbs of the third person, after which a name is spoken of. Before accents are taken off: « à qui » is no « a ».
_SPOKEN_OF: Final = re.compile(
    r"\s+(?:(?:est|était|sera|serait|a|avait|aura|ne|se|me|te|lui|va|vient|peut|sait|dit|doit|répond|marche|fonctionne"
    r"|plante|donne(?!-)|nous\s+a|vous\s+a)(?![\w-])|(?:n|m|t|s|l)['’])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Called:
    """What the bot answers to: its user id, its display name in the room, which may be empty, and how it is called.

    `labels` are the texts of the links to the bot in a message: whatever they say, they call it.
    """

    user_id: str
    name: str = ""
    labels: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The display name as people write it: whole, without the « [DINUM] » of Tchap, without emojis around it."""
        whole = self.name.strip()
        bare = _SUFFIX.sub("", whole)
        forms = (whole, bare, _AROUND.sub("", bare))
        return tuple(dict.fromkeys(form for form in forms if re.search(r"\w", form)))

    @property
    def handle(self) -> str:
        """The id without its server: `@fast`."""
        return self.user_id.partition(":")[0]


def is_command(text: str) -> bool:
    """Whether a text is a command, « !fast … »: it calls the bot whoever is mentioned."""
    return bool(_COMMAND.match(text))


def called_in(text: str, who: Called) -> bool:
    """Whether a text calls the bot, by a label anywhere or by its bare name where one calls people."""
    return is_command(text) or without_call(text, who) != text.strip()


def labels_in(formatted: str, user_id: str) -> tuple[str, ...]:
    """Return what the links to a user say in the HTML of a message: its pills, each as its client labels it."""
    own_words = formatted.rpartition("</mx-reply>")[2]  # the quote of a reply links to whom it quotes
    found = (html.unescape(one["label"]).strip() for one in _pill(user_id).finditer(own_words))
    return tuple(dict.fromkeys(label for label in found if label))


def without_call(text: str, who: Called) -> str:
    """Return a text less what calls the bot in it; `!fast` stays, it is part of a command."""
    flat = _flat(text)
    spans = sorted({*_labels(flat, who), *_first(text, flat, who), *_last(flat, who)})
    kept, start = "", 0
    for begin, end in spans:
        if begin >= start:
            kept = _joined(kept, text[start:begin])
            start = end
    return _joined(kept, text[start:]).strip() if spans else text.strip()


def _joined(before: str, after: str) -> str:
    """Return two pieces of a text between which a call stood: « bonjour @fast, le plafond » is « bonjour, le … »."""
    if not before:
        return after.lstrip(" :,;–—-")
    return before.rstrip() + ("" if after[:1] in (",", ".", "?", "!") else " ") + after.lstrip()


def _flat(text: str) -> str:
    """Return a text without accents, in small letters, each letter at its place."""
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[0] for letter in text)


def _labels(flat: str, who: Called) -> list[tuple[int, int]]:
    return [found.span() for found in _anywhere(who).finditer(flat)]


def _first(text: str, flat: str, who: Called) -> list[tuple[int, int]]:
    """Return where a bare name calls at the start, with the sign after it."""
    found = _at_start(who).match(flat)
    if found is None:
        return []
    is_spoken_of = found["several"] and not found["sign"] and _SPOKEN_OF.match(text, found.end("name"))
    return [] if is_spoken_of else [(found.start("name"), found.end())]


def _last(flat: str, who: Called) -> list[tuple[int, int]]:
    """Return where a bare name calls at the end, with the sign before it: « le plafond, Assistant FAST ? »."""
    stem = flat.rstrip(_ENDS)
    for name in map(_flat, who.names):
        before = stem.removesuffix(name).rstrip(" ")
        if " " in name and before != stem and before.endswith(tuple(_SIGNS)):
            kept = before.rstrip(" ,;:–—-\n")
            return [(len(kept), len(stem))]
    return []


@lru_cache(maxsize=256)
def _pill(user_id: str) -> re.Pattern[str]:
    return re.compile(rf"<a\s[^<>]*?{_link(user_id)}[\"'?][^<>]*>(?P<label>[^<>]{{0,100}})<", re.IGNORECASE)


def _link(user_id: str) -> str:
    """Return the pattern of an address of a user, on matrix.to or Tchap itself, percent-encoded or not."""
    local, _, server = user_id.removeprefix("@").partition(":")
    return rf"#/(?:user/)?(?:@|%40){re.escape(local)}(?::|%3A){re.escape(server)}"


@lru_cache(maxsize=256)
def _anywhere(who: Called) -> re.Pattern[str]:
    """Match what calls wherever it stands, but in an address: `fast@beta.gouv.fr`, « @fast:ailleurs.fr »."""
    user_id, handle = _flat(who.user_id), _flat(who.handle)
    names = _alternatives(map(_flat, (*who.names, *who.labels)))
    forms = (
        rf"\[[^\[\]\n]{{1,100}}\]\([^()\s]{{0,200}}{_link(user_id)}[^()\s]{{0,200}}\)",
        # The whole id first: a bot may be named as the id begins, and « @fast:ailleurs.fr » is somebody else.
        rf"(?<![\w@./#=?&%+-])(?:@\[(?:{names})\]|{re.escape(user_id)}(?![\w-]|[.:]\w)"
        rf"|@(?:{names})(?!\w|:[\w-]{{1,63}}\.\w)|{re.escape(handle)}(?![\w-]|[.:]\w))",
    )
    return re.compile("|".join(forms), re.IGNORECASE)


@lru_cache(maxsize=256)
def _at_start(who: Called) -> re.Pattern[str]:
    several = _alternatives(name for name in map(_flat, who.names) if re.search(r"\s", name))
    # A name of one word (« FAST ») is also a subject: it calls only before a sign. A label is known to be a call.
    one = _alternatives(map(_flat, who.names))
    labels = _alternatives(map(_flat, who.labels))
    greeting = rf"\A\s*(?:{_GREETING}[\s,;!.]+)?"
    name = rf"(?P<name>(?P<several>(?:{several})(?![\w@/-]|\.\w))|(?:{labels})(?!\w)|(?:{one})(?=\s?[:,]))"
    return re.compile(rf"{greeting}{name}\s*(?P<sign>[{re.escape(_SIGNS)}]|\Z)?")


def _alternatives(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(set(names), key=len, reverse=True)) or "(?!)"
