"""What a conversation has heard already: notes are said once, an answer given again is short."""

from datetime import date

from bot.answers.state import Conversation
from bot.results import Answer, Result

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


def test_a_sum_given_again_or_shorter_still_has_its_figure(answerer):
    budget = "budget 300 000, combien du fast ?"
    _, _, again, shorter = talk(answerer, budget, "et le plafond ?", budget, "plus court")
    assert "150 000 €" in text(again)
    assert "150 000 €" in text(shorter)
    assert len(text(shorter)) < len(text(talk(answerer, budget)[0]))
