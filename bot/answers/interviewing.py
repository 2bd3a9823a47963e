"""A turn of the eligibility interview, and what waits for an answer."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot import talk_texts
from bot.answers import interview, sums
from bot.answers.interview import Interview
from bot.answers.state import Conversation
from bot.answers.turn import ANSWERED, Replied, Turn
from bot.errors import NoRuleInForce
from bot.programme.eligibility import Answer as Given
from bot.programme.eligibility import Question, Verdict, parse_answer
from bot.programme.models import CONSOLIDATION
from bot.results import Clarification, Result, SmallTalk

_GIVEN: Final[Mapping[str, Given]] = {"yes": "yes", "no": "no", "unknown": "unknown"}
_ELIGIBILITY: Final = frozenset({"eligibility_check", "eligibility_conditions", "conso_mandatory", "conso_audience"})


def step_of(turn: Turn, held: Interview) -> Question | Verdict | None:
    try:
        return interview.step_of(held, turn.bot.criteria)
    except NoRuleInForce:
        return None


def interview_turn(turn: Turn) -> Replied | None:
    kept = turn.kept
    if kept.task == "interview" and kept.interview is not None:
        step = step_of(turn, kept.interview)
        if not isinstance(step, Question):
            return None
        if turn.act == "back":
            return _back(turn)
        if turn.act in ("why", "detail", "source"):
            return replace(interview.explanation(step, turn.today), then=talk_texts.interview_question(step)), kept
        given = _given(turn, step)
        if given is not None:
            return _next(turn, kept.interview.answered(step.criterion.id, given), kept)
        if turn.act in ("tell", *_GIVEN) or turn.reading.best.answered < ANSWERED:
            return interview.asked(step, turn.today, talk_texts.NOT_AN_ANSWER), kept
        return None
    starts = turn.act == "open_interview" or (
        turn.reading.best.attribute == "eligibility_check" and turn.act != "open_sum"
    )
    if starts and turn.reading.best.attribute in _ELIGIBILITY:
        return open_interview(turn)
    return None


def _given(turn: Turn, step: Question) -> Given | None:
    plain = parse_answer(turn.original)
    if plain is not None:
        return plain
    if turn.act == "tell" or (turn.act not in _GIVEN and "?" not in turn.original and turn.act != "off_topic"):
        return interview.said_again(turn.reading.terms, step, turn.bot.alike)
    return _GIVEN.get(turn.act)


def _next(turn: Turn, held: Interview, kept: Conversation) -> Replied:
    step = step_of(turn, held)
    if step is None:
        return SmallTalk("conversation", turn.today, talk_texts.CRITERIA_GONE), replace(kept, task=None, interview=None)
    if isinstance(step, Verdict):
        done = replace(kept, interview=held, task=None, parked=None, said="interview")
        return interview.concluded(step, turn.programme, turn.today), done
    return interview.asked(step, turn.today), replace(kept, interview=held, task="interview", parked=None)


def _back(turn: Turn) -> Replied:
    kept, held = turn.kept, turn.kept.interview
    if held is None or not held.given:
        step = step_of(turn, held) if held else None
        if isinstance(step, Question):
            return interview.asked(step, turn.today, talk_texts.NOTHING_BEFORE), kept
        return SmallTalk("conversation", turn.today, talk_texts.NOTHING_BEFORE), kept
    earlier = held.back()
    step = step_of(turn, earlier)
    if not isinstance(step, Question):
        return SmallTalk("conversation", turn.today, talk_texts.CRITERIA_GONE), replace(kept, task=None, interview=None)
    words = talk_texts.changed(held.given[-1][1])
    return interview.asked(step, turn.today, words), replace(kept, interview=earlier, task="interview")


def open_interview(turn: Turn) -> Replied:
    scope = turn.query.scope
    try:
        criteria = interview.chosen(
            turn.bot.criteria,
            scope.editions[-1] if scope.editions else None,
            turn.today,
            consolidation=scope.programme == CONSOLIDATION,
        )
    except NoRuleInForce as error:
        return interview.no_criteria(error, turn.today), turn.kept
    held = Interview(criteria.id)
    result, after = _next(turn, held, turn.kept)
    if isinstance(result, Clarification):
        result = replace(result, prompt=f"{talk_texts.interview_opens(criteria, turn.today)}\n\n{result.prompt}")
    return result, after


def put_again(turn: Turn, kept: Conversation) -> Result | None:
    if kept.task == "interview" and kept.interview is not None:
        step = step_of(turn, kept.interview)
        return interview.asked(step, turn.today) if isinstance(step, Question) else None
    if kept.task == "simulation" and kept.account is not None:
        return sums.result_of(kept.account, turn.programme, turn.today)
    return None
