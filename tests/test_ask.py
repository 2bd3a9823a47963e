"""`python -m bot ask` as other programs use it: one answer a line, as soon as the line is read, whatever the line."""

import json
import os
import re
import shutil
import subprocess
from datetime import date
from typing import Any

import pytest
from program import KNOWLEDGE, ROOT, TODAY, Program, environment, readable

from bot.console import parse_day
from bot.errors import UserError

KEYS = ["question", "status", "reason", "text", "topic", "edition", "as_of", "citations", "acts", "parts", "elapsed_ms"]
CITATION_KEYS = ["document", "section", "title", "publisher", "url", "date", "quote"]
STATUSES = {"answered", "clarify", "refused", "smalltalk", "error"}

QUESTIONS = [
    "plafond du FAST 13 ?",
    "quel est le taux de cofinancement ?",
    "qui sont les lauréats du FAST 12 ?",
    "date limite du FAST 15",
    "Qu'est-ce que le FAST ?",
    "c'est quoi le programme de consolidation",
    "quels critères d'éligibilité pour le FAST 17 ?",
    "que vaut l'accompagnement ?",
    "phases d'une startup d'état",
    "How can I contact the FAST team?",
    "le temps des agents publics compte-t-il comme argent partenaire ?",
    "que faisait le produit Trackdéchets ?",
    "combien de candidatures au FAST 14 ?",
    "peut-on candidater deux fois ?",
    "à quoi sert un sponsor",
]
LINES = (
    b"\xef\xbb\xbfplafond du FAST 13 ?\r\n"
    + "caf\u00e9 en Latin-1\n".encode("latin-1")
    + b"\n"
    + b"x" * 300_000
    + b"\n"
    + b"\x00\x01\x1b[31m\n"
    + "quelle recette de cuisine pour un gâteau au chocolat ?\n".encode()
    + b"plafond du FAST 99 ?\n"
    + b"bonjour\n"
    + "plafond du\u2028FAST 13\u0085\n".encode()
    + b"plafond du FAST 15 ?"
)


@pytest.fixture(scope="module")
def all_answers(program: Program) -> list[dict[str, Any]]:
    return program.ask("\n".join(QUESTIONS).encode() + b"\n" + LINES)


