"""What each amount of a sentence is in a sum: features of the words around it, for a head that is trained."""

import itertools
import re
from collections.abc import Container, Sequence
from decimal import Decimal
from typing import Final

from bot.documents import french
from bot.questions.spans import Kind, Scan, Span

_WORD = re.compile(r"[a-z]+|\d+|[,;:.?()+=/-]")
_TIME = re.compile(r" ?(?:mois|ans?|annees?|semaines?|jours?|trimestres?)\b")  # « sur 6 mois » is no amount
_NEAR = 5  # words on each side
_EDGE = ("#", "#", "#")  # where the words end
_SAYING_NOTHING = french.STOP_WORDS | {"non", "oui", "pardon", "euh", "heu", "plutot", "finalement"}
_LABEL: Final = 6  # stems kept of a clause
_IN_THOUSANDS: Final = 10_000  # « et avec 300 ? », after « 450 k »: no product costs 300 €


def amounts_in(scan: Scan, *, bare: bool = False) -> list[Span]:
    """Return the spans that are amounts; with `bare`, numbers without unit too (an answer to « combien ? »)."""
    found: list[Span] = []
    for span in scan.spans:
        number = bare and span.kind is Kind.NUMBER and not _TIME.match(scan.text, span.end)
        if (span.kind is Kind.AMOUNT or number) and not (found and _said_twice(scan.text, found[-1], span)):
            found.append(span)
        if len(found) == _AMOUNTS:
            break
    return found


_AMOUNTS = 24  # of a message: no sum has more


def _said_twice(text: str, before: Span, span: Span) -> bool:
    """Whether an amount is the one before it once more: « 200 000 euros (deux cent mille) »."""
    return text[before.end : span.start].strip() == "(" and worth(before) == worth(span)


def worth(span: Span) -> Decimal:
    """Return what an amount is in euros; a small number without unit is in thousands."""
    if span.kind is Kind.AMOUNT:
        return Decimal(span.value.value)
    value = Decimal(span.value)
    return value * 1000 if value < _IN_THOUSANDS else value


def features(text: str, spans: Sequence[Span], index: int, asked: str = "", last: str = "") -> tuple[str, ...]:
    """Return the features of the amount at `index` among those of a folded text.

    `asked` is the role that was asked for, `last` that of the amount said before.
    """
    span = spans[index]
    floor = spans[index - 1].end if index else 0
    ceiling = spans[index + 1].start if index + 1 < len(spans) else len(text)
    before = [_stem(word) for word in _WORD.findall(text[floor : span.start])]
    after = [_stem(word) for word in _WORD.findall(text[span.end : ceiling])]
    left, right = before[::-1][:_NEAR], after[:_NEAR]
    clause_left = _until_break(left)
    clause_right = _until_break(right)
    found = [f"place {min(index, 3)}/{min(len(spans), 4)}", f"alone {len(spans) == 1}"]
    found += _of_the_turn(asked, last, len(spans), words_beside(text, spans))
    found += _of_the_value(spans, index)
    found += [f"l{i} {word}" for i, word in enumerate(left)] + [f"r{i} {word}" for i, word in enumerate(right)]
    found += [f"L {word}" for word in before] + [f"R {word}" for word in after]
    found += [f"cl {word}" for word in clause_left] + [f"cr {word}" for word in clause_right]
    found += [f"l {a} {b}" for a, b in itertools.pairwise(left)]
    found += [f"r {a} {b}" for a, b in itertools.pairwise(right)]
    return (*found, *_together(left, right))


def _together(left: Sequence[str], right: Sequence[str]) -> list[str]:
    """Return the words nearest an amount, taken together; each begins with the nearest."""
    before, after = [*left, *_EDGE][:3], [*right, *_EDGE][:3]
    alone = f"nearest {next(filter(str.isalpha, before), '')} {next(filter(str.isalpha, after), '')}"
    return [f"lr {before[0]} {after[0]}", f"lll {' '.join(before)}", f"rrr {' '.join(after)}", alone]


def words_beside(text: str, spans: Sequence[Span]) -> int:
    """Return how many words say something beside the amounts: none of « non, 540 »."""
    count: int = 0
    at: int = 0
    for start, end in [*((one.start, one.end) for one in spans), (len(text), len(text))]:
        words = _WORD.findall(text[at:start])
        count += sum(word.isalpha() and word not in _SAYING_NOTHING for word in words)
        at = max(at, end)
        if count > _ENOUGH:
            break
    return int(count)


_ENOUGH = 20  # words: how many more does not matter


def label_of(text: str, spans: Sequence[Span], index: int, known: Container[str]) -> tuple[str, ...]:
    """Return who or what an amount is of: stems of its clause, of those that the head knows; no other word is kept."""
    floor = spans[index - 1].end if index else 0
    ceiling = spans[index + 1].start if index + 1 < len(spans) else len(text)
    left = _until_break(_WORD.findall(text[floor : spans[index].start])[::-1])[::-1]
    right = _until_break(_WORD.findall(text[spans[index].end : ceiling]))
    told = [word for side in (left, right) for word in _nouns(side)] or [*left, *right]
    said = [french.stem(one) for one in told if len(one) > 1 and one.isalpha() and one not in _SAYING_NOTHING]
    return tuple(dict.fromkeys(one for one in said if f"L {one}" in known or f"R {one}" in known))[:_LABEL]


_BEFORE_NOUNS = frozenset("le la les l du de des d au aux un une notre nos mon ma mes leur leurs par".split())


def _nouns(words: Sequence[str]) -> list[str]:
    """Return the words that follow an article."""
    return [word for before, word in itertools.pairwise(words) if before in _BEFORE_NOUNS]


def _of_the_turn(asked: str, last: str, amounts: int, words: int) -> list[str]:
    length = min(words, 8)
    found = [f"asked {asked}", f"last {last}", f"length {length}"]
    return [*found, *(f"{one} {min(amounts, 2)} {length}" for one in found[:2])]


def _of_the_value(spans: Sequence[Span], index: int) -> list[str]:
    """Return where an amount stands among the others: the budget holds what partners bring."""
    values = [worth(span) for span in spans]
    own, kind = values[index], spans[index].kind
    rank = "only" if len(spans) == 1 else "most" if own == max(values) else "least" if own == min(values) else "middle"
    found = [f"is {kind}", f"digits {len(str(int(own)))} {kind}", f"rank {rank}"]
    found += ["half of another" for one in values if own * 2 == one][:1]
    return found + ["double of another" for one in values if own == one * 2][:1]


def _stem(word: str) -> str:
    return french.stem(word) if word.isalpha() else "0" if word.isdigit() else word


def _until_break(words: Sequence[str]) -> list[str]:
    found = []
    for word in words:
        if word in {",", ";", ".", "?", "(", ")", "et"}:
            break
        found.append(word)
    return found
