"""What the Matrix side says."""

from datetime import UTC, date, datetime

import pytest

from bot.matrix import words
from bot.matrix.commands import Name, read_command
from bot.matrix.rendering import render_parts
from bot.matrix.words import Details, Load, Status, Who


def test_help_names_each_command_that_can_be_typed_and_fits_a_message():
    text = words.help_text(Who("Assistant FAST", "@fast:agent.fr"))

    assert all(f"!fast {name}" in text for name in Name if name is not Name.UNKNOWN)
    assert all(read_command(f"!fast {name}").name in {name, Name.HELP} for name in Name if name is not Name.UNKNOWN)
    assert "Assistant FAST" in text
    assert "@fast:agent.fr" in text
    assert "suffit" not in text
    assert len(render_parts(text)) == 1


@pytest.mark.parametrize("name", ["Assistant FAST", ""])
def test_a_welcome_says_who_it_is_gives_an_example_and_in_a_room_how_it_is_called(name: str):
    room, direct = (words.welcome(Who(name, "@fast:a"), is_direct=is_direct) for is_direct in (False, True))

    assert all("!fast aide" in text and "FAST 15" in text and name in text for text in (room, direct))
    assert "mentionnez-moi" in room
    assert "mentionnez-moi" not in direct
    assert "«  »" not in room


def test_help_reads_well_for_a_bot_without_a_name():
    assert "«  »" not in words.help_text(Who("", "@fast:agent.fr"))


def test_an_unknown_command_is_named_with_what_it_looks_like():
    text = words.unknown_command(read_command("!fast simulr"))

    assert "simulr" in text
    assert "!fast simuler" in text


def test_the_status_gives_each_figure_and_says_when_there_is_none():
    at = datetime(2026, 11, 21, 8, 5, tzinfo=UTC)
    known = words.status(Status(date(2026, 11, 1), 46, 512, at, date(2026, 11, 21), Load(3)))
    unknown = words.status(Status(None, 0, 0, at, date(2026, 11, 21), Load(0)))

    assert all(figure in known for figure in ("1er novembre 2026", "46", "512", "8 h 05", "3 questions"))
    assert "sans date" in unknown
    assert "aucune question" in unknown


def test_an_administrator_is_told_more_of_the_state_than_others():
    at = datetime(2026, 11, 21, 8, 5, tzinfo=UTC)
    details = Details(rooms=31, unsent=41, refused=51, sealed=61, liked=71, disliked=81)
    short, full = (words.status(Status(None, 1, 2, at, at.date(), load)) for load in (Load(0), Load(0, details)))

    assert all(figure in full and figure not in short for figure in ("31", "41", "51", "61", "71", "81"))


def test_a_fault_gives_its_reference():
    assert "a1b2c3" in words.fault("a1b2c3")
