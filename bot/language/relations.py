"""Who is said of what, and which way round: what two texts of the same words may still tell differently. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bot.documents import french
from bot.language.mentions import stems

_PARTY: Final = r"(?P<party>dinum|partenaires?|sponsors?|fast|consolidation|ftap|guichet)"
_BELONGS: Final = re.compile(
    r"\b(?P<what>[a-z]{4,})(?: (?:donnee?s?|publiee?s?|deja))? (?:de la |de l'|des? |du |par (?:la |l'|le )|pour (?:la |l'|le ))"
    rf"(?:administrations? |programme de )?{_PARTY}\b"
)
_ABOUT_IT: Final = 0.3  # share of a sentence's words by which it is about another one
_AS_NEAR: Final = 0.15

# What the first says, a sentence whose evidence says only the second does not hold; and the other way round.
_OPPOSITES: Final = tuple(
    (re.compile(one), re.compile(other))
    for one, other in (
        (r"\bdoi(?:t|vent)\b|\bdevai(?:t|ent)\b", r"\bpeu(?:t|vent)\b|\bpouvai(?:t|ent)\b"),
        (r"\bmultipli|\bdoubl", r"\bdivis"),
        (r"\b(?:mois|semaines?|jours?|ans?) avant\b", r"\b(?:mois|semaines?|jours?|ans?) apres\b"),
        (r"[a-z] et une? ", r"[a-z] ou une? "),
    )
)
# What a claim may say only when its evidence says it too, in one of these words.
_NEEDS: Final = tuple(
    (re.compile(said), re.compile(held))
    for said, held in (
        (r"\b(?:est|sont|restent?) (?:\w+ )?ouvert", r"\b(?:est|sont|restent?) (?:\w+ )?ouvert"),
        (
            r"\bchaque (?!annee|an\b|mois)|\bchacune?\b",
            r"\bchaque\b|\bchacune?\b|\bpar [a-z]+|\bpour une? |\btou(?:s|tes) les\b",
        ),
        (r"% (?:des|de ses|de nos|de leurs) [a-z]", r"% (?:des|de ses|de nos|de leurs) [a-z]"),
        (r"\bproduits?\b", r"\bproduits?\b|\bservices?\b|\bprojets?\b|\bstartups? d'etat (?!par\b)"),
        (r"\bdinum\b", r"\bdinum\b"),
    )
)


def unheld(text: str, evidence: str) -> Iterator[str]:
    """Yield the words of a plain claim that ask for some in its plain evidence, which has none of them."""
    for said, held in _NEEDS:
        found = said.search(text)
        if found and not held.search(evidence):
            yield found[0]


def reversed_words(sentence: str, evidence: Sequence[str]) -> Iterator[str]:
    """Yield the words of a plain sentence of which the nearest sentences of its evidence say the opposite only."""
    near = " ".join(_nearest(sentence, evidence))
    for pair in _OPPOSITES:
        for said, opposite in (pair, pair[::-1]):
            found = said.search(sentence)
            if found and not opposite.search(sentence) and opposite.search(near) and not said.search(near):
                yield found[0]


def given_to_another(text: str, evidence: Iterable[str]) -> Iterator[str]:
    """Yield what a plain text says is somebody's while its plain evidence says it only of others."""
    held = {pair for one in evidence for pair in _belongings(one)}
    owners = {what for what, _ in held}
    yield from (
        f"{what} ({party})" for what, party in _belongings(text) if what in owners and (what, party) not in held
    )


def _belongings(text: str) -> frozenset[tuple[str, str]]:
    return frozenset((french.stem(one["what"]), one["party"].rstrip("s")) for one in _BELONGS.finditer(text))


def _nearest(sentence: str, evidence: Sequence[str]) -> list[str]:
    words = stems(sentence)
    shares = [(len(words & stems(one)) / max(len(words), 1), one) for one in evidence]
    best = max((share for share, _ in shares), default=0.0)
    return [one for share, one in shares if share >= max(best - _AS_NEAR, _ABOUT_IT)]


# ---- who does it ---------------------------------------------------------------------------------------------

_DOERS: Final = re.compile(
    r"\b(?P<party>dinum|partenaires?|sponsors?) (?P<modal>devai|pouvai|doi|peu|mettai|met)\w*(?: donc| alors| en)?(?: (?P<deed>[a-z]+er)\b)?"
)


def done_by_another(text: str, evidence: Iterable[str]) -> Iterator[str]:
    """Yield what a plain text says that somebody does while its plain evidence says it only of others."""
    held = {pair for one in evidence for pair in _doings(one)}
    deeds = {deed for deed, _ in held}
    yield from (f"{party} {deed}" for deed, party in _doings(text) if deed in deeds and (deed, party) not in held)


def _doings(text: str) -> frozenset[tuple[str, str]]:
    return frozenset((f"{one['modal']} {one['deed'] or ''}", one["party"].rstrip("s")) for one in _DOERS.finditer(text))
