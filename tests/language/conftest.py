"""What the tests of the language model share."""

from pathlib import Path

import pytest

from bot.answers.answering import Answerer
from bot.app import open_answerer
from bot.commands.evaluate import GOLD
from bot.config import Config


@pytest.fixture(scope="session")
def answerer(real_config: Config) -> Answerer:
    """What answers from the real knowledge; holds no state."""
    return open_answerer(real_config, lambda *_: None)


@pytest.fixture(scope="session")
def gold() -> Path:
    """The folder of the gold questions."""
    return GOLD
