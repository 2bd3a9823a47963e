"""A table of what people write and what is understood of it, and how long understanding takes."""

import time
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

TABLE = tomllib.loads(Path(__file__).with_name("utterances.toml").read_text(encoding="utf-8"))["utterances"]
P95_MS = 20


def said(amount):
    """Return the role and the period of an amount as the table writes them."""
    return (amount.role or "?") + (f"/{amount.period}" if amount.period else "")


def test_the_table_is_large():
    assert len({one["say"] for one in TABLE}) >= 300


@pytest.mark.parametrize("expected", TABLE, ids=[one["say"][:40] for one in TABLE])
def test_an_utterance_is_understood(expected, answerer):
    request = answerer.understand(expected["say"])
    amounts = [(one.value, said(one)) for one in request.amounts]
    assert list(request.editions) == expected.get("editions", [])
    assert list(request.years) == expected.get("years", [])
    assert amounts == [(Decimal(value), rest) for value, rest in map(str.split, expected.get("amounts", []))]
    assert list(request.percents) == [Decimal(one) for one in expected.get("percents", [])]
    seen = {
        "population": request.population,
        "phases": list(request.phases),
        "negated": list(request.negated),
        "asks": str(request.asks),
        "consolidation": request.about_consolidation,
    }
    assert {key: seen[key] for key in expected.keys() & seen.keys()} == {
        key: expected[key] for key in expected.keys() & seen.keys()
    }


def test_understanding_takes_less_than_its_share_of_a_turn(answerer):
    times = []
    for one in TABLE:
        started = time.process_time()
        answerer.understand(one["say"])
        times.append((time.process_time() - started) * 1000)
    assert sorted(times)[int(0.95 * len(times))] < P95_MS
