"""Settings: the only reader of the environment and of `.env`.

Every other module is handed a `Settings`; none reads `os.environ`. (What the libraries read there themselves is in `network`.)
Which settings contradict each other is in `contradictions`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from interviewer.addresses import (
    check_binding_host,
    check_database,
    check_endpoint,
    check_host_names,
    check_key,
    check_ollama,
    check_own_address,
    check_provider,
    check_webhook,
    is_loopback,
    read_webhook_secret,
    split_web_address,
)
from interviewer.env_file import ENCODING, read_names
from interviewer.errors import ConfigError
from interviewer.misspelt import find_misspelt

logger = logging.getLogger(__name__)

ENV_FILE = Path(".env")
"""In the folder from which the program is started."""

_CHECKS: dict[str, Callable[[str], object]] = {
    "host": check_binding_host,
    "hosts": check_host_names,
    "url": check_own_address,
    "openid_issuer": split_web_address,
    "database_url": check_database,
    "api_key": check_key,
    "base_url": check_endpoint,
    "anthropic_key": check_key,
    "anthropic_url": check_provider,
    "google_key": check_key,
    "gemini_key": check_key,
    "google_url": check_provider,
    "ollama_key": check_key,
    "ollama_url": check_ollama,
    "webhook_url": check_webhook,
    "webhook_secret": read_webhook_secret,
}


def _fold(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


Provider = Literal["anthropic", "google_genai", "ollama"]
PROVIDERS: tuple[Provider, ...] = get_args(Provider)
"""Those that do not speak OpenAI's protocol, under langchain's names: https://reference.langchain.com/python/langchain/models"""


