"""The bot with a language model beside: the facts are the same whatever the model says, and come in time."""

import random
import re
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from fakes import ChatEndpoint, ScriptedModel, asked_about

from bot.answers.state import Conversation
from bot.config import LlmConfig
from bot.console import answer_as_json
from bot.documents import french
from bot.evaluation.expectations import load_questions
from bot.evaluation.judging import Grade, Judge
from bot.evaluation.replies import Reply
from bot.evaluation.values import contains
from bot.language.assisted import Assisted
from bot.language.generation import Fault, open_model
from bot.language.instructions import Draft
from bot.language.usage import Help
from bot.results import Answer, Clarification, Refusal
from bot.texts import citations, render

TODAY = date(2026, 11, 21)
UNPLACED = "et pour le schmilblick du fonds ?"  # refused, with no attribute likelier than all others


def word_for_word(messages: Any, shape: Any) -> dict[str, Any]:
    """What a model says that repeats the answer."""
    return {"claims": asked_about(messages)["phrases"]}


def assisted(answerer, *answers: Any, **options: Any) -> Assisted:
    return Assisted(answerer, Help(ScriptedModel(*answers), 5.0, **{"wording": True, **options}))


# The gold questions, whatever the model says


def at_random(passages: list[str], topics: list[str]) -> Callable[[Any, Any], dict[str, Any]]:
    """A model that answers with sentences of the corpus, or of its evidence, taken at random."""
    chance = random.Random(7)

    def claim(parts: list[str]) -> str:
        part, other = chance.choice(parts)[:600], chance.choice(passages)
        return chance.choice([part, other, f"{part} {other}"])

    def say(messages: Any, shape: Any) -> dict[str, Any]:
        if shape is not Draft:
            numbers = [chance.randint(1, 17)] if chance.random() < 0.5 else []
            topic = chance.choice(topics)
            return {"topic": topic, "editions": numbers, "years": [], "population": None, "amounts": []}
        parts = asked_about(messages)["phrases"]
        every = parts if chance.random() < 0.5 else []
        return {"claims": [*every, *(claim(parts) for _ in range(chance.randint(1, 3)))][:8]}

    return say


def is_wrong(question, result, day):
    reply = Reply.of(answer_as_json(question.text, lambda _: result))
    return Judge().grade(question, reply, day).grade is Grade.WRONG


def test_a_model_that_answers_at_random_makes_no_figure_wrong(answerer, gold):
    sentences = [one for passage in answerer.index.passages for one in french.sentences(passage.text)]
    bot = assisted(answerer, at_random(sentences, [one.name for one in answerer.attributes.all]))
    questions = load_questions(gold)[::6]
    wrong = []
    for one in questions:
        day = one.today or TODAY
        alone, beside = answerer.answer(one.text, day), bot.answer(one.text, day)
        if is_wrong(one, beside, day) and not is_wrong(one, alone, day):
            wrong.append((one.text, render(beside)))
    assert wrong == []
    assert bot.help.tally.outcomes["guard"] > len(questions) / 10


def test_a_model_that_repeats_its_evidence_is_shown(answerer):
    bot = assisted(answerer, word_for_word)
    alone, beside = (one.answer("plafond du FAST 13 ?", TODAY) for one in (answerer, bot))
    assert render(beside) == render(alone)
    assert bot.help.tally.outcomes == {"reworded": 1}


def test_with_wording_off_the_model_is_not_asked_for_an_answer(answerer):
    model = ScriptedModel(word_for_word)
    bot = Assisted(answerer, Help(model, 5.0))
    assert bot.answer("plafond du FAST 13 ?", TODAY) == answerer.answer("plafond du FAST 13 ?", TODAY)
    assert model.asked == []


# Turns


def test_the_model_gets_the_question_that_the_conversation_completes(answerer):
    model = ScriptedModel(word_for_word)
    bot = Assisted(answerer, Help(model, 5.0, wording=True))
    _, kept = bot.reply("plafond du FAST 13 ?", Conversation(), TODAY)
    result, _ = bot.reply("et pour le 15 ?", kept, TODAY)
    assert "15" in asked_about(model.asked[-1])["question"]
    assert "plafond" in asked_about(model.asked[-1])["question"]
    assert contains(render(result), "200 000 €")


def test_an_estimate_keeps_its_result(answerer):
    bot = assisted(answerer, {"claims": ["Au plus 999 000 €."]})
    question = "simulation FAST 17 budget 300 000 €"
    alone, _ = answerer.reply(question, Conversation(), TODAY)
    beside, _ = bot.reply(question, Conversation(), TODAY)
    assert contains(render(beside), "150 000 €")
    assert render(beside) == render(alone)


@pytest.mark.parametrize("question", ["bonjour", "Qui a gagné la coupe du monde ?", "plafond du FAST 42 ?"])
def test_what_is_no_answer_is_said_without_the_model(answerer, question):
    nothing = {"topic": None, "editions": [], "years": [], "population": None, "amounts": []}
    bot = assisted(answerer, nothing)
    assert bot.answer(question, TODAY) == answerer.answer(question, TODAY)


# In time


@pytest.mark.parametrize("answer", ["hang", "trickle", "endless", 500, 429, "", "{", b"<html>"])
def test_whatever_the_endpoint_does_the_answer_comes_in_time_and_is_the_one_made_without_it(answerer, answer):
    with ChatEndpoint(answer) as endpoint:
        model = open_model(LlmConfig(base_url=endpoint.url, model="petit"))
        bot = Assisted(answerer, Help(model, 0.5, wording=True))
        alone = answerer.answer("plafond du FAST 13 ?", TODAY)
        started = time.monotonic()
        beside = bot.answer("plafond du FAST 13 ?", TODAY)
        assert time.monotonic() - started < 1.5
    assert render(beside) == render(alone)
    assert sum(bot.help.tally.outcomes.values()) == 1


