"""What a language model's claims say that their evidence does not. Pure: the last word before a user reads them."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bot.language.figures import Figure, editions_named, figures_in, plain
from bot.language.mentions import Mention, Sentence, clauses, following, is_denied, mentions_in, sentences_of, stems
from bot.language.relations import done_by_another, given_to_another, reversed_words, unheld
from bot.language.wording import (
    FREE,
    addresses_in,
    agrees_on_successor,
    quoted,
    strange_signs,
    supported_share,
    unknown_names,
    unsaid,
)
from bot.programme.models import Population

_SUPPORTED: Final = 0.7  # share of a claim's words that its evidence holds at least
_ABOUT_IT: Final = 0.3  # share of a claim's words by which it is about a sentence
_AS_NEAR: Final = 0.1
_LONGEST: Final = 700  # characters of a claim
_MOST_FIGURES: Final = 15  # of a claim: more is a table, or a way to keep the guard busy


class Cause(StrEnum):
    """Why a claim is refused; the names of the counters."""

    FORM = "form"
    SOURCE = "source"
    FIGURE = "figure"
    BINDING = "binding"
    ADDRESS = "address"
    NAME = "name"
    WORDING = "wording"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class Evidence:
    """Something that a claim may rest on.

    `heading` is where it stands and `source` what is cited for it; `is_answer`: it is of the answer made without a
    model, of which every figure must come back; what is not supports words, and no figure.
    """

    id: str
    text: str
    heading: str = ""
    source: str = ""
    is_answer: bool = True


@dataclass(frozen=True)
class Claim:
    """What a model says, with the evidence it rests on: pairs of an id and words quoted from it."""

    text: str
    cited: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Scope:
    """What an answer is about, and what is known of words.

    `names` gives the products named in a text, `knows` says whether a stem is one of the documents', `group` the stems
    that mean the same.
    """

    question: str = ""
    edition: int | None = None
    population: Population | None = None
    names: Callable[[str], frozenset[str]] = lambda _: frozenset()
    knows: Callable[[str], bool] = lambda _: False
    group: Callable[[str], frozenset[str]] = lambda stem: frozenset({stem})


@dataclass(frozen=True)
class Refused:
    """What is wrong with one claim, or with all of them (`claim` is None); `words` are those at fault."""

    cause: Cause
    words: str
    claim: int | None = None


def refusals_of(claims: Sequence[Claim], evidence: Sequence[Evidence], scope: Scope) -> tuple[Refused, ...]:
    """Return what the claims say without evidence, and what they leave out; () when all may be shown."""
    if not claims:
        return (Refused(Cause.FORM, "aucune affirmation"),)
    misshapen = [number for number, one in enumerate(claims) if not _is_a_claim(one.text)]
    if misshapen:
        return tuple(Refused(Cause.FORM, claims[number].text[:60], number) for number in misshapen)
    judge = _Judge(tuple(evidence), scope)
    found = [Refused(cause, words, number) for number, one in enumerate(claims) for cause, words in judge.of(one)]
    return (*found, *(Refused(Cause.INCOMPLETE, words) for words in judge.left_out(claims)))


def figures_of(evidence: Evidence) -> tuple[Figure, ...]:
    """Return the figures of a piece of evidence, in order."""
    return tuple(mention.figure for one in sentences_of(evidence.text) for mention in mentions_in(one))


def resolved(claim: Claim, evidence: Sequence[Evidence]) -> tuple[tuple[Evidence, str], ...]:
    """Return the citations of a claim that hold: the evidence, and the words quoted as they stand in it."""
    by_id = {one.id: one for one in evidence}
    pairs = ((by_id.get(id_), quote) for id_, quote in claim.cited)
    return tuple((one, found) for one, quote in pairs if one is not None and (found := _standing_in(quote, one.text)))


def _standing_in(quote: str, text: str) -> str | None:
    """Return the words of a quote as they stand in a text, whatever its spaces; None when they do not."""
    words = quote.strip(' \n\t«»"“”').split()
    if len("".join(words)) < min(8, len("".join(text.split()))):
        return None
    found = re.search(r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)", text)
    return found[0] if found else None


def _is_a_claim(text: str) -> bool:
    if not text.strip() or len(text) > _LONGEST or text.rstrip(' »"').endswith("?"):
        return False
    return len(figures_in(plain(text))) <= _MOST_FIGURES


@dataclass(frozen=True)
class _Judge:
    evidence: tuple[Evidence, ...]
    scope: Scope
    cache: dict[str, tuple[Mention, ...]] = field(default_factory=dict)

    def of(self, claim: Claim) -> Iterator[tuple[Cause, str]]:
        """Yield what is wrong with a claim."""
        yield from ((Cause.FORM, sign) for sign in strange_signs(claim.text))
        cited = [one for one, _ in resolved(claim, self.evidence)]
        if not cited:
            yield Cause.SOURCE, claim.text[:60]
            return
        yield from self._words(claim.text, cited)
        verbatim = {line.text for one in cited if one.is_answer for line in sentences_of(one.text)}
        for sentence in following(claim.text):
            if sentence.text in verbatim:
                continue
            for mention in mentions_in(sentence):
                yield from self._figure(mention, cited)

    def left_out(self, claims: Sequence[Claim]) -> Iterator[str]:
        """Yield what the answer without a model says and the claims do not."""
        said = [mention.figure for one in claims for s in sentences_of(one.text) for mention in mentions_in(s)]
        whole = " ".join(one.text for one in claims)
        resting = {one.id for claim in claims for one, _ in resolved(claim, self.evidence)}
        for one in self.evidence:
            if not one.is_answer:
                continue
            if one.id not in resting:
                yield one.id
            of_source = [mention.figure for mention in self._mentions(Evidence("", one.source))]
            for mention in self._mentions(one):
                if not _any_same(mention.figure, said) and not _any_same(mention.figure, of_source):
                    yield mention.said
            yield from sorted(self.scope.names(one.text) - self.scope.names(whole))
            yield from sorted(addresses_in(one.text) - addresses_in(whole))
            yield from self._editions_left_out(one, whole)

    def _editions_left_out(self, one: Evidence, whole: str) -> Iterator[str]:
        named = editions_named(plain(one.text))
        if len(named) > 1 and not named <= editions_named(plain(whole)):
            yield f"FAST {min(named)} à {max(named)}"

    # ---- words ----------------------------------------------------------------------------------------------

    def _words(self, text: str, cited: Sequence[Evidence]) -> Iterator[tuple[Cause, str]]:
        held = "\n".join(f"{one.text}\n{one.heading}\n{one.source}" for one in cited)
        yield from ((Cause.ADDRESS, one) for one in addresses_in(text) - addresses_in(held))
        yield from ((Cause.NAME, one) for one in unknown_names(text, held, self.scope.knows))
        yield from ((Cause.NAME, one) for one in sorted(self.scope.names(text) - self.scope.names(held)))
        folded, in_plain = plain(text), plain(held)
        yield from ((Cause.WORDING, one) for one in unsaid(folded, in_plain))
        yield from ((Cause.WORDING, one) for one in quoted(text) if plain(one) not in in_plain)
        yield from ((Cause.BINDING, f"FAST {n}") for n in sorted(self._strange_editions(folded, in_plain)))
        yield from ((Cause.BINDING, f"FAST {one}") for one in re.findall(r"\bfast ([ivx]{1,5})\b", folded))
        yield from self._relations(text, cited)
        if not agrees_on_successor(folded, (plain(one.text) for one in cited)):
            yield Cause.WORDING, text[:60]
        around = [in_plain, plain(self.scope.question)]
        for sentence in sentences_of(text):
            share = supported_share(sentence.text, around, self.scope.group)
            if share < _SUPPORTED or self._is_turned(sentence, cited):
                yield Cause.WORDING, sentence.text[:60]

    def _relations(self, text: str, cited: Sequence[Evidence]) -> Iterator[tuple[Cause, str]]:
        """Yield what a claim says of another than its evidence, or the other way round; sources do not count."""
        texts = [plain(f"{one.text}\n{one.heading}") for one in cited]
        lines = [line.text for one in cited for line in sentences_of(one.text)]
        folded = plain(text)
        yield from ((Cause.WORDING, one) for one in unheld(folded, f"{' '.join(texts)} {plain(self.scope.question)}"))
        yield from ((Cause.BINDING, one) for one in given_to_another(folded, texts))
        yield from ((Cause.BINDING, one) for one in done_by_another(folded, texts))
        for sentence in sentences_of(text):
            yield from ((Cause.WORDING, one) for one in reversed_words(sentence.text, lines))

    def _strange_editions(self, text: str, held: str) -> frozenset[int]:
        known = editions_named(held) | ({self.scope.edition} if self.scope.edition else frozenset())
        return editions_named(text) - known

    def _is_turned(self, sentence: Sentence, cited: Sequence[Evidence]) -> bool:
        """Whether a sentence denies what the nearest of its evidence says, or says what it denies."""
        there = [clause for one in cited for line in sentences_of(one.text) for clause in clauses(line.text)]
        return any(_is_turned(clause, there) for clause in clauses(sentence.text))

    # ---- figures --------------------------------------------------------------------------------------------

    def _figure(self, mention: Mention, cited: Sequence[Evidence]) -> Iterator[tuple[Cause, str]]:
        """Yield why no evidence cited supports a figure as it is said; nothing when one does."""
        if mention.figure.kind == "date" and _any_same(mention.figure, self._of_sources(cited)):
            return
        mentions = [found for one in cited if one.is_answer for found in self._mentions(one)]
        if _is_period_of(mention.figure, mentions):
            return
        candidates = [found for found in mentions if _supports(found.figure, mention.figure)]
        if not candidates:
            yield Cause.FIGURE, mention.said
            return
        reasons = [self._unbound(mention, found) for found in candidates]
        if all(reasons):
            yield Cause.BINDING, f"{mention.said} ({reasons[0]})"

    def _of_sources(self, cited: Sequence[Evidence]) -> list[Figure]:
        return [found.figure for one in cited for found in self._mentions(Evidence("", one.source))]

    def _unbound(self, said: Mention, found: Mention) -> str | None:
        """Return what a figure is said of that its evidence does not say it of; None when they agree."""
        is_date = said.figure.kind == "date"
        checks = (
            (self._same_editions(said, found), "édition"),
            (self._same_population(said, found), "population"),
            (said.figure.kind not in _COUNTED or _same_thing(said, found, self.scope.group), "objet"),
            (said.bounds == found.bounds, "au plus, au moins"),
            (said.figure.approximate == found.figure.approximate, "environ"),
            (is_date or (said.rates <= found.rates and found.rates - {"year"} <= said.rates), "période"),
            (not is_date or _same_role(said, found), "ouverture ou clôture"),
            (is_date or said.is_denied == found.is_denied, "négation"),
            (is_date or not said.years or not found.years or said.years <= found.years, "année"),
            (said.figure.kind != "money" or self._is_of_the_same(said, found), "provenance"),
            (not said.funds or not found.funds or bool(said.funds & found.funds), "fonds"),
            (not is_date or _same_edge(said, found), "depuis, jusqu'à"),
            (not self._is_swapped(said, found), "autre objet"),
        )
        return next((reason for holds, reason in checks if not holds), None)

    def _same_editions(self, said: Mention, found: Mention) -> bool:
        if not found.editions:
            return said.editions <= (self._of_answer | ({self.scope.edition} if self.scope.edition else set()))
        if said.editions:
            return said.editions <= found.editions
        # A claim that names no edition is about the answer's, or about all those that the answer is about.
        return self.scope.edition in found.editions if self.scope.edition else self._of_answer <= found.editions

    @property
    def _of_answer(self) -> frozenset[int]:
        own = (editions_named(plain(one.text)) for one in self.evidence if one.is_answer)
        return frozenset(number for numbers in own for number in numbers)

    def _same_population(self, said: Mention, found: Mention) -> bool:
        """Whether a sum is for the same; what is for an incubator is never told without saying so."""
        if said.figure.kind not in ("money", "percent"):
            return True
        wanted = said.population or self.scope.population
        return "incubator" not in (wanted, found.population) or wanted == found.population

    def _is_of_the_same(self, said: Mention, found: Mention) -> bool:
        """Whether what is said just after a sum is said of it too: « 200 000 € du ministère » names who pays."""
        return all(word in found.core or self.scope.group(word) & found.core for word in said.then - FREE)

    def _is_swapped(self, said: Mention, found: Mention) -> bool:
        """Whether what is said of a figure is what the evidence says of another one of its kind."""
        if isinstance(said.figure.value, tuple) and said.figure.kind == "date" and said.figure.value[1] is None:
            return False  # a year is told of much at once
        others = (m for one in self.evidence if one.is_answer for m in self._mentions(one))
        rivals = [m for m in others if m.figure.kind == found.figure.kind and not _same(m.figure, found.figure)]
        own = frozenset(word for one in self._mentions_of(found.figure) for word in one.words)
        if not own - FREE:
            return False  # « … et le 6 juin » takes what is said of it from the date before it
        return any(_speaks_of(said.words - FREE, rival.words - own, own - rival.words) for rival in rivals)

    def _mentions_of(self, figure: Figure) -> list[Mention]:
        everything = (m for one in self.evidence if one.is_answer for m in self._mentions(one))
        return [m for m in everything if _same(m.figure, figure)]

    def _mentions(self, one: Evidence) -> tuple[Mention, ...]:
        key = f"{one.text}\0{one.heading}\0{one.source if not one.id else ''}"
        if key not in self.cache:
            text = one.text or one.source
            self.cache[key] = tuple(m for s in sentences_of(text, one.heading) for m in mentions_in(s))
        return self.cache[key]


# ---- figures that are the same -----------------------------------------------------------------------------


def _is_turned(clause: str, evidence: Sequence[str]) -> bool:
    words = stems(clause)
    near = [(len(words & stems(one)) / len(words), is_denied(one)) for one in evidence]
    best = max((share for share, _ in near), default=0.0)
    denied = {is_so for share, is_so in near if share >= max(best - _AS_NEAR, _ABOUT_IT)}
    return bool(denied) and is_denied(clause) not in denied


_COUNTED: Final = frozenset({"count", "ordinal", "fraction", "unread"})
_CLEARLY: Final = 3  # words


def _speaks_of(words: frozenset[str], other: frozenset[str], own: frozenset[str]) -> bool:
    """Whether words are those of another figure rather than of its own."""
    of_other, of_own = len(words & other), len(words & own)
    return of_other >= _CLEARLY + of_own if of_own else bool(of_other)


def _is_period_of(figure: Figure, mentions: Sequence[Mention]) -> bool:
    """Whether two dates told as a period are the opening and the closing day of the evidence."""
    if figure.kind != "date" or figure.high is None:
        return False
    roles = {one.role for one in mentions if one.figure.value == figure.value}
    return "open" in roles and any(one.role == "close" for one in mentions if one.figure.value == figure.high)


def _same(one: Figure, other: Figure) -> bool:
    return (one.kind, one.value, one.high, one.unit) == (other.kind, other.value, other.high, other.unit)


def _any_same(figure: Figure, others: Sequence[Figure]) -> bool:
    return any(_same(figure, one) for one in others)


def _supports(found: Figure, said: Figure) -> bool:
    """Whether a figure of the evidence is the one said; a date may be told less exactly than it is known."""
    if _same(found, said):
        return True
    if found.kind == said.kind == "date" and said.high is None:
        return any(
            _holds(end, said.value) for end in (found.value, found.high) if end is not None and _is_whole(found, said)
        )
    return False


def _is_whole(found: Figure, said: Figure) -> bool:
    """Whether a date is not one end of a range of days: « du 3 au 14 mai » closes on no 3 May."""
    return found.high is None or (isinstance(said.value, tuple) and said.value[1] is None)


def _holds(known: object, said: object) -> bool:
    if not isinstance(known, tuple) or not isinstance(said, tuple):
        return False
    (year, month, day, part), (said_year, said_month, said_day, said_part) = known, said
    if said_part and said_part != part:
        return False
    same_year = said_year in (None, year)
    if said_month is None:
        return said_year is not None and same_year
    return bool(same_year and said_month == month and said_day in (None, day))


def _same_thing(said: Mention, found: Mention, group: Callable[[str], frozenset[str]]) -> bool:
    """Whether what is counted is the same: a word beside the one number is said with the other."""
    beside = stems(said.near)
    return not beside or any(word in found.around or group(word) & found.around for word in beside)


def _same_role(said: Mention, found: Mention) -> bool:
    """Whether a day opens, closes, or neither, in both; a year alone does none of it."""
    if isinstance(said.figure.value, tuple) and said.figure.value[1] is None:
        return True
    return said.role == found.role or (said.role != "close" and found.role != "close")


def _same_edge(said: Mention, found: Mention) -> bool:
    """Whether a year begins or ends the same in both: « depuis 2022 » is not « de 2020 à 2022 »."""
    if said.edge is None or not isinstance(said.figure.value, tuple) or said.figure.value[1] is not None:
        return True
    if found.figure.high is not None:
        end = found.figure.value if said.edge == "since" else found.figure.high
        return _holds(end, said.figure.value)
    return found.edge is None or (found.edge == said.edge and found.is_denied == said.is_denied)
