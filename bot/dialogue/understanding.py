"""What a question asks: its editions, years, kind of answer and search terms. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Final

from bot.dialogue.extraction import Asks
from bot.dialogue.lexicon import Lexicon
from bot.dialogue.moments import Period, periods_in, spelled_out, without_details
from bot.dialogue.money import Money, amounts_of
from bot.dialogue.slots import negated_words, percents, phases, population_of
from bot.documents import french
from bot.programme.amounts import find_amounts
from bot.programme.models import Fund, Laureate, Population

LONGEST_QUESTION: Final = 2_000  # characters; what follows is not read
# What costs time is not letters but words and signs; prose of that length has 550 of them, the densest 690.
_MOST_WORDS: Final = 700
_READ: Final = re.compile(rf"(?:\s*+(?:[A-Za-zÀ-ɏ\u0300-\u036f]{{1,30}}|[0-9]{{1,15}}|\S)){{0,{_MOST_WORDS}}}")


def as_read(text: str) -> str:
    """Return the part of a message that is read: its beginning."""
    beginning = text.strip()[:LONGEST_QUESTION]
    if len(unicodedata.normalize("NFKC", beginning)) > LONGEST_QUESTION:
        # A sign is read as what it stands for, and « ﷺ » stands for eighteen letters.
        lengths = accumulate(len(unicodedata.normalize("NFKC", char)) for char in beginning)
        beginning = beginning[: sum(length <= LONGEST_QUESTION for length in lengths)]
    found = _READ.match(beginning)
    return found[0] if found else ""


def is_read_whole(text: str) -> bool:
    """Whether nothing of a message is left unread."""
    return as_read(text) == text.strip()


@dataclass(frozen=True)
class Request:
    """A question understood.

    `groups` holds, for each word that counts, the stems that mean it; `counted` those of what « combien de … » counts.
    `laureates` and `funds` are those that it names. `amounts` are in euros; `percents` are numbers (50 for « 50 % »);
    `population` is None when it names neither a product nor an incubator; `negated` are the folded words that a
    negation bears on. `each_edition`: the answer is wanted edition by edition.
    """

    text: str
    folded: str
    asks: Asks
    editions: tuple[int, ...]
    years: tuple[int, ...]
    groups: tuple[frozenset[str], ...]
    about_consolidation: bool = False
    funds: tuple[Fund, ...] = ()
    counted: frozenset[str] = frozenset()
    english: bool = False
    laureates: tuple[Laureate, ...] = ()
    amounts: tuple[Money, ...] = ()
    percents: tuple[Decimal, ...] = ()
    phases: tuple[str, ...] = ()
    population: Population | None = None
    negated: tuple[str, ...] = ()
    each_edition: bool = False
    periods: tuple[Period, ...] = ()


def understand(text: str, lexicon: Lexicon, correct: Callable[[str], str] = lambda word: word) -> Request:
    """Return what `text` asks; `correct` maps a folded word to the word of the documents it is a slip of."""
    from bot.dialogue.lexicon import is_english

    text = as_read(text)
    typed = _typed(text)
    folded = spelled(lexicon.rewrite(typed), correct)
    return Request(
        text=text,
        folded=folded,
        asks=asks(folded),
        editions=find_editions(folded),
        years=_years(folded),
        groups=tuple(dict.fromkeys(lexicon.group(term) for term in _content_words(folded))),
        about_consolidation=bool(_CONSOLIDATION.search(folded)),
        counted=_counted(folded, lexicon),
        english=is_english(typed),
        amounts=amounts_of(text),
        percents=percents(typed),
        phases=phases(folded),
        population=population_of(folded),
        negated=negated_words(folded),
        periods=periods_in(folded),
        each_edition=_is_of_each_edition(folded),
    )


def rewritten(text: str, lexicon: Lexicon) -> str:
    """Return a text folded, its abbreviations and English spelled out: what `understand` reads, when well spelled."""
    return lexicon.rewrite(_typed(text))


def _typed(text: str) -> str:
    shown = re.sub(r"(?is)<(script|style)\b(?:(?!<\1\b).)*?</\1\s*>", " ", text)
    clean = re.sub(r"<[^>]{0,200}>", " ", shown)
    folded = french.fold(re.sub(r"\bS\.?E\.?\b", "startup d'etat", clean))
    return spelled_out(_IT_IS.sub("c'est ", _WITHOUT_APOSTROPHE.sub(r"\1'", folded)))


_WITHOUT_APOSTROPHE: Final = re.compile(r"\b([cdjlmnst]|qu) (?=[aeiouyh][a-z])")  # « j ai », « l accompagnement »
_IT_IS: Final = re.compile(
    r"(?<![\w'-])c (?=[b-df-hj-np-rv-z0-9]|s(?!i |e )|t[a-z])"
)  # « c combien », not « c t quand »


def _years(folded: str) -> tuple[int, ...]:
    """Return the years that a folded question names; « après 2022 » begins in 2023, « avant 2024 » ends then."""
    found = re.findall(r"(?<!\d)(apres |avant )?(20[12]\d)(?!\d)", folded)
    return tuple(dict.fromkeys(int(year) + _SIDES.get(side, 0) for side, year in found))


_SIDES: Final = {"apres ": 1, "avant ": -1}


def spelled(folded: str, correct: Callable[[str], str]) -> str:
    """Return a folded text with each of its words corrected."""
    return re.sub(r"[a-z]{4,}", lambda match: _corrected(match[0], correct), folded)


def _corrected(word: str, correct: Callable[[str], str]) -> str:
    return word if word in french.STOP_WORDS else correct(word)


def _content_words(folded: str) -> list[str]:
    return [
        word for word in french.words(folded) if word not in french.STOP_WORDS and word not in _ASKING and word != "€"
    ]


_CONSOLIDATION: Final = re.compile(
    r"\bconsolid|nouve(?:au|l) (?:programme|dispositif|truc|machin|appel)|(?:programme|dispositif|ce) qui (?:a )?(?:remplace|succede)|successeur du fast"
)
_COUNTED: Final = re.compile(r"(?:combien|nombre|quantite) (?:de |d')(?:l[ae]s? |l')?([a-z]{3,})")


def _counted(folded: str, lexicon: Lexicon) -> frozenset[str]:
    found = _COUNTED.search(folded)
    if found is None or found[1] in {"temps", "argent", "fois", "million", "millions", "mois", "jours", "semaines"}:
        return frozenset()
    return lexicon.group(found[1])


_CALLS: Final = r"(?:editions?|promotions?|promos?|appels?(?: a candidatures?)?|sessions?|vagues?|fasts?)"
_DATED_OR_PAID: Final = (
    r"(?:plafonds|dates? (?:limites?|de cloture|de depot)|echeances|totaux|montants totaux|taux|clotures)"
)
_EACH_EDITION: Final = re.compile(
    rf"(?<!moyenne )\b(?:par|chaque|suivant|selon) (?:l'|les |chaque )?{_CALLS}\b(?! ?\d)(?! du public)(?<!par fast)"
    rf"|\b(?:toutes les|tous les|l'ensemble des|differente?s|des|les) (?:differente?s )?{_CALLS} (?:successi|precedent|du fast\b(?! ?\d))"
    rf"|\b(?:au fil|en fonction|d'une|selon|suivant|pour) (?:de |des |les )*(?:toutes les |tous les )?(?:differente?s )?{_CALLS}\b(?! ?\d)(?: a l'autre)?"
    rf"|\b(?:toutes les|tous les) {_CALLS}\b|\b(?:edition|promotion|promo|appel) (?:par|apres) (?:edition|promotion|promo|appel)\b"
    rf"|\b(?:liste|tableau|recapitulatif|recap|historique|ensemble) (?:complete? )?(?:de |des |du |d')*(?:tous les |toutes les )?(?:{_DATED_OR_PAID}|appels|editions|promotions)\b(?! ?\d)"
    rf"|\b(?:toutes les|tous les|les) (?:{_DATED_OR_PAID})\b"
    rf"|\b(?:quelle?s?|laquelle des|lequel des) {_CALLS}\b.{{0,40}}(?:\bplus\b|\bmoins\b|record|maxim|minim)"
)
_SINCE: Final = re.compile(r"\b(?:depuis|a partir) (?:de |du |le |la )?(?:fast |edition )?\d+")
_SUMMED: Final = re.compile(r"additionn|partag|en tout\b|au total|cumul|moyenne")


def _is_of_each_edition(folded: str) -> bool:
    """Whether an answer is wanted edition by edition: not of some that are named, nor their sum."""
    some = bool(find_editions(folded)) and not _SINCE.search(folded)
    return bool(_EACH_EDITION.search(folded)) and not some and not _SUMMED.search(folded)


_ASKS_AGAIN: Final = re.compile(
    r"\?\s+(?=\S+ \S)|\s\+\s"
    r"|(?:,| et| puis| mais) (?=(?:(?:pour|a|de|avec|en|à) )?(?:combien|cb|quand|quels?|quelles?|qui|comment|jusqu'a)\b)",
    re.IGNORECASE,
)


def questions_in(text: str) -> list[str]:
    """Return the questions that a text asks one after the other: « combien de dossiers et combien de lauréats ? »."""
    parts = [part.strip() for part in _ASKS_AGAIN.split(text)]
    return [part for part in parts if len(part.split()) >= 2]


# Words of the asking itself: they say nothing of the subject.
_ASKING: Final = frozenset(
    """
    dire donner donne donnez expliquer explique expliquez savoir sais connaitre liste lister indiquer indiquez question
    precisement exactement exact complete concretement quelqu'un remercie avance possible vrai confirme confirmes confirmer
    bonne jour genre besoin aimerais voudrais souhaite cherche trouver parle parler rappelle rappeler
    """.split()
)


# ---- editions --------------------------------------------------------------------------------------------------

_ORDINAL_WORDS: Final = "|".join(sorted(french.ORDINAL_WORDS, key=len, reverse=True))
_NAMED: Final = re.compile(
    r"\bfast ?-?(?:n°|no|numero|edition|promotion)? ?(\d{1,3})(?! ?(?:\d|%|€|k\b|m\b|eur|mois|ans\b|jours))"
)
_NUMBERED: Final = re.compile(
    r"\b(?:editions?|promotions?|appels?|sessions?|vagues?|numero|n°) (?:n° ?|numero )?(\d{1,3})\b(?! ?(?:%|€|mois|ans\b))"
)
_ORDINAL: Final = re.compile(
    rf"\b(?:(\d{{1,3}}) ?(?:e|eme|ieme|er|ere|re|nd|nde|rd|st|th)|({_ORDINAL_WORDS}))\b"
    r"(?= ?(?:appel|edition|promotion|session|vague|cuvee|fast|$|\?|laureat|!|\.|,|est\b|etait|ferme|s'il|svp|stp|et\b))"
)
_AFTER: Final = re.compile(rf"\bfast (?:le |la )?(?:({_ORDINAL_WORDS})|(\d{{1,3}}) ?(?:e|eme|ieme|er|ere|re))\b")
_ALONE: Final = re.compile(
    rf"\b(?:le|du|au|la) ({_ORDINAL_WORDS})\b(?! (?:fois|personne|etape|critere|phase|pilier|trimestre|semestre|mois|jour|annee|question|reunion))"
)
_BEFORE: Final = re.compile(rf"\b({_ORDINAL_WORDS}) fast\b")
_BARE: Final = re.compile(
    r"\b(?:le|du|au|aux|la|et|pour|entre|celui du) (\d{1,2})"
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


def find_editions(folded: str) -> tuple[int, ...]:
    """Return the FAST editions that a folded question names, known or not, in order, once each."""
    found: dict[int, int] = {}
    for start, _, numbers in _edition_spans(folded):
        for number in numbers:
            found[number] = min(start, found.get(number, start))
    return tuple(sorted(found, key=lambda number: (found[number], number)))


def _edition_spans(folded: str) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Yield where a folded text names editions, and which."""
    for pattern in (_NAMED, _NUMBERED, _ORDINAL, _AFTER, _ALONE, _BEFORE, _BARE):
        for match in pattern.finditer(folded):
            group = next(group for group in match.groups() if group)
            yield match.start(), match.end(), (int(french.ORDINAL_WORDS.get(group, group)),)
    for match in _SERIES.finditer(folded):
        yield match.start(), match.end(), tuple(map(int, re.findall(r"\d+", match[0])))
    for match in _RANGE.finditer(folded):
        low, high = (int(group) for group in match.groups() if group)
        yield match.start(), match.end(), tuple(range(low, min(high, 99) + 1))
    for match in _SPAN.finditer(folded):
        yield match.start(), match.end(), tuple(range(int(match[1]), min(int(match[2]), 99) + 1))


