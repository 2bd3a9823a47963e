"""What must hold between records: each rule at its very limit, on small records."""

from datetime import date
from typing import Any

import pytest
from records import CHECKED, DAY, content, edition, fact, fund, key, laureate, page, promotion, scheme

from bot.programme.checks import COMPUTED_WITH, Records, check
from bot.programme.models import Edition, Fact, Fund, Key, Laureate, Promotion, Scheme
from bot.programme.problems import Place, Placed

HEADINGS = {"plafond.md": frozenset({"Plafond"})}
KINDS = {
    Key: "keys",
    Scheme: "schemes",
    Edition: "editions",
    Fact: "facts",
    Promotion: "promotions",
    Laureate: "laureates",
    Fund: "funds",
}
Any_record = Key | Scheme | Edition | Fact | Promotion | Laureate | Fund


def problems(*given: Any_record, incomplete: frozenset[str] = frozenset(), headings: Any = None) -> list[str]:
    """Return the paths of the problems: the kind of record with its position, and the key at fault."""
    lists: dict[str, list[Any]] = {name: [] for name in KINDS.values()}
    for one in given:
        found = lists[KINDS[type(one)]]
        found.append(Placed(Place("f.toml", f"{KINDS[type(one)][:-1]}[{len(found) + 1}]"), one))
    return [problem.path for problem in check(Records(**lists), incomplete, headings)]


def rate(**more: Any) -> Fact:
    return fact(key="rate", unit="percent", value=50, **more)


def deadline(day: date | str, number: int = 1, **more: Any) -> Fact:
    return fact(key="deadline", unit="date", value=day, editions=(number,), **more)


FAST = scheme()
ENDED = (scheme(replaced_by="suite", replaced_on=date(2026, 5, 21)), scheme("suite"))
ONE, TWO = edition(1), edition(2)
TWELVE_MAY = date(2024, 5, 12)


def test_records_that_agree_have_no_problem() -> None:
    ended = fact(editions=(1, 2), valid_from=DAY, valid_to=date(2026, 5, 20))
    records = (*ENDED, ONE, TWO, ended, promotion(1), laureate("A", 1, amount=1000), fund())
    assert problems(*records, headings=HEADINGS) == []


@pytest.mark.parametrize(
    ("records", "path"),
    [
        ((FAST, FAST), "scheme[2].id"),
        ((fund(), fund()), "fund[2].id"),
        ((FAST, ONE, ONE), "edition[2].number"),
        ((FAST, laureate("Envergo"), laureate("EnvErgo")), "laureate[2].name"),
        ((FAST, laureate("Envergo"), laureate("Autre", aliases=("envergo",))), "laureate[2].name"),
    ],
)
def test_what_is_described_twice_is_told(records: tuple[Any_record, ...], path: str) -> None:
    assert problems(*records) == [path]


def test_a_number_or_a_name_may_come_again_in_another_programme_or_edition() -> None:
    suite = scheme("suite")
    assert problems(FAST, suite, ONE, edition(1, programme="suite")) == []
    assert problems(FAST, laureate("Envergo", 1), laureate("Envergo", 2), laureate("A", aliases=("a",))) == []


@pytest.mark.parametrize(
    ("record", "path"),
    [
        (fact(editions=(1, 3)), "fact[1].editions"),
        (fact(editions=(1,), programme="suite"), "fact[1].editions"),
        (fact(editions=(1,), sources=(page(editions=(2,)),)), "fact[1].sources[1].editions"),
        (promotion(3), "promotion[1].edition"),
        (promotion(1, programme="suite"), "promotion[1].edition"),
    ],
)
def test_an_edition_that_is_not_among_those_described_is_told(record: Any_record, path: str) -> None:
    given = (FAST, scheme("suite"), ONE, TWO, record)
    assert problems(*given) == [path]
    assert problems(*given, incomplete=frozenset({"edition"})) == []
    assert path not in problems(*given, edition(2))


