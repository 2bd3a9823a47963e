"""When a question is about: « en avril 2023 », « avant 2024 », « fin 2023 », « l'an dernier ». Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.programme.values import Month

_MONTHS: Final = (
    *("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout"),
    *("septembre", "octobre", "novembre", "decembre"),
)
_MONTH: Final = "|".join(_MONTHS)
# Months, first and last, of the parts of a year; winter is told of the year that it begins.
_PARTS: Final = {
    "debut": (1, 3),
    "printemps": (3, 6),
    "mi": (5, 8),
    "milieu": (5, 8),
    "ete": (6, 9),
    "automne": (9, 12),
    "rentree": (9, 9),
    "hiver": (12, 12),
    "fin": (10, 12),
    "premier semestre": (1, 6),
    "1er semestre": (1, 6),
    "second semestre": (7, 12),
    "deuxieme semestre": (7, 12),
    "2e semestre": (7, 12),
    "premier trimestre": (1, 3),
    "1er trimestre": (1, 3),
    "deuxieme trimestre": (4, 6),
    "troisieme trimestre": (7, 9),
    "quatrieme trimestre": (10, 12),
    "dernier trimestre": (10, 12),
}
_PART: Final = "|".join(sorted(_PARTS, key=len, reverse=True))
_WHEN: Final = re.compile(
    rf"(?:\b(?P<side>avant|apres|depuis|a partir (?:de|du)|des) (?:le |l'|la )?)?"
    rf"(?:\b(?P<day>1er|\d{{1,2}}) (?P<of>{_MONTH}) |\b(?:(?:fin|debut|mi|courant)[ -])?(?P<month>{_MONTH}) "
    rf"|\b(?P<part>{_PART})[ -](?:de |d'|en )?(?:l'annee )?)?\b(?P<year>20[12]\d)\b"
)
_NUMERIC: Final = re.compile(r"(?<![\d/.-])([0-3]?\d)[/.-]([01]?\d)[/.-]((?:20)?\d\d)(?![\d/.-])")
_SHORT: Final = {
    "jan": "janvier",
    "janv": "janvier",
    "fev": "fevrier",
    "fevr": "fevrier",
    "avr": "avril",
    "juil": "juillet",
    "sept": "septembre",
    "sep": "septembre",
    "oct": "octobre",
    "nov": "novembre",
    "dec": "decembre",
}
_SHORT_MONTH: Final = re.compile(rf"\b(\d{{1,2}}|1er) ({'|'.join(sorted(_SHORT, key=len, reverse=True))})\b\.?")
_RELATIVE: Final = (
    (re.compile(r"\bl'an(?:nee)? (?:derni|pass|preced)\w+"), -1),
    (re.compile(r"\bl'an(?:nee)? (?:prochain|suivant|qui vient)\w*|\bannee prochaine"), 1),
)
_YEARS_AGO: Final = re.compile(r"\bil y a (un|une|deux|trois|quatre|cinq|[1-9]) ans?\b")
_NUMBERS: Final = {"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5}


@dataclass(frozen=True)
class Period:
    """From `first` to `last`, days in Paris, both included; date.min and date.max for no bound."""

    first: date
    last: date

    @property
    def is_open(self) -> bool:
        """Whether it has only one bound: « avant 2024 », « depuis février 2024 »."""
        return self.first == date.min or self.last == date.max


def periods_in(folded: str) -> tuple[Period, ...]:
    """Return the periods that a folded question names more finely than by a year alone, in order."""
    found = (_period(match) for match in _WHEN.finditer(folded))
    return tuple(one for one in found if one is not None)


def period_spans(folded: str) -> Iterator[tuple[int, int, Period]]:
    """Yield where a folded text names such a period, and which."""
    for match in _WHEN.finditer(folded):
        period = _period(match)
        if period is not None:
            yield match.start(), match.end(), period


def ahead_spans(folded: str, today: date) -> Iterator[tuple[int, int, Period]]:
    """Yield where a folded text names a moment from `today` on, and which."""
    for match in _AHEAD.finditer(folded):
        yield match.start(), match.end(), _ahead(match, today)


def relative_spans(folded: str, today: date) -> Iterator[tuple[int, int, int]]:
    """Yield where a folded text names a year by the present one, and which."""
    for pattern, shift in _RELATIVE:
        for match in pattern.finditer(folded):
            yield match.start(), match.end(), today.year + shift
    for match in _YEARS_AGO.finditer(folded):
        yield match.start(), match.end(), today.year - (_NUMBERS.get(match[1]) or int(match[1]))


def is_after(text: str, day: date) -> bool:
    """Whether a folded text speaks of a time after a day."""
    years = (int(year) for year in re.findall(r"(?<![\d.,])20[12]\d(?![\d.,]\d| ?€)", text))
    return any(year > day.year for year in years) or any(one.first > day for one in periods_in(text))


def is_ahead(text: str, day: date) -> bool:
    """Whether each day or month that a folded text names is still to come or running on a day."""
    found = periods_in(text)
    return bool(found) and all((one.first if one.last == date.max else one.last) >= day for one in found)


def spelled_out(folded: str) -> str:
    """Write the days of a folded text in words: « 23/02/2024 » and « 23 fev 2024 » become « 23 fevrier 2024 »."""
    return _SHORT_MONTH.sub(lambda match: f"{match[1]} {_SHORT[match[2]]}", _NUMERIC.sub(_in_words, folded))


def _in_words(match: re.Match[str]) -> str:
    day, month, year = (int(part) for part in match.groups())
    if not 1 <= month <= 12:
        return match[0]
    return f"{'1er' if day == 1 else day} {_MONTHS[month - 1]} {year if year > 99 else 2000 + year}"


_UNITS: Final = {"jour": 1, "semaine": 7, "mois": 30, "an": 365}  # days
_AHEAD: Final = re.compile(
    r"\bdans (?:les |environ )?(?P<number>\d{1,3}|une?|deux|trois|quatre|cinq|quinze)(?: prochaine?s?)? (?P<unit>jour|semaine|mois|an)s?\b"
    rf"|\bd'ici (?:a |au |le |la |fin |debut |mi[- ])*(?P<month>{_MONTH})\b(?! 20)"
    r"|\bd'ici (?:a |la )?(?:fin (?:de )?)?(?P<end>l'annee|l'ete|fin d'annee)"
    r"|\b(?P<next>demain|la semaine prochaine|le mois prochain)\b"
)
_NEXT: Final = {"demain": 1, "la semaine prochaine": 7, "le mois prochain": 30}  # days


def _ahead(match: re.Match[str], today: date) -> Period:
    if match["month"]:
        number = _MONTHS.index(match["month"]) + 1
        return Period(today, Month(today.year + (number < today.month), number).last)
    if match["end"]:
        return Period(
            today, date(today.year, 9, 22) if "ete" in match["end"] and today.month < 9 else date(today.year, 12, 31)
        )
    days = _NEXT[match["next"]] if match["next"] else _UNITS[match["unit"]] * _count(match["number"])
    return Period(today + timedelta(days=days), today + timedelta(days=days))


def _count(word: str) -> int:
    return {**_NUMBERS, "quinze": 15}.get(word) or int(word)


def _period(match: re.Match[str]) -> Period | None:
    year, side = int(match["year"]), match["side"]
    try:
        bare = _bare(match, year)
    except ValueError:  # 31 février
        return None
    if side == "avant":
        return Period(date.min, bare.first - timedelta(days=1))
    if side == "apres":
        return Period(bare.last + timedelta(days=1), date.max)
    if side is not None:
        return Period(bare.first, date.max)
    return bare if match["day"] or match["month"] or match["part"] else None


def _bare(match: re.Match[str], year: int) -> Period:
    if match["day"]:
        day = date(year, _MONTHS.index(match["of"]) + 1, 1 if match["day"] == "1er" else int(match["day"]))
        return Period(day, day)
    if match["month"]:
        named = Month(year, _MONTHS.index(match["month"]) + 1)
        return Period(named.first, named.last)
    low, high = _PARTS[match["part"]] if match["part"] else (1, 12)
    return Period(Month(year, low).first, Month(year, high).last)
