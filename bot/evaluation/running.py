"""Puts questions and conversations to the bot and grades what comes back."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from bot.console import answer_as_json
from bot.evaluation.expectations import Question, Talk
from bot.evaluation.judging import Judge, Judgement
from bot.evaluation.replies import Reply
from bot.results import Result

Answer = Callable[[str, date], Result]


def ask(questions: Iterable[Question], answer: Answer, today: date, judge: Judge) -> list[Judgement]:
    """Ask every question by itself, on its day or on `today`, and grade the answers."""
    return [_asked(one, answer, one.today or today, judge) for one in questions]


def converse(talks: Iterable[Talk], begin: Callable[[], Answer], today: date, judge: Judge) -> list[list[Judgement]]:
    """Play each conversation from its beginning, turn after turn, and grade every turn."""
    return [ask(talk.numbered(), begin(), today, judge) for talk in talks]


def _asked(question: Question, answer: Answer, day: date, judge: Judge) -> Judgement:
    started = time.perf_counter()
    fields = answer_as_json(question.text, lambda text: answer(text, day))
    return judge.grade(question, Reply.of(fields), day, (time.perf_counter() - started) * 1000)


def recall_at(
    questions: Iterable[Question], documents_of: Callable[[str], Sequence[str]], depths: Sequence[int] = (1, 3, 5)
) -> dict[int, float]:
    """Return, for each depth, how often one of the expected fiches is among the first passages found."""
    expected = [(set(one.documents), documents_of(one.text)) for one in questions if one.documents]
    return {
        depth: round(sum(bool(wanted & set(found[:depth])) for wanted, found in expected) / max(1, len(expected)), 4)
        for depth in depths
    }
