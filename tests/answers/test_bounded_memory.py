"""What is remembered of questions has a bound: words never seen before leave nothing behind."""

import functools
import gc
import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import psutil
from hostile import new_words

from bot.answers.answering import Answerer
from bot.answers.state import Conversation

TODAY = date(2026, 11, 21)
CHANCE = random.Random(14)
WORDS = 400  # of a question
QUESTIONS = 30
FILLING = 6  # rounds until the caches that have a bound, and the allocator, are full: seen to stop at the fifth
LEFT = 50_000  # bytes that a question may leave behind; a cache without bound kept 90 000


def caches() -> Iterator[Any]:
    """The caches of the bot's functions that take something."""
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper):
            of_the_bot = str(getattr(one, "__module__", "")).startswith("bot")
            if of_the_bot and one.__wrapped__.__code__.co_argcount:
                yield one


def ask(answerer: Answerer) -> None:
    for _ in range(QUESTIONS):
        answerer.reply(f"Quel plafond pour {new_words(WORDS, CHANCE)} ?", Conversation(), TODAY)


def test_each_cache_has_a_bound(answerer: Answerer):
    ask(answerer)

    assert [one for one in caches() if one.cache_parameters()["maxsize"] is None] == []


def test_questions_of_new_words_do_not_make_the_bot_grow(answerer: Answerer):
    for _ in range(FILLING):
        ask(answerer)
    gc.collect()
    before = psutil.Process().memory_info().rss

    ask(answerer)
    gc.collect()

    assert psutil.Process().memory_info().rss - before < LEFT * QUESTIONS
