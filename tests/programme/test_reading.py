"""The tables of a knowledge file and the pages that they cite: what is read, and where what is wrong is told."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from records import DAY, page

from bot.errors import KnowledgeError
from bot.programme.models import Key, Source
from bot.programme.pages import Pages, headings_of, not_in_fiches, too_recent
from bot.programme.problems import Faults, Place, Problem, problem_of_text
from bot.programme.reading import Table, is_tables, placed, read_tables
from bot.toml_text import TooDeep

PLACE = Place("f.toml", "fact[1]")


def read(folder: Path, text: str | bytes, faults: Faults) -> list[Table]:
    file = folder / "f.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_tables(file, ("fact", "fund"), faults)


def test_tables_are_read_with_their_name_number_and_label(tmp_path: Path) -> None:
    faults = Faults()
    found = read(tmp_path, "[[fund]]\nid = 'a'\n[[fund]]\nnumber = 3\n[[fact]]\nkey = ['b']\nname = 'c'\n", faults)
    assert [one.place.path for one in found] == ["fund[1](a)", "fund[2](3)", "fact[1](c)"]
    assert [one.content for one in found] == [{"id": "a"}, {"number": 3}, {"key": ["b"], "name": "c"}]
    assert faults == Faults()


def test_tables_in_a_table_are_told_after_it() -> None:
    paths = [one.place.path for one in placed("laureate", [{"name": "A"}, {}], "f.toml", inside="promotion[1]")]
    assert paths == ["promotion[1].laureate[1](A)", "promotion[1].laureate[2]"]
    assert [one.place.path for one in placed("laureate", [{}], "f.toml")] == ["laureate[1]"]


@pytest.mark.parametrize(("value", "answer"), [([{}], True), ([], True), ([{}, 3], False), ({}, False), ("ab", False)])
def test_a_list_of_tables_is_a_list_that_holds_nothing_else(value: object, answer: bool) -> None:
    assert is_tables(value) is answer


@pytest.mark.parametrize(
    ("text", "told", "incomplete"),
    [
        ("[[fonds]]\n", "f.toml : fonds : table inconnue ; attendu : fund", {"fund"}),
        ("[[zzz]]\n", "f.toml : zzz : table inconnue ; attendu : fact, fund", set()),
        ("[fund]\n", "f.toml : fund : liste de tables attendue, écrite [[fund]]", {"fund"}),
        (b"a = '\xe9'\n[[fact]]\n", "f.toml : fichier : illisible : ce n'est pas de l'UTF-8", {"fact"}),
        ("[[fact]]\nkey = ]\n", "f.toml : key : TOML illisible, ligne 2, colonne 7", {"fact"}),
    ],
)
def test_what_cannot_be_read_is_told_and_its_tables_are_incomplete(
    tmp_path: Path, text: str | bytes, told: str, incomplete: set[str]
) -> None:
    faults = Faults()
    assert read(tmp_path, text, faults) == []
    assert [str(problem) for problem in faults.problems] == [told]
    assert faults.incomplete == incomplete


def test_what_can_be_read_beside_a_wrong_table_is_read(tmp_path: Path) -> None:
    assert [one.name for one in read(tmp_path, "[fonds]\n[[fact]]\n", Faults())] == ["fact"]


def test_a_folder_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    faults = Faults()
    assert read_tables(tmp_path, ("fact",), faults) == []
    assert [problem.path for problem in faults.problems] == ["fichier"]


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("a = 1\nb = ]\n", "b", "TOML illisible, ligne 2, colonne 5"),
        ("a = 1\na = 2\n", "a", "clé ou table écrite deux fois, ligne 2, colonne 6"),
        ("a = 1\n= 2\n", "ligne 2", "TOML illisible, ligne 2, colonne 1"),
        ('a = """', "fin du fichier", "TOML illisible : le fichier s'arrête trop tôt"),
    ],
)
def test_a_text_that_is_no_toml_is_told_by_the_key_of_its_line(text: str, path: str, message: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as raised:
        tomllib.loads(text)
    assert problem_of_text(raised.value, "f.toml", text) == Problem("f.toml", path, message)


def test_a_fault_without_position_is_told_of_the_whole_file() -> None:
    assert str(problem_of_text(ValueError(), "f.toml", "a = 1")) == "f.toml : fichier : TOML illisible"
    assert "imbriquées" in problem_of_text(TooDeep(), "f.toml", "a = 1").message


def test_a_problem_is_told_in_one_line_with_its_file_and_key() -> None:
    assert str(PLACE.problem("value", "deux\n lignes")) == "f.toml : fact[1].value : deux lignes"
    assert PLACE.problem("", "x").path == "fact[1]"


def test_a_refused_record_is_told_by_key_and_makes_its_table_incomplete() -> None:
    faults = Faults()
    good = faults.validated(Key, "key", PLACE, {"name": "cap", "unit": "eur", "label": "plafond"})
    assert good
    assert (good.place, good.record.name, faults) == (PLACE, "cap", Faults())
    assert faults.validated(Key, "key", PLACE, {"name": "cap", "unit": "eur"}) is None
    assert [problem.path for problem in faults.problems] == ["fact[1].label"]
    assert faults.incomplete == {"key"}


def test_every_problem_is_raised_once_and_none_when_there_is_none() -> None:
    Faults().raise_if_any()
    one, other = Problem("f", "a", "x"), Problem("f", "b", "x")
    with pytest.raises(KnowledgeError) as raised:
        Faults([one, other, one]).raise_if_any()
    assert list(raised.value.problems) == ["f : a : x", "f : b : x"]


def pages(faults: Faults, *names: str) -> Pages:
    keys = ("id", "title", "publisher", "url", "date")
    contents = [{key: page(name)[key] for key in keys} for name in names]
    return Pages(placed("source", contents, "sources.toml"), faults)


def completed(known: Pages, **found: Any) -> dict[str, Any]:
    return known.completed(found, PLACE)


def test_a_record_gets_the_pages_that_it_refers_to() -> None:
    faults = Faults()
    known = pages(faults, "a", "b")
    ref = {"id": "b", "document": "plafond.md", "section": "Plafond"}
    assert completed(known, sources=[ref], announced=ref) == {"sources": [page("b")], "announced": page("b")}
    assert completed(known, value=3) == {"value": 3}
    assert faults == Faults()


@pytest.mark.parametrize(
    ("ref", "told"),
    [
        ({"id": "z"}, ["f.toml : fact[1].sources[1].id : source inconnue : z"]),
        ({}, ["f.toml : fact[1].sources[1].id : clé manquante"]),
        ({"id": 3}, []),
        ("z", []),
    ],
)
def test_an_unknown_page_is_told_and_stood_in_for(ref: object, told: list[str]) -> None:
    faults = Faults()
    (found,) = completed(pages(faults, "a"), sources=[ref])["sources"]
    assert [str(problem) for problem in faults.problems] == told
    assert found == "z" if ref == "z" else found["title"] == "?"


def test_while_pages_are_missing_none_is_called_unknown_but_one_without_name_is_told() -> None:
    faults = Faults(incomplete={"source"})
    completed(pages(faults, "a"), sources=[{"id": "z"}], announced={"id": "z"})
    assert faults.problems == []
    completed(pages(faults, "a"), announced={})
    assert [problem.path for problem in faults.problems] == ["fact[1].announced.id"]


def test_a_page_described_twice_is_told_and_the_first_one_stays() -> None:
    faults = Faults()
    known = pages(faults, "a", "a", "b")
    assert [problem.path for problem in faults.problems] == ["source[2](a).id"]
    assert faults.incomplete == {"source"}
    assert completed(known, announced={"id": "b"})["announced"]["title"] == "b"


def test_the_paths_of_a_criterion_begin_with_its_own() -> None:
    faults = Faults()
    pages(faults).completed({"sources": [{"id": "z"}]}, PLACE, "criterion[1].")
    assert [problem.path for problem in faults.problems] == ["fact[1].criterion[1].sources[1].id"]


def test_the_headings_of_every_fiche_are_known_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "fonds").mkdir()
    (tmp_path / "fonds" / "a.md").write_text("# Un titre \ntexte\n###### Deux\n####### trop\n#sans\n", encoding="utf-8")
    (tmp_path / "b.md").mkdir()
    (tmp_path / "c.txt").write_text("# Rien", encoding="utf-8")
    assert headings_of(tmp_path) == {"fonds/a.md": {"Un titre", "Deux"}, "b.md": frozenset()}


def test_a_source_is_in_a_section_of_a_fiche() -> None:
    sources = [
        ("one", Source(**page())),
        ("two", Source(**page(section="Taux"))),
        ("three", Source(**page(document="z"))),
    ]
    found = not_in_fiches(PLACE, sources, {"plafond.md": frozenset({"Plafond"})})
    assert [problem.path for problem in found] == ["fact[1].two.section", "fact[1].three.document"]


@pytest.mark.parametrize(("verified", "number"), [(DAY, 0), (date(2024, 2, 9), 1)])
def test_a_source_is_checked_on_its_day_or_later(verified: date, number: int) -> None:
    assert len(list(too_recent(PLACE, verified, [("one", Source(**page()))]))) == number
