"""The eligibility interview in a conversation: one question a turn, then the sourced verdict. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bot import talk_texts
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
)
from bot.programme.lookup import Programme
from bot.programme.models import CONSOLIDATION, Source
from bot.questions.terms import Terms
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


_SAID_AGAIN: Final = 2  # words of the question that an answer in a sentence takes up at least
_DENIED: Final = re.compile(r"\b(?:pas|jamais|aucune?|sans|ni|plus de)\b")


def said_again(terms: Terms, step: Question, alike: Callable[[str], frozenset[str]]) -> Given | None:
    """Return what a sentence that takes up the words of a question answers: « no » when they are denied."""
    asked_words = {stem for word in french.tokens(step.criterion.question) for stem in alike(word)}
    said = [word for word in terms.content if alike(word.stem) & asked_words]
    if len(said) < min(_SAID_AGAIN, len(asked_words)):
        return None
    clause = terms.scan.text[max(0, said[0].start - 25) : said[-1].end + 12]
    return "no" if _DENIED.search(clause) else "yes"


def no_criteria(error: NoRuleInForce, today: date) -> Refusal:
    """Say that no criteria are known for what was asked."""
    return Refusal(Reason.NOT_IN_DOCUMENTS, today, str(error), TOPIC)
