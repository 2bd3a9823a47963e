"""A turn about the list on screen: some of its items, or the list narrowed, counted, added up. Pure but for finding."""

from typing import Final

from bot.answers import finding, promotions
from bot.answers.turn import Replied, Turn
from bot.questions import following
from bot.questions.acts import Scope

_OF_LAUREATES: Final = ("laureate_award", "laureate_does", "laureate_porter", "laureate_edition")
_OF_ONE: Final = "laureate_edition"
_OF_ALL: Final = "laureate_award"


def on_screen(turn: Turn) -> Replied | None:
    """Answer a turn that points at laureates on screen; None when none are, or it points at nothing of them."""
    shown = turn.kept.shown
    if not shown:
        return None
    places = following.positions(turn.reading.scan.text, len(shown))
    named = turn.query.scope.laureates
    if turn.act == "pick" and places:
        return _of(turn, tuple(shown[place] for place in places))
    if turn.act == "pick" or named:
        return None  # a name says by itself what is meant
    return _over(turn, shown)


def _of(turn: Turn, rows: tuple[tuple[str, int], ...]) -> Replied:
    """Answer of some items: what is asked of them, else what they are."""
    likely = [one.attribute for one in turn.reading.candidates if one.attribute in _OF_LAUREATES]
    query = turn.query.model_copy(
        update={"attribute": likely[0] if likely else _OF_ONE, "scope": _scope(rows), "rest": ()}
    )
    return finding.found(turn, query, turn.kept, sure=True)


def _over(turn: Turn, rows: tuple[tuple[str, int], ...]) -> Replied:
    """Answer of all items: narrowed by what the turn says, counted, added up, ranked."""
    query = turn.query.model_copy(update={"attribute": _OF_ALL, "scope": _whole(turn, rows), "rest": ()})
    return finding.found(turn, promotions.of_rows(turn, query, hangs=True) or query, turn.kept, sure=True)


def _whole(turn: Turn, rows: tuple[tuple[str, int], ...]) -> Scope:
    """Return the scope of all that is shown: its editions when it is all of them."""
    editions = tuple(dict.fromkeys(edition for _, edition in rows))
    every = sum(len(turn.programme.laureates(number)) for number in editions)
    return Scope(editions=editions) if every == len(rows) else _scope(rows)


def _scope(rows: tuple[tuple[str, int], ...]) -> Scope:
    editions = tuple(dict.fromkeys(edition for _, edition in rows))
    return Scope(laureates=tuple(name for name, _ in rows), editions=editions)
