"""What fiches tell, as it could be told on a day of the past."""

from datetime import date
from pathlib import Path

import pytest
from program import KNOWLEDGE

from bot.french.moments import is_ahead
from bot.french.present import present, told_on

FUTURE_IN_THE_PAST = {"accompagnerait", "ferait", "pourrait"}


@pytest.mark.parametrize(
    ("text", "day", "told"),
    [
        (
            "En 2022 et en avril 2023, le FAST exigeait un produit.",
            date(2022, 6, 1),
            "En 2022, le FAST exige un produit.",
        ),
        (
            "En 2022 et en avril 2023, le FAST exigeait un produit.",
            date(2023, 1, 1),
            "En 2022, le FAST exigeait un produit.",
        ),
        ("De 2020 à 2022, le FAST pouvait payer.", date(2022, 6, 1), "Depuis 2020, le FAST peut payer."),
        ("De 2020 à 2022, le FAST pouvait payer.", date(2024, 6, 1), "De 2020 à 2022, le FAST pouvait payer."),
        (
            "Du 19 septembre 2023 au 2 décembre 2025 (FAST 14 à 17), il fallait cela.",
            date(2024, 1, 1),
            "Depuis le 19 septembre 2023, il faut cela.",
        ),
        ("Depuis le 23 février 2024, le plafond est bas.", date(2023, 1, 1), None),
    ],
)
def test_a_sentence_is_told_as_on_the_day(text, day, told):
    assert told_on(text, day) == told


def test_every_imperfect_of_the_fiches_has_a_present():
    texts = [
        line
        for path in Path(KNOWLEDGE / "documents").glob("*.md")
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.startswith(("#", "Sources"))
    ]
    left = {word.strip(".,;:()«»'’") for word in present(" ".join(texts)).replace("'", " ").split()}
    left = {word for word in left if word.endswith(("ait", "aient"))}
    assert left - FUTURE_IN_THE_PAST - {"fait", "sait", "imparfait", "Trait"} == set()


@pytest.mark.parametrize(
    ("text", "day", "ahead"),
    [
        ("auditions en juin et juillet 2026", date(2026, 6, 10), True),
        ("a partir de septembre 2026", date(2026, 6, 10), True),
        ("a partir de septembre 2026", date(2026, 11, 1), False),
        ("depuis fevrier 2024", date(2026, 11, 1), False),
        ("jusqu'au 21 juin 2026", date(2026, 6, 22), False),
        ("rien de date", date(2026, 6, 22), False),
    ],
)
def test_what_is_to_come(text, day, ahead):
    assert is_ahead(text, day) is ahead
