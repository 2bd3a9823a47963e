"""`python ingest.py` as operators run it: what it says, its exit code, what it costs."""

import json
import os
import pty
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from making import make_docx, make_scanned_pdf, make_word, with_bomb
from program import KNOWLEDGE, ROOT, Program, environment, readable

from bot.documents.index import read_passages
from bot.documents.refresh import current_folder

PRIZE = "# Prix du public du FAST 17\n\nLe prix du public du FAST 17 est remis à Lille le 4 février 2027.\n"
JURY = "Le jury spécial du FAST 16 siège à Besançon, près de l'étang, avec 42 000 euros de crédits.\n"


def documents(program: Program) -> set[str]:
    folder = current_folder(program.state)
    assert folder is not None
    return {passage.info.document for passage in read_passages(folder)}


def tree(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        str(path.relative_to(folder)): (
            path.stat().st_mode,
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in folder.rglob("*")
    }


def measured(program: Program) -> tuple["subprocess.CompletedProcess[str]", float, int]:
    """Run ingest.py; return what it said, the seconds it took, and the most memory a process of it held, in bytes."""
    code = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run(sys.argv[1:])\n"
        "print('memory', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
        "sys.exit(done.returncode)"
    )
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code, sys.executable, str(ROOT / "ingest.py"), "--config", str(program.config)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(),
        timeout=300,
    )
    peak = int(done.stdout.split("memory ")[1]) * (1 if sys.platform == "darwin" else 1024)
    return done, time.monotonic() - start, peak


def test_documents_of_sub_folders_and_of_every_encoding_are_read_and_found_by_ask(indexed):
    (indexed.documents / "sous" / "dossier").mkdir(parents=True)
    (indexed.documents / "sous" / "dossier" / "prix.md").write_text(PRIZE, encoding="utf-16")
    (indexed.documents / "jury.txt").write_bytes(JURY.encode("latin-1"))

    done = indexed.ingest()

    assert done.returncode == 0, done.stderr
    assert "ajouté : sous/dossier/prix.md" in done.stdout
    assert "5 documents" in done.stdout
    # Piped: plain lines, no bar.
    assert not {"\x1b", "\r", "━"} & set(done.stdout + done.stderr)
    prize, jury = indexed.ask("où est remis le prix du public du FAST 17 ?\noù siège le jury spécial du FAST 16 ?\n")
    assert "Lille le 4 février 2027" in prize["text"]
    assert prize["citations"][0]["document"] == "sous/dossier/prix.md"
    assert "Besançon, près de l'étang" in jury["text"]
    assert jury["citations"][0]["document"] == "jury.txt"


def test_documents_that_cannot_be_read_are_named_with_their_reason_and_cost_little(small, tmp_path):
    with (small.documents / "énorme.pdf").open("wb") as huge:
        huge.truncate(200_000_000)
    with_bomb(make_docx(tmp_path / "a.docx"), small.documents / "bombe.docx", size=300 << 20)
    make_scanned_pdf(small.documents / "numérisé.pdf")
    (small.documents / "vide.md").write_text("")
    with (small.documents / "prix.md").open("w") as prize:
        prize.write(PRIZE)
    expected = {
        "énorme.pdf": "200 Mo",
        "bombe.docx": "piégée",
        "numérisé.pdf": "reconnaissance de caractères",
        "vide.md": "vide",
    }

    done, seconds, memory = measured(small)

    assert done.returncode == 1
    for name, reason in expected.items():
        [line] = [line for line in done.stderr.splitlines() if f"non lu : {name}" in line]
        assert reason in line
    assert "Traceback" not in done.stderr
    assert documents(small) == {"plafond.md", "taux.md", "fast-13.md", "prix.md"}
    assert seconds < 90
    assert memory < 1 << 30

    again = small.ingest("--dry-run")
    assert again.returncode == 1
    assert "8 documents inchangés" in again.stdout
    assert all(name in again.stderr for name in expected)


def test_what_is_not_read_of_a_document_is_told_with_its_share(small):
    words = "<w:p><w:r><w:t>À revoir avant la fin.</w:t></w:r></w:p>"
    comment = f"<w:comments {{WORD}}><w:comment w:id='0'>{words}</w:comment></w:comments>"
    make_word(
        small.documents / "note.docx",
        f"<w:p><w:r><w:t>{JURY}</w:t></w:r></w:p>",
        parts={"word/comments.xml": comment},
        relations={"rId7": ("comments", "comments.xml")},
    )

    done = small.ingest()

    assert done.returncode == 0, done.stderr
    assert "ajouté : note.docx" in done.stdout
    assert "note.docx : lu à 80 % : 1 commentaire non lu" in done.stderr.splitlines()


def test_a_badly_encoded_name_stops_nothing(small):
    try:
        Path(os.fsdecode(os.fsencode(small.documents) + b"/caf\xe9.md")).write_text("# Café")
    except OSError:
        pytest.skip("this file system only takes Unicode names")

    done = small.ingest("--dry-run", PYTHONIOENCODING="utf-8:strict")

    assert done.returncode == 1, done.stderr
    assert "mal encodé" in done.stderr
    assert "3 documents" in done.stdout


ODD_NAMES = (
    (b"n" * 250 + b".md", "trop long"),
    (b"\x1b[31mrouge\x07.md", r"\x1b[31mrouge\x07.md : nom de fichier avec des caractères invisibles"),
    (b"a\nnon lu : tout va bien\r.md", r"a\nnon lu : tout va bien\r.md : nom de fichier avec"),
    ("a\u202edm.md".encode(), r"a\u202edm.md : nom de fichier avec"),
    (b"caf\xe9\xff.md", r"caf\udce9\udcff.md : nom de fichier mal encodé"),
    (b"a.\x1b[31mtxt", r"a.\x1b[31mtxt : nom de fichier avec"),
)


