"""How a turn that leaves something out is completed by the question before it: « et pour le 17 ? ». Pure."""

import re
from collections.abc import Sequence
from typing import Final

from bot.dialogue.bare_turns import of_a_bare_word
from bot.dialogue.before import OF_AN_EDITION, Before, content_of, names_of
from bot.dialogue.extraction import Asks
from bot.dialogue.products import MARK, without_products
from bot.dialogue.turns import opens_with_more, without_opening
from bot.dialogue.understanding import Request, with_editions, with_years, without_amounts, without_slots
from bot.documents import french
from bot.programme.lookup import Programme
from bot.programme.models import Laureate
from bot.programme.names import fold

_FILLERS: Final = re.compile(
    r"^(?:comme|etait|consolid|program|dispositif|incubateur|edition|promotion|fast|annee|an\b|cas|pareil|appel|session|cuvee|startup|produit|service|fonds|guichet|maintenant|exactement|juste|question|chose|donn|dire|parle|voulais|nouve(?:au|l)|truc|machin|fois)"
)
_ANAPHORA: Final = re.compile(
    r"\b(?:cette (?:edition|promotion|annee|session|cuvee)|ce (?:fast|cru|moment-la)|celui-la|celui-ci|celle-la|celle-ci|la-dedans|dedans|a l'epoque|meme (?:edition|annee|promotion)|cet appel|s(?:a|on|es) (?=(?:date|plafond|budget|laureat|enveloppe|taux|total|montant|promo|edition|candidat|appel)))\b"
)
_PRONOUN: Final = re.compile(
    r"\b(?:il|elle|ils|elles|eux|lui|leur|ce (?:produit|service|projet|laureat)|cette startup|ce dernier|cette derniere|celui-ci|celle-ci|ca|le porte|la porte|l'a|en)\b"
)
_IMPERSONAL: Final = re.compile(
    r"\b(?:il (?:faut|fallait|y a|existe|reste|est possible)|y a-t-il|faut-il|s'il|(?:ca|il) (?:suffit|depend|marche|change)|qu'il faut)\b"
)
_THEM: Final = re.compile(
    r"\b(?:ils|elles|eux|leurs?|chacun|les laureats|ces (?:laureats|produits|projets|startups))\b"
)
_FAST: Final = re.compile(r"\b(?:pour le |du |le |au )?fast\b")
_IT_WAS: Final = re.compile(r"(?:c'etait|c'est|ca (?:fait|faisait)|(?:il )?y avait|(?:il )?y'? ?a(?:-t-il)?) ")


def readings(turn: Request, before: Before | None, topic: str | None) -> tuple[str, ...]:
    """Return the full questions that a turn may mean, the likeliest first; `topic` is what it asks by itself.

    The turn as it is comes last, unless it says nothing by itself.
    """
    alone = without_opening(turn.folded) or turn.folded
    if before is None or not before.request.folded:
        if before is not None and before.scope and _ANAPHORA.search(alone):
            return (f"{_ANAPHORA.sub(' ', alone).strip(' ?!.')} {before.scope} ?",)
        return (alone if _was_renamed(turn) or alone != turn.folded else turn.text,)
    if is_elliptic(turn, before.request):
        return (_filled(turn, before),)
    found = (
        of_a_bare_word(alone, before)
        or _with_antecedent(alone, turn, before, topic)
        or _of_the_funds(alone, turn, before)
        or _with_the_subject(alone, turn, before)
    )
    if found:
        return (*found, turn.text)
    named = turn.editions or turn.years or turn.laureates or turn.funds or turn.about_consolidation
    if before.scope and not named and _goes_on(turn, of_an_edition=topic in OF_AN_EDITION):
        bare = _ANAPHORA.sub(" ", alone).strip(" ?!.")
        return (f"{bare} {before.scope} ?", turn.text)
    return (alone if _was_renamed(turn) or alone != turn.folded else turn.text,)


def _goes_on(turn: Request, *, of_an_edition: bool) -> bool:
    """Whether a turn that names no edition is about the one spoken of."""
    short = len(content_of(turn.folded)) <= 4 and not re.search(r"\b(?:dernier|premier)", turn.folded)
    return bool(
        opens_with_more(turn.folded)
        or _ANAPHORA.search(turn.folded)
        or (short and (of_an_edition or _IT_WAS.match(turn.folded)))
    )


