"""`interviewer doctor`: which examiner would run and why, whether the parts it needs work, and what to do if one does not.

The checks of the parts are here; why an answer has no grade is explained in `messages`.
"""

from __future__ import annotations

import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TextIO

from interviewer.config import Settings
from interviewer.endpoint.chat import ChatModel, Completion, Message
from interviewer.errors import EndpointError, InterviewerError
from interviewer.messages import explain
from interviewer.models import Bilingual, Lang
from interviewer.paths import knowledge_folder, prompts_folder

PACKAGES = ("gradio", "chromadb", "langchain-openai", "openai", "pydantic", "sqlalchemy", "tiktoken")
PROBE = "probe-v1"
_PROBE_SCHEMA = {
    "title": "submit_words", "type": "object", "properties": {"words": {"type": "string"}},
    "required": ["words"], "additionalProperties": False,
}  # fmt: skip


class State(StrEnum):
    """GOOD: works. NOTE: works, but worth knowing. BAD: something to mend."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `remedy`: what to do, if anything."""

    name: Bilingual
    state: State
    found: Bilingual
    remedy: Bilingual | None = None


@dataclass(slots=True)
class _Stopwatch:
    """Seconds until the first text and until the last, after the start."""

    clock: Callable[[], float]
    started: float = 0.0
    first: float | None = None

    def hear(self, _text: str) -> None:
        if self.first is None:
            self.first = self.clock() - self.started


def diagnose(settings: Settings, *, chat: ChatModel | None = None, clock: Callable[[], float] = time.monotonic) -> tuple[Check, ...]:
    """Look at everything that grading needs. `chat`: the model to try; without it, the configured endpoint."""
    checks = [_check_versions(), _check_examiner(settings), _check_data(settings.data), _check_bank(settings), _check_index(settings.data)]
    checks.append(_check_tokens(settings))
    if settings.samples > 1 or settings.per_point == "on" or settings.second_opinion != "off":
        checks.append(_check_extras(settings))
    if settings.has_model:
        checks.extend(_check_endpoint(settings, chat, clock))
    return tuple(checks)


def print_checks(checks: Sequence[Check], lang: Lang = "zh", out: TextIO | None = None) -> int:
    """Print the checks; the exit status: 1 if something has to be mended, else 0."""
    signs = {State.GOOD: "✓", State.NOTE: "·", State.BAD: "✗"}
    for check in checks:
        print(f"{signs[check.state]} {check.name[lang]}: {check.found[lang]}", file=out or sys.stdout)
        if check.remedy:
            print(f"    → {check.remedy[lang]}", file=out or sys.stdout)
    return int(any(check.state is State.BAD for check in checks))


def _same(text: str) -> Bilingual:
    return Bilingual(text, text)


def _check_versions() -> Check:
    found = [f"Python {platform.python_version()}"]
    missing = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            missing.append(package)
    name = Bilingual("版本", "Versions")
    if missing:
        lacking = ", ".join(missing)
        return Check(
            name,
            State.BAD,
            Bilingual(f"缺少 {lacking}", f"missing: {lacking}"),
            Bilingual("重新安装：make setup", "install again: make setup"),
        )
    return Check(name, State.GOOD, _same(", ".join(found)))


def _check_examiner(settings: Settings) -> Check:
    name = Bilingual("评分者", "Examiner")
    chosen = settings.default_examiner
    if chosen == "rubric" and settings.has_model:
        return Check(
            name, State.NOTE, Bilingual("离线评分器（由 INTERVIEWER_EXAMINER 指定）", "offline examiner, as INTERVIEWER_EXAMINER says")
        )
    remedy = Bilingual(
        "设置 INTERVIEWER_MODEL 和 OPENAI_API_KEY（或 OPENAI_BASE_URL）",
        "set INTERVIEWER_MODEL and OPENAI_API_KEY (or OPENAI_BASE_URL)",
    )
    if chosen == "rubric" and (settings.model or settings.api_key or settings.base_url):
        found = Bilingual("离线评分器：模型只配置了一部分", "offline examiner: the model is configured only in part")
        return Check(name, State.NOTE, found, remedy)
    if chosen == "rubric":
        return Check(name, State.GOOD, Bilingual("离线评分器（没有配置模型）", "offline examiner: no model is configured"))
    if not settings.has_model:
        return Check(
            name, State.BAD, Bilingual("要求语言模型，但没有配置", "a language model is asked for, but none is configured"), remedy
        )
    return Check(name, State.GOOD, Bilingual(f"语言模型 {settings.model}", f"language model {settings.model}"))


def _check_extras(settings: Settings) -> Check:
    """The judgements beyond the first one, which cost tokens or time and are off by default."""
    name = Bilingual("额外评分", "Extra judgements")
    if not settings.has_model:
        found = Bilingual("没有配置模型，不起作用", "without effect: no model is configured")
        return Check(name, State.NOTE, found)
    zh, en = [], []
    if settings.samples > 1:
        zh.append(f"每份回答让模型评 {settings.samples} 次，token 约为 {settings.samples} 倍（INTERVIEWER_LLM_SAMPLES）")
        en.append(
            f"the model judges every answer {settings.samples} times, for {settings.samples} times the tokens (INTERVIEWER_LLM_SAMPLES)"
        )
    if settings.per_point == "on":
        zh.append("每个要点单独问一次模型，token 约为要点数倍，开头相同的部分可由服务方缓存（INTERVIEWER_LLM_PER_POINT）")
        en.append(
            "the model is asked about every point by itself, for as many times the tokens, of which a provider can cache the common "
            "beginning (INTERVIEWER_LLM_PER_POINT)"
        )
    if settings.second_opinion == "rubric":
        zh.append("离线评分器也评一次，不改分数（INTERVIEWER_SECOND_OPINION）")
        en.append("the offline examiner judges too and changes no score (INTERVIEWER_SECOND_OPINION)")
    remedy = None
    if settings.samples > 1 and settings.temperature == 0:
        remedy = Bilingual(
            "温度为 0 时每次评得一样：去掉 INTERVIEWER_TEMPERATURE，或不设 INTERVIEWER_LLM_SAMPLES",
            "at temperature 0 all of them say the same: unset INTERVIEWER_TEMPERATURE, or INTERVIEWER_LLM_SAMPLES",
        )
    return Check(name, State.NOTE, Bilingual("；".join(zh), "; ".join(en)), remedy)


