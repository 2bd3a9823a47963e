"""What the styles of a Word document make of its text: struck, hidden, raised, in a font of signs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_POSITION = re.compile(r"(-?)\+?(\d{1,4}(?:\.\d+)?)(pt)?$")
_TOGGLED = ("strike", "vanish")
_FALSE = frozenset({"0", "false", "off", "none"})


@dataclass(frozen=True)
class Look:
    """How a run shows. `place` is "raised", "lowered" or ""; `font` is "" when nothing names it."""

    struck: bool
    hidden: bool
    place: str
    font: str


class Styles:
    """The styles of a document, each with those it is based on (a file may have them turn in circles)."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._default: dict[str, str] = {}
        self._looks: dict[str, dict[str, str]] = {}
        self._defaults: dict[str, str] = {}
        for style in root if root is not None else ():
            if style.tag == f"{W}style":
                name = style.get(f"{W}styleId", "")
                self._styles[name] = style
                if style.get(f"{W}default", "0") not in _FALSE:
                    self._default.setdefault(style.get(f"{W}type", ""), name)
            elif style.tag == f"{W}docDefaults":
                self._defaults = properties(style.find(f"{W}rPrDefault/{W}rPr"))

    def of_paragraph(self, paragraph: Element) -> list[Element]:
        """Return the style of a paragraph and those it is based on, nearest first."""
        return list(self._chain(self._named(paragraph, "pPr", "pStyle", "paragraph")))

    def look(self, run: Element, paragraph: Element | None, table: Element | None) -> Look:
        """Return how a run shows: by itself, by its style, by those of its paragraph and table, by the defaults."""
        own = properties(run.find(f"{W}rPr"))
        levels = [
            self._told_by(self._named(run, "rPr", "rStyle", "")),
            self._told_by(self._named(paragraph, "pPr", "pStyle", "paragraph")),
            self._told_by(self._named(table, "tblPr", "tblStyle", "table") if table is not None else ""),
        ]
        values = {
            key: own.get(key) or next((level[key] for level in levels if key in level), self._defaults.get(key, ""))
            for key in ("dstrike", "vertAlign", "position", "font")
        }
        for key in _TOGGLED:
            # Such a property of a style turns that of another one round.
            told = [level[key] for level in levels if key in level]
            turned = "1" if sum(value == "1" for value in told) % 2 else "0"
            values[key] = own.get(key) or (turned if told else self._defaults.get(key, "0"))
        return Look(
            struck="1" in (values["strike"], values["dstrike"]),
            hidden=values["vanish"] == "1",
            place=_place(values["vertAlign"], values["position"]),
            font=values["font"],
        )

    def _named(self, element: Element | None, properties_name: str, name: str, kind: str) -> str:
        found = element.find(f"{W}{properties_name}/{W}{name}") if element is not None else None
        return found.get(f"{W}val", "") if found is not None else self._default.get(kind, "")

    def _chain(self, name: str) -> Iterator[Element]:
        seen: set[str] = set()
        while name in self._styles and name not in seen:
            seen.add(name)
            yield self._styles[name]
            based = self._styles[name].find(f"{W}basedOn")
            name = based.get(f"{W}val", "") if based is not None else ""

    def _told_by(self, name: str) -> dict[str, str]:
        """Return the properties that a style gives to text, its own before those it is based on."""
        if name not in self._looks:
            told: dict[str, str] = {}
            for style in self._chain(name):
                told = properties(style.find(f"{W}rPr")) | told
            self._looks[name] = told
        return self._looks[name]


def is_on(element: Element | None) -> bool:
    """Whether a property that is only there or not is there, and not turned off."""
    return element is not None and element.get(f"{W}val", "1") not in _FALSE


def properties(element: Element | None) -> dict[str, str]:
    """Return what a `w:rPr` says of what matters here."""
    told: dict[str, str] = {}
    for child in element if element is not None else ():
        name = str(child.tag).removeprefix(W)
        if name in ("strike", "dstrike", "vanish"):
            told[name] = "1" if is_on(child) else "0"
        elif name in ("vertAlign", "position"):
            told[name] = child.get(f"{W}val", "")
        elif name == "rFonts":
            told["font"] = child.get(f"{W}ascii") or child.get(f"{W}hAnsi") or ""
    return {key: value for key, value in told.items() if value}


def _place(align: str, position: str) -> str:
    if align in ("superscript", "subscript"):
        return "raised" if align == "superscript" else "lowered"
    found = _POSITION.match(position)
    # In half points, or as strict Open XML writes it, « 3pt »; less than two points is no more than an adjustment.
    if found is None or float(found[2]) * (2 if found[3] else 1) < 4:
        return ""
    return "lowered" if found[1] else "raised"
