"""`python -m bot eligibility`: the interview in the terminal, one question at a time, then the sourced verdict."""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Annotated

import typer

from bot import programme_texts as texts
from bot.commands.options import OnDay, present_day, read_day, read_edition
from bot.config import load_config
from bot.console import read_lines
from bot.errors import NoRuleInForce, UnusableInput, UserError
from bot.programme.calendar import open_calls, replacement, status_on
from bot.programme.criteria import Criteria
from bot.programme.criteria_file import load_criteria
from bot.programme.eligibility import (
    Answer,
    Question,
    Verdict,
    criteria_for,
    next_question,
    other_funds,
    parse_answer,
)
from bot.programme.facts import load_programme
from bot.programme.lookup import Programme
from bot.programme.models import FAST
from bot.programme.names import fold

Edition = Annotated[str | None, typer.Option(metavar="N", help="Les critères de cette édition.")]
Of = Annotated[str | None, typer.Option("--programme", metavar="fast|consolidation", help="De quel programme.")]
Today = Annotated[str | None, typer.Option(metavar="AAAA-MM-JJ", help="Répondre comme si l'on était ce jour-là.")]

Given = tuple[tuple[str, Answer], ...]
Lines = Iterator[str | UserError]
Conclude = Callable[[Verdict, Given], str]


class Wish(Enum):
    """What a line asks for, when it is no answer."""

    WHY = frozenset({"pourquoi", "p", "pk", "pourquoi cette question", "explication", "expliquer", "explique"})
    BACK = frozenset({"retour", "r", "precedent", "precedente", "en arriere", "corriger", "changer", "annuler"})
    STOP = frozenset({"stop", "q", "quitter", "quit", "exit", "fin", "arreter", "arrete", "abandonner"})


@dataclass(frozen=True)
class Asked:
    """Which criteria are wanted; all None for those in force."""

    edition: int | None = None
    on: date | None = None
    programme: str | None = None


def eligibility(
    context: typer.Context, edition: Edition = None, on: OnDay = None, programme: Of = None, today: Today = None
) -> None:
    """Mène l'entretien d'éligibilité : oui, non, je ne sais pas, pourquoi ?, retour, stop."""
    knowledge = load_config(context.obj).knowledge
    asked, now = Asked(read_edition(edition), read_day(on), programme), read_day(today) or present_day()
    criteria = chosen(load_criteria(knowledge.programme), asked, now)
    facts = load_programme(knowledge.programme)
    _write(texts.criteria_chosen(criteria, now, by_default=asked == Asked()))
    _write(texts.HOW_TO_ANSWER)
    is_typed = sys.stdin.isatty()

    def conclude(verdict: Verdict, given: Given) -> str:
        said = conclusion(facts, verdict, given, now)
        return f"{said}\n\n{texts.AFTER_THE_VERDICT}" if is_typed else said

    hold(criteria, _typed_lines() if is_typed else read_lines(sys.stdin.buffer), _write, conclude)


def chosen(periods: Sequence[Criteria], asked: Asked, today: date) -> Criteria:
    """Return the criteria asked for; those in force today by default, the last ones of a programme that is over.

    Raises UnusableInput for an unknown programme or an edition and a day together; NoRuleInForce when there are none.
    """
    known = tuple(dict.fromkeys(one.programme for one in periods))
    if asked.programme not in (None, *known):
        raise UnusableInput(texts.unknown_programme(str(asked.programme), known))
    if asked.edition is not None:
        return _of_edition(periods, asked.edition, asked)
    if asked.on is None and asked.programme is not None:
        begun = [one for one in periods if one.programme == asked.programme and one.valid_from <= today]
        last = max(begun, key=lambda one: one.valid_from, default=None)
        return last.as_of(None) if last else criteria_for(periods, on=today, programme=asked.programme)
    return criteria_for(periods, on=asked.on or today, programme=asked.programme)


def _of_edition(periods: Sequence[Criteria], edition: int, asked: Asked) -> Criteria:
    if asked.on is not None:
        raise UnusableInput(texts.EDITION_OR_DAY)
    try:
        return criteria_for(periods, edition=edition, programme=asked.programme)
    except NoRuleInForce:
        if asked.programme in (None, FAST):
            raise
        raise NoRuleInForce(texts.no_criteria_for_consolidation(edition)) from None


def hold(criteria: Criteria, lines: Lines, write: Callable[[str], None], conclude: Conclude) -> None:
    """Ask until the verdict, « stop » or the end of the lines; after the verdict, « retour » takes it up again."""
    given: Given = ()
    step = next_question(criteria, {})
    write(_say(step, given, conclude))
    for line in lines:
        wish = _wish(line)
        if wish is Wish.STOP or (isinstance(step, Verdict) and wish is not Wish.BACK):
            break
        said, given = _reply(step, given, line, wish)
        step = next_question(criteria, dict(given))
        # After an explanation the question still stands on the screen; after anything else it is asked again.
        write(said if wish is Wish.WHY else "\n".join(part for part in (said, _say(step, given, conclude)) if part))
    if not isinstance(step, Verdict):
        write(texts.stopped(len(given)))


def _wish(line: str | UserError) -> Wish | None:
    words = "" if isinstance(line, UserError) else fold(line)
    return next((wish for wish in Wish if words in wish.value), None)


def _reply(step: Question | Verdict, given: Given, line: str | UserError, wish: Wish | None) -> tuple[str, Given]:
    """Return what is said to a line, and the answers after it."""
    if isinstance(line, UserError):
        return str(line), given
    if wish is Wish.BACK or isinstance(step, Verdict):
        return (texts.answer_changed(given[-1][1]), given[:-1]) if given else (texts.NOTHING_BEFORE, given)
    if wish is Wish.WHY:
        return texts.explanation(step.criterion), given
    answer = parse_answer(line)
    if answer is None:
        return texts.not_understood(line.strip()), given
    return "", (*given, (step.criterion.id, answer))


def _say(step: Question | Verdict, given: Given, conclude: Conclude) -> str:
    return conclude(step, given) if isinstance(step, Verdict) else texts.question(step)


def conclusion(programme: Programme, verdict: Verdict, given: Given, today: date) -> str:
    """Return the verdict in words, with the calls of the day `today` and the other funds."""
    of_these = {(verdict.criteria.programme, number) for number in verdict.criteria.editions}
    statuses = status_on(programme, today)
    own = [one for one in statuses if (one.programme, one.edition.number) in of_these]
    others = [one for one in statuses if one not in own]
    calls = texts.calls_open(own)
    if not open_calls(own):
        calls = texts.no_open_call(today, own, others, replacement(programme, verdict.criteria.programme, today))
        verdict = replace(verdict, no_open_call=calls)
    return texts.verdict(verdict, calls, other_funds(programme.funds, dict(given)))


def _typed_lines() -> Lines:
    """Yield what is typed, until Ctrl-D or Ctrl-C."""
    import contextlib

    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 - gives input() its line editing
    while True:
        try:
            yield input("› ")
        except (EOFError, KeyboardInterrupt):
            sys.stdout.write("\n")
            return


def _write(text: str) -> None:
    sys.stdout.write(f"{text}\n\n")
    sys.stdout.flush()
