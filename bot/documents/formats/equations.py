"""Equations of word processors and of pages (OMML, MathML) as text on one line: « (a + b)/2 », « √(x) », « x^2 »."""

import re
from xml.etree.ElementTree import Element

_SIMPLE = re.compile(r"[\w.,\xa0\u202f%€°]+|\([^()]*\)|\|[^|]*\||.")
_SPACED = frozenset("=≠≈≃≡<>≤≥+−±×÷·⋅→⇒⇔∈∉∪∩∧∨∀∃")
_LARGE = frozenset("∑∏∫⋃⋂")
_INVISIBLE = str.maketrans("", "", "\u2061\u2062\u2063\u2064")
_DEEPEST = 200


def equation_text(root: Element) -> str:
    """Return an equation as text, "" when it holds none. Names may bear a namespace, before a space or a brace."""
    return " ".join(_told(root, 0).translate(_INVISIBLE).split())


def _name(element: Element) -> str:
    return re.split(r"[ }:]", str(element.tag))[-1]


def _attribute(element: Element | None, name: str, default: str) -> str:
    if element is None:
        return default
    return next((value for key, value in element.attrib.items() if re.split(r"[ }:]", key)[-1] == name), default)


def _told(element: Element, depth: int) -> str:
    if depth > _DEEPEST:
        return " ".join("".join(element.itertext()).split())
    name = _name(element)
    if name in _UNSAID:
        return ""
    if name in _LEAVES:
        return _leaf(name, "".join(element.itertext()))
    parts = {_name(child): child for child in element}
    if name in _OFFICE:
        return _office(name, element, parts, depth + 1)
    children = [child for child in element if _name(child) not in _UNSAID]
    if name in _MATHML and len(children) >= _MATHML[name]:
        return _mathml(name, [_told(child, depth + 1) for child in children])
    if name == "semantics":
        children = children[:1]
    told = [_told(child, depth + 1) for child in children]
    if name in _LISTED:
        return _LISTED[name].join(text.strip() for text in told if text.strip())
    if name == "mfenced":
        between = _attribute(element, "separators", ",").strip()[:1]
        return f"{_attribute(element, 'open', '(')}{f'{between} '.join(told)}{_attribute(element, 'close', ')')}"
    return "".join(told) or " ".join((element.text or "").split())


# MathML: leaves, what is no text, and the elements whose children have each their place (how many at least).
_LEAVES = frozenset({"mi", "mn", "mo", "mtext", "ms", "t"})
_UNSAID = frozenset({"annotation", "annotation-xml", "mspace", "mphantom", "phant", "del", "moveFrom"}) | {
    *(f"{name}Pr" for name in ("f", "sSup", "sSub", "sSubSup", "sPre", "rad", "nary", "d", "func", "limLow", "limUpp")),
    *(f"{name}Pr" for name in ("acc", "bar", "box", "borderBox", "groupChr", "eqArr", "m", "oMathPara", "r", "ctrl")),
}
_MATHML = {
    "mfrac": 2,
    "msup": 2,
    "msub": 2,
    "msubsup": 3,
    "msqrt": 1,
    "mroot": 2,
    "munder": 2,
    "mover": 2,
    "munderover": 3,
}
_LISTED = {"mtable": " ; ", "eqArr": " ; ", "m": " ; ", "mtr": " ", "mr": " "}
_OFFICE = frozenset({"f", "sSup", "sSub", "sSubSup", "sPre", "rad", "nary", "d", "func", "limLow", "limUpp"})


def _leaf(name: str, text: str) -> str:
    if name == "t":
        return text
    text = " ".join(text.split())
    return f" {text} " if name == "mo" and text in _SPACED else text


def _grouped(text: str) -> str:
    text = text.strip()
    return text if not text or _SIMPLE.fullmatch(text) else f"({text})"


def _scripted(base: str, below: str = "", above: str = "") -> str:
    below, above = below.strip(), above.strip()
    return (
        f"{base.strip()}{f'_{_grouped(below)}' if below else ''}{f'^{_grouped(above)}' if above else ''}"
        if base.strip() or below or above
        else ""
    )


def _mathml(name: str, told: list[str]) -> str:
    first, *others = told
    if name == "mfrac":
        return f"{_grouped(first)}/{_grouped(others[0])}"
    if name == "msqrt":
        return f"√({''.join(told).strip()})"
    if name == "mroot":
        return f"{_grouped(others[0])}√({first.strip()})"
    below, above = {"msub": (0, None), "munder": (0, None), "msup": (None, 0), "mover": (None, 0)}.get(name, (0, 1))
    scripts = [others[place] if place is not None else "" for place in (below, above)]
    return _scripted(_grouped(first), *scripts) + (" " if first.strip() in _LARGE else "")


def _office(name: str, element: Element, parts: dict[str, Element], depth: int) -> str:
    """Return an element of OMML, whose parts have names: base `e`, `sub`, `sup`, numerator and so on."""

    def part(key: str) -> str:
        return _told(parts[key], depth).strip() if key in parts else ""

    if name == "f":
        return f"{_grouped(part('num'))}/{_grouped(part('den'))}"
    if name == "rad":
        return f"{_grouped(part('deg'))}√({part('e')})"
    if name == "nary":
        sign = _attribute(_property(parts, "naryPr", "chr"), "val", "∫")
        return f"{_scripted(sign, part('sub'), part('sup'))} {part('e')}"
    if name == "d":
        return _fenced(parts, [_told(child, depth).strip() for child in element if _name(child) == "e"])
    if name == "func":
        return f"{part('fName')}{_bracketed(part('e'))}"
    base = part("e") if name.startswith("lim") else _grouped(part("e"))
    below = part("lim") if name == "limLow" else part("sub")
    return _scripted(base, below, part("lim") if name == "limUpp" else part("sup"))


def _property(parts: dict[str, Element], properties: str, name: str) -> Element | None:
    return next((child for child in parts.get(properties, ()) if _name(child) == name), None)


def _fenced(parts: dict[str, Element], texts: list[str]) -> str:
    opened, closed, between = (
        _attribute(_property(parts, "dPr", name), "val", default)
        for name, default in (("begChr", "("), ("endChr", ")"), ("sepChr", "|"))
    )
    return f"{opened}{between.join(texts)}{closed}"


def _bracketed(text: str) -> str:
    return text if text.startswith("(") else f"({text})"
