"""A homeserver that is asked too much says for how long to wait, and may say anything."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.matrix.calls import Unavailable, wait_ms
from bot.matrix.client import Session, open_client

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("told", "waited"),
    [
        (2_500, 2_500),
        (0, 1_000),
        (-1, 1_000),
        (1, 1_000),
        (10**400, 600_000),
        (None, 5_000),
        ("1", 5_000),
        (True, 5_000),
    ],
)
def test_the_wait_is_as_told_within_bounds(told: object, waited: int) -> None:
    assert wait_ms(told) == waited


@pytest.mark.parametrize("told", [0, -5, 1, None])
@pytest.mark.parametrize("path", ["receive", "call"])
async def test_no_answer_makes_it_ask_again_without_a_pause(tmp_path: Path, told: Any, path: str) -> None:
    async with too_many(told) as (address, came):
        client = open_client(address, Session("@bot:x", "D", "token"), tmp_path / "keys")
        calls = {"receive": lambda: client.receive("s1", False), "call": lambda: client.call("GET", "/x")}
        with pytest.raises((TimeoutError, Unavailable)):
            async with asyncio.timeout(0.7):
                await calls[path]()
        await client.close()
    assert len(came) == 1


@asynccontextmanager
async def too_many(told: Any) -> AsyncIterator[tuple[str, list[str]]]:
    """Serve refusals of everything; yield the address, and the paths that came."""
    came: list[str] = []

    async def refuse(request: web.Request) -> web.Response:
        came.append(request.path)
        found = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too many requests", "retry_after_ms": told}
        kept = {name: value for name, value in found.items() if value is not None}
        return web.Response(status=429, text=json.dumps(kept), content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", refuse)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", came
    finally:
        await runner.cleanup()
