"""Answers on the other funds of 2025: which property is asked of which fund, and the sentence that says it. Pure."""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from bot import programme_texts, texts
from bot.dialogue.evidence import Evidence, cite_source, first_of, quote
from bot.dialogue.extraction import Asks, Unit
from bot.dialogue.understanding import Request
from bot.documents import french
from bot.programme.lookup import Programme
from bot.programme.models import Fund
from bot.programme.names import fold
from bot.results import Answer, Reason, Refusal, Statement

# A property: the words that ask for it, and the words of the sentence that says it. The first that is asked wins.
_PROPERTIES: Final = tuple(
    (name, re.compile(asked), re.compile(said))
    for name, asked, said in (
        (
            "split",
            r"(?:combien|part|montant|quoi).{0,30}(?:pour|a|sur|vers) (?:l'|la |les? )?(?:ia|donnees?|data|intelligence)\b|reparti|partag",
            r"million d'euros pour",
        ),
        ("sum", r"cumul|ajoute|combin|en plus d|compatib|avec l'accompagnement", r"cumul"),
        ("decider", r"decid|decision|qui (?:choisit|instruit|gere|pilote|valide|attribue)", r"decid|decisionnaire"),
        (
            "apply",
            r"^(?>.*?(?:comment|ou|quel)).*(?:candidat|postul|depos|demand|inscri)|formulaire|\blien\b|candidater ou",
            r"https?://",
        ),
        ("state", r"ouvert|ferme|\bclos|encore|toujours|peut-on|peut on", r"\bferme|\bclos\b|ouvert en"),
        ("envelope", r"enveloppe|budget|dotation|dote|million", r"enveloppe"),
        (
            "rate",
            r"\btaux|pourcent|%|cofinanc|\bpart\b|hauteur|finance[rt]? (?:a )?combien|couvre|integral|totalite",
            r"cofinanc|%",
        ),
        (
            "amount",
            r"\bmini?\b|minim|\bmaxi?\b|maxim|plafon|montant|somme|combien|jusqu'a|plancher",
            r"montant|minimum|maximum",
        ),
        ("phase", r"phase|stade|quand dans|construction|acceleration|existant|existe deja", r"phase|existe deja"),
        ("mode", r"projet|\bmode\b", r"un projet|un produit"),
        (
            "condition",
            r"condition|contrainte|critere|eligib|essentiel|partie de quoi|exig|priorit|reserve|pour qui|qui peut|public|a quoi sert"
            r"|sert a|repartition|reparti",
            r"essentielles|reserve|priorit|retour sur|amelior|public|million d'euros pour",
        ),
        (
            "name",
            r"veut dire|signifi|sigle|c'est quoi|c quoi|qu'est|acronyme|definition|nom complet|^\W*\w+\W*$",
            r"fonds de|volet|amelior",
        ),
    )
)


# Properties that are asked together: « enveloppe, qui décide ? »
_BESIDE: Final = frozenset({"decider", "envelope", "rate", "apply", "phase"})

_fold = lru_cache(maxsize=1_000)(fold)  # the names are the same for every question


_OTHERS: Final = re.compile(r"\bautres? (?:fonds|guichets?|financements?|aides financieres|sources? de financement)\b")
_OF_ONE_KIND: Final = re.compile(
    r"ouvert|ferme|clos|cumul|phase|enveloppe|plus|taux|maxim|minim|pourcent|%|100|access|design|donnees|\bia\b|comment|ou\b|demand"
)


def asks_for_all(request: Request) -> bool:
    """Whether a question asks which other funds there are, and nothing more precise."""
    others = _OTHERS.search(request.folded)
    rest = _OTHERS.sub(" ", request.folded)
    return bool(others) and not request.editions and not _OF_ONE_KIND.search(rest)


def all_of_them(programme: Programme, request: Request, today: date) -> Answer | Refusal | None:
    """Return the other funds that the facts hold for the years named, with bounds and rate; None when they hold none."""
    known = [fund for fund in programme.funds if not request.years or fund.year in request.years]
    if programme.funds and not known:
        return Refusal(Reason.NOT_IN_DOCUMENTS, today, texts.missing_of_fund("les autres fonds"), "funds")
    if not known:
        return None
    cited = dict.fromkeys(source for fund in known for source in fund.sources)
    citations = tuple(map(cite_source, cited))
    return Answer((Statement(programme_texts.other_funds(known), citations),), today, "funds")


def funds_in(folded: str, programme: Programme) -> tuple[Fund, ...]:
    """Return the funds that a folded question names; « guichet accessibilité » alone names both of its doors."""
    padded = f" {fold(folded)} "
    named = sorted(
        ((_fold(name), fund) for fund in programme.funds for name in (fund.name, *fund.aliases)),
        key=lambda n: -len(n[0]),
    )
    best = next((fund for name, fund in named if f" {name} " in padded), None)
    if best is not None and best.audience is None:
        return (best,)
    if "guichet" not in padded or not re.search(r"access|design|usager|agent|ergonom", padded):
        return (best,) if best else ()
    doors = [fund for fund in programme.funds if fund.audience]
    asked = [fund for fund in doors if fund.audience and fund.audience.rstrip("s") in padded]
    return tuple(asked or doors)


def answer(funds: Sequence[Fund], request: Request, evidence: Evidence, today: date) -> Answer | Refusal:
    """Return what the fiche says of the property asked, for each fund named."""
    words = _without_names(request.folded, funds)
    matching = [(name, said) for name, ask, said in _PROPERTIES if ask.search(words)]
    asked = matching[0] if matching else None
    beside = [said for name, said in matching[1:] if asked and asked[0] in _BESIDE and name in _BESIDE][:1]
    units: list[Unit] = []
    known = {fund.year for fund in funds}
    if request.years and not known & set(request.years):
        asked = None  # another year: what is known of 2025 says nothing of it
    if asked is not None and not (request.asks is Asks.DATE and asked[0] != "state"):
        for fund in funds:
            section = [unit for s in fund.sources for unit in evidence.units_of(s.document, s.section)]
            units += [unit for unit in section if asked[1].search(french.fold(unit.text))][
                : 2 if asked[0] == "condition" else 1
            ]
            units += [
                next(unit for unit in section if said.search(french.fold(unit.text)))
                for said in beside
                if any(said.search(french.fold(unit.text)) for unit in section)
            ]
    names = " et ".join(fund.name for fund in funds)
    if asked is None or not units or (request.asks is Asks.DATE):
        return Refusal(Reason.NOT_IN_DOCUMENTS, today, texts.missing_of_fund(names), "fund")
    return Answer(first_of(quote(unit) for unit in units), today, "fund")


def _without_names(folded: str, funds: Sequence[Fund]) -> str:
    """Take the funds' names off, so that « Design » or « Agents » in them is not read as a word of the question."""
    for name in sorted((n for fund in funds for n in (fund.name, *fund.aliases)), key=len, reverse=True):
        folded = folded.replace(french.fold(name), " ")
    return (
        re.sub(r"\bguichets?\b|\bftap\b|accessibilite|\bdesign\b|\busagers?\b|\bagents?\b", " ", folded).strip()
        or "c'est quoi"
    )