@pytest.fixture(scope="module")
def answers(all_answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers to plain questions."""
    return all_answers[: len(QUESTIONS)]


@pytest.fixture(scope="module")
def strange(all_answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers to lines of every kind."""
    return all_answers[len(QUESTIONS) :]


def euros(text: str) -> set[str]:
    return set(re.findall(r"\d[\d\s]*€", text.replace("\u00a0", " ").replace("\u202f", " ")))


def squeezed(text: str) -> str:
    """The words alone: a fiche has marks and line ends that its text has not."""
    return re.sub(r"[\s*`>|\\-]+", "", text).replace("’", "'")


# The format


def test_every_line_has_one_object_with_the_keys_of_the_contract(answers, strange):
    assert [answer["question"] for answer in answers] == QUESTIONS
    assert len(strange) == 10
    for answer in answers + strange:
        assert list(answer) == KEYS
        assert answer["status"] in STATUSES
        assert answer["text"].strip()
        assert (answer["reason"] is not None) == (answer["status"] == "refused")
        assert answer["elapsed_ms"] >= 0
        for citation in answer["citations"]:
            assert list(citation) == CITATION_KEYS
        if answer["status"] != "error":
            assert answer["as_of"] == TODAY


def test_an_answer_has_citations_and_a_refusal_a_known_reason(answers, strange):
    for answer in answers + strange:
        if answer["status"] == "answered":
            assert answer["citations"]
        if answer["status"] == "refused":
            assert answer["reason"] in {"out_of_scope", "not_in_documents", "unknown_edition", "in_the_future"}
    assert sum(answer["status"] == "answered" for answer in answers) >= len(QUESTIONS) - 1


def test_citations_name_fiches_that_exist_with_a_public_source(answers):
    for answer in answers:
        for citation in answer["citations"]:
            assert (KNOWLEDGE / "documents" / citation["document"]).is_file()
            assert citation["title"]
            assert citation["publisher"]
            assert citation["url"].startswith("https://")
            assert citation["date"] is None or date.fromisoformat(citation["date"])


def test_quotes_are_words_of_the_fiche_that_is_cited(answers):
    for answer in answers:
        for citation in answer["citations"]:
            fiche = (KNOWLEDGE / "documents" / citation["document"]).read_text(encoding="utf-8")
            assert citation["quote"].strip()
            for line in citation["quote"].splitlines():
                assert squeezed(line) in squeezed(fiche), citation
            last_heading = citation["section"].split(" › ")[-1]
            assert squeezed(last_heading) in squeezed(fiche)


def test_a_known_figure_is_given_with_its_edition(answers):
    assert euros(answers[0]["text"]) == {"300 000 €"}
    assert answers[0]["edition"] == 13


# Lines as they come


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_the_question(strange):
    assert strange[0]["question"] == "plafond du FAST 13 ?"
    assert "300 000 €" in euros(strange[0]["text"])


def test_a_line_that_is_not_utf_8_or_is_endless_is_an_error_and_the_rest_goes_on(strange):
    assert [answer["status"] for answer in strange[1:4:2]] == ["error", "error"]
    assert "UTF-8" in strange[1]["text"]
    assert strange[1]["citations"] == []
    assert "200 000 €" in euros(strange[-1]["text"])


def test_what_ends_a_line_elsewhere_does_not_cut_the_json(strange):
    assert strange[8]["question"] == "plafond du\u2028FAST 13\u0085"
    assert "300 000 €" in euros(strange[8]["text"])


def test_an_empty_line_and_control_characters_get_an_answer_too(strange):
    assert strange[2]["question"] == ""
    assert strange[2]["status"] == "smalltalk"
    assert strange[4]["question"] == "\x00\x01\x1b[31m"
    assert "\x1b" not in strange[4]["text"]


def test_off_topic_and_unknown_editions_are_refused_and_greetings_returned(strange):
    assert (strange[5]["status"], strange[5]["reason"]) == ("refused", "out_of_scope")
    assert (strange[6]["status"], strange[6]["reason"]) == ("refused", "unknown_edition")
    assert strange[7]["status"] == "smalltalk"


def test_each_line_is_answered_before_the_next_is_read(program):
    process = subprocess.Popen(
        program.command("ask", "--json", "--today", TODAY),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=environment(),
    )
    with process:
        for edition, cap in ((13, "300 000 €"), (15, "200 000 €"), (16, "200 000 €")):
            process.stdin.write(f"plafond du FAST {edition} ?\n".encode())
            process.stdin.flush()
            assert readable(process.stdout, 60), "no answer while the input is still open"
            assert cap in euros(json.loads(process.stdout.readline())["text"])
        process.stdin.close()
        assert process.stdout.read() == b""
        assert process.wait(60) == 0


def test_in_a_conversation_a_turn_leans_on_the_one_before_and_an_empty_line_starts_afresh(program):
    turns = "plafond du FAST 13 ?\net pour le 15 ?\n\n\r\n \net pour le 15 ?\ncaf\n"
    answers = program.ask(turns, "--conversation")

    assert [answer["question"] for answer in answers] == [line for line in turns.splitlines() if line.strip()]
    assert "200 000 €" in euros(answers[1]["text"])
    assert "200 000 €" not in euros(answers[2]["text"])


# The command


@pytest.mark.parametrize("day", ["hier", "2026-13-01", "21/11/2026", "2026-02-30", "", "2026"])
def test_only_a_day_of_the_calendar_is_a_day(day):
    assert parse_day("2026-11-21") == date(2026, 11, 21)
    with pytest.raises(UserError, match="AAAA-MM-JJ"):
        parse_day(day)


def test_a_question_given_as_an_argument_is_answered_in_plain_text(program):
    done = program.run("ask", "--today", TODAY, "plafond du FAST 13 ?", stdin="not read\n")

    text = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert "300 000 €" in euros(text)
    assert "https://beta.gouv.fr" in text
    assert not text.lstrip().startswith("{")


def test_an_argument_that_is_not_text_is_an_error_not_a_fault(program):
    command = [os.fsencode(part) for part in program.command("ask", "--json", "--today", TODAY)]
    done = subprocess.run(
        [*command, b"caf\xe9 du FAST"],
        capture_output=True,
        cwd=ROOT,
        env=environment(PYTHONIOENCODING="utf-8:strict"),
        timeout=300,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "error"
    assert b"Traceback" not in done.stderr


def test_a_day_that_is_none_ends_with_2_and_one_line(program):
    done = program.run("ask", "--today", "hier", "plafond ?")

    assert (done.returncode, done.stdout) == (2, b"")
    [line] = done.stderr.decode().splitlines()
    assert "AAAA-MM-JJ" in line


def test_a_configuration_with_an_unknown_key_ends_with_2_and_names_it(indexed):
    indexed.config.write_text(indexed.config.read_text() + '[embeding]\nmodel = "builtin"\n')

    done = indexed.run("ask", "plafond ?")

    assert (done.returncode, done.stdout) == (2, b"")
    [line] = done.stderr.decode().splitlines()
    assert "config.toml" in line
    assert "embeding" in line


def test_help_tells_the_options(program):
    done = program.run("ask", "--help")
    assert done.returncode == 0
    for option in ("--json", "--today", "--conversation"):
        assert option in done.stdout.decode()


# The index, kept up to date by itself


def test_with_no_index_yet_it_is_built_first_and_progress_is_on_standard_error_only(small):
    done = small.run("ask", "--json", "--today", TODAY, "plafond du FAST 13 ?")

    assert done.returncode == 0, done.stderr.decode()
    [line] = done.stdout.decode().splitlines()
    assert "300 000 €" in euros(json.loads(line)["text"])
    progress = done.stderr.decode()
    assert "Lecture des documents" in progress
    assert "Calcul des vecteurs" in progress
    assert "DEBUG" not in progress


def test_a_document_added_to_the_folder_is_answered_from_at_the_next_question(indexed):
    prize = "# Prix du public du FAST 17\n\nLe prix du public du FAST 17 est remis à Lille le 4 février 2027.\n"
    (indexed.documents / "prix.md").write_text(prize)

    answer = indexed.ask_one("où est remis le prix du public du FAST 17 ?")

    assert answer["status"] == "answered"
    assert "Lille le 4 février 2027" in answer["text"]
    assert answer["citations"][0]["document"] == "prix.md"
    assert answer["citations"][0]["quote"] == "Le prix du public du FAST 17 est remis à Lille le 4 février 2027."


def test_a_damaged_index_is_built_afresh_and_the_question_answered(indexed):
    folder = indexed.index / (indexed.index / "current").read_text()
    shutil.rmtree(folder / "chroma")

    assert "300 000 €" in euros(indexed.ask_one("plafond du FAST 13 ?")["text"])


def test_truncated_counts_of_the_wordings_are_made_again(indexed):
    cache = indexed.index / "reader.npz"
    cache.write_bytes(cache.read_bytes()[:-1_000])

    assert "300 000 €" in euros(indexed.ask_one("plafond du FAST 13 ?")["text"])
