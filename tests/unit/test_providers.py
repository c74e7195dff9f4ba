"""Which provider a setting means, where it is, what its replies and errors say. Imports none of their libraries."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

import pytest

from interviewer.config import PROVIDERS, Settings
from interviewer.endpoint.provider_errors import EmptyStream, TooLarge, blames_temperature, explain
from interviewer.endpoint.provider_reply import Spoken
from interviewer.endpoint.providers import SPECS, is_here, provider_address
from interviewer.messages import explain as explain_reason
from interviewer.messages import needed_for, no_model, settings_of
from interviewer.models import LANGS, Lang, Reason
from interviewer.ui.words_grading import tell_reason


def settings(model: str, **more: object) -> Settings:
    return Settings.model_validate({"INTERVIEWER_MODEL": model, **more})


# ---------------------------------------------------------------- the setting


@pytest.mark.parametrize(
    ("model", "provider", "name"),
    [
        ("anthropic:claude-sonnet-5", "anthropic", "claude-sonnet-5"),
        ("google_genai:gemini-3.5-flash", "google_genai", "gemini-3.5-flash"),
        ("ollama:qwen3:8b", "ollama", "qwen3:8b"),
        ("ollama:hf.co/x/y:Q4_K_M", "ollama", "hf.co/x/y:Q4_K_M"),
        ("qwen3:8b", None, "qwen3:8b"),
        ("llama3.2:3b", None, "llama3.2:3b"),
        ("anthropic/claude-sonnet-5:beta", None, "anthropic/claude-sonnet-5:beta"),
        ("ft:gpt-4o-mini:acme::abc", None, "ft:gpt-4o-mini:acme::abc"),
        ("ollama", None, "ollama"),
        ("gpt-5", None, "gpt-5"),
    ],
)
def test_only_a_known_provider_before_the_first_colon_is_one(model: str, provider: str | None, name: str) -> None:
    configured = settings(model)

    assert (configured.provider, configured.model_name) == (provider, name)


@pytest.mark.parametrize(
    ("model", "more", "has"),
    [
        ("anthropic:m", {}, False),
        ("anthropic:m", {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, False),
        ("anthropic:m", {"ANTHROPIC_API_KEY": "k"}, True),
        ("anthropic:m", {"ANTHROPIC_BASE_URL": "http://127.0.0.1:1"}, True),
        ("anthropic:", {"ANTHROPIC_API_KEY": "k"}, False),
        ("google_genai:m", {"GOOGLE_API_KEY": "k"}, True),
        ("google_genai:m", {"GEMINI_API_KEY": "k"}, True),
        ("google_genai:m", {"ANTHROPIC_API_KEY": "k"}, False),
        ("google_genai:m", {"GOOGLE_GEMINI_BASE_URL": "http://127.0.0.1:1"}, True),
        ("ollama:m", {}, True),
        ("ollama:", {}, False),
        ("m", {"ANTHROPIC_API_KEY": "k", "GOOGLE_API_KEY": "k", "OLLAMA_HOST": "127.0.0.1"}, False),
        ("m", {"OPENAI_API_KEY": "k"}, True),
    ],
)
def test_a_model_is_there_with_its_own_key_or_address(model: str, more: dict[str, object], has: bool) -> None:
    configured = settings(model, **more)

    assert configured.has_model is has
    assert configured.default_examiner == ("llm" if has else "rubric")


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"GEMINI_API_KEY": "m"}, "m"),
        ({"GOOGLE_API_KEY": "o", "GEMINI_API_KEY": "m"}, "o"),
        ({"GOOGLE_API_KEY": "", "GEMINI_API_KEY": "m"}, "m"),
    ],
)
def test_googles_key_has_two_names_of_which_its_libraries_prefer_the_first(given: dict[str, object], key: str) -> None:
    found = settings("google_genai:m", **given).provider_key

    assert found is not None
    assert found.get_secret_value() == key


@pytest.mark.parametrize(
    ("host", "address"),
    [
        (None, "http://127.0.0.1:11434"),
        ("", "http://127.0.0.1:11434"),
        ("box", "http://box:11434"),
        ("box:8080", "http://box:8080"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        ("http://box", "http://box:11434"),
        ("http://box:80/sub/", "http://box:80/sub"),
        ("https://ollama.com", "https://ollama.com"),
        ("[::1]:11434", "http://[::1]:11434"),
        (":8080", "http://127.0.0.1:8080"),
        (" 10.0.0.2:11434 ", "http://10.0.0.2:11434"),
    ],
)
def test_ollamas_host_is_read_as_ollama_reads_it(host: str | None, address: str) -> None:
    assert provider_address(settings("ollama:m", OLLAMA_HOST=host)) == address


def test_without_an_address_it_is_the_providers_own_whatever_is_set_for_others() -> None:
    for provider in ("anthropic", "google_genai"):
        assert provider_address(settings(f"{provider}:m", OPENAI_BASE_URL="http://127.0.0.1:1/v1")).startswith("https://")
    assert provider_address(settings("anthropic:m", ANTHROPIC_BASE_URL="http://127.0.0.1:1/")) == "http://127.0.0.1:1"


@pytest.mark.parametrize(("address", "here"), [("http://127.0.0.1:1", True), ("http://localhost", True), ("http://[::1]:1/x", True),
                                               ("http://10.0.0.2", False), ("https://127.0.0.1.example.org", False), ("x", False)])  # fmt: skip
def test_what_is_on_this_machine(address: str, here: bool) -> None:
    assert is_here(address) is here


def test_every_provider_has_its_row_and_words_name_its_settings() -> None:
    aliases = {str(field.validation_alias) for field in Settings.model_fields.values()}
    assert set(SPECS) == set(PROVIDERS)
    for provider in PROVIDERS:
        key, address = settings_of(f"{provider}:m")
        assert {key, address} <= aliases
        for lang in LANGS:
            assert key in explain_reason(Reason.WRONG_KEY, lang, f"{provider}:m")
            assert address in explain_reason(Reason.UNREACHABLE, lang, f"{provider}:m")
            assert key in tell_reason(Reason.WRONG_KEY, lang, f"{provider}:m")
    assert all("OPENAI_API_KEY" in explain_reason(Reason.WRONG_KEY, "en", model) for model in ("qwen3:8b", "ollama", ""))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_words_about_a_provider_name_no_setting_of_another(provider: str, lang: Lang) -> None:
    model = f"{provider}:m"
    key, address = settings_of(model)
    said = [needed_for(model, lang), no_model(model), *(explain_reason(reason, lang, model) for reason in Reason)]
    named = {name for text in said for name in re.findall(r"[A-Z]+(?:_[A-Z]+)+", text) if not name.startswith("INTERVIEWER_")}

    assert named == {key, address, *(("GEMINI_API_KEY",) if provider == "google_genai" else ())}
    assert not any("{" in text for text in said)
    assert (key in needed_for(model, lang)) is (provider != "ollama")  # which needs neither key nor address, see has_model


@pytest.mark.parametrize(
    ("model", "told", "untold"),
    [
        ("qwen3:8b", ("OLLAMA_CONTEXT_LENGTH", "num_ctx", "INTERVIEWER_CONTEXT"), ()),
        ("ollama:qwen3:8b", ("INTERVIEWER_CONTEXT", "ollama show"), ("OLLAMA_CONTEXT_LENGTH", "num_ctx")),
        ("anthropic:m", ("INTERVIEWER_CONTEXT", "ANTHROPIC_BASE_URL"), ("OLLAMA", "num_ctx", "Ollama")),
        ("google_genai:m", ("INTERVIEWER_CONTEXT", "GOOGLE_GEMINI_BASE_URL"), ("OLLAMA", "num_ctx", "Ollama")),
    ],
)
def test_what_helps_where_a_prompt_was_cut_is_true_of_the_provider(model: str, told: tuple[str, ...], untold: tuple[str, ...]) -> None:
    for lang in LANGS:
        said = explain_reason(Reason.PROMPT_CUT, lang, model)
        assert all(word in said for word in told)
        assert not any(word in said for word in untold)


# ---------------------------------------------------------------- replies


def piece(text: str = "", *, calls: list[dict[str, Any]] | None = None, usage: dict[str, Any] | None = None, **about: Any) -> Any:
    return SimpleNamespace(text=text, tool_call_chunks=calls or [], response_metadata=about, usage_metadata=usage)


def whole(text: str = "", *, calls: Any = (), invalid: Any = (), **about: Any) -> Any:
    return SimpleNamespace(
        text=text, tool_calls=list(calls), invalid_tool_calls=list(invalid), response_metadata=about, usage_metadata=None
    )


def concluded(*pieces: Any) -> Any:
    spoken = Spoken()
    for each in pieces:
        spoken.add(each)
    return spoken.conclude()


def test_counts_of_the_pieces_add_up() -> None:
    usage = {"input_tokens": 10, "output_tokens": 1, "input_token_details": {"cache_read": 4}}
    spent = concluded(piece("a", usage=usage), piece("b"), piece("", usage={"input_tokens": -2, "output_tokens": 5})).spent

    assert (spent.prompt_tokens, spent.completion_tokens, spent.cached_tokens, spent.calls) == (8, 6, 4, 1)


@pytest.mark.parametrize("places", [(1, 2), (None, None)])
def test_of_several_tool_calls_the_first_counts(places: tuple[Any, Any]) -> None:
    first, second = places
    attempted = concluded(
        piece(calls=[{"name": "f", "args": '{"a"', "index": first}]),
        piece(calls=[{"name": None, "args": ": 1}", "index": first}]),
        piece(calls=[{"name": "f", "args": '{"a": 2}', "index": second}]),
    )

    assert attempted.text == '{"a": 1}'


def test_a_whole_call_is_told_as_json_and_one_that_is_none_as_it_came() -> None:
    assert json.loads(concluded(whole("text", calls=[{"args": {"a": "是"}}, {"args": {"a": "no"}}])).text) == {"a": "是"}
    assert concluded(whole(invalid=[{"args": '{"a": '}])).text == '{"a": '
    assert concluded(whole("text")).text == "text"


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        ({"stop_reason": "end_turn"}, None), ({"stop_reason": "tool_use"}, None), ({"finish_reason": "STOP"}, None), ({"done_reason": "stop"}, None),
        ({}, None), ({"stop_reason": "max_tokens"}, Reason.CUT_OFF), ({"finish_reason": "MAX_TOKENS"}, Reason.CUT_OFF),
        ({"done_reason": "length"}, Reason.CUT_OFF), ({"stop_reason": "model_context_window_exceeded"}, Reason.TOO_LONG),
        ({"stop_reason": "refusal"}, Reason.REFUSAL), ({"finish_reason": "SAFETY"}, Reason.REFUSAL), ({"finish_reason": "RECITATION"}, Reason.REFUSAL),
        ({"finish_reason": "PROHIBITED_CONTENT"}, Reason.REFUSAL), ({"finish_reason": "BLOCKLIST"}, Reason.REFUSAL),
        ({"finish_reason": "SPII"}, Reason.REFUSAL), ({"finish_reason": "LANGUAGE"}, Reason.REFUSAL), ({"finish_reason": "OTHER"}, Reason.SERVER_ERROR), ({"finish_reason": "FINISH_REASON_UNSPECIFIED"}, Reason.SERVER_ERROR),
        ({"prompt_feedback": {"block_reason": "SAFETY"}}, Reason.REFUSAL), ({"prompt_feedback": {"block_reason": "JAILBREAK"}}, Reason.REFUSAL),
        ({"prompt_feedback": {"block_reason": "BLOCKED_REASON_UNSPECIFIED"}}, Reason.REFUSAL),
        ({"prompt_feedback": {"block_reason": "MODEL_ARMOR"}}, Reason.REFUSAL), ({"prompt_feedback": {"block_reason": None}}, None),
        ({"finish_reason": "MALFORMED_FUNCTION_CALL"}, Reason.UNPARSABLE), ({"finish_reason": "UNEXPECTED_TOOL_CALL"}, Reason.UNPARSABLE),
        ({"finish_reason": "MALFORMED_RESPONSE"}, Reason.UNPARSABLE),
    ],
)  # fmt: skip
def test_why_a_reply_ended_decides_before_what_it_says(about: dict[str, Any], reason: Reason | None) -> None:
    failure = concluded(piece('{"a": 1}'), piece("", **about)).failure

    assert (failure.reason if failure else None) is reason


# ---------------------------------------------------------------- errors


class Told(Exception):
    """An error of a provider's library."""

    def __init__(self, **about: Any) -> None:
        super().__init__(str(about))
        self.__dict__.update(about)


