"""Where a message is cut: two questions in one, or a context and what it asks."""

from datetime import date

import pytest

from bot.questions.splitting import asked_part, cuts, parts_of

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("je sors d'un point avec ma cheffe, quel était le plafond du FAST 15 ?", "quel était le plafond du FAST 15 ?"),
        ("Bonjour, nouvelle à la DRAC. Qui portait Docurba ?", "Qui portait Docurba ?"),
        ("pour une association, quel était le plafond ?", "pour une association, quel était le plafond ?"),
        ("si on n'a pas de sponsor, on peut candidater ?", "si on n'a pas de sponsor, on peut candidater ?"),
        ("au FAST 14, combien de dossiers reçus", "au FAST 14, combien de dossiers reçus"),
        ("on est chez Docurba, on a eu combien ?", "on est chez Docurba, on a eu combien ?"),
    ],
)
def test_a_context_is_left_out_and_what_changes_the_question_is_not(answerer, text, asked):
    assert asked_part(text, answerer.reader, TODAY) == asked


def test_two_questions_are_parted_and_one_is_not(answerer):
    def parts(text):
        return len(parts_of(answerer.read(text, TODAY), answerer.reader, TODAY))

    assert parts("c'était quand la date limite du FAST 15 et qui a été lauréat ?") == 2
    assert parts("quel est le plafond du FAST 15 ?") == 1


def test_a_cut_leaves_words_on_both_sides():
    assert cuts("oui, merci") == []
    assert cuts("je prépare une note, quel est le plafond ?") == [("je prépare une note,", "quel est le plafond ?")]
