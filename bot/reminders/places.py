"""Time zones as French people name them: « La Réunion », « Nouméa », « métropole », « Pacific/Noumea ». Pure."""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global

from bot.programme.names import fold

_ALIASES: Final = {
    "metropole": "Europe/Paris",
    "france metropolitaine": "Europe/Paris",
    "hexagone": "Europe/Paris",
    "guyane": "America/Cayenne",
    "reunion": "Indian/Reunion",
    "caledonie": "Pacific/Noumea",
    "miquelon": "America/Miquelon",
    "wallis": "Pacific/Wallis",
    "papeete": "Pacific/Tahiti",
    "fort de france": "America/Martinique",
    "pointe a pitre": "America/Guadeloupe",
    "mamoudzou": "Indian/Mayotte",
    "utc": "UTC",
    "gmt": "UTC",
}
_OLD_NAMES: Final = {"Asia/Kolkata": "Asia/Calcutta", "Asia/Kathmandu": "Asia/Katmandu"}  # as babel has them


def zones_named(place: str) -> tuple[ZoneInfo, ...]:
    """Return the time zones of a place: one, several when it has several, none when it is not known."""
    names = _names()
    folded = fold(place)
    found = names.get(folded) or names.get(folded.removeprefix("la ").removeprefix("l ").removeprefix("les "), ())
    return tuple(ZoneInfo(key) for key in found)


def place_of(zone: ZoneInfo) -> str:
    """Return the place whose clocks a time zone follows, in French: « Paris », « La Réunion », « UTC »."""
    return _city(zone.key)


def _city(key: str) -> str:
    exceptions = Locale("fr").time_zones
    found = exceptions.get(key, exceptions.get(_OLD_NAMES.get(key, ""), {})).get("city")
    return str(found or key.rpartition("/")[2].replace("_", " "))


@lru_cache(maxsize=1)
def _names() -> Mapping[str, tuple[str, ...]]:
    """Return the time zones by folded name of city, territory, or of the zone itself."""
    named: dict[str, set[str]] = defaultdict(set)
    known = available_timezones()
    territories = Locale("fr").territories
    for territory, keys in get_global("territory_zones").items():
        zones = [key for key in keys if key in known]
        named[fold(str(territories.get(territory, territory)))].update(zones)
        for key in zones:
            named[fold(_city(key))].add(key)
    for key in known:
        if "/" in key:
            named[fold(key)] = {key}
            named.setdefault(fold(key.rpartition("/")[2]), {key})
    named.update({name: {key} for name, key in _ALIASES.items()})
    return {name: tuple(sorted(keys)) for name, keys in named.items()}
