"""What doctor says of this machine, in French: how documents are read apart."""

from collections.abc import Sequence
from typing import Final

_WALLS: Final = {
    "namespaces": "espaces de noms du noyau",
    "seccomp": "filtre seccomp",
    "guard": "garde de l'interpréteur",
}
_REACHED: Final = {"network": "le réseau", "environment": "les variables d'environnement du bot"}


def shut_in(walls: Sequence[str]) -> str:
    """Say what keeps the process that reads documents from the network and the environment."""
    told = ", ".join(_WALLS[wall] for wall in walls)
    weak = "" if len(walls) > 1 else " seule : ce système n'offre ni espaces de noms ni seccomp"
    return f"Les documents sont lus par un processus sans réseau ni secrets d'environnement ({told}{weak})."


def not_shut_in(reached: Sequence[str]) -> str:
    """Say what the process that reads documents reaches all the same."""
    told = " et ".join(_REACHED[one] for one in reached)
    return f"Le processus qui lit les documents atteint {told} : n'indexez que des documents sûrs."


def no_reader(reason: str) -> str:
    """Say that the process that reads documents does not work."""
    return f"Le processus qui lit les documents ne marche pas : {reason}."
