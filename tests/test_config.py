"""The configuration: what is accepted, from the file and the environment; what is refused, by its name."""

import os
import re
import tomllib
from pathlib import Path

import pytest
from program import ROOT
from pydantic import SecretStr

from bot.config import Config, load_config, silence_telemetry
from bot.errors import ConfigurationError

KEY = "sk-clef-Zq81"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    for name in list(os.environ):
        if name.lower().startswith("fast_"):
            monkeypatch.delenv(name)


def load(folder: Path, text: str = "") -> Config:
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return load_config(folder / "config.toml")


def refusal(folder: Path, text: str = "") -> str:
    with pytest.raises(ConfigurationError) as error:
        load(folder, text)
    return str(error.value)


# Every key

EVERY_KEY = [
    ("state", "directory", "elsewhere", Path("elsewhere")),
    ("knowledge", "documents", "docs", Path("docs")),
    ("knowledge", "programme", "facts", Path("facts")),
    ("knowledge", "wordings", "words", Path("words")),
    ("embedding", "model", "org/model", "org/model"),
    ("embedding", "endpoint", "http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1"),
    ("embedding", "api_key", KEY, SecretStr(KEY)),
    ("embedding", "api_key_file", "key", Path("key")),
    ("embedding", "timeout_seconds", "3.5", 3.5),
    ("answers", "workers", "3", 3),
    ("answers", "processor_seconds", "2.5", 2.5),
    ("answers", "renew_after", "100", 100),
    ("answers", "growth_mb", "80", 80),
    ("matrix", "homeserver", "https://matrix.example", "https://matrix.example"),
    ("matrix", "user_id", "@bot:example", "@bot:example"),
    ("matrix", "password", KEY, SecretStr(KEY)),
    ("matrix", "password_file", "password", Path("password")),
    ("matrix", "access_token", KEY, SecretStr(KEY)),
    ("matrix", "access_token_file", "token", Path("token")),
    ("matrix", "device_id", "BOT", "BOT"),
    ("matrix", "device_name", "Bot", "Bot"),
    ("matrix", "display_name", "Assistant", "Assistant"),
    ("matrix", "avatar", "avatar.png", Path("avatar.png")),
    ("matrix", "choices", "polls", "polls"),
    ("matrix", "tell_declined", "true", True),
    ("matrix", "refresh_token", KEY, SecretStr(KEY)),
    ("matrix", "refresh_token_file", "refresh", Path("refresh")),
    ("matrix", "oauth_client_id", "01ABC", "01ABC"),
    ("matrix", "denied_users", '["*:externe.example"]', ("*:externe.example",)),
    ("matrix", "ignored_users", '["@robot:example"]', ("@robot:example",)),
    ("matrix", "questions_per_user", "3", 3),
    ("matrix", "questions_per_room", "0", 0),
    ("matrix", "key_wait_seconds", "2.5", 2.5),
    ("matrix", "token_wait_seconds", "0", 0.0),
    ("matrix", "allowed_users", '["@a:example", "@b:example"]', ("@a:example", "@b:example")),
    ("matrix", "administrators", '["@a:example"]', ("@a:example",)),
    ("matrix", "calls_per_second", "0", 0.0),
    ("reminders", "timezone", "America/Cayenne", "America/Cayenne"),
    ("reminders", "rooms", '[{"room_id": "!a:b", "when": "lundi 9h"}]', None),
    ("conversation", "forget_after_hours", "2.5", 2.5),
    ("llm", "provider", "mistralai", "mistralai"),
    ("llm", "base_url", "http://127.0.0.1:1/v1", "http://127.0.0.1:1/v1"),
    ("llm", "model", "petit", "petit"),
    ("llm", "api_key", KEY, SecretStr(KEY)),
    ("llm", "api_key_file", "key", Path("key")),
    ("llm", "timeout_seconds", "3.5", 3.5),
    ("llm", "questions_per_user", "5", 5),
    ("llm", "wording", "true", True),
]


FILES = {("matrix", f"{name}_file") for name in ("password", "access_token", "refresh_token")} | {
    ("llm", "api_key_file"),
    ("matrix", "avatar"),
}


