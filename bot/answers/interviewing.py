"""A turn of the eligibility interview: what it tells is noted or asked back, questions come in between."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from bot import talk_texts
from bot.answers import interview, sums
from bot.answers.interview import Interview, Pairs
from bot.answers.state import Conversation
from bot.answers.turn import ANSWERED, Replied, Turn
from bot.errors import NoRuleInForce
from bot.programme.criteria import Criteria
from bot.programme.eligibility import Answer as Given
from bot.programme.eligibility import Question, Verdict, next_question, parse_answer
from bot.programme.models import CONSOLIDATION
from bot.questions.spans import Kind
from bot.questions.telling import ASKED, Told
from bot.results import Result, SmallTalk

_ELIGIBILITY: Final = frozenset({"eligibility_check", "eligibility_conditions", "conso_mandatory", "conso_audience"})
NOTED: Final = 0.9  # a bare answer that was not given costs nine questions asked for nothing
SUPPOSED: Final = 0.5  # asked back before it is noted: likelier told than not
_TELLS: Final = 0.5  # the turn is one that tells rather than asks
_ANSWERS: Final = ("yes", "no", "unknown")
# Function words: a clause that begins so only supposes, a clause that begins so goes on after a bare answer.
_SUPPOSES: Final = re.compile(
    r"^\W*(?:et |mais |ou )?(?:si (?!si\b|tout\b|je me souviens|ma memoire)|s'ils? |supposons|imaginons|admettons)"
)
_GOES_ON: Final = re.compile(r"\W*(?:et|mais|par contre|en revanche|\.)\b")


@dataclass(frozen=True)
class Heard:
    """What a turn tells of the criteria in force, which is confirmed before it is noted; and a bare answer."""

    perhaps: Pairs = ()
    bare: Given | None = None


def step_of(turn: Turn, held: Interview) -> Question | Verdict | None:
    """Return where an interview stands; None when its criteria are known no more."""
    try:
        return interview.step_of(held, turn.bot.criteria)
    except NoRuleInForce:
        return None


def telling_turn(turn: Turn) -> Replied | None:
    """A turn that tells something to an interview: an answer, facts, a correction after the verdict."""
    kept, held = turn.kept, turn.kept.interview
    step = step_of(turn, held) if held else None
    if held is not None and step is None and kept.task == "interview" and turn.act not in _WISHES:
        gone = replace(kept, task=None, interview=None)
        return SmallTalk("conversation", turn.today, talk_texts.CRITERIA_GONE), gone
    if held is None or step is None or turn.act in _WISHES:
        return None
    if kept.task == "interview" and held.supposed and talk_texts.DENIED in turn.reading.scan.text:
        return _next(turn, held.asking(()), kept, talk_texts.FORGOTTEN_NOTES)
    if kept.task == "interview" and isinstance(step, Verdict) and held.supposed:
        return _after_supposing(turn, held)
    if kept.task == "interview" and isinstance(step, Question):
        said = heard(turn, interview.criteria_of(held, turn.bot.criteria), step.criterion.id)
        return _noted(turn, held, said, step) if said != Heard() else None
    return _after_the_verdict(turn, held, step) if kept.said == "interview" and isinstance(step, Verdict) else None


_WISHES: Final = ("stop", "restart", "resume")


def interview_turn(turn: Turn) -> Replied | None:
    """A turn about the interview that waits, or one that opens it."""
    held = turn.kept.interview
    if turn.kept.task == "interview" and held is not None:
        step = step_of(turn, held)
        return _about_the_question(turn, held, step) if isinstance(step, Question) else None
    return open_interview(turn) if _starts(turn) else None


def _starts(turn: Turn) -> bool:
    if turn.act == "open_sum" or turn.kept.task == "simulation":
        return False
    placed, best = turn.reading.best, turn.reading.best.attribute
    asks = best == "eligibility_check" and min(placed.probability, placed.answered) >= ANSWERED
    if asks or (turn.act == "open_interview" and best in _ELIGIBILITY):
        return True
    if turn.acts["open_interview"] >= ANSWERED:
        return True
    return _tells(turn) and any(one.criterion != ASKED for one in _told(turn, SUPPOSED))


def _tells(turn: Turn) -> bool:
    """Whether a turn outside the interview tells of a product and asks nothing."""
    if "?" in turn.original or turn.reading.scan.has(Kind.AMOUNT) or turn.kept.said == "simulation":
        return False
    return turn.acts["tell"] >= _TELLS or turn.reading.best.answered < ANSWERED


# ---- what is heard -----------------------------------------------------------------------------------------------


def _told(turn: Turn, least: float, pending: str | None = None) -> list[Told]:
    """Return what a turn tells, of any criteria; what it only supposes or asks tells nothing."""
    if _SUPPOSES.search(turn.reading.scan.text) or _asks(turn):
        return []
    found = turn.bot.reader.told(turn.original, turn.today, pending)
    return [one for one in found if one.probability >= least and one.run.mark != "?"]


def _asks(turn: Turn) -> bool:
    """Whether a turn clearly is a question that is answered, even without its mark."""
    acts = turn.acts
    if "?" not in turn.original and turn.query.asks == "any":
        return False  # no word asks
    return acts["question"] >= ANSWERED and acts["question"] > acts["tell"] and turn.reading.best.answered >= ANSWERED


def heard(turn: Turn, criteria: Criteria, pending: str | None) -> Heard:
    """Return what a turn tells of some criteria, one of which was asked."""
    plain = parse_answer(turn.original)
    if plain is not None:
        return Heard(bare=plain)
    found = _told(turn, SUPPOSED, pending)
    perhaps = _of_criteria(_pairs(found), criteria)
    bare = _bare(turn, found)
    if bare is None or pending in dict(perhaps):
        return Heard(perhaps)
    both = bare.probability >= ANSWERED and max(turn.acts, key=turn.acts.__getitem__) == bare.answer
    agreed = both or (pending is None and bare.answer != "yes")
    if agreed or (bare.probability >= NOTED and bare.run.first == 0):
        return Heard(perhaps, bare.answer)
    return Heard(perhaps or ((pending, bare.answer),) if pending else perhaps)


def _of_criteria(told: Pairs, criteria: Criteria) -> Pairs:
    """Return what is told of some criteria, by their own names or by those of other periods that they go by."""
    others = {name: one.id for one in criteria.criteria for name in one.told_by}
    known = others | {one.id: one.id for one in criteria.criteria}
    return tuple({known[name]: answer for name, answer in told if name in known}.items())


def _pairs(told: Iterable[Told]) -> Pairs:
    return tuple((one.criterion, one.answer) for one in told)


def _bare(turn: Turn, found: list[Told]) -> Told | None:
    """Return the bare answer that a turn begins with: beside told facts it is one only when they go on after it."""
    bare = next((one for one in found if one.criterion == ASKED), None)
    others = [one for one in found if one.criterion != ASKED]
    if bare is None:
        return None
    after = turn.original[bare.run.end :]
    if others and not (bare.run.first == bare.run.last == 0 and _GOES_ON.match(after)):
        return None
    return bare


# ---- a turn in the interview -------------------------------------------------------------------------------------


def _about_the_question(turn: Turn, held: Interview, step: Question) -> Replied | None:
    kept = turn.kept
    if turn.act == "back":
        return _back(turn)
    if turn.act == "doubt" and held.supposed:
        return _next(turn, held.asking(()), kept, talk_texts.FORGOTTEN_NOTES)
    if turn.act in ("why", "detail", "source"):
        return replace(interview.explanation(step, turn.today), then=talk_texts.interview_question(step)), kept
    if turn.reading.best.attribute == "eligibility_check":
        return interview.asked(step, turn.today, talk_texts.no_verdict_yet(step)), kept
    if turn.act in ("tell", *_ANSWERS) or turn.reading.best.answered < ANSWERED:
        return interview.asked(step, turn.today, talk_texts.NOT_AN_ANSWER), kept
    return None


def _noted(turn: Turn, held: Interview, said: Heard, step: Question) -> Replied:
    """Note a bare answer and ask what comes next; what was told in other words is asked back before it is noted."""
    after = held.answered((step.criterion.id, said.bare)) if said.bare else held
    return _supposing(turn, after, said.perhaps) if said.perhaps else _next(turn, after, turn.kept)


def _supposing(turn: Turn, held: Interview, more: Pairs = (), before: str = "") -> Replied:
    """Say what was understood and go on; once nothing is left to ask, all that is supposed is to be confirmed."""
    criteria = interview.criteria_of(held, turn.bot.criteria)
    after = held.asking(interview.with_answers(held.supposed, more))
    kept = replace(turn.kept, interview=after, task="interview", parked=None)
    step = step_of(turn, after)
    if isinstance(step, Question):
        understood = talk_texts.understood(criteria, more) if more else ""
        return interview.asked(step, turn.today, before, understood), kept
    return interview.confirmed(after, criteria, turn.today, before), kept


def _after_supposing(turn: Turn, held: Interview) -> Replied | None:
    """A turn after something was asked back: confirmed, denied, or told otherwise; a question leaves it open."""
    criteria = interview.criteria_of(held, turn.bot.criteria)
    said = heard(turn, criteria, None)
    plain = held.asking(())
    if said.perhaps:
        rest = tuple(one for one in held.supposed if one[0] not in dict(said.perhaps) and said.bare != "no")
        done = plain.answered(*rest) if said.bare == "yes" else plain
        return _supposing(turn, done.asking(() if said.bare == "yes" else rest), said.perhaps)
    if said.bare == "yes":
        return _next(
            turn, plain.answered(*held.supposed), turn.kept, talk_texts.noted(criteria, held.supposed, dict(held.given))
        )
    if said.bare is not None or (turn.act in ("doubt", "back", *_ANSWERS) and "?" not in turn.original):
        return _next(turn, plain, turn.kept, talk_texts.FORGOTTEN_NOTES)
    asks = "?" in turn.original or turn.query.asks != "any"
    if not asks or turn.reading.best.answered < ANSWERED or turn.reading.best.attribute == "eligibility_check":
        return _supposing(turn, held, before="" if asks else talk_texts.NOT_AN_ANSWER)
    return None


def _after_the_verdict(turn: Turn, held: Interview, step: Verdict) -> Replied | None:
    """A turn after the verdict that corrects an answer, or supposes another."""
    criteria = step.criteria
    if max(turn.acts, key=turn.acts.__getitem__) == "back":
        return _back(turn)
    if _SUPPOSES.search(turn.reading.scan.text):
        return _what_if(turn, held, criteria)
    if "?" in turn.original or parse_answer(turn.original) is not None:
        return None
    said = heard(turn, criteria, None)
    return _supposing(turn, held, said.perhaps) if said.perhaps else None


def _what_if(turn: Turn, held: Interview, criteria: Criteria) -> Replied | None:
    """Return the verdict that other answers would give; nothing is noted."""
    clause = _SUPPOSES.sub("", turn.reading.scan.text).rstrip(" ?")
    found = turn.bot.reader.told(clause, turn.today)
    supposed = _of_criteria(_pairs(one for one in found if one.probability >= SUPPOSED), criteria)
    if not supposed:
        return None
    given = interview.with_answers(held.given, supposed)
    words = talk_texts.if_it_were(criteria, supposed)
    step = next_question(criteria, dict(given))
    if isinstance(step, Verdict):
        return interview.concluded(step, given, turn.programme, turn.today, words), turn.kept
    return interview.asked(step, turn.today, words), turn.kept


def _next(turn: Turn, held: Interview, kept: Conversation, before: str = "") -> Replied:
    step = step_of(turn, held)
    if step is None:
        return SmallTalk("conversation", turn.today, talk_texts.CRITERIA_GONE), replace(kept, task=None, interview=None)
    if isinstance(step, Verdict) and held.supposed:
        return _supposing(turn.after(kept), held, before=before)
    if isinstance(step, Verdict):
        done = replace(kept, interview=held, task=None, parked=None, said="interview")
        return interview.concluded(step, held.given, turn.programme, turn.today, before), done
    return interview.asked(step, turn.today, before), replace(kept, interview=held, task="interview", parked=None)


def _back(turn: Turn) -> Replied:
    kept, held = turn.kept, turn.kept.interview
    if held is None or not held.told:
        step = step_of(turn, held) if held else None
        if isinstance(step, Question):
            return interview.asked(step, turn.today, talk_texts.NOTHING_BEFORE), kept
        return SmallTalk("conversation", turn.today, talk_texts.NOTHING_BEFORE), kept
    earlier = held.back()
    step = step_of(turn, earlier)
    if not isinstance(step, Question):
        return SmallTalk("conversation", turn.today, talk_texts.CRITERIA_GONE), replace(kept, task=None, interview=None)
    words = talk_texts.changed(held.told[-1][1])
    return interview.asked(step, turn.today, words), replace(kept, interview=earlier, task="interview")


# ---- before the interview ----------------------------------------------------------------------------------------


def collected(turn: Turn, after: Conversation) -> Conversation:
    """Return a conversation with the facts that a turn outside the interview told of the person's product."""
    if "interview" in (turn.kept.task, after.task, after.said) or turn.acts["tell"] < _PERHAPS:
        return after
    found = _pairs(one for one in _told(turn, SUPPOSED) if one.criterion != ASKED)
    return replace(after, told=interview.with_answers(after.told, found)) if found else after


