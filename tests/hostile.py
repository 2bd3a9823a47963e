"""Messages that are hard to read: ten thousand characters of one kind, or of several mixed."""

import random

SIZE = 10_000
_CHANCE = random.Random(14)
_SIGNS = "0123456789.,'’\"«»()[]{}<>?!;:-–—*_`~#/@%€$ \n\tétéàçeaiou\u200b\u200d\u202e\u0301\U0001f600kMme"


def repeated(unit: str) -> str:
    """Return a unit again and again."""
    return (unit * (SIZE // len(unit) + 1))[:SIZE]


def new_words(number: int, chance: random.Random) -> str:
    """Return words of letters by chance, which no document has."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return " ".join("".join(chance.choices(letters, k=chance.randint(4, 9))) for _ in range(number))


UNITS = {
    "digits": "1",
    "digits apart": "1 ",
    "dots": ". ",
    "apostrophes": "'",
    "terminal escapes": "\x1b[31m",
    "links": "[a](b) ",
    "and": "et ",
    "and for": "et pour le 17 ? ",
    "editions": "FAST 12, ",
    "editions in words": "le fast treizième ",
    "amounts": "3 M€ ",
    "amounts without end": "450 k m ",
    "thousands": "11.111",
    "millions": "1.000.000 ",
    "numbers in words": "cent vingt et un mille ",
    "a sum": "budget de 450 k€, apport de 200 k€, ",
    "months": "10 k€ par mois pendant 6 mois, ",
    "shares": "50 % ",
    "years": "2023 ",
    "dates": "12/02/2024 ",
    "hours": "12h30 ",
    "zero width": "\u200b",
    "zero width in words": "fa\u200bst ",
    "right to left": "\u202eplafond ",
    "another alphabet": "שלום ",
    "combining accents": "e\u0301\u0300",
    "emoji": "👩\u200d👩\u200d👧",
    "one long word": "a",
    "a word without end": "plafond",
    "the fast": "le fast ",
    "question marks": "? ",
    "questions": "Quel est le plafond ? ",
    "sentences": "Quel plafond. Quel taux. Qui gagne. ",
    "clauses": "a b c d e f : ",
    "commas": "a,",
    "newlines": "fast\n",
    "quotes": '" « ',
    "tags": "<script>",
    "brackets": "((",
    "half": "½",
    "ligatures": "ﷺ",
    "a laureate": "quel montant pour Panoramax ? ",
    "capitals": "PIX ",
    "English": "what is the cap of fast 12 ? ",
    "denials": "ne pas ",
    "yes": "oui ",
    "unsure": "je ne sais pas ",
    "eligible": "suis-je éligible ? ",
}
MESSAGES = {
    **{kind: repeated(unit) for kind, unit in UNITS.items()},
    "apostrophes after an amount": f"budget 450 k€ {repeated(chr(39))}"[:SIZE],
    "one letter with accents": f"e{repeated(chr(0x301))}"[:SIZE],
    "new words": new_words(SIZE // 6, _CHANCE)[:SIZE],
    "signs by chance": "".join(_CHANCE.choices(_SIGNS, k=SIZE)),
    "ASCII by chance": "".join(chr(_CHANCE.randint(32, 126)) for _ in range(SIZE)),
    "any character by chance": "".join(chr(_CHANCE.randint(32, 0xD7FF)) for _ in range(SIZE)),
    "a question and a mix": "et pour le 17 ? " + "".join(_CHANCE.choices(list(UNITS.values()), k=SIZE))[: SIZE - 16],
}
