"""A page made ready for reading: what is hidden or withdrawn goes, what is no text but says something becomes text."""

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, Tag

from bot.documents.formats.css import Look, Looks
from bot.documents.formats.equations import equation_text
from bot.documents.formats.symbols import as_signs, is_of_signs
from bot.documents.formats.typography import lowered, raised
from bot.documents.losses import Losses

UNSEEN = frozenset(
    {"head", "script", "style", "noscript", "template", "nav", "audio", "video", "canvas", "map", "img", "picture"}
    | {"datalist", "button", "dialog"}
)
STRUCK = frozenset({"del", "s", "strike"})
# The State's design system (fr-…) and the usual names elsewhere.
UNSEEN_CLASS = re.compile(r"(?:^|-)(?:breadcrumb|skiplinks?|sidemenu|sr-only|visually-hidden|cookies?|btn)$")
STRUCK_CLASS = re.compile(r"^(?:(?:text-)?(?:decoration-)?line-through|strike(?:d|through)?|text-strike|barr[eé]e?)$")
RAISED_CLASS = re.compile(r"(?:^|[-_])(?:sup|superscript|exposant|noteref|fnref|footnote-?ref(?:erence)?)$|FootnoteRef")
CALL = re.compile(r"\s*[\[(]?(?:\d{1,3}|\*{1,3})[\])]?\s*")
# What opens at a click: panels of accordions and tabs, slides of a carousel.
UNFOLDED_CLASS = re.compile(r"(?:^|[-_])(?:accordion|collapse|tab-?pane|panel|slide|carousel-item)(?:$|[-_])")
UNSEEN_ROLES = frozenset({"navigation", "button", "menu", "menubar", "search"})
CONTROLS = ("aria-controls", "data-target", "data-bs-target", "popovertarget", "commandfor")
TOGGLES = frozenset({"data-toggle", "data-bs-toggle"})
DEEPEST_FRAME = 3


class Page:
    """Prepares the elements of a page, in place; `withdrawn` stands for what is not told, `called` are its notes."""

    def __init__(self, soup: BeautifulSoup, losses: Losses, *, depth: int = 0, withdrawn: str = "") -> None:
        self._soup = soup
        tags = [tag for tag in soup.descendants if isinstance(tag, Tag)]
        self._looks = Looks(soup, tags)
        self._losses = losses
        self._depth = depth
        self._withdrawn = withdrawn
        self._ids = {str(tag["id"]): tag for tag in reversed(tags) if tag.has_attr("id")}
        self._unfolded = {name for tag in tags for name in _targets(tag)}
        self._has_panels = any(tag.get("role") == "tabpanel" for tag in tags)
        self._tabs = [tag for tag in tags if tag.get("role") == "tab"]
        names = (str(tag["href"])[1:] for tag in tags if tag.name == "a" and _calls(tag))
        self.called = [self._ids[name] for name in dict.fromkeys(names) if name in self._ids]

    def prepare(self) -> None:
        """Leave in the page what a reader sees of it or can unfold, as text and as elements that hold text."""
        self._prepare_children(self._soup)

    def _prepare_children(self, tag: Tag) -> None:
        for child in list(tag.children):
            if isinstance(child, Tag):
                self._prepare_one(child)

    def _prepare_one(self, tag: Tag) -> None:
        if tag.name in _SAID:
            _SAID[tag.name](self, tag)
            return
        look = self._looks.of(tag)
        if self._is_struck(tag, look) or self._is_unseen(tag, bool(look.hidden)):
            _replace(tag, self._withdrawn)
            return
        self._prepare_children(tag)
        self._label_panel(tag)
        if place := _place(tag, look):
            _replace(tag, raised(tag.get_text()) if place == "raised" else lowered(tag.get_text()))
        elif tag.get("role") in ("checkbox", "radio", "switch") and tag.has_attr("aria-checked"):
            tag.insert(0, _box(tag["aria-checked"] == "true"))
        elif is_of_signs(font := _font(tag)):
            _replace(tag, as_signs(tag.get_text(), font))
        elif tag.name == "q":
            tag.insert(0, "« ")
            tag.append(" »")

    def _is_struck(self, tag: Tag, look: Look) -> bool:
        if tag.name in STRUCK or tag.get("role") == "deletion":
            return True
        if look.struck is not None:
            return look.struck
        return any(STRUCK_CLASS.search(name) for name in tag.get_attribute_list("class") if name)

    def _is_unseen(self, tag: Tag, is_hidden: bool) -> bool:
        classes = [name for name in tag.get_attribute_list("class") if name]
        if any(UNSEEN_CLASS.search(name) for name in classes):
            return True
        is_unfolded = tag.get("id") in self._unfolded or tag.get("role") == "tabpanel"
        if tag.name in UNSEEN or tag.get("role") in UNSEEN_ROLES:
            # What opens something is its title.
            opens = tag.name == "button" and any(name in self._ids for name in _targets(tag))
            return not (opens or (tag.name == "dialog" and (is_unfolded or tag.has_attr("open"))))
        is_away = tag.has_attr("hidden") and tag["hidden"] != "until-found"
        if not (is_hidden or is_away or tag.get("aria-hidden") == "true"):
            return False
        return not (is_unfolded or any(UNFOLDED_CLASS.search(name) for name in classes))

    def _label_panel(self, tag: Tag) -> None:
        """Put the name of a tab at the head of its panel; the row of tabs itself goes."""
        if tag.get("role") == "tablist" and self._has_panels:
            tag.extract()
        elif tag.get("role") == "tabpanel":
            named = (
                tab
                for tab in self._tabs
                if tab.get("id") == tag.get("aria-labelledby") or tag.get("id") in _targets(tab)
            )
            label = next(named, None)
            if label is not None and (text := label.get_text().strip()):
                heading = self._soup.new_tag("h6")
                heading.string = text
                tag.insert(0, heading)

    # What is no text

    def _input(self, tag: Tag) -> None:
        kind = str(tag.get("type") or "text").lower()
        if kind in ("checkbox", "radio"):
            _replace(tag, f" {_box(tag.has_attr('checked'))} ")
        elif kind in ("hidden", "submit", "button", "reset", "image", "password", "search", "file", "range", "color"):
            tag.extract()
        else:
            _replace(tag, f" {tag.get('value') or ''} ")

    def _select(self, tag: Tag) -> None:
        options = tag.find_all("option")
        chosen = [option for option in options if option.has_attr("selected")] or options[:1]
        told = ", ".join(option.get_text().strip() for option in chosen)
        others = ", ".join(option.get_text().strip() for option in options)
        _replace(tag, f" {told} (choix : {others}) " if len(options) > len(chosen) else f" {told} ")

    def _equation(self, tag: Tag) -> None:
        text = equation_text(_as_element(tag)) or str(tag.get("alttext") or "").strip()
        if not text:
            self._losses.add("equation")
        _replace(tag, f" {text} " if tag.get("display") == "block" else text)

    def _drawing(self, tag: Tag) -> None:
        if tag.get("aria-hidden") == "true" or self._looks.of(tag).hidden:
            tag.extract()
            return
        _replace(tag, " ".join(each.get_text().strip() for each in tag.find_all("text")))

    def _frame(self, tag: Tag) -> None:
        page = tag.get("srcdoc")
        if page and self._depth < DEEPEST_FRAME:
            inner = BeautifulSoup(str(page), "html.parser")
            Page(inner, self._losses, depth=self._depth + 1).prepare()
            holder = self._soup.new_tag("div")
            holder.extend(list(inner.children))
            tag.replace_with(holder)
            return
        is_seen = not ({str(tag.get("width")), str(tag.get("height"))} & {"0", "1"} or tag.has_attr("hidden"))
        if is_seen and not self._looks.of(tag).hidden and (page or tag.get("src") or tag.get("data-src")):
            self._losses.add("frame")
        tag.extract()

    def _object(self, tag: Tag) -> None:
        if tag.get("data") or tag.get("src"):
            self._losses.add("object")
        tag.extract()

    def _script(self, tag: Tag) -> None:
        kind = str(tag.get("type") or "")
        # MathJax writes equations so.
        if kind.startswith("math/tex"):
            _replace(tag, f" {tag.get_text().strip()} ")
        else:
            tag.extract()


