"""The real facts, and a database of its own for each test."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.programme.facts import load_programme
from bot.programme.lookup import Programme
from bot.store import Store, open_store

sys.path.append(str(Path(__file__).parent))


@pytest.fixture(scope="session")
def programme() -> Programme:
    return load_programme(Path(__file__).parents[2] / "knowledge" / "programme")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "bot.db")
    yield store
    store.close()
