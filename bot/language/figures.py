"""The figures of a French text: sums, shares, dates, durations, counts, ordinals, in digits or in words. Pure."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Final

from bot.dialogue.extraction import editions_in
from bot.documents import french
from bot.programme.amounts import FoundAmount, find_amounts
from bot.programme.quantities import WORDS, scan

_MONTHS: Final = (
    *("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout"),
    *("septembre", "octobre", "novembre", "decembre"),
)
_MONTH: Final = rf"(?:{'|'.join(_MONTHS)})"
Day = tuple[int | None, int | None, int | None, str]


@dataclass(frozen=True)
class Figure:
    """A figure at [start:end] of a plain text (see `plain`).

    `kind` is money (euros), percent, points, date, duration (months, or the unit), time, count, ordinal, fraction,
    currency, or unread for digits that are none of these. `value` is comparable: a number, a `(year, month, day, part)`,
    a word. `high` is the other end when the figure is a range. `approximate`: « environ », « une vingtaine de ».
    """

    kind: str
    value: object
    start: int
    end: int
    high: object = None
    unit: str = ""
    approximate: bool = False


def plain(text: str) -> str:
    """Return a text as figures are read in it: lower case, no accents, one kind of space and of apostrophe."""
    return french.fold(text.replace("–", "-").replace("—", " — ").replace("‑", "-").replace("−", "-"))


def figures_in(text: str) -> tuple[Figure, ...]:
    """Return the figures of a plain text, in order; editions of the FAST apart (see `editions_named`)."""
    left = text
    found: list[Figure] = []
    for read in _READERS:
        new = list(read(left))
        found += new
        for one in new:
            left = left[: one.start] + "§" * (one.end - one.start) + left[one.end :]
    kept = sorted((one for one in found if one.kind != "hidden"), key=lambda one: one.start)
    return tuple(_ranges([replace(one, approximate=one.approximate or _is_about(text, one)) for one in kept], text))


def without_figures(text: str) -> str:
    """Return a plain text without its figures."""
    left = text
    for one in figures_in(text):
        left = left[: one.start] + " " * (one.end - one.start) + left[one.end :]
    return left


# ---- editions ----------------------------------------------------------------------------------------------

_ORDINAL_WORDS: Final = "|".join(sorted(french.ORDINAL_WORDS, key=len, reverse=True))
_RANK: Final = rf"(?:\d{{1,3}} ?(?:e|eme|ieme|er|ere|re|nde?)|{_ORDINAL_WORDS})"
_EDITION_NOUN: Final = r"(?:editions?|promotions?|promos?|appels?|sessions?|vagues?|crus?|fasts?)"
_OF_CONSOLIDATION: Final = r"(?! (?:a candidatures )?(?:du programme de |de la )consolidation)"
_NUMBERS: Final = (
    rf"(?:{_RANK}|\d{{1,3}}|{WORDS})(?:(?: \([^()]*\))?(?: ?,| et| ou| a| au| jusqu'au|-)(?: (?:le|du|la|les))?(?: fast)? ?"
    rf"(?:{_RANK}|\d{{1,2}}(?![\d,.]*\d| ?(?:€|%|mois|[a-z]{{4,}}s\b)))\b)*"
)
_EDITIONS: Final = re.compile(
    rf"\b{_EDITION_NOUN}(?: ?(?:n°|numero|no|#))?[ -]?(?:le |la )?(?:{_NUMBERS})(?!\w| ?€| ?%| {_MONTH}| \d{{3}}\b)"
    rf"|\b{_RANK} {_EDITION_NOUN}\b{_OF_CONSOLIDATION}"
)
_LABEL: Final = re.compile(rf"\b{_EDITION_NOUN}(?: ?(?:n°|numero|no|#))?[ -]?(?:le |la )?(?=(?:{_RANK}|\d|{WORDS}))")


def editions_named(text: str) -> frozenset[int]:
    """Return the editions of the FAST that a plain text names, ranges included."""
    spoken = " ; ".join(match[0] for match in _EDITIONS.finditer(text)) if _EDITIONS.search(text) else ""
    onwards = " ; ".join(
        re.findall(
            r"fast \d{1,2}(?: \([^()]*\))? et (?:les |des )?suivants?|(?:depuis le|a partir du|des le) fast \d{1,2}",
            text,
        )
    )
    onwards = re.sub(r"a partir du|des le", "depuis le", onwards)
    ranges = " ; ".join(re.findall(r"fast \d{1,2}(?: \([^()]*\))? (?:a|au|jusqu'au)(?: fast)? \d{1,2}", text))
    named = re.sub(rf"\b(?:{WORDS})(?!\w)", _digits, f"{spoken} ; {onwards} ; {ranges}")
    return editions_in(_LABEL.sub("fast ", french.ordinals(named)))


def _digits(match: re.Match[str]) -> str:
    found = list(scan(match[0]))
    return str(found[0].value) if len(found) == 1 else match[0]


# ---- readers: each takes a plain text, of which what was read already is hidden ----------------------------


def _hidden(pattern: str) -> Callable[[str], Iterator[Figure]]:
    compiled = re.compile(pattern)
    return lambda text: (Figure("hidden", None, *one.span()) for one in compiled.finditer(text))


_ADDRESS: Final = r"(?<![\w.+-])[\w.+-]+@[\w.-]+\w|https?://[^\s)\]»\"]+|(?<![\w-])(?:[a-z0-9-]{2,63}\.){1,8}[a-z]{2,}(?:/[^\s)\]»\",;]*)?"

_PART: Final = r"(?:(?P<part>fin|debut|mi|courant|milieu)[ -](?:de |du mois de |d')?)?"
_YEAR: Final = r"(?:19|20)\d\d"
_DAY_OF: Final = re.compile(
    rf"(?<![\w,.])(?P<d>1er|premier|\d{{1,2}}|{WORDS})(?:(?: et| ou| au| a|-|,) ?(?:le )?(?P<d2>1er|\d{{1,2}}))?"
    rf" (?P<m>{_MONTH})\b(?: (?P<y>{_YEAR})\b)?"
)
_MONTH_OF: Final = re.compile(
    rf"\b{_PART}(?P<m>{_MONTH})\b(?:(?: et| ou| a| au|-| -)(?: en)? (?P<m2>{_MONTH}))?(?: (?:de )?(?P<y>{_YEAR})\b)?"
)
_ISO: Final = re.compile(r"(?<![\d/.-])(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?![\d/.-]*\d)")
_NUMERIC: Final = re.compile(
    r"(?<![\d/.-])(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})(?:[/.-](?P<y>(?:20)?\d\d))?(?![\d/.-]*\d| ?€)"
)
_SEASON: Final = re.compile(
    rf"\b(?P<part>fin|debut|mi|milieu|printemps|ete|automne|hiver|rentree)[ -](?:de |d'|en |l'annee )?(?P<y>{_YEAR})\b"
    rf"|(?<![\d.,])(?P<alone>{_YEAR})(?![\d.,]*\d| ?(?:€|k€|m€|%))"
)


def _dates(text: str) -> Iterator[Figure]:
    for pattern in (_ISO, _DAY_OF, _NUMERIC, _MONTH_OF, _SEASON):
        for match in pattern.finditer(text):
            found = match.groupdict()
            for value, span in _of_date(found, match):
                yield Figure("date", value, *span)
        text = pattern.sub(lambda match: "§" * len(match[0]), text)


def _of_date(found: dict[str, str | None], match: re.Match[str]) -> Iterator[tuple[Day, tuple[int, int]]]:
    year = found.get("y") or found.get("alone")
    number = (int(year) + (2000 if len(year) == 2 else 0)) if year else None
    month = found.get("m")
    if month is None:
        yield (number, None, None, found.get("part") or ""), match.span()
        return
    in_year = int(month) if month.isdigit() else _MONTHS.index(month) + 1
    second = found.get("d2") or found.get("m2")
    if second is None:
        yield (number, in_year, _day(found.get("d")), found.get("part") or ""), match.span()
    elif found.get("d2"):
        yield (number, in_year, _day(found.get("d")), ""), (match.start(), match.end("d"))
        yield (number, in_year, _day(second), ""), (match.start("d2"), match.end())
    else:
        yield (number, in_year, None, found.get("part") or ""), (match.start(), match.end("m"))
        yield (number, _MONTHS.index(second) + 1, None, ""), (match.start("m2"), match.end())


def _day(word: str | None) -> int | None:
    if word is None:
        return None
    return 1 if word in ("1er", "premier") else int(word) if word.isdigit() else int(_number(word) or 0)


def _number(word: str) -> Decimal | None:
    if re.fullmatch(r"-?\d+(?:[.,]\d+)?", word):
        return Decimal(word.replace(",", "."))
    if word in ("un", "une"):
        return Decimal(1)
    found = list(scan(word))
    return found[0].value if len(found) == 1 else None


_TIME: Final = re.compile(
    r"(?<![\d.,])([01]?\d|2[0-3]) ?(?:h|heures?) ?([0-5]\d)?(?!\w)|(?<![\d.,])([01]\d|2[0-3]):([0-5]\d)\b"
)


def _times(text: str) -> Iterator[Figure]:
    for match in _TIME.finditer(text):
        yield Figure("time", (int(match[1] or match[3]), int(match[2] or match[4] or 0)), *match.span())


_N: Final = rf"(?:\d+(?:[.,]\d+)?|{WORDS})"
_SHARE: Final = re.compile(rf"(?<![\d.,])(?P<n>{_N}) ?(?P<unit>%|pour ?cents?\b|pourcents?\b|pour 100\b|points?\b)")


def _shares(text: str) -> Iterator[Figure]:
    for match in _SHARE.finditer(text):
        kind = "points" if match["unit"].startswith("point") else "percent"
        yield Figure(kind, _number(match["n"]), *match.span())


_CURRENCY: Final = re.compile(
    r"[$£¥₿]|(?<=\d )(?:livres|francs)\b|\b(?:dollars?|usd|gbp|chf|yens?|livres? sterling|bitcoins?)\b"
)


def _currencies(text: str) -> Iterator[Figure]:
    return (Figure("currency", match[0], *match.span()) for match in _CURRENCY.finditer(text))


def _money(text: str) -> Iterator[Figure]:
    return (
        Figure("money", one.value, one.start, one.end, approximate=_is_a_lot(text, one)) for one in find_amounts(text)
    )


def _is_a_lot(text: str, one: FoundAmount) -> bool:
    """« une centaine de milliers d'euros » is about so much by itself; « plus de » is a bound, read elsewhere."""
    return "aine" in text[one.start : one.end]


