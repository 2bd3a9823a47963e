"""What a turn means in its conversation: which act it is there, and how the holes of its query are filled. Pure."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from bot.french.moments import Period
from bot.programme.lookup import Programme
from bot.programme.models import CONSOLIDATION
from bot.questions.acts import Query, Scope
from bot.questions.reading import Reading
from bot.questions.situations import Situation
from bot.questions.spans import Kind

FOLLOWS: Final = ("follow_scope", "follow_attribute")
ON_SCREEN: Final = ("pick", "filter_shown")
ABOUT_THE_LAST: Final = ("doubt", "why", "source", "detail", "whole_list", "shorter", "repeat", "recap")
ANSWERS: Final = ("yes", "no", "unknown", "tell")
_FORGETS: Final = 0.5  # « on recommence » forgets everything: it must be likelier than all else together


def act_in(acts: Mapping[str, float], situation: Situation) -> str:
    """Return the likeliest act of a turn among those that are possible where it comes."""
    allowed = {name: p for name, p in acts.items() if _possible(name, situation)}
    if allowed.get("restart", 0.0) < _FORGETS:
        allowed.pop("restart", None)
    return max(allowed, key=lambda name: allowed[name])


def _possible(name: str, situation: Situation) -> bool:
    said = situation.last != "nothing"
    possible = {
        **dict.fromkeys(ANSWERS, situation.task == "interview"),
        **dict.fromkeys(ABOUT_THE_LAST, said or situation.task == "interview"),
        **dict.fromkeys(FOLLOWS, said),
        **dict.fromkeys(ON_SCREEN, said),
        "unknown": situation.task is not None,
        "back": situation.task == "interview",
        "resume": situation.parked,
        "choose": situation.choices,
        "give": situation.last == "simulation" or situation.task == "simulation",
        "recap": said or situation.task is not None,
    }
    return possible.get(name, True)


_MOMENT: Final = ("editions", "years", "periods")


def points(text: str, scope: Scope) -> bool:
    """Whether a folded text can point at items on screen: « le deuxième » can, « le deuxième FAST » names an edition."""
    return not scope.editions or not _AN_EDITION.search(text)


_AN_EDITION: Final = re.compile(r"\b(?:fast|editions?|promotions?|promos?|appels?)\b")


def filled(query: Query, focus: Query | None) -> Query:
    """Return a query whose holes are filled from the focus: its scope where it names nothing of that kind."""
    if focus is None:
        return query
    own, before = query.scope, focus.scope
    changes: dict[str, object] = {}
    if not own.has_moment:
        changes |= {name: getattr(before, name) for name in _MOMENT}
    if not own.laureates and not own.has_moment:
        changes["laureates"] = before.laureates
    if not own.funds:
        changes["funds"] = before.funds
    if own.programme is None and not own.has_moment:
        changes["programme"] = before.programme
    return query.model_copy(update={"scope": own.model_copy(update=changes)})


def moved(focus: Query, scope: Scope, reading: Reading) -> Query:
    """Return the query asked before, of another scope: « et le 15 ? », « et pour Docurba ? », « le précédent »."""
    changes: dict[str, object] = {}
    step = _step(reading.scan.text)
    bare = [int(one) for one in reading.scan.values(Kind.NUMBER) if one == int(one)]
    if scope.is_empty and focus.scope.editions and len(bare) == 1 and not reading.terms.content:
        scope = Scope(editions=(bare[0],))  # « et 14 ? », of an edition
    if scope.has_moment:
        changes |= {name: getattr(scope, name) for name in _MOMENT}
        if scope.editions and focus.scope.programme:
            changes["programme"] = None
    elif _A_YEAR_LATER.search(reading.scan.text) and (focus.scope.periods or focus.scope.years):
        later = tuple(Period(_a_year_after(one.first), _a_year_after(one.last)) for one in focus.scope.periods)
        changes |= {"periods": later, "years": tuple(year + 1 for year in focus.scope.years)}
    elif step and focus.scope.editions:
        changes |= {"editions": (focus.scope.editions[-1] + step,), "years": (), "periods": ()}
    elif step and focus.scope.years:
        changes["years"] = (focus.scope.years[-1] + step,)
    elif _NOW.search(reading.scan.text):
        changes |= dict.fromkeys(_MOMENT, ())
    if scope.laureates:
        changes |= {"laureates": scope.laureates, **({} if scope.has_moment else dict.fromkeys(_MOMENT, ()))}
    if scope.funds:
        changes["funds"] = scope.funds
    if scope.programme:
        changes |= {"programme": scope.programme, **dict.fromkeys(_MOMENT, ())}
    if scope.population:
        changes["population"] = scope.population
    return focus.model_copy(update={"scope": focus.scope.model_copy(update=changes), "premises": (), "rest": ()})


_BEFORE: Final = re.compile(r"\b(?:precedente?s?|d'avant|avant|anterieure?|juste avant)\b")
_AFTER: Final = re.compile(r"\b(?:suivante?s?|d'apres|apres|prochaine?)\b")
_NOW: Final = re.compile(r"\b(?:aujourd'hui|maintenant|actuellement|en ce moment|desormais)\b")


_A_YEAR_LATER: Final = re.compile(r"\b(?:un|1) an (?:plus tard|apres)\b|\bl'annee (?:suivante|d'apres)\b")


def _a_year_after(day: date) -> date:
    """Return the same day a year later; the bounds of time stay."""
    if day in (date.min, date.max):
        return day
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _step(text: str) -> int:
    return -1 if _BEFORE.search(text) else 1 if _AFTER.search(text) else 0


_PLACES: Final[Mapping[str, int]] = {
    "premier": 0, "premiere": 0, "1er": 0, "1ere": 0, "deuxieme": 1, "second": 1, "seconde": 1, "2e": 1, "2eme": 1,
    "troisieme": 2, "3e": 2, "3eme": 2, "quatrieme": 3, "4e": 3, "cinquieme": 4, "5e": 4, "sixieme": 5, "6e": 5,
    "septieme": 6, "7e": 6, "huitieme": 7, "8e": 7, "neuvieme": 8, "dixieme": 9,
    "dernier": -1, "derniere": -1, "avant-dernier": -2, "avant-derniere": -2,
}  # fmt: skip
_WORD: Final = re.compile(r"[a-z0-9]+(?:-derniere?)?")
_FIRST_OF: Final = re.compile(r"\b(?:les )?(deux|trois|quatre|2|3|4) (premiers?|premieres?|derniers?|dernieres?)\b")
_COUNT: Final[Mapping[str, int]] = {"deux": 2, "trois": 3, "quatre": 4, "2": 2, "3": 3, "4": 4}


def positions(text: str, size: int) -> tuple[int, ...]:
    """Return which items of a list of `size` a folded text points at, from 0; () when it points at none."""
    several = _FIRST_OF.search(text)
    if several:
        count = min(_COUNT[several[1]], size)
        return tuple(range(count)) if several[2].startswith("premi") else tuple(range(size - count, size))
    found = [_PLACES[word] for word in _WORD.findall(text) if word in _PLACES]
    return tuple(place % size for place in found if -size <= place < size)


def names_of(scope: Scope, programme: Programme) -> str:
    """Return the names of a scope, as they are written before a turn that hangs on it."""
    funds = [fund.name for fund in programme.funds if fund.id in scope.funds]
    editions = [f"FAST {number}" for number in scope.editions] if scope.programme != CONSOLIDATION else []
    after = [programme.schemes[CONSOLIDATION].name] if scope.programme == CONSOLIDATION else []
    return " ".join([*scope.laureates, *funds, *(editions or list(map(str, scope.years))), *after])
