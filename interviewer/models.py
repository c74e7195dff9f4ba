"""The frozen values that every room speaks. They know nothing of storage, files, the network or the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same text in Chinese and English."""

    zh: str
    en: str

    def __getitem__(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en


# ---------------------------------------------------------------- questions


@dataclass(frozen=True, slots=True)
class Competency:
    """One of the abilities that the report scores. `short` fits on a radar chart."""

    id: str
    name: Bilingual
    short: Bilingual


@dataclass(frozen=True, slots=True)
class Misconception:
    """A wrong belief about a point, what is right instead, and the cues by which it is known (knowledge/README.md)."""

    id: str
    statement: Bilingual
    correction: Bilingual
    cues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RubricPoint:
    """One idea that a good answer holds. `weight`: marks out of 100; `essential`: no good short reply lacks it."""

    id: str
    weight: float
    essential: bool
    intent: Bilingual
    accepts: tuple[Bilingual, ...] = ()
    covered_cues: tuple[str, ...] = ()
    partial_cues: tuple[str, ...] = ()
    misconceptions: tuple[Misconception, ...] = ()
    follow_ups: tuple[Bilingual, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the bank with its reference answer and rubric.

    `derived`: the points were taken from the reference, not written by hand. `terms`: named sets of words for the cues.
    `difficulty`: 1 junior, 2 regular, 3 senior.
    """

    id: str
    version: int
    topic: Bilingual
    prompt: Bilingual
    reference: Bilingual
    competencies: tuple[str, ...]
    difficulty: int
    points: tuple[RubricPoint, ...]
    hints: tuple[Bilingual, ...] = ()
    order: int | None = None
    derived: bool = False
    terms: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def point(self, point_id: str) -> RubricPoint:
        """The point of that id; KeyError if there is none."""
        for point in self.points:
            if point.id == point_id:
                return point
        raise KeyError(point_id)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the bank as the vector index holds it. `similarity`: cosine, -1 to 1, to whatever was asked."""

    id: str
    question_id: str
    kind: Literal["reference", "point", "misconception"]
    lang: Lang
    text: str
    similarity: float = 0.0


# ---------------------------------------------------------------- grading


class VerdictStatus(StrEnum):
    """How an answer meets one rubric point."""

    COVERED = "covered"
    PARTIAL = "partial"
    MISSING = "missing"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Quote:
    """The candidate's own words: `text == answer[start:end]`, positions in code points of the answer as typed."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The finding on one rubric point.

    `reason`: one short sentence in the language of the answer. `misconception`: id of the wrong belief, when WRONG.
    `unproven`: the examiner claimed more, but its quote was not found in the answer, so code took the credit back.
    """

    point_id: str
    status: VerdictStatus
    quote: Quote | None = None
    reason: str = ""
    misconception: str | None = None
    unproven: bool = False


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question that probes one rubric point further."""

    point_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """All that is needed to explain a grade, or to give it again.

    `passages`: ids of the passages that the examiner saw. `prompt_version`: e.g. "grade-v1", empty without a prompt.
    """

    examiner: str
    model: str = ""
    prompt_version: str = ""
    question_version: int = 1
    passages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """What a grade took. Tokens as the endpoint counts them, else as we do; `cost` in `currency` units or None if no price is set."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    cost: float | None = None
    milliseconds: float = 0.0
    calls: int = 0


class Flag(StrEnum):
    """Something that a coach should look at; it never changes a score."""

    HIDDEN_TEXT = "hidden_text"
    MANIPULATION = "manipulation"


@dataclass(frozen=True, slots=True)
class Grade:
    """One examiner's finding on one answer. `score`: 0–100, computed by `grading.scoring` from the verdicts, never by a model.

    `beyond`: right ideas that the rubric does not list. `feedback`: two to four sentences in the answer's language.
    """

    verdicts: tuple[Verdict, ...]
    score: float
    feedback: str
    provenance: Provenance
    usage: Usage = Usage()
    beyond: tuple[str, ...] = ()
    follow_up: FollowUp | None = None
    flags: tuple[Flag, ...] = ()


class Reason(StrEnum):
    """Why there is no grade. The page's words for each are in ui/labels."""

    WRONG_KEY = "wrong_key"
    NO_SUCH_MODEL = "no_such_model"
    QUOTA = "quota"
    RATE_LIMIT = "rate_limit"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    SERVER_ERROR = "server_error"
    REFUSAL = "refusal"
    CUT_OFF = "cut_off"
    UNPARSABLE = "unparsable"
    BUDGET = "budget"
    TOO_LONG = "too_long"
    NOT_CONFIGURED = "not_configured"
    INTERNAL = "internal"

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed a little later without anybody mending anything."""
        return self in _RETRYABLE


_RETRYABLE = frozenset({Reason.RATE_LIMIT, Reason.TIMEOUT, Reason.UNREACHABLE, Reason.SERVER_ERROR, Reason.UNPARSABLE, Reason.CUT_OFF})


@dataclass(frozen=True, slots=True)
class Ungraded:
    """The answer is kept, but there is no grade, and why. Never a number. `detail` holds no answer, prompt or key."""

    reason: Reason
    provenance: Provenance
    detail: str = ""
    usage: Usage = Usage()
    retry_after: float | None = None


Outcome = Grade | Ungraded


@dataclass(frozen=True, slots=True)
class Exchange:
    """A prompt and what the candidate answered to it, earlier in the same question."""

    prompt: str
    answer: str


@dataclass(frozen=True, slots=True)
class GradingTask:
    """One answer to be judged.

    `prompt` is what was asked this time: the question, or a follow-up aimed at `aimed_point`. `dialogue`: the earlier
    exchanges of this question, oldest first. `asked`: follow-ups already put, not to be repeated. `lang`: of the interview.
    """

    question: Question
    lang: Lang
    prompt: str
    answer: str
    dialogue: tuple[Exchange, ...] = ()
    aimed_point: str | None = None
    asked: tuple[str, ...] = ()
    passages: tuple[Passage, ...] = ()
    want_follow_up: bool = True
    token_budget: int | None = None


# ---------------------------------------------------------------- interviews


class Mode(StrEnum):
    """COACHING: feedback after every answer. EXAM: as in a real interview, nothing until the end."""

    COACHING = "coaching"
    EXAM = "exam"


class ExaminerName(StrEnum):
    """Who judges."""

    RUBRIC = "rubric"
    LLM = "llm"


class TurnKind(StrEnum):
    """A turn opens with the question itself, or with a follow-up to it."""

    QUESTION = "question"
    FOLLOW_UP = "follow_up"


class ReplyKind(StrEnum):
    """How the candidate closed a turn. TIMED_OUT: the clock ran out; what was typed is the answer."""

    TEXT = "text"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    TIMED_OUT = "timed_out"


@dataclass(frozen=True, slots=True)
class Setup:
    """What the candidate chose. `follow_ups`: 0–3 per question; `minutes`: per question, None for no clock."""

    lang: Lang = "zh"
    mode: Mode = Mode.COACHING
    question_ids: tuple[str, ...] = ()
    follow_ups: int = 1
    minutes: int | None = None
    examiner: ExaminerName = ExaminerName.RUBRIC


@dataclass(frozen=True, slots=True)
class Reply:
    """What the candidate gave to a turn. `text` is kept as typed, hidden characters and all."""

    kind: ReplyKind
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GradeRecord:
    """A stored outcome of one grading request. `at`: UTC."""

    id: int
    request_id: str
    outcome: Outcome
    at: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """One prompt of the interviewer and what came of it. `grades`: oldest first; the last one counts.

    `pending`: a grading request for this turn is queued or running. `aimed_point`: of a follow-up. `hints`: how many were shown.
    """

    id: int
    seq: int
    question_id: str
    question_version: int
    kind: TurnKind
    prompt: str
    asked_at: datetime
    aimed_point: str | None = None
    hints: int = 0
    reply: Reply | None = None
    grades: tuple[GradeRecord, ...] = ()
    pending: bool = False
    revealed: bool = False
    draft: str = ""

    @property
    def outcome(self) -> Outcome | None:
        """The last word on this turn, or None while there is none."""
        return self.grades[-1].outcome if self.grades else None

    @property
    def grade(self) -> Grade | None:
        """The last word, if it is a grade."""
        return self.outcome if isinstance(self.outcome, Grade) else None


@dataclass(frozen=True, slots=True)
class Interview:
    """One interview as its records tell it.

    `version` rises with every change of the dialogue and refuses a move made on an older page. `turns`: in order of `seq`.
    `questions`: the question as it was when the interview began, by id, so that the bank may change under it.
    """

    id: str
    owner: str
    setup: Setup
    created_at: datetime
    version: int
    turns: tuple[Turn, ...] = ()
    finished_at: datetime | None = None
    questions: dict[str, Question] = field(default_factory=dict)

    @property
    def current(self) -> Turn | None:
        """The turn that was opened last."""
        return self.turns[-1] if self.turns else None

    def turns_of(self, question_id: str) -> tuple[Turn, ...]:
        """The turns spent on one question, in order."""
        return tuple(turn for turn in self.turns if turn.question_id == question_id)
