"""What answers take of a telephone's screen: forty lines of forty-five characters."""

import re
import textwrap
from datetime import date
from typing import Any

import pytest

from bot.answers.answering import Answerer
from bot.answers.state import Conversation
from bot.matrix.rendering import render_parts
from bot.texts import render

pytestmark = pytest.mark.program

TODAY = date(2026, 11, 21)
WIDE, HIGH = 45, 40


def screen(result: Any) -> list[str]:
    """Return the lines of a message as a phone shows it: the labels of links, not their addresses."""
    [part] = render_parts(re.sub(r"\]\([^()\s]*\)", "]", render(result, bold=True)))
    # A no-break space is no place to cut; textwrap would take it for one.
    kept = part.plain.replace("\u00a0", "\x00").replace("\u202f", "\x00")
    return [line for one in kept.split("\n") for line in textwrap.wrap(one, WIDE, break_on_hyphens=False) or [""]]


SUMS = [
    "simuler budget 450 k€, partenaire 300 k€",
    "simulation FAST 15 budget 450 k€ partenaire 180 k€ dont 20 k€ de temps d'agent",
    "budget 300 000 € et apport 90 000 € au FAST 13, on a combien ?",
    "fast 17 : budget 1 250 000 €, partenaire 600 000 €, on peut avoir 150 000 € ?",
]


@pytest.mark.parametrize("question", SUMS)
def test_a_sum_of_two_inputs_fits_a_screen_sources_included(answerer: Answerer, question: str):
    result = answerer.answer(question, TODAY)

    assert result.topic == "simulate"
    assert len(screen(result)) <= HIGH
    assert max(map(len, screen(result))) <= WIDE


@pytest.mark.parametrize("question", SUMS)
def test_that_the_fund_is_no_more_is_said_before_the_figure_and_at_most_two_warnings_after(
    answerer: Answerer, question: str
):
    result = answerer.answer(question, TODAY)
    text = render(result, bold=True)

    assert text.index("n'existe plus") < text.index("**")
    assert len(result.notes) <= 2


def test_nothing_is_said_of_the_end_of_the_fund_before_its_end(answerer: Answerer):
    assert "n'existe plus" not in render(answerer.answer(SUMS[1], date(2024, 3, 1)))


@pytest.mark.parametrize("asked", ["détaille", "plus de détails ?", "pourquoi ?"])
def test_the_steps_of_a_sum_and_its_warnings_are_two_lists(answerer: Answerer, asked: str):
    _, conversation = answerer.reply(SUMS[0], Conversation(), TODAY)
    result, _ = answerer.reply(asked, conversation, TODAY)
    [part] = render_parts(render(result))
    steps, warnings, *_ = re.findall(r"<ul>(.*?)</ul>", part.html, re.DOTALL)

    assert "450\u202f000\u00a0€ ×\u00a050\u00a0%" in steps
    assert "promesse" not in steps
    assert "promesse" in warnings
    assert "remplacé" not in steps + warnings
    assert part.plain.index("remplacé par") < part.plain.index("200\u202f000")