@pytest.mark.parametrize(
    ("record", "path"),
    [
        (fact(programme="suite"), "fact[1].programme"),
        (edition(1, programme="suite"), "edition[1].programme"),
        (promotion(1, programme="suite"), "promotion[1].programme"),
        (scheme("relais", replaced_by="suite", replaced_on=DAY), "scheme[2].replaced_by"),
        (scheme("relais", replaced_by="relais", replaced_on=DAY), "scheme[2].replaced_by"),
    ],
)
def test_a_programme_that_is_not_described_is_told(record: Any_record, path: str) -> None:
    incomplete = frozenset({"edition"})
    assert problems(FAST, record, incomplete=incomplete) == [path]
    assert problems(FAST, record, incomplete=incomplete | {"programme"}) == []


@pytest.mark.parametrize("until", [None, date(2026, 5, 21), date(2026, 5, 22)])
@pytest.mark.parametrize("rule", [fact, rate, lambda **more: fact(key="partner_rule", unit="ratio", value=1, **more)])
def test_a_rule_ends_the_day_before_its_fund_is_replaced(rule: Any, until: date | None) -> None:
    assert problems(*ENDED, rule(valid_to=until)) == ["fact[1].valid_to"]
    assert problems(*ENDED, rule(valid_to=date(2026, 5, 20))) == []
    assert problems(FAST, rule(valid_to=until)) == []
    assert problems(*ENDED, rule(valid_to=until), incomplete=frozenset({"programme"})) == []


def test_what_is_no_rule_or_has_no_interval_may_outlive_the_fund() -> None:
    assert problems(*ENDED, fact(key="laureate_count", unit="count", value=3)) == []
    assert problems(*ENDED, fact(key="total", unit="eur")) == []
    assert problems(*ENDED, ONE, fact(editions=(1,))) == []


def test_every_key_that_sums_compute_with_is_there_with_its_unit_and_one_value() -> None:
    keys = [key(name, unit) for name, unit in COMPUTED_WITH.items()]
    assert problems(*keys) == []
    assert problems(*keys[1:]) == ["key(cap)"]
    assert problems(key("cap", "count"), *keys[1:]) == ["key[1].unit"]
    assert problems(*keys[1:], incomplete=frozenset({"key"})) == []


def test_what_is_computed_with_is_one_value_unless_it_is_a_day() -> None:
    keys = [key(name, unit) for name, unit in COMPUTED_WITH.items()]
    of_months = {"min": "2024-03", "max": "2024-04"}
    assert problems(FAST, *keys, fact(value={"min": 1, "max": 2})) == ["fact[1].value"]
    assert problems(FAST, ONE, *keys, deadline(of_months)) == []
    assert problems(FAST, *keys, fact(key="total", value={"min": 1, "max": 2})) == []


def spring(first: int, last: int | None, **more: Any) -> Fact:
    """A fact from a day of May 2024 on, until another when there is one."""
    end = date(2024, 5, last) if last else None
    return fact(valid_from=date(2024, 5, first), valid_to=end, **more)


@pytest.mark.parametrize(
    ("one", "other", "path"),
    [
        (fact(editions=(1, 2)), fact(editions=(2,)), "fact[2].editions"),
        (fact(undated=True), fact(undated=True), "fact[2].valid_from"),
        (fact(year=2024), fact(year=2024), "fact[2].valid_from"),
        (spring(1, 5), spring(5, 9), "fact[2].valid_from"),
        (spring(5, 9), spring(1, 5), "fact[2].valid_from"),
        (spring(1, None), spring(9, None), "fact[2].valid_from"),
        (spring(1, 20, editions=(1,)), spring(5, 9, editions=(2,)), "fact[2].valid_from"),
    ],
)
def test_two_values_of_the_same_thing_are_both_alternatives(one: Fact, other: Fact, path: str) -> None:
    both = [one.model_copy(update={"alternative": True}), other.model_copy(update={"alternative": True})]
    assert problems(FAST, ONE, TWO, one, other) == [path]
    assert path in problems(FAST, ONE, TWO, both[0], other)
    assert path in problems(FAST, ONE, TWO, one, both[1])
    assert problems(FAST, ONE, TWO, *both) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (fact(editions=(1,)), fact(editions=(2,))),
        (fact(year=2024), fact(year=2025)),
        (fact(undated=True), fact(year=2024)),
        (spring(1, 5), spring(6, 9)),
        (spring(6, 9), spring(1, 5)),
        (fact(editions=(1,)), spring(1, None)),
        (fact(editions=(1,), population="product"), fact(editions=(1,), population="incubator")),
        (fact(editions=(1,)), rate(editions=(1,))),
    ],
)
def test_values_of_another_edition_year_time_population_or_key_stand_side_by_side(one: Fact, other: Fact) -> None:
    lone = [one.model_copy(update={"alternative": True}), other]
    assert problems(FAST, ONE, TWO, one, other) == []
    assert problems(FAST, ONE, TWO, *lone) == ["fact[1].alternative"]
    assert problems(FAST, ONE, TWO, *lone, incomplete=frozenset({"fact"})) == []


