"""`python -m bot explain`: what was read of a question, on one screen."""

from program import TODAY, Program


def test_a_question_is_explained_on_one_screen(program: Program) -> None:
    done = program.run("explain", "le plafond du FAST 13 était bien de 300 000 € ?", "--today", TODAY)
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 0, done.stderr.decode()
    assert len(lines) <= 40
    kinds = [line.split(" ")[0] for line in lines if not line.startswith(" ")]
    assert list(dict.fromkeys(kinds)) == ["lu", "empan", "actes", "candidat", "restes", "requête", "réponse", "cite"]
    assert kinds.count("candidat") == 5
    assert any("edition" in line and "13" in line for line in lines)
    assert any(line.startswith("cite") and "plafond.md" in line for line in lines)


def test_a_question_of_nothing_is_refused_in_one_line(program: Program) -> None:
    done = program.run("explain", "  ")
    assert (done.returncode, done.stdout) == (2, b"")
    assert len(done.stderr.decode().splitlines()) == 1
