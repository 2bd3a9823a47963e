"""What a turn asks of the conversation itself: its source, why, more, the rest of a list, to stop, to go on. Pure."""

import re
from collections.abc import Sequence
from enum import Enum
from typing import Final

from bot.dialogue.understanding import find_editions
from bot.documents import french

_ASK: Final = r"(?:(?:tu |vous )?(?:peux|pouvez|pourrais|pourriez)[- ]?(?:tu |vous )?|et |mais |ok |alors |stp |euh )*"
_END: Final = r"(?: (?:stp|svp|s'il te plait|s'il vous plait|merci|alors|exactement|exact|ca|cela))*[ ?!.…]*"


class Wish(Enum):
    """What a whole turn may ask of what was said."""

    SOURCE = (
        r"(?:(?:c'est )?(?:quelles?|quoi) (?:est |sont )?)?(?:l[ae]s? |t[ae]s? |vos |votre |une |des )?(?:sources?|references?|lien|preuve)"
        r"(?: de (?:ca|cela|cette info\w*))?|(?:ca vient |c'est tire |tu sors ca |tu tiens ca |vient )?d'ou(?: ca| cela| tu sors| vient| tiens)?[\w ']{0,25}"
        r"|t(?:u )?(?:'| )?(?:es|en es) s[uû]re?(?: de (?:ca|toi))?|where does (?:this|it) come from|sourcer?|ou (?:est-ce que )?(?:c'est|tu as vu|t'as vu) [\w' ]{0,20}|qui (?:le )?dit (?:ca|cela)"
    )
    DOUBT = (
        r"(?:(?:t|tu|vous|c'est|tu es|t'es|t es|vous etes|es-tu|en es-tu|etes-vous) )?(?:vraiment |bien )?(?:sure?s?|certaine?s?|fiable|vrai|exact)(?: de (?:toi|ca|cela|vous|ton coup))?|vraiment|serieux|ah bon"
        r"|(?:laquelle|lequel|lesquelles|quelle|quel)(?: (?:est|c'est|sont))?(?: (?:la|le|les))? ?(?:bonne?s?|vraie?s?|juste|date|valeur|chiffre)?(?: (?:date|valeur|chiffre|montant|source))?(?: (?:est )?(?:la |le )?(?:bonne?|vraie?|juste))?(?: des deux)?|(?:il faut |on doit |je dois |faut )(?:croire|retenir|prendre) (?:laquelle|lequel|quoi|quelle date|quel chiffre)|c'est (?:laquelle|lequel)"
    )
    WHY = r"pou?r?quoi(?: (?:ca|donc|cette question|c'est (?:comme ca|pas pareil|different|si \w+)|(?:est-ce )?(?:si |pas |aussi )(?:peu|bas|haut|plus|moins|autant|tout|la meme chose|le meme\w*)|tu (?:me )?(?:demandes|dis|poses) (?:ca|cette question)|une telle limite|pas [\d ,.]+(?:k|m|€|k€|euros)?|(?:les |ces )?(?:deux|2|plusieurs|trois) (?:chiffres?|dates?|montants?|valeurs?|sources?|reponses?|durees?)(?: differente?s)?|(?:il|elle|ca) (?:a|est) (?:baisse|change|differe\w*|augmente)|(?:ca a|a) (?:baisse|change)|ce (?:montant|chiffre|plafond|taux)|cette (?:limite|difference|baisse|date)))?|pk|pq|why|comment ca|d'ou vient (?:la|cette) difference|c'est quoi la raison|quelle(?: est la)? raison|pour quelle raison|explique(?:r|z)?(?: (?:moi|pourquoi|le calcul|ton calcul|la question))?|(?:comment|d'ou) (?:tu (?:arrives|trouves)|vient|on arrive|c'est calcule)[\w' ]{0,20}|quel(?:le)? est le (?:calcul|raisonnement)|le calcul|(?:detaille|montre|explique)[rz]?(?:[- ]moi)? (?:le |ton |ce )?calcul|je (?:ne )?comprends pas(?: (?:la question|pourquoi|le calcul))?"
    DETAIL = (
        r"(?:detaille[rz]?|detail|details|developpe[rz]?|precise[rz]?)(?: (?:un peu|davantage|plus|moi))*|plus (?:de|d') ?(?:details?|precisions?|infos?|informations?)"
        r"|(?:dis|donne|dites|donnez)[- ](?:m'en|moi|nous)? ?(?:en )?(?:plus|davantage|des details)|(?:en )?savoir plus|en detail|c'est[- ]a[- ]dire|cad|et (?:encore|quoi d'autre)|la suite|more details"
    )
    WHOLE = r"(?:(?:la |donne(?:[- ]moi)? la |voir la |affiche la |je veux la )?(?:liste|reponse) (?:complete|entiere|integrale)|toute la liste|(?:affiche|montre|donne|voir)?[- ]?(?:moi )?(?:tout|tous|toutes|le reste|les autres|la suite)(?: la liste| les autres)?|et les (?:autres|\d+ autres)|liste tout)"
    STOP = r"(?:stop|arrete[rz]?|on (?:arrete|laisse tomber|s'arrete)|laisse tomber|annule[rz]?|quitter|abandonne[rz]?|j'arrete|fin|pause|pas maintenant|plus tard|on verra plus tard|stoppe)(?: (?:la|le|l'|tout|ici|ca|la simulation|le test|l'entretien|le questionnaire|pour (?:le moment|l'instant|aujourd'hui)))*"
    RESUME = r"(?:(?:on |je )?(?:reprends?|reprenons|reprendre|reprise|continue[rz]?|continuons|poursui[st]|poursuivre|poursuivons|ou en etait-on|on en etait ou|on y retourne|on y revient|revenons)(?: (?:a|au|aux|le|la|l'|test|simulation|entretien|questionnaire|eligibilite|calcul|ou on en etait|d'|stp|ou|on|en|etait|les|questions?|mon|notre))*)"
    BACK = r"(?:retour|revenir|precedente?|reviens|en arriere|question (?:precedente|d'avant)|corrige[rz]?|je me suis trompee?|(?:je )?(?:veux )?changer (?:de |ma |la )?(?:derniere )?reponse|annule la derniere)"
    UNSURE = r"(?:euh |bah |ben |alors )?(?:(?:je |j'|on )?(?:ne |n')?(?:le |la )?(?:sais|sait|c|chais|ch?ai|connai[st]|en sai[st] rien|ai pas(?: (?:ce|le|l') ?\w+)?|a pas)(?: pas)?(?: (?:encore|trop|du tout|exactement|le montant|ca))*|aucune idee|nsp|jsp|pas (?:encore )?(?:connu|defini|decide|fixe|idee|sur)|inconnu|i don't know|bonne question|\?+)"
    RESTART = r"(?:recommence[rz]?|recommencons|on recommence|repartir de zero|depuis le debut|remise a zero|reset|nouvelle conversation|oublie tout|on repart de zero)"


