"""The values that a question takes for granted, held against those of the facts."""

from datetime import date
from decimal import Decimal

import pytest

from bot.dialogue.claims import Claim, agrees, claim_in
from bot.documents import french
from bot.programme.values import Month, Range


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("Le plafond était bien de 500 000 € ?", "eur", Decimal(500_000)),
        ("le plafond est de 300k, non ?", "eur", Decimal(300_000)),
        ("Le taux est de 80 %, c'est ça ?", "percent", Decimal(80)),
        ("Il y a eu 12 lauréats au FAST 13 ?", "count", Decimal(12)),
        ("L'accompagnement dure bien 6 mois ?", "months", Decimal(6)),
        ("Le FAST 14 fermait le 15 novembre 2023 ?", "date", (15, 11, 2023)),
        ("la date limite c'est le 29 mai ?", "date", (29, 5, None)),
    ],
)
def test_a_value_that_is_taken_for_granted_is_read(text: str, unit: str, value: object) -> None:
    assert claim_in(text, french.fold(text), unit) == Claim(unit, value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "Quel est le plafond ?",
        "C'est 200 000 ou 300 000 € ?",
        "On peut demander 150 000 € ?",
        "Le plafond est-il connu ?",
    ],
)
def test_a_question_that_states_no_value_or_several_takes_none_for_granted(text: str) -> None:
    assert claim_in(text, french.fold(text), "eur") is None


@pytest.mark.parametrize(
    ("claim", "known", "same"),
    [
        (Claim("eur", Decimal(300_000)), Decimal(300_000), True),
        (Claim("eur", Decimal(300_001)), Decimal(300_000), False),
        (Claim("count", Decimal(10)), 10, True),
        (Claim("months", Decimal(6)), Range(4, 8), True),
        (Claim("months", Decimal(9)), Range(4, 8), False),
        (Claim("date", (29, 5, None)), date(2024, 5, 29), True),
        (Claim("date", (29, 5, 2023)), date(2024, 5, 29), False),
        (Claim("date", (6, 6, 2025)), Month(2025, 6), True),
    ],
)
def test_a_claim_agrees_with_the_same_value_only(claim: Claim, known: object, same: bool) -> None:
    assert agrees(claim, [known]) is same  # type: ignore[list-item]
