"""Keeping the index in step with the documents, whatever changes, fails or dies on the way."""

import hashlib
import json
import os
import resource
import shutil
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from damaging import DAMAGES, MANIFEST_DAMAGES
from disks import fill, small_disk
from fakes import AbsentEmbedder, HashingEmbedder

from bot.documents.index import is_intact, open_index, read_passages
from bot.documents.refresh import Refreshed, current_folder, is_outgrown, refresh
from bot.errors import EmbedderUnavailable, IndexUnavailable

pytestmark = pytest.mark.program  # processes that are killed, disks that are full
TESTS = Path(__file__).parents[1]


class Library:
    """A folder of documents, its state directory, and the embedder that counts."""

    def __init__(self, folder: Path) -> None:
        self.source, self.state = folder / "documents", folder / "state"
        self.source.mkdir()
        self.embedder = HashingEmbedder()
        for word in ("plafond", "taux", "calendrier"):
            self.write(f"{word}.md", f"# {word}\n\nLe {word} du FAST.")

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def write_many(self, count: int) -> None:
        for number in range(count):
            self.write(f"many-{number:03}.md", f"# Sujet {number}\n\nLe mot{number} du FAST.")

    def refresh(self, **options: Any) -> Refreshed:
        """Refresh; the embedder then holds what this refresh alone embedded."""
        self.embedder.embedded.clear()
        return refresh(self.source, self.state, self.embedder, **options)

    def is_outgrown(self) -> bool:
        return is_outgrown(self.source, self.state, self.embedder)

    @property
    def folder(self) -> Path:
        folder = current_folder(self.state)
        assert folder is not None
        return folder

    def find(self, question: str) -> str:
        """Return the document of the best passage in the index in force."""
        return open_index(self.folder, self.embedder).search(question)[0].passage.info.document

    def documents(self) -> list[str]:
        return sorted({passage.info.document for passage in read_passages(self.folder)})

    def in_a_process(self, code: str, *, wait: bool = True) -> "subprocess.Popen[str]":
        """Run `code` in another process, with `source`, `state` and `run(embedder)`."""
        preamble = (
            f"import sys; sys.path[:0] = [{str(TESTS)!r}, {str(TESTS.parent)!r}]\n"
            "from pathlib import Path; from fakes import *; from bot.documents.refresh import *\n"
            "from bot.errors import IndexUnavailable\n"
            f"source, state = Path({str(self.source)!r}), Path({str(self.state)!r})\n"
            "def run(embedder): return refresh(source, state, embedder)\n"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", preamble + code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        if wait:
            with process:
                process.wait(60)
                process.output = process.stdout.read() + process.stderr.read()
        return process


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path)


