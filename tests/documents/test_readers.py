"""Reading files: every format to the same plain Markdown, every encoding, every fault named within bounds."""

import itertools
import json
import os
import random
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from making import (
    ENTITY_BOMB,
    ITEMS,
    SENTENCE,
    encrypt_pdf,
    make_all,
    make_docx,
    make_odt,
    make_pdf,
    make_pdf_lines,
    make_pdf_of_letters,
    make_pdf_with_circular_pages,
    make_pdf_with_content,
    make_revised_docx,
    make_scanned_pdf,
    make_word,
    with_bomb,
    with_part,
    with_shared_entries,
    with_understated_sizes,
)
from spent import processor_time

from bot.documents.readers import Limits, read_document
from bot.documents.sandbox import SANDBOX
from bot.errors import UnreadableDocument

ENDINGS = (".md", ".txt", ".html", ".pdf", ".docx", ".odt")
FRENCH = "L’été où l’œuvre coûta 30 €, déjà."
TYPED = "Ça a été payé à Noël : déjà 30 000 €, « à l’œil »."


def reason_of(path: Path, **limits: float) -> str:
    with pytest.raises(UnreadableDocument) as refusal:
        read_document(path, limits=Limits(**limits))
    assert refusal.value.document == path.name
    assert path.name not in refusal.value.reason
    return refusal.value.reason


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read_text(folder: Path, content: str | bytes, name: str = "page.md") -> str:
    return read_document(written(folder / name, content))


# Formats


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_format_gives_headings_items_and_whole_paragraphs(tmp_path, ending):
    lines = read_document(make_all(tmp_path)[ending]).split("\n")

    assert lines[0] == "# Le FAST en bref"
    assert "## Plafond" in lines
    assert SENTENCE in lines
    assert [line for line in lines if line.startswith("- un ")] == [f"- {item}" for item in ITEMS]


@pytest.mark.parametrize("ending", [".md", ".html", ".pdf", ".docx", ".odt"])
def test_a_table_is_one_line_a_row(tmp_path, ending):
    assert "- Édition ; Plafond\n- FAST 13 ; 300 000 €" in read_document(make_all(tmp_path)[ending])


def test_endings_in_capitals_are_read_too(tmp_path):
    assert SENTENCE in read_document(make_pdf(tmp_path / "BREF.PDF"))


@pytest.mark.parametrize(
    "unseen",
    [
        "alert",
        "color",
        "Menu latéral",
        "Accueil",
        "caché",
        "masqué",
        "muet",
        "commentaire",
        "Mentions",
        "beta.gouv.fr |",
    ],
)
def test_what_a_reader_does_not_see_of_a_page_is_left_out(tmp_path, unseen):
    assert unseen not in read_document(make_all(tmp_path)[".html"])


def test_the_address_of_an_email_link_is_kept(tmp_path):
    assert "l’équipe (fast@beta.gouv.fr)" in read_document(make_all(tmp_path)[".html"])
    assert "l’équipe (fast@beta.gouv.fr)" in read_text(tmp_path, "Écrivez à [l’équipe](mailto:fast@beta.gouv.fr).")


def test_only_the_main_part_of_a_page_is_read_when_it_has_one(tmp_path):
    page = "<body><div>Bandeau</div><main><h1>FAST</h1><p>Le fonds.</p></main><div>Bas de page</div></body>"

    assert read_text(tmp_path, page, "page.html") == "# FAST\n\nLe fonds."


def test_steps_with_headings_inside_a_list_become_sections(tmp_path):
    page = "<ol><li><h3>Dépôt</h3><p>Jusqu'au 21 juin.</p></li><li><h3>Audition</h3><p>En juillet.</p></li></ol>"

    assert read_text(tmp_path, page, "page.html") == "### Dépôt\n\nJusqu'au 21 juin.\n\n### Audition\n\nEn juillet."


