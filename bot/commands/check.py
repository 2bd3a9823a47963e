"""`python -m bot check`: configuration, knowledge and index, every problem at once, « file : key : what is wrong »."""

import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import typer

from bot import programme_texts as texts
from bot.commands.configuration import Checked, checked_configuration
from bot.config import Config
from bot.errors import ConfigurationError, KnowledgeError
from bot.printable import printable
from bot.programme.attributes import FILE as ATTRIBUTES_FILE
from bot.programme.attributes import Attributes, load_attributes
from bot.programme.criteria_checks import against_facts
from bot.programme.criteria_file import FILE as CRITERIA_FILE
from bot.programme.criteria_file import load_criteria
from bot.programme.examples import failing_examples, load_examples
from bot.programme.facts import load_programme
from bot.reminders.declared import declared_rooms

_log = logging.getLogger("bot")

T = TypeVar("T")
Counts = dict[str, int]


def check(context: typer.Context) -> None:
    """Vérifie la configuration, les connaissances et l'index ; dit tous les problèmes, un par ligne."""
    counts: Counts = {}
    problems = list(dict.fromkeys(every_problem(checked_configuration(context.obj), counts)))
    if problems:
        sys.stdout.write("\n".join(map(printable, problems)) + "\n")
        sys.stderr.write(texts.problems_found(len(problems)) + "\n")
        raise typer.Exit(1)
    sys.stdout.write(texts.all_in_order(counts) + "\n")


def every_problem(checked: Checked, counts: Counts) -> Iterator[str]:
    """Yield every problem; `counts` receives what was looked at, by French name."""
    # Imported here: they bring the index and its libraries, which the other commands do not need.
    from bot.commands.fiches import fiche_problems
    from bot.commands.index_check import index_problems

    yield from checked.problems
    config = checked.config
    if config is None:
        return
    yield from model_problems(config, checked.file)
    documents = config.knowledge.documents if config.knowledge.documents.is_dir() else None
    yield from facts_problems(config.knowledge.programme, documents, counts)
    yield from reading_problems(config.knowledge.programme, config.knowledge.wordings, counts)
    yield from _reminder_problems(config, checked.file)
    if documents:
        yield from fiche_problems(documents, counts)
        yield from index_problems(config, checked.file, counts)


def model_problems(config: Config, file: str) -> Iterator[str]:
    """Yield what keeps the language model from being opened; whether it answers is for `doctor` to say."""
    from bot.language.generation import problem_of

    problem = problem_of(config.llm) if config.llm else None
    if problem:
        yield f"{file} : {problem}"


def facts_problems(folder: Path, documents: Path | None, counts: Counts) -> Iterator[str]:
    """Yield what is wrong with the facts, the criteria and the worked examples, and with what they cite."""
    problems: list[str] = []
    programme = _loaded(lambda: load_programme(folder, documents), "*.toml", problems)
    criteria = _loaded(lambda: load_criteria(folder, documents), CRITERIA_FILE, problems)
    examples = _loaded(lambda: load_examples(folder), "examples.toml", problems)
    yield from dict.fromkeys(problems)
    if programme and criteria:
        yield from (str(problem) for problem in against_facts(criteria, programme, CRITERIA_FILE))
    if programme and examples is not None:
        yield from (str(problem) for problem in failing_examples(programme, examples))
    if programme:
        counts["faits"] = len(programme.all_facts)
        counts["lauréats"] = len(programme.all_laureates)
        counts["autres fonds"] = len(programme.funds)
    counts["critères d'éligibilité"] = sum(len(period.criteria) for period in criteria or ())
    counts["exemples de calcul"] = len(examples or ())


def reading_problems(folder: Path, wordings: Path, counts: Counts) -> Iterator[str]:
    """Yield what is wrong with what can be asked, and with the wordings of it."""
    from bot.questions.wordings import load_wordings

    problems: list[str] = []
    attributes = _loaded(lambda: load_attributes(folder), ATTRIBUTES_FILE, problems)
    listed = _loaded(lambda: load_wordings(wordings), "wordings", problems)
    yield from problems
    if attributes and listed is not None:
        yield from _unasked(attributes, {one.attribute for one in listed})
        counts["attributs"] = len(attributes.all)
        counts["formulations"] = len(listed)


def _unasked(attributes: Attributes, asked: set[str]) -> Iterator[str]:
    """Yield the wordings of no attribute, and the attributes without wording, which nobody can ask for."""
    for name in sorted(asked - attributes.by_name.keys()):
        yield texts.wordings_of_nothing(name, ATTRIBUTES_FILE)
    for name in sorted(attributes.by_name.keys() - asked):
        yield texts.never_asked(name, ATTRIBUTES_FILE)


def _reminder_problems(config: Config, file: str) -> Iterator[str]:
    """Yield what is wrong with the rooms to be reminded; wrong facts, without which they cannot be read, are said."""
    try:
        declared_rooms(config.reminders.rooms, config.reminders.zone, load_programme(config.knowledge.programme))
    except ConfigurationError as error:
        yield from (texts.placed(file, line) for line in str(error).split("\n"))
    except KnowledgeError:
        return


def _loaded(load: Callable[[], T], file: str, problems: list[str]) -> T | None:
    try:
        return load()
    except KnowledgeError as error:
        problems += error.problems
    except Exception as fault:  # noqa: BLE001 - a fault in one file must not hide what is wrong in the others
        _log.debug("fault while checking %s", file, exc_info=True)
        problems.append(texts.unreadable_shape(file, f"{type(fault).__name__} : {fault}"))
    return None
