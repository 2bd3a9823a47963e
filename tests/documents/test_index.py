"""The index: a fused search by words and by meaning, written once, opened as it was, damage told apart."""

import dataclasses
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from damaging import DAMAGES, DATABASE_DAMAGES
from fakes import DIMENSIONS, HashingEmbedder

from bot.documents.index import (
    DamagedIndex,
    digest,
    heading,
    indexed_text,
    is_intact,
    open_index,
    read_passages,
    read_vectors,
    write_index,
)
from bot.documents.passages import DocumentInfo, Passage, Source

SOURCE = Source("Page du FAST", "DINUM", "https://beta.gouv.fr/fast", date(2023, 4, 7))
MEANINGS = {"argent": "financ", "sous": "financ"}  # « argent » means « financement »


def passage(document: str, section: str, text: str, position: int = 0) -> Passage:
    info = DocumentInfo(document, document.removesuffix(".md").title(), SOURCE, date(2022, 1, 1), None, (13,), None)
    return Passage(info, section, text, (SOURCE,), position)


PASSAGES = [
    passage("plafond.md", "Plafond du FAST 13", "Le plafond du FAST 13 est de 300 000 €."),
    passage("plafond.md", "Plafond du FAST 15", "Le plafond du FAST 15 est de 200 000 €.", 1),
    passage("taux.md", "Taux", "Le financement couvre la moitié du budget."),
    passage("coach.md", "Suivi", "Un coach suit l'équipe pendant six mois."),
    passage("fast-13.md", "", "Lauréats de la treizième édition."),
]


def written(folder: Path, passages: list[Passage], embedder: HashingEmbedder) -> Path:
    folder.mkdir()
    texts = {digest(indexed_text(one)): indexed_text(one) for one in passages}
    vectors = dict(zip(texts, embedder.embed_documents(list(texts.values())), strict=True))
    write_index(folder, passages, vectors)
    return folder


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder(meanings=MEANINGS)


def test_the_heading_trail_stands_in_front_of_what_is_indexed():
    assert indexed_text(PASSAGES[0]).startswith("Plafond › Plafond du FAST 13\nLe plafond")
    assert heading(PASSAGES[4]) == "Fast-13"


@pytest.mark.parametrize(
    ("question", "section"),
    [
        ("plafond du fast 13", "Plafond du FAST 13"),
        ("0,2 M€", "Plafond du FAST 15"),
        ("qui est le coach de l'équipe", "Suivi"),
        ("13ème édition", ""),
    ],
)
def test_a_passage_is_found_by_its_words(tmp_path, embedder, question, section):
    index = open_index(written(tmp_path / "index", PASSAGES, embedder), embedder)

    best = index.search(question)[0]

    assert best.passage.section == section
    assert best.lexical > 0


def test_a_passage_without_a_word_of_the_question_is_found_by_its_meaning(tmp_path, embedder):
    index = open_index(written(tmp_path / "index", PASSAGES, embedder), embedder)

    best = index.search("argent")[0]

    assert best.passage.section == "Taux"
    assert best.lexical == 0
    assert best.cosine > 0.3


def test_the_terms_given_replace_those_of_the_question(tmp_path, embedder):
    index = open_index(written(tmp_path / "index", PASSAGES, embedder), embedder)

    assert index.search("zzyzx", terms=["coach"])[0].passage.section == "Suivi"


def test_hits_are_in_order_each_passage_once_and_no_more_than_asked(tmp_path, embedder):
    index = open_index(written(tmp_path / "index", PASSAGES, embedder), embedder)

    for top in (1, 3, 50):
        hits = index.search("plafond du fast", top=top)
        assert len({(hit.passage.info.document, hit.passage.section) for hit in hits}) == len(hits) == min(top, 5)
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_question_of_unknown_words_still_gives_hits_with_no_lexical_score(tmp_path, embedder):
    index = open_index(written(tmp_path / "index", PASSAGES, embedder), embedder)

    for question in ("zzyzx brontosaure", "", "?!", "le la les"):
        hits = index.search(question)
        assert len(hits) == 5
        assert {hit.lexical for hit in hits} == {0.0}


def test_scores_keep_to_their_bounds(tmp_path, embedder):
    index = open_index(written(tmp_path / "index", PASSAGES, embedder), embedder)

    for hit in index.search("plafond du FAST 13", top=50) + index.dense("plafond du FAST 13", 50):
        assert -1.0001 <= hit.cosine <= 1.0001
        assert hit.score <= 1.0001


