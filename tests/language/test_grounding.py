"""The guard: of a table of claims, none that says something else passes, and nearly all that say the same do."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from program import KNOWLEDGE

from bot.dialogue.lexicon import load_lexicon
from bot.language.grounding import Cause, Claim, Evidence, Refused, Scope, refusals_of, resolved
from bot.programme.facts import load_programme

TABLE = tomllib.loads((Path(__file__).parent / "claims.toml").read_text(encoding="utf-8"))
EVIDENCE = {key: Evidence(key, one["text"], one["heading"], one["source"]) for key, one in TABLE["evidence"].items()}
PROGRAMME = load_programme(KNOWLEDGE / "programme")


def scope(edition: int | None = None) -> Scope:
    return Scope(
        edition=edition,
        names=lambda text: frozenset(one.name for one in PROGRAMME.laureates_in(text)),
        group=load_lexicon().group,
    )


def refused(case: dict[str, Any]) -> list[Refused]:
    """What is wrong with one claim of the table; what it leaves out of its evidence is another matter."""
    evidence = [EVIDENCE[key] for key in case["on"]]
    claim = Claim(case["text"], tuple((one.id, case.get("quote", one.text)) for one in evidence))
    found = refusals_of([claim], evidence, scope(case.get("edition")))
    return [one for one in found if one.cause is not Cause.INCOMPLETE]


@pytest.mark.parametrize("case", TABLE["adversarial"], ids=lambda case: case["kind"])
def test_a_claim_that_says_something_else_is_refused(case):
    assert refused(case)


def test_nearly_all_claims_that_say_the_same_pass():
    held_back = [case["text"] for case in TABLE["honest"] if refused(case)]
    assert len(held_back) <= 0.05 * len(TABLE["honest"]), held_back


def test_the_table_is_large_enough():
    assert len(TABLE["adversarial"]) >= 60
    assert len(TABLE["honest"]) >= 60
    assert {"cap_13", "populations", "months_2022"} <= {key for case in TABLE["honest"] for key in case["on"]}


@pytest.mark.parametrize("key", EVIDENCE)
def test_evidence_told_word_for_word_passes(key):
    one = EVIDENCE[key]
    assert refusals_of([Claim(one.text, ((key, one.text),))], [one], scope()) == ()


# What is left out


def causes(claims: list[Claim], *keys: str) -> set[tuple[Cause, str]]:
    found = refusals_of(claims, [EVIDENCE[key] for key in keys], scope(13))
    return {(one.cause, one.words) for one in found}


def test_a_figure_that_does_not_come_back_is_told():
    claim = Claim("Le FAST 13 a reçu 18 candidatures.", (("applications", EVIDENCE["applications"].text),))
    assert causes([claim], "applications") == {(Cause.INCOMPLETE, "10")}


def test_one_of_two_sources_that_disagree_is_not_enough():
    months = EVIDENCE["months"]
    claim = Claim("L'accompagnement du FAST 13 dure 4 mois selon la page du 7 avril 2023.", (("months", months.text),))
    assert causes([claim], "months") == {(Cause.INCOMPLETE, "6 mois")}


def test_a_part_of_the_answer_on_which_no_claim_rests_is_told():
    claim = Claim(EVIDENCE["cap_13"].text, (("cap_13", EVIDENCE["cap_13"].text),))
    assert (Cause.INCOMPLETE, "demo_day") in causes([claim], "cap_13", "demo_day")


def test_a_laureate_that_does_not_come_back_is_told():
    text = "Au FAST 13, A-JUST a obtenu un montant de 300 000 €, et deux autres 250 000 € et 200 000 €."
    found = causes([Claim(text, (("awards", EVIDENCE["awards"].text),))], "awards")
    assert (Cause.INCOMPLETE, "Docurba") in found


def test_the_day_of_a_source_may_be_left_to_the_citation():
    text = "Le plafond du FAST 13 (2023) était de 300 000 € par produit numérique et par an."
    assert causes([Claim(text, (("cap_13", EVIDENCE["cap_13"].text),))], "cap_13") == set()


# Figures of what is beside the answer


def test_a_figure_of_a_passage_beside_the_answer_is_no_evidence():
    beside = Evidence("P1", EVIDENCE["applications_12"].text, EVIDENCE["applications_12"].heading, "", is_answer=False)
    claims = [
        Claim(EVIDENCE["cap_13"].text, (("cap_13", EVIDENCE["cap_13"].text),)),
        Claim(beside.text, (("P1", beside.text),)),
    ]
    found = refusals_of(claims, [EVIDENCE["cap_13"], beside], scope())
    assert {(one.cause, one.claim) for one in found} == {(Cause.FIGURE, 1)}


# Citations


def test_a_citation_is_the_words_of_the_evidence_whatever_its_spaces():
    claim = Claim("", (("cap_15", "était de 200\u00a0000\u202f€ par produit"),))
    assert resolved(claim, list(EVIDENCE.values())) == ((EVIDENCE["cap_15"], "était de 200 000 € par produit"),)


@pytest.mark.parametrize("quote", ["", "Le", "était de 300 000 € par produit", "tait de 200 000 € par produi"])
def test_a_citation_that_does_not_stand_in_its_evidence_is_dropped(quote):
    assert resolved(Claim("", (("cap_15", quote),)), list(EVIDENCE.values())) == ()


def test_an_evidence_that_does_not_exist_is_no_citation():
    assert resolved(Claim("", (("A9", "n'importe quoi"),)), list(EVIDENCE.values())) == ()


def test_no_claim_at_all_is_refused():
    assert [one.cause for one in refusals_of([], [EVIDENCE["cap_13"]], scope())] == [Cause.FORM]
