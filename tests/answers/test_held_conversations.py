"""Conversations that no training has seen: each turn means the whole question written beside it."""

from datetime import date

from program import KNOWLEDGE

from bot.answers.state import Conversation
from bot.answers.turn import Turn
from bot.questions.situations import OF_QUESTIONS, TalkTurn
from bot.questions.wordings import load_conversations
from bot.texts import render

DAY = date(2026, 11, 30)
# What is reached; it only rises. Measured on 30 November 2026: 0.50 of turns, 0.67 of acts.
SAME_AS_WHOLE = 0.49
ACTS = 0.65


def talks() -> list[tuple[TalkTurn, ...]]:
    return load_conversations(KNOWLEDGE / "wordings", "held-conversations.txt")


def test_turns_mean_the_whole_question_written_beside_them(answerer):
    same, asked, acts, turns = 0, 0, 0, 0
    for talk in talks():
        kept = Conversation()
        for turn in talk:
            acts += Turn(answerer, turn.text, kept, DAY).act == turn.act
            turns += 1
            result, after = answerer.reply(turn.text, kept, DAY)
            if turn.act in OF_QUESTIONS:
                whole, after = answerer.reply(turn.whole, Conversation(), DAY)
                asked += 1
                same += result.understood == whole.understood or render(result) == render(whole)
            kept = after
    assert asked >= 400
    assert same / asked >= SAME_AS_WHOLE, f"{same} of {asked}"
    assert acts / turns >= ACTS, f"{acts} of {turns}"


def test_a_complete_question_is_answered_alike_in_any_conversation(answerer):
    questions = [
        "quel était le plafond du FAST 13 ?",
        "quelle est la date limite de candidature du programme de consolidation ?",
        "qui sont les lauréats du FAST 16 ?",
        "combien Docurba a-t-il reçu ?",
    ]
    befores = ["qui sont les lauréats du FAST 17 ?", "le plafond du FAST 11 ?", "c'est quoi un sponsor ?"]
    for question in questions:
        alone = render(answerer.answer(question, DAY))
        for before in befores:
            _, kept = answerer.reply(before, Conversation(), DAY)
            assert render(answerer.reply(question, kept, DAY)[0]) == alone, (before, question)