_PATTERNS: Final = {wish: re.compile(rf"{_ASK}(?:{wish.value}){_END}") for wish in Wish}


def wish_of(text: str) -> Wish | None:
    """Return what the whole of a turn asks of the conversation; None when it says something else too."""
    folded = french.fold(text)
    return next((wish for wish, pattern in _PATTERNS.items() if folded and pattern.fullmatch(folded)), None)


_OPENING: Final = re.compile(
    r"^(?:(?:et|ok|okay|oki|oui|ouais|non|nan|mais|alors|sinon|idem|pareil|and|what about|meme (?:chose|question)|donc|du coup|bon|bah|ben"
    r"|ah|oh|oups?|euh|heu|hum|hmm|pardon|desolee?|sorry|excuse(?:z)?(?:[- ]moi)?|plutot|en fait|enfin|finalement|merci(?: beaucoup| bcp)?"
    r"|parfait|super|d'accord|dac|top|cool|genial|tres bien|tiens|dis(?: moi)?|stp|svp|je (?:voulais|veux) (?:dire|parler de)|c'est plutot"
    r"|je me suis trompee?|erreur|correction|je corrige|au temps pour moi|autant pour moi|maintenant|puis|bref|disons|mettons|admettons|bon ben)\b[ ,!.;:…-]*)+"
)
_CLOSING: Final = re.compile(r"[ ,]+(?:au fait|d'ailleurs|en fait|du coup|sinon|alors|deja|stp|svp|merci|s'il te plait|s'il vous plait)(?=[ ?!.]*$)")
_CORRECTION: Final = re.compile(
    r"^(?:(?:ah|oh|euh|heu|bah|ben|mais)\b[ ,]*)?(?:non|nan|oups?|pardon|desolee?|sorry|excuse|erreur|correction|je (?:voulais|me suis|corrige)|c'est plutot|plutot|enfin|en fait|au temps|autant pour)\b"
)


