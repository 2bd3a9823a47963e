"""`python -m bot explain "…"`: what was read of a question, and what the answer rests on, on one screen."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from bot.config import load_config
from bot.console import parse_day, status_of
from bot.errors import UserError
from bot.printable import printable

if TYPE_CHECKING:
    from datetime import date

    from bot.answers.answering import Answerer
    from bot.questions.acts import Query
    from bot.questions.reading import Reading

_ACTS = 3  # the likeliest ones are shown
_UNSURE = 0.1  # a word less likely to be missing is not shown


def explain(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="La question.")],
    today: Annotated[str | None, typer.Option(help="Comme si l'on était ce jour-là (AAAA-MM-JJ).")] = None,
) -> None:
    """Montre ce que le bot lit dans une question : empans, actes, candidats, requête, et ce que la réponse cite."""
    from bot.app import now, open_answerer
    from bot.progress import terminal_progress

    if not question.strip():
        raise UserError('Il n\'y a rien à lire : donnez une question, « python -m bot explain "…" ».')
    day = parse_day(today) if today else now().date()
    with terminal_progress() as progress:
        answerer = open_answerer(load_config(context.obj), progress)
    for line in explained(answerer, question, day):
        sys.stdout.write(printable(line) + "\n")


def explained(answerer: "Answerer", question: str, day: "date") -> Iterator[str]:
    """Yield the lines that tell how a question is read, and what its answer rests on."""
    from bot.questions.situations import Situation

    reader = answerer.reader
    reading = answerer.read(question, day)
    yield f"lu        {reading.scan.text}"
    for span in reading.scan.spans:
        yield f"empan     {span.kind} : « {reading.scan.text[span.start : span.end]} » = {_shown(span.value)}"
    likeliest = sorted(reader.acts(reading, Situation()).items(), key=lambda one: -one[1])[:_ACTS]
    yield "actes     " + ", ".join(f"{name} {p:.2f}" for name, p in likeliest)
    yield from _candidates(answerer, reading)
    weighed = [(word.text, p) for word, p in reading.weighed if p > _UNSURE]
    yield "restes    " + (
        ", ".join(f"{word} {p:.2f}" for word, p in sorted(weighed, key=lambda one: -one[1])) or "aucun"
    )
    yield f"requête   {_query(reader.query(reading, reading.best))}"
    yield from _answer(answerer, question, day)


def _candidates(answerer: "Answerer", reading: "Reading") -> Iterator[str]:
    for one in reading.candidates:
        operation = answerer.reader.operation(reading, one.attribute)
        missing = f", sans {', '.join(one.rest)}" if one.rest else ""
        yield f"candidat  {one.attribute}/{operation} : {one.probability:.2f}, répond : {one.answered:.2f}{missing}"


def _query(query: "Query") -> str:
    filled = {name: value for name, value in query.scope if value}
    scope = ", ".join(f"{name} {_shown(value)}" for name, value in filled.items()) or "sans cadre"
    premises = "".join(f" ; tient pour vrai {_shown(one.period or one.number)} {one.unit}" for one in query.premises)
    bounds = "".join(
        f" ; {word} {value}" for word, value in (("plus de", query.above), ("moins de", query.below)) if value
    )
    return f"{query.attribute} · {query.operation} · {scope}{premises}{bounds}"


def _answer(answerer: "Answerer", question: str, day: "date") -> Iterator[str]:
    from bot import texts

    result = answerer.answer(question, day)
    yield f"réponse   {status_of(result)} {getattr(result, 'reason', '')}".rstrip()
    for line in texts.render(result).splitlines():
        if line.strip():
            yield f"          {line}"
    for cited in dict.fromkeys((one.document, one.section) for one in texts.citations(result)):
        yield f"cite      {' › '.join(cited)}"


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(_shown(one) for one in value)
    named = getattr(value, "name", None)
    if isinstance(named, str):
        return named
    number = getattr(value, "value", None)  # of an amount
    return str(value if number is None else number)
