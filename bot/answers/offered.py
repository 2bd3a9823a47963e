"""Which of the answers that a turn waits for, or offers, are few enough to be chosen instead of written. Pure."""

from collections.abc import Sequence
from typing import Final

from bot import talk_texts
from bot.answers import interview
from bot.answers.interview import Interview
from bot.answers.state import Conversation
from bot.errors import NoRuleInForce
from bot.programme.criteria import Criteria
from bot.programme.eligibility import Answer as Given
from bot.programme.eligibility import Verdict
from bot.results import Answer, Ask, Clarification, Option, Result

_WHOLE_LIST: Final = Ask(
    "whole_list", (Option("whole_list", talk_texts.WHOLE_LIST, talk_texts.WHOLE_LIST.capitalize()),)
)


def asked_of(result: Result, after: Conversation, periods: Sequence[Criteria]) -> Ask | None:
    """Return what a result asks or offers, `after` it was said; None when it can only be answered in words."""
    if isinstance(result, Clarification) and result.readings:
        return _choices(result.readings[: len(after.choices)])
    if after.task == "interview" and after.interview is not None:
        is_put = result.topic == interview.TOPIC if isinstance(result, Clarification) else bool(result.then)
        return _pending(after.interview, periods) if is_put else None
    is_cut = isinstance(result, Answer) and any(one.left_out for one in result.statements)
    return _WHOLE_LIST if is_cut and after.said == "question" else None


def _choices(readings: Sequence[str]) -> Ask | None:
    options = (Option(str(number), str(number), reading) for number, reading in enumerate(readings, start=1))
    return Ask("choices", tuple(options)) if readings else None


def _pending(held: Interview, periods: Sequence[Criteria]) -> Ask | None:
    """Return the answers to the question of an interview; what it supposes is confirmed or not."""
    try:
        step = interview.step_of(held, periods)
    except NoRuleInForce:
        return None
    answers: tuple[Given, ...] = ("yes", "no") if isinstance(step, Verdict) else ("yes", "no", "unknown")
    options = (Option(one, talk_texts.GIVEN[one], talk_texts.GIVEN[one].capitalize()) for one in answers)
    return Ask("answer", tuple(options))
