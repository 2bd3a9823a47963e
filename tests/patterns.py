"""Finds every regular expression of `bot/`, and how each is used: run as a program, prints them as JSON.

Patterns are seen as they are compiled, while all modules are loaded and what makes patterns in functions is put to
work. The source is read too, for the patterns written where they are used, and so that a call of `re` that was never
seen at work is told: none can be forgotten.
"""

import ast
import importlib
import json
import pkgutil
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
BOT = ROOT / "bot"
FUNCTIONS = frozenset("compile search match fullmatch sub subn split findall finditer".split())
ANYWHERE = "finditer"  # the use that asks most of a pattern: from each place of the text


@dataclass(frozen=True)
class Found:
    """A pattern of the bot: where it is made, and the methods that it is used with."""

    pattern: str
    flags: int
    place: str
    uses: tuple[str, ...]


@dataclass(frozen=True)
class Call:
    """A call of a function of `re` in the source, with its pattern if it is written there."""

    file: Path
    first: int
    last: int
    function: str
    pattern: str | None
    flags: int
    name: str | None  # of the constant that is the compiled pattern
    table: str | None  # of the constant that it is kept in

    @property
    def place(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.first}"


class Source:
    """One file of the source, read as a tree."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
        self._parents = {id(child): node for node in self.nodes for child in ast.iter_child_nodes(node)}

    def calls(self) -> Iterator[Call]:
        """Return the calls of `re`, `map(re.compile, …)` included."""
        for node in self.nodes:
            if isinstance(node, ast.Attribute) and _name(node.value) == "re" and node.attr in FUNCTIONS:
                yield self._call(node)

    @cached_property
    def constants(self) -> frozenset[str]:
        return frozenset(call.name for call in self.calls() if call.name)

    @cached_property
    def imported(self) -> dict[str, Path]:
        """The names that are taken from other modules of the bot, with the files of those."""
        froms = (node for node in self.nodes if isinstance(node, ast.ImportFrom) and node.module)
        return {name.name: ROOT / f"{node.module.replace('.', '/')}.py" for node in froms for name in node.names}  # type: ignore[union-attr]

    @cached_property
    def attributes(self) -> frozenset[tuple[str | None, str]]:
        return frozenset((_name(node.value), node.attr) for node in self.nodes if isinstance(node, ast.Attribute))

    def sees(self, name: str, file: Path) -> bool:
        """Whether this file takes `name` from that one: imports it, or reads `module.NAME`."""
        of_module = (file.stem, name) in self.attributes and file.stem in self.imported
        return self.imported.get(name) == file or of_module

    @cached_property
    def methods(self) -> dict[str, set[str]]:
        """What each name is asked for: `search` for `_END.search(…)`, everything for a name handed over."""
        asked: dict[str, set[str]] = defaultdict(set)
        for node in self.nodes:
            name = _name(node) if isinstance(node, ast.Name) else getattr(node, "attr", None)
            if name is None or isinstance(getattr(node, "ctx", None), ast.Store):
                continue
            parent = self._parents.get(id(node))
            method = parent.attr if isinstance(parent, ast.Attribute) else None
            asked[name].add(method if method in FUNCTIONS else ANYWHERE)
        return asked

    @cached_property
    def of_the_nameless(self) -> set[str]:
        """What patterns kept in tables are asked for, where no loop over the table says it: all asked of variables."""
        attributes = [node for node in self.nodes if isinstance(node, ast.Attribute)]
        found = {one.attr for one in attributes if _name(one.value) not in {*self.constants, *self.imported, "re"}}
        return (found & FUNCTIONS) - {"split", "compile"} or {ANYWHERE}

    def of_table(self, table: str) -> set[str]:
        """Return what the loops over a table ask of the variables that they take from it."""
        loops = (
            node for node in self.nodes if isinstance(node, ast.comprehension | ast.For) and table in _names(node.iter)
        )
        asked: set[str] = set()
        for loop in loops:
            within = loop if isinstance(loop, ast.For) else self._parents[id(loop)]
            taken = _names(loop.target)
            asked |= {
                one.attr for one in ast.walk(within) if isinstance(one, ast.Attribute) and _name(one.value) in taken
            }
        return asked & FUNCTIONS

    def _table_of(self, node: ast.AST) -> str | None:
        """Return the name of the constant that an expression is a part of."""
        while (above := self._parents.get(id(node))) and not isinstance(node, ast.Assign | ast.AnnAssign):
            node = above
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        return _name(target) if target is not None else None

    def _call(self, node: ast.Attribute) -> Call:
        parent = self._parents[id(node)]
        call = parent if isinstance(parent, ast.Call) and parent.func is node else None
        given = call.args[0] if call and call.args else None
        where: Any = call or parent
        flags = [keyword.value for keyword in call.keywords if keyword.arg == "flags"] if call else []
        above = self._parents.get(id(call)) if call else None
        name = self._table_of(call) if isinstance(above, ast.Assign | ast.AnnAssign) else None
        written = given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None
        value = sum(getattr(re, one.attr) for one in flags if isinstance(one, ast.Attribute))
        return Call(self.file, where.lineno, where.end_lineno, node.attr, written, value, name, self._table_of(parent))


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _name(node: ast.AST) -> str | None:
    return node.id if isinstance(node, ast.Name) else None


def _uses(call: Call, sources: dict[Path, Source]) -> set[str]:
    if call.function != "compile":
        return {call.function}
    own = sources[call.file]
    if call.name is None:
        return (own.of_table(call.table) if call.table else set()) or own.of_the_nameless
    others = (one for one in sources.values() if one.sees(call.name, call.file))
    return {use for one in (own, *others) for use in one.methods[call.name]} or {ANYWHERE}


Made = dict[tuple[Path, int], set[tuple[str | bytes, int]]]


def made() -> Made:
    """Load the bot, put to work what makes patterns, and return what was compiled, by file and line."""
    seen: Made = {}
    compiled = re._compile  # type: ignore[attr-defined]

    def watched(pattern: Any, flags: Any) -> re.Pattern[Any]:
        found: re.Pattern[Any] = compiled(pattern, flags)
        frame = sys._getframe(1)
        while frame.f_code.co_filename == re.__file__ and frame.f_back:
            frame = frame.f_back
        if frame.f_code.co_filename.startswith(str(BOT)):
            seen.setdefault((Path(frame.f_code.co_filename), frame.f_lineno), set()).add((found.pattern, found.flags))
        return found

    re._compile = watched  # type: ignore[attr-defined]
    for module in pkgutil.walk_packages([str(BOT)], "bot."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    _put_to_work()
    return seen


def _put_to_work() -> None:
    """Call what compiles patterns in functions."""
    from datetime import date
    from decimal import Decimal

    from bot.answers import evidence
    from bot.evaluation import judging, replies, values
    from bot.matrix import mentions, permissions
    from bot.programme.facts import load_programme
    from bot.programme.models import Month
    from bot.questions import lexicon, spans
    from bot.reminders import wording

    assert lexicon.load_lexicon()._rewrites
    assert lexicon.load_lexicon()._english
    for value in (Month(2023, 2), date(2023, 2, 1), Decimal(12), Decimal("1.5"), "un texte"):
        for unit in ("percent", "count", "euro"):
            evidence.says("12 % le 1 février 2023, 1,5", value, unit)
    programme = load_programme(ROOT / "knowledge" / "programme")
    spans.scan("combien a reçu Docurba ?", programme, lexicon.load_lexicon(), date(2026, 1, 1))
    assert programme._is_named(min(programme._common_names), "a", "recu a")
    values.contains("un plafond de 12 %", "plafond de 12")
    judging._whole("Docurba", "le plafond de docurba")
    question = judging.Question(id="q", text="qui ?", names=("Docurba",))
    judging.Judge(("Envergo",)).grade(question, replies.Reply("answered", "Docurba et Envergo."), date(2026, 1, 1))
    who = mentions.Called("@fast:agent.tchap.gouv.fr", "Assistant FAST [DINUM]")
    mentions.called_in("Assistant FAST : aide", who)
    mentions.without_call("Assistant FAST : aide", who)
    mentions.labels_in('<a href="https://matrix.to/#/@fast:a.fr">', who.user_id)
    permissions.matches("@a:b.fr", "@a:b.fr")
    permissions.matches("@*.a*b*:agent.*.tchap.*.fr", "@prenom.ab:agent.x.tchap.y.fr")
    wording._programme("rappels fast", {"fast": ["FAST"]})


def found() -> tuple[list[Found], list[str]]:
    """Return the patterns of the bot, one of each, and the calls of `re` of which no pattern was seen."""
    sources = {file: Source(file) for file in sorted(BOT.rglob("*.py"))}
    seen = made()
    uses: dict[tuple[str, int], set[str]] = defaultdict(set)
    places: dict[tuple[str, int], str] = {}
    missed: list[str] = []
    for source in sources.values():
        for call in source.calls():
            patterns = {key for line in range(call.first, call.last + 1) for key in seen.get((call.file, line), ())}
            if call.pattern is not None:
                patterns |= {(call.pattern, re.compile(call.pattern, call.flags).flags)}
            if not patterns:
                missed.append(call.place)
            for pattern, flags in patterns:
                key = (pattern if isinstance(pattern, str) else pattern.decode("latin-1"), flags & ~re.UNICODE)
                uses[key] |= _uses(call, sources)
                places.setdefault(key, call.place)
    return [Found(*key, places[key], tuple(sorted(uses[key]))) for key in uses], missed


def collected() -> tuple[list[Found], list[str]]:
    """Return what `found` does, looked for in a process of its own: in this one, modules may be loaded already."""
    done = subprocess.run([sys.executable, __file__], capture_output=True, check=True, cwd=ROOT, timeout=120)
    patterns, missed = json.loads(done.stdout)
    return [Found(pattern, flags, place, tuple(uses)) for pattern, flags, place, uses in patterns], missed


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    patterns, missed = found()
    print(json.dumps([[[one.pattern, one.flags, one.place, one.uses] for one in patterns], missed]))
