"""Small talk recognised by its words: greetings, thanks, what the bot can do, insults, nothing at all. Pure."""

import re
from typing import Final

from bot.documents import french

_GREETING: Final = r"bonjour|bonsoir|salut|slt|coucou|hello|hi|hey|bjr|re|yo|cc"
_POLITE: Final = (
    r"(?:\s+(?:a tous|a toi|le bot|l'assistant|fast|tout le monde|ca va|comment (?:ca )?va(?:s-tu)?|there|bot))*"
)

_KINDS: Final = (
    ("greeting", rf"(?:{_GREETING}){_POLITE}"),
    (
        "thanks",
        r"(?:(?:ok(?:ay)?|super|parfait|top|genial|nickel|cool|bon|bien|tant pis|dommage|c'est note|ah|bah|ben|tres bien|d'accord|dac|entendu|compris) )*(?:merci|mrc|thanks|thank you|thx)(?: (?:quand meme|infiniment|c'est (?:tout|clair|gentil|note)|bcp|beaucoup|bien|a toi|d'avance|pour (?:ton|votre|l') ?aide|you))*",
    ),
    ("goodbye", r"(?:au revoir|a bientot|bonne (?:journee|soiree|nuit)|bye|ciao|a plus|a\+)"),
    (
        "agreement",
        r"(?:ok(?: ok)*|ah ok|bien|c'est (?:note|clair|bon|parfait)|note|lol|mdr+|ptdr|haha+|hihi|dac|tres bien|d'accord|oui|non|super|parfait|top|genial|cool|nickel|je vois|compris|ca marche|entendu)",
    ),
    (
        "abilities",
        r"(?:aide|help|menu|\?|(?:que|qu'est-ce que tu|qu'est ce que tu) (?:sais|peux)[- ]?(?:tu)? ?faire|tu (?:sais|peux) faire quoi|comment (?:ca marche|tu marches|t'utiliser)|a quoi (?:tu )?sers[- ]?(?:tu)?|(?:qui|t) es[- ]tu|t'?es qui|tu es qui|qui tu es|what can you do|who are you)",
    ),
    ("sources", r"(?:quelles? (?:sont|est) |d'ou viennent )(?:tes|vos) (?:sources?|reponses|informations|infos)"),
    (
        "language",
        r"(?:hola|buenos dias|guten tag|hallo|danke|gracias|grazie|ola|konnichiwa)\b.*|.*\b(?:cual es|cuanto|quien|donde esta|el plazo|wie viel|was ist|wer ist|wann|welche|quanto|qual e|quando e|hoeveel)\b.*",
    ),
    (
        "code",
        r"```.*|(?>.*?\bselect\b).+\bfrom\b.*|.*(?:\bdef \w+\(|\bimport \w+;|console\.log|</?\w+>|\bfunction \w*\(|#include|\bprint\(|=>|\$\{|\bsudo |rm -rf).*",
    ),
    (
        "insult",
        r".*\b(?:debile|connard|conne?|idiot|stupide|nul a chier|va te faire|ta gueule|merde|putain|imbecile|abruti|nul)\b.*",
    ),
)
_PATTERNS: Final = tuple((kind, re.compile(rf"(?:{pattern})[\s!?.,;:)(]*")) for kind, pattern in _KINDS)
_SIGNS: Final = re.compile(r"[^\w\s'?!.,;:()+/@%€-]+")
_NOD: Final = re.compile("[👍👌🙏✅🆗👏💪❤😀😁😃😄😊😉🎉🥰😍💯]")
_LETTERS: Final = re.compile(r"[a-z0-9]")


def kind_of(text: str) -> str | None:
    """Return the kind of small talk that the whole of `text` is, or None when it may hold a question."""
    folded = french.fold(text)
    if not folded:
        return "empty"
    if not _LETTERS.search(folded):
        return "abilities" if "?" in folded else "agreement" if _NOD.search(text) else "unreadable"
    plain = re.sub(r" {2,}", " ", _SIGNS.sub(" ", folded).replace(",", " ")).strip()
    return next((kind for kind, pattern in _PATTERNS if pattern.fullmatch(plain)), None) or _of_a_polite_turn(plain)


_ASKING: Final = re.compile(
    r"[?\d]|\b(?:combien|quel\w*|quand(?! meme)|qui|comment|ou est|pourquoi|est-ce|peut-on|puis-je|fast|plafond|laureat\w*|budget|date|source\w*|detail\w*"
    r"|explique\w*|donne\w*|liste|veux|voudrais|cherche|simul\w*|calcul\w*|eligib\w*|consolidation|stop|reprend\w*|dit|dis|non|avez|peux)\b"
)
_THANKS: Final = re.compile(r"\b(?:merci|remerci\w+)\b")
_GREETS: Final = re.compile(rf"(?:{_GREETING})\b")
_POLITE_TURN: Final = 9  # words at most


def _of_a_polite_turn(plain: str) -> str | None:
    """Return what a short turn that asks nothing does: « bonjour je découvre ce canal », « je comprends, merci »."""
    if len(plain.split()) > _POLITE_TURN or _ASKING.search(plain):
        return None
    return "thanks" if _THANKS.search(plain) else "greeting" if _GREETS.match(plain) else None
