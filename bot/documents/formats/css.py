"""What the styles of a page make of its text: struck, hidden or raised, by style sheets inside it and by attributes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup
from bs4.element import Tag

_AT_RULE = re.compile(r"@[\w-]+[^{};]*")
_DECORATION = re.compile(r"text-decoration(?:-line)?\s*:([^;]*)")
_DISPLAY = re.compile(r"(?<![\w-])display\s*:\s*([\w-]+)")
_VISIBILITY = re.compile(r"(?<![\w-])visibility\s*:\s*(\w+)")
_AWAY = re.compile(r"(?<![\w-])(?:left|text-indent)\s*:\s*-\d{4,}px|(?<![\w-])font-size\s*:\s*0(?![\d.])")
_SHIFTED = re.compile(r"(?<![\w-])(?:top\s*:\s*-|bottom\s*:\s*)[.\d]*[1-9]")
_ALIGNED = re.compile(r"(?<![\w-])vertical-align\s*:\s*([^;]*)")
_SIMPLE = re.compile(r"([a-z][a-z0-9]*)?((?:[.#][\w-]+)*)")
_NAMES = re.compile(r"[.#][\w-]+")
# Of the selectors that take a walk through the whole page each.
_MOST_WALKS = 100


@dataclass
class Look:
    """What is said of an element; None where nothing is."""

    struck: bool | None = None
    hidden: bool | None = None
    place: str | None = None  # "raised", "lowered" or ""

    def __bool__(self) -> bool:
        return (self.struck, self.hidden, self.place) != (None, None, None)

    def over(self, below: "Look") -> "Look":
        """Return this look, and for what it does not say the one below."""
        return Look(
            below.struck if self.struck is None else self.struck,
            below.hidden if self.hidden is None else self.hidden,
            below.place if self.place is None else self.place,
        )


class Looks:
    """The looks of the elements of a page."""

    def __init__(self, soup: BeautifulSoup, tags: list[Tag]) -> None:
        self._by_element: dict[int, Look] = {}
        self._walks = 0
        rules = [rule for sheet in tags if sheet.name == "style" for rule in _rules(sheet)]
        if not rules:
            return
        index = _index(tags)
        for selector, look in rules:
            for tag in self._selected(soup, selector, index):
                self._by_element[id(tag)] = look.over(self._by_element.get(id(tag), Look()))

    def of(self, tag: Tag) -> Look:
        """Return how an element shows: by its own attribute first."""
        sheets = self._by_element.get(id(tag), Look())
        style = tag.get("style")
        return _look(str(style).lower()).over(sheets) if style else sheets

    def _selected(self, soup: BeautifulSoup, selector: str, index: dict[str, list[Tag]]) -> list[Tag]:
        """Return the elements that a selector is about; none when it names what the page has not, or no element."""
        names = _NAMES.findall(selector)
        if not selector or ":" in selector or any(name not in index for name in names):
            return []
        if simple := _SIMPLE.fullmatch(selector):
            kinds = [index.get(name, []) for name in ([simple[1]] if simple[1] else []) + names]
            wanted = [set(map(id, kind)) for kind in kinds[1:]]
            return [tag for tag in kinds[0] if all(id(tag) in kind for kind in wanted)] if kinds else []
        self._walks += 1
        if self._walks > _MOST_WALKS:
            return []
        try:
            return list(soup.select(selector))
        except ValueError:  # what is no selector
            return []


def _rules(sheet: Tag) -> Iterator[tuple[str, Look]]:
    """Yield the rules of a style sheet that matter here, those for print left out."""
    media = str(sheet.get("media") or "all").lower()
    if "print" in media and "screen" not in media:
        return
    for rule in _for_screens(_without_comments(sheet.get_text())).split("}"):
        selectors, _, declarations = rule.rpartition("{")
        if look := _look(declarations.lower()):
            yield from ((selector.strip(), look) for selector in selectors.rpartition(";")[2].split(","))


def _without_comments(css: str) -> str:
    """Return a sheet without its comments; one that is never closed goes to the end."""
    first, *others = css.replace("<!--", "").replace("-->", "").split("/*")
    return first + "".join(each.partition("*/")[2] for each in others)


def _for_screens(css: str) -> str:
    """Return a sheet without its blocks for print, for narrow screens and so on, those for all screens opened up."""
    kept: list[str] = []
    start = 0
    while found := _AT_RULE.search(css, start):
        kept.append(css[start : found.start()])
        start = found.end()
        if css[start : start + 1] != "{":
            continue
        end = _end_of_block(css, start)
        condition = found.group().lower()
        if condition.startswith("@media") and re.fullmatch(r"@media\s+(?:only\s+)?(?:all|screen)\s*", condition):
            kept.append(css[start + 1 : end - 1])
        start = end
    return "".join([*kept, css[start:]])


def _end_of_block(css: str, start: int) -> int:
    depth = 0
    for brace in re.compile(r"[{}]").finditer(css, start):
        depth += 1 if brace.group() == "{" else -1
        if depth == 0:
            return brace.end()
    return len(css)


def _look(declarations: str) -> Look:
    decoration, display = _DECORATION.findall(declarations), _DISPLAY.findall(declarations)
    visibility, aligned = _VISIBILITY.findall(declarations), _ALIGNED.findall(declarations)
    hidden: bool | None = True if _AWAY.search(declarations) else None
    if display or visibility:
        hidden = display[-1:] == ["none"] or visibility[-1:] in (["hidden"], ["collapse"])
    return Look(
        struck="line-through" in decoration[-1] if decoration else None,
        hidden=hidden,
        place=_place(aligned[-1].split("!")[0].strip()) if aligned else _shifted(declarations),
    )


def _place(aligned: str) -> str:
    if aligned in ("super", "text-top") or re.match(r"\+?(?:[1-9]|0?\.\d)", aligned):
        return "raised"
    return "lowered" if aligned == "sub" or aligned.startswith("-") else ""


def _shifted(declarations: str) -> str | None:
    is_relative = re.search(r"(?<![\w-])position\s*:\s*relative", declarations)
    return "raised" if is_relative and _SHIFTED.search(declarations) else None


def _index(tags: list[Tag]) -> dict[str, list[Tag]]:
    """Return the elements by name, by `.class` and by `#id`."""
    found: dict[str, list[Tag]] = {}
    for tag in tags:
        classes = (f".{name}" for name in tag.get_attribute_list("class") if name)
        for key in (tag.name, *classes, *([f"#{tag['id']}"] if tag.has_attr("id") else [])):
            found.setdefault(key, []).append(tag)
    return found