def test_a_title_and_its_explanation_in_an_item_stay_on_one_line(tmp_path):
    page = (
        "<ul><li><p><strong>Un coach</strong></p><p>Il aide.</p></li><li>Des experts<ul><li>design</li></ul></li></ul>"
    )

    assert read_text(tmp_path, page, "page.html") == "- Un coach : Il aide.\n- Des experts\n  - design"


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("Un **produit _open source_**, *en ligne*.", "Un produit open source, en ligne."),
        ("L**’ambition** du ~~vieux~~ `code`", "L’ambition du code"),
        (
            'Voir [la page](https://a.fr/b_(c) "Titre") et <https://beta.gouv.fr>.',
            "Voir la page et https://beta.gouv.fr.",
        ),
        ("Voir [la page][1].\n\n[1]: https://a.fr", "Voir la page."),
        ("![Logo](logo.png) Le fonds[^1].\n\n[^1]: Une note.", "Le fonds.\n\nUne note."),
        ("5 * 3 * 2 et fichier_a_b et 2 < 3 &amp; 4", "5 * 3 * 2 et fichier_a_b et 2 < 3 & 4"),
        (r"\[Si AIPD\] 1\. \*tout\*", "[Si AIPD] 1. *tout*"),
        ("une ligne\nqui continue  \nune autre<br/>encore", "une ligne qui continue\nune autre\nencore"),
        ("Titre\n=====\n\nSous-titre\n---\n\nTexte\n\n***\n\nSuite", "# Titre\n\n## Sous-titre\n\nTexte\n\nSuite"),
        ('## **Gras** <a href="#gras" id="gras"></a>', "## Gras"),
        ("* [ ] à faire\n* [x] fait\n    * dedans\n1. un", "- ☐ à faire\n- ☑ fait\n  - dedans\n- un"),
        ("Ouvert jusqu'au\n16. décembre", "Ouvert jusqu'au 16. décembre"),
        ('{% hint style="info" %}\nUn conseil.\n{% endhint %}\n{{ site.lien }}', "Un conseil."),
        ("avant <!-- non\n\nnon --> après", "avant après"),
        ("> Cité\n> ici", "Cité ici"),
        ("```\n# pas un titre\n```", "# pas un titre"),
    ],
)
def test_markdown_reads_as_a_reader_sees_it(tmp_path, markdown, text):
    assert read_text(tmp_path, markdown) == text


def test_html_inside_markdown_is_read_as_html_and_the_rest_as_markdown(tmp_path):
    markdown = "<div>\n<p>Un **encadré**.</p>\n</div>\n\n## Suite\n\n- un\n- deux\n\n<nav>Menu</nav>\n\nFin <b>ici</b>."

    assert read_text(tmp_path, markdown) == "Un encadré.\n\n## Suite\n\n- un\n- deux\n\nFin ici."


def test_plain_text_is_not_taken_for_markdown(tmp_path):
    assert read_text(tmp_path, "Le prix * la quantité * 2, dans <fichier_a_b>.", "note.txt").startswith("Le prix * la")


def test_plain_text_wrapped_by_hand_is_made_whole(tmp_path):
    words = SENTENCE.split()
    lines = "\n".join([" ".join(words[:14]), " ".join(words[14:28]), " ".join(words[28:])])

    assert SENTENCE in read_text(tmp_path, f"Bonjour,\n\n{lines}\n\nFin.", "note.txt")


@pytest.mark.parametrize("name", ["note.txt", "note.html", "note.md"])
def test_front_matter_is_not_part_of_the_text(tmp_path, name):
    assert read_text(tmp_path, "---\ntitle: FAST\n---\n\nLe fonds.\n", name) == "Le fonds."


def test_a_text_that_begins_with_a_rule_has_no_front_matter(tmp_path):
    assert read_text(tmp_path, "---\nLe fonds.\n---\nSuite.\n", "note.txt").startswith("---\nLe fonds.")


def test_words_cut_at_the_end_of_a_pdf_line_are_made_whole(tmp_path):
    path = make_pdf_lines(
        tmp_path / "a.pdf",
        [
            "Le fonds d'accélération soutient les produits numériques, leur accompa-",
            "gnement dure six mois et les lauréats de la dernière édition peuvent peut-",
            "être en demander un autre, selon leur budget de 2023-",
            "2024.",
        ],
    )

    text = read_document(path)

    assert "accompagnement dure" in text
    assert "peut-être en demander" in text
    assert "2023-2024" in text


def test_page_numbers_of_a_pdf_are_left_out_and_running_headers_kept_once(tmp_path):
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(tmp_path / "a.pdf"))
    for page in range(1, 6):
        canvas.drawString(72, 800, "Rapport annuel")
        canvas.drawString(72, 600, f"Le contenu de la page numéro {page} de ce rapport.")
        canvas.drawString(72, 40, f"Page {page}/5")
        canvas.showPage()
    canvas.save()

    text = read_document(tmp_path / "a.pdf")

    assert text.count("Rapport annuel") == 1
    assert "Page 3/5" not in text
    assert "page numéro 3" in text


