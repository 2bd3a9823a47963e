"""The eligibility interview: every path ends, each verdict has its reasons, answers can change."""

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import KnowledgeError, NoRuleInForce
from bot.programme.criteria import Criteria, Criterion
from bot.programme.criteria_file import load_criteria
from bot.programme.eligibility import (
    Answer,
    Outcome,
    Question,
    Verdict,
    criteria_for,
    next_question,
    other_funds,
    parse_answer,
)
from bot.programme.facts import load_programme
from bot.programme.models import Fund

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
ANSWERS: tuple[Answer, ...] = ("yes", "no", "unknown")


@cache
def periods() -> tuple[Criteria, ...]:
    return load_criteria(KNOWLEDGE / "programme", KNOWLEDGE / "documents")


@cache
def stated() -> tuple[Criteria, ...]:
    """Each period as it stood at its end, and as it began."""
    return tuple(dict.fromkeys(one.as_of(day) for one in periods() for day in (None, one.valid_from)))


def period(name: str) -> Criteria:
    return next(one for one in stated() if one.id == name)


def good(criterion: Criterion) -> Answer:
    return "no" if criterion.excluded_by == "yes" else "yes"


def bad(criterion: Criterion) -> Answer:
    return criterion.excluded_by


def all_good(criteria: Criteria) -> dict[str, Answer]:
    return {one.id: good(one) for one in criteria.criteria}


def interview(criteria: Criteria, answers: Mapping[str, Answer]) -> tuple[Verdict, list[str]]:
    """Answer each question asked from `answers`; return the verdict and the questions asked."""
    given_ones: dict[str, Answer] = {}
    asked: list[str] = []
    while isinstance(step := next_question(criteria, given_ones), Question):
        assert step.criterion.id not in asked
        assert step.number == len(asked) + 1 <= step.at_most <= len(criteria.criteria)
        asked.append(step.criterion.id)
        given_ones[step.criterion.id] = answers[step.criterion.id]
    return step, asked


every_period = pytest.mark.parametrize(
    "criteria", stated(), ids=lambda criteria: f"{criteria.id}-{len(criteria.criteria)}"
)


# ---- which criteria --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2022, 5, 10), "fast-2022"),
        (date(2023, 4, 6), "fast-2022"),
        (date(2023, 4, 7), "fast-2023-04"),
        (date(2023, 9, 18), "fast-2023-04"),
        (date(2023, 9, 19), "fast-2023-09"),
        (date(2026, 5, 20), "fast-2023-09"),
        (date(2026, 5, 21), "consolidation-2026"),
        (date(2026, 11, 21), "consolidation-2026"),
    ],
)
def test_the_criteria_of_a_day_are_those_in_force(day: date, name: str) -> None:
    assert criteria_for(periods(), on=day).id == name


@pytest.mark.parametrize(
    ("edition", "name"),
    [(11, "fast-2022"), (12, "fast-2022"), (13, "fast-2023-04"), (14, "fast-2023-09"), (17, "fast-2023-09")],
)
def test_the_criteria_of_an_edition_are_its_own(edition: int, name: str) -> None:
    assert criteria_for(periods(), edition=edition).id == name


def test_a_criterion_holds_from_the_day_its_page_was_published() -> None:
    before, after = (criteria_for(periods(), on=date(2023, 4, day)) for day in (25, 26))
    assert "accessibility_statement" not in {one.id for one in before.criteria}
    assert "accessibility_statement" in {one.id for one in after.criteria}
    assert criteria_for(periods(), edition=13) == after
    for criteria in (before, after):
        assert len({one.id for one in criteria.criteria}) == len(criteria.criteria)
    assert all(source.id == "fast-2023" for one in before.criteria if one.until for source in one.sources)


def test_the_first_edition_of_the_consolidation_is_not_fast_1() -> None:
    assert criteria_for(periods(), edition=1, programme="consolidation").id == "consolidation-2026"
    with pytest.raises(NoRuleInForce):
        criteria_for(periods(), edition=1)


@pytest.mark.parametrize(
    "asked", [{"edition": 10}, {"edition": 42}, {"on": date(2022, 5, 9)}, {"on": date(2019, 6, 1)}]
)
def test_there_are_no_criteria_where_no_document_gives_any(asked: dict[str, object]) -> None:
    with pytest.raises(NoRuleInForce):
        criteria_for(periods(), **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"edition": 10}, "FAST 10 ; les premiers connus sont ceux du FAST 11 et 12"),
        ({"on": date(2019, 6, 1)}, "1er juin 2019 ; les premiers connus sont ceux du FAST 11 et 12"),
        ({"on": date(2019, 6, 1), "programme": "consolidation"}, "ceux du programme de consolidation"),
        ({"programme": "inconnu"}, "pour cette demande."),
    ],
)
def test_the_refusal_names_what_was_asked_and_the_first_criteria_known(asked: dict[str, object], named: str) -> None:
    with pytest.raises(NoRuleInForce, match=re.escape(named)):
        criteria_for(periods(), **asked)  # type: ignore[arg-type]


