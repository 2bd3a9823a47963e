"""How a turn that leaves something out is completed by the question before it: « et pour le 17 ? ». Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bot.dialogue.extraction import Asks
from bot.dialogue.products import MARK, without_products
from bot.dialogue.turns import opens_with_more, without_opening
from bot.dialogue.understanding import Request, with_editions, with_years, without_slots
from bot.documents import french
from bot.programme.lookup import Programme
from bot.programme.models import FAST, Laureate

_FILLERS: Final = re.compile(
    r"^(?:consolid|program|dispositif|incubateur|edition|promotion|fast|annee|an\b|cas|pareil|appel|session|cuvee|startup|produit|service|fonds|guichet|maintenant|exactement|juste|question|chose|donne|dire|parle|voulais)"
)
_ANAPHORA: Final = re.compile(
    r"\b(?:cette (?:edition|promotion|annee|session|cuvee)|ce (?:fast|cru|moment-la)|celui-la|celui-ci|celle-la|celle-ci|la-dedans|dedans|a l'epoque|meme (?:edition|annee|promotion)|cet appel)\b"
)
_PRONOUN: Final = re.compile(
    r"\b(?:il|elle|ils|elles|eux|lui|leur|ce (?:produit|service|projet|laureat)|cette startup|ce dernier|cette derniere|celui-ci|celle-ci|ca|le porte|la porte|l'a|en)\b"
)
_IMPERSONAL: Final = re.compile(r"\b(?:il (?:faut|fallait|y a|existe|reste|est possible)|y a-t-il|faut-il|s'il|(?:ca|il) (?:suffit|depend|marche|change)|qu'il faut)\b")
_THEM: Final = re.compile(r"\b(?:ils|elles|eux|leurs?|chacun|les laureats|ces (?:laureats|produits|projets|startups))\b")
_RELATIVE: Final = (
    (-1, r"(?:l'|le |la |celui |celle |l'edition |l'appel |la promotion |au |du |le fast |fast |l'annee |l'an )*(?:d'avant|precedent\w*|(?:juste )?avant)"),
    (1, r"(?:l'|le |la |celui |celle |l'edition |l'appel |la promotion |au |du |le fast |fast |l'annee |l'an )*(?:d'apres|suivant\w*|(?:juste )?apres)"),
)
_RELATIVE_PATTERNS: Final = tuple((step, re.compile(rf"\b{pattern}\b(?! (?:le|la|les|l'|un|une|du|quoi|cela|ca|avoir|candidat))")) for step, pattern in _RELATIVE)
_ENDS: Final = (
    (-2, re.compile(r"\b(?:l'|le |la |de l'|a l')?avant[- ]derniere?s?\b(?: (?:fast|edition|appel|promotion))?")),
    (-1, re.compile(r"\b(?:le |la |les |du |au |l')?(?:tout )?(?:derniere?|plus recente?)\b(?! (?:question|reponse|fois|jour|delai|annee|mois))(?: (?:fast|edition|appel|promotion))?(?: en date)?")),
)
_CALENDAR: Final = (
    (-1, re.compile(r"\b(?:l'an(?:nee)? (?:dernier|derniere|passee?))\b")),
    (0, re.compile(r"\b(?:cette annee(?!-la)|l'annee en cours)\b")),
    (1, re.compile(r"\b(?:l'an(?:nee)? (?:prochaine?|qui vient))\b")),
)
_FAST: Final = re.compile(r"(?:du |le |au )?\bfast\b")
_MISPOINTED: Final = frozenset({"open_now"})


@dataclass(frozen=True)
class Before:
    """What a turn can take up: the last question understood, the edition its answer rested on, its topic."""

    request: Request
    edition: int | None = None
    topic: str | None = None

    @property
    def editions(self) -> tuple[int, ...]:
        """The editions spoken of, named or not."""
        if self.request.editions or self.request.about_consolidation or self.topic in _MISPOINTED:
            return self.request.editions
        if self.request.years or self.request.laureates:
            return ()
        return (self.edition,) if self.edition else ()

    @property
    def scope(self) -> str:
        """The editions or years spoken of, in words; empty when there are none."""
        if self.editions:
            return " et ".join(f"fast {number}" for number in self.editions)
        return " et ".join(f"en {year}" for year in self.request.years)


def resolved(turn: Request, before: Before | None, programme: Programme, today: date) -> Request:
    """Return a turn with the edition or the year that « le précédent », « l'année d'après », « le dernier » mean."""
    if turn.editions or turn.years:
        return turn
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


def readings(turn: Request, before: Before | None, *, of_an_edition: bool) -> tuple[str, ...]:
    """Return the full questions that a turn may mean, the likeliest first; `of_an_edition`: it asks for one.

    The turn as it is comes last, unless it says nothing by itself.
    """
    if before is None:
        return (turn.folded if _was_renamed(turn) else turn.text,)
    alone = without_opening(turn.folded) or turn.folded
    if is_elliptic(turn, before.request):
        return (_filled(turn, before),)
    found = _with_antecedent(alone, turn, before)
    if found:
        return (*found, turn.text)
    named = turn.editions or turn.years or turn.laureates or turn.funds or turn.about_consolidation
    if before.scope and not named:
        goes_on = opens_with_more(turn.folded) or _ANAPHORA.search(turn.folded) or _is_past_or_short(turn, of_an_edition)
        if goes_on:
            bare = _ANAPHORA.sub(" ", alone).strip(" ?!.")
            return (f"{bare} {before.scope} ?", turn.text)
    if _was_renamed(turn):
        return (alone,)
    return (alone if alone != turn.folded else turn.text,)


def _was_renamed(turn: Request) -> bool:
    return bool((turn.editions or turn.years)) and not _same_slots(turn)


def _same_slots(turn: Request) -> bool:
    folded = french.fold(turn.text)
    return all(str(number) in folded for number in (*turn.editions, *turn.years)) or not (
        re.search(r"precedent|suivant|d'avant|d'apres|dernier|derniere|recent|cette annee|prochain|apres|avant|passee?|en cours", folded)
    )


def _is_past_or_short(turn: Request, of_an_edition: bool) -> bool:
    return of_an_edition and len(_content(turn.folded)) <= 4


def is_elliptic(turn: Request, last: Request) -> bool:
    """Whether a turn names things but asks nothing of them: « et pour le 17 ? », « en 2023 ? », « et Docurba ? »."""
    rest = without_products(without_slots(without_opening(turn.folded)), turn.laureates)
    words = [] if turn.funds else [word for word in _content(rest) if word != MARK and not _FILLERS.match(word)]
    named = turn.editions or turn.years or turn.laureates or turn.funds or turn.about_consolidation or turn.population
    back_to_fast = re.fullmatch(r"(?:pour |et |du |le |au |sur )*fast[ ?!.]*", without_opening(turn.folded)) is not None
    if words or not (named or back_to_fast):
        return False
    return turn.asks in (Asks.ANYTHING, last.asks) or (turn.asks is Asks.AMOUNT and last.asks is not Asks.DATE)


def _content(text: str) -> list[str]:
    return [word for word in french.words(text) if word not in french.STOP_WORDS and word not in {"?", "fast"}]


def _filled(turn: Request, before: Before) -> str:
    """Put what a turn names in the place of what the last question named."""
    last = before.request
    text = last.folded
    if turn.funds:
        return f"{_without_names(text, [name for fund in last.funds for name in (fund.name, *fund.aliases)])} {turn.folded}"
    if turn.laureates:
        text = _of_products(turn, last)
    if turn.about_consolidation and not last.about_consolidation:
        text = f"{without_slots(_FAST.sub(' ', text))} programme de consolidation"
    elif last.about_consolidation and not turn.about_consolidation and (turn.editions or "fast" in turn.folded):
        text = re.sub(r"(?:le |du |au |pour le )?(?:nouveau )?(?:programme|dispositif)(?: de consolidation)?|consolidation", "fast", text)
    if turn.population and turn.population != last.population:
        text = re.sub(r"\b(?:pour |d'|de )?(?:un |une |le |l'|les |des )?(?:incubateurs?|produits?|startups?)\b", " ", text)
        text = f"{text.rstrip(' ?!.')} pour un {'incubateur' if turn.population == 'incubator' else 'produit'}"
    if turn.editions:
        text = with_editions(text, turn.editions)
    elif turn.years:
        text = with_years(text, turn.years)
    elif before.scope and not last.editions and not last.years and turn.population:
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


def _with_antecedent(alone: str, turn: Request, before: Before) -> tuple[str, ...]:
    """Return a turn with the products that its pronoun stands for; () when it has none."""
    if turn.laureates or turn.funds or not _PRONOUN.search(alone) or _IMPERSONAL.search(alone):
        return ()
    products = before.request.laureates
    if products:
        return (_about(alone, products),)
    if before.topic == "laureates" and before.editions and _THEM.search(alone):
        rest = _THEM.sub(" ", alone).strip(" ?!.,")
        return (f"{rest} les laureats du {before.scope} ?",)
    return ()


def _about(alone: str, products: Sequence[Laureate]) -> str:
    names = " et ".join(dict.fromkeys(one.name for one in products))
    replaced = re.sub(
        r"\b(?:il|elle|ils|elles|eux|lui|ce (?:produit|service|projet|laureat)|cette startup|ce dernier|cette derniere|celui-ci|celle-ci|ca)\b",
        names,
        alone,
        count=1,
    )
    return replaced if replaced != alone else f"{alone.rstrip(' ?!.')} {names} ?"
