"""Answers the turns of the Matrix side from the index in force, opened again when it changes; conversations as JSON."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot import texts
from bot.dialogue.answering import Answerer
from bot.dialogue.conversation import Conversation
from bot.matrix.saying import Holdings, Said
from bot.programme.calendar import day_in_paris


class IndexSpeaker:
    """Answers from the index that is in force when it is asked. `current` names its folder."""

    def __init__(self, open_answerer: Callable[[], Answerer], current: Callable[[], Path | None]) -> None:
        self._open = open_answerer
        self._current = current
        self._answerer = open_answerer()
        self._folder = current()

    def reply(self, question: str, memory: str | None, at: datetime) -> Said:
        """Return what there is to say to a turn; raises UserError when the index cannot be opened."""
        result, conversation = self._up_to_date().reply(question, _remembered(memory), at.date())
        return Said(texts.render(result), _memory().dump_json(conversation).decode())

    def holdings(self) -> Holdings:
        """Return what the index holds."""
        passages = self._up_to_date().index.passages
        built = datetime.fromtimestamp(self._folder.stat().st_mtime, UTC) if self._folder else None
        return Holdings(
            day_in_paris(built) if built else None, len({passage.info.document for passage in passages}), len(passages)
        )

    def _up_to_date(self) -> Answerer:
        folder = self._current()
        if folder != self._folder:
            self._answerer = self._open()
            self._folder = self._current()
        return self._answerer


def _remembered(memory: str | None) -> Conversation:
    try:
        return _memory().validate_json(memory) if memory else Conversation()
    except ValidationError:
        return Conversation()  # from an older version of the program


@cache
def _memory() -> TypeAdapter[Conversation]:
    return TypeAdapter(Conversation)