def test_the_keys_tested_are_all_the_keys_there_are():
    sections = {"llm": Config.model_fields["llm"].annotation.__args__[0]} | {
        name: field.annotation for name, field in Config.model_fields.items() if name != "llm"
    }
    assert {(section, key) for section, key, _, _ in EVERY_KEY} == {
        (section, key) for section, model in sections.items() for key in model.model_fields
    }


@pytest.mark.parametrize(("section", "key", "written", "value"), EVERY_KEY)
def test_every_key_comes_from_the_environment(tmp_path, monkeypatch, section, key, written, value):
    (tmp_path / "key").write_text(KEY)
    monkeypatch.setenv(f"FAST_{section.upper()}__{key.upper()}", written)

    read = getattr(getattr(load(tmp_path), section), key)

    if key == "rooms":
        assert [(room.room_id, room.when) for room in read] == [("!a:b", "lundi 9h")]
    elif section in ("state", "knowledge") or (section, key) in FILES:
        assert read == tmp_path / value
    else:
        assert (str(read) if key in ("endpoint", "base_url") else read) == value


def test_the_environment_outranks_the_file_and_leaves_its_other_keys(tmp_path, monkeypatch):
    monkeypatch.setenv("FAST_EMBEDDING__TIMEOUT_SECONDS", "7")

    embedding = load(tmp_path, '[embedding]\nmodel = "org/model"\ntimeout_seconds = 3').embedding

    assert (embedding.model, embedding.timeout_seconds) == ("org/model", 7)


def test_an_empty_variable_is_as_none(tmp_path, monkeypatch):
    monkeypatch.setenv("FAST_STATE__DIRECTORY", "")

    assert load(tmp_path, '[state]\ndirectory = "here"').state.directory == tmp_path / "here"


def test_without_a_file_the_defaults_hold(tmp_path):
    config = load(tmp_path)

    assert config.embedding.model == "builtin"
    assert config.llm is None
    assert config.matrix.allowed_users == ("*:agent.*.tchap.gouv.fr",)


# What is refused


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ('[embeding]\nmodel = "builtin"', ["embeding"]),
        ('[state]\ndirectry = "data"', ["state.directry"]),
        ('colour = "blue"', ["colour"]),
        ("[matrix]\ncalls_per_second = -1", ["matrix.calls_per_second"]),
        ('[embedding]\nmodel = ""', ["embedding.model"]),
        ("[embedding]\nmodel = 3", ["embedding.model"]),
        ('[embedding]\nendpoint = "no address"', ["embedding.endpoint"]),
        ("[embedding]\ntimeout_seconds = 0", ["embedding.timeout_seconds"]),
        ("[embedding.model]\nendpoint = 'http://a/v1'\ncolour = 1", ["embedding.colour"]),
        ("state = 3", ["state"]),
        ('[[reminders.rooms]]\nroom_id = "!a"', ["reminders.rooms[1].when"]),
        ('a = 1\n[b]\nc = 1\n[state]\ndir = 2\n[llm]\nmodle = "m"', ["a", "b", "state.dir", "llm.modle"]),
    ],
)
def test_every_key_that_is_unknown_or_wrong_is_named_at_once(tmp_path, text, keys):
    lines = refusal(tmp_path, text).splitlines()

    assert sorted(line.split(" : ")[1] for line in lines) == sorted(keys)
    assert {line.split(" : ")[0] for line in lines} == {"config.toml"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[matrix]\ncalls_per_second = -1", "nombre d'au moins 0 attendu"),
        ("[matrix]\ncalls_per_second = 'vite'", "nombre attendu"),
        ("[matrix]\nadministrators = 3", "liste attendue"),
        ("[matrix]\nallowed_users = [1]", "texte attendu"),
        ("[embedding]\ntimeout_seconds = 601", "nombre d'au plus 600 attendu"),
        ("[embedding]\ntimeout_seconds = 0", "nombre plus grand que 0 attendu"),
        ('[embedding]\nendpoint = "no address"', "adresse attendue"),
        ("[embedding]\nendpoint = 3", "adresse attendue"),
        ("[state]\ndirectory = 3", "chemin"),
        ("[reminders]\nrooms = [3]", "table attendue"),
        ("[[reminders.rooms]]", "clé manquante"),
        ("state = 3", "table attendue"),
        ("colour = 1", "clé inconnue"),
        ("[state\n", "ligne 1, colonne 7"),
        ("a = ", "TOML valide"),
    ],
)
def test_what_is_refused_is_said_in_french(tmp_path, text, said):
    message = refusal(tmp_path, text)

    assert said in message
    assert not any(word in message for word in ("Input", "should", "valid ", "expected", "Invalid", "Expected"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FAST_EMBEDING__MODEL", "builtin"),
        ("FAST_STATE__DIRECTRY", "data"),
        ("FAST_MATRIX__ALLOWED_USERS", "@a:example"),
        ("FAST_REMINDERS__ROOMS", "[{"),
        ("FAST_STATE", "data"),
        ("FAST_EMBEDDING__TIMEOUT_SECONDS", "long"),
    ],
)
def test_a_variable_that_is_unknown_or_wrong_is_named(tmp_path, monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    message = refusal(tmp_path)

    key = name.removeprefix("FAST_").lower().replace("__", ".")
    assert name in message or key in message


def test_variables_of_other_programs_are_left_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("FAST_API_TOKEN", "x")
    monkeypatch.setenv("FASTER__MODE", "x")

    assert load(tmp_path).embedding.model == "builtin"


@pytest.mark.parametrize("content", [b"[state\n", b"state = \n", b"\xff\xfe[\x00", b"a = 1\na = 2\n", b"caf\xe9 = 1\n"])
def test_a_file_that_is_not_toml_is_named(tmp_path, content):
    (tmp_path / "config.toml").write_bytes(content)

    with pytest.raises(ConfigurationError, match=r"config\.toml.*TOML"):
        load_config(tmp_path / "config.toml")


NESTED = {
    "lists": "a = " + "[" * 2_000 + "]" * 2_000,
    "tables": "a = " + "{a = " * 2_000 + "1" + "}" * 2_000,
    "a dotted key": ".".join(["a"] * 2_000) + " = 1",
    "a header": "[" + ".".join(["a"] * 2_000) + "]\nb = 1",
    "lists that tomllib reads": "[matrix]\nallowed_users = " + "[" * 300 + "]" * 300,
}


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED)
def test_a_file_nested_too_deep_is_one_sentence(tmp_path, text):
    [line] = refusal(tmp_path, text).splitlines()

    assert "config.toml" in line
    assert "imbriquées" in line