def test_insertions_are_read_and_deletions_and_hidden_text_are_not(tmp_path):
    text = read_document(make_revised_docx(tmp_path / "a.docx"))

    assert text == "Le plafond est de 200 000 €.\n\nDans un contrôle.\n\nVisible."


def test_a_pdf_that_only_forbids_printing_is_read(tmp_path):
    path = encrypt_pdf(make_pdf(tmp_path / "a.pdf"), tmp_path / "b.pdf", user="", owner="secret")

    assert SENTENCE in read_document(path)


# Encodings


@pytest.mark.parametrize("name", ["phrase.txt", "phrase.md"])
@pytest.mark.parametrize("text", [FRENCH, TYPED, "L’été", "30 €", "À l’œuvre", "Où ?"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "iso8859-15", "latin-1"]
)
def test_a_single_sentence_keeps_its_accents_in_every_encoding(tmp_path, name, text, encoding):
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        pytest.skip("this encoding lacks one of the characters")

    assert read_text(tmp_path, data, name) == text


def test_a_latin_1_file_keeps_its_accents(tmp_path):
    assert read_text(tmp_path, "Un été à Noël, déjà.".encode("latin-1")) == "Un été à Noël, déjà."


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850"])
def test_old_mac_and_dos_files_keep_their_accents(tmp_path, encoding):
    text = "Un élève a payé à Noël : déjà prêt, ça va."

    assert read_text(tmp_path, text.encode(encoding)) == text


@pytest.mark.parametrize("declared", ["windows-1252", "iso-8859-1", "ISO-8859-15", "macintosh", "windows-1251"])
def test_the_charset_that_a_page_declares_is_honoured(tmp_path, declared):
    text = "Привет" if declared == "windows-1251" else "Un été"
    page = f'<html><head><meta charset="{declared}"></head><body><p>{text}</p></body></html>'.encode(declared)

    assert read_text(tmp_path, page, "page.html") == text


def test_a_page_in_utf_8_that_declares_latin_1_is_read_right(tmp_path):
    assert read_text(tmp_path, '<meta charset="iso-8859-1"><p>Un été</p>', "page.html") == "Un été"


def test_text_is_composed_with_plain_line_ends_and_no_invisible_characters(tmp_path):
    text = read_text(
        tmp_path, "\ufeffe\u0301te\u0301\r\n\r\naccom\u00adpagne\u200bment\rﬁn\u2060 \ufb01xe\n", "note.txt"
    )

    assert text == "été\n\naccompagnement\nfin fixe".replace("fin fixe", "fin fixe")


# Faults


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("content", [b"", b" \n\t\r\n ", b"\xef\xbb\xbf", b"\xff\xfe \x00"])
def test_an_empty_file_is_named_as_such(tmp_path, ending, content):
    reason = reason_of(written(tmp_path / f"a{ending}", content))

    assert ("vide" in reason) == (not content.strip() or ending in (".md", ".txt", ".html"))


def test_what_libreoffice_puts_around_the_text_of_an_odt_is_left_out_or_in_its_place(tmp_path):
    body = """
    <text:tracked-changes><text:changed-region><text:p>supprimé</text:p></text:changed-region></text:tracked-changes>
    <text:table-of-content><text:index-body><text:p>Sommaire</text:p></text:index-body></text:table-of-content>
    <text:p text:style-name="P1">Le titre</text:p>
    <text:p>Une<text:s text:c="3"/>phrase<text:line-break/>coupée<text:note><text:note-citation>1</text:note-citation>
    <text:note-body><text:p>Note.</text:p></text:note-body></text:note><office:annotation><text:p>remarque</text:p>
    </office:annotation></text:p>
    <text:list><text:list-item><text:p>un</text:p><text:list><text:list-item><text:p>sous</text:p></text:list-item>
    </text:list></text:list-item><text:list-item><text:h text:outline-level="2">Numéroté</text:h></text:list-item>
    </text:list>
    <text:section><text:p>Section &amp; <![CDATA[<suite>]]></text:p></text:section>
    <text:p><draw:frame><draw:text-box><text:p>Boîte.</text:p></draw:text-box></draw:frame></text:p>
    <table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>A</text:p></table:table-cell>
    <table:table-cell><table:table><table:table-row><table:table-cell><text:p>dedans</text:p></table:table-cell>
    </table:table-row></table:table></table:table-cell></table:table-row></table:table-header-rows></table:table>
    """
    lines = [line for line in read_document(make_odt(tmp_path / "a.odt", body=body)).split("\n") if line]

    assert lines == [
        *("# Le titre", "Une phrase", "coupée Note.", "- un", "  - sous", "## Numéroté"),
        *("Section & <suite>", "Boîte.", "- A ; dedans"),
    ]