def answered(**headers: str) -> Any:
    return SimpleNamespace(headers=headers)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Told(status_code=200, body={"type": "error", "error": {"type": "overloaded_error", "message": "x"}}), Reason.SERVER_ERROR),
        (Told(status_code=200, body={"type": "error", "error": {"type": "rate_limit_error", "message": "x"}}), Reason.RATE_LIMIT),
        (Told(status_code=200, body={"type": "error", "error": {"type": "authentication_error", "message": "x"}}), Reason.WRONG_KEY),
        (Told(status_code=200, body={"type": "error", "error": {"type": "billing_error", "message": "x"}}), Reason.QUOTA),
        (Told(status_code=200, body={"type": "error", "error": {"type": "request_too_large", "message": "x"}}), Reason.TOO_LONG),
        (Told(status_code=200, body={"type": "error", "error": {"type": "never heard of"}}), Reason.SERVER_ERROR),
        (Told(code=-1, details={"error": {"status": "RESOURCE_EXHAUSTED", "message": "quota"}}), Reason.RATE_LIMIT),
        (Told(code=504, details={"error": {"status": "DEADLINE_EXCEEDED"}}), Reason.SERVER_ERROR),
        (Told(code=403, details={"error": {"status": "PERMISSION_DENIED", "message": "x"}}), Reason.WRONG_KEY),
        (Told(code=400, details={"error": {"details": [{"reason": "API_KEY_INVALID"}]}}), Reason.WRONG_KEY),
        (Told(code=429, details={"error": {"details": [{"violations": [{"quotaId": "XPerDayY"}]}]}}), Reason.QUOTA),
        (Told(code=429, details={"error": {"message": "current quota, billing", "details": "odd"}}), Reason.RATE_LIMIT),
        (Told(code=429, details="a page"), Reason.RATE_LIMIT),
        (Told(status_code=404, error="model 'x' not found"), Reason.NO_SUCH_MODEL),
        (Told(status_code=-1, error="unexpected EOF"), Reason.SERVER_ERROR),
        (Told(status_code=-1, error="model 'x' not found"), Reason.NO_SUCH_MODEL),
        (Told(response=SimpleNamespace(status_code=429, headers={})), Reason.RATE_LIMIT),
        (Told(status_code=400, error="prohibited content"), Reason.REFUSAL),
        (ValueError("No generation chunks were returned"), Reason.UNREACHABLE),
        (ValueError("No data received from Ollama stream."), Reason.UNREACHABLE),
        (TimeoutError(), Reason.TIMEOUT),
        (type("ConnectTimeout", (TimeoutError,), {})(), Reason.UNREACHABLE),
        (ConnectionRefusedError(), Reason.UNREACHABLE),
        (json.JSONDecodeError("x", "", 0), Reason.UNPARSABLE),
        (AttributeError("x"), Reason.UNPARSABLE),
        (EmptyStream(), Reason.UNREACHABLE),
        (TooLarge(), Reason.UNPARSABLE),
        (RuntimeError("x"), Reason.INTERNAL),
    ],
)
def test_an_error_is_known_by_what_it_carries(error: Exception, reason: Reason) -> None:
    failure = explain(error)

    assert failure.reason is reason
    assert "x" not in failure.detail.split()


