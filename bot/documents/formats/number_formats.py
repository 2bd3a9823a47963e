"""A number of a sheet as the sheet shows it, in French: its format says the decimals, the currency, the date."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_datetime
from babel.numbers import format_decimal

GENERAL = frozenset({"", "general", "standard", "@"})
# A format has 255 characters at most. It is made of quoted text, an escaped sign, a condition or currency in brackets,
# padding, digits and letters.
TOKEN = re.compile(
    r'"([^"]{0,255})"|\\(.)|\[([^\]]{0,255})\]|_.|\*.|([#0?.,]+(?:E[+-]?0+)?)|(General|Standard)|(AM/PM|A/P|[a-zA-Z])\4*|(.)',
    re.S | re.I,
)
DATE_PART = re.compile(
    r"(?P<text>\"[^\"]{0,255}\"|\\.)|\[[^\]]{0,255}\]|_.|\*.|(?P<part>AM/PM|A/P|y+|m+|d+|h+|s+(?:\.0+)?)|(?P<sign>.)",
    re.I | re.S,
)
FRACTION = re.compile(r"[#?]\s*/\s*[#?\d]")
CURRENCY = re.compile(r"^\$([^-\]]*)(?:-.*)?$")
CONDITION = re.compile(r"^(<=|>=|<>|=|<|>)\s*(-?\d+(?:[.,]\d+)?)$")
# What a sheet leaves to the country of its reader.
OF_THE_COUNTRY = {"mm-dd-yy": "dd/mm/yyyy", "m/d/yy h:mm": "dd/mm/yyyy hh:mm", "m/d/yyyy": "dd/mm/yyyy"}
LONG_DATE = "[$-F800]"
BABEL_DATE = {
    "y": "yy",
    "yy": "yy",
    "yyy": "yyyy",
    "yyyy": "yyyy",
    "d": "d",
    "dd": "dd",
    "ddd": "ccc",
    "dddd": "cccc",
    "m": "M",
    "mm": "MM",
    "mmm": "LLL",
    "mmmm": "LLLL",
    "mmmmm": "LLLLL",
    "h": "H",
    "hh": "HH",
    "s": "s",
    "ss": "ss",
}


def shown(value: object, number_format: str) -> str:
    """Return a value of a cell as the sheet shows it, on one line; "" for an empty cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, datetime | date | time | timedelta):
        return _moment(value, number_format)
    if isinstance(value, int | float | Decimal):
        return _number(value, number_format)
    return " ".join(str(value).split())


# Moments


def _moment(value: datetime | date | time | timedelta, number_format: str) -> str:
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")
    if isinstance(value, time):
        value = datetime.combine(date(1900, 1, 1), value)
        number_format = number_format if re.search("h", number_format, re.I) else "hh:mm"
    elif not isinstance(value, datetime):
        value = datetime.combine(value, time())
    number_format = number_format.partition(";")[0]
    if number_format.upper().startswith(LONG_DATE):
        number_format = "dddd d mmmm yyyy"
    pattern = _babel_pattern(OF_THE_COUNTRY.get(number_format, number_format))
    if not pattern:
        pattern = "dd/MM/yyyy" if value.time() == time() else "dd/MM/yyyy HH:mm"
    return " ".join(format_datetime(value, pattern, locale="fr_FR").split())


def _babel_pattern(number_format: str) -> str:
    parts: list[str] = []
    units: list[str] = []
    matches = list(DATE_PART.finditer(number_format))
    for place, match in enumerate(matches):
        if match["text"]:
            parts.append("'" + match["text"].strip('"').lstrip("\\").replace("'", "''") + "'")
        elif match["part"]:
            part = match["part"].lower().partition(".")[0]
            following = next((one["part"].lower() for one in matches[place + 1 :] if one["part"]), "")
            is_minutes = part in ("m", "mm") and ((units and units[-1] == "h") or following.startswith("s"))
            parts.append(
                "" if "/" in part else part if is_minutes else BABEL_DATE.get(part, BABEL_DATE.get(part[:4], ""))
            )
            units.append(part[:1])
        elif match["sign"]:
            parts.append(match["sign"] if not match["sign"].isalpha() else f"'{match['sign']}'")
    return "".join(parts) if units else ""


# Numbers


