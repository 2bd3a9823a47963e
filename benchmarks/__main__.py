"""`python -m benchmarks [names] [--json FILE]`; the names are those of MEASURES, all of them when none is given.

`python -m benchmarks fuzz --minutes 30 --seed 1` is another matter: benchmarks/fuzz.py.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from benchmarks import files, fuzz, ingestion, latency, machine, matrix, memory, reminders, report, retrieval, startup
from benchmarks.figures import Outcome
from benchmarks.workspace import Workspace, forget_settings
from bot.app import now

MEASURES = {
    "retrieval": retrieval.measure,
    "latency": latency.measure,
    "ingestion": ingestion.measure,
    "files": files.measure,
    "memory": memory.measure,
    "startup": startup.measure,
    "facts": latency.measure_facts,
    "roundtrip": matrix.measure_round_trip,
    "crowd": matrix.measure_crowd,
    "day": matrix.measure_day,
    "standstill": matrix.measure_stand_stills,
    "planning": reminders.measure_planning,
    "reminders": reminders.measure_year,
}


def benchmark(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[" + "|".join(MEASURES) + "]…", help="Ce qui est mesuré ; tout, sinon."),
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Écrire aussi les chiffres dans ce fichier.")] = None,
) -> None:
    """Mesure le bot et montre chaque chiffre à côté de sa borne ; ce ne sont pas des tests : sortie 0."""
    unknown = [name for name in names or () if name not in MEASURES]
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)} : connus : {', '.join(MEASURES)}.")
    forget_settings()
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        for name in dict.fromkeys(names or MEASURES):
            sys.stderr.write(f"{name}…\n")
            outcomes.append(_measured(name, Workspace(Path(folder))))
            report.show(outcomes[-1])
    if json_file is not None:
        found = report.as_json(outcomes, machine.description(), now())
        json_file.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _measured(name: str, workspace: Workspace) -> Outcome:
    before = machine.load()
    table = MEASURES[name](workspace)
    return Outcome(table, (before, machine.load()))


if __name__ == "__main__":
    if sys.argv[1:2] == ["fuzz"]:
        del sys.argv[1]
        typer.run(fuzz.fuzz)
    else:
        typer.run(benchmark)
