"""The eligibility interview in a conversation: one question a turn, then the sourced verdict. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bot import talk_texts
from bot.dialogue.slots import negated_words
from bot.documents import french
from bot.errors import NoRuleInForce
from bot.programme.calendar import open_calls, replacement, status_on
from bot.programme.criteria import Criteria
from bot.programme.eligibility import (
    Answer as Given,
)
from bot.programme.eligibility import (
    Question,
    Verdict,
    criteria_for,
    next_question,
    parse_answer,
)
from bot.programme.lookup import Programme
from bot.programme.models import CONSOLIDATION, Source
from bot.results import Answer, Citation, Clarification, Reason, Refusal, Statement

TOPIC: Final = "eligibility"


@dataclass(frozen=True)
class Interview:
    """The answers given so far, by criterion, in order, to the criteria of one period."""

    criteria: str
    given: tuple[tuple[str, Given], ...] = ()

    def answered(self, criterion: str, answer: Given) -> "Interview":
        """Return the interview with one more answer."""
        return replace(self, given=(*self.given, (criterion, answer)))

    def back(self) -> "Interview":
        """Return the interview without its last answer."""
        return replace(self, given=self.given[:-1])


def chosen(periods: Sequence[Criteria], edition: int | None, today: date, *, consolidation: bool = False) -> Criteria:
    """Return the criteria of an edition, else those in force today. Raises NoRuleInForce when there are none."""
    if edition is not None and not consolidation:
        return criteria_for(periods, edition=edition)
    return criteria_for(periods, on=today, programme=CONSOLIDATION if consolidation else None)


def step_of(interview: Interview, periods: Sequence[Criteria]) -> Question | Verdict:
    """Return the next question, or the verdict. Raises NoRuleInForce when the criteria are known no more."""
    criteria = next((one for one in periods if one.id == interview.criteria), None)
    if criteria is None:
        raise NoRuleInForce(talk_texts.CRITERIA_GONE)
    return next_question(criteria, dict(interview.given))


def asked(step: Question, today: date, *before: str) -> Clarification:
    """Return the question to put, after the words `before`."""
    prompt = "\n\n".join(part for part in (*before, talk_texts.interview_question(step)) if part)
    return Clarification((), today, TOPIC, prompt)


def concluded(verdict: Verdict, programme: Programme, today: date) -> Answer | Refusal:
    """Return the verdict, its reasons and what can be applied to on that day."""
    own = [
        one
        for one in status_on(programme, today)
        if one.programme == verdict.criteria.programme and one.edition.number in verdict.criteria.editions
    ]
    statements = tuple(
        Statement(text, tuple(_citation(one) for one in sources)) for text, sources in talk_texts.verdict_parts(verdict)
    )
    lead = talk_texts.verdict(verdict)
    successor = replacement(programme, verdict.criteria.programme, today)
    note = "" if open_calls(own) else talk_texts.no_call_for_the_verdict(today, successor.name if successor else None)
    notes = tuple(part for part in (note, talk_texts.WORTH_OF_A_VERDICT) if part)
    return Answer(statements, today, TOPIC, leads=(lead,), notes=notes)


def explanation(step: Question, today: date) -> Answer:
    """Return why a question is asked, with its sources."""
    citations = tuple(_citation(one) for one in step.criterion.sources)
    return Answer((Statement(step.criterion.explanation, citations),), today, TOPIC)


def _citation(source: Source) -> Citation:
    return Citation(source.document, source.section, source.title, source.publisher, source.url, source.date, "")


_YES: Final = re.compile(
    r"(?:oui|ouais|yes|ok|si|tout a fait|bien sur|exact|absolument|effectivement|evidemment|carrement)\b"
)
_NO: Final = re.compile(r"(?:non|nan|no|nope|pas (?:encore|du tout|vraiment)|toujours pas|jamais|aucun)\b")
_UNSURE: Final = re.compile(
    r"(?:(?:alors |la |euh |bah |ben )?(?:je |j')?(?:ne )?(?:sais|sait|c|chais) pas\b|aucune idee|(?:je |on )?(?:ne |n')?(?:crois|pense|suis) pas\b|pas sure?\b|a verifier|peut[- ]etre|faut (?:que )?(?:je|voir|verif)|bonne question|je dois verifier|no idea|jsp|nsp)"
)
_QUESTION: Final = re.compile(
    r"\?\s*$|^(?:c'est quoi|quel|quelle|qui|combien|comment|quand|est-ce|pourquoi|a quoi|ca veut dire|que veut|qu'est)\b"
)


def answer_in(text: str, step: Question, stems: Callable[[str], frozenset[str]]) -> Given | None:
    """Return the answer that free words are to a question; None when they are none.

    `stems` gives the stems that mean a word. Words of the question said again are a « yes », denied a « no ».
    """
    plain = parse_answer(text)
    if plain is not None:
        return plain
    folded = french.fold(text)
    if _UNSURE.match(folded):
        return "unknown"
    if _QUESTION.search(folded):
        return None
    for answer, pattern in (("yes", _YES), ("no", _NO)):
        if pattern.match(folded):
            return answer  # type: ignore[return-value]
    return _said_again(folded, step, stems)


def is_a_question(text: str) -> bool:
    """Whether a turn in the middle of the interview asks something."""
    return bool(_QUESTION.search(french.fold(text)))


def _said_again(folded: str, step: Question, stems: Callable[[str], frozenset[str]]) -> Given | None:
    asked_words = {stem for word in _content(step.criterion.question) for stem in stems(word)}
    said = [word for word in _content(folded) if asked_words & stems(word)]
    denied = {stem for phrase in negated_words(folded) for word in french.words(phrase) for stem in stems(word)}
    if not said and not denied & asked_words:
        return None
    return (
        "no"
        if denied & asked_words
        or re.search(r"\bn(?:e |')(?:(?!\bn(?:e |'))[^,])* (?:pas|jamais|plus|aucune?)\b", folded)
        else "yes"
    )


def _content(text: str) -> list[str]:
    return [word for word in french.words(text) if word not in french.STOP_WORDS and len(word) > 2]


def no_criteria(error: NoRuleInForce, today: date) -> Refusal:
    """Say that no criteria are known for what was asked."""
    return Refusal(Reason.NOT_IN_DOCUMENTS, today, str(error), TOPIC)
