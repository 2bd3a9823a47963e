"""What is wrong in the knowledge files is named by file and key, everything at once."""

import shutil
from pathlib import Path

import pytest

from bot.errors import KnowledgeError
from bot.programme.facts import load_programme

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
FACTS = KNOWLEDGE / "programme"
FICHES = KNOWLEDGE / "documents"

Plant = tuple[str, str, str, str]  # file, text there, text instead, what the problem names beside the file
FACT = '[[fact]]\nkey = "cap"\npopulation = "product"\neditions = [11, 12, 13, 14]\nvalid_from = 2022-05-10\n'
PLANTS: dict[str, Plant] = {
    "unknown key": ("financement.toml", FACT, FACT + "platfond = 3\n", "fact[1](cap).platfond : clé inconnue"),
    "missing key": ("financement.toml", "value = 300000\n", "", "fact[1](cap).value : clé manquante"),
    "unknown table": ("fonds-2025.toml", "[[fund]]", "[[fonds]]\n[[fund]]", "fonds : table inconnue"),
    "single table": ("consolidation.toml", "[[fact]]", "[fund]\n[[fact]]", "fund : liste de tables"),
    "no such day": ("appels.toml", "value = 2023-05-15", "value = 2023-02-30", "value : TOML illisible"),
    "broken TOML": ("appels.toml", "value = 2023-05-15", "value = 2023-05-15 16", "value : TOML illisible"),
    "date as text": ("appels.toml", "value = 2023-05-15", 'value = "15 mai 2023"', "fact[6](deadline).value"),
    "date with hour": ("appels.toml", "value = 2023-05-15", "value = 2023-05-15T12:00:00", "(deadline).value"),
    "float money": ("financement.toml", "value = 300000\n", "value = 300000.5\n", "fact[1](cap).value"),
    "negative money": ("financement.toml", "value = 300000\n", "value = -300000\n", "fact[1](cap).value"),
    "true money": ("financement.toml", "value = 300000\n", "value = true\n", "fact[1](cap).value"),
    "word for money": ("financement.toml", "value = 300000\n", 'value = "300 k€"\n', "fact[1](cap).value"),
    "zero for unknown": ("financement.toml", "value = 300000\n", "value = 0\n", "fact[1](cap) : 0 €"),
    "percent above 100": ("financement.toml", "value = 50\n", "value = 150\n", "(rate).value"),
    "half a laureate": ("appels.toml", "value = 18\n", 'value = "18"\n', "(applications).value"),
    "range reversed": ("financement.toml", "{ min = 4, max = 8 }", "{ min = 8, max = 4 }", "(support_months).value"),
    "range misspelt": ("financement.toml", "{ min = 4, max = 8 }", "{ mini = 4, max = 8 }", "(support_months).value"),
    "no such month": ("financement.toml", '"2025-02"', '"2025-13"', "(support_until).value : mois attendu"),
    "empty text": ("montants.toml", '"DINUM Incubateur"', '" "', "(decider).value : texte attendu"),
    "unknown qualifier": ("financement.toml", '"up_to"', '"at_most"', "fact[1](cap).qualifier : valeur inconnue"),
    "unknown population": ("financement.toml", '"product"', '"produit"', "fact[1](cap).population : valeur inconnue"),
    "undeclared fact": ("financement.toml", 'key = "cap"', 'key = "plafond"', "fact[1](plafond).key"),
    "no scope": ("montants.toml", "undated = true\n", "", "(session_money)"),
    "edition twice": ("financement.toml", "[11, 12, 13, 14]", "[11, 12, 13, 14, 14]", "fact[1](cap)"),
    "source of another edition": (
        "financement.toml",
        "editions = [14] }",
        "editions = [15] }",
        "fact[1](cap).sources[8].editions",
    ),
    "end before start": (
        "financement.toml",
        "valid_to = 2024-02-22",
        "valid_to = 2022-02-22",
        "fact[1](cap) : valid_to",
    ),
    "gap in editions": ("financement.toml", "[11, 12, 13, 14]\nvalid", "[11, 12, 14]\nvalid", "l'édition 13"),
    "gap in days": ("financement.toml", "valid_to = 2024-02-22", "valid_to = 2024-01-22", "fact[2](cap).valid_from"),
    "overlap of editions": (
        "financement.toml",
        "[15, 16, 17]\nvalid",
        "[14, 15, 16, 17]\nvalid",
        "fact[2](cap).editions",
    ),
    "overlap of days": (
        "financement.toml",
        "valid_from = 2024-02-23",
        "valid_from = 2024-02-22",
        "fact[2](cap).valid_from",
    ),
    "overlap of years": ("montants.toml", "year = 2025\nvalue = 2500000", "year = 2023\nvalue = 2500000", "(envelope)"),
    "lone alternative": (
        "appels.toml",
        "value = 2023-05-15\n",
        "value = 2023-05-15\nalternative = true\n",
        "alternative",
    ),
    "closed before announced": ("appels.toml", "value = 2023-12-01", "value = 2023-09-01", "(deadline).value"),
    "closed after promotion": ("appels.toml", "value = 2023-12-01", "value = 2024-12-01", "après la promotion"),
    "unknown edition": ("financement.toml", "[15, 16, 17]\nvalid", "[15, 16, 17, 42]\nvalid", "fact[2](cap).editions"),
    "laureate of no edition": (
        "laureats.toml",
        "edition = 10",
        "edition = 42",
        "promotion[10](42).edition",
    ),
    "unknown programme": (
        "consolidation.toml",
        '"consolidation"\n',
        '"consolidations"\n',
        "fact[1](deadline).programme",
    ),
    "unknown successor": ("programmes.toml", 'replaced_by = "c', 'replaced_by = "d', "programme[1](fast).replaced_by"),
    "successor without day": ("programmes.toml", "replaced_on = 2026-05-21\n", "", "programme[1](fast)"),
    "unknown source": ("appels.toml", '"comite-2023"', '"comite-2032"', "fact[6](deadline).sources[3].id"),
    "no source": ("montants.toml", "sources = [{ id =", "sources = [] # [{ id =", "fact[2](total).sources"),
    "source without section": (
        "appels.toml",
        ', section = "Nombre de candidatures au FAST 13"',
        "",
        "sources[1].section",
    ),
    "address not https": ("sources.toml", "https://alliancy", "http://alliancy", "(alliancy).url"),
    "source twice": ("sources.toml", 'id = "fast-2023"', 'id = "fast-2022"', "source[2](fast-2022).id"),
    "key twice": ("keys.toml", 'name = "rate"', 'name = "cap"', "key[2](cap).name"),
    "unknown unit": ("keys.toml", '"percent"', '"pourcent"', "key[2](rate).unit"),
    "edition listed twice": ("programmes.toml", "number = 14", "number = 13", "edition[14](13).number"),
    "promotions out of order": ("programmes.toml", '"2024-09"', '"2023-10"', "edition[15](15).month"),
    "laureate twice": (
        "laureats.toml",
        'name = "Mobilic"\ndoes = "sert',
        'name = "MonDocurba"\naliases = ["doc urba"]\ndoes = "sert',
        "lauréat cité deux fois",
    ),
    "award above the cap": ("laureats.toml", "amount = 280000", "amount = 300001", "(Data.Subvention).amount"),
    "incubator above its cap": (
        "laureats.toml",
        'amount = 200000\nporter = "l\'ADEME"',
        "amount = 230000",
        "écologique).amount",
    ),
    "too many laureates": ("laureats.toml", "edition = 17", "edition = 16", "13 lauréats cités, pour 5"),
    "fund twice": ("fonds-2025.toml", 'id = "guichet-agents"', 'id = "guichet-usagers"', "fund[3](guichet-usagers).id"),
    "fund upside down": ("fonds-2025.toml", "minimum = 100000", "minimum = 300000", "fund[1](ftap-donnees-ia)"),
    "fund without limit but one": (
        "fonds-2025.toml",
        "unlimited = true",
        "unlimited = true\nmaximum = 1",
        "fund[4](ftap)",
    ),
    "checked too early": (
        "appels.toml",
        "verified = 2026-11-21",
        "verified = 2020-11-21",
        "fact[1](deadline).verified",
    ),
    "no such fiche": ("financement.toml", '"plafond.md"', '"plafonds.md"', "fact[1](cap).sources[1].document"),
    "no such section": (
        "financement.toml",
        '"Plafond du FAST 11 (2022)"',
        '"Plafond du FAST 11"',
        "sources[4].section",
    ),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FACTS, tmp_path / "programme"))


