"""The log of the running bot: nobody writes a line of it but the bot."""

import io
import logging

import pytest

from bot.logs import OneLine


@pytest.fixture
def log() -> tuple[logging.Logger, io.StringIO]:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(OneLine("%(levelname)s %(name)s %(message)s"))
    logger = logging.Logger("bot.test")
    logger.addHandler(handler)
    return logger, written


@pytest.mark.parametrize("text", ["a\nINFO bot.matrix forged", "\x1b[2J", "a\r\u2028b\x85c", "\ud800", "\u202egro"])
def test_what_a_stranger_wrote_stays_on_its_line(log: tuple[logging.Logger, io.StringIO], text: str) -> None:
    logger, written = log
    logger.warning("room=%s", text)
    assert written.getvalue().endswith("\n")
    assert written.getvalue()[:-1].isprintable()


def test_a_long_text_is_cut(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    logger.warning("room=%s", "x" * 100_000)
    assert len(written.getvalue()) < 3_000


def test_the_trace_of_a_fault_cannot_be_taken_for_lines_of_the_log(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    try:
        raise ValueError("x\nINFO bot.matrix forged\x1b[2J")
    except ValueError:
        logger.exception("fault")
    first, *traced = written.getvalue().splitlines()
    assert first == "ERROR bot.test fault"
    assert all(line.startswith("  | ") and line.isprintable() for line in traced)
    assert any("ValueError" in line for line in traced)
