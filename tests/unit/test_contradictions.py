"""Set-ups whose settings are each right: which of them cannot work together, and which do nothing."""

from __future__ import annotations

import pytest

from interviewer.config import Settings
from interviewer.contradictions import RULES, find_contradictions, refuse_contradictions
from interviewer.errors import ConfigError

MODEL = {"INTERVIEWER_MODEL": "qwen3", "OPENAI_BASE_URL": "http://127.0.0.1:11434/v1"}
PRICES = {"INTERVIEWER_PRICE_IN": 1, "INTERVIEWER_PRICE_OUT": 4}
PROVIDER = {
    "INTERVIEWER_OIDC_ISSUER": "https://login.example.org", "INTERVIEWER_OIDC_CLIENT_ID": "us", "INTERVIEWER_OIDC_CLIENT_SECRET": "s",
}  # fmt: skip

BROKEN = [
    ("INTERVIEWER_WEBHOOK_URL, INTERVIEWER_WEBHOOK_SECRET", {"INTERVIEWER_WEBHOOK_URL": "https://example.org/hook"}),
    ("INTERVIEWER_WEBHOOK_URL, INTERVIEWER_WEBHOOK_SECRET", {"INTERVIEWER_WEBHOOK_SECRET": "whsec_" + "A" * 40}),
    ("INTERVIEWER_WEBHOOK_PRIVATE", {"INTERVIEWER_WEBHOOK_PRIVATE": "on"}),
    ("INTERVIEWER_COST_BUDGET", {"INTERVIEWER_COST_BUDGET": 1}),
    ("INTERVIEWER_COST_BUDGET", {"INTERVIEWER_COST_BUDGET": 1, "INTERVIEWER_PRICE_IN": 1}),
    ("INTERVIEWER_COST_BUDGET", {"INTERVIEWER_COST_BUDGET": 1, "INTERVIEWER_PRICE_IN": 0, "INTERVIEWER_PRICE_OUT": 0}),
    ("INTERVIEWER_DAILY_COST", {"INTERVIEWER_DAILY_COST": 1}),
    ("INTERVIEWER_PRICE_IN, INTERVIEWER_PRICE_OUT", {"INTERVIEWER_PRICE_OUT": 1}),
    ("INTERVIEWER_EXAMINER", {"INTERVIEWER_EXAMINER": "llm"}),
    ("INTERVIEWER_EXAMINER", {"INTERVIEWER_EXAMINER": "llm", "INTERVIEWER_MODEL": "x"}),
    ("INTERVIEWER_EXAMINER", {"INTERVIEWER_EXAMINER": "llm", "OPENAI_API_KEY": "sk-1"}),
    ("OPENAI_API_KEY", {"INTERVIEWER_MODEL": "gpt-4o-mini", "OPENAI_BASE_URL": "https://api.openai.com/v1"}),
    ("OPENAI_API_KEY", {"INTERVIEWER_MODEL": "gpt-4o-mini", "OPENAI_BASE_URL": "https://openai.com/v1", "ANTHROPIC_API_KEY": "k"}),
    ("INTERVIEWER_EXAMINER", {"INTERVIEWER_EXAMINER": "llm", "INTERVIEWER_MODEL": "google_genai:x", "OPENAI_API_KEY": "sk-1"}),
    ("INTERVIEWER_EXAMINER", {"INTERVIEWER_EXAMINER": "llm", "INTERVIEWER_MODEL": "ollama:"}),
    ("ANTHROPIC_API_KEY", {"INTERVIEWER_MODEL": "anthropic:x", "ANTHROPIC_BASE_URL": "https://api.anthropic.com", "OPENAI_API_KEY": "k"}),
    ("GOOGLE_API_KEY", {"INTERVIEWER_MODEL": "google_genai:x", "GOOGLE_GEMINI_BASE_URL": "https://generativelanguage.googleapis.com"}),
    ("OLLAMA_API_KEY", {"INTERVIEWER_MODEL": "ollama:x", "OLLAMA_HOST": "https://ollama.com"}),
    ("INTERVIEWER_EMBEDDINGS_MODEL", {"INTERVIEWER_EMBEDDINGS_MODEL": "bge-m3"}),
    ("INTERVIEWER_EMBEDDINGS_MODEL", {"INTERVIEWER_EMBEDDINGS_MODEL": "bge-m3", "INTERVIEWER_MODEL": "ollama:x"}),
    ("INTERVIEWER_TIMEOUT, INTERVIEWER_DEADLINE", {"INTERVIEWER_TIMEOUT": 120}),
    ("INTERVIEWER_TIMEOUT, INTERVIEWER_DEADLINE", {"INTERVIEWER_TIMEOUT": 20, "INTERVIEWER_DEADLINE": 10}),
    ("INTERVIEWER_CONTEXT, INTERVIEWER_MAX_OUTPUT", {**MODEL, "INTERVIEWER_CONTEXT": 2048}),
    ("INTERVIEWER_CONTEXT, INTERVIEWER_MAX_OUTPUT", {**MODEL, "INTERVIEWER_MAX_OUTPUT": 20_000}),
    ("INTERVIEWER_TOKEN_BUDGET", {**MODEL, "INTERVIEWER_TOKEN_BUDGET": 500}),
    ("INTERVIEWER_DAILY_TOKENS", {**MODEL, "INTERVIEWER_DAILY_TOKENS": 2500}),
    *(
        ("INTERVIEWER_OIDC_ISSUER, INTERVIEWER_OIDC_CLIENT_ID, INTERVIEWER_OIDC_CLIENT_SECRET", half)
        for half in (
            *({name: PROVIDER[name]} for name in PROVIDER),
            {**PROVIDER, "INTERVIEWER_OIDC_CLIENT_SECRET": ""},
            {"INTERVIEWER_OIDC_CREATE": "candidate"},
            {"INTERVIEWER_OIDC_NAME": "学校"},
        )
    ),
    ("INTERVIEWER_URL, INTERVIEWER_HOSTS", {"INTERVIEWER_URL": "https://interview.example.org"}),
    ("INTERVIEWER_URL, INTERVIEWER_HOSTS", {"INTERVIEWER_URL": "https://a.example.org", "INTERVIEWER_HOSTS": "b.example.org"}),
    ("INTERVIEWER_SESSION_IDLE_HOURS, INTERVIEWER_SESSION_DAYS", {"INTERVIEWER_SESSION_IDLE_HOURS": 48, "INTERVIEWER_SESSION_DAYS": 1}),
    ("INTERVIEWER_STAND_IN", {"INTERVIEWER_STAND_IN": "on"}),
    ("INTERVIEWER_METRICS_TOKEN", {"INTERVIEWER_METRICS_TOKEN": "a" * 15}),
    ("INTERVIEWER_WORKERS", {**MODEL, "HOST": "0.0.0.0", "INTERVIEWER_WORKERS": 3}),
]
SOUND = [
    {},
    MODEL,
    {**MODEL, **PRICES, "INTERVIEWER_COST_BUDGET": 1, "INTERVIEWER_DAILY_COST": 5},
    {**MODEL, "INTERVIEWER_EXAMINER": "llm", "INTERVIEWER_STAND_IN": "on"},
    {"INTERVIEWER_MODEL": "gpt-4o-mini", "OPENAI_API_KEY": "sk-1"},
    {**MODEL, "INTERVIEWER_EMBEDDINGS_MODEL": "bge-m3"},
    {"INTERVIEWER_MODEL": "anthropic:x", "ANTHROPIC_API_KEY": "k", "INTERVIEWER_EXAMINER": "llm"},
    {"INTERVIEWER_MODEL": "anthropic:x", "ANTHROPIC_API_KEY": "k", "OPENAI_BASE_URL": "https://api.openai.com/v1"},
    {"INTERVIEWER_MODEL": "ollama:x", "INTERVIEWER_EXAMINER": "llm", "INTERVIEWER_STAND_IN": "on"},
    {"INTERVIEWER_MODEL": "ollama:x", "OLLAMA_HOST": "box:8080"},
    {"INTERVIEWER_DEADLINE": 10},
    {**MODEL, "HOST": "0.0.0.0", "INTERVIEWER_METRICS_TOKEN": "a" * 16, "INTERVIEWER_WORKERS": 4},
    {**MODEL, "INTERVIEWER_WORKERS": 1},
    {"INTERVIEWER_TIMEOUT": 120, "INTERVIEWER_DEADLINE": 120},
    {**MODEL, "INTERVIEWER_CONTEXT": 4096, "INTERVIEWER_MAX_OUTPUT": 800},
    {**MODEL, "INTERVIEWER_TOKEN_BUDGET": 0, "INTERVIEWER_DAILY_TOKENS": 0},
    {**PROVIDER, "INTERVIEWER_OIDC_CREATE": "candidate", "INTERVIEWER_OIDC_NAME": "学校"},
    {"INTERVIEWER_URL": "https://Interview.example.org", "INTERVIEWER_HOSTS": "other.example, interview.example.org"},
    {"INTERVIEWER_URL": "https://a.example.org", "INTERVIEWER_HOSTS": "*.example.org"},
    {"INTERVIEWER_URL": "http://[2001:db8::1]:7860", "INTERVIEWER_HOSTS": "[2001:db8::1]"},
    {"INTERVIEWER_URL": "http://127.0.0.1:7860"},
    {"INTERVIEWER_SESSION_DAYS": 0.25},
    {
        "INTERVIEWER_WEBHOOK_URL": "https://10.0.0.1/hook",
        "INTERVIEWER_WEBHOOK_SECRET": "whsec_" + "A" * 40,
        "INTERVIEWER_WEBHOOK_PRIVATE": "on",
    },
]