_PERHAPS: Final = 0.1  # the turn may tell something


def open_interview(turn: Turn) -> Replied:
    """Open the interview, from what was told before it and in this very turn."""
    scope = turn.query.scope
    focus = turn.kept.focus.scope if turn.kept.focus else scope
    try:
        criteria = interview.chosen(
            turn.bot.criteria,
            scope.editions[-1] if scope.editions else None,
            turn.today,
            consolidation=scope.programme == CONSOLIDATION
            or (not scope.has_moment and focus.programme == CONSOLIDATION),
        )
    except NoRuleInForce as error:
        return interview.no_criteria(error, turn.today), turn.kept
    said = heard(turn, criteria, None)
    told = interview.with_answers(_of_criteria(turn.kept.told, criteria), said.perhaps)
    kept, held = replace(turn.kept, told=()), Interview(criteria.id)
    opening = interview.opening(criteria, turn.programme, turn.today)
    if told:
        return _supposing(turn.after(kept), held, told, opening)
    words = talk_texts.TELLS_NO_CRITERION if _tells(turn) else ""
    return _next(turn, held, kept, "\n\n".join(part for part in (opening, words) if part))


def put_again(turn: Turn, kept: Conversation) -> Result | None:
    """Return what the open task asks, once more."""
    if kept.task == "interview" and kept.interview is not None:
        step = step_of(turn, kept.interview)
        if isinstance(step, Verdict) and kept.interview.supposed:
            return interview.confirmed(
                kept.interview, interview.criteria_of(kept.interview, turn.bot.criteria), turn.today
            )
        return interview.asked(step, turn.today) if isinstance(step, Question) else None
    if kept.task == "simulation" and kept.account is not None:
        return sums.result_of(kept.account, turn.programme, turn.today)
    return None
