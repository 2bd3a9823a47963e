"""Whether what a model says is the answer's own sentences. Pure: the last word before a user reads it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.language.forms import forms, leans


class Cause(StrEnum):
    """Why what a model says is not shown; the names of the counters."""

    WORDING = "wording"
    ORDER = "order"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class Refused:
    """What is wrong, and the words at fault."""

    cause: Cause
    words: str


@dataclass(frozen=True)
class Said:
    """One part of the answer, by its place there, in one of its own forms: no letter of it is the model's."""

    part: int
    text: str


@dataclass(frozen=True)
class Judged:
    """What claims come to: the parts that they say, in their order, and what is wrong with them."""

    said: tuple[Said, ...]
    refused: tuple[Refused, ...]


def judged(claims: Sequence[str], parts: Sequence[str]) -> Judged:
    """Return what claims say of an answer; they may be shown when nothing is refused.

    A claim is one or several of the answer's parts, each whole and in one of its forms. All come back, each once.
    """
    found = [_said(claim, parts) for claim in claims]
    said = tuple(one for claim in found if claim for one in claim)
    strange = [Refused(Cause.WORDING, claim[:60]) for claim, one in zip(claims, found, strict=True) if not one]
    return Judged(said, (*strange, *_misplaced(said, parts), *_left_out_or_repeated(said, parts)))


def _said(claim: str, parts: Sequence[str]) -> tuple[Said, ...] | None:
    """Return the parts that a claim is made of; None when it holds anything else."""
    # The longest first: a part may be how another one begins.
    known = sorted(
        ((_plain(text), Said(number, text)) for number, part in enumerate(parts) for text in forms(part)),
        key=lambda one: -len(one[0]),
    )
    left, said = _plain(claim), []
    while left:
        fitting = next(((text, one) for text, one in known if f"{left} ".startswith(f"{text} ")), None)
        if fitting is None:
            return None
        said.append(fitting[1])
        left = left[len(fitting[0]) :].lstrip()
    return tuple(said)


def _misplaced(said: Sequence[Said], parts: Sequence[str]) -> Iterator[Refused]:
    """Yield the parts that may take up the one before them, and no longer follow it."""
    before = dict(zip((one.part for one in said), (None, *(one.part for one in said)), strict=False))
    for number, part in enumerate(parts):
        expected = number - 1 if number else None
        if number in before and before[number] != expected and leans(part):
            yield Refused(Cause.ORDER, part[:60])


def _left_out_or_repeated(said: Sequence[Said], parts: Sequence[str]) -> Iterator[Refused]:
    order = [one.part for one in said]
    yield from (Refused(Cause.INCOMPLETE, part[:60]) for number, part in enumerate(parts) if order.count(number) != 1)


def _plain(text: str) -> str:
    """Return a text without what may differ, since ours is shown: spaces, capitals, apostrophes, commas."""
    return " ".join(text.casefold().replace("’", "'").replace(", ", " ").split())