_UNITS: Final = {"an": "month", "annee": "month", "mois": "month", "trimestre": "month", "semestre": "month"}
_IN_MONTHS: Final = {"an": 12, "annee": 12, "mois": 1, "trimestre": 3, "semestre": 6}
_LASTING: Final = re.compile(
    rf"(?<![\d.,\w])(?P<n>{_N})(?: ?(?P<join>a|ou|-|et) ?(?P<n2>{_N}))?(?: et (?P<half>demie?))?"
    r" ?(?P<unit>minute|heure|journee|jour|semaine|mois|trimestre|semestre|annee|an)s?\b(?: et (?P<after>demie?)\b)?"
)


def _durations(text: str) -> Iterator[Figure]:
    for match in _LASTING.finditer(text):
        unit, half = match["unit"], Decimal("0.5") if match["half"] or match["after"] else Decimal(0)
        low, high = _number(match["n"]), _number(match["n2"]) if match["n2"] else None
        if low is None or (
            match["n2"] and (high is None or (match["join"] == "et" and "entre" not in text[: match.start()][-7:]))
        ):
            continue
        times = _IN_MONTHS.get(unit, 1)
        ends = [(one + half) * times for one in (low, high) if one is not None]
        yield Figure("duration", ends[0], *match.span(), ends[1] if len(ends) > 1 else None, _UNITS.get(unit, unit[:4]))


