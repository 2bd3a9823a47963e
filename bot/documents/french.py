"""French text analysis for the lexical index: folding, elision, stop words, stems, number and edition forms."""

import re
import unicodedata
from functools import lru_cache
from itertools import filterfalse
from threading import local
from typing import Final

import Stemmer

ANALYSIS_VERSION: Final = "2"  # part of an index's identity: change it when tokens change

_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "’": "'", "ʼ": "'", "`": "'", "´": "'", "«": '"', "»": '"'})
_SPACES: Final = re.compile(r"[\s\u00a0\u202f\u2007\u2009]+")

STOP_WORDS: Final = frozenset(
    """
    a ai aie ainsi alors apres as au aucun aura aussi autre aux avais avait avant avec avez avoir avons ayant
    bien bonjour bonsoir c ca car ce ceci cela celle celles celui ces cet cette ceux chaque chez ci coucou d
    dans de dedans depuis des deux-la dis dit dites donc dont du elle elles en encore entre es est et etaient
    etais etait etant ete etes etre eu eux fait faire faut font hello hors ici il ils j je jusqu jusque l la le
    les leur leurs lors lorsqu lui m ma mais me meme memes merci mes moi moins mon n ne ni nos notre nous on ont
    ou par parce pas peut peuvent peux plait plus plutot pour pourquoi pouvez pourrais pourriez pouvoir puis
    puisqu puisque qu quand que quel quelle quelles quels qui quoi s sa salut sans se sera serait seront ses si
    slt soit sommes son sont sous stp suis sur svp t ta te tel telle tes toi ton tous tout toute toutes tres tu
    un une va vais vas vers veut veux via voici voila vont vos votre vous y combien comment cb pk est-ce the of
    is are was what which who when how much many for to in on do does did can i my we our it there and or from
    at by be an
    """.split()
)

_ELISION: Final = re.compile(r"\b(?:l|d|j|n|s|c|m|t|qu|jusqu|lorsqu|puisqu|quoiqu|presqu|quelqu)'(?=\w)")
_THOUSANDS: Final = re.compile(r"(?<![\d,.])(\d{1,3})((?:[ .]\d{3})+)(?![\d])")
_MAGNITUDE: Final = re.compile(
    r"(?<![\w,.])(\d+(?:[.,]\d+)?) ?"
    r"(milliards?|mds?|millions?|meur|m€|mio|me|m|kilo-?euros?|keur|k€|ke|k|mille)(?=$|[^\w])"
)
_EURO_WORDS: Final = re.compile(r"(?<=\d) ?(?:€|euros?\b|eur\b)")
_PERCENT: Final = re.compile(r"(?<!\d)(\d+(?:[.,]\d+)?) ?(?:%|pour ?cents?|pourcents?|percent)")
_EDITION: Final = re.compile(r"\bfast ?-?n?°? ?(\d{1,3})\b")
_ORDINAL: Final = re.compile(r"\b(\d{1,3}) ?(?:e|eme|ieme|er|ere|re|nde?|th|st|rd)\b")
_TOKEN: Final = re.compile(r"[a-z0-9]+(?:[.,]\d+)?%?|€")

_FACTORS: Final = {"k": 1_000, "mille": 1_000, "m": 1_000_000, "md": 1_000_000_000}
ORDINAL_WORDS: Final = {
    word: str(number)
    for number, words in enumerate(
        (
            "premier premiere",
            "deuxieme second seconde",
            "troisieme",
            "quatrieme",
            "cinquieme",
            "sixieme",
            "septieme",
            "huitieme",
            "neuvieme",
            "dixieme",
            "onzieme",
            "douzieme",
            "treizieme",
            "quatorzieme",
            "quinzieme",
            "seizieme",
            "dix-septieme",
            "dix-huitieme",
            "dix-neuvieme",
            "vingtieme",
        ),
        start=1,
    )
    for word in words.split()
}
_ORDINAL_WORD: Final = re.compile(
    r"\b(" + "|".join(sorted(map(re.escape, ORDINAL_WORDS), key=len, reverse=True)) + r")\b"
)


