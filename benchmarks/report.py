"""Saying the figures: a table on a terminal, plain lines in a pipe, JSON in a file."""

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from benchmarks.figures import Bound, Outcome, Row, Table

_DIGITS = {"": 3, "ms": 1, "s": 2, "Mo": 0}
_TITLES = {
    "retrieval": "Recherche : une fiche attendue parmi les n premiers passages",
    "latency": "Latence d'une réponse à chaud",
    "ingestion": "Ingestion",
    "files": "Ingestion de fichiers de tous les formats",
    "memory": "Mémoire résidente",
    "startup": "Démarrage d'un processus",
    "roundtrip": "Matrix : de la question envoyée à la réponse reçue",
    "crowd": "Matrix : tous à la fois",
    "day": "Matrix : une journée en accéléré",
    "standstill": "Matrix : combien de temps la boucle du bot s'arrête",
    "planning": "Rappels : une minute de planification",
    "reminders": "Rappels : une année en accéléré",
    "facts": "Ce qu'ajoute une réponse par les faits",
}


def show(outcome: Outcome) -> None:
    """Write one table to standard output, for eyes or for a pipe."""
    if sys.stdout.isatty():
        _show_rich(outcome)
    else:
        sys.stdout.write("\n".join(_plain(outcome)) + "\n\n")
        sys.stdout.flush()


def as_json(outcomes: Sequence[Outcome], machine: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Return everything as values for JSON."""
    return {
        "at": at.isoformat(timespec="seconds"),
        "machine": dict(machine),
        "benchmarks": {one.table.title: _table_as_json(one) for one in outcomes},
    }


def _table_as_json(outcome: Outcome) -> dict[str, Any]:
    table = outcome.table
    rows = [
        {
            "name": row.name.removeprefix("· "),
            "figures": {column: round(value, 4) for column, value in row.figures.items()},
            "bound": None if row.bound is None else vars(row.bound),
            "ok": row.holds,
        }
        for row in table.rows
    ]
    return {"unit": table.unit, "load": list(outcome.load), "rows": rows, "notes": list(table.notes)}


def _lines(table: Table) -> list[list[str]]:
    """Return the head and the rows of a table as cells, the bound and how much of it is used at the end."""
    head = [table.unit and f"({table.unit})", *table.columns, "borne", "part", ""]
    return [head, *([row.name, *_cells(row, table), *_verdict(row, table.unit)] for row in table.rows)]


def _cells(row: Row, table: Table) -> list[str]:
    return [_number(row.figures[name], table.unit) if name in row.figures else "" for name in table.columns]


def _verdict(row: Row, unit: str) -> list[str]:
    bound = row.bound
    if bound is None:
        return ["", "", ""]
    return [
        _limit(bound, unit),
        f"{row.figures[bound.column] / bound.limit:.0%}",
        "ok" if row.holds else "non",
    ]


def _limit(bound: Bound, unit: str) -> str:
    return f"{bound.column} {'≥' if bound.at_least else '<'} {f'{bound.limit:g}'.replace('.', ',')} {unit}".rstrip()


def _number(value: float, unit: str) -> str:
    return f"{value:.{_DIGITS[unit]}f}".replace(".", ",")


def _load(outcome: Outcome) -> str:
    return "charge de la machine : {:.1f} avant, {:.1f} après".format(*outcome.load).replace(".", ",")


def _plain(outcome: Outcome) -> list[str]:
    table = outcome.table
    lines = _lines(table)
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    yielded = [f"{table.title} : {_TITLES[table.title]}"]
    for first, *cells in lines:
        aligned = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        yielded.append("  ".join([first.ljust(widths[0]), *aligned]).rstrip())
    return [*yielded, *(f"# {note}" for note in (*table.notes, _load(outcome)))]


def _show_rich(outcome: Outcome) -> None:
    from rich.console import Console
    from rich.table import Table as Drawn

    (first, *columns), *lines = _lines(outcome.table)
    drawn = Drawn(title=_TITLES[outcome.table.title], title_justify="left", title_style="bold")
    drawn.add_column(first)
    for column in columns:
        drawn.add_column(column, justify="right")
    for *cells, verdict in lines:
        colour = {"ok": "green", "non": "bold red"}.get(verdict)
        drawn.add_row(*cells, f"[{colour}]{verdict}[/]" if colour else verdict)
    screen = Console()
    screen.print(drawn)
    for note in (*outcome.table.notes, _load(outcome)):
        screen.print(note, style="dim", highlight=False, markup=False)
    screen.print()
