"""The small faults that can be planted in a module, one at a time, for its tests to notice. Pure.

Left alone: type annotations, decorators, strings, and what an error or a formatted message says.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
_LEFT_ALONE = frozenset({"annotation", "returns", "decorator_list", "exc", "cause"})
_HAS_FAULTS_OF_ITS_OWN = (ast.Compare, ast.BoolOp, ast.Constant)

Fault = tuple[ast.AST, ast.AST]


@dataclass(frozen=True, order=True)
class Mutant:
    """A file with its fault of that number; `before` and `after` are the code of the one place that differs."""

    file: str
    line: int
    number: int
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}  {self.before} → {self.after}"


def mutants_of(file: str, source: str) -> list[Mutant]:
    """Return every mutant of a module."""
    return [
        Mutant(file, getattr(old, "lineno", 0), number, _shown(old), _shown(new))
        for number, (old, new) in enumerate(_faults(ast.parse(source)))
    ]


def with_fault(source: str, number: int) -> ast.Module:
    """Return the tree of a module with its fault of that number."""
    tree = ast.parse(source)
    old, new = next(islice(_faults(tree), number, None))
    ast.copy_location(new, old)
    _Replacing(old, new).visit(tree)
    return ast.fix_missing_locations(tree)


class _Replacing(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self._new if node is self._old else self.generic_visit(node)


def _shown(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 100 else f"{text[:99]}…"


def _faults(node: ast.AST) -> Iterator[Fault]:
    """Yield what may be replaced, and by what, always in the same order."""
    yield from ((node, new) for new in _operators(node))
    yield from ((node, new) for new in _values(node))
    yield from ((node, new) for new in _statements(node))
    yield from _conditions(node)
    for child in _code_in(node):
        yield from _faults(child)


def _code_in(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.JoinedStr):
        return
    for name, value in ast.iter_fields(node):
        if name not in _LEFT_ALONE:
            yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, ast.AST))


def _operators(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left, ops, comparators):
            for position, op in enumerate(ops):
                others = [*ops[:position], _SWAPPED[type(op)](), *ops[position + 1 :]]
                yield ast.Compare(left, others, comparators)  # type: ignore[arg-type]
        case ast.BinOp(left, op, right) if type(op) in _SWAPPED:
            yield ast.BinOp(left, _SWAPPED[type(op)](), right)  # type: ignore[arg-type]
        case ast.AugAssign(target, op, value) if type(op) in _SWAPPED:
            yield ast.AugAssign(target, _SWAPPED[type(op)](), value)  # type: ignore[arg-type]
        case ast.BoolOp(op, values):
            yield ast.BoolOp(_SWAPPED[type(op)](), values)  # type: ignore[arg-type]
        case ast.UnaryOp(ast.Not() | ast.USub(), operand):
            yield operand


def _values(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Constant(bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(int() | float() as value):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Return(ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value in (None, False)):
            yield ast.Return(ast.Constant(None))


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Expr(ast.Call() | ast.Yield() | ast.YieldFrom() | ast.Await()) | ast.AugAssign() | ast.Raise():
            yield ast.Pass()
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()


def _conditions(node: ast.AST) -> Iterator[Fault]:
    match node:
        case ast.If(test) | ast.IfExp(test) | ast.While(test) if not _is_mutated(test):
            yield test, ast.UnaryOp(ast.Not(), test)
        case ast.comprehension(ifs=conditions):
            yield from ((condition, ast.Constant(True)) for condition in conditions)
        case ast.FunctionDef(body=body) if not any(isinstance(one, ast.Return) and one.value for one in ast.walk(node)):
            statements = [
                one for one in body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
            ]
            yield from ((one, ast.Return()) for one in statements[:1])


def _is_mutated(test: ast.expr) -> bool:
    return isinstance(test, _HAS_FAULTS_OF_ITS_OWN) or (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not))