def fold(text: str) -> str:
    """Return `text` in lower case, without accents or ligatures, spaces and apostrophes made plain."""
    return _kept(text) if len(text) <= _A_SENTENCE else _folded(text)


def _folded(text: str) -> str:
    if text.isascii():
        return _SPACES.sub(" ", text.lower().translate(_LIGATURES)).strip()
    lowered = unicodedata.normalize("NFKC", text).lower().translate(_LIGATURES)
    decomposed = unicodedata.normalize("NFKD", lowered)
    return _SPACES.sub(" ", "".join(filterfalse(unicodedata.combining, decomposed))).strip()


# The same sentences of the fiches are compared with each question. Long texts are not kept: many would fill the memory.
_A_SENTENCE: Final = 600
_kept: Final = lru_cache(maxsize=4096)(_folded)


def plain_numbers(folded: str) -> str:
    """Write the numbers of a folded text one way: « 300 000 € », « 300k€ » → `300000`, « 1,2 M€ » → `1200000`."""
    text = _THOUSANDS.sub(lambda m: m[1] + re.sub(r"[ .]", "", m[2]), folded)
    text = _MAGNITUDE.sub(_expand, text)
    return _PERCENT.sub(lambda m: m[1].replace(",", ".") + "%", text)


def _expand(match: re.Match[str]) -> str:
    word = match[2]
    key = "md" if word.startswith(("md", "milliard")) else "mille" if word == "mille" else word[0]
    value = float(match[1].replace(",", ".")) * _FACTORS[key]
    return f"{value:.0f}"


def ordinals(folded: str) -> str:
    """Write ordinals as plain numbers: « 13e », « 13ème », « treizième » → `13`."""
    text = _ORDINAL_WORD.sub(lambda m: ORDINAL_WORDS[m[1]], folded)
    return _ORDINAL.sub(r"\1", text)


class _PerThread(local):
    """A stemmer for each thread: they hold what they are working on."""

    def __init__(self) -> None:
        self.stemmer = Stemmer.Stemmer("french", 10_000)


_own: Final = _PerThread()


def stem(word: str) -> str:
    """Return the Snowball stem of a folded French word."""
    return str(_own.stemmer.stemWord(word))


def words(text: str) -> list[str]:
    """Return the folded words and numbers of `text`, in order, stop words included, numbers in one form."""
    folded = _ELISION.sub("", ordinals(fold(text)))
    return _TOKEN.findall(_EURO_WORDS.sub(" € ", plain_numbers(folded)))


def tokens(text: str) -> list[str]:
    """Return the index terms of `text`: stems without stop words, numbers in one form, `fast13` for an edition.

    The same analysis serves passages and questions. Empty for a text of stop words only.
    """
    terms = [stem(word) if word.isalpha() else word for word in words(text) if word not in STOP_WORDS and word != "€"]
    return terms + [f"fast{number}" for number in _EDITION.findall(ordinals(fold(text)))]


# A full stop ends a sentence unless it closes an abbreviation or stands in a number or an address.
_SENTENCE_END: Final = re.compile(r"(?<=[.!?…])(?P<closing>\s?[\"”»)\]])*\s+(?=[\"“«(\[]?\s?[A-ZÀ-ÖØ-ÞŒ0-9])")
_ABBREVIATIONS: Final = re.compile(r"\b(?:[A-ZÀ-Ý]|MM|Mme|Mmes|Dr|[Aa]rt|etc|[Cc]f|ex|env|p|min|max|resp)\.$")


def sentences(text: str) -> list[str]:
    """Cut `text` into its sentences and list items, each an exact substring of it (stripped)."""
    pieces: list[str] = []
    for line in text.splitlines():
        start = 0
        for match in _SENTENCE_END.finditer(line):
            # No abbreviation is longer than 8: looking further back would take the square of the time.
            if _ABBREVIATIONS.search(line[max(start, match.start() - 8) : match.start()]):
                continue
            pieces.append(line[start : match.end("closing") if match["closing"] else match.start()])
            start = match.end()
        pieces.append(line[start:])
    return [piece.strip() for piece in pieces if piece.strip()]
