"""Numbers as French people write them, in digits or in words, with their magnitude and the euro sign."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from text_to_num import text2num


@dataclass(frozen=True)
class Quantity:
    """A number at folded[start:end], magnitude applied.

    `size` and `size_word` are the magnitude of its last term (1 and "" without one); `unit`: euros are named;
    `grouped`: written with thousands apart; `approximate`: « une centaine de ».
    """

    value: Decimal
    start: int
    end: int
    size: Decimal = Decimal(1)
    size_word: str = ""
    unit: bool = False
    grouped: bool = False
    approximate: bool = False


def fold(text: str) -> str:
    """Return a copy of the same length: one kind of space, dash and apostrophe, lower case but for a lone « M »."""
    return "".join(
        "M" if char == "M" and _stands_alone(text, index) else _FOLDED.get(char) or _fold_char(char)
        for index, char in enumerate(text)
    )


def scan(folded: str, position: int = 0) -> Iterator[Quantity]:
    """Yield the quantities of a folded text, in order; a number glued to letters or badly grouped is left out."""
    floor = position
    while match := _NUMBER.search(folded, position):
        position = max(match.end(), match.start() + 1)
        if match["broken"] or not _starts_apart(folded, match.start()):
            continue
        found = _read(folded, match, floor)
        if found is None:
            continue
        position = floor = max(position, found.end)
        if found.unit or _ends_apart(folded, found.end):
            yield found


SMALL_NUMBER_WORD = (
    r"(?:z[ée]ro|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|"
    r"trente|quarante|cinquante|soixante|septante|huitante|octante|nonante|cents?)"
)
WORDS = (
    rf"{SMALL_NUMBER_WORD}(?:(?:-et-|[ ]et[ ](?=une?\b|onze\b)|[ -]){SMALL_NUMBER_WORD}){{0,9}}"
    r"(?!\w)(?!-(?!mill|demi|euro)\w)"
)
_GROUPS_OF_TEN = {
    "dizaine": 10,
    "douzaine": 12,
    "quinzaine": 15,
    "vingtaine": 20,
    "trentaine": 30,
    "quarantaine": 40,
    "cinquantaine": 50,
    "soixantaine": 60,
    "centaine": 100,
}
_SIGN = r"(?:(?<![\w€)])(?<![0-9€kM][ ])-)?"
_NUMBER = re.compile(
    rf"""
      (?P<grouped>{_SIGN}[0-9]{{1,3}}(?:
            (?:[ ]{{1,2}}[0-9]{{3}})+(?![0-9])(?:[.,][0-9]{{1,2}}(?![0-9]))?(?![ ]{{1,2}}[0-9]{{1,3}}(?![0-9]))
          | (?:'[0-9]{{3}})+(?![0-9])(?:[.,][0-9]{{1,2}}(?![0-9]))?
          | (?:\.[0-9]{{3}})+,[0-9]{{1,2}}(?![0-9])
          | (?:\.[0-9]{{3}}){{2,}}(?![0-9])
          | (?:,[0-9]{{3}})+\.[0-9]{{1,2}}(?![0-9])
          | (?:,[0-9]{{3}}){{2,}}(?![0-9]) ))
    | (?P<broken>[0-9]{{1,3}}(?:[ ]{{1,2}}[0-9]{{1,3}})+(?![0-9]))
    | (?P<hundreds>[1-9])[ ]cents?(?=[ -](?:mille|euros?)\b)
    | (?P<plain>{_SIGN}[0-9]+(?:[.,][0-9]+)?)
    | (?P<half>(?:une?[ ])?demi[- ]|half[ ]a[ ])(?=mill)
    | (?P<quarter>(?P<quarters>un|trois)[ ]quarts?[ ]d(?:e[ ]|'un[ ]))(?=mill)
    | (?P<tens>(?:(?P<tens_count>une|deux|trois|quatre|cinq)[ ])?(?P<tens_name>{"|".join(_GROUPS_OF_TEN)})
        (?P<tens_plural>s?)[ ]d(?:e[ ]|'(?=euro)))
    | (?P<words>{WORDS}(?:[ ]virgule[ ]{WORDS})?)
    | (?P<lone>(?=mille\b))
    """,
    re.VERBOSE,
)
_MAGNITUDE = re.compile(
    r"""[ ]?-?[ ]?(?:
      (?P<thousand>mille\b|milliers?\b|thousand\b|kilo-?(?=euro)|k(?=[ ]?-?€|euro|eur\b|e?(?!\w)|[0-9]))
    | (?P<million>millions?\b|mio\b|M(?=[ ]?€|e?(?!\w)|[0-9])|m(?=[ ]?€|euro|eur\b|e?(?!\w)))
    | (?P<billion>milliards?\b|mds?(?=[ ]?€|(?!\w))|mrds?\b)
    )(?:(?<=[kM])(?P<tail>[0-9]{1,3})(?![0-9]|[ ]?[kM]))?""",
    re.VERBOSE,
)
_SIZES = {"thousand": Decimal(1000), "million": Decimal(10**6), "billion": Decimal(10**9)}
_UNIT = re.compile(r"[ ]?(?:d'[ ]?|of[ ]|-)?(?:€(?:uros?)?|euros?\b|eur\b|balles\b|e(?![\w'-]))")
_CENTS = re.compile(r"(?P<glued>[0-9]{2})(?![\w%])|[ ](?:et[ ])?(?P<spelt>[0-9]{1,2})[ ]?(?:centimes?|cts?)\b")
_UNIT_BEFORE = re.compile(r"(?:€|\beur(?:os?)?)[ ]?$")


# Each dash, apostrophe and separator that one keyboard or another puts in a number, as the plain one.
_FOLDED = dict.fromkeys("-‐‑‒–—−", "-") | dict.fromkeys("'’ʼ`", "'") | {"\t": " "}


@lru_cache(maxsize=1024)
def _fold_char(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char).lower()
    if unicodedata.category(char) == "Cf":
        return " "
    return plain if len(plain) == 1 else char


def _stands_alone(text: str, index: int) -> bool:
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    return not before.isalpha() and (not after.isalpha() or text[index + 1 : index + 4].lower() in ("e", "eur"))


def _starts_apart(folded: str, start: int) -> bool:
    before = folded[:start][-2:]
    return not (before[-1:].isalnum() or before[-1:] == "_" or re.fullmatch(r"[0-9][.,'/:^-]", before) is not None) or (
        re.fullmatch(r"[0-9]-", before) is not None
    )


def _ends_apart(folded: str, end: int) -> bool:
    after = folded[end : end + 2]
    return not (after[:1].isalnum() or after[:1] == "_" or re.fullmatch(r"[.,'/:][0-9]", after) is not None)


def _read(folded: str, first: re.Match[str], floor: int) -> Quantity | None:
    """Return the sum of the terms from `first` on (« 1 million 200 mille »), with its unit; None for no number."""
    found = _read_term(folded, first)
    while found and found.size > 1:
        following = _following_number(folded, found.end)
        term = _read_term(folded, following) if following else None
        if following is None or term is None or term.value >= found.size:
            break
        if term.size == 1 and not following["grouped"] and not _UNIT.match(folded, term.end):
            if found.size_word.startswith("million") and not _another(folded, following, term):
                return None  # « un million deux »: 1 200 000 for some, 1 000 002 for others
            if following["plain"] or found.size > 1000:
                break
        found = replace(
            found,
            value=found.value + term.value,
            end=term.end,
            size=term.size,
            size_word=term.size_word or found.size_word,
        )
    return _with_unit(folded, found, floor) if found else None


def _another(folded: str, following: re.Match[str], term: Quantity) -> bool:
    """Whether another number begins after « un million »: « un peu plus », « 3 agents »."""
    return following[0] in ("un", "une") or re.match(r" [a-zà-ÿœ]{2,}", folded[term.end :]) is not None


def _read_term(folded: str, match: re.Match[str]) -> Quantity | None:
    magnitude = _MAGNITUDE.match(folded, match.end())
    name = next((name for name in _SIZES if magnitude and magnitude[name]), None)
    number = _number(match, magnified=name is not None)
    if number is None:
        return None
    term = Quantity(number, match.start(), match.end(), grouped=bool(match["grouped"]), approximate=bool(match["tens"]))
    if magnitude is None or name is None:
        return term
    number += Decimal(f"0.{magnitude['tail']}") if magnitude["tail"] else 0  # « 1M2 » is 1,2 million
    half = re.match(r" et demie?\b", folded[magnitude.end() :])
    number += Decimal("0.5") if half else 0
    end = magnitude.end() + (len(half[0]) if half else 0)
    return replace(term, value=number * _SIZES[name], end=end, size=_SIZES[name], size_word=magnitude[name])


def _following_number(folded: str, end: int) -> re.Match[str] | None:
    gap = re.compile(r" et (?=[0-9])|[ -]?").match(folded, end)
    match = _NUMBER.match(folded, gap.end() if gap else end)
    return match if match and match.end() > match.start() and not match["broken"] else None


def _number(match: re.Match[str], *, magnified: bool) -> Decimal | None:
    """Return the number matched; a magnitude after it makes a single separator a decimal one (« 1.250 M€ »)."""
    if match["half"]:
        return Decimal("0.5")
    if match["quarter"]:
        return Decimal("0.25") if match["quarters"] == "un" else Decimal("0.75")
    if match["tens"]:
        return _tens(match)
    if match["words"]:
        return _words(match["words"])
    if match["hundreds"]:
        return Decimal(match["hundreds"]) * 100
    if match["plain"]:
        grouped = not magnified and re.fullmatch(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}", match[0])
        return Decimal(re.sub("[.,]", "", match[0]) if grouped else match[0].replace(",", "."))
    return _ungroup(match["grouped"]) if match["grouped"] else Decimal(1)


def _ungroup(text: str) -> Decimal:
    fraction = re.search(r"[.,]([0-9]{1,2})$", text)
    whole = text[: fraction.start()] if fraction else text
    return Decimal(re.sub(r"[ '.,]", "", whole) + (f".{fraction[1]}" if fraction else ""))


def _tens(match: re.Match[str]) -> Decimal | None:
    if match["tens_plural"] and match["tens_count"] in (None, "une"):
        return None  # « centaines de milliers d'euros » says no number
    return Decimal(text2num(match["tens_count"] or "une", "fr") * _GROUPS_OF_TEN[match["tens_name"]])


def _words(text: str) -> Decimal | None:
    whole, _, fraction = text.partition(" virgule ")
    try:
        digits = (
            "".join(str(text2num(word, "fr")) for word in re.split(r"(?<=z[ée]ro) ", fraction)) if fraction else "0"
        )
        return Decimal(f"{text2num(whole, 'fr')}.{digits}")
    except ValueError:  # « deux trois » is not one number
        return None


def _with_unit(folded: str, found: Quantity, floor: int) -> Quantity:
    unit = _UNIT.match(folded, found.end)
    if unit and unit[0].strip() == "e" and found.value < 1000:
        unit = None  # « 13 e » is an ordinal
    if unit is None:
        before = _UNIT_BEFORE.search(folded[floor : found.start])
        return replace(found, start=floor + before.start(), unit=True) if before else found
    cents = _CENTS.match(folded, unit.end())
    value = found.value + (Decimal(cents["glued"] or cents["spelt"]) / 100 if cents else 0)
    return replace(found, value=value, end=(cents or unit).end(), unit=True)
