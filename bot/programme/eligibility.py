"""The eligibility interview: the next question from the answers so far, or the verdict with its reasons."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from bot.errors import NoRuleInForce
from bot.programme.criteria import Criteria, Criterion
from bot.programme.models import FAST, Fund
from bot.programme.names import fold
from bot.programme.rules import say_day

Answer = Literal["yes", "no", "unknown"]
Answers = Mapping[str, Answer]


class Outcome(StrEnum):
    """What the answers allow to say; it is never a decision, which the committee takes."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    CANNOT_SAY = "cannot_say"


@dataclass(frozen=True)
class Question:
    """The next question; `number` counts from 1, `at_most` is the number of the last one that may still come."""

    criterion: Criterion
    number: int
    at_most: int


@dataclass(frozen=True)
class Verdict:
    """What the answers amount to, each criterion with its own source.

    `reasons` are the criteria that are not met, all those known (for a group of which one is enough: each of them);
    `to_check` those answered « je ne sais pas » on which the verdict depends; `remarks` those that count without
    deciding: priorities not met, or not known. `no_open_call` is set by who knows the calendar: why the verdict can
    lead to no application today, None when a call is open.
    """

    outcome: Outcome
    criteria: Criteria
    reasons: tuple[Criterion, ...] = ()
    to_check: tuple[Criterion, ...] = ()
    met: tuple[Criterion, ...] = ()
    remarks: tuple[Criterion, ...] = ()
    no_open_call: str | None = None


@dataclass(frozen=True)
class FundSuggestion:
    """A fund that no answer rules out; `to_check` are its own constraints, which the interview does not ask about."""

    fund: Fund
    to_check: tuple[str, ...]


def criteria_for(
    periods: Iterable[Criteria], *, on: date | None = None, edition: int | None = None, programme: str | None = None
) -> Criteria:
    """Return the criteria of an edition (of the FAST unless told otherwise) at its end, or those in force on a day.

    Raises NoRuleInForce, saying why, when there are none.
    """
    known = sorted(periods, key=lambda one: one.valid_from)
    wanted = programme or (FAST if edition is not None else None)
    for one in known:
        if wanted in (None, one.programme) and _holds(one, on, edition):
            return one.as_of(on)
    raise NoRuleInForce(_no_criteria(known, on, edition, wanted))


def next_question(criteria: Criteria, answers: Answers) -> Question | Verdict:
    """Return the first question still needed, or the verdict. Answers to other questions are left aside.

    An excluding answer gives the verdict at once; of a group of which one is enough, no more is asked after a « yes ».
    """
    if _failed(criteria, answers):
        return _verdict(criteria, answers)
    pending = _pending(criteria, answers)
    if not pending:
        return _verdict(criteria, answers)
    asked = sum(one.id in answers for one in criteria.criteria)
    return Question(pending[0], asked + 1, asked + len(pending))


def parse_answer(text: str) -> Answer | None:
    """Return the answer that a short text is (« oui », « pas encore », « je ne sais pas »); None when it is none."""
    words = re.sub(r"[^a-zàâçéèêëîïôûùü?]+", " ", text.casefold().replace("’", "'").replace("'", " ")).strip()
    return next((answer for answer, spoken in _SPOKEN.items() if words in spoken), None)


def other_funds(funds: Iterable[Fund], answers: Answers) -> tuple[FundSuggestion, ...]:
    """Return the funds that the answers do not rule out; each has its own year, amounts and rate."""
    return tuple(
        FundSuggestion(fund, fund.constraints) for fund in funds if fund.id != FAST and _may_fit(fund, answers)
    )


_SPOKEN: Mapping[Answer, frozenset[str]] = {
    "yes": frozenset({"oui", "o", "ouais", "oui oui", "oui bien sûr", "bien sûr", "tout à fait", "yes", "y", "ok"}),
    "no": frozenset({"non", "n", "no", "nan", "pas encore", "non pas encore", "pas du tout", "non pas du tout"}),
    "unknown": frozenset(
        {"je ne sais pas", "je sais pas", "j sais pas", "sais pas", "je n en sais rien", "aucune idée", "jsp", "nsp"}
        | {"?", "peut être", "pas sûr", "pas sûre", "je crois", "ça dépend", "à vérifier"}
    ),
}


def _holds(criteria: Criteria, on: date | None, edition: int | None) -> bool:
    in_edition = edition is None or edition in criteria.editions
    in_time = on is None or (criteria.valid_from <= on and (criteria.valid_to is None or on <= criteria.valid_to))
    return in_edition and in_time


def _no_criteria(known: list[Criteria], on: date | None, edition: int | None, programme: str | None) -> str:
    of_it = [one for one in known if programme in (None, one.programme)]
    what = f"le FAST {edition}" if edition is not None else f"le {say_day(on)}" if on else "cette demande"
    first = f" ; les premiers connus sont ceux du {of_it[0].label}" if of_it else ""
    return f"Les documents ne donnent pas de critères d'éligibilité pour {what}{first}."


def _unmet(criterion: Criterion, answers: Answers) -> bool:
    return answers.get(criterion.id) == criterion.excluded_by


def _met(criterion: Criterion, answers: Answers) -> bool:
    return answers.get(criterion.id) == ("no" if criterion.excluded_by == "yes" else "yes")


def _of(criteria: Criteria, role: str) -> tuple[Criterion, ...]:
    return tuple(one for one in criteria.criteria if one.role == role)


def _failed(criteria: Criteria, answers: Answers) -> tuple[Criterion, ...]:
    """Return what excludes: the required criteria not met, and the whole group of which none is."""
    group = _of(criteria, "one_of")
    lost = group if group and all(_unmet(one, answers) for one in group) else ()
    return (*(one for one in _of(criteria, "required") if _unmet(one, answers)), *lost)


def _pending(criteria: Criteria, answers: Answers) -> list[Criterion]:
    group = _of(criteria, "one_of")
    group = () if any(_met(one, answers) for one in group) else group
    return [one for one in (*_of(criteria, "required"), *group, *_of(criteria, "priority")) if one.id not in answers]


def _verdict(criteria: Criteria, answers: Answers) -> Verdict:
    failed = _failed(criteria, answers)
    group = _of(criteria, "one_of")
    deciding = (*_of(criteria, "required"), *(() if any(_met(one, answers) for one in group) else group))
    unknown = tuple(one for one in deciding if answers.get(one.id) == "unknown")
    outcome = Outcome.NOT_ELIGIBLE if failed else Outcome.CANNOT_SAY if unknown else Outcome.ELIGIBLE
    return Verdict(
        outcome,
        criteria,
        reasons=failed,
        to_check=unknown,
        met=tuple(one for one in criteria.criteria if _met(one, answers)),
        remarks=tuple(one for one in _of(criteria, "priority") if one.id in answers and not _met(one, answers)),
    )


def _may_fit(fund: Fund, answers: Answers) -> bool:
    if answers.get("public") == "no":
        return False
    if answers.get("product") == "no" and not any("projet" in fold(mode) for mode in fund.mode):
        return False  # an incubator is no product; some funds take projects
    if fund.audience == "usagers" and answers.get("internal_tool") == "yes":
        return False
    no_product_yet = "no" in (answers.get("online"), answers.get("satisfied_users"))
    return not (no_product_yet and _for_existing_products_only(fund))


def _for_existing_products_only(fund: Fund) -> bool:
    phases = [fold(phase) for phase in fund.phases]
    return bool(phases) and all("existant" in phase or "acceleration" in phase for phase in phases)
