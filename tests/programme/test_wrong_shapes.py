"""Whatever is written in the knowledge files, it is read or told in one French line by file and key; nothing rises."""

import copy
import json
import random
import shutil
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.commands.check import facts_problems
from bot.errors import KnowledgeError
from bot.programme.attributes import load_attributes

FACTS = Path(__file__).parents[2] / "knowledge" / "programme"
FICHES = Path(__file__).parents[2] / "knowledge" / "documents"
FILES = sorted(file.name for file in FACTS.glob("*.toml"))
DELETED, UNKNOWN_KEY = object(), object()
# Wrong wherever they are put: no key takes them.
ALWAYS_WRONG: dict[str, Any] = {
    "a blank text": "  ",
    "no number": float("nan"),
    "a moment": datetime(2024, 1, 1, 12),
    "an hour": time(12),
    "lists in a list": [[1]],
    "a table": {"a": [1]},
    "an unknown key": UNKNOWN_KEY,
}
MAY_BE_WRONG: dict[str, Any] = {
    "nothing": DELETED,
    "another number": 3,
    "a negative number": -1,
    "a huge number": 10**30,
    "infinity": float("inf"),
    "another text": "zzz",
    "two lines": "a\nb",
    "true": True,
    "a day": date(2024, 2, 29),
    "a day of another century": date(1900, 1, 1),
    "an empty list": [],
    "a list of texts": ["zzz"],
    "a list of tables": [{"id": ["x"]}],
    "an empty table": {},
}
ENGLISH = ("Input should", "valid ", "required", "expected", "unhashable", "object", "datetime.")


def toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, date | time):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str | bool | int) else repr(value)


