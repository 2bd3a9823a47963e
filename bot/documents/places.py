"""Where in a document a text stands: a page, a slide, a row of a sheet, as a citation names it."""

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["page", "slide", "row"]
WORDS = {"page": ("page", "pages"), "slide": ("diapositive", "diapositives"), "row": ("ligne", "lignes")}


@dataclass(frozen=True)
class Place:
    """The number is what a reader counts from 1; `sheet` is the name of that of a row, "" in a file without sheets."""

    kind: Kind
    number: int
    sheet: str = ""


# Each place with where it begins, in lines or characters, in order.
Places = tuple[tuple[int, Place], ...]


def place_at(places: Places, start: int) -> Place | None:
    """Return the place of what begins at `start`, None when the document has none."""
    index = bisect.bisect_right(places, start, key=lambda each: each[0])
    return places[index - 1][1] if index else None


def told(places: Places, start: int, end: int) -> str:
    """Return the places from `start` to before `end` as a citation has them: « pages 3 et 4 »; "" for none."""
    first, last = place_at(places, start), place_at(places, max(start, end - 1))
    if first is None or last is None:
        return ""
    if first.sheet != last.sheet:
        return f"{_sheet(first)}{_numbered(first, first)} à {_sheet(last)}{_numbered(last, last)}"
    return f"{_sheet(first)}{_numbered(first, last)}"


def _sheet(place: Place) -> str:
    return f"feuille « {place.sheet} », " if place.sheet else ""


def _numbered(first: Place, last: Place) -> str:
    one, many = WORDS[first.kind]
    if first.number == last.number:
        return f"{one} {first.number}"
    joint = "et" if last.number == first.number + 1 else "à"
    return f"{many} {first.number} {joint} {last.number}"


def shifted(places: Places, lines: Sequence[tuple[int, int]]) -> Places:
    """Return places by line as places by character; `lines` gives each line's offset and its number, in order.

    What stands before the first of these lines, as the repeated head of a table does, belongs to it.
    """
    found: list[tuple[int, Place]] = []
    for offset, line in lines:
        place = place_at(places, line)
        if place is not None and (not found or found[-1][1] != place):
            found.append((offset if found else 0, place))
    return tuple(found)
