"""What pydantic and the system refuse, in French: a sentence for each type of error, and the value as a file has it."""

import errno
import re
from collections.abc import Iterator
from datetime import date, time

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_LONGEST_SHOWN = 40
_POSITION = re.compile(r"\(at line (\d+), column (\d+)\)")
_DAY = "date attendue, écrite 2023-12-01 sans guillemets"
_NUMBER = "nombre attendu"
_WHOLE = "nombre entier attendu"
_YES_OR_NO = "true ou false attendu"
_ADDRESS = "adresse attendue, par exemple https://exemple.gouv.fr"
_SAID = {
    "extra_forbidden": "clé inconnue",
    "missing": "clé manquante",
    "string_type": "texte attendu",
    "string_too_short": "texte attendu",
    "string_pattern_mismatch": "adresse en https:// attendue",
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": "nombre fini attendu",
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": "date attendue, sans heure",
    "tuple_type": "liste attendue",
    "list_type": "liste attendue",
    "too_short": "il en faut au moins un élément",
    "model_type": "table attendue",
    "model_attributes_type": "table attendue",
    "dict_type": "table attendue",
    "path_type": "chemin d'un fichier ou d'un dossier attendu, entre guillemets",
    "url_type": _ADDRESS,
    "url_parsing": _ADDRESS,
    "url_scheme": _ADDRESS,
    "url_syntax_violation": _ADDRESS,
    "url_too_long": _ADDRESS,
}
_BOUNDS = {
    "greater_than": ("plus grand que", "gt"),
    "greater_than_equal": ("d'au moins", "ge"),
    "less_than": ("plus petit que", "lt"),
    "less_than_equal": ("d'au plus", "le"),
}
_SYSTEM = {
    errno.ENOENT: "il n'existe pas",
    errno.EACCES: "accès refusé",
    errno.EPERM: "accès refusé",
    errno.EEXIST: "un fichier porte déjà ce nom",
    errno.EISDIR: "c'est un dossier",
    errno.ENOTDIR: "une partie du chemin n'est pas un dossier",
    errno.EROFS: "le système de fichiers est en lecture seule",
    errno.ENOSPC: "le disque est plein",
    errno.EDQUOT: "le quota du disque est atteint",
    errno.EIO: "le disque signale une erreur",
    errno.ELOOP: "c'est un lien symbolique",
    errno.ENAMETOOLONG: "le nom est trop long",
    errno.EFBIG: "le fichier serait trop gros",
    errno.EMFILE: "trop de fichiers sont ouverts",
    errno.ENOMEM: "la mémoire manque",
}
_WITHOUT_VALUE = frozenset({"missing", "extra_forbidden", "too_short"})


def refusals(error: ValidationError, *, show_values: bool = True) -> Iterator[tuple[str, str]]:
    """Yield « key.path », « what is wrong » for each mistake; values are left out where one may be a secret."""
    errors = error.errors(include_url=False)
    for one in errors:
        if not _follows_from_another(one, errors):
            yield key_path(one["loc"]), _message(one, show_values=show_values)


def key_path(parts: tuple[int | str, ...]) -> str:
    """Return « rooms[2].when », positions counted from 1."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in parts).removeprefix(".")


def toml_position(error: Exception) -> tuple[int, int] | None:
    """Return the line and the column, from 1, of what tomllib refuses; None for the end of the file or no place."""
    found = _POSITION.search(str(error))
    return (int(found[1]), int(found[2])) if found else None


def shown(value: object) -> str:
    """Return a value as a file writes it, short enough for one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, dict):
        return "une table"
    if isinstance(value, list | tuple):
        return "une liste"
    text = " ".join(str(value).split())
    short = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    return f"« {short} »" if isinstance(value, str) else short


def system_reason(error: OSError) -> str:
    """Return why the system refuses a file or a folder, as a French clause."""
    return _SYSTEM.get(error.errno or 0) or error.strerror or "le système refuse"


def _follows_from_another(error: ErrorDetails, errors: list[ErrorDetails]) -> bool:
    """Whether a list is called too short only because what is in it was refused."""
    inside = (other["loc"][: len(error["loc"])] for other in errors if len(other["loc"]) > len(error["loc"]))
    return error["type"] == "too_short" and error["loc"] in inside


def _message(error: ErrorDetails, *, show_values: bool) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind in ("literal_error", "enum"):
        said = f"valeur inconnue ; attendu : {context['expected'].replace(' or ', ' ou ')}"
    elif kind in _BOUNDS:
        words, bound = _BOUNDS[kind]
        said = f"nombre {words} {context[bound]:g} attendu"
    else:
        said = _SAID.get(kind, "valeur refusée")
    return f"{said}, et non {shown(error['input'])}" if show_values and kind not in _WITHOUT_VALUE else said
