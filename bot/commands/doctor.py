"""`python -m bot doctor`: what the homeserver says of the bot, and what to do about it; exit 1 when all is not well."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import store_words
from bot.commands import doctor_words
from bot.config import Config, load_config, secrets_of
from bot.errors import ConfigurationError, StoreUnusable, UserError
from bot.printable import printable
from bot.secrecy import without_secrets

if TYPE_CHECKING:
    from bot.matrix.doctor import Finding

Backup = Annotated[
    Path | None, typer.Option(metavar="FICHIER", help="Copier les graines de l'identité (à garder en lieu sûr).")
]
NewIdentity = Annotated[
    bool, typer.Option("--new-identity", help="Donner au compte une autre identité, quand ses graines sont perdues.")
]


def doctor(context: typer.Context, backup: Backup = None, new_identity: NewIdentity = False) -> None:
    """Vérifie le compte, l'appareil, sa signature, ses clés, la mémoire et le modèle de langue ; dit quoi faire."""
    known: set[str] = set()
    try:
        config = load_config(context.obj)
        known |= _secrets(config)
        if backup is not None:
            _back_up(config, backup)
        elif not asyncio.run(_say(_renewed(config) if new_identity else _found(config), known)):
            raise typer.Exit(1)
    except UserError as error:
        raise UserError(without_secrets(str(error), known)) from None


def _secrets(config: Config) -> set[str]:
    """Return what must not be shown, wherever it stands."""
    # Imported here, as below: it brings nio, which the other commands do not need.
    from bot.matrix.doctor import kept_secrets
    from bot.matrix.service import keys_folder

    return secrets_of(config) | kept_secrets(keys_folder(config))


def _back_up(config: Config, to: Path) -> None:
    from bot.matrix import doctor_words as words
    from bot.matrix.doctor import back_up
    from bot.matrix.service import keys_folder

    back_up(keys_folder(config), to)
    sys.stdout.write(printable(words.backed_up(to)) + "\n")


async def _say(findings: "AsyncIterator[Finding]", known: set[str]) -> bool:
    """Say each finding, without secrets; return whether all is well."""
    is_well = True
    async for finding in findings:
        said = printable(without_secrets(finding.text, known), keep="\n")
        sys.stdout.write(f"{'✓' if finding.is_right else '✗'} {said}\n")
        sys.stdout.flush()
        is_well = is_well and finding.is_right
    return is_well


async def _renewed(config: Config) -> "AsyncIterator[Finding]":
    from bot.matrix.calls import Refused, Unavailable
    from bot.matrix.doctor import renew_identity
    from bot.matrix.doctor_words import cannot_connect
    from bot.matrix.service import keys_folder

    try:
        yield await renew_identity(config, keys_folder(config))
    except (Refused, Unavailable) as error:
        raise UserError(cannot_connect(config.matrix.homeserver, str(error))) from error


async def _found(config: Config) -> "AsyncIterator[Finding]":
    from bot.matrix.doctor import examine
    from bot.matrix.service import keys_folder

    for local in (_reader, _memory, _model):
        for finding in local(config):
            yield finding
    async for finding in examine(config, keys_folder(config)):
        yield finding


def _reader(_: Config) -> "Iterator[Finding]":
    """Yield how documents are read apart."""
    from bot.documents.content import Unusable
    from bot.documents.sandbox import SANDBOX
    from bot.matrix.doctor import Finding

    try:
        found = SANDBOX.isolation()
    except Unusable as unusable:
        yield Finding(False, doctor_words.no_reader(str(unusable)))
        return
    if found.reached:
        yield Finding(False, doctor_words.not_shut_in(found.reached))
    else:
        yield Finding(True, doctor_words.shut_in(found.walls))


def _memory(config: Config) -> "Iterator[Finding]":
    """Yield how the database is, and what of it was set aside; nothing before the first run."""
    from bot.matrix.doctor import Finding
    from bot.matrix.outbox import Outbox
    from bot.store import StoreUnavailable, open_store

    path = config.state.directory / "bot.db"
    if not path.exists():
        return
    try:
        store = open_store(path)
        yield Finding(True, store_words.usable(Outbox(store).count("new")))
        if counts := store.damaged():
            yield Finding(False, store_words.set_aside(counts, path))
        store.close()
    except StoreUnusable as error:
        yield Finding(False, str(error))
    except StoreUnavailable as error:
        yield Finding(False, store_words.busy_or_unwritable(path, str(error)))


def _model(config: Config) -> "Iterator[Finding]":
    """Yield how the language model is, when there is one."""
    if config.llm is None:
        return
    from bot import model_texts
    from bot.config import silence_telemetry
    from bot.language.generation import probe
    from bot.matrix.doctor import Finding

    silence_telemetry()
    try:
        fault, seconds = probe(config.llm)
    except ConfigurationError as error:
        yield Finding(False, str(error))
        return
    if fault is not None:
        yield Finding(False, model_texts.endpoint_fails(config.llm.model, str(fault), config.llm.timeout_seconds))
    else:
        yield Finding(True, model_texts.endpoint_answers(config.llm.model, seconds, wording=config.llm.wording))
