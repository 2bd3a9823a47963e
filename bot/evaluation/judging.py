"""Grades one answer as a coach would who repeats it to a minister: is it what was asked, and is all of it so?"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Final

from bot.documents import french
from bot.evaluation.expectations import Expectation, Question, Turn
from bot.evaluation.replies import PLAIN, Reply, claims_in
from bot.evaluation.values import Kind, Value, comparable, contains, only_value, values_in


class Grade(StrEnum):
    """What an answer is worth, worst first; a whole is worth its worst part."""

    WRONG = "faux"
    WRONGLY_ANSWERED = "répondu à tort"
    WRONGLY_REFUSED = "refusé à tort"
    LOST = "fil perdu"
    ASKED_BACK = "redemandé sans raison"
    OFF = "à côté"
    PARTLY = "en partie"
    RIGHT = "juste"


_WORST_FIRST: Final = list(Grade)


@dataclass(frozen=True)
class Judgement:
    """What one question came to; `problems` say in French why it is not right."""

    question: Question
    reply: Reply
    grade: Grade
    problems: tuple[str, ...]
    milliseconds: float = 0.0

    @property
    def right(self) -> bool:
        return self.grade is Grade.RIGHT


_STATED: Final = frozenset(Kind) - {Kind.EDITION, Kind.YEAR}  # an edition or a year says of what, not what
_LONG_LIST = 4  # items: one figure or name that was asked is looked for among so many
_TOLD: Final = (
    "dis|disent|dit|precis|donne|donnent|indique|nomme|publie|expliqu|cite|chiffre|recens|detaill|rattach|mention|parle|"
    "fix|prevoi|annonc|figure|permet|compt|contien|trouv|connai|sai[st]|repond"
)
_NOT_KNOWN: Final = re.compile(
    r"\b(?:n'est|n'etait|n'a|n'avait|ne sont|n'ont) (?:pas|dans aucun)\b|\baucun"
    rf"|\b(?:ne|n')(?: ?(?:le|la|les|l'|en|me|nous|vous|y))? ?(?:{_TOLD})\w*"
    r"|\bpas (?:encore )?(?:ete )?(?:connu|publie|precise|indique|documente|annonce|dans les doc|parmi|de source)"
    r"|\binconnu|\brien (?:sur|ne|n'|de publie)|\babsent"
)
_YES: Final = re.compile(r"(?:oui|exact|en effet|tout a fait|c'est bien|c'est exact|c'est vrai)\b")
_NO: Final = re.compile(
    r"(?:non\b|pas |faux|aucun|c'est faux|c'est inexact|ce n'est (?:pas|plus)|il n'y a (?:pas|plus))"
)
_PROPER: Final = re.compile(r"\b[A-ZÀ-Ý][a-zà-ÿ'-]+(?: [A-ZÀ-Ý][\wà-ÿ'-]+)+")


@dataclass(frozen=True)
class Judge:
    """Grades answers; `names` are those that a list can be made of (laureates)."""

    names: tuple[str, ...] = ()

    def grade(self, question: Question, reply: Reply, today: date, milliseconds: float = 0.0) -> Judgement:
        """Grade the reply to a question asked on `today`, unless the question names its day."""
        parts = question.parts or (question,)
        known = _Known(question, parts, reply, question.today or today)
        outcomes = [_Part(part, known, self.names).outcome() for part in parts]
        outcomes += list(_of_the_whole(question, reply, question.today or today))
        grade = min((one for one, _ in outcomes), key=_WORST_FIRST.index)
        if grade in {Grade.OFF, Grade.WRONGLY_REFUSED, Grade.ASKED_BACK}:
            answered = [one for one, _ in outcomes[: len(parts)] if one in {Grade.RIGHT, Grade.PARTLY}]
            grade = Grade.PARTLY if answered and len(parts) > 1 else grade
            grade = Grade.LOST if grade is not Grade.PARTLY and isinstance(question, Turn) and question.leans else grade
        problems = tuple(dict.fromkeys(problem for one, problem in outcomes if one is not Grade.RIGHT))
        return Judgement(question, reply, grade, problems, milliseconds)


Outcome = tuple[Grade, str]
_FINE: Final[Outcome] = (Grade.RIGHT, "")


def _of_the_whole(question: Question, reply: Reply, day: date) -> Iterable[Outcome]:
    """What is asked of the answer as a whole: its status, its sources, their day."""
    if reply.status == "error":
        yield Grade.WRONGLY_REFUSED, "une panne"
    if reply.reason == "out_of_scope" and question.reason in {"not_in_documents", "in_the_future"}:
        yield Grade.WRONGLY_REFUSED, "dit hors sujet ce qui est du domaine"
    elif question.reason and reply.status == "refused" and reply.reason != question.reason:
        yield Grade.PARTLY, f"refusé pour {reply.reason} au lieu de {question.reason}"
    if reply.status == "answered" and question.documents and not set(question.documents) & set(reply.documents):
        yield Grade.PARTLY, f"cite {', '.join(reply.documents) or 'rien'} au lieu de {', '.join(question.documents)}"
    if reply.status == "answered" and question.cite and not reply.documents:
        yield Grade.PARTLY, "ne cite rien"
    late = [one.date for one in reply.cited if one.date and one.date > day]
    if reply.status == "answered" and late:
        yield Grade.PARTLY, f"s'appuie sur une page du {max(late).isoformat()}, après le jour de la question"
    expected = set(question.statuses)
    if expected and expected <= {"clarify", "smalltalk"} and reply.status not in expected:
        grade = Grade.WRONGLY_ANSWERED if reply.status == "answered" else Grade.WRONGLY_REFUSED
        yield grade, f"statut {reply.status} au lieu de {'/'.join(question.statuses)}"


@dataclass(frozen=True)
class _Known:
    """What may stand in an answer without being its claim: the asker's own values, and those of the other parts."""

    question: Question
    parts: Sequence[Expectation]
    reply: Reply
    day: date

    @cached_property
    def asked(self) -> tuple[Value, ...]:
        """The values of the question, and its day."""
        return values_in(f"{self.question.text} {self.day.isoformat()}")

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """The values of the question and those that are expected."""
        allowed = [text for part in self.parts for group in (part.must, part.also, *part.must_any) for text in group]
        return (*self.asked, *(value for text in allowed for value in values_in(text)))

    @cached_property
    def names(self) -> str:
        listed = [
            text
            for part in self.parts
            for group in (part.must, part.also, part.names, *part.must_any)
            for text in group
        ]
        return comparable(" ; ".join([self.question.text, *listed]))

    def unexpected(self, claims: Iterable[Value], kinds: Collection[Kind]) -> list[Value]:
        """Return the values of these kinds that nobody expects."""
        return [one for one in claims if one.kind in kinds and not self.holds(one)]

    def holds(self, claim: Value) -> bool:
        """Whether a value is expected, or the asker's own, with or without its unit."""
        return any(one.covers(claim) or claim.covers(one) for one in self.values) or (
            claim.kind is Kind.SUM and any(one.kind is Kind.COUNT and one.key == claim.key for one in self.asked)
        )


