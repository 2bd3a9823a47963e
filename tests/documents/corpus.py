"""Made-up HTML, Markdown, text, DOCX and ODT with the faults of real files, for the tests of what is read of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from making import make_odt, make_word

# Three languages of accents; no digit, so that every figure of a passage is one that the document put there.
LANGUAGES = {
    "fr": (
        "Le comité siège à Noël, où l’œuvre est reçue",
        "à l’été dès qu’un îlot naît.",
        "Où l’aïeul a dû être logé.",
    ),
    "de": (
        "Die Förderung für größere Träger beträgt",
        "für jedes Jahr im Süden.",
        "Später prüft das Gremium die Anträge.",
    ),
    "cs": ("Příspěvek žadatelům ze Žďáru činí", "každý rok na jaře.", "Řízení běží ještě před létem."),
}
HELD, WITHDRAWN = "180 000 €", "317 459 €"
Build = Callable[[Path, str], Path]


def in_html(path: Path, body: str) -> Path:
    styles = (
        "p{color:red} /* .note{display:none} */ .old, .older{color:grey;text-decoration: line-through} "
        ".call{vertical-align:super;font-size:70%} .away{display:none} div.draft > i{text-decoration-line:line-through}"
        "@media print{.seen{display:none}} @media screen{.past{text-decoration:red line-through}}"
    )
    head = f'<head><meta charset="utf-8"><title>Page</title><style>{styles}</style></head>'
    path.write_text(f"<!DOCTYPE html><html>{head}<body>{body}</body></html>", encoding="utf-8")
    return path


def in_text(path: Path, body: str) -> Path:
    path.write_text(body, encoding="utf-8")
    return path


WORD_STYLES = """
<w:docDefaults><w:rPrDefault><w:rPr><w:strike w:val="0"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="character" w:styleId="Old"><w:name w:val="Old"/><w:rPr><w:strike/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Older"><w:name w:val="Older"/><w:basedOn w:val="Old"/></w:style>
<w:style w:type="character" w:styleId="Call"><w:name w:val="Call"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Away"><w:name w:val="Away"/><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Gone"><w:name w:val="Gone"/><w:rPr><w:strike/></w:rPr></w:style>
"""


def in_word(path: Path, body: str) -> Path:
    return make_word(path, body, styles=WORD_STYLES)


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


ODT_STYLES = (
    '<style:style style:name="T1" style:family="text"><style:text-properties style:text-line-through-style="solid"'
    ' style:text-line-through-type="single"/></style:style>'
    '<style:style style:name="T2" style:family="text" style:parent-style-name="Withdrawn"/>'
    '<style:style style:name="T3" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>'
    '<style:style style:name="T4" style:family="text"><style:text-properties style:text-position="33% 58%"/></style:style>'
    '<style:style style:name="T5" style:family="text"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="T6" style:family="text"><style:text-properties style:text-line-through-style="none"/></style:style>'
    '<style:style style:name="G1" style:family="paragraph"><style:text-properties style:text-line-through-style="wave"/></style:style>'
)
ODT_COMMON = (
    '<office:styles><style:style style:name="Withdrawn" style:family="text"><style:text-properties'
    ' style:text-line-through-type="double"/></style:style></office:styles>'
)


def in_odt(path: Path, body: str) -> Path:
    return make_odt(path, body=body, automatic=ODT_STYLES, styles=ODT_COMMON)


@dataclass(frozen=True)
class Format:
    """How a format writes paragraphs, and the ways it has to withdraw, raise and so on; `{}` is the text."""

    build: Build
    paragraph: str
    text: str
    withdrawn: tuple[str, ...]
    raised: tuple[str, ...]
    whole: tuple[str, ...] = field(default=())  # paragraphs withdrawn as a whole


FORMATS = {
    "html": Format(
        in_html,
        "<p>{}</p>",
        "{}",
        (
            *("<del>{}</del>", "<s>{}</s>", "<strike>{}</strike>", '<span style="text-decoration: line-through">{}</span>'),
            *('<b style="TEXT-DECORATION-LINE:line-through">{}</b>', '<span class="old">{}</span>', '<i class="past x">{}</i>'),
            *('<span role="deletion">{}</span>', '<span class="text-decoration-line-through">{}</span>', "<b><s>{}</s></b>"),
            *('<span hidden>{}</span>', '<span style="display:none">{}</span>', '<span class="away">{}</span>'),
            *('<span aria-hidden="true">{}</span>', "<!-- {} -->", '<span class="older">{}</span>'),
        ),
        ("<sup>{}</sup>", '<span style="vertical-align: super">{}</span>', '<span class="call">{}</span>', "<sup><a href='#n'>{}</a></sup>",
         '<a role="doc-noteref" href="#n">{}</a>', "<a href='#n'><sup>[{}]</sup></a>"),
        ("<del><p>{}</p></del>", '<p class="old">{}</p>', '<div class="away"><p>{}</p></div>', '<div class="draft"><i>{}</i></div>'),
    ),
    "md": Format(
        in_text,
        "{}\n\n",
        "{}",
        ("~~{}~~", "**~~{}~~**", "~~**{}**~~", "~{}~", "<del>{}</del>", "<s>{}</s>", "<!-- {} -->",
         '<span style="text-decoration:line-through">{}</span>', "<strike>{}</strike>"),
        ("<sup>{}</sup>", "^{}^", "[^{}]"),
        ("~~{}~~\n\n", "<del>\n\n{}\n\n</del>\n\n", "- ~~{}~~\n\n"),
    ),
    "txt": Format(in_text, "{}\n\n", "{}", ("~~{}~~",), (), ()),
    "docx": Format(
        in_word,
        "<w:p>{}</w:p>",
        run("{}"),
        (
            *(run("{}", each) for each in ("<w:strike/>", "<w:dstrike/>", '<w:strike w:val="true"/>', "<w:vanish/>")),
            *(run("{}", f'<w:rStyle w:val="{each}"/>') for each in ("Old", "Older", "Away")),
            '<w:del w:id="1"><w:r><w:delText>{}</w:delText></w:r></w:del>',
            f'<w:moveFrom w:id="1">{run("{}")}</w:moveFrom>',
        ),
        tuple(run("{}", each) for each in ('<w:vertAlign w:val="superscript"/>', '<w:rStyle w:val="Call"/>', '<w:position w:val="8"/>')),
        (f'<w:p><w:pPr><w:pStyle w:val="Gone"/></w:pPr>{run("{}")}</w:p>',),
    ),
    "odt": Format(
        in_odt,
        "<text:p>{}</text:p>",
        "{}",
        (*tuple(f'<text:span text:style-name="{each}">{{}}</text:span>' for each in ("T1", "T2", "T5")), '<text:hidden-text text:is-hidden="true">{}</text:hidden-text>', "<text:tracked-changes><text:changed-region><text:deletion><text:p>{}</text:p></text:deletion></text:changed-region></text:tracked-changes>"),
        tuple(f'<text:span text:style-name="{each}">{{}}</text:span>' for each in ("T3", "T4")),
        ('<text:p text:style-name="G1">{}</text:p>', '<text:section text:display="none"><text:p>{}</text:p></text:section>'),
    ),
}  # fmt: skip
WITHDRAWING = [(name, way) for name, each in FORMATS.items() for way in each.withdrawn]
RAISING = [(name, way) for name, each in FORMATS.items() for way in each.raised]
WHOLE = [(name, way) for name, each in FORMATS.items() for way in each.whole]


KEPT = [
    ("Le 1", "er", " mai", "Le 1er mai"),
    ("La 13", "e", " édition", "La 13e édition"),
    ("La 2", "nde", " phase", "La 2nde phase"),
    ("Le XX", "e", " siècle", "Le XXe siècle"),
    ("N", "o", " 5", "N° 5"),
    ("La somme de 450", "000", " € nets", "La somme de 450 000 € nets"),
    ("La somme de 19", "05", " € nets", "La somme de 19,05 € nets"),
    ("La somme de 450 000", "e", " € nets", "La somme de 450 000 € nets"),
    ("M", "me", " Roy", "Mme Roy"),
    ("Un bureau de 40 m", "2", " à Lille", "Un bureau de 40 m² à Lille"),
    ("Un volume de 3 dm", "3", " net", "Un volume de 3 dm³ net"),
    ("Soit 3 × 10", "6", " €", "Soit 3 × 10^6 €"),
    ("À 19", "h", "30 précises", "À 19h30 précises"),
    ("Le prix de 12", ",50", " €", "Le prix de 12,50 €"),
    ("Une part de ", "1", "/2 du total", "Une part de 1/2 du total"),
    ("La somme de 450", " €", " net", "La somme de 450 € net"),
    ("Le plafond", "3", " vaut pour tous", "Le plafond vaut pour tous"),
    ("Le fonds", "(a)", " est ouvert", "Le fonds est ouvert"),
    ("Le total de 450", "2024", " €", "Le total de 450 (2024) €"),
    ("La somme de 450", "*", "euros nets", "La somme de 450 euros nets"),
    ("Le taux", "1, 2", " est fixe", "Le taux est fixe"),
    ("Soit 3 + 5", "2", " euros", "Soit 3 + 5^2 euros"),
    ("À partir de ", "450", " € nets", "À partir de 450 € nets"),
    ("Le plafond de 450 000 ", "1", " € nets", "Le plafond de 450 000 € nets"),
    ("L'indice X", "prévu", " monte", "L'indice X prévu monte"),
]


@dataclass(frozen=True)
class Case:
    """A document: the sentences in it, in order, and how many things of which kind are told not to be read."""

    ending: str
    make: Callable[[Path], Path]
    sentences: tuple[str, ...]
    lost: str = ""
    unsaid: tuple[str, ...] = ()


def word(body: str, **options: object) -> Callable[[Path], Path]:
    return lambda path: make_word(path, body, **options)  # type: ignore[arg-type]  # options are of each maker


def odt(body: str, **options: object) -> Callable[[Path], Path]:
    return lambda path: make_odt(path, body=body, **options)  # type: ignore[arg-type]  # options are of each maker


def page(body: str) -> Callable[[Path], Path]:
    return lambda path: in_html(path, body)


def plain(body: str | bytes) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        path.write_bytes(body if isinstance(body, bytes) else body.encode())
        return path

    return make


def para(content: str) -> str:
    return f"<w:p>{content}</w:p>"


def gone(content: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="Gone"/></w:pPr>{content}</w:p>'


def words_in_box(words: str) -> str:
    inner = f"<w:txbxContent>{para(run(words))}</w:txbxContent>"
    choice = f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{inner}</wps:txbx></w:drawing></mc:Choice>'
    fallback = f"<mc:Fallback><w:pict><v:textbox>{inner}</v:textbox></w:pict></mc:Fallback>"
    return f"<w:r><mc:AlternateContent>{choice}{fallback}</mc:AlternateContent></w:r>"


NOTE_PARTS = {
    "word/footnotes.xml": "<w:footnotes {WORD}><w:footnote w:id='2'><w:p><w:r><w:footnoteRef/></w:r>"
    "<w:r><w:t xml:space='preserve"
    "'> Hors taxes, à la clôture.</w:t></w:r></w:p></w:footnote></w:footnotes>",
    "word/endnotes.xml": "<w:endnotes {WORD}><w:endnote w:id='4'><w:p><w:r><w:t>Selon l’arrêté.</w:t></w:r></w:p></w:endnote></w:endnotes>",
    "word/comments.xml": "<w:comments {WORD}><w:comment w:id='0'><w:p><w:r><w:t>À revoir avec Zoé.</w:t></w:r></w:p></w:comment></w:comments>",
}
NOTE_RELATIONS = {
    "rId5": ("footnotes", "footnotes.xml"), "rId6": ("endnotes", "/word/endnotes.xml"), "rId7": ("comments", "comments.xml"),
}  # fmt: skip
CALLED = para(
    run("Le plafond est de 450 000")
    + '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="2"/></w:r>'
    + run(" €. Il vaut un an.")
    + '<w:r><w:endnoteReference w:id="4"/></w:r>'
    + run(" La suite est libre.")
)
FRACTION = (
    "<m:oMath><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>"
)
MATHML = (
    "<math><mrow><mi>T</mi><mo>=</mo><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac>"
    "<mo>×</mo><msup><mi>x</mi><mn>2</mn></msup><mo>+</mo><msqrt><mi>y</mi></msqrt></mrow></math>"
)
ODT_MATH = MATHML.replace("<", "<math:").replace("<math:/", "</math:")
PANELS = (
    '<div role="tablist"><button role="tab" id="t1" aria-controls="p1">Budget</button>'
    '<button role="tab" id="t2" aria-controls="p2">Dates</button></div>'
    '<div role="tabpanel" id="p1" aria-labelledby="t1"><p>Le budget est annuel.</p></div>'
    '<div role="tabpanel" id="p2" aria-labelledby="t2" hidden><p>La date est fixée à l’été.</p></div>'
)

CASES = {
    "notes of a docx": Case(
        ".docx",
        word(CALLED, parts=NOTE_PARTS, relations=NOTE_RELATIONS),
        ("Le plafond est de 450 000 €. Hors taxes, à la clôture. Il vaut un an. Selon l’arrêté. La suite est libre.",),
        "1 commentaire non lu",
        ("À revoir", "0001", "Zoé"),
    ),
    "notes of a docx that are gone": Case(
        ".docx", word(CALLED), ("Le plafond est de 450 000 €. Il vaut un an. La suite est libre.",), "2 notes non lues"
    ),
    "text boxes of a docx": Case(
        ".docx",
        word(para(run("Avant la boîte, ") + words_in_box("Dans la boîte, 70 000 €.") + run("et après."))),
        ("Avant la boîte, et après.", "Dans la boîte, 70 000 €."),
    ),
    "an old text box and letters drawn": Case(
        ".docx",
        word(
            para(
                f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{para(run('Encadré ancien.'))}</w:txbxContent></v:textbox>"
                '</v:shape></w:pict></w:r><w:r><w:pict><v:shape><v:textpath string="Appel ouvert"/></v:shape></w:pict></w:r>'
            )
        ),
        ("Appel ouvert", "Encadré ancien."),
    ),
    "boxes of a docx": Case(
        ".docx",
        word(
            para(
                '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr><w:sdtContent>'
                f"{run('☒')}</w:sdtContent></w:sdt>{run(' Commune')}"
            )
            + para(f'<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>{run(" Région")}')
            + para(f'<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>{run(" État")}')
            + para(run("þ", '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>') + run(" Pays"))
            + para(
                '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>'
                '<w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
                + run(" Ville")
            )
            + para(
                '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox></w:ffData>'
                f'</w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>{run(" Bourg")}'
            )
        ),
        ("☒ Commune", "☑ Région", "☐ État", "☑ Pays", "☑ Ville", "☐ Bourg"),
    ),
    "an equation of a docx": Case(".docx", word(para(run("La part est ") + FRACTION + run("."))), ("La part est (a+b)/2.",)),
    "an equation between paragraphs": Case(
        ".docx", word(para(run("Soit :")) + f"<m:oMathPara>{FRACTION}</m:oMathPara>"), ("Soit :", "(a+b)/2")
    ),
    "a page inside a docx": Case(
        ".docx",
        word(
            para(run("Avant.")) + '<w:altChunk r:id="rId9"/>' + para(run("Après.")),
            parts={"word/afchunk.htm": "<html><body><p>Le morceau dit <del>9</del> 8 €.</p></body></html>"},
            relations={"rId9": ("aFChunk", "afchunk.htm")},
        ),
        ("Avant.", "Le morceau dit 8 €.", "Après."),
    ),
    "a chunk of a docx that is not read": Case(
        ".docx",
        word(
            para(run("Avant.")) + '<w:altChunk r:id="rId9"/>',
            parts={"word/afchunk.rtf": r"{\rtf1 Bonjour}"},
            relations={"rId9": ("aFChunk", "afchunk.rtf")},
        ),
        ("Avant.",),
        "1 morceau d'un autre document non lu",
    ),
    "objects of a docx": Case(
        ".docx",
        word(
            para(run("Avant.") + '<w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>')
            + para('<w:r><w:drawing><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
                   '<c:chart r:id="rId8"/></a:graphicData></a:graphic></w:drawing></w:r>')
        ),
        ("Avant.",),
        "1 objet incorporé non lu, 1 graphique non lu",
    ),
    "a diagram of a docx": Case(
        ".docx",
        word(
            para('<w:r><w:drawing><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/diagram">'
                 '<dgm:relIds r:dm="rId8"/></a:graphicData></a:graphic></w:drawing></w:r>'),
            parts={"word/diagrams/data1.xml": "<dgm:dataModel {WORD}><a:p><a:r><a:t>Étape une</a:t></a:r></a:p></dgm:dataModel>"},
            relations={"rId8": ("diagramData", "diagrams/data1.xml")},
        ),
        ("Étape une",),
    ),
    "headers and footers of a docx": Case(
        ".docx",
        word(
            para(run("Le corps du texte.")),
            parts={
                "word/header1.xml": "<w:hdr {WORD}><w:p><w:r><w:t>Document de travail.</w:t></w:r></w:p></w:hdr>",
                "word/footer2.xml": "<w:ftr {WORD}><w:p><w:r><w:t>Document de travail.</w:t></w:r></w:p></w:ftr>",
                "word/footer1.xml": "<w:ftr {WORD}><w:p><w:r><w:t>Page </w:t></w:r><w:r><w:fldChar w:fldCharType='begin'/></w:r>"
                "<w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>7</w:t></w:r>"
                "<w:r><w:fldChar w:fldCharType='end'/></w:r></w:p></w:ftr>",
            },
            relations={"rId2": ("header", "header1.xml"), "rId3": ("footer", "footer1.xml"), "rId4": ("footer", "footer2.xml")},
        ),
        ("Le corps du texte.", "Document de travail."),
        "",
        ("7", "Page"),
    ),
    "a struck style undone": Case(
        ".docx",
        lambda path: in_word(path, gone(run("Rétabli : 5 €.", '<w:strike w:val="0"/>'))),
        ("Rétabli : 5 €.",),
    ),
    "a whole document struck by default, but for a run": Case(
        ".docx",
        word(
            para(run("Caduc : 9 €.")) + para(run("En vigueur : 5 €.", '<w:strike w:val="false"/>')),
            styles="<w:docDefaults><w:rPrDefault><w:rPr><w:strike/></w:rPr></w:rPrDefault></w:docDefaults>",
        ),
        ("En vigueur : 5 €.",),
        "",
        ("9",),
    ),
    "merged cells of a docx": Case(
        ".docx",
        word(
            "<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr>" + para(run("Alizé"))
            + f"</w:tc><w:tc>{para(run('2023'))}</w:tc><w:tc>{para(run('90 000 €'))}</w:tc></w:tr>"
            "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc>" + para(run("2024"))
            + f"</w:tc><w:tc>{para(run('120 000 €'))}</w:tc></w:tr><w:tr><w:trPr><w:del w:id='3'/></w:trPr><w:tc>{para(run('Supprimé'))}</w:tc></w:tr>"
            f"<w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>{para(run('Total'))}</w:tc><w:tc>{para(run('210 000 €'))}</w:tc></w:tr></w:tbl>"
        ),
        ("- Alizé ; 2023 ; 90 000 € - Alizé ; 2024 ; 120 000 € - Total ; Total ; 210 000 €",),
        "",
        ("Supprimé",),
    ),
    "strict open xml": Case(
        ".docx", word(CALLED, parts=NOTE_PARTS, relations=NOTE_RELATIONS, strict=True),
        ("Le plafond est de 450 000 €. Hors taxes, à la clôture. Il vaut un an.",), "1 commentaire non lu",
    ),
    "relations that lead nowhere": Case(
        ".docx",
        word(para(run("Tout va bien.")), relations={"rId2": ("image", "media/absent.png"), "rId3": ("header", "NULL"), "rId4": ("theme", "../NULL")}),
        ("Tout va bien.",),
    ),
    "notes, comments and boxes of an odt": Case(
        ".odt",
        odt(
            "<text:p>Le plafond est de 450 000<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Hors taxes."
            "</text:p></text:note-body></text:note> €. Il vaut un an.<office:annotation><text:p>À revoir.</text:p></office:annotation></text:p>"
            "<text:p>Avant<draw:frame><draw:text-box><text:p>Dans la boîte.</text:p></draw:text-box></draw:frame> et après.</text:p>"
            "<text:p><draw:custom-shape><text:p>Dans la forme.</text:p></draw:custom-shape></text:p>"
        ),
        ("Le plafond est de 450 000 €. Hors taxes. Il vaut un an.", "Avant et après.", "Dans la boîte.", "Dans la forme."),
        "1 commentaire non lu",
        ("À revoir",),
    ),
    "a form of an odt": Case(
        ".odt",
        odt(
            '<office:forms><form:form><form:checkbox form:id="c1" form:label="Commune" form:current-state="checked"/>'
            '<form:checkbox form:id="c2" form:label="Région"/><form:text form:id="c3" form:current-value="95 000 euros"/></form:form></office:forms>'
            '<text:p><draw:control draw:control="c1"/></text:p><text:p><draw:control draw:control="c2"/></text:p>'
            '<text:p>Montant : <draw:control draw:control="c3"/></text:p><text:p><draw:control draw:control="c9"/></text:p>'
        ),
        ("☑ Commune", "☐ Région", "Montant : 95 000 euros"),
        "1 champ de formulaire non lu",
    ),
    "an equation and an object of an odt": Case(
        ".odt",
        odt(
            '<text:p>Soit <draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>.</text:p>'
            '<text:p><draw:frame><draw:object xlink:href="./Object 2"/></draw:frame></text:p>',
            parts={"Object 1/content.xml": ODT_MATH.replace("<math:math>", '<math:math xmlns:math="http://www.w3.org/1998/Math/MathML">', 1)},
        ),
        ("Soit T = (a + b)/2 × x^2 + √(y).",),
        "1 objet incorporé non lu",
    ),
    "spanned and repeated cells of an odt": Case(
        ".odt",
        odt(
            "<table:table><table:table-row><table:table-cell table:number-rows-spanned='2'><text:p>Alizé</text:p></table:table-cell>"
            "<table:table-cell><text:p>2023</text:p></table:table-cell><table:table-cell><text:p>90 000 €</text:p></table:table-cell></table:table-row>"
            "<table:table-row><table:covered-table-cell/><table:table-cell table:number-columns-repeated='2'><text:p>idem</text:p></table:table-cell>"
            "</table:table-row><table:table-row><table:table-cell table:number-columns-spanned='2'><text:p>Total</text:p></table:table-cell>"
            "<table:covered-table-cell/><table:table-cell><text:p>210 000 €</text:p></table:table-cell></table:table-row></table:table>"
        ),
        ("- Alizé ; 2023 ; 90 000 € - Alizé ; idem ; idem - Total ; Total ; 210 000 €",),
    ),
    "a running footer of an odt": Case(
        ".odt",
        odt(
            "<text:p>Le corps du texte.</text:p>",
            styles="<office:master-styles><style:master-page><style:footer><text:p>Document de travail, page <text:page-number>7"
            "</text:page-number></text:p></style:footer></style:master-page></office:master-styles>",
        ),
        ("Le corps du texte.", "Document de travail, page"),
        "",
        ("7",),
    ),
    "what unfolds on a page": Case(
        ".html",
        page(
            "<details><summary>Quel budget ?</summary><p>Le budget est libre.</p></details>"
            '<h3><button aria-controls="acc" aria-expanded="false">Quelle durée ?</button></h3><div class="fr-collapse" id="acc" hidden>'
            f'<p>La durée est d’un an.</p></div>{PANELS}<button>Partager</button><dialog id="d"><p>Rien.</p></dialog>'
        ),
        ("Quel budget ?", "Le budget est libre.", "Quelle durée ?", "La durée est d’un an.", "Budget", "Le budget est annuel.",
         "La date est fixée à l’été."),
        "",
        ("Partager", "Rien."),
    ),
    "a form of a page": Case(
        ".html",
        page(
            '<p><input type="checkbox" checked> Commune</p><p><input type="radio"> Région</p><p>Montant : <input value="95 000 euros"></p>'
            "<p>Année : <select><option>2023</option><option selected>2024</option></select></p><p>Objet : <textarea>Une école</textarea></p>"
            '<p><span role="checkbox" aria-checked="true">Ville</span></p><input type="hidden" value="jeton">'
        ),
        ("☑ Commune", "☐ Région", "Montant : 95 000 euros", "Année : 2024 (choix : 2023, 2024)", "Objet : Une école", "☑Ville"),
        "",
        ("jeton",),
    ),
    "equations and drawings of a page": Case(
        ".html",
        page(f"<p>Soit {MATHML}.</p><svg><title>Logo</title><text>Plafond</text><text>180 000 €</text></svg><p>Puis <math alttext='a sur b'></math>.</p>"),
        ("Soit T = (a + b)/2 × x^2 + √(y).", "Plafond 180 000 €", "Puis a sur b."),
        "",
        ("Logo",),
    ),
    "pages inside a page": Case(
        ".html",
        page('<p>Avant.</p><iframe srcdoc="&lt;p&gt;Dedans, &lt;s&gt;9&lt;/s&gt; 8 €.&lt;/p&gt;"></iframe><iframe src="https://a.fr"></iframe><object data="a.swf"></object>'),
        ("Avant.", "Dedans, 8 €."),
        "1 cadre d'une autre page non lu, 1 objet incorporé non lu",
    ),
    "notes at the foot of a page": Case(
        ".html",
        page(
            '<main><p>Le plafond est de 450 000<sup><a href="#n1">1</a></sup> €.</p></main><footer><p>Mentions légales</p>'
            '<p id="n1">Hors taxes. <a href="#r1">↩</a></p></footer>'
        ),
        ("Le plafond est de 450 000 €.", "Hors taxes."),
        "",
        ("Mentions", "↩"),
    ),
    "sentences around a page": Case(
        ".html",
        page(
            "<header><p>Le site ferme le soir du dernier jour.</p></header><nav><p>Le menu mène à toutes les autres pages.</p></nav>"
            "<main><p>Le contenu.</p></main><aside><p>Le dépôt se fait aussi par courrier simple.</p></aside><footer><p>Contact</p></footer>"
        ),
        ("Le contenu.",),
        "2 phrases autour du contenu de la page non lues",
        ("courrier", "menu", "soir"),
    ),
    "tables and lists of a page that are not in order": Case(
        ".html",
        page(
            "<table role='presentation'><caption>Légende</caption><tr><td><p>Dans une cellule.</p></td></tr></table>"
            "<table><td>Sans ligne</td></table><dl><dt>Taux</dt><dd>La moitié<dl><dt>Part</dt><dd>un tiers</dd></dl></dd></dl>"
        ),
        ("Légende", "Dans une cellule.", "Sans ligne", "- Taux : La moitié Part un tiers"),
    ),
    "spans of a page": Case(
        ".html",
        page(
            "<table><tr><th>Fonds</th><th>Année</th><th>Plafond</th></tr><tr><td rowspan=2>Alizé</td><td>2023</td><td>90 000 €</td></tr>"
            "<tr><td>2024</td><td>120 000 €</td></tr><tr><td colspan='2'>Total</td><td>210 000 €</td></tr><tr><td colspan=3>Hors taxes.</td></tr></table>"
        ),
        ("- Fonds ; Année ; Plafond - Alizé ; 2023 ; 90 000 € - Alizé ; 2024 ; 120 000 € - Total ; Total ; 210 000 € - Hors taxes.",),
    ),
    "print, hover and undone styles of a page": Case(
        ".html",
        page('<p class="seen">Visible à l’écran.</p><p class="old" style="text-decoration:none">Rétabli.</p>'),
        ("Visible à l’écran.", "Rétabli."),
    ),
    "notes and boxes of Markdown": Case(
        ".md",
        plain("Le plafond est de 450 000[^1] €. Il vaut un an^[Hors taxes.] au plus.\n\n[^1]: Selon l’arrêté.\n\n- [x] Commune\n- [ ] Région\n"),
        ("Le plafond est de 450 000 €. Il vaut un an au plus. Hors taxes.", "Selon l’arrêté.", "☑ Commune", "☐ Région"),
    ),
    "marks that strike nothing": Case(
        ".md",
        plain("Entre ~200 k€ et ~300 k€ environ, soit ~~ rien.\n\nUne suite ~~ouverte.\n\nDu H~2~O à 10^6^ degrés.\n"),
        ("Entre ~200 k€ et ~300 k€ environ, soit ~~ rien.", "Une suite ~~ouverte.", "Du H2O à 10^6 degrés."),
    ),
    "boxes drawn as signs": Case(".txt", plain("□ Commune\n✓ Région\n"), ("- □ Commune - ✓ Région",)),
    "boxes that are bullets": Case(".txt", plain("✓ Un site\n✓ Une école\n"), ("- Un site - Une école",)),
    "letters struck one by one": Case(".txt", plain("Au plus 3\u03360\u03360\u0336 \u0336€\u0336 180 €."), ("Au plus 180 €.",)),
    "links that are calls, and shifted figures": Case(
        ".html",
        page(
            '<p>Le plafond est de 450 000<a href="#f">2</a> €, au plus 60<span style="position:relative; top: -4px">3</span> %,'
            ' soit 7<span class="exposant">4</span> €.</p><p id="f">Hors taxes.</p><ul>Hors liste<li>un</li></ul>'
        ),
        ("Le plafond est de 450 000 €, au plus 60 %, soit 7 €.", "Hors taxes.", "- Hors liste - un"),
    ),
    "a cell that is deleted": Case(
        ".docx",
        word(
            f"<w:tbl><w:tr><w:tc><w:tcPr><w:cellDel w:id='1'/></w:tcPr>{para(run('Caduc'))}</w:tc><w:tc>{para(run('Valable'))}"
            "</w:tc></w:tr></w:tbl>"
        ),
        ("Valable",),
        "",
        ("Caduc",),
    ),
    "an odd byte at the end of UTF-16": Case(".txt", plain("Un été à Noël.".encode("utf-16") + b"\x0a"), ("Un été à Noël.",)),
    "an odd byte at the end of UTF-16 without a mark": Case(
        ".md", plain("Un été à Noël, déjà payé.".encode("utf-16-be") + b"\x00"), ("Un été à Noël, déjà payé.",)
    ),
    "a byte that spoils UTF-8": Case(".txt", plain("Un été à Noël, déjà payé à Žďár.".encode() + b" fin \xff."), ("Un été à Noël, déjà payé à Žďár.",)),
    "UTF-8 cut in a character": Case(".html", plain("<p>Un été à Noël, déjà.</p><p>Étés</p>é".encode()[:-1]), ("Un été à Noël, déjà.", "Étés")),
}  # fmt: skip
