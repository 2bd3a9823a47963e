"""`python tests/matrix/echo.py --config FILE`: the bot as it is run, but what it says is cheap. For the tests.

Its clock is CLOCK_AHEAD seconds ahead.
"""

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.commands.run import live
from bot.config import load_config
from bot.errors import UserError
from bot.matrix.service import serve
from bot.matrix.speaking import WorkerSpeaker
from bot.programme.facts import load_programme
from bot.workers.child import Bounds
from bot.workers.worker import Kind

PARIS = ZoneInfo("Europe/Paris")
FACTS = load_programme(Path(__file__).parents[2] / "knowledge" / "programme")


if __name__ == "__main__":
    config = load_config(Path(sys.argv[sys.argv.index("--config") + 1]))
    ahead = timedelta(seconds=float(os.environ.get("CLOCK_AHEAD", "0")))
    clock = config.state.directory.parent / "clock"

    def now() -> datetime:
        """Return the time that a test has written, else the present."""
        if clock.exists():
            return datetime.fromisoformat(clock.read_text(encoding="ascii"))
        return datetime.now(PARIS) + ahead

    folder = config.state.directory.parent
    bounds = Bounds(config.answers.processor_seconds, 120, 1 << 30, config.answers.renew_after, 50 << 20)
    command = (sys.executable, str(Path(__file__).with_name("echo_worker.py")))
    index = folder / "index"
    speaker = WorkerSpeaker(
        Kind(command, str(folder).encode(), bounds),
        config.answers.workers,
        lambda: index.read_text() if index.exists() else "",
        lambda: FACTS,
    )
    try:
        sys.exit(live(serve(config, speaker, now)))
    except UserError as error:
        sys.exit(f"{error}")
