"""Names of products that no edition selected: « combien a reçu Doctolib ? ». Pure."""

import re
from collections.abc import Callable
from typing import Final

from bot.documents import french

_NAME: Final = r"(?P<name>[^?!,;:]{2,60}?)"
_END: Final = r"(?= ?(?:[?!,;:.]|$| au fast| du fast| en 20| svp| stp))"
_ASKED_OF: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:combien|quelle somme|quel montant) (?:a|ont|avait) (?:donc |ete )?"
        rf"(?:recu|touche|eu|obtenu|percu|gagne|decroche)e?s? {_NAME}{_END}",
        rf"^(?:et |est-ce que |savoir si |c'est vrai que )*{_NAME},? (?:a|ont|avait|est|fait|faisait|aurait)(?:-t-| )"
        r"(?:il |elle )?(?:ete |bien |deja |jamais )*"
        r"(?:laureate?|selectionnee?|retenue?|(?:parmi|partie d)(?:es)? (?:les )?laureats"
        r"|(?:recu|touche|eu|obtenu) (?:le fast|un cofinancement|combien))",
        r"\b(?:montant|somme|argent|cofinancement) (?:recu|accorde|verse|obtenu|touche|donne)e? "
        rf"(?:a|par|pour) {_NAME}{_END}",
        r"\b(?:dans )?quelle (?:edition|promo\w*) "
        rf"(?:pour |est |etait |a ete |a selectionne |a retenu |de ){_NAME}{_END}",
    )
)
_ARTICLES: Final = re.compile(
    r"^(?:(?:le|la|les|un|une|du|de|des|au|aux|produit|service|startup|projet|appli\w*|site|fast|\d+) |l')+"
)


def stranger_in(text: str, is_known: Callable[[str], bool]) -> str | None:
    """Return the product that a question asks about as of a laureate, when it is none that the bot knows.

    None when every word of the name is one that the bot knows (`is_known`, of a folded word): it may be no name.
    """
    folded = french.fold(text)
    for pattern in _ASKED_OF:
        found = pattern.search(folded)
        if found is None:
            continue
        name = _ARTICLES.sub("", found["name"]).strip(" '\"«»")
        words = [word for word in french.words(name) if word not in french.STOP_WORDS]
        if 0 < len(words) <= 4 and not all(word.isdigit() or is_known(word) for word in words):
            return text[_position(folded, name) :][: len(name)] if len(folded) == len(text) else name
    return None


def _position(folded: str, name: str) -> int:
    return max(folded.find(name), 0)
