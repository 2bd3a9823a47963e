"""What the styles of an ODT document make of its text: struck, hidden, raised, in a font of signs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

_OASIS: Final = "urn:oasis:names:tc:opendocument:xmlns:"
TEXT, STYLE, FORMAT = (f"{{{_OASIS}{name}:1.0}}" for name in ("text", "style", "xsl-fo-compatible"))


@dataclass(frozen=True)
class Look:
    """How text shows; None where nothing is said. `place` is "raised", "lowered" or ""."""

    struck: bool | None = None
    hidden: bool | None = None
    place: str | None = None
    font: str | None = None

    def over(self, below: "Look") -> "Look":
        """Return this look, and for what it does not say the one below."""
        return Look(
            below.struck if self.struck is None else self.struck,
            below.hidden if self.hidden is None else self.hidden,
            below.place if self.place is None else self.place,
            below.font if self.font is None else self.font,
        )


class Styles:
    """The styles of a document, each with those it is made from (a file may have them turn in circles)."""

    def __init__(self, content: Element, styles: Element | None) -> None:
        self._styles: dict[tuple[str, str], Element] = {}
        self._looks: dict[tuple[str, str], Look] = {}
        for part in (styles, content):
            for style in part.iter() if part is not None else ():
                if style.tag in (f"{STYLE}style", f"{STYLE}default-style"):
                    self._styles[style.get(f"{STYLE}family", ""), style.get(f"{STYLE}name", "")] = style

    def look(self, family: str, name: str) -> Look:
        """Return what a style makes of text, those it is made from included."""
        if (family, name) not in self._looks:
            look = Look()
            for style in self._chain(family, name):
                look = look.over(_look(style.find(f"{STYLE}text-properties")))
            self._looks[family, name] = look
        return self._looks[family, name]

    def is_title(self, name: str) -> bool:
        """Whether a paragraph's style is « Title », or made from it, as LibreOffice does for each change."""
        return name == "Title" or any(
            style.get(f"{STYLE}parent-style-name") == "Title" for style in self._chain("paragraph", name)
        )

    def _chain(self, family: str, name: str) -> Iterator[Element]:
        seen: set[str] = set()
        while name and name not in seen and (family, name) in self._styles:
            seen.add(name)
            style = self._styles[family, name]
            yield style
            name = style.get(f"{STYLE}parent-style-name", "")
        if family == "paragraph" and (family, "") in self._styles:
            yield self._styles[family, ""]  # the default


def _look(properties: Element | None) -> Look:
    if properties is None:
        return Look()
    through = [properties.get(f"{STYLE}text-line-through-{name}") for name in ("style", "type")]
    told = [value != "none" for value in through if value]
    display = properties.get(f"{TEXT}display")
    position = properties.get(f"{STYLE}text-position")
    return Look(
        struck=all(told) if told else None,
        hidden=display == "none" if display else None,
        place=_place(position) if position else None,
        font=properties.get(f"{STYLE}font-name") or properties.get(f"{FORMAT}font-family"),
    )


def _place(position: str) -> str:
    height = position.split()[0] if position.split() else "0%"
    if height == "super":
        return "raised"
    if height == "sub" or height.startswith("-"):
        return "lowered"
    return "raised" if height.strip("0.%") else ""