@dataclass(frozen=True)
class _Part:
    """One part of a question held against the answer."""

    expected: Expectation
    known: _Known
    universe: tuple[str, ...]

    @property
    def reply(self) -> Reply:
        return self.known.reply

    def outcome(self) -> Outcome:
        said = [one for one in self.expected.must_not if self._says(one)]
        if said:
            return Grade.WRONG, f"dit « {said[0]} »"
        question = self.known.question
        unknown = self.expected.unknown
        if unknown is None and not question.parts and question.unanswerable:
            unknown = ()
        outcomes = [] if unknown is None else [self._not_known(unknown)]
        if unknown is None or self.expected.wants:
            outcomes.append(self._answered())
        return min(outcomes, key=lambda one: _WORST_FIRST.index(one[0]))

    # What must be said not to be known

    def _not_known(self, groups: Sequence[Sequence[str]]) -> Outcome:
        reply, question = self.reply, self.known.question
        if reply.status in question.statuses and reply.status != "refused":
            return _FINE
        if reply.status == "refused" and reply.reason == "out_of_scope" and groups:
            return Grade.WRONGLY_REFUSED, "dit hors sujet ce qui est du domaine"
        told = self._told(groups)
        if told is None:
            return self._claimed()
        missing = [group for group in groups if not any(contains(told, one) for one in group)]
        if missing:
            return Grade.PARTLY, f"ne dit pas que l'on ignore « {missing[0][0]} »"
        before = comparable(self.reply.body).partition(comparable(told))[0]
        extra = self.known.unexpected(claims_in(before), _STATED)
        return (Grade.PARTLY, f"donne d'abord « {_written(extra[0])} »") if extra else _FINE

    def _told(self, groups: Sequence[Sequence[str]]) -> str | None:
        """Return where the reply says that it does not know: all of a refusal, or a sentence of an answer."""
        if self.reply.status == "refused":
            return self.reply.body
        saying = [one for one in self.reply.sentences if _NOT_KNOWN.search(comparable(one))]
        if not groups:
            return saying[0] if saying and saying[0] == self.reply.sentences[0] else None
        return next((one for one in saying if any(contains(one, word) for group in groups for word in group)), None)

    def _claimed(self) -> Outcome:
        if self.reply.status == "clarify":
            return Grade.ASKED_BACK, "redemande au lieu de dire que ce n'est pas connu"
        if extra := self.known.unexpected(self.reply.claims, _STATED):
            return Grade.WRONG, f"donne « {_written(extra[0])} » pour ce qui n'est pas connu"
        if names := self._other_names():
            return Grade.WRONG, f"donne « {names[0]} » pour ce qui n'est pas connu"
        if persons := self._other_persons():
            return Grade.WRONG, f"donne « {persons[0]} » pour ce qui n'est pas connu"
        return Grade.WRONGLY_ANSWERED, "ne dit pas que ce n'est pas connu"

    # What must be answered

    def _answered(self) -> Outcome:
        wanted = self.expected.wants
        missing = [group for group in wanted if not any(self._says(one) for one in group)]
        verdict, foreign = self._verdict(), self._foreign(wanted)
        false = [one for one in (verdict, foreign) if one is not None and one[0] is Grade.WRONG]
        if false and len(missing) < max(1, len(wanted)):
            return false[0]
        if missing:
            return self._short_of(missing, len(wanted))
        silent = self.reply.status in {"refused", "clarify", "error"}
        if verdict is not None and silent and not wanted:
            return self._silent(verdict[1])
        statuses = self.known.question.statuses
        if statuses and self.reply.status not in statuses and (silent or not wanted):
            return self._silent(f"statut {self.reply.status} au lieu de {'/'.join(statuses)}")
        return verdict or foreign or self._buried(wanted)

    def _short_of(self, missing: Sequence[Sequence[str]], wanted: int) -> Outcome:
        problem = f"manque « {' / '.join(missing[0])} »"
        some = len(missing) < wanted
        if self.reply.status in {"refused", "clarify", "error"}:
            return (Grade.PARTLY, problem) if some else self._silent(problem)
        if instead := self._instead_of(missing):
            return Grade.WRONG, f"{problem}, dit « {instead} »"
        return (Grade.PARTLY if some else Grade.OFF), problem

    def _silent(self, problem: str) -> Outcome:
        grade = Grade.ASKED_BACK if self.reply.status == "clarify" else Grade.WRONGLY_REFUSED
        return (Grade.OFF, problem) if self.reply.status in {"answered", "smalltalk"} else (grade, problem)

    def _instead_of(self, missing: Sequence[Sequence[str]]) -> str | None:
        """Return what the answer gives in the place of what is missing: another value of its kind, another name."""
        kinds = {value.kind for group in missing for one in group if (value := only_value(one)) is not None}
        if extra := self.known.unexpected(self.reply.claims, kinds):
            return _written(extra[0])
        listed = {comparable(one) for one in (*self.universe, *self.expected.names)}
        if any(comparable(one) in listed for group in missing for one in group) and (names := self._other_names()):
            return names[0]
        if any(_PROPER.fullmatch(one) for group in missing for one in group) and (persons := self._other_persons()):
            return persons[0]
        return None

    def _foreign(self, wanted: Sequence[Sequence[str]]) -> Outcome | None:
        """Return what is wrong beside what is right: a name too many, a value that no source holds, another edition."""
        if self.expected.names and (names := self._other_names()):
            return Grade.WRONG, f"ajoute « {names[0]} » à la liste"
        edition = self.expected.edition
        holding = [one for one in self.reply.sentences if any(_in(one, x) for group in wanted for x in group)]
        named = [{v.key for v in values_in(one) if v.kind is Kind.EDITION} for one in holding]
        if edition is not None and named and all(one and str(edition) not in one for one in named):
            return Grade.WRONG, f"le dit d'une autre édition ({', '.join(sorted(named[0]))})"
        return self._first_of_its_kind(wanted)

    def _first_of_its_kind(self, wanted: Sequence[Sequence[str]]) -> Outcome | None:
        """Return what is wrong with the first sentence that gives such a value, which is read as the answer."""
        found = (only_value(one) for group in wanted for one in group if self._says(one))
        kinds = {value.kind for value in found if value is not None and value.kind in _STATED}
        stated = ([v for v in claims_in(one) if v.kind in kinds] for one in self.reply.sentences)
        first = next((values for values in stated if values), [])
        strange = [one for one in first if not self.known.holds(one)]
        if first and len(strange) == len(first):
            # A sum is repeated as it is read; of counts and dates a reader may still find the right one.
            grade = Grade.WRONG if first[0].kind in {Kind.SUM, Kind.SHARE} else Grade.PARTLY
            return grade, f"dit d'abord « {_written(first[0])} »"
        held = [value for one in self.reply.cited for value in values_in(one.quote)]
        alone = [one for one in strange if not any(map(one.same_as, held)) and not _follows(one, self.known.values)]
        return (Grade.WRONG, f"dit aussi « {_written(alone[0])} », que rien ne soutient") if alone else None

    def _verdict(self) -> Outcome | None:
        wanted = self.expected.verdict
        if wanted is None:
            return None
        starts = [comparable(one).lstrip(" -–—«\"'") for one in self.reply.sentences[:2]]
        said = next((v for start in starts for v, form in (("oui", _YES), ("non", _NO)) if form.match(start)), None)
        if said == wanted:
            return None
        if said is None:
            return Grade.PARTLY, f"ne commence pas par « {wanted} »"
        return Grade.WRONG, f"dit « {said} » au lieu de « {wanted} »"

    def _buried(self, wanted: Sequence[Sequence[str]]) -> Outcome:
        """Return how far a reader on a phone has to look for one thing that was asked."""
        listed = self.reply.body.count("\n- ")
        if len(wanted) != 1 or self.known.question.kind == "list" or self._in_sight(wanted[0]):
            return _FINE
        if listed >= _LONG_LIST and any(only_value(one) or one != one.lower() for one in wanted[0]):
            return Grade.PARTLY, f"à chercher dans une liste de {listed}"
        return (Grade.PARTLY, f"ne le dit qu'après {PLAIN} caractères") if not listed else _FINE

    def _in_sight(self, group: Sequence[str]) -> bool:
        head = self.reply.body[:PLAIN].split("\n- ", 1)[0]
        return any(_in(head, one) for one in group)

    # What the answer says

    def _says(self, wanted: str) -> bool:
        return _in(self.reply.body, wanted)

    def _other_names(self) -> list[str]:
        # With its capital: « Estime » is a product, « on estime » is none.
        body = self.reply.body.replace("’", "'")
        named = (
            one for one in self.universe if re.search(rf"(?<!\w){re.escape(one.replace('’', chr(39)))}(?!\w)", body)
        )
        return [one for one in named if not _whole(one, self.known.names)]

    def _other_persons(self) -> list[str]:
        found = (_person(match[0]) for match in _PROPER.finditer(self.reply.body))
        return [one for one in found if one and comparable(one) not in self.known.names]


