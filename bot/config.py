"""The configuration: pydantic models of config.toml; any key can also come from the environment."""

import contextlib
import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from bot.errors import ConfigurationError
from bot.refusals import refusals, system_reason, toml_position
from bot.secrecy import secrets_of_address
from bot.toml_text import TOO_DEEP, TooDeep, read_toml

ROOT = Path(__file__).resolve().parent.parent


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Section = TypeVar("Section", bound=_Section)


class StateConfig(_Section):
    directory: Path = Field(Path("data"), description="index, database, keys; created 0700")


class KnowledgeConfig(_Section):
    documents: Path = Field(Path("knowledge/documents"), description="the documents that are indexed")
    programme: Path = Field(Path("knowledge/programme"), description="the dated facts, and what can be asked of them")
    wordings: Path = Field(Path("knowledge/wordings"), description="how people ask: what the reader learns from")


class EmbeddingConfig(_Section):
    """`model` is "builtin", the name or folder of a sentence-transformers model, or a table with an endpoint."""

    model: str = Field("builtin", min_length=1)
    endpoint: HttpUrl | None = Field(None, description="base address of an OpenAI-compatible API, e.g. https://…/v1")
    api_key: SecretStr | None = None
    api_key_file: Path | None = None
    timeout_seconds: float = Field(20.0, gt=0, le=600)

    @model_validator(mode="before")
    @classmethod
    def _flatten(cls, data: Any) -> Any:
        """Accept `model = { endpoint = …, model = … }`, as the configuration contract writes it."""
        if isinstance(data, dict) and isinstance(data.get("model"), dict):
            return {**{k: v for k, v in data.items() if k != "model"}, **data["model"]}
        return data


def _address_alone(address: str) -> str:
    if any(sign in address for sign in "@?#"):
        raise ValueError("adresse seule attendue : un mot de passe ou un jeton a sa propre clé")
    return address.rstrip("/")


Choices = Literal["reactions", "polls", "text"]


class MatrixConfig(_Section):
    """The account of the bot: a password, or a token and its device; who may talk to it, and how much."""

    homeserver: Annotated[str, AfterValidator(_address_alone)] = Field(
        "https://matrix.agent.dinum.tchap.gouv.fr", pattern=r"^https?://[^/\s]+\S*$"
    )
    user_id: str = Field("@fast:agent.dinum.tchap.gouv.fr", pattern=r"^@[^:]+:.+$")
    password: SecretStr | None = None
    password_file: Path | None = None
    access_token: SecretStr | None = None
    access_token_file: Path | None = Field(None, description="read again when the token in use is refused")
    refresh_token: SecretStr | None = None
    refresh_token_file: Path | None = Field(None, description="exchanged for another token when the one in use expires")
    oauth_client_id: str | None = Field(
        None, description="of a refresh token of OAuth 2 (Matrix Authentication Service)"
    )
    device_id: str | None = Field(None, description="the device of the token, where the server does not say it")
    device_name: str = Field("Assistant FAST", min_length=1)
    display_name: str | None = Field(None, min_length=1, max_length=100, description="unset: the account keeps its own")
    avatar: Path | None = Field(None, description="a picture; unset: ours, if the account has none")
    allowed_users: tuple[str, ...] = ("*:agent.*.tchap.gouv.fr",)
    denied_users: tuple[str, ...] = Field(
        ("*:agent.externe.tchap.gouv.fr",), description="not served, though a pattern of allowed_users is theirs"
    )
    choices: Choices = Field("reactions", description="what a choice can be made with, besides words")
    tell_declined: bool = Field(False, description="join for a moment to say why an invitation is declined")
    ignored_users: tuple[str, ...] = Field((), description="other bots: never answered")
    administrators: tuple[str, ...] = Field((), description="patterns; the state of the service tells them more")
    calls_per_second: float = Field(1.0, ge=0, description="0: no limit")
    questions_per_user: int = Field(60, ge=0, description="an hour; 0: no limit")
    questions_per_room: int = Field(
        240, ge=0, description="an hour; past it each of n who ask has the n-th part of it; 0: no limit"
    )
    key_wait_seconds: float = Field(60.0, gt=0, description="before a room is told of what cannot be decrypted")
    token_wait_seconds: float = Field(60.0, ge=0, description="for the file of a refused token to change")


