"""What a bare word asks of what was spoken of last: « quand ? », « lesquels ? », « et le moins ? ». Pure."""

import re
from typing import Final

from bot.dialogue.before import Before, content_of, names_of
from bot.dialogue.understanding import without_slots

_BARE_WORD: Final = re.compile(
    r"(?:c'(?:est|etait) )?(?:a |par |depuis |jusqu'a )?(ou|quand|comment|combien|qui|quoi)(?: (?:ca|c'est|c'etait|exactement))*[ ?!.]*"
)
_NOW: Final = re.compile(
    r"(?:et )?(?:maintenant|aujourd'hui|actuellement|depuis|desormais|a present|en ce moment)[ ?!.]*"
)
_WHEN: Final = re.compile(r"\b(?:avant|apres|depuis|jusqu'en|en)(?=[ ?!.]*$)")
_SUM_ASKED: Final = re.compile(r"(?:le |quel |la |quelle )?(?:montant|somme|financement)(?: exacte?)?[ ?!.]*")
_OF_PRODUCTS: Final = {
    "quand": "{} laureat de quelle edition ?",
    "combien": "combien a recu {} ?",
    "qui": "qui porte {} ?",
    "quoi": "a quoi sert {} ?",
}
_OF_TOPICS: Final = {
    ("open_now", "ou"): "où est le formulaire pour candidater ?",
    ("open_now", "comment"): "comment candidater ?",
    ("open_now", "quand"): "quelle est la date limite ?",
    ("deadline", "ou"): "comment candidater ?",
    ("deadline", "comment"): "comment candidater ?",
    ("laureates", "combien"): "combien de laureats {scope} ?",
    ("laureates", "quand"): "date {scope} ?",
    ("cap", "quand"): "date {scope} ?",
    ("cap_change", "quand"): "comment le plafond a-t-il change ?",
    ("invested", "combien"): "combien la dinum a-t-elle investi dans le fast depuis 2019 ?",
    ("laureate_count", "qui"): "qui sont les laureats {scope} ?",
    ("applications", "qui"): "qui sont les laureats {scope} ?",
    ("total", "qui"): "qui sont les laureats {scope} ?",
    ("replaced", "quand"): "quand le fast a-t-il ete remplace ?",
}
_CHANGED: Final = re.compile(r"\b(?:chang|evolu|boug|modifi|pareil|vari)\w*")
_WHAT_CHANGES: Final = {
    "rate": "le taux",
    "cap": "le plafond",
    "incubator_cap": "le plafond",
    "envelope": "l'enveloppe",
    "support_months": "la duree de l'accompagnement",
}
_THEIR_AWARDS: Final = re.compile(
    r"(?:pour |a |de )?quels? montants?(?: (?:chacune?|a-t-il recu|ont-ils recu))?[ ?!.]*|(?:pour )?combien chacune?[ ?!.]*"
)
_RANK: Final = re.compile(r"\ble (?:plus|moins)\b")
_ITS_EDITION: Final = re.compile(
    r"(?:c'(?:est|etait) |(?:dans|de|lors de|pour|a) )*(?:quel(?:le)?|laquelle) ?(?:promo\w*|editions?|fast|session|cuvee|annee|appel)?(?: (?:c'(?:est|etait)|deja))?[ ?!.]*"
)
# What a short turn asks of the edition of the products, or of the laureates, spoken of last.
_OF_PROMOTIONS: Final = (
    (
        re.compile(r"\bqui d'autres?\b|\bavec qui\b|\bles autres\b(?! (?:fonds|criteres|conditions|phases))"),
        "les laureats {scope} ?",
    ),
    (
        re.compile(
            r"^(?:les ?quel(?:le)?s|qui (?:ca|sont-ils|etait-ce)\b|cite[rz]?[- ]?(?:les|moi)?|leurs? noms?|(?:la )?liste|(?:les )?(?:gagnants?|laureats?|noms))\b"
        ),
        "qui sont les laureats {scope} ?",
    ),
    (
        re.compile(
            r"^(?>.*?\b(?:ils|elles|vous)\b)(?>.*\bcombien\b)(?!.*\b(?:recu|eu|touche|obtenu)\b)|^(?>.*?\bcombien\b)(?>.*\b(?:ils|elles|sont|etaient|y en a|y en avait)\b)(?!.*\b(?:recu|eu|touche|obtenu)\b)"
        ),
        "combien de laureats {scope} ?",
    ),
    (
        re.compile(
            r"\b(?:pour|a|et en|en|ca fait) (?:combien d')?(?:argent|euros|montant|sous)\b|\bquel (?:montant|total)\b"
        ),
        "quel montant total {scope} ?",
    ),
)


def of_a_bare_word(alone: str, before: Before) -> tuple[str, ...]:
    """Return what « où ? », « quand ? », « combien ? » alone ask of what was spoken of last."""
    found = _BARE_WORD.fullmatch(alone)
    if before.products and _THEIR_AWARDS.fullmatch(alone):
        return (_OF_PRODUCTS["combien"].format(names_of(before.products)),)
    if before.topic == "incubator_laureates" and _THEIR_AWARDS.fullmatch(alone):
        return (before.request.folded,)
    for pattern, asked in _OF_PROMOTIONS:
        if before.promotions and pattern.search(alone) and len(content_of(alone)) <= 3:
            return (asked.format(scope=" et ".join(f"fast {number}" for number in before.promotions)),)
    if before.topic in _WHAT_CHANGES and _CHANGED.search(alone) and len(content_of(alone)) <= 3:
        return (f"{_WHAT_CHANGES[before.topic]} a-t-il change ?",)
    if before.topic == "incubator_laureates" and _OF_PROMOTIONS[1][0].search(alone):
        return (before.request.folded,)
    if before.topic == "invested" and re.search(r"\b(?:argent|euros|montant|somme|sous)\b", alone):
        return (_OF_TOPICS["invested", "combien"],)
    if before.products and _ITS_EDITION.fullmatch(alone):
        return (_OF_PRODUCTS["quand"].format(names_of(before.products)),)
    if before.topic == "biggest_award" and (rank := _RANK.search(alone)) and len(content_of(alone)) <= 2:
        return (re.sub(r"\ble (?:plus|moins)\b", rank[0], before.request.folded),)
    if before.products and _SUM_ASKED.fullmatch(alone):
        return (_OF_PRODUCTS["combien"].format(names_of(before.products)),)
    if _NOW.fullmatch(alone):
        return (_WHEN.sub(" ", without_slots(before.request.folded)).strip(" ?!."),)
    if found is None:
        return ()
    if before.products and found[1] in _OF_PRODUCTS:
        return (_OF_PRODUCTS[found[1]].format(names_of(before.products)),)
    if found[1] == "combien" and before.topic in {"cap", "incubator_cap", "rate", "envelope"}:
        return (before.request.folded,)
    question = _OF_TOPICS.get((before.topic or "", found[1]))
    return (question.format(scope=before.scope),) if question else ()