def _of_the_funds(alone: str, turn: Request, before: Before) -> tuple[str, ...]:
    """Return a short turn about the other funds spoken of last: « à quel taux ? »."""
    elsewhere = turn.funds or turn.laureates or turn.editions or turn.about_consolidation
    if not before.request.funds or elsewhere or "fast" in alone.split() or len(content_of(alone)) > 4:
        return ()
    names = " et ".join(fund.name for fund in before.request.funds)
    return (f"{alone.rstrip(' ?!.')} {names} ?",)


_ELIGIBILITY: Final = re.compile(r"eligib|recevable|\bcriteres?\b|(?:ca|on|il|elle) pass(?:e|ait|erait)\b|exclu")


def _with_the_subject(alone: str, turn: Request, before: Before) -> tuple[str, ...]:
    """Return a turn with the subject of the last question, where its own words do not say what is asked of them."""
    last = before.request
    if turn.phases and last.phases and len(content_of(alone)) <= 2:
        return (re.sub(_PHASE_WORDS[last.phases[-1]], turn.phases[-1].replace("transfer", "transfert"), last.folded),)
    if _ELIGIBILITY.search(last.folded) and opens_with_more(turn.folded) and not _ELIGIBILITY.search(alone):
        return (f"{alone.rstrip(' ?!.')} : est-ce eligible ?",)
    if (before.topic or "").startswith("support_") and "accompagn" not in alone and len(content_of(alone)) <= 3:
        return (f"l'accompagnement {alone}",)
    return ()


_PHASE_WORDS: Final = {
    "investigation": r"investigation",
    "construction": r"construction",
    "acceleration": r"acceleration",
    "transfer": r"transfert|perennis\w*",
}


def _was_renamed(turn: Request) -> bool:
    return bool(turn.editions or turn.years) and not _same_slots(turn)


def _same_slots(turn: Request) -> bool:
    folded = french.fold(turn.text)
    return all(str(number) in folded for number in (*turn.editions, *turn.years)) or not (
        re.search(
            r"precedent|suivant|d'avant|d'apres|dernier|derniere|recent|cette annee|prochain|apres|avant|passee?|en cours",
            folded,
        )
    )


def is_elliptic(turn: Request, last: Request) -> bool:
    """Whether a turn names things but asks nothing of them: « et pour le 17 ? », « en 2023 ? », « et Docurba ? »."""
    rest = without_products(without_slots(without_opening(turn.folded)), turn.laureates)
    words = [] if turn.funds else [word for word in content_of(rest) if word != MARK and not _FILLERS.match(word)]
    named = turn.editions or turn.years or turn.laureates or turn.funds or turn.about_consolidation or turn.population
    back_to_fast = last.about_consolidation and "fast" in turn.folded.split()
    if words or not (named or back_to_fast):
        return False
    return turn.asks in (Asks.ANYTHING, last.asks) or (turn.asks is Asks.AMOUNT and last.asks is not Asks.DATE)


def _filled(turn: Request, before: Before) -> str:
    """Put what a turn names in the place of what the last question named."""
    last = before.request
    text = without_amounts(last.folded)  # what was claimed of one edition is not claimed of another
    if turn.funds:
        return f"{_without_names(text, [name for fund in last.funds for name in (fund.name, *fund.aliases)])} {turn.folded}"
    if turn.laureates:
        text = _of_products(turn, last)
    if turn.about_consolidation and before.topic in {"open_now", "deadline"}:
        return "quelle est la date limite du programme de consolidation ?"
    if turn.about_consolidation and not last.about_consolidation:
        text = f"{without_slots(_FAST.sub(' ', text))} au programme de consolidation"
    elif last.about_consolidation and not turn.about_consolidation and (turn.editions or "fast" in turn.folded):
        text = re.sub(
            r"(?:le |du |au |pour le )?(?:nouveau )?(?:programme|dispositif)(?: de consolidation)?|consolidation",
            "fast",
            text,
        )
    if turn.population and turn.population != last.population:
        word = "incubateur" if turn.population == "incubator" else "produit"
        asked = f"plafond pour un {word}" if before.topic in {"cap", "incubator_cap"} else ""
        swapped = re.sub(r"\b(?:incubateur|produit|startup)(s?)\b", rf"{word}\1", text)
        text = asked or (swapped if swapped != text else f"{text.rstrip(' ?!.')} pour un {word}")
        text = f"{text} {before.scope}" if asked else text
    if turn.editions:
        text = with_editions(text, turn.editions)
    elif turn.years:
        text = with_years(text, turn.years)
    elif before.scope not in text and not last.editions and not last.years and turn.population:
        text = f"{text.rstrip(' ?!.')} {before.scope}"
    return re.sub(r" {2,}", " ", text).strip()


