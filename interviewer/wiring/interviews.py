"""Interviews, the desk on them, the training and the postings."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from typing import TYPE_CHECKING

from interviewer.models import ExaminerName
from interviewer.paths import knowledge_folder
from interviewer.wiring.authoring import AuthoringParts, limits_of
from interviewer.wiring.records import name_worker

if TYPE_CHECKING:
    from interviewer.authoring.learning import QuestionLearning
    from interviewer.grading.calibration import ScoredTwice
    from interviewer.grading.examiner import Examiner
    from interviewer.interview.desk import DeskService
    from interviewer.interview.service import InterviewService
    from interviewer.jobs import Work
    from interviewer.posting.project_testing import ProjectTesting
    from interviewer.posting.service import Preparing
    from interviewer.training.service import Training


class InterviewParts(AuthoringParts):
    """Interviews, the desk on them, the training and the postings."""

    @cached_property
    def service(self) -> InterviewService:
        """The use cases on this data folder's database."""
        from interviewer.interview.retrying import RetryPlan
        from interviewer.interview.service import InterviewService
        from interviewer.interview.writing import Writers
        from interviewer.records.grading_queue import GradingQueue
        from interviewer.records.store import utc_now

        return InterviewService(
            bank=self.live_bank,
            store=self.store,
            queue=GradingQueue(self.database, worker=name_worker()),
            examiners=self.calibrated_examiners,
            look_up=lambda text, question_ids, lang, limit: self.index.search(text, question_ids=question_ids, lang=lang, k=limit),
            now=utc_now,
            limits=limits_of(self.settings),
            threads=self.settings.workers,
            plan=RetryPlan(self.settings.retry_hours),
            writers=Writers(lambda: self.improver, lambda: self.summarizer) if self.settings.has_model else None,
            hear=lambda *heard: self.metrics.hear_outcome(*heard),
            hear_usage=lambda usage: self.metrics.hear_usage(usage),
            model=self.settings.model or "",
        )

    @cached_property
    def calibrated_examiners(self) -> dict[ExaminerName, Callable[[], Examiner]]:
        """The examiners of the service: the model's scores come with where a coach's lies, once enough of them are reviewed."""
        if ExaminerName.LLM not in self.examiners:
            return self.examiners
        from interviewer.dialogue.examiner import TalkingExaminer
        from interviewer.grading.calibration import Calibrated
        from interviewer.interview.reviewed import scored_twice
        from interviewer.records.agreement import read_edited

        def read() -> tuple[ScoredTwice, ...]:
            return tuple(each for interview in read_edited(self.database, None, self.row_cache) for each in scored_twice(interview))

        made = cache(lambda: Calibrated(TalkingExaminer(self.llm_examiner), read))
        return {**self.examiners, ExaminerName.LLM: made}

    @cached_property
    def desk(self) -> DeskService:
        """The use cases of the coach's desk."""
        from interviewer.interview.desk import DeskService
        from interviewer.records.desk import DeskStore
        from interviewer.records.store import utc_now
        from interviewer.training.summarizing import summarize

        return DeskService(
            store=DeskStore(self.database, self.row_cache),
            people=self.people,
            bank=self.live_bank,
            worker=self.service.worker,
            examiners=tuple(self.examiners),
            now=utc_now,
            work_out=summarize,
        )

    @cached_property
    def training(self) -> Training:
        """What was missed comes back: the use cases of the training."""
        from interviewer.records.store import utc_now
        from interviewer.records.training import TrainingStore
        from interviewer.training.rewording import Rewordings
        from interviewer.training.service import Training

        return Training(
            store=TrainingStore(self.database, self.row_cache), bank=self.live_bank, now=utc_now, service=self.service,
            rewordings=Rewordings(self.service.writing, lambda: self.reworder) if self.settings.has_model else None,
        )  # fmt: skip

    @cached_property
    def preparing(self) -> Preparing:
        """What somebody can do about a posting and a CV."""
        from interviewer.posting.project_testing import TEST
        from interviewer.posting.service import ModelReaders, Preparing
        from interviewer.questions.bank import load_bank
        from interviewer.records.postings import PostingStore
        from interviewer.records.store import utc_now

        knowledge = knowledge_folder()
        return Preparing(
            store=PostingStore(self.database),
            service=self.service,
            skills=self.skills,
            terms=self.bank.terms,
            bank=self.live_bank,
            deep_dives=load_bank([knowledge / "deep-dive"], knowledge=knowledge).questions,
            now=utc_now,
            competencies=self.competencies,
            readers=ModelReaders(lambda: self.posting_reader, lambda: self.project_questioner) if self.settings.has_model else None,
            test=lambda posting: self.jobs.ask(TEST, posting.id, owner=posting.owner),
        )

    @cached_property
    def project_testing(self) -> ProjectTesting:
        """What tests the questions that a model drafted from a CV, in the background."""
        from interviewer.grading.rubric.examiner import RubricExaminer
        from interviewer.posting.project_testing import ProjectTesting
        from interviewer.records.postings import PostingStore

        return ProjectTesting(
            store=PostingStore(self.database), sampler=lambda: self.answer_sampler, offline=RubricExaminer,
            examiners={ExaminerName.LLM: lambda: self.llm_examiner}, spend=self.service.writing.write_now, most=self.settings.token_budget,
        )  # fmt: skip

    @cached_property
    def learning(self) -> QuestionLearning:
        """What becomes of labelled answers in the background."""
        from interviewer.authoring.learning import QuestionLearning
        from interviewer.records.store import utc_now

        model = {ExaminerName.LLM: lambda: self.llm_examiner} if ExaminerName.LLM in self.examiners else {}
        return QuestionLearning(
            self.authored, self.labelled, lambda content, id, number: self.authoring.check(content, id, number).question, model,
            self.service.writing.write_now, utc_now,
        )  # fmt: skip

    def _works(self) -> dict[str, Work]:
        from interviewer.authoring.learning import LEARN
        from interviewer.posting.project_testing import TEST

        tests = {TEST: lambda job, report: self.project_testing.work(job, report)} if self.settings.has_model else {}
        return {**super()._works(), LEARN: lambda job, report: self.learning.work(job, report), **tests}