class ReminderRoom(_Section):
    room_id: str = Field(pattern=r"^!\S+$")
    when: str = Field(description="in words, as in a room: « lundi 9h, heure de La Réunion, J-7 »")


class RemindersConfig(_Section):
    """The rooms that are reminded without having asked, and the clocks that are meant where none are said."""

    timezone: str = "Europe/Paris"
    rooms: tuple[ReminderRoom, ...] = ()

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, OSError, ValueError) as error:
            raise ValueError("fuseau inconnu : écrivez par exemple Europe/Paris") from error
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that is meant where none is said."""
        return ZoneInfo(self.timezone)


class ConversationConfig(_Section):
    forget_after_hours: float = Field(12.0, gt=0, le=24 * 366, description="silence after which a thread is forgotten")

    @property
    def forget_after(self) -> timedelta:
        """The silence after which what a thread has said counts no more."""
        return timedelta(hours=self.forget_after_hours)


class AnswersConfig(_Section):
    """The processes in which answers are made, and what one answer may cost."""

    workers: int = Field(2, ge=1, le=16, description="processes, of some 250 MB each")
    processor_seconds: float = Field(5.0, ge=0.5, le=600, description="of one answer; past it, its process is ended")
    renew_after: int = Field(500, ge=1, description="answers, after which a process is replaced")
    growth_mb: int = Field(40, ge=1, description="of memory, after which a process is replaced")


class LlmConfig(_Section):
    """A language model that helps to understand questions, and makes no answer; `provider` is any of LangChain."""

    provider: str = Field("openai", min_length=1)
    base_url: HttpUrl | None = Field(None, description="base address of an OpenAI-compatible API, e.g. https://…/v1")
    model: str = Field("", description="needed: a section without it is refused when the model is opened")
    api_key: SecretStr | None = None
    api_key_file: Path | None = None
    timeout_seconds: float = Field(20.0, gt=0, le=600, description="that it may add to one answer")
    questions_per_user: int = Field(100, ge=0, description="a day; 0: no limit")
    wording: bool = Field(False, description="experimental: it may also order the sentences of an answer")


class Config(BaseSettings):
    """The whole configuration; relative paths are relative to the file, default ones to the program."""

    model_config = SettingsConfigDict(
        env_prefix="FAST_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
    )

    state: StateConfig = StateConfig()
    knowledge: KnowledgeConfig = KnowledgeConfig()
    embedding: EmbeddingConfig = EmbeddingConfig()
    matrix: MatrixConfig = MatrixConfig()
    reminders: RemindersConfig = RemindersConfig()
    conversation: ConversationConfig = ConversationConfig()
    answers: AnswersConfig = AnswersConfig()
    llm: LlmConfig | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # The environment wins over the file, which is what init_settings carries here.
        return env_settings, init_settings


def load_config(path: Path | None = None) -> Config:
    """Return the configuration of `path`, or of config.toml beside the program if there is one, or the defaults.

    Raises ConfigurationError naming every key that is unknown or wrong.
    """
    if path is None:
        path = ROOT / "config.toml"
        table = _read_table(path) if path.is_file() else {}
    else:
        table = _read_table(path)
    _refuse_unknown_variables()
    try:
        config = Config(**table)
    except ValidationError as error:
        raise ConfigurationError(_explain(error, path)) from None
    except SettingsError as error:
        raise ConfigurationError(_explain_variable(str(error))) from None
    except RecursionError:
        # The file was looked at: it is the JSON of a variable.
        raise ConfigurationError(f"environnement : {TOO_DEEP}.") from None
    return _with_absolute_paths(config, path.resolve().parent)


def _read_table(path: Path) -> dict[str, Any]:
    try:
        return read_toml(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigurationError(f"Impossible de lire la configuration « {path} » : {system_reason(error)}.") from error
    except TooDeep as error:
        raise ConfigurationError(f"« {path} » n'est pas un fichier TOML que je sache lire : {error}.") from error
    except ValueError as error:
        position = toml_position(error)
        where = f" : ligne {position[0]}, colonne {position[1]}" if position else ""
        raise ConfigurationError(f"« {path} » n'est pas un fichier TOML valide, en UTF-8{where}.") from error


def _variables() -> dict[str, str]:
    """Return the environment variables that are keys of the configuration, each with its section."""
    found = {name: name.lower().removeprefix("fast_") for name in os.environ if name.lower().startswith("fast_")}
    return {name: key.partition("__")[0] for name, key in found.items() if "__" in key or key in Config.model_fields}


def _refuse_unknown_variables() -> None:
    unknown = sorted(name for name, section in _variables().items() if section not in Config.model_fields)
    if unknown:
        raise ConfigurationError("\n".join(f"environnement : {name} : clé inconnue" for name in unknown))


def _explain_variable(error: str) -> str:
    """Name the variables that the value refused may be in: of the section that pydantic-settings names."""
    names = sorted(name for name, section in _variables().items() if f'"{section}"' in error)
    return f'environnement : {", ".join(names)} : une liste ou une table s\'écrit en JSON, par exemple ["a", "b"].'


def _explain(error: ValidationError, path: Path) -> str:
    # A value may be a secret written at the wrong place: it is never shown.
    return "\n".join(f"{_place(key, path)} : {said}" for key, said in refusals(error, show_values=False))


def _place(key: str, path: Path) -> str:
    """Return the variable that gives the key, which wins over the file, or the file and the key."""
    variable = f"fast_{key.replace('.', '__')}"
    named = next((name for name in _variables() if name.lower() == variable), None)
    return f"environnement : {named}" if named else f"{path.name} : {key}"


def _with_absolute_paths(config: Config, base: Path) -> Config:
    """Resolve relative paths, and read the keys that are kept in files."""
    embedding = config.embedding
    if embedding.api_key is None and embedding.api_key_file is not None:
        embedding = embedding.model_copy(update={"api_key": read_secret(base / embedding.api_key_file)})
    if embedding.endpoint is None and (base / embedding.model).is_dir():
        embedding = embedding.model_copy(update={"model": str((base / embedding.model).resolve())})
    return config.model_copy(
        update={
            "state": _resolved(config.state, base),
            "knowledge": _resolved(config.knowledge, base),
            "embedding": embedding,
            "matrix": _resolved(config.matrix, base),
            "llm": _resolved(config.llm, base) if config.llm else None,
        }
    )


def _resolved(section: Section, base: Path) -> Section:
    """Make the paths of a section absolute: those written in the file from it, the default ones from the program."""
    return section.model_copy(
        update={
            name: (base if name in section.model_fields_set else ROOT) / value
            for name, value in section
            if isinstance(value, Path)
        }
    )


def read_secret(path: Path) -> SecretStr:
    """Return the secret that a file holds, less the blanks around it. Raises ConfigurationError when it holds none."""
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigurationError(f"Impossible de lire le secret « {path} » : {system_reason(error)}.") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"Impossible de lire le secret « {path} » : ce n'est pas du texte en UTF-8."
        ) from error
    if not secret:
        raise ConfigurationError(f"Le fichier du secret « {path} » est vide.")
    return SecretStr(secret)


def secrets_of(config: BaseModel) -> set[str]:
    """Return every secret of a configuration: its own, those in its files, and what its addresses hold."""
    found: set[str] = set()
    for name, value in config:
        if isinstance(value, BaseModel):
            found |= secrets_of(value)
        elif isinstance(value, SecretStr):
            found.add(value.get_secret_value())
        elif isinstance(value, Path) and name.endswith("_file"):
            # A file that cannot be read holds no secret that could be shown.
            with contextlib.suppress(ConfigurationError):
                found.add(read_secret(value).get_secret_value())
        elif isinstance(value, str | HttpUrl):
            found.update(secrets_of_address(str(value)))
    return found


def silence_telemetry() -> None:
    """Turn off the telemetry of every library; called before any of them is imported."""
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    os.environ["CHROMA_TELEMETRY_IMPL"] = "none"
    os.environ["DO_NOT_TRACK"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["LANGCHAIN_TRACING_V2"] = "false"
    os.environ["LANGSMITH_TRACING"] = "false"
    os.environ["OTEL_SDK_DISABLED"] = "true"
