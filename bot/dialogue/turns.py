"""What a turn asks of the conversation itself: its source, why, more, the rest of a list, to stop, to go on. Pure."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

from bot.dialogue.understanding import find_editions
from bot.documents import french

_LONGEST: Final = 100  # characters of a turn that asks nothing else
# « Tu » before « peux » belongs to that « peux », never to the one before: each turn is read in one way only.
_ASK: Final = r"(?:(?:tu |vous )?(?:peux|pouvez|pourrais|pourriez)[- ]?(?:(?:tu |vous )(?!peux|pouvez|pourr))?|et |mais |ok |alors |stp |euh )*"
_END: Final = r"(?: (?:stp|svp|s'il te plait|s'il vous plait|je vous prie|je te prie|merci|alors|exactement|exact|ca|cela)){0,6}[ ?!.…]*"


class Wish(StrEnum):
    """What a whole turn may ask of what was said; turns.toml has the words."""

    SOURCE = "source"
    DOUBT = "doubt"
    WHY = "why"
    DETAIL = "detail"
    WHOLE = "whole"
    STOP = "stop"
    RESUME = "resume"
    BACK = "back"
    UNSURE = "unsure"
    RESTART = "restart"


@lru_cache(maxsize=1)
def _wishes() -> Mapping[Wish, re.Pattern[str]]:
    table = tomllib.loads(Path(__file__).with_name("turns.toml").read_text(encoding="utf-8"))
    return {wish: re.compile(rf"{_ASK}(?:{'|'.join(table[wish])}){_END}") for wish in Wish}


def wish_of(text: str) -> Wish | None:
    """Return what the whole of a turn asks of the conversation; None when it says something else too."""
    folded = french.fold(text)[:_LONGEST]
    return next((wish for wish, pattern in _wishes().items() if pattern.fullmatch(folded)), None)


_OPENING: Final = re.compile(
    r"^(?:(?:et|dont|parmi (?:eux|elles|ceux-ci)|ok|okay|oki|oui|ouais|non|nan|mais|alors|sinon|idem|pareil|and|what about|meme (?:chose|question)|donc|du coup|bon|bah|ben"
    r"|ah|oh|oups?|mince|zut|pause|attends?|attendez|minute|dommage|aie|hum|mmh|euh|heu|hum|hmm|pardon|desolee?|sorry|excuse(?:z)?(?:[- ]moi)?|plutot|en fait|enfin|finalement|merci(?: beaucoup| bcp)?"
    r"|parfait|super|d'accord|dac|top|cool|genial|tres bien|tiens|dis(?: moi)?|stp|svp|je (?:voulais|veux) (?:dire|parler de)|c'est plutot"
    r"|je me suis trompee?|erreur|correction|je corrige|au temps pour moi|autant pour moi|maintenant|puis|bref|disons|mettons|admettons|bon ben)\b[ ,!.;:…-]*)+"
)
_CLOSING: Final = re.compile(
    r"(?<![ ,])[ ,]+(?:au fait|d'ailleurs|en fait|du coup|sinon|alors|deja|stp|svp|merci|pardon|desolee?|s'il te plait|s'il vous plait)(?=[ ?!.]*$)"
)
_CORRECTION: Final = re.compile(
    r"^(?:(?:ah|oh|euh|heu|bah|ben|mais)\b[ ,]*)?(?:non|nan|oups?|pardon|desolee?|sorry|excuse|erreur|correction|je (?:voulais|me suis|corrige)|c'est plutot|plutot|enfin|en fait|au temps|autant pour)\b"
)


def without_opening(folded: str) -> str:
    """Return a folded turn without « et », « ok », « non, », « pardon, »… at its start."""
    return _CLOSING.sub("", _OPENING.sub("", folded)).strip()


def opens_with_more(folded: str) -> bool:
    """Whether a folded turn goes on from the last one: « et … », « ok et … »."""
    opening = _OPENING.match(folded)
    return bool(
        opening and re.search(r"\b(?:et|dont|parmi|sinon|idem|pareil|and|meme|what about|alors|puis)\b", opening[0])
    )


def is_correction(folded: str) -> bool:
    """Whether a folded turn begins by taking back what was said: « non, … », « pardon, … »."""
    return bool(_CORRECTION.match(folded))


_POSITIONS: Final = (
    r"1|un|une|(?:le |la )?premier(?:e)?|(?:le |la )?1(?:er|ere|re)|a",
    r"2|deux|(?:le |la )?(?:deuxieme|seconde?)|(?:le |la )?2(?:e|eme|nd|nde)|b",
    r"3|trois|(?:le |la )?troisieme|(?:le |la )?3(?:e|eme)|c",
)
_CHOICE_OPENING: Final = r"(?:(?:le |la |option |choix |numero |n°|reponse |plutot |je dirais |c'est |non |euh |oui )*)"


def choice_of(text: str, readings: Sequence[str]) -> int | None:
    """Return which of the readings a turn chooses: by its number, its place, or words that only it has."""
    folded = french.fold(text).strip(" .!?")
    for index, pattern in enumerate(_POSITIONS[: len(readings)]):
        if re.fullmatch(rf"{_CHOICE_OPENING}(?:{pattern})", folded):
            return index
    if re.fullmatch(r"(?:le |la )?(?:dernier|derniere)", folded):
        return len(readings) - 1
    editions = set(find_editions(folded))
    named = [index for index, one in enumerate(readings) if editions & set(find_editions(french.fold(one)))]
    if len(named) == 1:
        return named[0]
    said = set(french.tokens(folded))
    if not said or len(folded.split()) > 7:
        return None
    shared = [len(said & set(french.tokens(one))) for one in readings]
    best = max(shared)
    return shared.index(best) if best and shared.count(best) == 1 and best * 2 >= len(said) else None


_OURS: Final = r"(?:ma|mon|notre|nos|une?) (?:startup|produit|service|projet|equipe|appli\w{0,8}|outil|site|plateforme)"
_STARTS_INTERVIEW: Final = re.compile(
    r"^\W*(?:l')?eligibilite\b(?! (?:en|du|au|des|d'une?|a)\b)(?=(?: (?:pour |fast |du |le )*\d*)*\W*$)"
    r"|pose[rz]?[- ](?:moi |nous )?(?:les|tes|vos|des) questions"
    r"|(?:test|quiz|questionnaire|diagnostic|entretien)s? (?:d'|de l'|de |sur l'|pour l')?(?:auto-?evaluation|eligibilite)"
    r"|(?:fai|lance|pass|commenc|refai)\w{0,8}[- ](?:moi |nous )?(?:passer )?(?:le|un|ce|l') ?(?:test|quiz|questionnaire|diagnostic|entretien)"
    r"|(?:verifi|test|evalu|check)\w{0,8} .{0,25}eligib"
    r"|(?:suis[- ]je|sommes[- ]nous|est[- ]on|on est|on serait|je suis|je serais|serai[st][- ](?:je|on)|nous (?:serions|sommes)|aurions[- ]nous ete|aurait[- ]on ete|on aurait ete) (?:\w+ )?(?:eligibles?|recevables?)"
    rf"|{_OURS}(?: d'etat)? (?:est|sont|serait|etait|aurait)(?:[- ](?:il|elle|ils))? ?(?:\w+ )?(?:eligible|recevable)"
    rf"|est[- ]ce qu(?:e |')(?:{_OURS}|on|je|nous).{{0,20}}(?:eligible|recevable)"
)
_STARTS_SUM: Final = re.compile(
    r"\bsimul(?:er|ation|ations|e|ons|ez|ateur)\b"
    r"|^(?>.*?\b(?:calcule[rz]?|calculons|estime[rz]?|chiffre[rz]?|evalue[rz]?)\b).*(?:cofinancement|montant|aide|subvention|nous|notre|mon|ce qu')"
    r"|^(?:et |mais |alors |bonjour |donc )*(?:nous |moi )?(?:combien )?(?:on|nous|je|j')[ -]?(?:aur|pourr|toucher|obtiendr|recevr|tirer)\w*(?:[ -](?:on|nous|je))?(?: (?:avoir|toucher|recevoir|obtenir|esperer))?(?: combien)?(?: du fast)?[ ?!.]*$"
    r"|^(?:et |mais |alors |bonjour |donc )*combien (?:pourr|aur|toucher|obtiendr|recevr)\w*[ -](?:on|nous|je)(?: (?:avoir|toucher|recevoir|obtenir|esperer))?(?: du fast)?[ ?!.]*$"
    r"|\b(?:une |l')?(?:estimation|chiffrage) (?:de |du |d'un |notre |mon |l')*(?:cofinancement|financement|aide|montant|fast)"
    r"|(?:fai|lanc|refai)\w{0,8}[- ](?:moi |nous )?(?:un|le|une|mon|notre|ce) (?:petit |petite )?(?:calcul|estimation)"
)
_HOW: Final = re.compile(r"^(?:comment|quel|c'est quoi|qu'est|exemple|selon|sur quoi)|exemple de")


def starts_the_interview(folded: str) -> bool:
    """Whether a folded turn asks to see whether one's own product is eligible, and says little of that product."""
    found = _STARTS_INTERVIEW.search(folded)
    rest = french.tokens(_STARTS_INTERVIEW.sub(" ", folded))
    return found is not None and len([word for word in rest if word.isalpha()]) <= 4


def starts_a_sum(folded: str) -> bool:
    """Whether a folded turn asks for a sum to be done, whatever amounts it gives."""
    return bool(_STARTS_SUM.search(folded)) and not _HOW.search(without_opening(folded))


def speaks_of_ours(folded: str) -> bool:
    """Whether a folded turn is about the person's own product."""
    return (
        re.search(r"\b(?:ma|mon|notre|nos|je|nous|suis|moi|my|our)\b|\bon (?:est|serait|remplit|coche|peut)", folded)
        is not None
    )
