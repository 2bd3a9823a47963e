"""What a turn can take up of the conversation: the last question, its edition, its topic, its products. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.dialogue.understanding import Request
from bot.documents import french
from bot.programme.models import Laureate

_MISPOINTED: Final = frozenset({"open_now"})
OF_AN_EDITION: Final = frozenset(
    "applications laureate_count total call_money support_until laureates announcement promotion_month success_rate"
    " biggest_award".split()
)


@dataclass(frozen=True)
class Before:
    """What a turn can take up: the last question understood, the edition its answer rested on, its topic."""

    request: Request
    edition: int | None = None
    topic: str | None = None
    products: tuple[Laureate, ...] = ()

    @property
    def editions(self) -> tuple[int, ...]:
        """The editions spoken of, named or not."""
        if self.request.editions or self.request.about_consolidation or self.topic in _MISPOINTED:
            return self.request.editions
        if self.request.years:
            return ()
        return (self.edition,) if self.edition else ()

    @property
    def promotions(self) -> tuple[int, ...]:
        """The editions whose laureates were spoken of: those of the products named last, else those named."""
        if self.products:
            return tuple(dict.fromkeys(one.edition for one in self.products))
        return self.editions if self.topic in OF_AN_EDITION else ()

    @property
    def scope(self) -> str:
        """The editions, the years or the programme spoken of, in words; empty when there are none."""
        if self.request.about_consolidation and not self.editions:
            return "au programme de consolidation"
        if self.editions:
            return " et ".join(f"fast {number}" for number in self.editions)
        return " et ".join(f"en {year}" for year in self.request.years)


def content_of(text: str) -> list[str]:
    return [word for word in french.words(text) if word not in french.STOP_WORDS and word not in {"?", "fast"}]


def names_of(products: Sequence[Laureate]) -> str:
    return " et ".join(dict.fromkeys(one.name for one in products))
