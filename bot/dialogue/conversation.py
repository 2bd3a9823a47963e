"""What a conversation has said so far, and how a follow-up is completed by it: « et pour le 17 ? ». Pure."""

import re
from dataclasses import dataclass
from typing import Final

from bot.dialogue.products import MARK, without_products
from bot.dialogue.understanding import Request, without_slots
from bot.documents import french
from bot.results import Answer, Refusal, Result

_FOLLOWS: Final = re.compile(
    r"^(?:et|ok et|oui et|mais|meme (?:chose|question)|idem|pareil|and|what about)\b"
    r"|^(?:pour|au|le|en|du|la|sur) (?:le |la |fast |l'annee )?(?:fast )?\d"
)
_OPENING: Final = re.compile(
    r"^(?:(?:et|ok|oui|mais|alors|sinon|idem|pareil|and|what about|meme (?:chose|question))\b[ ,]*)+"
)
_SOURCE: Final = re.compile(
    r"(?:(?:quelles? (?:est|sont) )?(?:l[ae]s? |t[ae]s? |vos |votre )?(?:sources?|references?)|d'ou (?:ca|cela|tu sors|vient)[\w ']*"
    r"|tu (?:es|en es) sure?|where does (?:this|it) come from)[ ?!.]*"
)


@dataclass(frozen=True)
class Conversation:
    """The last question that was understood, in full, and what was said to it; empty at the start."""

    question: str = ""
    request: Request | None = None
    result: Result | None = None

    def completed(self, text: str, request: Request) -> str:
        """Return `text` as a question that stands alone, with what it leaves out taken from the last one."""
        if self.request is None or not _is_elliptic(request):
            return text
        last = without_slots(self.request.folded)
        if request.laureates or request.funds:
            last = without_products(last, self.request.laureates).replace(MARK, "")
        return f"{last} {_OPENING.sub('', french.fold(text))}"

    def asks_for_the_source(self, text: str) -> bool:
        """Whether `text` asks where the last answer comes from."""
        return isinstance(self.result, Answer | Refusal) and bool(_SOURCE.fullmatch(french.fold(text)))


def _is_elliptic(request: Request) -> bool:
    """Whether a question names things but asks nothing of them: « et pour le 17 ? », « en 2023 ? », « et Docurba ? »."""
    rest = without_products(without_slots(_OPENING.sub("", request.folded)), request.laureates)
    words = [word for word in french.words(rest) if word not in french.STOP_WORDS and word not in {MARK, "fast"}]
    named = request.editions or request.years or request.laureates or request.funds or request.about_consolidation
    words = [word for word in words if not re.match(r"consolid|program|incubateur|edition|promotion", word)]
    if request.funds:
        words = []
    return not words and bool(named or "incubateur" in request.folded or _FOLLOWS.match(request.folded))
