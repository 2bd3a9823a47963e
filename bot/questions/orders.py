"""What a turn orders of the bot itself (reminders, the calendar file), and which of its words say when. Pure.

Two heads are trained on knowledge/wordings/orders.txt: one tells the order, the other which words are only around it.
"""

import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from bot.documents import french
from bot.questions import linear
from bot.questions.linear import Linear
from bot.questions.terms import Terms
from bot.questions.wordings import OrderWording

Floats = NDArray[np.float32]
NONE: Final = "none"
REMIND: Final = "remind"
AROUND, WHEN = "around", "when"
_LIKE: Final = 84  # rapidfuzz ratio, of 100: a word that is nearly one that was seen is a slip of it
_LEAST: Final = 4  # letters of such a word
_MOST: Final = 400  # words that are looked at
_WORD: Final = re.compile(r"[^\W_]+")
_DAYS: Final = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()
_MONTHS: Final = "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split()
# Function words that narrow what is said: they, and all that follows them in the clause, are no politeness.
_NARROWING: Final = frozenset(
    "sauf hors hormis excepte exceptee avant apres depuis pendant durant entre lorsque jusque jusqu jusqua mais "
    "seulement uniquement".split()
)
# These begin a reason, which says nothing of when, up to the end of the sentence.
_REASONS: Final = frozenset("car parce puisque afin sinon".split())
_IF: Final = "si"  # narrows too, but in « si possible »
_ALWAYS: Final = frozenset((*_DAYS, *(f"{day}s" for day in _DAYS), *_MONTHS, *_NARROWING))
_ENDS: Final = re.compile(r"[.!?\n]|,\s")
_SENTENCE: Final = re.compile(r"[.!?\n]")


@dataclass(frozen=True)
class Orders:
    """The two heads; `words` are those that were seen around an order."""

    which: Linear
    around: Linear
    words: frozenset[str]

    def probabilities(self, terms: Terms, vector: Floats) -> dict[str, float]:
        """Return the probability of each order; `none` is that of another turn."""
        return self.which.probabilities(order_features(terms), vector)

    def when(self, text: str, kept: Collection[str] = ()) -> str:
        """Return the words of an order that say when, for whom or of what: what is left once politeness is gone.

        A word that was never seen around an order stays, unless nothing of a schedule stands before it. `kept` are
        folded words that stay whatever is around them.
        """
        places = [one.span() for one in itertools.islice(_WORD.finditer(text), _MOST)]
        words = [self._known(french.fold(text[start:end])) for start, end in places]
        stays, begun, narrowed, reason = [], False, False, False
        for index, word in enumerate(words):
            gap = text[places[index - 1][1] : places[index][0]] if index else ""
            narrowed = (narrowed and not _ENDS.search(gap)) or word in _NARROWING
            reason = (reason and not _SENTENCE.search(gap)) or word in _REASONS
            stay = narrowed or word in kept or (not reason and self._says_when(words, index, begun=begun))
            narrowed = narrowed or (stay and word == _IF)
            begun = begun or stay
            stays.append(stay)
        return _cut(text, places, _closed_up(text, places, stays))

    def _says_when(self, words: Sequence[str], index: int, *, begun: bool) -> bool:
        word = words[index]
        if word in _ALWAYS or any(sign.isdigit() for sign in word):
            return True
        if word not in self.words and not self.around.vocabulary.keys() & {f"0 {word}"}:
            return begun  # nobody wrote it yet
        return self.around.probabilities(word_features(words, index))[WHEN] >= _HALF

    def _known(self, word: str) -> str:
        """Return a folded word, or the one seen in training that it is a slip of."""
        if word in self.words or word in _ALWAYS or len(word) < _LEAST or not word.isalpha():
            return word
        return _nearest(word, self.words) or word


_HALF: Final = 0.5


@lru_cache(maxsize=1024)
def _nearest(word: str, words: frozenset[str]) -> str | None:
    found = process.extractOne(word, sorted(words | _ALWAYS), scorer=fuzz.ratio, score_cutoff=_LIKE)
    return found[0] if found else None


def _closed_up(text: str, places: Sequence[tuple[int, int]], stays: Sequence[bool]) -> list[bool]:
    """Return what stays, with each word that is alone between two that stay: « à partir de janvier »."""
    found = list(stays)
    for i in range(1, len(stays) - 1):
        if stays[i - 1] and stays[i + 1] and not _CLAUSE.search(text[places[i - 1][1] : places[i + 1][0]]):
            found[i] = True
    return found


