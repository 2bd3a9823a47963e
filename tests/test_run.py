"""`run`, asked to stop: it ends at once, whatever its threads wait for."""

import signal
import subprocess
import sys
import time

import pytest
from program import ROOT, environment

pytestmark = pytest.mark.program

WAITING = """
import asyncio, time
from bot.commands.run import live

async def bot():
    print("waits", flush=True)
    {waits}

raise SystemExit(live(bot()))
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(
    "waits", ["await asyncio.sleep(600)", "await asyncio.to_thread(time.sleep, 600)"], ids=["loop", "thread"]
)
def test_the_bot_ends_within_five_seconds(how: signal.Signals, waits: str) -> None:
    command = [sys.executable, "-c", WAITING.format(waits=waits)]
    with subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"waits\n"
        started = time.monotonic()
        process.send_signal(how)
        assert process.wait(20) == 0
        assert time.monotonic() - started < 5
