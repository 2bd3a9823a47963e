"""Sentences and lists of a passage, and the editions and years that a text is about."""

import pytest

from bot.answers.units import editions_in, joined, units, years_in
from bot.documents.passages import DocumentInfo, Passage, Source

SOURCE = Source("Page", "DINUM", "https://beta.gouv.fr/fast/", None)


def passage(text: str) -> Passage:
    return Passage(DocumentInfo("fiche.md", "Fiche", SOURCE), "Fiche › Section", text, (SOURCE,), 0)


def test_a_list_stays_whole_with_the_line_that_introduces_it():
    text = "Une phrase. Une autre.\n\nLes conditions sont :\n- un impact ;\n- un budget.\n\nEt la fin."
    found = units(passage(text))
    assert [(one.text, one.is_list) for one in found] == [
        ("Une phrase.", False),
        ("Une autre.", False),
        ("Les conditions sont :\n- un impact ;\n- un budget.", True),
        ("Et la fin.", False),
    ]
    assert all(one.text in text for one in found)


def test_an_empty_passage_has_no_units():
    assert units(passage("")) == []


def test_a_list_that_was_cut_is_put_together():
    found = [*units(passage("Liste :\n- un")), *units(passage("- deux"))]
    [whole] = joined(found)
    assert whole.text == "Liste :\n- un\n- deux"


@pytest.mark.parametrize(
    ("text", "editions"),
    [
        ("le FAST 13", {13}),
        ("les FAST 11 à 14", {11, 12, 13, 14}),
        ("du FAST 11 (juin 2022) au FAST 14", {11, 12, 13, 14}),
        ("FAST 15 et suivants", {15, 16, 17}),
        ("depuis le FAST 16", {16, 17}),
        ("FAST 12, 13 et 15", {12, 13, 15}),
        ("la 13e édition", {13}),
        ("le FAST", set()),
        ("13 produits", set()),
    ],
)
def test_the_editions_of_a_text_include_its_ranges(text, editions):
    assert editions_in(text) == editions


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("en 2022", {2022}),
        ("de 2023 à 2025", {2023, 2024, 2025}),
        ("entre 2022 et 2024", {2022, 2023, 2024}),
        ("depuis 2024", {2024, 2025, 2026}),
        ("en tout temps", set()),
    ],
)
def test_the_years_of_a_text_include_its_ranges(text, years):
    assert years_in(text) == years