def _number(value: int | float | Decimal, number_format: str) -> str:
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        return ""
    if number_format.strip().lower() in GENERAL:
        return _general(exact)
    section, is_signed = _section(exact, number_format.strip())
    if FRACTION.search(section):
        return _general(exact)
    return " ".join(_filled(exact, section, is_signed).split())


def _section(value: Decimal, number_format: str) -> tuple[str, bool]:
    """Return the part of a format that a number takes, and whether that part says the sign itself."""
    sections = _sections(number_format)
    conditions = [_condition(section) for section in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _holds(value, *condition):
                return section, False
        return sections[-1], False
    if value < 0 and len(sections) > 1:
        return sections[1], True
    if value == 0 and len(sections) > 2:
        return sections[2], True
    return sections[0], False


def _sections(number_format: str) -> list[str]:
    found = [""]
    for place, part in enumerate(number_format.split('"')):
        if place % 2:
            found[-1] += f'"{part}"'
        else:
            first, *others = part.split(";")
            found[-1] += first
            found += others
    return found


def _condition(section: str) -> tuple[str, Decimal] | None:
    for inner in re.findall(r"\[([^\]]{0,255})\]", section):
        if found := CONDITION.match(inner):
            return found.group(1), Decimal(found.group(2).replace(",", "."))
    return None


def _holds(value: Decimal, sign: str, bound: Decimal) -> bool:
    return {
        "<": value < bound,
        ">": value > bound,
        "=": value == bound,
        "<=": value <= bound,
        ">=": value >= bound,
        "<>": value != bound,
    }[sign]


def _general(value: Decimal) -> str:
    rounded = round(value, 9).normalize()
    return format_decimal(
        rounded, format="#,##0.#########" if abs(rounded) >= 10_000 else "0.#########", locale="fr_FR"
    ).replace("\u202f", " ")


def _filled(value: Decimal, section: str, is_signed: bool) -> str:
    number, slots = _digits_told(abs(value), section)
    sign = "-" if value < 0 and not is_signed and re.search("[1-9]", number) else ""
    pieces = iter(_spread(number, slots) if len(slots) > 1 else [number])
    parts = list[str]()
    for match in TOKEN.finditer(section):
        quoted, escaped, bracket, placeholder, general, letter, other = match.groups()
        if placeholder is not None:
            parts.append(sign + next(pieces, ""))
            sign = ""
        elif general is not None:
            parts.append(sign + _general(abs(value)))
        elif bracket is not None:
            money = CURRENCY.match(bracket)
            parts.append(money.group(1) if money else "")
        else:
            parts.append(next((text for text in (quoted, escaped, letter, other) if text is not None), ""))
    return "".join(parts).replace("\u202f", " ").replace("\xa0", " ")


def _digits_told(value: Decimal, section: str) -> tuple[str, list[str]]:
    """Return the digits that a section shows of a number, and the slots that they go to."""
    slots = list(_digits(section))
    if not slots:
        return "", slots
    if len(slots) > 1:
        return format_decimal(value.quantize(Decimal(1), ROUND_HALF_UP), format="0", locale="fr_FR"), slots
    whole = slots[0].rstrip(",")
    percents = sum(part.count("%") for part in section.split('"')[::2])
    scaled = value * 100**percents / 1000 ** (len(slots[0]) - len(whole))
    if "E" not in whole:
        # Half a cent goes up, as in the sheet.
        scaled = scaled.quantize(Decimal(1).scaleb(-len(whole.partition(".")[2])), ROUND_HALF_UP)
    if not scaled and "0" not in whole:
        return "", slots
    return format_decimal(scaled, format=whole.replace("?", "#"), locale="fr_FR"), slots


def _spread(digits: str, slots: list[str]) -> list[str]:
    """Return digits spread over several slots from the right: « 06 12 34 56 78 »."""
    pieces: list[str] = []
    digits = digits.zfill(sum(slot.count("0") for slot in slots))
    for slot in reversed(slots[1:]):
        pieces.insert(0, digits[-len(slot) :] if digits else "")
        digits = digits[: -len(slot)]
    return [digits, *pieces]


def _digits(section: str) -> Iterator[str]:
    for match in TOKEN.finditer(section):
        if match.group(4):
            yield match.group(4)
