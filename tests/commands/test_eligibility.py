"""`python -m bot eligibility`: the interview led by piped lines, then the verdict and what goes with it."""

import os
import pty
import re
import subprocess
import sys
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.eligibility import Asked, Given, chosen, conclusion, hold
from bot.errors import UserError
from bot.programme.amounts import format_amount
from bot.programme.criteria import Criteria, Criterion
from bot.programme.criteria_file import load_criteria
from bot.programme.eligibility import Answer, Verdict, next_question, other_funds
from bot.programme.facts import Programme, load_programme
from commands.running import Ran, run

ROOT = Path(__file__).parents[2]
FACTS = ROOT / "knowledge" / "programme"
TODAY = date(2026, 11, 21)  # no call is open
OPEN = date(2026, 6, 1)  # the consolidation programme's is
VERDICT = re.compile(r"^Verdict : .*$", re.MULTILINE)


@cache
def periods() -> tuple[Criteria, ...]:
    """The periods, each as it stood at its end."""
    return tuple(one.as_of(None) for one in load_criteria(FACTS))


@cache
def programme() -> Programme:
    return load_programme(FACTS)


def period(name: str) -> Criteria:
    return next(one for one in periods() if one.id == name)


def good(criterion: Criterion) -> str:
    return "non" if criterion.excluded_by == "yes" else "oui"


def bad(criterion: Criterion) -> str:
    return "oui" if criterion.excluded_by == "yes" else "non"


def interview(*lines: str, options: tuple[str, ...] = (), today: date = TODAY) -> Ran:
    ran = run("eligibility", "--today", today.isoformat(), *options, lines="".join(f"{line}\n" for line in lines))
    assert (ran.code, ran.err) == (0, "")
    return ran


def verdicts(ran: Ran) -> list[str]:
    return [line.casefold() for line in VERDICT.findall(ran.out)]


every_period = pytest.mark.parametrize("criteria", periods(), ids=lambda criteria: criteria.id)


def options_of(criteria: Criteria) -> tuple[str, ...]:
    return ("--edition", str(criteria.editions[0]), "--programme", criteria.programme)


# ---- which criteria ------------------------------------------------------------------------------------------------


def test_by_default_the_criteria_in_force_today_are_followed_and_named() -> None:
    ran = interview()
    assert "consolidation" in ran.out.splitlines()[0]
    assert period("consolidation-2026").criteria[0].question in ran.out


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (Asked(), "consolidation-2026"),
        (Asked(edition=12), "fast-2022"),
        (Asked(edition=13, programme="fast"), "fast-2023-04"),
        (Asked(edition=1, programme="consolidation"), "consolidation-2026"),
        (Asked(on=date(2024, 6, 1)), "fast-2023-09"),
        (Asked(on=date(2024, 6, 1), programme="fast"), "fast-2023-09"),
        (Asked(programme="fast"), "fast-2023-09"),  # over: its last criteria
        (Asked(programme="consolidation"), "consolidation-2026"),
    ],
)
def test_the_criteria_asked_for_are_those_followed(asked: Asked, name: str) -> None:
    assert chosen(periods(), asked, TODAY).id == name


def test_criteria_that_no_longer_hold_are_told_as_past() -> None:
    assert "19 septembre 2023" in interview(options=("--edition", "13")).out.splitlines()[0]
    assert "21 mai 2026" in interview(options=("--programme", "fast")).out.splitlines()[0]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--edition", "10"], "FAST 10"),
        (["--edition", "x"], "« x »"),
        (["--edition", "2", "--programme", "consolidation"], "consolidation"),
        (["--edition", "13", "--on", "2023-05-01"], "--on"),
        (["--on", "2021-01-01"], "2021"),
        (["--on", "hier"], "hier"),
        (["--on", "2024-01-01", "--programme", "consolidation"], "consolidation"),
        (["--programme", "ftap"], "ftap"),
        (["--today", "demain"], "demain"),
        (["--editon", "13"], "--edition"),
        (["13"], "13"),
    ],
)
def test_an_unusable_option_is_one_line_and_exit_code_2(options: list[str], named: str) -> None:
    ran = run("eligibility", *options)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert named in ran.err


# ---- the interview ---------------------------------------------------------------------------------------------------


@every_period
def test_meeting_every_criterion_is_eligible(criteria: Criteria) -> None:
    ran = interview(*map(good, criteria.criteria), options=options_of(criteria))
    assert len(verdicts(ran)) == 1
    assert "éligible" in verdicts(ran)[0]
    assert "non éligible" not in verdicts(ran)[0]


