"""The model endpoint, who judges with it, and what else it writes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from typing import TYPE_CHECKING, TypeVar

from interviewer.config import Settings
from interviewer.models import ExaminerName
from interviewer.paths import prompts_folder
from interviewer.wiring.bank import BankParts

if TYPE_CHECKING:
    from interviewer.drafting.model.drafter import Drafter
    from interviewer.endpoint.chat import ModelClient
    from interviewer.endpoint.tokens import TokenCounter
    from interviewer.grading.examiner import Examiner
    from interviewer.grading.llm.examiner import LlmExaminer
    from interviewer.grading.llm.improving import Improver
    from interviewer.grading.llm.prompts import Prompt
    from interviewer.grading.llm.rewording import Reworder
    from interviewer.grading.llm.summary import Summarizer
    from interviewer.posting.model_questions import ProjectQuestioner
    from interviewer.posting.model_reading import PostingReader
    from interviewer.posting.model_samples import AnswerSampler

T = TypeVar("T")


class ModelParts(BankParts):
    """The model endpoint, who judges with it, and what else it writes."""

    @cached_property
    def examiners(self) -> dict[ExaminerName, Callable[[], Examiner]]:
        """Who can judge here. The language model's part is built at its first grade: its libraries take seconds to load.

        ConfigError if those of the model's provider are not installed.
        """
        from interviewer.dialogue.examiner import TalkingExaminer

        makers: dict[ExaminerName, Callable[[], Examiner]] = {ExaminerName.RUBRIC: lambda: TalkingExaminer(self.rubric_examiner)}
        if self.settings.has_model:
            from interviewer.endpoint.providers import check_provider

            check_provider(self.settings)
            makers[ExaminerName.LLM] = lambda: TalkingExaminer(self.llm_examiner)
        return makers

    @cached_property
    def rubric_examiner(self) -> Examiner:
        """The offline examiner."""
        from interviewer.authoring.learned_book import LearnedBook
        from interviewer.grading.rubric.examiner import RubricExaminer

        book, files = (
            LearnedBook(lambda: self.labelled, lambda: self.authored.stamp()),
            cache(lambda: {each.id for each in self.bank.questions}),
        )
        return RubricExaminer(own=lambda question: None if question.bank_id in files() else book.of(question))

    @cached_property
    def endpoint(self) -> ModelClient:
        """The model endpoint; nothing is asked of it yet. ConfigError if a proxy or certificates are set that cannot be, or an extra is missing."""
        from interviewer.endpoint.providers import chat_model_for
        from interviewer.network import refuse_broken_network

        refuse_broken_network()
        return chat_model_for(self.settings)

    @cached_property
    def sampling_endpoint(self) -> ModelClient:
        """The same endpoint for further samples of a grade: one that fails is not tried again."""
        from interviewer.endpoint.providers import chat_model_for

        return chat_model_for(self.settings.model_copy(update={"attempts": 1}))

    @cached_property
    def llm_examiner(self) -> Examiner:
        """The language model behind the configured endpoint, on the current prompt."""
        from interviewer.grading.llm.examiner import PROMPT

        return self.llm_examiner_on(PROMPT)

    def llm_examiner_on(self, prompt: str) -> Examiner:
        """The language model on a prompt of the reader's choice, e.g. "grade-v1", with the extra judgements that the settings ask for.

        PromptError if there is no prompt of that name.
        """
        from interviewer.grading.llm.second_opinion import SecondOpinion
        from interviewer.grading.llm.self_consistency import SelfConsistency

        settings = self.settings
        examiner: Examiner = self._ask_model(self.endpoint, prompt)
        if settings.samples > 1:
            again = self._ask_model(self.sampling_endpoint, prompt)
            examiner = SelfConsistency(examiner, again, samples=settings.samples, seconds=settings.grading_deadline)
        return SecondOpinion(examiner, self.rubric_examiner) if settings.second_opinion == "rubric" else examiner

    def _ask_model(self, endpoint: ModelClient, prompt: str) -> LlmExaminer:
        from interviewer.endpoint.tokens import TokenCounter
        from interviewer.grading.llm.examiner import LlmExaminer
        from interviewer.grading.llm.prompts import load_prompts

        settings = self.settings
        return LlmExaminer(endpoint, load_prompts(prompts_folder()), TokenCounter(settings.model_name), settings, prompt=prompt)

    @cached_property
    def improver(self) -> Improver:
        """What improves a candidate's own answer by the language model; PromptError without its prompt."""
        from interviewer.grading.llm.improving import Improver

        return self._asking(Improver)

    @cached_property
    def reworder(self) -> Reworder:
        """What words the prompts of a drill anew by the language model; PromptError without its prompt."""
        from interviewer.grading.llm.rewording import Reworder

        return self._asking(Reworder)

    @cached_property
    def summarizer(self) -> Summarizer:
        """What sums an interview up by the language model; PromptError without its prompt."""
        from interviewer.grading.llm.summary import Summarizer

        return self._asking(Summarizer)

    @cached_property
    def drafter(self) -> Drafter:
        """What completes drafts of questions by the language model; PromptError without its prompts."""
        from interviewer.drafting.model.drafter import Drafter

        return self._asking(Drafter)

    @cached_property
    def posting_reader(self) -> PostingReader:
        """What reads postings by the language model; PromptError without its prompt."""
        from interviewer.posting.model_reading import PostingReader

        return self._asking(PostingReader)

    @cached_property
    def project_questioner(self) -> ProjectQuestioner:
        """What drafts questions on somebody's projects by the language model; PromptError without its prompt."""
        from interviewer.posting.model_questions import ProjectQuestioner

        return self._asking(ProjectQuestioner)

    @cached_property
    def answer_sampler(self) -> AnswerSampler:
        """What writes sample answers to drafted questions by the language model; PromptError without its prompt."""
        from interviewer.posting.model_samples import AnswerSampler

        return self._asking(AnswerSampler)

    def _asking(self, make: Callable[[ModelClient, dict[str, Prompt], TokenCounter, Settings], T]) -> T:
        from interviewer.endpoint.tokens import TokenCounter
        from interviewer.grading.llm.prompts import load_prompts

        return make(self.endpoint, load_prompts(prompts_folder()), TokenCounter(self.settings.model_name), self.settings)
