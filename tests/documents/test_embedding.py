"""Embedders: vectors of unit length in the order asked, and one French sentence when they cannot be had."""

import importlib.util
import json
import socket

import numpy as np
import pytest
from fakes import EmbeddingEndpoint, HashingEmbedder

from bot.config import EmbeddingConfig
from bot.documents.embedding import EndpointEmbedder, SentenceTransformerEmbedder, open_embedder
from bot.documents.encoder import OwnEmbedder
from bot.errors import EmbedderUnavailable

KEY = "clef-très-secrète-Zq81"
TEXTS = ["Le plafond du FAST", "Un coach suit l'équipe", "Les lauréats de 2023"]


def told(embedder: EndpointEmbedder, texts: list[str] = TEXTS) -> str:
    """Return what is said when the embedder fails: one French sentence, that never shows the key."""
    with pytest.raises(EmbedderUnavailable) as refusal:
        embedder.embed_documents(texts)
    message = str(refusal.value)
    assert message.endswith(".")
    assert "\n" not in message
    assert "secr" not in message
    assert "embedding.endpoint" in message
    return message


def embedder_of(endpoint: EmbeddingEndpoint, *, key: str | None = None, timeout: float = 10) -> EndpointEmbedder:
    """An embedder that does not wait between its tries."""
    return EndpointEmbedder(endpoint.url, "un-modele", key, timeout, sleep=lambda seconds: None)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


# The one that the configuration names


def test_the_configuration_chooses_the_embedder():
    assert isinstance(open_embedder(EmbeddingConfig()), OwnEmbedder)
    assert isinstance(open_embedder(EmbeddingConfig(model="org/model")), SentenceTransformerEmbedder)
    assert isinstance(open_embedder(EmbeddingConfig(model="m", endpoint="http://127.0.0.1:1/v1")), EndpointEmbedder)


def test_embedders_with_other_vectors_have_other_identities(tmp_path):
    (tmp_path / "model").mkdir()
    config = tmp_path / "model" / "config.json"
    config.write_text("{}")
    named = [
        {},
        {"model": "org/model"},
        {"model": "org/other"},
        {"model": str(tmp_path / "model")},
        {"model": "a", "endpoint": "http://127.0.0.1:1/v1"},
        {"model": "b", "endpoint": "http://127.0.0.1:1/v1"},
        {"model": "a", "endpoint": "http://127.0.0.1:2/v1"},
    ]
    identities = [open_embedder(EmbeddingConfig(**each)).identity for each in named]
    assert len(set(identities)) == len(named)
    assert [open_embedder(EmbeddingConfig(**each)).identity for each in named] == identities

    config.write_text('{"another": "model"}')
    assert open_embedder(EmbeddingConfig(model=str(tmp_path / "model"))).identity not in identities


def test_a_key_changes_nothing_in_the_identity_of_an_endpoint():
    one, other = (EmbeddingConfig(model="a", endpoint="http://127.0.0.1:1/v1", api_key=key) for key in (KEY, "autre"))

    assert open_embedder(one).identity == open_embedder(other).identity
    assert "secr" not in open_embedder(one).identity


@pytest.mark.skipif(importlib.util.find_spec("sentence_transformers") is not None, reason="the extra is installed")
def test_without_the_extra_the_message_names_it():
    with pytest.raises(EmbedderUnavailable, match=r"assistant-fast\[transformers\]"):
        open_embedder(EmbeddingConfig(model="org/model")).embed_query("plafond")


# An endpoint


def test_an_endpoint_gives_unit_vectors_in_the_order_of_the_texts():
    with EmbeddingEndpoint() as endpoint:
        embedder = embedder_of(endpoint)
        rows = embedder.embed_documents(TEXTS)

        expected = HashingEmbedder().embed_documents(TEXTS)
        assert np.array(rows) == pytest.approx(np.array(expected), abs=1e-5)
        assert embedder.embed_query(TEXTS[1]) == pytest.approx(expected[1], abs=1e-5)
        assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(3), abs=1e-5)