def test_an_odt_in_utf_16_is_read(tmp_path):
    whole = make_odt(tmp_path / "a.odt")
    with zipfile.ZipFile(whole) as archive:
        xml = archive.read("content.xml").decode().replace("UTF-8", "UTF-16").encode("utf-16")

    assert SENTENCE in read_document(with_part(whole, tmp_path / "b.odt", "content.xml", xml))


def test_an_odt_nested_without_end_costs_bounded_time(tmp_path):
    deep = make_odt(tmp_path / "a.odt", body="<text:section>" * 200_000 + "</text:section>" * 200_000)
    start = time.process_time()

    assert reason_of(deep)
    assert time.process_time() - start < 5


def test_a_docx_nested_without_end_costs_bounded_time(tmp_path):
    deep = make_word(tmp_path / "a.docx", "<w:ins>" * 200_000 + "</w:ins>" * 200_000)
    start = time.process_time()

    assert "imbriqué" in reason_of(deep)
    assert time.process_time() - start < 5


def test_an_odt_reads_nothing_outside_itself(tmp_path):
    secret = written(tmp_path / "secret.txt", "clef secrète")
    doctype = f'<!DOCTYPE a SYSTEM "{secret.as_uri()}">'
    whole = make_odt(tmp_path / "a.odt")
    with zipfile.ZipFile(whole) as archive:
        xml = archive.read("content.xml").decode().replace("?>\n", f"?>\n{doctype}", 1)

    assert "secrète" not in read_document(with_part(whole, tmp_path / "b.odt", "content.xml", xml.encode()))


@pytest.mark.parametrize("ending", [".docx", ".odt", ".html"])
def test_a_document_without_any_text_is_refused(tmp_path, ending):
    import docx

    path = tmp_path / f"a{ending}"
    if ending == ".docx":
        docx.Document().save(str(path))
    elif ending == ".odt":
        make_odt(path, body="")
    else:
        path.write_text("<html><body><script>1</script></body></html>")

    assert "sans texte" in reason_of(path)


def test_a_pdf_with_a_password_is_refused(tmp_path):
    path = encrypt_pdf(make_pdf(tmp_path / "a.pdf"), tmp_path / "b.pdf", user="secret", owner="secret")

    assert "mot de passe" in reason_of(path)


def test_an_encrypted_docx_is_refused(tmp_path):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(500)

    assert "mot de passe" in reason_of(written(tmp_path / "a.docx", ole))


def test_a_doc_file_renamed_docx_is_told_apart_from_an_encrypted_one(tmp_path):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "WordDocument".encode("utf-16-le") + bytes(500)

    assert ".doc" in reason_of(written(tmp_path / "a.docx", ole))


def test_an_encrypted_odt_is_refused(tmp_path):
    manifest = b'<m:manifest xmlns:m="urn:x"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    path = with_part(make_odt(tmp_path / "a.odt"), tmp_path / "b.odt", "META-INF/manifest.xml", manifest)

    assert "mot de passe" in reason_of(path)


def test_an_archive_with_a_password_is_refused(tmp_path):
    data = bytearray(make_docx(tmp_path / "a.docx").read_bytes())
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1

    assert "mot de passe" in reason_of(written(tmp_path / "b.docx", bytes(data)))


@pytest.mark.parametrize("ending", [".pdf", ".docx", ".odt"])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9, 0.99])
def test_a_truncated_file_is_refused(tmp_path, ending, share):
    data = make_all(tmp_path)[ending].read_bytes()
    reason = reason_of(written(tmp_path / f"b{ending}", data[: int(len(data) * share)]))

    assert "tronqué" in reason


