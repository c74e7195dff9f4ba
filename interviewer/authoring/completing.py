"""A kept draft is completed by the language model, in the background: as a job, question by question, within what its owner may spend."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from interviewer.drafting.document import Document
from interviewer.drafting.draft import BankDraft as Drafted
from interviewer.drafting.draft import Step, decode_draft, encode_draft
from interviewer.drafting.model.drafter import Drafter, Progress
from interviewer.errors import NotFound
from interviewer.jobs import JobFailed, Report
from interviewer.models import BankDraft, Bilingual, Competency, Job, Usage
from interviewer.questions.skills import SkillList
from interviewer.records.bank_drafts import BankDraftStore
from interviewer.records.spending import DailyLimits, Ledger

COMPLETE = "complete-draft"
"""The kind of the job; its subject is the draft's id."""
_GONE = Bilingual("草稿已经删掉或过期了 → 重新贴一次文章", "the draft is deleted or has expired → give the text again")
_SPENT = Bilingual("今天的 token 或费用额度用完了 → 明天再试", "the day's budget of tokens or money is used up → try again tomorrow")
_FINDING = 0.3
"""Of the whole work, looking through the text."""
_NO_LIMIT = 10_000_000
"""Tokens, where only the day's money is limited."""
_TRIES = 20
"""A draft that is being worked on in a window meanwhile is saved at one of these."""


class Completing:
    """Completes the drafts of anybody who asks. What is done of a draft stays with it, also if the work ends before all of it is."""

    def __init__(
        self,
        *,
        store: BankDraftStore,
        drafter: Callable[[], Drafter],
        competencies: Sequence[Competency],
        skills: Callable[[], SkillList],
        ledger: Ledger,
        limits: DailyLimits,
        most: int,
        now: Callable[[], datetime],
    ) -> None:
        """`drafter`: made when first asked; `most`: tokens that one draft may take, 0 for no limit."""
        self._store, self._drafter, self._competencies, self._skills = store, drafter, competencies, skills
        self._ledger, self._limits, self._most, self._now = ledger, limits, most, now

    def work(self, job: Job, report: Report) -> Mapping[str, Any]:
        """Do the job; how many questions there were before, and now, how many the model has worked on, and where it failed."""
        kept = self._read(job)
        before, spent = decode_draft(dict(kept.content["draft"])), Usage()
        document = Document(kept.text, (), str(kept.content.get("format", "")))

        def hear(progress: Progress) -> None:
            nonlocal spent
            spent = progress.usage
            self._keep(job, progress.so_far)
            report(_share_of(progress))

        budget = self._reserve(job.owner)
        try:
            done, spent = self._drafter().complete(
                document, before, self._competencies, skills=self._skills(), token_budget=budget or None, hear=hear
            )
        finally:
            self._settle(job.owner, budget, spent)
        self._keep(job, done)
        worked = sum(bool(each.by) for each in done.questions)
        return {"before": len(before.questions), "now": len(done.questions), "worked": worked, "failed": len(done.shortfalls)}

    def _read(self, job: Job) -> BankDraft:
        try:
            return self._store.read(job.owner, job.subject)
        except NotFound:
            raise JobFailed(_GONE) from None

    def _keep(self, job: Job, drafted: Drafted) -> None:
        """Put it down beside what was noted in a window meanwhile, such as which questions were taken."""
        for _ in range(_TRIES):
            kept = self._read(job)
            content = {**kept.content, "draft": encode_draft(drafted)}
            if content == kept.content or self._store.change(
                job.owner, kept.id, title=kept.title, content=content, number=kept.number, now=self._now(), expires_at=kept.expires_at
            ):  # fmt: skip
                return

    def _reserve(self, owner: str) -> int:
        """What the work may take: the most of one draft, within what is left of the owner's day. 0: there is no limit."""
        if not self._limits.any:
            return self._most
        given = self._ledger.reserve(None, owner, wanted=self._most or _NO_LIMIT, limits=self._limits, now=self._now())
        if not given:
            raise JobFailed(_SPENT)
        return given

    def _settle(self, owner: str, budget: int, usage: Usage) -> None:
        if self._limits.any:
            tokens = usage.prompt_tokens + usage.completion_tokens - budget
            self._ledger.settle(None, owner, tokens, (usage.cost or 0.0) - budget * self._limits.price, now=self._now())


def _share_of(progress: Progress) -> float:
    done = progress.done / max(progress.of, 1)
    if progress.step is Step.FIND:
        return _FINDING / 2 * done
    return _FINDING / 2 * (1 + done) if progress.step is Step.AGAIN else _FINDING + (1 - _FINDING) * done
