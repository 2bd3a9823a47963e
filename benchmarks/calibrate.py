"""`python -m benchmarks.calibrate [GOLD]`: fits `is_enough` on the gold questions that reach the passages."""

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from benchmarks.logistic import Floats, area_under_curve, fit, held_out_scores
from benchmarks.stages import watch
from benchmarks.workspace import GOLD, Workspace, forget_settings
from bot.app import now
from bot.dialogue.answering import Answerer
from bot.dialogue.reading import Reading, is_enough
from bot.evaluation.expectations import Question, load_questions

FEATURES = ("near", "covered", "against", "foreign")

_SHARES = (1, 0.99, 0.98, 0.97, 0.96, 0.95, 0.94, 0.92, 0.9, 0.85, 0.8)


@dataclass(frozen=True)
class Read:
    """A gold question that reached the passages, with what was read and how many of its words are known nowhere."""

    question: Question
    reading: Reading
    foreign: int

    @property
    def features(self) -> tuple[float, ...]:
        """What is weighed, in the order of `FEATURES`."""
        return self.reading.near, self.reading.covered, self.reading.against, self.foreign

    @property
    def is_decided(self) -> bool:
        """Whether `is_enough` decides: something was read, and not that the documents do not say it."""
        return bool(self.reading.units) and not self.reading.says_it_is_absent


def read_by(answerer: Answerer, questions: Sequence[Question], today: date) -> list[Read]:
    """Return the questions that reach the passages, of those that are plainly answerable or unanswerable."""
    readings: list[Reading] = []
    reached: list[Reading] = []
    watch(answerer.reader, "read", lambda reading, _: readings.append(reading))
    # The facts may read too, to explain a gap; only what this was given is weighed.
    watch(answerer, "_from_passages", lambda *_: reached.append(readings[-1]))
    found = []
    for question in questions:
        reached.clear()
        answerer.answer(question.text, question.today or today)
        if reached and (question.answerable or question.unanswerable):
            foreign = answerer.placer.foreign(answerer.understand(question.text))
            found.append(Read(question, reached[-1], foreign))
    return found


def report(reached: Sequence[Read]) -> list[str]:
    """Return the weights that fit best, and what each threshold of the logit would answer."""
    decided = [one for one in reached if one.is_decided]
    features = np.array([one.features for one in decided], dtype=float)
    outcomes = np.array([float(one.question.answerable) for one in decided])
    weights, intercept = fit(features, outcomes)
    logits = features @ weights + intercept
    held_out = area_under_curve(held_out_scores(features, outcomes), outcomes)
    enough = np.array([float(is_enough(one.reading, one.foreign)) for one in decided])
    return [
        f"{len(reached)} questions arrivent aux passages ; {len(decided)} dépendent du seuil : "
        f"{int(outcomes.sum())} avec réponse, {int((1 - outcomes).sum())} sans",
        "poids : " + ", ".join(f"{name} {weight:.2f}" for name, weight in zip(FEATURES, weights, strict=True)),
        f"constante : {intercept:.2f}",
        f"aire sous la courbe : {area_under_curve(logits, outcomes):.3f}, sur des parts non vues : {held_out:.3f}",
        "",
        "           répondues, de celles",
        "    seuil  avec réponse    sans réponse",
        _line("is_enough", enough, outcomes, 0.5),
        *(_line(f"{each:.2f}", logits, outcomes, each) for each in _thresholds(logits[outcomes == 1])),
    ]


def _thresholds(answerable: Floats) -> Floats:
    """Return the thresholds that answer given shares of the answerable questions, rounded down to the hundredth."""
    thresholds: Floats = np.unique(np.floor(np.quantile(answerable, 1 - np.array(_SHARES)) * 100) / 100)
    return thresholds


def _line(name: str, scores: Floats, outcomes: Floats, threshold: float) -> str:
    enough = scores >= threshold
    right, wrong = enough[outcomes == 1].mean(), enough[outcomes == 0].mean()
    return f"{name:>9}  {right:12.1%}    {wrong:12.1%}"


def calibrate(
    gold: Annotated[Path, typer.Argument(help="Dossier de questions de référence.")] = GOLD,
) -> None:
    """Ajuste la régression de bot/dialogue/reading.py::is_enough et montre ce que donne chaque seuil."""
    forget_settings()
    with tempfile.TemporaryDirectory(prefix="calibrate-") as folder:
        answerer = Workspace(Path(folder)).open_answerer()
        sys.stdout.write("\n".join(report(read_by(answerer, load_questions(gold), now().date()))) + "\n")


if __name__ == "__main__":
    typer.run(calibrate)
