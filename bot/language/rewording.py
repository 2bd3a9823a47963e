"""An answer in the order and forms that a model chooses: the same sentences and citations, or the answer as it was."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.language.forms import forms
from bot.language.generation import Model, ModelFault
from bot.language.grounding import Refused, Said, judged
from bot.language.instructions import Draft, rewording_messages
from bot.results import Answer, Statement

_LONGEST: Final = 1_800  # characters


@dataclass(frozen=True)
class Reworded:
    """An answer as it is shown: `outcome` names what became of the wish to reword it, `refused` what was held back."""

    answer: Answer
    outcome: str
    refused: tuple[Refused, ...] = ()


def is_wordy(answer: Answer) -> bool:
    """Whether a model has anything to choose in an answer; not in a table, nor in one too long to be read at once."""
    parts = _parts(answer)
    has_choice = len(parts) > 1 or any(len(forms(one)) > 1 for one in parts)
    return has_choice and sum(map(len, parts)) <= _LONGEST and not any("\n" in one for one in parts)


def reword(answer: Answer, question: str, model: Model, seconds: float) -> Reworded:
    """Return the answer as the model words it within so many seconds, when the guard lets it pass."""
    parts = _parts(answer)
    try:
        draft = model.ask(rewording_messages(question, parts), Draft, seconds)
    except ModelFault as fault:
        return Reworded(answer, str(fault.cause))
    if not draft.claims:
        return Reworded(answer, "unchanged")
    found = judged(draft.claims, parts)
    if found.refused:
        return Reworded(answer, "guard", found.refused)
    return Reworded(_in_words(answer, found.said), "reworded")


def _parts(answer: Answer) -> tuple[str, ...]:
    return tuple(one.text for one in answer.statements)


def _in_words(answer: Answer, said: Sequence[Said]) -> Answer:
    return replace(answer, statements=tuple(Statement(one.text, answer.statements[one.part].citations) for one in said))
