"""Whether the language model answers, how, and how fast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from interviewer.config import Settings
from interviewer.doctor.checks import Check, State, same
from interviewer.doctor.judging import Tell, check_judging, tell_nobody
from interviewer.endpoint.adapting import Adaptation
from interviewer.endpoint.chat import ChatModel, Completion, Message
from interviewer.errors import ConfigError, EndpointError
from interviewer.messages import explain
from interviewer.models import Bilingual
from interviewer.paths import prompts_folder

PROBE = "probe-v1"
_PROBE_SCHEMA = {
    "title": "submit_words", "type": "object", "properties": {"words": {"type": "string"}},
    "required": ["words"], "additionalProperties": False,
}  # fmt: skip


@dataclass(slots=True)
class _Stopwatch:
    """Seconds until the first text and until the last, after the start."""

    clock: Callable[[], float]
    started: float = 0.0
    first: float | None = None

    def hear(self, _text: str) -> None:
        if self.first is None:
            self.first = self.clock() - self.started


def check_endpoint(
    settings: Settings, chat: ChatModel | None, clock: Callable[[], float], *, judge: bool = False, tell: Tell = tell_nobody
) -> list[Check]:
    """Ask the model for a few words, as grading would, then for a grade. `judge`: for grades of all labelled answers, see `judging`."""
    from interviewer.endpoint.providers import chat_model_for
    from interviewer.grading.llm.prompts import load_prompts

    name = Bilingual("模型端点", "Model endpoint")
    try:
        endpoint = None if chat else chat_model_for(settings)
    except ConfigError as error:
        return [Check(name, State.BAD, same(str(error)))]
    model: ChatModel = chat or endpoint  # type: ignore[assignment]
    shown = f"{settings.model} @ {_shown(endpoint.base_url)}" if endpoint else str(settings.model)
    try:
        prompt = load_prompts(prompts_folder())[PROBE]
        messages = (Message("system", prompt.render_static({})), Message("user", prompt.render_dynamic({})))
        if endpoint:
            endpoint.open()
        watch = _Stopwatch(clock, started=clock())
        completion = model.complete(messages, _PROBE_SCHEMA, deadline=settings.grading_deadline, on_text=watch.hear)
        took = clock() - watch.started
        judging = check_judging(settings, model, judge=judge, tell=tell)
    except EndpointError as error:
        found = f"{shown}: {error.reason.value}" + (f" ({error.detail})" if error.detail else "")
        remedy = Bilingual(explain(error.reason, "zh", model.model), explain(error.reason, "en", model.model))
        return [Check(name, State.BAD, same(found), remedy)]
    except ConfigError as error:
        return [Check(name, State.BAD, same(str(error)))]
    finally:
        mode, adaptations = (endpoint.mode, endpoint.adaptations) if endpoint else (None, ())
        if endpoint:
            endpoint.close()
    return [
        Check(name, State.GOOD, Bilingual(f"{shown} 可用", f"{shown} answers")),
        Check(Bilingual("结构化输出", "Structured output"), State.GOOD, _told(mode or settings.structured_output, adaptations)),
        _speed(completion, watch, took),
        *judging,
    ]


def _told(mode: str, adaptations: Sequence[Adaptation]) -> Bilingual:
    """The kind in use, and which fields of a request this endpoint does not take."""
    zh, en = ("、".join(each.told.zh for each in adaptations), ", ".join(each.told.en for each in adaptations))
    return Bilingual(f"{mode}；已适应端点：{zh}", f"{mode}; adapted to the endpoint: {en}") if adaptations else same(mode)


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


def _shown(address: str) -> str:
    """An address without any user name or password in it."""
    scheme, found, rest = address.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if found else address
