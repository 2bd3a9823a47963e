"""From a query to what is known of it: facts, sections of the fiches, other documents, or a refusal."""

import re
from dataclasses import replace
from functools import partial
from typing import Final

from bot import texts
from bot.answers import sections
from bot.answers.beside import Beside, holds_the_numbers, place_of
from bot.answers.calls import Calls
from bot.answers.composition import presented
from bot.answers.evidence import quote
from bot.answers.figures import Figures
from bot.answers.funds import Funds
from bot.answers.laureates import Laureates
from bot.answers.passages import Passages
from bot.answers.sections import Sections
from bot.answers.state import Conversation, Said, Shown
from bot.answers.turn import ANSWERED, BEGINNING, Replied, Turn
from bot.answers.units import Unit
from bot.documents import french
from bot.french.asking import asks_exactly, asks_hour, compares, held, holds_hour, is_rough
from bot.french.shapes import Shape
from bot.programme.attributes import Attribute
from bot.programme.calendar import open_calls, status_on
from bot.programme.lookup import Programme
from bot.programme.models import CONSOLIDATION, FAST
from bot.questions import following, verdicts
from bot.questions.acts import Operation, Query, Scope
from bot.questions.reading import Candidate
from bot.results import Answer, Clarification, Reason, Refusal, Result, Statement, Understood
from bot.words import answers as say
from bot.words.echo import question_in

_TRAIL: Final = 4  # editions spoken of last, for « lequel des trois »
_TODAY: Final = frozenset({Operation.REMAINING, Operation.STATE})
_PERHAPS: Final = 0.25
_NEAR: Final = 0.5  # likelier than all else together, what is known is worth offering
_OF_FACTS: Final = frozenset({"edition", "year", "day", "laureate", "fund"})
_NOT_COUNTED: Final = frozenset({Operation.VALUE, Operation.LIST, Operation.WHO, Operation.CHECK, Operation.STATE})
_BESIDE_A_LIST: Final = frozenset({"laureate", "edition"})  # laureates stay on screen while these are spoken of
_NEXT: Final = 0.1  # of the probability, for an attribute that is tried when the likeliest is silent
_WORDS: Final = 2  # of a heading, at least, for a question that holds no other
_OF_A_CALL: Final = frozenset({"announcement", "opening"})
_OVER_CALLS: Final = frozenset({Operation.LIST, Operation.MOST, Operation.LEAST, Operation.COMPARE, Operation.MEAN})
_BRIEF: Final = 350  # characters
_FIGURE: Final = re.compile(r"\d")
_OF_A_COUNT: Final = frozenset({Operation.COUNT, Operation.VALUE})
_COUNTS: Final = frozenset({"count", "number", "percent"})


def found(turn: Turn, query: Query, kept: Conversation, *, sure: bool = False) -> Replied:
    """Answer a query, or refuse, and note what was understood."""
    result, after = _told(turn, query, kept, sure=sure)
    return replace(result, understood=(understood(query),)), after


def _told(turn: Turn, query: Query, kept: Conversation, *, sure: bool) -> Replied:
    """Answer a query, or refuse when nothing accounts for a part of it."""
    best = turn.reading.best
    if not sure and query.attribute == best.attribute and turn.act not in following.FOLLOWS[:1]:
        refused = _unanswered(turn, query, best)
        if isinstance(refused, Clarification) and (told := from_documents(turn, query)):
            return told, replace(kept, focus=query, said="question")
        if isinstance(refused, Clarification):
            offered = turn.reading.candidates[: len(refused.readings)]
            choices = tuple(turn.bot.reader.query(turn.reading, one) for one in offered)
            return refused, replace(kept, choices=choices)
        if refused is not None:
            told = from_documents(turn, query)
            if told:
                return told, replace(kept, focus=query, said="question")
            return refused, replace(kept, focus=query, said="refusal")
    result = _of_what_is_named(turn, query, answered(turn, query))
    if isinstance(result, Answer) and (told := from_documents(turn, query, beside=result)):
        result = told
    if isinstance(result, Refusal) and result.reason is Reason.NOT_IN_DOCUMENTS:
        result = from_documents(turn, query) or _next_best(turn, query) or result
    after = kept
    if isinstance(result, Answer | Refusal):
        trail = tuple(dict.fromkeys((*kept.trail, *query.scope.editions)))[-_TRAIL:]
        own = turn.bot.attributes.by_name[query.attribute].of in _BESIDE_A_LIST
        shown = _shown(result, turn.programme) or _spoken_of(turn, query) or (kept.shown if own else ())
        said: Said = "question" if isinstance(result, Answer) else "refusal"
        after = replace(kept, focus=query, said=said, shown=shown, trail=trail)
    result = _with_verdict(turn, query, _with_what_is_unsaid(turn, presented(result, None)))
    return _without_laureates(turn, result), after


