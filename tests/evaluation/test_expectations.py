"""Questions and conversations are read from TOML, and what is wrong in a file is named."""

from datetime import date

import pytest

from bot.errors import UserError
from bot.evaluation.expectations import load_questions, load_talks


def test_questions_are_read_from_every_file_of_a_folder(tmp_path):
    (tmp_path / "a.toml").write_text('[[question]]\nid = "a"\ntext = "A ?"\ntoday = 2024-01-01\n', encoding="utf-8")
    (tmp_path / "b.toml").write_text('[[question]]\nid = "b"\ntext = "B ?"\nstatus = "refused"\n', encoding="utf-8")

    first, second = load_questions(tmp_path)

    assert (first.id, first.today, first.answerable, first.unanswerable) == ("a", date(2024, 1, 1), True, False)
    assert (second.id, second.answerable, second.unanswerable) == ("b", False, True)
    assert load_questions(tmp_path / "b.toml") == [second]


@pytest.mark.parametrize(
    "content", ["[[question]\n", '[[question]]\nid = "a"\n', '[[question]]\nid="a"\ntext="A"\nmsut=[]']
)
def test_a_file_of_questions_that_is_wrong_is_named(tmp_path, content):
    (tmp_path / "a.toml").write_text(content)

    with pytest.raises(UserError, match=r"a\.toml"):
        load_questions(tmp_path)


def test_a_folder_without_a_question_is_told(tmp_path):
    with pytest.raises(UserError, match="Aucune question"):
        load_questions(tmp_path)


def test_two_questions_of_one_identity_are_told(tmp_path):
    (tmp_path / "a.toml").write_text('[[question]]\nid = "a"\ntext = "A ?"\n' * 2, encoding="utf-8")

    with pytest.raises(UserError, match=r"double.*a"):
        load_questions(tmp_path)


def test_turns_are_numbered_have_the_day_of_their_conversation_and_the_first_leans_on_nothing(tmp_path):
    turns = 'turns = [{ text = "A ?" }, { text = "B ?" }, { text = "C ?", leans = false }]'
    (tmp_path / "conversations.toml").write_text(f'[[conversation]]\nid = "t"\ntoday = 2024-05-01\n{turns}\n')

    [talk] = load_talks(tmp_path)

    assert [(one.id, one.today, one.leans) for one in talk.numbered()] == [
        ("t/1", date(2024, 5, 1), False),
        ("t/2", date(2024, 5, 1), True),
        ("t/3", date(2024, 5, 1), False),
    ]
