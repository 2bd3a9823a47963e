"""The counts of the wordings: made once, kept beside the index, made again when anything they come from has changed."""

import os
from pathlib import Path

import numpy as np
import pytest
from program import KNOWLEDGE

from bot.programme.attributes import load_attributes
from bot.programme.facts import load_programme
from bot.questions.lexicon import load_lexicon
from bot.questions.opening import Counts
from bot.questions.tables import Tables

FACTS = KNOWLEDGE / "programme"
PROGRAMME = load_programme(FACTS)
NAMES = tuple(one.name for one in load_attributes(FACTS).all)
FEW = "[cap]\nvalue: le plafond du FAST 13 ?\nvalue: combien au maximum ?\n[rate]\nvalue: quel taux ?\nany: taux\n"


@pytest.fixture
def wordings(tmp_path: Path) -> Path:
    (tmp_path / "wordings" / "questions").mkdir(parents=True)
    (tmp_path / "wordings" / "questions" / "few.txt").write_text(FEW, encoding="utf-8")
    return tmp_path / "wordings"


@pytest.fixture
def counts(tmp_path: Path, wordings: Path) -> Counts:
    return Counts(tmp_path / "index" / "reader.npz", wordings, FACTS, "builtin")


def tables(counts: Counts) -> Tables:
    return counts.tables(PROGRAMME, load_lexicon(), NAMES)


def same(one: Tables, other: Tables) -> bool:
    return (
        one.attributes == other.attributes
        and one.words.rows == other.words.rows
        and np.array_equal(one.words.values, other.words.values)
        and np.array_equal(one.stem_counts, other.stem_counts)
        and np.array_equal(one.operations, other.operations)
    )


def test_what_is_kept_is_what_was_counted(counts: Counts) -> None:
    assert not counts.is_kept
    made = tables(counts)
    assert counts.is_kept
    assert same(tables(counts), made)
    assert made.count("taux", "rate") == 2
    assert made.count("taux", "cap") == 0


def test_nothing_is_counted_twice(counts: Counts, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tables(counts)
    monkeypatch.setattr("bot.questions.opening.count", lambda *_: pytest.fail("counted again"))
    assert same(tables(counts), made)


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-100], lambda data: b"", lambda data: data[:50] + b"\xff" + data[51:]]
)
def test_a_damaged_file_is_made_again(counts: Counts, damage) -> None:
    made = tables(counts)
    counts.file.write_bytes(damage(counts.file.read_bytes()))
    assert same(tables(counts), made)


def test_another_wording_or_another_embedder_makes_another_version(counts: Counts, wordings: Path) -> None:
    tables(counts)
    other = Counts(counts.file, wordings, FACTS, "another")
    assert not other.is_kept
    (wordings / "questions" / "more.txt").write_text("[rate]\nvalue: le taux, svp\n", encoding="utf-8")
    later = Counts(counts.file, wordings, FACTS, "builtin")
    assert not later.is_kept
    assert tables(later).count("taux", "rate") == 3
    assert later.is_kept


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes anywhere")
def test_where_nothing_can_be_written_the_counts_are_made_all_the_same(counts: Counts) -> None:
    counts.file.parent.mkdir(mode=0o500)
    assert tables(counts).count("taux", "rate") == 2
    assert not counts.is_kept


def test_a_file_where_the_folder_should_be_is_no_fault(tmp_path: Path, wordings: Path) -> None:
    (tmp_path / "taken").write_text("")
    counts = Counts(tmp_path / "taken" / "reader.npz", wordings, FACTS, "builtin")
    assert tables(counts).count("taux", "rate") == 2
    assert list(tmp_path.glob("**/.reader*")) == []
