"""The examiner that asks a language model: one call per answer. The model finds and quotes; code checks, scores and decides.

The prompt's values are in `briefing`, the call in `endpoint`, the reply's shape in `reply`, what counts as evidence in
`evidence`, the number in `scoring`, and which of the model's words may be shown in `wording`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from interviewer.config import Settings
from interviewer.endpoint.chat import ChatModel, Spent
from interviewer.endpoint.tokens import TokenCounter
from interviewer.errors import EndpointError, PromptError
from interviewer.grading.evidence import Claim, Evidence
from interviewer.grading.examiner import Progress, no_progress
from interviewer.grading.llm.briefing import Briefing, count_schema, write_briefing
from interviewer.grading.llm.prompts import Prompt
from interviewer.grading.llm.reply import PartialReply, ReadReply, read_reply, reply_schema
from interviewer.grading.rubric.feedback import write_feedback
from interviewer.grading.rubric.findings import Finding
from interviewer.grading.scoring import answer_score, choose_follow_up
from interviewer.grading.wording import prepare_wording, tidy, tidy_feedback, usable_follow_up
from interviewer.models import (
    SCALE,
    ExaminerName,
    Flag,
    FollowUp,
    Grade,
    GradingTask,
    Lang,
    Misconception,
    Outcome,
    Provenance,
    Question,
    Reason,
    Ungraded,
    Usage,
    Verdict,
    VerdictStatus,
)
from interviewer.text.language import reply_language
from interviewer.text.normalize import has_hidden_text

PROMPT = "grade-v1"
"""The prompt in use. Another version is another file; released ones are never edited."""
_MILLION = 1_000_000
_SPENT_UNREPORTED = frozenset({Reason.TIMEOUT, Reason.CUT_OFF, Reason.UNPARSABLE, Reason.REFUSAL})
"""Failures for which the provider has most likely read the prompt, and charges for it."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One answer under judgement. `lang`: the language that the candidate writes in."""

    task: GradingTask
    lang: Lang
    schema: Mapping[str, Any]
    started: float


@dataclass(frozen=True, slots=True)
class _Groundwork:
    """What is known of an answer without the model."""

    evidence: Evidence
    flags: tuple[Flag, ...]


class LlmExaminer:
    """Judges answers with a chat model. Safe to use from several threads."""

    def __init__(
        self,
        chat: ChatModel,
        prompts: Mapping[str, Prompt],
        tokens: TokenCounter,
        settings: Settings,
        *,
        prompt: str = PROMPT,
        clock: Callable[[], float] = time.perf_counter,
        nonce: Callable[[], str] = lambda: secrets.token_hex(6),
    ) -> None:
        if prompt not in prompts:
            raise PromptError(f"there is no prompt {prompt} → restore prompts/{prompt}.md")
        self._chat, self._prompt, self._tokens, self._settings = chat, prompts[prompt], tokens, settings
        self._clock, self._nonce = clock, nonce

    @property
    def name(self) -> ExaminerName:
        """Always the language model."""
        return ExaminerName.LLM

    @property
    def model(self) -> str:
        """The model's name."""
        return self._chat.model

    def grade(self, task: GradingTask, progress: Progress = no_progress) -> Outcome:
        """See `Examiner`: every failure, of the endpoint or our own, is an `Ungraded` with its reason."""
        case = _Case(task, reply_language(task.answer, task.lang), reply_schema(task.question), self._clock())
        briefing: Briefing | None = None
        try:
            briefing = self.brief(task)
            refusal = self._refuse(briefing, task)
            if refusal is not None or briefing is None:
                return self._ungraded(case, briefing, refusal or Reason.TOO_LONG)
            return self._ask(case, briefing, progress)
        except Exception as error:  # noqa: BLE001 - the examiner's edge: a defect of ours must not lose the answer either
            return self._ungraded(case, briefing, Reason.INTERNAL, detail=type(error).__name__)

    def brief(self, task: GradingTask) -> Briefing | None:
        """The prompt for an answer, or None if it does not fit the model's window."""
        room = self._settings.context_window - self._settings.max_output - count_schema(task.question, self._tokens)
        language = reply_language(task.answer, task.lang)
        return write_briefing(task, prompt=self._prompt, tokens=self._tokens, room=room, nonce=self._nonce(), language=language)

    def _refuse(self, briefing: Briefing | None, task: GradingTask) -> Reason | None:
        """Why the call must not be made, if so: what it may cost at most exceeds what is left."""
        if briefing is None:
            return Reason.TOO_LONG
        most = briefing.prompt_tokens + self._settings.max_output
        return Reason.BUDGET if task.token_budget is not None and most > task.token_budget else None

    def _ask(self, case: _Case, briefing: Briefing, progress: Progress) -> Outcome:
        spent = Spent()
        # Done once: while the model is thinking, or when something has come that needs it.
        groundwork = cache(lambda: _lay_groundwork(case.task, briefing))
        try:
            completion = self._chat.complete(
                briefing.messages, case.schema, deadline=self._deadline(case.task), on_text=_watch(case.task, groundwork, progress)
            )
            spent = completion.spent
            reply = read_reply(completion.text, case.task.question)
        except EndpointError as error:
            spent = getattr(error, "spent", spent)
            return self._ungraded(case, briefing, error.reason, spent=spent, detail=error.detail, retry_after=error.retry_after)
        ground = groundwork()
        verdicts = _vet(reply.claims, ground.evidence, judged=reply.judged)
        usage = self._complete_usage(case, briefing, spent, completion.text)
        return replace(self._grade(case, briefing, reply, verdicts, usage), flags=ground.flags)

    def _deadline(self, task: GradingTask) -> float:
        allowed = self._settings.grading_deadline
        return allowed if task.time_budget is None else min(allowed, task.time_budget)

    def _grade(self, case: _Case, briefing: Briefing, reply: ReadReply, verdicts: Sequence[Verdict], usage: Usage) -> Grade:
        task = case.task
        return Grade(
            verdicts=tuple(verdicts),
            score=answer_score(task.question.points, verdicts),
            feedback=self._feedback(case, briefing, reply, verdicts),
            provenance=self._provenance(task, briefing),
            usage=usage,
            beyond=tuple(tidy(idea) for idea in reply.beyond),
            follow_up=_choose_follow_up(case, reply, verdicts) if task.want_follow_up else None,
        )

    def _feedback(self, case: _Case, briefing: Briefing, reply: ReadReply, verdicts: Sequence[Verdict]) -> str:
        rules = briefing.messages[0].content
        own = tidy_feedback(reply.feedback, case.lang, secret=rules)
        return own or write_feedback(case.task.question, _findings(case.task.question, verdicts), case.lang)

    def _ungraded(
        self, case: _Case, briefing: Briefing | None, reason: Reason, *,
        spent: Spent | None = None, detail: str = "", retry_after: float | None = None,
    ) -> Ungraded:  # fmt: skip
        spent = spent or Spent()
        if briefing and spent.calls and not spent.prompt_tokens and reason in _SPENT_UNREPORTED:
            spent = replace(spent, prompt_tokens=briefing.prompt_tokens)
        return Ungraded(reason, self._provenance(case.task, briefing), detail, self._usage(case, spent), retry_after)

    def _complete_usage(self, case: _Case, briefing: Briefing, spent: Spent, text: str) -> Usage:
        """What the endpoint reports; counted by ourselves where it reports nothing."""
        if not spent.prompt_tokens:
            spent = replace(spent, prompt_tokens=briefing.prompt_tokens, completion_tokens=self._tokens.count(text))
        return self._usage(case, spent)

    def _usage(self, case: _Case, spent: Spent) -> Usage:
        price_in, price_out = self._settings.price_in, self._settings.price_out
        cost = None
        if price_in is not None and price_out is not None:
            cost = (spent.prompt_tokens * price_in + spent.completion_tokens * price_out) / _MILLION
        return Usage(
            prompt_tokens=spent.prompt_tokens, completion_tokens=spent.completion_tokens, cached_tokens=spent.cached_tokens,
            cost=cost, milliseconds=round((self._clock() - case.started) * 1000, 1), calls=spent.calls,
        )  # fmt: skip

    def _provenance(self, task: GradingTask, briefing: Briefing | None) -> Provenance:
        return Provenance(
            examiner=self.name.value, model=self.model, prompt_version=self._prompt.id,
            question_version=task.question.version, passages=briefing.passages if briefing else (), scale=SCALE,
        )  # fmt: skip


