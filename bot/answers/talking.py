"""Choices, courtesies, and what is said about the last answer."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot import talk_texts
from bot.answers import finding, interview, interviewing, summing, sums
from bot.answers.composition import shortest
from bot.answers.state import Conversation
from bot.answers.sums import Draft
from bot.answers.turn import ANSWERED, Replied, Turn
from bot.programme.eligibility import Verdict
from bot.questions import following
from bot.questions.acts import Operation, Query
from bot.questions.reading import Reading
from bot.questions.spans import Kind
from bot.results import Answer, Clarification, Reason, Refusal, Result, SmallTalk
from bot.words import answers as say

_SOCIAL: Final[Mapping[str, str]] = {
    "greeting": "greeting",
    "thanks": "thanks",
    "bye": "goodbye",
    "who_are_you": "abilities",
    "capabilities": "abilities",
    "how_are_you": "how_are_you",
    "insult": "insult",
    "praise": "praise",
    "test": "greeting",
    "robot": "robot",
    "write_for_me": "write_for_me",
    "ok": "agreement",
    "language": "language",
}
_NAMES: Final = (Kind.EDITION, Kind.LAUREATE, Kind.FUND, Kind.PROGRAMME)
_MOST_LIKELY: Final = 0.5  # likelier than all else together
_FEW_WORDS: Final = 4
_CLEARLY: Final = 0.6  # a courtesy, and nothing asked after it


def choice(turn: Turn) -> Replied | None:
    """A choice among the readings of the last question back."""
    choices = turn.kept.choices
    if not choices:
        return None
    places = following.positions(turn.reading.scan.text, len(choices)) or _number(turn.reading, len(choices))
    if places and len(turn.reading.scan.text.split()) <= 5:
        return _chosen(turn.after(replace(turn.kept, choices=())), choices[places[0]])
    return None


def _chosen(turn: Turn, query: Query) -> Replied:
    """Answer a reading that was chosen; that of a sum begins it, with the amounts whose roles are asked."""
    if query.attribute == "eligibility_check":
        return interviewing.open_interview(turn)
    if query.attribute not in ("simulate", "budget_for_maximum"):
        return finding.found(turn, query, turn.kept, sure=True)
    draft = Draft().about(query.scope)
    amounts = tuple(one.number for one in query.premises if one.number is not None)
    if not amounts:
        return summing.counted(turn, draft)
    return summing.counted(turn, replace(draft, unsure=amounts))


def social(turn: Turn) -> Replied | None:
    """A courtesy, a wish to stop, resume or start again, or what is no question of the domain."""
    act = turn.act
    if turn.kept.said is None and turn.acts["source"] >= _CLEARLY:
        return _then_again(turn, SmallTalk("sources", turn.today))
    if act == "restart":
        return SmallTalk("conversation", turn.today, talk_texts.FORGOTTEN), Conversation()
    if act == "stop":
        return _stopped(turn)
    if act == "resume":
        return _resumed(turn)
    if act == "off_topic" and _is_off_topic(turn):
        told = finding.from_documents(turn, turn.query)
        if told:
            return told, replace(turn.kept, focus=turn.query, said="question")
        return Refusal(Reason.OUT_OF_SCOPE, turn.today), turn.kept
    asks = turn.reading.best.probability >= ANSWERED and turn.reading.best.answered >= ANSWERED
    asks = asks and turn.acts[act] < _CLEARLY
    if act in _SOCIAL and not asks and not turn.reading.scan.has(*_NAMES):
        return _then_again(turn, SmallTalk(_SOCIAL[act], turn.today))
    return None


def _is_off_topic(turn: Turn) -> bool:
    alone = turn.kept.task is None and turn.kept.said is None
    best = turn.reading.best
    unplaced = best.probability < ANSWERED and best.answered < 1 - ANSWERED
    nothing_known = unplaced or (not alone and best.probability < _MOST_LIKELY)
    sure = turn.acts["off_topic"] >= (_MOST_LIKELY if alone else ANSWERED) or nothing_known
    names = turn.reading.scan.has(*_NAMES, Kind.AMOUNT)
    return sure and turn.reading.best.answered < ANSWERED and not names


def _stopped(turn: Turn) -> Replied:
    kept = turn.kept
    if kept.task == "interview" and kept.interview is not None:
        said = talk_texts.interview_parked(len(kept.interview.given))
        return SmallTalk("conversation", turn.today, said), replace(kept, task=None, parked="interview")
    if kept.task == "simulation":
        said = talk_texts.SIMULATION_PARKED
        return SmallTalk("conversation", turn.today, said), replace(kept, task=None, parked="simulation")
    return SmallTalk("conversation", turn.today, talk_texts.NOTHING_OPEN), kept


def _resumed(turn: Turn) -> Replied:
    kept = replace(turn.kept, task=turn.kept.parked or turn.kept.task, parked=None)
    again = interviewing.put_again(turn, kept)
    if again is None and kept.task == "interview":
        return SmallTalk("conversation", turn.today, talk_texts.CRITERIA_GONE), replace(kept, task=None, interview=None)
    return (again, kept) if again else (SmallTalk("conversation", turn.today, talk_texts.NOTHING_PARKED), turn.kept)


def _then_again(turn: Turn, result: Result) -> Replied:
    """Return a result, then what the open task asks once more."""
    again = interviewing.put_again(turn, turn.kept)
    if isinstance(again, Clarification):
        result = replace(result, then=again.prompt)
    return result, turn.kept


def about_the_last(turn: Turn) -> Replied | None:
    """A doubt, a why, a source, more: about what was said last."""
    if turn.kept.said is None and turn.kept.task is None and _is_bare(turn):
        return SmallTalk("conversation", turn.today, talk_texts.NOTHING_SAID), turn.kept
    if turn.act not in following.ABOUT_THE_LAST or turn.kept.said is None or turn.kept.task == "interview":
        return None
    if turn.kept.said == "simulation" and turn.reading.scan.has(Kind.AMOUNT, Kind.NUMBER):
        return None  # an amount said in a sum is never passed over
    last = _last(turn)
    short = len(turn.reading.scan.text.split()) <= _FEW_WORDS
    if turn.act == "doubt" and short and not turn.query.premises and not turn.query.scope.is_empty:
        return None  # « non, le 15 » asks of another edition
    if turn.act == "doubt":
        return _doubted(turn, last)
    if turn.act == "recap" and turn.kept.account is not None:
        return summing.recap(turn, turn.kept.account)
    if turn.act == "why" or (turn.act == "detail" and turn.kept.said == "simulation"):
        return _why(turn, last), turn.kept
    if turn.act == "source":
        return _with_sources(last), turn.kept
    if turn.act == "detail" and isinstance(last, Answer):
        return _detailed(turn, last), turn.kept
    if turn.act == "shorter" and isinstance(last, Answer):
        return shortest(last), turn.kept
    return last, turn.kept


def _is_bare(turn: Turn) -> bool:
    """Whether a turn asks why and nothing else: it can only be about an answer before it."""
    return turn.query.operation is Operation.WHY and not turn.reading.terms.content and not turn.reading.scan.spans


def _last(turn: Turn) -> Result:
    kept = turn.kept
    if kept.said == "simulation" and kept.account is not None:
        return sums.result_of(kept.account, turn.programme, turn.today)
    if kept.said == "interview" and kept.interview is not None:
        step = interviewing.step_of(turn, kept.interview)
        if isinstance(step, Verdict):
            return interview.concluded(step, kept.interview.given, turn.programme, turn.today)
    return (
        finding.again(turn, kept.focus)
        if kept.focus
        else SmallTalk("conversation", turn.today, talk_texts.NOTHING_SAID)
    )


def _doubted(turn: Turn, last: Result) -> Replied:
    kept = turn.kept
    premises = turn.query.premises
    if premises and kept.said == "question" and kept.focus is not None:
        asked = kept.focus.model_copy(update={"premises": premises, "operation": Operation.CHECK})
        return finding.answered(turn, asked), kept
    if isinstance(last, Answer):
        return replace(last, notes=(*last.notes, talk_texts.SOURCES_DISAGREE)), kept
    return last, kept


def _why(turn: Turn, last: Result) -> Result:
    if turn.kept.said == "simulation" and turn.kept.account is not None:
        return sums.explained(turn.kept.account, turn.programme, turn.today)
    if turn.kept.said == "interview" and turn.kept.interview is not None:
        step = interviewing.step_of(turn, turn.kept.interview)
        return interview.verdict_explained(step, turn.today) if isinstance(step, Verdict) else last
    if isinstance(last, Refusal):
        return replace(last, then=talk_texts.why_refused(str(last.reason)))
    if isinstance(last, Answer):
        return Refusal(Reason.NOT_IN_DOCUMENTS, turn.today, say.NO_REASON, last.topic, statements=last.statements)
    return last


def _detailed(turn: Turn, last: Answer) -> Result:
    cited = dict.fromkeys((one.document, one.section.split(" › ")[-1]) for s in last.statements for one in s.citations)
    from bot.answers.evidence import first_of, quote

    units = [unit for document, section in cited for unit in turn.bot.evidence.units_of(document, section)]
    statements = first_of(quote(unit) for unit in units[:8])
    return replace(last, statements=statements or last.statements, leads=(), notes=())


def _number(reading: Reading, size: int) -> tuple[int, ...]:
    numbers = [int(one) for one in reading.scan.values(Kind.NUMBER) if one == int(one)]
    return (numbers[0] - 1,) if len(numbers) == 1 and 1 <= numbers[0] <= size else ()


def _with_sources(last: Result) -> Result:
    if isinstance(last, Answer):
        return replace(last, leads=(), notes=())
    return last
