"""What kind of thing a question asks for, and what kinds a text holds: the closed class of French interrogatives. Pure."""

import re
from typing import Final

_MONTHS: Final = "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
_NUMBERS: Final = (
    "deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|vingtaine|trentaine|dizaine|centaine|moitie"
)
# First that fits wins: « combien de temps » is a length of time before it is a number.
_ASKED: Final = (
    ("duration", r"combien de (?:temps|jours|semaines|mois|ans|annees|heures|minutes)|cb de (?:temps|jours|mois)|\bduree\b|\bdure\b|how long|delai"),
    ("percent", r"pourcent\w*|%|\btaux\b|proportion|quelle part\b|fraction"),
    ("money", r"quel(?:le)? (?:montant|somme|budget|enveloppe|cout|prix|tarif|salaire)|combien (?:d'argent|d'euros|coute|de sous)|how much"),
    ("count", r"combien (?:de |d')|nombre (?:de |d')|how many|\bcb (?:de |d')|\bnb (?:de |d')"),
    ("number", r"\bcombien\b|\bcb\b|\bnombre\b|\bmontant\b|\bsomme\b"),
    ("date", r"\bquand\b|quel(?:le)? (?:jour|date|mois|annee)|date limite|jusqu'a quand|a partir de quand|\bwhen\b|deadline"),
    ("place", r"\bou (?:est|se|ca|a|avait|trouver|faut|peut|dois|doit)\b|dans quel(?:le)? (?:ville|lieu|batiment|salle|region)|quelle (?:ville|adresse|salle)|quel (?:lieu|batiment)"),
    ("name", r"\bqui\b|\bnoms?\b|quelle (?:societe|entreprise|personne|administration|direction)|quel (?:cabinet|ministere|prestataire|fournisseur)|\bwho\b|par qui"),
    ("reason", r"\bpourquoi\b|\bpk\b|pour quelle raison|quelles? raisons?|\bmotifs?\b|\bwhy\b|a cause de"),
    ("list", r"lesquel(?:le)?s|quel(?:le)?s sont|\bliste\b|\benumer\w+|\bcite[rz]?\b"),
    ("manner", r"\bcomment\b|de quelle (?:facon|maniere)|\bhow\b"),
)  # fmt: skip
_ASKED_PATTERNS: Final = tuple((kind, re.compile(pattern)) for kind, pattern in _ASKED)
_HELD: Final = (
    ("duration", rf"\b(?:\d+|{_NUMBERS}|un|une) (?:jours?|semaines?|mois|ans?|annees?|heures?|minutes?)\b"),
    ("percent", r"\d ?%|\bmoitie\b|pour cent"),
    ("money", r"\d ?€|\bmillions? d'euros|\beuros?\b"),
    ("count", rf"\b(?:\d+|{_NUMBERS})\b"),
    ("number", r"\d"),
    ("date", rf"\b(?:{_MONTHS})\b|\b20[12]\d\b"),
    ("place", r"https?://|@|\bsite\b|\bville\b|\badresse\b|\bpage\b"),
    ("name", r"\b(?:dinum|ministere|ministre|direct\w+|incubateur|administration|sponsor|equipe|comite|coach\w*|expert\w*|dgfip|ditp)\b"),
    ("reason", r"\bparce que\b|\bcar\b|\bafin\b|\bpour (?:que|verifier|eviter)\b|\bpuisque\b|\braison\b"),
    ("list", r"\n- |;"),
)  # fmt: skip
_HELD_PATTERNS: Final = tuple((kind, re.compile(pattern)) for kind, pattern in _HELD)
_COMPARES: Final = re.compile(r"\bcompar\w+|\bdiffer\w+|\bdistingu\w+|\bversus\b|\bvs\b")
_ASKS_HOUR: Final = re.compile(r"\bquelle heure\b|\bheure (?:exacte|limite|precise|de (?:cloture|fermeture|depot))")
_HOUR: Final = re.compile(r"\b\d{1,2} ?(?:h\b|heures?\b|:\d\d)|\bmi(?:di|nuit)\b")
_EXACTLY: Final = re.compile(r"\bexact\w*|\bprecisement\b|\ba (?:la virgule|l'euro)\b|\bau (?:centime|euro) pres")
_ROUGH: Final = re.compile(
    r"\benviron\b|\bplus de \d|\bpres de \d|\bautour de\b|\bune? (?:centaine|trentaine|vingtaine)"
)
_COUNTED: Final = re.compile(r"\b(?:combien|cb|nombre|nb|how many) (?:de |d')?(?:l[ae]s? |l')?([a-z]{3,})")


def asked(folded: str) -> str:
    """Return the kind of thing that a folded question asks for; « any » when it does not say."""
    return next((kind for kind, pattern in _ASKED_PATTERNS if pattern.search(folded)), "any")


def compares(folded: str) -> bool:
    """Whether a folded question sets things side by side."""
    return _COMPARES.search(folded) is not None


def asks_hour(folded: str) -> bool:
    """Whether a folded question asks for the hour of the day."""
    return _ASKS_HOUR.search(folded) is not None


def holds_hour(folded: str) -> bool:
    """Whether a folded text holds an hour of the day."""
    return _HOUR.search(folded) is not None


def asks_exactly(folded: str) -> bool:
    """Whether a folded question wants a figure to the last digit."""
    return _EXACTLY.search(folded) is not None


def is_rough(folded: str) -> bool:
    """Whether a folded text tells a figure that is not exact."""
    return _ROUGH.search(folded) is not None


def held(folded: str) -> frozenset[str]:
    """Return the kinds of things that a folded text holds."""
    return frozenset(kind for kind, pattern in _HELD_PATTERNS if pattern.search(folded))


def counted(folded: str) -> str:
    """Return the word that a folded question counts: « coachs » in « combien de coachs »; empty when it counts none."""
    found = _COUNTED.search(folded)
    return found[1] if found else ""


_NEGATION: Final = re.compile(r"\bn'|\b(?:ne|pas|jamais|aucune?|rien|ni|seule?s?|seulement|uniquement)\b")


def is_negated(text: str) -> bool:
    """Whether a folded question holds a negation or a restriction, which « oui » may confirm or deny."""
    return _NEGATION.search(text) is not None