def test_a_variable_nested_too_deep_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("FAST_REMINDERS__ROOMS", "[" * 20_000)

    assert "imbriquées" in refusal(tmp_path)


def test_a_file_that_is_absent_or_a_folder_is_named(tmp_path):
    for path in (tmp_path / "absent.toml", tmp_path):
        with pytest.raises(ConfigurationError, match=re.escape(str(path))):
            load_config(path)


def test_a_byte_order_mark_is_accepted(tmp_path):
    (tmp_path / "config.toml").write_text('[state]\ndirectory = "here"', encoding="utf-8-sig")

    assert load_config(tmp_path / "config.toml").state.directory == tmp_path / "here"


# Paths


def test_relative_paths_start_from_the_file_absolute_ones_stay_and_default_ones_are_the_programs(tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    config = load(tmp_path, '[state]\ndirectory = "data"\n[knowledge]\ndocuments = "/srv/documents"\n')

    assert config.state.directory == tmp_path / "data"
    assert config.knowledge.documents == Path("/srv/documents")
    assert config.knowledge.programme == ROOT / "knowledge" / "programme"
    assert config.knowledge.wordings == ROOT / "knowledge" / "wordings"


def test_a_relative_name_of_the_file_itself_gives_absolute_paths(tmp_path, monkeypatch):
    load(tmp_path, '[state]\ndirectory = "data"')
    monkeypatch.chdir(tmp_path)

    assert load_config(Path("config.toml")).state.directory == tmp_path / "data"


def test_the_folder_of_a_model_starts_from_the_file_and_a_name_stays_a_name(tmp_path):
    (tmp_path / "models" / "e5").mkdir(parents=True)

    assert load(tmp_path, '[embedding]\nmodel = "models/e5"').embedding.model == str(tmp_path / "models" / "e5")
    assert load(tmp_path, '[embedding]\nmodel = "org/e5"').embedding.model == "org/e5"


def test_a_model_may_be_a_table_with_an_endpoint(tmp_path):
    embedding = load(
        tmp_path, '[embedding]\nmodel = { endpoint = "https://a.example/v1", model = "bge-m3" }\ntimeout_seconds = 5'
    ).embedding

    assert (embedding.model, str(embedding.endpoint), embedding.timeout_seconds) == (
        "bge-m3",
        "https://a.example/v1",
        5,
    )


# Secrets


@pytest.mark.parametrize("content", [KEY, f"{KEY}\n", f"  {KEY}\r\n\n"])
def test_a_secret_is_read_from_its_file_without_the_spaces_around(tmp_path, content):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "key").write_text(content)

    embedding = load(tmp_path, '[embedding]\napi_key_file = "secrets/key"').embedding

    assert embedding.api_key.get_secret_value() == KEY


