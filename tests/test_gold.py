"""The answers on the gold questions stay at the levels recorded."""

from bot.commands.evaluate import GOLD, below, measure, read_levels
from bot.evaluation import load_conversations, load_gold


def test_the_gold_levels_are_held(real_config):
    scores, _ = measure(real_config, load_gold(GOLD), load_conversations(GOLD))
    assert below(scores, read_levels(GOLD)) == []


def test_a_quarter_of_the_gold_questions_have_no_answer_or_a_trap():
    questions = load_gold(GOLD)
    hard = [one for one in questions if not one.answerable or one.kind in {"hostile", "near_topic", "off_topic"}]
    assert len(questions) >= 150
    assert len(hard) / len(questions) >= 0.25


def test_there_are_conversations_of_several_turns():
    conversations = load_conversations(GOLD)
    assert len(conversations) >= 40
    assert len({one.id for one in conversations}) == len(conversations)
