"""A progress bar on standard error, when it is a terminal; one line a step otherwise."""

import contextlib
import sys
from collections.abc import Iterator

from bot.documents.refresh import Progress

_STEPS = {"lecture": "Lecture des documents", "vecteurs": "Calcul des vecteurs"}


@contextlib.contextmanager
def terminal_progress() -> Iterator[Progress]:
    """Give a function that shows how far the work is; nothing is shown until it is called."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Bar(*columns, console=Console(file=sys.stderr), transient=False, disable=not sys.stderr.isatty())
    tasks: dict[str, object] = {}

    def show(step: str, done: int, total: int) -> None:
        label = _STEPS.get(step, step)
        if step not in tasks:
            if not bar.disable:
                bar.start()
            tasks[step] = bar.add_task(label, total=total)
        bar.update(tasks[step], completed=done)  # type: ignore[arg-type]
        if bar.disable and done == total:
            sys.stderr.write(f"{label} : {done}\n")

    try:
        yield show
    finally:
        if tasks and not bar.disable:
            bar.stop()
