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


WHOLE_PROGRAM = {"program", "few", "indexed", "small", "real_config", "state", "project"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need the program with its index; put those of Matrix, which mostly wait, first."""
    for item in items:
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
def known_questions(pytestconfig: pytest.Config, shared_folder: Path) -> Path:
    """Where the vectors of the questions that ship with the program stay from one run to the next."""
    kept = getattr(pytestconfig, "cache", None)
    return (kept.mkdir("known-questions") if kept else shared_folder) / "questions.npz"


@pytest.fixture(scope="session")
def program(shared_folder: Path, known_questions: Path) -> Program:
    """The program with its real knowledge and its index built once for all processes of a run; not to be changed."""
    folder = shared_folder / "whole-program"
    with FileLock(shared_folder / "whole-program.lock"):
        folder.mkdir(exist_ok=True)
        built = configured(folder, KNOWLEDGE / "documents")
        if not (folder / "built").exists():
            built.index.mkdir(parents=True)
            if known_questions.exists():
                shutil.copy(known_questions, built.index)
            done = built.ingest()
            assert done.returncode == 0, done.stdout + done.stderr
            partial = known_questions.with_suffix(f".{os.getpid()}")
            shutil.copy(built.index / "questions.npz", partial)
            partial.replace(known_questions)
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
    # The vectors of the questions that ship with the program take the most time, and are the same.
    shutil.copy(program.index / "questions.npz", built.index)
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
        elif path.name != "questions.npz":
            path.unlink()
    return indexed


@pytest.fixture(scope="session")
def real_config(program: Program) -> Config:
    """The configuration of the program with its real knowledge, its index built."""
    return load_config(program.config)
