"""The homeserver and the people of the tests, for what is measured in rooms."""

import sys

from bot.config import ROOT

sys.path += [str(ROOT / "tests"), str(ROOT / "tests" / "matrix")]

from person import Person, person
from program import KNOWLEDGE, Program
from running import Bot, make_bot
from synapse import Homeserver

__all__ = ["KNOWLEDGE", "Bot", "Homeserver", "Person", "Program", "make_bot", "person"]
