"""Pairs of an epoch, in batches whose chunks are neighbouring labels: the hardest negatives sit side by side."""

import random
from dataclasses import dataclass

from training.noise import noisy

CHUNK = 8
BATCH = 96
MOST = 90  # texts of one label in an epoch: a label with ten times more wordings is not ten times more important
COPIES = 2


@dataclass(frozen=True)
class Pair:
    """An anchor and what it must be near; `label` is None where only its own noisy copy is.

    `origin`: the text that the anchor is a copy of, or the anchor itself.
    """

    anchor: str
    positive: str
    label: str | None
    origin: str


def copies(text: str) -> list[str]:
    """Return the noisy copies of a text that training may use."""
    return [noisy(text, seed) for seed in range(COPIES)]


def epoch(
    wordings: dict[str, list[str]],
    unanswerable: dict[str, list[str]],
    sections: dict[str, list[str]],
    neighbours: dict[str, list[str]],
    chance: random.Random,
) -> list[list[Pair]]:
    """Return the batches of one epoch, each text of it seen about once."""
    queues: dict[str, list[Pair]] = {}
    for label in sorted(wordings):
        texts = wordings[label]
        queues[label] = _pairs(label, chance.sample(texts, min(len(texts), MOST)), sections.get(label, []), chance)
        queues[label] += [
            Pair(text, chance.choice(copies(text)), None, text)
            for text in unanswerable.get(label, [])
            if chance.random() < 0.5
        ]
        chance.shuffle(queues[label])
    chunks = []
    while waiting := [label for label, queue in queues.items() if queue]:
        # A label with much left comes oftener, so that all end together.
        start = chance.choices(waiting, [len(queues[label]) for label in waiting])[0]
        around = [start, *(label for label in neighbours[start] if queues.get(label))][:CHUNK]
        chunks.append([queues[label].pop() for label in around])
    chance.shuffle(chunks)
    batches: list[list[Pair]] = [[]]
    for chunk in chunks:
        if len(batches[-1]) + len(chunk) > BATCH:
            batches.append([])
        batches[-1] += chunk
    return batches if len(batches[-1]) >= BATCH // 2 or len(batches) == 1 else batches[:-1]


def _pairs(label: str, texts: list[str], sections: list[str], chance: random.Random) -> list[Pair]:
    """Pair the texts of a label two by two; one in seven with a section, and each text noisy one time in three."""
    made = []
    texts = list(texts)
    while texts:
        origin = texts.pop()
        if sections and chance.random() < 1 / 7:
            positive = chance.choice(sections)
        elif texts:
            positive = _perhaps_noisy(texts.pop(), chance)
        else:
            positive = chance.choice(copies(origin))
        made.append(Pair(_perhaps_noisy(origin, chance), positive, label, origin))
    return made


def _perhaps_noisy(text: str, chance: random.Random) -> str:
    return chance.choice(copies(text)) if chance.random() < 1 / 3 else text
