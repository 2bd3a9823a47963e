"""The words that tell how several values are taken."""

import pytest

from bot.french.shapes import Shape, first, is_left_out, round_counts, shapes


@pytest.mark.parametrize(
    ("folded", "shape"),
    [
        ("combien chacun", Shape.EACH),
        ("les montants du fast 16", Shape.EACH),
        ("ils ont eu la meme somme", Shape.ALIKE),
        ("a-just + mano", Shape.TOGETHER),
        ("quel ecart entre eux", Shape.APART),
        ("quelle part", Shape.SHARE),
        ("la part de laureats", Shape.SHARE),
        ("le montant median", Shape.MEDIAN),
        ("a touche le max", Shape.CAP),
        ("montant minimum", Shape.FLOOR),
        ("plus de candidats que le fast 14", Shape.MORE),
        ("une trentaine", Shape.ABOUT),
    ],
)
def test_a_closed_class_of_words_tells_the_shape(folded, shape):
    assert shape in shapes(folded)


@pytest.mark.parametrize(
    ("folded", "shape"),
    [
        ("a part ca", Shape.SHARE),
        ("les montants totaux", Shape.EACH),
        ("le plafond du fast 13", Shape.ALIKE),
    ],
)
def test_words_that_look_alike_tell_nothing(folded, shape):
    assert shape not in shapes(folded)


def test_what_is_set_aside_stands_after_a_preposition():
    assert is_left_out("les montants sans docurba", len("les montants sans "))
    assert not is_left_out("les montants avec docurba", len("les montants avec "))


@pytest.mark.parametrize(
    ("folded", "count"), [("top 3 des montants", 3), ("les deux plus petits", 2), ("les montants", 0)]
)
def test_how_many_of_the_first_are_wanted(folded, count):
    assert first(folded) == count


def test_round_numbers_are_read():
    assert round_counts("une trentaine de candidats") == (30,)
