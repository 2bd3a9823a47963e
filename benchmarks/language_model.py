"""`python -m benchmarks.language_model`: the gold questions with the configured language model, or one at random.

The endpoint comes from the environment (FAST_LLM__BASE_URL, FAST_LLM__MODEL, FAST_LLM__API_KEY).
"""

import json
import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.workspace import GOLD
from bot.answers.answering import Answerer
from bot.app import assistance, open_answerer
from bot.commands.evaluate import gold_day
from bot.config import Config, StateConfig, load_config
from bot.documents import french
from bot.errors import UserError
from bot.evaluation.expectations import load_questions
from bot.evaluation.judging import Grade, Judge, Judgement
from bot.evaluation.running import ask
from bot.language.assisted import Assisted
from bot.language.generation import Message, Shape
from bot.language.instructions import Draft
from bot.language.usage import Help

_SECONDS = 20.0


class RandomModel:
    """A model that answers with sentences of the corpus taken at random: the guard must let none change a figure."""

    def __init__(self, sentences: Sequence[str], topics: Sequence[str], seed: int) -> None:
        self._sentences = sentences
        self._topics = topics
        self._chance = random.Random(seed)

    def ask(self, messages: Sequence[Message], shape: type[Shape], seconds: float) -> Shape:
        """Return anything in the shape asked for."""
        return shape.model_validate(self._draft(messages) if issubclass(shape, Draft) else self._proposal())

    def _draft(self, messages: Sequence[Message]) -> dict[str, Any]:
        data = json.loads(messages[1][1].removeprefix("<donnees>\n").removesuffix("\n</donnees>"))
        parts = data["phrases"]
        more = [self._claim(parts) for _ in range(self._chance.randint(0, 3))]
        return {"claims": [*(parts if self._chance.random() < 0.5 else []), *more][:8]}

    def _claim(self, parts: Sequence[str]) -> str:
        drawn, part = self._chance.choice(self._sentences), self._chance.choice(parts)[:600]
        return self._chance.choice((drawn, part, f"{part} {drawn}"))

    def _proposal(self) -> dict[str, Any]:
        editions = [self._chance.randint(1, 17)] if self._chance.random() < 0.5 else []
        topic = self._chance.choice(self._topics)
        return {"topic": topic, "editions": editions, "years": [], "population": None, "amounts": []}


def language_model(
    at_random: Annotated[
        bool, typer.Option("--random", help="Un modèle qui répond au hasard, au lieu d'un vrai.")
    ] = False,
    seeds: Annotated[int, typer.Option(min=1, help="Combien de fois (au hasard).")] = 1,
    every: Annotated[int, typer.Option(min=1, help="Une question sur tant.")] = 1,
) -> None:
    """Pose les questions de référence avec le modèle ; sortie 1 si un chiffre est faux qui ne l'était pas sans lui."""
    with tempfile.TemporaryDirectory(prefix="language-model-") as folder:
        config = load_config().model_copy(update={"state": StateConfig(directory=Path(folder))})
        if config.llm is None and not at_random:
            raise UserError("Donnez FAST_LLM__BASE_URL et FAST_LLM__MODEL (et FAST_LLM__API_KEY), ou --random.")
        answerer = open_answerer(config, lambda *_: None)
        questions, judge = load_questions(GOLD)[::every], Judge()
        before = ask(questions, answerer.answer, gold_day(), judge)
        worse = 0
        for seed in range(seeds if at_random else 1):
            bot = _bot(config, answerer, seed if at_random else None)
            judged = ask(questions, bot.answer, gold_day(), judge)
            worse += _show(before, judged, bot.help)
    raise typer.Exit(1 if worse else 0)


def _bot(config: Config, answerer: Answerer, seed: int | None) -> Assisted:
    if seed is None:
        found = assistance(config)(answerer)
        assert isinstance(found, Assisted)
        return found
    sentences = [one for passage in answerer.index.passages for one in french.sentences(passage.text)]
    return Assisted(
        answerer,
        Help(RandomModel(sentences, [one.name for one in answerer.attributes.all], seed), _SECONDS, wording=True),
    )


def _show(before: Sequence[Judgement], after: Sequence[Judgement], used: Help) -> int:
    """Write the figures; return how many questions have a wrong figure that they had not without the model."""
    worse = [new for old, new in zip(before, after, strict=True) if _is_wrong(new) and not _is_wrong(old)]
    seconds = sorted(used.tally.seconds) or [0.0]
    wrong = tuple(sum(map(_is_wrong, judged)) for judged in (before, after))
    lines: list[tuple[str, Any]] = [
        ("questions", len(after)),
        ("réponses justes sans modèle", _share(before, lambda one: one.right)),
        ("réponses justes avec modèle", _share(after, lambda one: one.right)),
        ("réponses fausses sans, avec, en plus", (*wrong, len(worse))),
        ("modèle sollicité", len(used.tally.seconds)),
        ("latence du modèle p50, p95 (s)", (statistics.median(seconds), seconds[int(0.95 * (len(seconds) - 1))])),
        *((f"issue : {name}", number) for name, number in used.tally.outcomes.most_common()),
        *((f"retenu par le contrôle : {name}", number) for name, number in used.tally.refused.most_common()),
        *((f"lecture proposée : {name}", number) for name, number in used.tally.readings.most_common()),
    ]
    for label, value in lines:
        sys.stdout.write(f"{label} : {value}\n")
    for one in worse:
        sys.stdout.write(f"\n✗ {one.question.text}\n{one.reply.text}\n")
    return len(worse)


def _is_wrong(one: Judgement) -> bool:
    return one.grade is Grade.WRONG


def _share(judged: Sequence[Judgement], holds: Callable[[Judgement], bool]) -> float:
    return round(sum(map(holds, judged)) / max(1, len(judged)), 4)


if __name__ == "__main__":
    try:
        typer.run(language_model)
    except UserError as error:
        sys.exit(str(error))
