"""The use cases of preparing for a posting: reading it and a CV, correcting both, beginning an interview, and what stands behind one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from interviewer.drafting.document import Document
from interviewer.errors import ConfigError, NotFound, StaleMove
from interviewer.interview.service import InterviewService
from interviewer.models import Competency, Interview, Lang, Person, Question, Setup, Ungraded
from interviewer.models.postings import ModelAsked, ModelTask, Posting, PostingContent, Project, Requirement, Resume, Unused
from interviewer.posting.contact import remove_contact
from interviewer.posting.matching import Matcher
from interviewer.posting.model_questions import DraftedByModel, OwnProjects, ProjectQuestioner
from interviewer.posting.model_reading import ModelRequirement, PostingReader, PostingText, ReadByModel
from interviewer.posting.plan import MOST_DRAFTS, OWN, Planned, plan_questions, reasons_of
from interviewer.posting.requirements import MOST_REQUIREMENTS, Wanted, read_posting
from interviewer.posting.resume import read_resume
from interviewer.questions.bank import Banks
from interviewer.questions.skills import SkillList
from interviewer.records.postings import PostingStore, link_interview
from interviewer.text.storable import storable

_TRIES = 5
_MOST_UNUSED = 20
_MOST_MATCHERS = 20
"""Banks for which a matcher is kept in memory: one for each way in which what may be asked differs from person to person."""
_LONGEST_UNUSED = 300


@dataclass(frozen=True, slots=True)
class ModelReaders:
    """Who asks the model; made when first asked."""

    reader: Callable[[], PostingReader]
    questioner: Callable[[], ProjectQuestioner]


@dataclass
class Preparing:
    """What somebody can do about a posting. `deep_dives`: the fixed questions about own projects; `readers`: who asks a model, None without one;
    `test`: has the drafted questions of a posting tested in the background."""

    store: PostingStore
    service: InterviewService
    skills: SkillList
    terms: Sequence[tuple[str, Sequence[str]]]
    bank: Banks
    deep_dives: Sequence[Question]
    now: Callable[[], datetime]
    competencies: Sequence[Competency] = ()
    readers: ModelReaders | None = None
    test: Callable[[Posting], object] = lambda _posting: None
    _matchers: dict[str, Matcher] = field(default_factory=dict)

    def matcher(self, owner: str) -> Matcher:
        """Matches texts with the questions that the person may be asked."""
        bank = self.bank.for_viewer(owner)
        made = self._matchers.get(bank.digest)
        if made is None:
            if len(self._matchers) >= _MOST_MATCHERS:
                self._matchers.clear()
            made = self._matchers[bank.digest] = Matcher(bank.questions, self.skills, self.terms)
        return made

    # ------------------------------------------------------------ reading and correcting

    def read_in(self, viewer: Person, posting: Document | None, cv: Document | None, lang: Lang) -> Posting:
        """Read a posting and a CV, either of which may be missing, and keep what was found for the person to correct.

        ConfigError if there is neither; TooManyPostings.
        """
        if posting is None and cv is None:
            raise ConfigError("there is neither a posting nor a CV → paste one, or choose a file")
        unused = [*(_hidden(posting, "posting") if posting else ()), *(_hidden(cv, "cv") if cv else ())]
        title, requirements, text = "", tuple[Requirement, ...](), ""
        if posting:
            found = read_posting(storable(posting.text))
            text = remove_contact(found.text).text
            title, requirements = found.title, tuple(self.matcher(viewer.id).match(each) for each in found.wanted)
            unused += found.unused
        resume: Resume | None = None
        if cv:
            read = read_resume(storable(cv.text), self.skills, self.now().date(), () if viewer.is_local else (viewer.name,))
            resume = read.resume
            unused += read.unused
        content = PostingContent(title, lang, requirements, resume, unused=tuple(unused[:_MOST_UNUSED]), text=text)
        return self.store.load(self.store.add(viewer.id, content, self.now()), owner=viewer.id)

    def match_again(self, known: Sequence[Requirement], wanted: Sequence[Wanted], *, owner: str) -> tuple[Requirement, ...]:
        """Corrected requirements: what is known stays as it was matched, with its need as corrected; what is new is matched."""
        matcher = self.matcher(owner)
        by_text = {each.text: each for each in known}
        texts = dict.fromkeys(Wanted(" ".join(each.text.split()), each.need) for each in wanted)
        matched = (
            replace(by_text[each.text], need=each.need) if each.text in by_text else matcher.match(each) for each in texts if each.text
        )
        return tuple(matched)[:MOST_REQUIREMENTS]

    def clean(self, resume: Resume) -> Resume:
        """A corrected CV without contact data that was typed in."""
        projects = tuple(Project(remove_contact(each.title).text, remove_contact(each.text).text) for each in resume.projects)
        return replace(resume, projects=projects, text=remove_contact(resume.text).text)

    # ------------------------------------------------------------ the model

    def may_ask(self, content: PostingContent, task: ModelTask) -> bool:
        """Whether a model could be asked this now: there is one, there is something to read, and it is not being asked."""
        asked = content.asked
        has = content.text.strip() if task is ModelTask.REQUIREMENTS else content.resume and content.resume.projects
        return bool(self.readers and has) and not (asked and asked.is_running(self.now()))

    def ask_model(self, posting: Posting, task: ModelTask, lang: Lang) -> None:
        """Have the model read the posting, or draft questions on the projects, as they stand; what comes of it is added to the posting later.

        Changes nothing where that cannot be, or is under way. StaleMove if the posting was changed meanwhile.
        """
        content = posting.content
        if self.readers is None or not self.may_ask(content, task):
            return
        self.store.save(posting, replace(content, asked=ModelAsked(task, self.now())))
        readers, put_down = self.readers, partial(self._put_down, posting.id, posting.owner, task)
        if task is ModelTask.REQUIREMENTS:
            known = tuple(Wanted(each.text, each.need) for each in content.requirements)
            told = PostingText(remove_contact(content.text).text, known, self.competencies, lang)
            self.service.writing.write_for(
                posting.owner, lambda budget: readers.reader().read(replace(told, token_budget=budget)), put_down
            )
        elif content.resume:
            own = OwnProjects(self.clean(content.resume).projects, tuple(each.text for each in content.requirements), lang)
            ask = lambda budget: readers.questioner().draft(replace(own, token_budget=budget))  # noqa: E731
            self.service.writing.write_for(posting.owner, ask, put_down)

    def _put_down(self, posting_id: str, owner: str, task: ModelTask, came: ReadByModel | DraftedByModel | Ungraded) -> None:
        """Add what came of it to the posting as it stands by now; nothing if it was deleted meanwhile."""
        for _ in range(_TRIES):
            with suppress(StaleMove):
                try:
                    posting = self.store.load(posting_id, owner=owner)
                except NotFound:
                    return
                self.store.save(posting, self._with_found(posting, task, came))
                if isinstance(came, DraftedByModel) and came.questions:
                    self.test(posting)
                return

    def _with_found(self, posting: Posting, task: ModelTask, came: ReadByModel | DraftedByModel | Ungraded) -> PostingContent:
        content = posting.content
        asked = ModelAsked(task, content.asked.at if content.asked else self.now())
        if isinstance(came, Ungraded):
            return replace(content, asked=replace(asked, reason=came.reason))
        if isinstance(came, ReadByModel):
            merged = add_found(content.requirements, came.requirements, self.matcher(posting.owner))
            found = len(merged) - len(content.requirements)
            return replace(content, requirements=merged, asked=replace(asked, found=found))
        known = {each.prompt for each in content.drafts}
        new = tuple(each for each in came.questions if each.prompt not in known)
        return replace(content, drafts=(*content.drafts, *new)[-2 * MOST_DRAFTS :], asked=replace(asked, found=len(new)))

    def may_test(self, content: PostingContent) -> bool:
        """Whether there is a drafted question that was not tested yet, and a model to do it."""
        return self.readers is not None and any(each.test is None for each in content.drafts)

    # ------------------------------------------------------------ the interview

    def plan(self, content: PostingContent, count: int, *, owner: str) -> tuple[Planned, ...]:
        """The questions that an interview of the person's would ask now, each with why."""
        questions, matcher = self.bank.for_viewer(owner).questions, self.matcher(owner)
        return plan_questions(content, questions, self.deep_dives, lambda text: matcher.find_questions(text, most=1), count=count)

    def begin(self, posting: Posting, setup: Setup, count: int) -> Interview:
        """Begin an interview for a posting; of the setup language, mode, follow-ups, clock and examiner count.

        ConfigError if no question fits; StaleMove if the posting was deleted meanwhile.
        """
        planned = self.plan(replace(posting.content, lang=setup.lang), count, owner=posting.owner)
        if not planned:
            raise ConfigError("no question fits what was entered → add requirements in other words, or a CV")
        reasons = reasons_of(planned)
        return self.service.begin_with(
            [each.question for each in planned],
            setup,
            owner=posting.owner,
            beside=lambda connection, interview_id: link_interview(connection, interview_id, posting, reasons),
        )

    def own_questions(self, interview: Interview) -> tuple[Question, ...]:
        """The questions of an interview about somebody's own work, as they were asked: the fixed ones and the drafted. No bank has them."""
        fixed = {question.id for question in self.deep_dives}
        return tuple(question for question in interview.questions.values() if question.id in fixed or question.id.startswith(OWN))

    def behind(self, interview_id: str) -> Posting | None:
        """The posting behind an interview that the asker may read, None if there is none."""
        return self.store.behind(interview_id)


def add_found(known: Sequence[Requirement], found: Sequence[ModelRequirement], matcher: Matcher) -> tuple[Requirement, ...]:
    """The requirements with what a model found besides: competencies of those that are known, and those that were overlooked, at the end.

    What is known stays in its words and its need, which the person may have corrected.
    """
    merged = list(known)
    for each in found:
        text = each.wanted.text
        at = next((n for n, other in enumerate(merged) if text in other.text or other.text in text), None)
        base = merged[at] if at is not None else matcher.match(each.wanted)
        better = replace(base, competencies=tuple(dict.fromkeys((*base.competencies, *each.competencies))))
        if at is None:
            merged.append(better)
        else:
            merged[at] = better
    return tuple(merged)[:MOST_REQUIREMENTS]


def _hidden(document: Document, source: str) -> Sequence[Unused]:
    """What nobody sees of a file, in short and without contact data."""
    return [Unused(source, each.why, remove_contact(storable(each.text)).text[:_LONGEST_UNUSED]) for each in document.hidden]
