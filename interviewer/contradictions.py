"""Settings that are each right and together cannot work, or do nothing. Pure; a table of rules, each with an example in the tests.

`refuse_contradictions` is asked at the start; `interviewer doctor` tells all of them. What needs the database to be judged, such as
names for others without accounts, is in `starting.check_binding`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from interviewer.addresses import is_loopback
from interviewer.config import Settings
from interviewer.errors import ConfigError
from interviewer.messages import needed_for, settings_of
from interviewer.models import LANGS, Bilingual

_MAKERS = (".openai.com", ".anthropic.com", ".googleapis.com", ".ollama.com")
"""Hosts of those who answer nobody without a key."""
LEAST_TOKEN = 16
"""Characters below which a bearer token can be guessed by asking."""
LEAST_WORKERS = 4
"""Answers of a team that are judged at the same time; with fewer, people wait behind one another."""
LEAST_PROMPT = 1000
"""Tokens below which no prompt for a grade has room: its rules alone take more."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What must not be. `names`: the settings to change; `broken`: whether it is so; `harmless`: it only has no effect.

    {key} in it stands for the setting of the provider's key, {needed} for all that a model needs there.
    """

    names: str
    broken: Callable[[Settings], bool]
    wrong: Bilingual
    remedy: Bilingual
    harmless: bool = False

    def named(self, model: str) -> Rule:
        """The rule with the settings of the provider that this model has."""
        key, _ = settings_of(model)
        zh, en = (self.remedy[lang].format(key=key, needed=needed_for(model, lang)) for lang in LANGS)
        return replace(self, names=self.names.format(key=key), remedy=Bilingual(zh, en))


def find_contradictions(settings: Settings) -> tuple[Rule, ...]:
    """The rules that these settings break, with the settings of the provider that is in use."""
    return tuple(rule.named(settings.model or "") for rule in RULES if rule.broken(settings))


def refuse_contradictions(settings: Settings) -> None:
    """ConfigError that names the settings if a set-up cannot work."""
    broken = [rule for rule in find_contradictions(settings) if not rule.harmless]
    if broken:
        raise ConfigError("; ".join(f"{rule.names}: {rule.wrong.en} → {rule.remedy.en}" for rule in broken))


def _has_prices(settings: Settings) -> bool:
    return settings.price_in is not None and settings.price_out is not None and settings.price > 0


def _has_half_a_provider(settings: Settings) -> bool:
    secret = settings.openid_client_secret
    parts = (settings.openid_issuer, settings.openid_client_id, secret and secret.get_secret_value())
    return any((*parts, settings.openid_name, settings.openid_create != "off")) and not all(parts)


def _is_stranger(settings: Settings) -> bool:
    """Whether links begin with a name that the application does not answer to."""
    host = (urlsplit(settings.url).hostname or "").rstrip(".")
    return bool(host) and not is_loopback(host) and not any(fnmatchcase(host, name.strip("[]").rstrip(".")) for name in settings.host_names)


def _is_maker_without_key(settings: Settings) -> bool:
    host = urlsplit(settings.provider_url or "").hostname or ""
    return bool(settings.model_name) and not settings.provider_key and f".{host}".endswith(_MAKERS)


def _is_given(settings: Settings, field: str) -> bool:
    return field in settings.model_fields_set


_SET_PRICES = Bilingual(
    "设置 INTERVIEWER_PRICE_IN 和 INTERVIEWER_PRICE_OUT（每百万 token 的美元价），或用 token 的上限",
    "set INTERVIEWER_PRICE_IN and INTERVIEWER_PRICE_OUT (dollars per million tokens), or limit tokens instead",
)
_NO_PRICES = Bilingual("没有价格就算不出费用，这个上限不起作用", "without prices there is no cost, and the limit limits nothing")
_SMALL = Bilingual(
    "上限比一次评分要用的 token 还小，什么也评不了", "the limit is below what a single grade takes, so nothing would be graded"
)

RULES = (
    Rule("INTERVIEWER_COST_BUDGET", lambda it: it.cost_budget > 0 and not _has_prices(it), _NO_PRICES, _SET_PRICES),
    Rule("INTERVIEWER_DAILY_COST", lambda it: it.daily_cost > 0 and not _has_prices(it), _NO_PRICES, _SET_PRICES),
    Rule(
        "INTERVIEWER_PRICE_IN, INTERVIEWER_PRICE_OUT",
        lambda it: (it.price_in is None) != (it.price_out is None) and not (it.cost_budget or it.daily_cost),
        Bilingual("只有一半的价格，费用算不出来", "half a price: no cost can be told"),
        Bilingual("两个都设，或都不设", "set both, or none"),
        harmless=True,
    ),
    Rule(
        "INTERVIEWER_EXAMINER",
        lambda it: it.examiner == "llm" and not it.has_model,
        Bilingual("要求语言模型评分，但没有配置模型", "a language model is asked for, but no language model is configured"),
        Bilingual(
            "设置 {needed}，或去掉 INTERVIEWER_EXAMINER", "set {needed}, or unset INTERVIEWER_EXAMINER"
        ),
    ),
    Rule(
        "{key}",
        _is_maker_without_key,
        Bilingual("这家服务商没有密钥不会回答", "this provider does not answer without a key"),
        Bilingual("设置 {key}", "set {key}"),
    ),
    Rule(
        "INTERVIEWER_EMBEDDINGS_MODEL",
        lambda it: bool(it.embeddings_model) and not (it.api_key or it.base_url),
        Bilingual("向量化的模型没有端点可问", "there is no endpoint to ask for embeddings"),
        Bilingual("设置 OPENAI_API_KEY 或 OPENAI_BASE_URL，或去掉它", "set OPENAI_API_KEY or OPENAI_BASE_URL, or unset it"),
    ),
    Rule(
        "INTERVIEWER_TIMEOUT, INTERVIEWER_DEADLINE",
        lambda it: _is_given(it, "request_timeout") and it.request_timeout > it.grading_deadline,
        Bilingual("允许的沉默比整次评分的时限还长，永远等不到", "the silence that is allowed outlasts the whole grade, so it never comes to that"),
        Bilingual("把 INTERVIEWER_DEADLINE 调到不小于 INTERVIEWER_TIMEOUT", "raise INTERVIEWER_DEADLINE to INTERVIEWER_TIMEOUT or more"),
    ),
    Rule(
        "INTERVIEWER_CONTEXT, INTERVIEWER_MAX_OUTPUT",
        lambda it: it.has_model and it.context_window - it.max_output < LEAST_PROMPT,
        Bilingual("窗口除去一次回复，放不下题目和回答", "beside one reply the window has no room for a question and an answer"),
        Bilingual("调小 INTERVIEWER_MAX_OUTPUT，或用窗口更大的模型", "lower INTERVIEWER_MAX_OUTPUT, or use a model with a larger window"),
    ),
    Rule(
        "INTERVIEWER_TOKEN_BUDGET",
        lambda it: it.has_model and 0 < it.token_budget < it.max_output + LEAST_PROMPT,
        _SMALL,
        Bilingual("调大 INTERVIEWER_TOKEN_BUDGET，0 为不限", "raise INTERVIEWER_TOKEN_BUDGET, 0 for no limit"),
    ),
    Rule(
        "INTERVIEWER_DAILY_TOKENS",
        lambda it: it.has_model and 0 < it.daily_tokens < it.max_output + LEAST_PROMPT,
        _SMALL,
        Bilingual("调大 INTERVIEWER_DAILY_TOKENS，0 为不限", "raise INTERVIEWER_DAILY_TOKENS, 0 for no limit"),
    ),
    Rule(
        "INTERVIEWER_OIDC_ISSUER, INTERVIEWER_OIDC_CLIENT_ID, INTERVIEWER_OIDC_CLIENT_SECRET",
        _has_half_a_provider,
        Bilingual("OpenID 提供方只设了一部分", "an identity provider is set by halves"),
        Bilingual("三个都设，或连同 INTERVIEWER_OIDC_NAME、INTERVIEWER_OIDC_CREATE 都去掉", "set all three, or unset them with INTERVIEWER_OIDC_NAME and INTERVIEWER_OIDC_CREATE"),
    ),
    Rule(
        "INTERVIEWER_WEBHOOK_URL, INTERVIEWER_WEBHOOK_SECRET",
        lambda it: bool(it.webhook_url) != bool(it.webhook_secret and it.webhook_secret.get_secret_value()),
        Bilingual("通知的地址和密钥只设了一个", "a webhook needs an address and a secret, and only one of them is set"),
        Bilingual("两个都设，或都不设", "set both, or none"),
    ),
    Rule(
        "INTERVIEWER_WEBHOOK_PRIVATE",
        lambda it: it.webhook_private == "on" and not it.webhook_url,
        Bilingual("没有设通知的地址，不起作用", "without effect: no webhook is set"),
        Bilingual("设置 INTERVIEWER_WEBHOOK_URL，或去掉它", "set INTERVIEWER_WEBHOOK_URL, or unset it"),
        harmless=True,
    ),
    Rule(
        "INTERVIEWER_URL, INTERVIEWER_HOSTS",
        _is_stranger,
        Bilingual("链接里的域名不在 INTERVIEWER_HOSTS 里，点开会被拒绝", "the name in links is not among INTERVIEWER_HOSTS, so that whoever follows one is refused"),
        Bilingual("把它加进 INTERVIEWER_HOSTS，或改 INTERVIEWER_URL", "add it to INTERVIEWER_HOSTS, or correct INTERVIEWER_URL"),
    ),
    Rule(
        "INTERVIEWER_SESSION_IDLE_HOURS, INTERVIEWER_SESSION_DAYS",
        lambda it: _is_given(it, "session_idle_hours") and it.session_idle_hours > it.session_days * 24,
        Bilingual("闲置的时限比登录的总时限还长，不起作用", "a session ends anyway before it has been idle that long"),
        Bilingual("调小前者，或调大后者", "lower the first, or raise the second"),
        harmless=True,
    ),
    Rule(
        "INTERVIEWER_STAND_IN",
        lambda it: it.stand_in == "on" and not it.has_model,
        Bilingual("没有配置模型，不起作用", "without effect: no model is configured"),
        Bilingual("配置模型，或去掉它", "configure a model, or unset it"),
        harmless=True,
    ),
    Rule(
        "INTERVIEWER_METRICS_TOKEN",
        lambda it: it.metrics_token is not None and 0 < len(it.metrics_token.get_secret_value().strip()) < LEAST_TOKEN,
        Bilingual("令牌太短，能猜出来", "a token this short can be guessed"),
        Bilingual("换成 openssl rand -hex 32 的输出", "set what `openssl rand -hex 32` prints"),
        harmless=True,
    ),
    Rule(
        "INTERVIEWER_WORKERS",
        lambda it: it.is_open and it.has_model and it.workers < LEAST_WORKERS,
        Bilingual("同时评的回答很少，人多时要排队", "few answers are judged at a time, so that people wait behind one another"),
        Bilingual("模型服务器撑得住就调到 4 以上，默认 32", "raise it to 4 or more if the model's server bears it; 32 is the default"),
        harmless=True,
    ),
)  # fmt: skip
