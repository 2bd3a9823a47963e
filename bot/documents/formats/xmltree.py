"""XML parts of archives as trees, read safely: names are « {namespace}name », strict Open XML becomes the usual one."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from bot.documents.content import Unusable
from bot.documents.formats.archive import ENTITIES

_STRICT = "http://purl.oclc.org/ooxml/"
_FAMILY = re.compile(r"http://purl\.oclc\.org/ooxml/(\w+)/")


def usual(name: str) -> str:
    """Return a name of strict Open XML as all other files write it; other names as they are."""
    return _FAMILY.sub(r"http://schemas.openxmlformats.org/\1/2006/", name) if name.startswith(_STRICT) else name


def parsed(xml: bytes) -> Element:
    """Return the root of an XML part; one that defines entities is refused, one that is damaged raises ExpatError."""
    builder = TreeBuilder()
    names: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        builder.start(named(tag), {named(name): value for name, value in attributes.items()})

    def named(name: str) -> str:
        found = names.get(name)
        if found is None:
            found = names[name] = f"{{{usual(name)}" if "}" in name else name
        return found

    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda tag: builder.end(named(tag))
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = _refuse_entity
    parser.Parse(xml, True)
    return builder.close()


def outermost(element: Element, tag: str) -> Iterator[Element]:
    """Yield the descendants of that name, in order, but for those inside one of them."""
    for child in element:
        if child.tag == tag:
            yield child
        else:
            yield from outermost(child, tag)


def _refuse_entity(*_: object) -> None:
    raise Unusable(ENTITIES)
