"""A question, alone or hanging on what was said: its holes filled, each of its parts answered."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.answers import finding
from bot.answers.turn import Replied, Turn
from bot.questions import following
from bot.questions.acts import Operation, Query, Scope
from bot.questions.reading import Reading, scope_of
from bot.results import Result
from bot.words import answers as say

_OVER_ROWS: Final = frozenset(
    {Operation.MOST, Operation.LEAST, Operation.TOTAL, Operation.MEAN, Operation.RANK, Operation.COUNT}
)
_OVER_SEVERAL: Final = (_OVER_ROWS - {Operation.COUNT}) | {Operation.COMPARE, Operation.DIFFERENCE}
_OF_LAUREATES: Final = frozenset({"laureate_award", "laureate_does", "laureate_porter", "laureate_edition"})


def question_turn(turn: Turn) -> Replied:
    """Answer a question: of what is on screen, of what was spoken of, or of what it names itself."""
    kept, act = turn.kept, turn.act
    query = turn.query
    text = turn.reading.scan.text
    places = following.positions(text, len(kept.shown))
    points = bool(places) and following.points(text, query.scope)
    if act == "filter_shown" or points or (act == "pick" and kept.shown):
        picked = _picked(turn, query)
        if picked is not None:
            return picked
    stepped = query.scope.is_empty and following.steps(turn.reading)
    only_names = not query.scope.is_empty and len(turn.reading.terms.content) <= 1 and act != "question"
    if kept.focus is not None and (act == "follow_scope" or stepped or only_names):
        return finding.found(turn, following.moved(kept.focus, query.scope, turn.reading), kept)
    over_several = query.operation in _OVER_SEVERAL and query.scope.is_empty and len(kept.trail) > 1
    if kept.focus is not None and over_several and following.leans(turn.reading, query):
        return finding.found(turn, query.model_copy(update={"scope": Scope(editions=kept.trail)}), kept, sure=True)
    if kept.focus is not None and (act == "follow_attribute" or following.leans(turn.reading, query)):
        turn = _with_names(turn, kept.focus)
        return finding.found(turn, following.filled(turn.query, kept.focus), kept)
    return _asked(turn, query)


def _with_names(turn: Turn, focus: Query) -> Turn:
    """Return the turn read with the names that were spoken of before it: « DomiFa : il sert à quoi ? »."""
    lead = turn.bot.reader.scanned(say.names_of(focus.scope, turn.programme), turn.today)
    if not lead.spans:
        return turn
    reading = turn.bot.reader.read_scan(turn.reading.scan.after(lead))
    return turn.read_as(turn.original, reading, turn.act)


def _picked(turn: Turn, query: Query) -> Replied | None:
    kept = turn.kept
    places = following.positions(turn.reading.scan.text, len(kept.shown))
    of_laureates = [c for c in turn.reading.candidates if c.attribute in _OF_LAUREATES]
    attribute = of_laureates[0].attribute if of_laureates else "laureate_edition"
    if places:
        names = tuple(kept.shown[place][0] for place in places)
        editions = tuple(dict.fromkeys(kept.shown[place][1] for place in places))
        scope = Scope(laureates=names, editions=editions)
        return finding.found(
            turn, query.model_copy(update={"attribute": attribute, "scope": scope, "rest": ()}), kept, sure=True
        )
    if kept.focus is not None and (query.premises or query.above or query.below or query.operation in _OVER_ROWS):
        changes = {
            "premises": query.premises,
            "above": query.above,
            "below": query.below,
            "operation": query.operation,
        }
        return finding.found(turn, kept.focus.model_copy(update={**changes, "rest": ()}), kept, sure=True)
    return None


def _asked(turn: Turn, query: Query) -> Replied:
    if (told := finding.compared(turn, query)) is not None:
        return told
    parts = _parts(turn)
    if len(parts) > 1:
        return _each(turn, parts)
    return finding.found(turn, query, turn.kept)


def _parts(turn: Turn) -> list[Reading]:
    from bot.questions.splitting import parts_of

    return parts_of(turn.reading, turn.bot.reader, turn.today)


def _each(turn: Turn, parts: Sequence[Reading]) -> Replied:
    """Answer each part of a question, or say that it is not known."""
    whole = scope_of(turn.reading.scan)
    results: list[Result] = []
    kept = turn.kept
    for part in parts:
        query = turn.bot.reader.query(part, part.best)
        if query.scope.is_empty or not (query.scope.has_moment or query.scope.laureates or query.scope.funds):
            query = query.model_copy(update={"scope": whole.model_copy(update={"population": query.scope.population})})
        asked = turn.read_as(part.scan.original, part, "question")
        result, kept = finding.found(asked, query, kept)
        results.append(result)
    acts = tuple(act for one in results for act in one.understood)
    return replace(say.together(results, turn.today), understood=acts, parts=tuple(results)), kept
