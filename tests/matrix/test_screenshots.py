"""What a telephone shows, measured in a headless Chromium at 390 pixels."""

import os

import pytest
from screenshots import QUESTIONS, TODAY, chromium, measured, page, pages

from bot.answers.answering import Answerer
from bot.app import open_answerer
from bot.config import Config
from bot.texts import render

pytestmark = pytest.mark.program
MORE = (
    "date limite du fast 15 ?",
    "Tous les lauréats du FAST",
    "combien de temps dure l'accompagnement ?",
    "budget 300 000 € et apport 90 000 € au FAST 13, on a combien ?",
)


@pytest.fixture(scope="module")
def answerer(real_config: Config) -> Answerer:
    return open_answerer(real_config, lambda *_: None)


@pytest.fixture(scope="module")
def browser() -> str:
    found = chromium()
    if found is None and not os.environ.get("CI"):
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    assert found
    return found


def test_there_is_a_picture_of_an_answer_a_sum_a_list_and_a_reminder(answerer: Answerer) -> None:
    told = pages(answerer)

    assert set(told) == {*QUESTIONS, "rappel"}
    assert all("Assistant FAST" in html and "<a href=" in html for html in told.values())


def test_no_amount_date_or_mark_is_cut_at_the_width_of_a_telephone(answerer: Answerer, browser: str) -> None:
    told = [*pages(answerer).values(), *(page(render(answerer.answer(text, TODAY))) for text in MORE)]

    assert {cut for html in told for cut in measured(browser, html)[1]} == set()


def test_what_is_cut_would_be_seen(browser: str) -> None:
    assert measured(browser, page("mot" * 16 + "\u00a0" + "mot" * 30))[1]