def problems(folder: Path) -> tuple[str, ...]:
    with pytest.raises(KnowledgeError) as caught:
        load_programme(folder, FICHES)
    return caught.value.problems


def plant(folder: Path, file: str, text: str, instead: str) -> None:
    before = (folder / file).read_text(encoding="utf-8")
    assert text in before
    (folder / file).write_text(before.replace(text, instead, 1), encoding="utf-8")


@pytest.mark.parametrize("planted", PLANTS.values(), ids=PLANTS)
def test_a_planted_error_is_named_by_file_and_key(copy: Path, planted: Plant) -> None:
    file, text, instead, named = planted
    plant(copy, file, text, instead)
    found = problems(copy)
    assert any(problem.startswith(f"{file} : ") and named in problem for problem in found), found
    assert len(found) <= 3, found


def test_every_error_is_named_at_once(copy: Path) -> None:
    planted = [PLANTS[name] for name in ("unknown key", "no such day", "fund upside down", "unknown successor")]
    for file, text, instead, _ in planted:
        plant(copy, file, text, instead)
    found = problems(copy)
    for file, _, _, named in planted:
        assert any(problem.startswith(f"{file} : ") and named in problem for problem in found), found


def test_a_call_that_closes_before_it_opens_is_an_error(copy: Path) -> None:
    keys = (copy / "appels.toml").read_text(encoding="utf-8").split("[[fact]]")[1]
    opening = keys.replace('"deadline"', '"opening"').replace("2021-11-08", "2021-11-09")
    with (copy / "appels.toml").open("a", encoding="utf-8") as file:
        file.write("\n[[fact]]" + opening)
    assert any("appels.toml : fact[1](deadline).value" in problem for problem in problems(copy))


def test_a_file_that_is_not_utf_8_is_named(copy: Path) -> None:
    (copy / "methode.toml").write_bytes("label = 'durée'".encode("latin-1"))
    assert any(problem.startswith("methode.toml : fichier : illisible") for problem in problems(copy))


def test_a_folder_without_facts_is_an_error(tmp_path: Path) -> None:
    assert len(problems(tmp_path)) == 1


def test_without_the_fiches_the_sections_are_not_checked(copy: Path) -> None:
    plant(copy, "financement.toml", '"plafond.md"', '"plafonds.md"')
    assert load_programme(copy).facts("cap")
