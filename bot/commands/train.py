"""`python -m bot train`: from the written wordings to the weights of the reader."""

import sys
import time

import typer

from bot.config import load_config
from bot.printable import printable


def train(context: typer.Context) -> None:
    """Apprend à lire les questions d'après knowledge/wordings ; écrit les poids du lecteur et dit ses chiffres."""
    from bot.app import train as train_reader

    started = time.process_time()

    def say(step: str) -> None:
        sys.stderr.write(f"{time.process_time() - started:4.0f} s  {step}\n")

    written = train_reader(load_config(context.obj), say)
    sys.stdout.write(printable(f"Poids écrits dans « {written} ».") + "\n")
