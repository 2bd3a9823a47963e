"""`python -m bot.worker`: a worker process of the bot, which hands it its configuration; see bot/workers/child.py."""

import pickle
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.logs import log_to_stderr
from bot.workers.child import Answer, Greeting, serve


def main() -> None:
    """Answer what the bot asks, until it is gone."""
    log_to_stderr()
    serve(_open)


def _open(opening: bytes) -> tuple[Greeting, Answer]:
    # Imported here: a fault of theirs is told to the bot.
    from bot.app import open_speaker

    speaker = open_speaker(pickle.loads(opening))

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        at = datetime.fromisoformat(request["at"])
        turn = request["question"], request["memory"], at, request["user"]
        options = {name: request[name] for name in ("recalled", "sources_only")}
        said = speaker.reply(*turn, **options)
        told = asdict(said.asks) if said.asks else None
        return {**said._asdict(), "asks": told, "model": speaker.use_of_the_model()}

    return speaker.greeting(), answer


if __name__ == "__main__":
    main()