def file_of(content: dict[str, Any]) -> str:
    lines = [f"{name} = {toml(value)}" for name, value in content.items() if not _is_tables(value)]
    for name, tables in content.items():
        for table in tables if _is_tables(tables) else ():
            lines += [f"[[{name}]]", *(f"{json.dumps(key)} = {toml(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and one for one in value)


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield (*path, key)
        yield from places(one, (*path, key))


@cache
def content_of(file: str) -> dict[str, Any]:
    return tomllib.loads((FACTS / file).read_text(encoding="utf-8"))


def replaced(content: dict[str, Any], path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    result: Any = copy.deepcopy(content)
    holder = result
    for key in path[:-1]:
        holder = holder[key]
    if value is DELETED:
        del holder[path[-1]]
    elif value is UNKNOWN_KEY:
        holder = holder[path[-1]] if isinstance(holder[path[-1]], dict) else holder
        (holder if isinstance(holder, dict) else result)["inconnue"] = 1
    else:
        holder[path[-1]] = value
    return dict(result)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FACTS, tmp_path / "programme"))


def attribute_problems(folder: Path) -> list[str]:
    try:
        load_attributes(folder)
    except KnowledgeError as error:
        return error.problems
    return []


def told(folder: Path, file: str, content: dict[str, Any]) -> list[str]:
    """Return what is said of the folder with that content in the file; each line must be readable."""
    (folder / file).write_text(file_of(content), encoding="utf-8")
    lines = [*facts_problems(folder, FICHES, {}), *attribute_problems(folder)]
    for line in lines:
        assert line.count("\n") == 0
        assert line.split(" : ")[0] in FILES
        assert line.count(" : ") >= 2
        assert len(line) < 400
        assert not any(word in line for word in ENGLISH), line
        assert "genre inattendu" not in line
    return lines


@pytest.mark.parametrize("file", FILES)
def test_a_file_written_otherwise_says_the_same(copied: Path, file: str) -> None:
    assert told(copied, file, content_of(file)) == []


@pytest.mark.parametrize("file", FILES)
def test_a_wrong_value_wherever_it_is_put_is_told_by_file_and_key(copied: Path, file: str) -> None:
    dice = random.Random(file)
    content = content_of(file)
    for name, value in dice.sample(list(ALWAYS_WRONG.items()), 3):
        path = dice.choice(list(places(content)))
        lines = told(copied, file, replaced(content, path, value))
        assert any(line.startswith(f"{file} : ") for line in lines), (path, name, lines)


@pytest.mark.parametrize("file", FILES)
def test_any_other_value_is_read_or_told_and_nothing_rises(copied: Path, file: str) -> None:
    dice = random.Random(file)
    content = content_of(file)
    for value in dice.sample(list(MAY_BE_WRONG.values()), 4):
        told(copied, file, replaced(content, dice.choice(list(places(content))), value))


SHAPES: dict[str, tuple[str, tuple[str | int, ...], Any, str]] = {
    "sources that are no list": (
        "eligibility.toml",
        ("criteria", 0, "criterion", 0, "sources"),
        3,
        "].sources : liste",
    ),
    "a criterion that is no table": ("eligibility.toml", ("criteria", 0, "criterion", 0), 3, "criterion[1] : table"),
    "criteria that are no tables": ("eligibility.toml", ("criteria", 0, "criterion"), {}, ".criterion : liste"),
    "no criteria": ("eligibility.toml", ("criteria",), [], "criteria : aucun critère"),
    "a period of no edition": ("eligibility.toml", ("criteria", 1, "editions"), [], ".editions"),
    "a period of another edition": ("eligibility.toml", ("criteria", 2, "editions", 3), 42, "l'édition 17 n'a pas"),
    "a period of no programme": (
        "eligibility.toml",
        ("criteria", 3, "programme"),
        "conso",
        "programme inconnu : conso",
    ),
    "a period that outlives its fund": ("eligibility.toml", ("criteria", 2, "valid_to"), date(2027, 1, 1), ".valid_to"),
    "a page of criteria twice": (
        "eligibility.toml",
        ("source", 0, "id"),
        "fast-2022",
        "source[1](fast-2022).id : source décrite deux fois",
    ),
    "a key that is a list": (
        "financement.toml",
        ("fact", 0, "key"),
        ["cap"],
        "fact[1].key : texte attendu, et non une l",
    ),
    "a page that is a list": (
        "financement.toml",
        ("fact", 0, "sources", 0, "id"),
        ["x"],
        "sources[1].id : texte attendu",
    ),
    "a page that is a number": ("fonds-2025.toml", ("fund", 0, "sources", 0, "id"), 3, "sources[1].id : texte attendu"),
    "a page twice": (
        "fonds-2025.toml",
        ("fund", 0, "sources"),
        [{"id": "guichets-2025", "document": "autres-fonds-2025.md", "section": "FAST en 2025 (fiche du guichet)"}] * 2,
        ".sources : cité deux fois",
    ),
    "true for an edition": (
        "financement.toml",
        ("fact", 0, "editions", 0),
        True,
        "editions[1] : nombre entier attendu",
    ),
    "a unit in a fact": ("financement.toml", ("fact", 0, "unit"), "eur", ".unit : clé inconnue"),
    "a rate of nothing": ("financement.toml", ("fact", 4, "value"), 0, "(rate)"),
    "a range for a cap": (
        "financement.toml",
        ("fact", 0, "value"),
        {"min": 1, "max": 2},
        "(cap).value : une seule valeur",
    ),
    "a cap that outlives the fund": ("financement.toml", ("fact", 1, "valid_to"), DELETED, "(cap).valid_to"),
    "a cap of no edition": ("financement.toml", ("fact", 1, "editions"), DELETED, "(cap).editions"),
    "days and months mixed": (
        "appels.toml",
        ("fact", 0, "value"),
        {"min": date(2021, 1, 1), "max": "2021-02"},
        "(deadline).value : fourchette",
    ),
    "another unit for what is computed": ("keys.toml", ("key", 0, "unit"), "text", "(cap).unit : eur attendu"),
    "a key that is needed": ("keys.toml", ("key", 9), DELETED, "clé"),
    "a promotion without laureates": ("laureats.toml", ("promotion", 0, "laureate"), 3, "promotion[1](1).laureate"),
    "the edition of a laureate": (
        "laureats.toml",
        ("promotion", 0, "laureate", 0, "edition"),
        2,
        "(Poubelles Battle).edition",
    ),
    "a maximum above the envelope": ("fonds-2025.toml", ("fund", 0, "envelope"), 100, "dépasse envelope"),
    "an address that is none": ("fonds-2025.toml", ("fund", 1, "apply_url"), "ici", ".apply_url : adresse"),
    "a fund replaced by itself": (
        "programmes.toml",
        ("programme", 0, "replaced_by"),
        "fast",
        ".replaced_by : programme inconnu",
    ),
    "an example twice": (
        "examples.toml",
        ("example", 1, "id"),
        "fast-13-budget-sous-le-plafond",
        "exemple décrit deux fois",
    ),
}


@pytest.mark.parametrize("planted", SHAPES.values(), ids=SHAPES)
def test_a_wrong_shape_is_told_once_where_it_is(copied: Path, planted: tuple[str, Any, Any, str]) -> None:
    file, path, value, named = planted
    lines = told(copied, file, replaced(content_of(file), path, value))
    assert any(line.startswith(f"{file} : ") and named in line for line in lines), lines
    assert len(lines) <= 5, lines


def test_wrong_shapes_in_every_file_are_all_told_at_once(copied: Path) -> None:
    wrong = {
        "eligibility.toml",
        "financement.toml",
        "fonds-2025.toml",
        "examples.toml",
        "laureats.toml",
        "sources.toml",
    }
    for file in wrong:
        table = next(iter(content_of(file)))
        (copied / file).write_text(file_of(replaced(content_of(file), (table, 0, "inconnue"), 1)), encoding="utf-8")
    assert {line.split(" : ")[0] for line in facts_problems(copied, FICHES, {})} == wrong


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b"a = " + b"[" * 5000, "TOML illisible"),
        (b"a = " + b"9" * 5000, "TOML illisible"),
        (b"[[fund]]\nid = 'a'\nid = 'b'\n", "deux fois"),
        (b"[[fund]]\nyear = 2024-02-30\n", "year"),
        (b"[[fonds]]\nid = 'a'\n", "attendu : fund"),
        (b'a = """', "trop"),
    ],
)
def test_a_file_that_is_no_toml_is_named_with_its_key(copied: Path, data: bytes, named: str) -> None:
    (copied / "fonds-2025.toml").write_bytes(data)
    (line, *others) = facts_problems(copied, FICHES, {})
    assert line.startswith("fonds-2025.toml : ")
    assert named in line
    assert others == []


def test_a_file_saved_by_notepad_is_read(copied: Path) -> None:
    data = (copied / "fonds-2025.toml").read_bytes()
    (copied / "fonds-2025.toml").write_bytes(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))
    assert list(facts_problems(copied, FICHES, {})) == []


def test_a_folder_called_like_a_file_is_told(copied: Path) -> None:
    (copied / "dossier.toml").mkdir()
    assert [line.split(" : ")[:2] for line in facts_problems(copied, FICHES, {})] == [["dossier.toml", "fichier"]]
