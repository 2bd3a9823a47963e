"""What a sentence says of each of its figures: for which edition and whom, at most or at least, denied or not. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, groupby, pairwise
from typing import Final, TypeVar

from bot.dialogue.extraction import years_in
from bot.dialogue.slots import population_of
from bot.documents import french
from bot.language.figures import Figure, editions_named, figures_in, plain
from bot.programme.models import Population


@dataclass(frozen=True)
class Mention:
    """A figure where it stands.

    `editions`, `population` and `years` are those that its part of the sentence names, else the sentence, else the heading.
    `words` are the stems of its part of the sentence, `around` those of all of it, `then` those just after the figure,
    `core` those of the sentence without its asides. `bounds`: most, least. `rates`: « par an », « par semaine ».
    `edge`: « depuis » or « jusqu'à » just before it; `funds`: those that its sentence names, else what introduces it.
    """

    figure: Figure
    said: str
    words: frozenset[str]
    around: frozenset[str]
    then: frozenset[str]
    core: frozenset[str]
    near: str
    editions: frozenset[int]
    population: Population | None
    years: frozenset[int]
    bounds: frozenset[str]
    rates: frozenset[str]
    role: str | None
    is_denied: bool
    edge: str | None = None
    funds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sentence:
    """A sentence, or a line of a list, as a plain text; `heading` is what introduces it."""

    text: str
    heading: str = ""


_BULLET: Final = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s")


def sentences_of(text: str, heading: str = "") -> tuple[Sentence, ...]:
    """Cut a text into sentences; the lines of a list have the line before it in their heading."""
    found: list[Sentence] = []
    intro = ""
    for line in text.splitlines():
        is_item = bool(_BULLET.match(line))
        above = plain(f"{heading} {intro}") if is_item else plain(heading)
        found += [Sentence(plain(_BULLET.sub("", one)), above) for one in french.sentences(line)]
        if line.strip() and not is_item:
            intro = line.rstrip()
    return tuple(one for one in found if one.text)


def following(text: str) -> tuple[Sentence, ...]:
    """Cut a claim into sentences; what one does not name is what the ones before it named: « Il est de 200 000 € »."""
    alone = sentences_of(text)
    before = ("", *accumulate((one.text for one in alone), lambda said, more: f"{more} {said}"))
    return tuple(Sentence(one.text, f"{said} {one.heading}".strip()) for one, said in zip(alone, before, strict=False))


@lru_cache(maxsize=2048)
def mentions_in(sentence: Sentence) -> tuple[Mention, ...]:
    """Return the figures of a sentence, each with what is said of it."""
    figures = figures_in(sentence.text)
    return tuple(_mention(one, part, sentence) for one, part in _parts(figures, sentence.text))


def stems(text: str) -> frozenset[str]:
    """Return the stems of the words of a plain text that say something: no figure, no stop word."""
    words = (word for word in french.words(text) if word not in french.STOP_WORDS and word.isalpha())
    return frozenset(french.stem(word) for word in words if len(word) > 1)


# ---- parts -------------------------------------------------------------------------------------------------

_GROUPS: Final = {"points": "percent", "time": "date", "ordinal": "count", "unread": "count", "fraction": "percent"}
_STRENGTHS: Final = (
    re.compile(r" ?[;\n] ?| tandis que | alors que | contre | mais | puis "),
    re.compile(r" et (?!(?:les )?suivants)| ou "),
    re.compile(r"[:,] | - "),
)


def _parts(figures: Sequence[Figure], text: str) -> Iterator[tuple[Figure, tuple[int, int]]]:
    """Yield each figure with the part of the sentence that speaks of it and of no other figure of its kind."""
    for _, alike in groupby(sorted(figures, key=_group), key=_group):
        open_ones = []
        for one in alike:
            aside = _aside(one, text)
            if aside:
                yield one, aside
            else:
                open_ones.append(one)
        if not open_ones:
            continue
        runs = _runs(open_ones, text)
        cuts = [0, *(_cut(text, run[-1], following[0]) for run, following in pairwise(runs)), len(text)]
        yield from ((one, part) for run, part in zip(runs, pairwise(cuts), strict=True) for one in run)


def _group(figure: Figure) -> str:
    return _GROUPS.get(figure.kind, figure.kind)


def _aside(figure: Figure, text: str) -> tuple[int, int] | None:
    """Return the parenthesis that a figure stands in; None when it stands in none."""
    start, end = text.rfind("(", 0, figure.start), text.find(")", figure.end)
    if start < 0 or end < 0 or ")" in text[start : figure.start] or "(" in text[figure.end : end]:
        return None
    return start, end + 1


_LISTED: Final = re.compile(r" ?(?:,|et|ou|et en|ou en|et le|ou le|, le|, en)? ?")


def _runs(figures: Sequence[Figure], text: str) -> list[list[Figure]]:
    """Put together the figures that are listed, of which the same is said: « en 2022 et en 2023 »."""
    runs: list[list[Figure]] = []
    for one in figures:
        if runs and _LISTED.fullmatch(text, runs[-1][-1].end, one.start):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _cut(text: str, one: Figure, following: Figure) -> int:
    """Return where one figure's part ends and the next one's begins: at the strongest separator between them."""
    for separator in _STRENGTHS:
        found = list(separator.finditer(text, one.end, following.start))
        if found:
            # A date comes first, before its comma: « Le 18 septembre, il a évoqué …, dont 500 en 2024 ».
            return found[-1 if one.kind == "date" else 0].end()
    return following.start if one.kind == "count" else one.end


# ---- what is said of a figure ------------------------------------------------------------------------------

_MOST: Final = re.compile(
    r"\bjusqu'a\b|\b(?:jamais|pas) plus d(?:e |')|\bau plus\b|\bau maximum\b|(?<!au )\bmoins d(?:e |')|\binferieur|\bn'exced\w+ pas"
    r"|\bne (?:peut |doit |pouvait |devait )?(?:pas )?depass\w+(?: pas)?"
    r"|\bdans la limite|\blimitee?s? a\b|\btout au plus\b"
)
_CAP: Final = re.compile(r"\bplafon|\bmaxim|\bmax\b")
_LEAST: Final = re.compile(
    r"\bau moins\b|\bminim|\bplancher|\bplus d(?:e |')(?=\d|[a-z]+ (?:cent|mille))|\bsuperieur|\bau-dela\b|(?<!ne )(?<!pas )\bdepass"
    r"|\bau dela\b|\ba partir de (?=\d)|\bdes (?=\d[\d ]*(?:€|k€|%))"
)
_RATES: Final = (
    (
        "year",
        re.compile(
            r"\bpar an\b|(?<!rapport )\bannuel|\bpar annee\b|\bl'annee\b|\bchaque annee\b|/ ?an\b|\btous les ans\b"
        ),
    ),
    (
        "month",
        re.compile(r"\bpar mois\b|\b(?:sur|dans) le mois\b|\bmensuel|\bchaque mois\b|/ ?mois\b|\btous les mois\b"),
    ),
    ("week", re.compile(r"\bpar semaine\b|\bhebdo|\bchaque semaine\b|/ ?semaine\b|\btoutes les semaines\b")),
    ("day", re.compile(r"\bpar jour\b|\bquotidien|\bjournali|\bchaque jour\b|/ ?j(?:our)?\b")),
    ("term", re.compile(r"\bpar (?:trimestre|semestre|sprint)|\b(?:trimestr|semestr)iel")),
    ("person", re.compile(r"\bpar (?:personne|agent|membre|tete)\b")),
)
_CLOSES: Final = re.compile(
    r"\bclos(?:es?)?\b|\bclotur|\bferm|\bdates? limites?\b|\bjusqu'|\bavant\b|\becheance|\btermin|\bacheve|\bexpir|\bau plus tard\b"
    r"|\bdernier (?:jour|delai)|\bprend fin\b|\bfin d(?:e|u|es)\b"
)
_OPENS: Final = re.compile(
    r"\bouv(?:r|ert)|\ba (?:partir|compter) d|\bdes le\b|\bdepuis\b|\bdebut|\bcommenc|\blanc|\bdemarr"
)
_DENIED: Final = re.compile(
    r"\b(?:mais plus|plus depuis)\b|\b(?:pas|sans|ni|non|aucune?s?|jamais|hors|sauf|nulle?)\b|\b(?:exclu|ineligible|impossible|interdi|refus|except)"
    r"|\bn(?:e |')(?=[^,;.]{0,200}\bplus\b)(?![^,;.]{0,200}\bplus (?:d(?:e |')(?=\d|un)|que |qu'))"
)
_OF_SOURCES: Final = re.compile(
    r"\bne (?:donnent|disent|indiquent|s'accordent) pas\b(?: tou(?:te)?s)?(?: l[ea] meme| sur)?|\bn'est pas l[ea] meme\b"
    r"|\bne sont pas (?:les memes|d'accord)\b"
)
_CLAUSE: Final = re.compile(r"[;:()]|, | mais | tandis que | alors que | dont | — ")


def clauses(text: str) -> list[str]:
    """Cut a plain sentence into what it says one thing after the other."""
    return [one for one in _CLAUSE.split(text) if len(stems(one)) > 1]


def is_denied(text: str) -> bool:
    """Whether a plain text denies something."""
    # « ne dépasse pas 300 000 € » is a bound, « ne donnent pas la même durée » speaks of the sources.
    return bool(_DENIED.search(_OF_SOURCES.sub(" ", _MOST.sub(" ", text))))


def _mention(figure: Figure, part: tuple[int, int], sentence: Sentence) -> Mention:
    text = sentence.text
    said, core, (start, end) = text[part[0] : part[1]], _core(text, figure), _clause(text, figure)
    clause, beside = text[start:end], text[max(start, part[0]) : min(end, part[1])]
    bare = text[part[0] : figure.start] + " " + text[figure.end : part[1]]
    if figure.kind == "date":
        bare = _SAID_BY.sub(" ", bare)
    return Mention(
        figure,
        text[figure.start : figure.end],
        stems(bare),
        stems(f"{text} {sentence.heading}"),
        stems(" ".join(_WORDS_AFTER.split(text[figure.end : part[1]], maxsplit=1)[0].split()[:_AFTER])),
        stems(f"{core} {sentence.heading}"),
        f"{' '.join(text[: figure.start].split()[-3:])} {' '.join(text[figure.end :].split()[:3])}",
        _first(editions_named, said, text, sentence.heading),
        _recipient(said) or _recipient(core) or _recipient(sentence.heading),
        _first(years_in, said, text, sentence.heading) - years_in(" ".join(_BEGUN.findall(text))),
        _bounds(said, beside, sentence, figure),
        frozenset(name for name, pattern in _RATES if pattern.search(text if name == "year" else said)),
        _role_of(figure, said, clause, sentence),
        is_denied(said if figure.kind == "date" else clause),
        _edge(text[: figure.start]),
        _first(funds_in, said, text, sentence.heading),
    )


_CARRIED: Final = re.compile(r"\b(?:portee?s? |de )?(?:par )?l'incubateur d[eu]|\([^()]*\)|;.*")


def _recipient(text: str) -> Population | None:
    """Return for whom a text is; the incubator that carries a product receives nothing."""
    return population_of(_CARRIED.sub(" ", text))


_WORDS_AFTER: Final = re.compile(r"[.,;:()]")
_AFTER: Final = 4  # words


def _core(text: str, figure: Figure) -> str:
    """Return the part of a sentence between semicolons that a figure is in, without asides."""
    start, end = text.rfind(";", 0, figure.start) + 1, text.find(";", figure.end)
    return re.sub(r"\([^()]*\)", " ", text[start : end if end >= 0 else len(text)])


_Named = TypeVar("_Named", int, str)


def _first(read: Callable[[str], frozenset[_Named]], *texts: str) -> frozenset[_Named]:
    return next((found for text in texts if (found := read(text))), frozenset())


def _clause(text: str, figure: Figure) -> tuple[int, int]:
    start = max((match.end() for match in _CLAUSE.finditer(text, 0, figure.start)), default=0)
    after = _CLAUSE.search(text, figure.end)
    return start, after.start() if after else len(text)


_RESUMES: Final = re.compile(r"\b(?:il|elle|celui-ci|celle-ci|ce dernier|ce montant|ce plafond)\b")


def _bounds(said: str, beside: str, sentence: Sentence, figure: Figure) -> frozenset[str]:
    """Return whether a figure is the most or the least; that it is a cap may be said before, or by what « il » resumes."""
    if figure.kind not in ("money", "percent", "duration", "count") or figure.high is not None:
        return frozenset()
    before = sentence.text[: figure.start] + (sentence.heading if _RESUMES.search(sentence.text) else "")
    is_cap = figure.kind in ("money", "percent") and (_CAP.search(before) or _CAP.search(said))
    least = _LEAST.search(_MOST.sub(" ", beside))
    return frozenset(name for name, found in (("most", _MOST.search(beside) or is_cap), ("least", least)) if found)


_OF_A_PAGE: Final = re.compile(r"\b(?:selon|d'apres) (?:(?! et (?:le|en|du|de) |\b(?:selon|d'apres) )[^,;:])*\bdu $")
_SINCE: Final = re.compile(r"\b(?:depuis|a (?:partir|compter) d[eu]|des)(?: l'annee| le| la fin de| debut| fin)? ?$")
_SAID_BY: Final = re.compile(r"\b(?:selon|d'apres) [^,;]*")
_BEGUN: Final = re.compile(r"\bdepuis (?:20\d\d)\b")  # said of all that the sentence counts
_UNTIL: Final = re.compile(r"\b(?:jusqu'(?:en|au|a)|avant)(?: l'annee| le| la fin de| debut| fin)? ?$")


def _role_of(figure: Figure, said: str, clause: str, sentence: Sentence) -> str | None:
    """Return whether a date opens or closes; that of a page cited does neither, that of a list does what introduces it."""
    if figure.kind != "date" or _OF_A_PAGE.search(sentence.text, 0, figure.start):
        return None
    return (
        _role(said) or _role(clause) or (_role(sentence.heading) if sentence.heading.rstrip().endswith(":") else None)
    )


def _edge(before: str) -> str | None:
    return "since" if _SINCE.search(before) else "until" if _UNTIL.search(before) else None


def _role(text: str) -> str | None:
    return "close" if _CLOSES.search(text) else "open" if _OPENS.search(text) else None


_FUNDS: Final = re.compile(r"\b(?:fast|ftap|consolidation|guichet accessibilite(?: / design [a-z]+)?)\b")


def funds_in(text: str) -> frozenset[str]:
    """Return the funds and programmes that a plain text names."""
    return frozenset(_FUNDS.findall(text))
