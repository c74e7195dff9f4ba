"""The examiner that asks a language model: one call per message, or one for each point. The model finds and quotes; code decides.

The prompt's values are in `briefing`, the call in `endpoint`, the reply's shape in `reply`, what counts as evidence in
`evidence`, the number in `scoring`, which of the model's words may be shown in `leaks` and `wording`, what is said aloud in `spoken`,
and what it all took in `accounting`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from interviewer.config import Settings
from interviewer.endpoint.chat import ChatModel, Spent
from interviewer.endpoint.tokens import TokenCounter
from interviewer.errors import EndpointError, PromptError
from interviewer.grading.evidence import Claim, ErrorClaim, Evidence
from interviewer.grading.examiner import Progress, no_progress
from interviewer.grading.feedback import replace_reasons, write_feedback
from interviewer.grading.leaks import Guard
from interviewer.grading.llm.accounting import check_prompt_read, complete_spent, explain_failure, guess_spent, usage_of
from interviewer.grading.llm.briefing import Briefing, count_schema, settled_utterance, write_briefing
from interviewer.grading.llm.partial_reply import PartialReply
from interviewer.grading.llm.prompts import Prompt
from interviewer.grading.llm.reply import ReadReply, by_importance, join_replies, read_reply, reply_schema
from interviewer.grading.llm.spoken import vet_aside, vet_reply
from interviewer.grading.scoring import answer_score
from interviewer.grading.wording import (
    choose_next,
    guard_errors,
    guard_reasons,
    known_belief,
    prepare_wording,
    tidy,
    tidy_feedback,
    usable_beyond,
)
from interviewer.models import (
    SCALE,
    AsideReply,
    ExaminerName,
    Findings,
    Flag,
    Grade,
    GradingTask,
    Lang,
    Outcome,
    Provenance,
    Reason,
    Ungraded,
    Usage,
    Utterance,
    Verdict,
)
from interviewer.observability.context import CarryingPool
from interviewer.text.language import reply_language
from interviewer.text.normalize import has_hidden_text

PROMPT = "grade-v3"
"""The prompt in use. Another version is another file; released ones are never edited."""
PER_POINT = "+points"
"""What is added to the prompt's version where every point has a call of its own."""
CONTESTED = "+claim"
"""What is added to it where one point that the candidate contests was judged alone."""
_CALLS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class _Case:
    """One answer under judgement. `lang`: the language that the candidate writes in."""

    task: GradingTask
    lang: Lang
    started: float


@dataclass(frozen=True, slots=True)
class _Call:
    """One request: the point that it is about, None for all, and what is asked."""

    only: str | None
    briefing: Briefing


@dataclass(frozen=True, slots=True)
class _Answered:
    """What came of a call: a reply, or the error instead."""

    spent: Spent
    reply: ReadReply | None = None
    error: EndpointError | None = None


