"""One command: cut the base, train, export, measure. `python -m training --rows ROWS --work FOLDER [--out FOLDER]`.

Every step keeps what it made in the work folder, and a run that was cut short goes on where it was.
"""

import argparse
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from training.base import common_words, cut, packed_file, read_base, tokenizer_of
from training.check import agreement
from training.encoder import Encoder, encoder_of
from training.export import export
from training.fit import Settings, fit
from training.report import print_figures
from training.rows import Row, read_rows
from training.states import LowerStates, vectors


def main() -> None:
    """Run what the command line asks; one thread, so that figures of time are of one core."""
    told = _arguments()
    torch.set_num_threads(1)
    rows = read_rows(told.rows)
    told.work.mkdir(parents=True, exist_ok=True)
    settings = Settings(epochs=told.epochs, centres=told.centres, seed=told.seed)
    started = time.process_time()
    encoder, tokenizer = _cut(told.work, rows)
    states = LowerStates(encoder, tokenizer, settings.layers, told.work / "lower.pt")
    print(f"base read and cut: {time.process_time() - started:.0f} s of processor", flush=True)
    if not told.frozen:
        start = told.work / f"{told.start}.pt" if told.start else None
        fit(encoder, states, rows, settings, told.work / f"{told.name}.pt", start)
        print(f"trained: {time.process_time() - started:.0f} s of processor", flush=True)
    if told.out:
        export(encoder, tokenizer, told.out, _card(settings, rows) | {"start": told.start})
        print(
            f"cosine of the file with torch, least and mean: {agreement(told.out, encoder, states, rows)}", flush=True
        )
    print_figures(lambda texts: vectors(encoder, states, list(texts)).numpy(), rows)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--rows", type=Path, required=True, help="JSON lines: label, text, kind, part")
    parser.add_argument("--work", type=Path, required=True, help="folder of what is kept between runs")
    parser.add_argument("--name", default="run", help="name of the checkpoint: runs of one work folder share the base")
    parser.add_argument("--start", help="name of a finished run whose upper layers this one goes on from")
    parser.add_argument("--out", type=Path, help="folder of the ONNX file, the tokenizer and the card")
    parser.add_argument("--epochs", type=int, default=Settings.epochs)
    parser.add_argument("--centres", type=float, default=Settings.centres)
    parser.add_argument("--seed", type=int, default=Settings.seed)
    parser.add_argument("--frozen", action="store_true", help="train nothing: the base's own figures")
    return parser.parse_args()


def _card(settings: Settings, rows: list[Row]) -> dict[str, Any]:
    counts = Counter(f"{row.kind} {row.part}" for row in rows)
    return {
        "licence": "MIT",
        "settings": asdict(settings),
        "labels": len({row.label for row in rows}),
        "rows": dict(counts),
    }


def _cut(work: Path, rows: list[Row]) -> tuple[Encoder, Tokenizer]:
    base = read_base(packed_file())
    pieces, words = work / "tokenizer.json", work / "words.pt"
    if not pieces.exists():
        kept, matrix = cut(base, common_words(), [row.text for row in rows])
        torch.save(torch.from_numpy(matrix), words)
        tokenizer_of(kept).save(str(pieces), pretty=False)
    return encoder_of(base, torch.load(words)), Tokenizer.from_file(str(pieces))


main()
