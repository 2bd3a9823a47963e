"""Which questions are about the laureates of a promotion one by one, and what they do with amounts. Pure."""

import re
from collections.abc import Iterator
from typing import Final

from bot.answers.laureates import Laureates
from bot.answers.turn import Turn
from bot.french.asking import counted
from bot.french.shapes import Shape, is_left_out, taken
from bot.programme.attributes import Attribute
from bot.questions.acts import Operation, Query
from bot.questions.following import positions
from bot.questions.spans import Kind

_LIKELY: Final = 0.6  # that a question is about promotions, whichever of their attributes it is
_PERHAPS: Final = 0.25
_MISSING: Final = 1 / 3  # from here on a word may be what is not known
_CHECKS: Final = 0.5
_FACTS: Final = frozenset({"total", "laureate_count"})
_ARITHMETIC: Final = frozenset(
    {Operation.TOTAL, Operation.MEAN, Operation.DIFFERENCE, Operation.COMPARE, Operation.MOST, Operation.LEAST}
)
_PLAIN: Final = frozenset({Operation.VALUE, Operation.LIST, Operation.WHO, Operation.STATE, Operation.CHECK})
_OF_ONE: Final = frozenset({"laureate_does", "laureate_porter", "laureate_edition"})
_LAUREATE: Final = "laureat"
_AND: Final = re.compile(r"[ ,]*+(?:(?:et|ni|ou)[ ,]*+)?(?:l[ae]s? |l')?")
_HOW_MUCH: Final = re.compile(r"\b(?:combien|cb)\b")
_WHO: Final = re.compile(r"\bet (?:a |pour |chez )?qui\b|^(?:a |pour )?qui\b.{0,60}\bet (?:combien|cb)\b")
_MANY: Final = 100  # places


def of_rows(turn: Turn, query: Query, *, hangs: bool = False) -> Query | None:
    """Return the query on amounts of laureates that a question makes; None when it is about something else.

    `hangs`: the question is asked of a promotion that was spoken of.
    """
    query = _without(turn, query)
    if not (hangs or _is_of_promotions(turn, query)) or not _all_known(turn, "laureate_award"):
        return None
    if query.without:
        total = query.attribute == "total" or Shape.TOGETHER in query.shapes
        return _on_awards(query, Operation.TOTAL if total else _operation(query))
    if query.scope.laureates:
        return _of_named(turn, query)
    if query.scope.has_moment or query.premises:
        found = _of_scope(turn, query)
        if found is not None:
            return found
    return _carried(turn, query)


def _carried(turn: Turn, query: Query) -> Query | None:
    """Return the query on the laureates of those who carried them: « les lauréats de l'Éducation nationale »."""
    listed = query.attribute in ("laureates", "laureate_porter") and not query.scope.laureates
    known = Laureates(turn.programme, turn.bot.evidence, turn.today)
    if not listed or query.operation not in (*_PLAIN, Operation.COUNT) or known.carried_by(query) is None:
        return None
    count = query.operation is Operation.COUNT
    operation = Operation.COUNT if count else Operation.LIST
    scope = query.scope.model_copy(update={"population": None})  # « de l'incubateur de l'ADEME » is no incubator
    return query.model_copy(update={"attribute": "laureates", "operation": operation, "scope": scope, "rest": ()})


def sums_editions(turn: Turn, query: Query) -> Query | None:
    """Return the query on totals that are to be added up: « combien dans les FAST 13, 14 et 15 cumulés »."""
    works = {Shape.TOGETHER, Shape.APART} & set(query.shapes)
    if len(query.scope.editions) < 2 or not works or Shape.EACH in query.shapes:
        return None
    asked = [one for one in turn.reading.candidates if _attribute(turn, one.attribute).of == "edition"]
    best = _attribute(turn, query.attribute)
    if best.of == "edition":
        operation = Operation.DIFFERENCE if Shape.APART in query.shapes else Operation.TOTAL
        return query.model_copy(update={"operation": operation}) if query.operation in _PLAIN else None
    likely = bool(asked) and asked[0].attribute == "total" and asked[0].probability >= _PERHAPS
    if best.facts and likely and Shape.TOGETHER in query.shapes:
        return query.model_copy(update={"attribute": "total", "operation": Operation.TOTAL})
    return None


def _without(turn: Turn, query: Query) -> Query:
    """Return a query whose scope holds no laureate that is to be left out."""
    scan = turn.reading.scan
    left: list[str] = []
    end = -1  # of the last name left out
    for span in (one for one in scan.spans if one.kind is Kind.LAUREATE):
        if is_left_out(scan.text, span.start) or (end >= 0 and _AND.fullmatch(scan.text, end, span.start)):
            left += [record.name for record in span.value]
            end = span.end
    kept = tuple(name for name in query.scope.laureates if name not in left)
    scope = query.scope.model_copy(update={"laureates": kept})
    return query.model_copy(update={"without": tuple(dict.fromkeys(left)), "scope": scope}) if left else query


