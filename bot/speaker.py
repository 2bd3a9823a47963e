"""Answers the turns of the Matrix side from one index, in a worker process; conversations as JSON."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from bot import texts
from bot.answers.answering import Answerer
from bot.answers.offered import asked_of
from bot.answers.state import Conversation, from_json
from bot.language.assisted import Assisted
from bot.programme.calendar import day_in_paris
from bot.results import Ask, SmallTalk


class Spoken(NamedTuple):
    """What there is to say to a turn, as Markdown, the conversation as it then is, what a tap can answer, and a
    command to run instead."""

    markdown: str
    memory: str
    asks: Ask | None = None
    command: str = ""


class IndexSpeaker:
    """Answers with an answerer; a conversation silent for `forget_after` is forgotten."""

    def __init__(self, answerer: Answerer | Assisted, forget_after: timedelta = timedelta(hours=12)) -> None:
        self._answerer = answerer
        self._forget_after = forget_after

    def reply(
        self,
        question: str,
        memory: str | None,
        at: datetime,
        user: str = "",
        *,
        recalled: bool = False,
        sources_only: bool = False,
    ) -> Spoken:
        """Return what there is to say to a turn of `user`.

        A conversation that is recalled, by a reply to it, is remembered however long ago it was. `sources_only`: of an
        answer, the sources alone, where it has some.
        """
        forget_after = timedelta.max if recalled else self._forget_after
        so_far = from_json(memory, at, forget_after) if memory else Conversation()
        answerer = self._answerer
        speaking = answerer.on_behalf_of(user) if isinstance(answerer, Assisted) else answerer
        result, conversation = speaking.reply(question, so_far, at.date())
        said = texts.sources(result) if sources_only else ""
        asks = None if said else asked_of(result, conversation, answerer.criteria)
        command = result.command if isinstance(result, SmallTalk) else ""
        return Spoken(said or texts.render(result, bold=True), conversation.to_json(at), asks, command)

    def use_of_the_model(self) -> dict[str, dict[str, int]]:
        """Return what became of the questions to the language model since this was last asked."""
        if not isinstance(self._answerer, Assisted):
            return {}
        tally = self._answerer.help.tally
        found = {"outcomes": dict(tally.outcomes), "readings": dict(tally.readings)}
        tally.outcomes.clear()
        tally.readings.clear()
        return found

    def greeting(self) -> dict[str, Any]:
        """Return which index this is, the day on which it was built, and how much it holds."""
        index = self._answerer.index
        built = datetime.fromtimestamp(index.folder.stat().st_mtime, UTC)
        return {
            "index": index.folder.name,
            "day": day_in_paris(built).isoformat(),
            "documents": len({passage.info.document for passage in index.passages}),
            "passages": len(index.passages),
        }
