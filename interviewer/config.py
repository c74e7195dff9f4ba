"""Settings: the only reader of the environment and of `.env`.

Every other module is handed a `Settings`; none reads `os.environ`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from interviewer.errors import ConfigError


class Settings(BaseSettings):
    """All settings with their defaults. Money is in US dollars, times in seconds, sizes in tokens unless said otherwise."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True, populate_by_name=True)

    host: str = Field("127.0.0.1", validation_alias="HOST")
    port: int = Field(7860, ge=0, le=65535, validation_alias="PORT")
    hosts: str = Field(
        "", validation_alias="INTERVIEWER_HOSTS", description="names under which others reach the application, comma separated"
    )
    url: str = Field("", validation_alias="INTERVIEWER_URL", description="address that links to the application begin with")
    session_idle_hours: float = Field(
        12.0, gt=0, validation_alias="INTERVIEWER_SESSION_IDLE_HOURS", description="unused for this long, a session ends"
    )
    session_days: float = Field(
        7.0, gt=0, validation_alias="INTERVIEWER_SESSION_DAYS", description="after this long, a session ends anyway"
    )
    openid_issuer: str = Field("", validation_alias="INTERVIEWER_OIDC_ISSUER", description="address of an OpenID Connect provider")
    openid_client_id: str = Field("", validation_alias="INTERVIEWER_OIDC_CLIENT_ID")
    openid_client_secret: SecretStr | None = Field(None, validation_alias="INTERVIEWER_OIDC_CLIENT_SECRET")
    openid_name: str = Field(
        "", validation_alias="INTERVIEWER_OIDC_NAME", description="what people call the provider; none: the host of its address"
    )
    openid_create: Literal["off", "candidate"] = Field(
        "off", validation_alias="INTERVIEWER_OIDC_CREATE", description="what becomes of somebody unknown whom the provider vouches for"
    )
    data: Path = Field(Path("data"), validation_alias="INTERVIEWER_DATA", description="folder of the database and the index")
    database_url: SecretStr | None = Field(
        None, validation_alias="DATABASE_URL", description="postgresql+psycopg://…; none: SQLite in the data folder"
    )
    questions: Path | None = Field(None, validation_alias="INTERVIEWER_QUESTIONS", description="a further folder of question files")

    examiner: Literal["auto", "rubric", "llm"] = Field(
        "auto", validation_alias="INTERVIEWER_EXAMINER", description="auto: llm if a model is configured"
    )
    api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    base_url: str | None = Field(None, validation_alias="OPENAI_BASE_URL")
    model: str | None = Field(None, validation_alias="INTERVIEWER_MODEL")
    structured_output: Literal["auto", "json_schema", "function_calling", "json_object"] = Field(
        "auto", validation_alias="INTERVIEWER_STRUCTURED_OUTPUT"
    )
    stream: bool = Field(True, validation_alias="INTERVIEWER_STREAM")
    temperature: float | None = Field(None, validation_alias="INTERVIEWER_TEMPERATURE", description="none: the endpoint's default")
    request_timeout: float = Field(
        30.0, gt=0, validation_alias="INTERVIEWER_TIMEOUT", description="longest silence of the endpoint within one attempt"
    )
    grading_deadline: float = Field(
        58.0,
        gt=0,
        validation_alias="INTERVIEWER_DEADLINE",
        description="longest time for the model's part of one grade, all attempts included; with the rest it keeps within a minute",
    )
    attempts: int = Field(3, ge=1, le=5, validation_alias="INTERVIEWER_ATTEMPTS")
    samples: int = Field(
        1, ge=1, le=9, validation_alias="INTERVIEWER_LLM_SAMPLES", description="times the model judges an answer; the majority counts"
    )
    per_point: Literal["off", "on"] = Field(
        "off", validation_alias="INTERVIEWER_LLM_PER_POINT", description="whether the model judges every point in a call of its own"
    )
    second_opinion: Literal["off", "rubric"] = Field(
        "off", validation_alias="INTERVIEWER_SECOND_OPINION", description="who else judges what the model has graded"
    )
    retry_hours: float = Field(
        24.0,
        ge=0,
        le=24 * 30,
        validation_alias="INTERVIEWER_RETRY_HOURS",
        description="how long a grade that failed is tried again, 0 for not at all",
    )
    stand_in: Literal["off", "on"] = Field(
        "off",
        validation_alias="INTERVIEWER_STAND_IN",
        description="whether the offline examiner stands in for the model unless chosen otherwise",
    )
    context_window: int = Field(16384, ge=2048, validation_alias="INTERVIEWER_CONTEXT", description="tokens that the model can hold")
    max_output: int = Field(2000, ge=256, validation_alias="INTERVIEWER_MAX_OUTPUT", description="tokens of one reply")
    token_budget: int = Field(
        200_000, ge=0, validation_alias="INTERVIEWER_TOKEN_BUDGET", description="tokens per interview, 0 for no limit"
    )
    cost_budget: float = Field(
        0.0, ge=0, validation_alias="INTERVIEWER_COST_BUDGET", description="dollars per interview, 0 for no limit; needs prices"
    )
    daily_tokens: int = Field(
        0, ge=0, validation_alias="INTERVIEWER_DAILY_TOKENS", description="tokens per person and day (UTC), 0 for no limit"
    )
    daily_cost: float = Field(
        0.0, ge=0, validation_alias="INTERVIEWER_DAILY_COST", description="dollars per person and day, 0 for no limit; needs prices"
    )
    answers_a_minute: int = Field(
        20, ge=0, validation_alias="INTERVIEWER_ANSWERS_A_MINUTE", description="answers per logged-in person and minute, 0 for no limit"
    )
    price_in: float | None = Field(None, ge=0, validation_alias="INTERVIEWER_PRICE_IN", description="dollars per million prompt tokens")
    price_out: float | None = Field(
        None, ge=0, validation_alias="INTERVIEWER_PRICE_OUT", description="dollars per million completion tokens"
    )
    retention_days: int = Field(
        0, ge=0, validation_alias="INTERVIEWER_RETENTION_DAYS", description="days after which an interview is deleted, 0 for never"
    )
    embeddings_model: str | None = Field(None, validation_alias="INTERVIEWER_EMBEDDINGS_MODEL", description="none: the offline embedder")
    workers: int = Field(4, ge=1, le=64, validation_alias="INTERVIEWER_WORKERS", description="answers graded at the same time")

    @property
    def host_names(self) -> tuple[str, ...]:
        """The names of INTERVIEWER_HOSTS."""
        return tuple(name.strip().lower() for name in self.hosts.split(",") if name.strip())

    @property
    def own_url(self) -> str:
        """What links to the application begin with, without a slash at the end."""
        return self.url.rstrip("/") or f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def openid_label(self) -> str:
        """What the provider is called on the page, "" without one."""
        return self.openid_name or urlsplit(self.openid_issuer).netloc

    @property
    def has_model(self) -> bool:
        """Whether a language model is configured: a model name, and a key or an endpoint that may need none."""
        return bool(self.model and (self.api_key or self.base_url))

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
    """Read the environment and `.env`; ConfigError names the setting, never its value."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"setting {name}: {first['msg']} → correct it in the environment or in .env") from None
