"""Answers the turns of the Matrix side from the index in force, opened again when it changes; conversations as JSON."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

from bot import texts
from bot.dialogue.answering import Answerer
from bot.dialogue.conversation import Conversation, from_json
from bot.language.assisted import Assisted
from bot.matrix.saying import Holdings, Said
from bot.programme.calendar import day_in_paris
from bot.programme.lookup import Programme


class IndexSpeaker:
    """Answers from the index in force when it is asked, in any thread.

    `current` names its folder; a conversation silent for `forget_after` is forgotten.
    """

    def __init__(
        self,
        open_answerer: Callable[[], Answerer | Assisted],
        current: Callable[[], Path | None],
        forget_after: timedelta = timedelta(hours=12),
    ) -> None:
        self._open = open_answerer
        self._forget_after = forget_after
        self._current = current
        self._answerer = open_answerer()
        self._folder = current()
        self._opening = Lock()

    def reply(self, question: str, memory: str | None, at: datetime, user: str = "") -> Said:
        """Return what there is to say to a turn of `user`; raises UserError when the index cannot be opened."""
        so_far = from_json(memory, at, self._forget_after) if memory else Conversation()
        answerer = self._up_to_date()
        speaking = answerer.on_behalf_of(user) if isinstance(answerer, Assisted) else answerer
        result, conversation = speaking.reply(question, so_far, at.date())
        return Said(texts.render(result), conversation.to_json(at))

    def holdings(self) -> Holdings:
        """Return what the index holds."""
        current = self._up_to_date()
        notes = (current.help.said,) if isinstance(current, Assisted) else ()
        passages = current.index.passages
        built = datetime.fromtimestamp(self._folder.stat().st_mtime, UTC) if self._folder else None
        return Holdings(
            day_in_paris(built) if built else None,
            len({passage.info.document for passage in passages}),
            len(passages),
            notes,
        )

    @property
    def programme(self) -> Programme:
        """The dated facts of the answerer in use."""
        return self._answerer.programme

    def _up_to_date(self) -> Answerer | Assisted:
        # One thread opens the new index; the others answer from the old one meanwhile.
        if self._current() != self._folder and self._opening.acquire(blocking=False):
            try:
                self._answerer = self._open()
                self._folder = self._current()
            finally:
                self._opening.release()
        return self._answerer
