"""What goes to the model over ten-question interviews: calls per answer, tokens per turn, and how much of it a provider can cache.

Two candidates are interviewed in the article's order and one in the opposite order, all with the same answers but for a
sentence, so that a question's prompt can be compared with itself, early and late.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from statistics import mean
from typing import Any

from benchmarks.harness import Figure
from benchmarks.interviews import OWNER, answer_all, application, close, half_then_more, setup_for
from benchmarks.processes import ROOT, ModelServer, folder
from interviewer.bootstrap import Application
from interviewer.endpoint.tokens import TokenCounter
from interviewer.models import ExaminerName, Interview, Turn

VOCABULARIES = ROOT.parent / "shared" / "data" / "tiktoken"
COUNTED_AS = "gpt-4o"
NO_GROWTH = 1.0
"""Tokens per turn that count as none."""
_MARK = re.compile(r"\b[0-9a-f]{12}\b")
"""The random marks around an answer: as many characters each time, but not as many tokens."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A prompt as it was sent. `turn`: the number of the turn in its interview, from 1; `probe`: a follow-up, not a question."""

    question_id: str
    turn: int
    probe: bool
    text: str


@dataclass(frozen=True, slots=True)
class Interviewed:
    """One interview as the model server saw it. `calls`: chat requests, `answered`: answers graded."""

    prompts: list[Sent]
    calls: int
    answered: int


def measure() -> list[Figure]:
    """Interview three candidates and compare."""
    counter = _counter()
    count = counter.count
    with folder() as where, ModelServer() as model:
        app = application(where, base_url=model.base_url)
        try:
            first = _interview(app, model, " （甲）")
            second = _interview(app, model, " （乙）")
            backwards = _interview(app, model, " （丙）", backwards=True)
        finally:
            close(app)
    runs = (first, second, backwards)
    return [
        Figure("LLM calls per answered turn", _calls_per_turn(runs), "", 1.05, note="negotiation of the structured output included"),
        Figure("calls before the kind of structured output was known", first.calls - first.answered, ""),
        *_cacheable(first, second, count, method=counter.method),
        *_growth(first, backwards, count),
    ]


def _counter() -> TokenCounter:
    """Exact for the model named, if its vocabulary is at hand; the variable is tiktoken's, and set only while it looks."""
    counter = TokenCounter(COUNTED_AS)
    here = VOCABULARIES.is_dir() and "TIKTOKEN_CACHE_DIR" not in os.environ
    if here:
        os.environ["TIKTOKEN_CACHE_DIR"] = str(VOCABULARIES)
    counter.count("")
    if here:
        del os.environ["TIKTOKEN_CACHE_DIR"]
    return counter


def _calls_per_turn(runs: tuple[Interviewed, ...]) -> float:
    return sum(run.calls for run in runs) / sum(run.answered for run in runs)


def _interview(app: Application, model: ModelServer, signature: str, *, backwards: bool = False) -> Interviewed:
    def reply(interview: Interview, turn: Turn) -> str:
        return half_then_more(interview, turn) + signature

    begun = app.service.begin(setup_for(app.bank, ExaminerName.LLM, backwards=backwards), owner=OWNER)
    ended = answer_all(app.service, begun, reply)
    bodies = model.take_bodies()
    answered = [turn for turn in ended.turns if turn.reply is not None and turn.grade is not None]
    if len(answered) != len(ended.turns):
        raise RuntimeError("an answer was not graded")
    # The first interview of an endpoint may begin with calls that find out what it understands.
    prompts = [
        Sent(turn.question_id, turn.seq, turn.aimed_point is not None, _text(body))
        for turn, body in zip(answered, bodies[len(bodies) - len(answered) :], strict=True)
    ]
    return Interviewed(prompts, len(bodies), len(answered))


def _text(body: dict[str, Any]) -> str:
    return "\n".join(str(message["content"]) for message in body["messages"])


# ---------------------------------------------------------------- what a provider can cache


def _cacheable(first: Interviewed, second: Interviewed, count: Callable[[str], int], *, method: str) -> list[Figure]:
    """The share of the second candidate's prompts that is byte for byte the beginning of one sent before about the same question."""
    seen = list(first.prompts)
    same = total = 0
    for sent in second.prompts:
        earlier = [each.text for each in seen if each.question_id == sent.question_id]
        same += count(max((_beginning(sent.text, text) for text in earlier), key=len))
        total += count(sent.text)
        seen.append(sent)
    alone = [_shared_within(run, count) for run in (first, second)]
    return [
        Figure(
            "prompt tokens in the byte-identical prefix",
            100 * same / total,
            "%",
            70,
            "higher",
            f"{len(second.prompts)} prompts; tokens by {method}",
        ),
        Figure("the same for the first candidate ever, nothing cached before", 100 * mean(alone), "%"),
    ]


def _shared_within(run: Interviewed, count: Callable[[str], int]) -> float:
    same = total = 0
    for place, sent in enumerate(run.prompts):
        shared = max((_beginning(sent.text, each.text) for each in run.prompts[:place]), key=len, default="")
        same += count(shared)
        total += count(sent.text)
    return same / total


def _beginning(one: str, other: str) -> str:
    return one[: next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))]


# ---------------------------------------------------------------- whether prompts grow


def _growth(forwards: Interviewed, backwards: Interviewed, count: Callable[[str], int]) -> list[Figure]:
    """Tokens per turn of dialogue, each question's prompt compared with its own in the interview that runs the other way."""
    early = {sent.question_id: sent for sent in backwards.prompts if not sent.probe}
    pairs = [(sent, early[sent.question_id]) for sent in forwards.prompts if not sent.probe]
    gained = [(one.turn - other.turn, count(_unmarked(one.text)) - count(_unmarked(other.text))) for one, other in pairs]
    slope = sum(turns * tokens for turns, tokens in gained) / sum(turns**2 for turns, _ in gained)
    third = max(1, len(pairs) // 3)
    late = [tokens for _, tokens in gained[-third:]]
    sizes = [count(sent.text) for sent in forwards.prompts]
    return [
        Figure(
            "prompt tokens gained per turn",
            slope,
            "tokens",
            NO_GROWTH,
            note=f"least squares over {len(gained)} questions, early against late",
        ),
        Figure("a question's prompt in the last third, more than the same in the first", mean(late), "tokens"),
        Figure("prompt tokens per turn", mean(sizes), "tokens", note=f"mean of {len(sizes)}; largest {max(sizes)}"),
        Figure("prompt characters of a whole interview", sum(len(sent.text) for sent in forwards.prompts), "characters"),
    ]


def _unmarked(text: str) -> str:
    return _MARK.sub("mark", text)
