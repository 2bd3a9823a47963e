"""How long a fresh process takes to give its first answer."""

from benchmarks.figures import Bound, Row, Table, spread
from benchmarks.workspace import Workspace

RUNS = 5
QUESTION = "plafond du FAST 15 ?"
FIRST_ANSWER = Bound("médiane", 6.0)


def measure(workspace: Workspace) -> Table:
    """Return the seconds from start to end of a process that answers one question, with the index built."""
    workspace.seconds(workspace.ingestion())
    asking, helping = workspace.bot("ask", QUESTION), workspace.bot("--help")
    uncompiled = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": str(workspace.folder / "nothing")}
    first = workspace.seconds(asking, uncompiled)
    workspace.seconds(asking)  # compiles the modules
    workspace.seconds(helping)
    rows = [
        Row("première réponse", spread([workspace.seconds(asking) for _ in range(RUNS)]), FIRST_ANSWER),
        Row("première réponse, modules non compilés", {"médiane": first}),
        Row("--help", spread([workspace.seconds(helping) for _ in range(RUNS)])),
    ]
    return Table("startup", "s", rows, [f"{RUNS} processus chacune (un seul sans modules compilés), index construit"])