@every_period
def test_each_required_criterion_that_is_not_met_is_the_reason_with_its_source(criteria: Criteria) -> None:
    for position, one in enumerate(criteria.criteria):
        if one.role != "required":
            continue
        ran = interview(*map(good, criteria.criteria[:position]), bad(one), options=options_of(criteria))
        assert "non éligible" in verdicts(ran)[0]
        after = ran.out.split("Verdict")[1]
        assert one.reason in after
        assert one.sources[0].url in after
        assert ran.out.count("Question ") == position + 1


@every_period
def test_an_unknown_answer_cannot_say_and_tells_what_to_check_and_with_whom(criteria: Criteria) -> None:
    ran = interview("je ne sais pas", *map(good, criteria.criteria[1:]), options=options_of(criteria))
    assert "impossible à dire" in verdicts(ran)[0]
    after = ran.out.split("Verdict")[1]
    assert criteria.criteria[0].question in after
    assert criteria.ask in after


def test_of_a_group_the_first_criterion_met_ends_the_questions() -> None:
    criteria = period("consolidation-2026")
    required = [one for one in criteria.criteria if one.role == "required"]
    assert "éligible" in verdicts(interview(*["oui"] * len(required), "non", "oui"))[0]
    lost = interview(*["oui"] * len(required), *["non"] * (len(criteria.criteria) - len(required)))
    assert "non éligible" in verdicts(lost)[0]
    assert all(one.reason in lost.out for one in criteria.criteria if one.role == "one_of")


def test_a_priority_that_is_not_met_is_told_and_excludes_nothing() -> None:
    criteria = period("fast-2023-09")
    last = criteria.criteria[-1]
    assert last.role == "priority"
    ran = interview(*map(good, criteria.criteria[:-1]), "non", options=("--edition", "17"))
    assert "non éligible" not in verdicts(ran)[0]
    assert last.reason in ran.out


@pytest.mark.parametrize("short", ["o", "Oui", "OUI !", "ouais", "yes", "  oui  "])
def test_yes_is_read_in_its_short_forms(short: str) -> None:
    assert "Question 2 " in interview(short).out


@pytest.mark.parametrize("short", ["n", "non", "pas encore", "no"])
def test_no_is_read_in_its_short_forms(short: str) -> None:
    assert verdicts(interview(short))


@pytest.mark.parametrize("short", ["?", "nsp", "jsp", "je sais pas", "aucune idée"])
def test_not_knowing_is_an_answer(short: str) -> None:
    assert "Question 2 " in interview(short).out


@pytest.mark.parametrize("why", ["pourquoi ?", "Pourquoi", "p", "pk ?"])
def test_why_gives_the_explanation_and_its_source_then_waits_for_the_answer(why: str) -> None:
    first, second = period("consolidation-2026").criteria[:2]
    ran = interview(why, "oui")
    assert first.explanation in ran.out
    assert first.sources[0].url in ran.out
    assert second.question in ran.out.split(first.explanation)[1]


def test_back_asks_the_previous_question_again_and_the_new_answer_counts() -> None:
    ran = interview("oui", "nsp", "retour", "oui", *["oui"] * 5)
    assert "je ne sais pas." in ran.out.split("Question 3")[1]
    assert "impossible" not in verdicts(ran)[0]
    assert ran.out.count("Question 2 ") == 2


def test_back_can_be_said_several_times() -> None:
    ran = interview("nsp", "nsp", "nsp", "retour", "r", "Retour !", *["oui"] * 7)
    assert ran.out.count("Question 1 ") == 2
    assert len(verdicts(ran)) == 1
    assert "impossible" not in verdicts(ran)[0]


def test_back_at_the_first_question_stays_there() -> None:
    ran = interview("retour", "oui")
    assert ran.out.count("Question 1 ") == 2
    assert "Question 2 " in ran.out


def test_back_after_the_verdict_takes_the_interview_up_again() -> None:
    ran = interview("non", "retour", *["oui"] * 7)
    assert ["non éligible" in one for one in verdicts(ran)] == [True, False]


@pytest.mark.parametrize("stop", ["stop", "STOP", "q", "quitter"])
def test_stop_ends_without_a_verdict(stop: str) -> None:
    ran = interview("oui", stop, "oui")
    assert not verdicts(ran)
    assert "pas de verdict" in ran.out
    assert "Question 3" not in ran.out


def test_the_end_of_the_lines_ends_without_a_verdict() -> None:
    ran = interview("oui")
    assert not verdicts(ran)
    assert "pas de verdict" in ran.out


def test_what_is_not_understood_is_asked_again() -> None:
    ran = interview("peut-être bien que oui, ou pas", "", "oui")
    assert ran.out.count("Question 1 ") == 3
    assert "Question 2 " in ran.out


