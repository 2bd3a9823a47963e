"""The programme's facts: what is stated is found, what is not stays unknown."""

import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.programme.facts import Month, Programme, Qualifier, Range, load_programme
from bot.programme.names import fold
from bot.programme.values import Value

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
FACTS = KNOWLEDGE / "programme"
FICHES = KNOWLEDGE / "documents"


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load_programme(FACTS, FICHES)


def named(programme: Programme, text: str) -> list[tuple[str, int]]:
    """Return the laureates that a text names, each with its edition, in its order, once each."""
    places = programme.laureate_places(text, fold(text))
    return list(dict.fromkeys((one.name, one.edition) for _, _, laureates in places for one in laureates))


@pytest.mark.parametrize(
    ("edition", "cap"),
    [(11, 300_000), (12, 300_000), (13, 300_000), (14, 300_000), (15, 200_000), (16, 200_000), (17, 200_000)],
)
def test_the_cap_of_a_product_depends_on_the_edition(programme: Programme, edition: int, cap: int) -> None:
    (fact,) = programme.facts("cap", edition=edition, population="product")
    assert (fact.amount, fact.qualifier) == (cap, Qualifier.UP_TO)


@pytest.mark.parametrize("edition", range(1, 11))
def test_before_fast_11_the_cap_of_a_product_is_unknown_and_not_zero(programme: Programme, edition: int) -> None:
    assert programme.facts("cap", edition=edition, population="product") == ()


@pytest.mark.parametrize(
    ("day", "caps"),
    [
        (date(2022, 5, 9), []),
        (date(2022, 5, 10), [300_000]),
        (date(2024, 2, 22), [300_000]),
        (date(2024, 2, 23), [200_000]),
        (date(2026, 5, 20), [200_000]),
        (date(2026, 5, 21), []),
    ],
)
def test_the_cap_changes_on_its_day(programme: Programme, day: date, caps: list[int]) -> None:
    assert [fact.amount for fact in programme.facts("cap", on=day, population="product")] == caps


def test_incubators_had_a_cap_until_2022_and_nothing_since(programme: Programme) -> None:
    before, after = programme.series("cap", "incubator")
    assert (before.amount, before.editions) == (200_000, tuple(range(3, 13)))
    assert (after.amount, after.qualifier, after.editions) == (0, Qualifier.NONE, (13, 14, 15, 16, 17))


def test_half_of_the_budget_and_one_euro_for_one_euro_hold_for_the_same_editions(programme: Programme) -> None:
    (rate,) = programme.facts("rate")
    (rule,) = programme.facts("partner_rule")
    assert (rate.amount, rule.amount) == (50, 1)
    assert rate.editions == rule.editions == tuple(range(11, 18))


def test_a_fact_cites_the_page_of_the_edition_asked(programme: Programme) -> None:
    (cap,) = programme.facts("cap", edition=14, population="product")
    assert [source.id for source in cap.sources_for(14)] == ["accueil-2023-09"]
    assert {source.id for source in cap.sources_for()} == {"fast-2022", "fast-2023", "accueil-2023-09"}


@pytest.mark.parametrize(
    ("key", "edition", "values"),
    [
        ("deadline", 10, [date(2021, 11, 8)]),
        ("deadline", 12, [date(2022, 11, 15)]),
        ("deadline", 13, [date(2023, 5, 15)]),
        ("deadline", 14, [date(2023, 12, 1)]),
        ("deadline", 15, [date(2024, 5, 15), date(2024, 5, 29)]),
        ("deadline", 16, [date(2024, 12, 1), date(2024, 12, 5)]),
        ("deadline", 17, [date(2025, 6, 6), Month(2025, 6)]),
        ("total", 12, [1_600_000, 1_830_000]),
        ("total", 13, [2_530_000, 2_550_000]),
        ("total", 15, [830_000]),
        ("total", 17, [1_100_000, 1_200_000, 1_200_000, 1_160_000]),
        ("laureate_count", 12, [10, 9]),
        ("applications", 14, [21]),
        ("support_months", 11, [Range(4, 8), 4]),
        ("support_months", 13, [4, 6]),
    ],
)
def test_conflicting_values_stand_side_by_side(
    programme: Programme, key: str, edition: int, values: list[Value]
) -> None:
    facts = programme.facts(key, edition=edition)
    assert [fact.value for fact in facts] == values
    assert all(fact.sources for fact in facts)


def test_envelopes_of_a_year_are_told_apart_by_their_sources(programme: Programme) -> None:
    stated = {fact.amount: fact.sources[0].id for fact in programme.facts("envelope", year=2023)}
    assert stated == {Decimal(3_000_000): "comite-2023", Decimal(4_000_000): "selection-2023-09"}
    assert programme.facts("envelope", year=2024) == ()


def test_an_undeclared_key_is_a_programming_mistake(programme: Programme) -> None:
    with pytest.raises(KeyError):
        programme.facts("plafond")


