"""Whatever is said, turn after turn, something is answered."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers.answering import Answerer
from bot.answers.state import Conversation
from bot.texts import render

OPENINGS = (
    "budget de 450 k€, combien au FAST 13 ?",
    "fais une simulation au fast 13",
    "mon projet est-il éligible ?",
    "le fast 14 donnait combien max ?",
    "qui sont les lauréats du FAST 17 ?",
    "combien peut-on demander ?",
)
FRAGMENTS = (
    *(
        "0",
        "00",
        "0,0",
        "-1",
        "1",
        "2",
        "7",
        "15",
        "99",
        "540",
        "1200",
        "9" * 30,
        "½",
        "1e9",
        "3 M€",
        "450 k€",
        "0 €",
        "%",
    ),
    *(
        "oui",
        "non,",
        "stop",
        "je ne sais pas",
        "et",
        "et avec",
        "le",
        "au",
        "en 2024",
        "31/02/2025",
        "fast",
        "FAST 0",
        "?",
    ),
    *(
        "plafond",
        "budget",
        "partenaire",
        "sponsor",
        "rien",
        "le double",
        "la moitié",
        "le premier",
        "le dernier",
        "éligible",
    ),
)
TURNS = st.lists(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=4).map(" ".join), min_size=1, max_size=3)


@settings(max_examples=25, deadline=None)
@given(opening=st.sampled_from(OPENINGS), turns=TURNS)
def test_any_turns_after_a_question_are_answered(answerer: Answerer, opening: str, turns: list[str]):
    conversation = Conversation()
    for turn in (opening, *turns):
        result, conversation = answerer.reply(turn, conversation, date(2026, 11, 21))
        assert render(result)
