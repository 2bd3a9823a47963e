"""`python tests/matrix/echo.py --config FILE`: the bot as it is run, but what it says is cheap. For the tests.

Its clock is CLOCK_AHEAD seconds ahead.
"""

import os
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.commands.run import live
from bot.config import load_config
from bot.errors import UserError
from bot.matrix.saying import Holdings, Said
from bot.matrix.service import serve
from bot.programme.facts import load_programme
from bot.programme.lookup import Programme

PARIS = ZoneInfo("Europe/Paris")
FACTS = load_programme(Path(__file__).parents[2] / "knowledge" / "programme")


class Echo:
    """Says what it was asked, and how many turns the conversation has had; « lent 2 … » takes two seconds."""

    def reply(self, question: str, memory: str | None, at: datetime, user: str) -> Said:
        if question == "panne":
            raise RuntimeError("a fault that the test asked for")
        if question.startswith("lent "):
            time.sleep(float(question.split()[1]))
        if question.startswith("long"):
            return Said("\n\n".join(["Une phrase assez longue. " * 20] * int(question.split()[1])), memory)
        turn = int(memory or 0) + 1
        return Said(f"Réponse à « {question} ».\n\n- tour {turn}", str(turn))

    @property
    def programme(self) -> Programme:
        return FACTS

    def holdings(self) -> Holdings:
        return Holdings(date(2026, 11, 21), 3, 12)


if __name__ == "__main__":
    config = load_config(Path(sys.argv[sys.argv.index("--config") + 1]))
    ahead = timedelta(seconds=float(os.environ.get("CLOCK_AHEAD", "0")))
    clock = config.state.directory.parent / "clock"

    def now() -> datetime:
        """Return the time that a test has written, else the present."""
        if clock.exists():
            return datetime.fromisoformat(clock.read_text(encoding="ascii"))
        return datetime.now(PARIS) + ahead

    try:
        sys.exit(live(serve(config, Echo, now)))
    except UserError as error:
        sys.exit(f"{error}")
