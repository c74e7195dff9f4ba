"""What an examiner is asked and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from interviewer.models.dialogue import Aside, Heard, Utterance
from interviewer.models.questions import Lang, Passage, Question


class VerdictStatus(StrEnum):
    """How an answer meets one rubric point.

    COVERED: the core of the idea with a how, why, means or condition; short is enough. PARTIAL: clearly touched, vague or half.
    NAMED: a bare term, a term in a list, a word that the question gave. WRONG: false and misleading, with nothing right beside it.
    """

    COVERED = "covered"
    PARTIAL = "partial"
    NAMED = "named"
    MISSING = "missing"
    WRONG = "wrong"

    # Looked up some thousand times a page; Enum's own is written in Python.
    __hash__ = str.__hash__


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
    `unsure`: MISSING, but the examiner cannot tell; shown as "not recognised", and a matter for the coach.
    `guarded`: the reason tells more than a candidate may read; it is for the coach alone.
    """

    point_id: str
    status: VerdictStatus
    quote: Quote | None = None
    reason: str = ""
    misconception: str | None = None
    unproven: bool = False
    unsure: bool = False
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class FalseStatement:
    """Something false that the answer says. It costs a share of its point's weight; the right part of the point keeps its verdict.

    `explanation`: what is wrong, in the language of the answer. `misconception`: id of the known wrong belief, or None.
    `point_id`: the rubric point that it is about, None if none is.
    """

    quote: Quote
    explanation: str = ""
    misconception: str | None = None
    point_id: str | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """Where an expert's score of the same answer lies in 80 of 100 cases. `low`, `high`: 0–100."""

    low: float
    high: float


SCALE = 3
"""The scale that new grades are on (`grading.scoring.SCALES`); grades from before there were several are on the first."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What of one answer counts for the score. `scale`: version of the rules by which it becomes a number."""

    verdicts: tuple[Verdict, ...]
    errors: tuple[FalseStatement, ...] = ()
    scale: int = SCALE


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question that probes one rubric point further."""

    point_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """All that is needed to explain a grade, or to give it again.

    `model`: the language model, or the version of the offline examiner's rules, e.g. "rubric-v2" (empty before there were versions).
    `passages`: ids of the passages that the examiner saw. `prompt_version`: e.g. "grade-v1", empty without a prompt.
    `samples`: how many times the model was asked and gave findings that were put to the vote. `stand_in`: given in the place of
    the examiner that was chosen, because that one could not judge; its own grade, whenever it comes, counts instead.
    """

    examiner: str
    model: str = ""
    prompt_version: str = ""
    question_version: int = 1
    passages: tuple[str, ...] = ()
    samples: int = 1
    stand_in: bool = False
    scale: int = 1


@dataclass(frozen=True, slots=True)
class Usage:
    """What a grade took. Tokens as the endpoint counts them, else as we do; `cost` in `currency` units or None if no price is set."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    cost: float | None = None
    milliseconds: float = 0.0
    calls: int = 0

    def __add__(self, other: Usage) -> Usage:
        """Both together, one after the other; a price that only one of them has is the price of both."""
        costs = [cost for cost in (self.cost, other.cost) if cost is not None]
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            cost=sum(costs) if costs else None,
            milliseconds=self.milliseconds + other.milliseconds,
            calls=self.calls + other.calls,
        )


class Flag(StrEnum):
    """Something that a coach should look at; it never changes a score."""

    HIDDEN_TEXT = "hidden_text"
    MANIPULATION = "manipulation"
    LOW_CONFIDENCE = "low_confidence"
    DISAVOWED = "disavowed"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What another examiner found on the same answer. Kept beside a grade; it changes nothing in it. `score`: 0–100."""

    verdicts: tuple[Verdict, ...]
    score: float
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Grade:
    """One examiner's finding on one answer. `score`: 0–100, computed by `grading.scoring` from the verdicts, never by a model.

    `beyond`: right ideas that the rubric does not list. `feedback`: two to four sentences in the answer's language.
    `disagreement`: share (0–1) of the points on which the model's samples differ, None if it was asked once.
    `errors`: false statements, those that no point covers among them. `interval`: None where it is not known.
    `reply`: one or two spoken sentences to the candidate, before what comes next. `utterance`: ANSWER or MIXED.
    `dropped_follow_up`: why the follow-up that the model proposed is not asked, empty if it is or there was none.
    """

    verdicts: tuple[Verdict, ...]
    score: float
    feedback: str
    provenance: Provenance
    usage: Usage = Usage()
    beyond: tuple[str, ...] = ()
    follow_up: FollowUp | None = None
    flags: tuple[Flag, ...] = ()
    disagreement: float | None = None
    second_opinion: Opinion | None = None
    errors: tuple[FalseStatement, ...] = ()
    interval: Interval | None = None
    reply: str = ""
    utterance: Utterance = Utterance.ANSWER
    dropped_follow_up: str = ""

    @property
    def findings(self) -> Findings:
        """What of the grade counts for the score of its question."""
        return Findings(self.verdicts, self.errors, self.provenance.scale)


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
    PROMPT_CUT = "prompt_cut"
    NOT_CONFIGURED = "not_configured"
    INTERRUPTED = "interrupted"
    NOT_RECOGNISED = "not_recognised"
    INTERNAL = "internal"

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed a little later without anybody mending anything."""
        return self in _RETRYABLE


_RETRYABLE = frozenset(
    {Reason.RATE_LIMIT, Reason.TIMEOUT, Reason.UNREACHABLE, Reason.SERVER_ERROR, Reason.UNPARSABLE, Reason.CUT_OFF, Reason.INTERRUPTED}
)


@dataclass(frozen=True, slots=True)
class Ungraded:
    """The answer is kept, but there is no grade, and why. Never a number. `detail` holds no answer, prompt or key."""

    reason: Reason
    provenance: Provenance
    detail: str = ""
    usage: Usage = Usage()
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class AsideReply:
    """What was sent is no answer: what the interviewer says to it. No number comes of it, and the turn stays open.

    `given`, `assumed`, see `Aside`.
    """

    utterance: Utterance
    reply: str
    provenance: Provenance
    usage: Usage = Usage()
    given: str | None = None
    assumed: str = ""


Outcome = Grade | AsideReply | Ungraded


@dataclass(frozen=True, slots=True)
class Exchange:
    """A prompt and what the candidate answered to it, earlier in the same question; and what was made of it.

    `verdicts`: what was found, empty without a grade. `reply`, `feedback`: what the candidate was told.
    """

    prompt: str
    answer: str
    verdicts: tuple[Verdict, ...] = ()
    reply: str = ""
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class GradingTask:
    """One answer to be judged.

    `prompt` is what was asked this time: the question, or a follow-up aimed at `aimed_point`. `dialogue`: the earlier
    exchanges of this question, oldest first. `asked`: follow-ups already put, not to be repeated. `lang`: of the interview.
    `token_budget` and `time_budget` (seconds): what the judgement may take at most, None for what the settings allow.
    `heard`: what code takes the message for, None if nobody has looked yet. `asides`: what was said beside the answers to this
    question, oldest first. `said`: replies of the interview so far, not to be repeated. `neutral`: an exam, where replies say nothing
    of how good the answer is. `follow_ups_left`: how many may still come after this answer. `claim`: words of the answer that the
    candidate says hold the point `aimed_point`, which is then judged alone.
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
    time_budget: float | None = None
    heard: Heard | None = None
    asides: tuple[Aside, ...] = ()
    said: tuple[str, ...] = ()
    neutral: bool = False
    follow_ups_left: int = 1
    claim: Quote | None = None
