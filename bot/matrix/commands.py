"""Which command is meant: « !fast simuler 450 k€ », « fast aide », « échéances », or a free question. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rapidfuzz import fuzz, process

from bot.programme.names import fold


class Name(StrEnum):
    """The commands, as help shows them."""

    HELP = "aide"
    QUESTION = "question"
    SIMULATE = "simuler"
    ELIGIBILITY = "éligibilité"
    DEADLINES = "échéances"
    REMINDERS = "rappels"
    AGENDA = "agenda"
    SOURCES = "sources"
    STATUS = "statut"
    UNKNOWN = "inconnue"


@dataclass(frozen=True)
class Command:
    """What to do, and on what.

    `text` is the question, or what follows the command's word, or the word that is no command; `suggestion` is the
    command which that one looks like.
    """

    name: Name
    text: str = ""
    suggestion: Name | None = None


_NAMES: Final = {
    "aide": Name.HELP,
    "aides": Name.HELP,
    "help": Name.HELP,
    "menu": Name.HELP,
    "commandes": Name.HELP,
    "question": Name.QUESTION,
    "demander": Name.QUESTION,
    "simuler": Name.SIMULATE,
    "simule": Name.SIMULATE,
    "simulation": Name.SIMULATE,
    "calculer": Name.SIMULATE,
    "eligibilite": Name.ELIGIBILITY,
    "eligible": Name.ELIGIBILITY,
    "echeances": Name.DEADLINES,
    "echeance": Name.DEADLINES,
    "calendrier": Name.DEADLINES,
    "rappels": Name.REMINDERS,
    "rappel": Name.REMINDERS,
    "agenda": Name.AGENDA,
    "ics": Name.AGENDA,
    "sources": Name.SOURCES,
    "source": Name.SOURCES,
    "statut": Name.STATUS,
    "status": Name.STATUS,
    "etat": Name.STATUS,
}
_SOURCES: Final = "Quelles sont tes sources ?"
_CALL: Final = re.compile(r"\s*(?P<mark>!\s*)?fast\b[\s:,]*", re.IGNORECASE)
_MARK: Final = re.compile(r"\s*!\s*(?=[^\W\d_])")
_WORD: Final = re.compile(r"\s*(?P<word>[^\W\d_]+)(?P<rest>.*)", re.DOTALL)
_WITHOUT_ARGUMENT: Final = frozenset({Name.HELP, Name.STATUS})
_COMPLEMENT: Final = re.compile(r"\s+(?:de|du|des)\b|\s+d['’]", re.IGNORECASE)
_OF_REMINDERS: Final = re.compile(
    r"(?:(?:tous les|chaque|le|les) )?(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)s?\b"
    r"|(?:apercu|arreter|arrete|stop|pause|reprendre)$"
)
_ALIKE: Final = 70  # rapidfuzz ratio, of 100
_FEW_WORDS: Final = 3  # with more words after `!fast`, what looks like a command is a question


def read_command(text: str) -> Command:
    """Return the command that a message is; what is no command is a free question.

    After `!`, or `!fast`, a word that is nearly a command is UNKNOWN with its suggestion.
    """
    mark = _CALL.match(text)
    if mark and mark["mark"]:
        return _after_mark(text[mark.end() :])
    if bare := _MARK.match(text):  # « !aide », « !fats aide »
        word, rest = _split(text[bare.end() :])
        return _after_mark(rest if fuzz.ratio(fold(word), "fast") >= _ALIKE else text[bare.end() :])
    return (mark and _alone(text[mark.end() :])) or _alone(text) or Command(Name.QUESTION, text.strip())


def question_of(command: Command) -> str | None:
    """Return what to ask of the dialogue for a command, or None when it is none of its questions (help, reminders…)."""
    match command.name:
        case Name.QUESTION:
            return command.text or None
        case Name.SIMULATE:
            return f"simuler {command.text}".strip()
        case Name.ELIGIBILITY:
            return f"éligibilité {command.text}".strip()
        case Name.DEADLINES:
            # « échéances du FAST 15 » loses its subject without its first word.
            return f"{command.name} {command.text}" if command.text else None
        case Name.SOURCES:
            return f"{command.name} {command.text}" if command.text else _SOURCES
        case _:
            return None


def is_about_reminders(command: Command) -> bool:
    """Whether a command is about reminders, the agenda, or all deadlines."""
    return command.name in (Name.REMINDERS, Name.AGENDA) or (command.name is Name.DEADLINES and not command.text)


def _after_mark(text: str) -> Command:
    """Read what follows the mark: a command and its argument, else nearly one, else a question."""
    if not text.strip():
        return Command(Name.HELP)
    word, rest = _split(text)
    name = _NAMES.get(fold(word))
    if name in _WITHOUT_ARGUMENT and _COMPLEMENT.match(rest):  # « aide de l'État ? », « état des lieux »
        return Command(Name.QUESTION, text.strip())
    if name is not None:
        return _with_argument(name, rest)
    suggestion = _nearest(word)
    if suggestion and len(text.split()) <= _FEW_WORDS:
        return Command(Name.UNKNOWN, word, suggestion)
    return Command(Name.QUESTION, text.strip())


def _alone(text: str) -> Command | None:
    """Read a command without the mark: its name alone, or before an argument where no question starts so."""
    word, rest = _split(text)
    name = _NAMES.get(fold(word))
    if name is None:
        return None
    if not rest.strip(" \n?!.:"):
        return Command(name)
    # « question de fond », « simulation du 15 ? » are questions; « question : … », « simuler 450 k€ » are commands.
    return _with_argument(name, rest) if _is_argument(name, fold(word), rest) else None


def _is_argument(name: Name, word: str, rest: str) -> bool:
    """Whether what follows a command's word, without the mark, is its argument and not the rest of a question."""
    if name is Name.QUESTION:
        return rest.lstrip().startswith(":")
    if name is Name.REMINDERS:
        return bool(_OF_REMINDERS.match(fold(rest)))
    return word in {"simuler", "simule"}


def _with_argument(name: Name, rest: str) -> Command:
    argument = rest.lstrip(" \n:,").strip()
    return Command(Name.HELP) if name is Name.QUESTION and not argument else Command(name, argument)


def _split(text: str) -> tuple[str, str]:
    found = _WORD.match(text)
    return (found["word"], found["rest"]) if found else ("", text)


def _nearest(word: str) -> Name | None:
    """Return the command whose name looks most like a word."""
    found = process.extractOne(fold(word), list(_NAMES), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return _NAMES[found[0]] if found else None
