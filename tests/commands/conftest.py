"""A copy of the knowledge with its own configuration; the index is built once for all."""

import shutil
from pathlib import Path

import pytest

from bot.config import EmbeddingConfig, silence_telemetry

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
CONFIG = """
[state]
directory = "state"
[knowledge]
documents = "knowledge/documents"
programme = "knowledge/programme"
wordings = "knowledge/wordings"
"""


@pytest.fixture(scope="session")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The knowledge as it stands when the tests begin."""
    return Path(shutil.copytree(KNOWLEDGE, tmp_path_factory.mktemp("knowledge") / "knowledge"))


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory, knowledge: Path) -> Path:
    """A state directory with the index of the knowledge."""
    silence_telemetry()
    from bot.documents.embedding import open_embedder
    from bot.documents.refresh import refresh

    folder: Path = tmp_path_factory.mktemp("index") / "state"
    refresh(knowledge / "documents", folder, open_embedder(EmbeddingConfig()))
    return folder


@pytest.fixture
def project(tmp_path: Path, knowledge: Path) -> Path:
    """A folder with config.toml and a copy of the knowledge, without index."""
    shutil.copytree(knowledge, tmp_path / "knowledge")
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


@pytest.fixture
def indexed(project: Path, state: Path) -> Path:
    """The same, with its index."""
    shutil.copytree(state, project / "state")
    return project
