"""Prints the figures of an encoder on the rows it did not learn from."""

from collections.abc import Callable, Sequence

import numpy as np

from training.measure import Matrix, at, auroc, nearest, regression
from training.rows import Row

Embed = Callable[[Sequence[str]], Matrix]


def print_figures(embed: Embed, rows: list[Row]) -> None:
    """Print, for each part left out of training, how often the right label is found, and how well refusals are told."""
    names = sorted({row.label for row in rows})
    index = {name: i for i, name in enumerate(names)}
    known = [row for row in rows if row.kind == "wording" and row.part == "train"]
    if not known or all(row.part == "train" for row in rows):
        return
    matrix, labels = embed([r.text for r in known]), np.array([index[r.label] for r in known])
    for part in ("held", "unseen"):
        asked = [row for row in rows if row.part == part and row.kind == "wording"]
        if not asked:
            continue
        made, right = embed([r.text for r in asked]), np.array([index[r.label] for r in asked])
        close = nearest(matrix, labels, made, len(names))
        _tell(f"{part} ({len(asked)}): mean of the best 3", close, right)
        _tell(f"{part} ({len(asked)}): softmax regression", regression(matrix, labels, made, len(names)), right)
        wrong = [row for row in rows if row.part == part and row.kind == "unanswerable"]
        if wrong:
            far = nearest(matrix, labels, embed([r.text for r in wrong]), len(names)).max(axis=1)
            print(f"{part}: without answer ({len(wrong)}), AUROC {auroc(close.max(axis=1), far):.3f}")
    _sections(embed, rows, index)


def _sections(embed: Embed, rows: list[Row], index: dict[str, int]) -> None:
    texts = [row for row in rows if row.kind == "section"]
    if not texts:
        return
    matrix, labels = embed([r.text for r in texts]), np.array([index[r.label] for r in texts])
    with_text = set(labels.tolist())
    for part in ("held", "unseen", "away"):
        asked = [r for r in rows if r.part == part and r.kind == "wording" and index[r.label] in with_text]
        if asked:
            cosines = embed([r.text for r in asked]) @ matrix.T
            scores = np.stack(
                [
                    cosines[:, labels == j].max(axis=1) if j in with_text else np.full(len(asked), -1)
                    for j in range(len(index))
                ],
                1,
            )
            _tell(f"{part} ({len(asked)}): by sections' text alone", scores, np.array([index[r.label] for r in asked]))


def _tell(what: str, scores: Matrix, right: np.ndarray) -> None:
    print(f"{what}: @1 {at(scores, right, 1):.3f}  @3 {at(scores, right, 3):.3f}", flush=True)
