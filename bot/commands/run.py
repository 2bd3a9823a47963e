"""`python -m bot run`: the bot in Tchap, until Ctrl-C or SIGTERM; exit 77 when the homeserver no longer accepts it."""

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Coroutine
from typing import Any, Final

import typer

from bot.config import load_config
from bot.errors import AuthenticationRefused
from bot.logs import log_to_stderr

AUTHENTICATION_REFUSED: Final = 77  # EX_NOPERM: a supervisor must not start the bot again, a person must act
_GRACE_SECONDS: Final = 3.0  # from the signal to the end, at most

_log = logging.getLogger("bot")


def run(context: typer.Context) -> None:
    """Fait vivre le bot dans Tchap (Matrix), jusqu'à Ctrl-C."""
    # Imported here: it brings the index, which not all commands need.
    from bot.app import run_bot

    raise typer.Exit(live(run_bot(load_config(context.obj))))


def live(bot: Coroutine[Any, Any, None]) -> int:
    """Run the bot until it ends, or is asked to; return the exit code. Raises what ends it, a refused account apart."""
    log_to_stderr()
    # nio warns of each event that it cannot decrypt, which the bot says once, and better.
    logging.getLogger("nio").setLevel(logging.CRITICAL)
    try:
        asyncio.run(_until_stopped(bot))
    except AuthenticationRefused as error:
        sys.stderr.write(f"{error}\n")
        return AUTHENTICATION_REFUSED
    return 0


async def _until_stopped(bot: Coroutine[Any, Any, None]) -> None:
    running = asyncio.ensure_future(bot)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop, running)
    try:
        await running
    except asyncio.CancelledError:
        _log.info("stopped")


def _stop(running: asyncio.Future[None]) -> None:
    running.cancel()
    # A thread that waits (for a name server, say) would hold up the end of the process as long as it likes.
    late = threading.Timer(_GRACE_SECONDS, _leave)
    late.daemon = True
    late.start()


def _leave() -> None:
    _log.warning("stopped by force: nothing is lost, it is taken up again at the next start")
    os._exit(0)