def _lay_groundwork(task: GradingTask, briefing: Briefing) -> _Groundwork:
    prepare_wording(task, secret=briefing.messages[0].content)
    prompts = (task.prompt, *task.asked, *(each.prompt for each in task.dialogue))
    evidence = Evidence(task.question, task.answer, prompts, asked=task.lang)
    found = ((Flag.HIDDEN_TEXT, has_hidden_text(task.answer)), (Flag.MANIPULATION, evidence.manipulation))
    return _Groundwork(evidence, tuple(flag for flag, present in found if present))


def _watch(task: GradingTask, groundwork: Callable[[], _Groundwork], progress: Progress) -> Callable[[str], None]:
    """Report each finding once it is complete and its quote is checked, while the rest is still on its way."""
    partial = PartialReply(task.question)
    claims: list[Claim] = []

    def hear(text: str) -> None:
        if not text:
            groundwork()
        fresh = partial.feed(text)
        if not fresh:
            return
        claims.extend(fresh)
        known = {claim.point_id for claim in claims}
        checked = {verdict.point_id: verdict for verdict in _vet(claims, groundwork().evidence, judged=known)}
        for claim in fresh:
            progress(checked[claim.point_id])

    return hear


def _vet(claims: Sequence[Claim], evidence: Evidence, *, judged: frozenset[str] | set[str]) -> tuple[Verdict, ...]:
    """Checked verdicts; a point on which the model said nothing is missing, and marked as not proven either way."""
    verdicts = evidence.vet([replace(claim, reason=tidy(claim.reason)) for claim in claims])
    return tuple(verdict if verdict.point_id in judged else replace(verdict, unproven=True) for verdict in verdicts)


def _choose_follow_up(case: _Case, reply: ReadReply, verdicts: Sequence[Verdict]) -> FollowUp | None:
    own = usable_follow_up(reply.follow_up, task=case.task, verdicts=verdicts, lang=case.lang)
    return own or choose_follow_up(case.task.question, verdicts, case.task.asked, case.lang)


def _findings(question: Question, verdicts: Sequence[Verdict]) -> list[Finding]:
    return [
        Finding(question.point(verdict.point_id), verdict.status, belief=_belief(question, verdict))
        for verdict in verdicts
    ]  # fmt: skip


def _belief(question: Question, verdict: Verdict) -> Misconception | None:
    if verdict.status is not VerdictStatus.WRONG:
        return None
    beliefs = question.point(verdict.point_id).misconceptions
    return next((belief for belief in beliefs if belief.id == verdict.misconception), None)
