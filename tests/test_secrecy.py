"""Secrets are kept out of what is shown, wherever somebody has put them."""

import pytest

from bot.secrecy import secrets_of_address, without_secrets

SYNAPSE = "syt_ZmFzdA_QkRhbUpPVGxzUXdC_0aBcDe"
OPAQUE = "Zk3vQ9xL7pR2sT8uW1yB4dF6"


@pytest.mark.parametrize(
    ("shown", "token"),
    [
        (f"Impossible de lire le secret « /etc/fast/{SYNAPSE} » : il n'existe pas.", SYNAPSE),
        (f"Le jeton est celui de l'appareil {SYNAPSE}.", SYNAPSE),
        (f"https://m.fr/{OPAQUE}/x", OPAQUE),
        ("mat_pTeaLHDhG9Yx8VYkxFUv_B6hb81", "pTeaLHDhG9Yx8VYkxFUv"),
        ("401 Incorrect API key provided: sk-abcdef123456", "abcdef123456"),
    ],
)
def test_what_looks_like_a_token_is_not_shown(shown: str, token: str) -> None:
    assert token not in without_secrets(shown)


@pytest.mark.parametrize(
    "said",
    [
        "Le serveur reconnaît @fast:agent.dinum.tchap.gouv.fr, appareil FASTABCDEFGH.",
        "D'autres que le bot peuvent lire /srv/assistant-fast/data/matrix/cross_signing.json : « chmod 600 ».",
        "Ouvrez https://compte.tchap.gouv.fr/account/?action=org.matrix.cross_signing_reset",
        "fr-FR matelas skier",
    ],
)
def test_what_is_no_secret_is_shown(said: str) -> None:
    assert without_secrets(said) == said


def test_known_secrets_are_not_shown_though_one_is_part_of_another() -> None:
    assert without_secrets("a motdepasse-long b motdepasse c", ["motdepasse", "motdepasse-long"]) == "a … b … c"


def test_the_secrets_of_an_address_are_what_stands_beside_the_place() -> None:
    found = set(secrets_of_address("https://anne:m%40dame-secret@hote.fr/v1?access_token=abcdefgh&x=1#fragment"))
    assert {"anne:m%40dame-secret", "m%40dame-secret", "m@dame-secret", "abcdefgh", "fragment"} <= found
    assert not any("hote.fr" in one or "/v1" in one for one in found)
    assert set(secrets_of_address("builtin")) == set()
