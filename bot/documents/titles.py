"""What a document is called: the heading that opens it, the title it declares unless nobody chose it, its cover."""

import re

from bot.documents.content import Content

LONGEST_COVER = 120
# What programs and templates write where nobody chose a title.
NO_TITLE = re.compile(
    "|".join(
        (
            r"untitled(?: document| presentation)?",
            r"(?:document |présentation |classeur )?sans (?:nom|titre) ?\d*",
            r"\(?anonymous\)?",
            r"(?:microsoft|libreoffice|openoffice)(?: office)? (?:word|excel|powerpoint|writer|calc|impress).*",
            r"(?:word|excel|powerpoint)(?: document| presentation| workbook)? ?\d*",
            r"(?:nouveau |new )?document(?: microsoft)?(?: word| texte| text)? ?\d*",
            r"(?:nouvelle |new )?(?:présentation|presentation)(?: microsoft)?(?: powerpoint)? ?\d*",
            r"(?:classeur|book|workbook|sheet|feuil|page|slide|diapositive) ?\d*",
            r"(?:titre|title|sujet|objet)(?: (?:du document|de la (?:présentation|page|note)|principal|ici|here))?",
            r"(?:document|presentation|page) title(?: here)?",
            r"(?:modèle|gabarit)(?: (?:de )?(?:document|note|présentation|diaporama|rapport|courrier|word))?s?",
            r"(?:.* )?(?:template|gabarit)s?(?: .*)?",
            r"\W*(?:cliquez|click|saisissez|insérez|tapez|entrez)\b.*",
            r".*\.(?:docx?|od[tps]|pdf|indd|pptx?|xlsx?|rtf|html?|tmp|dotx?|potx?)(?: *[-–].*)?",
        )
    ),
    re.IGNORECASE,
)


def title_of(content: Content) -> str:
    """Return the heading that opens the text, the title that the file declares, or its main heading; "" for none.

    A file often declares the title of its template, or of the program that wrote it: one whose words its first page
    does not hold gives way to what that page shows.
    """
    opening = _told(re.match(r"#+ (.+)", content.text))
    if opening and content.text.startswith("# "):
        return opening
    beginning = _beginning(content)
    main = _told(re.search(r"^# (.+)", beginning, re.MULTILINE)) or opening
    declared = "" if NO_TITLE.fullmatch(content.title.strip()) else content.title.strip()
    if declared and (not main or _is_of(declared, beginning)):
        return declared
    return main or _cover_line(content)


def _told(heading: re.Match[str] | None) -> str:
    title = heading.group(1).strip() if heading else ""
    return title if any(map(str.isalpha, title)) else ""


def _beginning(content: Content) -> str:
    """Return the first page or slide of a document, all of one that has none."""
    later = next((line for line, place in content.places if place.number > 1 or place.kind == "row"), None)
    return "\n".join(content.text.split("\n")[:later])


def _is_of(title: str, text: str) -> bool:
    words = set(re.findall(r"\w{4,}", title.lower()))
    return not words or bool(words & set(re.findall(r"\w{4,}", text.lower())))


def _cover_line(content: Content) -> str:
    """Return the line that opens a document of pages, when it is short and no sentence."""
    line, _, rest = content.text.partition("\n")
    is_title = content.places and rest.strip() and len(line) <= LONGEST_COVER and not line.startswith(("- ", "    "))
    return line if is_title and line[:1].isupper() and line[-1] not in ".,;:!…" else ""
