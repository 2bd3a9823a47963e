"""A refresh token serves once: what the server gives for it is never lost, whatever the disk or a stop does."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from disks import fill, small_disk
from proxy import Proxy
from pydantic import SecretStr
from synapse import Homeserver

from bot.config import MatrixConfig
from bot.matrix.tokens import refreshed_session

pytestmark = [pytest.mark.synapse, pytest.mark.anyio]

Names = Callable[[str], str]


@pytest.fixture
def first(homeserver: Homeserver, names: Names) -> dict[str, Any]:
    name = names("bot")
    homeserver.register(name)
    return homeserver.login(name, refreshable=True)


def config_of(url: str, first: dict[str, Any]) -> MatrixConfig:
    return MatrixConfig(
        homeserver=url,
        user_id=first["user_id"],
        access_token=SecretStr(first["access_token"]),
        refresh_token=SecretStr(first["refresh_token"]),
    )


def is_accepted(server: Homeserver, token: str) -> bool:
    try:
        server.call("GET", "/_matrix/client/v3/account/whoami", None, token)
    except HTTPError:
        return False
    return True


def kept_in(folder: Path) -> dict[str, str]:
    return json.loads((folder / "tokens.json").read_text())


async def waited(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.02)


async def test_on_a_full_disk_nothing_is_exchanged_until_there_is_room(
    homeserver: Homeserver, first: dict[str, Any], tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", "200k") as disk, Proxy(homeserver) as proxy:
        filler = fill(disk)
        refreshing = asyncio.ensure_future(refreshed_session(config_of(proxy.url, first), disk / "matrix"))
        await asyncio.sleep(1)
        assert not refreshing.done()
        assert not proxy.passed
        filler.unlink()
        session = await asyncio.wait_for(refreshing, 60)
        assert kept_in(disk / "matrix")["access_token"] == session.access_token
        assert is_accepted(homeserver, session.access_token)


async def test_a_disk_that_fills_up_during_the_exchange_loses_nothing(
    homeserver: Homeserver, first: dict[str, Any], tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", "200k") as disk, Proxy(homeserver) as proxy:
        given: list[dict[str, Any]] = []

        def fill_up(path: str, told: Any) -> None:
            if path.endswith("/refresh"):
                given.append(told)
                fill(disk)

        proxy.rewrite = fill_up
        refreshing = asyncio.ensure_future(refreshed_session(config_of(proxy.url, first), disk / "matrix"))
        await waited(lambda: bool(given))
        await asyncio.sleep(1)
        # It is kept in memory, and not used before it is written: until then, the one before still serves.
        assert not refreshing.done()
        assert kept_in(disk / "matrix")["refresh_token"] == first["refresh_token"]
        (disk / "filler").unlink()
        session = await asyncio.wait_for(refreshing, 60)
        assert session.access_token == given[0]["access_token"]
        assert kept_in(disk / "matrix")["refresh_token"] == given[0]["refresh_token"]
        assert len(given) == 1


async def test_a_bot_stopped_on_a_full_disk_goes_on_with_the_token_before(
    homeserver: Homeserver, first: dict[str, Any], tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", "200k") as disk, Proxy(homeserver) as proxy:
        proxy.rewrite = lambda path, told: fill(disk) if path.endswith("/refresh") else None
        config = config_of(proxy.url, first)
        refreshing = asyncio.ensure_future(refreshed_session(config, disk / "matrix"))
        await waited(lambda: (disk / "filler").exists())
        refreshing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(refreshing, 5)
        proxy.rewrite = None
        (disk / "filler").unlink()
        session = await asyncio.wait_for(refreshed_session(config, disk / "matrix"), 60)
        assert is_accepted(homeserver, session.access_token)


async def test_a_bot_stopped_during_the_exchange_keeps_what_it_gives(
    homeserver: Homeserver, first: dict[str, Any], tmp_path: Path
) -> None:
    with Proxy(homeserver) as proxy:
        given: list[dict[str, Any]] = []
        loop = asyncio.get_running_loop()

        def stop(path: str, told: Any) -> None:
            if path.endswith("/refresh"):
                given.append(told)
                loop.call_soon_threadsafe(refreshing.cancel)

        proxy.rewrite = stop
        refreshing = asyncio.ensure_future(refreshed_session(config_of(proxy.url, first), tmp_path / "matrix"))
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(refreshing, 30)
        assert kept_in(tmp_path / "matrix")["refresh_token"] == given[0]["refresh_token"]
