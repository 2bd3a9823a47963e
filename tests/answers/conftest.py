"""What the tests of answering share: the real answerer, opened once."""

import pytest

from bot.answers.answering import Answerer
from bot.app import open_answerer
from bot.config import Config


@pytest.fixture(scope="session")
def answerer(real_config: Config) -> Answerer:
    """What answers from the real knowledge; holds no state."""
    return open_answerer(real_config, lambda *_: None)
