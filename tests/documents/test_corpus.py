"""A made-up corpus of HTML, Markdown, text, DOCX and ODT with the faults of real files: nothing lost, nothing wrong.

Of every document, each sentence put in comes out in a passage or is told as not read; no figure comes out that was
struck, hidden or raised.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus import (
    CASES,
    FORMATS,
    HELD,
    KEPT,
    LANGUAGES,
    RAISING,
    WHOLE,
    WITHDRAWING,
    WITHDRAWN,
    para,
    run,
    word,
    words_in_box,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.documents.passages import Document, load_document


def folded(text: str) -> str:
    return " ".join(re.sub(r"[\xa0\u202f]", " ", text).split())


def read(path: Path) -> Document:
    return load_document(path, path.parent)


def told(document: Document) -> str:
    """Return the title of a document, and its headings and texts in order, each once."""
    headings = (heading for passage in document.passages for heading in (*passage.section.split(" › "), passage.text))
    title = document.passages[0].info.title
    return folded(" ".join(dict.fromkeys([*([] if title in ("note", "Page") else [title]), *headings])))


def figures(text: str) -> list[str]:
    return re.findall(r"\d(?:[\d ]*\d)?", text)


def written(folder: Path, name: str, *paragraphs: str) -> str:
    """Return all that is told of a document of these paragraphs."""
    form = FORMATS[name]
    return told(read(form.build(folder / f"note.{name}", "".join(paragraphs))))


def paragraph(name: str, *pieces: str) -> str:
    form = FORMATS[name]
    return form.paragraph.format("".join(pieces))


def text(name: str, words: str) -> str:
    return FORMATS[name].text.replace("{}", words)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "way"), WITHDRAWING)
def test_a_figure_that_is_withdrawn_is_never_told(tmp_path, name, way, language):
    start, end, other = LANGUAGES[language]
    sentence = paragraph(name, text(name, f"{start} "), way.replace("{}", WITHDRAWN), text(name, f" {HELD} {end}"))

    said = written(tmp_path, name, sentence, paragraph(name, text(name, other)))

    assert f"{start} {HELD} {end}" in said
    assert other in said
    assert figures(said) == ["180 000"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "way"), WHOLE)
def test_a_paragraph_that_is_withdrawn_is_never_told(tmp_path, name, way, language):
    start, end, other = LANGUAGES[language]

    said = written(
        tmp_path, name, way.replace("{}", f"{start} {WITHDRAWN} {end}"), paragraph(name, text(name, f"{other} {HELD}"))
    )

    assert folded(said) == f"{other} {HELD}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("call", ["1", "12", "2"])
@pytest.mark.parametrize(("name", "way"), RAISING)
def test_a_raised_call_is_set_apart_from_the_figure_before_it(tmp_path, name, way, call, language):
    start, end, other = LANGUAGES[language]
    pieces = text(name, f"{start} {HELD.removesuffix(' €')}"), way.replace("{}", call), text(name, f" € {end}")

    said = written(tmp_path, name, paragraph(name, *pieces), paragraph(name, text(name, other)))

    assert f"{start} {HELD} {end}" in said
    assert other in said
    assert figures(said) == ["180 000"]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("call", ["¹", "²", "¹²", "⁽³⁾"])
def test_a_raised_digit_of_the_alphabet_is_set_apart_too(tmp_path, name, call):
    assert written(tmp_path, name, paragraph(name, text(name, f"Au plus 450 000{call} €, en 2023{call}."))) == (
        "Au plus 450 000 €, en 2023."
    )


@pytest.mark.parametrize(("before", "raised", "after", "expected"), KEPT)
@pytest.mark.parametrize("name", ["html", "docx", "odt"])
def test_what_is_raised_and_no_call_is_kept(tmp_path, name, before, raised, after, expected):
    way = FORMATS[name].raised[0].replace("{}", raised)

    assert written(tmp_path, name, paragraph(name, text(name, before), way, text(name, after))) == expected


# What was lost


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_sentence_comes_out_or_is_told_as_lost(tmp_path, case):
    document = read(case.make(tmp_path / f"note{case.ending}"))
    said = told(document)

    for sentence in case.sentences:
        assert sentence in said
        assert said.count(sentence) == 1
    for words in case.unsaid:
        assert words not in said
    assert document.shortfall.partition(" : ")[2] == case.lost
    assert bool(document.shortfall) == bool(re.match(r"lu à [0-9]{1,2} % : ", document.shortfall))


def test_what_is_not_read_of_a_document_is_told_by_its_share(tmp_path):
    words = "Un commentaire de quarante-deux caractères"
    comments = (
        f"<w:comments {{WORD}}><w:comment w:id='0'><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:comment></w:comments>"
    )
    make = word(
        para(run("x" * 158)), parts={"word/comments.xml": comments}, relations={"rId7": ("comments", "comments.xml")}
    )

    assert read(make(tmp_path / "a.docx")).shortfall == "lu à 79 % : 1 commentaire non lu"


# Coverage of anything made of these


WORDS = st.lists(st.sampled_from("été naïf œuvre Žďár größer Łódź garçon où à dès".split()), min_size=2, max_size=6)
KINDS = ["said", "withdrawn", "raised", "whole", "heading", "slogan", "item", "cells", "note", "box"]
PIECES = st.lists(st.tuples(st.sampled_from(KINDS), WORDS, st.integers(0, 30)), min_size=1, max_size=12)


def heading(name: str, words: str) -> str:
    return {
        "html": f"<h2>{words}</h2>",
        "md": f"## {words}\n\n",
        "txt": f"## {words}\n\n",
        "docx": f'<w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr>{run(words)}</w:p>',
        "odt": f'<text:h text:outline-level="2">{words}</text:h>',
    }[name]


# A sentence in an element of each format; what a format has not is a paragraph.
ELEMENTS = {
    "item": {
        "html": "<ul><li>{}</li><li>Puis.</li></ul>",
        "md": "\n- {}\n- Puis.\n\n",
        "txt": "\n• {}\n• Puis.\n\n",
        "docx": f'<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>{run("{}")}</w:p>',
        "odt": "<text:list><text:list-item><text:p>{}</text:p></text:list-item></text:list>",
    },
    "cells": {
        "html": "<table><tr><td rowspan='2'>Fonds</td><td>{}</td></tr><tr><td>Puis.</td></tr></table>",
        "md": "| Fonds | Note |\n|---|---|\n| {} | Puis. |\n\n",
        "docx": f"<w:tbl><w:tr><w:tc>{para(run('{}'))}</w:tc><w:tc>{para(run('Puis.'))}</w:tc></w:tr></w:tbl>",
        "odt": "<table:table><table:table-row><table:table-cell><text:p>{}</text:p></table:table-cell>"
        "</table:table-row></table:table>",
    },
    "note": {
        "html": "<p>Texte<sup><a href='#n-ID'>1</a></sup>.</p><footer>Rien.<p id='n-ID'>{}</p></footer>",
        "md": "Texte[^1].\n\n[^1]: {}\n\n",
        "odt": "<text:p>Texte<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>{}</text:p>"
        "</text:note-body></text:note>.</text:p>",
    },
    "box": {
        "html": "<details><summary>Détail</summary><div hidden id='d'></div><p>{}</p></details>",
        "docx": para(run("Avant ") + words_in_box("{}")),
        "odt": "<text:p><draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame></text:p>",
    },
}


def element(name: str, kind: str, words: str) -> str:
    return ELEMENTS[kind].get(name, paragraph(name, text(name, "{}"))).replace("{}", words).replace("ID", words[0])


def rendered(name: str, pieces: list[tuple[str, list[str], int]]) -> Iterator[tuple[str, str]]:
    """Yield what is written in the file for each piece, and the sentence that must come out."""
    form = FORMATS[name]
    for number, (kind, several, choice) in enumerate(pieces):
        words = f"{'Abcdefghijklm'[number]} {' '.join(several)}"
        before, after = text(name, f"{words} "), text(name, "puis fin.")
        if kind == "heading":
            yield heading(name, f"{words} dit.") + paragraph(name, text(name, "Suite.")), f"{words} dit."
        elif kind == "slogan":
            yield heading(name, f"{words} seul."), f"{words} seul."
        elif kind in ELEMENTS:
            yield element(name, kind, f"{words} ici."), f"{words} ici."
        elif kind == "whole" and form.whole:
            yield form.whole[choice % len(form.whole)].replace("{}", f"{words} 317"), ""
        elif kind == "withdrawn" and form.withdrawn:
            way = form.withdrawn[choice % len(form.withdrawn)].replace("{}", "317 €")
            yield paragraph(name, before, way, text(name, " "), after), f"{words} puis fin."
        elif kind == "raised" and form.raised:
            way = form.raised[choice % len(form.raised)].replace("{}", "3")
            yield paragraph(name, text(name, words), way, text(name, " "), after), f"{words} puis fin."
        else:
            yield paragraph(name, before, after), f"{words} puis fin."


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(FORMATS)), pieces=PIECES)
def test_of_every_document_each_sentence_comes_out_and_no_figure_that_was_withdrawn(tmp_path, name, pieces):
    parts = list(rendered(name, [*pieces, ("said", ["fin"], 0)]))

    said = written(tmp_path, name, *(part for part, _ in parts))

    assert not figures(said)
    for _, sentence in parts:
        assert sentence in said
