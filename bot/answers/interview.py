"""The eligibility interview in a conversation: what was answered, what is asked next, the sourced verdict. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot import talk_texts
from bot.errors import NoRuleInForce
from bot.programme.calendar import CallStatus, latest_closed, open_calls, replacement, status_on
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
from bot.results import Answer, Citation, Clarification, Reason, Refusal, Statement

TOPIC: Final = "eligibility"
Pairs = tuple[tuple[str, Given], ...]


@dataclass(frozen=True)
class Interview:
    """The answers given so far, by criterion, in order, to the criteria of one period.

    `supposed` is what was understood of the person's own words: no verdict rests on it before it is confirmed.
    """

    criteria: str
    given: Pairs = ()
    supposed: Pairs = ()

    def answered(self, *answers: tuple[str, Given]) -> "Interview":
        """Return the interview with more answers; one given anew takes the place of the one before."""
        settled = dict(answers)
        supposed = tuple(one for one in self.supposed if one[0] not in settled)
        return Interview(self.criteria, with_answers(self.given, answers), supposed)

    def asking(self, supposed: Pairs) -> "Interview":
        """Return the interview with what is to be confirmed."""
        return Interview(self.criteria, self.given, supposed)

    def back(self) -> "Interview":
        """Return the interview without its last answer."""
        if self.supposed:
            return Interview(self.criteria, self.given, self.supposed[:-1])
        return Interview(self.criteria, self.given[:-1])

    @property
    def told(self) -> Pairs:
        """The answers given and those supposed: they decide what is asked next."""
        return with_answers(self.given, self.supposed)


def with_answers(given: Pairs, more: Iterable[tuple[str, Given]]) -> Pairs:
    """Return answers with others put last; one a criterion."""
    new = dict(more)
    return (*(one for one in given if one[0] not in new), *new.items())


def chosen(periods: Sequence[Criteria], edition: int | None, today: date, *, consolidation: bool = False) -> Criteria:
    """Return the criteria of an edition, else those in force today. Raises NoRuleInForce when there are none."""
    if edition is not None and not consolidation:
        return criteria_for(periods, edition=edition)
    return criteria_for(periods, on=today, programme=CONSOLIDATION if consolidation else None)


def criteria_of(interview: Interview, periods: Sequence[Criteria]) -> Criteria:
    """Return the criteria that an interview is about. Raises NoRuleInForce when they are known no more."""
    criteria = next((one for one in periods if one.id == interview.criteria), None)
    if criteria is None:
        raise NoRuleInForce(talk_texts.CRITERIA_GONE)
    return criteria


def step_of(interview: Interview, periods: Sequence[Criteria]) -> Question | Verdict:
    """Return the next question, or the verdict. Raises NoRuleInForce when the criteria are known no more."""
    return next_question(criteria_of(interview, periods), dict(interview.told))


def asked(step: Question, today: date, *before: str) -> Clarification:
    """Return the question to put, after the words `before`."""
    prompt = "\n\n".join(part for part in (*before, talk_texts.interview_question(step)) if part)
    return Clarification((), today, TOPIC, prompt)


def confirmed(interview: Interview, criteria: Criteria, today: date, *before: str) -> Clarification:
    """Return the question whether what was understood is what was meant."""
    prompt = "\n\n".join(part for part in (*before, talk_texts.supposed(criteria, interview.supposed)) if part)
    return Clarification((), today, TOPIC, prompt)


def concluded(verdict: Verdict, given: Pairs, programme: Programme, today: date, *before: str) -> Answer:
    """Return the verdict, its reasons, the answers that it rests on, and what can be applied to on that day."""
    own = _calls(verdict.criteria, programme, today)
    statements = tuple(
        Statement(text, tuple(_citation(one) for one in sources)) for text, sources in talk_texts.verdict_parts(verdict)
    )
    leads = tuple(part for part in (*before, talk_texts.verdict(verdict)) if part)
    successor = replacement(programme, verdict.criteria.programme, today)
    note = "" if open_calls(own) else talk_texts.no_call_for_the_verdict(today, successor.name if successor else None)
    rests_on = talk_texts.answers_of_the_verdict(verdict.criteria, given)
    notes = tuple(part for part in (rests_on, note, talk_texts.WORTH_OF_A_VERDICT) if part)
    return Answer(statements, today, TOPIC, leads=leads, notes=notes)


def opening(criteria: Criteria, programme: Programme, today: date) -> str:
    """Return what is said before the first question: which criteria, and that nothing is open for them, if so."""
    calls = _calls(criteria, programme, today)
    closed = latest_closed(calls) if not open_calls(calls) else None
    words = talk_texts.interview_opens(criteria, today)
    return f"{words} {talk_texts.closed_since(closed.latest)}" if closed and closed.latest else words


def _calls(criteria: Criteria, programme: Programme, today: date) -> list[CallStatus]:
    """Return where the calls stand to which the criteria apply."""
    every = status_on(programme, today)
    return [one for one in every if one.programme == criteria.programme and one.edition.number in criteria.editions]


def explanation(step: Question, today: date) -> Answer:
    """Return why a question is asked, with its sources."""
    return Answer((_explained(step.criterion.explanation, step.criterion.sources),), today, TOPIC)


def verdict_explained(verdict: Verdict, today: date) -> Answer:
    """Return why a verdict is what it is: the rule behind each criterion that decides it, with its sources."""
    deciding = verdict.reasons or verdict.to_check or verdict.met
    statements = tuple(_explained(talk_texts.reason_explained(one), one.sources) for one in deciding)
    return Answer(statements, today, TOPIC, leads=(talk_texts.verdict(verdict),))


def _explained(text: str, sources: Sequence[Source]) -> Statement:
    return Statement(text, tuple(_citation(one) for one in sources))


def _citation(source: Source) -> Citation:
    return Citation(source.document, source.section, source.title, source.publisher, source.url, source.date, "")


def no_criteria(error: NoRuleInForce, today: date) -> Refusal:
    """Say that no criteria are known for what was asked."""
    return Refusal(Reason.NOT_IN_DOCUMENTS, today, str(error), TOPIC)
