"""A folder of a programme's own files, of every format: how long, and in how much memory, it is read and indexed."""

import csv
import random
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import docx
import psutil
from openpyxl import Workbook
from PIL import Image
from pptx import Presentation
from pptx.util import Inches
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Image as Picture
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

from benchmarks.figures import Bound, Row, Table
from benchmarks.workspace import Workspace
from bot.config import ROOT

FILES, SIZE = 400, 54_000_000  # bytes
FULL, UNCHANGED, HELD = Bound("processeur", 60.0), Bound("processeur", 3.0), Bound("Mo", 500.0)
_EVERY = 0.05  # seconds between two looks
_WORDS = (
    "commune région projet avis comité plafond subvention dossier équipe produit agent service usager démarche "
    "budget année porteur lauréat dépôt calendrier mesure impact numérique réunion décision convention versement"
).split()


class _Author:
    """Writes files of made-up sentences, the same ones each time, each with a picture that makes its weight."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._random = random.Random(17)

    def write(self) -> None:
        """Write all the files."""
        makers: Sequence[tuple[str, Callable[[Path], None]]] = (
            *(("pdf", self._pdf), ("docx", self._docx), ("pdf", self._pdf), ("html", self._html)),
            *(("pptx", self._pptx), ("xlsx", self._xlsx), ("csv", self._csv), ("eml", self._eml)),
        )
        for number in range(FILES):
            ending, make = makers[number % len(makers)]
            make(self._folder / f"note-{number:03d}.{ending}")

    def _sentences(self, count: int) -> str:
        told = ((" ".join(self._random.choices(_WORDS, k=14)), self._random.randrange(10, 900)) for _ in range(count))
        return " ".join(f"{words.capitalize()} de {amount} 000 euros." for words, amount in told)

    def _picture(self) -> BytesIO:
        # Noise does not pack: five files of eight hold one, and PDF and messages write it as text, a quarter larger.
        side = int((SIZE / FILES * 8 / 5 / 3 * 0.79) ** 0.5)
        picture, data = Image.frombytes("RGB", (side, side), self._random.randbytes(side * side * 3)), BytesIO()
        picture.save(data, "PNG")
        data.seek(0)
        return data

    def _pdf(self, path: Path) -> None:
        styles = getSampleStyleSheet()
        story = []
        for page in range(4):
            story += [
                Paragraph(f"Partie {page + 1}", styles["Heading1"]),
                Paragraph(self._sentences(6), styles["Normal"]),
            ]
            story += [Picture(self._picture(), 200, 200)] if page == 0 else [PageBreak()]
        SimpleDocTemplate(str(path)).build(story)

    def _docx(self, path: Path) -> None:
        document = docx.Document()
        for part in range(4):
            document.add_heading(f"Partie {part + 1}", 1)
            document.add_paragraph(self._sentences(6))
        document.add_picture(self._picture(), Inches(3))
        document.save(str(path))

    def _html(self, path: Path) -> None:
        parts = "".join(f"<h2>Partie {part}</h2><p>{self._sentences(6)}</p>" for part in range(4))
        path.write_text(f"<html><head><meta charset='utf-8'><title>Note</title></head><body>{parts}</body></html>")

    def _pptx(self, path: Path) -> None:
        presentation = Presentation()
        for number in range(6):
            slide = presentation.slides.add_slide(presentation.slide_layouts[5])
            slide.shapes.title.text = f"Étape {number}"
            slide.shapes.add_textbox(Inches(1), Inches(2), Inches(6), Inches(1)).text_frame.text = self._sentences(2)
        presentation.slides[0].shapes.add_picture(self._picture(), Inches(1), Inches(4))
        presentation.save(str(path))

    def _xlsx(self, path: Path) -> None:
        book = Workbook()
        for row in [["Produit", "Montant", "Avis"], *([f"P{n}", n * 1000, self._sentences(1)] for n in range(30))]:
            book.active.append(row)
        book.save(path)

    def _csv(self, path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerows([["Produit", "Montant", "Avis"]] + [[f"P{n}", n, self._sentences(1)] for n in range(30)])

    def _eml(self, path: Path) -> None:
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = "Avis rendu", "a@exemple.fr", "b@exemple.fr"
        message.set_content(self._sentences(12))
        message.add_attachment(self._picture().read(), maintype="image", subtype="png", filename="plan.png")
        path.write_bytes(bytes(message))


def measure(workspace: Workspace) -> Table:
    """Return the processor's seconds and the memory of a full and of an unchanged run over the files."""
    place = workspace.inside("files")
    folder = place.folder / "documents"
    folder.mkdir(parents=True)
    _Author(folder).write()
    weight = sum(file.stat().st_size for file in folder.iterdir()) / 1_000_000
    command = [*place.ingestion(), "--source", str(folder)]
    rows = []
    for name, bound in (("complète", FULL), ("sans changement", UNCHANGED)):
        held, used, elapsed = _watched(place, command)
        rows.append(Row(name, {"processeur": used, "écoulé": elapsed, "Mo": held}, bound))
        rows.append(Row(f"{name}, mémoire", {"Mo": held}, HELD))
    return Table("files", "s", rows, [f"{FILES} fichiers de huit formats, {weight:.0f} Mo"])


def _watched(place: Workspace, command: Sequence[str]) -> tuple[float, float, float]:
    """Return the most memory that a command holds with its children, its processor time, and the time it took."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env=place.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    held, used = 0.0, dict[int, float]()
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        with suppress(psutil.Error):
            family = [watched, *watched.children(recursive=True)]
            held = max(held, sum(one.memory_info().rss for one in family) / 1_000_000)
            used |= {one.pid: sum(one.cpu_times()[:2]) for one in family}
        time.sleep(_EVERY)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: {process.returncode}")
    return held, sum(used.values()), time.perf_counter() - started
