"""Names as people type them: which mistakes still name the same thing, and which name another."""

import pytest

from bot.programme.names import NameIndex, fold, squash, windows

# A name of each length at which one more mistake is allowed, and of the length just below.
SIX, ELEVEN, TWELVE = "envols", "abcdefghijk", "abcdefghijkl"
NINETEEN, TWENTY = "abcdefghijklmnopqrs", "abcdefghijklmnopqrst"


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Trackdéchets", "trackdechets"), ("L'ŒUVRE  d'Élève – n° 3", "l oeuvre d eleve n 3"), ("  ", "")],
)
def test_a_folded_text_has_no_accent_no_capital_and_single_spaces(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "squashed"), [("L'Annuaire des Entreprises", "annuairedesentreprises"), ("La Suite", "lasuite")]
)
def test_an_article_goes_unless_the_name_is_short(text: str, squashed: str) -> None:
    assert squash(text) == squashed


@pytest.mark.parametrize(
    ("name", "typed", "is_it"),
    [
        (SIX, "envolx", True),
        (SIX, "envoxx", False),
        (SIX, "envol", False),
        (ELEVEN, "abcdefghixk", True),
        (ELEVEN, "abcdefghxxk", False),
        (TWELVE, "abcdefghxxkl", True),
        (TWELVE, "abcdefgxxxkl", False),
        (NINETEEN, "abcdefghijklmnopxxs", True),
        (NINETEEN, "abcdefghijklmnoxxxs", False),
        (TWENTY, "abcdefghijklmnoxxxst", True),
        (TWENTY, "abcdefghijklmnxxxxst", False),
        ("envergo", "ennvergo", True),
        ("envergo", "envrego", True),
        ("envergo", "invergo", False),
        ("classea12", "classea13", False),
        ("classea12", "clasea12", True),
    ],
)
def test_so_many_letters_of_a_name_may_be_wrong_but_not_the_first_nor_a_digit(
    name: str, typed: str, is_it: bool
) -> None:
    assert NameIndex([name], [name]).find(typed) == (name if is_it else None)


def test_a_name_of_five_letters_is_found_only_as_it_is_written() -> None:
    index = NameIndex(["aviso"], ["aviso"])
    assert index.find("Aviso") == "aviso"
    assert index.find("avisoo") is None


def test_of_two_names_the_one_with_fewer_mistakes_is_meant() -> None:
    names = ["abcdefghijklmn", "abcdefghijklxx"]
    assert NameIndex(names, names).find("abcdefghijklxn") == "abcdefghijklmn"
    assert NameIndex(names, names).find("abcdefghijkxxx") == "abcdefghijklxx"


def test_a_word_that_is_not_to_be_confused_is_no_name_misspelt() -> None:
    assert NameIndex(["envergo"], ["envergo"], ["enverga"]).find("enverga") is None
    assert NameIndex(["envergo"], ["envergo"]).find("enverga") == "envergo"


def test_a_common_word_is_found_without_mistakes_alone() -> None:
    index = NameIndex(["potentiel"], [])
    assert index.find("Potentiel") == "potentiel"
    assert index.find("potentiels") is None


def test_every_run_of_words_comes_once_the_longest_first() -> None:
    assert list(windows("Un dé, là !")) == [
        (0, 3, "undela"),
        (0, 2, "unde"),
        (1, 3, "dela"),
        (0, 1, "un"),
        (1, 2, "de"),
        (2, 3, "la"),
    ]


def test_a_run_has_nine_words_at_most() -> None:
    assert list(windows("a b c d e f g h i j"))[:3] == [(0, 9, "abcdefghi"), (1, 10, "bcdefghij"), (0, 8, "abcdefgh")]
