"""The smaller things that a folded question names: percentages, phases, for whom, what it denies. Pure."""

import re
from decimal import Decimal
from typing import Final

from bot.programme.models import Population
from bot.programme.quantities import WORDS, scan

_PERCENT: Final = re.compile(rf"(\d{{1,6}}(?:[.,]\d{{1,4}})?|{WORDS}) ?(?:%|pour ?cents?\b|pourcents?\b|percent\b)")


def percents(folded: str) -> tuple[Decimal, ...]:
    """Return the percentages of a folded text, in order: 50 for « 50 % » and « cinquante pour cent »."""
    return tuple(value for match in _PERCENT.finditer(folded) if (value := _number(match[1])) is not None)


def _number(text: str) -> Decimal | None:
    if text[0].isdigit():
        return Decimal(text.replace(",", "."))
    found = list(scan(text))
    return found[0].value if len(found) == 1 else None


_PHASES: Final = (
    ("investigation", r"investigation|phase d'?enquete"),
    ("construction", r"\bconstruction|\bmvp\b"),
    (
        "acceleration",
        r"(?:phase|stade|fin|debut|en|pleine|cours) (?:d'|de l'|de |d )?acceleration|\bl'acceleration\b|accelerat\w{0,8} (?:dure|phase)|\bon accelere",
    ),
    ("transfer", r"\btransfert\b|perennis\w*|\bpassation\b"),
)
_PHASE_PATTERNS: Final = tuple((name, re.compile(pattern)) for name, pattern in _PHASES)


def phases(folded: str) -> tuple[str, ...]:
    """Return the phases of a product that a folded question names, in the order of a product's life."""
    return tuple(name for name, pattern in _PHASE_PATTERNS if pattern.search(folded))


_INCUBATOR: Final = re.compile(r"\bincubateurs?\b")
_PRODUCT: Final = re.compile(r"\b(?:produits?|services? numeriques?|startups?)\b")


def population_of(folded: str) -> Population | None:
    """Return for whom a folded question is; None when it does not say."""
    if _INCUBATOR.search(folded):
        return "incubator"
    return "product" if _PRODUCT.search(folded) else None


_BETWEEN: Final = (
    r"(?:(?:encore|du tout|vraiment|tres|trop|de|du|des|un|une|le|la|les|en|dans|nos?|mon|ma|notre|bien) |[dl]')*"
)
_NEGATED: Final = re.compile(rf"\b(?:pas|jamais|aucune?|sans|ni|non)[ -]{_BETWEEN}((?:open source)|[a-z][a-z-]+)")
_NO_WORDS: Final = frozenset("mal un une que plus si mais alors merci sur sais".split())


def negated_words(folded: str) -> tuple[str, ...]:
    """Return the words that a negation bears on, in order: « open source » for « pas open source »."""
    return tuple(match[1] for match in _NEGATED.finditer(folded) if match[1] not in _NO_WORDS)
