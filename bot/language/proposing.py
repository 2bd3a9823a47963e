"""What a question that nothing placed may ask: a reading proposed by the model, held against the user's own words."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, Protocol

from bot.dialogue.understanding import Request, with_editions, with_years
from bot.errors import UnusableInput
from bot.language.generation import Model
from bot.language.instructions import Proposal, reading_messages
from bot.model_texts import READINGS, sum_reading
from bot.programme.amounts import find_amounts, format_amount, parse_amount

_SIMULATE: Final = "simulate"


class Reader(Protocol):
    """What understands a question, and says which topic of the facts it is about."""

    def understand(self, question: str) -> Request:
        """Return the question understood."""

    def topic(self, request: Request) -> str | None:
        """Return the topic of the facts that a question is about; None for none."""


def proposed_reading(question: str, before: str, reader: Reader, model: Model, seconds: float) -> str | None:
    """Return the question, in our words, that the model takes this one for; None when it takes it for none that holds.

    `before` is the question before it in the conversation. Raises ModelFault.
    """
    proposal = model.ask(reading_messages(question, before, READINGS), Proposal, seconds)
    return reading_of(proposal, question, before, reader)


def reading_of(proposal: Proposal, question: str, before: str, reader: Reader) -> str | None:
    """Return the question that a proposal comes to; None when it holds anything that the user did not say.

    Editions, years, population and amounts are those that our own reading finds in the user's words.
    """
    said = [reader.understand(text) for text in (question, before) if text]
    topic = proposal.topic
    if (
        topic is None
        or topic not in READINGS
        or not _is_said(proposal, said)
        or not _are_said(proposal.amounts, question)
    ):
        return None
    reading = READINGS[topic]
    if proposal.editions:
        reading = with_editions(reading.rstrip(" ?"), proposal.editions) + " ?"
    elif proposal.years:
        reading = with_years(reading.rstrip(" ?"), proposal.years) + " ?"
    if topic == _SIMULATE and proposal.amounts:
        reading = sum_reading([format_amount(parse_amount(one)) for one in proposal.amounts])
    return reading if topic == _SIMULATE or reader.topic(reader.understand(reading)) == topic else None


def _is_said(proposal: Proposal, said: Iterable[Request]) -> bool:
    requests = list(said)
    editions = {number for one in requests for number in one.editions}
    years = {year for one in requests for year in one.years}
    populations = {one.population for one in requests} | {None}
    return set(proposal.editions) <= editions and set(proposal.years) <= years and proposal.population in populations


def _are_said(amounts: Iterable[str], question: str) -> bool:
    typed = {one.value for one in find_amounts(question)}
    return all(_amount(one) in typed for one in amounts)


def _amount(text: str) -> Decimal | None:
    try:
        return parse_amount(text)
    except UnusableInput:
        return None
