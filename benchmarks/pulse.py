"""`python -m benchmarks.pulse FILE --config CONFIG run`: the bot as it is run, and how long its loop stands still.

Each stand-still over five milliseconds is a line of FILE: the end of it (monotonic clock), how long it was, how much of
that it waited for a processor that others had, and how much it used one itself, in seconds.
"""

import asyncio
import sys
import time
from pathlib import Path
from typing import Final, TextIO

from bot.app import run_bot
from bot.commands.run import live
from bot.config import Config, load_config

_BEAT: Final = 0.005  # seconds


async def _with_pulse(config: Config, file: TextIO) -> None:
    beating = asyncio.create_task(_beat(file))
    try:
        await run_bot(config)
    finally:
        beating.cancel()


async def _beat(file: TextIO) -> None:
    while True:
        started, used, waited = time.monotonic(), time.thread_time(), _waited()
        await asyncio.sleep(_BEAT)
        ended = time.monotonic()
        still = ended - started - _BEAT
        if still > _BEAT:
            file.write(f"{ended} {still} {_waited() - waited} {time.thread_time() - used}\n")
            file.flush()


def _waited() -> float:
    """Return the seconds that this thread has waited for a processor; 0 where the kernel does not count them."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    except OSError:
        return 0.0


if __name__ == "__main__":
    with Path(sys.argv[1]).open("w", encoding="ascii") as pulse:
        sys.exit(live(_with_pulse(load_config(Path(sys.argv[sys.argv.index("--config") + 1])), pulse)))