def _with_verdict(turn: Turn, query: Query, result: Result) -> Result:
    """Say yes or no first, where the sentence that is told first surely says it to a yes/no question.

    Of a question with a word that may be missing (« le coach était-il obligatoire ? ») no sentence surely speaks.
    """
    beside = _beside(turn, query)
    if beside is None or not isinstance(result, Answer) or not result.statements or not _nothing_missing(turn):
        return result
    first = result.statements[0].text
    if query.operation is not Operation.CHECK or any(map(say.is_verdict, (first, *result.leads))):
        return result
    units = turn.bot.sentences.get(first[:BEGINNING], ())
    likely = max(units, key=lambda unit: _told_by(beside, unit), default=None)
    told = beside.verdict(place_of(likely)) if likely else None
    if likely is None or told is None:
        return result
    if told == "yes" and not holds_the_numbers(turn.reading.scan, turn.bot.reader.scanned(likely.text, turn.today)):
        return result
    ended = is_over(turn) and likely.passage.info.valid_to is not None and not query.past
    return replace(result, leads=(say.verdict(told, ended=ended), *result.leads))


def _told_by(beside: Beside, unit: Unit) -> float:
    told = beside.told(place_of(unit))
    return told.told if told else 0.0


def _with_what_is_unsaid(turn: Turn, result: Result) -> Result:
    """Say first that no document gives an hour, or a figure as exact as what is asked."""
    if not isinstance(result, Answer):
        return result
    text, told = turn.reading.scan.text, french.fold(" ".join(one.text for one in result.statements))
    no_hour = (say.NO_HOUR,) if asks_hour(text) and not holds_hour(told) else ()
    not_exact = (say.NOT_EXACT,) if asks_exactly(text) and is_rough(told) and not result.leads else ()
    return replace(result, leads=(*no_hour, *not_exact, *result.leads))


def _without_laureates(turn: Turn, result: Result) -> Result:
    """Return a result that suggests no question on laureates when none of its edition is known."""
    if not isinstance(result, Answer) or result.edition is None or turn.programme.laureates(result.edition):
        return result
    return replace(result, suggestions=tuple(one for one in result.suggestions if "lauréats" not in one))


def compared(turn: Turn, query: Query) -> Replied | None:
    """Return both sides of a comparison that a fiche makes; None for any other question."""
    asks = compares(turn.reading.scan.text) or query.operation in (Operation.COMPARE, Operation.DIFFERENCE)
    if not asks or query.scope.has_moment or query.scope.laureates or query.scope.funds:
        return None
    every = dict.fromkeys(one for listed in turn.bot.sections.values() for one in listed)
    found = sections.compared(every, query.words, turn.today)
    if found is None:
        return None
    unit, lines = found
    intro = unit.text.split("\n", 1)[0]
    said = replace(quote(unit), text="\n".join([intro, "", *lines]))
    answer = Answer((said,), turn.today, query.attribute, understood=(understood(query),))
    return answer, replace(turn.kept, focus=query, said="question")


def _of_what_is_named(turn: Turn, query: Query, result: Result) -> Result:
    """Keep an answer that speaks of the laureates and funds that the question names; find or refuse another."""
    kinds = ["laureate"] * bool(query.scope.laureates) + ["fund"] * bool(query.scope.funds)
    by_name = turn.bot.attributes.by_name
    if not isinstance(result, Answer) or not kinds or by_name[query.attribute].of in kinds:
        return result
    said = set(french.tokens(" ".join(one.text for one in result.statements)))
    funds = [one.name for one in turn.programme.funds if one.id in query.scope.funds]
    if any(set(french.tokens(name)) & said for name in funds):
        return result
    if any(set(french.tokens(name)) <= said for name in query.scope.laureates):
        return result
    for other in turn.reading.candidates[1:]:
        if by_name[other.attribute].of in kinds and other.answered >= ANSWERED:
            summed = {"operation": Operation.TOTAL} if query.attribute == "total" else {}
            return answered(turn, query.model_copy(update={"attribute": other.attribute, **summed}))
    missing = _missing(turn, by_name[query.attribute], query)
    return Refusal(Reason.NOT_IN_DOCUMENTS, turn.today, missing, query.attribute)