@dataclass(frozen=True, slots=True)
class _Groundwork:
    """What is known of an answer without the model."""

    evidence: Evidence
    guard: Guard
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
        """See `Examiner`: every failure, of the endpoint or our own, is an `Ungraded` with its reason.

        A message that is no answer gets an `AsideReply`, whose reply is empty where code has to find the words. Of a claim only the
        point that it is about is judged, in a grade of one verdict.
        """
        case = _Case(task, reply_language(task.answer, task.lang), self._clock())
        calls: list[_Call] = []
        try:
            for only in self._scopes(task):
                briefing = self.brief(task, only)
                if briefing is None:
                    return self._ungraded(case, calls, Reason.TOO_LONG)
                calls.append(_Call(only, briefing))
            if self._exceeds_budget(calls, task):
                return self._ungraded(case, calls, Reason.BUDGET)
            return self._ask(case, calls, progress)
        except Exception as error:  # noqa: BLE001 - the examiner's edge: a defect of ours must not lose the answer either
            return self._ungraded(case, calls, Reason.INTERNAL, detail=type(error).__name__)

    def prepare(self, task: GradingTask) -> None:
        """Take apart what is the same for every answer to the task's question, so that its first one need not wait. Asks the model nothing."""
        briefing = self.brief(task)
        if briefing is not None:
            _lay_groundwork(_Case(task, task.lang, self._clock()), briefing)

    def brief(self, task: GradingTask, only: str | None = None) -> Briefing | None:
        """The prompt for an answer, or for one point of it, or None if it does not fit the model's window."""
        schema = count_schema(task.question, self._tokens, self._prompt.version)
        room = self._settings.context_window - self._settings.max_output - schema
        language = reply_language(task.answer, task.lang)
        return write_briefing(task, prompt=self._prompt, tokens=self._tokens, room=room, nonce=self._nonce(), language=language, only=only)

    def _asks_by_point(self, task: GradingTask) -> bool:
        """Whether every point has a call of its own; a message that may be no answer is asked about in one."""
        is_answer = task.heard is None or settled_utterance(task) is Utterance.ANSWER
        return self._settings.per_point == "on" and self._prompt.version > 1 and is_answer and task.claim is None

    def _scopes(self, task: GradingTask) -> tuple[str | None, ...]:
        """The points that have a call of their own; None for one call about all."""
        if task.claim is not None:
            return (task.aimed_point,)
        return tuple(point.id for point in by_importance(task.question)) if self._asks_by_point(task) else (None,)

    def _exceeds_budget(self, calls: Sequence[_Call], task: GradingTask) -> bool:
        """Whether the calls must not be made: what they may cost at most exceeds what is left."""
        most = sum(call.briefing.prompt_tokens + self._settings.max_output for call in calls)
        return task.token_budget is not None and most > task.token_budget

    def _ask(self, case: _Case, calls: Sequence[_Call], progress: Progress) -> Outcome:
        # Done once: while the model is thinking, or when something has come that needs it.
        groundwork = cache(lambda: _lay_groundwork(case, calls[0].briefing))
        answered = self._make_calls(case, calls, groundwork, progress)
        spent = sum((each.spent for each in answered), Spent())
        failed = next((each.error for each in answered if each.error), None)
        replies = [each.reply for each in answered if each.reply]
        if failed is not None:
            return self._ungraded(case, calls, failed.reason, spent=spent, detail=failed.detail, retry_after=failed.retry_after)
        reply, ground = replies[0] if len(replies) == 1 else join_replies(replies), groundwork()
        usage = self._usage(case, spent)
        if case.task.claim is not None:
            return self._judge_claim(case, calls, reply, ground, usage)
        return (self._grade if reply.utterance.is_answer else self._answer_aside)(case, calls, reply, ground, usage)

    def _make_calls(
        self, case: _Case, calls: Sequence[_Call], groundwork: Callable[[], _Groundwork], progress: Progress
    ) -> list[_Answered]:
        """The first call alone, so that the provider has the common part for the others, and so that a failing endpoint costs one."""

        def make(call: _Call) -> _Answered:
            return self._make_call(case, call, _watch(case, groundwork, progress))

        first = make(calls[0])
        if first.error or len(calls) == 1:
            return [first]
        with CarryingPool(_CALLS_AT_ONCE, thread_name_prefix="point") as pool:
            return [first, *pool.map(make, calls[1:])]

    def _make_call(self, case: _Case, call: _Call, on_text: Callable[[str], None]) -> _Answered:
        task, told = case.task, call.briefing.prompt_tokens
        schema = reply_schema(task.question, self._prompt.version, call.only)
        settled = settled_utterance(task)
        needed = ("points",) if settled is Utterance.ANSWER else ("points", "utterance")
        spent = Spent()
        try:
            completion = self._chat.complete(call.briefing.messages, schema, deadline=self._deadline(case), on_text=on_text, needed=needed)
            written = self._tokens.count(completion.text)
            spent = complete_spent(completion.spent, prompt_tokens=told, completion_tokens=written)
            check_prompt_read(completion.read_tokens, call.briefing.messages)
            reply = read_reply(completion.text, task.question, only=call.only, aimed=task.aimed_point, settled=settled)
            return _Answered(spent, reply)
        except EndpointError as error:
            spent = guess_spent(getattr(error, "spent", spent), error.reason, prompt_tokens=told)
            return _Answered(spent, error=explain_failure(error, call.briefing.messages))

    def _deadline(self, case: _Case) -> float:
        """Seconds for a call; with several, what is left of the time for all."""
        allowed = self._settings.grading_deadline
        allowed = allowed if case.task.time_budget is None else min(allowed, case.task.time_budget)
        return max(0.1, allowed - (self._clock() - case.started)) if self._asks_by_point(case.task) else allowed

    def _grade(self, case: _Case, calls: Sequence[_Call], reply: ReadReply, ground: _Groundwork, usage: Usage) -> Grade:
        task, guard = case.task, ground.guard
        vetted = _vet(reply.claims, reply.errors, ground.evidence, judged=_expected(task, reply))
        told = [belief.correction[case.lang] for error in vetted.errors if (belief := known_belief(error, task.question))]
        found = _guard(vetted, case, guard, told)
        after = choose_next(reply.follow_up, task=task, findings=found, guard=guard, lang=case.lang)
        return Grade(
            verdicts=found.verdicts,
            score=answer_score(task.question.points, found.verdicts, found.errors),
            feedback=self._feedback(case, reply, found, guard, told),
            provenance=self._provenance(task, calls),
            usage=usage,
            beyond=usable_beyond(reply.beyond, guard),
            follow_up=after.follow_up,
            flags=ground.flags,
            errors=found.errors,
            reply=vet_reply(reply.reply, task, found, guard, case.lang, bridge=not after.dropped),
            utterance=reply.utterance,
            dropped_follow_up=after.dropped,
        )

    def _feedback(self, case: _Case, reply: ReadReply, found: Findings, guard: Guard, told: Sequence[str]) -> str:
        """The model's, or ours about the same findings."""
        question, over = case.task.question, not case.task.want_follow_up
        own = tidy_feedback(reply.feedback, case.lang, guard, told=told)
        return own or write_feedback(question, found.verdicts, found.errors, case.lang, reveal=over)

    def _judge_claim(self, case: _Case, calls: Sequence[_Call], reply: ReadReply, ground: _Groundwork, usage: Usage) -> Grade:
        """The point that the candidate contests, judged anew by the same rules of evidence."""
        task, guard = case.task, ground.guard
        vetted = _vet(reply.claims, reply.errors, ground.evidence, judged=reply.judged)
        about = Findings(
            tuple(each for each in vetted.verdicts if each.point_id == task.aimed_point),
            tuple(each for each in vetted.errors if each.point_id == task.aimed_point),
        )
        found = _guard(about, case, guard)
        score = answer_score(task.question.points, found.verdicts, found.errors)
        return Grade(found.verdicts, score, "", self._provenance(task, calls), usage, flags=ground.flags, errors=found.errors)

    def _answer_aside(self, case: _Case, calls: Sequence[_Call], reply: ReadReply, ground: _Groundwork, usage: Usage) -> AsideReply:
        said = vet_aside(reply, case.task, ground.guard, case.lang)
        return AsideReply(reply.utterance, said.reply, self._provenance(case.task, calls), usage, said.given, said.assumed)

    def _ungraded(
        self, case: _Case, calls: Sequence[_Call], reason: Reason, *,
        spent: Spent | None = None, detail: str = "", retry_after: float | None = None,
    ) -> Ungraded:  # fmt: skip
        return Ungraded(reason, self._provenance(case.task, calls), detail, self._usage(case, spent or Spent()), retry_after)

    def _usage(self, case: _Case, spent: Spent) -> Usage:
        return usage_of(spent, self._settings, seconds=self._clock() - case.started)

    def _provenance(self, task: GradingTask, calls: Sequence[_Call]) -> Provenance:
        added = CONTESTED if task.claim is not None else PER_POINT * self._asks_by_point(task)
        return Provenance(
            examiner=self.name.value, model=self.model, prompt_version=self._prompt.id + added,
            question_version=task.question.version, passages=calls[0].briefing.passages if calls else (), scale=SCALE,
        )  # fmt: skip


