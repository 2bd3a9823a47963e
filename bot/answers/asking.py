"""A question, alone or hanging on what was said: its holes filled, each of its parts answered."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.answers import finding, listing, promotions
from bot.answers.state import Conversation
from bot.answers.turn import Replied, Turn
from bot.questions import following
from bot.questions.acts import Operation, Query, Scope
from bot.questions.reading import Reading, scope_of
from bot.questions.splitting import parts_of
from bot.results import Result
from bot.words import answers as say

_OVER_SEVERAL: Final = frozenset(
    {Operation.MOST, Operation.LEAST, Operation.TOTAL, Operation.MEAN, Operation.RANK}
    | {Operation.COMPARE, Operation.DIFFERENCE}
)


def question_turn(turn: Turn) -> Replied:
    """Answer a question: of what is on screen, of what was spoken of, or of what it names itself."""
    focus = turn.kept.focus
    if turn.act in (*following.ON_SCREEN, *following.FOLLOWS):
        found = listing.on_screen(turn)
        if found is not None:
            return found
    if focus is not None and turn.act in (*following.FOLLOWS, *following.ON_SCREEN):
        return _followed(turn, focus)
    return _asked(turn)


def _followed(turn: Turn, focus: Query) -> Replied:
    """Answer a turn that hangs on the last query: the same of another scope, or another thing of the same scope."""
    moved = following.moved(focus, turn.query.scope, turn.reading)
    if turn.act == "follow_scope" and moved.scope != focus.scope:
        return finding.found(turn, _of_programme(turn, focus, moved), turn.kept, sure=True)
    trail = turn.kept.trail
    if turn.query.operation in _OVER_SEVERAL and turn.query.scope.is_empty and len(trail) > 1:
        over = turn.query.model_copy(update={"attribute": focus.attribute, "scope": Scope(editions=trail)})
        return finding.found(turn, over, turn.kept, sure=True)
    turn = turn.read_as(turn.original, turn.after_focus(focus), turn.act)
    return _one(turn, following.filled(turn.query, focus), turn.kept)


def _of_programme(turn: Turn, focus: Query, moved: Query) -> Query:
    """Return a moved query; of another programme, its attribute is what that programme has in its place."""
    if moved.scope.programme == focus.scope.programme:
        return moved
    spoken_of = turn.bot.attributes.by_name[focus.attribute]
    names = following.names_of(moved.scope, turn.programme)
    alike = turn.bot.read(f"{spoken_of.label or spoken_of.about} {names}", turn.today)
    return moved.model_copy(update={"attribute": alike.best.attribute})


def _asked(turn: Turn) -> Replied:
    if (told := finding.compared(turn, turn.query)) is not None:
        return told
    parts = parts_of(turn.reading, turn.bot.reader, turn.today, turn.is_possible)
    if len(parts) > 1:
        return _each(turn, parts)
    result, kept = _one(turn, turn.query, turn.kept)
    return finding.with_names(turn, result), kept


def _one(turn: Turn, query: Query, kept: Conversation) -> Replied:
    """Answer one question: of the laureates of a promotion one by one where it asks that, else of its attribute."""
    if promotions.wants_both(turn, query):
        return _together(
            turn, [finding.found(turn, one, kept, sure=True)[0] for one in promotions.clauses(query)], kept
        )
    both = promotions.pair(turn, query)
    if both:
        return _together(turn, [finding.found(turn, one, kept, sure=True)[0] for one in both], kept)
    rows = promotions.of_rows(turn, query) or promotions.sums_editions(turn, query) or promotions.of_series(turn, query)
    return finding.found(turn, rows or query, kept, sure=rows is not None)


def _together(turn: Turn, results: Sequence[Result], kept: Conversation) -> Replied:
    acts = tuple(act for one in results for act in one.understood)
    return replace(say.together(results, turn.today), understood=acts, parts=tuple(results)), kept


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
        result, kept = _one(asked, query, kept)
        results.append(result)
    return _together(turn, results, kept)
