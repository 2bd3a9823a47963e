"""What is ordered of the bot itself in plain French: the command that does it, whatever words are around it."""

from datetime import date

import pytest

from bot.answers.answering import Answerer
from bot.answers.state import Conversation
from bot.results import SmallTalk

TODAY = date(2026, 6, 10)


def command_of(answerer: Answerer, *turns: str) -> str | None:
    """Return the command that the last turn is; None where it is none, "" where something of it is unclear."""
    kept, result = Conversation(), None
    for turn in turns:
        result, kept = answerer.reply(turn, kept, TODAY)
    return result.command if isinstance(result, SmallTalk) and result.kind == "order" else None


@pytest.mark.parametrize(
    ("turn", "command"),
    [
        ("rappelle-nous les échéances chaque mardi à 14 h 30", "rappels chaque mardi à 14 h 30"),
        (
            "Peux-tu nous rappeler les échéances tous les jeudis à 10h15, s'il te plaît ?",
            "rappels tous les jeudis à 10h15",
        ),
        ("tu veux bien nous rappeler les dates butoirs le mercredi matin ?", "rappels le mercredi matin"),
        ("Bonjour, pourriez-vous nous rappeler les échéances chaque lundi ? Merci !", "rappels chaque lundi"),
        ("on aimerait un ping chaque vendredi à 9h sur les échéances", "rappels chaque vendredi à 9h"),
        ("rapelle nous lé échéanse ts les mardis 14h30 stp", "rappels ts les mardis 14h30"),
        ("balance nous les échéances chaque lundi 9h", "rappels chaque lundi 9h"),
        ("tous les mardis à 14h30", "rappels tous les mardis à 14h30"),
        ("rappelle-nous les échéances une semaine avant", "rappels une semaine avant"),
        ("arrête les rappels", "rappels arrêter"),
        ("tu peux arrêter de nous spammer avec les rappels ?", "rappels arrêter"),
        ("plus besoin des rappels, merci", "rappels arrêter"),
        ("on laisse tomber les rappels", "rappels arrêter"),
        ("arrete le rappel du lundi stp", "rappels arrêter"),
        ("mettez les rappels en pause svp", "rappels pause"),
        ("tu peux relancer les rappels ?", "rappels reprendre"),
        ("c'est quand le prochain rappel ?", "rappels"),
        ("envoie l'agenda", "agenda"),
        ("file nous l'ics", "agenda"),
        ("je peux avoir les échéances pour mon agenda google ?", "agenda"),
        ("envoie moi lagenda stp", "agenda"),
    ],
)
def test_an_order_is_the_command_that_does_it(answerer: Answerer, turn: str, command: str):
    assert command_of(answerer, turn) == command


@pytest.mark.parametrize(
    ("turn", "named"),
    [
        ("rappelle-nous les échéances chaque mardi à 14h30 sauf en août", "sauf en août"),
        ("rappelle-nous les échéances, un mardi sur deux, stp", "un mardi sur deux"),
        ("rappelle-nous les échéances chaque mardi jusqu'au 3 mars, merci", "jusqu'au 3 mars"),
        ("rappelle-nous les échéances chaque lundi hormis les vacances de Noël", "hormis les vacances de Noël"),
        ("envoie-nous les échéances de Docurba chaque mardi", "docurba"),
        ("rappelle-nous les échéances du FAST 15 chaque mardi", "15"),
        ("rappelle-nous les échéances chaque mardi à partir de janvier", "à partir de janvier"),
        ("rappelle-nous les échéances chaque mardi zlurp", "zlurp"),
    ],
)
def test_words_that_narrow_an_order_are_never_taken_for_politeness(answerer: Answerer, turn: str, named: str):
    command = command_of(answerer, turn)
    assert command is not None
    assert named in command.lower() or named in command


@pytest.mark.parametrize(
    ("turn", "named"),
    [
        ("mets les rappels en pause jusqu'au 3 mars", "jusqu'au 3 mars"),
        ("suspends les rappels pendant l'été", "pendant l'été"),
        ("relance les rappels à la rentrée", "à la rentrée"),
        ("arrête les rappels à partir de lundi", "à partir de lundi"),
    ],
)
def test_what_a_command_cannot_do_is_named_and_nothing_is_done(answerer: Answerer, turn: str, named: str):
    result, _ = answerer.reply(turn, Conversation(), TODAY)
    assert isinstance(result, SmallTalk)
    assert result.command == ""
    assert f"« {named} »" in result.said


@pytest.mark.parametrize(
    "turn",
    [
        "c'est quand la prochaine échéance ?",
        "rappelle-moi le plafond",
        "tu peux rappeler les règles ?",
        "arrête",
        "stop",
        "tu peux me rappeler la date limite du FAST 16 ?",
        "rappelle-moi qui a gagné au FAST 12",
        "l'agenda du comité comporte quoi ?",
        "arrête de me vouvoyer",
        "envoie moi le plafond",
        "mon budget est de 300 k, rappelle-moi le taux",
        "on a un point chaque lundi à 9h avec le coach, est-ce obligatoire ?",
        "rappelle-moi de boire de l'eau chaque mardi",
        "donne moi le calendrier de la consolidation",
        "quels sont les lauréats du FAST 13 ?",
        "merci pour les rappels",
    ],
)
def test_what_only_looks_like_an_order_is_none(answerer: Answerer, turn: str):
    assert command_of(answerer, turn) is None


def test_the_day_that_was_asked_for_may_come_in_the_next_turn_alone(answerer: Answerer):
    assert command_of(answerer, "rappelle-nous les échéances") == ""
    assert command_of(answerer, "rappelle-nous les échéances", "mardi 14h30") == "rappels mardi 14h30"
    assert command_of(answerer, "rappelle-nous les échéances", "plafond du FAST 15 ?", "mardi") is None
    assert command_of(answerer, "mardi") is None


def test_an_order_within_an_interview_leaves_it_where_it_is(answerer: Answerer):
    kept = Conversation()
    for turn in ("suis-je éligible ?", "envoie l'agenda"):
        result, kept = answerer.reply(turn, kept, TODAY)
    assert isinstance(result, SmallTalk)
    assert result.command == "agenda"
    assert kept.task == "interview"
