"""What several folders of tests share: the program with its real knowledge, indexed once a session."""

import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import settings
from program import KNOWLEDGE, Program, configured

from bot.config import Config, load_config

sys.path.append(str(Path(__file__).parent / "documents"))  # its modules that make documents serve elsewhere too

# Machines are noisy: how long an example takes says nothing of the program.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

A_FEW = ("plafond.md", "taux.md", "fast-13.md")


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program with its real knowledge and its index built; not to be changed."""
    built = configured(tmp_path_factory.mktemp("program"), KNOWLEDGE / "documents")
    done = built.ingest()
    assert done.returncode == 0, done.stdout + done.stderr
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
