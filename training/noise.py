"""Noisy copies of a folded text: slips of the fingers, words let fall, a greeting; a text and a seed give one copy."""

import random

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORT = {"est-ce que": "esk", "combien": "cb", "pour": "pr", "quand": "qd", "c'est": "c", "vous": "vs", "dans": "ds",
          "quoi": "koi", "que": "ke", "toujours": "tjs", "s'il vous plait": "svp", "beaucoup": "bcp", "pourquoi": "pk",
          "qu'est-ce que": "c koi", "quel": "kel", "avec": "av", "candidature": "candid"}  # fmt: skip
_WEAK = frozenset(
    "le la les l' de du des d' un une et est ce que qui au aux en dans pour par sur il elle on y a se".split()
)
_BEFORE = (
    "bonjour, ",
    "bonsoir ",
    "slt ",
    "dites-moi, ",
    "une question : ",
    "svp ",
    "hello, ",
    "pardon, ",
    "du coup, ",
)
_AFTER = (" svp", " stp", " merci", " ?", " merci d'avance", " au juste", "", " exactement ?", "...")


def noisy(text: str, seed: int) -> str:
    """Return a copy of `text` that asks the same, typed by someone else."""
    chance = random.Random(f"{seed}:{text}")
    words = text.split()
    if chance.random() < 0.35:
        for long, short in _SHORT.items():
            if chance.random() < 0.6:
                words = " ".join(words).replace(long, short).split()
    if len(words) > 4 and chance.random() < 0.5:
        words = [w for w in words if w not in _WEAK or chance.random() < 0.6]
    words = [_slip(w, chance) if len(w) > 3 and w.isalpha() and chance.random() < 0.12 else w for w in words]
    copy = " ".join(words).rstrip("?. ") if chance.random() < 0.5 else " ".join(words)
    if chance.random() < 0.3:
        copy = chance.choice(_BEFORE) + copy
    if chance.random() < 0.3:
        copy += chance.choice(_AFTER)
    return copy or text


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    kind = chance.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + chance.choice(_LETTERS) + word[at + 1 :]
