"""Documents as passages: which files there are, what they say of themselves, how they are cut, what they cite."""

import os
import shutil
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from making import SENTENCE, make_all, make_docx, make_odt, make_pdf, make_word

from bot.documents.passages import Passage, Source, list_documents, load_passages
from bot.documents.splitting import SIZE, TOLERANCE, cut
from bot.errors import UnreadableDocument

KNOWLEDGE = Path(__file__).parents[2] / "knowledge" / "documents"

FICHE = """---
title: Plafond du FAST
publisher: DINUM, beta.gouv.fr
url: https://beta.gouv.fr/fast
published: 2024-02-23
valid_from: 2024-02-23
valid_to: 2026-05-21
editions: [15, 16, 17]
verified: 2026-11-21
---

# Plafond du FAST

Le plafond est de 200 000 €.

## Historique

### De 2022 à 2024

Le plafond était de 300 000 €.

Sources : [Programme FAST](https://beta.gouv.fr/fast_%28ancien%29) (DINUM, beta.gouv.fr, 2022-05-10) ; [Accueil [FAST]](https://beta.gouv.fr/fast/) (DINUM, 2023-09-19)

## Aujourd'hui

Le FAST est remplacé.
"""  # noqa: E501 - the line of sources is one line


def written(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def load(folder: Path, content: str, name: str = "fiche.md") -> list[Passage]:
    return load_passages(written(folder, name, content), folder)


def refused(folder: Path, content: str, name: str = "fiche.md") -> str:
    with pytest.raises(UnreadableDocument) as refusal:
        load(folder, content, name)
    assert refusal.value.document == name
    return refusal.value.reason


def names(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in list_documents(folder)]


# Which files


def test_documents_are_listed_sorted_with_sub_folders(tmp_path):
    for name in ("b.md", "a/z.txt", "a/b/c.PDF", "é.html"):
        written(tmp_path, name, "x")

    assert names(tmp_path) == ["a/b/c.PDF", "a/z.txt", "b.md", "é.html"]


def test_hidden_files_sidecars_and_leftovers_are_no_documents(tmp_path):
    for name in (".git/a.md", ".cache.md", "a.md~", ".~lock.a.odt#", "~$a.docx", "#a.md#", "a.md.yaml", "a.md.toml"):
        written(tmp_path, name, "x")
    for name in ("a.md", "#1 rapport.txt"):
        written(tmp_path, name, "x")

    assert names(tmp_path) == ["#1 rapport.txt", "a.md"]


def test_what_cannot_be_read_is_listed_so_that_it_is_reported(tmp_path):
    written(tmp_path, "a.rtf", "x")
    written(tmp_path, "orphelin.pdf.yaml", "title: x")
    (tmp_path / "casse.md").symlink_to("absent.md")
    (tmp_path / "dossier.pdf").mkdir()
    os.mkfifo(tmp_path / "tube.txt")

    assert names(tmp_path) == ["a.rtf", "casse.md", "dossier.pdf", "orphelin.pdf.yaml", "tube.txt"]
    for path in list_documents(tmp_path):
        with pytest.raises(UnreadableDocument):
            load_passages(path, tmp_path)


def test_a_folder_that_cannot_be_listed_is_reported(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may list everything")
    closed = tmp_path / "ferme"
    closed.mkdir(mode=0)

    assert names(tmp_path) == ["ferme"]


def test_links_inside_the_folder_are_read_and_links_outside_refused(tmp_path):
    folder, outside = tmp_path / "documents", tmp_path / "ailleurs"
    written(folder, "a.md", "Le fonds.")
    written(outside, "secret.md", "Un secret.")
    (folder / "b.md").symlink_to("a.md")
    (folder / "c.md").symlink_to(outside / "secret.md")
    (folder / "d").symlink_to(outside)
    (folder / "e").symlink_to(folder)

    assert names(folder) == ["a.md", "b.md", "c.md", "d"]
    assert load_passages(folder / "b.md", folder)[0].text == "Le fonds."
    for name in ("c.md", "d", "d/secret.md"):
        with pytest.raises(UnreadableDocument, match="extérieur"):
            load_passages(folder / name, folder)


def test_a_folder_reached_through_a_link_is_read(tmp_path):
    written(tmp_path / "vrai", "a.md", "Le fonds.")
    (tmp_path / "lien").symlink_to("vrai")
    folder = tmp_path / "lien"

    assert [load_passages(path, folder)[0].text for path in list_documents(folder)] == ["Le fonds."]


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(UnreadableDocument):
        list_documents(tmp_path / "absent")


def test_a_name_that_is_not_utf_8_is_refused_with_a_name_that_can_be_printed(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xe9t\xe9.md"))
    path.write_text("Le fonds.")
    with pytest.raises(UnreadableDocument) as refusal:
        load_passages(path, tmp_path)

    assert str(refusal.value).encode()


# What they say of themselves


def test_front_matter_gives_the_metadata(tmp_path):
    info = load(tmp_path, FICHE, "regles/plafond.md")[0].info

    assert info.document == "regles/plafond.md"
    assert info.title == "Plafond du FAST"
    assert info.source == Source(
        "Plafond du FAST", "DINUM, beta.gouv.fr", "https://beta.gouv.fr/fast", date(2024, 2, 23)
    )
    assert (info.valid_from, info.valid_to) == (date(2024, 2, 23), date(2026, 5, 21))
    assert info.editions == (15, 16, 17)
    assert info.verified == date(2026, 11, 21)


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.md"])
def test_front_matter_is_read_in_every_text_format(tmp_path, name):
    info = load(tmp_path, "---\ntitle: Le titre\npublisher: DINUM\neditions: 13\n---\n\nLe fonds.", name)[0].info

    assert (info.title, info.source.publisher, info.editions) == ("Le titre", "DINUM", (13,))


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        (".yaml", "title: Bilan 2021\npublished: 2022-05-31\neditions: [7, 8]\n"),
        (".toml", 'title = "Bilan 2021"\npublished = 2022-05-31\neditions = [7, 8]\n'),
        (".yaml", "title: Bilan 2021\npublished: '2022-05-31'\neditions: [7, 8]\n".encode("utf-16")),
    ],
)
@pytest.mark.parametrize("make", [make_pdf, make_docx, make_odt])
def test_a_sidecar_gives_the_metadata_of_any_file(tmp_path, make, ending, content):
    path = make(tmp_path / ("bilan." + make.__name__.removeprefix("make_")))
    path.with_name(path.name + ending).write_bytes(content if isinstance(content, bytes) else content.encode())

    info = load_passages(path, tmp_path)[0].info

    assert (info.title, info.source.date, info.editions) == ("Bilan 2021", date(2022, 5, 31), (7, 8))


def test_a_sidecar_outranks_front_matter_key_by_key(tmp_path):
    path = written(tmp_path, "a.md", FICHE)
    written(tmp_path, "a.md.yaml", "title: Autre titre")

    info = load_passages(path, tmp_path)[0].info

    assert (info.title, info.source.publisher) == ("Autre titre", "DINUM, beta.gouv.fr")


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("valid_from: demain", "valid_from"),
        ("valid_from: 2024", "valid_from"),
        ("published: 2024-02-30", "2024-02-30|published|day is out of range"),
        ("editions: treize", "editions"),
        ("editions: [13, quatorze]", "editions"),
        ("editions: [0]", "editions"),
        ("title: [a, b]", "title"),
        ("title: ''", "title"),
        ("url: beta.gouv.fr", "url"),
        ("valide_from: 2024-01-01", "valide_from"),
        ("valid_from: 2025-01-01\nvalid_to: 2024-01-01", "valid_to"),
    ],
)
def test_a_wrong_key_of_ours_is_named(tmp_path, line, key):
    with pytest.raises(UnreadableDocument, match=key):
        load(tmp_path, f"---\npublisher: DINUM\n{line}\n---\n\nLe fonds.")


