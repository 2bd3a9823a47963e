"""What each amount of a sentence is in a sum: features of the words around it, for a head that is trained."""

import itertools
import re
from collections.abc import Sequence

from bot.documents import french
from bot.questions.spans import Kind, Scan, Span

_WORD = re.compile(r"[a-z]+|\d+|[,;:.?()+=/-]")
_TIME = re.compile(r" ?(?:mois|ans?|annees?|semaines?|jours?|trimestres?)\b")  # « sur 6 mois » is no amount
_NEAR = 5  # words on each side


def amounts_in(scan: Scan, *, bare: bool = False) -> list[Span]:
    """Return the spans that are amounts; with `bare`, numbers without unit too (an answer to « combien ? »)."""
    numbers = [one for one in scan.spans if one.kind is Kind.NUMBER and not _TIME.match(scan.text, one.end)]
    return [span for span in scan.spans if span.kind is Kind.AMOUNT or (bare and span in numbers)]


def features(text: str, spans: Sequence[tuple[int, int]], index: int, asked: str = "") -> tuple[str, ...]:
    """Return the features of the amount at `index` among those of a folded text; `asked` is what was asked for."""
    start, end = spans[index]
    floor = spans[index - 1][1] if index else 0
    ceiling = spans[index + 1][0] if index + 1 < len(spans) else len(text)
    before = [_stem(word) for word in _WORD.findall(text[floor:start])]
    after = [_stem(word) for word in _WORD.findall(text[end:ceiling])]
    left, right = before[::-1][:_NEAR], after[:_NEAR]
    clause_left = _until_break(left)
    clause_right = _until_break(right)
    found = [f"asked {asked}", f"place {min(index, 3)}/{min(len(spans), 4)}", f"alone {len(spans) == 1}"]
    found += [f"l{i} {word}" for i, word in enumerate(left)] + [f"r{i} {word}" for i, word in enumerate(right)]
    found += [f"L {word}" for word in before] + [f"R {word}" for word in after]
    found += [f"cl {word}" for word in clause_left] + [f"cr {word}" for word in clause_right]
    found += [f"l {a} {b}" for a, b in itertools.pairwise(left)]
    found += [f"r {a} {b}" for a, b in itertools.pairwise(right)]
    return tuple(found)


def _stem(word: str) -> str:
    return french.stem(word) if word.isalpha() else "0" if word.isdigit() else word


def _until_break(words: Sequence[str]) -> list[str]:
    found = []
    for word in words:
        if word in {",", ";", ".", "?", "(", ")", "et"}:
            break
        found.append(word)
    return found
