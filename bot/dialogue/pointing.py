"""What « le précédent », « l'année d'après », « la dernière édition » mean in a turn. Pure."""

import re
from dataclasses import replace
from datetime import date
from typing import Final

from bot.dialogue.before import Before, content_of
from bot.dialogue.turns import without_opening
from bot.dialogue.understanding import Request, find_editions
from bot.programme.lookup import Programme
from bot.programme.models import FAST

_THE_ONE: Final = (
    r"(?:(?:l'|le |la |celui |celle |l'edition |l'appel |la promotion |au |du |fast |l'annee |l'an ){0,4})"
)
_RELATIVE: Final = (
    (
        -1,
        rf"{_THE_ONE}(?:d'avant|precedent\w*|(?:juste )?avant(?: ca| cela)?)",
    ),
    (
        1,
        rf"{_THE_ONE}(?:d'apres|suivant\w*|(?:juste )?apres(?: ca| cela)?)",
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
    return len(content_of(rest)) <= 3