def _of_products(turn: Request, last: Request) -> str:
    names = " et ".join(dict.fromkeys(one.name for one in turn.laureates))
    if not last.laureates:
        return f"{'combien a recu' if last.asks is Asks.AMOUNT else ''} {names}".strip()
    return without_slots(without_products(last.folded, last.laureates)).replace(MARK, names, 1).replace(MARK, "")


def _without_names(text: str, names: Sequence[str]) -> str:
    for name in sorted(map(french.fold, names), key=len, reverse=True):
        text = text.replace(name, " ")
    return without_slots(re.sub(r" {2,}", " ", text)).strip()


def _with_antecedent(alone: str, turn: Request, before: Before, topic: str | None) -> tuple[str, ...]:
    """Return a turn with the products that its pronoun stands for; () when it has none."""
    if turn.laureates or turn.funds:
        return ()
    if _OTHERS.search(alone) and before.editions:
        return (f"les laureats {before.scope} ?",)
    of_a_product = topic is None or topic.startswith("laureate_")
    if before.products and of_a_product and _IT_WAS.match(alone) and len(content_of(alone)) <= 3:
        return (_about(alone, before.products),)
    if not (_PRONOUN.search(alone) or _THEM.search(alone)) or _IMPERSONAL.search(alone):
        return ()
    if before.request.about_consolidation and "fast" not in alone.split():
        return (f"{alone.rstrip(' ?!.')} {before.scope} ?",)
    if before.products:
        return (_about(alone, before.products),)
    if before.topic == "laureates" and before.editions and _THEM.search(alone):
        if _HAD.search(alone) or "chacun" in alone:
            return (f"les laureats du {before.scope} et leurs montants ?",)
        rest = _THEM.sub(" ", alone).strip(" ?!.,")
        return (f"{rest} les laureats du {before.scope} ?",)
    return ()


_HAD: Final = re.compile(
    r"\b(?:eu|recu|touch\w+|obtenu|montants?|gagne)\b(?!.*\b(?:en tout|au total|le (?:plus|moins))\b)"
)
_OTHERS: Final = re.compile(r"\bles autres\b(?! (?:fonds|criteres|conditions|phases))")


def _about(alone: str, products: Sequence[Laureate]) -> str:
    names = names_of(products)
    replaced = re.sub(
        r"\b(?:il|elle|ils|elles|eux|lui|ce (?:produit|service|projet|laureat)|cette startup|ce dernier|cette derniere|celui-ci|celle-ci|ca)\b",
        names,
        alone,
        count=1,
    )
    return replaced if replaced != alone else f"{alone.rstrip(' ?!.')} {names} ?"


_SUM_WORDS: Final = re.compile(
    r"^(?:donn|ferai|aurai|auron|aura\b|mett|touch|obten|obtien|recev|recoi|chang|result|simul|calcul|montant|cofinanc|somme"
    r"|argent|droit|possible|budget|apport|gagn|pass|valai|maximum|max\b|regle|bareme|candidat|postul|toujours|chiffre|epoque|version|temps)"
)


def only_names(turn: Request) -> bool:
    """Whether a turn only says for which edition, year or population the same sum is wanted."""
    rest = without_slots(without_opening(turn.folded))
    words = [word for word in content_of(rest) if not _FILLERS.match(word) and not _SUM_WORDS.match(word)]
    return not words and not turn.laureates and not turn.funds


_FEW: Final = 5  # words beside which the beginning of a name is that name


def siblings(text: str, turn: Request, before: Before | None, programme: Programme) -> tuple[str, ...]:
    """Return the names of products that a turn names by their beginning alone (« mon suivi »), or by what sets them
    apart from the product spoken of last (« et justice ? »); () when it names one in full, or none."""
    if turn.laureates or turn.funds:
        return ()
    names = dict.fromkeys(one.name for one in programme.laureates())
    folded = f" {fold(text)} "
    begun = [name for name in names if len(words := fold(name).split()) >= 3 and f" {' '.join(words[:2])} " in folded]
    if begun and len(content_of(turn.folded)) <= _FEW:
        return tuple(begun) if len({fold(name).split()[0] for name in begun}) == 1 else ()
    last = before.products[0].name if before and before.products else ""
    said = set(fold(without_opening(turn.folded)).split()) - french.STOP_WORDS
    if not last or not said:
        return ()
    start = fold(last).split()[:2]
    return tuple(name for name in names if fold(name).split()[:2] == start and said <= set(fold(name).split()[2:]))
