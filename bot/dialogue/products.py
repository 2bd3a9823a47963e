"""Where a question names a laureate product, typed more or less well. Pure."""

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from bot.programme.lookup import Programme
from bot.programme.models import Laureate
from bot.programme.names import fold, squash, windows

_SAME_NAME = 88  # rapidfuzz ratio, of 100
_LONG = 6  # letters of a name that may be misspelt
MARK = "docurba"  # one name for all: the examples and the questions are compared without theirs


def without_products(text: str, laureates: tuple[Laureate, ...]) -> str:
    """Return the words of `text` with the names of `laureates` replaced by one mark."""
    if not laureates:
        return text
    names = {squash(name) for one in laureates for name in (one.name, *one.aliases)}
    long = [name for name in names if len(name) >= _LONG]
    words: list[str | None] = list(fold(text).split())
    for start, end, run in windows(text):
        if None in words[start:end] or not (run in names or _is_nearly(run, long)):
            continue
        words[start:end] = [MARK] + [None] * (end - start - 1)
    return " ".join(word for word in words if word)


def _is_nearly(run: str, names: Sequence[str]) -> bool:
    return process.extractOne(run, names, scorer=fuzz.ratio, score_cutoff=_SAME_NAME) is not None


def products_in(text: str, programme: Programme) -> tuple[Laureate, ...]:
    """Return every time that the products named in `text` were laureates, in the order of the text."""
    return programme.laureates_in(text)
