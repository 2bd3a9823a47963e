"""`python -m bot doctor`: what it says of a bot that is well, and of what is wrong, seen on a real homeserver."""

import json
import stat
import subprocess
import sys
from collections.abc import Callable

import pytest
from program import ROOT, environment
from running import Bot
from synapse import Homeserver

pytestmark = pytest.mark.synapse

NewBot = Callable[..., Bot]


def doctor(bot: Bot, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "bot", "--config", str(bot.config), "doctor", *options]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, env=environment(), timeout=120
    )


@pytest.fixture
def stopped(bot: Bot) -> Bot:
    """A bot that has run once."""
    bot.wait_until("SELECT COUNT(*) FROM meta WHERE key = 'sync_token'", 120)
    bot.wait_until_well()
    bot.stop()
    return bot


def test_of_a_bot_that_is_well_all_is_right(bot: Bot) -> None:
    bot.wait_until("SELECT COUNT(*) FROM meta WHERE key = 'sync_token'", 120)
    bot.wait_until_well()
    said = doctor(bot)
    assert said.returncode == 0, said.stdout + said.stderr
    assert "✗" not in said.stdout
    assert "est signé" in said.stdout
    assert "clé de secours" in said.stdout


def test_of_a_bot_that_never_ran_it_says_what_to_do(homeserver: Homeserver, new_bot: NewBot) -> None:
    said = doctor(new_bot(homeserver))
    assert said.returncode == 1
    assert "python -m bot run" in said.stdout


def test_a_lost_identity_is_named(stopped: Bot) -> None:
    backup = stopped.folder / "backup.json"
    assert doctor(stopped, "--backup", str(backup)).returncode == 0
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    seeds = stopped.state / "matrix" / "cross_signing.json"
    seeds.unlink()
    said = doctor(stopped)
    assert said.returncode == 1
    assert "cross_signing.json" in said.stdout
    backup.rename(seeds)
    assert doctor(stopped).returncode == 0


def test_a_lost_identity_is_replaced_by_another_with_the_password(stopped: Bot) -> None:
    seeds = stopped.state / "matrix" / "cross_signing.json"
    before = seeds.read_text()
    seeds.unlink()
    said = doctor(stopped, "--new-identity")
    assert said.returncode == 0, said.stdout + said.stderr
    assert seeds.read_text() != before
    assert stat.S_IMODE(seeds.stat().st_mode) == 0o600
    well = doctor(stopped)
    assert well.returncode == 0, well.stdout


def test_an_identity_that_the_server_does_not_let_go_stays_as_it_was(stopped: Bot) -> None:
    seeds = stopped.state / "matrix" / "cross_signing.json"
    before = seeds.read_text()
    (stopped.folder / "password").write_text("wrong")
    said = doctor(stopped, "--new-identity")
    assert said.returncode == 2
    assert "mot de passe" in said.stderr
    assert seeds.read_text() == before
    (stopped.folder / "password").unlink()
    gone = doctor(stopped, "--new-identity")
    assert gone.returncode == 2
    assert "il n'existe pas" in gone.stderr
    assert seeds.read_text() == before


def test_another_identity_than_that_of_the_seeds_is_named(stopped: Bot) -> None:
    seeds = stopped.state / "matrix" / "cross_signing.json"
    kept = json.loads(seeds.read_text())
    kept["seeds"]["master"] = kept["seeds"]["user_signing"]
    seeds.write_text(json.dumps(kept))
    said = doctor(stopped)
    assert said.returncode == 1
    assert "n'est pas celle de" in said.stdout


def test_a_revoked_token_and_an_absent_server_are_named(homeserver: Homeserver, stopped: Bot) -> None:
    session = json.loads((stopped.state / "matrix" / "session.json").read_text())
    homeserver.call("POST", "/_matrix/client/v3/logout", {}, session["access_token"])
    said = doctor(stopped)
    assert said.returncode == 1
    assert "n'accepte plus le jeton" in said.stdout


def test_a_secret_that_others_can_read_is_named(stopped: Bot) -> None:
    (stopped.state / "matrix" / "session.json").chmod(0o644)
    said = doctor(stopped)
    assert said.returncode == 1
    assert "chmod 600" in said.stdout
