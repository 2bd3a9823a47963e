"""Letters that a font or a program wrote as a letter and an accent beside it, made one letter again."""

import re
import unicodedata

# A spacing accent, and the mark that composes with a letter.
COMBINING = {
    "´": "\u0301",
    "ˊ": "\u0301",
    "`": "\u0300",
    "ˋ": "\u0300",
    "ˆ": "\u0302",
    "^": "\u0302",
    "¨": "\u0308",
    "˜": "\u0303",
    "~": "\u0303",
    "¸": "\u0327",
    "ˇ": "\u030c",
    "˚": "\u030a",
}
# What a text may hold for itself, outside a page that draws its letters one by one.
ASCII_ACCENTS = frozenset("`^~")
_LETTERS = "a-zA-ZıœŒæÆ"
_BESIDE = re.compile(f"(?<=[{_LETTERS}])[´ˊ`ˋˆ^¨˜~¸ˇ˚](?:[ \xa0])?|[´ˊ`ˋˆ^¨˜~¸ˇ˚](?=[{_LETTERS}])")
_COMPOSED = frozenset("àâäçéèêëîïíìôöóòõûüùúñãáÿÀÂÄÇÉÈÊËÎÏÍÌÔÖÓÒÕÛÜÙÚÑÃÁŸšžčřěŠŽČŘĚåÅ")


def composed(letter: str, accent: str) -> str:
    """Return a letter under a spacing accent as one, "" when there is none such in the languages that are read."""
    letter = {"ı": "i", "ȷ": "j"}.get(letter, letter)
    made = unicodedata.normalize("NFC", letter + COMBINING.get(accent, ""))
    return made if len(made) == 1 and made in _COMPOSED else ""


def recomposed(text: str, *, drawn: bool = False) -> str:
    """Return a text with its spacing accents put on the letters beside them: « pr´elev´ee » and « pre´leve´e » alike.

    A text writes its accents on one side; where either letter could bear one, the side that the others show decides.
    `drawn` says that the letters come from a page: then « ` », « ^ » and « ~ » are accents too.
    """
    places = [match.start() for match in _BESIDE.finditer(text) if _is_accent(text, match.start(), drawn)]
    if not places:
        return text
    before, after = set(), set()  # the accents that the letter before them, or after them, can bear
    for place in places:
        if place and composed(text[place - 1], text[place]):
            before.add(place)
        if place + 1 < len(text) and composed(text[place + 1], text[place]):
            after.add(place)
    follow = len(after - before) - len(before - after)
    pieces, start = list[str](), 0
    for place in places:
        if place < start or place not in before | after:
            continue
        if place in after and (place not in before or _bears_next(text, place, follow)):
            pieces += [text[start:place], composed(text[place + 1], text[place])]
            start = place + 2
        elif place - 1 >= start:
            pieces += [text[start : place - 1], composed(text[place - 1], text[place])]
            start = place + 1
    return "".join([*pieces, text[start:]])


def _is_accent(text: str, place: int, drawn: bool) -> bool:
    if text[place] not in ASCII_ACCENTS:
        return True
    return drawn and not text[place + 1 : place + 2].isdigit()


def _bears_next(text: str, place: int, follow: int) -> bool:
    """Whether the letter after an accent bears it, where both could."""
    accent, previous = text[place], text[place - 1]
    if accent == "¸":
        return False
    # Without a sign of either side: « ée », « éa » and « éu » are French, and so are « oû », « aî », « ié » and « oë ».
    return follow > 0 if follow else not (previous in "eE" and COMBINING[accent] == "\u0301")