_FRACTION: Final = re.compile(
    rf"\b(?:(?P<n>{_N}) (?:fois|tiers|quarts?)|double\w*|doubl[eé]\w*|tripl\w*|quadrupl\w*|quintupl\w*|decupl\w*|moitie|tiers|quarts?)\b"
)


def _fractions(text: str) -> Iterator[Figure]:
    for match in _FRACTION.finditer(text):
        if match[0] == "moitie":
            yield Figure("percent", Decimal(50), *match.span())
        elif match[0] not in ("une fois", "un fois"):
            yield Figure("fraction", _spelled(match), *match.span())


def _spelled(match: re.Match[str]) -> str:
    number = _number(match["n"]) if match["n"] else None
    noun = match[0].split()[-1].replace("quarts", "quart")
    return f"{number.normalize():f} {noun}" if number is not None else match[0][:5]


_ORDINAL: Final = re.compile(rf"(?<![\w.,])(?:(\d{{1,3}}) ?(?:e|eme|ieme|er|ere|re|nde?)\b|({_ORDINAL_WORDS})s?\b)")


def _ordinals(text: str) -> Iterator[Figure]:
    for match in _ORDINAL.finditer(text):
        yield Figure("ordinal", int(match[1] or french.ORDINAL_WORDS[match[2]]), *match.span())


