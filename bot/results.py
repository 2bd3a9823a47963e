"""What the bot can say to a question: an answer, a clarification, a refusal, or small talk. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from bot.documents.passages import Passage, Source


@dataclass(frozen=True)
class Citation:
    """Where a statement stands: the fiche and its section, the public source, and the words quoted.

    `place` is the page, the slide or the row of a document that has them, in French.
    """

    document: str
    section: str
    title: str
    publisher: str
    url: str
    date: date | None
    quote: str
    place: str = ""


def cite(passage: Passage, quote: str) -> tuple[Citation, ...]:
    """Return one citation for each public source of a passage, with the words quoted from it."""
    return tuple(_citation(passage, source, quote) for source in passage.sources)


def _citation(passage: Passage, source: Source, quote: str) -> Citation:
    return Citation(
        passage.info.document,
        passage.section,
        source.title,
        source.publisher,
        source.url,
        source.date,
        quote,
        passage.place_of(quote),
    )


@dataclass(frozen=True)
class Statement:
    """Words of a fiche, verbatim, or of ours built from facts; with their citations.

    `left_out` is how many lines of its list are not shown, and are offered.
    """

    text: str
    citations: tuple[Citation, ...]
    left_out: int = 0


@dataclass(frozen=True)
class Understood:
    """What a question was taken for: an attribute, an operation, and the scope that it names, as JSON has it."""

    attribute: str
    operation: str
    scope: Mapping[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Answer:
    """Statements that answer, most important first; `edition` is the one they rest on when there is only one.

    `leads` are said before, `notes` after, `then` last: what a conversation goes on with. `understood` is what was
    answered; `parts` are the results of the questions of a double one, each by itself.
    """

    statements: tuple[Statement, ...]
    as_of: date
    topic: str | None = None
    edition: int | None = None
    leads: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    then: str = ""
    understood: tuple[Understood, ...] = field(default=(), compare=False)
    parts: "tuple[Result, ...]" = field(default=(), compare=False)


@dataclass(frozen=True)
class Clarification:
    """A question back: `prompt`, or that of `texts`; `readings` are the questions, or answers, to choose from.

    `before` is said first, as the leads of an answer are.
    """

    readings: tuple[str, ...]
    as_of: date
    topic: str | None = None
    prompt: str = ""
    before: str = ""
    then: str = ""
    understood: tuple[Understood, ...] = field(default=(), compare=False)
    parts: "tuple[Result, ...]" = field(default=(), compare=False)


class Reason(StrEnum):
    """The four kinds of refusal."""

    OUT_OF_SCOPE = "out_of_scope"
    NOT_IN_DOCUMENTS = "not_in_documents"
    UNKNOWN_EDITION = "unknown_edition"
    IN_THE_FUTURE = "in_the_future"


@dataclass(frozen=True)
class Refusal:
    """No answer, and why; `missing` names what is not known, in French, when it can be named."""

    reason: Reason
    as_of: date
    missing: str | None = None
    topic: str | None = None
    edition: int | None = None
    contact: str | None = None
    statements: tuple[Statement, ...] = ()
    before: str = ""
    then: str = ""
    understood: tuple[Understood, ...] = field(default=(), compare=False)
    parts: "tuple[Result, ...]" = field(default=(), compare=False)


@dataclass(frozen=True)
class SmallTalk:
    """Greetings, thanks, a question on the bot itself…; `kind` names the reply in texts, unless `said` is it.

    `command` is that of the bot in Matrix which does what was asked, as one types it; it is then run instead.
    """

    kind: str
    as_of: date
    said: str = ""
    before: str = ""
    then: str = ""
    command: str = ""
    understood: tuple[Understood, ...] = field(default=(), compare=False)
    parts: "tuple[Result, ...]" = field(default=(), compare=False)


Result = Answer | Clarification | Refusal | SmallTalk


@dataclass(frozen=True)
class Option:
    """One thing to answer: `means` tells programs which, `words` are what one would write for it, `label` is shown."""

    means: str
    words: str
    label: str


@dataclass(frozen=True)
class Ask:
    """What a result leaves to be answered with one of a few options.

    « choices » are the readings of a clarification, « answer » is a yes or a no, « whole_list » an offer: of the three
    it alone waits for nothing.
    """

    kind: Literal["choices", "answer", "whole_list"]
    options: tuple[Option, ...]
