"""What is wrong with the bot's memory (its database), and what to do about it, in French."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

_ORIGINS: Final = {
    "inbox": "messages reçus",
    "outbox": "messages à envoyer",
    "undecrypted": "messages sans clé",
    "conversations": "conversations",
    "exchanges": "conversations",
    "reminders": "abonnements aux rappels",
}


def damaged(file: Path, error: str) -> str:
    """Say that the database is not a whole one."""
    return (
        f"La mémoire du bot « {file} » est abîmée, ou n'est pas la sienne ({error}). Rien n'y a été écrit. Bot arrêté, "
        "restaurez ce fichier de la sauvegarde ; sans sauvegarde, mettez-le de côté avec ses fichiers « -wal » et "
        "« -shm » : le bot repart sans mémoire."
    )


def of_a_newer_version(file: Path, version: int, known: int) -> str:
    """Say that the database was written by a newer version of the bot."""
    return (
        f"La mémoire du bot « {file} » est celle d'une version plus récente du bot (schéma {version}, et celle-ci "
        f"connaît le {known}). Rien n'y a été écrit : remettez la version récente, ou restaurez la sauvegarde d'avant."
    )


def usable(waiting: int) -> str:
    """Say that the database can be used, and how much waits in it."""
    return f"La mémoire du bot est lisible ; {waiting} message{'s' if waiting > 1 else ''} à envoyer."


def busy_or_unwritable(file: Path, reason: str) -> str:
    """Say that the database cannot be opened now."""
    return f"La mémoire du bot « {file} » ne s'ouvre pas : {reason}."


def set_aside(counts: Mapping[str, int], file: Path) -> str:
    """Say how many rows could not be read; they are kept, and not tried again."""
    told = ", ".join(f"{_ORIGINS.get(origin, origin)} : {number}" for origin, number in counts.items())
    return (
        f"Des lignes de la mémoire étaient illisibles : elles sont mises de côté, gardées dans « {file} », et ne "
        f"seront pas réessayées ({told}). Vérifiez le disque, et sauvegardez ce fichier."
    )


LOCKED: Final = "un autre programme s'en sert"
UNOPENED: Final = "le système ne l'ouvre pas"
