"""From settings to the wired application: the only place that builds real parts."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import TYPE_CHECKING

from interviewer.config import Settings
from interviewer.errors import ConfigError, InterviewerError, told
from interviewer.models import LOCAL_PERSON, Competency, ExaminerName, GradingTask, Person
from interviewer.paths import knowledge_folder, prompts_folder

if TYPE_CHECKING:
    from interviewer.access.login import Entrance
    from interviewer.access.openid import OpenIdProvider
    from interviewer.access.passwords import Passwords
    from interviewer.access.people_admin import PeopleAdmin
    from interviewer.authoring.answers import LabelledAnswers
    from interviewer.authoring.completing import Completing
    from interviewer.authoring.drafts import BankDrafts
    from interviewer.authoring.learning import QuestionLearning
    from interviewer.authoring.live import LiveBank
    from interviewer.authoring.service import Authoring
    from interviewer.authoring.sets import QuestionSets
    from interviewer.drafting.draft import QuestionDraft
    from interviewer.drafting.duplicates import Likeness
    from interviewer.drafting.model.drafter import Drafter
    from interviewer.endpoint.chat import ModelClient, Tried
    from interviewer.grading.calibration import ScoredTwice
    from interviewer.grading.examiner import Examiner
    from interviewer.grading.llm.examiner import LlmExaminer
    from interviewer.grading.llm.improving import Improver
    from interviewer.grading.llm.rewording import Reworder
    from interviewer.grading.llm.summary import Summarizer
    from interviewer.housekeeping import Housekeeper
    from interviewer.interview.desk import DeskService
    from interviewer.interview.judging import Limits
    from interviewer.interview.service import InterviewService
    from interviewer.jobs import JobRunner, Work
    from interviewer.observability.load import Load
    from interviewer.observability.metrics import Metrics
    from interviewer.posting.model_questions import ProjectQuestioner
    from interviewer.posting.model_reading import PostingReader
    from interviewer.posting.service import Preparing
    from interviewer.questions.bank import Bank
    from interviewer.questions.embeddings import Embedder
    from interviewer.questions.index import QuestionIndex
    from interviewer.questions.keeping import IndexKeeper
    from interviewer.questions.skills import SkillList
    from interviewer.records.accounts import Accounts
    from interviewer.records.authored import AuthoredStore
    from interviewer.records.base import Database
    from interviewer.records.decoded import Decoded
    from interviewer.records.erasure import Eraser
    from interviewer.records.jobs import JobQueue
    from interviewer.records.labelled import LabelledStore
    from interviewer.records.people import PeopleStore
    from interviewer.records.store import Store
    from interviewer.training.service import Training

logger = logging.getLogger(__name__)

WARM_UP_SECONDS = 1.0
"""How long the index and the model's libraries wait after the start: the first page comes first."""

MOST_PREPARED = 30
"""Questions that the model's examiner takes apart after the start, some 50 ms each; the others when they are first answered."""


