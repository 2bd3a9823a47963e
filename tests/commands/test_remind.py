"""`python -m bot remind --dry-run`, as its contract has it."""

from pathlib import Path

import pytest

from commands.running import run


@pytest.mark.parametrize(
    ("day", "said"), [("2026-06-15", "dans 6 jours"), ("2023-05-15", "ce soir"), ("2024-05-15", "29 mai")]
)
def test_the_digest_of_a_day_is_shown(project: Path, day: str, said: str) -> None:
    done = run("--config", str(project / "config.toml"), "remind", "--dry-run", "--today", day)
    assert done.code == 0
    assert said in done.out
    assert "https://" in done.out


def test_a_day_with_nothing_to_say_is_one_line(project: Path) -> None:
    done = run("--config", str(project / "config.toml"), "remind", "--dry-run", "--today", "2026-11-22")
    assert done.code == 0
    assert done.out.startswith("Rien à rappeler")
    assert done.out.count("\n") == 1


def test_the_configured_time_zone_is_that_of_the_reader(project: Path) -> None:
    config = project / "config.toml"
    config.write_text(
        config.read_text(encoding="utf-8") + '[reminders]\ntimezone = "Pacific/Noumea"\n', encoding="utf-8"
    )
    done = run("--config", str(config), "remind", "--dry-run", "--today", "2026-06-21")
    assert "8 h 59" in done.out


@pytest.mark.parametrize(
    ("options", "said"),
    [((), "--dry-run"), (("--dry-run", "--today", "demain"), "demain"), (("--dryrun",), "--dry-run")],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_two(project: Path, options: tuple[str, ...], said: str) -> None:
    done = run("--config", str(project / "config.toml"), "remind", *options)
    assert done.code == 2
    assert done.out == ""
    assert said in done.err
    assert done.err.count("\n") == 1
