"""What a call costs through langchain beside the direct client, with a model that takes no time.

The same grading prompt goes to scripted servers in processes of their own, in turn, so that the machine's moods meet all alike: the direct
client and `init_chat_model("openai:…")` to the same OpenAI-compatible server, and each further provider to its own.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.harness import Figure, median
from benchmarks.processes import ModelServer, folder
from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.endpoint.chat import ModelClient
from interviewer.endpoint.client import Endpoint
from interviewer.endpoint.langchain_model import LangchainModel
from interviewer.endpoint.providers import ProviderSpec
from interviewer.grading.llm.examiner import LlmExaminer
from interviewer.grading.llm.reply import reply_schema
from interviewer.models import GradingTask
from tests.providers import PROVIDERS

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

ROUNDS = 60
WARM = 5
_ROOT = Path(__file__).resolve().parent.parent


class OpenaiThroughLangchain(LangchainModel):
    """The OpenAI-compatible endpoint on the path of the other providers."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.model_copy(update={"model": f"ollama:{settings.model}"}))
        self._openai = settings
        self._spec = ProviderSpec("langchain_openai", "", "", {"json_schema": "json_schema"}, lambda *_: {})

    def _build(self) -> BaseChatModel:
        from langchain.chat_models import init_chat_model

        settings = self._openai
        return init_chat_model(
            f"openai:{settings.model}", base_url=settings.base_url, api_key="k", max_tokens=settings.max_output, max_retries=0,
            timeout=settings.grading_deadline, stream_usage=True,
        )  # fmt: skip


def measure() -> list[Figure]:
    """Streamed and whole: medians of wall and CPU per call, and their ratio to the direct client's."""
    figures = []
    with folder() as where, ExitStack() as stack:
        server = stack.enter_context(ModelServer())
        others = {name: stack.enter_context(_serving(name)) for name in PROVIDERS}
        for stream in (True, False):
            clients: dict[str, ModelClient] = {
                "direct client": Endpoint(_settings(where, stream, OPENAI_BASE_URL=server.base_url, INTERVIEWER_MODEL="scripted")),
                "openai: through langchain": OpenaiThroughLangchain(
                    _settings(where, stream, OPENAI_BASE_URL=server.base_url, INTERVIEWER_MODEL="scripted")
                ),
            }
            for name, kind in PROVIDERS.items():
                configured = _settings(where, stream, **{"INTERVIEWER_MODEL": kind.MODEL, kind.ADDRESS: others[name], kind.KEY: "k"})
                clients[f"{name}: through langchain"] = LangchainModel(configured)
            figures += _compared(clients, _briefed(where), "streamed" if stream else "whole")
            for client in clients.values():
                client.close()
    return figures


def _settings(where: Path, stream: bool, **more: object) -> Settings:
    return Settings.model_validate(
        {"INTERVIEWER_DATA": where, "INTERVIEWER_STREAM": stream, "INTERVIEWER_STRUCTURED_OUTPUT": "json_schema", **more}
    )


def _briefed(where: Path) -> Callable[[ModelClient], Any]:
    """One request as grading makes it."""
    application = Application(_settings(where, True, OPENAI_BASE_URL="http://127.0.0.1:9", INTERVIEWER_MODEL="scripted"))
    question = application.bank.questions[0]
    examiner = application.llm_examiner
    assert isinstance(examiner, LlmExaminer)
    briefing = examiner.brief(GradingTask(question, "en", question.prompt.en, question.reference.en))
    assert briefing is not None
    return lambda client: client.complete(briefing.messages, reply_schema(question), deadline=30)


def _compared(clients: dict[str, ModelClient], call: Callable[[ModelClient], Any], how: str) -> list[Figure]:
    walls: dict[str, list[float]] = {name: [] for name in clients}
    works: dict[str, list[float]] = {name: [] for name in clients}
    for number in range(WARM + ROUNDS):
        for name, client in clients.items():
            wall, work = time.perf_counter(), time.process_time()
            call(client)
            if number >= WARM:
                walls[name].append((time.perf_counter() - wall) * 1000)
                works[name].append((time.process_time() - work) * 1000)
    figures = []
    direct = "direct client"
    for name in clients:
        note = f"medians of {ROUNDS} calls in turn"
        figures.append(Figure(f"{name}, {how}, wall", median(walls[name]), "ms", note=note))
        figures.append(Figure(f"{name}, {how}, CPU", median(works[name]), "ms", note=note))
        if name != direct:
            figures.append(
                Figure(f"{name}, {how}, CPU beside the direct client", median(works[name]) / median(works[direct]), "×", note=note)
            )
    return figures


@contextmanager
def _serving(name: str) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.providers", name]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
