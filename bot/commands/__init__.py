"""The commands beside ask and chat: simulate, eligibility, remind, check, evaluate, run, doctor, train, explain."""

import typer

from bot.commands.check import check
from bot.commands.doctor import doctor
from bot.commands.eligibility import eligibility
from bot.commands.evaluate import evaluate
from bot.commands.explain import explain
from bot.commands.options import OneLineRefusals
from bot.commands.remind import remind
from bot.commands.run import run
from bot.commands.simulate import simulate
from bot.commands.train import train


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (simulate, eligibility, remind, check, evaluate, run, doctor, train, explain):
        app.command(cls=OneLineRefusals)(command)
