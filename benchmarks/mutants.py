"""`python -m benchmarks.mutants [parts]`: plant small faults in the pure core, one at a time; its tests must notice.

Each fault is tried in a process of its own, forked once the libraries are imported; it is in memory only.
"""

import contextlib
import gc
import io
import os
import random
import resource
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType
from typing import Annotated

import pytest
import typer
from hypothesis import Phase, settings

from benchmarks.mutations import Mutant, mutants_of, with_fault

ROOT = Path(__file__).parents[1]
LEVEL = 0.85


@dataclass(frozen=True)
class Part:
    """Modules of a folder, and the tests that must notice a fault in each: its own, then those named for it.

    A module that `tests` does not name is left to all the tests of the folder.
    """

    code: str
    modules: str = "*"
    tests: Mapping[str, str] = field(default_factory=dict)

    @property
    def files(self) -> list[Path]:
        """The files of its modules, none when the folder is not there."""
        return sorted(file for name in self.modules.split() for file in (ROOT / self.code).glob(f"{name}.py"))

    def tests_for(self, module: str) -> list[str]:
        """Return the files of the tests of a module, those that are there, its own first."""
        folder = ROOT / self.code.replace("bot/", "tests/")
        wanted = [folder / f"test_{name}.py" for name in (module, *self.tests.get(module, "").split())]
        others = [] if module in self.tests else sorted(folder.glob("test_*.py"))
        return [str(file.relative_to(ROOT)) for file in dict.fromkeys([*wanted, *others]) if file.exists()]


_SUMS = "cofinancing random_simulations"
PARTS = {
    "programme": Part(
        "bot/programme",
        tests={
            **dict.fromkeys(("amounts", "quantities"), "amounts"),
            **dict.fromkeys(("cofinancing", "examples", "notices", "rules", "sums"), _SUMS),
            **dict.fromkeys(("criteria", "criteria_checks", "criteria_file"), "criteria eligibility"),
            **dict.fromkeys(("lookup", "models", "names"), "facts"),
            **dict.fromkeys(("pages", "problems", "reading"), "reading facts"),
            **dict.fromkeys(("calendar", "checks", "eligibility"), ""),
            "values": "values_of_facts facts",
            "facts": "planted_errors wrong_shapes",
        },
    ),
    "reminders": Part("bot/reminders", "planning schedule", {"planning": "schedule", "schedule": "planning"}),
    "outbox": Part("bot/matrix", "outbox", {"outbox": "queues"}),
    "questions": Part("bot/questions"),
    "answers": Part("bot/answers"),
}
# They start the program, which has no fault planted, or measure a time, which a busy machine lengthens.
LEFT_OUT = (
    "tests/programme/test_random_simulations.py::"
    "test_a_hundred_random_simulations_of_the_command_are_those_of_another_calculator",
    "tests/programme/test_facts.py::test_the_facts_load_in_less_than_150_ms",
)
OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "--hypothesis-profile=mutants")
# A few examples, the same each time; a failing one is neither made smaller nor kept.
settings.register_profile(
    "mutants",
    max_examples=25,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
)


def main(
    names: Annotated[list[str] | None, typer.Argument(metavar="[" + "|".join(PARTS) + "]…")] = None,
    sample: Annotated[int, typer.Option(help="Au plus tant de mutants de chaque partie, tirés au sort.")] = 600,
    seed: Annotated[int, typer.Option(help="Ce qui fixe le tirage.")] = 1,
    everything: Annotated[bool, typer.Option("--all", help="Tous les mutants.")] = False,
    processes: Annotated[int, typer.Option(help="Combien d'essais à la fois.")] = 2,
) -> None:
    """Plante de petites fautes dans le code et compte celles que les tests voient ; sortie 1 sous 85 %."""
    if unknown := [name for name in names or () if name not in PARTS]:
        raise typer.BadParameter(f"{', '.join(unknown)} : connus : {', '.join(PARTS)}.")
    os.chdir(ROOT)
    levels = []
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        for name in names or [name for name, part in PARTS.items() if part.files]:
            mutants = [one for file in PARTS[name].files for one in _mutants(file)]
            chosen = mutants if everything else random.Random(seed).sample(mutants, min(sample, len(mutants)))
            survivors = _survivors(PARTS[name], chosen, processes, folder)
            levels.append(_told(name, chosen, survivors, len(mutants)))
    sys.exit(min(levels, default=1.0) < LEVEL)


