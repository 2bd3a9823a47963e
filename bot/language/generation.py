"""The language model, through LangChain: one structured answer in time, or the cause for which there is none."""

import asyncio
import logging
import threading
import time
from collections.abc import Coroutine, Sequence
from enum import StrEnum
from importlib.util import find_spec
from typing import Any, Final, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from bot import model_texts
from bot.config import LlmConfig, read_secret
from bot.errors import ConfigurationError

_LONGEST_BODY: Final = 400_000  # bytes of an answer: an endless one is given up
_LONGEST_ANSWER: Final = 2_000  # tokens
_GRACE: Final = 0.5  # seconds left to a request to be cancelled

_log = logging.getLogger("bot.model")

Shape = TypeVar("Shape", bound=BaseModel)
T = TypeVar("T")
Message = tuple[str, str]  # role (system, human, ai) and text


class Fault(StrEnum):
    """Why a model gave nothing that can be used; the names of the counters."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    BUSY = "busy"
    SERVER = "server"
    KEY = "key"
    UNKNOWN_MODEL = "unknown_model"
    REJECTED = "rejected"
    BROKEN = "broken"
    REFUSAL = "refusal"
    OTHER = "other"


class ModelFault(Exception):
    """The model gave nothing that can be used; never shown to those who ask."""

    def __init__(self, cause: Fault) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Model(Protocol):
    """What answers in a given shape."""

    def ask(self, messages: Sequence[Message], shape: type[Shape], seconds: float) -> Shape:
        """Return the model's answer within so many seconds. Raises ModelFault."""


def is_installed() -> bool:
    """Whether the libraries of the extra `llm` are there."""
    return find_spec("langchain") is not None and find_spec("langchain_openai") is not None


def open_model(config: LlmConfig) -> "LangChainModel":
    """Return the configured model; nothing is asked of it yet.

    Raises ConfigurationError when its libraries, name or key are missing, or LangChain does not know the provider.
    """
    problem = problem_of(config)
    if problem:
        raise ConfigurationError(problem)
    try:
        return LangChainModel(config)
    except (ImportError, ValueError) as error:
        raise ConfigurationError(model_texts.provider_unusable(config.provider)) from error


def problem_of(config: LlmConfig) -> str | None:
    """Return what keeps the configured model from being opened, in French; None for nothing."""
    if not config.model:
        return model_texts.MODEL_MISSING
    return None if is_installed() else model_texts.EXTRA_MISSING


def probe(config: LlmConfig) -> tuple[Fault | None, float]:
    """Ask the model for one word; return why it gave none (None when it did), and how many seconds it took.

    Raises ConfigurationError when it cannot be opened.
    """
    model = open_model(config)
    started = time.monotonic()
    try:
        model.ask([("human", "Réponds : oui.")], _Word, config.timeout_seconds)
    except ModelFault as fault:
        return fault.cause, time.monotonic() - started
    return None, time.monotonic() - started


class _Word(BaseModel):
    """One word."""

    word: str


class LangChainModel:
    """Any chat model of LangChain; its requests live in a loop of their own, where they can be cancelled."""

    def __init__(self, config: LlmConfig) -> None:
        self._model = _chat_model(config)
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="model", daemon=True).start()

    def ask(self, messages: Sequence[Message], shape: type[Shape], seconds: float) -> Shape:
        """Return the model's answer within so many seconds, in its shape. Raises ModelFault."""
        try:
            # By JSON schema: not every server of this format calls tools.
            found = self._within(seconds, self._structured(shape).ainvoke(list(messages)))
        except Exception as error:
            cause = _cause(error)
            _log.info("model fault cause=%s type=%s", cause, type(error).__name__)
            raise ModelFault(cause) from error
        return _parsed(found, shape)

    def _structured(self, shape: type[BaseModel]) -> Any:
        return self._model.with_structured_output(shape, method="json_schema", include_raw=True)

    def _within(self, seconds: float, asking: Coroutine[Any, Any, T]) -> T:
        future = asyncio.run_coroutine_threadsafe(asyncio.wait_for(asking, seconds), self._loop)
        try:
            return future.result(seconds + _GRACE)
        finally:
            future.cancel()