def test_what_a_library_wraps_or_hides_is_found() -> None:
    wrapped, hidden = RuntimeError("wrapper"), RuntimeError("hider")
    wrapped.__cause__ = Told(status_code=429, body={}, response=answered(**{"retry-after": "9"}))
    hidden.__context__, hidden.__suppress_context__ = Told(status_code=503, body={}), True

    assert (explain(wrapped).reason, explain(wrapped).retry_after) == (Reason.RATE_LIMIT, 9)
    assert explain(hidden).reason is Reason.SERVER_ERROR


@pytest.mark.parametrize(
    ("details", "headers", "wait"),
    [
        ([{"retryDelay": "33s"}], {}, 33),
        ([{"retryDelay": "0.5s"}], {}, 0.5),
        ([{"retryDelay": "33s"}], {"retry-after": "2"}, 2),
        ([{"retryDelay": "soon"}, {}], {}, None),
        ([], {}, None),
    ],
)
def test_a_wait_comes_from_the_headers_or_from_googles_body(details: list[Any], headers: dict[str, str], wait: float | None) -> None:
    error = Told(code=429, details={"error": {"details": details}}, response=answered(**headers))

    assert explain(error).retry_after == wait


def test_only_a_refusal_of_the_temperature_blames_it() -> None:
    assert blames_temperature(Told(status_code=400, error="`temperature` is deprecated for this model"))
    assert blames_temperature(ValueError("`temperature` is not supported for claude-x at non-default values."))
    assert not blames_temperature(Told(status_code=500, error="temperature of the processor too high"))
    assert not blames_temperature(Told(status_code=400, error="max_tokens"))