def test_an_endpoint_is_asked_in_its_format_in_batches_with_the_key_as_bearer():
    texts = [f"texte {number}" for number in range(70)]
    with EmbeddingEndpoint() as endpoint:
        rows = embedder_of(endpoint, key="abc").embed_documents(texts)

        assert len(rows) == 70
        assert {(path, bearer) for path, bearer, _ in endpoint.requests} == {("/v1/embeddings", "Bearer abc")}
        assert {asked["model"] for _, _, asked in endpoint.requests} == {"un-modele"}
        assert [text for _, _, asked in endpoint.requests for text in asked["input"]] == texts
        assert max(len(asked["input"]) for _, _, asked in endpoint.requests) <= 32


def test_without_a_key_no_authorization_is_sent():
    with EmbeddingEndpoint() as endpoint:
        embedder_of(endpoint).embed_query("plafond")

        assert endpoint.requests[0][1] is None


def test_a_slash_at_the_end_of_the_address_changes_nothing():
    with EmbeddingEndpoint() as endpoint:
        EndpointEmbedder(endpoint.url + "/", "m", None, 10).embed_query("plafond")

        assert endpoint.requests[0][0] == "/v1/embeddings"


@pytest.mark.parametrize("statuses", [[429], [503], [500, 502, 429]])
def test_what_passes_is_tried_again_after_growing_pauses(statuses):
    pauses: list[float] = []
    with EmbeddingEndpoint(*statuses) as endpoint:
        rows = EndpointEmbedder(endpoint.url, "m", None, 10, sleep=pauses.append).embed_documents(TEXTS)

        assert len(rows) == 3
        assert len(endpoint.requests) == len(statuses) + 1
    assert len(pauses) == len(statuses)
    assert all(0 < pause <= 5 for pause in pauses)


def test_what_does_not_pass_is_given_up_after_four_tries():
    with EmbeddingEndpoint(*[503] * 10) as endpoint:
        assert "503" in told(embedder_of(endpoint))
        assert len(endpoint.requests) == 4


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 301])
def test_a_refusal_is_not_tried_again(status):
    with EmbeddingEndpoint(status, status) as endpoint:
        assert str(status) in told(embedder_of(endpoint, key="clef-secrete"))
        assert len(endpoint.requests) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"<html>not json</html>",
        b'{"data": [',
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b'{"data": null}',
        b'{"data": {}}',
        b'{"data": []}',
        b'{"data": ["a", "b", "c"]}',
        b'{"data": [{"embedding": [1.0]}, {"embedding": [1.0]}, {"embedding": [1.0]}]}',
        b"\xff\xfe\x00",
    ],
)
def test_an_answer_in_another_format_is_told(body):
    with EmbeddingEndpoint(body) as endpoint:
        told(embedder_of(endpoint))


@pytest.mark.parametrize(
    "vectors",
    [
        [[1.0, 0.0], [0.0, 1.0]],  # two for three texts
        [[1.0, 0.0]] * 4,
        [[1.0, 0.0], [1.0], [0.0, 1.0]],
        [[], [], []],
        [1.0, 2.0, 3.0],
        [["a"], ["b"], ["c"]],
        [None, None, None],
        ["AACAPw==", "AACAPw==", "AACAPw=="],
        [[float("nan")], [1.0], [1.0]],
        [[0.0, 0.0], [1.0, 0.0], [1.0, 0.0]],
    ],
)
def test_rows_that_are_not_one_vector_a_text_are_told(vectors):
    rows = [{"index": index, "embedding": vector} for index, vector in enumerate(vectors)]
    with EmbeddingEndpoint(json.dumps({"data": rows}).encode()) as endpoint:
        told(embedder_of(endpoint))


def test_rows_with_the_same_index_are_told():
    rows = [{"index": 0, "embedding": [1.0, 0.0]}] * 3
    with EmbeddingEndpoint(json.dumps({"data": rows}).encode()) as endpoint:
        told(embedder_of(endpoint))


def test_an_endpoint_that_refuses_the_connection_is_told():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    message = told(EndpointEmbedder(url, "m", "clef-secrete", 5, sleep=lambda seconds: None))

    assert url in message


def test_an_endpoint_that_does_not_answer_is_told_in_bounded_time():
    with EmbeddingEndpoint() as endpoint:
        endpoint.is_mute = True
        told(embedder_of(endpoint, timeout=0.1))

        assert len(endpoint.requests) == 4


@pytest.mark.parametrize("key", [KEY, "clef-secrete\n", "clef secrete\u2028"])
def test_a_key_that_cannot_be_sent_is_told_without_being_shown(key):
    with EmbeddingEndpoint() as endpoint:
        told(embedder_of(endpoint, key=key))