# ---- the interview ---------------------------------------------------------------------------------------------


@every_period
def test_meeting_every_criterion_is_eligible(criteria: Criteria) -> None:
    verdict, _ = interview(criteria, all_good(criteria))
    assert verdict.outcome is Outcome.ELIGIBLE
    assert (verdict.reasons, verdict.to_check, verdict.remarks) == ((), (), ())


@every_period
def test_one_required_criterion_not_met_ends_the_interview_with_its_reason(criteria: Criteria) -> None:
    for one in criteria.criteria:
        if one.role != "required":
            continue
        verdict, asked = interview(criteria, {**all_good(criteria), one.id: bad(one)})
        assert verdict.outcome is Outcome.NOT_ELIGIBLE
        assert verdict.reasons == (one,)
        assert asked[-1] == one.id


@every_period
def test_one_unknown_answer_cannot_say_and_tells_what_to_check(criteria: Criteria) -> None:
    for one in criteria.criteria:
        if one.role != "required":
            continue
        verdict, _ = interview(criteria, {**all_good(criteria), one.id: "unknown"})
        assert verdict.outcome is Outcome.CANNOT_SAY
        assert verdict.to_check == (one,)
        assert one not in verdict.met
        assert criteria.ask


@every_period
def test_an_excluding_answer_outweighs_unknown_ones(criteria: Criteria) -> None:
    last = next(one for one in reversed(criteria.criteria) if one.role == "required")
    unknown: dict[str, Answer] = dict.fromkeys((one.id for one in criteria.criteria), "unknown")
    verdict, _ = interview(criteria, {**unknown, last.id: bad(last)})
    assert verdict.outcome is Outcome.NOT_ELIGIBLE
    assert verdict.to_check


@every_period
def test_a_priority_never_excludes(criteria: Criteria) -> None:
    priorities = [one for one in criteria.criteria if one.role == "priority"]
    for one, answer in product(priorities, ("no", "unknown")):
        verdict, _ = interview(criteria, {**all_good(criteria), one.id: answer})  # type: ignore[dict-item]
        assert verdict.outcome is Outcome.ELIGIBLE
        assert verdict.remarks == (one,)


def verdicts(criteria: Criteria, answers: dict[str, Answer]) -> Iterator[tuple[dict[str, Answer], Verdict]]:
    """Yield the verdict at the end of each path from these answers on, whatever is answered."""
    step = next_question(criteria, answers)
    if isinstance(step, Verdict):
        yield answers, step
        return
    assert step.criterion.id not in answers
    assert step.number == len(answers) + 1 <= step.at_most <= len(criteria.criteria)
    for answer in ANSWERS:
        yield from verdicts(criteria, {**answers, step.criterion.id: answer})


@every_period
def test_every_path_reaches_the_verdict_that_its_answers_call_for_each_reason_with_its_source(
    criteria: Criteria,
) -> None:
    # From the last nine questions on, every path; before them, the only answers that lead there are good or unknown.
    first = [one for one in criteria.criteria if one.role == "required"][: max(len(criteria.criteria) - 9, 0)]
    outcomes = set()
    for start in ({one.id: good(one) for one in first}, dict.fromkeys((one.id for one in first), "unknown")):
        for answers, verdict in verdicts(criteria, dict(start)):  # type: ignore[arg-type]
            outcomes.add(verdict.outcome)
            assert verdict.outcome is called_for(criteria, answers)
            told = (*verdict.reasons, *verdict.to_check, *verdict.met, *verdict.remarks)
            assert {one.id for one in told} >= answers.keys() - {
                one.id for one in criteria.criteria if one.role == "one_of"
            }
            assert all(one.sources and one.explanation and one.reason for one in told)
    assert outcomes == set(Outcome)


def called_for(criteria: Criteria, answers: Mapping[str, Answer]) -> Outcome:
    """Return what the answers call for, by counting them."""
    required = [(one, answers.get(one.id)) for one in criteria.criteria if one.role == "required"]
    group = [(one, answers.get(one.id)) for one in criteria.criteria if one.role == "one_of"]
    none_of_the_group = bool(group) and all(answer == bad(one) for one, answer in group)
    if none_of_the_group or any(answer == bad(one) for one, answer in required):
        return Outcome.NOT_ELIGIBLE
    group_met = not group or any(answer == good(one) for one, answer in group)
    doubts = any(answer == "unknown" for _, answer in required)
    return Outcome.CANNOT_SAY if doubts or not group_met else Outcome.ELIGIBLE