def test_all_wrong_keys_are_named_at_once(tmp_path):
    reason = refused(tmp_path, "---\npublisher: 3\nverified: hier\neditions: x\ncouleur: bleu\n---\n\nLe fonds.")

    assert all(key in reason for key in ("publisher", "verified", "editions", "couleur"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("fiche.md.yaml", "couleur: bleu"),
        ("fiche.md.yaml", "title: [a"),
        ("fiche.md.yaml", "- une liste"),
        ("fiche.md.toml", "title = "),
        ("fiche.md.yaml", "title: " + "a" * 100_000),
    ],
)
def test_a_wrong_sidecar_is_named(tmp_path, name, content):
    written(tmp_path, name, content)

    assert name in refused(tmp_path, "Le fonds.")


def test_two_sidecars_for_one_document_are_refused(tmp_path):
    written(tmp_path, "fiche.md.yaml", "title: a")
    written(tmp_path, "fiche.md.toml", 'title = "b"')

    assert "fiche.md.toml" in refused(tmp_path, "Le fonds.")


@pytest.mark.parametrize("yaml", ["title: a: b", "title: [", "a: \t b", "x: !!python/object:os.system {}"])
def test_front_matter_that_is_not_yaml_is_refused(tmp_path, yaml):
    assert "YAML" in refused(tmp_path, f"---\n{yaml}\n---\n\nLe fonds.")


