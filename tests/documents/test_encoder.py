"""The project's own embedder: its file is the one its card tells, and near questions have near vectors."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bot.documents.encoder import CARD, FOLDER, MODEL, OwnEmbedder
from bot.errors import EmbedderUnavailable


@pytest.fixture(scope="module")
def embedder() -> OwnEmbedder:
    return OwnEmbedder()


def test_the_files_are_those_of_the_card_and_stay_under_32_megabytes():
    card = json.loads((FOLDER / CARD).read_text(encoding="utf-8"))
    assert sum(file["bytes"] for file in card["files"].values()) <= 32_000_000
    assert card["licence"] == "MIT"


def test_vectors_are_of_unit_length_in_the_order_asked(embedder: OwnEmbedder):
    texts = ["le plafond fast 13", "un texte plus long que les autres, qui sera donc dans un autre lot " * 9, "plafond"]
    rows = np.array(embedder.embed_documents(texts))
    assert rows.shape == (3, 384)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-4)
    for text, row in zip(texts, rows, strict=True):
        # A text is quantised with those of its batch: the same vector but for rounding.
        assert row @ np.array(embedder.embed_query(text)) > 0.99


def test_no_text_and_an_empty_text_are_taken(embedder: OwnEmbedder):
    assert embedder.embed_documents([]) == []
    assert np.linalg.norm(embedder.embed_query("")) == pytest.approx(1, abs=1e-4)


def test_case_accents_and_ligatures_do_not_count(embedder: OwnEmbedder):
    assert embedder.embed_query("À quoi sert l’Œuvre ?") == embedder.embed_query("a quoi sert l'oeuvre ?")


def test_two_ways_of_asking_the_same_are_nearer_than_two_questions(embedder: OwnEmbedder):
    asked, same, other = map(
        np.array,
        embedder.embed_documents(
            [
                "quel est le maximum par produit ?",
                "c'est quoi le plafond du cofinancement",
                "qui siege au comite d'investissement ?",
            ]
        ),
    )
    assert asked @ same > asked @ other + 0.2


def test_english_is_near_the_french_of_the_same_question(embedder: OwnEmbedder):
    asked = np.array(embedder.embed_query("How much money can we get?"))
    same, other = map(
        np.array, embedder.embed_documents(["Combien d'argent peut-on recevoir ?", "Le chat dort au soleil."])
    )
    assert asked @ same > asked @ other


def test_long_and_odd_texts_are_taken(embedder: OwnEmbedder):
    rows = np.array(embedder.embed_documents(["?", "a" * 5_000, "plafond " * 5_000, "\ud83d\ude00", "\x00"]))
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-4)


def test_a_damaged_file_is_refused_with_one_french_sentence(tmp_path: Path):
    folder = Path(shutil.copytree(FOLDER, tmp_path / "encoder"))
    damaged = folder / MODEL
    damaged.write_bytes(damaged.read_bytes()[:-1])
    with pytest.raises(EmbedderUnavailable, match=MODEL):
        OwnEmbedder(folder).embed_query("plafond")
    damaged.unlink()
    with pytest.raises(EmbedderUnavailable, match=MODEL):
        OwnEmbedder(folder).embed_query("plafond")


def test_the_identity_changes_with_the_file(embedder: OwnEmbedder, tmp_path: Path):
    card = json.loads((FOLDER / CARD).read_text(encoding="utf-8"))
    card["files"][MODEL]["sha256"] = "0" * 64
    (tmp_path / CARD).write_text(json.dumps(card), encoding="utf-8")
    assert embedder.identity == OwnEmbedder().identity != OwnEmbedder(tmp_path).identity


def test_importing_the_module_loads_no_heavy_library():
    told = "import sys, bot.documents.encoder as e; e.OwnEmbedder(); print({'onnxruntime'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"
