"""`python -m bot simulate`: the contract, what is refused, and every sum against another way of computing it."""

import json
import re
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import ceil, floor
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.simulate import Asked, as_contract, edition_on, simulation
from bot.errors import UnusableInput
from bot.programme.amounts import format_amount, parse_amount
from bot.programme.cofinancing import Inputs
from bot.programme.facts import Programme, load_programme
from bot.programme.models import Population
from commands.running import run

ROOT = Path(__file__).parents[2]
FICHES = ROOT / "knowledge" / "documents"
TODAY = date(2026, 11, 21)
FIRST_DAY, LAST_DAY, LOWER_CAP = date(2022, 5, 10), date(2026, 5, 20), date(2024, 2, 23)
KEYS = {"amount", "edition", "steps", "partner_share", "support_value", "warnings", "missing"}
MONEY = re.compile(r"\d+\.\d{2,}")


@cache
def programme() -> Programme:
    return load_programme(ROOT / "knowledge" / "programme")


def simulated(*arguments: str) -> dict[str, Any]:
    ran = run("simulate", *arguments, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("\n") == 1
    found: dict[str, Any] = json.loads(ran.out)
    return found


# ---- the contract --------------------------------------------------------------------------------------------------


def test_the_json_has_the_keys_of_the_contract_and_no_other() -> None:
    found = simulated("--edition", "17", "--budget", "450 000")
    assert found.keys() == KEYS
    assert (found["amount"], found["edition"]) == ("200000.00", 17)
    assert (found["partner_share"], found["support_value"]) == ("250000.00", "30000.00")
    assert found["missing"] == []
    assert found["warnings"]
    assert all(isinstance(one, str) for one in found["warnings"])


@pytest.mark.parametrize("edition", range(11, 18))
def test_every_step_says_its_rule_its_sum_and_a_source_that_exists(edition: int) -> None:
    found = simulated("--edition", str(edition), "--budget", "450k€", "--partner", "100k€", "--agent-time", "5k€")
    assert len(found["steps"]) >= 5
    for step in found["steps"]:
        assert step.keys() == {"rule", "formula", "inputs", "result", "citation"}
        assert step["rule"]
        assert re.search(r"\d", step["formula"])
        assert all(MONEY.fullmatch(value) for value in (step["result"], *step["inputs"].values()))
        cited = step["citation"]
        assert cited.keys() == {"document", "section", "title", "publisher", "url", "date"}
        assert all(cited.values())
        assert date.fromisoformat(cited["date"]) <= TODAY
        assert f"# {cited['section']}\n" in (FICHES / cited["document"]).read_text(encoding="utf-8")


def test_the_steps_lead_to_the_amount() -> None:
    found = simulated("--edition", "16", "--budget", "390000", "--partner", "220k", "--agent-time", "40k")
    results = [Decimal(step["result"]) for step in found["steps"]]
    assert Decimal(found["amount"]) in results
    assert Decimal(found["partner_share"]) == results[-1]


def test_half_cents_are_exact_in_the_steps_and_rounded_once() -> None:
    found = simulated("--edition", "17", "--budget", "100000,01")
    assert found["amount"] == "50000.00"
    assert "50000.005" in [step["result"] for step in found["steps"]]


def test_an_incubator_has_its_own_cap_and_no_support() -> None:
    found = simulated("--edition", "12", "--population", "incubator", "--budget", "500000")
    assert (found["amount"], found["support_value"]) == ("200000.00", None)


def test_populations_are_known_in_french_too() -> None:
    found = simulated("--edition", "12", "--population", "incubateur", "--budget", "500000")
    assert found["amount"] == "200000.00"


@pytest.mark.parametrize(
    "written", ["450000", "450 000", "450k€", "450 k€", "0,45 M€", "450 000 euros", "450 000,00 €", "450 000 €"]
)
def test_amounts_are_read_as_french_people_write_them(written: str) -> None:
    assert simulated("--edition", "13", "--budget", written)["amount"] == "225000.00"


@pytest.mark.parametrize("written", ["17", "FAST 17", "fast17", "17e", " 17 "])
def test_editions_are_read_leniently(written: str) -> None:
    assert simulated("--edition", written, "--budget", "10")["edition"] == 17


@pytest.mark.parametrize(
    ("day", "edition"),
    [
        ("2022-05-31", 11),
        ("2022-06-10", None),  # applications are taken all year, for FAST 11 or the next one
        ("2022-10-10", None),  # FAST 12 may be open
        ("2023-05-01", 13),
        ("2023-08-01", None),  # between two calls
        ("2024-05-20", 15),  # one source has it closed already
        ("2025-05-01", None),  # FAST 17 may be open: no source gives its opening
    ],
)
def test_the_edition_of_a_day_is_told_only_when_it_is_certain(day: str, edition: int | None) -> None:
    assert edition_on(programme(), date.fromisoformat(day)) == edition
    assert simulated("--on", day, "--budget", "10")["edition"] == edition


def test_the_edition_of_any_day_has_the_rule_of_that_day() -> None:
    for day in (FIRST_DAY + timedelta(days=count) for count in range((LAST_DAY - FIRST_DAY).days + 1)):
        edition = edition_on(programme(), day)
        if edition is not None:
            of_day, of_edition = (
                simulation(programme(), Asked(number, on, "product", Inputs(Decimal(10**6))), TODAY)
                for number, on in ((None, day), (edition, None))
            )
            assert of_day.estimate.amount == of_edition.estimate.amount, day


# ---- something is missing ------------------------------------------------------------------------------------------


def test_an_edition_alone_says_what_is_missing_and_what_the_maximum_takes() -> None:
    found = simulated("--edition", "17")
    assert found.keys() == KEYS
    assert (found["amount"], found["partner_share"]) == (None, None)
    assert set(found["missing"]) == {"budget", "partner"}
    assert any("400 000 €" in warning and "200 000 €" in warning for warning in found["warnings"])
    assert found["steps"]
    assert all(step["citation"] for step in found["steps"])


def test_an_edition_alone_says_so_in_words_too() -> None:
    ran = run("simulate", "--edition", "13")
    assert ran.code == 0
    assert "manque" in ran.out.splitlines()[0]
    assert "600 000 €" in ran.out


def test_with_the_cap_already_reached_no_budget_gives_more() -> None:
    found = simulated("--edition", "17", "--already-granted", "200k€")
    assert found["amount"] is None
    assert any("déjà atteint" in warning for warning in found["warnings"])


def test_agents_time_without_partner_money_asks_for_the_partner_money() -> None:
    assert simulated("--edition", "17", "--budget", "100k", "--agent-time", "5k")["missing"] == ["partner"]


def test_the_end_of_the_fund_is_told_from_its_day_on() -> None:
    for inputs in (Inputs(), Inputs(budget=Decimal(1000))):
        asked = Asked(17, None, "product", inputs)
        assert any("remplacé" in one for one in simulation(programme(), asked, date(2026, 5, 21)).warnings)
        assert not any("remplacé" in one for one in simulation(programme(), asked, date(2026, 5, 20)).warnings)


# ---- in words ------------------------------------------------------------------------------------------------------


def test_the_amount_comes_first_then_the_sum_the_warnings_and_the_sources() -> None:
    ran = run("simulate", "--edition", "17", "--budget", "450 000")
    first, *rest = ran.out.splitlines()
    assert "200 000 €" in first
    assert "FAST 17" in first
    assert any(line.startswith("- ") and "450 000 € × 50 % = 225 000 €" in line for line in rest)
    assert "plafond et non une promesse" in ran.out
    assert "https://beta.gouv.fr/" in ran.out
    assert "\x1b" not in ran.out


def test_words_and_json_give_the_same_sum() -> None:
    options = ("--on", "2023-05-01", "--partner", "120k€", "--already-spent", "20k€")
    amount = Decimal(simulated(*options)["amount"])
    assert format_amount(amount) in run("simulate", *options).out.splitlines()[0]


# ---- what is refused -----------------------------------------------------------------------------------------------

REFUSED = {
    "neither edition nor day": (["--budget", "5"], "--edition"),
    "both edition and day": (["--edition", "13", "--on", "2023-05-01"], "--on"),
    "French day": (["--on", "01/05/2023"], "01/05/2023"),
    "no such day": (["--on", "2024-02-30"], "2024-02-30"),
    "day on two lines": (["--on", "2024\n02"], "2024 02"),
    "before the first rule": (["--on", "2022-05-09", "--budget", "5"], "10 mai 2022"),
    "after the fund": (["--on", "2026-05-21", "--budget", "5"], "consolidation"),
    "edition without rule": (["--edition", "10", "--budget", "5"], "FAST 10"),
    "unknown edition": (["--edition", "42", "--budget", "5"], "FAST 42"),
    "edition zero": (["--edition", "0", "--budget", "5"], "FAST 0"),
    "edition in letters": (["--edition", "abc"], "abc"),
    "negative edition": (["--edition", "-3"], "-3"),
    "unknown population": (["--edition", "13", "--population", "startup"], "startup"),
    "incubators no longer": (["--edition", "13", "--population", "incubator", "--budget", "5"], "incubateurs"),
    "negative budget": (["--edition", "17", "--budget", "-5"], "négatif"),
    "negative partner": (["--edition", "17", "--partner=-5 k€"], "négatif"),
    "typographic minus": (["--edition", "17", "--budget", "−5"], "négatif"),
    "zero": (["--edition", "17", "--budget", "0"], "nul"),
    "not an amount": (["--edition", "17", "--budget", "beaucoup"], "--budget"),
    "empty amount": (["--edition", "17", "--partner", ""], "--partner"),
    "not a number": (["--edition", "17", "--budget", "NaN"], "--budget"),
    "a monthly cost": (["--edition", "17", "--budget", "30 k€ par mois"], "--budget"),
    "dollars": (["--edition", "17", "--budget", "$500"], "euros"),
    "absurd": (["--edition", "17", "--budget", "1000000000000000"], "zéros"),
    "more agents' time than money": (["--edition", "17", "--partner", "10", "--agent-time", "20"], "20 €"),
    "no such option": (["--edition", "17", "--bugdet", "5"], "--budget"),
    "unquoted spaces": (["--edition", "17", "--budget", "450", "000"], "« 000 »"),
    "no value": (["--edition", "17", "--budget"], "--budget"),
    "a value for a flag": (["--edition", "17", "--json=1"], "--json"),
}


@pytest.mark.parametrize(("arguments", "named"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("as_json", [True, False])
def test_unusable_input_is_one_clear_line_and_exit_code_2(arguments: list[str], named: str, as_json: bool) -> None:
    ran = run("simulate", *(["--json"] if as_json else []), *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith("\n")
    assert ran.err.count("\n") == 1
    assert named in ran.err


def test_a_configuration_that_cannot_be_read_is_exit_code_2(tmp_path: Path) -> None:
    ran = run("--config", str(tmp_path / "none.toml"), "simulate", "--edition", "17")
    assert (ran.code, ran.out) == (2, "")
    assert "none.toml" in ran.err


@pytest.mark.parametrize(("arguments", "code"), [(["--budget", "450k€"], 0), (["--budget", "-5"], 2)])
def test_the_program_itself_has_the_same_exit_codes(arguments: list[str], code: int) -> None:
    command = [sys.executable, "-m", "bot", "simulate", "--edition", "17", "--json", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == code
    if code:
        assert (done.stdout, done.stderr.count("\n")) == ("", 1)
    else:
        assert json.loads(done.stdout)["amount"] == "200000.00"


# ---- another way of computing it ------------------------------------------------------------------------------------


def cap_of(edition: int | None, day: date | None, population: Population) -> int:
    if population == "incubator":
        return 200_000
    if day is not None:
        return 300_000 if day < LOWER_CAP else 200_000
    assert edition is not None
    return 300_000 if edition <= 14 else 200_000


def by_hand(cap: int, amounts: dict[str, Decimal]) -> tuple[Fraction, Fraction]:
    """Return the amount and the partner's share, exact, by fractions and whole cents."""
    euros = {name: Fraction(value) for name, value in amounts.items()}
    out = euros.get("agent_time", Fraction(0)) + euros.get("already_spent", Fraction(0))
    bounds = [max(Fraction(cap) - euros.get("already_granted", Fraction(0)), Fraction(0))]
    if "partner" in euros:
        bounds.append(euros["partner"] - out)
    if "budget" in euros:
        bounds.append(euros["budget"] / 2)
    amount = Fraction(floor(min(bounds) * 100), 100)
    share = euros["budget"] - amount if "budget" in euros else euros["partner"] - out
    return amount, Fraction(ceil(share * 100), 100)


def in_french(amount: Decimal, form: int) -> str:
    """Write an amount in one of the forms that are exact for it."""
    forms = [str(amount), str(amount).replace(".", ","), format_amount(amount), f"{amount:,.2f}€".replace(",", " ")]
    forms += [f"{amount / 1000:f}k€".replace(".", ",")] if amount % 10 == 0 else []
    forms += [f"{amount / 1_000_000:f} M€".replace(".", ",")] if amount % 100_000 == 0 else []
    return forms[form % len(forms)]


cents = st.integers(1, 150_000_000).map(lambda count: Decimal(count) / 100)
thousands = st.integers(1, 1500).map(lambda count: Decimal(count * 1000))
near_the_caps = st.sampled_from([200_000, 300_000, 400_000, 600_000]).flatmap(
    lambda cap: st.integers(-101, 101).map(lambda count: Decimal(cap) + Decimal(count) / 100)
)
euros = cents | thousands | near_the_caps


@st.composite
def amounts(draw: st.DrawFn) -> dict[str, Decimal]:
    given_ones = draw(st.sampled_from([("budget",), ("partner",), ("budget", "partner")]))
    found = {name: draw(euros) for name in given_ones}
    if draw(st.booleans()):
        found["already_granted"] = draw(euros)
    if "partner" in found and draw(st.booleans()):
        found["agent_time"] = Decimal(draw(st.integers(0, int(found["partner"]))))
        found["already_spent"] = Decimal(draw(st.integers(0, int(found["partner"] - found["agent_time"]))))
    return found


scopes = st.one_of(
    st.tuples(st.integers(11, 17), st.none(), st.just("product")),
    st.tuples(st.integers(11, 12), st.none(), st.just("incubator")),
    st.tuples(st.none(), st.dates(FIRST_DAY, LAST_DAY), st.just("product")),
)


@settings(max_examples=300, deadline=None)
@given(scope=scopes, given_ones=amounts(), form=st.integers(0, 5))
def test_every_sum_is_the_one_computed_by_hand(
    scope: tuple[int | None, date | None, Population], given_ones: dict[str, Decimal], form: int
) -> None:
    edition, day, population = scope
    written = {name: parse_amount(in_french(value, form)) for name, value in given_ones.items()}
    assert written == given_ones
    found = as_contract(simulation(programme(), Asked(edition, day, population, Inputs(**written)), TODAY))
    amount, share = by_hand(cap_of(edition, day, population), given_ones)
    assert Fraction(Decimal(found["amount"])) == amount
    assert Fraction(Decimal(found["partner_share"])) == share
    assert MONEY.fullmatch(found["amount"])
    assert Decimal(found["amount"]).as_tuple().exponent == -2


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40), st.sampled_from(["--edition", "--on", "--budget", "--partner", "--population"]))
def test_whatever_is_typed_is_computed_or_refused_in_one_line(text: str, option: str) -> None:
    base = [] if option in ("--edition", "--on") else ["--edition", "17"]
    ran = run("simulate", *base, f"{option}={text}", "--json")
    assert (ran.code, ran.err.count("\n")) in ((0, 0), (2, 1)), ran


def test_both_populations_are_covered_here() -> None:
    assert set(get_args(Population)) == {"product", "incubator"}


def test_neither_edition_nor_day_is_refused_by_the_function_too() -> None:
    with pytest.raises(UnusableInput):
        simulation(programme(), Asked(None, None, "product", Inputs(budget=Decimal(1))), TODAY)
