"""Contrastive training of the upper layers, resumable: the same seed and data give the same batches."""

import random
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.encoder import Encoder
from training.pairs import Pair, copies, epoch
from training.rows import Row, by_label
from training.states import LowerStates, vectors

TEMPERATURE = 0.05
ALIKE = 0.9  # cosine, once the mean is taken off, from which two texts are the same question whatever their labels
SAVE_EVERY = 25


@dataclass(frozen=True)
class Settings:
    """What one run of training is made of; `centres` weighs the pull of each label's learnt centre."""

    epochs: int = 7
    rate: float = 2e-4
    warm_up: float = 0.1
    centres: float = 0.3
    seed: int = 1
    layers: int = 6


class Centres(nn.Module):
    """One learnt unit vector a label: all labels are told apart at every step, not only those of the batch."""

    def __init__(self, start: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(start.clone())

    def loss(self, made: Tensor, labels: Tensor) -> Tensor:
        told = labels >= 0
        logits = made[told] @ functional.normalize(self.weight, dim=-1).T * 20
        return functional.cross_entropy(logits, labels[told], label_smoothing=0.05)


def info_nce(anchors: Tensor, positives: Tensor, labels: Tensor, alike: Tensor) -> Tensor:
    """Return the loss both ways, other anchors as further negatives; same label or same question: never negatives."""
    same = (labels[:, None] == labels[None, :]) & (labels >= 0)[:, None]
    own = torch.eye(len(anchors), dtype=torch.bool)
    friends = (same | alike) & ~own
    cross = (anchors @ positives.T / TEMPERATURE).masked_fill(friends, -1e4)
    among = (anchors @ anchors.T / TEMPERATURE).masked_fill(friends | own, -1e4)
    target = torch.arange(len(anchors))
    return functional.cross_entropy(torch.cat([cross, among], 1), target) + functional.cross_entropy(cross.T, target)


def fit(
    encoder: Encoder,
    states: LowerStates,
    rows: list[Row],
    settings: Settings,
    checkpoint: Path,
    start: Path | None = None,
) -> None:
    """Train the upper layers of `encoder`, from those of `start` if any; a checkpoint found is gone on with."""
    torch.manual_seed(settings.seed)
    trained = [row for row in rows if row.part == "train"]
    wordings = by_label([r for r in trained if r.kind == "wording"])
    unanswerable = by_label([r for r in trained if r.kind == "unanswerable"])
    sections = by_label([r for r in trained if r.kind == "section" and r.label in wordings])
    texts = sorted({r.text for r in trained})
    states.add([*texts, *(copy for text in texts for copy in copies(text))])
    base = _base(encoder, states, texts, checkpoint.with_name("base.pt"))
    names = sorted(wordings)
    means = torch.stack([_mean(torch.stack([base[t] for t in wordings[label]])) for label in names])
    order = (means @ means.T).argsort(1, descending=True).tolist()
    neighbours = {
        name: [names[j] for j in row if j != i] for i, (name, row) in enumerate(zip(names, order, strict=True))
    }
    batches = [
        batch
        for number in range(settings.epochs)
        for batch in epoch(wordings, unanswerable, sections, neighbours, random.Random(settings.seed * 1000 + number))
    ]
    if start:
        # Both runs must know the same labels, or the learnt centres would not match.
        learnt = torch.load(start)
        encoder.layers[settings.layers :].load_state_dict(learnt["upper"])
        means = learnt["centres"]["weight"]
    _train(encoder, states, batches, names, base, means, settings, checkpoint)


def _base(encoder: Encoder, states: LowerStates, texts: list[str], file: Path) -> dict[str, Tensor]:
    """Return what the base itself makes of `texts`, the mean taken off; kept on disk."""
    known: dict[str, Tensor] = torch.load(file) if file.exists() else {}
    if missing := [text for text in texts if text not in known]:
        known |= dict(zip(missing, vectors(encoder, states, missing), strict=True))
        torch.save(known, file)
    return dict(zip(texts, _centred(torch.stack([known[text] for text in texts])), strict=True))


def _mean(made: Tensor) -> Tensor:
    return functional.normalize(made.mean(0), dim=-1)


def _centred(made: Tensor) -> Tensor:
    return functional.normalize(made - made.mean(0), dim=-1)


def _train(
    encoder: Encoder,
    states: LowerStates,
    batches: list[list[Pair]],
    names: list[str],
    base: dict[str, Tensor],
    means: Tensor,
    settings: Settings,
    checkpoint: Path,
) -> None:
    index = {name: i for i, name in enumerate(names)}
    centres = Centres(means)
    for parameter in encoder.parameters():
        parameter.requires_grad_(False)
    upper = encoder.layers[settings.layers :]
    for parameter in upper.parameters():
        parameter.requires_grad_(True)
    optimizer = torch.optim.AdamW(
        [
            {"params": upper.parameters(), "lr": settings.rate},
            {"params": centres.parameters(), "lr": settings.rate * 10},
        ],
        weight_decay=0.01,
    )
    warm = max(1, int(settings.warm_up * len(batches)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, (len(batches) - step) / max(1, len(batches) - warm))
    )
    kept = {"upper": upper, "centres": centres, "optimizer": optimizer, "schedule": schedule}
    since = _resume(kept, checkpoint)
    started, seen = time.process_time(), 0.0
    for step in range(since, len(batches)):
        pairs = batches[step]
        labels = torch.tensor([index[p.label] if p.label else -1 for p in pairs])
        own = torch.stack([base[p.origin] for p in pairs])
        x, packed = states.batch([p.anchor for p in pairs] + [p.positive for p in pairs])
        with torch.autocast("cpu", torch.bfloat16):
            made = encoder.upper(x, packed, settings.layers)
        made = made.float()
        anchors, positives = made[: len(pairs)], made[len(pairs) :]
        loss = info_nce(anchors, positives, labels, own @ own.T > ALIKE)
        if settings.centres:
            loss = loss + settings.centres * centres.loss(made, torch.cat([labels, labels]))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(upper.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        seen = float(loss.detach()) if not seen else 0.95 * seen + 0.05 * float(loss.detach())
        if step % SAVE_EVERY == SAVE_EVERY - 1 or step == len(batches) - 1:
            torch.save({name: part.state_dict() for name, part in kept.items()} | {"step": step + 1}, checkpoint)
            print(
                f"step {step + 1}/{len(batches)}  loss {seen:.3f}  {time.process_time() - started:.0f} s of processor",
                flush=True,
            )


def _resume(kept: dict[str, object], checkpoint: Path) -> int:
    if not checkpoint.exists():
        return 0
    saved = torch.load(checkpoint)
    for name, part in kept.items():
        part.load_state_dict(saved[name])  # type: ignore[attr-defined]
    return int(saved["step"])
