"""What answers the Matrix side: worker processes, so that no question holds up the bot or can make it grow."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime

from bot.errors import UnusableInput
from bot.matrix import words
from bot.matrix.saying import Holdings, Memory, Said
from bot.matrix.taps import ask_from
from bot.programme.lookup import Programme
from bot.workers.child import Greeting
from bot.workers.pool import Pool
from bot.workers.worker import Exhausted, Kind


class WorkerSpeaker:
    """Speaks through `number` workers of a kind; each greets with the `index` that it opened and what this holds.

    `index_in_force` names the index that should be open, `load_programme` reads the dated facts, `say_use` puts what
    became of the questions to a language model in words for the status, when there is one.
    """

    def __init__(
        self,
        kind: Kind,
        number: int,
        index_in_force: Callable[[], str | None],
        load_programme: Callable[[], Programme],
        *,
        say_use: Callable[[Mapping[str, int], Mapping[str, int]], str] | None = None,
    ) -> None:
        self._pool = Pool(kind, number, self._opened, lambda greeting: greeting["index"] != index_in_force())
        self._load_programme = load_programme
        self._say_use = say_use
        self._use: dict[str, Counter[str]] = {"outcomes": Counter(), "readings": Counter()}
        self._greeting: Greeting = {}
        self._programme: Programme | None = None

    async def run(self) -> None:
        """Keep the workers open until cancelled. Raises what opening the knowledge raises."""
        await self._pool.run()

    async def ready(self) -> None:
        """Wait until questions can be answered."""
        await self._pool.ready()

    async def reply(
        self, question: str, memory: Memory, at: datetime, user: str, *, sources_only: bool = False
    ) -> Said:
        """Return what there is to say to a turn of `user`. Raises UnusableInput for one that takes too much to read."""
        so_far = {"memory": memory.json, "recalled": memory.is_recalled}
        request = {"question": question, "at": at.isoformat(), "user": user, "sources_only": sources_only} | so_far
        try:
            value = await self._pool.ask(request)
        except Exhausted as error:
            raise UnusableInput(words.too_hard()) from error
        for name, counted in value.get("model", {}).items():
            self._use[name].update(counted)
        return Said(value["markdown"], value["memory"], asks=ask_from(value["asks"]), command=value.get("command", ""))

    def holdings(self) -> Holdings:
        """Return what the index holds that was opened last."""
        day = self._greeting["day"]
        notes = (self._say_use(self._use["outcomes"], self._use["readings"]),) if self._say_use else ()
        documents, passages = self._greeting["documents"], self._greeting["passages"]
        return Holdings(date.fromisoformat(day) if day else None, documents, passages, notes)

    @property
    def programme(self) -> Programme:
        """The dated facts, as they were when a worker last opened."""
        assert self._programme is not None  # ready
        return self._programme

    async def _opened(self, greeting: Greeting) -> None:
        self._programme = await asyncio.to_thread(self._load_programme)
        self._greeting = greeting
