"""What a document holds and its reader did not read: counted by kind, told in one clause."""

from collections.abc import Iterable
from dataclasses import dataclass

# What a loss of unknown size counts for: about a sentence, in characters.
UNKNOWN_SIZE = 100

# A kind, as one and as many.
KINDS = {
    "text box": ("zone de texte non lue", "zones de texte non lues"),
    "note": ("note non lue", "notes non lues"),
    "comment": ("commentaire non lu", "commentaires non lus"),
    "equation": ("équation non lue", "équations non lues"),
    "field": ("champ de formulaire non lu", "champs de formulaire non lus"),
    "chunk": ("morceau d'un autre document non lu", "morceaux d'autres documents non lus"),
    "chart": ("graphique non lu", "graphiques non lus"),
    "diagram": ("diagramme non lu", "diagrammes non lus"),
    "object": ("objet incorporé non lu", "objets incorporés non lus"),
    "frame": ("cadre d'une autre page non lu", "cadres d'autres pages non lus"),
    "around": ("phrase autour du contenu de la page non lue", "phrases autour du contenu de la page non lues"),
    "letter": ("caractère que sa police ne nomme pas", "caractères que leur police ne nomme pas"),
    "image page": ("page en image non lue", "pages en image non lues"),
    "page": ("page non lue", "pages non lues"),
    "hidden slide": ("diapositive masquée non lue", "diapositives masquées non lues"),
    "hidden sheet": ("feuille masquée non lue", "feuilles masquées non lues"),
    "hidden row": ("ligne masquée non lue", "lignes masquées non lues"),
    "hidden column": ("colonne masquée non lue", "colonnes masquées non lues"),
    "formula": ("formule dont le résultat n'est pas enregistré", "formules dont le résultat n'est pas enregistré"),
    "attachment": ("pièce jointe non lue", "pièces jointes non lues"),
}


@dataclass(frozen=True)
class Loss:
    """So many things of one kind (a key of `KINDS`) that were not read; `size` is how many characters they hold."""

    kind: str
    count: int
    size: int


class Losses:
    """Collects what a reader meets and does not read."""

    def __init__(self) -> None:
        self._counts: dict[str, list[int]] = {}

    def add(self, kind: str, text: str | None = None, *, count: int = 1) -> None:
        """Count `count` things of a kind, with the text that they hold together when it is known."""
        assert kind in KINDS
        counts = self._counts.setdefault(kind, [0, 0])
        counts[0] += count
        counts[1] += UNKNOWN_SIZE * count if text is None else len(text)

    def take(self, losses: Iterable[Loss]) -> None:
        """Count what was not read of a document inside this one."""
        for loss in losses:
            counts = self._counts.setdefault(loss.kind, [0, 0])
            counts[0] += loss.count
            counts[1] += loss.size

    def found(self) -> tuple[Loss, ...]:
        """Return what was counted, in the order in which each kind was first met."""
        return tuple(Loss(kind, count, size) for kind, (count, size) in self._counts.items())


def shortfall(losses: Iterable[Loss], read: int) -> str:
    """Return what share of a document was read and what was not, as a French clause; "" when nothing is missing.

    `read` is how many characters were read. What is not whole is never told to be 100 %.
    """
    missing = list(losses)
    if not missing:
        return ""
    size = sum(loss.size for loss in missing)
    share = min(99, 100 * read // max(1, read + size))
    return f"lu à {share} % : {', '.join(map(_told, missing))}"


def _told(loss: Loss) -> str:
    one, many = KINDS[loss.kind]
    return f"{loss.count} {one if loss.count == 1 else many}"
