"""Which act a turn can be where it comes, what fills its holes, and which attribute a follow-up asks for."""

import numpy as np
import pytest
from program import KNOWLEDGE

from bot.programme.attributes import load_attributes
from bot.programme.facts import load_programme
from bot.questions.acts import Query, Scope
from bot.questions.focus import FEATURES, Focus
from bot.questions.following import act_in, filled, names_of, positions
from bot.questions.matcher import Matcher, Target
from bot.questions.situations import Situation, TalkTurn, situations_of
from bot.questions.wordings import load_conversations

PROGRAMME = load_programme(KNOWLEDGE / "programme")
ATTRIBUTES = load_attributes(KNOWLEDGE / "programme")
ACTS = dict.fromkeys(
    ("question", "yes", "tell", "back", "resume", "choose", "give", "pick", "follow_scope", "why", "recap"), 0.05
)


@pytest.mark.parametrize(
    ("act", "situation", "possible"),
    [
        ("yes", Situation(), False),
        ("yes", Situation(task="interview"), True),
        ("tell", Situation("question"), False),
        ("back", Situation("question", task="interview"), True),
        ("resume", Situation("question"), False),
        ("resume", Situation("question", parked=True), True),
        ("choose", Situation("question"), False),
        ("choose", Situation("question", choices=True), True),
        ("give", Situation("question"), False),
        ("give", Situation("simulation"), True),
        ("pick", Situation(), False),
        ("follow_scope", Situation(), False),
        ("follow_scope", Situation("refusal"), True),
        ("why", Situation(), False),
        ("recap", Situation("interview"), True),
    ],
)
def test_an_act_comes_only_where_it_can(act, situation, possible):
    likeliest = {**ACTS, act: 0.6}
    assert (act_in(likeliest, situation) == act) is possible


def test_everything_is_forgotten_only_when_nothing_else_is_as_likely():
    assert act_in({"restart": 0.4, "question": 0.3}, Situation("question")) == "question"
    assert act_in({"restart": 0.6, "question": 0.3}, Situation("question")) == "restart"


@pytest.mark.parametrize(
    ("text", "size", "places"),
    [
        ("et le 3e il a eu combien", 5, (2,)),
        ("les deux derniers", 5, (3, 4)),
        ("l'avant-dernier", 5, (3,)),
        ("le premier", 0, ()),
        ("le neuvieme", 3, ()),
        ("la derniere", 4, (3,)),
    ],
)
def test_places_point_at_items_of_the_list(text, size, places):
    assert positions(text, size) == places


def test_holes_are_filled_from_what_was_spoken_of_and_what_is_named_stays():
    before = Query(attribute="cap", scope=Scope(editions=(16,), population="product"))
    assert filled(Query(attribute="rate"), before).scope.editions == (16,)
    assert filled(Query(attribute="rate", scope=Scope(editions=(13,))), before).scope.editions == (13,)
    named = Query(attribute="laureate_does", scope=Scope(laureates=("Docurba",)))
    assert filled(named, before).scope.laureates == ("Docurba",)


def test_the_names_before_a_turn_are_those_of_the_scope():
    assert names_of(Scope(editions=(13,), laureates=("Docurba",)), PROGRAMME) == "Docurba FAST 13"
    assert names_of(Scope(), PROGRAMME) == ""


def test_what_a_follow_up_asks_for_is_nearer_to_what_was_spoken_of():
    names = tuple(one.name for one in ATTRIBUTES.all)
    few = np.ones((1, 2), np.float32)
    matcher = Matcher((Target("cap", "", "any"),), few, few, few, few[0])
    focus = Focus(ATTRIBUTES, names, matcher, {"follow_attribute": np.array([0, 0, 0, 1, 0, 1, 0], np.float32)})
    nothing = np.zeros(len(names), np.float32)
    likeliest = [name for name, _ in focus.probabilities("pick", nothing, nothing, "conso_resources")[:5]]
    assert all(name.startswith("conso_") for name in likeliest)
    assert len(FEATURES) == focus.features(nothing, nothing, "cap").shape[1]


def test_each_labelled_turn_stands_in_the_situation_that_the_turns_before_it_make():
    talk = (
        TalkTurn("les lauréats du 16", "question", "laureates", "list", "les lauréats du 16"),
        TalkTurn("on peut candidater nous ?", "open_interview"),
        TalkTurn("oui", "yes"),
        TalkTurn("on arrête", "stop"),
        TalkTurn("on reprend", "resume"),
    )
    found = [where for _, where in situations_of(talk, {"laureates": "laureate"})]
    assert found[0] == Situation()
    assert found[1] == Situation("question", "laureate", shown=True)
    assert found[2].task == found[3].task == "interview"
    assert found[4].task is None
    assert found[4].parked


def test_the_labelled_conversations_are_read_and_name_what_is_known():
    known = {one.name for one in ATTRIBUTES.all}
    talks = load_conversations(KNOWLEDGE / "wordings")
    assert sum(map(len, talks)) >= 2000
    assert {turn.attribute for talk in talks for turn in talk} - known <= {""}
    assert all(turn.whole for talk in talks for turn in talk if turn.attribute and turn.act == "follow_scope")
