"""Where and how the bot and its workers log: one line an event, on standard error."""

import logging
import sys
from typing import Any, Final

from bot.printable import one_line

_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"
_LONGEST: Final = 2_000  # characters of a line of the log


class OneLine(logging.Formatter):
    """Writes each record on a line, whatever a stranger put into it; what is traced of a fault stands apart below."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - as logging names it
        """Return the line, without what a terminal would obey."""
        return one_line(super().formatMessage(record), _LONGEST)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - as logging names it
        """Return the trace, each line of which shows that it is one."""
        return "\n".join(f"  | {one_line(line, _LONGEST)}" for line in super().formatException(ei).split("\n"))


def log_to_stderr() -> None:
    """Log what the bot does, and what goes wrong in libraries."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(OneLine(_FORMAT))
    logging.getLogger("bot").setLevel(logging.INFO)
