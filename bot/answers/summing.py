"""A turn of the sum: amounts given, corrected, taken back, or asked for."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Final

import numpy as np

from bot.answers import finding, ledger, sums
from bot.answers.composition import presented
from bot.answers.figures import Figures
from bot.answers.funds import Funds
from bot.answers.ledger import INPUTS, Entry
from bot.answers.sums import Draft
from bot.answers.turn import ANSWERED, Replied, Turn
from bot.errors import NoRuleInForce, UnusableInput
from bot.french.scales import scale_in
from bot.programme.amounts import format_amount
from bot.programme.cofinancing import budget_for_maximum
from bot.programme.sums import refuse_unusable
from bot.questions.acts import Amount, Role, Scope
from bot.questions.roles import amounts_of
from bot.questions.spans import Kind
from bot.questions.sums import amounts_in, words_beside
from bot.questions.terms import Terms
from bot.results import Clarification, Reason, Refusal
from bot.words import sums as sum_words

_SHORT_TURN: Final = 7  # words
_PERHAPS: Final = 0.25
_LIKELIER: Final = 0.5  # than all else together
_NAMES: Final = (Kind.EDITION, Kind.LAUREATE, Kind.FUND, Kind.PROGRAMME)
_FEW_WORDS: Final = 4
_GIVING: Final = ("instead", "more")  # wishes that an amount comes with
_ABOUT_SUMS: Final = (sums.TOPIC, sums.MAXIMUM)


def going_on(turn: Turn) -> Replied | None:
    """In a sum that is going on, a bare amount, « non, 540 », or a wish about the account, « sans la région »."""
    kept, scan = turn.kept, turn.reading.scan
    if not _is_open(turn) or kept.task == "interview" or scan.has(*_NAMES):
        return None
    wish, probability = max(turn.wishes.items(), key=lambda one: one[1])
    if scan.has(Kind.AMOUNT, Kind.NUMBER):
        gives = wish in _GIVING and probability >= _LIKELIER and turn.act != "question"
        return _with_amounts(turn, _draft(turn)) if gives or len(scan.text.split()) <= _FEW_WORDS else None
    done = _WISHES.get(wish)
    return done(turn, _draft(turn)) if done and probability >= _LIKELIER else None


def sum_turn(turn: Turn) -> Replied | None:
    """A sum asked for, or amounts given in one."""
    kept, scan = turn.kept, turn.reading.scan
    is_open = _is_open(turn)
    best = turn.reading.best.attribute
    likely = is_open or turn.reading.best.answered >= _PERHAPS
    about_sums = (best in _ABOUT_SUMS and likely) or turn.act == "open_sum"
    short = len(scan.text.split()) <= _SHORT_TURN
    amounts = scan.has(Kind.AMOUNT) or ((about_sums or (is_open and short)) and scan.has(Kind.NUMBER))
    if amounts and len(turn.query.scope.funds) == 1:
        return _of_a_fund(turn)
    if amounts and not scan.has(Kind.LAUREATE, Kind.FUND):
        return _amounts_turn(turn, about_sums=about_sums, short=short)
    if best == sums.MAXIMUM and not amounts:
        before = _draft(turn)
        asked = Draft(edition=before.edition, year=before.year, unknown=(Role.BUDGET,))
        return counted(turn, asked.about(turn.query.scope))
    if about_sums and finding.is_ahead(turn):
        return Figures(turn.programme, turn.bot.evidence, turn.today).nothing_ahead(sums.TOPIC), kept
    if about_sums and not amounts:
        return counted(turn, _sought(turn, _draft(turn).about(turn.query.scope)))
    return _of_the_account(turn)


def _of_a_fund(turn: Turn) -> Replied | None:
    """What another fund would finance of a cost; None where the amount is not surely what a project costs."""
    read = amounts_of(turn.reading.scan, turn.reading.vector, turn.bot.reader.models)
    fund = next((one for one in turn.programme.funds if one.id in turn.query.scope.funds), None)
    if fund is None or len(read) != 1 or read[0].role is not Role.BUDGET:
        return None
    told = Funds(turn.programme, turn.bot.evidence, turn.today).share(fund, read[0].value)
    focus = turn.query.model_copy(update={"attribute": "fund_rate"})
    return replace(told, understood=(finding.understood(focus),)), replace(turn.kept, focus=focus, said="question")


def _of_the_account(turn: Turn) -> Replied | None:
    """« Je ne sais pas », « et en 2023 ? »: a turn without amount of the account as it stands."""
    kept, account = turn.kept, turn.kept.account
    if account is None:
        return None
    if kept.task == "simulation" and turn.act == "unknown" and account.asked:
        return counted(turn, replace(account, unknown=(*account.unknown, account.asked)))
    if turn.act == "follow_scope" and kept.said == "simulation" and turn.query.scope.has_moment:
        return counted(turn, account.about(turn.query.scope))
    return None


def _amounts_turn(turn: Turn, *, about_sums: bool, short: bool) -> Replied | None:
    read = amounts_of(turn.reading.scan, turn.reading.vector, turn.bot.reader.models)
    best = turn.reading.best
    aims = best.attribute == sums.MAXIMUM and len(read) == 1
    if aims and (read[0].guess not in INPUTS or (best.probability >= ANSWERED and read[0].guess is Role.BUDGET)):
        return sums.wanted(read[0].value, turn.query.scope, turn.programme, turn.today), turn.kept
    given = _is_open(turn) and (short or turn.act != "question" or _gives_a_role(turn))
    if about_sums or given or _is_a_sum(turn, read):
        return _with_amounts(turn, _draft(turn))
    return None


def _is_a_sum(turn: Turn, read: Sequence[Amount]) -> bool:
    """Whether the amounts alone make a question one of a sum: all are sure, and one is what a sum begins with."""
    likely = any(one.attribute == sums.TOPIC and one.probability >= _PERHAPS for one in turn.reading.candidates)
    begins = any(one.role in (Role.BUDGET, Role.PARTNER) for one in read)
    return likely and begins and all(one.role for one in read)


def _is_open(turn: Turn) -> bool:
    return "simulation" in (turn.kept.said, turn.kept.task)


def _draft(turn: Turn) -> Draft:
    """Return the sum that is going on, or a new one."""
    return turn.kept.account if _is_open(turn) and turn.kept.account else Draft()


def _scope(turn: Turn) -> Scope:
    """Return the scope of a sum: a time to come has no rule of its own, and that nothing is to be had is said first."""
    scope = turn.query.scope
    return scope.model_copy(update={"years": (), "periods": ()}) if finding.is_ahead(turn) else scope


def _gives_a_role(turn: Turn) -> bool:
    """Whether the words say what an amount is in the sum."""
    found = amounts_of(turn.reading.scan, turn.reading.vector, turn.bot.reader.models)
    return any(one.role in INPUTS for one in found)


def _sought(turn: Turn, draft: Draft) -> Draft:
    """Return the draft with what the turn wants to know; a doubt is about what was told."""
    if turn.act == "doubt":
        return draft
    wants_rest = turn.wishes.get("rest", 0.0) >= _LIKELIER
    return replace(draft, sought="rest" if wants_rest else "ceiling")


# ---- amounts -----------------------------------------------------------------------------------------------------


def _read(turn: Turn, draft: Draft) -> tuple[Amount, ...]:
    """Return the amounts of a turn; one said with nothing else is that which was asked for, or was spoken of."""
    known = not draft.unsure  # what was asked back is what an amount is, not another amount
    asked = str(draft.asked or "") if turn.kept.task == "simulation" and known else ""
    last = str(draft.last or "") if known else ""
    reading = turn.reading
    spans = amounts_in(reading.scan, bare=True)
    found = amounts_of(
        reading.scan,
        reading.vector,
        turn.bot.reader.models,
        asked,
        "" if asked else last,
        bare=True,
        possible=partial(_fits, draft),
    )
    role = asked or last
    short = len(reading.scan.text.split()) <= _FEW_WORDS and any(one.role is None for one in found)
    if role and len(found) == 1 and (short or not words_beside(reading.scan.text, spans)):
        return (found[0].model_copy(update={"role": Role(role)}),)
    return found


def _fits(draft: Draft, role: Role, value: Decimal) -> bool:
    """Whether an amount may have a role: « on monte à 600 000 », of a budget of 300 000, is not the partner's."""
    if role not in (Role.BUDGET, Role.PARTNER):
        return True
    return sums.holds_together(replace(draft.inputs, **{str(role): value}))


