"""What the facts state is written, in some French form, in the section of the fiche that each of them cites."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from bot.programme.facts import Fact, Laureate, Month, Programme, Qualifier, Range, Source, load_programme
from bot.programme.values import Value

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
FACTS = KNOWLEDGE / "programme"
FICHES = KNOWLEDGE / "documents"

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
WORDS = {
    "une": 1, "un": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "vingtaine": 20, "trentaine": 30, "centaine": 100,
}  # fmt: skip
NUMBER = r"(\d{1,3}(?: \d{3})+|\d+(?:,\d+)?)"
EUROS = re.compile(rf"(?<![\d,]){NUMBER} ?(?:(millions?|M)(?: d'euros|€)|€|euros)")
DURATIONS = {"minutes": "minutes?", "days": "jours?", "weeks": "semaines?", "months": "mois|ans?"}
YEARS = ("an", "ans")


def section_of(document: str, section: str) -> str:
    """Return the text of a section as it is shown: without its lines of sources and questions, with plain spaces."""
    text = (FICHES / document).read_text(encoding="utf-8").replace("\u00a0", " ").replace("’", "'")
    body = re.split(r"^#{1,6} ", text, flags=re.MULTILINE)
    found = next(part for part in body if part.startswith(f"{section}\n"))
    return re.sub(r"^(?:Sources|Questions) : .*$", "", found.removeprefix(section), flags=re.MULTILINE)


def sources_of(document: str, section: str) -> str:
    text = (FICHES / document).read_text(encoding="utf-8").split(f"# {section}\n")[1].split("\n#")[0]
    return "".join(re.findall(r"^Sources : .*$", text, re.MULTILINE))


def number(text: str) -> Decimal:
    return Decimal(WORDS.get(text) or text.replace(" ", "").replace(",", "."))


def euros(text: str) -> set[Value]:
    return {number(found[1]) * (1_000_000 if found[2] else 1) for found in EUROS.finditer(text)}


def percents(text: str) -> set[Value]:
    ranges = {Range(number(low), number(high)) for low, high in re.findall(rf"{NUMBER} à {NUMBER} %", text)}
    return {number(found) for found in re.findall(rf"{NUMBER} %", text)} | ranges


def counts(text: str) -> set[Value]:
    any_number = rf"(?<![\w,]){NUMBER}(?![\w,])|\b({'|'.join(WORDS)})\b"
    found: set[Value] = {int(number(a or b)) for a, b in re.findall(any_number, text) if "," not in a}
    pairs = re.findall(r"(\d+) (?:à|ou) (\d+)", text)
    return found | {Range(*sorted((int(a), int(b)))) for a, b in pairs}


def durations(text: str, unit: str) -> set[Value]:
    one = rf"(\d+|{'|'.join(WORDS)})"
    words = DURATIONS[unit]
    said = re.findall(rf"\b{one}(?: ({words}))?(?: ou| à) {one} ({words})\b", text)
    ranges = {Range(*sorted((_length(a, u or v), _length(b, v)))) for a, u, b, v in said}
    return {_length(a, u) for a, u in re.findall(rf"\b{one} ({words})\b", text)} | ranges


def _length(count: str, unit: str) -> int:
    return int(number(count)) * (12 if unit in YEARS else 1)


def days(text: str) -> set[Value]:
    said = re.findall(rf"\b(\d+)(?:er)? ({'|'.join(MONTHS)}) (\d{{4}})", text)
    halves = re.findall(rf"première quinzaine de ({'|'.join(MONTHS)}) (\d{{4}})", text)
    first_halves = {(int(year), MONTHS.index(month) + 1) for month, year in halves}
    return {
        *(date(int(year), MONTHS.index(month) + 1, int(day)) for day, month, year in said),
        *(Range(date(year, month, 1), date(year, month, 15)) for year, month in first_halves),
        *months(text),
    }


def months(text: str) -> set[Value]:
    said = re.findall(rf"\b({'|'.join(MONTHS)})(?: et ({'|'.join(MONTHS)}))? (\d{{4}})", text)
    names = [(first, last, int(year)) for first, last, year in said]
    return {
        *(Month(year, MONTHS.index(last or first) + 1) for first, last, year in names),
        *(Range(Month(y, MONTHS.index(a) + 1), Month(y, MONTHS.index(b) + 1)) for a, b, y in names if b),
    }


def written(unit: str, text: str) -> set[Value]:
    """Return every value of a unit that the text states, whatever its French form."""
    readers: dict[str, Callable[[str], set[Value]]] = {
        "eur": euros, "percent": percents, "count": counts, "date": days, "month": months, "ratio": euros,
    }  # fmt: skip
    return durations(text, unit) if unit in DURATIONS else readers[unit](text)


def is_written(fact: Fact, text: str) -> bool:
    if fact.qualifier is Qualifier.NONE:
        return bool(re.search(r"ne (?:\w+ )*plus", text))
    if isinstance(fact.value, str):
        return set(re.findall(r"\d+", fact.value)) <= set(re.findall(r"\d+", text))
    return fact.value in written(fact.unit, text)


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load_programme(FACTS, FICHES)


Cited = tuple[str, tuple[Source, ...], Callable[[str], bool]]


def cited(programme: Programme) -> Iterator[Cited]:
    """Yield (what, pages that it cites, whether a text states it) for every figure of the facts."""
    for fact in programme.all_facts:
        what = f"{fact.key} {fact.editions or fact.year or ''} {fact.value}"
        # A sentence may draw on several pages; a figure is stated by each of them.
        for pages in [fact.sources] if isinstance(fact.value, str) else [(source,) for source in fact.sources]:
            yield what, pages, partial(is_written, fact)
    for edition in programme.all_editions:
        if edition.month:
            yield f"promotion {edition.number}", edition.sources, lambda text, e=edition: e.month in months(text)
        if edition.announced:
            yield (
                f"annonce {edition.number}",
                (edition.announced,),
                lambda text, e=edition: e.announced_on in days(text),
            )
    for scheme in programme.schemes.values():
        if scheme.replaced_on:
            yield f"remplacement {scheme.id}", scheme.sources, lambda text, s=scheme: s.replaced_on in days(text)
    for fund in programme.funds:
        for amount in filter(None, (fund.envelope, fund.minimum, fund.maximum)):
            yield f"{fund.id} {amount}", fund.sources, lambda text, a=amount: a in euros(text)
        yield f"{fund.id} {fund.rate} %", fund.sources, lambda text, f=fund: f.rate in percents(text)
    for one in programme.all_laureates:
        yield f"{one.edition} {one.name}", one.sources, partial(is_awarded, one)


def is_awarded(one: Laureate, text: str) -> bool:
    line = next((line for line in text.splitlines() if line.removeprefix("- ").startswith(one.name)), "")
    line = line or next((line for line in text.splitlines() if one.name in line), "")
    return bool(line) and (one.amount is None or one.amount in euros(line)) and one.does in line


def test_every_figure_is_in_the_section_of_the_fiche_that_it_cites(programme: Programme) -> None:
    missing = [
        f"{what} : {[(page.document, page.section) for page in pages]}"
        for what, pages, states in cited(programme)
        if not states("\n".join(section_of(page.document, page.section) for page in pages))
    ]
    assert missing == []


def test_every_page_is_among_the_sources_of_the_section_that_is_cited(programme: Programme) -> None:
    absent = {
        f"{what} : {page.id} : {page.document}, {page.section}"
        for what, pages, _ in cited(programme)
        for page in pages
        if f"[{page.title}]({page.url}) ({page.publisher}, {page.date})" not in sources_of(page.document, page.section)
        # The blog is known through the link of a promotion's page: that page is what the fiche cites.
        and not page.id.startswith("blog-")
    }
    assert absent == set()


@pytest.mark.parametrize(
    ("key", "edition", "instead"),
    [
        ("cap", 13, Decimal(299_999)),
        ("cap", 15, Decimal(300_000)),
        ("deadline", 14, date(2023, 12, 2)),
        ("total", 15, Decimal(8_300_000)),
        ("applications", 12, 18),
        ("support_until", 16, Month(2025, 8)),
        ("rate", 11, Decimal(5)),
    ],
)
def test_a_figure_that_is_not_in_the_fiche_is_noticed(
    programme: Programme, key: str, edition: int, instead: Value
) -> None:
    fact = programme.facts(key, edition=edition, population="product")[0]
    wrong = fact.model_copy(update={"value": instead})
    page = fact.sources_for(edition)[0]
    assert not is_written(wrong, section_of(page.document, page.section))