# ---- masking ---------------------------------------------------------------------------------------------------

_YEAR: Final = re.compile(r"(?<!\d)20[12]\d(?!\d)")
_MONEY: Final = re.compile(
    r"(?<![\w.,])\d+(?:[ .,]\d{3})*(?:[.,]\d+)? ?(?:k€|m€|€|k\b|ke\b|keur|m\b|millions?(?: d'euros)?|mille(?: euros)?|euros?)"
    r"|(?<![\w.,])\d{1,3}(?:[ .]\d{3})+(?!\d)|(?<![\w.,])\d{5,}(?!\d)"
)


def without_slots(folded: str) -> str:
    """Return a folded question without the editions and years that it names."""
    text, position = "", 0
    for start, end, _ in sorted(_edition_spans(folded)):
        text += folded[position:start] if start >= position else ""
        position = max(position, end)
    return re.sub(r" {2,}", " ", _YEAR.sub(" ", text + folded[position:])).strip(" ?!.")


def with_editions(folded: str, editions: Sequence[int]) -> str:
    """Return a folded question about these editions instead of those, or of the years, that it names."""
    return _with_slot(folded, " et ".join(f"fast {number}" for number in editions))


def with_years(folded: str, years: Sequence[int]) -> str:
    """Return a folded question about these years instead of those, or of the editions, that it names."""
    return _with_slot(folded, "en " + " et ".join(map(str, years)))


def _with_slot(folded: str, slot: str) -> str:
    """Put `slot` where the first edition or year stands, and take the others off; at the end when there is none."""
    spans = [(start, end) for start, end, _ in _edition_spans(folded)]
    spans = sorted([*spans, *(match.span() for match in re.finditer(r"(?:\ben |\bde )?(?<!\d)20[12]\d(?!\d)", folded))])
    if not spans:
        return f"{folded.rstrip(' ?!.')} {slot}"
    text, position = "", 0
    for number, (start, end) in enumerate(spans):
        text += folded[position:start] if start >= position else ""
        text += f" {slot} " if not number else ""
        position = max(position, end)
    return re.sub(r" {2,}", " ", text + folded[position:]).strip(" ?!.")


def without_amounts(folded: str) -> str:
    """Return a folded question without the sums and shares that it claims."""
    return re.sub(r" {2,}", " ", _SHARE.sub(" ", _MONEY.sub(" ", folded))).strip()


_SHARE: Final = re.compile(r"(?<!\d)\d+(?:[.,]\d+)? ?(?:%|pour ?cents?\b|pourcents?\b)")


_A_SUM: Final = 1_000  # euros; under it, « 1 € pour 1 € » is a rule and no sum


def _with_one_amount(folded: str) -> str:
    """Write every amount of a folded text as the same one, those in words too."""
    text, position = "", 0
    for amount in (one for one in find_amounts(folded) if one.value >= _A_SUM):
        text += f"{folded[position : amount.start]}100 000 €"
        position = amount.end
    return text + folded[position:]


