"""What a conversation has heard already; what was spoken of one after the other; sums of another fund; a mean."""

from datetime import date

import pytest

from bot.answers.state import Conversation
from bot.results import Answer, Clarification, Result

DAY = date(2026, 12, 1)


def talk(answerer, *turns: str) -> list[Result]:
    kept, results = Conversation(), []
    for turn in turns:
        result, kept = answerer.reply(turn, kept, DAY)
        results.append(result)
    return results


def text(result: Result) -> str:
    assert isinstance(result, Answer)
    return " ".join((*result.leads, *(one.text for one in result.statements))).replace("\u202f", " ")


def test_a_note_is_said_once_in_a_conversation(answerer):
    first, second = talk(answerer, "quel était le taux du FAST ?", "et le plafond ?")
    assert isinstance(first, Answer)
    assert isinstance(second, Answer)
    assert any("remplacé" in note for note in first.notes)
    assert second.notes == ()


def test_an_answer_given_again_is_short_but_whole_for_who_asks_to_repeat(answerer):
    first, _, again, repeated = talk(
        answerer, "quel était le plafond du FAST 13 ?", "et du 16 ?", "quel était le plafond du FAST 13 ?", "répète"
    )
    assert text(again).startswith("Comme dit plus haut")
    assert again.notes == ()
    assert text(first) in text(repeated)


def test_the_two_products_spoken_of_are_added(answerer):
    *_, both = talk(answerer, "domifa a eu combien au fast ?", "et data inclusion ?", "les 2 ensemble ça fait ?")
    assert "360 000 €" in text(both)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("projet data à 180k, le ftap data/ia il met combien ?", "90 000 € restent sous le minimum de 100 000 €"),
        ("projet data à 300k, le ftap data/ia il met combien ?", "au plus 150 000 €"),
        ("projet data à 900k, le ftap data/ia il met combien ?", "au plus 200 000 €"),
    ],
)
def test_a_sum_of_another_fund_follows_its_rate_and_its_bounds(answerer, question, said):
    assert said in text(talk(answerer, question)[0])


def test_the_interview_says_first_that_the_call_is_closed(answerer):
    opened = talk(answerer, "fais-moi passer le test d'éligibilité de la consolidation")[0]
    assert isinstance(opened, Clarification)
    assert "closes depuis le 21 juin 2026" in opened.prompt


def test_a_mean_of_a_year_that_no_edition_has_alone_is_told(answerer):
    assert "176 471 €" in text(talk(answerer, "la moyenne par lauréat en 2021 c'est combien")[0])