def test_lines_that_are_no_text_are_asked_again() -> None:
    ran = run("eligibility", "--today", "2026-11-21", lines=b"\xff\xfe oui\n" + b"o" * 300_000 + b"\noui\n")
    assert ran.code == 0
    assert ran.out.count("Question 1 ") == 3
    assert "Question 2 " in ran.out


def test_lines_may_end_as_on_windows() -> None:
    assert "Question 3 " in run("eligibility", "--today", "2026-11-21", lines=b"oui\r\noui\r\n").out


# ---- what goes with the verdict --------------------------------------------------------------------------------------


def test_without_an_open_call_the_verdict_says_so_and_since_when() -> None:
    ran = interview("non")
    assert "21 novembre 2026, aucun appel" in ran.out
    assert "21 juin 2026" in ran.out
    assert "pas une décision" in ran.out


def test_while_its_call_is_open_the_verdict_says_how_long() -> None:
    ran = interview("non", today=OPEN)
    assert "aucun appel" not in ran.out
    assert "20 jours" in ran.out


def test_past_criteria_say_which_call_is_open_instead() -> None:
    ran = interview("non", options=("--edition", "13"), today=OPEN)
    assert "aucun appel" in ran.out
    assert "15 mai 2023" in ran.out
    assert "20 jours" in ran.out


def test_the_replacement_of_the_fund_is_told_only_once_it_has_happened() -> None:
    before = interview("non", options=("--edition", "17"), today=date(2026, 1, 1))
    after = interview("non", options=("--edition", "17"))
    assert ["remplacé" in ran.out for ran in (before, after)] == [False, True]


def test_the_other_funds_come_with_year_cap_rate_and_source() -> None:
    after = interview(*["oui"] * 7).out.split("Verdict")[1]
    for suggested in other_funds(programme().funds, {"public": "yes"}):
        fund = suggested.fund
        line = next(line for line in after.splitlines() if line.startswith(f"- {fund.name} ("))
        assert str(fund.year) in line
        assert f"{fund.rate:f} %" in line
        if fund.maximum:
            assert format_amount(fund.maximum) in line
        assert ("clos" in line) == bool(fund.closed)
        assert fund.sources[0].url in after


def test_no_fund_is_named_for_what_is_not_public() -> None:
    assert not any(fund.name in interview("non").out for fund in programme().funds)


def test_nothing_is_coloured_when_the_output_is_no_terminal() -> None:
    assert "\x1b" not in interview(*["oui"] * 7).out


# ---- whatever is typed -----------------------------------------------------------------------------------------------

LINES = st.sampled_from(["oui", "non", "nsp", "pourquoi ?", "retour", "bof", ""]) | st.text(max_size=12)


@settings(max_examples=200, deadline=None)
@given(criteria=st.sampled_from(periods()), lines=st.lists(LINES, max_size=40))
def test_whatever_is_typed_leads_to_the_verdict_that_the_last_answers_give(
    criteria: Criteria, lines: list[str]
) -> None:
    said: list[str] = []
    concluded: list[tuple[Verdict, Given]] = []

    def conclude(verdict: Verdict, answers: Given) -> str:
        concluded.append((verdict, answers))
        return conclusion(programme(), verdict, answers, TODAY)

    hold(criteria, iter(lines), said.append, conclude)
    assert all(said)
    for verdict, answers in concluded:
        assert next_question(criteria, dict(answers)) == verdict
        replayed: dict[str, Answer] = {}
        for name, answer in answers:
            step = next_question(criteria, replayed)
            assert not isinstance(step, Verdict)
            assert step.criterion.id == name
            replayed[name] = answer


def test_an_unusable_line_is_told_as_it_is() -> None:
    said: list[str] = []
    hold(periods()[0], iter([UserError("illisible")]), said.append, lambda verdict, answers: "")
    assert said[1].startswith("illisible")


# ---- on a terminal ---------------------------------------------------------------------------------------------------
def test_on_a_terminal_the_answers_are_typed_and_enter_ends_after_the_verdict() -> None:
    typed, screen = pty.openpty()
    command = [sys.executable, "-m", "bot", "eligibility", "--today", TODAY.isoformat()]
    with subprocess.Popen(command, cwd=ROOT, stdin=screen, stdout=subprocess.PIPE, text=True) as process:
        os.write(typed, b"oui\nnon\n\n")
        out = process.communicate(timeout=60)[0]
    os.close(screen)
    os.close(typed)
    assert process.returncode == 0
    assert "Verdict : non éligible" in out
    assert "Entrée" in out
