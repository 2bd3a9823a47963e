"""`python -m bot run`: the bot in Tchap, until Ctrl-C or SIGTERM; exit 77 when the homeserver no longer accepts it."""

import asyncio
import logging
import signal
import sys
from collections.abc import Coroutine
from typing import Any, Final

import typer

from bot.config import load_config
from bot.errors import AuthenticationRefused
from bot.matrix.ids import escaped

AUTHENTICATION_REFUSED: Final = 77  # EX_NOPERM: a supervisor must not start the bot again, a person must act

_LONGEST: Final = 2_000  # characters of a line of the log
_LOG_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"


class OneLine(logging.Formatter):
    """Writes each record on a line, whatever a stranger put into it; what is traced of a fault stands apart below."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - as logging names it
        """Return the line, without what a terminal would obey."""
        return escaped(super().formatMessage(record), _LONGEST)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - as logging names it
        """Return the trace, each line of which shows that it is one."""
        return "\n".join(f"  | {escaped(line, _LONGEST)}" for line in super().formatException(ei).split("\n"))


def run(context: typer.Context) -> None:
    """Fait vivre le bot dans Tchap (Matrix), jusqu'à Ctrl-C."""
    # Imported here: it brings the index, which not all commands need.
    from bot.app import run_bot

    raise typer.Exit(live(run_bot(load_config(context.obj))))


def live(bot: Coroutine[Any, Any, None]) -> int:
    """Run the bot until it ends, or is asked to; return the exit code. Raises what ends it, a refused account apart."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(OneLine(_LOG_FORMAT))
    logging.getLogger("bot").setLevel(logging.INFO)
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
        loop.add_signal_handler(number, running.cancel)
    try:
        await running
    except asyncio.CancelledError:
        logging.getLogger("bot").info("stopped")
