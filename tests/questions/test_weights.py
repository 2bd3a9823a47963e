"""The weights that ship with the program are those that the wordings give."""

import json

import numpy as np
import pytest
from fakes import HashingEmbedder
from program import KNOWLEDGE

from bot.app import course_of, weights_for
from bot.config import load_config
from bot.documents.embedding import open_embedder
from bot.documents.encoder import OwnEmbedder
from bot.errors import ConfigurationError, KnowledgeError
from bot.questions.learning import train_all
from bot.questions.weights import FILE, SHIPPED, load_weights

SHARED = 0.05  # how far the weights shared by all attributes may be from those of another machine
NEAR = 0.05  # and a probability that a question is answered
CASES = np.array(
    [
        (odds, margin, missing, missing - 1.0, 0.0, share, 0.0, words, known)
        for odds in (-1.0, 1.0, 4.0)
        for margin in (0.1, 0.9)
        for missing, share in ((-5.0, 0.05), (-1.0, 0.4), (2.0, 0.95))
        for words in (0.7, 1.8)
        for known in (-3.0, 0.0, 3.0)
    ]
)


@pytest.mark.program
def test_weights_fitted_again_are_those_that_ship():
    config = load_config()
    assert config.knowledge.wordings == KNOWLEDGE / "wordings"
    shipped = load_weights()
    fitted = train_all(course_of(config, open_embedder(config.embedding)))
    assert list(fitted["ranker"].values()) == pytest.approx(shipped.shared.tolist(), abs=SHARED)
    again = type(shipped.models.answerable)(tuple(fitted["answerable"]))
    told = [(shipped.models.answerable.probability(tuple(one)), again.probability(tuple(one))) for one in CASES]
    assert [one for one, _ in told] == pytest.approx([other for _, other in told], abs=NEAR)


def test_vectors_of_another_dimension_are_refused_in_one_sentence():
    weights = load_weights()
    assert len(weights.check(np.zeros(weights.dimension, np.float32))) == weights.dimension
    with pytest.raises(ConfigurationError, match="python -m bot train") as told:
        weights.check(np.zeros(weights.dimension + 1, np.float32))
    assert "\n" not in str(told.value)


def test_the_weights_of_this_machine_are_taken_before_those_that_ship(tmp_path):
    (tmp_path / "weights.json").write_text('{"dimension": 3}')
    with pytest.raises(KnowledgeError, match="poids illisibles"):
        load_weights(tmp_path)
    (tmp_path / "weights.json").unlink()
    assert load_weights(tmp_path).dimension == load_weights().dimension


def test_weights_of_another_embedder_are_refused_in_one_french_sentence(tmp_path):
    assert weights_for(OwnEmbedder(), tmp_path).embedder == OwnEmbedder().identity
    with pytest.raises(ConfigurationError, match="python -m bot train"):
        weights_for(HashingEmbedder(), tmp_path)


def test_after_a_return_to_the_builtin_embedder_the_weights_that_ship_are_taken(tmp_path):
    shipped = json.loads(SHIPPED.read_text(encoding="utf-8"))
    (tmp_path / FILE).write_text(json.dumps(shipped | {"embedder": HashingEmbedder().identity}), encoding="utf-8")
    assert weights_for(HashingEmbedder(), tmp_path).embedder == HashingEmbedder().identity
    assert weights_for(OwnEmbedder(), tmp_path).embedder == OwnEmbedder().identity
