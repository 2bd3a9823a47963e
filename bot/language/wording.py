"""The words of a claim that could say something else than its evidence: names, addresses, opposites, planted signs. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from bot.documents import french
from bot.language.figures import plain, without_figures
from bot.language.mentions import stems

# A claim that has one of these says it on the word of its evidence: another word for it would be another fact.
_DECISIVE: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"\bfast\b",
        r"\bouv(?:r|ert)",
        r"\bclos(?:es?)?\b|\bferm[eai]|\bclotur|\bfin d|\bdates? limites?|\bexpir|\btermin",
        r"\beligib|\badmissib",
        r"\bineligib|\bexclu|\brefus|\bimpossible|\binterdi",
        r"\binclu[st]?\b|\bincluent|\bcompris",
        r"\bobligat|\bexig|\bimpos[eéa]|\bdoi(?:t|vent)\b|\bfaut\b|\bfallait\b(?! (?:compter|candidater|postuler)\b)|\bprouv|\bdemand|\bcondition|\bindispensable|\bnecessaire|\bdates? limites?",
        r"\bfacultat|\boptionnel|\bpas oblig",
        r"\bhauss|\baugment|\brelev[eé]|\baccru|\bacroi",
        r"\bbaiss|\bdiminu|\breduit|\breduct",
        r"\bgaranti|\bautomati|\bsystemati|\bdroit a\b|\bassuree?s?\b|\bcertain(?:ement)?\b",
        r"\bgratuit",
        r"\bcout|\bpaye|\bpaie|\bfactur|\bvers[ae]",
        r"\bseul|\buniquement|\bexclusiv|\bn(?:e |')(?:(?!\bn(?:e |'))[^,;.])*\bqu(?:e\b|')",
        r"\btoujours\b|\bpermanen|\bdefiniti",
        r"\bpremier",
        r"\bderni(?:er|ere)s?\b",
        r"\bprecedent",
        r"\bprochain|\bbientot\b|\bfutur",
        r"\bsuivant",
        r"\bl[ea]s? plus\b|\brecord|\bmeilleur|\bmoindre",
        r"\bplus (?:\w+ )?qu|\bmoins (?:\w+ )?qu|\bautant\b|\bsuperieur|\binferieur",
        r"\brenouvel|\breconduit|\bprolong|\brepouss|\breport",
        r"\bannul|\bsuspend|\bsupprim",
        r"\b(?:candidatez|postulez|deposez|inscrivez|depechez|profitez)\b|\b(?:vous pouvez|on peut|il est possible|il est temps) (?:\w+ )?(?:de )?(?:candidat|postul|depos)",
        r"\bdemain\b",
        r"\bhier\b",
        r"\bactuel|\ben vigueur|\bencore\b|\baujourd'hui|\bdesormais|\ben ce moment|\bmaintenant\b|\ba ce jour\b",
        *(rf"\b{day}s?\b" for day in "lundi mardi mercredi jeudi vendredi samedi dimanche midi minuit".split()),
        r"\bplafon|\bmaxim|\bau plus\b|\bjusqu'a\b|\b(?:jamais|pas) plus d",
        r"\bminim|\bplancher|\bau moins\b",
        r"\baccompagn|\bcoach|\bsuivi\b|\bappui\b",
        r"\benveloppe",
        r"\btotal|\ben tout\b|\bcumul|\bsomme\b",
        r"\bcandidat|\bdossier|\bpostul",
        r"\blaureat|\bselectionn|\bretenu|\bgagn|\bprime[eé]",
        r"\bpartenair|\bsponsor",
        r"\btaux\b|\bpourcent|\bpart\b|\bcofinanc|\bfinanc|%|€|\beuros?\b|\baide\b",
        r"\bmoyen(?:ne)?\b",
        r"\bprets?\b|\brembours|\bavance(?:nt)?\b",
        r"\bht\b|\bhors taxe",
        r"\bttc\b|\btoutes taxes",
        r"\bpar an\b|\bannuel|\bl'annee\b|\bannee\b",
        r"\bpar mois\b|\bmensuel",
        r"\bpar semaine\b|\bhebdo|\bsemaine",
        r"\bpar jour\b|\bquotidien|\bjour",
        r"\bpar (?:personne|agent|membre)",
        r"\bincubateur",
        r"\bministr",
        r"\bcollectivit|\bcommunes?\b|\bregions?\b|\bdepartement",
        r"\bassociation",
        r"\bentreprise|\bprivee?s?\b",
        r"\bcomite|\bjury\b",
        r"\binvestigation",
        r"\bconstruction",
        r"\bacceleration",
        r"\btransfert",
        r"\btou(?:s|tes) les\b",
        r"\barobase|\bpoint (?:fr|com|org|gouv)\b|[([] ?at ?[)\]]",
        r"\bconsolidation",
    )
)
FREE: Final = frozenset(
    french.stem(word)
    for word in """
    soit sont eleve elevait elevent correspond correspondait agit agissait cadre indique indiquait precise selon source document page
    programme fast edition promotion etat startup startups territoires fonds dinum montant euro euros ans annee an mois jour question
    reponse savoir noter attention bref resume concretement exemple cas fixe fixait prevoit prevoyait donne donnait permet permettait
    obtenir obtenait aller allait recevoir accorde accordait compter cours bilan tel telle devoir devait fallait annonce annoncait
    comme grace fixe fixee annuel annuelle partir passe passer dire disait parle parlait depasse depassait depasser limite autre differente fixe evoque retrouve trouve toute chaque
    peut pouvait pouvaient pourra existe ici point titre niveau ainsi deja lorsque concerne concernant beneficie beneficier valait vaut hauteur etablissait etabli parlent mentionnent mentionne
    """.split()
)
_STARTERS: Final = frozenset(
    """
    concernant attention notez sachez enfin actuellement toutefois cependant neanmoins ainsi autrement voici selon chaque seul seule toute oui
    non bonjour bref resume concretement pourtant ensuite egalement certains certaines plusieurs quelques aujourd attention cote quant concretement aucun aucune
    outre conformement globalement historiquement precedemment autre autres second premierement deuxiemement finalement apres avant lors durant
    """.split()
)
_ALLOWED: Final = frozenset("dinum etat startup startups territoires fonds".split())


def strange_signs(text: str) -> Iterator[str]:
    """Yield the characters and marks that have no place in an answer: other alphabets, hidden signs, tags, odd digits."""
    for char in dict.fromkeys(text):
        category = unicodedata.category(char)
        if category in ("Nl", "No", "Cf", "Co", "Cn") or (category == "Cc" and char not in "\n\t"):
            yield f"U+{ord(char):04X}"
        elif (category == "Nd" and not char.isascii()) or (
            char.isalpha() and not unicodedata.name(char, "").startswith(("LATIN", "MODIFIER", "FEMININE", "MASCULINE"))
        ):
            yield char
    yield from re.findall(r"<[^<>]*>|!?\[[^\[\]]*\]\(|\{[^{}]*\}|```", text)


# ---- addresses ---------------------------------------------------------------------------------------------

_ADDRESS: Final = re.compile(
    r"(?<![\w.+-])[\w.+-]+@[\w.-]*\w|(?<!\w)\w+://[^\s)\]»\"<>]+|(?<![\w@-])(?:[\w-]{2,63}\.){1,8}[^\W\d_]{2,}(?:/[^\s)\]»\"<>,;]*)?|(?<!\w)[#@!][\w.-]+(?::[\w.-]+)?"
)


def addresses_in(text: str) -> frozenset[str]:
    """Return the e-mail addresses, links, sites, rooms and accounts of a text, as written but for the end of a sentence."""
    found = (one.rstrip(".,;:!?'’") for one in _ADDRESS.findall(unicodedata.normalize("NFC", text)))
    return frozenset(re.sub(r"^https?://|/$", "", one) for one in found)


# ---- names -------------------------------------------------------------------------------------------------

_CAPITAL: Final = re.compile(r"(?<!\w)[A-ZÀ-ÖØ-ÞŒ][\w]*(?:[.-]\w+)*")
_SENTENCE_START: Final = re.compile(r"(?:^|[.!?…:;]\s|[«\"(]\s?|^\s*[-*•]\s|\n[^\S\n]*(?:[-*•][^\S\n]*)?)$")


def unknown_names(text: str, evidence: str, knows: Callable[[str], bool]) -> Iterator[str]:
    """Yield the words with a capital that the evidence does not hold; the first of a sentence may be any known word."""
    held = set(re.findall(r"\w+", plain(evidence))) | _ALLOWED
    held_stems = {french.stem(word) for word in held}
    text = _without_addresses(text)
    for match in _CAPITAL.finditer(text):
        if match[0] in ("M", "K") and text[match.end() :].lstrip().startswith("€"):
            continue
        if len(match[0]) == 1 and text[match.end() : match.end() + 1] in ("'", "’"):
            continue
        words = [word for word in re.findall(r"\w+", plain(match[0])) if word not in held]
        if not words:
            continue
        ordinary = match[0][1:].islower() or len(match[0]) == 1
        if ordinary and _SENTENCE_START.search(text[: match.start()]) and _may_start(words[0], held_stems, knows):
            continue
        yield match[0]


def _may_start(word: str, held: set[str], knows: Callable[[str], bool]) -> bool:
    return word in french.STOP_WORDS or word in _STARTERS or french.stem(word) in held or knows(french.stem(word))


# ---- words -------------------------------------------------------------------------------------------------


def unsaid(text: str, evidence: str) -> Iterator[str]:
    """Yield the decisive words of a plain claim of which its plain evidence has none."""
    for pattern in _DECISIVE:
        found = pattern.search(text)
        if found and not pattern.search(evidence):
            yield found[0]


_PARTIES: Final = re.compile(r"\bfast\b|\bconsolidation\b")
_PASSIVE: Final = re.compile(r"\b(?:ete|est|etait|sera|fut|soit) remplac|\bremplacee? (?:\w+ ){0,6}par\b")


def agrees_on_successor(text: str, evidence: Iterable[str]) -> bool:
    """Whether a plain claim that something replaces something says it the way round that some evidence does."""
    said = _replaced(text)
    return said is None or said in {_replaced(one) for one in evidence}


def _replaced(text: str) -> str | None:
    """Return what a plain text says is replaced: « fast » or « consolidation »; None when it does not say."""
    found = re.search(r"\bremplac", text)
    if found is None:
        return None
    before, after = _PARTIES.findall(text, 0, found.start()), _PARTIES.findall(text, found.end())
    side = before[-1:] if _PASSIVE.search(text) else after[:1]
    return side[0] if side else None


def supported_share(text: str, evidence: Iterable[str], group: Callable[[str], frozenset[str]]) -> float:
    """Return which share of the words of a plain claim its plain evidence holds, or other words for them; 1 for no word."""
    words = stems(without_figures(text)) - FREE
    if not words:
        return 1.0
    held = frozenset(stem for one in evidence for stem in stems(one))
    return sum(1 for word in words if word in held or group(word) & held) / len(words)


def quoted(text: str) -> Iterator[str]:
    """Yield what a text gives between quotation marks as somebody's words."""
    return (match.strip() for match in re.findall(r"[«“\"]([^«»“”\"]+)[»”\"]", text))


def _without_addresses(text: str) -> str:
    return _ADDRESS.sub(" ", text)