@dataclass(frozen=True)
class Application:
    """The parts, each built when it is first asked for, so that a light command pays only for what it uses."""

    settings: Settings

    @cached_property
    def bank(self) -> Bank:
        """The bank that travels with the code, and the operator's own folder."""
        from interviewer.questions.bank import load_bank

        folders = [knowledge_folder() / "questions"]
        if self.settings.questions:
            folders.append(self.settings.questions)
        return load_bank(folders, knowledge=knowledge_folder())

    @cached_property
    def live_bank(self) -> LiveBank:
        """The same with what people have published in the records, as it stands now."""
        from interviewer.authoring.live import LiveBank

        return LiveBank(self.bank, self.authored, self.person)

    @cached_property
    def authored(self) -> AuthoredStore:
        """The questions that people write here."""
        from interviewer.records.authored import AuthoredStore

        return AuthoredStore(self.database)

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
    def job_queue(self) -> JobQueue:
        """What is to be done in the background, besides grading, and how it stands."""
        from interviewer.records.jobs import JobQueue

        return JobQueue(self.database, worker=name_worker())

    @cached_property
    def jobs(self) -> JobRunner:
        """What is done in the background, besides grading."""
        from interviewer.jobs import JobRunner
        from interviewer.records.store import utc_now

        return JobRunner(self.job_queue, self._works(), now=utc_now)

    def _works(self) -> dict[str, Work]:
        """Who does which kind of job."""
        from interviewer.authoring.completing import COMPLETE
        from interviewer.authoring.learning import LEARN

        works: dict[str, Work] = {LEARN: lambda job, report: self.learning.work(job, report)}
        if self.settings.has_model:
            works[COMPLETE] = lambda job, report: self.completing.work(job, report)
        return works

    @cached_property
    def learning(self) -> QuestionLearning:
        """What becomes of labelled answers in the background."""
        from interviewer.authoring.learning import QuestionLearning
        from interviewer.records.store import utc_now

        model = {ExaminerName.LLM: lambda: self.llm_examiner} if ExaminerName.LLM in self.examiners else {}
        return QuestionLearning(
            self.authored, self.labelled, lambda content, id, number: self.authoring.check(content, id, number).question, model, utc_now
        )

    @cached_property
    def labelled_answers(self) -> LabelledAnswers:
        """The use cases of labelled answers."""
        from interviewer.authoring.answers import LabelledAnswers
        from interviewer.records.store import utc_now

        return LabelledAnswers(store=self.labelled, authoring=self.authoring, now=utc_now, learn=self.learn)

    @cached_property
    def labelled(self) -> LabelledStore:
        """The labelled answers in the records, and what was learned of them."""
        from interviewer.records.labelled import LabelledStore

        return LabelledStore(self.database)

    def learn(self, question_id: str, *, with_model: bool = False) -> None:
        """Learn a question's labelled answers and test it with them, in the background. `with_model`: the language model is tested as well."""
        from interviewer.authoring.learning import LEARN, WITH_MODEL

        self.jobs.ask(LEARN, question_id, wanted={WITH_MODEL: True} if with_model else None)

    @cached_property
    def competencies(self) -> tuple[Competency, ...]:
        """What the report scores, for those who need no question."""
        from interviewer.questions.bank import load_competencies

        return load_competencies(knowledge_folder())

    @cached_property
    def embedder(self) -> Embedder:
        """The endpoint's embeddings if a model for them is set, else the offline ones."""
        from interviewer.questions.embeddings import EndpointEmbedder, HashingEmbedder

        settings = self.settings
        if settings.embeddings_model:
            from interviewer.network import refuse_broken_network

            refuse_broken_network()
            return EndpointEmbedder(
                settings.embeddings_model, api_key=settings.api_key, base_url=settings.base_url, timeout=settings.request_timeout
            )
        return HashingEmbedder(concepts=self.bank.terms)

    @cached_property
    def index(self) -> QuestionIndex:
        """The vector index in the data folder; not opened yet."""
        from interviewer.questions.index import QuestionIndex

        return QuestionIndex(self.settings.data / "index", self.embedder)

    @cached_property
    def index_keeper(self) -> IndexKeeper:
        """What keeps the index at what is asked of others than its author: what somebody published for themselves is not in it."""
        from interviewer.questions.keeping import IndexKeeper

        return IndexKeeper(self.index, self.live_bank.shared)

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
        from interviewer.endpoint.tokens import TokenCounter
        from interviewer.grading.llm.improving import Improver
        from interviewer.grading.llm.prompts import load_prompts

        return Improver(self.endpoint, load_prompts(prompts_folder()), TokenCounter(self.settings.model_name), self.settings)

    @cached_property
    def reworder(self) -> Reworder:
        """What words the prompts of a drill anew by the language model; PromptError without its prompt."""
        from interviewer.endpoint.tokens import TokenCounter
        from interviewer.grading.llm.prompts import load_prompts
        from interviewer.grading.llm.rewording import Reworder

        return Reworder(self.endpoint, load_prompts(prompts_folder()), TokenCounter(self.settings.model_name), self.settings)

    @cached_property
    def summarizer(self) -> Summarizer:
        """What sums an interview up by the language model; PromptError without its prompt."""
        from interviewer.endpoint.tokens import TokenCounter
        from interviewer.grading.llm.prompts import load_prompts
        from interviewer.grading.llm.summary import Summarizer

        return Summarizer(self.endpoint, load_prompts(prompts_folder()), TokenCounter(self.settings.model_name), self.settings)

    @cached_property
    def skills(self) -> SkillList:
        """What postings ask for and texts are about; BankError if the list is not as it should be."""
        from interviewer.questions.skills import load_skills

        return load_skills(knowledge_folder() / "skills.yaml", [each.id for each in self.competencies])

    @cached_property
    def drafter(self) -> Drafter:
        """What completes drafts of questions by the language model; PromptError without its prompts."""
        from interviewer.drafting.model.drafter import Drafter
        from interviewer.endpoint.tokens import TokenCounter
        from interviewer.grading.llm.prompts import load_prompts

        return Drafter(self.endpoint, load_prompts(prompts_folder()), TokenCounter(self.settings.model_name), self.settings)

    def duplicates(self, drafted: Sequence[QuestionDraft], bank: Bank) -> tuple[Likeness, ...]:
        """Which of the drafted questions may be one, or one of the bank."""
        from interviewer.drafting.duplicates import find_duplicates
        from interviewer.questions.bank import load_glossary

        return find_duplicates(drafted, bank.questions, load_glossary(knowledge_folder()))

    @cached_property
    def database(self) -> Database:
        """The database in the data folder, created and migrated as needed."""
        from interviewer.records.database import open_database

        url = self.settings.database_url
        return open_database(self.settings.data, url.get_secret_value() if url else None)

    @property
    def lacks_database(self) -> bool:
        """Whether the database that was opened is not there any more; one look at the file's name."""
        opened: Database | None = self.__dict__.get("database")
        return opened is not None and opened.gone

    @cached_property
    def decoded(self) -> Decoded:
        """What of the records is kept decoded in memory; an erasure clears it for everybody."""
        from interviewer.records.decoded import Decoded

        return Decoded()

    @cached_property
    def store(self) -> Store:
        """The interviews in this data folder's database."""
        from interviewer.records.store import Store

        return Store(self.database, self.decoded)

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
            return tuple(each for interview in read_edited(self.database, None, self.decoded) for each in scored_twice(interview))

        made = cache(lambda: Calibrated(TalkingExaminer(self.llm_examiner), read))
        return {**self.examiners, ExaminerName.LLM: made}

    @cached_property
    def people(self) -> PeopleStore:
        """Who has an account, and how they prove it."""
        from interviewer.records.people import PeopleStore

        return PeopleStore(self.database)

    def person(self, person_id: str) -> Person:
        """Who has this id; somebody of whom nothing is known where there is no such person."""
        return LOCAL_PERSON if person_id == LOCAL_PERSON.id else self.people.get(person_id) or Person(person_id, "")

    @cached_property
    def accounts(self) -> Accounts:
        """What is asked about accounts across the tables, and their deletion."""
        from interviewer.records.accounts import Accounts

        return Accounts(self.database, self.decoded)

    @cached_property
    def people_admin(self) -> PeopleAdmin:
        """The use cases of looking after people."""
        from interviewer.access.people_admin import PeopleAdmin
        from interviewer.records.store import utc_now

        return PeopleAdmin(self.people, self.accounts, utc_now)

    @cached_property
    def desk(self) -> DeskService:
        """The use cases of the coach's desk."""
        from interviewer.interview.desk import DeskService
        from interviewer.records.desk import DeskStore
        from interviewer.records.store import utc_now
        from interviewer.training.digest import digest_of

        return DeskService(
            store=DeskStore(self.database, self.decoded),
            people=self.people,
            bank=self.live_bank,
            worker=self.service.worker,
            examiners=tuple(self.examiners),
            now=utc_now,
            work_out=digest_of,
        )

    @cached_property
    def training(self) -> Training:
        """What was missed comes back: the use cases of the training."""
        from interviewer.records.store import utc_now
        from interviewer.records.training import TrainingStore
        from interviewer.training.rewording import Rewordings
        from interviewer.training.service import Training

        return Training(
            store=TrainingStore(self.database, self.decoded), bank=self.live_bank, now=utc_now, service=self.service,
            rewordings=Rewordings(self.service.writing, lambda: self.reworder) if self.settings.has_model else None,
        )  # fmt: skip

    @cached_property
    def preparing(self) -> Preparing:
        """What somebody can do about a posting and a CV."""
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
        )

    @cached_property
    def posting_reader(self) -> PostingReader:
        """What reads postings by the language model; PromptError without its prompt."""
        from interviewer.endpoint.tokens import TokenCounter
        from interviewer.grading.llm.prompts import load_prompts
        from interviewer.posting.model_reading import PostingReader

        return PostingReader(self.endpoint, load_prompts(prompts_folder()), TokenCounter(self.settings.model_name), self.settings)

    @cached_property
    def project_questioner(self) -> ProjectQuestioner:
        """What drafts questions on somebody's projects by the language model; PromptError without its prompt."""
        from interviewer.endpoint.tokens import TokenCounter
        from interviewer.grading.llm.prompts import load_prompts
        from interviewer.posting.model_questions import ProjectQuestioner

        return ProjectQuestioner(self.endpoint, load_prompts(prompts_folder()), TokenCounter(self.settings.model_name), self.settings)

    @cached_property
    def passwords(self) -> Passwords:
        """Makes and checks password hashes."""
        from interviewer.access.passwords import Passwords

        return Passwords()

    @cached_property
    def entrance(self) -> Entrance:
        """Lets people in by password."""
        from interviewer.access.login import Entrance

        return Entrance(self.people, self.passwords)

    @cached_property
    def openid(self) -> OpenIdProvider | None:
        """The identity provider, None without one; ConfigError if it is set by halves or its address is not protected."""
        settings = self.settings
        secret = settings.openid_client_secret
        if not (settings.openid_issuer or settings.openid_client_id or secret):
            return None
        if not (settings.openid_issuer and settings.openid_client_id and secret and secret.get_secret_value()):
            raise ConfigError(
                "an identity provider is set by halves → set INTERVIEWER_OIDC_ISSUER, …_CLIENT_ID and …_CLIENT_SECRET, or none"
            )
        from interviewer.access.openid import OpenIdProvider, is_protected

        if not is_protected(settings.openid_issuer):
            raise ConfigError("INTERVIEWER_OIDC_ISSUER is no https address → set the issuer as the provider gives it")
        return OpenIdProvider(settings.openid_issuer, client_id=settings.openid_client_id, client_secret=secret)

    @cached_property
    def eraser(self) -> Eraser:
        """What looks after deletions."""
        from interviewer.records.erasure import Eraser

        return Eraser(self.database, self.settings.data)

    @cached_property
    def housekeeper(self) -> Housekeeper:
        """What has to be done again and again."""
        from interviewer.housekeeping import Housekeeper
        from interviewer.records.bank_drafts import BankDraftStore
        from interviewer.records.store import utc_now

        days = self.settings.retention_days
        idle, absolute = timedelta(hours=self.settings.session_idle_hours), timedelta(days=self.settings.session_days)
        kept, postings = timedelta(days=days) if days else None, timedelta(days=self.settings.posting_days)

        def prune(now: datetime) -> None:
            self.people.prune(now, idle=idle, absolute=absolute)
            BankDraftStore(self.database).expire(now)

        return Housekeeper(self.eraser, prune=prune, retention=kept, postings=postings, now=utc_now)

    def start(self) -> None:
        """Begin background work: grading, and opening the index (and the model's libraries) while questions can already be asked."""
        if ExaminerName.LLM in self.examiners:
            self.endpoint.watcher = self.sampling_endpoint.watcher = self._hear_attempt
        self.housekeeper.start()
        self.service.worker.start()
        self.jobs.start()
        later = threading.Timer(WARM_UP_SECONDS, self._warm_up)
        later.daemon = True
        later.start()

    def stop(self) -> None:
        """End background work; what is unfinished goes back to the queue."""
        self.housekeeper.stop()
        self.jobs.stop()
        self.service.worker.stop()
        if ExaminerName.LLM in self.examiners:
            self.endpoint.close()
            self.sampling_endpoint.close()
        self.index_keeper.stop()
        self.index.close()
        self.database.dispose()

    @cached_property
    def metrics(self) -> Metrics:
        """What is counted here, and how things stand by the records."""
        from interviewer import __version__
        from interviewer.observability.metrics import Metrics
        from interviewer.records.store import utc_now

        return Metrics(self._read_load, utc_now, version=__version__)

    def _read_load(self) -> Load | None:
        """How things stand, None if the records do not say."""
        from interviewer.interview.retrying import OF_ALL
        from interviewer.records.load import Budgets, read_load
        from interviewer.records.store import utc_now

        settings = self.settings
        budgets = Budgets(settings.token_budget, settings.cost_budget, settings.daily_tokens, settings.daily_cost)
        try:
            return read_load(self.database, utc_now(), failures=OF_ALL, budgets=budgets)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the records, whoever watches must be told instead of failing
            logger.warning("the records cannot be read for the metrics (%s)", told(error))
            return None

    def _hear_attempt(self, tried: Tried) -> None:
        from interviewer.endpoint.watching import log_attempt

        log_attempt(tried)
        self.metrics.hear_attempt(tried.reason, tried.seconds)

    def _warm_up(self) -> None:
        from interviewer.dialogue.utterances import hear

        tasks = [GradingTask(question, "zh", question.prompt.zh, question.reference.zh) for question in self.bank.questions]
        for task in tasks:
            self.rubric_examiner.grade(task)
        hear(tasks[0].prompt, tasks[0].question, tasks[0].prompt, "zh")
        try:
            self.index_keeper.look()
            self.index_keeper.start()
        except InterviewerError as error:
            logger.warning("answers are graded without passages: %s", error)
        if ExaminerName.LLM in self.examiners:
            self._prepare_model(tasks[:MOST_PREPARED])

    def _prepare_model(self, tasks: list[GradingTask]) -> None:
        from interviewer.grading.llm.examiner import PROMPT

        try:
            self.endpoint.open()
            if self.settings.samples > 1:
                self.sampling_endpoint.open()
            _ = self.llm_examiner  # reads its prompts
            examiner = self._ask_model(self.endpoint, PROMPT)
            for task in tasks:
                examiner.prepare(task)
        except InterviewerError as error:
            logger.warning("the model cannot be asked: %s", error)


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


def name_worker() -> str:
    """A name for this process in the leases, unique among replicas and restarts."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
