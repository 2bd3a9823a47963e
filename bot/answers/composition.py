"""How an answer is fitted to a phone's screen: long lists cut, a question or two to go on with. Pure."""

import re
from dataclasses import replace
from typing import Final

from bot import talk_texts
from bot.results import Answer, Citation, Result, Statement

_LINES: Final = 12  # of a list, shown at most
_LONG: Final = 900  # characters from which the lines of a list lose their descriptions
_BULLET: Final = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s")
# « - Name : what it does — montant accordé : 230 000 €. »
_DESCRIBED: Final = re.compile(r"^(\s*[-*•] [^:—]{2,90}?) : [^—]{15,}? — (.+)$")

SUGGESTED: Final = {
    "cap": ("et le taux ?", "quel budget pour avoir le maximum ?"),
    "rate": ("quel est le plafond ?", "faire une simulation"),
    "simulate": ("détaille", "quel budget pour avoir le maximum ?"),
    "budget_for_maximum": ("détaille",),
    "laureates": ("et le nombre de candidatures ?",),
    "laureate_award": ("à quoi ça sert ?",),
    "call_status": ("suis-je éligible ?",),
    "deadline": ("qui sont les lauréats ?",),
}


def presented(result: Result, topic_before: str | None) -> Result:
    """Return a result cut to the screen, with suggestions when its topic is a new one."""
    if not isinstance(result, Answer):
        return result
    statements = tuple(shortened(one) for one in result.statements)
    again = result.then or result.topic is None or result.topic == topic_before
    return replace(result, statements=statements, suggestions=() if again else SUGGESTED.get(result.topic or "", ()))


def shortened(statement: Statement) -> Statement:
    """Return a statement whose list, when long, is told without descriptions and cut; its quotes stay whole."""
    lines = statement.text.split("\n")
    listed = [line for line in lines if _BULLET.match(line)]
    if not listed:
        return statement
    if len(statement.text) > _LONG:
        lines = [_DESCRIBED.sub(r"\1 — \2", line) for line in lines]
    left_out = max(0, len(listed) - _LINES)
    if left_out:
        kept = lines.index(next(line for line in lines if _BULLET.match(line))) + _LINES
        lines = [*lines[:kept], talk_texts.and_others(left_out)]
    return replace(statement, text="\n".join(lines), left_out=left_out)


def shortest(answer: Answer) -> Answer:
    """Return an answer as its first words alone: what leads it, else its first sentence or list.

    A lead that ends on a colon says nothing without what it introduces.
    """
    if answer.leads and answer.leads[0].endswith(":"):
        said = [*answer.leads, *(one.text.split("\n", 1)[0] for one in answer.statements)][1]
        kept: tuple[Statement, ...] = (Statement(f"{answer.leads[0]}\n\n{said}", _cited(answer)),)
    elif answer.leads:
        kept = (Statement(answer.leads[0], _cited(answer)),)
    else:
        kept = tuple(replace(one, text=_first_sentence(one.text)) for one in answer.statements[:1])
    return replace(answer, statements=kept, leads=(), notes=(), suggestions=())


def _cited(answer: Answer) -> tuple[Citation, ...]:
    return tuple(dict.fromkeys(one for statement in answer.statements for one in statement.citations))


def _first_sentence(text: str) -> str:
    found = _SENTENCE.match(text)
    return text if "\n" in text or found is None else found[0]


_SENTENCE: Final = re.compile(r".+?[.!?](?=\s|$)")