def _mutants(file: Path) -> list[Mutant]:
    return mutants_of(str(file.relative_to(ROOT)), file.read_text(encoding="utf-8"))


def _told(name: str, chosen: Sequence[Mutant], survivors: Sequence[Mutant], of: int) -> float:
    """Print what was killed, module by module, and what survived; return the share that was killed."""
    print(f"\n{name} : {_share(chosen, survivors)} (sur {of} possibles)")
    for file in sorted({one.file for one in chosen}):
        in_file = [[one for one in some if one.file == file] for some in (chosen, survivors)]
        print(f"  {file} : {_share(*in_file)}")
    for one in sorted(survivors):
        print(one)
    return 1 - len(survivors) / max(len(chosen), 1)


def _share(chosen: Sequence[Mutant], survivors: Sequence[Mutant]) -> str:
    killed = len(chosen) - len(survivors)
    return f"{killed}/{len(chosen)} tués, {killed / max(len(chosen), 1):.1%}"


def _survivors(part: Part, mutants: Sequence[Mutant], processes: int, folder: str) -> list[Mutant]:
    """Return the mutants that no test notices. Exits when the tests fail on the code as it is."""
    tests = {one.file: part.tests_for(Path(one.file).stem) for one in mutants}
    every = sorted({test for some in tests.values() for test in some})
    _import_libraries(every, folder)
    _, status, used = os.wait4(_fork(None, every, 3600, folder), 0)
    if status:
        sys.exit(f"Sans faute plantée, des tests échouent déjà : {' '.join(every)}")
    limit = round(10 + 3 * (used.ru_utime + used.ru_stime))
    waiting, running, survivors = list(mutants), dict[int, Mutant](), []
    while waiting or running:
        while waiting and len(running) < processes:
            mutant = waiting.pop()
            running[_fork(mutant, tests[mutant.file], limit, folder)] = mutant
        pid, status = os.wait()
        mutant = running.pop(pid)
        survivors += [] if status else [mutant]
        print("." if status else "!", end="", file=sys.stderr, flush=True)
    return survivors


def _import_libraries(tests: Sequence[str], folder: str) -> None:
    """Collect the tests once for all that they import, then forget what is ours: each trial imports it anew."""
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main(["--collect-only", *tests])
    for name, module in list(sys.modules.items()):
        file = Path(getattr(module, "__file__", None) or "/")
        if name.partition(".")[0] == "bot" or file.is_relative_to(ROOT / "tests"):
            del sys.modules[name]
    gc.freeze()
    sys.dont_write_bytecode, sys.pycache_prefix = False, folder


def _fork(mutant: Mutant | None, tests: Sequence[str], limit: int, folder: str) -> int:
    """Start the tests on a mutant, or on the code as it is; return the process, which ends with 0 when all pass."""
    if pid := os.fork():
        return pid
    status = 1
    try:
        _silent()
        # A fault may also turn for ever, wait for ever or fill the memory.
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        resource.setrlimit(resource.RLIMIT_AS, (1 << 33, 1 << 33))
        signal.alarm(20 * limit)
        if mutant:
            sys.meta_path.insert(0, _Planted(mutant))
        left_out = [f"--deselect={test}" for test in LEFT_OUT]
        status = pytest.main([*OPTIONS, f"--basetemp={folder}/{os.getpid()}", *left_out, *tests])
    finally:
        os._exit(status)


def _silent() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nowhere, descriptor)


class _Planted(SourceFileLoader):
    """Finds and loads one module with a fault in it."""

    def __init__(self, mutant: Mutant) -> None:
        name = mutant.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        super().__init__(name, str(ROOT / mutant.file))
        self._mutant = mutant

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        return spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, fullname: str) -> CodeType:
        source = Path(self.path).read_text(encoding="utf-8")
        return compile(with_fault(source, self._mutant.number), self.path, "exec")


if __name__ == "__main__":
    typer.run(main)
