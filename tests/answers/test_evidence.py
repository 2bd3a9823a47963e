"""Whether a sentence says a value, in the forms that French gives it."""

from datetime import date
from decimal import Decimal

import pytest

from bot.answers.evidence import says
from bot.programme.values import Month, Range

CAP = Decimal(300_000)


@pytest.mark.parametrize(
    ("sentence", "value", "unit"),
    [
        ("au plus 300 000 € par an", CAP, "eur"),
        ("au plus 300\u202f000 € par an", CAP, "eur"),
        ("au plus 300 k€", CAP, "eur"),
        ("au plus 50 % du budget", Decimal(50), "percent"),
        ("au plus 50\u00a0% du budget", Decimal(50), "percent"),
        ("clos le 1er décembre 2023", date(2023, 12, 1), "date"),
        ("clos le 29 mai 2024", date(2024, 5, 29), "date"),
        ("en septembre 2023", Month(2023, 9), "month"),
        ("10 produits", 10, "count"),
        ("dix produits", 10, "count"),
        ("de 4 à 8 mois", Range(4, 8), "months"),
        ("entre quatre et huit mois", Range(4, 8), "months"),
        ("porté par la DINUM", "dinum", "text"),
    ],
)
def test_a_sentence_says_a_value_in_any_of_its_forms(sentence, value, unit):
    assert says(sentence, value, unit)


@pytest.mark.parametrize(
    ("sentence", "value", "unit"),
    [
        ("au plus 200 000 € par an", CAP, "eur"),
        ("au plus 1 300 000 € par an", CAP, "eur"),
        ("au plus 3 000 000 €", CAP, "eur"),
        ("50 produits", Decimal(50), "percent"),
        ("150 % du budget", Decimal(50), "percent"),
        ("clos le 11 décembre 2023", date(2023, 12, 1), "date"),
        ("clos le 1er décembre 2024", date(2023, 12, 1), "date"),
        ("en septembre 2024", Month(2023, 9), "month"),
        ("les lauréats du FAST 13", 13, "count"),
        ("publié le 13 mai", 13, "count"),
        ("113 produits", 13, "count"),
        ("de 4 à 9 mois", Range(4, 8), "months"),
        ("", 10, "count"),
    ],
)
def test_a_sentence_does_not_say_a_value_that_only_looks_like_its_own(sentence, value, unit):
    assert not says(sentence, value, unit)
