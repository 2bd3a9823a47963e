"""Real documents of every format, whole and faulty, for the tests of reading."""

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from xml.sax.saxutils import escape

import docx
from docx.oxml import parse_xml
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import ListFlowable, ListItem, Paragraph, SimpleDocTemplate, Table

SENTENCE = (
    "Le FAST apporte au plus 300 000 € par an à chaque produit numérique lauréat, à l’œuvre depuis l’été 2022, "
    "et cette somme vaut au plus la moitié du budget de l’année."
)
ITEMS = ["un produit en ligne", "un impact mesuré"]
ROWS = [["Édition", "Plafond"], ["FAST 13", "300 000 €"]]
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def make_pdf(path: Path, *, title: str = "") -> Path:
    styles = getSampleStyleSheet()
    items = [ListItem(Paragraph(each, styles["Normal"])) for each in ITEMS]
    story = [
        Paragraph("Le FAST en bref", styles["Title"]),
        Paragraph("Plafond", styles["Heading2"]),
        Paragraph(SENTENCE, styles["Normal"]),
        ListFlowable(items, bulletType="bullet"),
        Table(ROWS),
    ]
    SimpleDocTemplate(str(path), title=title or None, invariant=1).build(story)
    return path


def make_pdf_lines(path: Path, lines: list[str]) -> Path:
    """A page of lines as they are given, 14 points apart."""
    canvas = Canvas(str(path), pagesize=A4)
    for index, line in enumerate(lines):
        canvas.drawString(72, 780 - 14 * index, line)
    canvas.save()
    return path


def make_scanned_pdf(path: Path) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    canvas.rect(72, 72, 400, 600, fill=1)
    canvas.showPage()
    canvas.save()
    return path


def encrypt_pdf(source: Path, target: Path, *, user: str, owner: str) -> Path:
    writer = PdfWriter(clone_from=PdfReader(source))
    writer.encrypt(user, owner, algorithm="AES-256")
    writer.write(target)
    return target


def make_pdf_with_content(path: Path, content: bytes, *, times: int = 1) -> Path:
    """A page whose content is `content`, compressed, drawn `times` times."""
    writer = PdfWriter()
    page = writer.add_blank_page(600, 800)
    stream = StreamObject()
    stream.set_data(content)
    reference = writer._add_object(stream.flate_encode(9))
    page[NameObject("/Contents")] = ArrayObject([reference] * times)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    fonts = DictionaryObject({NameObject("/F1"): font})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    writer.write(path)
    return path


