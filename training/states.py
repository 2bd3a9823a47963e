"""What the frozen lower layers give for each text, computed once and kept on disk."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training.encoder import Encoder, Packed

LONGEST = 64


class LowerStates:
    """Hidden states by text, in half precision; `add` computes those missing, longest last."""

    def __init__(self, encoder: Encoder, tokenizer: Tokenizer, layers: int, file: Path) -> None:
        self.encoder, self.tokenizer, self.layers, self.file = encoder, tokenizer, layers, file
        self.kept: dict[str, Tensor] = torch.load(file) if file.exists() else {}

    def add(self, texts: Iterable[str]) -> None:
        missing = sorted(set(texts) - self.kept.keys(), key=lambda text: (len(text), text))
        if not missing:
            return
        for start in range(0, len(missing), 128):
            part = missing[start : start + 128]
            ids = [self._ids(text) for text in part]
            packed = Packed.of([len(i) for i in ids])
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                x = self.encoder.lower(torch.tensor([i for row in ids for i in row]), packed, self.layers)
            pieces = x.half().split(packed.lengths.tolist())
            self.kept |= {text: piece.clone() for text, piece in zip(part, pieces, strict=True)}
        torch.save(self.kept, self.file)

    def _ids(self, text: str) -> list[int]:
        ids = self.tokenizer.encode(text).ids
        return ids if len(ids) <= LONGEST else [*ids[: LONGEST - 1], ids[-1]]

    def batch(self, texts: Sequence[str]) -> tuple[Tensor, Packed]:
        """Return the hidden states of `texts` laid end to end, shortest first, and where they lie."""
        rows = [self.kept[text] for text in texts]
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        return torch.cat([rows[i] for i in order]).float(), Packed.of([len(rows[i]) for i in order], order)


def vectors(encoder: Encoder, states: LowerStates, texts: Sequence[str]) -> Tensor:
    """Return unit vectors of `texts`, in order, without gradients."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    made = torch.zeros(len(texts), encoder.words.embedding_dim)
    states.add(texts)
    for start in range(0, len(order), 256):
        part = order[start : start + 256]
        x, packed = states.batch([texts[i] for i in part])
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            made[part] = encoder.upper(x, packed, states.layers).float()
    return made
