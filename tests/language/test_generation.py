"""The door to LangChain, behind the real client and a server on this machine: an answer in time, or its cause."""

import time

import pytest
from fakes import ChatEndpoint, completion
from pydantic import BaseModel

from bot.config import LlmConfig, silence_telemetry
from bot.errors import ConfigurationError
from bot.language.generation import Fault, ModelFault, open_model, probe

silence_telemetry()


class Word(BaseModel):
    word: str


GOOD = '{"word": "oui"}'


def ask(url: str, seconds: float = 5.0) -> Word:
    model = open_model(LlmConfig(base_url=url, model="petit"))
    return model.ask([("system", "Règles."), ("human", "Données.")], Word, seconds)


def test_the_answer_comes_in_the_shape_asked_for():
    with ChatEndpoint(GOOD) as endpoint:
        assert ask(endpoint.url).word == "oui"
    [request] = endpoint.requests
    assert [one["role"] for one in request["messages"]] == ["system", "user"]
    assert request["response_format"]["type"] == "json_schema"
    assert (request["model"], request["temperature"], "tools" in request) == ("petit", 0, False)


def test_the_key_is_sent_as_the_wire_format_wants_it():
    with ChatEndpoint(GOOD) as endpoint:
        config = LlmConfig(base_url=endpoint.url, model="petit", api_key="clef")
        open_model(config).ask([("human", "Données.")], Word, 5)
    assert endpoint.keys == ["Bearer clef"]


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (401, Fault.KEY),
        (403, Fault.KEY),
        (404, Fault.UNKNOWN_MODEL),
        (400, Fault.REJECTED),
        (422, Fault.REJECTED),
        (429, Fault.BUSY),
        (500, Fault.SERVER),
        (503, Fault.SERVER),
        ("", Fault.BROKEN),
        ('{"word":', Fault.BROKEN),
        ('{"mot": "oui"}', Fault.BROKEN),
        ("Bien sûr ! Voici la réponse.", Fault.BROKEN),
        ("[]", Fault.BROKEN),
        ("null", Fault.BROKEN),
        (b"<html>", Fault.BROKEN),
        (b'{"choices": []}', Fault.BROKEN),
        (b"{}", Fault.BROKEN),
        (b"", Fault.BROKEN),
        (completion('{"word": "ou', finish_reason="length"), Fault.BROKEN),
        (completion("", finish_reason="content_filter"), Fault.REFUSAL),
        ({"content": None, "refusal": "Je ne peux pas."}, Fault.REFUSAL),
        ("endless", Fault.UNREACHABLE),
    ],
)
def test_what_cannot_be_used_has_a_cause(answer, cause):
    with ChatEndpoint(answer) as endpoint, pytest.raises(ModelFault) as fault:
        ask(endpoint.url)
    assert fault.value.cause is cause


@pytest.mark.parametrize("answer", ["hang", "trickle"])
def test_a_server_that_never_ends_is_given_up_in_time(answer):
    with ChatEndpoint(answer) as endpoint:
        model = open_model(LlmConfig(base_url=endpoint.url, model="petit"))
        started = time.monotonic()
        with pytest.raises(ModelFault) as fault:
            model.ask([("human", "Données.")], Word, 0.5)
        assert time.monotonic() - started < 1.5
    assert fault.value.cause is Fault.TIMEOUT


def test_after_a_server_that_hung_the_same_model_answers_again():
    with ChatEndpoint("hang", GOOD) as endpoint:
        model = open_model(LlmConfig(base_url=endpoint.url, model="petit"))
        with pytest.raises(ModelFault):
            model.ask([("human", "Données.")], Word, 0.3)
        assert model.ask([("human", "Données.")], Word, 5).word == "oui"


def test_a_port_that_nobody_listens_to_is_unreachable():
    with ChatEndpoint(GOOD) as endpoint:
        url = endpoint.url
    with pytest.raises(ModelFault) as fault:
        ask(url)
    assert fault.value.cause is Fault.UNREACHABLE


def test_nothing_of_what_is_said_enters_the_log(caplog):
    caplog.set_level("DEBUG", logger="bot")
    with ChatEndpoint("Le secret de la réponse") as endpoint, pytest.raises(ModelFault):
        ask(endpoint.url)
    assert "cause=broken" in caplog.text
    assert "secret" not in caplog.text
    assert "Données" not in caplog.text


@pytest.mark.parametrize(("answer", "cause"), [(GOOD, None), (401, Fault.KEY), (500, Fault.SERVER)])
def test_the_probe_says_whether_the_model_answers(answer, cause):
    with ChatEndpoint(answer) as endpoint:
        found, seconds = probe(LlmConfig(base_url=endpoint.url, model="petit"))
    assert found is cause
    assert seconds >= 0


@pytest.mark.parametrize("config", [LlmConfig(), LlmConfig(model="m", provider="inconnu")])
def test_a_model_that_cannot_be_opened_is_told_with_its_key(config):
    with pytest.raises(ConfigurationError, match=r"llm\."):
        open_model(config)
