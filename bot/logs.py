"""Where and how the bot and its workers log: one line an event, on standard error."""

import logging
import sys
from typing import Final

_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"


def log_to_stderr() -> None:
    """Log what the bot does, and what goes wrong in libraries."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(logging.Formatter(_FORMAT))
    logging.getLogger("bot").setLevel(logging.INFO)
