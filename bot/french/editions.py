"""The FAST editions that a folded text names: « fast 13 », « la treizième », « FAST 11 à 14 ». Pure."""

import re
from collections.abc import Iterator
from typing import Final

from bot.documents import french

_ORDINAL_WORDS: Final = "|".join(sorted(french.ORDINAL_WORDS, key=len, reverse=True))
_NAMED: Final = re.compile(
    r"\bfast ?-?(?:n°|no|numero|edition|promotion)? ?(\d{1,3})(?! ?(?:\d|%|€|k\b|m\b|eur|mois|ans\b|jours))"
)
_NUMBERED: Final = re.compile(
    r"\b(?:editions?|promotions?|appels?|sessions?|vagues?|numero|n°) (?:n° ?|numero )?(\d{1,3})\b(?! ?(?:%|€|mois|ans\b))"
)
_ORDINAL: Final = re.compile(
    rf"\b(?:(?<!\d[ .])([1-9]\d{{0,2}}) ?(?:e|eme|ieme|er|ere|re|nd|nde|rd|st|th)|({_ORDINAL_WORDS}))\b"
    r"(?= ?(?:appel|edition|promotion|session|vague|cuvee|fast|$|\?|laureat|!|\.|,|est\b|etait|ferme|s'il|svp|stp|et\b))"
)
_AFTER: Final = re.compile(rf"\bfast (?:le |la )?(?:({_ORDINAL_WORDS})|(\d{{1,3}}) ?(?:e|eme|ieme|er|ere|re))\b")
_ALONE: Final = re.compile(
    rf"\b(?:le|du|au|la) ({_ORDINAL_WORDS})\b(?! (?:fois|personne|etape|critere|phase|pilier|trimestre|semestre|mois|jour|annee|question|reunion))"
)
_BEFORE: Final = re.compile(rf"\b({_ORDINAL_WORDS}) fast\b")
_BARE: Final = re.compile(
    r"(?<!\b1 )(?<!\bun )(?<!€ )\b(?:le|du|au|aux|la|et|pour|entre|celui du) (\d{1,2})"  # « 1 pour 1 » is a ratio
    r"(?! ?(?:€ |euros? )?pour (?:1|un)\b)(?= ?(?:$|[?!.,;:]|et\b|ou\b|est\b|etait|ferm|c'|sont\b|ont\b|a\b|avait|en\b|se\b|s'|svp|stp|par\b|pour\b|c koi"
    r"|finan|laureat|date|\)|combien|donn|y\b|il\b|on\b|qui\b|plafond|prevu|elle|ils\b|sera|aura|dans\b|avec\b|sans\b|quand|quel|annonc|ouvr"
    r"|deadline|jusqu|du coup|recus?\b|retenu|dossier|candidat|gagn|montant|budget|puis\b|mais\b|car\b|alors|exact|aussi|deja|svp))"
)
_SPAN: Final = re.compile(r"\bfast (\d{1,2})(?: ?-|,? a| au|,? jusqu'au) ?(?:fast )?(\d{1,2})\b(?! ?(?:%|€|mois))")
_RANGE: Final = re.compile(
    r"\b(?:de|depuis) la (\d{1,2})(?:re|ere|e|eme) a la (\d{1,2})(?:e|eme)\b|\b(?:editions|promotions) (?:de )?(\d{1,2}) a (\d{1,2})\b"
)
_SERIES: Final = re.compile(
    r"\bfast (\d{1,2})((?:(?:, ?| et | ou )(?:le |du )?\d{1,2}\b(?! ?(?:%|€|mois|jan|fev|mar|avr|mai)))+)"
)


_MOST: Final = 25  # editions that a bare number may mean


def edition_spans(folded: str) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Yield where a folded text names editions, and which."""
    for pattern in (_NAMED, _NUMBERED, _ORDINAL, _AFTER, _ALONE, _BEFORE, _BARE):
        for match in pattern.finditer(folded):
            group = next(group for group in match.groups() if group)
            number = int(french.ORDINAL_WORDS.get(group, group))
            if number <= _MOST or pattern in (_NAMED, _NUMBERED):  # « et 62 » is a number of something else
                yield match.start(), match.end(), (number,)
    for match in _SERIES.finditer(folded):
        yield match.start(), match.end(), tuple(map(int, re.findall(r"\d+", match[0])))
    for match in _RANGE.finditer(folded):
        low, high = (int(group) for group in match.groups() if group)
        yield match.start(), match.end(), tuple(range(low, min(high, 99) + 1))
    for match in _SPAN.finditer(folded):
        yield match.start(), match.end(), tuple(range(int(match[1]), min(int(match[2]), 99) + 1))
