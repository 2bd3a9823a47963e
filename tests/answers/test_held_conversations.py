"""Conversations that no training has seen: each turn means the whole question written beside it."""

import random
from datetime import UTC, date, datetime, timedelta

from program import KNOWLEDGE

from bot.answers.state import Conversation, from_json
from bot.answers.turn import Turn
from bot.questions.situations import OF_QUESTIONS, TalkTurn
from bot.questions.wordings import load_conversations
from bot.texts import render

DAY = date(2026, 11, 30)
# What is reached; it only rises. Measured on 30 November 2026: 0.50 of turns, 0.67 of acts.
SAME_AS_WHOLE = 0.49
ACTS = 0.65
ALIKE = 0.98  # of complete questions; 79 of 80 when it was measured


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


def test_a_complete_question_is_answered_alike_after_whatever_was_said(answerer):
    said = [turn for talk in talks() for turn in talk]
    complete = [turn.whole for turn in said if turn.act == "question" and len(turn.whole.split()) >= 5]
    draw = random.Random(3)
    bent = []
    for question in draw.sample(complete, 60):
        kept = Conversation()
        for before in draw.sample(said, 2):
            kept = answerer.reply(before.text, kept, DAY)[1]
        alone = render(answerer.answer(question, DAY)).partition("\n\nVous pouvez")[0]
        if alone not in render(answerer.reply(question, kept, DAY)[0]):
            bent.append(question)
    assert len(bent) <= 60 - 60 * ALIKE, bent


def test_a_conversation_is_small_and_goes_on_after_a_restart_at_any_turn(answerer):
    at = datetime(2026, 11, 30, tzinfo=UTC)
    for talk in talks()[:40]:
        kept = Conversation()
        for turn in talk:
            text = kept.to_json(at)
            assert len(text) < 4096
            result, after = answerer.reply(turn.text, kept, DAY)
            again, _ = answerer.reply(turn.text, from_json(text, at, timedelta(hours=1)), DAY)
            assert render(again) == render(result), turn.text
            kept = after
