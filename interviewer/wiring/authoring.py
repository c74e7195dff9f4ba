"""What people write: questions, drafts, sets, labelled answers, and the jobs that go with them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from interviewer.config import Settings
from interviewer.paths import knowledge_folder
from interviewer.wiring.model import ModelParts

if TYPE_CHECKING:
    from interviewer.authoring.answers import LabelledAnswers
    from interviewer.authoring.completing import Completing
    from interviewer.authoring.drafts import BankDrafts
    from interviewer.authoring.service import Authoring
    from interviewer.authoring.sets import QuestionSets
    from interviewer.drafting.draft import QuestionDraft
    from interviewer.drafting.duplicates import Likeness
    from interviewer.interview.judging import Limits
    from interviewer.jobs import JobRunner, Work
    from interviewer.questions.bank import Bank


class AuthoringParts(ModelParts):
    """What people write: questions, drafts, sets, labelled answers, and the jobs that go with them."""

    @cached_property
    def authoring(self) -> Authoring:
        """The use cases of writing questions."""
        from interviewer.authoring.service import Authoring
        from interviewer.records.store import utc_now

        return Authoring(
            store=self.authored, people=self.people, files=self.bank, now=utc_now, changed=self.live_bank.look_again, learn=self.learn
        )

    @cached_property
    def question_sets(self) -> QuestionSets:
        """The use cases of question sets."""
        from interviewer.authoring.sets import QuestionSets
        from interviewer.records.question_sets import SetStore
        from interviewer.records.store import utc_now

        return QuestionSets(store=SetStore(self.database), banks=self.live_bank, audiences=self.authoring.audiences, now=utc_now)

    @cached_property
    def bank_drafts(self) -> BankDrafts:
        """The use cases of drafts of banks."""
        from interviewer.authoring.drafts import BankDrafts
        from interviewer.records.bank_drafts import BankDraftStore
        from interviewer.records.store import utc_now

        return BankDrafts(store=BankDraftStore(self.database), now=utc_now)

    @cached_property
    def completing(self) -> Completing:
        """What completes kept drafts by the language model."""
        from interviewer.authoring.completing import Completing
        from interviewer.records.bank_drafts import BankDraftStore
        from interviewer.records.spending import Ledger
        from interviewer.records.store import utc_now

        return Completing(
            store=BankDraftStore(self.database), drafter=lambda: self.drafter, competencies=self.competencies, skills=lambda: self.skills,
            ledger=Ledger(self.database), limits=limits_of(self.settings).daily, most=self.settings.token_budget, now=utc_now,
        )  # fmt: skip

    @cached_property
    def jobs(self) -> JobRunner:
        """What is done in the background, besides grading."""
        from interviewer.jobs import JobRunner
        from interviewer.records.store import utc_now

        return JobRunner(self.job_queue, self._works(), now=utc_now)

    def _works(self) -> dict[str, Work]:
        """Who does which kind of job."""
        from interviewer.authoring.completing import COMPLETE

        return {COMPLETE: lambda job, report: self.completing.work(job, report)} if self.settings.has_model else {}

    @cached_property
    def labelled_answers(self) -> LabelledAnswers:
        """The use cases of labelled answers."""
        from interviewer.authoring.answers import LabelledAnswers
        from interviewer.records.store import utc_now

        return LabelledAnswers(store=self.labelled, authoring=self.authoring, now=utc_now, learn=self.learn)

    def learn(self, question_id: str, *, model_for: str = "") -> None:
        """Learn a question's labelled answers and test it with them, in the background. `model_for`: the language model is tested as well, at the
        expense of this person's day.
        """
        from interviewer.authoring.learning import LEARN, WITH_MODEL

        self.jobs.ask(LEARN, question_id, owner=model_for, wanted={WITH_MODEL: True} if model_for else None)

    def duplicates(self, drafted: Sequence[QuestionDraft], bank: Bank) -> tuple[Likeness, ...]:
        """Which of the drafted questions may be one, or one of the bank."""
        from interviewer.drafting.duplicates import find_duplicates
        from interviewer.questions.bank import load_glossary

        return find_duplicates(drafted, bank.questions, load_glossary(knowledge_folder()))


def limits_of(settings: Settings) -> Limits:
    """The operator's limits."""
    from interviewer.interview.judging import Limits
    from interviewer.records.spending import DailyLimits

    return Limits(
        tokens=settings.token_budget,
        cost=settings.cost_budget,
        daily=DailyLimits(settings.daily_tokens, settings.daily_cost, settings.price),
        answers_a_minute=settings.answers_a_minute,
        most_a_grade=settings.context_window * settings.attempts * settings.samples,
        attempts=settings.attempts,
    )
