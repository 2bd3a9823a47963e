"""How a turn that leaves something out is completed by the question before it: « et pour le 17 ? ». Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bot.dialogue.extraction import Asks
from bot.dialogue.products import MARK, without_products
from bot.dialogue.turns import opens_with_more, without_opening
from bot.dialogue.understanding import Request, find_editions, with_editions, with_years, without_amounts, without_slots
from bot.documents import french
from bot.programme.lookup import Programme
from bot.programme.models import FAST, Laureate
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
_RELATIVE: Final = (
    (
        -1,
        r"(?:l'|le |la |celui |celle |l'edition |l'appel |la promotion |au |du |le fast |fast |l'annee |l'an )*(?:d'avant|precedent\w*|(?:juste )?avant(?: ca| cela)?)",
    ),
    (
        1,
        r"(?:l'|le |la |celui |celle |l'edition |l'appel |la promotion |au |du |le fast |fast |l'annee |l'an )*(?:d'apres|suivant\w*|(?:juste )?apres(?: ca| cela)?)",
    ),
)
_RELATIVE_PATTERNS: Final = tuple(
    (step, re.compile(rf"\b{pattern}\b(?! (?:le|la|les|l'|un|une|du|quoi|avoir|candidat))"))
    for step, pattern in _RELATIVE
)
_ENDS: Final = (
    (-2, re.compile(r"\b(?:l'|le |la |de l'|a l')?avant[- ]derniere?s?\b(?: (?:fast|edition|appel|promotion))?")),
    (
        -1,
        re.compile(
            r"\b(?:le |la |les |du |au |l')?(?:tout )?(?:derniere?|plus recente?)\b(?: (?:fast|edition|appel|promotion|session)\b(?: en date)?| en date|(?=[ ?!.]*$))"
        ),
    ),
)
_TIME: Final = re.compile(r"\b(?:la |lors de la )?(premiere|1re|1ere|seconde|deuxieme|2e|derniere) fois\b")
_CALENDAR: Final = (
    (-1, re.compile(r"\b(?:l'an(?:nee)? (?:dernier|derniere|passee?))\b")),
    (0, re.compile(r"\b(?:cette annee(?!-la)|l'annee en cours)\b")),
    (1, re.compile(r"\b(?:l'an(?:nee)? (?:prochaine?|qui vient))\b")),
)
_FAST: Final = re.compile(r"\b(?:pour le |du |le |au )?fast\b")
_MISPOINTED: Final = frozenset({"open_now"})


@dataclass(frozen=True)
class Before:
    """What a turn can take up: the last question understood, the edition its answer rested on, its topic."""

    request: Request
    edition: int | None = None
    topic: str | None = None
    products: tuple[Laureate, ...] = ()

    @property
    def editions(self) -> tuple[int, ...]:
        """The editions spoken of, named or not."""
        if self.request.editions or self.request.about_consolidation or self.topic in _MISPOINTED:
            return self.request.editions
        if self.request.years:
            return ()
        return (self.edition,) if self.edition else ()

    @property
    def promotions(self) -> tuple[int, ...]:
        """The editions whose laureates were spoken of: those of the products named last, else those named."""
        if self.products:
            return tuple(dict.fromkeys(one.edition for one in self.products))
        return self.editions if self.topic in _OF_AN_EDITION else ()

    @property
    def scope(self) -> str:
        """The editions, the years or the programme spoken of, in words; empty when there are none."""
        if self.request.about_consolidation and not self.editions:
            return "au programme de consolidation"
        if self.editions:
            return " et ".join(f"fast {number}" for number in self.editions)
        return " et ".join(f"en {year}" for year in self.request.years)


def resolved(turn: Request, before: Before | None, programme: Programme, today: date) -> Request:
    """Return a turn with the edition or the year that « le précédent », « l'année d'après », « le dernier » mean."""
    if turn.editions or turn.years:
        return turn
    bare = find_editions(without_opening(turn.folded))  # « le 15 alors »
    if bare:
        return replace(turn, editions=bare, folded=without_opening(turn.folded))
    if before and before.products and (time := _TIME.search(turn.folded)):
        editions = sorted({one.edition for one in before.products})
        place = {"premiere": 0, "1re": 0, "1ere": 0, "derniere": -1}.get(time[1], 1)
        if len(editions) > max(place, 0):
            renamed = _renamed(turn, _TIME, f"fast {editions[place]}", editions=(editions[place],))
            return replace(renamed, laureates=tuple(p for p in before.products if p.edition == editions[place]))
    for step, pattern in _CALENDAR:
        if pattern.search(turn.folded):
            return _renamed(turn, pattern, f"en {today.year + step}", years=(today.year + step,))
    for place, pattern in _ENDS:
        if pattern.search(turn.folded) and _says_little_else(turn, pattern):
            known = [one.number for one in programme.editions() if one.month and one.month.first <= today]
            if len(known) >= -place:
                return _renamed(turn, pattern, f"fast {known[place]}", editions=(known[place],))
    return _stepped(turn, before, programme) if before else turn


def _stepped(turn: Request, before: Before, programme: Programme) -> Request:
    for step, pattern in _RELATIVE_PATTERNS:
        found = pattern.search(turn.folded)
        if found is None or not _says_little_else(turn, pattern):
            continue
        of_a_year = "an" in re.findall(r"\ban(?=nee|\b)", found[0])
        if (of_a_year or not before.editions) and (year := _year_of(before, programme)):
            return _renamed(turn, pattern, f"en {year + step}", years=(year + step,))
        if before.editions:
            number = before.editions[-1 if step > 0 else 0] + step
            return _renamed(turn, pattern, f"fast {number}", editions=(number,))
    return turn


def _year_of(before: Before, programme: Programme) -> int | None:
    if before.request.years:
        return before.request.years[-1]
    known = programme.edition(before.editions[-1], programme=FAST) if before.editions else None
    return known.year if known else None


def _renamed(
    turn: Request,
    pattern: re.Pattern[str],
    words: str,
    *,
    editions: tuple[int, ...] = (),
    years: tuple[int, ...] = (),
) -> Request:
    folded = pattern.sub(f" {words}", turn.folded, count=1).strip()
    return replace(turn, folded=re.sub(r" {2,}", " ", folded), editions=editions, years=years)


def _says_little_else(turn: Request, pattern: re.Pattern[str]) -> bool:
    rest = pattern.sub(" ", without_opening(turn.folded), count=1)
    return len(_content(rest)) <= 3


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
        _of_a_bare_word(alone, before)
        or _with_antecedent(alone, turn, before, topic)
        or _of_the_funds(alone, turn, before)
        or _with_the_subject(alone, turn, before)
    )
    if found:
        return (*found, turn.text)
    named = turn.editions or turn.years or turn.laureates or turn.funds or turn.about_consolidation
    if before.scope and not named and _goes_on(turn, of_an_edition=topic in _OF_AN_EDITION):
        bare = _ANAPHORA.sub(" ", alone).strip(" ?!.")
        return (f"{bare} {before.scope} ?", turn.text)
    return (alone if _was_renamed(turn) or alone != turn.folded else turn.text,)


def _goes_on(turn: Request, *, of_an_edition: bool) -> bool:
    """Whether a turn that names no edition is about the one spoken of."""
    short = len(_content(turn.folded)) <= 4 and not re.search(r"\b(?:dernier|premier)", turn.folded)
    return bool(
        opens_with_more(turn.folded)
        or _ANAPHORA.search(turn.folded)
        or (short and (of_an_edition or _IT_WAS.match(turn.folded)))
    )


_OF_AN_EDITION: Final = frozenset(
    "applications laureate_count total call_money support_until laureates announcement promotion_month success_rate"
    " biggest_award".split()
)
_IT_WAS: Final = re.compile(r"(?:c'etait|c'est|ca (?:fait|faisait)|(?:il )?y avait|(?:il )?y'? ?a(?:-t-il)?) ")
_BARE_WORD: Final = re.compile(
    r"(?:c'(?:est|etait) )?(?:a |par |depuis |jusqu'a )?(ou|quand|comment|combien|qui|quoi)(?: (?:ca|c'est|c'etait|exactement))*[ ?!.]*"
)
_NOW: Final = re.compile(
    r"(?:et )?(?:maintenant|aujourd'hui|actuellement|depuis|desormais|a present|en ce moment)[ ?!.]*"
)
_WHEN: Final = re.compile(r"\b(?:avant|apres|depuis|jusqu'en|en)(?=[ ?!.]*$)")
_SUM_ASKED: Final = re.compile(r"(?:le |quel |la |quelle )?(?:montant|somme|financement)(?: exacte?)?[ ?!.]*")
_OF_PRODUCTS: Final = {
    "quand": "{} laureat de quelle edition ?",
    "combien": "combien a recu {} ?",
    "qui": "qui porte {} ?",
    "quoi": "a quoi sert {} ?",
}
_OF_TOPICS: Final = {
    ("open_now", "ou"): "où est le formulaire pour candidater ?",
    ("open_now", "comment"): "comment candidater ?",
    ("open_now", "quand"): "quelle est la date limite ?",
    ("deadline", "ou"): "comment candidater ?",
    ("deadline", "comment"): "comment candidater ?",
    ("laureates", "combien"): "combien de laureats {scope} ?",
    ("laureates", "quand"): "date {scope} ?",
    ("cap", "quand"): "date {scope} ?",
    ("cap_change", "quand"): "comment le plafond a-t-il change ?",
    ("invested", "combien"): "combien la dinum a-t-elle investi dans le fast depuis 2019 ?",
    ("laureate_count", "qui"): "qui sont les laureats {scope} ?",
    ("applications", "qui"): "qui sont les laureats {scope} ?",
    ("total", "qui"): "qui sont les laureats {scope} ?",
    ("replaced", "quand"): "quand le fast a-t-il ete remplace ?",
}


def _of_a_bare_word(alone: str, before: Before) -> tuple[str, ...]:
    """Return what « où ? », « quand ? », « combien ? » alone ask of what was spoken of last."""
    found = _BARE_WORD.fullmatch(alone)
    for pattern, asked in _OF_PROMOTIONS:
        if before.promotions and pattern.search(alone) and len(_content(alone)) <= 3:
            return (asked.format(scope=" et ".join(f"fast {number}" for number in before.promotions)),)
    if before.topic in _WHAT_CHANGES and _CHANGED.search(alone) and len(_content(alone)) <= 3:
        return (f"{_WHAT_CHANGES[before.topic]} a-t-il change ?",)
    if before.topic == "incubator_laureates" and _OF_PROMOTIONS[1][0].search(alone):
        return (before.request.folded,)
    if before.topic == "invested" and re.search(r"\b(?:argent|euros|montant|somme|sous)\b", alone):
        return (_OF_TOPICS["invested", "combien"],)
    if before.products and _ITS_EDITION.fullmatch(alone):
        return (_OF_PRODUCTS["quand"].format(_names(before.products)),)
    if before.topic == "biggest_award" and (rank := _RANK.search(alone)) and len(_content(alone)) <= 2:
        return (re.sub(r"\ble (?:plus|moins)\b", rank[0], before.request.folded),)
    if before.products and _SUM_ASKED.fullmatch(alone):
        return (_OF_PRODUCTS["combien"].format(_names(before.products)),)
    if _NOW.fullmatch(alone):
        return (_WHEN.sub(" ", without_slots(before.request.folded)).strip(" ?!."),)
    if found is None:
        return ()
    if before.products and found[1] in _OF_PRODUCTS:
        return (_OF_PRODUCTS[found[1]].format(_names(before.products)),)
    if found[1] == "combien" and before.topic in {"cap", "incubator_cap", "rate", "envelope"}:
        return (before.request.folded,)
    question = _OF_TOPICS.get((before.topic or "", found[1]))
    return (question.format(scope=before.scope),) if question else ()


_CHANGED: Final = re.compile(r"\b(?:chang|evolu|boug|modifi|pareil|vari)\w*")
_WHAT_CHANGES: Final = {
    "rate": "le taux",
    "cap": "le plafond",
    "incubator_cap": "le plafond",
    "envelope": "l'enveloppe",
    "support_months": "la duree de l'accompagnement",
}
_RANK: Final = re.compile(r"\ble (?:plus|moins)\b")
_ITS_EDITION: Final = re.compile(
    r"(?:c'(?:est|etait) |(?:dans|de|lors de|pour|a) )*(?:quel(?:le)?|laquelle) ?(?:promo\w*|editions?|fast|session|cuvee|annee|appel)?(?: (?:c'(?:est|etait)|deja))?[ ?!.]*"
)
# What a short turn asks of the edition of the products, or of the laureates, spoken of last.
_OF_PROMOTIONS: Final = (
    (
        re.compile(r"\bqui d'autres?\b|\bavec qui\b|\bles autres\b(?! (?:fonds|criteres|conditions|phases))"),
        "les laureats {scope} ?",
    ),
    (
        re.compile(
            r"^(?:les ?quel(?:le)?s|qui (?:ca|sont-ils|etait-ce)\b|cite[rz]?[- ]?(?:les|moi)?|leurs? noms?|(?:la )?liste|(?:les )?(?:gagnants?|laureats?|noms))\b"
        ),
        "qui sont les laureats {scope} ?",
    ),
    (
        re.compile(
            r"\b(?:ils|elles|vous)\b.*\bcombien\b(?!.*\b(?:recu|eu|touche|obtenu)\b)|\bcombien\b.*\b(?:ils|elles|sont|etaient|y en a|y en avait)\b(?!.*\b(?:recu|eu|touche|obtenu)\b)"
        ),
        "combien de laureats {scope} ?",
    ),
    (
        re.compile(
            r"\b(?:pour|a|et en|en|ca fait) (?:combien d')?(?:argent|euros|montant|sous)\b|\bquel (?:montant|total)\b"
        ),
        "quel montant total {scope} ?",
    ),
)


def _names(products: Sequence[Laureate]) -> str:
    return " et ".join(dict.fromkeys(one.name for one in products))


def _of_the_funds(alone: str, turn: Request, before: Before) -> tuple[str, ...]:
    """Return a short turn about the other funds spoken of last: « à quel taux ? »."""
    elsewhere = turn.funds or turn.laureates or turn.editions or turn.about_consolidation
    if not before.request.funds or elsewhere or "fast" in alone.split() or len(_content(alone)) > 4:
        return ()
    names = " et ".join(fund.name for fund in before.request.funds)
    return (f"{alone.rstrip(' ?!.')} {names} ?",)


_ELIGIBILITY: Final = re.compile(r"eligib|recevable|\bcriteres?\b|(?:ca|on|il|elle) pass(?:e|ait|erait)\b|exclu")


def _with_the_subject(alone: str, turn: Request, before: Before) -> tuple[str, ...]:
    """Return a turn with the subject of the last question, where its own words do not say what is asked of them."""
    last = before.request
    if turn.phases and last.phases and len(_content(alone)) <= 2:
        return (re.sub(_PHASE_WORDS[last.phases[-1]], turn.phases[-1].replace("transfer", "transfert"), last.folded),)
    if _ELIGIBILITY.search(last.folded) and opens_with_more(turn.folded) and not _ELIGIBILITY.search(alone):
        return (f"{alone.rstrip(' ?!.')} : est-ce eligible ?",)
    if (before.topic or "").startswith("support_") and "accompagn" not in alone and len(_content(alone)) <= 3:
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
    words = [] if turn.funds else [word for word in _content(rest) if word != MARK and not _FILLERS.match(word)]
    named = turn.editions or turn.years or turn.laureates or turn.funds or turn.about_consolidation or turn.population
    back_to_fast = last.about_consolidation and "fast" in turn.folded.split()
    if words or not (named or back_to_fast):
        return False
    return turn.asks in (Asks.ANYTHING, last.asks) or (turn.asks is Asks.AMOUNT and last.asks is not Asks.DATE)


def _content(text: str) -> list[str]:
    return [word for word in french.words(text) if word not in french.STOP_WORDS and word not in {"?", "fast"}]


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
    if before.products and of_a_product and _IT_WAS.match(alone) and len(_content(alone)) <= 3:
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
    names = _names(products)
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
    words = [word for word in _content(rest) if not _FILLERS.match(word) and not _SUM_WORDS.match(word)]
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
    if begun and len(_content(turn.folded)) <= _FEW:
        return tuple(begun) if len({fold(name).split()[0] for name in begun}) == 1 else ()
    last = before.products[0].name if before and before.products else ""
    said = set(fold(without_opening(turn.folded)).split()) - french.STOP_WORDS
    if not last or not said:
        return ()
    start = fold(last).split()[:2]
    return tuple(name for name in names if fold(name).split()[:2] == start and said <= set(fold(name).split()[2:]))