def test_a_secret_of_the_environment_outranks_its_file(tmp_path, monkeypatch):
    monkeypatch.setenv("FAST_EMBEDDING__API_KEY", KEY)

    embedding = load(tmp_path, '[embedding]\napi_key_file = "absent"').embedding

    assert embedding.api_key.get_secret_value() == KEY


def test_a_secret_file_that_is_absent_is_named(tmp_path):
    told = refusal(tmp_path, '[embedding]\napi_key_file = "absent"')

    assert str(tmp_path / "absent") in told
    assert "il n'existe pas" in told


def test_an_address_of_the_homeserver_may_end_with_a_slash(tmp_path):
    assert (
        load(tmp_path, '[matrix]\nhomeserver = "https://matrix.example/"').matrix.homeserver == "https://matrix.example"
    )


def test_a_secret_is_never_shown(tmp_path, monkeypatch):
    (tmp_path / "key").write_text(KEY)
    monkeypatch.setenv("FAST_LLM__API_KEY", KEY)
    config = load(tmp_path, '[embedding]\napi_key_file = "key"')

    for shown in (repr(config), str(config), config.model_dump_json(), repr(config.embedding), f"{config.llm}"):
        assert KEY not in shown
    assert KEY not in refusal(tmp_path, f'[embedding]\napi_key = "{KEY}"\ntimeout_seconds = -1\n[llm]\nmodle = "m"')
    assert KEY not in refusal(tmp_path, f'[embedding]\napi_key = ["{KEY}"]')


# The example


def test_the_example_is_accepted_as_it_is_and_says_the_defaults(tmp_path):
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    config = load(tmp_path, text)

    assert config.embedding == load(tmp_path).embedding
    assert config.state.directory == tmp_path / "data"


def test_every_commented_line_of_the_example_is_accepted_too_and_no_key_is_missing(tmp_path):
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    for folder in ("secrets/embedding", "secrets/llm", "secrets/password"):
        (tmp_path / folder).parent.mkdir(exist_ok=True)
        (tmp_path / folder).write_text(KEY)
    bare = re.sub(r"(?m)^# (?=\[{1,2}[\w.]+\]|\w+ = )", "", text).replace("https://…/v1", "https://a.example/v1")
    models = [line for line in bare.splitlines() if line.startswith("model = ")][:3]
    assert len(set(models)) == 3

    for model in models:
        kept = "\n".join(line for line in bare.splitlines() if line == model or line not in models)
        config = load(tmp_path, kept)
        assert config.llm is not None
        assert config.embedding.api_key.get_secret_value() == KEY
    written = tomllib.loads(kept)
    reserved = {
        "matrix": {"access_token", "refresh_token", "password"},
        "embedding": {"endpoint", "api_key"},
        "llm": {"api_key"},
    }
    for section, keys in written.items():
        fields = set(type(getattr(config, section)).model_fields)
        assert fields - set(keys) <= reserved.get(section, set())


def test_telemetry_is_turned_off_for_every_library(monkeypatch):
    names = ("ANONYMIZED_TELEMETRY", "DO_NOT_TRACK", "HF_HUB_OFFLINE", "LANGSMITH_TRACING", "OTEL_SDK_DISABLED")
    for name in (*names, "CHROMA_TELEMETRY_IMPL", "HF_HUB_DISABLE_TELEMETRY", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(name, "kept until the end of the test")
    silence_telemetry()

    assert [os.environ[name] for name in names] == ["False", "1", "1", "false", "true"]