@pytest.mark.parametrize(("names", "given"), BROKEN)
def test_what_contradicts_itself_is_told_by_the_settings_to_change(names: str, given: dict[str, object]) -> None:
    settings = Settings.model_validate(given)
    broken = {rule.names: rule for rule in find_contradictions(settings)}
    assert list(broken) == [names]
    assert all(broken[names].wrong[lang] and broken[names].remedy[lang] for lang in ("zh", "en"))
    if broken[names].harmless:
        refuse_contradictions(settings)
    else:
        with pytest.raises(ConfigError, match=f"{names}: .* → "):
            refuse_contradictions(settings)


@pytest.mark.parametrize("given", SOUND)
def test_what_fits_together_is_let_by(given: dict[str, object]) -> None:
    assert find_contradictions(Settings.model_validate(given)) == ()


def test_every_rule_has_an_example() -> None:
    broken = {rule.names for _, given in BROKEN for rule in find_contradictions(Settings.model_validate(given))}
    openai = {rule.named("").names for rule in RULES}
    assert openai <= broken


def test_the_remedy_names_the_settings_of_the_provider_in_use() -> None:
    given = {"INTERVIEWER_EXAMINER": "llm", "INTERVIEWER_MODEL": "google_genai:x"}
    with pytest.raises(ConfigError, match=r"set INTERVIEWER_MODEL and GOOGLE_API_KEY \(or GOOGLE_GEMINI_BASE_URL\)"):
        refuse_contradictions(Settings.model_validate(given))


def test_all_that_cannot_work_is_told_at_once() -> None:
    with pytest.raises(ConfigError, match=r"INTERVIEWER_COST_BUDGET: .*INTERVIEWER_EXAMINER: "):
        refuse_contradictions(Settings.model_validate({"INTERVIEWER_COST_BUDGET": 1, "INTERVIEWER_EXAMINER": "llm"}))