THREE_EDITIONS = (ONE, TWO, edition(3))


@pytest.mark.parametrize(
    ("facts", "paths"),
    [
        ([fact(editions=(1,)), fact(editions=(3,))], ["fact[2].editions"]),
        ([fact(editions=(1,)), fact(editions=(2,))], []),
        ([fact(editions=(2,)), fact(editions=(3,))], []),
        ([fact(editions=(1, 2)), fact(year=2030)], ["fact[2].editions"]),
        ([fact(year=2029), fact(year=2030)], []),
        ([spring(1, 5), spring(6, 9)], []),
        ([spring(7, 9), spring(1, 5)], ["fact[1].valid_from"]),
    ],
)
def test_a_continuous_key_has_no_gap_between_its_first_and_its_last_value(facts: list[Fact], paths: list[str]) -> None:
    keys = [key(name, unit, continuous=name == "cap") for name, unit in COMPUTED_WITH.items()]
    loose = [key(name, unit) for name, unit in COMPUTED_WITH.items()]
    assert problems(FAST, *THREE_EDITIONS, *keys, *facts) == paths
    assert problems(FAST, *THREE_EDITIONS, *loose, *facts) == []
    assert problems(FAST, *THREE_EDITIONS, *keys, *facts, incomplete=frozenset({"fact"})) == []


def test_the_editions_of_another_programme_leave_no_gap() -> None:
    keys = [key(name, unit, continuous=True) for name, unit in COMPUTED_WITH.items()]
    others = [edition(number, programme="suite") for number in (1, 2, 3)]
    assert problems(FAST, scheme("suite"), ONE, edition(3), *others, *keys, fact(editions=(1, 3))) == []


def announced(number: int, month: str | None = None) -> Edition:
    return edition(number, month, announced=page("annonce", date=date(2024, 5, 12)))


@pytest.mark.parametrize(
    ("day", "known", "paths"),
    [
        (date(2024, 5, 12), announced(1, "2024-05"), []),
        (date(2024, 5, 11), announced(1, "2024-05"), ["fact[1].value"]),
        (date(2024, 5, 31), announced(1, "2024-05"), []),
        (date(2024, 6, 1), announced(1, "2024-05"), ["fact[1].value"]),
        (date(2024, 6, 1), announced(1), []),
        (date(2024, 6, 1), edition(1, "2024-05"), ["fact[1].value"]),
        (date(2024, 5, 11), edition(1, "2024-05"), []),
        ("2024-05", announced(1, "2024-05"), []),
    ],
)
def test_a_deadline_falls_between_the_announcement_and_the_promotion(
    day: date | str, known: Edition, paths: list[str]
) -> None:
    assert problems(FAST, known, deadline(day)) == paths


@pytest.mark.parametrize(("day", "paths"), [(date(2024, 5, 12), []), (date(2024, 5, 11), ["fact[2].value"])])
def test_a_deadline_is_not_before_the_opening_of_its_own_call(day: date, paths: list[str]) -> None:
    def opening(number: int, **more: Any) -> Fact:
        return fact(key="opening", unit="date", value=TWELVE_MAY, editions=(number,), **more)

    editions = (FAST, scheme("suite"), ONE, TWO, edition(1, programme="suite"))
    assert problems(*editions, opening(1), deadline(day)) == paths
    assert problems(*editions, opening(2), deadline(day)) == []
    assert problems(*editions, opening(1, programme="suite"), deadline(day)) == []


def test_a_day_that_is_no_deadline_may_come_before_the_announcement() -> None:
    assert problems(FAST, announced(1), fact(key="visit", unit="date", value=DAY, editions=(1,))) == []
    assert problems(FAST, announced(1), fact(key="deadline", unit="text", value="au fil de l'eau", editions=(1,))) == []