class Settings(BaseSettings):
    """All settings with their defaults. Money is in US dollars, times in seconds, sizes in tokens unless said otherwise.

    A description is what docs/settings.md and .env.example say of a setting: in Chinese, " · ", in English (see `settings_table`).
    """

    # The prefix is one that no variable can have: by its field's name a setting is given in code only. Without it a stray MODEL, URL
    # or DATA of another program would be taken for ours.
    model_config = SettingsConfigDict(
        env_prefix="=", env_file=ENV_FILE, env_file_encoding=ENCODING, dotenv_filtering="only_existing", extra="ignore", frozen=True,
        populate_by_name=True, str_strip_whitespace=True, allow_inf_nan=False,
    )  # fmt: skip

    host: str = Field("127.0.0.1", validation_alias="HOST", description="监听的地址 · address to listen on")
    port: int = Field(7860, ge=0, le=65535, validation_alias="PORT", description="监听的端口 · port to listen on")
    hosts: str = Field(
        "",
        validation_alias="INTERVIEWER_HOSTS",
        description="别人访问用的域名，逗号分隔 · names under which others reach the application, comma separated",
    )
    url: str = Field(
        "",
        validation_alias="INTERVIEWER_URL",
        description="别人访问用的网址，一次性链接以它开头；应用要有自己的域名，不能放在路径下面 · address under which people reach the application, with which one-time links begin; a host name of its own, no path",
    )
    session_idle_hours: float = Field(
        12.0,
        gt=0,
        validation_alias="INTERVIEWER_SESSION_IDLE_HOURS",
        description="多少小时没用就退出登录 · hours unused after which a session ends",
    )
    session_days: float = Field(
        7.0,
        gt=0,
        validation_alias="INTERVIEWER_SESSION_DAYS",
        description="登录后多少天必须重新登录 · days after which a session ends anyway",
    )
    openid_issuer: str = Field(
        "", validation_alias="INTERVIEWER_OIDC_ISSUER", description="OpenID Connect 提供方的地址 · address of an OpenID Connect provider"
    )
    openid_client_id: str = Field(
        "", validation_alias="INTERVIEWER_OIDC_CLIENT_ID", description="在提供方登记的客户端名 · the client's name at the provider"
    )
    openid_client_secret: SecretStr | None = Field(
        None,
        validation_alias="INTERVIEWER_OIDC_CLIENT_SECRET",
        description="在提供方登记的客户端密钥 · the client's secret at the provider",
    )
    openid_name: str = Field(
        "",
        validation_alias="INTERVIEWER_OIDC_NAME",
        description="提供方在页面上叫什么；不设就用它的域名 · what people call the provider; none: the host of its address",
    )
    openid_create: Literal["off", "candidate"] = Field(
        "off",
        validation_alias="INTERVIEWER_OIDC_CREATE",
        description="提供方认得、这里不认得的人：off 拒绝，candidate 建成候选人 · whom the provider knows and we do not: off refuses them, candidate adds them as candidates",
    )
    data: Path = Field(
        Path("data"), validation_alias="INTERVIEWER_DATA", description="放数据库和索引的文件夹 · folder of the database and the index"
    )
    database_url: SecretStr | None = Field(
        None,
        validation_alias="DATABASE_URL",
        description="postgresql+psycopg://…；不设就用数据文件夹里的 SQLite · postgresql+psycopg://…; none: SQLite in the data folder",
    )
    questions: Path | None = Field(
        None, validation_alias="INTERVIEWER_QUESTIONS", description="另一个题库文件夹 · a further folder of question files"
    )
    examiner: Literal["auto", "rubric", "llm"] = Field(
        "auto",
        validation_alias="INTERVIEWER_EXAMINER",
        description="由谁评分；auto：配了模型就用模型 · who judges; auto: llm if a model is configured",
    )
    api_key: SecretStr | None = Field(
        None,
        validation_alias="OPENAI_API_KEY",
        description="模型端点的密钥；本地端点可以不要 · key of the model endpoint; a local one may need none",
    )
    base_url: str | None = Field(
        None,
        validation_alias="OPENAI_BASE_URL",
        description="模型端点的地址，到 /v1 为止；不设就是 OpenAI · address of the model endpoint, up to /v1; none: OpenAI",
    )
    model: str | None = Field(
        None,
        validation_alias="INTERVIEWER_MODEL",
        description="模型的名字，不设就离线评分；不说 OpenAI 协议的服务商写成 anthropic:…、google_genai:…、ollama:… · the model's name, none: graded offline; with its provider before a colon where that does not speak OpenAI's protocol: anthropic:…, google_genai:…, ollama:…",
    )
    anthropic_key: SecretStr | None = Field(
        None, validation_alias="ANTHROPIC_API_KEY", description="anthropic:… 的密钥 · key for anthropic:…"
    )
    anthropic_url: str | None = Field(
        None,
        validation_alias="ANTHROPIC_BASE_URL",
        description="anthropic:… 的地址；不设就是官方 · address for anthropic:…; none: the provider's own",
    )
    google_key: SecretStr | None = Field(
        None, validation_alias="GOOGLE_API_KEY", description="google_genai:… 的密钥 · key for google_genai:…"
    )
    gemini_key: SecretStr | None = Field(
        None,
        validation_alias="GEMINI_API_KEY",
        description="google_genai:… 的密钥的另一个名字；两个都设时用 GOOGLE_API_KEY · another name of the key for google_genai:…; where both are set, GOOGLE_API_KEY counts",
    )
    google_url: str | None = Field(
        None,
        validation_alias="GOOGLE_GEMINI_BASE_URL",
        description="google_genai:… 的地址；不设就是官方 · address for google_genai:…; none: the provider's own",
    )
    ollama_key: SecretStr | None = Field(
        None, validation_alias="OLLAMA_API_KEY", description="ollama:… 的密钥，只有云端才要 · key for ollama:…, which only its cloud wants"
    )
    ollama_url: str | None = Field(
        None,
        validation_alias="OLLAMA_HOST",
        description="ollama:… 的地址；不设就是本机 11434 端口 · address for ollama:…; none: this machine, port 11434",
    )
    structured_output: Literal[
        "auto", "json_schema", "function_calling", "json_object", "json_object_plain", "tool_choice_auto", "prompt"
    ] = Field(
        "auto",
        validation_alias="INTERVIEWER_STRUCTURED_OUTPUT",
        description="结构化输出的方式；auto：自己试 · kind of structured output; auto: negotiated",
    )
    stream: bool = Field(True, validation_alias="INTERVIEWER_STREAM", description="是否边收边显示 · whether replies are streamed")
    temperature: float | None = Field(
        None, validation_alias="INTERVIEWER_TEMPERATURE", description="不设就用端点的默认值 · none: the endpoint's default"
    )
    request_timeout: float = Field(
        30.0,
        gt=0,
        validation_alias="INTERVIEWER_TIMEOUT",
        description="从第一个字节起，一次请求里最长的沉默，秒 · longest silence of the endpoint within one attempt, from its first byte on, in seconds",
    )
    grading_deadline: float = Field(
        58.0,
        gt=0,
        validation_alias="INTERVIEWER_DEADLINE",
        description="模型评一份回答最多用多少秒，重试在内；其余工作加上，仍在一分钟内 · longest time for the model's part of one grade in seconds, all attempts included; with the rest it keeps within a minute",
    )
    attempts: int = Field(
        3, ge=1, le=5, validation_alias="INTERVIEWER_ATTEMPTS", description="一份回答最多请求几次 · requests for one grade at most"
    )
    samples: int = Field(
        1,
        ge=1,
        le=9,
        validation_alias="INTERVIEWER_LLM_SAMPLES",
        description="模型评几次，按多数算 · times the model judges an answer; the majority counts",
    )
    per_point: Literal["off", "on"] = Field(
        "off",
        validation_alias="INTERVIEWER_LLM_PER_POINT",
        description="是否每个要点单独问一次模型 · whether the model judges every point in a call of its own",
    )
    second_opinion: Literal["off", "rubric"] = Field(
        "off",
        validation_alias="INTERVIEWER_SECOND_OPINION",
        description="模型评过之后还由谁再评一次，不改分数 · who else judges what the model has graded, without changing the score",
    )
    retry_hours: float = Field(
        24.0,
        ge=0,
        le=24 * 30,
        validation_alias="INTERVIEWER_RETRY_HOURS",
        description="评分失败后继续重试多少小时，0 不重试 · hours for which a grade that failed is tried again, 0 for not at all",
    )
    stand_in: Literal["off", "on"] = Field(
        "off",
        validation_alias="INTERVIEWER_STAND_IN",
        description="模型不可用时，是否默认由离线评分器代评 · whether the offline examiner stands in for the model unless chosen otherwise",
    )
    context_window: int = Field(
        16384, ge=2048, validation_alias="INTERVIEWER_CONTEXT", description="模型的窗口，token · tokens that the model can hold"
    )
    max_output: int = Field(
        2000, ge=256, validation_alias="INTERVIEWER_MAX_OUTPUT", description="一次回复最多多少 token · tokens of one reply"
    )
    token_budget: int = Field(
        200_000,
        ge=0,
        validation_alias="INTERVIEWER_TOKEN_BUDGET",
        description="每场面试的 token 上限，0 不限 · tokens per interview, 0 for no limit",
    )
    cost_budget: float = Field(
        0.0,
        ge=0,
        validation_alias="INTERVIEWER_COST_BUDGET",
        description="每场面试的费用上限，美元，0 不限；要设价格 · dollars per interview, 0 for no limit; needs prices",
    )
    daily_tokens: int = Field(
        0,
        ge=0,
        validation_alias="INTERVIEWER_DAILY_TOKENS",
        description="每人每天（UTC）的 token 上限，0 不限 · tokens per person and day (UTC), 0 for no limit",
    )
    daily_cost: float = Field(
        0.0,
        ge=0,
        validation_alias="INTERVIEWER_DAILY_COST",
        description="每人每天（UTC）的费用上限，美元，0 不限；要设价格 · dollars per person and day (UTC), 0 for no limit; needs prices",
    )
    answers_a_minute: int = Field(
        20,
        ge=0,
        validation_alias="INTERVIEWER_ANSWERS_A_MINUTE",
        description="登录的人每分钟最多几份回答，0 不限 · answers per logged-in person and minute, 0 for no limit",
    )
    price_in: float | None = Field(
        None, ge=0, validation_alias="INTERVIEWER_PRICE_IN", description="每百万输入 token 的美元价 · dollars per million prompt tokens"
    )
    price_out: float | None = Field(
        None,
        ge=0,
        validation_alias="INTERVIEWER_PRICE_OUT",
        description="每百万输出 token 的美元价 · dollars per million completion tokens",
    )
    retention_days: int = Field(
        0,
        ge=0,
        validation_alias="INTERVIEWER_RETENTION_DAYS",
        description="多少天后删除面试，0 不删 · days after which an interview is deleted, 0 for never",
    )
    posting_days: int = Field(
        30,
        ge=1,
        le=3650,
        validation_alias="INTERVIEWER_POSTING_DAYS",
        description="多少天后删除职位描述和简历 · days after which a posting and a CV are deleted",
    )
    embeddings_model: str | None = Field(
        None,
        validation_alias="INTERVIEWER_EMBEDDINGS_MODEL",
        description="向量化用的模型；不设就离线 · model for embeddings; none: the offline embedder",
    )
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_fold)] = Field(
        "info",
        validation_alias="INTERVIEWER_LOG_LEVEL",
        description="日志从哪一级开始写 · the least that the application's own log lines must be",
    )
    log_format: Literal["text", "json"] = Field(
        "text",
        validation_alias="INTERVIEWER_LOG_FORMAT",
        description="日志写成文字，还是每行一个 JSON 对象 · lines of the log as text, or as one JSON object each",
    )
    learn_from_answers: Literal["off", "on"] = Field(
        "off",
        validation_alias="INTERVIEWER_LEARN_FROM_ANSWERS",
        description="教练改过的回答能不能去掉姓名后留作学习样本；开启前请先告知候选人 · whether answers that a coach has judged may be kept, without names, for the examiner to learn from; tell the candidates before you switch it on",
    )
    access_log: Literal["off", "on"] = Field(
        "off",
        validation_alias="INTERVIEWER_ACCESS_LOG",
        description="是否记下每个请求，不含查询串和内容 · whether each request is logged, without its query and its content",
    )
    metrics_token: SecretStr | None = Field(
        None,
        validation_alias="INTERVIEWER_METRICS_TOKEN",
        description="打开 /metrics 的令牌；不设就只有本机能读 · bearer token that opens /metrics; none: only callers on this machine may read it",
    )
    webhook_url: str = Field(
        "",
        validation_alias="INTERVIEWER_WEBHOOK_URL",
        description="面试结束、审阅完成时通知的地址，https，本机的可以是 http · address that is told when an interview ends or a review is done; https, or http on this machine",
    )
    webhook_secret: SecretStr | None = Field(
        None,
        validation_alias="INTERVIEWER_WEBHOOK_SECRET",
        description="给通知签名的密钥：whsec_ 加 base64 的 24 到 64 个随机字节 · secret that signs what is told: whsec_ and 24 to 64 random bytes in base64",
    )
    webhook_private: Literal["off", "on"] = Field(
        "off",
        validation_alias="INTERVIEWER_WEBHOOK_PRIVATE",
        description="通知的地址是否可以在内网 · whether the webhook's address may lie in a private network",
    )
    workers: int = Field(
        32,
        ge=1,
        le=64,
        validation_alias="INTERVIEWER_WORKERS",
        description="同时请模型评几份回答；自己的小服务器可以设小些 · answers that the model is asked about at the same time; a small server of one's own may want fewer",
    )

    @field_validator("*", mode="before")
    @classmethod
    def _take_empty_for_unset(cls, value: object, field: ValidationInfo) -> object:
        return cls.model_fields[field.field_name].default if field.field_name and value == "" else value

    @field_validator(*_CHECKS, mode="after")
    @classmethod
    def _check(cls, value: str | SecretStr | None, field: ValidationInfo) -> str | SecretStr | None:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if text and field.field_name:
            _CHECKS[field.field_name](text)
        return value

    @property
    def host_names(self) -> tuple[str, ...]:
        """The names of INTERVIEWER_HOSTS."""
        return tuple(name.strip().lower() for name in self.hosts.split(",") if name.strip())

    @property
    def is_open(self) -> bool:
        """Whether others than this machine can reach the application: by its address, or through a proxy that calls it by a name."""
        return not is_loopback(self.host) or bool(self.host_names)

    @property
    def own_url(self) -> str:
        """What links to the application begin with, without a slash at the end."""
        return self.url.rstrip("/") or f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def openid_label(self) -> str:
        """What the provider is called on the page, "" without one."""
        return self.openid_name or urlsplit(self.openid_issuer).netloc

    @property
    def provider(self) -> Provider | None:
        """The provider that INTERVIEWER_MODEL begins with, None for an OpenAI-compatible endpoint.

        Other models have colons in their names too, such as `qwen3:8b`.
        """
        return next((known for known in PROVIDERS if (self.model or "").startswith(f"{known}:")), None)

    @property
    def model_name(self) -> str:
        """The model's name as its endpoint knows it, "" for none."""
        return (self.model or "").removeprefix(f"{self.provider}:").strip()

    @property
    def provider_key(self) -> SecretStr | None:
        """The key for the provider or the OpenAI-compatible endpoint."""
        keys = {"anthropic": self.anthropic_key, "google_genai": self.google_key or self.gemini_key, "ollama": self.ollama_key}
        return keys[self.provider] if self.provider else self.api_key

    @property
    def provider_url(self) -> str | None:
        """The address that is set for the provider or the OpenAI-compatible endpoint, None for the usual one."""
        urls = {"anthropic": self.anthropic_url, "google_genai": self.google_url, "ollama": self.ollama_url}
        return urls[self.provider] if self.provider else self.base_url

    @property
    def has_model(self) -> bool:
        """Whether a language model is configured: a model name, and a key or an endpoint that may need none. Ollama needs neither."""
        return bool(self.model_name and (self.provider == "ollama" or self.provider_key or self.provider_url))

    @property
    def asks_elsewhere(self) -> bool:
        """Whether anything is set that other servers are asked for, so that proxies and certificates matter."""
        return self.has_model or bool(self.embeddings_model or self.openid_issuer)

    @property
    def price(self) -> float:
        """Dollars per token at most, 0 without prices."""
        return max(self.price_in or 0.0, self.price_out or 0.0) / 1_000_000

    @property
    def default_examiner(self) -> Literal["rubric", "llm"]:
        """Who judges when the candidate does not choose."""
        if self.examiner == "auto":
            return "llm" if self.has_model else "rubric"
        return self.examiner


def load_settings(**overrides: object) -> Settings:
    """Read the environment and `.env`; ConfigError names the settings that are wrong, never their values. Misspelt ones are warned of."""
    in_file = read_names(ENV_FILE)
    for name, nearest in misspelt_settings(in_file):
        meant = f"; did you mean {nearest}?" if nearest else ""
        logger.warning("%s is no setting%s → docs/settings.md has all of them", name, meant)
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = (
            f"setting {'.'.join(map(str, each['loc']))}: {each['msg'].removeprefix('Value error, ')}"
            for each in error.errors(include_url=False, include_input=False, include_context=False)
        )
        told = "; ".join(wrong)
        raise ConfigError(told if "→" in told else f"{told} → correct it in the environment or in .env") from None


def setting_names() -> tuple[str, ...]:
    """What the settings are called in the environment."""
    return tuple(str(field.validation_alias) for field in Settings.model_fields.values())


def misspelt_settings(in_file: tuple[str, ...] | None = None) -> tuple[tuple[str, str | None], ...]:
    """What is set and looks like a setting of ours but is none, each with the setting that may be meant. `in_file`: the names in `.env`."""
    names = [*os.environ, *(read_names(ENV_FILE) if in_file is None else in_file)]
    return find_misspelt(names, setting_names())
