"""Eligibility criteria on small records and files: when each holds, and what must hold between periods."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from records import content, edition, programme, scheme

from bot.errors import KnowledgeError
from bot.programme.criteria import Criteria, Criterion
from bot.programme.criteria_checks import against_facts, between_periods, located_sources
from bot.programme.criteria_file import load_criteria
from bot.programme.problems import Place, Placed

START, END = date(2022, 5, 10), date(2022, 12, 31)
DAY = timedelta(days=1)


def criterion(name: str = "online", **more: Any) -> Criterion:
    words = {"short": "en ligne", "question": "En ligne ?", "explanation": "Servi.", "reason": "Hors ligne."}
    shared = {one: value for one, value in content().items() if one == "sources"}
    return Criterion(**{"id": name} | words | shared | more)


def period(name: str = "one", *criteria: Criterion, **more: Any) -> Criteria:
    given = {"id": name, "label": name, "editions": (11,), "valid_from": START, "valid_to": END, "ask": "la DINUM"}
    checked = {"verified": date(2026, 1, 1), "criterion": criteria or (criterion(),)}
    return Criteria(**given | checked | more)


def placed(*periods: Criteria) -> list[Placed[Criteria]]:
    return [Placed(Place("f.toml", f"criteria[{n}]"), one) for n, one in enumerate(periods, 1)]


def between(*periods: Criteria) -> list[str]:
    return [problem.path for problem in between_periods(placed(*periods))]


@pytest.mark.parametrize(
    ("scope", "holding"),
    [
        ({}, [START - DAY, START, END, END + DAY, None]),
        ({"since": START}, [START, END, END + DAY, None]),
        ({"until": END}, [START - DAY, START, END]),
        ({"since": START, "until": END}, [START, END]),
    ],
)
def test_a_criterion_holds_from_its_first_day_to_its_last(scope: dict[str, Any], holding: list[date | None]) -> None:
    one = criterion(**scope)
    days = [START - DAY, START, END, END + DAY, None]
    assert [day for day in days if one.holds_on(day)] == holding
    assert [day for day in days if period("one", criterion("other"), one).as_of(day).criteria[1:]] == holding


def test_a_criterion_may_be_told_again_once_it_no_longer_held() -> None:
    before, after = criterion(until=END), criterion(since=END + DAY)
    assert len(period("one", before, after).criteria) == 2
    assert len(period("one", after, before).criteria) == 2
    for again in (criterion(since=END), criterion()):
        with pytest.raises(ValidationError, match="deux fois"):
            period("one", before, again)


def test_a_period_ends_on_the_day_it_begins_or_later() -> None:
    assert period(valid_to=START).valid_to == START
    with pytest.raises(ValidationError, match="précède"):
        period(valid_to=START - DAY)


@pytest.mark.parametrize("lacking", [{"editions": ()}, {"criterion": ()}])
def test_a_period_has_editions_and_criteria(lacking: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        period(**lacking)


def test_periods_that_follow_each_other_day_after_day_have_no_problem() -> None:
    later = period("two", editions=(12,), valid_from=END + DAY, valid_to=None)
    elsewhere = period("three", programme="suite")
    assert between(later, elsewhere, period()) == []


@pytest.mark.parametrize("start", [END, END + 2 * DAY])
def test_a_day_between_two_periods_or_in_both_is_told(start: date) -> None:
    assert between(period("two", editions=(12,), valid_from=start, valid_to=None), period()) == [
        "criteria[1].valid_from"
    ]


def test_a_period_without_end_is_the_last_one() -> None:
    later = period("two", editions=(12,), valid_from=END + DAY, valid_to=None)
    assert between(period(valid_to=None), later) == ["criteria[2].valid_from"]


def test_an_edition_or_a_name_in_two_periods_is_told() -> None:
    later = {"valid_from": END + DAY, "valid_to": None}
    assert between(period(editions=(11, 12)), period("two", editions=(12,), **later)) == ["criteria[2].editions"]
    assert between(period(), period(editions=(12,), **later)) == ["criteria[2].id"]


def test_a_criterion_has_one_meaning_in_every_period() -> None:
    others = (criterion("other"), criterion(excluded_by="yes"))
    assert between(period(), period("two", *others, programme="suite")) == [
        "criteria[2].criterion[2](online).excluded_by"
    ]


def test_the_sources_of_each_criterion_are_told_by_number() -> None:
    (one,) = placed(period("one", criterion(), criterion("other")))
    paths = [path for _, sources in located_sources(one) for path, _ in sources]
    assert paths == ["criterion[1](online).sources[1]", "criterion[2](other).sources[1]"]


FAST = scheme(replaced_by="suite", replaced_on=END + DAY)
KNOWN = programme(FAST, scheme("suite"), *(edition(number) for number in (10, 11, 12)), edition(1, programme="suite"))


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        ([period(editions=(11, 12))], []),
        ([period(editions=(10, 11)), period("two", editions=(12,))], []),
        ([period(editions=(11, 12, 13))], ["criteria(one).editions"]),
        ([period(editions=(11, 12)), period("two", programme="relais")], ["criteria(two).programme"]),
        ([period("two", programme="relais"), period(editions=(11, 12))], ["criteria(two).programme"]),
        ([period(editions=(11, 12), valid_to=END + DAY)], ["criteria(one).valid_to"]),
        ([period(editions=(11, 12), valid_to=None)], ["criteria(one).valid_to"]),
        ([period("two", programme="suite", editions=(1,), valid_to=None)], []),
        ([period(editions=(10, 12))], ["criteria(fast).editions"]),
        ([period(editions=(12,))], []),
    ],
)
def test_periods_are_of_known_editions_without_gap_until_their_fund_is_replaced(
    given: list[Criteria], paths: list[str]
) -> None:
    assert [problem.path for problem in against_facts(given, KNOWN, "eligibility.toml")] == paths


PAGE = """
[[source]]
id = "{id}"
title = "Appel"
publisher = "DINUM"
url = "https://beta.gouv.fr/a"
date = 2022-05-10
"""
PERIOD = """
[[criteria]]
id = "{id}"
label = "{id}"
editions = [{edition}]
valid_from = {start}
ask = "la DINUM"
verified = 2022-05-10
[[criteria.criterion]]
id = "online"
short = "en ligne"
question = "En ligne ?"
explanation = "Servi."
reason = "Hors ligne."
sources = [{{ id = "{page}", document = "plafond.md", section = "Plafond" }}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "plafond.md").write_text("# Plafond\n", encoding="utf-8")
    (tmp_path / "sources.toml").write_text(PAGE.format(id="ailleurs"), encoding="utf-8")
    return tmp_path


