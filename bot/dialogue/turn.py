"""What is read of one turn, and whom it is said to: the base of all that a turn may be. Pure."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Protocol

from bot.dialogue.before import Before
from bot.dialogue.conversation import Conversation, Task, Turn
from bot.dialogue.lexicon import Lexicon
from bot.dialogue.pointing import resolved
from bot.dialogue.turns import Wish, wish_of
from bot.dialogue.understanding import Request
from bot.documents import french
from bot.programme.criteria import Criteria
from bot.programme.lookup import Programme
from bot.results import Answer, Refusal, Result, SmallTalk


class Bot(Protocol):
    """What answers one question at a time."""

    @property
    def lexicon(self) -> Lexicon: ...
    @property
    def programme(self) -> Programme: ...
    @property
    def criteria(self) -> tuple[Criteria, ...]: ...

    def understand(self, question: str) -> Request:
        """Return the question understood."""

    def topic(self, request: Request) -> str | None:
        """Return the topic of the facts that a question is about; None for the fiches, or for nothing known."""

    def nearness(self, request: Request) -> float:
        """Return how near, from 0 to 1, the nearest question known to have an answer is."""

    def answer(self, question: str, today: date) -> Result:
        """Return what there is to say to a question that stands alone."""

    def subject(self, document: str) -> str:
        """Return what a fiche is about, in a few words."""

    def detailed(self, result: Answer | Refusal) -> Answer | None:
        """Return all that the sections cited say."""


@dataclass(frozen=True)
class TurnBase(ABC):
    """A turn as it is read: its words, the conversation that it comes in, the bot that answers it."""

    bot: Bot
    conversation: Conversation
    text: str
    today: date

    @abstractmethod
    def reply(self) -> Turn:
        """Return what there is to say, and the conversation as it then stands."""

    @abstractmethod
    def _put_again(self, kept: Conversation) -> Turn:
        """Ask again what the open task waits for."""

    @abstractmethod
    def _aside(self, kept: Conversation, task: Task) -> Turn:
        """Answer a question asked in the middle of a task, then put the task's question again."""

    @cached_property
    def folded(self) -> str:
        return french.fold(self.text)

    @cached_property
    def wish(self) -> Wish | None:
        return wish_of(self.bot.lexicon.rewrite(self.folded))

    @cached_property
    def before(self) -> Before | None:
        kept = self.conversation
        if not kept.question and kept.edition is None:
            return None
        request = self.bot.understand(kept.question)
        named = tuple(one for name in kept.products for one in self.bot.programme.find_laureates(name))
        return Before(request, kept.edition, kept.topic, request.laureates or named)

    @cached_property
    def request(self) -> Request:
        """The turn understood, « le précédent » and the like resolved."""
        return resolved(self.bot.understand(self.text), self.before, self.bot.programme, self.today)

    def _said(self, words: str, kind: str = "conversation") -> SmallTalk:
        return SmallTalk(kind, self.today, words)