def _lay_groundwork(case: _Case, briefing: Briefing) -> _Groundwork:
    task, rules = case.task, briefing.messages[0].content
    prepare_wording(task, secret=rules)
    prompts = (task.prompt, *task.asked, *(each.prompt for each in task.dialogue))
    evidence = Evidence(task.question, task.answer, prompts, asked=task.lang)
    hides = has_hidden_text(task.answer)
    found = ((Flag.HIDDEN_TEXT, hides), (Flag.MANIPULATION, evidence.manipulation), (Flag.DISAVOWED, evidence.disavowed))
    return _Groundwork(evidence, Guard(task, case.lang, rules=rules), tuple(flag for flag, present in found if present))


def _watch(case: _Case, groundwork: Callable[[], _Groundwork], progress: Progress) -> Callable[[str], None]:
    """Report each finding once it is complete and its quote is checked, while the rest is still on its way."""
    partial = PartialReply(case.task.question, settled=settled_utterance(case.task) is Utterance.ANSWER)

    def hear(text: str) -> None:
        if not text:
            groundwork()
        fresh = partial.feed(text)
        if not fresh:
            return
        known = {claim.point_id for claim in partial.claims}
        found = {verdict.point_id: verdict for verdict in _vet(partial.claims, (), groundwork().evidence, judged=known).verdicts}
        for verdict in _guard_reasons([found[claim.point_id] for claim in fresh], case, groundwork().guard):
            progress(verdict)

    return hear


def _vet(claims: Sequence[Claim], errors: Sequence[ErrorClaim], evidence: Evidence, *, judged: frozenset[str] | set[str]) -> Findings:
    """Checked findings; a point on which the model said nothing is missing, and marked as not proven either way."""
    found = evidence.vet([replace(claim, reason=tidy(claim.reason)) for claim in claims], errors)
    silent = {verdict.point_id for verdict in found.verdicts if verdict.point_id not in judged and not verdict.quote}
    return replace(found, verdicts=tuple([replace(each, unproven=True) if each.point_id in silent else each for each in found.verdicts]))


def _expected(task: GradingTask, reply: ReadReply) -> frozenset[str]:
    """The points on which nothing said means nothing found: those judged, and after a follow-up all others, which it was not about."""
    return frozenset(point.id for point in task.question.points) if task.aimed_point in reply.judged else reply.judged


def _guard(found: Findings, case: _Case, guard: Guard, told: Sequence[str] = ()) -> Findings:
    """The findings with what of their words may be shown."""
    verdicts = _guard_reasons(found.verdicts, case, guard, told)
    return replace(found, verdicts=verdicts, errors=guard_errors(found.errors, case.task.question, guard, case.lang))


def _guard_reasons(verdicts: Iterable[Verdict], case: _Case, guard: Guard, told: Sequence[str] = ()) -> tuple[Verdict, ...]:
    return guard_reasons(replace_reasons(verdicts, case.task.question, guard, case.lang), guard, told=told)
