"""From « lundi 9h, heure de La Réunion, J-7 » to what a room wants. Pure; what cannot be read is refused in French."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import time
from typing import Final
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process

from bot.errors import UnusableInput
from bot.programme.lookup import Programme
from bot.reminders import words
from bot.reminders.places import zones_named
from bot.reminders.schedule import Weekly
from bot.reminders.settings import HORIZON_DAYS, LONGEST_HORIZON_DAYS, MOST_EXTRA_DAYS, Settings

DEFAULT_TIME: Final = time(9)
LONGEST: Final = 300  # characters of a schedule
_PARTS: Final = {"matin": 9, "midi": 12, "apres-midi": 14, "apres midi": 14, "soir": 18, "minuit": 0}
_NUMBERS: Final = (
    "zero une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit "
    "dix-neuf vingt vingt-et-une vingt-deux vingt-trois"
).split()
_HALVES: Final = {"et demie": 30, "et demi": 30, "et quart": 15, "trente": 30, "quinze": 15, "quarante-cinq": 45}
_DAYS: Final = "|".join(words.DAYS)

_IANA: Final = re.compile(r"\b(?:fuseau(?: horaire)? )?([a-z]{3,}(?:/[a-z0-9_+-]+){1,2})")
_CLOCKS: Final = re.compile(r"\b(?:heure|fuseau(?: horaire)?)(?: locale)? ?(?:: ?|de |du |des |d'|en )(?P<place>.+)")
_UTC: Final = re.compile(r"\b(?:heure )?(utc|gmt)\b")
_COUNTS: Final = {
    **dict(zip("un une deux trois quatre cinq six sept huit neuf dix".split(), (1, *range(1, 11)), strict=True)),
    "quinze": 15, "vingt": 20, "trente": 30,
}  # fmt: skip
_UNITS: Final = {"j": 1, "s": 7, "m": 30}  # days, by the first letter of the unit
_COUNT: Final = rf"(?P<count>\d{{1,4}}|{'|'.join(_COUNTS)})"
_DEADLINE: Final = r"(?: (?:l'|les |chaque |une |la |leur )?(?:echeances?|dates? limites?|cloture|fin))?"
_EXTRA: Final = re.compile(
    rf"\bj ?[-−–—‑] ?(?P<days>\d{{1,4}})\b"
    rf"|\b(?:(?:au|le|les) )?{_COUNT} (?P<unit>jours?|semaines?|mois) avant{_DEADLINE}\b"
    rf"|\b(?P<hours>24|48|72) ?h(?:eures?)? avant{_DEADLINE}\b"
    rf"|\b(?P<eve>la veille|le jour meme)(?: de{_DEADLINE})?\b"
)
_HORIZON: Final = re.compile(r"\bhorizon(?: de)? ?[:=]? ?(\d{1,5}) ?(j|jours?|semaines?|mois)?\b")
_EVEN: Final = re.compile(
    r"\bmeme (?:(?:s'?|si |quand )il n'?y a rien|s'?il ny a rien|vide|sans echeances?|sans rien)"
    r"(?: a (?:dire|signaler|rappeler))?\b"
)
_WEEKLY: Final = re.compile(
    r"\b(?:chaque semaine|toutes les semaines|(?:une|1) fois (?:par|la) semaine|hebdo(?:madaires?)?)\b"
)
_OTHER_RHYTHM: Final = re.compile(
    r"\b(?:tous les jours|chaque jour|quotidien\w*|tous les mois|chaque mois|mensuel\w*|du mois|par mois|par jour"
    rf"|un (?:{_DAYS}) sur \w+|sur (?:deux|2)|toutes les (?:deux|trois|quatre|\d+) semaines|quinzaine"
    r"|tous les (?:deux|\d+) jours|par semaine"
    r"|(?:deux|trois|quatre|\d+) fois|semaines? (?:im)?paires?"
    r"|jours? ouvres?|jours? ouvrables?|en semaine|week-?end)\b"
)
_TIME: Final = re.compile(
    rf"\b(?:(?P<hour>\d{{1,3}}) ?(?:h(?:eures?)?|:) ?(?P<minute>\d{{2}}(?!\d))?"
    rf"|(?P<name>{'|'.join(_NUMBERS[::-1])}) heures?)"
    rf"(?: (?P<half>{'|'.join(_HALVES)}))?(?: (?:du |de l')?(?P<part>matin|soir|apres[ -]midi))?(?![a-z])"
)
_PART: Final = re.compile(rf"\b({'|'.join(sorted(_PARTS, key=len, reverse=True))})s?\b")
_DAY: Final = re.compile(rf"\b({_DAYS})s?\b")
_WORD: Final = re.compile(r"[^\s,;.()!?«»\"]+")
_FILLERS: Final = frozenset(
    "le la les l' a au aux de du des d' en et pour avec vers chaque tous toutes un une aussi puis "
    "rappel rappels rappelle moi nous seulement uniquement que programme programmes svp stp merci / - – : + & "
    "echeance echeances l'echeance ts tt tte ttes tts chak chaq pile precise precises".split()
)
_LONGEST_PLACE: Final = 5  # words
_ALIKE: Final = 75  # rapidfuzz ratio, of 100


def read_settings(text: str, zone: ZoneInfo, programmes: Mapping[str, Sequence[str]]) -> Settings:
    """Return what a sentence asks for; without a time zone in it, `zone` is meant, and without an hour 9:00.

    `programmes` gives the names of each programme by its id. Raises UnusableInput with a French sentence.
    """
    text = " ".join(text.split())
    if len(text) > LONGEST:
        raise UnusableInput(words.too_long(LONGEST))
    left = _WEEKLY.sub(_masked, _plain(text))
    before, left = _taken(_EXTRA, left)
    extra = _extra_days(before)
    if rhythm := _OTHER_RHYTHM.search(left):
        raise UnusableInput(words.weekly_only(text[rhythm.start() : rhythm.end()]))
    horizon, left = _horizon(left)
    even, left = _taken(_EVEN, left)
    at, left = _time(left)
    day, left = _day(left)
    where, left = _zone(left)
    only, left = _programme(left, programmes)
    _refuse_rest(left, text)
    if day is None:
        raise UnusableInput(words.weekly_only(text[before[0].start() : before[-1].end()]) if before else words.no_day())
    return Settings(Weekly(day, at, where or zone), extra, max((horizon, *extra)), only, bool(even))


def programme_names(programme: Programme) -> dict[str, str]:
    """Return the name of each programme that has calls, by its id."""
    with_calls = {edition.programme for edition in programme.all_editions}
    return {scheme.id: scheme.name for scheme in programme.schemes.values() if scheme.id in with_calls}


def spoken_names(programme: Programme) -> dict[str, tuple[str, ...]]:
    """Return how people may name each programme that has calls, by its id."""
    schemes = (programme.schemes[identifier] for identifier in programme_names(programme))
    return {scheme.id: (scheme.name, scheme.full_name, *scheme.aliases) for scheme in schemes}


def _plain(text: str) -> str:
    """Return a text in lower case without accents, its apostrophes and spaces alike, each letter at its place."""
    spaced = " ".join(text.split()).replace("’", "'").replace("ʼ", "'")
    return "".join(unicodedata.normalize("NFKD", one)[0].lower()[0] for one in spaced)


def _masked(found: re.Match[str]) -> str:
    """Return as many signs as were found: what is left stays at its place."""
    return "|" * len(found[0])


def _taken(pattern: re.Pattern[str], text: str) -> tuple[list[re.Match[str]], str]:
    """Return what a pattern finds in a text, and the text without it."""
    return list(pattern.finditer(text)), pattern.sub(_masked, text)


def _one(what: str, found: Sequence[re.Match[str]], value: Callable[[re.Match[str]], object]) -> None:
    """Refuse two values of what there is one of."""
    if len({value(one) for one in found}) > 1:
        raise UnusableInput(words.several(what, [one[0].strip() for one in found]))


# ---- each part -------------------------------------------------------------------------------------------------------


def _extra_days(found: Sequence[re.Match[str]]) -> tuple[int, ...]:
    days = sorted(set(map(_days_before, found)), reverse=True)
    if len(days) > MOST_EXTRA_DAYS or any(day > HORIZON_DAYS for day in days):
        raise UnusableInput(words.no_such_extra_days(days))
    return tuple(days)


def _days_before(found: re.Match[str]) -> int:
    """Return the days before a deadline: « J-7 », « une semaine avant », « 48 h avant », « la veille »."""
    if found["eve"]:
        return int(found["eve"] == "la veille")
    if found["hours"]:
        return int(found["hours"]) // 24
    if found["days"]:
        return int(found["days"])
    number = found["count"]
    return (int(number) if number.isdigit() else _COUNTS[number]) * _UNITS[found["unit"][0]]


def _horizon(text: str) -> tuple[int, str]:
    found, left = _taken(_HORIZON, text)
    _one("horizon", found, lambda one: one[0])
    if not found:
        return HORIZON_DAYS, left
    unit = {"s": 7, "m": 30}.get((found[0][2] or "j")[0], 1)
    days = int(found[0][1]) * unit
    if not 1 <= days <= LONGEST_HORIZON_DAYS:
        raise UnusableInput(words.no_such_horizon(days))
    return days, left


def _time(text: str) -> tuple[time, str]:
    found, left = _taken(_TIME, text)
    _one("heure", found, _minutes)
    parts, left = _taken(_PART, left)
    _one("heure", parts, lambda one: _PARTS[one[1]])
    if not found:
        return (time(_PARTS[parts[0][1]]) if parts else DEFAULT_TIME), left
    minutes = _minutes(found[0], parts[0][1] if parts else "")
    if not 0 <= minutes < 24 * 60:
        raise UnusableInput(words.no_such_hour(found[0][0].strip()))
    return time(*divmod(minutes, 60)), left


def _minutes(found: re.Match[str], part: str = "") -> int:
    """Return the minutes since midnight that an hour says; -1 for what clocks do not show."""
    hour = int(found["hour"]) if found["hour"] else _NUMBERS.index(found["name"])
    minute = int(found["minute"]) if found["minute"] else _HALVES.get(found["half"] or "", 0)
    if (found["part"] or part) in ("soir", "apres-midi", "apres midi") and hour < 12:
        hour += 12
    return hour * 60 + minute if hour < 24 and minute < 60 else -1


def _zone(text: str) -> tuple[ZoneInfo | None, str]:
    named, left = _taken(_IANA, text)
    utc, left = _taken(_UTC, left)
    places = [one[1] for one in (*named, *utc)]
    while clocks := _CLOCKS.search(left):
        place, rest = _longest_place(clocks["place"])
        places.append(place)
        left = left[: clocks.start()] + "|" * (len(left) - clocks.start() - len(rest)) + rest
    zones = [_zone_of(place) for place in places]
    if len(set(zones)) > 1:
        raise UnusableInput(words.several("fuseau", places))
    return (zones[0] if zones else None), left


def _longest_place(text: str) -> tuple[str, str]:
    """Return the longest known place that a text starts with, else its first words up to a sign, and what follows."""
    run = [(one.start(), one.end()) for one in _WORD.finditer(text.partition("|")[0])][:_LONGEST_PLACE]
    for _, end in reversed(run):
        if zones_named(text[:end]):
            return text[:end], text[end:]
    first = re.split(r"[,;.()|]", text, maxsplit=1)[0]
    return first.strip(), text[len(first) :]


def _zone_of(place: str) -> ZoneInfo:
    zones = zones_named(place)
    if not zones:
        raise UnusableInput(words.unknown_place(place))
    if len(zones) > 1:
        raise UnusableInput(words.several_zones(place, zones))
    return zones[0]


def _programme(text: str, programmes: Mapping[str, Sequence[str]]) -> tuple[str | None, str]:
    """Return the programme that is named; None for none, or for all of them."""
    named, left = set(), text
    for identifier, names in programmes.items():
        for name in sorted(map(_plain, names), key=len, reverse=True):
            found, left = _taken(re.compile(rf"\b{re.escape(name)}\b"), left)
            named |= {identifier} if found else set()
    return (named.pop() if len(named) == 1 else None), left


def _day(text: str) -> tuple[int | None, str]:
    found, left = _taken(_DAY, text)
    _one("jour", found, lambda one: one[1])
    return (words.DAYS.index(found[0][1]) if found else None), left


def _refuse_rest(left: str, text: str) -> None:
    """Refuse words that mean nothing here, named as they were written; the nearest day is proposed for the first."""
    rest = [one for one in _WORD.finditer(left) if _is_unread(one[0])]
    if rest:
        near = process.extractOne(rest[0][0].strip("|"), words.DAYS, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        raise UnusableInput(words.unreadable(_as_written(rest, left, text), near[0] if near else None))


def _is_unread(word: str) -> bool:
    bare = word.strip("'-–:|/&+")
    return bool(bare) and bare not in _FILLERS and word not in _FILLERS


def _as_written(rest: Sequence[re.Match[str]], left: str, text: str) -> str:
    """Return the words of a text that were not read, each with what stands around it, up to commas or what was read."""
    pieces: list[str] = []
    end = -1
    for one in rest:
        if one.start() >= end:
            start = max(left.rfind(sign, 0, one.start()) for sign in "|,;") + 1
            end = min(place for sign in "|,;" if (place := f"{left}{sign}".find(sign, one.end())) >= 0)
            pieces.append(_without_trailing(text[start:end]))
    return " … ".join(pieces)


_TRAILING: Final = frozenset("à a au aux de du des d' d’ l' l’ en et le la les".split())


def _without_trailing(words: str) -> str:
    """Return words without the articles and the like at their end, which belong to what follows them."""
    kept = words.split()
    while len(kept) > 1 and kept[-1].lower() in _TRAILING:
        kept.pop()
    return " ".join(kept)