def tree(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Every file and folder, with its mode, its date and a hash of its contents."""
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_mode,
            path.stat().st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        )
        for path in sorted(folder.rglob("*"))
    }


def replaced_unseen(path: Path, content: bytes) -> None:
    """Put other contents of the same size and date, that only reading the file would show."""
    before = path.stat()
    path.write_bytes(content.ljust(before.st_size))
    assert path.stat().st_size == before.st_size
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


# What changes


def test_the_first_refresh_indexes_all_in_a_private_directory(library):
    done = library.refresh()

    assert done.changes.added == ("calendrier.md", "plafond.md", "taux.md")
    assert (done.documents, done.passages, done.embedded) == (3, 3, 3)
    assert library.find("plafond") == "plafond.md"
    assert not library.is_outgrown()
    for folder in (library.state, library.state / "index", library.folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_before_the_first_refresh_there_is_no_index(library):
    assert current_folder(library.state) is None
    assert library.is_outgrown()
    assert not library.state.exists()


def test_unchanged_documents_are_neither_read_nor_embedded_again(library):
    library.refresh()
    before = library.folder
    replaced_unseen(library.source / "taux.md", b"# autre")

    done = library.refresh()

    assert not done.changes
    assert done.changes.unchanged == ("calendrier.md", "plafond.md", "taux.md")
    assert (done.documents, done.passages, done.embedded) == (3, 3, 0)
    assert library.embedder.embedded == []
    assert library.folder == before


def test_documents_that_stay_are_not_read_again_when_another_changes(library):
    library.refresh()
    replaced_unseen(library.source / "taux.md", b"# autre")
    library.write("plafond.md", "# plafond\n\nUn autre plafond.")

    library.refresh()

    assert library.find("taux") == "taux.md"
    assert [text.splitlines()[-1] for text in library.embedder.embedded] == ["Un autre plafond."]


def test_a_file_that_only_looks_newer_changes_nothing(library):
    library.refresh()
    os.utime(library.source / "taux.md")

    assert not library.is_outgrown()
    assert not library.refresh().changes


def test_a_changed_document_is_embedded_again_alone(library):
    library.refresh()
    library.write("taux.md", "# taux\n\nLa moitié du budget.")
    assert library.is_outgrown()

    done = library.refresh()

    assert done.changes.changed == ("taux.md",)
    assert library.embedder.embedded == ["taux\nLa moitié du budget."]
    assert library.find("moitié du budget") == "taux.md"
    assert not library.is_outgrown()


def test_an_added_document_is_embedded_alone_and_found(library):
    library.refresh()
    library.write("sous/dossier/coach.md", "# coach\n\nUn coach aide.")
    assert library.is_outgrown()

    done = library.refresh()

    assert done.changes.added == ("sous/dossier/coach.md",)
    assert (done.documents, done.embedded) == (4, 1)
    assert library.find("coach") == "sous/dossier/coach.md"


def test_a_removed_document_disappears_and_nothing_is_embedded(library):
    library.refresh()
    (library.source / "taux.md").unlink()
    assert library.is_outgrown()

    done = library.refresh()

    assert done.changes.removed == ("taux.md",)
    assert (done.documents, done.embedded) == (2, 0)
    assert library.documents() == ["calendrier.md", "plafond.md"]


def test_a_renamed_document_keeps_its_vectors(library):
    library.refresh()
    (library.source / "taux.md").rename(library.source / "nouveau.md")

    done = library.refresh()

    assert (done.changes.added, done.changes.removed, done.embedded) == (("nouveau.md",), ("taux.md",), 0)
    assert library.find("taux") == "nouveau.md"


def test_the_same_document_twice_is_embedded_once_and_kept_twice(library):
    shutil.copy(library.source / "taux.md", library.source / "copie.md")

    assert library.refresh().embedded == 3
    assert library.documents() == ["calendrier.md", "copie.md", "plafond.md", "taux.md"]
    (library.source / "taux.md").unlink()
    assert library.refresh().embedded == 0
    assert library.find("taux") == "copie.md"


@pytest.mark.parametrize("ending", [".yaml", ".toml"])
def test_a_sidecar_counts_as_a_part_of_its_document(library, ending):
    library.refresh()
    separator = ": " if ending == ".yaml" else " = "

    sidecar = library.write(f"taux.md{ending}", f'title{separator}"Moitié"')
    assert library.is_outgrown()
    assert library.refresh().changes.changed == ("taux.md",)
    assert library.embedder.embedded[0].startswith("Moitié")

    sidecar.write_text(f'title{separator}"Quotité"')
    assert library.refresh().changes.changed == ("taux.md",)

    sidecar.unlink()
    assert library.refresh().changes.changed == ("taux.md",)
    assert library.embedder.embedded == ["taux\nLe taux du FAST."]


def test_documents_that_go_back_to_what_they_were_are_indexed_as_before(library):
    text = (library.source / "taux.md").read_text()
    library.refresh()
    for content in ("# taux\n\nAutre.", text, "# taux\n\nAutre.", text):
        library.write("taux.md", content)
        assert library.refresh().changes.changed == ("taux.md",)
        assert library.find(content) == "taux.md"
    assert read_passages(library.folder)[-1].text == "Le taux du FAST."


def test_another_folder_of_documents_replaces_the_first_and_keeps_common_vectors(library, tmp_path):
    library.refresh()
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy2(library.source / "taux.md", other)
    (other / "coach.md").write_text("# coach\n\nUn coach.")

    library.source = other
    done = library.refresh()

    assert (done.changes.added, done.changes.removed) == (("coach.md",), ("calendrier.md", "plafond.md"))
    assert done.embedded == 1
    assert library.documents() == ["coach.md", "taux.md"]


def test_another_embedder_embeds_everything_again(library):
    library.refresh()
    library.embedder = HashingEmbedder("fake:2")
    assert library.is_outgrown()

    done = library.refresh()

    assert done.changes.rebuilt
    assert len(library.embedder.embedded) == done.embedded == 3
    assert not library.is_outgrown()


def test_another_analysis_of_the_words_embeds_everything_again(library):
    library.refresh()
    manifest = library.folder / "manifest.json"
    values = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(values | {"analysis": "0.0"}))
    assert library.is_outgrown()

    done = library.refresh()

    assert done.changes.rebuilt
    assert len(library.embedder.embedded) == 3


def test_progress_tells_each_step_to_its_end(library):
    library.write_many(40)
    steps: list[tuple[str, int, int]] = []
    library.refresh(progress=lambda step, done, total: steps.append((step, done, total)))

    assert [step for step in steps if step[1] == step[2]] == [("lecture", 43, 43), ("vecteurs", 43, 43)]
    assert steps == sorted(steps)


# What cannot be read


def test_unreadable_documents_are_named_and_the_rest_is_indexed(library):
    library.write("vide.md", "")
    library.write("abîmé.docx", b"PK\x03\x04")
    library.write("tableur.xlsx", b"PK")

    done = library.refresh()

    assert sorted(done.unreadable) == ["abîmé.docx", "tableur.xlsx", "vide.md"]
    assert all(done.unreadable.values())
    assert done.documents == 3
    assert library.find("plafond") == "plafond.md"
    assert not library.is_outgrown()


def test_unreadable_documents_are_tried_again_only_when_they_change(library):
    path = library.write("note.md", bytes(range(32)) * 4)
    reason = library.refresh().unreadable["note.md"]

    replaced_unseen(path, b"# note\n\nUne note.")
    assert library.refresh().unreadable == {"note.md": reason}
    library.write("coach.md", "# coach\n\nUn coach.")
    assert library.refresh().unreadable == {"note.md": reason}
    assert "note.md" not in library.documents()

    os.utime(path)
    done = library.refresh()
    assert (done.changes.changed, done.unreadable) == (("note.md",), {})
    assert "note.md" in library.documents()


def test_what_is_not_read_of_a_document_is_told_until_it_changes(library):
    page = "<p>Le formulaire du FAST, {}.</p>" + '<iframe src="https://exemple.fr/carte"></iframe>' * 2
    library.write("page.html", page.format("ici"))

    told = library.refresh().partial

    assert list(told) == ["page.html"]
    assert told["page.html"].startswith("lu à ")
    assert told["page.html"].endswith(" % : 2 cadres d'autres pages non lus")
    assert library.refresh().partial == told
    library.write("coach.md", "# coach\n\nUn coach.")
    assert library.refresh().partial == told
    library.write("page.html", "<p>Le formulaire du FAST, là.</p>")
    assert library.refresh().partial == {}


def test_a_document_that_becomes_unreadable_leaves_the_index(library):
    library.refresh()
    library.write("taux.md", b"\x00\x01\x02" * 40)

    assert list(library.refresh().unreadable) == ["taux.md"]
    assert library.documents() == ["calendrier.md", "plafond.md"]


@pytest.mark.parametrize("name", [b"caf\xe9.md", b"note.t\xe9t", b"d\xe9p/note.md"])
def test_a_badly_encoded_name_is_told_and_stops_nothing(library, name):
    path = os.path.join(os.fsencode(library.source), name)  # noqa: PTH118 - pathlib takes no bytes
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
        with open(path, "w") as file:  # noqa: PTH123
            file.write("# Café\n\nUn café.")
    except OSError:
        pytest.skip("this file system only takes Unicode names")

    done = library.refresh()

    assert len(done.unreadable) == 1
    assert done.documents == 3
    assert not library.is_outgrown()
    assert library.refresh().unreadable == done.unreadable


def test_documents_of_another_alphabet_alone_are_indexed(tmp_path):
    library = Library(tmp_path)
    for path in library.source.iterdir():
        path.unlink()
    library.write("я.md", "Привет")

    assert library.refresh().documents == 1
    assert library.find("Привет") == "я.md"


def test_a_folder_of_documents_that_does_not_exist_is_named(library):
    library.source = library.source / "absent"

    with pytest.raises(IndexUnavailable, match="absent"):
        library.refresh()
    assert not library.state.exists()


def test_an_empty_folder_is_refused_and_the_index_in_force_stays(library):
    library.refresh()
    before = library.folder
    for path in library.source.iterdir():
        path.unlink()

    with pytest.raises(IndexUnavailable, match="documents"):
        library.refresh()
    assert library.folder == before
    assert library.find("plafond") == "plafond.md"


def test_a_folder_of_unreadable_documents_names_them_all(library):
    for path in library.source.iterdir():
        path.write_bytes(b"")

    with pytest.raises(IndexUnavailable) as refusal:
        library.refresh()
    for name in ("calendrier.md", "plafond.md", "taux.md"):
        assert name in str(refusal.value)
    assert current_folder(library.state) is None


# A dry run


def test_a_dry_run_tells_the_changes_and_writes_and_embeds_nothing(library):
    library.refresh()
    library.find("plafond")
    library.write("taux.md", "# taux\n\nLa moitié.")
    library.write("coach.md", "# coach\n\nUn coach.")
    library.write("vide.md", "")
    (library.source / "calendrier.md").unlink()
    before = tree(library.source.parent)

    done = library.refresh(dry_run=True)

    assert (done.changes.added, done.changes.changed, done.changes.removed) == (
        ("coach.md", "vide.md"),
        ("taux.md",),
        ("calendrier.md",),
    )
    assert (done.documents, done.passages, done.embedded) == (3, 3, 2)
    assert list(done.unreadable) == ["vide.md"]
    assert library.embedder.embedded == []
    assert tree(library.source.parent) == before
    assert library.refresh().embedded == 2


@pytest.mark.parametrize("change", ["nothing", "embedder", "first"])
def test_a_dry_run_writes_nothing_whatever_there_is_to_do(library, change):
    if change != "first":
        library.refresh()
    if change == "embedder":
        library.embedder = HashingEmbedder("fake:2")
    before = tree(library.source.parent)

    done = library.refresh(dry_run=True)

    assert done.embedded == (0 if change == "nothing" else 3)
    assert library.embedder.embedded == []
    assert tree(library.source.parent) == before


@pytest.mark.parametrize("damage", ["truncated passages", "no database", "truncated manifest"])
def test_a_dry_run_on_a_damaged_index_writes_nothing(library, damage):
    library.refresh()
    (DAMAGES | MANIFEST_DAMAGES)[damage](library.folder)
    before = tree(library.source.parent)

    assert library.refresh(dry_run=True).documents == 3
    assert tree(library.source.parent) == before


# The swap


def test_a_reader_of_the_old_index_keeps_answering_during_and_after_refreshes(library):
    library.refresh()
    old, reader = library.folder, open_index(library.folder, HashingEmbedder())
    expected = [(hit.passage.info.document, hit.score) for hit in reader.search("plafond")]
    answers: list[object] = []
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            answers.append([(hit.passage.info.document, hit.score) for hit in reader.search("plafond")])

    thread = threading.Thread(target=read)
    thread.start()
    library.write("plafond.md", "# autre\n\nRien.")
    library.write_many(40)
    library.refresh()
    over.set()
    thread.join()

    assert len(answers) > 3
    assert all(answer == expected for answer in answers)
    assert old.is_dir()
    assert library.folder != old
    assert library.find("mot7") == "many-007.md"
    (library.source / "taux.md").unlink()
    library.refresh()
    assert [(hit.passage.info.document, hit.score) for hit in reader.search("plafond")] == expected


def test_only_the_index_in_force_and_the_one_before_are_kept(library):
    folders = []
    for number in range(4):
        library.write("taux.md", f"# taux\n\nTexte {number}.")
        library.refresh()
        folders.append(library.folder)

    assert sorted(path for path in (library.state / "index").iterdir() if path.is_dir()) == sorted(folders[-2:])


def test_two_refreshes_at_once_both_end_well_and_the_work_is_done_once(library):
    library.write_many(40)
    code = "done = run(HashingEmbedder()); print(done.documents, done.embedded)"
    processes = [library.in_a_process(code, wait=False) for _ in range(2)]
    said = sorted(process.communicate(timeout=60)[0].strip() for process in processes)

    assert [process.returncode for process in processes] == [0, 0]
    assert said == ["43 0", "43 43"]
    assert library.find("mot32") == "many-032.md"
    assert not library.is_outgrown()


def test_an_index_is_opened_by_several_processes_at_once(library):
    library.refresh()
    code = (
        "from bot.documents.index import open_index\n"
        "index = open_index(current_folder(state), HashingEmbedder())\n"
        "print({index.search('plafond')[0].passage.info.document for _ in range(10)})"
    )
    processes = [library.in_a_process(code, wait=False) for _ in range(2)]
    outputs = [process.communicate(timeout=60) for process in processes]

    assert [out.strip() for out, _ in outputs] == ["{'plafond.md'}"] * 2, outputs


# What dies on the way


def test_killed_while_embedding_the_old_index_stays_and_the_next_refresh_works(library):
    library.refresh()
    before, files = library.folder, tree(library.folder)
    library.write_many(40)

    process = library.in_a_process("run(DyingEmbedder(at=2))")

    assert process.returncode == -9
    assert library.folder == before
    assert tree(before).keys() == files.keys()
    assert library.find("plafond") == "plafond.md"
    assert library.refresh().documents == 43
    assert library.find("mot7") == "many-007.md"


@pytest.mark.parametrize("file", ["chroma/chroma.sqlite3", "manifest.json"])
def test_killed_while_writing_an_index_in_force_stays_whole_and_the_rest_is_cleared(library, file):
    library.refresh()
    before = library.folder
    library.write_many(40)
    code = (
        "import os, threading\n"
        "def kill():\n"
        f"    while not list((state / 'index').glob('.building-*/{file}')): os.sched_yield()\n"
        "    os.kill(os.getpid(), 9)\n"
        "threading.Thread(target=kill, daemon=True).start()\n"
        "run(HashingEmbedder())"
    )

    process = library.in_a_process(code)

    # Just before the swap, the blow may come too late: then the new index is in force.
    assert process.returncode == -9 or (file == "manifest.json" and library.folder != before)
    assert is_intact(library.folder)
    assert library.find("plafond") == "plafond.md"
    library.write("coach.md", "# coach\n\nUn coach.")
    assert library.refresh().documents == 44
    assert library.find("coach") == "coach.md"
    left = [path.name for path in (library.state / "index").iterdir() if path.name.startswith(".building")]
    assert left == []


def test_killed_at_the_first_build_there_is_no_index_and_the_next_refresh_makes_one(library):
    assert library.in_a_process("run(DyingEmbedder(at=1))").returncode == -9

    assert current_folder(library.state) is None
    assert library.is_outgrown()
    assert library.refresh().documents == 3


def test_an_embedder_out_of_reach_leaves_the_old_index_and_nothing_else(library):
    library.refresh()
    before = tree(library.state)
    library.write("coach.md", "# coach\n\nUn coach.")
    counting, library.embedder = library.embedder, AbsentEmbedder()

    with pytest.raises(EmbedderUnavailable):
        library.refresh()

    assert tree(library.state).keys() == before.keys()
    library.embedder = counting
    assert library.find("plafond") == "plafond.md"
    assert library.refresh().embedded == 1


# What cannot be written


@pytest.mark.parametrize("limit", [1_000, 100_000])
def test_a_file_that_cannot_grow_is_told_and_the_old_index_stays(library, limit):
    library.refresh()
    before = library.folder
    library.write_many(40)
    code = (
        f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        "try: run(HashingEmbedder())\n"
        "except IndexUnavailable as error: print('told:', error)"
    )

    process = library.in_a_process(code)

    assert process.returncode == 0, process.output
    assert "told:" in process.output
    assert "Traceback" not in process.output
    assert library.folder == before
    assert library.find("plafond") == "plafond.md"
    assert not list((library.state / "index").glob(".building-*"))
    assert library.refresh().documents == 43


def test_on_a_full_disk_the_failure_is_told_and_a_reader_keeps_answering(library, tmp_path):
    with small_disk(tmp_path / "disk", "1m") as disk:
        library.state = disk / "state"
        library.refresh()
        before, reader = library.folder, open_index(library.folder, HashingEmbedder())
        filler = disk / "filler"
        left = shutil.disk_usage(disk).free - 100_000
        filler.write_bytes(bytes(left))
        library.write("coach.md", "# coach\n\nUn coach.")

        with pytest.raises(IndexUnavailable, match="L'index précédent reste en service"):
            library.refresh()

        assert library.folder == before
        assert reader.search("plafond")[0].passage.info.document == "plafond.md"
        assert not list((library.state / "index").glob(".building-*"))
        filler.unlink()
        assert library.refresh().documents == 4
        assert library.find("coach") == "coach.md"


def test_a_disk_without_a_byte_left_is_told(library, tmp_path):
    with small_disk(tmp_path / "disk", "1m") as disk:
        library.state = disk / "state"
        library.refresh()
        before = library.folder
        library.write("coach.md", "# coach\n\nUn coach.")
        fill(disk)

        process = library.in_a_process("try: run(HashingEmbedder())\nexcept IndexUnavailable: print('told')")
        assert "told" in process.output, process.output

        (disk / "filler").unlink()
        assert library.folder == before
        assert library.find("plafond") == "plafond.md"


def test_a_read_only_disk_is_told(library, tmp_path):
    with small_disk(tmp_path / "disk", "1m") as disk:
        library.state = disk / "state"
        library.in_a_process("run(HashingEmbedder())")  # a process that is over keeps no file open for writing
        library.write("coach.md", "# coach\n\nUn coach.")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)

        with pytest.raises(IndexUnavailable, match="lecture seule"):
            library.refresh()


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_state_directory_without_the_right_to_write_is_told(library):
    library.refresh()
    library.write("coach.md", "# coach\n\nUn coach.")
    (library.state / "index").chmod(0o500)
    try:
        with pytest.raises(IndexUnavailable):
            library.refresh()
    finally:
        (library.state / "index").chmod(0o700)
    assert library.find("plafond") == "plafond.md"


def test_a_state_directory_that_cannot_be_made_is_told(library, tmp_path):
    (tmp_path / "file").write_text("")
    library.state = tmp_path / "file" / "state"

    with pytest.raises(IndexUnavailable, match="file"):
        library.refresh()


# Damage


@pytest.mark.parametrize(
    "damage", ["no chroma", "hole in the database", "truncated passages", "truncated array", *MANIFEST_DAMAGES]
)
def test_a_damaged_index_is_built_afresh(library, damage):
    library.refresh()
    (DAMAGES | MANIFEST_DAMAGES)[damage](library.folder)
    assert library.is_outgrown() == (damage in MANIFEST_DAMAGES)

    done = library.refresh()

    assert (done.documents, done.embedded) == (3, 3)
    assert is_intact(library.folder)
    assert library.find("plafond") == "plafond.md"
    assert not library.is_outgrown()
    assert not library.refresh().changes


def test_a_damaged_index_is_built_afresh_when_the_documents_changed_too(library):
    library.refresh()
    DAMAGES["hole in the database"](library.folder)
    library.write("coach.md", "# coach\n\nUn coach.")

    assert library.refresh().embedded == 4
    assert library.find("coach") == "coach.md"


def test_refreshing_leaves_few_files_open(library):
    def open_files() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("no /proc")
    library.refresh()
    before = open_files()
    for number in range(5):
        library.write("taux.md", f"# taux\n\nTexte {number}.")
        library.refresh()

    assert open_files() <= before + 5
    assert open_files() < resource.getrlimit(resource.RLIMIT_NOFILE)[0]