def test_aliases_that_unfold_without_end_are_refused(tmp_path):
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    start = time.process_time()

    assert "YAML" in refused(tmp_path, "---\n" + "\n".join(lines) + "\n---\n\nLe fonds.")
    assert time.process_time() - start < 2


def test_front_matter_of_another_site_is_accepted_and_what_fits_is_used(tmp_path):
    front = (
        "layout: page\ntitle: Sélection au FAST 14\npermalink: /fast/selection\nsidebar: fast.html\nhidden: true\n"
        "icon: face\nredirect_from:\n  - /fast\ndescription: >-\n  Deux\n  lignes\npublished: true\ndate: 2023-09-19"
    )

    info = load(tmp_path, f"---\n{front}\n---\n\nLe fonds.")[0].info

    assert (info.title, info.source.date, info.editions) == ("Sélection au FAST 14", date(2023, 9, 19), (14,))


@pytest.mark.parametrize(
    ("name", "content", "title"),
    [
        ("a.md", "Intro.\n\n# Le **titre**\n\nTexte.", "Le titre"),
        ("a.md", "## Le titre\n\nTexte.", "Le titre"),
        ("a.html", "<title>Page</title><h1>Le titre</h1><p>Texte.</p>", "Le titre"),
        ("a.html", "<title>Le titre</title><p>Texte.</p>", "Le titre"),
        ("2024-02-23_le_titre.txt", "Texte.", "le titre"),
        ("FAST-13.txt", "Texte.", "FAST-13"),
    ],
)
def test_the_title_is_guessed(tmp_path, name, content, title):
    assert load(tmp_path, content, name)[0].info.title == title


def test_the_title_of_a_document_without_headings_is_its_property(tmp_path):
    import docx

    document = docx.Document()
    document.core_properties.title = "Convention"
    document.add_paragraph("Texte.")
    document.save(str(tmp_path / "a.docx"))

    assert load_passages(tmp_path / "a.docx", tmp_path)[0].info.title == "Convention"


def test_the_day_of_publication_is_guessed_from_the_name_then_the_properties(tmp_path):
    page = '<meta property="article:published_time" content="2023-09-19T10:00:00+02:00"><p>Texte.</p>'

    assert load(tmp_path, page, "2024-02-23_a.html")[0].info.source.date == date(2024, 2, 23)
    assert load(tmp_path, page, "a.html")[0].info.source.date == date(2023, 9, 19)
    assert load(tmp_path, "Texte.", "2024-02-33.md")[0].info.source.date is None
    assert load_passages(make_docx(tmp_path / "a.docx"), tmp_path)[0].info.source.date is None


@pytest.mark.parametrize(
    ("name", "title", "editions"),
    [
        ("promotion_fast-12.md", "Lauréats", (12,)),
        ("a.md", "FAST 13 et fast14", (13, 14)),
        ("a.md", "Le FAST en 2024, FAST 200 000 €, breakfast 3, FAST 1,5", ()),
    ],
)
def test_the_editions_are_guessed_from_the_title_and_the_name(tmp_path, name, title, editions):
    assert load(tmp_path, f"# {title}\n\nTexte.", name)[0].info.editions == editions


def test_what_is_unknown_stays_empty(tmp_path):
    info = load(tmp_path, "Texte.", "a.txt")[0].info

    assert info.source == Source("a", "", "", None)
    assert (info.valid_from, info.valid_to, info.editions, info.verified) == (None, None, (), None)


# How they are cut


def test_a_section_is_its_heading_trail_without_the_title(tmp_path):
    passages = load(tmp_path, FICHE)

    assert [passage.section for passage in passages] == ["", "Historique › De 2022 à 2024", "Aujourd'hui"]
    assert [passage.position for passage in passages] == [0, 1, 2]


@pytest.mark.parametrize("ending", [".md", ".txt", ".html", ".pdf", ".docx", ".odt"])
def test_every_format_is_cut_into_the_same_sections(tmp_path, ending):
    passages = load_passages(make_all(tmp_path)[ending], tmp_path)

    assert {passage.info.title for passage in passages} == {"Le FAST en bref"}
    assert {passage.section for passage in passages} == {"Plafond"}
    assert SENTENCE in passages[0].text


def test_the_text_reads_well_in_a_conversation(tmp_path):
    (passage,) = load(tmp_path, "**Un [lien](https://a.fr)** et ![x](y.png)<b>gras</b> {% hint %}`code`{% endhint %}.")

    assert passage.text == "Un lien et gras code."