_SAID: dict[str, Callable[[Page, Tag], None]] = {
    "input": Page._input,
    "select": Page._select,
    "math": Page._equation,
    "svg": Page._drawing,
    "iframe": Page._frame,
    "object": Page._object,
    "embed": Page._object,
    "script": Page._script,
}


def _place(tag: Tag, look: Look) -> str:
    """Return whether an element is raised or lowered, by its name, its look, its class or what it leads to."""
    if tag.get("role") == "doc-noteref" or _is_call(tag):
        return "raised"
    if look.place is not None and tag.name not in ("td", "th", "tr"):
        return look.place
    if any(RAISED_CLASS.search(name) for name in tag.get_attribute_list("class") if name):
        return "raised"
    return {"sup": "raised", "sub": "lowered"}.get(tag.name, "")


def _is_call(tag: Tag) -> bool:
    """Whether a link is the call of a note: it leads elsewhere on the page, and is a number or a star."""
    leads = tag.name == "a" and re.match("#.", str(tag.get("href") or ""))
    return bool(leads and CALL.fullmatch(tag.get_text()))


def _calls(link: Tag) -> bool:
    """Whether a link leads to a note of the page."""
    if not re.match("#.", str(link.get("href") or "")):
        return False
    return bool(link.get("role") == "doc-noteref" or _is_call(link) or link.find_parent("sup") or link.find("sup"))


def _targets(tag: Tag) -> set[str]:
    """Return the ids of what an element opens at a click."""
    attributes = tag.attrs
    told = [str(attributes[name]) for name in CONTROLS if name in attributes]
    if "href" in attributes and (TOGGLES & attributes.keys() or attributes.get("role") == "tab"):
        told.append(str(attributes["href"]))
    return {name.removeprefix("#") for names in told for name in names.split() if name.strip("#")}


def _box(is_ticked: bool) -> str:
    return "☑" if is_ticked else "☐"


def _font(tag: Tag) -> str:
    if tag.name == "font":
        return str(tag.get("face") or "")
    found = re.search(r"font-family\s*:\s*([^;,]*)", str(tag.get("style") or ""), re.IGNORECASE)
    return found.group(1) if found else ""


def _replace(tag: Tag, text: str) -> None:
    if text:
        tag.replace_with(NavigableString(text))
    else:
        tag.extract()


def _as_element(tag: Tag) -> Element:
    element = Element(tag.name)
    element.attrib = {name: str(value) for name, value in tag.attrs.items()}
    last: Element | None = None
    for child in tag.children:
        if isinstance(child, Tag):
            last = _as_element(child)
            element.append(last)
        elif type(child) in (NavigableString, CData):
            text = str(child)
            if last is None:
                element.text = (element.text or "") + text
            else:
                last.tail = (last.tail or "") + text
    return element