@given(st.data())
def test_any_answers_reach_a_verdict_whose_reasons_follow_from_them(data: st.DataObject) -> None:
    criteria = data.draw(st.sampled_from(stated()))
    answers = {one.id: data.draw(st.sampled_from(ANSWERS)) for one in criteria.criteria}
    verdict, asked = interview(criteria, answers)
    told = {name: answers[name] for name in asked}
    assert all(told[one.id] == bad(one) for one in verdict.reasons)
    assert all(told[one.id] == "unknown" for one in verdict.to_check)
    assert bool(verdict.reasons) == (verdict.outcome is Outcome.NOT_ELIGIBLE)
    if verdict.outcome is Outcome.CANNOT_SAY:
        assert verdict.to_check


@given(st.data())
def test_changing_an_answer_is_the_same_as_having_given_it_first(data: st.DataObject) -> None:
    criteria = data.draw(st.sampled_from(stated()))
    answers = {one.id: data.draw(st.sampled_from(ANSWERS)) for one in criteria.criteria}
    changed = data.draw(st.sampled_from(criteria.criteria)).id
    after = {**answers, changed: data.draw(st.sampled_from(ANSWERS))}
    reordered = {name: after[name] for name in data.draw(st.permutations(sorted(after)))}
    assert next_question(criteria, after) == next_question(criteria, reordered)


def test_all_the_known_reasons_are_told_when_answers_were_already_there() -> None:
    criteria = period("fast-2022")
    step = next_question(criteria, {"online": "no", "open_source": "no", "internal_tool": "yes", "public": "yes"})
    assert isinstance(step, Verdict)
    assert [one.id for one in step.reasons] == ["online", "open_source", "internal_tool"]


def test_changing_the_excluding_answer_takes_the_interview_up_again() -> None:
    criteria = period("fast-2022")
    assert isinstance(next_question(criteria, {"public": "yes", "online": "no"}), Verdict)
    step = next_question(criteria, {"public": "yes", "online": "yes"})
    assert isinstance(step, Question)
    assert step.criterion.id == "satisfied_users"


def test_answers_carry_over_to_another_period() -> None:
    answers = all_good(period("fast-2022"))
    step = next_question(period("fast-2023-09"), answers)
    assert isinstance(step, Question)
    assert step.criterion.id == "product"


# ---- one of a group --------------------------------------------------------------------------------------------


def consolidation(**answers: Answer) -> tuple[Verdict, list[str]]:
    criteria = period("consolidation-2026")
    return interview(criteria, {**all_good(criteria), **answers})


def test_after_one_complementary_criterion_met_the_others_are_not_asked() -> None:
    _, asked = consolidation()
    assert asked[-1] == "target_organisation"


def test_the_second_complementary_criterion_is_enough() -> None:
    verdict, asked = consolidation(target_organisation="no")
    assert verdict.outcome is Outcome.ELIGIBLE
    assert asked[-1] == "interministerial"


def test_no_complementary_criterion_is_not_eligible_for_the_whole_group() -> None:
    verdict, _ = consolidation(target_organisation="no", interministerial="no", integration="no", sharing="no")
    assert verdict.outcome is Outcome.NOT_ELIGIBLE
    assert len(verdict.reasons) == 4


def test_an_unknown_complementary_criterion_leaves_the_question_open() -> None:
    verdict, _ = consolidation(target_organisation="no", interministerial="unknown", integration="no", sharing="no")
    assert verdict.outcome is Outcome.CANNOT_SAY
    assert [one.id for one in verdict.to_check] == ["interministerial"]


def test_an_unknown_complementary_criterion_no_longer_matters_once_another_is_met() -> None:
    verdict, _ = consolidation(target_organisation="unknown", interministerial="yes")
    assert verdict.outcome is Outcome.ELIGIBLE
    assert verdict.to_check == ()


# ---- beside the verdict ----------------------------------------------------------------------------------------


def test_who_knows_the_calendar_says_that_no_call_is_open() -> None:
    verdict, _ = consolidation()
    assert verdict.no_open_call is None
    assert replace(verdict, no_open_call="clos depuis le 21 juin 2026").no_open_call


@cache
def known_funds() -> tuple[Fund, ...]:
    return load_programme(KNOWLEDGE / "programme").funds


def funds(**answers: Answer) -> set[str]:
    return {one.fund.id for one in other_funds(known_funds(), answers)}


def test_other_funds_are_those_that_no_answer_rules_out() -> None:
    assert funds() == {"ftap-donnees-ia", "guichet-usagers", "guichet-agents", "ftap"}
    assert funds(online="no") == {"ftap-donnees-ia", "ftap"}
    assert funds(satisfied_users="no") == {"ftap-donnees-ia", "ftap"}
    assert funds(product="no") == {"guichet-usagers", "guichet-agents", "ftap"}
    assert funds(internal_tool="yes") == {"ftap-donnees-ia", "guichet-agents", "ftap"}
    assert funds(public="no") == set()
    assert funds(online="unknown") == funds()