_CLAUSE: Final = re.compile(r"[.!?,;:()\n]")


def _cut(text: str, places: Sequence[tuple[int, int]], stays: Sequence[bool]) -> str:
    """Return a text without the words that do not stay, and without the signs that only stood beside these."""
    parts, last = [], None
    for index, (place, stay) in enumerate(zip(places, stays, strict=True)):
        if not stay:
            continue
        if last is not None:
            parts.append(text[places[last][1] : place[0]] if last == index - 1 else ", ")
        parts.append(text[place[0] : place[1]])
        last = index
    return "".join(parts)


def order_features(terms: Terms) -> tuple[str, ...]:
    """Return what tells the order of a turn: its words, as act_features has them, wherever it comes."""
    words = terms.scan.text.split()
    return (
        *terms.words,
        *(f"~{piece}" for piece in terms.pieces),
        f"#length {min(len(words), 24) // 3}",
        f"#first {terms.words[0] if terms.words else ''}",
        *(f"#slot {place}" for place, there in enumerate(terms.slots) if there),
    )


def word_features(words: Sequence[str], index: int) -> tuple[str, ...]:
    """Return what tells whether a word says when, or is only around an order: itself and its neighbours."""
    around = {step: _shape(words[index + step]) if 0 <= index + step < len(words) else "|" for step in range(-3, 4)}
    return (
        *(f"{step} {word}" for step, word in around.items()),
        f"-1 0 {around[-1]} {around[0]}",
        f"0 1 {around[0]} {around[1]}",
        f"-2 -1 0 {around[-2]} {around[-1]} {around[0]}",
        f"0 1 2 {around[0]} {around[1]} {around[2]}",
        f"-1 0 1 {around[-1]} {around[0]} {around[1]}",
    )


def _shape(word: str) -> str:
    """Return what a word is to its neighbours: one day of the week is as good as another, and so is a number."""
    if word.removesuffix("s") in _DAYS:
        return "#day"
    return "#number" if any(sign.isdigit() for sign in word) else word


def train(written: Sequence[OrderWording], others: Sequence[Terms], read: Any, embed: Any) -> Orders:
    """Return the heads, trained on written orders; `others` are turns and questions that order nothing."""
    told = [(read(one.text), one.order) for one in written] * _TIMES
    told += [(terms, NONE) for terms in others]
    vectors = embed([terms.natural for terms, _ in told])
    pairs = [(order_features(terms), order) for terms, order in told]
    again, size = _TIMES - 1, len(written)
    pairs, vectors = pairs[:size] * again + pairs, np.concatenate([*[vectors[:size]] * again, vectors])
    orders = [one for one in written if one.order != NONE]
    examples = [pair for one in orders for pair in _word_examples(one)]
    words = frozenset(word for one in orders for word, is_when in _labelled(one) if not is_when and word not in _ALWAYS)
    return Orders(
        linear.train(pairs, vectors, least=_SEEN, epochs=20, rate=0.6),
        linear.train(examples, least=1, epochs=20),
        words,
    )


_TIMES: Final = 3  # a written order counts as so many, or the others would drown it
_SEEN: Final = 5  # times that a feature is seen, to be one: it is the same for each order


def _word_examples(one: OrderWording) -> list[tuple[tuple[str, ...], str]]:
    labelled = _labelled(one)
    words = [word for word, _ in labelled]
    return [(word_features(words, i), WHEN if is_when else AROUND) for i, (_, is_when) in enumerate(labelled)]


def _labelled(one: OrderWording) -> list[tuple[str, bool]]:
    return [
        (french.fold(match[0]), any(start <= match.start() < end for start, end in one.when))
        for match in _WORD.finditer(one.text)
    ]


def to_json(orders: Orders) -> dict[str, Any]:
    """Return what `from_json` reads."""
    return {"which": orders.which.to_json(), "around": orders.around.to_json(), "words": sorted(orders.words)}


def from_json(kept: Mapping[str, Any]) -> Orders:
    """Read what `to_json` wrote."""
    return Orders(Linear.from_json(kept["which"]), Linear.from_json(kept["around"]), frozenset(kept["words"]))