@pytest.mark.parametrize(
    ("months", "paths"), [(("2024-05", "2024-05"), []), (("2024-05", "2024-04"), ["edition[2].month"])]
)
def test_promotions_come_in_the_order_of_their_numbers(months: tuple[str, str], paths: list[str]) -> None:
    first, second = edition(1, months[0]), edition(2, months[1])
    assert problems(FAST, first, second) == paths
    assert problems(FAST, scheme("suite"), first, edition(2, months[1], programme="suite")) == []
    assert problems(FAST, first, edition(2), edition(3, months[1])) == [path.replace("2", "3") for path in paths]


@pytest.mark.parametrize(
    ("amount", "caps", "paths"),
    [
        (1000, [fact(editions=(1,))], []),
        (1001, [fact(editions=(1,))], ["laureate[1].amount"]),
        (1001, [fact(editions=(1,), population="product")], ["laureate[1].amount"]),
        (1001, [fact(editions=(1,), population="incubator")], []),
        (1001, [fact(editions=(2,))], []),
        (1001, [fact(editions=(1,), programme="suite")], []),
        (1001, [fact(editions=(1,), value={"min": 1, "max": 2})], []),
        (1001, [fact(editions=(1,), key="total")], []),
        (1001, [fact(editions=(1,), alternative=True), fact(editions=(1,), alternative=True, value=1001)], []),
        (None, [fact(editions=(1,))], []),
    ],
)
def test_an_award_is_at_most_the_highest_cap_stated(amount: int | None, caps: list[Fact], paths: list[str]) -> None:
    given = (FAST, scheme("suite"), ONE, TWO, edition(1, programme="suite"), *caps)
    assert problems(*given, laureate("A", 1, amount=amount)) == paths


@pytest.mark.parametrize(("counts", "paths"), [([2], ["laureate[3].edition"]), ([3], []), ([3, 2], []), ([2, 3], [])])
def test_an_edition_has_no_more_laureates_than_the_highest_count_stated(counts: list[int], paths: list[str]) -> None:
    facts = [
        fact(key="laureate_count", unit="count", value=n, editions=(1,), alternative=len(counts) > 1) for n in counts
    ]
    listed = [laureate(name, 1) for name in "ABC"] + [laureate(name, 2) for name in "DEFG"]
    assert problems(FAST, ONE, TWO, *facts, *listed) == paths


@pytest.mark.parametrize(
    ("record", "path"),
    [
        (scheme("relais", verified=date(2024, 2, 9)), "scheme[2]"),
        (edition(1, verified=date(2024, 2, 9)), "edition[1]"),
        (fact(verified=date(2024, 2, 9)), "fact[1]"),
        (promotion(1, verified=date(2024, 2, 9)), "promotion[1]"),
        (fund(verified=date(2024, 2, 9)), "fund[1]"),
    ],
)
def test_a_record_is_checked_on_the_day_of_its_page_at_the_earliest(record: Any_record, path: str) -> None:
    incomplete = frozenset({"edition"})
    assert problems(FAST, record, incomplete=incomplete) == [f"{path}.verified"]
    assert problems(FAST, record.model_copy(update={"verified": DAY}), incomplete=incomplete) == []


def test_the_page_that_announces_an_edition_is_checked_too() -> None:
    late = edition(1, announced=page("b", date=date(2026, 1, 2), section="Appel"))
    assert problems(FAST, late, headings=HEADINGS) == ["edition[1].verified", "edition[1].announced.section"]
    assert late.verified == CHECKED


def test_a_fiche_and_its_section_are_looked_for_when_the_fiches_are_there() -> None:
    lost, renamed = fund("A", sources=(page(document="x.md"),)), fund("B", sources=(page(), page(section="Autre")))
    assert problems(lost, renamed, headings=HEADINGS) == [
        "fund[1].sources[1].document",
        "fund[2].sources[2].section",
    ]
    assert problems(lost, renamed) == []


def test_what_laureates_share_is_told_once_with_their_promotion() -> None:
    shared = content(sources=(page(section="Autre"),))
    own = laureate("B", sources=(page("b", section="Autre"),))
    found = problems(FAST, ONE, promotion(**shared), laureate("A", **shared), own, headings=HEADINGS)
    assert found == ["promotion[1].sources[1].section", "laureate[2].sources[1].section"]
