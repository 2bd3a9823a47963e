"""A turn of the sum: amounts given, corrected, or asked for."""

from dataclasses import replace
from typing import Final

from bot.answers import finding, sums
from bot.answers.composition import presented
from bot.answers.figures import Figures
from bot.answers.sums import Draft
from bot.answers.turn import Replied, Turn
from bot.errors import UnusableInput
from bot.questions.acts import Role
from bot.questions.roles import amounts_of
from bot.questions.spans import Kind
from bot.results import Clarification, Reason, Refusal
from bot.words import sums as sum_words

_SHORT_TURN: Final = 7  # words
_PERHAPS: Final = 0.25
_NAMES: Final = (Kind.EDITION, Kind.LAUREATE, Kind.FUND, Kind.PROGRAMME)
_FEW_WORDS: Final = 4


def bare_amount(turn: Turn) -> Replied | None:
    """A bare amount in a sum: « 320 », « non, 540 »."""
    kept, scan = turn.kept, turn.reading.scan
    going_on = kept.said == "simulation" or kept.task == "simulation"
    if not going_on or kept.task == "interview" or not scan.has(Kind.AMOUNT, Kind.NUMBER) or scan.has(*_NAMES):
        return None
    return _with_amounts(turn, kept.account or Draft()) if len(scan.text.split()) <= _FEW_WORDS else None


def sum_turn(turn: Turn) -> Replied | None:
    kept = turn.kept
    scan = turn.reading.scan
    waiting = kept.task == "simulation"
    best = turn.reading.best.attribute
    going_on = kept.said == "simulation" or waiting
    short = len(scan.text.split()) <= _SHORT_TURN
    likely = going_on or turn.reading.best.answered >= _PERHAPS
    about_sums = (best in ("simulate", "budget_for_maximum") and likely) or turn.act == "open_sum"
    amounts = scan.has(Kind.AMOUNT) or ((about_sums or (going_on and short)) and scan.has(Kind.NUMBER))
    if best == "budget_for_maximum" and not amounts:
        before = Draft(edition=kept.account.edition, year=kept.account.year) if going_on and kept.account else Draft()
        return counted(turn, replace(before, unknown=(Role.BUDGET,)).about(turn.query.scope))
    wanted = scan.values(Kind.AMOUNT)
    if best == "budget_for_maximum" and len(wanted) == 1 and not _gives_a_role(turn):
        return sums.wanted(wanted[0].value, turn.query.scope, turn.programme, turn.today), kept
    names = scan.has(Kind.LAUREATE, Kind.FUND)
    if about_sums and finding.is_ahead(turn):
        return Figures(turn.programme, turn.bot.evidence, turn.today).nothing_ahead("simulate"), kept
    given = going_on and (short or turn.act != "question" or _gives_a_role(turn))
    if amounts and not names and (about_sums or given):
        return _with_amounts(turn, kept.account if going_on and kept.account else Draft())
    if about_sums and not amounts:
        return counted(turn, (kept.account if going_on and kept.account else Draft()).about(turn.query.scope))
    if waiting and turn.act == "unknown" and kept.account and kept.account.asked:
        return counted(turn, replace(kept.account, unknown=(*kept.account.unknown, kept.account.asked)))
    only_moves = turn.act == "follow_scope" and kept.said == "simulation" and turn.query.scope.has_moment
    if only_moves and kept.account and kept.account.unsure:
        moved = kept.account.about(turn.query.scope)
        return Clarification((), turn.today, sums.TOPIC, sum_words.which_role(moved.unsure)), replace(
            kept, account=moved
        )
    if only_moves and kept.account:
        return counted(turn, kept.account.about(turn.query.scope))
    return None


def _gives_a_role(turn: Turn) -> bool:
    """Whether the words say what an amount is in the sum."""
    found = amounts_of(turn.reading.scan, turn.bot.reader.models)
    return any(one.role in sums.INPUTS for one in found)


def _with_amounts(turn: Turn, draft: Draft) -> Replied | None:
    asked = str(draft.asked or "") if turn.kept.task == "simulation" else ""
    last = str(draft.last or (Role.BUDGET if draft.unknown else ""))
    silent = not turn.reading.terms.content  # nothing but the amount is said: it is that of which was spoken
    amounts = amounts_of(turn.reading.scan, turn.bot.reader.models, asked, last, bare=True, silent=silent)
    named = draft.about(turn.query.scope)
    if draft.unsure:
        named = replace(named, unsure=())
    useful = [one for one in amounts if one.role in sums.INPUTS or one.role is Role.HOPED]
    # « 90 000, pas 50 »: a number without unit beside an amount that is sure says what that one replaces.
    unsure = [one.value for one in amounts if one.role is None and not (useful and one.bare)]
    amounts = tuple(one if one.role else one.model_copy(update={"role": Role.OTHER}) for one in amounts)
    if unsure:
        kept = replace(turn.kept, task="simulation", account=replace(named, unsure=tuple(unsure)))
        return Clarification((), turn.today, sums.TOPIC, sum_words.which_role(unsure)), kept
    try:
        after = named.given(amounts)
        if draft.has_amounts and not sums.holds_together(after):
            # One amount cannot be what it was read as: « on monte à 600 000 », of a budget of 300 000.
            said = tuple(one.value for one in amounts)
            kept = replace(turn.kept, task="simulation", account=replace(named, unsure=said))
            return Clarification((), turn.today, sums.TOPIC, sum_words.which_role(said)), kept
        return counted(turn, after)
    except UnusableInput as error:
        return Refusal(Reason.NOT_IN_DOCUMENTS, turn.today, str(error), sums.TOPIC), turn.kept


def counted(turn: Turn, draft: Draft) -> Replied:
    result = sums.result_of(draft, turn.programme, turn.today)
    waits = isinstance(result, Clarification)
    done = replace(turn.kept, account=draft, task="simulation" if waits else None, said="simulation", parked=None)
    return presented(result, result.topic if turn.kept.said == "simulation" else None), done