def sentences(count: int) -> list[str]:
    return [
        f"La phrase numéro {number} parle du fonds, de M. Dupont et de l'art. 5 du texte." for number in range(count)
    ]


def test_long_text_is_cut_between_sentences_without_overlap(tmp_path):
    texts = [passage.text for passage in load(tmp_path, "# T\n\n" + " ".join(sentences(60)))]

    assert len(texts) > 3
    assert " ".join(texts) == " ".join(sentences(60))
    assert all(text.endswith("du texte.") and text.startswith("La phrase") for text in texts)
    assert all(len(text) <= SIZE + TOLERANCE for text in texts)


def test_a_list_stays_with_the_line_that_introduces_it(tmp_path):
    before = "\n\n".join(sentences(10))
    items = "\n".join(f"- l'élément numéro {number} de la liste" for number in range(12))

    passages = load(tmp_path, f"# T\n\n{before}\n\nLes éléments sont :\n\n{items}")

    assert any("Les éléments sont :\n- l'élément numéro 0 " in passage.text for passage in passages)
    assert all(not passage.text.endswith("Les éléments sont :") for passage in passages)


def test_a_list_that_must_be_cut_is_cut_between_items_and_repeats_nothing(tmp_path):
    items = [f"- l'élément numéro {number} : {SENTENCE}" for number in range(20)]

    passages = load(tmp_path, "# T\n\n## Liste\n\nLes éléments sont :\n\n" + "\n".join(items))

    assert "\n".join(passage.text for passage in passages) == "Les éléments sont :\n" + "\n".join(items)
    assert {passage.section for passage in passages} == {"Liste"}


ROWS = [(f"Service {number}", f"{number} 000 €", str(2000 + number)) for number in range(60)]
HEADER = "- Service ; Plafond ; Année"


def as_html(rows: list[tuple[str, ...]]) -> str:
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f"<h1>T</h1><table><tr><th>Service</th><th>Plafond</th><th>Année</th></tr>{lines}</table><p>Fin du texte.</p>"
    )


def as_markdown(rows: list[tuple[str, ...]]) -> str:
    lines = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"# T\n\n| Service | Plafond | Année |\n|---|---|---|\n{lines}\n\nFin du texte.\n"


def as_docx(path: Path, rows: list[tuple[str, ...]]) -> Path:
    def row(cells: tuple[str, ...], properties: str = "") -> str:
        told = "".join(f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in cells)
        return f"<w:tr><w:trPr>{properties}</w:trPr>{told}</w:tr>"

    lines = row(("Service", "Plafond", "Année"), "<w:tblHeader/>") + "".join(map(row, rows))
    return make_word(path, f"<w:tbl>{lines}</w:tbl><w:p><w:r><w:t>Fin du texte.</w:t></w:r></w:p>")


def as_odt(path: Path, rows: list[tuple[str, ...]]) -> Path:
    def row(cells: tuple[str, ...]) -> str:
        told = "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells)
        return f"<table:table-row>{told}</table:table-row>"

    head = f"<table:table-header-rows>{row(('Service', 'Plafond', 'Année'))}</table:table-header-rows>"
    body = f"<table:table>{head}{''.join(map(row, rows))}</table:table><text:p>Fin du texte.</text:p>"
    return make_odt(path, body=body)


