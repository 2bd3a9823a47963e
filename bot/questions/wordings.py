"""The written wordings of knowledge/wordings/: what people say, and what they mean by it.

A file of wordings is plain text: « [attribute] », then a wording a line, « operation: text ». `check+` and `check-` are
questions whose answer is yes or no, `check?` one whose answer the documents do not tell;
`any` leaves the operation unsaid. Lines that begin with # are comments.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from bot.documents.french import fold
from bot.errors import KnowledgeError
from bot.french.asking import is_negated
from bot.questions.acts import Operation, Role, Says
from bot.questions.situations import TalkTurn

ANY: Final = "any"
HELD: Final = "held-"  # files of wordings that the encoder was not trained on
_TURN: Final = re.compile(r"(\w+) \| ([\w-]+)/([\w-]+) \| (.*?) :: (.+)")
_HEADING: Final = re.compile(r"\[(\w+)\]")
_LINE: Final = re.compile(r"(\w+)([+?-]?) ?: ?(.+)")
_AMOUNT: Final = re.compile(r"\[([+=-]?)([^|\[\]]+)\|(\w+)\]")
_TOLD: Final = re.compile(r"\[([^|\[\]]+)\|(\w+)=(yes|no|unknown)\]")
_MARKED: Final = re.compile(r"\[([^\[\]]+)\]")
_BEFORE: Final = re.compile(r"(asked|last)=(\w+) > ")
_ROLES: Final = {"agents": Role.AGENT_TIME, "spent": Role.ALREADY_SPENT, "granted": Role.ALREADY_GRANTED}


@dataclass(frozen=True)
class Wording:
    """A question as somebody wrote it; `operation` is None when it was not said, `verdict` that of a yes/no question
    (« unsaid »: the documents tell neither).

    `held`: the encoder was not trained on it, so that what is fitted on vectors can be fitted on it.
    """

    text: str
    attribute: str
    operation: Operation | None
    verdict: Literal["yes", "no", "unsaid"] | None = None
    held: bool = False


@dataclass(frozen=True)
class SentenceWording:
    """A question written for a sentence of a fiche, and what the sentence says to it; `held`: to measure, and fit."""

    text: str
    attribute: str
    sentence: str
    says: Says
    held: bool = False


@dataclass(frozen=True)
class NearMiss:
    """A question near an attribute; `missing` are the words that make it unanswerable, empty when it is answered."""

    text: str
    attribute: str
    missing: str


@dataclass(frozen=True)
class TurnWording:
    """A turn of a conversation and its act."""

    text: str
    act: str


@dataclass(frozen=True)
class OrderWording:
    """A turn and what it orders of the bot itself; `when`: the places in `text` that say when, for whom, of what."""

    text: str
    order: str
    when: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class SumWording:
    """A sentence with amounts: for each, its place in `text`, how it changes what was said before, and its role.

    `asked` is the role that had just been asked for, `last` that of the amount said before, "" for none.
    """

    text: str
    amounts: tuple[tuple[int, int, str, Role], ...]
    asked: str = ""
    last: str = ""


@dataclass(frozen=True)
class TellWording:
    """A sentence about a product; `told`: the place in `text` of what tells of a criterion, its id, and the answer."""

    text: str
    told: tuple[tuple[int, int, str, str], ...]


def load_wordings(folder: Path) -> list[Wording]:
    """Return the wordings of attributes. Raises KnowledgeError with every line that is not understood."""
    if not (folder / "questions").is_dir():
        raise KnowledgeError([f"wordings : pas de dossier « {folder / 'questions'} » : vérifiez knowledge.wordings"])
    found: dict[tuple[str, str], Wording] = {}
    problems: list[str] = []
    for path in sorted((folder / "questions").glob("*.txt")):
        attribute, held = "", path.name.startswith(HELD)
        for number, line in _lines(path):
            heading, wording = _HEADING.fullmatch(line), _LINE.fullmatch(line)
            if heading:
                attribute = heading[1]
            elif wording and attribute and (wording[1] == ANY or wording[1] in set(Operation)):
                operation = None if wording[1] == ANY else Operation(wording[1])
                verdict: Any = {"+": "yes", "-": "no", "?": "unsaid"}.get(wording[2])
                found.setdefault((attribute, wording[3]), Wording(wording[3], attribute, operation, verdict, held))
            else:
                problems.append(f"{path.name} : ligne {number} : « opération: texte » attendu sous un [attribut]")
    if problems:
        raise KnowledgeError(problems)
    for turn in itertools.chain(*load_conversations(folder)):
        if turn.whole and turn.attribute:
            operation = Operation(turn.operation) if turn.operation else None
            key = (turn.attribute, turn.whole)
            found.setdefault(key, Wording(turn.whole, turn.attribute, operation, None, held=True))
    return list(found.values())


def load_sentence_wordings(folder: Path) -> list[SentenceWording]:
    """Return the questions written for sentences: « > fiche#heading > first words » stands above them, then a question
    a line: `any` (open), `check+` and `check-` (the sentence says yes, or no), `unsaid` (it is silent). « Oui » to
    a question with a negation is read both ways: such a question counts as an open one.

    Raises KnowledgeError with every line that is not understood.
    """
    found: dict[tuple[str, str], SentenceWording] = {}
    problems: list[str] = []
    for path in sorted((folder / "sentences").glob("*.txt")):
        attribute, sentence, held = "", "", path.name.startswith(HELD)
        for number, line in _lines(path):
            says, _, text = line.partition(": ")
            if heading := _HEADING.fullmatch(line):
                attribute = heading[1]
            elif line.startswith("> "):
                sentence = line[2:].strip()
            elif sentence and says in _SAYS:
                own: Says = "any" if says in _SIDED and is_negated(fold(text)) else _SAYS[says]
                found[sentence, text] = SentenceWording(text.strip(), attribute, sentence, own, held)
            else:
                problems.append(f"{path.name} : ligne {number} : « check+: texte » attendu sous « > fiche#titre > … »")
    if problems:
        raise KnowledgeError(problems)
    return list(found.values())


_SIDED: Final = ("check+", "check-")
_SAYS: Final[dict[str, Says]] = {"any": "any", "check+": "yes", "check-": "no", "unsaid": "unsaid"}


def load_near_misses(folder: Path) -> list[NearMiss]:
    """Return near misses and the controls beside them."""
    parts = (line.split(" :: ", 2) for path in sorted(folder.glob("near*.txt")) for _, line in _lines(path))
    return [
        NearMiss(text.strip(), attribute.strip(), "" if missing.strip() == "-" else missing.strip())
        for attribute, missing, text in (part for part in parts if len(part) == 3)
    ]


def load_turns(folder: Path) -> list[TurnWording]:
    """Return turns with their acts."""
    found = []
    for path in sorted(folder.glob("turns*.txt")):
        for _, line in _lines(path):
            act, _, rest = line.partition(": ")
            text = rest.partition(" | ")[0]  # then which criteria it answers, for the reader of the file
            found.append(TurnWording(text.strip(), act.strip()))
    return found


def load_conversations(folder: Path, files: str = "conversations*.txt") -> list[tuple[TalkTurn, ...]]:
    """Return labelled conversations: « act | attribute/operation | whole question :: text », under « # who asks ».

    Those of held-conversations.txt are kept out of training, to measure.

    Raises KnowledgeError with every line that is not understood.
    """
    found: list[list[TalkTurn]] = []
    problems: list[str] = []
    for path in sorted(folder.glob(files)):
        found.append([])
        for number, line in enumerate(_read(path).splitlines(), start=1):
            turn = _TURN.fullmatch(line.strip())
            if line.startswith("#"):
                found.append([])
            elif turn:
                act, attribute, operation, whole, text = (one.strip() for one in turn.groups())
                whole = {"=": text, "-": ""}.get(whole, whole)
                found[-1].append(TalkTurn(text, act, attribute.strip("-"), operation.strip("-"), whole))
            elif line.strip():
                problems.append(f"{path.name} : ligne {number} : « acte | attribut/opération | question :: texte »")
    if problems:
        raise KnowledgeError(problems)
    return [tuple(one) for one in found if one]


def load_contexts(folder: Path) -> list[tuple[str, str, str]]:
    """Return cuts and what they part: « kind: left || right »; what changes the question (« scope ») parts nothing."""
    found = []
    for path in sorted(folder.glob("contexts*.txt")):
        for _, line in _lines(path):
            kind, _, text = line.partition(": ")
            left, cut, right = text.partition("||")
            if cut:
                found.append(("one" if kind == "scope" else kind, left.strip(), right.strip()))
    return found


def load_wishes(folder: Path) -> list[TurnWording]:
    """Return turns of a sum with what they want."""
    parts = (line.partition(": ") for path in sorted(folder.glob("sum-turns*.txt")) for _, line in _lines(path))
    return [TurnWording(text.strip(), wish) for wish, _, text in parts]


def load_orders(folder: Path) -> list[OrderWording]:
    """Return turns with what they order of the bot itself."""
    parts = (line.partition(": ") for path in sorted(folder.glob("orders*.txt")) for _, line in _lines(path))
    return [_order(order.strip(), text.strip()) for order, _, text in parts]


def _order(order: str, line: str) -> OrderWording:
    text, at, when = "", 0, []
    for match in _MARKED.finditer(line):
        text += line[at : match.start()]
        when.append((len(text), len(text) + len(match[1])))
        text += match[1]
        at = match.end()
    return OrderWording(text + line[at:], order, tuple(when))


def load_sums(folder: Path) -> list[SumWording]:
    """Return sentences with the roles of their amounts."""
    return [
        sentence for path in sorted(folder.glob("amounts*.txt")) for _, line in _lines(path) if (sentence := _sum(line))
    ]


def load_tells(folder: Path) -> list[TellWording]:
    """Return sentences with what they tell of the criteria."""
    return [_tell(line) for path in sorted(folder.glob("tells*.txt")) for _, line in _lines(path)]


def _tell(line: str) -> TellWording:
    text, at, told = "", 0, []
    for match in _TOLD.finditer(line):
        text += line[at : match.start()]
        told.append((len(text), len(text) + len(match[1]), match[2], match[3]))
        text += match[1]
        at = match.end()
    return TellWording(text + line[at:], tuple(told))


def load_doubles(folder: Path) -> list[str]:
    """Return questions that hold two."""
    found = []
    for path in sorted(folder.glob("doubles*.txt")):
        for _, line in _lines(path):
            _, colon, text = line.partition(": ")
            if colon:
                found.append(text.strip())
    return found


def _sum(written: str) -> SumWording | None:
    before = _BEFORE.match(written)
    line = written[before.end() :] if before else written
    text, at, amounts = "", 0, []
    for match in _AMOUNT.finditer(line):
        text += line[at : match.start()]
        role = _role(match[3])
        if role is None:
            return None
        amount = match[2].lstrip("+-=")
        amounts.append((len(text), len(text) + len(amount), match[1], role))
        text += amount
        at = match.end()
    if not amounts:
        return None
    known = {before[1]: str(_role(before[2]) or "")} if before else {}
    return SumWording(text + line[at:], tuple(amounts), known.get("asked", ""), known.get("last", ""))


def _role(name: str) -> Role | None:
    return _ROLES.get(name) or (Role(name) if name in set(Role) else None)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError([f"{path.name} : illisible : ce doit être du texte en UTF-8"]) from error


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(_read(path).splitlines(), start=1):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield number, stripped
