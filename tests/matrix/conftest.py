"""A homeserver for the session, bots of their own for the tests."""

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent))

from person import Meet, Person, person
from program import Program
from running import Bot, make_bot
from synapse import Homeserver

_numbers = count(1)


@pytest.fixture(scope="session")
def homeserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homeserver]:
    """A Synapse without limits, for every test that does not stop it."""
    server = Homeserver(tmp_path_factory.mktemp("synapse")).start()
    yield server
    server.stop()


@pytest.fixture
def own_homeserver(tmp_path: Path) -> Iterator[Homeserver]:
    """A Synapse for one test, which may kill it, or set its limits before it starts it."""
    server = Homeserver(tmp_path / "synapse")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def names() -> Callable[[str], str]:
    """Gives names that no other test uses."""
    return lambda name: f"{name}{next(_numbers)}"


@pytest.fixture
def anyio_backend() -> str:
    """The loop of tests that are coroutines."""
    return "asyncio"


@pytest.fixture
async def meet(names: Callable[[str], str]) -> AsyncIterator[Meet]:
    """Makes people with an account of their own, logged in until the end of the test."""
    met: list[Person] = []

    async def new(server: Homeserver, name: str) -> Person:
        met.append(await person(server, names(name)))
        return met[-1]

    yield new
    for one in met:
        await one.close()


@pytest.fixture
async def alice(homeserver: Homeserver, meet: Meet) -> Person:
    """A person of the shared homeserver."""
    return await meet(homeserver, "alice")


@pytest.fixture
def new_bot(tmp_path: Path, names: Callable[[str], str]) -> Iterator[Callable[..., Bot]]:
    """Makes bots, not started; those that still run at the end are killed."""
    made: list[Bot] = []

    def make(server: Homeserver, few: Program | None = None, **settings: Any) -> Bot:
        name = names("bot")
        made.append(make_bot(tmp_path / name, server, name, few, **settings))
        return made[-1]

    yield make
    for bot in made:
        bot.kill()


@pytest.fixture
def bot(homeserver: Homeserver, new_bot: Callable[..., Bot]) -> Bot:
    """A bot of the shared homeserver that echoes, running."""
    return new_bot(homeserver).start()


@pytest.fixture
def real_bot(homeserver: Homeserver, new_bot: Callable[..., Bot], few: Program) -> Bot:
    """A bot of the shared homeserver that answers from a few fiches, running."""
    return new_bot(homeserver, few).start()
