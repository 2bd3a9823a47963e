"""The guard: of a table of claims, none that says something else passes; what is honest and passes is counted."""

import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.language.forms import forms
from bot.language.grounding import Cause, Refused, judged

TABLE = tomllib.loads((Path(__file__).parent / "claims.toml").read_text(encoding="utf-8"))
EVIDENCE = {key: one["text"] for key, one in TABLE["evidence"].items()}
HONEST_THAT_PASS = 10  # of 225: a model may say little, and nothing false


def refused(case: dict[str, Any]) -> list[Refused]:
    """What is wrong with one claim of the table; what it leaves out of its evidence is another matter."""
    found = judged([case["text"]], [EVIDENCE[key] for key in case["on"]]).refused
    return [one for one in found if one.cause is not Cause.INCOMPLETE]


@pytest.mark.parametrize("case", TABLE["adversarial"], ids=lambda case: case["kind"])
def test_a_claim_that_says_something_else_is_refused(case):
    assert refused(case)


def test_some_claims_that_say_the_same_pass():
    assert sum(1 for case in TABLE["honest"] if not refused(case)) >= HONEST_THAT_PASS


@pytest.mark.parametrize("text", EVIDENCE.values(), ids=EVIDENCE)
def test_evidence_told_word_for_word_passes(text):
    found = judged([text], [text])
    assert found.refused == ()
    assert [one.text for one in found.said] == [text]


@pytest.mark.parametrize("text", EVIDENCE.values(), ids=EVIDENCE)
def test_no_word_can_be_dropped_doubled_or_exchanged_with_the_next(text):
    words = text.split(" ")
    changed = [
        *(" ".join(words[:at] + words[at + 1 :]) for at in range(len(words))),
        *(" ".join([*words[:at], words[at], *words[at:]]) for at in range(len(words))),
        *(
            " ".join([*words[:at], after, before, *words[at + 2 :]])
            for at, (before, after) in enumerate(pairwise(words))
            if before != after
        ),
    ]
    assert [one for one in changed if not judged([one], [text]).refused] == []


@pytest.mark.parametrize("word", ["ne", "pas", "plus", "au moins", "seulement", "non", "environ", "devait", "peut"])
def test_no_word_can_be_added(word):
    for text in EVIDENCE.values():
        words = text.split(" ")
        for at in range(len(words) + 1):
            assert judged([" ".join([*words[:at], word, *words[at:]])], [text]).refused


# The other form of a sentence


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("Depuis 2023, le FAST ne finance rien.", "Le FAST ne finance rien, depuis 2023."),
        ("Au FAST 10, un produit recevait 200 000 €.", "Un produit recevait 200 000 €, au FAST 10."),
        ("Docurba a reçu 250 000 €, selon la page du FAST.", "Selon la page du FAST, Docurba a reçu 250 000 €."),
        ("Pendant la phase d'accélération, l'équipe grandit.", "L'équipe grandit, pendant la phase d'accélération."),
        ("Le plafond du FAST 15 (2024) baisse, selon la page.", "Selon la page, le plafond du FAST 15 (2024) baisse."),
    ],
)
def test_a_setting_may_go_to_the_other_end(text, turned):
    assert forms(text) == (text, turned)


@pytest.mark.parametrize(
    "text",
    [
        "En 2022, la DINUM signait une convention qui fixait l'usage de l'argent.",
        "En 2022, le plafond était de 300 000 € et en 2024 de 200 000 €.",
        "Au FAST 10, un produit recevait 200 000 € et au FAST 11 300 000 €.",
        "En avril, mai et juin le FAST ne recevait rien.",
        "En 2022, 2023 et 2024 étaient annoncés.",
        "Le taux est de 50 % selon la page du FAST, selon Alliancy de 60 %.",
        "Le produit est éligible, sauf en 2022.",
        "La DINUM signe, le sponsor paie.",
        "En 2022, le FAST était ouvert. Le plafond a baissé.",
        "En 2022, trois fonds : le FAST et deux guichets.",
        "Les lauréats sont :\n- A, B.",
        "L'appel était ouvert le 20 novembre 2024, selon la page de cette date.",
        "Le FAST est clos.",
    ],
)
def test_what_could_bind_to_another_word_does_not_move(text):
    assert forms(text) == (text,)


# Order, and what is left out


def causes(claims: list[str], *parts: str) -> list[Cause]:
    return [one.cause for one in judged(claims, parts).refused]


PLAIN, OTHER, LEANING = "Le FAST est clos.", "Le taux était de 50 %.", "Il a baissé en 2024."


def test_parts_that_stand_alone_may_change_places():
    assert causes([OTHER, PLAIN], PLAIN, OTHER) == []


@pytest.mark.parametrize("claims", [[OTHER, LEANING, PLAIN], [LEANING, OTHER, PLAIN], [OTHER, PLAIN, LEANING]])
def test_a_part_that_takes_up_the_one_before_it_follows_it(claims):
    good = claims == [OTHER, PLAIN, LEANING]
    assert (Cause.ORDER in causes(claims, PLAIN, LEANING, OTHER)) is not good


def test_a_first_part_that_takes_up_a_word_stays_first():
    assert causes([PLAIN, LEANING], LEANING, PLAIN) == [Cause.ORDER]


@pytest.mark.parametrize("claims", [[PLAIN], [PLAIN, PLAIN, OTHER], []])
def test_each_part_comes_back_once(claims):
    assert Cause.INCOMPLETE in causes(claims, PLAIN, OTHER)


def test_the_longer_of_two_parts_that_begin_alike_is_found():
    assert causes([f"{PLAIN} {PLAIN} {OTHER}"], PLAIN, f"{PLAIN} {OTHER}") == []


def test_half_of_a_part_is_none():
    assert causes(["Le FAST"], PLAIN)[0] is Cause.WORDING
