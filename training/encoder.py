"""The transformer in torch: the lower layers, frozen, run once a text; the upper ones learn on what these gave.

Texts are laid end to end for every product of matrices, and padded for attention alone: it would cost half the time.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.base import Base

EPSILON = 1e-12


GROUP = 32


@dataclass(frozen=True)
class Group:
    """Texts of near lengths, padded together for attention: their tokens in the batch, and where each goes."""

    tokens: slice
    lengths: Tensor
    row: Tensor
    column: Tensor


@dataclass(frozen=True)
class Packed:
    """Where the tokens of a batch lie, its texts end to end; `order[i]` is the place asked for the i-th text laid."""

    lengths: Tensor
    row: Tensor
    column: Tensor
    order: Tensor
    groups: list[Group]

    @classmethod
    def of(cls, lengths: list[int], order: list[int] | None = None) -> "Packed":
        """Lay texts of these lengths; sorted ones waste least."""
        counts = torch.tensor(lengths)
        row = torch.repeat_interleave(torch.arange(len(lengths)), counts)
        ends = torch.cumsum(counts, 0)
        column = torch.arange(int(ends[-1])) - (ends - counts)[row]
        groups = []
        for first in range(0, len(lengths), GROUP):
            last = min(first + GROUP, len(lengths))
            tokens = slice(int(ends[first] - counts[first]), int(ends[last - 1]))
            groups.append(Group(tokens, counts[first:last], row[tokens] - first, column[tokens]))
        places = torch.tensor(order) if order is not None else torch.arange(len(lengths))
        return cls(counts, row, column, places, groups)


class Layer(nn.Module):
    """One BERT layer, its three projections merged."""

    def __init__(self, width: int, heads: int, inner: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.after_attention = nn.LayerNorm(width, eps=EPSILON)
        self.widen = nn.Linear(width, inner)
        self.narrow = nn.Linear(inner, width)
        self.after_inner = nn.LayerNorm(width, eps=EPSILON)

    def forward(self, x: Tensor, packed: Packed) -> Tensor:
        x = self.after_attention(x + self.out(self._attend(self.qkv(x), packed)))
        return self.after_inner(x + self.narrow(functional.gelu(self.widen(x))))

    def _attend(self, qkv: Tensor, packed: Packed) -> Tensor:
        return torch.cat([self._attend_group(qkv[group.tokens], group) for group in packed.groups])

    def _attend_group(self, qkv: Tensor, group: Group) -> Tensor:
        rows, longest = len(group.lengths), int(group.lengths.max())
        # Products by hand: torch's own attention in bfloat16 on a processor took half of the time.
        padded = qkv.new_zeros(rows, longest, qkv.shape[-1]).index_put((group.row, group.column), qkv)
        q, k, v = padded.view(rows, longest, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        scores = (q @ k.transpose(-1, -2)).float() * q.shape[-1] ** -0.5
        hidden = torch.arange(longest)[None, :] >= group.lengths[:, None]
        weights = scores.masked_fill(hidden[:, None, None, :], -1e9).softmax(-1)
        mixed = (weights.to(v.dtype) @ v).transpose(1, 2).reshape(rows, longest, -1)
        return mixed[group.row, group.column]


class Encoder(nn.Module):
    """Embeddings, layers, mean of the tokens, unit length."""

    def __init__(self, sizes: dict[str, int], pieces: int) -> None:
        super().__init__()
        width = sizes["width"]
        self.words = nn.Embedding(pieces, width)
        self.positions = nn.Embedding(sizes["positions"], width)
        self.first = nn.LayerNorm(width, eps=EPSILON)
        self.layers = nn.ModuleList(Layer(width, sizes["heads"], sizes["inner"]) for _ in range(sizes["layers"]))

    def lower(self, ids: Tensor, packed: Packed, upto: int) -> Tensor:
        """Return the hidden states after `upto` layers."""
        x = self.first(self.words(ids) + self.positions(packed.column))
        for layer in self.layers[:upto]:
            x = layer(x, packed)
        return x

    def upper(self, x: Tensor, packed: Packed, since: int) -> Tensor:
        """Return unit vectors from hidden states after `since` layers, in the order asked."""
        for layer in self.layers[since:]:
            x = layer(x, packed)
        sums = x.new_zeros(len(packed.lengths), x.shape[-1], dtype=torch.float32).index_add(0, packed.row, x.float())
        return functional.normalize(sums / packed.lengths[:, None], dim=-1)[packed.order.argsort()]


def encoder_of(base: Base, words: Tensor) -> Encoder:
    """Return the base as a module, with the vectors of the pieces kept."""
    tensors = {name: torch.from_numpy(value) for name, value in base.tensors.items() if name != "emb.word"}
    width, inner = base.sizes["width"], base.sizes["inner"]
    made = Encoder(base.sizes, len(words))
    state = {
        "words.weight": words,
        # Every token is of the first type: its vector goes with the position's.
        "positions.weight": tensors["emb.pos"].view(-1, width) + tensors["emb.type"].view(-1, width)[0],
        "first.weight": tensors["emb.ln.w"],
        "first.bias": tensors["emb.ln.b"],
    }
    for i in range(base.sizes["layers"]):
        old, new = f"l{i}.", f"layers.{i}."
        state[new + "qkv.weight"] = torch.cat([tensors[f"{old}{p}.w"].view(width, width) for p in "qkv"])
        state[new + "qkv.bias"] = torch.cat([tensors[f"{old}{p}.b"] for p in "qkv"])
        state[new + "out.weight"], state[new + "out.bias"] = (
            tensors[old + "ao.w"].view(width, width),
            tensors[old + "ao.b"],
        )
        state[new + "after_attention.weight"], state[new + "after_attention.bias"] = (
            tensors[old + "aln.w"],
            tensors[old + "aln.b"],
        )
        state[new + "widen.weight"], state[new + "widen.bias"] = (
            tensors[old + "fi.w"].view(inner, width),
            tensors[old + "fi.b"],
        )
        state[new + "narrow.weight"], state[new + "narrow.bias"] = (
            tensors[old + "fo.w"].view(width, inner),
            tensors[old + "fo.b"],
        )
        state[new + "after_inner.weight"], state[new + "after_inner.bias"] = (
            tensors[old + "oln.w"],
            tensors[old + "oln.b"],
        )
    made.load_state_dict(state)
    return made
