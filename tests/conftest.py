"""What several folders of tests share: the program with its real knowledge, indexed once a session."""

import shutil
import sys
from pathlib import Path

import pytest
from program import KNOWLEDGE, Program, configured

from bot.config import Config, load_config

sys.path.append(str(Path(__file__).parent / "documents"))  # its modules that make documents serve elsewhere too

A_FEW = ("plafond.md", "taux.md", "fast-13.md")


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program with its real knowledge and its index built; not to be changed."""
    built = configured(tmp_path_factory.mktemp("program"), KNOWLEDGE / "documents")
    done = built.ingest()
    assert done.returncode == 0, done.stdout + done.stderr
    return built


@pytest.fixture
def small(tmp_path: Path, program: Program) -> Program:
    """The program with a few fiches of its own to change, and no index yet."""
    documents = tmp_path / "documents"
    documents.mkdir()
    for name in A_FEW:
        shutil.copy(KNOWLEDGE / "documents" / name, documents)
    copy = configured(tmp_path, documents)
    # The vectors of the questions that ship with the program are those of the shared one: they take the most time.
    copy.index.mkdir(parents=True, mode=0o700)
    copy.state.chmod(0o700)
    shutil.copy(program.index / "questions.npz", copy.index)
    return copy


@pytest.fixture(scope="session")
def real_config(program: Program) -> Config:
    """The configuration of the program with its real knowledge, its index built."""
    return load_config(program.config)