def test_a_fact_of_another_unit_gives_no_amount(programme: Programme) -> None:
    (deadline,) = programme.facts("deadline", edition=13)
    with pytest.raises(TypeError):
        _ = deadline.amount


def test_editions_of_a_year_come_in_order(programme: Programme) -> None:
    assert [edition.number for edition in programme.editions_of_year(2021)] == [7, 8, 9, 10]
    assert [edition.number for edition in programme.editions_of_year(2026, programme="consolidation")] == [1]
    assert programme.edition(42) is None


def test_one_hundred_laureates_are_announced_and_98_are_known(programme: Programme) -> None:
    announced = {n: max(fact.number for fact in programme.facts("laureate_count", edition=n)) for n in range(1, 18)}
    missing = {n: count - len(programme.laureates(n)) for n, count in announced.items()}
    assert sum(announced.values()) == 100
    assert {n: count for n, count in missing.items() if count} == {15: 2}


@pytest.mark.parametrize(("edition", "total"), [(13, 2_530_000), (14, 1_537_000), (16, 1_000_000), (17, 1_160_000)])
def test_the_awards_of_an_edition_add_up_to_a_total_that_is_stated(
    programme: Programme, edition: int, total: int
) -> None:
    assert sum(one.amount or 0 for one in programme.laureates(edition)) == total
    assert total in [fact.amount for fact in programme.facts("total", edition=edition)]


def test_no_award_exceeds_the_cap_of_its_edition_and_population(programme: Programme) -> None:
    for one in programme.laureates():
        for cap in programme.facts("cap", edition=one.edition, population=one.population):
            assert one.amount is None or one.amount <= cap.amount


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("docurba", [("Docurba", 13)]),
        ("Docrba", [("Docurba", 13)]),
        ("dossier facile", [("DossierFacile", 8), ("DossierFacile", 13)]),
        ("Trackdechets", [("Trackdéchets", 2)]),
        ("mon service sécurisé", [("Mon Service Sécurisé", 11), ("MonServiceSécurisé", 14)]),
        ("histologe", [("Histologe", 7), ("Signal Logement", 17)]),
        ("MA CANTINE", [("Ma cantine", 9), ("ma cantine", 13)]),
        ("annuaire des entreprises", [("L'Annuaire des Entreprises", 16)]),
        ("la suite", [("LaSuite", 17)]),
        ("incubateur de l'ADEME", [("L'Accélérateur de la transition écologique", 12)]),
        ("data inclusion", [("data·inclusion", 17)]),
        ("1 élève 1 stage", [("1 élève, 1 stage", 15)]),
        ("estime", [("Estime", 7)]),
    ],
)
def test_a_laureate_is_found_as_people_type_it(programme: Programme, typed: str, found: list[tuple[str, int]]) -> None:
    assert named(programme, typed) == found


@pytest.mark.parametrize(
    "word",
    [
        "panorama",
        "signalement",
        "signalons",
        "mobilité",
        "dialogue",
        "lapin",
        "sapins",
        "estimer",
        "estimée",
        "carburant",
        "carburer",
        "domina",
        "histologie",
        "suite",
        "annuaire",
        "incubateurs",
        "archives",
        "budget",
        "plafond",
        "cofinancement",
        "tchad",
        "griot",
        "potentiels",
        "immersion",
        "docteur",
        "alternance",
        "adresse",
        "covoiturage",
        "logement",
    ],
)
def test_an_ordinary_word_is_no_laureate(programme: Programme, word: str) -> None:
    assert named(programme, word) == []


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("combien a reçu docurba ?", ["Docurba"]),
        ("qui a eu plus, Mobilic ou envergo ?", ["Mobilic", "Mobilic", "Envergo"]),
        ("combien pour Potentiel ?", ["Potentiel"]),
        ("quel est le potentiel du marché ?", []),
        ("un focus plus précis sur la suite", []),
        ("on estime le plafond à combien ?", []),
    ],
)
def test_laureates_are_told_from_ordinary_words_in_a_sentence(
    programme: Programme, sentence: str, found: list[str]
) -> None:
    assert [name for name, _ in named(programme, sentence)] == found


@pytest.mark.parametrize(
    ("typed", "identity"),
    [("FTAP", "ftap"), ("ftap ia", "ftap-donnees-ia"), ("guichet design agents", "guichet-agents")],
)
def test_a_fund_is_found_by_its_name(programme: Programme, typed: str, identity: str) -> None:
    fund = programme.fund(typed)
    assert fund
    assert fund.id == identity


def test_an_unknown_fund_is_not_found(programme: Programme) -> None:
    assert programme.fund("fonds vert") is None


def test_the_facts_load_in_less_than_150_ms() -> None:
    def elapsed() -> float:
        start = time.process_time()
        load_programme(FACTS, FICHES)
        return time.process_time() - start

    assert min(elapsed() for _ in range(5)) < 0.15
