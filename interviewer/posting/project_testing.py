"""Questions that a model drafted from a CV test themselves, in the background: it writes a sample answer of each level, and those who judge
here judge them, as the labelled answers of a question that somebody wrote.

A question takes `CALLS` calls at most; all of them together no more tokens than one interview, within what is left of the owner's day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from interviewer.authoring.learning import Paid, try_with
from interviewer.authoring.selftest import encode_shown
from interviewer.errors import NotFound, StaleMove
from interviewer.grading.examiner import Examiner
from interviewer.interview.retrying import OF_ALL
from interviewer.jobs import Report
from interviewer.models import ExaminerName, Job, Level, Outcome, Reason, Ungraded
from interviewer.models.postings import Posting, ProjectQuestion
from interviewer.posting.model_samples import AnswerSampler, Samples
from interviewer.posting.plan import MOST_DRAFTS, question_of
from interviewer.records.postings import PostingStore

TEST = "test-projects"
"""The kind of the job; its subject is the posting's id."""
CALLS = 1 + len(Level)
"""Of one question: the answers are written in one, and each is judged in another."""
MOST_CALLS = MOST_DRAFTS * CALLS
_STOPS = OF_ALL | {Reason.BUDGET}
"""What a further call would meet as well."""
_TRIES = 20
"""A posting that is being corrected in a window meanwhile is saved at one of these."""


W = TypeVar("W", bound=Outcome | Samples)


class Spend(Protocol):
    """Asks within what is left of somebody's day, and counts what it took."""

    def __call__(self, owner: str, ask: Callable[[int | None], W]) -> W: ...


class _Stopped(Exception):
    """There is no use in asking further. `reason`: why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass
class _Purse:
    """What the calls of one job may take together. `most`: tokens, 0 for no limit."""

    spend: Spend
    owner: str
    most: int
    taken: int = 0

    def pay(self, ask: Callable[[int | None], W]) -> W:
        """What comes of it; _Stopped if nothing is left, or the endpoint answers nobody."""
        left = max(0, self.most - self.taken) if self.most else None
        outcome = self.spend(self.owner, lambda day: ask(min((each for each in (left, day) if each is not None), default=None)))
        self.taken += outcome.usage.prompt_tokens + outcome.usage.completion_tokens
        if isinstance(outcome, Ungraded) and outcome.reason in _STOPS:
            raise _Stopped(outcome.reason)
        return outcome


@dataclass(frozen=True, slots=True)
class ProjectTesting:
    """Does the job. `offline`: judges for nothing; `examiners`: whoever else judges here, each judgement a call; `most`: tokens, 0 for no limit."""

    store: PostingStore
    sampler: Callable[[], AnswerSampler]
    offline: Callable[[], Examiner]
    examiners: Mapping[ExaminerName, Callable[[], Examiner]]
    spend: Spend
    most: int

    def work(self, job: Job, report: Report) -> Mapping[str, Any]:
        """Test what is not tested yet; returns how many were, of how many, and why the others were not."""
        purse, done, tried, reasons = _Purse(self.spend, job.owner, self.most), 0, set[str](), list[str]()
        while (posting := self._read(job)) and (draft := _next(posting, tried)):
            tried.add(question_of(draft).id)
            waiting = sum(each.test is None for each in posting.content.drafts)

            def tell(share: float, before: int = len(tried) - 1, of: int = len(tried) - 1 + waiting) -> None:
                report((before + share) / max(of, 1))

            try:
                test = self._test(draft, purse, tell)
            except _Stopped as stopped:
                reasons.append(stopped.reason.value)
                break
            if isinstance(test, Ungraded):
                reasons.append(test.reason.value)
            else:
                done += self._put_down(job, draft, test)
        return {"tested": done, "of": len(tried), "reason": reasons[0] if reasons else ""}

    def _test(self, draft: ProjectQuestion, purse: _Purse, tell: Callable[[float], None]) -> Mapping[str, Any] | Ungraded:
        question = question_of(draft)
        samples = purse.pay(lambda budget: self.sampler().write(question, draft.lang, token_budget=budget))
        if isinstance(samples, Ungraded):
            return samples
        tell(1 / CALLS)
        judges: list[Examiner] = [self.offline(), *(Paid(maker(), purse.pay) for maker in self.examiners.values())]
        shown = [try_with(judge, question, samples.answers, lambda share: tell((1 + share * len(Level)) / CALLS)) for judge in judges]
        return encode_shown(shown)

    def _read(self, job: Job) -> Posting | None:
        with suppress(NotFound):
            return self.store.load(job.subject, owner=job.owner)
        return None

    def _put_down(self, job: Job, draft: ProjectQuestion, test: Mapping[str, Any]) -> bool:
        """Keep it with the question, beside what was corrected in a window meanwhile; False if the question is gone."""
        for _ in range(_TRIES):
            posting = self._read(job)
            if posting is None:
                return False
            wanted = question_of(draft).id
            drafts = tuple(replace(each, test=test) if question_of(each).id == wanted else each for each in posting.content.drafts)
            with suppress(StaleMove):
                self.store.save(posting, replace(posting.content, drafts=drafts))
                return True
        return False


def _next(posting: Posting, tried: set[str]) -> ProjectQuestion | None:
    return next((each for each in posting.content.drafts if each.test is None and question_of(each).id not in tried), None)
