"""Questions and what the real knowledge says to them, on various days: figures, statuses, citations."""

import re
from datetime import date

import pytest
from program import KNOWLEDGE

from bot.console import status_of
from bot.evaluation.values import contains
from bot.results import SmallTalk
from bot.texts import citations, render

TODAY = date(2026, 11, 21)


def documents(result):
    return {one.document for one in citations(result)}


@pytest.mark.parametrize(
    ("question", "today", "figure", "absent"),
    [
        ("quel est le plafond ?", date(2023, 6, 1), "300 000 €", "200 000 €"),
        ("quel est le plafond ?", date(2024, 5, 1), "200 000 €", "300 000 €"),
        ("quel est le plafond ?", TODAY, "200 000 €", "300 000 €"),
        ("plafond du FAST 11 ?", TODAY, "300 000 €", "200 000 €"),
        ("plafond du FAST 13 ?", TODAY, "300 000 €", "200 000 €"),
        ("plafond du FAST 15 ?", TODAY, "200 000 €", "300 000 €"),
    ],
)
def test_the_cap_is_that_of_the_edition_or_of_the_day(answerer, question, today, figure, absent):
    result = answerer.answer(question, today)
    assert (status_of(result), result.topic) == ("answered", "cap")
    assert contains(render(result), figure)
    assert not contains(render(result), absent)
    assert "plafond.md" in documents(result)


def test_the_cap_of_today_is_said_with_the_day_the_fast_was_replaced(answerer):
    text = render(answerer.answer("quel est le plafond ?", TODAY))
    assert contains(text, "21 mai 2026")
    assert "consolidation" in text


def test_both_deadlines_of_an_edition_are_given_when_sources_differ(answerer):
    result = answerer.answer("date limite du FAST 15 ?", TODAY)
    assert result.edition == 15
    assert contains(render(result), "15 mai 2024")
    assert contains(render(result), "29 mai 2024")
    assert "fast-15.md" in documents(result)


@pytest.mark.parametrize(
    ("today", "edition", "document", "said"),
    [
        (date(2023, 10, 1), 14, "fast-14.md", "1er décembre 2023"),
        (date(2024, 5, 20), 15, "fast-15.md", "29 mai 2024"),
        (date(2026, 6, 1), 1, "programme-consolidation.md", "21 juin 2026"),
        (date(2026, 6, 22), None, "programme-consolidation.md", "aucun"),
        (date(2025, 1, 10), None, "fast-16.md", "aucun"),
    ],
)
def test_the_call_that_is_open_depends_on_the_day(answerer, today, edition, document, said):
    result = answerer.answer("quel appel est ouvert en ce moment ?", today)
    assert (result.topic, result.edition) == ("call_status", edition)
    assert document in documents(result)
    assert contains(render(result), said)


@pytest.mark.parametrize("question", ["plafond du FAST 42 ?", "qui sont les lauréats du FAST 18 ?", "FAST 99"])
def test_an_edition_that_does_not_exist_is_refused_by_name(answerer, question):
    result = answerer.answer(question, TODAY)
    assert (status_of(result), result.reason) == ("refused", "unknown_edition")
    assert "€" not in render(result)


def test_the_award_of_a_laureate_is_given_with_its_edition(answerer):
    result = answerer.answer("combien a reçu Docurba ?", TODAY)
    assert (result.topic, result.edition) == ("laureate_award", 13)
    assert contains(render(result), "250 000 €")
    assert "fast-13.md" in documents(result)


def test_an_award_that_no_document_gives_is_refused_without_a_figure(answerer):
    result = answerer.answer("combien a reçu Trackdéchets ?", TODAY)
    assert (status_of(result), result.reason) == ("refused", "not_in_documents")
    assert "€" not in render(result)


@pytest.mark.parametrize("edition", range(1, 18))
def test_a_list_of_laureates_is_complete(answerer, edition):
    result = answerer.answer(f"qui sont les lauréats du FAST {edition} ?", TODAY)
    names = [one.name for one in answerer.programme.laureates(edition)]
    assert names
    assert (status_of(result), result.edition) == ("answered", edition)
    assert [name for name in names if name not in render(result)] == []


