"""The commands with a language model configured: what is wrong with it is said, and keeps nothing else from working."""

import json
import subprocess
import sys
from typing import Any

import pytest
from fakes import ChatEndpoint
from program import ROOT, Program, environment

from bot.evaluation.values import contains

QUESTION = "plafond du FAST 13 ?"


def settings(url: str, **more: str) -> dict[str, str]:
    return {"FAST_LLM__BASE_URL": url, "FAST_LLM__MODEL": "petit", "FAST_LLM__TIMEOUT_SECONDS": "15"} | more


@pytest.fixture
def nowhere() -> str:
    """An address at which nobody listens."""
    with ChatEndpoint("") as endpoint:
        return endpoint.url


def test_with_the_endpoint_down_everything_but_the_doctor_is_as_without_it(program: Program, nowhere: str):
    asked = program.run("ask", "--json", QUESTION, **settings(nowhere))
    assert contains(json.loads(asked.stdout)["text"], "300 000 €")
    checked = program.run("check", **settings(nowhere))
    assert checked.returncode == 0, checked.stdout.decode()
    examined = program.run("doctor", **settings(nowhere))
    assert examined.returncode == 1
    assert "llm.base_url" in examined.stdout.decode()


def model_line(printed: str) -> str:
    """What `doctor` says of the model."""
    [line] = [one for one in printed.splitlines() if "modèle de langue" in one]
    assert "petit" in line
    return line


@pytest.mark.parametrize(("answer", "said"), [(401, "llm.api_key_file"), (404, "llm.model"), ('{"word": "oui"}', "✓")])
def test_the_doctor_says_how_the_endpoint_is(program: Program, answer: Any, said: str):
    with ChatEndpoint(answer) as endpoint:
        assert said in model_line(program.run("doctor", **settings(endpoint.url)).stdout.decode())


@pytest.mark.parametrize(("wording", "said"), [("true", "expérimental"), ("false", "rien de ce qu'il écrit")])
def test_the_doctor_says_what_the_model_is_for(program: Program, wording: str, said: str):
    with ChatEndpoint('{"word": "oui"}') as endpoint:
        given = settings(endpoint.url, FAST_LLM__WORDING=wording)
        assert said in model_line(program.run("doctor", **given).stdout.decode())


def test_with_the_endpoint_hanging_each_answer_comes_within_the_time_out_and_a_second(program: Program):
    with ChatEndpoint("hang") as endpoint:
        given = settings(endpoint.url, FAST_LLM__TIMEOUT_SECONDS="3", FAST_LLM__WORDING="true")
        lines = program.run("ask", "--json", stdin=f"{QUESTION}\n" * 3, **given).stdout.splitlines()
    _, *warm = map(json.loads, lines)  # the first one loads what the others need
    for one in warm:
        assert contains(one["text"], "300 000 €")
        assert 2_000 < one["elapsed_ms"] < 4_000


@pytest.mark.parametrize("more", [{"FAST_LLM__MODEL": ""}, {"FAST_LLM__API_KEY_FILE": "absent"}])
def test_a_section_that_lacks_something_is_refused_by_the_name_of_its_key(program: Program, more: dict[str, str]):
    refused = program.run("ask", QUESTION, **settings("http://127.0.0.1:9/v1", **more))
    assert refused.returncode == 2
    assert refused.stdout == b""
    assert len(refused.stderr.decode().strip().splitlines()) == 1


def test_without_the_section_no_library_of_it_is_imported(program: Program):
    code = (
        "import sys; sys.argv = sys.argv[1:]\nfrom bot.cli import main\ntry: main()\nexcept SystemExit: pass\n"
        "print(sorted({'langchain', 'langchain_openai', 'openai', 'httpx2'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, "bot", "--config", str(program.config), "ask", QUESTION]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, env=environment(), timeout=120)
    assert done.stdout.decode().splitlines()[-1] == "[]"


LIE = json.dumps({"claims": ["Le plafond est de 999 999 €."]})


def test_the_text_of_a_model_that_lies_never_reaches_the_user(program: Program):
    with ChatEndpoint(LIE) as endpoint:
        done = program.run("ask", "--json", QUESTION, **settings(endpoint.url, FAST_LLM__WORDING="true"))
    answer = json.loads(done.stdout)
    assert contains(answer["text"], "300 000 €")
    assert "999" not in answer["text"] + done.stderr.decode()
    assert len(endpoint.requests) == 1


def test_unless_wording_is_turned_on_the_model_is_not_even_asked_for_an_answer(program: Program):
    with ChatEndpoint(LIE) as endpoint:
        done = program.run("ask", "--json", QUESTION, **settings(endpoint.url))
    assert contains(json.loads(done.stdout)["text"], "300 000 €")
    assert endpoint.requests == []
