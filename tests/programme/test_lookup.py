"""Facts, editions and laureates looked up: which of those stated are found, and in which order."""

from datetime import date
from typing import Any

import pytest
from records import edition, fact, fund, laureate, page, programme

from bot.programme.lookup import Programme
from bot.programme.names import fold


def test_facts_are_those_of_the_edition_population_day_year_and_programme_asked() -> None:
    of_13 = fact(editions=(13,), population="product")
    of_both = fact(editions=(13, 14))
    of_a_day = fact(valid_from=date(2024, 1, 1), valid_to=date(2024, 6, 30), population="incubator")
    elsewhere = fact(editions=(13,), programme="consolidation")
    known = programme(of_13, of_both, of_a_day, elsewhere)
    assert known.facts("cap") == (of_13, of_both, of_a_day)
    assert known.facts("cap", edition=13) == (of_13, of_both)
    assert known.facts("cap", edition=13, population="incubator") == (of_both,)
    assert known.facts("cap", on=date(2024, 6, 30)) == (of_a_day,)
    assert known.facts("cap", year=2024, population="incubator") == (of_a_day,)
    assert known.facts("cap", year=2025) == ()
    assert known.facts("cap", programme="consolidation") == (elsewhere,)


@pytest.mark.parametrize(
    ("scope", "start"),
    [
        ({"valid_from": date(2024, 3, 2), "year": 2020}, date(2024, 3, 2)),
        ({"year": 2020}, date(2020, 1, 1)),
        ({"editions": (14, 13)}, date(2023, 9, 1)),
        ({"editions": (14,)}, date(2024, 2, 10)),
        ({"editions": (15,)}, date.min),
        ({"editions": (42,)}, date.min),
        ({"editions": (13,), "programme": "consolidation"}, date.min),
        ({"undated": True}, date.min),
    ],
)
def test_a_fact_starts_with_its_interval_its_year_or_its_first_edition(scope: dict[str, Any], start: date) -> None:
    known = programme(edition(13, "2023-09", announced=page()), edition(14, announced=page()), edition(15))
    assert known.starts_on(fact(**scope)) == start


def test_a_series_is_in_order_of_time() -> None:
    first, second, third = fact(year=2021), fact(editions=(13,)), fact(valid_from=date(2024, 3, 2))
    assert programme(third, first, second, edition(13, "2023-09")).series("cap") == (first, second, third)


def test_an_edition_is_found_in_its_own_programme_and_editions_come_by_number() -> None:
    first, second, other = edition(1, "2024-09"), edition(2, "2024-01"), edition(1, "2024-05", programme="suite")
    known = programme(second, other, first)
    assert (known.edition(1), known.edition(1, programme="suite"), known.edition(3)) == (first, other, None)
    assert known.editions() == (first, second)
    assert known.editions_of_year(2024) == (first, second)
    assert known.editions_of_year(2023) == ()


def test_laureates_are_those_of_an_edition_or_all_those_of_the_programme() -> None:
    a, b, elsewhere = laureate("Envergo", 1), laureate("Docurba", 2), laureate("Mobilic", 1, programme="suite")
    known = programme(a, b, elsewhere)
    assert known.laureates() == (a, b)
    assert known.laureates(2) == (b,)
    assert known.laureates(programme="suite") == (elsewhere,)


NAMED = programme(
    laureate("Envergo", 1, aliases=("Envol vert",)),
    laureate("Docurba", 2),
    laureate("Docurba", 3),
    laureate("La Suite Numérique", 1),
    laureate("Suite", 2),
    laureate("Dialog", 1, common_word=True),
    laureate("DiaLog", 4, common_word=True, aliases=("Dialogue Local",)),
    laureate("Potentiel", 2, common_word=True),
    laureate("aVenir", 5, common_word=True),
    laureate("Horizon", 5, common_word=True),
)


def named(known: Programme, text: str) -> list[tuple[str, int]]:
    places = known.laureate_places(text, fold(text))
    return list(dict.fromkeys((one.name, one.edition) for _, _, laureates in places for one in laureates))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("combien pour docurba et envergo ?", [("Docurba", 2), ("Docurba", 3), ("Envergo", 1)]),
        ("envol vert, puis envergo", [("Envergo", 1)]),
        ("et la suite numérique ?", [("La Suite Numérique", 1)]),
        ("le potentiel du marché", []),
        ("potentiel", [("Potentiel", 2)]),
        ("le produit potentiel", [("Potentiel", 2)]),
        ("le produit potentiel a-t-il eu ?", []),
        ("et pour Potentiel ?", [("Potentiel", 2)]),
        ("Potentiel du marché ?", []),
        ("le « potentiel » de l'an dernier", [("Potentiel", 2)]),
        ("aVenir a eu combien ?", [("aVenir", 5)]),
        ("avenir du fonds ?", []),
    ],
)
def test_a_name_that_is_also_a_word_counts_alone_between_marks_or_with_its_capital(
    text: str, found: list[tuple[str, int]]
) -> None:
    assert named(NAMED, text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("envergo potentiel", ["Envergo", "Potentiel"]),
        ("potentiel envergo", ["Potentiel", "Envergo"]),
        ("envergo et potentiel ensemble", ["Envergo", "Potentiel"]),
        ("un potentiel et envergo", ["Potentiel", "Envergo"]),
        ("envergo ou potentiel ensemble", ["Envergo"]),
        ("potentiel ou envergo", ["Envergo"]),
        ("envergo et un potentiel du marché", ["Envergo"]),
        ("potentiel pour envergo", ["Envergo"]),
        ("le potentiel et un envergo", ["Envergo"]),
        ("envergo, un potentiel", ["Envergo"]),
    ],
)
def test_beside_a_name_a_word_that_may_be_one_is_one(text: str, found: list[str]) -> None:
    assert [name for name, _ in named(NAMED, text)] == found


def test_of_words_that_overlap_only_the_longest_name_counts() -> None:
    known = programme(laureate("Ma Cantine Bio"), laureate("Cantine", 2), laureate("Bio Verte", 3))
    assert named(known, "et ma cantine bio verte ?") == [("Ma Cantine Bio", 1)]


def test_a_fund_is_found_by_name_or_alias_and_the_first_of_that_name_is_meant() -> None:
    first, second = fund("FTAP", aliases=("fonds de transformation",)), fund("Guichet")
    known = programme(first, second)
    assert known.fund("ftap") == first
    assert known.fund("fonds de transformations") == first
    assert known.fund("guichet") == second
    assert known.fund("fonds vert") is None


def test_the_documents_cited_are_those_of_facts_laureates_and_funds() -> None:
    pages = [(page(document=name),) for name in ("a.md", "b.md", "c.md")]
    known = programme(fact(sources=pages[0]), laureate("A", sources=pages[1]), fund(sources=pages[2]))
    assert known.cited == {"a.md", "b.md", "c.md"}
