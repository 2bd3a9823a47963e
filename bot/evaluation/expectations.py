"""What an answer must say: single questions and turns of conversations, read from TOML."""

from datetime import date
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from bot.errors import UserError
from bot.toml_text import read_toml

CONVERSATIONS = "conversations.toml"  # beside the questions
LEVELS = "levels.toml"  # beside the questions, what CI holds
_NOT_QUESTIONS = {LEVELS, "exam.toml"}

Groups = tuple[tuple[str, ...], ...]


class Expectation(BaseModel):
    """What one answer, or one part of it, must say.

    A value (« 200 000 € », « 50 % », « 29 mai 2024 », « 6 mois », « 21 », « FAST 13 ») counts in whatever form it is
    written; other text is the beginning of words, without regard to case or accents.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    must: tuple[str, ...] = ()  # each of these
    must_any: Groups = ()  # one of each group
    must_not: tuple[str, ...] = ()  # none of these, wherever it stands
    also: tuple[str, ...] = ()  # values of the same kind that may stand beside
    names: tuple[str, ...] = ()  # a whole list: these, and no other laureate
    verdict: Literal["oui", "non"] | None = None  # said first
    unknown: Groups | None = None  # said not to be known, and of each group one word that says what
    edition: int | None = None  # of which the values are

    @property
    def says_something(self) -> bool:
        """Whether anything is expected of the words."""
        return bool(self.wants or self.verdict) or self.unknown is not None

    @property
    def wants(self) -> Groups:
        """What must be said: of each group, one."""
        return (*((one,) for one in (*self.must, *self.names)), *self.must_any)


class Question(Expectation):
    """One question with what its answer must say; a double question has `parts`, each graded by itself."""

    id: str
    text: str
    today: date | None = None  # the day of the asker
    kind: str = "fact"
    status: str | tuple[str, ...] = ()  # any when empty
    reason: str | None = None
    documents: tuple[str, ...] = ()  # of which one must be cited
    cite: bool = False  # something must be cited
    parts: tuple[Expectation, ...] = ()
    note: str = ""

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses that are right; () for any, since what is said decides."""
        if not self.status and not self.parts and not self.says_something:
            return ("answered",)
        return (self.status,) if isinstance(self.status, str) else self.status

    @property
    def answerable(self) -> bool:
        return not self.unanswerable and self.statuses in {("answered",), ()}

    @property
    def unanswerable(self) -> bool:
        return self.unknown is not None or ("refused" in self.statuses and "answered" not in self.statuses)


class Turn(Question):
    """One turn of a conversation; it leans on what came before unless it says that it does not."""

    id: str = ""
    leans: bool = True


class Talk(BaseModel):
    """A conversation on one day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    today: date | None = None
    kind: str = "conversation"
    turns: tuple[Turn, ...] = Field(min_length=2)

    def numbered(self) -> tuple[Turn, ...]:
        """Return the turns with their identities, « talk/3 », and their day."""
        return tuple(
            turn.model_copy(
                update={"id": f"{self.id}/{n}", "today": turn.today or self.today, "leans": turn.leans and n > 1}
            )
            for n, turn in enumerate(self.turns, start=1)
        )


_Record = TypeVar("_Record", Question, Talk)


def load_questions(folder: Path) -> list[Question]:
    """Return the questions of a file or of all in a folder; UserError naming file and key of what is wrong."""
    files = sorted(folder.glob("*.toml")) if folder.is_dir() else [folder]
    found = [one for path in files if path.name not in _NOT_QUESTIONS for one in _read(path, "question", Question)]
    if not found:
        raise UserError(f"Aucune question dans « {folder} ».")
    twice = {one.id for one in found if sum(other.id == one.id for other in found) > 1}
    if twice:
        raise UserError(f"{folder.name} : identifiants en double : {', '.join(sorted(twice))}.")
    return found


def load_talks(folder: Path) -> list[Talk]:
    """Return the conversations of `folder`; [] when there are none, UserError naming file and key when one is wrong."""
    path = folder / CONVERSATIONS if folder.is_dir() else folder
    return _read(path, "conversation", Talk) if path.is_file() else []


def _read(path: Path, key: str, model: type[_Record]) -> list[_Record]:
    try:
        table = read_toml(path.read_text(encoding="utf-8"))
        return [model.model_validate(one) for one in table.get(key, [])]
    except (OSError, ValueError) as error:
        raise UserError(f"{path.name} : {error}") from error