_VAGUE: Final = re.compile(
    r"\b(?:dizaine|douzaine|quinzaine|vingtaine|trentaine|cinquantaine|centaine|millier|million|milliard|mille)s?\b"
)


def _counts(text: str) -> Iterator[Figure]:
    """Yield the other numbers; « un » and « une » alone are articles."""
    for one in scan(text):
        if text[one.start : one.end].strip() not in ("un", "une"):
            yield Figure("count", one.value, one.start, one.end, approximate=one.approximate)


def _vague(text: str) -> Iterator[Figure]:
    return (Figure("unread", match[0].rstrip("s"), *match.span()) for match in _VAGUE.finditer(text))


def _unread(text: str) -> Iterator[Figure]:
    return (Figure("unread", match[0], *match.span()) for match in re.finditer(r"(?<![\w./,:+-])[\w./,:+-]*\d[\w./:+-]*", text))


_READERS: Final = (
    _hidden(_ADDRESS),
    _hidden(_EDITIONS.pattern),
    _dates,
    _times,
    _shares,
    _currencies,
    _money,
    _durations,
    _fractions,
    _ordinals,
    _counts,
    _vague,
    _unread,
)

# ---- ranges -------------------------------------------------------------------------------------------------

_ABOUT: Final = re.compile(
    r"(?:\b(?:environ|approximativement|presque|autour d[eu]s?|pres de|aux alentours d[eu]|de l'ordre de|a peu pres|quelques?|"
    r"grosso modo|plus ou moins|un peu (?:plus|moins) de|vers(?: le| la)?|une? petite?|une? bonne?)|[~≈±]) ?(?:les |l'|un |une |des )?$"
)
_NEAR: Final = 40  # characters
_ABOUT_AFTER: Final = re.compile(r" ?(?:€|euros)? ?,?\(? ?(?:environ|a peu pres|ou presque|grosso modo)\b")


def _is_about(text: str, one: Figure) -> bool:
    return bool(_ABOUT.search(text[max(0, one.start - _NEAR) : one.start]) or _ABOUT_AFTER.match(text[one.end :]))


def _ranges(found: list[Figure], text: str) -> Iterator[Figure]:
    """Join the two ends of « de 4 à 8 mois », « entre 50 000 € et 100 000 € »: half of a range is another figure."""
    skipped = False
    for one, following in pairwise([*found, None]):
        if skipped or one is None:
            skipped = False
            continue
        if following is not None and one.high is None and _is_range(one, following, text):
            skipped = True
            yield replace(one, kind=following.kind, end=following.end, high=following.value, approximate=False)
        else:
            yield one


def _is_range(low: Figure, high: Figure, text: str) -> bool:
    between, before = text[low.end : high.start], text[max(0, low.start - _NEAR) : low.start]
    alike = low.kind == high.kind or (low.kind == "count" and high.kind in ("money", "percent", "duration"))
    if not alike or low.kind in ("fraction", "ordinal", "unread", "currency", "time"):
        return False
    joined = re.fullmatch(
        r"(?: au (?:minimum|moins))? ?(?:a|au|aux?|-|to|jusqu'au?) ?(?:s(?:on|a) [a-z]+ )?(?:le |la |les )?", between
    )
    enclosed = re.fullmatch(r" et (?:le )?", between) and re.search(r"\bentre (?:le |les )?$", before)
    either = low.kind in ("count", "duration") and between == " ou "
    return bool(joined or enclosed or either) and _ascends(low, high)


def _ascends(low: Figure, high: Figure) -> bool:
    """« passer de 300 000 € à 200 000 € » goes from one value to another: no range."""
    if isinstance(low.value, Decimal) and isinstance(high.value, Decimal):
        return low.value < high.value
    return low.kind == "date"
