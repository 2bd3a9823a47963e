"""What a turn leaves to be answered with a choice: the readings, a yes or a no, the rest of a list; nothing else."""

from datetime import date

import pytest

from bot.answers.answering import Answerer
from bot.answers.offered import asked_of
from bot.answers.state import Conversation
from bot.results import Answer, Ask, Clarification

TODAY = date(2026, 11, 21)
YES_NO = ("yes", "no")
YES_NO_UNKNOWN = ("yes", "no", "unknown")


class Talk:
    """A conversation with the bot: `say` returns what each turn leaves."""

    def __init__(self, answerer: Answerer) -> None:
        self.answerer, self.kept = answerer, Conversation()

    def say(self, text: str) -> Ask | None:
        self.result, self.kept = self.answerer.reply(text, self.kept, TODAY)
        return asked_of(self.result, self.kept, self.answerer.criteria)

    def means(self, text: str) -> tuple[str, ...]:
        asked = self.say(text)
        return tuple(one.means for one in asked.options) if asked else ()


@pytest.fixture
def talk(answerer: Answerer) -> Talk:
    return Talk(answerer)


def test_the_readings_of_a_clarification_are_chosen_by_their_number(talk: Talk) -> None:
    asked = talk.say("le comité ?")
    assert isinstance(talk.result, Clarification)
    assert asked is not None
    assert asked.kind == "choices"
    assert [one.label for one in asked.options] == list(talk.result.readings)
    second = talk.kept.choices[1]
    assert talk.say(asked.options[1].words) is None
    assert talk.kept.focus is not None
    assert talk.kept.focus.attribute == second.attribute


@pytest.mark.parametrize("means", YES_NO_UNKNOWN)
def test_each_question_of_the_interview_is_answered_with_a_word_that_it_understands(talk: Talk, means: str) -> None:
    asked = talk.say("suis-je éligible ?")
    assert asked is not None
    assert asked.kind == "answer"
    assert tuple(one.means for one in asked.options) == YES_NO_UNKNOWN
    talk.say(next(one.words for one in asked.options if one.means == means))
    assert talk.kept.interview is not None
    assert [answer for _, answer in talk.kept.interview.given] == [means]


def test_an_interview_asks_until_its_verdict(talk: Talk) -> None:
    asked = talk.say("suis-je éligible ?")
    turns = 0
    while asked is not None:
        turns += 1
        asked = talk.say("je ne sais pas")
    assert turns > 2
    assert isinstance(talk.result, Answer)
    assert talk.kept.said == "interview"


@pytest.mark.parametrize("between", ["pourquoi ?", "merci", "quel était le plafond du FAST 13 ?", "bonjour"])
def test_what_comes_between_puts_the_question_of_the_interview_again(talk: Talk, between: str) -> None:
    talk.say("suis-je éligible ?")
    assert talk.means(between) == YES_NO_UNKNOWN


def test_an_interview_that_is_left_asks_nothing(talk: Talk) -> None:
    talk.say("suis-je éligible ?")
    assert talk.say("stop") is None


def test_what_was_understood_is_confirmed_or_not(talk: Talk) -> None:
    talk.say("suis-je éligible ?")
    asked = talk.say("aucune administration ne nous porte, on est une association")
    assert asked is not None
    assert tuple(one.means for one in asked.options) == YES_NO
    assert talk.say(asked.options[0].words) is None
    assert talk.kept.said == "interview"


def test_a_list_that_is_cut_is_offered_whole_and_once_it_is_whole_nothing_is(talk: Talk) -> None:
    asked = talk.say("qui sont tous les lauréats ?")
    assert asked is not None
    assert asked.kind == "whole_list"
    [option] = asked.options
    assert "… et" in "".join(one.text for one in talk.result.statements)
    assert talk.say(option.words) is None
    assert "… et" not in "".join(one.text for one in talk.result.statements)


@pytest.mark.parametrize("question", ["quel était le plafond du FAST 13 ?", "merci", "quel temps fait-il ?", "simuler"])
def test_what_asks_for_words_or_for_nothing_offers_nothing(talk: Talk, question: str) -> None:
    assert talk.say(question) is None
