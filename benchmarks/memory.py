"""How much memory the processes hold: the bot after many questions, and an ingestion at its peak."""

import itertools
import shutil
import subprocess
import time
from contextlib import suppress

import psutil

from benchmarks.figures import Bound, Row, Table
from benchmarks.matrix import held_after_questions
from benchmarks.workspace import GOLD, Workspace
from bot.config import ROOT
from bot.evaluation.expectations import load_questions

QUESTIONS = 200
RESIDENT = Bound("Mo", 700.0)

_EVERY = 0.02  # seconds between two looks


def measure(workspace: Workspace) -> Table:
    """Return the resident memory, in millions of bytes, of the bot and of a full ingestion."""
    rows = [
        Row(f"le bot, après {QUESTIONS} questions", {"Mo": after_questions(workspace)}, RESIDENT),
        Row(
            f"le bot Tchap et ses processus, après {QUESTIONS} questions",
            {"Mo": held_after_questions(workspace, QUESTIONS)},
            RESIDENT,
        ),
        Row("ingestion complète, au plus haut", {"Mo": ingestion_peak(workspace.inside("memory"))}, RESIDENT),
    ]
    notes = ["processus enfants compris ; pour le bot Tchap, ce qu'ils partagent ne compte qu'une fois"]
    return Table("memory", "Mo", rows, notes)


def after_questions(workspace: Workspace) -> float:
    """Return the memory of `ask --json` once it has answered the gold questions, over and over."""
    workspace.run(workspace.ingestion())
    asked = itertools.islice(itertools.cycle(load_questions(GOLD)), QUESTIONS)
    process = subprocess.Popen(
        workspace.bot("ask", "--json"),
        cwd=ROOT,
        env=workspace.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        for question in asked:
            process.stdin.write(" ".join(question.text.split()) + "\n")
            process.stdin.flush()
            if not process.stdout.readline():
                raise RuntimeError(f"ask --json: {process.wait()}")
        return _resident(psutil.Process(process.pid))


def ingestion_peak(workspace: Workspace) -> float:
    """Return the greatest memory of a full ingestion."""
    shutil.rmtree(workspace.config.state.directory, ignore_errors=True)
    with subprocess.Popen(
        workspace.ingestion(),
        cwd=ROOT,
        env=workspace.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        watched, peak = psutil.Process(process.pid), 0.0
        while process.poll() is None:
            peak = max(peak, _resident(watched))
            time.sleep(_EVERY)
    if process.returncode:
        raise RuntimeError(f"ingest.py: {process.returncode}")
    return peak


def _resident(process: psutil.Process) -> float:
    """Return the resident memory of a process and its children, in millions of bytes; 0 once it has ended."""
    total = 0.0
    with suppress(psutil.NoSuchProcess):
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                total += one.memory_info().rss / 1e6
    return total