@pytest.mark.parametrize("ending", [".docx", ".odt"])
def test_a_damaged_part_is_refused_rather_than_read_by_half(tmp_path, ending):
    part = "word/document.xml" if ending == ".docx" else "content.xml"
    whole = make_all(tmp_path)[ending]
    with zipfile.ZipFile(whole) as archive:
        xml = archive.read(part)

    assert "abîmé" in reason_of(with_part(whole, tmp_path / f"b{ending}", part, xml[: len(xml) // 2]))


@pytest.mark.parametrize(
    ("ending", "content"), list(itertools.product([".pdf", ".docx", ".odt"], [b"Bonjour", b"PK\x03\x04x"]))
)
def test_a_file_that_is_not_what_its_ending_says_is_refused(tmp_path, ending, content):
    assert reason_of(written(tmp_path / f"a{ending}", content))


def test_a_spreadsheet_renamed_as_a_text_is_refused(tmp_path):
    path = with_part(
        make_odt(tmp_path / "a.odt"), tmp_path / "b.odt", "mimetype", b"application/vnd.oasis.opendocument.spreadsheet"
    )

    assert "OpenDocument" in reason_of(path)


def test_a_scanned_pdf_is_sent_to_character_recognition(tmp_path):
    assert "reconnaissance de caractères" in reason_of(make_scanned_pdf(tmp_path / "a.pdf"))


BINARIES = {
    "png": b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(2000),
    "noise": random.Random(2).randbytes(5000),
    "noise without zeros": bytes(byte or 1 for byte in random.Random(3).randbytes(5000)),
    "pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
    "zip": b"PK\x03\x04" + random.Random(4).randbytes(100),
    "gzip": b"\x1f\x8b\x08" + random.Random(5).randbytes(100),
    "sound": b"RIFF" + b"\x00\x01\xff\xfe" * 500,
    "utf-16 of noise": b"\xff\xfe" + random.Random(6).randbytes(2000),
}


@pytest.mark.parametrize("ending", [".txt", ".md", ".html"])
@pytest.mark.parametrize("content", BINARIES.values(), ids=BINARIES)
def test_a_binary_file_with_a_text_ending_is_refused(tmp_path, ending, content):
    assert reason_of(written(tmp_path / f"a{ending}", content))


def test_a_file_over_the_limit_is_refused_without_being_read(tmp_path):
    path = tmp_path / "gros.pdf"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    memory, start = psutil.Process().memory_info().rss, processor_time()

    reason = reason_of(path)

    assert "200 Mo" in reason
    assert "20 Mo" in reason
    assert processor_time() - start < 1
    assert psutil.Process().memory_info().rss - memory < 20_000_000


@contextmanager
def as_nobody() -> Iterator[None]:
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_without_the_right_to_read_is_named(tmp_path):
    path = written(tmp_path / "a.md", "Bonjour")
    path.chmod(0)
    with as_nobody():
        reason = reason_of(path)
    path.chmod(0o600)

    assert "droit" in reason


def test_broken_and_circular_links_are_named(tmp_path):
    (tmp_path / "a.md").symlink_to(tmp_path / "absent.md")
    (tmp_path / "b.md").symlink_to(tmp_path / "b.md")

    assert "lien" in reason_of(tmp_path / "a.md")
    assert "lien" in reason_of(tmp_path / "b.md")


def test_folders_pipes_and_devices_are_refused_without_being_opened(tmp_path):
    (tmp_path / "x.pdf").mkdir()
    os.mkfifo(tmp_path / "tube.md")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")

    assert "dossier" in reason_of(tmp_path / "x.pdf")
    assert "ordinaire" in reason_of(tmp_path / "tube.md")
    assert "ordinaire" in reason_of(tmp_path / "zero.txt")


@pytest.mark.parametrize("name", ["a.ods", "a.rtf", "LISEZMOI"])
def test_a_type_that_is_not_read_is_named(tmp_path, name):
    assert "pris en charge" in reason_of(written(tmp_path / name, "a;b"))


def test_a_missing_file_is_named(tmp_path):
    assert "introuvable" in reason_of(tmp_path / "absent.md")


# Traps


def test_a_zip_bomb_is_refused_by_what_it_unpacks_to(tmp_path):
    path = with_bomb(make_docx(tmp_path / "a.docx"), tmp_path / "b.docx", size=128 << 20)
    start = processor_time()

    assert "piégée" in reason_of(path)
    assert path.stat().st_size < 1_000_000
    assert processor_time() - start < 5


def test_a_zip_bomb_that_declares_small_sizes_is_refused(tmp_path):
    bomb = with_bomb(make_docx(tmp_path / "a.docx"), tmp_path / "b.docx", size=128 << 20)

    assert reason_of(with_understated_sizes(bomb, tmp_path / "c.docx"))


def test_a_zip_bomb_of_overlapping_entries_is_refused(tmp_path):
    path = with_shared_entries(make_docx(tmp_path / "a.docx"), tmp_path / "b.docx", entries=1000)

    assert "piégée" in reason_of(path)


def test_an_archive_inside_a_document_is_not_unpacked(tmp_path):
    bomb = with_bomb(make_docx(tmp_path / "a.docx"), tmp_path / "inner.zip", size=64 << 20)
    path = with_part(tmp_path / "a.docx", tmp_path / "b.docx", "word/embeddings/inner.zip", bomb.read_bytes())

    assert SENTENCE in read_document(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(("ending", "part"), [(".docx", "word/document.xml"), (".odt", "content.xml")])
def test_an_xml_entity_bomb_is_refused(tmp_path, ending, part, encoding):
    whole = make_all(tmp_path)[ending]
    bomb = ENTITY_BOMB.encode(encoding)
    start = processor_time()

    assert "piégé" in reason_of(with_part(whole, tmp_path / f"b{ending}", part, bomb))
    assert processor_time() - start < 5


def test_a_pdf_whose_pages_turn_in_circles_is_refused(tmp_path):
    start = processor_time()

    assert reason_of(make_pdf_with_circular_pages(tmp_path / "a.pdf"), seconds=5)
    assert processor_time() - start < 10


def test_a_pdf_that_takes_too_long_is_stopped(tmp_path):
    path = make_pdf_of_letters(tmp_path / "a.pdf", 250_000)
    start = processor_time()

    assert "trop longue" in reason_of(path, seconds=1)
    assert processor_time() - start < 6


def test_a_pdf_that_takes_too_much_memory_is_stopped(tmp_path):
    content = b"BT /F1 12 Tf (" + b"a" * 60_000_000 + b") Tj ET"
    path = make_pdf_with_content(tmp_path / "a.pdf", content, times=20)

    assert path.stat().st_size < 200_000
    assert reason_of(path, memory=300 << 20)


def test_the_next_file_is_read_after_one_that_was_too_much(tmp_path):
    reason_of(make_pdf_of_letters(tmp_path / "a.pdf", 250_000), seconds=1)

    assert SENTENCE in read_document(make_pdf(tmp_path / "b.pdf"))


def test_a_document_is_read_again_after_the_child_was_closed(tmp_path):
    path = make_pdf(tmp_path / "a.pdf")
    first = read_document(path)
    SANDBOX.close()

    assert read_document(path) == first


PATTERNS = ["[", "*a", "**a ", "_a", "<!-- ", "{% ", "` a ", "<a ", "![", "[a](", "[](((", "\\", "|-", " - a\n", "> "]
PATTERNS += [
    "~~a ",
    "---\na: b\n",
    "a-\n",
    "1. a\n",
    "e\u0301\u0323",
    "a\n=\n",
    "Sources : [a](b) (c\n",
    "a|b\n-|-\n",
    "a. B",
]


@pytest.mark.parametrize("ending", [".md", ".txt"])
def test_no_repeated_pattern_makes_reading_slow(tmp_path, ending):
    slowest = 0.0
    for pattern in PATTERNS:
        path = written(tmp_path / f"a{ending}", (pattern * 15_000)[:15_000])
        start = processor_time()
        with suppress(UnreadableDocument):
            read_document(path)
        slowest = max(slowest, processor_time() - start)

    assert slowest < 1.5


@pytest.mark.parametrize("page", ["<div>" * 100_000, "<!--" * 300_000, "<b>" * 50_000 + "x"])
def test_a_page_nested_without_end_costs_bounded_time(tmp_path, page):
    start = processor_time()
    with suppress(UnreadableDocument):
        read_document(written(tmp_path / "a.html", page), limits=Limits(seconds=1))

    assert processor_time() - start < 6


MEASURE = """
import json, resource, sys, time
from pathlib import Path
from bot.documents.readers import read_document
from bot.documents.sandbox import SANDBOX
from bot.errors import UnreadableDocument
start = time.monotonic()
for name in sys.argv[1:]:
    try:
        read_document(Path(name))
    except UnreadableDocument:
        pass
SANDBOX.close()
own = next(line for line in Path("/proc/self/status").read_text().split("\\n") if line.startswith("VmHWM"))
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({"seconds": time.monotonic() - start, "own": int(own.split()[1]) >> 10, "child": child >> 10}))
"""


def measured(*paths: Path) -> dict[str, float]:
    """Read files in a fresh process; return the seconds taken and the peak memory in MiB of it and of its child."""
    command = [sys.executable, "-c", MEASURE, *map(str, paths)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.mark.program
def test_traps_cost_bounded_memory(tmp_path):
    content = b"BT /F1 12 Tf (" + b"a" * 60_000_000 + b") Tj ET"
    peak = measured(
        make_pdf_with_content(tmp_path / "a.pdf", content, times=20),
        with_bomb(make_docx(tmp_path / "a.docx"), tmp_path / "b.docx", size=128 << 20),
    )

    assert peak["own"] < 200
    assert peak["child"] < 1100


def test_twenty_small_pdf_files_take_seconds(tmp_path):
    paths = [make_pdf(tmp_path / f"{number}.pdf") for number in range(20)]

    assert measured(*paths)["seconds"] < 8


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        (
            "bot.documents.passages",
            ["langchain_core", "langchain_text_splitters", "pypdfium2", "openpyxl", "pptx", "bs4", "chromadb"],
        ),
        (
            "bot.documents.child",
            ["langchain_core", "pydantic", "numpy", "pypdfium2", "openpyxl", "pptx", "bs4", "chromadb"],
        ),
    ],
)
def test_importing_reading_brings_in_no_heavy_library(module, unwanted):
    code = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)

    assert not set(unwanted) & set(loaded)


def test_reading_markdown_and_text_starts_no_child(tmp_path):
    peak = measured(written(tmp_path / "a.md", "# Titre\n\nTexte."), written(tmp_path / "a.txt", "Texte."))

    assert peak["child"] == 0


def test_the_child_has_no_secrets_and_ends_with_its_parent(tmp_path):
    code = (
        "import os, sys; from pathlib import Path; os.environ['FAST_LLM__API_KEY'] = 'x'\n"
        "from bot.documents.readers import read_document; from bot.documents.sandbox import SANDBOX\n"
        "read_document(Path(sys.argv[1])); pid = SANDBOX._child.pid\n"
        "print(pid, b'FAST_LLM' in Path(f'/proc/{pid}/environ').read_bytes(), flush=True); os._exit(0)"
    )
    path = make_pdf(tmp_path / "a.pdf")
    result = subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True)
    pid, has_secret = result.stdout.split()

    assert has_secret == "False"
    with suppress(psutil.NoSuchProcess):
        psutil.Process(int(pid)).wait(timeout=10)


# Anything at all

ANY_BYTES = st.one_of(
    st.binary(max_size=2000),
    st.text(max_size=1000).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.text(alphabet="#-*_`[]()<>!|~{}%&;:\\ \n\t1.aé", max_size=500).map(str.encode),
    st.binary(max_size=500).map(lambda data: b"%PDF-1.4\n" + data + b"\n%%EOF"),
    st.binary(max_size=500).map(lambda data: b"PK\x03\x04" + data),
    st.binary(max_size=500).map(lambda data: b"\xff\xfe" + data),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=ANY_BYTES, ending=st.sampled_from(ENDINGS))
@example(content=b"---\na: [", ending=".md")
@example(content="\ud800".encode("utf-16-le", "surrogatepass") * 50, ending=".txt")
def test_no_bytes_make_reading_raise_anything_but_unreadable(tmp_path, content, ending):
    path = written(tmp_path / f"a{ending}", content)
    with suppress(UnreadableDocument):
        text = read_document(path)
        assert text.strip()
        assert text.encode()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ending=st.sampled_from([".pdf", ".docx", ".odt"]),
    place=st.floats(0, 1, exclude_max=True),
    change=st.binary(min_size=1, max_size=30),
)
def test_no_damage_makes_reading_raise_anything_but_unreadable(tmp_path_factory, tmp_path, ending, place, change):
    whole = tmp_path / f"bref{ending}"
    if not whole.exists():
        make_all(tmp_path)
    data = bytearray(whole.read_bytes())
    start = int(len(data) * place)
    data[start : start + len(change)] = change
    with suppress(UnreadableDocument):
        assert read_document(written(tmp_path / f"b{ending}", bytes(data)))


def test_the_limit_on_memory_holds_for_the_parent_too():
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY
