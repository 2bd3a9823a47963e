"""Places a question: which topic it is about, or which sections of the fiches say that they answer it. Pure."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from bot.dialogue import extraction
from bot.dialogue.extraction import Asks
from bot.dialogue.neighbours import NEGATIVE, Neighbours, Placed
from bot.dialogue.products import MARK, without_products
from bot.dialogue.understanding import Request, masked, without_slots
from bot.documents import french
from bot.documents.passages import Passage

_DECIDED: Final = 0.68  # what a topic is worth at least when the words that decide are there
_ELSEWHERE: Final = 0.55  # how near a known question without answer keeps these words from deciding
_GAIN: Final = 0.12
_LOSS: Final = 0.2
_SUSPECT: Final = 0.35
_SLOT: Final = 0.08
_ENDS: Final = 4  # sentences of a long message, at its beginning and at its end, that are placed each by itself
_KEPT: Final = 16  # requests placed that are remembered
# « On a 450 k », « mon sponsor met 100 000 € »: an amount that is ours, so a sum to be done.
_OWN_MONEY: Final = re.compile(
    r"^(?=.*100 000 €)(?:.*\b(?:on aura\w*|nous aur\w+|vous (?:pouvez|pourriez|pourrez) (?:completer|ajouter|rajouter|mettre|donner)|on a|nous avons|on dispose|j'ai|on met|on apporte|nous (?:mett|apport|donn)\w+|notre|nos|mon|ma|mes"
    r"|(?:le|la|un|l') ?(?:administration|sponsor|ministere|partenaire|direction|produit|startup|equipe|projet|prefecture|region)\b"
    r".{0,25}(?:met|mett|apport|donn|vers|cout|financ|est|a|de)\w*"
    r"|budget (?!du fast|du fonds)|avec (?:un |une |notre |mon )?(?:budget|apport|100)|apport|partenaire|sponsor|cout\w*"
    r"|si (?:on|nous|l'administration))\b"
    r"|.*100 000 €.{0,20}\b(?:simul|calcul|par mois|par an|de budget|d'apport|de la (?:region|direction)|du (?:ministere|sponsor|partenaire))"
    r"|.*\b(?:simul|calcul)\w*)"
)
_NOT_RULES: Final = re.compile(
    r"^(?>.*(?:plafond|maximum)\b)(?!.*(?:budget|apport))|\bpour (?:avoir|obtenir|toucher|recevoir|decrocher|esperer) (?:les |environ )?100 000 €|"
    r"(?:budget|enveloppe|credits) (?:\w+ )?(?:du|de la) (?:fast|fonds|dinum)|plafond (?:est|etait|reste|du fast|de 100)|confirm|laureat|\brecu\b|ont (?:eu|touche|recu)|accorde|distribu|reparti|partage"
)
_NOT_OF_AN_EDITION: Final = frozenset({"invested", "envelope", "calls_per_year", "replaced"})
_IMPOSSIBLE: Final = {
    "open_now": (Asks.COUNT, Asks.AMOUNT, Asks.PERCENT, Asks.NAME),
    "deadline": (Asks.COUNT, Asks.AMOUNT, Asks.PERCENT, Asks.NAME),
    **dict.fromkeys(("cap", "total", "envelope", "call_money", "applications", "laureate_count"), (Asks.DURATION,)),
    "laureate_amount": (Asks.COUNT, Asks.NAME, Asks.PERCENT),
    "promotion_month": (Asks.COUNT, Asks.AMOUNT, Asks.PERCENT, Asks.NAME),
}
# What « combien de … » may count, for the topics that are a number of something.
_COUNTED_BY: Final = {
    "applications": frozenset(map(french.stem, "candidatures candidats dossiers equipes projets postulants".split())),
    "laureate_count": frozenset(
        map(french.stem, "laureats gagnants produits projets services equipes startups monde elus incubateurs".split())
    ),
}
_ALSO_OF_CONSOLIDATION: Final = frozenset(
    {"applications", "laureate_count", "open_now", "deadline", "laureates", "replaced"}
)
_POLITE: Final = re.compile(
    r"\b(?:bonjour|bonsoir|salut|slt|coucou|hello|hey|merci(?: d'avance| beaucoup| bcp| par avance)*|s'il (?:vous|te) plait|"
    r"svp|stp|please|je vous remercie(?: par avance| d'avance)?|cordialement|bonne journee|"
    r"(?:pourriez|pouvez|pourrais|peux|peut|saurais|savez|sais)[- ](?:vous|tu)(?: me| m'| nous)? ?(?:dire|indiquer|donner|"
    r"preciser|expliquer|rappeler|savoir)?|(?:m'indiquer|me dire|me donner|me preciser|m'expliquer)|"
    r"(?:j'aimerais|je voudrais|je souhaite(?:rais)?|on aimerait|on voudrait|nous aimerions) (?:bien )?(?:savoir|connaitre)|"
    r"dis[- ]moi|dites[- ]moi|donne[- ]moi|(?:petite |une |juste une )?question|du coup|en fait|euh|tu peux me dire|"
    r"n'est-ce pas|hein|en (?:deux|quelques|une|un) (?:mots?|phrases?|lignes?)|c'est (?:bien )?vrai|est-ce vrai|vrai ?\?|on m'a dit que|il parait que|"
    r"est-ce que tu sais|tu sais|tu confirmes|confirmez?|can you tell me|could you tell me)\b[ ,:!]*"
)


def wording(folded: str, hide: Callable[[str], str] = lambda text: text) -> str:
    """Return the wording of a folded question alone: no politeness, one edition, year, amount and product for all."""
    bare = _POLITE.sub(" ", folded).strip(" ,.!:;")
    return masked(re.sub(r" {2,}", " ", bare) or folded, hide)


@dataclass(frozen=True)
class _Words:
    """The words that decide for a topic whatever its examples, those that speak for it, and those against."""

    decides: tuple[re.Pattern[str], ...]
    gains: tuple[re.Pattern[str], ...]
    never: tuple[re.Pattern[str], ...]
    needs: re.Pattern[str] | None

    def decide(self, text: str) -> bool:
        """Whether a wording is about the topic whatever its examples."""
        return any(one.search(text) for one in self.decides) and not any(one.search(text) for one in self.never)


class Placer:
    """Places questions with the neighbours, the words that decide, and what the question names."""

    def __init__(
        self,
        neighbours: Neighbours,
        embed: Callable[[str], Sequence[float]],
        passages: Iterable[Passage],
        is_known: Callable[[str], bool],
        everyday: frozenset[str] = frozenset(),
    ) -> None:
        self._everyday = everyday
        self._is_known = is_known
        self._neighbours = neighbours
        self._embed = embed
        self._scopes = {label_of(passage): _scope(passage) for passage in passages}
        # A turn is placed for each thing that it may be.
        self._placed = lru_cache(maxsize=_KEPT)(self._place)

    @property
    def vocabulary(self) -> frozenset[str]:
        """The words of the examples, in one form for each meaning."""
        return self._neighbours.vocabulary

    @property
    def topic_words(self) -> frozenset[str]:
        """The words of the examples of topics alone, in one form for each meaning: they name no product by themselves."""
        return self._neighbours.of_topics

    def asks_more_of_a_laureate(self, request: Request) -> bool:
        """Whether a question about products asks for a thing that no known question about one does: « son hébergeur »."""
        bare = without_products(without_slots(_POLITE.sub(" ", request.folded)), request.laureates)
        heads = (match[1] for match in _THING_ASKED.finditer(bare))
        return any(
            word != MARK
            and word not in french.STOP_WORDS
            and word not in self._everyday
            and not self._neighbours.is_asked_of_laureates(word)
            for word in heads
        )

    def is_known(self, word: str) -> bool:
        """Whether a folded word stands in a question that the bot can answer, or in a passage."""
        return self._is_known(word)

    def foreign(self, request: Request) -> int:
        """Return how many words of a question stand in no question that the bot can answer, nor in any passage."""
        parts = [part for part in _parts(request.folded) if len(part.split()) >= _SENTENCE]
        return min(self._foreign_words(part, request) for part in (parts or [request.folded]))

    def _foreign_words(self, folded: str, request: Request) -> int:
        names = {word for one in request.laureates for name in (one.name, *one.aliases) for word in french.words(name)}
        words = {word for word in french.words(_POLITE.sub(" ", folded)) if len(word) > 2 and word.isalpha()}
        return sum(word not in french.STOP_WORDS and word not in names and not self._is_known(word) for word in words)

    def place(self, request: Request) -> tuple[Placed, ...]:
        """Return the topics and sections whose known questions are nearest, nearest first."""
        return self._placed(request)

    def _place(self, request: Request) -> tuple[Placed, ...]:
        best: dict[str, Placed] = {}
        for number, part in enumerate(_parts(request.folded)):
            text = wording(part, lambda t: without_products(t, request.laureates))
            found = self._neighbours.place(text, self._embed(text))
            for one in [*found, *self._decided(part, text, found, request)]:
                # Only the question as a whole can be out of place: one sentence of it may be about anything.
                if number and one.label in NEGATIVE:
                    continue
                known = best.get(one.label)
                if known is None or known.score < one.score:
                    best[one.label] = one
        text = wording(request.folded, lambda t: without_products(t, request.laureates))
        for label in NEGATIVE & _deciding_words().keys():
            if any(pattern.search(text) for pattern in _deciding_words()[label].gains):
                known = best.get(label)
                best[label] = Placed(label, 1.5 * _LOSS + max(known.score if known else 0.0, _SUSPECT))
        weighed = (replace(one, score=one.score + self._weigh(one.label, request, text)) for one in best.values())
        return tuple(sorted((one for one in weighed if one.score > 0.2), key=lambda one: -one.score))

    def _decided(self, part: str, text: str, found: Sequence[Placed], request: Request) -> list[Placed]:
        """Return the topics that the words of a part of the question decide, if it has no word from elsewhere."""
        elsewhere = any(one.label in NEGATIVE and one.score >= _ELSEWHERE for one in found)
        if elsewhere or self._foreign_words(part, request):
            return []
        return [Placed(label, _DECIDED) for label, words in _deciding_words().items() if words.decide(text)]

    def _weigh(self, label: str, request: Request, text: str) -> float:
        if "#" in label:
            return self._weigh_section(label, request)
        if label in NEGATIVE:
            return 0.0
        if request.funds or (request.about_consolidation and label not in _ALSO_OF_CONSOLIDATION):
            return -1.0
        if request.laureates and not label.startswith("laureate_"):
            return -2 * _LOSS
        if request.editions and label in _NOT_OF_AN_EDITION:
            return -_LOSS
        if request.asks in _IMPOSSIBLE.get(label, ()):
            return -_LOSS
        if request.counted and label in _COUNTED_BY and not request.counted & _COUNTED_BY[label]:
            return -2 * _LOSS
        if label == "simulate" and _OWN_MONEY.search(text) and not _NOT_RULES.search(text):
            return 2 * _GAIN
        words = _deciding_words().get(label)
        if label.startswith("laureate_") and label != "laureate_count" and not request.laureates:
            return -1.0
        if words is None:
            return 0.0
        if words.needs and not words.needs.search(text):
            return -_LOSS
        gain = _GAIN if any(pattern.search(text) for pattern in words.gains) else 0.0
        loss = _LOSS if any(pattern.search(text) for pattern in words.never) else 0.0
        return gain - loss

    def _weigh_section(self, label: str, request: Request) -> float:
        """A section about the editions or years named gains; about others it is out; a general one stays as it is."""
        document = label.partition("#")[0]
        if request.funds and "fonds" not in document:
            return -_LOSS
        if not request.funds and "fonds" in document and not _FUNDS.search(request.folded):
            return -_SLOT
        if request.laureates:
            return (
                -(2 if document.startswith("fast-") else 1) * _LOSS
            )  # what is said of a product stands in its edition's fiche, and the facts know which
        editions, years = self._scopes.get(label, (frozenset(), frozenset()))
        weight = 0.0
        for asked, about in ((set(request.editions), editions), (set(request.years), years)):
            if asked and about:
                weight += _SLOT if asked & about else -1.0
            elif about:
                weight -= _SLOT
        return weight - (0.1 if label.startswith("fast-") else 0.0)


# « Quel hébergeur », « combien de salariés », « qui était le coach », « le budget de … »
_THING_ASKED: Final = re.compile(
    r"\b(?:quel(?:le)?s? (?:est |sont |etait |etaient )?(?:le |la |les |l'|son |sa |ses )?|combien (?:de |d')|qui (?:est|etait|sont|etaient) (?:le |la |les |l'|son |sa )"
    r"|^(?:et )?(?:le |la |les |l'|son |sa |ses ))([a-z-]{3,})"
)


_FUNDS: Final = re.compile(r"fonds|guichet|financements|ftap|cumul")


def label_of(passage: Passage) -> str:
    """Return the label of the examples that belong to a passage's section."""
    return f"{passage.info.document}#{passage.section}"


def _scope(passage: Passage) -> tuple[frozenset[int], frozenset[int]]:
    """Return the editions and the years that a section's heading, or its document's title, names."""
    heading = passage.section
    editions = extraction.editions_in(heading) or (
        frozenset(passage.info.editions) if len(passage.info.editions) == 1 else frozenset()
    )
    folded = french.fold(heading)
    years = {int(year) for year in re.findall(r"\b20[12]\d\b", folded)}
    for low, high in re.findall(r"\b(20[12]\d) ?(?:-|a) ?(20[12]\d)\b", folded):
        years.update(range(int(low), int(high) + 1))
    return editions, frozenset(years)


_SENTENCE: Final = 5  # words of a part that can be the question itself
_SENTENCE_END: Final = re.compile(r"(?<![.!?;\n])([.!?;\n]+)(?:\s+|$)")
_INTRODUCED: Final = re.compile(r"(?:\S+ ){4,}\S+ ?: (.+)")


def _parts(folded: str) -> list[str]:
    """Return the question as a whole, then its sentences when there are several; what introduces it is one."""
    pieces = [*_SENTENCE_END.split(folded), ""]
    ended = sorted(zip(pieces[::2], pieces[1::2], strict=True), key=lambda one: "?" not in one[1])  # questions first
    introduced = _INTRODUCED.match(folded)
    sentences = [part.strip() for part in [introduced[1] if introduced else "", *(part for part, _ in ended)]]
    sentences = [part for part in dict.fromkeys(sentences) if len(part.split()) >= 2]
    if len(sentences) > 2 * _ENDS:
        sentences = [*sentences[:_ENDS], *sentences[-_ENDS:]]
    return [folded, *sentences] if len(sentences) > 1 else [folded]


@lru_cache(maxsize=1)
def _deciding_words() -> Mapping[str, _Words]:
    table = tomllib.loads(Path(__file__).with_name("topics.toml").read_text(encoding="utf-8"))
    return {
        name: _Words(
            tuple(map(re.compile, entry.get("decides", []))),
            tuple(map(re.compile, entry.get("gains", []))),
            tuple(map(re.compile, entry.get("never", []))),
            re.compile(entry["needs"]) if "needs" in entry else None,
        )
        for name, entry in table.items()
    }
