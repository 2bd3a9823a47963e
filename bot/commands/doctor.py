"""`python -m bot doctor`: what the homeserver says of the bot, and what to do about it; exit 1 when all is not well."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.config import Config, load_config
from bot.errors import ConfigurationError, UserError

if TYPE_CHECKING:
    from bot.matrix.doctor import Finding

Backup = Annotated[
    Path | None, typer.Option(metavar="FICHIER", help="Copier les graines de l'identité (à garder en lieu sûr).")
]
NewIdentity = Annotated[
    bool, typer.Option("--new-identity", help="Donner au compte une autre identité, quand ses graines sont perdues.")
]


def doctor(context: typer.Context, backup: Backup = None, new_identity: NewIdentity = False) -> None:
    """Vérifie le compte, l'appareil, sa signature, ses clés et le modèle de langue ; dit quoi faire."""
    # Imported here: it brings nio, which the other commands do not need.
    from bot.matrix import doctor_words as words
    from bot.matrix.doctor import back_up
    from bot.matrix.service import keys_folder

    config = load_config(context.obj)
    if backup is not None:
        back_up(keys_folder(config), backup)
        sys.stdout.write(words.backed_up(backup) + "\n")
        return
    if not asyncio.run(_renewed(config) if new_identity else _all_is_well(config)):
        raise typer.Exit(1)


async def _renewed(config: Config) -> bool:
    from bot.matrix.calls import Refused, Unavailable
    from bot.matrix.doctor import renew_identity
    from bot.matrix.doctor_words import cannot_connect
    from bot.matrix.service import keys_folder

    try:
        finding = await renew_identity(config, keys_folder(config))
    except (Refused, Unavailable) as error:
        raise UserError(cannot_connect(config.matrix.homeserver, str(error))) from error
    return _shown(finding)


def _model_is_well(config: Config) -> bool:
    """Say how the language model is, when there is one."""
    if config.llm is None:
        return True
    from bot import model_texts
    from bot.config import silence_telemetry
    from bot.language.generation import probe

    silence_telemetry()
    try:
        fault, seconds = probe(config.llm)
    except ConfigurationError as error:
        sys.stdout.write(f"✗ {error}\n")
        return False
    if fault is not None:
        sys.stdout.write(f"✗ {model_texts.endpoint_fails(config.llm.model, str(fault), config.llm.timeout_seconds)}\n")
        return False
    answers = model_texts.endpoint_answers(config.llm.model, seconds, wording=config.llm.wording)
    sys.stdout.write(f"✓ {answers}\n")
    return True


async def _all_is_well(config: Config) -> bool:
    from bot.matrix.doctor import examine
    from bot.matrix.service import keys_folder

    is_well = _model_is_well(config)
    async for finding in examine(config, keys_folder(config)):
        is_well = _shown(finding) and is_well
    return is_well


def _shown(finding: "Finding") -> bool:
    sys.stdout.write(f"{'✓' if finding.is_right else '✗'} {finding.text}\n")
    return finding.is_right