def test_the_real_client_words_an_answer(answerer):
    def say(request: dict[str, Any]) -> str:
        messages = [(one["role"], one["content"]) for one in request["messages"]]
        return Draft.model_validate(word_for_word(messages, Draft)).model_dump_json()

    with ChatEndpoint(say) as endpoint:
        bot = Assisted(answerer, Help(open_model(LlmConfig(base_url=endpoint.url, model="petit")), 5.0, wording=True))
        result = bot.answer("plafond du FAST 15 ?", TODAY)
    assert bot.help.tally.outcomes["reworded"] == 1
    assert contains(render(result), "200 000 €")
    assert {one.document for one in citations(result)} == {"plafond.md"}


def test_a_model_that_is_down_is_left_alone_for_a_minute(answerer):
    now = [0.0]
    model = ScriptedModel(Fault.UNREACHABLE)
    bot = Assisted(answerer, Help(model, 5.0, clock=lambda: now[0], wording=True))
    for _ in range(5):
        bot.answer("plafond du FAST 13 ?", TODAY)
    assert (len(model.asked), bot.help.tally.outcomes["resting"]) == (3, 2)
    now[0] = 61.0
    bot.answer("plafond du FAST 13 ?", TODAY)
    assert len(model.asked) == 4


class Pennies:
    """Allows each user so many questions."""

    def __init__(self, each: int) -> None:
        self.left: dict[str, int] = {}
        self.each = each

    def take(self, user: str, day: date) -> bool:
        self.left[user] = self.left.get(user, self.each) - 1
        return self.left[user] >= 0


def test_each_person_has_an_allowance_and_still_gets_answers_after_it(answerer):
    bot = assisted(answerer, word_for_word, allowance=Pennies(1))
    alice, bob = bot.on_behalf_of("@alice:a"), bot.on_behalf_of("@bob:a")
    for one in (alice, alice, bob):
        assert contains(render(one.answer("plafond du FAST 13 ?", TODAY)), "300 000 €")
    assert bot.help.tally.outcomes == {"reworded": 2, "allowance": 1}


# Understanding


def proposal(**given: Any) -> dict[str, Any]:
    return {"topic": "cap", "editions": [], "years": [], "population": None, "amounts": []} | given


def test_a_question_that_nothing_places_is_asked_back_and_answered_when_it_is_chosen(answerer):
    assert isinstance(answerer.answer(UNPLACED, TODAY), Refusal)
    bot = assisted(answerer, proposal(), word_for_word)
    asked, kept = bot.reply(UNPLACED, Conversation(), TODAY)
    assert isinstance(asked, Clarification)
    assert "plafond" in render(asked).lower()
    assert re.search(r"\d ?€", render(asked)) is None
    result, _ = bot.reply("1", kept, TODAY)
    assert isinstance(result, Answer)


@pytest.mark.parametrize(
    "proposed",
    [
        proposal(topic=None),
        proposal(topic="invented"),
        proposal(editions=[13]),
        proposal(years=[2024]),
        proposal(population="incubator"),
        proposal(topic="simulate", amounts=["450 000 €"]),
        proposal(topic="simulate", amounts=["beaucoup"]),
    ],
)
def test_a_proposal_that_holds_what_was_not_said_is_no_reading(answerer, proposed):
    bot = assisted(answerer, proposed)
    assert isinstance(bot.reply(UNPLACED, Conversation(), TODAY)[0], Refusal)
    assert bot.help.tally.readings == {"none": 1}


@pytest.mark.parametrize(
    "question",
    ["blabla zorglub le machin truc des sous du fonds", "zorglub blabla 450k€ machin truc bidule chouette"],
)
def test_words_that_mean_nothing_get_no_answer(answerer, question):
    assert not isinstance(answerer.answer(question, TODAY), Answer)


def test_amounts_proposed_are_read_again_from_the_users_words(answerer):
    question = "et pour le schmilblick du fonds, 450k€ ?"
    bot = assisted(answerer, proposal(topic="simulate", amounts=["450k€"]))
    if isinstance(answerer.answer(question, TODAY), Refusal):
        result, _ = bot.reply(question, Conversation(), TODAY)
        assert isinstance(result, Clarification)
        assert contains(result.readings[0], "450 000 €")


def test_a_reading_that_is_chosen_is_answered_as_itself(answerer):
    bot = assisted(answerer, proposal(topic="rate"), word_for_word)
    _, kept = bot.reply(UNPLACED, Conversation(), TODAY)
    result, _ = bot.reply("1", kept, TODAY)
    assert isinstance(result, Answer)
    assert result.topic == "rate"


def test_the_reading_of_a_sum_begins_a_sum(answerer):
    bot = assisted(answerer, proposal(topic="simulate"))
    _, asked = bot.reply(UNPLACED, Conversation(), TODAY)
    _, kept = bot.reply("1", asked, TODAY)
    assert kept.task == "simulation"


def test_the_amounts_of_a_sum_that_is_chosen_are_asked_what_they_are(answerer):
    question = "et pour le schmilblick du fonds, 450k€ ?"
    bot = assisted(answerer, proposal(topic="simulate", amounts=["450k€"]))
    _, asked = bot.reply(question, Conversation(), TODAY)
    if asked.choices:
        result, kept = bot.reply("1", asked, TODAY)
        assert isinstance(result, Clarification)
        assert contains(render(result), "450 000 €")
        assert kept.task == "simulation"