def make_pdf_of_letters(path: Path, count: int) -> Path:
    """A page of so many letters, each drawn by itself, at places of its own."""
    letters = (
        b"1 0 0 1 %d %d Tm (%c) Tj " % (10 + number * 7 % 560, 10 + number // 80 * 12 % 756, 97 + number * 3 % 26)
        for number in range(count)
    )
    return make_pdf_with_content(path, b"BT /F1 12 Tf " + b"".join(letters) + b"ET")


def make_pdf_with_circular_pages(path: Path) -> Path:
    writer = PdfWriter()
    writer.add_blank_page(600, 800)
    pages = writer._root_object["/Pages"]
    pages[NameObject("/Kids")] = ArrayObject([pages.indirect_reference] * 50)
    pages[NameObject("/Count")] = NumberObject(2_000_000_000)
    writer.write(path)
    return path


def make_docx(path: Path, *, title: str = "") -> Path:
    document = docx.Document()
    document.core_properties.title = title
    document.add_heading("Le FAST en bref", level=1)
    document.add_heading("Plafond", level=2)
    document.add_paragraph(SENTENCE)
    for item in ITEMS:
        document.add_paragraph(item, style="List Bullet")
    table = document.add_table(rows=0, cols=2)
    for row in ROWS:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = row
    document.save(str(path))
    return path


def make_revised_docx(path: Path) -> Path:
    """Text inserted and deleted with changes tracked, text in a content control, hidden text."""
    document = docx.Document()
    for xml in (
        f'<w:p {W}><w:r><w:t>Le plafond est de </w:t></w:r><w:ins w:id="1"><w:r><w:t>200 000 €</w:t></w:r></w:ins>'
        f'<w:del w:id="2"><w:r><w:delText>300 000 €</w:delText></w:r></w:del><w:r><w:t>.</w:t></w:r></w:p>',
        f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>Dans un contrôle.</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        f"<w:p {W}><w:r><w:rPr><w:vanish/></w:rPr><w:t>Caché.</w:t></w:r><w:r><w:t>Visible.</w:t></w:r></w:p>",
    ):
        document.element.body.insert(len(document.element.body) - 1, parse_xml(xml))
    document.save(str(path))
    return path


_FORMATS = "http://schemas.openxmlformats.org"
_OFFICE = f"{_FORMATS}/officeDocument/2006"
WORD = (
    f'{W} xmlns:m="{_OFFICE}/math" xmlns:r="{_OFFICE}/relationships" xmlns:v="urn:schemas-microsoft-com:vml"'
    f' xmlns:a="{_FORMATS}/drawingml/2006/main" xmlns:c="{_FORMATS}/drawingml/2006/chart"'
    f' xmlns:dgm="{_FORMATS}/drawingml/2006/diagram" xmlns:o="urn:schemas-microsoft-com:office:office"'
    f' xmlns:mc="{_FORMATS}/markup-compatibility/2006" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_STRICT = "http://purl.oclc.org/ooxml"


def make_word(
    path: Path,
    body: str,
    *,
    styles: str = "",
    parts: Mapping[str, str | bytes] = MappingProxyType({}),
    relations: Mapping[str, tuple[str, str]] = MappingProxyType({}),
    strict: bool = False,
) -> Path:
    """A DOCX of that body, part by part; `relations` are the kind and target of each id, « {WORD} » its namespaces."""
    related = {"rIdStyles": ("styles", "styles.xml")} | dict(relations)
    kinds = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/relationships/{kind}" Target="{target}"/>'
        for name, (kind, target) in related.items()
    )
    package = f'xmlns="{_FORMATS}/package/2006/relationships"'
    main = f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument" Target="word/document.xml"/>'
    written: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_FORMATS}/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f"<Relationships {package}>{main}</Relationships>",
        "word/_rels/document.xml.rels": f"<Relationships {package}>{kinds}</Relationships>",
        "word/document.xml": f"<w:document {WORD}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {WORD}>{styles}</w:styles>",
        **parts,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in written.items():
            data = content
            if isinstance(content, str):
                xml = content.replace("{WORD}", WORD)
                if strict:
                    for family in ("officeDocument", "wordprocessingml", "drawingml"):
                        xml = xml.replace(f"{_FORMATS}/{family}/2006/", f"{_STRICT}/{family}/")
                data = xml.encode()
            archive.writestr(name, data)
    return path


_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
ODF = " ".join(
    f'xmlns:{name}="{_OASIS}:{name}:1.0"' for name in ("office", "text", "table", "style", "meta", "form")
) + (
    f' xmlns:fo="{_OASIS}:xsl-fo-compatible:1.0" xmlns:svg="{_OASIS}:svg-compatible:1.0"'
    f' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:math="http://www.w3.org/1998/Math/MathML"'
    f' xmlns:draw="{_OASIS}:drawing:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def make_odt(
    path: Path,
    *,
    title: str = "",
    body: str | None = None,
    automatic: str = "",
    styles: str = "",
    parts: Mapping[str, str] = MappingProxyType({}),
) -> Path:
    """The document, or one of the `body` given, as LibreOffice lays it out in parts; its styles, and other parts."""
    items = "".join(f"<text:list-item><text:p>{escape(each)}</text:p></text:list-item>" for each in ITEMS)
    cells = (
        "".join(f"<table:table-cell><text:p>{escape(each)}</text:p></table:table-cell>" for each in row) for row in ROWS
    )
    rows = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    whole = (
        '<text:h text:outline-level="1">Le FAST en bref</text:h><text:h text:outline-level="2">Plafond</text:h>'
        f"<text:p>{escape(SENTENCE)}</text:p><text:list>{items}</text:list><table:table>{rows}</table:table>"
    )
    style = '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
    written = {
        "content.xml": f"<office:document-content {ODF}><office:automatic-styles>{style}{automatic}"
        "</office:automatic-styles>"
        f"<office:body><office:text>{whole if body is None else body}</office:text></office:body>"
        "</office:document-content>",
        "styles.xml": f"<office:document-styles {ODF}>{styles or '<office:styles/>'}</office:document-styles>",
        "meta.xml": f"<office:document-meta {ODF}><office:meta><dc:title>{escape(title)}</dc:title></office:meta>"
        "</office:document-meta>",
        "META-INF/manifest.xml": f'<m:manifest xmlns:m="{_OASIS}:manifest:1.0"/>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        for name, xml in {**written, **parts}.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}')
    return path


