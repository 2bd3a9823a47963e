"""What a question names and asks: its editions, years, kind, and its wording without them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.extraction import Asks
from bot.dialogue.lexicon import load_lexicon
from bot.dialogue.understanding import find_editions, masked, rewritten, understand
from bot.documents import french

LEXICON = load_lexicon()


@pytest.mark.parametrize(
    ("text", "editions"),
    [
        ("plafond du FAST 13", (13,)),
        ("fast13", (13,)),
        ("FAST n°13", (13,)),
        ("le 17 fermait quand", (17,)),
        ("la 13e édition", (13,)),
        ("les lauréats de la 1re édition", (1,)),
        ("la treizième édition", (13,)),
        ("le treizième", (13,)),
        ("lauréats du FAST 12 au 17", (12, 13, 14, 15, 16, 17)),
        ("FAST 13, 14 et 15", (13, 14, 15)),
        ("FAST 42", (42,)),
        ("et pour le 15 ?", (15,)),
    ],
)
def test_an_edition_is_found_however_it_is_written(text, editions):
    assert find_editions(french.fold(text)) == editions


@pytest.mark.parametrize(
    "text",
    [
        "le 1er décembre 2023",
        "au bout de 3 mois",
        "le 21 mai 2026",
        "les 3 critères",
        "le taux est-il de 50 %",
        "un budget de 450 000 €",
        "les 1000 premiers jours",
        "une équipe de 5 personnes",
        "",
    ],
)
def test_a_number_that_is_not_an_edition_names_none(text):
    assert find_editions(french.fold(text)) == ()


@pytest.mark.parametrize(("text", "edition"), [("fast deux", 2), ("FAST treize", 13), ("fast dix-sept", 17)])
def test_an_edition_in_words_is_found_once_rewritten(text, edition):
    assert find_editions(rewritten(text, LEXICON)) == (edition,)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("plafond en 2022", (2022,)),
        ("plafond après 2022", (2023,)),
        ("en 2022 et en 2023", (2022, 2023)),
        ("120234 €", ()),
        ("en 1998", ()),
    ],
)
def test_years_are_those_named_and_after_a_year_begins_the_next_one(text, years):
    assert understand(text, LEXICON).years == years


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("quel est le plafond du FAST 13 ?", Asks.AMOUNT),
        ("quel est le taux de cofinancement ?", Asks.PERCENT),
        ("quelle est la date limite ?", Asks.DATE),
        ("le 17 fermait quand ?", Asks.DATE),
        ("combien de temps dure l'accompagnement ?", Asks.DURATION),
        ("combien de lauréats au FAST 12 ?", Asks.COUNT),
        ("quels sont les critères ?", Asks.LIST),
        ("à quelle adresse écrire ?", Asks.ADDRESS),
        ("qui décide ?", Asks.PERSON),
        ("le FAST, c'est quoi ?", Asks.ANYTHING),
    ],
)
def test_the_kind_of_answer_is_told_by_the_words_of_the_question(text, kind):
    assert understand(text, LEXICON).asks is kind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("montant du programme de consolidation", True),
        ("le nouveau programme", True),
        ("plafond du FAST 13", False),
    ],
)
def test_a_question_on_the_consolidation_programme_is_told_apart(text, expected):
    assert understand(text, LEXICON).about_consolidation is expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("plafond du fast 13", "plafond du fast 17"),
        ("le plafond en 2022", "le plafond en 2025"),
        ("un budget de 450 000 €", "un budget de 80 k€"),
        ("un taux de 50 %", "un taux de 80 %"),
    ],
)
def test_masked_questions_differ_only_by_their_wording(one, other):
    assert masked(french.fold(one)) == masked(french.fold(other))


@given(st.text(max_size=300))
def test_understanding_never_raises_on_any_text(text):
    understand(text, LEXICON)


@given(st.text(alphabet="fast le du 0123456789eè%€,à-n°?k", max_size=80))
def test_understanding_never_raises_on_what_looks_like_editions_and_amounts(text):
    masked(understand(text, LEXICON).folded)