def _is_of_promotions(turn: Turn, query: Query) -> bool:
    named = any(word.startswith(_LAUREATE) for word in query.words)
    award = sum(c.probability for c in turn.reading.candidates if c.attribute == "laureate_award")
    of_amount = award >= _PERHAPS and any(one.unit == "eur" for one in query.premises)
    likely = _likely(turn, of_one=bool(query.scope.laureates or _carried(turn, query)))
    return likely >= _LIKELY or of_amount or (named and bool(query.shapes))


def _likely(turn: Turn, *, of_one: bool = False) -> float:
    """Return how likely a question is on promotions; `of_one`: what is told of a single laureate counts too."""
    family = [c for c in turn.reading.candidates if _is_family(_attribute(turn, c.attribute))]
    return sum(c.probability for c in family if of_one or c.attribute not in _OF_ONE)


def _money(turn: Turn) -> float:
    return sum(c.probability for c in turn.reading.candidates if c.attribute in _AMOUNTS)


_AMOUNTS: Final = frozenset({"total", "laureate_award", "mean_award"})


def _all_known(turn: Turn, *names: str) -> bool:
    """Whether each word of a question is likely to be known of one of these attributes."""
    rest, terms = turn.bot.reader.rest, turn.reading.terms
    apart = taken(terms.scan.text)
    weighed = [
        [p for word, p in rest.weighed(terms, name) if not any(a <= word.start < b for a, b in apart)] for name in names
    ]
    return all(min(each) < _MISSING for each in zip(*weighed, strict=True))


def of_series(turn: Turn, query: Query) -> Query | None:
    """Return the query on all the values of something that a question lists: « liste des plafonds »."""
    best = _attribute(turn, query.attribute)
    if best.of not in ("day", "edition", "year") or not best.facts or query.scope.laureates:
        return None
    alike = [c for c in turn.reading.candidates if _attribute(turn, c.attribute).facts == best.facts]
    lists = query.operation in (Operation.LIST, Operation.CHANGE)
    if not lists or sum(c.probability for c in alike) < _ALL or not _all_known(turn, *(c.attribute for c in alike)):
        return None
    since = best.of == "day" and Shape.SINCE in query.shapes
    scope = query.scope.model_copy(update={"editions": ()}) if since else query.scope
    return query.model_copy(update={"operation": Operation.LIST, "scope": scope, "rest": ()})


_ALL: Final = 0.8


def pair(turn: Turn, query: Query) -> list[Query]:
    """Return the two queries of a question on both figures of a ratio: « nb de candidats et de lauréats »."""
    facts = {
        c.attribute: _attribute(turn, c.attribute).facts for c in turn.reading.candidates if c.probability >= _NEXT
    }
    names = [name for name, keys in facts.items() if len(keys) == 1 and _attribute(turn, name).of == "edition"][:2]
    keys = {key for name in names for key in facts[name]}
    ratio = any(len(one.facts) == 2 and set(one.facts) == keys for one in turn.bot.attributes.all)
    if not ratio or query.attribute not in names or Shape.BOTH not in query.shapes or Shape.SHARE in query.shapes:
        return []
    if not query.scope.has_moment or not _all_known(turn, *names):
        return []
    return [query.model_copy(update={"attribute": name, "rest": ()}) for name in names]


_NEXT: Final = 0.1


def _attribute(turn: Turn, name: str) -> Attribute:
    return turn.bot.attributes.by_name[name]


def _is_family(attribute: Attribute) -> bool:
    return attribute.of == "laureate" or bool(_FACTS & set(attribute.facts))


def _of_named(turn: Turn, query: Query) -> Query | None:
    """Laureates that are named: their share, their sum, what parts them."""
    shapes = query.shapes
    works = len(query.scope.laureates) > 1 and {Shape.ALIKE, Shape.APART, Shape.TOGETHER} & set(shapes)
    if query.attribute in _OF_ONE and query.probability >= _LIKELY and not works:
        return None
    if Shape.SHARE in shapes:
        return _on_awards(query, Operation.SHARE)
    if len(query.scope.laureates) < 2:
        at_an_end = query.attribute == "laureate_award" and {Shape.CAP, Shape.FLOOR} & set(shapes)
        checks = turn.reading.operations.get(Operation.CHECK, 0.0) >= _CHECKS or query.asks == "any"
        return _on_awards(query, Operation.CHECK) if at_an_end and checks else None
    if Shape.ALIKE in shapes:
        return _on_awards(query, Operation.CHECK)
    if Shape.APART in shapes:
        return _on_awards(query, Operation.DIFFERENCE)
    if Shape.TOGETHER in shapes:
        return _on_awards(query, Operation.TOTAL)
    if query.attribute == "laureate_award":
        return _on_awards(query, _operation(query))
    return None


