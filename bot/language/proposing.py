"""What a question that nothing placed may ask: a query proposed by the model, held against the user's own words."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bot.errors import UnusableInput
from bot.language.generation import Model
from bot.language.instructions import Proposal, reading_messages
from bot.model_texts import sum_of
from bot.programme.amounts import format_amount, parse_amount
from bot.programme.attributes import Attributes
from bot.programme.lookup import Programme
from bot.questions.acts import Premise, Query, Scope
from bot.questions.reading import scope_of
from bot.questions.spans import Kind, Scan
from bot.words.answers import scope_words

_SIMULATE: Final = "simulate"


@dataclass(frozen=True)
class Said:
    """A question, and the query before it in the conversation, also in words."""

    scan: Scan
    before: Query | None = None
    before_in_words: str = ""


def proposed_reading(said: Said, attributes: Attributes, model: Model, seconds: float) -> Query | None:
    """Return the query that the model takes a question for; None when it takes it for none that holds.

    Raises ModelFault.
    """
    topics = {one.name: one.label or one.about for one in attributes.all}
    messages = reading_messages(said.scan.original, said.before_in_words, topics)
    return reading_of(model.ask(messages, Proposal, seconds), said, attributes)


def reading_of(proposal: Proposal, said: Said, attributes: Attributes) -> Query | None:
    """Return the query that a proposal comes to; None when it holds anything that the user did not say.

    Editions, years, population and amounts are those that our own scan finds in the user's words.
    """
    topic = proposal.topic
    if topic is None or topic not in attributes.by_name or not _is_said(proposal, said):
        return None
    amounts = tuple(_amount(one) for one in proposal.amounts)
    typed = {one.value for one in said.scan.values(Kind.AMOUNT)}
    if not typed.issuperset(amounts):
        return None
    scope = Scope(editions=proposal.editions, years=proposal.years, population=proposal.population)
    premises = tuple(Premise(unit="eur", number=one) for one in amounts) if topic == _SIMULATE else ()
    return Query(attribute=topic, scope=scope, premises=premises)


def named(query: Query, attributes: Attributes, programme: Programme) -> str:
    """Return what a query asks, in words: « le plafond (FAST 15) »."""
    attribute = attributes.by_name[query.attribute]
    amounts = [format_amount(one.number) for one in query.premises if one.number is not None]
    if query.attribute == _SIMULATE and amounts:
        return sum_of(amounts) + scope_words(query.scope, programme)
    return (attribute.label or attribute.about) + scope_words(query.scope, programme)


def _is_said(proposal: Proposal, said: Said) -> bool:
    scopes = [scope_of(said.scan), *([said.before.scope] if said.before else [])]
    editions = {number for one in scopes for number in one.editions}
    years = {year for one in scopes for year in one.years}
    populations = {one.population for one in scopes} | {None}
    return (
        _all_in(proposal.editions, editions) and _all_in(proposal.years, years) and proposal.population in populations
    )


def _all_in(named_ones: Iterable[int], known: set[int]) -> bool:
    return set(named_ones) <= known


def _amount(text: str) -> Decimal | None:
    try:
        return parse_amount(text)
    except UnusableInput:
        return None
