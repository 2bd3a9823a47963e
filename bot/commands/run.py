"""`python -m bot run`: the bot in Tchap, until Ctrl-C or SIGTERM; exit 77 when the homeserver no longer accepts it."""

import asyncio
import logging
import signal
import sys

import typer

from bot.config import Config, load_config
from bot.errors import AuthenticationRefused

AUTHENTICATION_REFUSED = 77  # EX_NOPERM: a supervisor must not start the bot again, a person must act

_LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def run(context: typer.Context) -> None:
    """Fait vivre le bot dans Tchap (Matrix), jusqu'à Ctrl-C."""
    logging.getLogger("bot").setLevel(logging.INFO)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(logging.Formatter(_LOG_FORMAT))
    # nio warns of each event that it cannot decrypt, which is said once, and better, by the bot.
    logging.getLogger("nio").setLevel(logging.ERROR)
    try:
        asyncio.run(_until_stopped(load_config(context.obj)))
    except AuthenticationRefused as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(AUTHENTICATION_REFUSED) from None


async def _until_stopped(config: Config) -> None:
    # Imported here: they bring nio and the index, which the other commands do not need.
    from bot.app import run_bot

    running = asyncio.ensure_future(run_bot(config))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, running.cancel)
    try:
        await running
    except asyncio.CancelledError:
        logging.getLogger("bot").info("stopped")