def masked(folded: str, hide_products: Callable[[str], str] = lambda text: text) -> str:
    """Write a folded question with one edition, year, amount and product for all, so that only its wording is left."""
    folded = _with_one_amount(without_details(folded))
    spans = sorted((start, end) for start, end, _ in _edition_spans(folded))
    text, position = "", 0
    for start, end in spans:
        if start >= position:
            text += f"{folded[position:start]}fast 13"
        position = max(position, end)
    text = _SHARE.sub("50 %", _YEAR.sub("2023", text + folded[position:]))
    return hide_products(_MONEY.sub("100 000 €", text))


# ---- the kind of answer ----------------------------------------------------------------------------------------

_KINDS: Final = (
    (
        Asks.DURATION,
        r"combien de (?:temps|mois|jours|semaines|minutes|annees|duree)|\bdur(?:ee|e|ait|er)\b|longtemps|quelle frequence|"
        r"tous les combien|a quel rythme|quel delai",
    ),
    (
        Asks.PERCENT,
        r"pourcentage|\bquels? %|\btaux\b|quelle (?:part|proportion)|\bpart d(?:u|es|e)\b|combien (?:de )?(?:pour ?cents?|%)|^(?>.*?\ba combien\b)"
        r".*%|cofinance a combien",
    ),
    (
        Asks.DATE,
        r"\bquand\b(?! (?:on|la|le|les|un|une|il|elle)\b)|\bdates?\b|jusqu'a quand|echeance|quel(?:le)? (?:jour|mois|annee)|depuis quand|dernier jour|cloture (?:des|de l|du fast)|"
        r"ferm(?:e|ait|ee)\b",
    ),
    (
        Asks.AMOUNT,
        r"montant|combien (?:d'argent|d'euros|a (?:recu|touche|eu|obtenu)|peut|on peut|finance)|plafon|\bsomme\b|enveloppe|"
        r"budget|\bvaleur\b|\bvaut\b|\bcoute\b|\bprix\b|maximum|\bmax\b",
    ),
    (Asks.COUNT, r"combien (?:de |d'|y a)|nombre (?:de |d')|^nombre "),
    (
        Asks.ADDRESS,
        r"adresse|\bmail\b|courriel|contact|\becrire\b|\bjoindre\b|\bcanal\b|\blien\b|\bsite\b|formulaire|\burl\b",
    ),
    (
        Asks.LIST,
        r"\bliste|les differente?s|enumer|quel(?:le)?s? (?:options|solutions|possibilites)|quel(?:le)?s sont|lesquel|\blaureats\b|quel(?:le)?s? (?:criteres|conditions|phases|etapes|engagements|cas)|"
        r"^(?:les? )?(?:\d|trois|deux|quatre|cinq|six)? ?(?:criteres|conditions|phases|etapes|priorites|engagements|missions|"
        r"piliers|membres|avantages)|dans quels cas",
    ),
    (
        Asks.NAME,
        r"\bnoms? (?:d|complet)|comment s'appel|qui (?:est|etait|sont|etaient) (?:le|la|les) (?:direct|chef|respons|minist|presid"
        r"|membre|coach|ceo)|qui (?:dirige|dirigeait|preside|presidait|siege|siegeait)|\bceo\b|\bmembres? du comite",
    ),
    (Asks.PERSON, r"^qui\b|\bqui (?:est|a|sont|decide|preside|organise|signe|dirige)|nom d"),
    (Asks.AMOUNT, r"combien"),
)
_KIND_PATTERNS: Final = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)


def asks(folded: str) -> Asks:
    """Return the kind of thing that a folded question asks for."""
    for kind, pattern in _KIND_PATTERNS:
        if pattern.search(folded):
            return kind
    return Asks.ANYTHING