def test_what_was_written_is_opened_the_same(tmp_path, embedder):
    folder = written(tmp_path / "index", PASSAGES, embedder)

    assert read_passages(folder) == PASSAGES
    index = open_index(folder, embedder)
    assert list(index.passages) == PASSAGES
    assert index.search("coach")[0].passage == PASSAGES[3]
    keys = [digest(indexed_text(one)) for one in PASSAGES]
    vectors = read_vectors(folder, [*keys, "unknown"])
    assert set(vectors) == set(keys)
    assert vectors[keys[0]] == pytest.approx(embedder.embed_documents([indexed_text(PASSAGES[0])])[0], abs=1e-5)


@pytest.mark.program
def test_the_index_answers_alike_in_another_process(tmp_path, embedder):
    folder = written(tmp_path / "index", PASSAGES, embedder)
    here = [round(hit.score, 4) for hit in open_index(folder, embedder).search("plafond du fast 13")]
    code = (
        "import json, sys; from pathlib import Path; from fakes import HashingEmbedder\n"
        "from bot.documents.index import open_index\n"
        f"index = open_index(Path({str(folder)!r}), HashingEmbedder(meanings={MEANINGS!r}))\n"
        "print(json.dumps([round(hit.score, 4) for hit in index.search('plafond du fast 13')]))"
    )
    tests = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = [{str(tests)!r}, {str(tests.parent)!r}]\n{code}"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(done.stdout) == here


def test_two_passages_with_the_same_text_are_both_found(tmp_path, embedder):
    twin = dataclasses.replace(PASSAGES[0], info=dataclasses.replace(PASSAGES[0].info, document="copie.md"))
    index = open_index(written(tmp_path / "index", [*PASSAGES, twin], embedder), embedder)

    hits = index.search("plafond du FAST 13", top=2)

    assert {hit.passage.info.document for hit in hits} == {"plafond.md", "copie.md"}
    assert hits[0].cosine == hits[1].cosine > 0.5


def test_an_index_of_one_passage_finds_it(tmp_path, embedder):
    index = open_index(written(tmp_path / "index", PASSAGES[:1], embedder), embedder)

    assert [hit.passage for hit in index.search("plafond")] == PASSAGES[:1]
    assert len(index.search("zzyzx")) == 1


def test_more_passages_than_one_call_to_chroma_takes_are_all_found(tmp_path, embedder):
    passages = [passage("long.md", f"Section {n}", f"Le mot{n} de la section.", n) for n in range(1_100)]
    folder = written(tmp_path / "index", passages, embedder)
    index = open_index(folder, embedder)

    assert len(read_vectors(folder, [digest(indexed_text(one)) for one in passages])) == 1_100
    for number in (0, 999, 1_000, 1_099):
        assert index.search(f"mot{number}")[0].passage.position == number
        assert index.dense(f"Section {number} mot{number}", 1)[0].passage.position == number


def test_a_question_is_embedded_as_a_question_and_passages_are_not_embedded_again(tmp_path, embedder):
    folder = written(tmp_path / "index", PASSAGES, embedder)
    embedder.embedded.clear()

    open_index(folder, embedder).search("plafond")

    assert embedder.asked == ["plafond"]
    assert embedder.embedded == []
    assert len(embedder.embed_query("plafond")) == DIMENSIONS


# Damage


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_index_is_told_as_such_each_time_it_is_opened(tmp_path, embedder, damage):
    folder = written(tmp_path / "index", PASSAGES, embedder)
    assert is_intact(folder)

    damage(folder)

    assert not is_intact(folder)
    for _ in range(2):
        with pytest.raises(DamagedIndex):
            open_index(folder, embedder)


def test_a_passage_too_many_is_a_damage(tmp_path, embedder):
    folder = written(tmp_path / "index", PASSAGES, embedder)
    values = json.loads((folder / "passages.json").read_text())
    (folder / "passages.json").write_text(json.dumps([*values, {**values[0], "text": "Autre."}]))

    assert not is_intact(folder)


@pytest.mark.parametrize("damage", DATABASE_DAMAGES.values(), ids=DATABASE_DAMAGES)
def test_vectors_that_cannot_be_read_are_left_out(tmp_path, embedder, damage):
    folder = written(tmp_path / "index", PASSAGES, embedder)
    damage(folder)

    assert read_vectors(folder, [digest(indexed_text(one)) for one in PASSAGES]) == {}
