"""The topics that what a question names decides by itself, however it is worded. Pure."""

import re
from typing import Final

from bot.dialogue import simulation
from bot.dialogue.extraction import Asks
from bot.dialogue.turns import starts_a_sum
from bot.dialogue.understanding import Request

_SUM_OF_AWARDS: Final = re.compile(
    r"\b(?:combien|total|somme|montants?)\b.*\b(?:eux|elles|deux|ensemble|total|tout|cumul\w*)\b"
)
_INCUBATORS_SELECTED: Final = re.compile(
    r"(?=.*\b(?:laureat|selectionn|retenu|gagn|(?:combien|quels|dont) (?:d'|de |des |les )?incubateurs))"
    r"(?=.*\bincubateurs?\b)"
    r"(?!.*(?:dernier|premier|service|produit|argent|serv|finance|plafon|touch|recev|somme|montant|pourquoi|comment))"
)
_MONEY: Final = re.compile(
    r"argent|euros?\b|€|cofinanc|financ|subvention|plafon|budget|enveloppe|\btaux\b|montant|\bsomme\b|\bsous\b"
    r"|^(?>.*?\b(?:met|donne|verse|file|paie|paye)\b).*combien|^(?>.*?combien ).*\b(?:met|donne|verse|file|paie|paye)\b"
)


def certain_topic(request: Request) -> str | None:
    """Return the topic of a question whose amounts, products or programme leave no doubt; None for all others."""
    if simulation.is_a_sum(request) or starts_a_sum(request.folded):
        return simulation.TOPIC
    if simulation.asks_what_it_takes(request):
        return simulation.MAXIMUM
    if asks_for_awards_together(request):
        return "laureate_amount"
    if _asks_for_money_of_consolidation(request):
        return "consolidation_money"
    if (request.editions or request.years) and is_about_incubators_selected(request):
        return "incubator_laureates"
    return None


def asks_for_awards_together(request: Request) -> bool:
    """Whether what several products received is to be added up."""
    return len({one.name for one in request.laureates}) > 1 and bool(_SUM_OF_AWARDS.search(request.folded))


def is_about_incubators_selected(request: Request) -> bool:
    """Whether a question asks which incubators, or how many, were laureates."""
    return bool(_INCUBATORS_SELECTED.match(request.folded))


def _asks_for_money_of_consolidation(request: Request) -> bool:
    """Whether money is asked of the programme that gives none, and of it alone."""
    alone = "fast" not in request.folded.split() and not request.editions
    return (
        request.about_consolidation
        and alone
        and request.asks is not Asks.DURATION
        and bool(_MONEY.search(request.folded))
    )
