"""How long a fresh process takes to give its first answer."""

from benchmarks.figures import Bound, Row, Table
from benchmarks.workspace import Workspace, spread

RUNS = 5
QUESTION = "plafond du FAST 15 ?"
FIRST_ANSWER = Bound("médiane", 6.0)


def measure(workspace: Workspace) -> Table:
    """Return the seconds from start to end of a process that answers one question, with the index built."""
    workspace.run(workspace.ingestion())
    asking, helping = workspace.bot("ask", QUESTION), workspace.bot("--help")
    uncompiled = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": str(workspace.folder / "nothing")}
    first = workspace.run(asking, uncompiled)
    workspace.run(asking)  # compiles the modules
    workspace.run(helping)
    rows = [
        Row("première réponse", spread([workspace.run(asking) for _ in range(RUNS)]), FIRST_ANSWER),
        Row("première réponse, modules non compilés", {"médiane": first.elapsed, "processeur": first.processor}),
        Row("--help", spread([workspace.run(helping) for _ in range(RUNS)])),
    ]
    return Table("startup", "s", rows, [f"{RUNS} processus chacune (un seul sans modules compilés), index construit"])
