"""`python tests/matrix/echo_worker.py`: a worker of the bot of echo.py. Imports little: it starts in a moment."""

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.errors import UserError
from bot.workers.child import Answer, Greeting, serve

kept: list[bytes] = []
ASKS = {
    "choix": ("choices", (("1", "1"), ("2", "2"), ("3", "3"))),
    "entretien": ("answer", (("yes", "oui"), ("no", "non"), ("unknown", "je ne sais pas"))),
    "liste": ("whole_list", (("whole_list", "liste complète"),)),
}


def asks(name: str) -> dict[str, Any] | None:
    """Return what is asked under a name of ASKS, as the workers of the bot tell it; None under any other."""
    if name not in ASKS:
        return None
    kind, options = ASKS[name]
    return {"kind": kind, "options": [{"means": one, "words": text, "label": text} for one, text in options]}


def opened(opening: bytes) -> tuple[Greeting, Answer]:
    """Open nothing: for ever while the folder of the bot has a file `slow`, not at all when it has one `refused`."""
    folder = Path(opening.decode())
    while (folder / "slow").exists():
        burn(0.1)
    if (folder / "refused").exists():
        raise UserError("Le test refuse.")
    index = folder / "index"
    held = index.read_text() if index.exists() else ""
    return {"index": held, "day": "2026-11-21", "documents": 3, "passages": 12}, echo


def echo(request: dict[str, Any]) -> dict[str, Any]:
    """Say what was asked, and how many turns the conversation has had.

    « choix … » asks to choose among three, « entretien … » a yes or a no, « liste … » offers the rest of a list;
    « lent 2 … » takes two seconds, « brûle … » all the time there is, « meurs … » its process, « gonfle … » its memory;
    « retiens 10 » keeps ten million bytes.
    """
    question, memory = request["question"], request["memory"]
    first = question.partition(" ")[0]
    if first == "panne":
        raise RuntimeError("a fault that the test asked for")
    if first == "lent":
        time.sleep(float(question.split()[1]))
    if first == "brûle":
        burn(1_000)
    if first == "meurs":
        os.kill(os.getpid(), signal.SIGKILL)
    if first == "gonfle":
        bytearray(1 << 40)
    if first == "retiens":
        kept.append(b"x" * (int(question.split()[1]) << 20))
    if first.startswith("long"):
        paragraphs = ["Une phrase assez longue. " * 20] * int(question.split()[1])
        return {"markdown": "\n\n".join(paragraphs), "memory": memory, "asks": asks(question.split()[-1])}
    turn = int(memory or 0) + 1
    return {"markdown": f"Réponse à « {question} ».\n\n- tour {turn}", "memory": str(turn), "asks": asks(first)}


def burn(seconds: float) -> None:
    """Use processor time with the interpreter held, as a regular expression does: one `sum` is one instruction."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        sum(range(2_000_000 if seconds < 1 else 2_000_000_000))


if __name__ == "__main__":
    serve(opened)
