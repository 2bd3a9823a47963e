"""A turn about the list on screen: some of its items, or the list narrowed, counted, added up."""

from typing import Final

from bot.answers import finding, promotions
from bot.answers.state import Shown
from bot.answers.turn import ANSWERED, Replied, Turn
from bot.questions import following
from bot.questions.acts import Operation, Scope
from bot.results import Answer, Statement
from bot.words import answers as say

_OF_LAUREATES: Final = ("laureate_award", "laureate_does", "laureate_porter", "laureate_edition")
_OF_ONE: Final = "laureate_edition"
_OF_ALL: Final = "laureate_award"
_BULLETS: Final = ("- ", "* ", "• ")


def on_screen(turn: Turn) -> Replied | None:
    """Answer a turn that points at what is on screen; None when nothing is, or it points at nothing of it."""
    shown = turn.kept.shown
    lines = () if shown else _lines(turn)
    places = following.positions(turn.reading.scan.text, len(shown or lines))
    scope = turn.query.scope
    if places and following.points(turn.reading.scan.text, scope) and turn.act != "filter_shown":
        return _of(turn, tuple(shown[place] for place in places)) if shown else _line(turn, lines[places[0]])
    if turn.act != "filter_shown" or scope.laureates:
        return None  # a name says by itself what is meant
    if not shown:
        return _counted(turn, lines) if turn.query.operation is Operation.COUNT and lines else None
    return _over(turn, shown)


def _of(turn: Turn, rows: Shown) -> Replied:
    """Answer of some laureates: what is asked of them, else what they are."""
    focus = turn.kept.focus
    reading = turn.after_focus(focus) if focus is not None else turn.reading
    likely = [one.attribute for one in reading.candidates if one.attribute in _OF_LAUREATES]
    likely += [focus.attribute] if focus is not None and focus.attribute in _OF_LAUREATES else []
    query = turn.query.model_copy(
        update={"attribute": likely[0] if likely else _OF_ONE, "scope": _scope(rows), "rest": ()}
    )
    return finding.found(turn, query, turn.kept, sure=True)


def _over(turn: Turn, rows: Shown) -> Replied:
    """Answer of all laureates shown: narrowed by what the turn says, counted, added up, ranked."""
    query = turn.query.model_copy(update={"attribute": _OF_ALL, "scope": _whole(turn, rows), "rest": ()})
    return finding.found(turn, promotions.of_rows(turn, query, hangs=True) or query, turn.kept, sure=True)


def _whole(turn: Turn, rows: Shown) -> Scope:
    """Return the scope of all that is shown: its editions when it is all of them."""
    editions = tuple(dict.fromkeys(edition for _, edition in rows))
    every = sum(len(turn.programme.laureates(number)) for number in editions)
    return Scope(editions=editions) if every == len(rows) else _scope(rows)


def _scope(rows: Shown) -> Scope:
    editions = tuple(dict.fromkeys(edition for _, edition in rows))
    return Scope(laureates=tuple(name for name, _ in rows), editions=editions)


# ---- a list of the fiches ------------------------------------------------------------------------------------------


def _lines(turn: Turn) -> tuple[Statement, ...]:
    """Return the items of the list that was answered last, each with its sources."""
    focus = turn.kept.focus
    last = finding.again(turn, focus) if focus is not None and turn.kept.said == "question" else None
    if not isinstance(last, Answer):
        return ()
    return tuple(
        Statement(line.strip()[2:].strip(), one.citations)
        for one in last.statements
        for line in one.text.split("\n")
        if line.strip().startswith(_BULLETS)
    )


def _line(turn: Turn, line: Statement) -> Replied:
    """Answer of one item: what is known of it, else the item alone."""
    reading = turn.bot.read(line.text, turn.today)
    best, focus = reading.best, turn.kept.focus
    if best.probability >= ANSWERED and best.answered >= ANSWERED and focus and best.attribute != focus.attribute:
        asked = turn.read_as(line.text, reading, "question")
        return finding.found(asked, turn.bot.reader.query(reading, best), turn.kept)
    return Answer((line,), turn.today, focus.attribute if focus else None), turn.kept


def _counted(turn: Turn, lines: tuple[Statement, ...]) -> Replied:
    focus = turn.kept.focus
    cited = tuple(dict.fromkeys(one for line in lines for one in line.citations))
    return Answer((Statement(say.items(len(lines)), cited),), turn.today, focus.attribute if focus else None), turn.kept
