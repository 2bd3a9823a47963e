"""From a file's bytes and kind to its content: the one list of the formats that are read."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

from bot.documents.content import Content, Limits, Unusable
from bot.documents.encodings import decode
from bot.documents.formats.markdown import HTML_BLOCK, read_markdown, split_front_matter

KINDS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".odt": "odt",
    ".pptx": "pptx",
    ".pptm": "pptx",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".csv": "csv",
    ".tsv": "csv",
    ".eml": "eml",
}
BINARY = frozenset({"pdf", "docx", "odt", "pptx", "xlsx", "eml"})
EMPTY = "fichier vide : supprimez-le ou remplissez-le"
NO_TEXT = "document sans texte : vérifiez son contenu"
TOO_LONG = "texte trop long : découpez le document en plusieurs fichiers"
HARMLESS_SIZE = 65_536
CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*+=\s*+(?:[\"']\s*+)?([\w.:-]{1,40})", re.IGNORECASE)
HTML_BLOCK_BYTES = re.compile(HTML_BLOCK.pattern.encode(), re.IGNORECASE)


def is_harmless(kind: str, data: bytes) -> bool:
    """Whether reading takes little time and memory whatever the bytes: then no child process is needed."""
    if kind not in ("markdown", "text") or len(data) > HARMLESS_SIZE:
        return False
    return HTML_BLOCK_BYTES.search(data.replace(b"\0", b"")) is None


def parse(kind: str, data: bytes, limits: Limits) -> Content:
    """Return the content of a file of that kind. Raise Unusable with the reason; anything else means damage."""
    if not data.strip():
        raise Unusable(EMPTY)
    content = _parse_binary(kind, data, limits) if kind in BINARY else _parse_text(kind, data)
    if not content.text.strip():
        raise Unusable(NO_TEXT)
    if len(content.text) > limits.text_length:
        raise Unusable(TOO_LONG)
    return content


def parse_chunk(name: str, data: bytes) -> Content | None:
    """Return the content of a part of another document, by its name; None when it is of a kind that is not read."""
    ending = PurePosixPath(name).suffix.lower()
    if ending in (".mht", ".mhtml"):
        data, ending = _page_of(data), ".html"
    kind = {**KINDS, ".xhtml": "html"}.get(ending, "html" if b"<html" in data[:1000].lower() else "")
    if kind not in ("html", "text"):
        return None
    try:
        return _parse_text(kind, data)
    except Unusable:
        return None


def _page_of(archive: bytes) -> bytes:
    """Return the HTML of a web archive (MHTML), nothing when it has none."""
    from email import message_from_bytes

    pages = (part for part in message_from_bytes(archive).walk() if part.get_content_type() == "text/html")
    found = next(pages, None)
    payload = found.get_payload(decode=True) if found is not None else b""
    return payload if isinstance(payload, bytes) else b""


def _parse_binary(kind: str, data: bytes, limits: Limits) -> Content:
    # Imported when needed: each library takes a quarter of a second, and most folders hold Markdown only.
    if kind == "pdf":
        from bot.documents.formats.pdf import read_pdf

        return read_pdf(data)
    if kind == "docx":
        from bot.documents.formats.word import read_docx

        return read_docx(data, limits)
    if kind == "pptx":
        from bot.documents.formats.slides import read_pptx

        return read_pptx(data, limits)
    if kind == "xlsx":
        from bot.documents.formats.workbook import read_xlsx

        return read_xlsx(data, limits)
    if kind == "eml":
        from bot.documents.formats.mail import read_eml

        return read_eml(data)
    from bot.documents.formats.opendocument import read_odt

    return read_odt(data, limits)


def _parse_text(kind: str, data: bytes) -> Content:
    declared = CHARSET.search(data[:4096]) if kind == "html" else None
    text = decode(data, declared.group(1).decode("ascii") if declared else "")
    if not text.strip():
        raise Unusable(EMPTY)
    if kind == "csv":
        from bot.documents.formats.delimited import read_delimited

        return read_delimited(text)
    front_matter, body = split_front_matter(text)
    return replace(_text_reader(kind)(body), front_matter=front_matter)


def _text_reader(kind: str) -> Callable[[str], Content]:
    if kind == "html":
        from bot.documents.formats.html import read_html

        return read_html
    if kind == "text":
        from bot.documents.formats.plain import read_plain

        return read_plain
    return read_markdown