HTML = f"""<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>Le FAST en bref | beta.gouv.fr</title>
<style>p {{ color: red }}</style><script>alert("non")</script></head>
<body><header><a href="/">Accueil</a></header><nav><ul><li>Menu latéral</li></ul></nav>
<h1>Le FAST en bref</h1><h2>Plafond</h2>
<p>{SENTENCE}</p>
<ul>{"".join(f"<li>{item}</li>" for item in ITEMS)}</ul>
<table>{"".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in ROWS)}</table>
<p hidden>Texte caché</p><p style="display: none">Texte masqué</p><p aria-hidden="true">Texte muet</p>
<p>Écrivez à <a href="mailto:fast@beta.gouv.fr">l’équipe</a>.<!-- un commentaire --></p>
<footer>Mentions légales</footer></body></html>
"""

MARKDOWN = f"""# Le FAST en bref

## Plafond

{SENTENCE}

* {ITEMS[0]}
* {ITEMS[1]}

| {" | ".join(ROWS[0])} |
|---|---|
| {" | ".join(ROWS[1])} |
"""

PLAIN = f"# Le FAST en bref\n\n## Plafond\n\n{SENTENCE}\n\n• {ITEMS[0]}\n• {ITEMS[1]}\n"


def make_all(folder: Path) -> dict[str, Path]:
    """The same document in every format."""
    documents = {
        ".pdf": make_pdf(folder / "bref.pdf"),
        ".docx": make_docx(folder / "bref.docx"),
        ".odt": make_odt(folder / "bref.odt"),
    }
    for ending, text in {".html": HTML, ".md": MARKDOWN, ".txt": PLAIN}.items():
        documents[ending] = folder / f"bref{ending}"
        documents[ending].write_text(text, encoding="utf-8")
    return documents


def with_part(source: Path, target: Path, name: str, content: bytes) -> Path:
    """A copy of a DOCX or ODT file with one part replaced or added."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return target


def with_bomb(source: Path, target: Path, *, size: int) -> Path:
    """A copy of a DOCX or ODT file with an entry of `size` zeros, that packs a thousand times smaller."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, old.read(entry))
        with new.open("word/media/image1.png", "w", force_zip64=True) as bomb:
            for _ in range(size >> 20):
                bomb.write(bytes(1 << 20))
    return target


def with_understated_sizes(source: Path, target: Path) -> Path:
    """A copy of an archive that declares every entry to unpack to 10 bytes."""
    data = bytearray(source.read_bytes())
    start = 0
    while (start := data.find(b"PK\x01\x02", start)) >= 0:
        data[start + 24 : start + 28] = struct.pack("<I", 10)
        start += 4
    target.write_bytes(data)
    return target


def with_shared_entries(source: Path, target: Path, *, entries: int) -> Path:
    """A copy of an archive whose directory lists `entries` times the same packed bytes, under other names."""
    content = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, old.read(entry))
        new.writestr("word/media/image1.png", bytes(4 << 20))
        first = new.filelist[-1]
        for number in range(2, entries):
            twin = zipfile.ZipInfo(f"word/media/image{number}.png")
            for field in ("header_offset", "CRC", "compress_size", "file_size", "compress_type"):
                setattr(twin, field, getattr(first, field))
            new.filelist.append(twin)
            new.NameToInfo[twin.filename] = twin
    target.write_bytes(content.getvalue())
    return target


ENTITY_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a0 "lol">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 11))
    + "]><lolz>&a10;</lolz>"
)
