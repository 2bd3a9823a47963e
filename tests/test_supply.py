"""What the program is made of: all that is imported is declared, bounded, explained, and locked with its hashes."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from program import ROOT

pytestmark = pytest.mark.program

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BASE = [Requirement(line) for line in PROJECT["dependencies"]]
EXTRAS = {name: [Requirement(line) for line in lines] for name, lines in PROJECT["optional-dependencies"].items()}
DECLARED = [*BASE, *(one for lines in EXTRAS.values() for one in lines)]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
# Of extras that are not installed where this test runs.
ELSEWHERE = {"sentence_transformers": ["sentence-transformers"], "torch": ["torch"]}
# What belongs to an extra is imported there, and only when its feature is asked for.
OPTIONAL = {
    "bot/language/generation.py": "llm",
    "bot/documents/embedding.py": "transformers",
}


def names(requirements: Iterable[Requirement]) -> set[str]:
    return {canonicalize_name(one.name) for one in requirements}


def imported(path: str) -> Iterator[str]:
    """The top-level modules that a file imports, at its head or inside its functions."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def files(*folders: str) -> list[str]:
    return sorted(
        str(one.relative_to(ROOT))
        for folder in folders
        for one in (ROOT / folder).rglob("*.py")
        if "node_modules" not in one.parts
    )


def undeclared(path: str, declared: set[str], ours: set[str]) -> set[str]:
    distributions = packages_distributions() | ELSEWHERE
    outside = {one for one in imported(path) if one not in sys.stdlib_module_names and one not in ours}
    return {one for one in outside if not declared & {canonicalize_name(d) for d in distributions.get(one, [])}}


def test_all_that_the_program_imports_is_declared():
    missing = {}
    for path in ["ingest.py", *files("bot")]:
        declared = names(BASE) | (names(EXTRAS[OPTIONAL[path]]) if path in OPTIONAL else set())
        if found := undeclared(path, declared, {"bot"}):
            missing[path] = found
    assert missing == {}


def test_all_that_tests_and_measures_import_is_declared():
    paths = files("tests", "benchmarks")
    ours = {"bot", "tests", "benchmarks", "ingest"} | {
        part.removesuffix(".py") for path in paths for part in path.split("/")
    }
    missing = {path: found for path in paths if (found := undeclared(path, names(DECLARED), ours))}
    assert missing == {}


def test_all_that_is_declared_is_imported():
    distributions = packages_distributions()
    found = {
        canonicalize_name(d) for path in files("bot") for one in imported(path) for d in distributions.get(one, [])
    }
    assert names(BASE) - found == set()


@pytest.mark.parametrize("one", DECLARED, ids=lambda one: one.name)
def test_a_dependency_has_a_floor_a_ceiling_and_a_reason(one: Requirement):
    operators = {specifier.operator for specifier in one.specifier}
    assert operators & {">=", "==", "~="}
    assert operators & {"<", "==", "~="}
    explained = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert f"| `{one.name}` |" in explained


def test_what_security_md_promises_is_tested_where_it_says():
    promised = re.findall(r"`(tests/[\w/.]+)`", (ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert promised
    assert [path for path in promised if not (ROOT / path).exists()] == []


# The lock: `make lock` writes it anew


def entries() -> list[tuple[Requirement, list[str], str]]:
    """The pinned requirements of the lock, each with its hashes and with what asks for it."""
    blocks = re.split(r"\n(?=\S)", LOCK.strip())
    heads = (re.match(r"[^\\\n]+", block) for block in blocks)
    return [
        (Requirement(head[0].strip()), re.findall(r"--hash=(\S+)", block), block.partition("# via")[2])
        for head, block in zip(heads, blocks, strict=True)
        if head
    ]


def test_each_entry_of_the_lock_is_one_release_with_its_hashes():
    for requirement, hashes, _ in entries():
        assert re.fullmatch(r"==[^,*]+", str(requirement.specifier)), requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes), requirement


def test_the_lock_names_no_place_to_download_from():
    assert "://" not in LOCK
    assert not re.search(r"^\s*-(?!-hash)", LOCK, re.MULTILINE)


@pytest.mark.parametrize("one", BASE, ids=lambda one: one.name)
def test_the_lock_holds_each_dependency_within_its_bounds(one: Requirement):
    locked = [requirement for requirement, _, _ in entries() if canonicalize_name(requirement.name) in names([one])]
    assert locked, "make lock"
    for requirement in locked:
        [pin] = requirement.specifier
        assert Version(pin.version) in one.specifier, "make lock"


def test_the_lock_was_made_for_these_dependencies():
    assert names(one for one, _, asked_by in entries() if "assistant-fast" in asked_by) == names(BASE), "make lock"
