"""What the Matrix side is answered: from the index in force, with a conversation that is only JSON."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.app import open_answerer
from bot.config import Config
from bot.dialogue.answering import Answerer
from bot.documents.refresh import current_folder
from bot.speaker import IndexSpeaker

AT = datetime(2026, 11, 21, 12, tzinfo=ZoneInfo("Europe/Paris"))


class Opening:
    """Opens the one answerer there is, and counts how often; `folder` is the index in force."""

    def __init__(self, answerer: Answerer, folder: Path | None) -> None:
        self.answerer = answerer
        self.folder = folder
        self.times = 0

    def open(self) -> Answerer:
        self.times += 1
        return self.answerer


@pytest.fixture
def opening(real_config: Config) -> Opening:
    answerer = open_answerer(real_config, lambda *_: None)
    return Opening(answerer, current_folder(real_config.state.directory))


def test_a_follow_up_is_understood_from_the_memory_alone(opening: Opening) -> None:
    first = IndexSpeaker(opening.open, lambda: opening.folder).reply("plafond du FAST 13 ?", None, AT)
    second = IndexSpeaker(opening.open, lambda: opening.folder).reply("et pour le 15 ?", first.memory, AT)
    assert "200" in second.markdown
    assert "FAST 15" in second.markdown


def test_a_memory_that_cannot_be_read_is_as_none(opening: Opening) -> None:
    speaker = IndexSpeaker(opening.open, lambda: opening.folder)
    said = speaker.reply("plafond du FAST 13 ?", '{"written by": "an older version"}', AT)
    assert "300" in said.markdown


def test_an_index_that_is_swapped_is_opened_without_a_restart(opening: Opening) -> None:
    speaker = IndexSpeaker(opening.open, lambda: opening.folder)
    speaker.reply("plafond du FAST 13 ?", None, AT)
    assert opening.times == 1
    opening.folder = None
    speaker.reply("plafond du FAST 13 ?", None, AT)
    assert opening.times == 2


def test_it_says_what_it_holds(opening: Opening) -> None:
    held = IndexSpeaker(opening.open, lambda: opening.folder).holdings()
    assert held.day is not None
    assert held.passages > held.documents > 10