def _missing(turn: Turn, attribute: Attribute, query: Query) -> str:
    """Name what is not known: the attribute by its label, or else in the words of the question."""
    if attribute.label is None and (asked := question_in(turn.reading.scan.original)):
        return f"« {asked} »"
    return say.missing(attribute.label or attribute.about, query.scope, turn.programme)


def _next_best(turn: Turn, query: Query) -> Answer | None:
    """Return what the next likely attribute says, where the likeliest has nothing of the scope asked."""
    if not query.scope.has_moment or query.attribute != turn.reading.best.attribute:
        return None
    for other in turn.reading.candidates[1:]:
        if other.probability >= _NEXT and other.answered >= ANSWERED:
            found = answered(turn, turn.bot.reader.query(turn.reading, other))
            if isinstance(found, Answer):
                return found
    return None


def from_documents(turn: Turn, query: Query, beside: Answer | None = None) -> Answer | None:
    """Return what a document that nobody prepared says, where the facts and the fiches are silent.

    `beside` is what they say: a document takes its place when it holds all that is asked, and they do not.
    """
    if query.operation is Operation.WHY or not turn.bot.has_unprepared:
        return None
    passages = Passages(turn.programme, turn.bot.evidence, turn.today, turn.bot.index, turn.bot.alike)
    if beside is not None and passages.holds_all(" ".join(one.text for one in beside.statements), turn.reading.terms):
        return None
    return passages.answer(turn.reading.terms, query, whole=beside is not None)


def _unanswered(turn: Turn, query: Query, best: Candidate) -> Result | None:
    """Refuse, saying what is not known; None when it is known, or when the facts refuse more precisely."""
    unknown = (
        [n for n in query.scope.editions if turn.programme.edition(n) is None] if not query.scope.programme else []
    )
    if unknown:
        return None
    if best.answered >= ANSWERED and best.probability >= _PERHAPS:
        return None
    attribute = turn.bot.attributes.by_name[query.attribute]
    if attribute.of in _OF_FACTS and best.probability >= ANSWERED and _nothing_missing(turn):
        return None  # the table knows by itself what it does not hold
    if _is_heading(turn, query):
        return None
    if best.answered >= ANSWERED and sum(one.probability for one in turn.reading.candidates[:3]) >= _NEAR:
        return _asked_back(turn, query)
    if query.operation is Operation.WHY and best.probability >= ANSWERED:
        return None
    near = attribute if best.probability >= _NEAR else None
    told = turn.bot.sections.get(attribute.name, ())
    beside = _neighbour(turn, query, best) if near else ()
    missing = say.not_said(question_in(turn.reading.scan.original), best.rest, near, told, told=bool(beside))
    return Refusal(Reason.NOT_IN_DOCUMENTS, turn.today, missing, query.attribute, statements=beside)


def _neighbour(turn: Turn, query: Query, best: Candidate) -> tuple[Statement, ...]:
    """Return what is known of the thing that a refused question is nearest to: prose alone, and never a figure."""
    attribute = turn.bot.attributes.by_name[query.attribute]
    if attribute.facts or attribute.of != "none" or best.probability < ANSWERED or query.scope.has_moment:
        return ()
    result = answered(turn, query)
    first = result.statements[:1] if isinstance(result, Answer) else ()
    return first if all(len(one.text) <= _BRIEF and not _FIGURE.search(one.text) for one in first) else ()


def _is_heading(turn: Turn, query: Query) -> bool:
    """Whether each word of a question stands in the heading of one section of what it is read as."""
    words = [word.stem for word in turn.reading.terms.content]
    headings = [frozenset(french.tokens(one.heading)) for one in turn.bot.sections.get(query.attribute, ())]
    asks_what_is_told = query.asks in ("any", "list", "manner") and query.operation is not Operation.WHY
    return (
        len(words) >= _WORDS
        and asks_what_is_told
        and any(all(turn.bot.alike(word) & heading for word in words) for heading in headings)
    )


def _nothing_missing(turn: Turn) -> bool:
    """Whether no word of the question is likely to be what is not known."""
    return all(weight < _PERHAPS for _, weight in turn.reading.weighed) and turn.reading.best.answered >= _PERHAPS


def _asked_back(turn: Turn, query: Query) -> Clarification:
    """Ask which of the likeliest readings is meant."""
    likely = [one for one in turn.reading.candidates if one.probability >= _PERHAPS / 3][:3]
    labels = [
        say.choice(turn.bot.attributes.by_name[one.attribute], query.scope, turn.programme, turn.bot.sections)
        for one in likely
    ]
    return Clarification(tuple(labels), turn.today, query.attribute)


