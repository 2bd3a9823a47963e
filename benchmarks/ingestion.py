"""How long `ingest.py` takes, from nothing and when nothing has changed."""

import shutil

from benchmarks.figures import Bound, Row, Table
from benchmarks.workspace import Workspace, spread

RUNS = 3
FULL = Bound("médiane", 30.0)
UNCHANGED = Bound("médiane", 3.0)


def measure(workspace: Workspace) -> Table:
    """Return the seconds of full and of unchanged ingestions, each a process of its own."""
    place = workspace.inside("ingestion")
    place.run([*place.ingestion(), "--dry-run"])  # compiles the modules
    full, unchanged = [], []
    for _ in range(RUNS):
        shutil.rmtree(place.config.state.directory, ignore_errors=True)
        full.append(place.run(place.ingestion()))
        unchanged.append(place.run(place.ingestion()))
    rows = [Row("complète", spread(full), FULL), Row("sans changement", spread(unchanged), UNCHANGED)]
    ratio = rows[1].figures["médiane"] / rows[0].figures["médiane"]
    return Table("ingestion", "s", rows, [f"{RUNS} fois chacune ; sans changement : {ratio:.0%} de la complète"])
