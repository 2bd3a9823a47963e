"""Each operation on made-up entries: what it says first, and what it shows in which order."""

from datetime import date
from decimal import Decimal

import pytest

from bot.answers.operators import apply, verdict
from bot.evaluation.values import contains
from bot.french.moments import Period
from bot.programme.entries import Entry, Row, rounded
from bot.programme.values import Month, Value
from bot.questions.acts import Operation, Premise

TODAY = date(2026, 11, 21)
LABEL = "le montant accordé"


def entry(edition: int, *values: Value, unit: str = "eur") -> Entry:
    """The entry of an edition; several values are those of sources that disagree."""
    rows = tuple(Row(Decimal(one) if isinstance(one, int) else one, unit, ()) for one in values)
    return Entry("fast", (edition,), None, rows)


LOW, MIDDLE, HIGH = entry(1, 100), entry(2, 250), entry(3, 400)
UNKNOWN = entry(4)
DISPUTED = entry(5, 200, 500)
ALL = (LOW, MIDDLE, HIGH)


def done(operation: Operation, *entries: Entry, premises: tuple[Premise, ...] = ()):
    return apply(operation, LABEL, entries, premises, TODAY)


def editions(outcome) -> list[int]:
    return [number for one in outcome.entries for number in one.editions]


@pytest.mark.parametrize("operation", [Operation.VALUE, Operation.LIST, Operation.STATE, Operation.HOW])
def test_what_works_nothing_out_shows_what_is_known_in_order(operation):
    outcome = done(operation, LOW, UNKNOWN, HIGH)
    assert outcome.leads == ()
    assert editions(outcome) == [1, 3]
    assert outcome.as_list is (operation is Operation.LIST)


def test_more_than_two_entries_are_a_list():
    assert done(Operation.VALUE, *ALL).as_list
    assert not done(Operation.VALUE, LOW).as_list


@pytest.mark.parametrize(
    ("operation", "edition", "figure"), [(Operation.MOST, 3, "400 €"), (Operation.LEAST, 1, "100 €")]
)
def test_the_most_and_the_least_are_named(operation, edition, figure):
    outcome = done(operation, *ALL, UNKNOWN)
    assert editions(outcome) == [edition]
    assert contains(outcome.leads[0], figure)
    assert f"FAST {edition}" in outcome.leads[0]


def test_equals_share_the_first_place():
    assert editions(done(Operation.MOST, LOW, HIGH, entry(6, 400))) == [3, 6]


def test_sources_that_disagree_leave_the_first_place_open():
    outcome = done(Operation.MOST, *ALL, DISPUTED)
    assert "ne s'accordent pas" in outcome.leads[0]
    assert set(editions(outcome)) == {3, 5}


def test_an_entry_first_by_all_its_sources_is_first_with_the_span_of_their_values():
    outcome = done(Operation.MOST, LOW, MIDDLE, entry(6, 300, 350))
    assert editions(outcome) == [6]
    assert contains(outcome.leads[0], "entre 300 € et 350 €")


def test_a_disagreement_that_changes_no_place_is_not_told():
    assert editions(done(Operation.LEAST, *ALL, DISPUTED)) == [1]


def test_one_value_is_neither_the_most_nor_a_total():
    for operation in (Operation.MOST, Operation.TOTAL, Operation.MEAN, Operation.RANK):
        outcome = done(operation, LOW, UNKNOWN)
        assert (outcome.leads, editions(outcome)) == ((), [1])


def test_a_rank_goes_from_the_most_to_the_least():
    assert editions(done(Operation.RANK, *ALL, UNKNOWN)) == [3, 2, 1]


@pytest.mark.parametrize(("operation", "figure"), [(Operation.TOTAL, "750 €"), (Operation.MEAN, "250 €")])
def test_a_total_and_a_mean_are_said_to_be_worked_out_and_what_they_leave_out(operation, figure):
    [lead] = done(operation, *ALL, UNKNOWN).leads
    assert contains(lead, figure)
    assert "calculée" in lead
    assert "FAST 4" in lead