@pytest.mark.parametrize(
    ("question", "edition", "figure"),
    [
        ("mon budget est de 450 000 €, combien au FAST 17 ?", 17, "Au plus 200 000 €"),
        ("budget de 450 k€, combien au FAST 13 ?", 13, "Au plus 225 000 €"),
        ("notre partenaire met 120 000 €, combien au FAST 13 ?", 13, "Au plus 120 000 €"),
    ],
)
def test_a_simulation_gives_the_ceiling_that_the_rules_of_the_edition_give(answerer, question, edition, figure):
    result = answerer.answer(question, TODAY)
    assert (result.topic, result.edition) == ("simulate", edition)
    assert contains(render(result), figure)


ANSWERED = [
    "plafond du FAST 13 ?",
    "plafond du FAST 15 ?",
    "date limite du FAST 15 ?",
    "quel est le taux de cofinancement ?",
    "combien a reçu Docurba ?",
    "qui sont les lauréats du FAST 12 ?",
    "qu'est-ce que le FAST ?",
    "c'est quoi le programme de consolidation ?",
    "que vaut l'accompagnement ?",
    "à quoi sert un sponsor ?",
    "quels autres fonds peuvent financer mon produit en 2025 ?",
    "le temps des agents publics compte-t-il comme argent partenaire ?",
    "mon budget est de 450 000 €, combien au FAST 17 ?",
]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@pytest.mark.parametrize("question", ANSWERED)
def test_an_answer_cites_titled_public_pages(answerer, question):
    result = answerer.answer(question, TODAY)
    assert status_of(result) == "answered"
    assert citations(result)
    for one in citations(result):
        assert one.title
        assert one.publisher
        assert one.url.startswith("https://")


@pytest.mark.parametrize("question", ANSWERED)
def test_a_quote_stands_word_for_word_in_its_fiche(answerer, question):
    for one in citations(answerer.answer(question, TODAY)):
        fiche = (KNOWLEDGE / "documents" / one.document).read_text(encoding="utf-8")
        assert squeezed(one.quote) in squeezed(fiche)


def test_other_funds_are_known_for_2025(answerer):
    result = answerer.answer("quels autres fonds peuvent financer mon produit en 2025 ?", TODAY)
    assert status_of(result) == "answered"
    assert documents(result) == {"autres-fonds-2025.md"}


def test_other_funds_are_not_known_for_2026(answerer):
    result = answerer.answer("quels autres fonds peuvent financer mon produit en 2026 ?", TODAY)
    assert render(result).startswith("Aucun document ne donne de fonds ni de montant pour 2026")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("bonjour", "greeting"),
        ("Salut !", "greeting"),
        ("merci beaucoup", "thanks"),
        ("au revoir", "goodbye"),
        ("ok", "agreement"),
        ("que sais-tu faire ?", "abilities"),
        ("?", "abilities"),
        ("tu es nul", "insult"),
        ("", "empty"),
        ("   \n\t ", "empty"),
        ("🙂🙂", "unreadable"),
        ("…!", "unreadable"),
    ],
)
def test_small_talk_is_recognised_and_has_its_words(answerer, text, kind):
    result = answerer.answer(text, TODAY)
    assert result == SmallTalk(kind, TODAY)
    assert render(result)


def test_a_greeting_before_a_question_does_not_hide_the_question(answerer):
    assert answerer.answer("Bonjour, plafond du FAST 13 ?", TODAY).topic == "cap"


def test_a_question_of_ten_thousand_characters_is_answered(answerer):
    result = answerer.answer(("plafond du FAST 13 ? " * 500)[:10_000], TODAY)
    assert (result.topic, result.edition) == ("cap", 13)


@pytest.mark.parametrize("letter", ["a", "é ", "1", "fast ", "\u200b", "🙂 a"])
def test_ten_thousand_characters_of_nothing_are_no_fault(answerer, letter):
    assert status_of(answerer.answer(letter * 10_000, TODAY)) in {"refused", "smalltalk", "answered", "clarify"}
