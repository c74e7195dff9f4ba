"""Questions that people write here, in the records: their versions, sets, drafts and labelled answers. The format of a question's content is
that of a question file (questions/schema), as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from interviewer.models.interviews import Mode
from interviewer.models.people import Person
from interviewer.models.questions import Bilingual, Lang

Content = Mapping[str, Any]
"""What a question file holds, as JSON, without `id` and `version`: these are the records' own. May be unfinished."""


class QuestionState(StrEnum):
    """DRAFT: never published. PUBLISHED: asked of its audience. WITHDRAWN: was published, and is asked of nobody any more."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Reach(StrEnum):
    """Whom something is published for: its owner alone, the people of one group (and all who coach), or everybody."""

    OWNER = "owner"
    GROUP = "group"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom something is published for. `group`: the label of the people's group where `reach` is GROUP, else ""."""

    reach: Reach = Reach.OWNER
    group: str = ""

    def takes_in(self, viewer: Person, owner: str) -> bool:
        """Whether the viewer is among them. The one local person sees everything on their machine."""
        if viewer.is_local or viewer.id == owner or self.reach is Reach.EVERYBODY:
            return True
        return self.reach is Reach.GROUP and (viewer.may_coach or (bool(self.group) and viewer.group == self.group))


OWNER_ONLY = Audience()


@dataclass(frozen=True, slots=True)
class QuestionVersion:
    """One saved text of a question. `based_on`: the number of the version that it was edited from, 0 for the first.

    `digest`: SHA-256 in hex of the content. `author`: name of who saved it, empty once their account is gone. `tested`: whether its labelled
    answers came out in order under the examiners; `test`: what that showed, None while nobody has tried.
    """

    question_id: str
    number: int
    content: Content
    digest: str
    author_id: str
    author: str
    at: datetime
    note: str = ""
    based_on: int = 0
    tested: bool = False
    test: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class AuthoredQuestion:
    """A question that somebody wrote here. `id`: also its id in the bank. `owner`: id of a person, "" once their account is gone.

    `current`: number of the version that is edited further. `published`: number of the version that is asked, None unless `state` is
    PUBLISHED. `licence`: that of the published version; without one it is asked of nobody but its owner.
    """

    id: str
    owner: str
    state: QuestionState
    current: int
    published: int | None
    audience: Audience
    licence: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions in an order, under a name, with the mode in which they are meant to be asked. `owner`: as of a question."""

    id: str
    owner: str
    name: Bilingual
    mode: Mode
    question_ids: tuple[str, ...]
    audience: Audience
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class BankDraft:
    """Questions being made of a document. `text`: the document's, into which the spans in `content` point; `content`: JSON of whoever drafts.

    `number` counts the saves. After `expires_at` it is deleted.
    """

    id: str
    owner: str
    title: str
    text: str
    content: Mapping[str, Any]
    number: int
    created_at: datetime
    changed_at: datetime
    expires_at: datetime


class Level(StrEnum):
    """How good a labelled answer is meant to be, from best to worst. HOLLOW: well-sounding words that say nothing."""

    EXCELLENT = "excellent"
    GOOD = "good"
    PARTIAL = "partial"
    WEAK = "weak"
    WRONG = "wrong"
    HOLLOW = "hollow"


class PointLabel(StrEnum):
    """What a labelled answer says of one rubric point."""

    COVERED = "covered"
    PARTIAL = "partial"
    MISSING = "missing"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class LabelledAnswer:
    """An answer whose worth is known: a question is tested with these, and the offline examiner learns from them.

    `labels`: by the id of each rubric point; `quotes`: of some of those that are not missing, where the answer says so, word for word: the
    examiner learns far more of an answer with them. `author_id`: who wrote or confirmed it; `by_model`: a model wrote it, and it counts only
    once `confirmed`.
    """

    id: str
    question_id: str
    lang: Lang
    text: str
    level: Level
    labels: Mapping[str, PointLabel] = field(default_factory=dict)
    author_id: str = ""
    by_model: bool = False
    confirmed: bool = True
    at: datetime | None = None
    quotes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LearnedHeads:
    """What the offline examiner learned of one question's labelled answers.

    `digest`: of the question (questions/encoding); `made_of`: of the labelled answers, so that it can be told what judged a grade.
    """

    digest: str
    question_id: str
    made_of: str
    content: bytes
    at: datetime
