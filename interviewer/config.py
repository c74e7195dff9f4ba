"""Settings: the only reader of the environment and of `.env`.

Every other module is handed a `Settings`; none reads `os.environ`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from interviewer.errors import ConfigError


class Settings(BaseSettings):
    """All settings with their defaults. Money is in US dollars, times in seconds, sizes in tokens unless said otherwise."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True, populate_by_name=True)

    host: str = Field("127.0.0.1", validation_alias="HOST")
    port: int = Field(7860, ge=0, le=65535, validation_alias="PORT")
    trust_network: bool = Field(False, validation_alias="INTERVIEWER_TRUST_NETWORK", description="serve other machines without accounts")
    data: Path = Field(Path("data"), validation_alias="INTERVIEWER_DATA", description="folder of the database and the index")
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
        60.0, gt=0, validation_alias="INTERVIEWER_DEADLINE", description="longest time for one grade, all attempts included"
    )
    attempts: int = Field(3, ge=1, le=5, validation_alias="INTERVIEWER_ATTEMPTS")
    context_window: int = Field(8192, ge=2048, validation_alias="INTERVIEWER_CONTEXT", description="tokens that the model can hold")
    max_output: int = Field(2000, ge=256, validation_alias="INTERVIEWER_MAX_OUTPUT", description="tokens of one reply")
    token_budget: int = Field(
        200_000, ge=0, validation_alias="INTERVIEWER_TOKEN_BUDGET", description="tokens per interview, 0 for no limit"
    )
    cost_budget: float = Field(
        0.0, ge=0, validation_alias="INTERVIEWER_COST_BUDGET", description="dollars per interview, 0 for no limit; needs prices"
    )
    price_in: float | None = Field(None, ge=0, validation_alias="INTERVIEWER_PRICE_IN", description="dollars per million prompt tokens")
    price_out: float | None = Field(
        None, ge=0, validation_alias="INTERVIEWER_PRICE_OUT", description="dollars per million completion tokens"
    )
    embeddings_model: str | None = Field(None, validation_alias="INTERVIEWER_EMBEDDINGS_MODEL", description="none: the offline embedder")
    workers: int = Field(4, ge=1, le=64, validation_alias="INTERVIEWER_WORKERS", description="answers graded at the same time")

    @property
    def has_model(self) -> bool:
        """Whether a language model is configured: a model name, and a key or an endpoint that may need none."""
        return bool(self.model and (self.api_key or self.base_url))

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
