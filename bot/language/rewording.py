"""An answer in a model's words: the same facts and citations, or the answer as it was."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.language.generation import Message, Model, ModelFault
from bot.language.grounding import Claim, Evidence, Refused, Scope, figures_of, refusals_of, resolved
from bot.language.instructions import Draft, repair_messages, rewording_messages
from bot.results import Answer, Citation, Statement
from bot.texts import day

_FIGURES: Final = 14  # an answer with more of them is a table, and stays one
_LONGEST: Final = 1_800  # characters
_CONTEXT: Final = 6  # sentences around the answer
_LEAST_SECONDS: Final = 0.2  # under which trying once more is no use


@dataclass(frozen=True)
class Reworded:
    """An answer as it is shown: `outcome` names what became of the wish to reword it, `refused` what was held back."""

    answer: Answer
    outcome: str
    refused: tuple[Refused, ...] = ()


def is_wordy(answer: Answer) -> bool:
    """Whether an answer gains by other words: not a table, nor what is said too long to be read at once."""
    evidence = _of_answer(answer)
    length = sum(len(one.text) for one in evidence)
    return bool(evidence) and length <= _LONGEST and sum(len(figures_of(one)) for one in evidence) <= _FIGURES


def reword(
    answer: Answer,
    around: Sequence[Statement],
    scope: Scope,
    model: Model,
    until: float,
    clock: Callable[[], float] = time.monotonic,
) -> Reworded:
    """Return the answer in the model's words when the guard lets them pass; `until` is a time of `clock`, in seconds.

    `around` are the sentences beside those of the answer: they help to word it, no figure is taken from them.
    """
    evidence = (*_of_answer(answer), *_evidence("P", around[:_CONTEXT], is_answer=False))
    messages: list[Message] = rewording_messages(scope.question, (*answer.leads, *answer.notes), evidence)
    refused: tuple[Refused, ...] = ()
    for attempt in ("reworded", "repaired"):
        left = until - clock()
        if left < _LEAST_SECONDS:
            return Reworded(answer, "timeout", refused)
        try:
            draft = model.ask(messages, Draft, left)
        except ModelFault as fault:
            return Reworded(answer, str(fault.cause), refused)
        if draft.unanswerable or not draft.claims:
            return Reworded(answer, "unanswerable", refused)
        now_refused = refusals_of(draft.as_claims(), evidence, scope)
        if not now_refused:
            return Reworded(_in_words(answer, draft.as_claims(), evidence, around), attempt, refused)
        refused = (*refused, *now_refused)
        messages = [*messages, *repair_messages(draft, now_refused)]
    return Reworded(answer, "guard", refused)


def _of_answer(answer: Answer) -> tuple[Evidence, ...]:
    return _evidence("A", answer.statements, is_answer=True)


def _evidence(letter: str, statements: Sequence[Statement], *, is_answer: bool) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            f"{letter}{number}",
            one.text,
            " ; ".join(dict.fromkeys(cited.section for cited in one.citations)),
            " ; ".join(dict.fromkeys(map(_source, one.citations))),
            is_answer,
        )
        for number, one in enumerate(statements, start=1)
    )


def _source(cited: Citation) -> str:
    published = day(cited.date) if cited.date else ""
    return f"{cited.title} ({', '.join(part for part in (cited.publisher, published) if part)}) {cited.url}".strip()


def _in_words(
    answer: Answer, claims: Sequence[Claim], evidence: Sequence[Evidence], around: Sequence[Statement]
) -> Answer:
    """Return the answer with the claims as its statements, each citing the words that were found in its evidence."""
    statements = dict(zip((one.id for one in evidence), (*answer.statements, *around), strict=False))
    return replace(answer, statements=tuple(_statement(one, evidence, statements) for one in claims))


def _statement(claim: Claim, evidence: Sequence[Evidence], statements: dict[str, Statement]) -> Statement:
    cited = (
        replace(citation, quote=words)
        for one, words in resolved(claim, evidence)
        for citation in statements[one.id].citations
    )
    return Statement(claim.text.strip(), tuple(dict.fromkeys(cited)))
