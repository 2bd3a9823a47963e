"""The account of a sum: whatever is added, corrected or taken back, its totals are those of a plain ledger."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.answers import ledger
from bot.answers.ledger import INPUTS, Entry
from bot.answers.state import Conversation, from_json
from bot.answers.sums import Draft
from bot.questions.acts import Amount, Role
from bot.words.sums import account

B, P, A = Role.BUDGET, Role.PARTNER, Role.AGENT_TIME
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_totals_are_those_of_a_plain_ledger_after_any_sequence():
    chance = random.Random(0)
    for _ in range(1_000):
        kept: ledger.Ledger = ()
        plain: dict[Role, list[Decimal]] = {}
        for _ in range(chance.randint(1, 12)):
            kept, plain = step(chance, kept, plain)
        expected = {str(role): sum(plain[role], Decimal(0)) if plain.get(role) else None for role in INPUTS}
        assert vars(ledger.totals(kept)) == expected
        assert from_json(Conversation(account=Draft(kept)).to_json(NOW), NOW, timedelta(hours=1)).account == Draft(kept)


def step(chance, kept, plain):
    role, value = chance.choice(INPUTS), Decimal(chance.randrange(1_000, 900_000, 500))
    own = [place for place, one in enumerate(kept) if one.role is role]
    kind = chance.choice(("add", "put", "correct", "back"))
    if kind == "add":
        return ledger.added(kept, Entry(role, value)), {**plain, role: [*plain.get(role, []), value]}
    if kind == "put" or not own:
        return ledger.put(kept, Entry(role, value)), {**plain, role: [value]}
    which = chance.randrange(len(own))
    left = [*plain[role][:which], *plain[role][which + 1 :]]
    if kind == "back":
        return ledger.taken_back(kept, own[which]), {**plain, role: left}
    return ledger.corrected(kept, own[which], Entry(role, value)), {**plain, role: [*left, value]}


def said(role, value, change="set", label=(), sure=True, period=None):
    return Amount(value=Decimal(value), role=role, change=change, label=label, change_sure=sure, period=period)


@pytest.mark.parametrize(
    ("messages", "totals"),
    [
        ([[said(B, 300_000)], [said(B, 600_000, "correct")]], {B: 600_000}),
        ([[said(P, 100_000, label=("minister",))], [said(P, 50_000, "add", ("region",))]], {P: 150_000}),
        ([[said(P, 70_000, label=("a",)), said(P, 80_000, label=("b",))]], {P: 150_000}),
        ([[said(P, 70_000), said(P, 80_000), said(P, 150_000)]], {P: 150_000}),  # their total
        (
            [[said(P, 70_000, label=("a",)), said(P, 80_000, label=("b",))], [said(P, 90_000, "correct", ("a",))]],
            {P: 170_000},
        ),
        ([[said(P, 100_000), said(P, 50_000)], [said(Role.OTHER, 50), said(P, 90_000, "correct")]], {P: 190_000}),
        ([[said(P, 100_000), said(P, 50_000)], [said(P, 50_000, "subtract")]], {P: 100_000}),
        ([[said(P, 100_000)], [said(P, 40_000, "subtract")]], {P: 60_000}),
        ([[said(P, 100_000)], [said(A, 15_000, "subtract")]], {P: 100_000, A: 15_000}),  # « enlève le temps agent »
        ([[said(B, 14_000, period="month"), said(B, 6_000, period="month")]], {B: 240_000}),
        ([[said(Role.HOPED, 200_000), said(Role.CAP, 300_000)]], {}),
    ],
)
def test_amounts_said_turn_after_turn_come_to_what_they_mean(messages, totals):
    draft = Draft()
    for amounts in messages:
        draft = draft.given(amounts)
    assert not draft.unsure
    assert {role: value for role in INPUTS if (value := ledger.total(draft.entries, role)) is not None} == totals


@pytest.mark.parametrize(
    ("messages", "unsure"),
    [
        ([[said(B, 300_000), said(B, 400_000)]], 400_000),  # two budgets
        ([[said(B, 300_000)], [said(B, 100_000, sure=False)]], 100_000),  # more, or instead?
        ([[said(P, 100_000, label=("region",))], [said(P, 50_000, label=("mair",))]], 50_000),  # somebody else
        (
            [[said(P, 100_000, label=("a",)), said(P, 50_000, label=("b",))], [said(P, 80_000, "correct", ("c",))]],
            80_000,
        ),
    ],
)
def test_an_amount_whose_place_is_not_clear_is_asked_back_and_not_counted(messages, unsure):
    draft = Draft()
    for amounts in messages:
        before, draft = draft, draft.given(amounts)
    assert draft.unsure == (unsure,)
    assert draft.entries[: len(before.entries)] == before.entries


def test_the_account_is_said_in_one_line():
    entries = (Entry(B, Decimal(600_000)), Entry(P, Decimal(100_000)), Entry(P, Decimal(50_000)))
    assert account(entries) == "Je compte : budget 600 000 €, partenaires 150 000 € (100 000 € + 50 000 €)."
