"""EML to plain Markdown: the subject, who wrote to whom and when, the message; attachments are named."""

import re
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from bot.documents.content import Content, Unusable
from bot.documents.encodings import clean, decode
from bot.documents.formats.html import read_html
from bot.documents.formats.plain import read_plain
from bot.documents.formats.writer import Writer, one_line
from bot.documents.losses import Losses

NOT_A_MESSAGE = "ce n'est pas un message (EML) : vérifiez le fichier ou son extension"
HEADERS = ("from", "to", "subject", "date", "received", "message-id", "mime-version", "return-path")
ANSWER = re.compile(r"^(?:(?:re|tr|fw|fwd|ref)\s?:\s*)+", re.IGNORECASE)


def read_eml(data: bytes) -> Content:
    """Return a message. Raise Unusable when the bytes are none."""
    message = message_from_bytes(data.lstrip(b"\r\n \xef\xbb\xbf"), policy=policy.default)
    if not isinstance(message, EmailMessage) or sum(name in message for name in HEADERS) < 2:
        raise Unusable(NOT_A_MESSAGE)
    subject = _header(message, "subject")
    losses = Losses()
    writer = Writer()
    writer.heading(1, ANSWER.sub("", subject) or subject)
    for name, label in (("from", "De"), ("to", "À"), ("cc", "Copie à"), ("date", "Date")):
        if value := _date_of(message) if name == "date" else _header(message, name):
            writer.line(f"{label} : {value}")
    writer.end_paragraph()
    body = _body(message)
    if body.text:
        writer.raw(body.text)
    if names := _attachments(message, losses):
        writer.paragraph(f"{'Pièces jointes' if len(names) > 1 else 'Pièce jointe'} : {', '.join(names)}")
    losses_found = losses.found() + body.losses
    return Content(writer.text(), title=subject, published=_day(message), losses=losses_found)


def _header(message: EmailMessage, name: str) -> str:
    try:
        value = str(message.get(name, ""))
    except (ValueError, IndexError, AttributeError, LookupError):  # a header that its library cannot read
        value = ""
    return one_line(clean(value))


def _day(message: EmailMessage) -> date | None:
    try:
        return parsedate_to_datetime(_header(message, "date")).date()
    except (ValueError, TypeError):
        return None


def _date_of(message: EmailMessage) -> str:
    day = _day(message)
    return f"{day:%d/%m/%Y}" if day else ""


def _body(message: EmailMessage) -> Content:
    """Return the text of a message; that of its page where the plain one only says that there is a page."""
    plain, page = _part(message, "plain"), _part(message, "html")
    told = read_html(page) if page.strip() else Content("")
    if plain.strip() and len(plain) * 2 >= len(told.text):
        return read_plain(plain)
    return told


def _part(message: EmailMessage, kind: str) -> str:
    parts = [part for part in message.walk() if part.get_content_type() == f"text/{kind}" and not _is_attached(part)]
    return "\n\n".join(filter(None, map(_decoded, parts)))


def _decoded(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload.strip():
        return ""
    try:
        return decode(payload, part.get_content_charset() or "")
    except Unusable:
        return payload.decode("utf-8", "replace")


def _is_attached(part: EmailMessage) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _attachments(message: EmailMessage, losses: Losses) -> list[str]:
    names: list[str] = []
    for part in message.walk():
        if part.is_multipart() and part.get_content_type() != "message/rfc822":
            continue
        if _is_attached(part) or part.get_content_type() == "message/rfc822":
            name = one_line(clean(part.get_filename() or "")) or "message"
            # A picture inside the text is part of its look.
            if part.get_content_disposition() == "inline" and part.get_content_maintype() == "image":
                continue
            names.append(name)
            losses.add("attachment")
    return names