def answered(turn: Turn, query: Query) -> Result:
    """Return what is known: facts, laureates, funds, calls, or sections of the fiches."""
    attribute = turn.bot.attributes.by_name[query.attribute]
    if attribute.name == "laureate_count" and any(one.unit == "eur" for one in query.premises):
        attribute = turn.bot.attributes.by_name["laureate_award"]
        query = query.model_copy(update={"operation": Operation.COUNT})
    counts = query.asks in _COUNTS or any(one.unit == "count" for one in query.premises)
    if attribute.name == "laureate_count" and query.operation in _NOT_COUNTED and not counts:
        attribute = turn.bot.attributes.by_name["laureates"]
    unknown = [n for n in query.scope.editions if turn.programme.edition(n) is None]
    if unknown and query.scope.programme != CONSOLIDATION:
        known = [one.number for one in turn.programme.editions()]
        missing = say.no_such_edition(unknown[0], known)
        said = (Statement(say.held_until(turn.programme), ()),) if is_over(turn) else ()
        return Refusal(Reason.UNKNOWN_EDITION, turn.today, missing, attribute.name, unknown[0], statements=said)
    later = [n for n in query.scope.editions if turn.programme.edition(n, programme=CONSOLIDATION) is None]
    if query.scope.programme == CONSOLIDATION and later:
        return Refusal(Reason.IN_THE_FUTURE, turn.today, texts.missing_consolidation(later[0]), attribute.name)
    if query.operation is Operation.WHY and not _has_reason(turn, attribute):
        return Refusal(
            Reason.NOT_IN_DOCUMENTS,
            turn.today,
            say.no_reason_for(attribute, query.scope, turn.programme),
            attribute.name,
        )
    found = _of_kind(turn, attribute, _of_the_open_call(turn, query))
    if found is not None:
        return found
    return Refusal(Reason.NOT_IN_DOCUMENTS, turn.today, _missing(turn, attribute, query), attribute.name)


def _of_the_open_call(turn: Turn, query: Query) -> Query:
    """Return what is asked of no edition, on a day when a call is open, as asked of that call."""
    if query.attribute not in _OF_A_CALL or not query.scope.is_empty or query.operation in _OVER_CALLS:
        return query
    running = [one for one in open_calls(status_on(turn.programme, turn.today)) if one.programme == FAST]
    if len(running) != 1 or is_over(turn):
        return query
    return query.model_copy(update={"scope": Scope(editions=(running[0].edition.number,))})


def _has_reason(turn: Turn, attribute: Attribute) -> bool:
    tables = turn.bot.reader.ranker.tables
    share = tables.operations[tables.column[attribute.name]][list(Operation).index(Operation.WHY)]
    return bool(share > 0.03)


def _of_kind(turn: Turn, attribute: Attribute, query: Query) -> Result | None:
    base = (turn.programme, turn.bot.evidence, turn.today)
    if (
        attribute.name == "call_status"
        or (attribute.name == "deadline" and query.operation in _TODAY and not query.scope.editions)
        or (attribute.name == "deadline" and query.scope.periods and not query.scope.editions)
        or (attribute.name == "deadline" and query.scope.is_empty and query.operation is not Operation.LIST)
    ):
        return Calls(*base).answer(turn.bot.attributes.by_name["deadline"], query)
    laureates = Laureates(*base)
    if attribute.name == "twice_laureates" and query.scope.laureates and (often := laureates.times(attribute, query)):
        return often
    if attribute.of == "laureate":
        return laureates.answer(attribute, query)
    if attribute.of == "fund":
        plain = not verdicts.is_turned(turn.reading.scan.text)
        told = Funds(*base).answer(attribute, query, plain=plain)
        text = french.fold(" ".join(one.text for one in told.statements)) if isinstance(told, Answer) else ""
        return None if query.asks == "date" and text and "date" not in held(text) else told
    found: Result | None = None
    disputed = _disputed(turn, attribute, query)
    if disputed is not None:
        found = Figures(*base).agreement(disputed, query)
        if found is not None:
            return found
    if attribute.facts:
        found = Figures(*base).answer(attribute, query)
    if found is None or (isinstance(found, Refusal) and attribute.sections and not query.scope.has_moment):
        named = tuple(stem for name in query.scope.laureates for stem in french.tokens(name))
        query = query.model_copy(update={"words": (*query.words, *named)})
        prose = Sections(*base, turn.bot.sections, turn.bot.index.lexical.weight, turn.bot.alike, _beside(turn, query))
        found = prose.answer(attribute, query) or found
    return found


