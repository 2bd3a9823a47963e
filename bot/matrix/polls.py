"""Polls as clients of today write them (MSC3381, its unstable names): ours, and what people answer to them. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

_PREFIX: Final = "org.matrix.msc3381.poll"
_TEXT: Final = "org.matrix.msc1767.text"
START: Final = f"{_PREFIX}.start"
END: Final = f"{_PREFIX}.end"
STARTS: Final = (START, "m.poll.start")
_RESPONSE: Final = f"{_PREFIX}.response"
RESPONSES: Final = (_RESPONSE, "m.poll.response")


def poll(question: str, answers: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the content of a poll of one choice; `answers` are ids with what is shown."""
    shown = [f"{number}. {label}" for number, (_, label) in enumerate(answers, start=1)]
    return {
        _TEXT: "\n".join([question, *shown]),
        START: {
            "kind": f"{_PREFIX}.disclosed",
            "max_selections": 1,
            "question": _text(question) | {"body": question, "msgtype": "m.text"},
            "answers": [{"id": name} | _text(label) for name, label in answers],
        },
    }


def end(text: str) -> dict[str, Any]:
    """Return the content that ends a poll, without its relation."""
    return _text(text) | {END: {}}


def selected(content: Mapping[str, Any]) -> str | None:
    """Return the answer that a response gives, the first of several; None when it gives none, or is malformed."""
    for name in RESPONSES:
        told = content.get(name)
        if isinstance(told, Mapping):
            return _first(told.get("answers"))
    return _first(content.get("m.selections"))


def _first(answers: object) -> str | None:
    return answers[0] if isinstance(answers, list) and answers and isinstance(answers[0], str) else None


def _text(text: str) -> dict[str, Any]:
    return {_TEXT: text}
