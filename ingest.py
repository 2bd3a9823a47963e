"""Documents → fresh index → swap: `python ingest.py [--config FILE] [--source DIR] [--dry-run]`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.config import load_config
from bot.documents.refresh import Refreshed
from bot.errors import UserError
from bot.printable import printable

SOME_UNREADABLE, NOTHING_CHANGED = 1, 2


def ingest(
    config: Annotated[Path | None, typer.Option(help="Fichier de configuration.")] = None,
    source: Annotated[Path | None, typer.Option(help="Dossier à lire au lieu de celui de la configuration.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Dire ce qui changerait, sans rien écrire.")] = False,
) -> None:
    """Lit les documents, met l'index à jour et le remplace d'un coup ; l'ancien sert jusque-là."""
    from bot.app import refresh_index
    from bot.progress import terminal_progress

    settings = load_config(config)
    if source is not None:
        knowledge = settings.knowledge.model_copy(update={"documents": source.resolve()})
        settings = settings.model_copy(update={"knowledge": knowledge})
    with terminal_progress() as progress:
        done = refresh_index(settings, progress, dry_run=dry_run)
    report(done, dry_run)
    raise typer.Exit(SOME_UNREADABLE if done.unreadable else 0)


def report(done: Refreshed, dry_run: bool) -> None:
    """Write what was done to standard output, and each document not read, or not wholly, to standard error."""
    changes, read = done.changes, done.read
    for word, names in (("ajouté", read.added), ("modifié", read.changed), ("retiré", read.removed)):
        for name in names:
            sys.stdout.write(printable(f"{word} : {name}") + "\n")
    if changes.rebuilt:
        sys.stdout.write("Le modèle de vecteurs ou l'analyse a changé : tout est recalculé.\n")
    for name, reason in sorted(done.unreadable.items()):
        sys.stderr.write(printable(f"non lu : {name} : {reason}") + "\n")
    for name, shortfall in sorted(done.partial.items()):
        sys.stderr.write(printable(f"{name} : {shortfall}") + "\n")
    verb = "Rien n'est écrit (--dry-run) ; l'index aurait" if dry_run else "L'index contient"
    sys.stdout.write(
        f"{verb} {done.documents} documents, {done.passages} passages "
        f"({done.embedded} vecteurs {'à calculer' if dry_run else 'calculés'}, "
        f"{len(changes.unchanged)} documents inchangés).\n"
    )


if __name__ == "__main__":
    # A name that is not text (bytes from another system) is shown all the same.
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        typer.run(ingest)
    except UserError as error:
        sys.stderr.write(printable(str(error), keep="\n") + "\n")
        sys.exit(NOTHING_CHANGED)