def loaded(folder: Path, *texts: str) -> list[str]:
    """Return the periods read from a file of these texts, or what is told of it."""
    (folder / "eligibility.toml").write_text("".join(texts), encoding="utf-8")
    try:
        return [one.id for one in load_criteria(folder, folder / "documents")]
    except KnowledgeError as error:
        return list(error.problems)


def written(name: str = "one", page: str = "ici", start: str = "2022-05-10", edition: int = 11) -> str:
    return PERIOD.format(id=name, page=page, start=start, edition=edition)


def test_periods_are_read_in_order_of_time_with_pages_of_any_file(folder: Path) -> None:
    before = written("before", "ailleurs", "2021-01-01", 10).replace("ask =", "valid_to = 2022-05-09\nask =")
    assert loaded(folder, written(), before, PAGE.format(id="ici")) == ["before", "one"]


def test_without_the_fiches_no_section_is_looked_for(folder: Path) -> None:
    (folder / "documents" / "plafond.md").unlink()
    assert "fiche introuvable" in loaded(folder, written(page="ailleurs"))[0]
    assert [one.id for one in load_criteria(folder)] == ["one"]


def test_a_file_without_criteria_is_told_once(folder: Path) -> None:
    assert loaded(folder, PAGE.format(id="ici")) == ["eligibility.toml : criteria : aucun critère"]
    assert len(loaded(folder, "[criteria]")) == 1


def test_each_criterion_at_fault_is_told_by_its_number(folder: Path) -> None:
    (told,) = loaded(folder, written(page="perdue"))
    assert "criterion[1].sources[1].id : source inconnue : perdue" in told
    (told,) = loaded(folder, written(page="ailleurs").replace('id = "online"', "id = 3"))
    assert "criterion[1].id" in told


def test_pages_that_cannot_be_read_are_not_called_unknown(folder: Path) -> None:
    (folder / "sources.toml").write_text('[[source]]\nid = "ailleurs"\ntitle = ', encoding="utf-8")
    assert loaded(folder, written(page="ailleurs")) == ["one"]


def test_a_file_without_pages_is_not_looked_at(folder: Path) -> None:
    (folder / "autres.toml").write_text("[[fund]\nname = ", encoding="utf-8")
    (folder / "dossier.toml").mkdir()
    assert loaded(folder, written(page="ailleurs")) == ["one"]


def test_what_is_wrong_between_periods_is_told_with_what_was_checked_too_early(folder: Path) -> None:
    early = written("two", "ailleurs", "2022-05-10", 12).replace("verified = 2022-05-10", "verified = 2022-05-09")
    found = loaded(folder, written(page="ailleurs"), early)
    assert ["ne suit pas" in found[0], "vérifié le 2022-05-09" in found[1], len(found)] == [True, True, 2]
