"""What can be set, what is refused by its name and never by its value, and what is only misspelt."""

from __future__ import annotations

import pytest

from interviewer.config import Settings, load_settings, setting_names
from interviewer.errors import ConfigError
from interviewer.misspelt import find_misspelt

GOOD = [
    ("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1"),
    ("OPENAI_BASE_URL", "https://user:pass@[::1]:8000/v1/"),
    ("OPENAI_BASE_URL", "https://a.services.ai.azure.com/openai/v1?api-version=preview"),
    ("ANTHROPIC_API_KEY", "sk-ant-api03-aB_9\n"),
    ("ANTHROPIC_BASE_URL", "https://api.anthropic.com"),
    ("ANTHROPIC_BASE_URL", "https://gateway.example.org/v1/anthropic/"),
    ("GOOGLE_GEMINI_BASE_URL", "https://generativelanguage.googleapis.com/"),
    ("OLLAMA_HOST", "0.0.0.0"),
    ("OLLAMA_HOST", "box:11434"),
    ("OLLAMA_HOST", ":11434"),
    ("OLLAMA_HOST", "[::1]:11434"),
    ("OLLAMA_HOST", "https://ollama.com"),
    ("INTERVIEWER_URL", "https://interview.example.org"),
    ("INTERVIEWER_URL", "http://10.0.0.8:7860/"),
    ("INTERVIEWER_OIDC_ISSUER", "https://login.example.org/realms/school"),
    ("DATABASE_URL", "postgresql+psycopg://interviewer:p%40ss@db/interviewer"),
    ("DATABASE_URL", "postgresql://interviewer@db:5432/interviewer?sslmode=require"),
    ("INTERVIEWER_HOSTS", "interview.example.org, *.example.org, 10.0.0.8, [::1], a_b"),
    ("OPENAI_API_KEY", "sk-proj-aB_9\n"),
    ("HOST", "::1"),
    ("HOST", "localhost"),
]
BAD = [
    ("OPENAI_BASE_URL", "127.0.0.1:11434/v1", "http://HOST:PORT"),
    ("OPENAI_BASE_URL", "htp://secret-host/v1", "write it as"),
    ("OPENAI_BASE_URL", "http：//secret-host/v1", "write it as"),
    ("OPENAI_BASE_URL", "http://secret-host:port/v1", "write it as"),
    ("OPENAI_BASE_URL", "http://secret-host:99999/v1", "write it as"),
    ("OPENAI_BASE_URL", "http://[secret-host/v1", "write it as"),
    ("OPENAI_BASE_URL", "http:///v1", "write it as"),
    ("OPENAI_BASE_URL", "http://secret host/v1", "write it as"),
    ("OPENAI_BASE_URL", "https://secret-host/v1/chat/completions", "leave out /chat/completions"),
    ("OPENAI_BASE_URL", "https://secret-host/v1#top", "leave out what begins with #"),
    ("ANTHROPIC_API_KEY", "sk-ant-…secret-host", "copy the key"),
    ("GOOGLE_API_KEY", "AIza secret-host", "copy the key"),
    ("OLLAMA_API_KEY", "secret-host key", "copy the key"),
    ("ANTHROPIC_BASE_URL", "secret-host", "write it as"),
    ("ANTHROPIC_BASE_URL", "https://secret-host/v1", "leave out /v1 "),
    ("ANTHROPIC_BASE_URL", "https://secret-host/v1/messages", "leave out /v1/messages"),
    ("GOOGLE_GEMINI_BASE_URL", "https://secret-host/v1beta/", "leave out /v1beta"),
    ("OLLAMA_HOST", "http://secret-host:11434/v1", "leave out /v1 "),
    ("OLLAMA_HOST", "secret-host:11434/api/chat", "leave out /api/chat"),
    ("OLLAMA_HOST", "secret host", "write it as"),
    ("OLLAMA_HOST", "secret-host:port", "write it as"),
    ("INTERVIEWER_URL", "secret-host", "write it as"),
    ("INTERVIEWER_URL", "https://secret-host/interview", "a host name of its own"),
    ("INTERVIEWER_URL", "https://me:secret@host", "leave it out"),
    ("INTERVIEWER_OIDC_ISSUER", "secret-host", "write it as"),
    ("DATABASE_URL", "sqlite:///secret-host.db", "postgresql+psycopg://USER@HOST/NAME"),
    ("DATABASE_URL", "secret-host", "postgresql+psycopg://USER@HOST/NAME"),
    ("DATABASE_URL", "postgres://secret-host/db", "postgresql+psycopg://USER@HOST/NAME"),
    ("HOST", "http://secret-host", "write 127.0.0.1"),
    ("HOST", "127.0.0.1:7860", "write 127.0.0.1"),
    ("HOST", "*", "write 127.0.0.1"),
    ("INTERVIEWER_HOSTS", "a.example，secret-host", "only names"),
    ("INTERVIEWER_HOSTS", "https://secret-host", "only names"),
    ("INTERVIEWER_HOSTS", "good.example, secret-host:443", "only names"),
    ("INTERVIEWER_HOSTS", "*", "only names"),
    ("INTERVIEWER_HOSTS", "a.*.secret-host", "only names"),
    ("OPENAI_API_KEY", "sk-…secret-host", "copy the key"),
    ("OPENAI_API_KEY", "sk-secret-host and more", "copy the key"),
    ("INTERVIEWER_TIMEOUT", "inf", "finite number"),
    ("INTERVIEWER_TIMEOUT", "0", "greater than 0"),
    ("PORT", "secret-host", "valid integer"),
    ("PORT", "70000", "less than or equal to 65535"),
    ("INTERVIEWER_EXAMINER", "secret-host", "'auto', 'rubric' or 'llm'"),
    ("INTERVIEWER_STREAM", "perhaps", "valid boolean"),
]
MISSPELT = [
    ("INTERVIEWER_MODLE", "INTERVIEWER_MODEL"),
    ("INTERVIEWER_BUDGET_TOKENS", "INTERVIEWER_TOKEN_BUDGET"),
    ("INTERVIEWER_TEMP", "INTERVIEWER_TEMPERATURE"),
    ("INTERVIEWER_HOST", "HOST"),
    ("INTERVIEWER_OPENAI_API_KEY", "OPENAI_API_KEY"),
    ("INTERVIEWER_PRICE", "INTERVIEWER_PRICE_IN"),
    ("interviewer_worker", "INTERVIEWER_WORKERS"),
    ("INTERVIEWER_ZZZZZZ", None),
    ("INTERVEIWER_MODEL", "INTERVIEWER_MODEL"),
    ("OPENAI_BASEURL", "OPENAI_BASE_URL"),
    ("DATABASE_URI", "DATABASE_URL"),
]


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_what_can_work_is_taken(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    load_settings()


@pytest.mark.parametrize(("name", "value", "remedy"), BAD)
def test_what_cannot_work_is_refused_by_name_with_a_remedy_and_without_the_value(
    name: str, value: str, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as refused:
        load_settings()
    told = str(refused.value)
    assert (name in told, remedy in told, "→" in told) == (True, True, True)
    assert "secret-host" not in told


def test_all_that_is_wrong_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("INTERVIEWER_ATTEMPTS", "99")
    with pytest.raises(ConfigError, match=r"PORT: .*INTERVIEWER_ATTEMPTS: "):
        load_settings()


@pytest.mark.parametrize(("name", "nearest"), MISSPELT)
def test_a_slip_of_the_pen_is_found_and_the_nearest_setting_named(name: str, nearest: str | None) -> None:
    assert find_misspelt([name, *setting_names()], setting_names()) == ((name, nearest),)


def test_other_programs_variables_are_none_of_ours() -> None:
    others = [
        "PATH",
        "HOSTNAME",
        "PORTS",
        "HOME",
        "OPENAI_ORG_ID",
        "DATABASE_HOST",
        "TIKTOKEN_CACHE_DIR",
        "GRADIO_ANALYTICS_ENABLED",
        "port",
    ]
    assert find_misspelt(others, setting_names()) == ()


@pytest.mark.parametrize("name", ["MODEL", "URL", "DATA", "WORKERS", "STREAM", "QUESTIONS", "model"])
def test_a_variable_of_another_program_sets_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Settings()
    monkeypatch.setenv(name, "1")
    assert load_settings() == usual


def test_space_around_a_value_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", " sk-real\r\n")
    monkeypatch.setenv("INTERVIEWER_MODEL", "gpt-4o-mini\n")
    settings = load_settings()
    assert settings.api_key is not None
    assert (settings.api_key.get_secret_value(), settings.model) == ("sk-real", "gpt-4o-mini")


@pytest.mark.parametrize("name", setting_names())
def test_an_empty_setting_is_as_good_as_none(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Settings()
    monkeypatch.setenv(name, "")
    assert load_settings() == usual