def _check_data(folder: Path) -> Check:
    name = Bilingual("数据目录", "Data folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        remedy = Bilingual(
            "检查权限和磁盘空间，或用 INTERVIEWER_DATA 换一个目录", "check rights and free space, or name another one with INTERVIEWER_DATA"
        )
        return Check(name, State.BAD, _same(f"{folder}: {error.strerror}"), remedy)
    return Check(name, State.GOOD, Bilingual(f"{folder} 可写", f"{folder} can be written"))


def _check_bank(settings: Settings) -> Check:
    from interviewer.questions.bank import load_bank

    name = Bilingual("题库", "Question bank")
    folders = [knowledge_folder() / "questions", *([settings.questions] if settings.questions else [])]
    remedy = Bilingual("运行 interviewer bank check 看详情", "run `interviewer bank check` for the details")
    try:
        bank = load_bank(folders, knowledge=knowledge_folder())
    except InterviewerError as error:
        return Check(name, State.BAD, _same(str(error)), remedy)
    count, refused = len(bank.questions), len(bank.problems)
    found = Bilingual(f"{count} 道题，{refused} 处问题", f"{count} questions, {refused} problems")
    return Check(name, State.GOOD if count and not refused else State.BAD, found, remedy if refused or not count else None)


def _check_index(data: Path) -> Check:
    """Only whether there is one: opening it means loading Chroma, and whoever serves builds it anyway."""
    name = Bilingual("向量索引", "Vector index")
    if any((data / "index").glob("index-*")):
        return Check(name, State.GOOD, Bilingual("已建立", "built"))
    return Check(name, State.NOTE, Bilingual("还没有建立，启动时会自动建立", "not built yet; it is built at start"))


def _check_tokens(settings: Settings) -> Check:
    from interviewer.endpoint.tokens import TokenCounter

    method = TokenCounter(settings.model or "").method
    name = Bilingual("token 计数", "Token counting")
    if method == "estimate":
        return Check(
            name,
            State.NOTE,
            Bilingual("偏高估算（本机没有 tiktoken 词表）", "estimated on the high side: no tiktoken vocabulary on this machine"),
        )
    return Check(name, State.GOOD, _same(method))


def _check_endpoint(settings: Settings, chat: ChatModel | None, clock: Callable[[], float]) -> list[Check]:
    from interviewer.endpoint.client import Endpoint
    from interviewer.grading.llm.prompts import load_prompts

    endpoint = None if chat else Endpoint(settings)
    model: ChatModel = chat or endpoint  # type: ignore[assignment]
    name = Bilingual("模型端点", "Model endpoint")
    try:
        prompt = load_prompts(prompts_folder())[PROBE]
        messages = (Message("system", prompt.render_static({})), Message("user", prompt.render_dynamic({})))
        if endpoint:
            endpoint.open()
        watch = _Stopwatch(clock, started=clock())
        completion = model.complete(messages, _PROBE_SCHEMA, deadline=settings.grading_deadline, on_text=watch.hear)
        took = clock() - watch.started
    except EndpointError as error:
        found = f"{settings.model} @ {_shown(settings)}: {error.reason.value}" + (f" ({error.detail})" if error.detail else "")
        return [Check(name, State.BAD, _same(found), Bilingual(explain(error.reason, "zh"), explain(error.reason, "en")))]
    finally:
        mode = endpoint.mode if endpoint else None
        if endpoint:
            endpoint.close()
    return [
        Check(name, State.GOOD, Bilingual(f"{settings.model} @ {_shown(settings)} 可用", f"{settings.model} @ {_shown(settings)} answers")),
        Check(Bilingual("结构化输出", "Structured output"), State.GOOD, _same(mode or settings.structured_output)),
        _speed(completion, watch, took),
    ]


def _speed(completion: Completion, watch: _Stopwatch, took: float) -> Check:
    first = watch.first if watch.first is not None else took
    rate = completion.completion_tokens / (took - first) if completion.completion_tokens and took - first > 0.05 else None
    zh, en = (f"，每秒 {rate:.0f} 个 token", f", {rate:.0f} tokens a second") if rate else ("", "")
    slow = first > 10 or (rate is not None and rate < 15)
    remedy = Bilingual(
        "评分会慢；可换更快的模型，或调大 INTERVIEWER_TIMEOUT 和 INTERVIEWER_DEADLINE",
        "grading will be slow: use a faster model, or raise INTERVIEWER_TIMEOUT and INTERVIEWER_DEADLINE",
    )
    found = Bilingual(
        f"{first:.1f} 秒出首字{zh}，请求 {completion.calls} 次", f"first text after {first:.1f} s{en}, {completion.calls} requests"
    )
    return Check(Bilingual("速度", "Speed"), State.NOTE if slow else State.GOOD, found, remedy if slow else None)


def _shown(settings: Settings) -> str:
    """The endpoint's address without any user name or password in it."""
    from interviewer.endpoint.client import OPENAI

    address = settings.base_url or OPENAI
    scheme, found, rest = address.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if found else address
