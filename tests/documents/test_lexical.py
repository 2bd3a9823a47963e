"""The lexical index: which text is found by which words, what a term weighs, which word was meant."""

import numpy as np
import pytest

from bot.documents import french
from bot.documents.lexical import LexicalIndex

TEXTS = [
    "Plafond du FAST 13\nLe cofinancement du FAST 13 est plafonné à 300 000 € par produit.",
    "Plafond du FAST 15\nLe cofinancement du FAST 15 est plafonné à 200 000 € par produit.",
    "Lauréats\nLes lauréats de la treizième édition travaillent à l'œuvre commune.",
    "Accompagnement\nUn coach suit l'équipe pendant six mois, en télétravail.",
]


@pytest.fixture(scope="module")
def index() -> LexicalIndex:
    return LexicalIndex.build(TEXTS)


def best(index: LexicalIndex, question: str) -> int:
    return int(np.argmax(index.scores(french.tokens(question))))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("plafond fast 13", 0),
        ("300k€", 0),
        ("0,2 M€ ?", 1),
        ("FAST 15", 1),
        ("qui sont les laureats ?", 2),
        ("oeuvre", 2),
        ("accompagnements", 3),
    ],
)
def test_the_text_with_the_words_of_the_question_is_first(index, question, text):
    assert best(index, question) == text


def test_there_is_one_score_a_text(index):
    assert index.scores(french.tokens("plafond")).shape == (len(TEXTS),)


@pytest.mark.parametrize("question", ["zzyzx brontosaure", "", "le la les", "???"])
def test_words_that_no_text_has_score_zero_everywhere(index, question):
    scores = index.scores(french.tokens(question))

    assert scores.tolist() == [0.0] * len(TEXTS)


def test_an_unknown_word_among_known_ones_changes_nothing(index):
    known = index.scores(french.tokens("plafond"))

    assert np.array_equal(index.scores(french.tokens("plafond zzyzx")), known)


def test_a_rare_term_weighs_more_than_a_common_one_and_an_unknown_one_most(index):
    rare, common = french.stem("coach"), french.stem("plafond")

    assert index.weight("zzyzx") > index.weight(rare) > index.weight(common) > 0


def test_a_stem_of_the_texts_is_known_and_another_is_not(index):
    assert index.knows(french.stem("laureats"))
    assert not index.knows("zzyzx")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cofinacement", "cofinancement"),
        ("cofinnancement", "cofinancement"),
        ("acompagnement", "accompagnement"),
        ("laureatts", "laureats"),
        ("equippe", "equipe"),
    ],
)
def test_a_slip_is_corrected_to_a_word_of_the_texts(index, typed, meant):
    assert index.corrected(typed) == meant


@pytest.mark.parametrize("word", ["cofinancement", "laureats", "cofinancements", "mos", "brontosaure", "300000", ""])
def test_a_known_a_short_or_a_strange_word_is_left_as_it_is(index, word):
    assert index.corrected(word) == word


def test_what_is_saved_is_loaded_the_same(index, tmp_path):
    index.save(tmp_path / "lexical")
    loaded = LexicalIndex.load(tmp_path / "lexical")

    for question in ("plafond fast 13", "lauréats", "zzyzx"):
        terms = french.tokens(question)
        assert np.allclose(loaded.scores(terms), index.scores(terms))
        assert [loaded.weight(term) for term in terms] == [index.weight(term) for term in terms]
    assert loaded.size == index.size == len(TEXTS)
    assert loaded.corrected("cofinacement") == "cofinancement"


def test_a_single_text_can_be_indexed():
    assert best(LexicalIndex.build(["Le plafond"]), "plafond") == 0


def test_the_same_text_twice_scores_twice_the_same():
    scores = LexicalIndex.build(["Le plafond", "Un coach", "Le plafond"]).scores(["plafond"])

    assert scores[0] == scores[2] > scores[1]


@pytest.mark.parametrize("texts", [["et ou le"], ["...", "le la"], ["Привет"]])
def test_texts_without_a_single_term_find_nothing_and_break_nothing(tmp_path, texts):
    index = LexicalIndex.build(texts)
    index.save(tmp_path / "lexical")

    assert LexicalIndex.load(tmp_path / "lexical").scores(["plafond"]).tolist() == [0.0] * len(texts)


def test_building_says_nothing_on_the_terminal(capfd):
    LexicalIndex.build(TEXTS)

    assert capfd.readouterr() == ("", "")
