"""`python -m bot check`: in order, or every planted error named by file and key, all at once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.commands.check import every_problem, facts_problems, reading_problems
from bot.commands.configuration import checked_configuration
from bot.commands.fiches import fiche_problems
from commands.running import Ran, run

FICHE = "knowledge/documents/taux.md"


def check(project: Path) -> Ran:
    return run("--config", str(project / "config.toml"), "check")


def plant(file: Path, text: str, instead: str) -> None:
    before = file.read_text(encoding="utf-8")
    assert text in before
    file.write_text(before.replace(text, instead, 1), encoding="utf-8")


def configure(project: Path, text: str) -> None:
    with (project / "config.toml").open("a", encoding="utf-8") as file:
        file.write(text)


def problems(project: Path) -> list[str]:
    """Return what is wrong with the configuration and the knowledge, the index aside."""
    lines: Iterator[str] = every_problem(checked_configuration(project / "config.toml"), {})
    return [line for line in lines if "ingest.py" not in line]


def wrong_facts(project: Path) -> list[str]:
    return list(facts_problems(project / "knowledge" / "programme", project / "knowledge" / "documents", {}))


def wrong_fiches(project: Path) -> list[str]:
    return list(fiche_problems(project / "knowledge" / "documents", {}))


@pytest.fixture
def fiche(tmp_path: Path, knowledge: Path) -> Path:
    """A project whose only fiche is FICHE; return the fiche."""
    (tmp_path / FICHE).parent.mkdir(parents=True)
    return Path(shutil.copy(knowledge / "documents" / "taux.md", tmp_path / FICHE))


def is_named(lines: list[str], file: str, key: str) -> bool:
    return any(line.startswith(f"{file} : ") and key in line for line in lines)


# ---- in order --------------------------------------------------------------------------------------------------------


def test_what_is_in_order_is_said_with_counts(indexed: Path) -> None:
    ran = check(indexed)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Tout est en ordre")
    documents = len(list((indexed / "knowledge" / "documents").glob("*.md")))
    assert f"{documents} documents" in ran.out
    assert "passages" in ran.out
    assert ran.out.count("\n") == 1


def test_checking_changes_nothing(indexed: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in (indexed / "knowledge").rglob("*")}
    current = (indexed / "state" / "index" / "current").read_text(encoding="utf-8")
    check(indexed)
    assert {file: file.stat().st_mtime_ns for file in (indexed / "knowledge").rglob("*")} == before
    assert (indexed / "state" / "index" / "current").read_text(encoding="utf-8") == current


# ---- all at once -----------------------------------------------------------------------------------------------------


def test_problems_of_every_kind_are_named_in_one_run(indexed: Path) -> None:
    facts = indexed / "knowledge" / "programme"
    configure(indexed, '[matrix]\nhomserver = "https://example.org"\npassword_file = "secrets/password"\n')
    plant(facts / "financement.toml", 'key = "rate"', 'key = "taux"')
    plant(facts / "eligibility.toml", 'question = "', 'questions = "')
    plant(facts / "examples.toml", 'budget = "400000"', 'budget = "beaucoup"')
    plant(indexed / FICHE, "publisher: DINUM, beta.gouv.fr\n", "")
    (indexed / "knowledge" / "documents" / "vide.md").write_text("", encoding="utf-8")
    ran = check(indexed)
    lines = ran.out.splitlines()
    assert ran.code == 1
    assert str(len(lines)) in ran.err
    for file, key in (
        ("config.toml", "matrix.homserver"),
        ("config.toml", "matrix.password_file"),
        ("financement.toml", "(rate)" if is_named(lines, "financement.toml", "(rate)") else "(taux).key"),
        ("eligibility.toml", "questions"),
        ("eligibility.toml", "question "),
        ("examples.toml", "budget"),
        ("taux.md", "clé publisher"),
        ("taux.md", "index"),
        ("vide.md", "vide"),
        ("vide.md", "index"),
    ):
        assert is_named(lines, file, key), (file, key, lines)


# ---- the configuration -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[statte]\n", "statte"),
        ("[matrix]\ncalls_per_second = -1\n", "matrix.calls_per_second"),
        ('[matrix]\naccess_token_file = "secrets/token"\n', "matrix.access_token_file"),
        ('[llm]\napi_key_file = "secrets/llm"\n', "llm.api_key_file"),
        ('[reminders]\ntimezone = "Europe/Pari"\n', "reminders.timezone"),
        ('[reminders]\ntimezone = "../etc"\n', "reminders.timezone"),
        ('[[reminders.rooms]]\nroom_id = "salon"\nwhen = "lundi 9h"\n', "reminders.rooms[1].room_id"),
    ],
)
def test_a_wrong_key_is_named_and_the_folders_are_known_all_the_same(project: Path, text: str, key: str) -> None:
    configure(project, text)
    checked = checked_configuration(project / "config.toml")
    assert is_named(list(checked.problems), "config.toml", key), checked.problems
    assert len(checked.problems) == 1
    assert checked.config is not None
    assert checked.config.knowledge.documents == project / "knowledge" / "documents"
    assert checked.config.state.directory == project / "state"


def test_an_unknown_key_beside_the_folders_does_not_hide_them(project: Path) -> None:
    plant(project / "config.toml", "[knowledge]\n", "[knowledge]\ndocumnets = 'x'\n")
    plant(project / FICHE, "verified: 2026-11-21\n", "")
    lines = problems(project)
    assert is_named(lines, "config.toml", "knowledge.documnets")
    assert is_named(lines, "taux.md", "verified")


@pytest.mark.parametrize("text", ["[state\n", "[knowledge]\ndocuments = 3\n"])
def test_a_configuration_that_hides_the_folders_says_that_the_rest_is_not_checked(project: Path, text: str) -> None:
    (project / "config.toml").write_text(text, encoding="utf-8")
    ran = check(project)
    assert ran.code == 1
    assert all(line.startswith("config.toml : ") for line in ran.out.splitlines())
    assert "non vérifiés" in ran.out


def test_a_configuration_that_is_not_there_is_named(tmp_path: Path) -> None:
    ran = check(tmp_path)
    assert ran.code == 1
    assert ran.out.startswith("config.toml : ")


@pytest.mark.parametrize("key", ["documents", "programme"])
def test_a_folder_that_is_not_there_is_named_by_its_key(project: Path, key: str) -> None:
    plant(project / "config.toml", f"knowledge/{key}", f"knowledge/{key}-2")
    assert is_named(problems(project), "config.toml", f"knowledge.{key}")


# ---- the facts -------------------------------------------------------------------------------------------------------

FACTS = {
    "unknown key": ("appels.toml", "verified = 2026-11-21", "verified = 2026-11-21\nverifie = 3", "fact[1](deadline)"),
    "no such day": ("appels.toml", "value = 2021-11-08", 'value = "2021-13"', "fact[1](deadline).value"),
    "unknown page": ("appels.toml", '"promotion-9"', '"promotion-99"', "sources[1].id"),
    "a figure without its section": (
        "financement.toml",
        'section = "Quel était le taux',
        'section = "Le taux',
        "section",
    ),
    "award above the cap": ("laureats.toml", "amount = 280000", "amount = 300001", "(Data.Subvention).amount"),
    "not TOML": ("montants.toml", "[[fact]]", "[[fact]", "TOML illisible"),
    "criterion of no section": (
        "eligibility.toml",
        'section = "Produit sans utilisateur"',
        'section = "?"',
        "satisfied",
    ),
    "criterion without role": ("eligibility.toml", 'role = "priority"', 'role = "bonus"', "role"),
    "criterion of no page": ("eligibility.toml", '{ id = "fast-2022"', '{ id = "fast-2021"', "sources[1].id"),
    "gap between periods": ("eligibility.toml", "valid_to = 2023-04-06", "valid_to = 2023-04-01", "valid_from"),
    "example that no longer holds": (
        "examples.toml",
        'amount = "200000"',
        'amount = "200001"',
        "budget-sous-le-plafond",
    ),
    "example without its amount": ("examples.toml", 'amount = "200000"\n', "", "budget-sous-le-plafond"),
    "pages unreadable": ("sources.toml", "[[source]]", "[[source]", "TOML illisible"),
    "a list that is none": ("eligibility.toml", "sources = [{", "sources = 3 # [{", "eligibility.toml"),
}


@pytest.mark.parametrize("planted", FACTS.values(), ids=FACTS)
def test_a_planted_error_in_the_facts_is_named_by_file_and_key(project: Path, planted: tuple[str, ...]) -> None:
    file, text, instead, key = planted
    plant(project / "knowledge" / "programme" / file, text, instead)
    lines = wrong_facts(project)
    assert any(line.startswith(f"{file} : ") and key in line for line in lines), lines
    assert len(lines) <= 3, lines


def test_a_section_that_was_renamed_is_named_by_every_fact_that_cites_it(project: Path) -> None:
    plant(project / FICHE, "## Quel était le taux", "## Quel est le taux")
    lines = wrong_facts(project)
    assert is_named(lines, "financement.toml", "(rate).sources[1].section")
    assert all("taux.md" in line for line in lines)


@pytest.mark.parametrize("file", ["eligibility.toml", "examples.toml"])
def test_a_file_of_facts_that_is_not_there_is_named(project: Path, file: str) -> None:
    (project / "knowledge" / "programme" / file).unlink()
    assert is_named(wrong_facts(project), file, "fichier")


# ---- the fiches ------------------------------------------------------------------------------------------------------

FICHES = {
    "no title": ("title: Taux de cofinancement du FAST\n", "", "clé title"),
    "no url": ("url: https://beta.gouv.fr/fast/\n", "url:\n", "clé url"),
    "no day": ("published: 2023-04-07\n", "", "clé published"),
    "wrong day": ("published: 2023-04-07", "published: avril 2023", "clé published"),
    "unknown key": ("verified: 2026", "verifed: 2026", "clé verifed"),
    "its missing twin": ("verified: 2026-11-21\n", "", "clé verified"),
    "wrong editions": ("editions: [1,", "editions: [un,", "clé editions"),
    "ends before it begins": ("valid_from: 2022-05-10", "valid_from: 2022-05-10\nvalid_to: 2021-01-01", "valid_to"),
    "not YAML": ("title: ", "title: [", "YAML"),
    "no front matter": ("---\ntitle", "title", "en-tête"),
    "no sources": (
        "\nSources : [Page d'accueil",
        "\nVoir : [Page d'accueil",
        "« Le budget du sponsor multiplié par 2 »",
    ),
    "wrong sources": ("(DINUM, beta.gouv.fr, 2022-05-10) ;", "DINUM 2022 ;", "« Quel était le taux"),
}


@pytest.mark.parametrize("planted", FICHES.values(), ids=FICHES)
def test_a_planted_error_in_a_fiche_is_named_by_file_and_key(
    tmp_path: Path, fiche: Path, planted: tuple[str, str, str]
) -> None:
    text, instead, key = planted
    plant(fiche, text, instead)
    lines = wrong_fiches(tmp_path)
    assert is_named(lines, "taux.md", key), lines
    assert all(line.startswith("taux.md : ") for line in lines)
    assert len(lines) <= 2, lines


def test_several_wrong_keys_of_a_fiche_are_a_line_each(tmp_path: Path, fiche: Path) -> None:
    plant(fiche, "published: 2023-04-07", "published: hier\nauteur: moi")
    lines = wrong_fiches(tmp_path)
    assert len(lines) == 2
    assert is_named(lines, "taux.md", "clé published")
    assert is_named(lines, "taux.md", "clé auteur")


def test_documents_that_are_no_fiches_need_only_be_readable(tmp_path: Path, fiche: Path) -> None:
    folder = fiche.parent
    (folder / "note.txt").write_text("Une note sans métadonnées.\n", encoding="utf-8")
    (folder / "page.md").write_text("---\nlayout: page\ntitle: Une page\n---\n\nDu texte.\n", encoding="utf-8")
    (folder / "autre.md").write_text("# Autre\n\nDu texte.\n", encoding="utf-8")
    (folder / "autre.md.yaml").write_text("publisher: DINUM\n", encoding="utf-8")
    assert wrong_fiches(tmp_path) == []
    (folder / "note.pdf").write_bytes(b"%PDF-1.4 rien")
    lines = wrong_fiches(tmp_path)
    assert len(lines) == 1
    assert lines[0].startswith("note.pdf : ")


# ---- the index -------------------------------------------------------------------------------------------------------


def index_of(project: Path) -> Path:
    current = (project / "state" / "index" / "current").read_text(encoding="utf-8")
    return project / "state" / "index" / current


def test_without_an_index_it_says_how_to_build_it(project: Path) -> None:
    ran = check(project)
    assert ran.code == 1
    assert ran.out.count("\n") == 1
    assert "ingest.py" in ran.out


def test_a_pointer_to_no_index_is_told(indexed: Path) -> None:
    (indexed / "state" / "index" / "current").write_text("0123", encoding="utf-8")
    assert "ingest.py" in check(indexed).out


@pytest.mark.parametrize("part", ["manifest.json", "passages.json", "lexical", "chroma/chroma.sqlite3"])
def test_a_damaged_index_is_told_whatever_part_is(indexed: Path, part: str) -> None:
    damaged = index_of(indexed) / part
    if damaged.is_dir():
        shutil.rmtree(damaged)
    else:
        damaged.write_bytes(b"{")
    ran = check(indexed)
    assert ran.code == 1
    assert ran.out.startswith("index : ")
    assert "abîmé" in ran.out
    assert ran.out.count("\n") == 1


def test_documents_that_the_index_has_not_as_they_are_are_named(indexed: Path) -> None:
    documents = indexed / "knowledge" / "documents"
    plant(indexed / FICHE, "la moitié du budget annuel", "la moitié du budget de l'année")
    (documents / "note.txt").write_text("Une note.\n", encoding="utf-8")
    (documents / "checklist-acceleration.md").unlink()
    ran = check(indexed)
    lines = [line for line in ran.out.splitlines() if "ingest.py" in line]
    assert ran.code == 1
    assert sorted(line.split(" : ")[0] for line in lines) == ["checklist-acceleration.md", "note.txt", "taux.md"]
    assert all(" : index : " in line for line in lines)


def test_a_model_that_cannot_be_used_is_named_by_its_key(indexed: Path) -> None:
    configure(indexed, '[embedding]\nmodel = "inconnu/aucun-modele"\n')
    ran = check(indexed)
    assert is_named(ran.out.splitlines(), "config.toml", "embedding.model")
    assert is_named(ran.out.splitlines(), "index", "embedding.model")


# ---- reminders -------------------------------------------------------------------------------------------------------


def test_a_room_whose_reminder_cannot_be_read_is_named_with_its_place_and_what_is_wrong(project: Path) -> None:
    configure(
        project,
        '[[reminders.rooms]]\nroom_id = "!a:b"\nwhen = "lundi 9h J-7"\n'
        '[[reminders.rooms]]\nroom_id = "!c:d"\nwhen = "lundi 25h"\n'
        '[[reminders.rooms]]\nroom_id = "!a:b"\nwhen = "mardi"\n',
    )
    lines = problems(project)
    assert is_named(lines, "config.toml", "reminders.rooms[2].when : « 25h »")
    assert is_named(lines, "config.toml", "reminders.rooms[3].room_id")
    assert not is_named(lines, "config.toml", "reminders.rooms[1]")


# ---- nested without end ----------------------------------------------------------------------------------------------

KNOWLEDGE_FILES = ("appels", "eligibility", "examples", "sources")
NESTED = {
    "lists": "a = " + "[" * 2_000 + "]" * 2_000,
    "tables": "a = " + "{a = " * 2_000 + "1" + "}" * 2_000,
    "a dotted key": ".".join(["a"] * 2_000) + " = 1",
    "a header": "[" + ".".join(["a"] * 2_000) + "]\nb = 1",
    "tables of a known name": "[[fact]]\nvalue = " + "[" * 300 + "]" * 300,
}


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED)
@pytest.mark.parametrize("file", ["config.toml", *(f"knowledge/programme/{name}.toml" for name in KNOWLEDGE_FILES)])
def test_a_file_nested_too_deep_is_one_line(project: Path, file: str, text: str) -> None:
    (project / file).write_text(text, encoding="utf-8")
    done = check(project)
    assert done.code == 1
    assert "Traceback" not in done.err
    name = file.rpartition("/")[2]
    assert [line for line in done.out.splitlines() if line.startswith(f"{name} : ") and "imbriquées" in line]


# ---- what can be asked -----------------------------------------------------------------------------------------------


def wrong_reading(project: Path) -> list[str]:
    return list(reading_problems(project / "knowledge" / "programme", project / "knowledge" / "wordings", {}))


def test_wordings_of_no_attribute_and_attributes_without_wording_are_named(project: Path) -> None:
    for file in (project / "knowledge" / "wordings" / "questions").glob("*.txt"):
        if "[cap]\n" in file.read_text(encoding="utf-8"):
            plant(file, "[cap]", "[capp]")
    for talks in (project / "knowledge" / "wordings").glob("conversations*.txt"):
        talks.unlink()  # their whole questions are wordings too
    assert any(line.startswith("wordings : capp : ") for line in wrong_reading(project))
    assert is_named(wrong_reading(project), "attributes.toml", "cap")


@pytest.mark.parametrize(
    ("text", "instead", "key"),
    [
        ("[cap]\n", "[cap]\ncolour = 1\n", "cap.colour"),
        ("[cap]\n", "cap = 3\n[capp]\n", "cap"),
        ("[cap]", "[cap", "TOML"),
    ],
)
def test_what_is_wrong_with_an_attribute_is_named(project: Path, text: str, instead: str, key: str) -> None:
    plant(project / "knowledge" / "programme" / "attributes.toml", text, instead)
    assert is_named(wrong_reading(project), "attributes.toml", key)


def test_a_line_that_is_no_wording_and_a_missing_folder_are_named(project: Path) -> None:
    folder = project / "knowledge" / "wordings"
    (folder / "questions" / "money.txt").write_text("[cap]\ndance: le plafond ?\n", encoding="utf-8")
    assert wrong_reading(project) == ["money.txt : ligne 2 : « opération: texte » attendu sous un [attribut]"]
    shutil.rmtree(folder)
    [line] = wrong_reading(project)
    assert "knowledge.wordings" in line
