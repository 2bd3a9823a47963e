"""The commands on the programme's facts: simulate, eligibility, check."""

import typer

from bot.commands.check import check
from bot.commands.eligibility import eligibility
from bot.commands.options import OneLineRefusals
from bot.commands.simulate import simulate


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (simulate, eligibility, check):
        app.command(cls=OneLineRefusals)(command)
