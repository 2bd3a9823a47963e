"""A table of what people write and what is scanned of it, and how long that takes."""

import time
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from program import KNOWLEDGE

from bot.documents.encoder import OwnEmbedder
from bot.programme.facts import load_programme
from bot.questions.acts import Scope
from bot.questions.lexicon import load_lexicon
from bot.questions.reading import scope_of
from bot.questions.roles import amounts_of
from bot.questions.spans import Kind, Scan, scan
from bot.questions.terms import Terms
from bot.questions.weights import load_weights

TABLE = tomllib.loads(Path(__file__).with_name("utterances.toml").read_text(encoding="utf-8"))["utterances"]
PROGRAMME = load_programme(KNOWLEDGE / "programme")
TODAY = date(2026, 11, 21)
P95_MS = 20
EMBEDDER = OwnEmbedder()


def scanned(text: str) -> Scan:
    return scan(text, PROGRAMME, load_lexicon(), TODAY)


def names(cases):
    return [one["say"][:40] for one in cases]


def test_the_table_is_large():
    assert len({one["say"] for one in TABLE}) >= 300


def years_of(scope: Scope) -> list[int]:
    """The years named, alone or in a period: « depuis 2019 », « janvier 2023 »."""
    ends = [one.last if one.first == date.min else one.first for one in scope.periods]
    return [*scope.years, *dict.fromkeys(one.year for one in ends)]


@pytest.mark.parametrize("expected", TABLE, ids=names(TABLE))
def test_what_an_utterance_names_is_scanned(expected):
    found = scanned(expected["say"])
    scope = scope_of(found)
    amounts = [one.value for span in found.spans if span.kind is Kind.AMOUNT for one in [span.value]]
    assert list(scope.editions) == expected.get("editions", [])
    assert years_of(scope) == expected.get("years", [])
    assert amounts == [Decimal(one.split()[0]) for one in expected.get("amounts", [])]
    assert list(found.values(Kind.PERCENT)) == [Decimal(one) for one in expected.get("percents", [])]
    if "population" in expected:
        assert scope.population == expected["population"]
    if "consolidation" in expected:
        assert (scope.programme == "consolidation") is expected["consolidation"]


WITH_ROLES = [one for one in TABLE if any(not said.endswith(" ?") for said in one.get("amounts", []))]


@pytest.mark.parametrize("expected", WITH_ROLES, ids=names(WITH_ROLES))
def test_the_role_of_an_amount_is_read_from_its_sentence(expected):
    seen = scanned(expected["say"])
    vector = np.asarray(EMBEDDER.embed_query(Terms(seen).natural), np.float32)
    found = amounts_of(seen, vector, load_weights().models)
    read = [(one.role or "?") + (f"/{one.period}" if one.period else "") for one in found]
    assert read == [said.split()[1] for said in expected["amounts"]]


def test_scanning_takes_less_than_its_share_of_a_turn():
    times = []
    for one in TABLE:
        started = time.process_time()
        scanned(one["say"])
        times.append((time.process_time() - started) * 1000)
    assert sorted(times)[int(0.95 * len(times))] < P95_MS
