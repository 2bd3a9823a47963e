"""Which command a message is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matrix.commands import Command, Name, question_of, read_command


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        ("!fast", Name.HELP, ""),
        ("!fast aide", Name.HELP, ""),
        ("! FAST  Aide", Name.HELP, ""),
        ("!aide", Name.HELP, ""),
        ("fast aide", Name.HELP, ""),
        ("aide", Name.HELP, ""),
        ("Aide ?", Name.HELP, ""),
        ("!fast question le plafond du 15 ?", Name.QUESTION, "le plafond du 15 ?"),
        ("question : le plafond du 15 ?", Name.QUESTION, "le plafond du 15 ?"),
        ("!fast question", Name.HELP, ""),
        ("!fast simuler 450 k€", Name.SIMULATE, "450 k€"),
        ("simuler 450 k€", Name.SIMULATE, "450 k€"),
        ("simulation", Name.SIMULATE, ""),
        ("!fast éligibilité", Name.ELIGIBILITY, ""),
        ("!fast eligibilite", Name.ELIGIBILITY, ""),
        ("ÉLIGIBILITÉ", Name.ELIGIBILITY, ""),
        ("fast échéances", Name.DEADLINES, ""),
        ("!fast echeance", Name.DEADLINES, ""),
        ("échéances", Name.DEADLINES, ""),
        ("!fast rappels lundi 9h", Name.REMINDERS, "lundi 9h"),
        ("!fast rappel tous les vendredis matin", Name.REMINDERS, "tous les vendredis matin"),
        ("rappels lundi 9h J-7", Name.REMINDERS, "lundi 9h J-7"),
        ("rappels arrêter", Name.REMINDERS, "arrêter"),
        ("rappels", Name.REMINDERS, ""),
        ("!fast agenda", Name.AGENDA, ""),
        ("!fast sources", Name.SOURCES, ""),
        ("!fast statut", Name.STATUS, ""),
        ("!Fast: statut", Name.STATUS, ""),
        ("état", Name.STATUS, ""),
    ],
)
def test_a_command_is_understood_with_or_without_its_mark_and_its_accents(text: str, name: Name, argument: str):
    assert read_command(text) == Command(name, argument)


@pytest.mark.parametrize(
    "text",
    [
        "le plafond du FAST 15 ?",
        "fast 15 : plafond ?",
        "éligibilité d'un incubateur ?",
        "sources de financement ?",
        "rappel des critères du FAST 15 ?",
        "rappels à l'ordre ?",
        "agenda du comité ?",
        "question de fond : qui décide ?",
        "simulation du FAST 15 avec 450 k€ ?",
        "aide de l'État ?",
        "fast",
        "",
        "!",
        "!!!",
        "450",
    ],
)
def test_anything_else_is_a_free_question_whole(text: str):
    assert read_command(text) == Command(Name.QUESTION, text)


@pytest.mark.parametrize(
    "text",
    ["!fast aide de l'État ?", "!fast état des lieux du fonds", "!fast statut d'une startup ?", "!aide du FAST 15 ?"],
)
def test_a_subject_that_begins_like_a_command_is_a_question_whole(text: str):
    assert read_command(text) == Command(Name.QUESTION, text.removeprefix("!fast ").removeprefix("!"))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("!fast échéances du FAST 15", "échéances du FAST 15"),
        ("!fast sources de financement ?", "sources de financement ?"),
        ("!fast éligibilité d'un incubateur ?", "éligibilité d'un incubateur ?"),
        ("!fast simuler 450 k€", "simuler 450 k€"),
    ],
)
def test_what_follows_a_command_is_asked_with_it(text: str, asked: str):
    assert question_of(read_command(text)) == asked


@pytest.mark.parametrize(
    "text", ["!fats aide", "!fasst aide", "! fat aide", "!fast aide s'il te plaît", "!fast aide stp"]
)
def test_a_slip_in_the_call_or_a_polite_word_leaves_the_command(text: str):
    assert read_command(text).name is Name.HELP


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("!fast aid", Name.HELP),
        ("!fast simulr 450k", Name.SIMULATE),
        ("!fast elligibilité", Name.ELIGIBILITY),
        ("!fast écheances2", Name.DEADLINES),
        ("!fast echances", Name.DEADLINES),
        ("!statu", Name.STATUS),
    ],
)
def test_nearly_a_command_is_suggested(text: str, meant: Name):
    found = read_command(text)

    assert (found.name, found.suggestion) == (Name.UNKNOWN, meant) or found.name is meant


@pytest.mark.parametrize(
    "text", ["!fast quel est le plafond ?", "!fast sourcer un partenaire, est-ce possible ?", "!fast xyz"]
)
def test_a_question_after_the_mark_is_a_question(text: str):
    assert read_command(text) == Command(Name.QUESTION, text.removeprefix("!fast "))


def test_each_command_is_asked_of_the_dialogue_or_answered_by_words_alone():
    assert question_of(read_command("!fast simuler 450 k€")) == "simuler 450 k€"
    assert question_of(read_command("le plafond ?")) == "le plafond ?"
    assert question_of(read_command("!fast échéances du FAST 15")) == "échéances du FAST 15"
    assert [question_of(read_command(text)) for text in ("aide", "statut", "!fast simulr", "")] == [None] * 4


@given(st.text())
def test_no_text_is_too_strange(text: str):
    assert isinstance(read_command(text), Command)
    assert isinstance(read_command(f"!fast {text}"), Command)