def _with_amounts(turn: Turn, draft: Draft) -> Replied | None:
    amounts = _read(turn, draft)
    if draft.unsure and any(one.change != "set" and one.value not in draft.unsure for one in amounts):
        return counted(turn, draft)  # nothing is added to, or corrects, what is not known yet
    useful = any(one.role in INPUTS or one.role is Role.HOPED for one in amounts)
    # « 90 000, pas 50 »: a number without unit beside an amount that is sure says what that one replaces.
    amounts = tuple(_left_out(one) if one.role is None and useful else one for one in amounts)
    if turn.act == "doubt" and draft.has_amounts:
        amounts = tuple(_claimed(one) for one in amounts)
    unsure = tuple(one.value for one in amounts if one.role is None)
    before = _sought(turn, draft.about(_scope(turn)))
    try:
        after = before.given([one for one in amounts if one.role])
        refuse_unusable(after.inputs)
    except UnusableInput as error:
        return Refusal(Reason.NOT_IN_DOCUMENTS, turn.today, str(error), sums.TOPIC), turn.kept
    if unsure:
        return counted(turn, replace(after, unsure=unsure, unsure_role=None))
    if draft.has_amounts and not sums.holds_together(after.inputs):
        # One amount cannot be what it was read as: « on monte à 600 000 », of a budget of 300 000.
        return counted(turn, replace(before, unsure=tuple(one.value for one in amounts), unsure_role=None))
    return counted(turn, after)