@pytest.mark.parametrize(
    ("operation", "figures"), [(Operation.TOTAL, ("300 €", "600 €")), (Operation.MEAN, ("150 €", "300 €"))]
)
def test_a_total_and_a_mean_of_disagreeing_sources_are_spans(operation, figures):
    [lead] = done(operation, LOW, DISPUTED).leads
    assert all(contains(lead, one) for one in figures)
    assert "entre" in lead


@pytest.mark.parametrize("operation", [Operation.COMPARE, Operation.DIFFERENCE])
def test_two_entries_are_compared(operation):
    [lead] = done(operation, LOW, HIGH).leads
    assert lead.startswith("FAST 3 est au-dessus de FAST 1")
    assert contains(lead, "300 €")
    assert done(operation, HIGH, LOW).leads == (lead,)


def test_equals_are_said_to_be_the_same():
    [lead] = done(Operation.COMPARE, LOW, entry(6, 100)).leads
    assert "même valeur" in lead


def test_a_difference_of_disagreeing_sources_is_a_span_or_left_open():
    [gap] = done(Operation.DIFFERENCE, LOW, DISPUTED).leads
    assert contains(gap, "100 €")
    assert contains(gap, "400 €")
    [open_one] = done(Operation.DIFFERENCE, HIGH, DISPUTED).leads
    assert "ne s'accordent pas" in open_one


def test_three_entries_are_listed_rather_than_compared():
    outcome = done(Operation.COMPARE, *ALL)
    assert outcome.leads == ()
    assert outcome.as_list


def euros(number: int) -> Premise:
    return Premise(unit="eur", number=Decimal(number))


def on(year: int, month: int, day: int) -> Premise:
    moment = date(year, month, day)
    return Premise(unit="date", period=Period(moment, moment))


@pytest.mark.parametrize(
    ("premise", "known", "word"),
    [
        (euros(100), LOW, "Oui"),
        (euros(101), LOW, "Non"),
        (Premise(unit="count", number=Decimal(10)), entry(1, 10, unit="count"), "Oui"),
        (Premise(unit="count", number=Decimal(12)), entry(1, 10, unit="count"), "Non"),
        (Premise(unit="percent", number=Decimal(50)), entry(1, 50, unit="percent"), "Oui"),
        (Premise(unit="count", number=Decimal(6)), entry(1, 6, unit="months"), "Oui"),
        (on(2024, 5, 29), entry(1, date(2024, 5, 29), unit="date"), "Oui"),
        (on(2023, 5, 29), entry(1, date(2024, 5, 29), unit="date"), "Non"),
        (on(1, 5, 29), entry(1, date(2024, 5, 29), unit="date"), "Oui"),
        (on(1, 5, 30), entry(1, date(2024, 5, 29), unit="date"), "Non"),
        (on(2025, 6, 6), entry(1, Month(2025, 6), unit="month"), "Oui"),
    ],
)
def test_a_premise_gets_a_verdict(premise, known, word):
    [said] = verdict((premise,), (known,))
    assert said.startswith(f"{word}, ")


def test_a_premise_that_one_source_of_two_holds_is_confirmed_with_a_reserve():
    [said] = verdict((euros(500),), (DISPUTED,))
    assert said.startswith("Oui, ")
    assert "autre" in said


@pytest.mark.parametrize(
    ("premise", "entries"),
    [
        (Premise(unit="percent", number=Decimal(50)), (LOW,)),
        (on(2024, 5, 29), (LOW,)),
        (euros(100), (LOW, HIGH)),
        (euros(100), ()),
    ],
)
def test_a_premise_of_another_kind_or_of_several_entries_gets_none(premise, entries):
    assert verdict((premise,), entries) == ()


def test_a_verdict_comes_before_the_value():
    outcome = done(Operation.CHECK, LOW, UNKNOWN, premises=(euros(300),))
    assert outcome.leads[0].startswith("Non, pas")
    assert editions(outcome) == [1]


@pytest.mark.parametrize(
    ("value", "shown"), [("166.666", "167"), ("16.666", "16.7"), ("16.04", "16"), ("100", "100"), ("0.25", "0.3")]
)
def test_a_computed_value_has_no_digits_that_mean_nothing(value, shown):
    assert str(rounded(Decimal(value))) == shown
