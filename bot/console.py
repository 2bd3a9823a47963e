"""Questions from the terminal or standard input, answers as text or JSON lines."""

import json
import logging
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, BinaryIO

from bot import texts
from bot.errors import UserError
from bot.results import Answer, Clarification, Refusal, Result

_LONGEST_LINE = 200_000  # bytes
_NOT_UTF_8 = "Cette ligne n'est pas du texte UTF-8 : enregistrez vos questions en UTF-8."
# Not ends of lines in JSON, but they are for some of those who read it.
_LINE_ENDS = str.maketrans({"\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})

_log = logging.getLogger("bot")

Ask = Callable[[str], Result]


def read_lines(stream: BinaryIO) -> Iterator[str | UserError]:
    """Yield each line of a byte stream as soon as it is read, without its end; a UserError for one that is unusable."""
    while line := stream.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := stream.readline(_LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            yield UserError("Cette ligne est trop longue : posez votre question en quelques phrases.")
            continue
        try:
            yield line.decode("utf-8-sig").rstrip("\r\n")
        except UnicodeDecodeError:
            yield UserError(_NOT_UTF_8)


def answer_as_json(question: str | UserError, ask: Ask) -> dict[str, Any]:
    """Return the JSON object of one question; never raises, a fault becomes a line with a reference."""
    started = time.perf_counter()
    try:
        if isinstance(question, str) and any("\ud800" <= character <= "\udfff" for character in question):
            question = UserError(_NOT_UTF_8)  # bytes given as an argument of the command
        if isinstance(question, UserError):
            raise question
        found = _fields(ask(question))
    except UserError as error:
        found = _error(str(error))
    except Exception:  # noqa: BLE001 - one question's fault must not take the others with it
        found = _error(fault_message())
    text = "" if isinstance(question, UserError) else question
    return {"question": text, **found, "elapsed_ms": round((time.perf_counter() - started) * 1000, 1)}


def fault_message() -> str:
    """Log the exception being handled under a short reference; return the sentence that gives it to the user."""
    reference = uuid.uuid4().hex[:8]
    _log.exception("fault reference=%s", reference)
    return f"Une erreur interne s'est produite (référence {reference}) : signalez-la à l'équipe qui gère le bot."


def _error(text: str) -> dict[str, Any]:
    return {
        "status": "error",
        "reason": None,
        "text": text,
        "topic": None,
        "edition": None,
        "as_of": None,
        "citations": [],
        "acts": [],
        "parts": [],
    }


def _fields(result: Result) -> dict[str, Any]:
    return {
        "status": status_of(result),
        "reason": str(result.reason) if isinstance(result, Refusal) else None,
        "text": texts.render(result),
        "topic": getattr(result, "topic", None),
        "edition": getattr(result, "edition", None),
        "as_of": result.as_of.isoformat(),
        "citations": [
            {
                "document": one.document,
                "section": one.section,
                "title": one.title,
                "publisher": one.publisher,
                "url": one.url,
                "date": one.date.isoformat() if one.date else None,
                "quote": one.quote,
                # Of documents that have pages, slides or rows.
                **({"place": one.place} if one.place else {}),
            }
            for one in texts.citations(result)
        ],
        "acts": [
            {"attribute": one.attribute, "operation": one.operation, "scope": dict(one.scope)}
            for one in result.understood
        ],
        "parts": [_part(one) for one in result.parts],
    }


def _part(result: Result) -> dict[str, Any]:
    """Return what one question of a double one came to."""
    fields = _fields(result)
    return {name: fields[name] for name in ("status", "reason", "text", "topic", "edition")}


def status_of(result: Result) -> str:
    """Return the status that the contract gives to a result."""
    if isinstance(result, Answer):
        return "answered"
    if isinstance(result, Clarification):
        return "clarify"
    return "refused" if isinstance(result, Refusal) else "smalltalk"


def write_json(value: dict[str, Any]) -> None:
    """Write one JSON line to standard output at once."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False).translate(_LINE_ENDS) + "\n")
    sys.stdout.flush()


def parse_day(text: str) -> date:
    """Return the day written YYYY-MM-DD; UserError otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError(f"« {text} » n'est pas une date : écrivez-la AAAA-MM-JJ, par exemple 2026-11-21.") from None