def _left_out(one: Amount) -> Amount:
    """Return a number without unit, or a rate a day, as no input of the sum."""
    return one.model_copy(update={"role": Role.OTHER}) if one.bare or one.period == "other" else one


def _claimed(one: Amount) -> Amount:
    """Return what a doubt says it should be: « j'aurais dit 350 000 » changes nothing of the account."""
    is_input = (one.role or one.guess) in INPUTS
    return one if is_input else one.model_copy(update={"role": Role.HOPED})


def counted(turn: Turn, draft: Draft) -> Replied:
    """Return what a draft gives, and the conversation with it."""
    result = sums.result_of(draft, turn.programme, turn.today)
    waits = isinstance(result, Clarification)
    done = replace(turn.kept, account=draft, task="simulation" if waits else None, said="simulation", parked=None)
    return presented(result, result.topic if turn.kept.said == "simulation" else None), done


# ---- wishes about the account ------------------------------------------------------------------------------------


def recap(turn: Turn, draft: Draft) -> Replied:
    """Show the account as it stands."""
    return sums.recap(draft, turn.today), turn.kept


def _rest(turn: Turn, draft: Draft) -> Replied:
    return counted(turn, replace(draft.about(turn.query.scope), sought="rest"))


def _back(turn: Turn, draft: Draft) -> Replied | None:
    """Take back the one amount that the words name; when they name none, or several, ask which."""
    if not draft.entries:
        return None
    words = [word.stem for word in turn.reading.terms.content]
    found = [place for role in INPUTS for place in ledger.named(draft.entries, role, words)]
    if len(found) != 1:
        return Clarification((), turn.today, sums.TOPIC, sum_words.which_to_take_back(draft.entries)), turn.kept
    return counted(turn, replace(draft, entries=ledger.taken_back(draft.entries, found[0])))


def _role(turn: Turn, draft: Draft) -> Replied | None:
    """Give a role to the amount that is asked back, or another one to the amount said last."""
    pending = draft.unsure if draft.unsure_role is None else ()
    if len(pending) > 1 or not (pending or draft.entries):
        return None
    value = pending[0] if pending else draft.entries[-1].value
    role = _role_named(turn, value)
    if role is None:
        return Clarification((), turn.today, sums.TOPIC, sum_words.which_role((value,))), turn.kept
    entries = draft.entries if pending else draft.entries[:-1]
    after = ledger.changed(entries, Entry(role, value), "set")
    return counted(turn, replace(draft, entries=after or entries, unsure=(), unsure_role=None))


def _role_named(turn: Turn, value: Decimal) -> Role | None:
    """Return the role that the words give to an amount that they would have ended with."""
    reader = turn.bot.reader
    scan = reader.scanned(format_amount(abs(value)), turn.today).after(turn.reading.scan)
    vector = np.asarray(reader.embed(Terms(scan).natural), dtype=np.float32)
    found = amounts_of(scan, vector, reader.models)
    return next((one.role for one in found if one.role in INPUTS), None)


def _placed(change: str) -> Callable[[Turn, Draft], Replied | None]:
    """Return what puts the amounts that are asked back beside those of the account, or in their place."""

    def done(turn: Turn, draft: Draft) -> Replied | None:
        if draft.unsure_role is None:
            return None
        entries = draft.entries
        for value in draft.unsure:
            entry = Entry(draft.unsure_role, value)
            entries = ledger.added(entries, entry) if change == "add" else ledger.put(entries, entry)
        return counted(turn, replace(draft, entries=entries, unsure=(), unsure_role=None))

    return done


def _scale(turn: Turn, draft: Draft) -> Replied | None:
    """« Et le double ? »: of the amount said last, when it is alone in its role; of the budget for the maximum."""
    times = scale_in(turn.reading.scan.text, turn.reading.scan.values(Kind.PERCENT))
    base = _base(turn, draft)
    if times is None or base is None:
        return None
    entry = replace(base, value=base.value * times)
    return counted(turn, replace(draft, entries=ledger.put(draft.entries, entry)))


def _base(turn: Turn, draft: Draft) -> Entry | None:
    if draft.entries:
        last = draft.entries[-1]
        return last if len(ledger.of_role(draft.entries, last.role)) == 1 else None
    try:
        best = budget_for_maximum(sums.rules_of(draft, turn.programme, turn.today))
    except (NoRuleInForce, UnusableInput):
        return None
    return Entry(Role.BUDGET, best.budget) if draft.unknown else None


_WISHES: Final[dict[str, Callable[[Turn, Draft], Replied | None]]] = {
    "rest": _rest,
    "back": _back,
    "role": _role,
    "more": _placed("add"),
    "instead": _placed("set"),
    "scale": _scale,
    "recap": recap,
}