def _chat_model(config: LlmConfig) -> Any:
    from langchain.chat_models import init_chat_model

    given = {"base_url": str(config.base_url) if config.base_url else None}
    key = read_secret(config.api_key_file) if config.api_key is None and config.api_key_file else config.api_key
    if key is not None:
        given["api_key"] = key.get_secret_value()
    options: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if config.provider == "openai":
        # A server on one's own machine wants no key, the client does.
        options = {"api_key": "none", **options, **_openai_options(config.timeout_seconds)}
    return init_chat_model(config.model, model_provider=config.provider, temperature=0, **options)


def _openai_options(seconds: float) -> dict[str, Any]:
    from openai import DefaultAsyncHttpxClient

    return {
        "timeout": seconds,
        "max_retries": 0,  # the answer made without the model is there: it does not wait for a second try
        "max_tokens": _LONGEST_ANSWER,
        "use_responses_api": False,
        "http_async_client": DefaultAsyncHttpxClient(event_hooks={"response": [_bound]}, timeout=seconds),
    }


async def _bound(response: Any) -> None:
    """Have the body of a response end in an error when it goes on for too long."""
    from httpx2 import AsyncByteStream, ReadError

    class Bounded(AsyncByteStream):
        def __init__(self, stream: Any) -> None:
            self._stream = stream

        async def __aiter__(self) -> Any:
            left = _LONGEST_BODY
            async for chunk in self._stream:
                left -= len(chunk)
                if left < 0:
                    raise ReadError("the answer does not end")
                yield chunk

        async def aclose(self) -> None:
            await self._stream.aclose()

    response.stream = Bounded(response.stream)


def _parsed(found: Any, shape: type[Shape]) -> Shape:
    """Return the answer of a structured call; what is no object of the shape is a fault."""
    raw, parsed = (found.get("raw"), found.get("parsed")) if isinstance(found, dict) else (None, None)
    if getattr(raw, "additional_kwargs", {}).get("refusal"):
        raise ModelFault(Fault.REFUSAL)
    if isinstance(parsed, shape):
        return parsed
    try:
        return shape.model_validate(parsed)
    except ValidationError:
        _log.info("model fault cause=broken")
        raise ModelFault(Fault.BROKEN) from None


_BY_NAME: Final = (
    ("refusal", Fault.REFUSAL),
    ("contentfilter", Fault.REFUSAL),
    ("timeout", Fault.TIMEOUT),
    ("ratelimit", Fault.BUSY),
    ("authentication", Fault.KEY),
    ("permission", Fault.KEY),
    ("notfound", Fault.UNKNOWN_MODEL),
    ("connect", Fault.UNREACHABLE),
    ("validation", Fault.BROKEN),
    ("decode", Fault.BROKEN),
    ("indexerror", Fault.BROKEN),
    ("keyerror", Fault.BROKEN),
    ("typeerror", Fault.BROKEN),
    ("attributeerror", Fault.BROKEN),
    ("parser", Fault.BROKEN),
    ("lengthfinish", Fault.BROKEN),
    ("badrequest", Fault.REJECTED),
    ("invalidrequest", Fault.REJECTED),
)
_BY_STATUS: Final = {
    401: Fault.KEY,
    403: Fault.KEY,
    404: Fault.UNKNOWN_MODEL,
    408: Fault.TIMEOUT,
    429: Fault.BUSY,
}


def _cause(error: BaseException) -> Fault:
    """Return the cause of a provider's error: by its HTTP status, else by the names of its classes."""
    status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
    if isinstance(status, int) and status >= 400:
        return _BY_STATUS.get(status, Fault.SERVER if status >= 500 else Fault.REJECTED)
    names = [one.__name__.lower() for one in type(error).__mro__]
    return next((cause for word, cause in _BY_NAME if any(word in name for name in names)), Fault.OTHER)
