"""What is kept of a conversation between two turns: written, read again, forgotten."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.answers.state import Conversation, from_json, remembered
from bot.console import status_of
from bot.evaluation.values import contains
from bot.questions.acts import Premise, Query, Scope
from bot.texts import render

TODAY = date(2026, 11, 21)
AT = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
DELAY = timedelta(hours=12)
CAP = Query(attribute="cap")


def last_of(answerer, *turns, keep=lambda kept: kept):
    """Return what is said to the last of several turns, the conversation going through `keep` after each."""
    conversation, result = Conversation(), None
    for turn in turns:
        result, conversation = answerer.reply(turn, conversation, TODAY)
        conversation = keep(conversation)
    return result


def through_json(kept):
    return from_json(kept.to_json(AT), AT, DELAY)


@pytest.mark.parametrize(
    "turns",
    [
        ("plafond du fast 13 ?", "et pour le 15 ?", "source ?"),
        ("budget 450 k au fast 14, on a combien ?", "non, 240", "pourquoi ?"),
        ("fais une simulation", "je ne sais pas", "300 k"),
        ("suis-je éligible ?", "oui", "retour", "non", "source ?"),
        ("suis-je éligible ?", "oui", "stop", "plafond du fast 13 ?", "reprends"),
        ("combien a eu mon suivi ?", "justice", "il a eu combien ?"),
        ("le montant du fast 13", "2"),
    ],
)
def test_a_conversation_goes_on_the_same_after_a_restart(answerer, turns):
    assert last_of(answerer, *turns, keep=through_json) == last_of(answerer, *turns)


def test_what_is_written_is_read_again():
    cap = Query(attribute="cap", scope=Scope(editions=(13,)), premises=(Premise(unit="eur", number=Decimal("1.5")),))
    shown = (("Docurba", 13), ("Mobilic", 13))
    kept = Conversation(cap, shown, "question", choices=(cap, Query(attribute="rate")), task="interview")
    read = from_json(kept.to_json(AT), AT, DELAY)
    assert (read.focus, read.shown, read.choices, read.spoken_at) == (cap, shown, kept.choices, AT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{",
        "not json",
        b"\xff\xfe",
        '{"focus": 12}',
        '{"focus": {"attribute": "cap", "operation": "dance"}}',
        '{"account": {"entries": [{"role": "budget", "value": "beaucoup"}]}}',
        '{"task": "dance"}',
        '{"interview": {"criteria": "x", "given": [["a", "maybe"]]}}',
        '{"spoken_at": "yesterday"}',
    ],
)
def test_what_cannot_be_read_is_an_empty_conversation(text):
    assert from_json(text, AT, DELAY) == Conversation()


def test_keys_of_another_version_are_left_aside():
    older = (
        '{"focus": {"attribute": "cap"}, "question": "plafond", "mood": "fine", "spoken_at": "2026-11-21T09:00:00Z"}'
    )
    assert from_json(older, AT, DELAY).focus == CAP


def test_an_interview_on_criteria_that_are_gone_is_said_to_be_over(answerer):
    kept = from_json(
        '{"task": "interview", "interview": {"criteria": "fast-1999"}, "spoken_at": "2026-11-21T09:00:00Z"}', AT, DELAY
    )
    result, after = answerer.reply("reprends", kept, TODAY)
    assert status_of(result) == "smalltalk"
    assert after.task is None


@pytest.mark.parametrize(("hours", "is_kept"), [(0, True), (11.9, True), (12, True), (12.1, False), (300, False)])
def test_a_conversation_counts_until_the_delay_has_passed(hours, is_kept):
    kept = from_json(Conversation(CAP).to_json(AT), AT + timedelta(hours=hours), DELAY)
    assert (kept != Conversation()) == is_kept


def test_a_conversation_without_a_date_or_a_zone_is_not_remembered():
    assert remembered(Conversation(CAP), AT, DELAY) == Conversation()
    naive = Conversation(CAP, spoken_at=datetime(2026, 11, 21))
    assert remembered(naive, AT, DELAY) == Conversation()


def test_a_forgotten_conversation_completes_nothing(answerer):
    _, kept = answerer.reply("plafond du fast 13 ?", Conversation(), TODAY)
    late = from_json(kept.to_json(AT), AT + timedelta(days=2), DELAY)
    result, _ = answerer.reply("pourquoi ?", late, TODAY)
    assert not contains(render(result), "300 000 €")
