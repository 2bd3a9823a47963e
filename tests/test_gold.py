"""The answers on the gold questions stay at the levels recorded."""

from bot.commands.evaluate import GOLD, below, gold_day, measure, read_levels, scores_of
from bot.evaluation.expectations import load_questions, load_talks


def test_the_gold_levels_are_held(real_config):
    assert below(scores_of(measure(real_config, GOLD, gold_day())), read_levels(GOLD)) == []


def test_a_quarter_of_the_gold_questions_have_no_answer_or_a_trap():
    questions = load_questions(GOLD)
    hard = [one for one in questions if not one.answerable or one.kind in {"hostile", "near_topic", "off_topic"}]
    assert len(questions) >= 150
    assert len(hard) / len(questions) >= 0.25


def test_there_are_conversations_of_several_turns():
    conversations = load_talks(GOLD)
    assert len(conversations) >= 40
    assert len({one.id for one in conversations}) == len(conversations)
