"""A question beside what was written: the nearest is likeliest, yes is told from no, the same input gives the same."""

import json

import numpy as np
import pytest

from bot.french.asking import is_negated
from bot.questions import verdicts
from bot.questions.linear import Logit
from bot.questions.match_training import Written, train
from bot.questions.matcher import PIECES, Matcher, Target, pieces_of, plain

SIZE = 8
OPEN, CLOSED = "fiche#Horaires > Le guichet est ouvert", "fiche#Tarif > L'entrée est gratuite"


def _vector(text: str) -> np.ndarray:
    found = np.random.default_rng(sum(text.split()[0].encode())).standard_normal(SIZE).astype(np.float32)
    return found / np.linalg.norm(found)


def _asked(attribute: str, sentence: str, says, *texts: str) -> list[Written]:
    return [Written(text, _vector(text), Target(attribute, sentence, says)) for text in texts]


SENTENCES = [
    *_asked(
        "hours", OPEN, "any", "quand ouvre le guichet ?", "à quelle heure ouvre le guichet ?", "horaires du guichet"
    ),
    *_asked("hours", OPEN, "yes", "le guichet est ouvert ?", "il est bien ouvert le guichet ?", "guichet ouvert ?"),
    *_asked("hours", OPEN, "no", "le guichet est fermé ?", "il est donc fermé le guichet ?", "guichet fermé ?"),
    *_asked("price", CLOSED, "any", "combien coûte l'entrée ?", "prix de l'entrée", "c'est combien l'entrée ?"),
    *_asked("price", CLOSED, "yes", "l'entrée est gratuite ?", "entrée gratuite ?", "c'est gratuit d'entrer ?"),
    *_asked("price", CLOSED, "no", "l'entrée est payante ?", "entrée payante ?", "faut payer pour entrer ?"),
]
WORDINGS = [
    *_asked("hours", "", "any", "ouverture du guichet", "le guichet ouvre quand"),
    *_asked("price", "", "any", "tarif d'entrée", "entrée combien"),
    *_asked("author", "", "any", "qui a écrit la page", "auteur de la page"),
]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return train(SENTENCES, WORDINGS, epochs=60)


@pytest.mark.parametrize(
    ("text", "sentence", "side"),
    [
        ("il est ouvert ce guichet ?", OPEN, "yes"),
        ("le guichet, il est fermé ?", OPEN, "no"),
        ("gratuite, l'entrée ?", CLOSED, "yes"),
        ("elle est payante l'entrée ?", CLOSED, "no"),
    ],
)
def test_the_sentence_and_its_side_are_found_for_words_in_another_order(matcher, text, sentence, side):
    match = matcher.match(text, _vector(text))
    assert max(match.sentences, key=lambda name: match.sentences[name].told) == sentence
    assert verdicts.side(match, sentence) == side


def test_attributes_are_weighed_with_those_that_have_no_sentence(matcher):
    match = matcher.match("qui a écrit cette page", _vector("qui a écrit"))
    assert set(match.attributes) == {"hours", "price", "author"}
    assert max(match.attributes, key=match.attributes.__getitem__) == "author"
    assert np.exp(list(match.attributes.values())).sum() == pytest.approx(1, abs=1e-3)


def test_what_sentences_say_is_one_probability(matcher):
    match = matcher.match("guichet", _vector("guichet"))
    told = sum(one.told for one in match.sentences.values())
    assert 0 < told <= 1 + 1e-6
    assert all(one.yes + one.no <= one.told + 1e-6 for one in match.sentences.values())


def test_the_same_questions_give_the_same_matcher_which_is_kept_as_json(matcher):
    again = train(SENTENCES, WORDINGS, epochs=60)
    kept = Matcher.from_json(json.loads(json.dumps(again.to_json())))
    assert kept.targets == matcher.targets
    for one in SENTENCES:
        before, after = matcher.match(one.text, one.vector), kept.match(one.text, one.vector)
        assert before.scores == pytest.approx(after.scores, abs=0.5)
        assert before.scores.argmax() == after.scores.argmax()


def test_a_verdict_is_said_only_where_it_is_sure(matcher):
    match = matcher.match("le guichet est ouvert ?", _vector("le guichet"))
    assert verdicts.verdict(Logit((0.0, 0.0, 0.0, 0.0, 0.0, 5.0)), match, OPEN, "") == "yes"
    assert verdicts.verdict(Logit((0.0, 0.0, 0.0, 0.0, 0.0, 0.0)), match, OPEN, "") is None


@pytest.mark.parametrize("text", ["", "  ", "?!", "€", "é" * 5_000, "a b " * 2_000])
def test_any_text_has_pieces_and_a_place(matcher, text):
    assert all(0 <= row < PIECES for row in pieces_of(text))
    assert np.isfinite(matcher.match(text, np.ones(SIZE, np.float32) / SIZE**0.5).scores).all()


@pytest.mark.parametrize(
    ("text", "negated"),
    [("on ne peut pas ?", True), ("aucune limite ?", True), ("c'est possible ?", False), ("n'est-ce pas", True)],
)
def test_a_negation_is_seen(text, negated):
    assert is_negated(text) is negated


def test_sentences_are_compared_by_their_words():
    assert plain("L'entrée : gratuite !") == "l entree gratuite"