def with_names(turn: Turn, result: Result) -> Result:
    """Return the count of an edition's laureates with their names, where they are few."""
    counts = [one.attribute == "laureate_count" and one.operation in _OF_A_COUNT for one in result.understood]
    if counts != [True] or not isinstance(result, Answer) or result.edition is None:
        return result
    named = Laureates(turn.programme, turn.bot.evidence, turn.today).names_of(result.edition)
    return replace(result, statements=(*result.statements, named)) if named else result


def _disputed(turn: Turn, attribute: Attribute, query: Query) -> list[Attribute] | None:
    """Return the attributes of which it is asked whether sources agree, for editions that are named; else None."""
    if not query.scope.editions or Shape.SOURCES not in query.shapes:
        return None
    likely = {one.attribute: one.probability for one in turn.reading.candidates}
    if likely.get("conflicts", 0.0) < _PERHAPS:
        return None
    told = [turn.bot.attributes.by_name[name] for name in likely if likely[name] >= _NEXT]
    named = [one for one in told if one.of == "edition" and one.facts]
    return named or [one for one in turn.bot.attributes.all if one.of == "edition" and one.facts and one.label]


def _beside(turn: Turn, query: Query) -> Beside | None:
    """Return the turn beside the sentences, when it is itself what is asked."""
    if query.attribute != turn.query.attribute:
        return None
    return Beside(turn.reading.match, turn.bot.sentence_names, partial(turn.bot.reader.verdict, turn.reading))


def is_over(turn: Turn) -> bool:
    return Figures(turn.programme, turn.bot.evidence, turn.today).is_over


def is_ahead(turn: Turn) -> bool:
    """Whether a sum is asked for a time to come, when there is no fund any more."""
    figures = Figures(turn.programme, turn.bot.evidence, turn.today)
    return figures.is_over and figures.is_ahead(turn.query)


def again(turn: Turn, focus: Query) -> Result:
    """Return once more what was said of the last query; of one that was refused, that it is not known."""
    result = replace(answered(turn, focus), understood=(understood(focus),))
    if turn.kept.said == "refusal" and not isinstance(result, Refusal):
        attribute = turn.bot.attributes.by_name[focus.attribute]
        missing = say.missing(attribute.label or attribute.about, focus.scope, turn.programme)
        return Refusal(Reason.NOT_IN_DOCUMENTS, turn.today, missing, attribute.name, understood=(understood(focus),))
    return result


def understood(query: Query) -> Understood:
    """Return what a query asks, as it is shown to other programs."""
    scope = query.scope.model_dump(mode="json", exclude_defaults=True)
    return Understood(query.attribute, str(query.operation), scope)


def _spoken_of(turn: Turn, query: Query) -> Shown:
    """Return the laureates that a query names, after those that the one before it named: « les deux ensemble »."""
    named = _named(turn, query)
    before = turn.kept.focus.scope.laureates if turn.kept.focus else ()
    if not query.scope.laureates or not before or set(before) == set(query.scope.laureates):
        return named
    known = {one.name: (one.name, one.edition) for one in turn.programme.laureates()}  # the last edition of each
    spoken = dict.fromkeys((*(name for name, _ in turn.kept.shown), *before, *query.scope.laureates))
    return tuple(known[name] for name in spoken if name in known)


def _named(turn: Turn, query: Query) -> Shown:
    """Return the laureates that a query names, when one was chosen more than once: « la première fois »."""
    rows = [one for one in turn.programme.laureates() if one.name in query.scope.laureates]
    return tuple((one.name, one.edition) for one in rows) if len(rows) > len(query.scope.laureates) > 0 else ()


def _shown(result: Result, programme: Programme) -> tuple[tuple[str, int], ...]:
    """Return the laureates that an answer lists, in its order."""
    if not isinstance(result, Answer):
        return ()
    lines = [line for one in result.statements for line in one.text.split("\n") if line.lstrip().startswith("-")]
    known = programme.laureates(result.edition) if result.edition else programme.laureates()
    found = []
    for line in lines:
        folded = french.fold(line.lstrip(" -"))
        named = [one for one in known if folded.startswith(french.fold(one.name))]
        if named:
            found.append(
                (max(named, key=lambda one: len(one.name)).name, max(named, key=lambda one: len(one.name)).edition)
            )
    return tuple(found)
