"""The figure that answers, in bold: what an eye looks for first on a small screen. Pure."""

import re
from typing import Final

_MONTH: Final = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_NUMBER: Final = r"\d{1,3}(?: \d{3}){1,4}(?:,\d{1,4})?|\d{1,12}(?:,\d{1,4})?"
_COUNTED: Final = (
    "lauréats|candidatures|projets|produits|équipes|startups|dossiers|personnes|agents|postes|éditions|promotions|"
    "appels"
)
_DAY: Final = rf"(?:\d{{1,2}}|1er) (?:{_MONTH})(?: \d{{4}})?"
_FIGURE: Final = re.compile(
    # No figure: what is in brackets, the name of an edition, the day of the page that says so.
    rf"\([^()]*\)|«[^«»]*»|\bFAST \d+(?:(?:, | et | à )\d+){{0,20}}"
    rf"|\b(?:page|rapport|article|billet)\b[^,;:.()\d]{{0,90}} du {_DAY}"
    rf"|(?<![\w.,])(?P<figure>{_DAY}"
    rf"|(?:(?:{_NUMBER}) (?:à|et) )?(?:{_NUMBER}) "
    rf"(?:€|%|k€|M€|millions? d'euros|(?:an|année|jour|semaine|minute|heure)s?\b|mois\b|(?:{_COUNTED})\b))"
)
_SENTENCE: Final = re.compile(r".+?[.!?…](?=\s|$)")


def with_bold_figure(text: str) -> str:
    """Return Markdown with the figures of its first sentence in bold; as it is when it is a list, or has bold words."""
    first, *others = text.split("\n", 1)
    found = _SENTENCE.match(first)
    end = found.end() if found else len(first)
    if "**" in text or first.startswith("- ") or first.rstrip().endswith(":"):
        return text
    bold = _FIGURE.sub(lambda one: f"**{one[0]}**" if one["figure"] else one[0], first[:end])
    return "\n".join([bold + first[end:], *others])
