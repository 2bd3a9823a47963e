"""Open XML packages (DOCX): parts and their relations, read as word processors do, though a relation leads nowhere."""

import posixpath
from dataclasses import dataclass
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from bot.documents.formats.xmltree import parsed, usual

_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


@dataclass(frozen=True)
class Relation:
    """What a part refers to: the last word of the relation's type, and the name of a part, "" for one outside."""

    kind: str
    target: str


class Package:
    """The parts of an archive; what is missing is None, what is damaged raises."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._names = {name.lower(): name for name in archive.namelist()}
        self._relations: dict[str, dict[str, Relation]] = {}

    def main(self) -> str:
        """Return the name of the part that is the document; a package that does not say has the usual one."""
        return next(iter(self.related("", "officeDocument")), "word/document.xml")

    def data(self, name: str) -> bytes | None:
        """Return the bytes of a part."""
        found = self._names.get(name.lower())
        return self._archive.read(found) if found is not None else None

    def tree(self, name: str) -> Element | None:
        """Return the root of a part."""
        data = self.data(name)
        return parsed(data) if data is not None else None

    def relations(self, name: str) -> dict[str, Relation]:
        """Return the relations of a part ("" is the package) by their id."""
        if name not in self._relations:
            folder, file = posixpath.split(name)
            tree = self.tree(posixpath.join(folder, "_rels", f"{file}.rels"))
            self._relations[name] = {
                each.get("Id", ""): _relation(each, folder)
                for each in (tree if tree is not None else ())
                if each.tag == _RELATION
            }
        return self._relations[name]

    def related(self, name: str, kind: str) -> list[str]:
        """Return the parts to which a part has relations of one kind, those that are there."""
        return [
            each.target
            for each in self.relations(name).values()
            if each.kind == kind and each.target.lower() in self._names
        ]

    def core_properties(self) -> Element | None:
        """Return the properties that the document declares of itself."""
        parts = self.related("", "core-properties")
        return self.tree(parts[0]) if parts else None


def _relation(element: Element, folder: str) -> Relation:
    kind = usual(element.get("Type", "")).rpartition("/")[2]
    if element.get("TargetMode") == "External":
        return Relation(kind, "")
    target = element.get("Target", "").replace("\\", "/")
    name = posixpath.normpath(target if target.startswith("/") else posixpath.join(folder, target))
    return Relation(kind, name.lstrip("/"))
