"""What several folders of tests share: the program with its real knowledge, indexed once a session."""

import os
import shutil
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings
from program import KNOWLEDGE, Program, configured

from bot.config import Config, load_config

sys.path.append(str(Path(__file__).parent / "documents"))  # its modules that make documents serve elsewhere too

# Machines are noisy: how long an example takes says nothing of the program.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write lone surrogates, which the log of a test may hold, in a form that goes between processes."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]
    return report


NOT_YET = Path(__file__).with_name("not-yet.txt")
WHOLE_PROGRAM = {"program", "few", "indexed", "small", "real_config", "state", "project"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need the program with its index, and those not reached yet; put those of Matrix first."""
    listed = {line for line in NOT_YET.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")}
    for item in items:
        if item.nodeid.removeprefix("tests/") in listed:
            # A test that passes again fails the build until its line is taken out.
            item.add_marker(pytest.mark.xfail(strict=True, reason="not reached yet: see tests/not-yet.txt"))
        if WHOLE_PROGRAM & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.program)
    items.sort(key=lambda item: item.get_closest_marker("synapse") is None)


A_FEW = ("plafond.md", "taux.md", "fast-13.md")


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run that all its processes share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def counted_wordings(pytestconfig: pytest.Config, shared_folder: Path) -> Path:
    """Where the counts of the wordings stay from one run to the next."""
    kept = getattr(pytestconfig, "cache", None)
    return (kept.mkdir("counted-wordings") if kept else shared_folder) / "reader.npz"


@pytest.fixture(scope="session")
def program(shared_folder: Path, counted_wordings: Path) -> Program:
    """The program with its real knowledge and its index built once for all processes of a run; not to be changed."""
    folder = shared_folder / "whole-program"
    with FileLock(shared_folder / "whole-program.lock"):
        folder.mkdir(exist_ok=True)
        built = configured(folder, KNOWLEDGE / "documents")
        if not (folder / "built").exists():
            built.index.mkdir(parents=True)
            if counted_wordings.exists():
                shutil.copy(counted_wordings, built.index)
            done = built.ingest()
            assert done.returncode == 0, done.stdout + done.stderr
            partial = counted_wordings.with_suffix(f".{os.getpid()}")
            shutil.copy(built.index / "reader.npz", partial)
            partial.replace(counted_wordings)
            (folder / "built").touch()
    return built


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory, program: Program) -> Program:
    """The program with a few fiches and their index; not to be changed."""
    folder = tmp_path_factory.mktemp("few")
    (folder / "documents").mkdir()
    for name in A_FEW:
        shutil.copy(KNOWLEDGE / "documents" / name, folder / "documents")
    built = configured(folder, folder / "documents")
    built.index.mkdir(parents=True)
    # Counting the wordings takes the most time, and comes to the same.
    shutil.copy(program.index / "reader.npz", built.index)
    done = built.ingest()
    assert done.returncode == 0, done.stdout + done.stderr
    return built


@pytest.fixture
def indexed(tmp_path: Path, few: Program) -> Program:
    """The program with a few fiches of its own to change, and their index."""
    shutil.copytree(few.documents, tmp_path / "documents")
    shutil.copytree(few.state, tmp_path / "state")
    return configured(tmp_path, tmp_path / "documents")


@pytest.fixture
def small(indexed: Program) -> Program:
    """The program with a few fiches of its own to change, and no index yet."""
    for path in indexed.index.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "reader.npz":
            path.unlink()
    return indexed


@pytest.fixture(scope="session")
def real_config(program: Program) -> Config:
    """The configuration of the program with its real knowledge, its index built."""
    return load_config(program.config)