@pytest.mark.parametrize("ending", [".html", ".md", ".docx", ".odt"])
def test_a_table_that_must_be_cut_tells_its_headers_with_each_part(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    if ending in (".docx", ".odt"):
        (as_docx if ending == ".docx" else as_odt)(path, ROWS)
    else:
        path.write_text((as_html if ending == ".html" else as_markdown)(ROWS))
    passages = load_passages(path, tmp_path)

    assert len(passages) > 1
    assert all(passage.text.startswith(f"{HEADER}\n- Service ") for passage in passages)
    assert passages[-1].text.endswith("Fin du texte.")
    told = [line for passage in passages for line in passage.text.split("\n") if line != HEADER]
    assert [line for line in told if line.startswith("- ")] == [f"- {' ; '.join(row)}" for row in ROWS]


def test_a_table_without_headers_does_not_take_those_of_the_one_before(tmp_path):
    rows = "".join(f"<tr><td>Lieu {number}</td><td>bureau {number}</td></tr>" for number in range(60))

    passages = load(
        tmp_path, f"{as_html(ROWS[:40]).removesuffix('<p>Fin du texte.</p>')}<table>{rows}</table>", "a.html"
    )

    of_places = [passage.text for passage in passages if passage.text.startswith("- Lieu ")]
    assert of_places
    assert not any(HEADER in text for text in of_places)


def test_a_short_end_is_not_left_alone():
    parts = cut("\n\n".join([*sentences(13), "Fin."]))

    assert len(parts) == 1 or len(parts[-1]) > TOLERANCE


def test_what_has_no_sentences_is_cut_at_spaces():
    parts = cut("mot " * 5000)

    assert max(map(len, parts)) <= 3000
    assert sum(part.count("mot") for part in parts) == 5000


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab .\n-:é", max_size=5000))
def test_cutting_loses_and_adds_nothing(text):
    assert "".join("".join(cut(text)).split()) == "".join(text.split())


def test_headings_alone_are_a_passage_too(tmp_path):
    (passage,) = load(tmp_path, "# Le FAST\n\n## Trois étapes\n")

    assert "Trois étapes" in passage.text


def test_a_heading_without_text_is_told_when_it_holds_a_figure(tmp_path):
    passages = load(tmp_path, "# T\n\nTexte.\n\n## Clos depuis le 21 juin 2026\n\n## Suite\n\nTexte.")

    assert [passage.text for passage in passages] == ["Texte.", "Clos depuis le 21 juin 2026", "Texte."]


# What they cite


def test_the_sources_of_a_section_are_taken_off_its_text(tmp_path):
    passage = load(tmp_path, FICHE)[1]

    assert passage.text == "Le plafond était de 300 000 €."
    assert passage.sources == (
        Source("Programme FAST", "DINUM, beta.gouv.fr", "https://beta.gouv.fr/fast_%28ancien%29", date(2022, 5, 10)),
        Source("Accueil [FAST]", "DINUM", "https://beta.gouv.fr/fast/", date(2023, 9, 19)),
    )


def test_a_section_without_sources_cites_the_document(tmp_path):
    passage = load(tmp_path, FICHE)[2]

    assert passage.sources == (passage.info.source,)


@pytest.mark.parametrize(
    "line",
    [
        "Sources : [Page](https://a.fr)",
        "Sources : [Page](https://a.fr) (DINUM, 2024-2-3)",
        "Sources : [Page](https://a.fr) (DINUM, 2024-02-30)",
        "Sources : [Page](https://a.fr) (DINUM, 2024-02-03), [Autre](https://b.fr) (DINUM, 2024-02-03)",
    ],
)
def test_an_unclear_line_of_sources_is_refused_in_a_fiche_and_is_text_elsewhere(tmp_path, line):
    assert "Sources" in refused(tmp_path, f"---\npublisher: DINUM\n---\n\n## Plafond\n\nTexte.\n\n{line}\n")
    (passage,) = load(tmp_path, f"Texte.\n\n{line}\n", "ailleurs.md")
    assert passage.text.startswith("Texte.\n\nSources : Page")


# Our own fiches


def test_every_fiche_is_read_without_marks_left_in_its_text():
    passages = [passage for path in list_documents(KNOWLEDGE) for passage in load_passages(path, KNOWLEDGE)]

    assert len(passages) > 100
    for passage in passages:
        assert passage.text
        assert not any(mark in passage.text for mark in ("**", "](", "Sources :", "{%", "<a ")), passage


def test_sixty_fiches_load_in_a_second_of_processor(tmp_path):
    fiches = sorted(KNOWLEDGE.glob("*.md"))
    for number in range(60):
        shutil.copy(fiches[number % len(fiches)], tmp_path / f"{number}.md")
    cut(SENTENCE * 20)  # the splitter's own import is not what is measured
    start = time.process_time()

    for path in list_documents(tmp_path):
        load_passages(path, tmp_path)

    assert time.process_time() - start < 1


def test_short_fiches_are_read_without_importing_the_splitter(tmp_path):
    written(tmp_path, "a.md", FICHE)
    code = (
        "import sys; from pathlib import Path; from bot.documents.passages import load_passages\n"
        "folder = Path(sys.argv[1]); load_passages(folder / 'a.md', folder)\n"
        "print(any('langchain' in name for name in sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True, text=True)

    assert result.stdout.strip() == "False"


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        st.binary(max_size=1000), st.text(alphabet="-#:ab\n []()*&é2024,;.!{}\"'", max_size=500).map(str.encode)
    )
)
def test_no_bytes_make_loading_raise_anything_but_unreadable(tmp_path, content):
    for opening in (b"", b"---\npublisher: x\n", b"---\n"):
        path = tmp_path / "a.md"
        path.write_bytes(opening + content)
        try:
            passages = load_passages(path, tmp_path)
        except UnreadableDocument:
            continue
        assert passages
        assert all(passage.text.strip() and passage.sources for passage in passages)
