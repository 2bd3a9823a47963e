"""The commands and their options."""

import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import register
from bot.config import Config, load_config
from bot.console import answer_as_json, fault_message, parse_day, read_lines, write_json
from bot.errors import UserError
from bot.printable import printable

if TYPE_CHECKING:
    from bot.answers.answering import Answerer
    from bot.language.assisted import Assisted
    from bot.results import Result

app = typer.Typer(
    help="Assistant FAST : réponses sourcées sur le Fonds d'accélération des Startups d'État et de Territoires.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

ConfigFile = Annotated[Path | None, typer.Option("--config", help="Fichier de configuration (config.toml par défaut).")]
Today = Annotated[str | None, typer.Option(help="Répondre comme si l'on était ce jour-là (AAAA-MM-JJ).")]
AsJson = Annotated[bool, typer.Option("--json", help="Un objet JSON par ligne.")]


@app.callback()
def _main(context: typer.Context, config: ConfigFile = None) -> None:
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    context.obj = config


def _day(today: str | None) -> Callable[[], date]:
    from bot.app import now

    if today is None:
        return lambda: now().date()
    fixed = parse_day(today)
    return lambda: fixed


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[
        str | None, typer.Argument(help="La question ; sans elle, une question par ligne d'entrée.")
    ] = None,
    as_json: AsJson = False,
    today: Today = None,
    conversation: Annotated[
        bool,
        typer.Option(
            "--conversation", help="Les lignes sont les tours d'une conversation ; une ligne vide en ouvre une autre."
        ),
    ] = False,
) -> None:
    """Répond à une question, ou à chaque ligne de l'entrée standard."""
    day = _day(today)
    answerer = _open(_config(context))
    forget_after = _config(context).conversation.forget_after
    turns = Turns(answerer, day, forget_after)

    def reply(line: str | UserError) -> None:
        found = answer_as_json(line, turns.next if conversation else lambda text: answerer.answer(text, day()))
        if as_json:
            write_json(found)
        else:
            sys.stdout.write(found["text"] + "\n\n")
            sys.stdout.flush()

    if question is not None:
        reply(question)
        return
    for line in read_lines(sys.stdin.buffer):
        if conversation and isinstance(line, str) and not line.strip():
            turns = Turns(answerer, day, forget_after)
            continue
        reply(line)


@app.command()
def chat(context: typer.Context, today: Today = None) -> None:
    """Ouvre une conversation dans le terminal (« quitter » ou Ctrl-D pour sortir)."""
    import contextlib

    from rich.console import Console
    from rich.markdown import Markdown

    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 - gives input() its history and line editing

    config = _config(context)
    turns = Turns(_open(config), _day(today), config.conversation.forget_after)
    screen = Console()
    screen.print("[bold]Assistant FAST[/bold] : posez votre question (« quitter » pour sortir).")
    while True:
        try:
            line = input("\n› ").strip()
        except (EOFError, KeyboardInterrupt):
            screen.print("\nÀ bientôt !")
            return
        if line.lower() in {"quitter", "quit", "exit", "q", ":q"}:
            screen.print("À bientôt !")
            return
        found = answer_as_json(line, turns.next)
        screen.print(Markdown(found["text"]))


register(app)


def _config(context: typer.Context) -> Config:
    return load_config(context.obj)


class Turns:
    """The turns of one conversation, each answered with what was said before, unless that was too long ago."""

    def __init__(self, answerer: "Answerer | Assisted", day: Callable[[], date], forget_after: timedelta) -> None:
        from bot.answers.state import Conversation

        self._answerer = answerer
        self._day = day
        self._forget_after = forget_after
        self._conversation = Conversation()

    def next(self, question: str) -> "Result":
        """Return what there is to say to the next turn."""
        from bot.answers.state import remembered
        from bot.app import now

        at = now()
        before = remembered(self._conversation, at, self._forget_after)
        result, after = self._answerer.reply(question, before, self._day())
        self._conversation = replace(after, spoken_at=at)
        return result


def _open(config: Config) -> "Answerer | Assisted":
    from bot.app import assistance, open_answerer
    from bot.progress import terminal_progress

    assisted = assistance(config)
    with terminal_progress() as progress:
        return assisted(open_answerer(config, progress))


def main() -> int:
    """Run the command line; a UserError is one clear message and exit code 2."""
    try:
        app(standalone_mode=True)
    except UserError as error:
        sys.stderr.write(printable(str(error), keep="\n") + "\n")
        return 2
    except Exception:  # noqa: BLE001 - the last boundary: logged with its reference, and the user gets the reference
        sys.stderr.write(fault_message() + "\n")
        return 70
    return 0
