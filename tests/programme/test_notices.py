"""What is said beside a ceiling: each notice on its own side of a limit, with its figures and its source."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from records import page

from bot.programme.models import Source
from bot.programme.notices import Notice, Sums, notices
from bot.programme.rules import Note, Rules
from bot.programme.sums import Inputs


def source(name: str) -> Source:
    return Source(**page(name))


NAMES = ("cap", "rate", "ratio", "partner_money", "support_value", "awards_per_year", "ended")
# Twice what the partner brings, a quarter of the budget: no two figures of it are the same by chance.
RULES = Rules(
    "FAST 13",
    "product",
    cap=Decimal(1000),
    rate=Decimal("0.25"),
    ratio=Decimal(2),
    citations={name: source(name) for name in NAMES},
)
TEXTS = {
    name: Note(f"Note {name}.", source(f"note-{name}"))
    for name in ("not_a_promise", "partner_money", "support_paid", "incubator_rate")
}
ENDED = date(2026, 5, 21)
NO_DEDUCTION = Inputs(agent_time=Decimal(0), already_spent=Decimal(0), already_granted=Decimal(0))


def sums(amount: int = 500, **more: int | None) -> Sums:
    """The sums of a budget that the ceiling uses up, of which nothing more need be said."""
    figures = {"budget": 1000, "half": 500, "eligible": 500, "cap_left": 500} | more
    return Sums(Decimal(amount), **{name: None if n is None else Decimal(n) for name, n in figures.items()})  # type: ignore[arg-type]


def said(
    found: Sums, inputs: Inputs = NO_DEDUCTION, rules: Rules = RULES, today: date | None = None
) -> dict[str, Notice]:
    return {one.id: one for one in notices(rules, inputs, found, today)}


def cited(notice: Notice) -> str | None:
    return notice.citation.id if notice.citation else None


def test_of_a_plain_sum_only_that_it_is_no_promise_is_said() -> None:
    assert list(said(sums())) == ["not_a_promise"]
    assert list(said(sums(0))) == ["to_reach_the_cap"]


def test_the_end_of_the_fund_is_said_from_its_day_on() -> None:
    ended = replace(RULES, ended=ENDED, ended_by="programme suivant")
    assert "par le programme suivant depuis le 21 mai 2026" in said(sums(), rules=ended, today=ENDED)["ended"].text
    assert "par le" not in said(sums(), rules=replace(ended, ended_by=None), today=ENDED)["ended"].text
    assert cited(said(sums(), rules=ended, today=ENDED)["ended"]) == "ended"
    for rules, today in ((ended, date(2026, 5, 20)), (ended, None), (RULES, ENDED)):
        assert "ended" not in said(sums(), rules=rules, today=today)


def test_what_the_facts_say_of_a_ceiling_follows_our_own_words() -> None:
    noted = said(sums(), rules=replace(RULES, notes=TEXTS))
    assert noted["not_a_promise"].text.endswith("ou rien. Note not_a_promise.")
    assert cited(noted["not_a_promise"]) == "note-not_a_promise"
    assert cited(said(sums())["not_a_promise"]) is None


def test_without_partner_money_what_it_must_bring_is_said() -> None:
    told = said(sums(eligible=None))["partner_must_bring"]
    assert "au moins 250 €" in told.text
    assert cited(told) == "ratio"
    assert "partner_must_bring" not in said(sums())
    assert "no_partner_money" not in said(sums(eligible=None))


@pytest.mark.parametrize(("eligible", "is_said"), [(0, True), (1, False)])
def test_partner_money_of_which_nothing_counts_is_said(eligible: int, is_said: bool) -> None:
    found = said(sums(eligible=eligible))
    assert ("no_partner_money" in found) is is_said
    assert not is_said or cited(found["no_partner_money"]) == "partner_money"


def test_what_is_left_out_of_the_partner_money_is_said_with_its_sum() -> None:
    inputs = replace(NO_DEDUCTION, agent_time=Decimal(30), already_spent=Decimal(12))
    told, undeducted = said(sums(), inputs)["left_out"], said(sums(eligible=None), inputs)["left_out"]
    assert "(42 €)" in told.text
    assert "déduits de rien" not in told.text
    assert "déduits de rien" in undeducted.text
    assert cited(told) == "partner_money"
    assert "partner_money_assumed" not in said(sums(), inputs)


@pytest.mark.parametrize("unsaid", ["agent_time", "already_spent"])
def test_what_nobody_said_to_be_left_out_is_assumed_not_to_be(unsaid: str) -> None:
    inputs = replace(NO_DEDUCTION, **{unsaid: None})
    assert cited(said(sums(), inputs)["partner_money_assumed"]) == "partner_money"
    assert "partner_money_assumed" not in said(sums(eligible=None), inputs)


def test_the_proof_of_the_partner_money_is_asked_where_the_facts_ask_it() -> None:
    told = said(sums(), rules=replace(RULES, notes=TEXTS))["proof"]
    assert (told.text, cited(told)) == ("Note partner_money.", "note-partner_money")


def with_budget(budget: int, **more: int | None) -> dict[str, Notice]:
    return said(sums(budget=budget, **more), replace(NO_DEDUCTION, budget=Decimal(budget)))


def test_the_partner_is_the_limit_below_the_half_and_the_cap() -> None:
    told = with_budget(1000, eligible=200)["partner_is_the_limit"]
    assert "avec 50 € de plus" in told.text
    assert cited(told) == "ratio"
    assert "avec 20 € de plus" in with_budget(1000, eligible=200, cap_left=440)["partner_is_the_limit"].text
    assert "partner_is_the_limit" not in with_budget(1000, eligible=250)
    assert "partner_is_the_limit" not in said(sums(eligible=200))


def test_what_nobody_finances_of_the_budget_is_said() -> None:
    assert "1 € du budget" in with_budget(1001)["not_financed"].text
    assert not {"not_financed", "partner_above_budget"} & with_budget(1000).keys()
    assert not {"not_financed", "partner_above_budget"} & with_budget(500).keys()
    assert "partner_above_budget" in with_budget(499)
    assert not {"not_financed", "partner_is_the_limit"} & with_budget(9000, eligible=None).keys()


def test_money_already_granted_is_assumed_not_to_be_unless_it_is_said() -> None:
    unsaid = replace(NO_DEDUCTION, already_granted=None)
    assert cited(said(sums(), unsaid)["nothing_granted_assumed"]) == "cap"
    assert "nothing_granted_assumed" not in said(sums())


def test_a_second_grant_and_a_cap_already_reached_are_said() -> None:
    once, granted = replace(RULES, awards_per_year=1), replace(NO_DEDUCTION, already_granted=Decimal(1000))
    reached = said(sums(0, cap_left=0), granted, once)
    assert "Le plafond de 1 000 € par an" in reached["cap_already_reached"].text
    assert (cited(reached["cap_already_reached"]), cited(reached["once_a_year"])) == ("cap", "awards_per_year")
    assert not {"cap_already_reached", "to_reach_the_cap"} & said(sums(), granted, once).keys()
    assert "to_reach_the_cap" not in reached
    for number in (None, 2):
        assert "once_a_year" not in said(sums(), granted, replace(RULES, awards_per_year=number))
    assert not {"cap_already_reached", "once_a_year"} & said(sums(0, cap_left=0), rules=once).keys()


def test_what_it_takes_to_reach_the_cap_is_said_below_it() -> None:
    told = said(sums(499))["to_reach_the_cap"]
    assert "atteindre 500 €, il faut un budget d'au moins 2 000 €, dont 250 €" in told.text
    assert cited(told) == "cap"
    assert "capped" not in said(sums(499, half=501))


def test_a_budget_beyond_the_cap_adds_nothing() -> None:
    told = said(sums(500, half=501))["capped"]
    assert "dès 2 000 € de budget" in told.text
    assert cited(told) == "cap"
    assert "capped" not in said(sums(500))


@pytest.mark.parametrize(("amount", "text"), [(501, "il en reste 1 €"), (500, None), (499, None)])
def test_what_the_support_leaves_of_the_amount_is_said_above_its_value(amount: int, text: str | None) -> None:
    valued = replace(RULES, support_value=Decimal(500))
    found = said(sums(amount), rules=valued).get("support_included")
    assert (found and found.text.removesuffix(".").partition(", ")[2]) == text
    assert found is None or cited(found) == "support_value"


def test_what_the_facts_say_of_the_support_is_said_when_there_is_an_amount() -> None:
    noted = replace(RULES, notes=TEXTS, support_value=Decimal(400))
    told = said(sums(), rules=noted)["support_included"]
    assert (
        told.text == "Note support_paid. Si les 400 € de l'accompagnement sont pris sur ce montant, il en reste 100 €."
    )
    assert cited(told) == "note-support_paid"
    assert "support_included" not in said(sums(0), rules=noted)
    assert "support_included" not in said(sums())


def test_a_rate_supposed_for_incubators_is_said() -> None:
    assert cited(said(sums(), rules=replace(RULES, notes=TEXTS))["incubator_rate"]) == "note-incubator_rate"


def test_the_most_important_comes_first() -> None:
    rules = replace(RULES, notes=TEXTS, ended=ENDED, support_value=Decimal(400))
    inputs = Inputs(budget=Decimal(2000))
    assert list(said(sums(499, budget=2000, eligible=200), inputs, rules, ENDED)) == [
        "ended",
        "not_a_promise",
        "partner_money_assumed",
        "partner_is_the_limit",
        "not_financed",
        "proof",
        "nothing_granted_assumed",
        "to_reach_the_cap",
        "support_included",
        "incubator_rate",
    ]
