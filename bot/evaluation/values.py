"""What an answer states: sums, shares, dates, durations, editions, years and counts, read by the judge alone.

The judge shares no reader with the bot: an error of reading must not be judged by itself.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from bot.documents import french


class Kind(StrEnum):
    """What a value is of."""

    SUM = "somme"
    SHARE = "taux"
    DATE = "date"
    DURATION = "durée"
    EDITION = "édition"
    YEAR = "année"
    COUNT = "nombre"


@dataclass(frozen=True)
class Value:
    """A value in one form, with its place in the comparable text.

    `key`: euros, percent, « 2024-05-29 » (« --05-29 » without year, « 2024-05 » without day), « 6 mois », or a number.
    """

    kind: Kind
    key: str
    start: int
    end: int

    def same_as(self, other: "Value") -> bool:
        """Whether both state the same; a date without its year states that of the other."""
        if self.kind is not other.kind:
            return False
        if self.kind is Kind.DATE and "--" in (self.key[:2], other.key[:2]):
            return _without_year(self.key) == _without_year(other.key)
        return self.key == other.key

    def covers(self, other: "Value") -> bool:
        """Whether the other states this, or more exactly: a month is stated by one of its days, a year by its dates."""
        if self.kind is Kind.YEAR and other.kind is Kind.DATE:
            return other.key.startswith(f"{self.key}-")
        return self.same_as(other) or (self.kind is other.kind is Kind.DATE and other.key.startswith(f"{self.key}-"))


def _without_year(key: str) -> str:
    return key[2:] if key.startswith("--") else key[5:]


_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split(), start=1
    )
}
MONTHS: Final = "|".join(_MONTHS)
# « un » is an article as well, so it is no count.
_WORDS: Final = {
    word: number
    for number, word in enumerate(
        "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split(), start=2
    )
} | {
    "dix-sept": 17,
    "dix-huit": 18,
    "dix-neuf": 19,
    "vingt": 20,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "soixante": 60,
    "cent": 100,
    "dizaine": 10,
    "douzaine": 12,
    "quinzaine": 15,
    "vingtaine": 20,
    "trentaine": 30,
    "quarantaine": 40,
    "cinquantaine": 50,
    "centaine": 100,
}
_WORD: Final = "|".join(sorted(_WORDS, key=len, reverse=True))
_UNITS: Final = (("jour", "jours?"), ("semaine", "semaines?"), ("mois", "mois"), ("an", "ans?|annees?"))
_UNIT: Final = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _UNITS)
# Of several that begin at one place the first applies: a sum before a date, a date before a count.
_VALUE: Final = re.compile(
    rf"(?P<iso>\b\d{{4}}-\d{{2}}-\d{{2}}\b)"
    rf"|(?P<slashed>\b\d{{1,2}}/\d{{1,2}}/\d{{4}}\b)"
    rf"|(?:(?P<day>\b\d{{1,2}})(?:er)? )?\b(?P<month>{MONTHS})\b(?: (?P<of>\d{{4}})\b)?"
    rf"|(?P<edition>\bfast (?:n° ?)?(?P<number>\d{{1,2}})\b"
    rf"|\b(?P<ordinal>\d{{1,2}})(?:e|eme|er|re) (?:edition|promotion|fast)\b)"
    r"|(?P<label>\b(?:programme|question|page|article|numero|n°) ?\d+\b)"
    rf"|(?P<figure>(?<![\w.,])\d+(?:[.,]\d+)?|\b(?:{_WORD})\b)(?P<unit> ?€| ?%| (?:{_UNIT})\b)?(?!\w)"
)


def comparable(text: str) -> str:
    """Write a text one way for comparison: case, accents, spaces, and the forms of numbers."""
    return _comparable(text)


@lru_cache(maxsize=512)
def _comparable(text: str) -> str:
    # « 300 k€ » must keep its sign when its number is written out.
    signed = re.sub(r"(?<=\d) ?(k|m|mds?) ?(?:€|eur)(?!\w)", r"\1 €", french.fold(text))
    folded = french.plain_numbers(signed)
    folded = re.sub(r"(?<=\d) ?(?:€|euros?|d'euros)(?!\w)", " €", folded)
    folded = re.sub(r"\bune? (?=(?:jour|semaine|mois|an|annee)\b)", "1 ", folded)
    return re.sub(r"[\s*_]+", " ", folded)


def contains(text: str, wanted: str) -> bool:
    """Whether `wanted` stands in `text`, not as a part of another number, nor from within a word."""
    written = comparable(wanted).strip()
    start = r"(?<![\d,.])" if written[0].isdigit() else r"(?<!\w)"
    end = r"(?![\d]|[.,]\d)" if written[-1].isdigit() else ""
    return re.search(start + re.escape(written) + end, comparable(text)) is not None


def values_in(text: str) -> tuple[Value, ...]:
    """Return the values that a text states, in its order; places are those of `comparable(text)`."""
    return tuple(_values(comparable(text)))


def only_value(text: str) -> Value | None:
    """Return the value that a text consists of; None when it says anything else."""
    found = values_in(text)
    return found[0] if len(found) == 1 and found[0].end - found[0].start == len(comparable(text).strip()) else None


def _values(text: str) -> Iterable[Value]:
    for match in _VALUE.finditer(text):
        if match["label"]:
            continue  # « le programme 352 » counts nothing
        kind, key = _kind_and_key(match)
        yield Value(kind, key, match.start(), match.end())


def _kind_and_key(match: re.Match[str]) -> tuple[Kind, str]:
    if match["iso"]:
        return Kind.DATE, match["iso"]
    if match["slashed"]:
        day, month, year = match["slashed"].split("/")
        return Kind.DATE, f"{year}-{int(month):02}-{int(day):02}"
    if match["month"]:
        return Kind.DATE, _date_key(match["day"], _MONTHS[match["month"]], match["of"])
    if match["edition"]:
        return Kind.EDITION, str(int(match["number"] or match["ordinal"]))
    return _figure(match)


def _date_key(day: str | None, month: int, year: str | None) -> str:
    days = f"-{int(day):02}" if day else ""
    return f"{year}-{month:02}{days}" if year else f"--{month:02}{days}"


def _figure(match: re.Match[str]) -> tuple[Kind, str]:
    written = match["figure"]
    number = _WORDS.get(written) or float(written.replace(",", "."))
    key = f"{number:.2f}".rstrip("0").rstrip(".")
    unit = (match["unit"] or "").strip()
    if unit == "€":
        return Kind.SUM, key
    if unit == "%":
        return Kind.SHARE, key
    if unit:
        return Kind.DURATION, f"{key} {next(name for name, _ in _UNITS if match[name])}"
    return (Kind.YEAR, key) if re.fullmatch(r"(?:19|20)\d\d", written) else (Kind.COUNT, key)
