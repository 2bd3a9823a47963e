"""What a worker answers the Matrix side with: one index, and conversations that are only JSON."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.app import open_answerer
from bot.config import Config
from bot.documents.refresh import current_folder
from bot.speaker import IndexSpeaker

AT = datetime(2026, 11, 21, 12, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def speaker(real_config: Config) -> IndexSpeaker:
    return IndexSpeaker(open_answerer(real_config, lambda *_: None))


def test_a_follow_up_is_understood_from_the_memory_alone(speaker: IndexSpeaker) -> None:
    memory = speaker.reply("plafond du FAST 13 ?", None, AT).memory
    said, *_ = speaker.reply("et pour le 15 ?", memory, AT)
    assert "200" in said
    assert "FAST 15" in said


SOURCES = "Quelles sont tes sources ?"  # what `!fast sources` asks


@pytest.mark.parametrize(
    "question", ["simuler budget 450 k€, partenaire 300 k€", "Tous les lauréats du FAST", "plafond du FAST 13 ?"]
)
def test_of_the_last_answer_the_sources_alone_all_of_them(speaker: IndexSpeaker, question: str) -> None:
    answer, memory, *_ = speaker.reply(question, None, AT)
    said, after, *_ = speaker.reply(SOURCES, memory, AT, sources_only=True)
    again, *_ = speaker.reply("et le taux ?", after, AT)

    assert all(line.startswith(("Source", "- [", "Réponse au")) for line in said.split("\n") if line)
    assert said.count("](") >= answer.count("](")
    assert "%" in again


def test_without_sources_what_was_said_is_said(speaker: IndexSpeaker) -> None:
    assert speaker.reply(SOURCES, None, AT, sources_only=True)[0]


def test_a_memory_that_cannot_be_read_is_as_none(speaker: IndexSpeaker) -> None:
    said, *_ = speaker.reply("plafond du FAST 13 ?", '{"written by": "an older version"}', AT)
    assert "300" in said


def test_it_says_which_index_it_has_and_what_it_holds(speaker: IndexSpeaker, real_config: Config) -> None:
    greeting = speaker.greeting()
    folder = current_folder(real_config.state.directory)
    assert folder is not None
    assert greeting["index"] == folder.name
    assert datetime.fromisoformat(greeting["day"])
    assert greeting["passages"] > greeting["documents"] > 10