def test_a_suggested_fund_comes_with_its_year_rate_and_constraints() -> None:
    suggestions = {one.fund.id: one for one in other_funds(known_funds(), {})}
    assert suggestions["guichet-usagers"].fund.year == 2025
    assert suggestions["guichet-usagers"].fund.maximum == 500_000
    assert suggestions["guichet-usagers"].fund.rate == 100
    assert suggestions["guichet-usagers"].to_check


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("oui", "yes"),
        ("Oui !", "yes"),
        ("o", "yes"),
        ("ouais", "yes"),
        ("yes", "yes"),
        ("oui, bien sûr", "yes"),
        ("OK", "yes"),
        ("non", "no"),
        ("Non.", "no"),
        ("n", "no"),
        ("pas encore", "no"),
        ("non pas encore", "no"),
        ("je ne sais pas", "unknown"),
        ("Je n’en sais rien", "unknown"),
        ("je sais pas", "unknown"),
        ("j'sais pas", "unknown"),
        ("jsp", "unknown"),
        ("nsp", "unknown"),
        ("?", "unknown"),
        ("peut-être", "unknown"),
        ("pas sûr", "unknown"),
        ("aucune idée", "unknown"),
        ("retour", None),
        ("", None),
        ("bof", None),
        ("oui mais non", None),
        ("quel est le plafond ?", None),
    ],
)
def test_a_short_answer_is_understood_or_not_guessed(text: str, answer: Answer | None) -> None:
    assert parse_answer(text) == answer


# ---- the knowledge file ----------------------------------------------------------------------------------------


def test_a_question_is_short_french_with_a_question_mark() -> None:
    for criteria in periods():
        for one in criteria.criteria:
            assert one.question.endswith(" ?"), one.question
            assert len(one.question) <= 150, one.question
            assert one.explanation.endswith(".")
            assert one.reason.endswith(".")


def planted(tmp_path: Path, *changes: tuple[str, str]) -> list[str]:
    """Load a copy of the knowledge folder with mistakes in it; return what is told."""
    folder = tmp_path / "programme"
    shutil.copytree(KNOWLEDGE / "programme", folder)
    file = folder / "eligibility.toml"
    text = file.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError) as raised:
        load_criteria(folder, KNOWLEDGE / "documents")
    return list(raised.value.problems)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('role = "priority"', 'rôle = "priority"', "TOML illisible"),
        ('role = "priority"', 'roles = "priority"', "roles : clé inconnue"),
        ('role = "one_of"', 'role = "any"', "role : valeur inconnue"),
        ('reason = "Le produit n\'est pas en ligne."\n', "", "reason : clé manquante"),
        ('id = "fast-2022", document = "non', 'id = "fast-2020", document = "non', "id : source inconnue"),
        ('section = "Produit pas encore en ligne"', 'section = "Produit hors ligne"', "section absente"),
        ('document = "eligibilite.md"', 'document = "eligible.md"', "fiche introuvable : eligible.md"),
        ("valid_to = 2023-04-06", "valid_to = 2023-04-05", "ne suit pas la fin de fast-2022"),
        ("valid_to = 2023-04-06", "valid_to = 2023-04-08", "ne suit pas la fin de fast-2022"),
        ("valid_to = 2023-04-06", "valid_to = 2021-04-06", "précède valid_from"),
        ("editions = [13]", "editions = [12, 13]", "déjà dans fast-2022"),
        ('id = "dashlord"', 'id = "standards"', "critère décrit deux fois : standards"),
        ('excluded_by = "yes"', 'excluded_by = "maybe"', "excluded_by : valeur inconnue"),
        ("[[source]]", "[[sources]]", "sources : table inconnue"),
    ],
)
def test_a_mistake_in_the_criteria_is_told_with_file_and_key(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    problems = planted(tmp_path, (before, after))
    assert any(told in problem and problem.startswith("eligibility.toml : ") for problem in problems), problems


def test_several_mistakes_are_told_at_once(tmp_path: Path) -> None:
    problems = planted(
        tmp_path,
        ('role = "priority"', 'roles = "x"'),
        ("editions = [13]", "editions = [12, 13]"),
        ('label = "', 'lab = "'),
    )
    assert len(problems) >= 3


def test_a_criterion_keeps_its_meaning_from_one_period_to_the_next(tmp_path: Path) -> None:
    question = 'question = "Le produit est-il en ligne et en état de marche ?"'
    problems = planted(tmp_path, (question, f'excluded_by = "yes"\n{question}'))
    assert any("un autre sens" in problem for problem in problems)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"eligibility\.toml"):
        load_criteria(tmp_path)
