"""What training reads: one JSON line a text, folded and masked as the bot masks a question."""

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["wording", "unanswerable", "section"]
Part = Literal["train", "held", "unseen", "away"]


@dataclass(frozen=True)
class Row:
    """A text and what it asks; `unanswerable` resembles `label` but asks something else.

    Parts: `held` is from the writers of `train`, `unseen` from others; the labels of `away` are not trained.
    """

    label: str
    text: str
    kind: Kind
    part: Part


def read_rows(path: Path) -> list[Row]:
    """Return the rows of a JSON-lines file, in order, each (label, text, kind) once: the first part named counts."""
    rows: dict[tuple[str, str, str], Row] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = Row(**json.loads(line))
        rows.setdefault((row.label, row.text, row.kind), row)
    return list(rows.values())


def by_label(rows: list[Row]) -> dict[str, list[str]]:
    """Return label → its texts."""
    grouped: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        grouped[row.label].append(row.text)
    return dict(grouped)
