"""What a turn can hang on: where it comes in its conversation, as the head of acts sees it. Pure."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

Last = Literal["nothing", "question", "refusal", "simulation", "interview"]
Task = Literal["interview", "simulation"]


@dataclass(frozen=True)
class Situation:
    """What was said last and of what, the items on screen, the task that waits, what is parked, a choice that waits.

    `of` is what the attribute spoken of is one of (edition, laureate…; none for prose).
    """

    last: Last = "nothing"
    of: str = "none"
    shown: bool = False
    task: Task | None = None
    parked: bool = False
    choices: bool = False

    @property
    def features(self) -> tuple[str, ...]:
        """What the head of acts is told of the situation."""
        return (
            f"#last {self.last}",
            f"#of {self.of if self.last in ('question', 'refusal') else '-'}",
            f"#shown {self.shown}",
            f"#task {self.task}",
            f"#choices {self.choices}",
        )


IN_A_SUM: Final = Situation("simulation")


@dataclass(frozen=True)
class TalkTurn:
    """A labelled turn: its act, the attribute and operation that it asks for, and the whole question that it means.

    `attribute`, `operation` and `whole` are empty for what is no question.
    """

    text: str
    act: str
    attribute: str = ""
    operation: str = ""
    whole: str = ""


OF_QUESTIONS: Final = frozenset({"question", "follow_scope", "follow_attribute", "pick", "filter_shown"})
_LISTS: Final = frozenset({"laureates", "laureate_award", "twice_laureates", "laureate_count"})


def situations_of(talk: Sequence[TalkTurn], of: Mapping[str, str]) -> Iterator[tuple[TalkTurn, Situation]]:
    """Return each turn of a labelled conversation with the situation that the turns before it make.

    `of` tells what an attribute is one of.
    """
    now = Situation()
    for turn in talk:
        yield turn, replace(now, choices=turn.act == "choose")
        now = _after(turn, now, of)


def _after(turn: TalkTurn, now: Situation, of: Mapping[str, str]) -> Situation:
    if turn.act in OF_QUESTIONS:
        shown = turn.attribute in _LISTS or now.shown
        return replace(now, last="question", of=of.get(turn.attribute, "none"), shown=shown)
    if turn.act in ("open_sum", "give"):
        return replace(now, last="simulation", task=None if now.task == "simulation" else now.task)
    if turn.act == "open_interview":
        return replace(now, task="interview", parked=False)
    if turn.act == "stop":
        return replace(now, task=None, parked=now.task is not None)
    if turn.act == "resume":
        return replace(now, task="interview" if now.parked else None, parked=False)
    return Situation() if turn.act == "restart" else now


_AFTER: Final = (
    Situation("question"),
    Situation("question", "edition"),
    Situation("question", "laureate", shown=True),
    Situation("question", "fund"),
)
_IN_A_TASK: Final = (Situation(task="interview"), Situation("question", task="interview"))
_ANYWHERE: Final = (Situation(), Situation(), *_AFTER, *_IN_A_TASK, Situation("simulation"), Situation("interview"))
_WHERE: Final[Mapping[str, tuple[Situation, ...]]] = {
    **dict.fromkeys(("yes", "no", "unknown", "tell", "back"), _IN_A_TASK),
    **dict.fromkeys(("pick", "filter_shown"), (Situation("question", "laureate", shown=True),)),
    **dict.fromkeys(("follow_scope", "follow_attribute", "whole_list", "shorter", "repeat"), _AFTER),
    **dict.fromkeys(("doubt", "why", "source", "detail"), (*_AFTER, Situation("simulation"), Situation("interview"))),
    "recap": (IN_A_SUM, *_IN_A_TASK, _AFTER[0]),
    "stop": (*_IN_A_TASK, Situation("simulation", task="simulation")),
    "resume": (Situation("question", parked=True),),
    "give": (IN_A_SUM, Situation(task="simulation"), Situation("simulation", task="simulation")),
    "choose": (Situation("question", choices=True), Situation(choices=True)),
    "off_topic": (*[Situation()] * 6, *_AFTER[:2], *_IN_A_TASK[:1]),
}


def likely(act: str, places: random.Random) -> Situation:
    """Return a situation where an act can come, drawn at random."""
    return places.choice(_WHERE.get(act, _ANYWHERE))