def _of_scope(turn: Turn, query: Query) -> Query | None:
    """Laureates of editions or years: what each has, whether all have as much, which have an amount."""
    shapes = query.shapes
    if query.attribute in _OF_ONE or _attribute(turn, query.attribute).population is not None:
        return None
    if Shape.ALIKE in shapes:
        return _on_awards(query, Operation.CHECK)
    if Shape.SHARE in shapes or query.operation is Operation.SHARE:
        return _share(query)
    euros = any(one.unit == "eur" for one in query.premises)
    if euros and query.attribute != "total" and query.asks in ("name", "list", "count", "number"):
        counts = query.asks in ("count", "number")
        return _on_awards(query, Operation.COUNT if counts else Operation.LIST)
    found = _placed(turn, query)
    if found is not None:
        return found
    ends = {Shape.MOST: Operation.MOST, Shape.LEAST: Operation.LEAST}
    asked_ends = [operation for shape, operation in ends.items() if shape in shapes]
    if len(asked_ends) == 1 and query.attribute == "laureate_award" and query.probability >= _CHECKS:
        return _on_awards(query, asked_ends[0])
    if Shape.MEDIAN in shapes:
        return _on_awards(query, Operation.MEAN)
    if Shape.NAMES in shapes and not _is_family(_attribute(turn, query.attribute)):
        named = any(word.startswith(_LAUREATE) for word in query.words) and query.probability < _LIKELY
        changed = {"attribute": "laureates", "operation": Operation.LIST, "rest": ()}
        return query.model_copy(update=changed) if named and query.operation in _PLAIN else None
    single = len(query.scope.editions) == 1 or not query.scope.editions
    if (
        Shape.EACH in shapes
        and _money(turn) >= _PERHAPS
        and single
        and query.attribute in ("total", "laureates", "laureate_award", "laureate_count")
    ):
        return _on_awards(query, _operation(query) if query.operation not in _PLAIN else Operation.LIST)
    return None


def _placed(turn: Turn, query: Query) -> Query | None:
    """What has one place in a list, or the first of it: « le 3e », « le deuxième plus gros », « top 3 »."""
    text = turn.reading.scan.text
    taken = [span for span in turn.reading.scan.spans if span.kind is Kind.EDITION]
    scope = query.scope
    by_amount = bool({Shape.MOST, Shape.LEAST} & set(query.shapes))
    for span in taken:
        alone = (
            by_amount
            and not text[span.start : span.end].strip().isdigit()
            and "fast" not in text[span.start : span.end]
        )
        if alone and len(scope.editions) > 1:
            scope = scope.model_copy(update={"editions": tuple(n for n in scope.editions if n != span.value)})
        else:
            text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    places = positions(text, _MANY)
    if not places and not query.first:
        return None
    order = (
        Operation.LEAST
        if Shape.LEAST in query.shapes
        else Operation.RANK
        if by_amount or query.first
        else Operation.LIST
    )
    changed = query.model_copy(update={"places": places, "scope": scope, "premises": ()})
    return _on_awards(changed, order)


def _share(query: Query) -> Query | None:
    if any(one.unit == "eur" for one in query.premises):
        return _on_awards(query, Operation.SHARE)
    if query.attribute in ("laureate_count", "laureates", "applications", "success_rate"):
        return query.model_copy(update={"attribute": "success_rate", "operation": Operation.SHARE})
    return None


def _operation(query: Query) -> Operation:
    """Return the operation that the words ask for, where what was read works nothing out."""
    if query.operation in _ARITHMETIC or query.operation is Operation.COUNT:
        return query.operation
    if Shape.LEAST in query.shapes:
        return Operation.LEAST
    return Operation.MOST if Shape.MOST in query.shapes else query.operation


def _on_awards(query: Query, operation: Operation) -> Query:
    return query.model_copy(update={"attribute": "laureate_award", "operation": operation, "rest": ()})


def wants_both(turn: Turn, query: Query) -> bool:
    """Whether a question wants the money of a moment and who has it: « combien et à qui »."""
    text = turn.reading.scan.text
    how_much = counted(text) in ("", "argent", "euros", "sous") and _HOW_MUCH.search(text) is not None
    money = any(_is_family(_attribute(turn, c.attribute)) for c in turn.reading.candidates)
    scope = query.scope
    who = _WHO.search(text) is not None
    return how_much and who and money and scope.has_moment and not (scope.laureates or scope.funds)


def clauses(query: Query) -> Iterator[Query]:
    """Yield the two queries of a question that wants the money and who has it."""
    yield query.model_copy(update={"attribute": "total", "operation": Operation.TOTAL, "premises": (), "rest": ()})
    yield _on_awards(query, Operation.LIST)
