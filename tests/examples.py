"""Small values for tests: a question of three points, an interview in memory, an examiner that says what it is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from interviewer.grading.examiner import Progress, no_progress
from interviewer.grading.scoring import answer_score
from interviewer.models import (
    SCALE,
    Bilingual,
    CardKey,
    CardMark,
    ExaminerName,
    FalseStatement,
    FollowUp,
    Grade,
    GradeRecord,
    GradingTask,
    Interval,
    Interview,
    MarkKind,
    MemoryState,
    Misconception,
    Mode,
    Outcome,
    Provenance,
    Question,
    Quote,
    Reason,
    Reply,
    ReplyKind,
    RubricPoint,
    Setup,
    Turn,
    TurnKind,
    Ungraded,
    Usage,
    Verdict,
    VerdictStatus,
)
from interviewer.training.cards import Card

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def both(text: str) -> Bilingual:
    """The same in both languages, told apart."""
    return Bilingual(f"{text}（中）", f"{text} (en)")


def question(id: str = "q1", *, hints: int = 2) -> Question:
    """A question of three points: a (50, essential), b (30, essential), c (20)."""
    points = tuple(
        RubricPoint(name, weight, essential, both(f"intent {name}"), accepts=(both(f"route {name}"),), follow_ups=(both(f"probe {name}"),))
        for name, weight, essential in (("a", 50.0, True), ("b", 30.0, True), ("c", 20.0, False))
    )
    return Question(
        id=id, version=1, topic=both(f"topic {id}"), prompt=both(f"prompt {id}"), reference=both(f"reference {id}"),
        competencies=("ml-foundations",), difficulty=2, points=points, hints=tuple(both(f"hint {n}") for n in range(1, hints + 1)),
    )  # fmt: skip


MYTH = Misconception("myth", both("myth"), both("truth"))


def believing(id: str = "q1") -> Question:
    """The question with a known wrong belief about its point a."""
    plain = question(id)
    return replace(plain, points=(replace(plain.points[0], misconceptions=(MYTH,)), *plain.points[1:]))


RICH_ANSWER = "right words, then a myth, a term, and nonsense"


def rich_grade() -> Grade:
    """All that a grade of `RICH_ANSWER` on `believing()` can hold: a covered with a known error beside it, b named, c not recognised,
    an error that no point covers, and an interval."""
    found = (
        Verdict("a", VerdictStatus.COVERED, quote("right words")),
        Verdict("b", VerdictStatus.NAMED, quote("a term"), reason="only the name"),
        Verdict("c", VerdictStatus.MISSING, unsure=True),
    )
    errors = (
        FalseStatement(quote("a myth"), "truth（中）", MYTH.id, "a"),
        FalseStatement(quote("nonsense"), "that is not so"),
    )
    score = answer_score(believing().points, found, errors)
    return Grade(found, score, "feedback", Provenance("rubric", scale=SCALE), errors=errors, interval=Interval(score - 9.4, score + 7.6))


def quote(words: str) -> Quote:
    """These words of `RICH_ANSWER`."""
    start = RICH_ANSWER.index(words)
    return Quote(words, start, start + len(words))


def verdicts(a: str = "missing", b: str = "missing", c: str = "missing") -> tuple[Verdict, ...]:
    """Verdicts by name, credits with a quote."""
    return tuple(
        Verdict(name, VerdictStatus(status), None if status == "missing" else Quote("an", 0, 2))
        for name, status in zip("abc", (a, b, c), strict=True)
    )


def grade(a: str = "covered", b: str = "covered", c: str = "covered", *, follow_up: FollowUp | None = None) -> Grade:
    """A grade with these verdicts."""
    found = verdicts(a, b, c)
    return Grade(
        found,
        answer_score(question().points, found),
        "feedback",
        Provenance("rubric", scale=SCALE),
        usage=Usage(100, 20),
        follow_up=follow_up,
    )


def ungraded(reason: Reason = Reason.TIMEOUT) -> Ungraded:
    """No grade, for this reason."""
    return Ungraded(reason, Provenance("llm", "m"))


def turn(
    seq: int = 1,
    *,
    question_id: str = "q1",
    kind: TurnKind = TurnKind.QUESTION,
    prompt: str | None = None,
    reply: ReplyKind | None = None,
    text: str = "an answer",
    outcomes: Sequence[Outcome] = (),
    pending: bool = False,
    hints: int = 0,
    aimed: str | None = None,
) -> Turn:
    """A turn, open unless it has a reply."""
    asked = START + timedelta(minutes=seq)
    return Turn(
        id=seq, seq=seq, question_id=question_id, question_version=1, kind=kind, prompt=prompt or f"prompt {question_id}（中）", asked_at=asked,
        reply=Reply(reply, text, asked + timedelta(seconds=30)) if reply else None, pending=pending, hints=hints, aimed_point=aimed,
        grades=tuple(GradeRecord(n, f"r{n}", outcome, asked) for n, outcome in enumerate(outcomes)),
    )  # fmt: skip


def interview(*turns: Turn, questions: Sequence[str] = ("q1", "q2"), mode: Mode = Mode.COACHING, follow_ups: int = 1) -> Interview:
    """An interview with these turns."""
    setup = Setup(lang="zh", mode=mode, question_ids=tuple(questions), follow_ups=follow_ups)
    return Interview("i1", "local", setup, START, 1, turns, questions={id: question(id) for id in questions})


class ScriptedExaminer:
    """Gives the outcomes it was handed, in order, the last one for ever; remembers the tasks."""

    def __init__(self, *outcomes: Outcome, before: Callable[[], None] = lambda: None) -> None:
        self.name, self.model = ExaminerName.RUBRIC, ""
        self.tasks: list[GradingTask] = []
        self._outcomes, self._before = list(outcomes), before

    def grade(self, task: GradingTask, progress: Progress = no_progress) -> Outcome:
        """The next outcome, its verdicts reported first."""
        self.tasks.append(task)
        self._before()
        outcome = self._outcomes[0] if len(self._outcomes) == 1 else self._outcomes.pop(0)
        for verdict in outcome.verdicts if isinstance(outcome, Grade) else ():
            progress(verdict)
        return outcome


@dataclass
class Clock:
    """A clock that moves when it is told to. `steady`: seconds that have really passed."""

    at: datetime = START
    passed: float = 0.0

    def __call__(self) -> datetime:
        return self.at

    def steady(self) -> float:
        return self.passed

    def forward(self, **units: float) -> None:
        """Time passes."""
        self.at += timedelta(**units)
        self.passed += timedelta(**units).total_seconds()

    def jump(self, **units: float) -> None:
        """Somebody sets the clock."""
        self.at += timedelta(**units)


def held_card(id: str = "q1", point: str = "a", *, due: int | None = 0, mark: MarkKind | None = None, topic: str = "topic") -> Card:
    """A card of `question(id)`, due so many days after START; None: never asked."""
    asked = replace(question(id), topic=Bilingual(topic, topic))
    key = CardKey(id, point)
    state = None if due is None else MemoryState(key, 5.0, 5.0, START - timedelta(days=3), START + timedelta(days=due), 2, 1, 1)
    return Card(key, asked, asked.point(point), state, CardMark(key, mark, "me", START) if mark else None)
