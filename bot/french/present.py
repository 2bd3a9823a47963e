"""What fiches tell in the past, as it was told while it held: « En 2022, le FAST exigeait » becomes « exige ». Pure."""

import re
from datetime import date
from typing import Final

from bot.documents.french import fold
from bot.french.moments import is_after

# The verbs of the fiches that no rule gives: imperfect, then present, of « il » and of « ils ».
_IRREGULAR: Final = {
    "était": "est",
    "étaient": "sont",
    "avait": "a",
    "avaient": "ont",
    "allait": "va",
    "allaient": "vont",
    "pouvait": "peut",
    "pouvaient": "peuvent",
    "devait": "doit",
    "devaient": "doivent",
    "fallait": "faut",
    "voulait": "veut",
    "voulaient": "veulent",
    "valait": "vaut",
    "valaient": "valent",
    "suivait": "suit",
    "suivaient": "suivent",
    "faisait": "fait",
    "faisaient": "font",
    "disait": "dit",
    "disaient": "disent",
    "recevait": "reçoit",
    "recevaient": "reçoivent",
    "servait": "sert",
    "servaient": "servent",
    "comprenait": "comprend",
    "comprenaient": "comprennent",
    "prenait": "prend",
    "prenaient": "prennent",
    "apprenait": "apprend",
    "prévoyait": "prévoit",
    "prévoyaient": "prévoient",
    "mettait": "met",
    "mettaient": "mettent",
    "choisissait": "choisit",
    "choisissaient": "choisissent",
    "réunissait": "réunit",
    "réunissaient": "réunissent",
    "investissait": "investit",
    "répartissait": "répartit",
    "répondait": "répond",
    "dépendait": "dépend",
    "tenait": "tient",
    "tenaient": "tiennent",
    "venait": "vient",
    "provenaient": "proviennent",
    "offrait": "offre",
    "renvoyait": "renvoie",
    "envoyaient": "envoient",
    "payait": "paie",
    "payaient": "paient",
    "menait": "mène",
    "construisait": "construit",
    "décrivait": "décrit",
    "inscrivait": "inscrit",
    "écrivait": "écrit",
    "partageait": "partage",
    "engageait": "engage",
    "engageaient": "engagent",
    "jugeait": "juge",
    "exigeait": "exige",
    "exigeaient": "exigent",
    "finançait": "finance",
    "finançaient": "financent",
    "cofinançait": "cofinance",
    "cofinançaient": "cofinancent",
    "annonçait": "annonce",
    "annonçaient": "annoncent",
    "lançait": "lance",
    "gérait": "gère",
    "égalait": "égale",
    "étudiait": "étudie",
}
# Verbs in -er: the ending alone changes.
_REGULAR: Final = frozenset(
    """demand donn vis justifi compt candidat dispos décid cit aid adress accompagn présent indiqu dur doubl termin rest
    représent prouv fix cumul calcul appliqu valid signal sign réserv repos redemand publi présélectionn propos pass parl
    multipli mentionn frein form figur exist estim dépos dépass continu confi combin anim analys affich évalu""".split()
)
_IMPERFECT: Final = re.compile(r"\b(\w+?)(ait|aient)\b")
_SPAN: Final = re.compile(r"^D(e|u) ((?:\w+ ){0,2}20\d\d) (?:à|au) ((?:\w+ ){0,2}20\d\d)(?: \([^()]*\))?,? ")
_LEAD: Final = re.compile(r"^En [^,.]*, ")
_PAIR: Final = re.compile(r"^En ((?:\w+ )?20\d\d) et en ((?:\w+ )?20\d\d)\b")


def present(text: str) -> str:
    """Return a text with its imperfects in the present; a verb that is not known stays as it is."""
    return _IMPERFECT.sub(_now, text)


def _now(match: re.Match[str]) -> str:
    if match[0] in _IRREGULAR:
        return _IRREGULAR[match[0]]
    if match[1] in _REGULAR:
        return match[1] + ("e" if match[2] == "ait" else "ent")
    return match[0]


def told_on(text: str, day: date) -> str | None:
    """Return a sentence as it could be told on a day before the end of the FAST; None when it tells what came later.

    A span that had not ended is told by its beginning, and what was running in the present.
    """
    span, pair = _SPAN.match(text), _PAIR.match(text)
    lead = _LEAD.match(text)
    running = lead is not None and str(day.year) in lead[0]
    if span is not None and (is_after(fold(span[3]), day) or span[3].endswith(str(day.year))):
        the = "le " if span[1] == "u" else ""
        text, running = f"Depuis {the}{span[2]}, {text[span.end() :]}", True
    elif pair is not None and is_after(fold(pair[2]), day):
        text, running = f"En {pair[1]}{text[pair.end() :]}", pair[1].endswith(str(day.year))
    if is_after(fold(text), day):
        return None
    return present(text) if running else text
