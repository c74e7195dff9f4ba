"""What somebody prepares for: the requirements of a posting, what their CV tells, and the questions that follow from both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from interviewer.models.grading import Reason
from interviewer.models.improvements import LOST_AFTER
from interviewer.models.questions import Lang


class Need(StrEnum):
    """How much a posting asks for something."""

    MUST = "must"
    NICE = "nice"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that a posting asks for, in its own words. `skills`, `competencies`, `question_ids`: what it is matched with."""

    text: str
    need: Need
    skills: tuple[str, ...] = ()
    competencies: tuple[str, ...] = ()
    question_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """One project of a CV. `text`: what it says of it, without contact data."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Resume:
    """What a CV tells, without contact data. `skills`: ids; `years`: of work, None if it does not say.

    `text`: what it says beside its projects, which is read only to find what an answer contradicts. `removed`: how many pieces of contact data were taken out, by
    kind.
    """

    projects: tuple[Project, ...] = ()
    skills: tuple[str, ...] = ()
    years: float | None = None
    text: str = ""
    removed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DraftPoint:
    """An idea that a good answer to a drafted question holds. `weight`: marks out of 100."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class ProjectQuestion:
    """A question on somebody's own project that a model drafted. `quote`: the words of the CV that it rests on, found there by code.

    `chosen`: the person wants to be asked it. `model`, `prompt_version`: who drafted it. `test`: what its sample answers showed under those
    who judge here (authoring/selftest), None before that.
    """

    prompt: str
    quote: str
    reference: str
    points: tuple[DraftPoint, ...]
    lang: Lang
    model: str = ""
    prompt_version: str = ""
    chosen: bool = False
    test: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Unused:
    """Words of a file that were left out. `source`: "posting" or "cv"; `why`: as `HiddenText.why`, or "order" for words to the machine."""

    source: str
    why: str
    text: str


class ModelTask(StrEnum):
    """What a model is asked to do."""

    REQUIREMENTS = "requirements"
    QUESTIONS = "questions"


@dataclass(frozen=True, slots=True)
class ModelAsked:
    """That a model was asked, at `at`; `found`: how much that was new came of it, `reason`: why nothing did, neither while it is on its way."""

    task: ModelTask
    at: datetime
    found: int | None = None
    reason: Reason | None = None

    def is_running(self, now: datetime) -> bool:
        """Whether something may yet come of it."""
        return self.found is None and self.reason is None and now - self.at < LOST_AFTER


@dataclass(frozen=True, slots=True)
class PostingContent:
    """All that is kept of a posting and a CV, as the person corrected it.

    `text`: the posting's own, without contact data and without words to a machine: what a model would be sent.
    """

    title: str
    lang: Lang
    requirements: tuple[Requirement, ...] = ()
    resume: Resume | None = None
    drafts: tuple[ProjectQuestion, ...] = ()
    unused: tuple[Unused, ...] = ()
    text: str = ""
    asked: ModelAsked | None = None


class ReasonKind(StrEnum):
    """Why a question is asked."""

    REQUIREMENT = "requirement"
    PROJECT = "project"
    DEEP_DIVE = "deep_dive"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class AskingReason:
    """Why a question of an interview is asked. `words`: of the posting or the CV; `need`: of a requirement."""

    kind: ReasonKind
    words: str = ""
    need: Need | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """A stored posting. `version` rises with every change. `interviews`: why each question is asked, by interview and question id."""

    id: str
    owner: str
    created_at: datetime
    version: int
    content: PostingContent
    interviews: Mapping[str, Mapping[str, tuple[AskingReason, ...]]] = field(default_factory=dict)