def without_opening(folded: str) -> str:
    """Return a folded turn without « et », « ok », « non, », « pardon, »… at its start."""
    return _CLOSING.sub("", _OPENING.sub("", folded)).strip()


def opens_with_more(folded: str) -> bool:
    """Whether a folded turn goes on from the last one: « et … », « ok et … »."""
    opening = _OPENING.match(folded)
    return bool(opening and re.search(r"\b(?:et|sinon|idem|pareil|and|meme|what about|alors|puis)\b", opening[0]))


def is_correction(folded: str) -> bool:
    """Whether a folded turn begins by taking back what was said: « non, … », « pardon, … »."""
    return bool(_CORRECTION.match(folded))


_POSITIONS: Final = (
    r"1|un|une|(?:le |la )?premier(?:e)?|(?:le |la )?1(?:er|ere|re)|a",
    r"2|deux|(?:le |la )?(?:deuxieme|seconde?)|(?:le |la )?2(?:e|eme|nd|nde)|b",
    r"3|trois|(?:le |la )?troisieme|(?:le |la )?3(?:e|eme)|c",
)
_CHOICE_OPENING: Final = r"(?:(?:le |la |option |choix |numero |n°|reponse |plutot |je dirais |c'est |non |euh |oui |plutot )*)"


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


_OURS: Final = r"(?:ma|mon|notre|nos|une?) (?:startup|produit|service|projet|equipe|appli\w*|outil|site|plateforme)"
_STARTS_INTERVIEW: Final = re.compile(
    r"pose[rz]?[- ](?:moi|nous) (?:les|tes|vos|des) questions"
    r"|(?:test|quiz|questionnaire|diagnostic|entretien)s? (?:d'|de l'|de |sur l'|pour l')?(?:auto-?evaluation|eligibilite)"
    r"|(?:fai|lance|pass|commenc|refai)\w*[- ](?:moi |nous )?(?:passer )?(?:le|un|ce|l') ?(?:test|quiz|questionnaire|diagnostic|entretien)"
    r"|(?:verifi|test|evalu|check)\w* .{0,25}eligib"
    r"|(?:suis[- ]je|sommes[- ]nous|est[- ]on|on est|on serait|je suis|je serais|serai[st][- ](?:je|on)|nous (?:serions|sommes)|aurions[- ]nous ete|aurait[- ]on ete|on aurait ete) (?:\w+ )?(?:eligibles?|recevables?)"
    rf"|{_OURS}(?: d'etat)? (?:est|sont|serait|etait|aurait)(?:[- ](?:il|elle|ils))? ?(?:\w+ )?(?:eligible|recevable)"
    rf"|est[- ]ce qu(?:e |')(?:{_OURS}|on|je|nous).{{0,20}}(?:eligible|recevable)"
)
_STARTS_SUM: Final = re.compile(
    r"\bsimul(?:er|ation|ations|e|ons|ez|ateur)\b"
    r"|\b(?:calcule[rz]?|calculons|estime[rz]?|chiffre[rz]?|evalue[rz]?)\b.*(?:cofinancement|montant|aide|subvention|nous|notre|mon|ce qu')"
    r"|(?:fai|lanc|refai)\w*[- ](?:moi |nous )?(?:un|le|une|mon|notre|ce) (?:petit |petite )?(?:calcul|estimation)"
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
