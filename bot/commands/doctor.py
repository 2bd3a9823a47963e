"""`python -m bot doctor`: what the homeserver says of the bot, and what to do about it; exit 1 when all is not well."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.config import Config, load_config

Backup = Annotated[
    Path | None, typer.Option(metavar="FICHIER", help="Copier les graines de l'identité (à garder en lieu sûr).")
]


def doctor(context: typer.Context, backup: Backup = None) -> None:
    """Vérifie auprès du serveur le compte, l'appareil, sa signature et ses clés ; dit quoi faire."""
    # Imported here: it brings nio, which the other commands do not need.
    from bot.matrix import doctor_words as words
    from bot.matrix.doctor import back_up
    from bot.matrix.service import keys_folder

    config = load_config(context.obj)
    if backup is not None:
        back_up(keys_folder(config), backup)
        sys.stdout.write(words.backed_up(backup) + "\n")
        return
    if not asyncio.run(_all_is_well(config)):
        raise typer.Exit(1)


async def _all_is_well(config: Config) -> bool:
    from bot.matrix.doctor import examine
    from bot.matrix.service import keys_folder

    is_well = True
    async for finding in examine(config, keys_folder(config)):
        sys.stdout.write(f"{'✓' if finding.is_right else '✗'} {finding.text}\n")
        is_well = is_well and finding.is_right
    return is_well
