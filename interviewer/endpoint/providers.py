"""The providers that do not speak OpenAI's protocol, and which chat model a set-up means.

What each needs is one row of `SPECS`: the extra that brings its libraries, where it listens, how langchain is told the limits. The call
itself is in `langchain_model`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from interviewer.config import Provider, Settings
from interviewer.endpoint.chat import ModelClient
from interviewer.endpoint.connection import is_loopback
from interviewer.endpoint.structured import Mode
from interviewer.errors import ConfigError
from interviewer.paths import how_to_install

_STRICT: Mapping[Mode, str] = {"json_schema": "json_schema", "function_calling": "function_calling"}
_OLLAMA_PORT = 11434


@dataclass(frozen=True, slots=True)
class ProviderSpec:
    """One provider. `package`: what langchain imports for it, brought by `extra`; `base_url`: where it listens.

    `methods`: our kinds of structured output in langchain's words; `options`: what the model is built with beyond the common.
    `marks_cache`: whether the unchanging beginning of a prompt has to be marked to be cached; `only_streams`: langchain never asks it
    for a whole reply.
    """

    package: str
    extra: str
    base_url: str
    methods: Mapping[Mode, str]
    options: Callable[[Settings, str], dict[str, Any]]
    marks_cache: bool = False
    only_streams: bool = False


def chat_model_for(settings: Settings) -> ModelClient:
    """The client that INTERVIEWER_MODEL means; nothing is loaded or asked yet. ConfigError if its libraries are missing."""
    if settings.provider is None:
        from interviewer.endpoint.client import Endpoint

        return Endpoint(settings)
    from interviewer.endpoint.langchain_model import LangchainModel

    check_provider(settings)
    return LangchainModel(settings)


def check_provider(settings: Settings) -> None:
    """ConfigError, with what to do, if the provider's extra is not installed or a setting is not for it. Imports nothing."""
    if settings.provider is None:
        return
    spec = SPECS[settings.provider]
    if find_spec(spec.package) is None:
        raise ConfigError(f"INTERVIEWER_MODEL={settings.model}: the extra `{spec.extra}` is not installed → {how_to_install(spec.extra)}")
    fixed = settings.structured_output
    if fixed != "auto" and fixed not in spec.methods:
        raise ConfigError(
            f"INTERVIEWER_STRUCTURED_OUTPUT={fixed}: {settings.provider} does not know it → set one of auto, {', '.join(spec.methods)}"
        )


def provider_address(settings: Settings) -> str:
    """Where the provider's requests go, whole even where OLLAMA_HOST is `host`, `host:port` or the address to listen on."""
    if settings.provider is None:
        raise ValueError("no provider")
    given = (settings.provider_url or "").strip().rstrip("/")
    if settings.provider != "ollama" or not given:
        return given or SPECS[settings.provider].base_url
    parts = urlsplit(given if "://" in given else f"//{given}", scheme="http")
    user, at, host = parts.netloc.rpartition("@")
    host = f"127.0.0.1{host}" if host.startswith(":") else host
    host = host.replace("0.0.0.0", "127.0.0.1", 1) if parts.hostname == "0.0.0.0" else host  # noqa: S104 - a place to listen, not to ask
    bare = parts.port is None and parts.scheme == "http"
    return f"{parts.scheme}://{user}{at}{host}{f':{_OLLAMA_PORT}' if bare else ''}{parts.path}"


def is_here(address: str) -> bool:
    """Whether an address is on this machine, so that no proxy must see what goes there."""
    return is_loopback(urlsplit(address).hostname or "")


def _anthropic(settings: Settings, address: str) -> dict[str, Any]:
    return {
        "api_key": _key(settings), "base_url": address, "max_tokens": settings.max_output, "max_retries": 0,
        "timeout": settings.grading_deadline,
    }  # fmt: skip


def _google(settings: Settings, address: str) -> dict[str, Any]:
    return {
        "api_key": _key(settings), "base_url": address, "max_output_tokens": settings.max_output, "max_retries": 1,
        "timeout": settings.grading_deadline, "client_args": {"trust_env": not is_here(address)},
    }  # fmt: skip


def _ollama(settings: Settings, address: str) -> dict[str, Any]:
    """No connection is kept: langchain gives no way to close one."""
    import httpx

    key = _key(settings)
    client = {
        "timeout": settings.grading_deadline, "trust_env": not is_here(address), "limits": httpx.Limits(max_keepalive_connections=0),
        "headers": {"authorization": f"Bearer {key}"} if key else {},
    }  # fmt: skip
    return {"base_url": address, "num_ctx": settings.context_window, "num_predict": settings.max_output, "client_kwargs": client}


def _key(settings: Settings) -> str:
    """An emulator at an address of one's own may need no key, but the libraries want one."""
    key = settings.provider_key
    return (key.get_secret_value().strip() if key else "") or ("" if settings.provider == "ollama" else "none")


SPECS: Mapping[Provider, ProviderSpec] = {
    "anthropic": ProviderSpec("langchain_anthropic", "anthropic", "https://api.anthropic.com", _STRICT, _anthropic, marks_cache=True),
    "google_genai": ProviderSpec("langchain_google_genai", "gemini", "https://generativelanguage.googleapis.com", _STRICT, _google),
    "ollama": ProviderSpec(
        "langchain_ollama",
        "ollama",
        f"http://127.0.0.1:{_OLLAMA_PORT}",
        {**_STRICT, "json_object": "json_mode"},
        _ollama,
        only_streams=True,
    ),
}
"""By the name before the colon. The window of Ollama's models is set with each request: its own default is far smaller."""