def _written(value: Value) -> str:
    return value.key + {Kind.SUM: " €", Kind.SHARE: " %"}.get(value.kind, "")


def _in(text: str, wanted: str) -> bool:
    """Whether a text says what is wanted: a value in any form, or the beginning of words."""
    value = only_value(wanted)
    if value is not None and any(map(value.covers, values_in(text))):
        return True
    # A day says its month, and a date its year.
    return (value is None or value.kind in {Kind.DATE, Kind.YEAR}) and contains(text, wanted)


def _follows(value: Value, given: Sequence[Value]) -> bool:
    """Whether a sum is the half, the double, the total or the difference of sums that are given."""
    if value.kind is not Kind.SUM:
        return False
    sums = [float(one.key) for one in given if one.kind is Kind.SUM]
    pairs = [both for a in sums for b in sums for both in (a + b, abs(a - b))]
    return float(value.key) in {*(one / 2 for one in sums), *(one * 2 for one in sums), *pairs}


def _person(words: str) -> str:
    """Return the two names or more of a person in capitalised words; "" when there are none."""
    kept = [one for one in words.split() if french.fold(one) not in french.STOP_WORDS and not one.isupper()]
    return " ".join(kept) if len(kept) > 1 else ""


def _whole(name: str, folded: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(comparable(name))}(?!\w)", folded) is not None