def test_odd_names_cost_those_documents_alone_and_are_shown_escaped(small):
    for name, _ in ODD_NAMES:
        try:
            Path(os.fsdecode(os.fsencode(small.documents) + b"/" + name)).write_text(PRIZE)
        except OSError:
            pytest.skip("this file system does not take such names")

    done = small.ingest()

    assert done.returncode == 1, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("non lu : ")]
    assert len(lines) == len(ODD_NAMES)
    for _, reason in ODD_NAMES:
        assert any(reason in line for line in lines), (reason, lines)
    assert len(done.stdout.splitlines()) == 4
    assert all(character.isprintable() or character in "\n\u00a0\u202f" for character in done.stdout + done.stderr)
    assert documents(small) == {"plafond.md", "taux.md", "fast-13.md"}


def test_a_path_too_long_for_the_system_costs_what_is_under_it_alone(small):
    here = os.open(small.documents, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=here)
        inner = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(os.open("prix.md", os.O_CREAT, dir_fd=here))
    os.close(here)

    done = small.ingest()

    assert done.returncode == 1, done.stderr
    [line] = [line for line in done.stderr.splitlines() if line.startswith("non lu : ")]
    assert "trop long" in line
    assert documents(small) == {"plafond.md", "taux.md", "fast-13.md"}


def test_only_what_is_read_is_said_to_be_added_changed_or_removed(indexed):
    (indexed.documents / "tableau.ods").write_text("a;b\n")
    (indexed.documents / "taux.md").write_bytes(b"\0" * 100)

    done = indexed.ingest()

    assert done.returncode == 1
    assert [line for line in done.stdout.splitlines() if " : " in line] == ["retiré : taux.md"]
    assert "non lu : tableau.ods" in done.stderr
    assert "non lu : taux.md" in done.stderr

    (indexed.documents / "tableau.ods").unlink()
    shutil.copy(KNOWLEDGE / "documents" / "taux.md", indexed.documents)
    done = indexed.ingest()
    assert [line for line in done.stdout.splitlines() if " : " in line] == ["ajouté : taux.md"]


def test_a_dry_run_says_what_would_change_and_writes_nothing(indexed):
    (indexed.documents / "prix.md").write_text(PRIZE)
    (indexed.documents / "taux.md").unlink()
    (indexed.documents / "plafond.md").write_text("# Plafond\n\nAutre.")
    before = tree(indexed.config.parent)

    done = indexed.ingest("--dry-run")

    assert done.returncode == 0, done.stderr
    for line in ("ajouté : prix.md", "retiré : taux.md", "modifié : plafond.md"):
        assert line in done.stdout
    assert "2 vecteurs à calculer" in done.stdout
    assert tree(indexed.config.parent) == before


def test_a_first_dry_run_does_not_even_make_the_state_directory(tmp_path, small):
    small.state.rename(tmp_path / "aside")

    done = small.ingest("--dry-run")

    assert (done.returncode, "3 documents" in done.stdout) == (0, True)
    assert not small.state.exists()


def test_another_folder_is_read_instead_of_the_configured_one(indexed, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "prix.md").write_text(PRIZE)

    done = indexed.ingest("--source", str(other))

    assert done.returncode == 0, done.stderr
    assert documents(indexed) == {"prix.md"}


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--source", "EMPTY"], "Aucun document"),
        (["--source", "ABSENT"], "n'existe pas"),
        (["--config", "ABSENT"], "configuration"),
    ],
)
def test_when_nothing_can_be_indexed_it_says_so_in_one_line_and_ends_with_2(small, tmp_path, options, word):
    (tmp_path / "empty").mkdir()
    places = {"EMPTY": str(tmp_path / "empty"), "ABSENT": str(tmp_path / "absent")}

    done = small.ingest(*(places.get(option, option) for option in options))

    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert word in line
    assert done.stdout == ""
    assert current_folder(small.state) is None


def test_when_the_state_directory_cannot_be_made_it_says_so_and_ends_with_2(small, tmp_path):
    (tmp_path / "file").write_text("")

    done = small.ingest(FAST_STATE__DIRECTORY=str(tmp_path / "file" / "state"))

    assert done.returncode == 2
    assert str(tmp_path / "file" / "state") in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_option_ends_with_2_and_help_tells_the_options(small):
    assert small.ingest("--colour").returncode == 2
    done = small.ingest("--help")
    assert done.returncode == 0
    for option in ("--config", "--source", "--dry-run"):
        assert option in done.stdout


def test_a_terminal_shows_a_progress_bar(small):
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "ingest.py"), "--config", str(small.config)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs,
        cwd=ROOT,
        env=environment(TERM="xterm-256color", COLUMNS="120"),
    )
    os.close(theirs)
    shown = b""
    while readable(ours, 120):
        try:
            shown += os.read(ours, 65_536)
        except OSError:  # the other end is closed: the process is over
            break
    os.close(ours)
    out, _ = process.communicate(timeout=60)

    assert process.returncode == 0
    screen = shown.decode()
    assert "Lecture des documents" in screen
    assert "Calcul des vecteurs" in screen
    assert "3/3" in screen
    assert "━" in screen
    assert "━" not in out.decode()
    assert json.loads((current_folder(small.state) / "manifest.json").read_text())["fingerprints"]
