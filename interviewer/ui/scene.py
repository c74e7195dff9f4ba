"""What the page shows of an interview: the records rendered, piece by piece. Reads only; decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interviewer.grading.scoring import HINT_COST, question_score
from interviewer.insight.again import compare_with_earlier
from interviewer.insight.report import build_report
from interviewer.interview.contesting import contest_of, is_judged_anew
from interviewer.interview.flow import AwaitGrade, AwaitNext, AwaitReply, Finished, next_move
from interviewer.interview.judging import spending_of
from interviewer.interview.results import QuestionResult, Standing, interval_of, results_of
from interviewer.interview.service import InterviewService, hints_left
from interviewer.models import Bilingual, Interval, Interview, Lang, Mode, Question, RubricPoint, Turn, TurnKind, Verdict, VerdictStatus
from interviewer.records.store import utc_now
from interviewer.ui.charts import draw_radar
from interviewer.ui.labels import words
from interviewer.ui.render import format_score, render
from interviewer.ui.setup_form import Catalogue

GOOD_SCORE = 75


@dataclass(frozen=True, slots=True)
class Scene:
    """The page's pieces: drawn HTML, the draft, and what two of the buttons say."""

    bar: str
    place: str = ""
    stage: str = ""
    side: str = ""
    report: str = ""
    history: str = ""
    draft: str = ""
    hint_label: str = ""
    next_label: str = ""


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn as the stage shows it. `score` and `interval`: of the question up to this turn; `listed`: the verdicts worth showing here."""

    turn: Turn
    hints: tuple[Bilingual, ...]
    hint_offset: int
    score: float | None
    listed: tuple[Verdict, ...]
    partial: tuple[Verdict, ...]
    checking: RubricPoint | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """A line of the progress list. `mark`: a score, a tick, a dash or nothing."""

    topic: str
    mark: str
    now: bool


def draw_home(service: InterviewService, catalogue: Catalogue, lang: Lang, *, owner: str) -> Scene:
    """The set-up with the history below it."""
    bar = _draw_bar(catalogue, lang, view="home", examiner=catalogue.default_examiner.value)
    history = render("history", lang, rows=service.history(owner=owner))
    return Scene(bar, history=history)


def draw_interview(interview: Interview, service: InterviewService, catalogue: Catalogue, lang: Lang) -> Scene:
    """The room while the interview runs, the report once it has ended."""
    results = results_of(interview)
    move = next_move(interview)
    turn = interview.current
    assert turn is not None
    if isinstance(move, Finished):
        bar = _draw_bar(catalogue, lang, view="report", examiner=interview.setup.examiner.value, interview=interview)
        report = _draw_report(interview, service, catalogue, lang)
        return Scene(bar, place=place_of(interview), report=report)
    t, left = words(lang), hints_left(interview, turn)
    return Scene(
        bar=_draw_room_bar(interview, results, service, catalogue, lang),
        place=place_of(interview),
        stage=_draw_stage(interview, service, catalogue, lang),
        side=render("side", lang, lines=_progress(interview, results, lang), spending=spending_of(interview)),
        draft=turn.draft,
        hint_label=t["hint_button"].format(cost=f"{HINT_COST:g}") if left else t["hint_none"],
        next_label=t["see_report"] if isinstance(move, AwaitNext) and move.last else t["next_question"],
    )


def _draw_report(interview: Interview, service: InterviewService, catalogue: Catalogue, lang: Lang) -> str:
    report = build_report(interview, catalogue.bank.competencies)
    radar = draw_radar(report.competencies)
    return render(
        "report", lang, report=report, radar=radar, interview=interview, export=False, pending=_due(interview), model=catalogue.model,
        earlier=compare_with_earlier(interview, service.earlier(interview)),
    )  # fmt: skip


def place_of(interview: Interview) -> str:
    """Where the page stands: "interview/turn"."""
    return f"{interview.id}/{interview.current.seq if interview.current else 0}"


def pending_request(interview: Interview) -> int | None:
    """The turn whose running grade the page waits for: the current one's, one of which a point is judged anew, or any on the report."""
    waiting = [turn for turn in interview.turns if turn.pending and (interview.finished_at or _is_watched(interview, turn))]
    return min(waiting, key=lambda turn: (turn.waiting is not None, -turn.seq)).id if waiting else None


def _is_watched(interview: Interview, turn: Turn) -> bool:
    current = interview.current
    return turn is current or (current is not None and turn.question_id == current.question_id and is_judged_anew(turn))


def _due(interview: Interview) -> str:
    """How eagerly the page asks again: "pending" while a grade is being made, "waiting" while one is tried again later, else empty."""
    request = pending_request(interview)
    late = [turn.waiting for turn in interview.turns if turn.id == request and turn.waiting and not turn.waiting.running]
    return "" if request is None else "waiting" if late else "pending"


def shows_grades(interview: Interview) -> bool:
    """An exam keeps everything back until its end."""
    return interview.setup.mode is Mode.COACHING or interview.finished_at is not None


# ---------------------------------------------------------------- the bar and the side


def _draw_bar(
    catalogue: Catalogue,
    lang: Lang,
    *,
    view: str,
    examiner: str,
    interview: Interview | None = None,
    steps: Sequence[str] = (),
    number: int = 0,
    deadline: str = "",
) -> str:
    query = f"?interview={interview.id}" if interview else ""
    return render(
        "bar", lang, view=view, place=place_of(interview) if interview else "", home=_home(lang), other=_home("en" if lang == "zh" else "zh") + query,
        steps=steps, number=number, deadline=deadline, now=utc_now().isoformat(), examiner=examiner,
        model=(catalogue.model or "") if examiner == "llm" else "",
    )  # fmt: skip


def _home(lang: Lang) -> str:
    return "/" if lang == "zh" else "/en/"


def _draw_room_bar(
    interview: Interview, results: Sequence[QuestionResult], service: InterviewService, catalogue: Catalogue, lang: Lang
) -> str:
    current = interview.current
    assert current is not None
    deadline = service.deadline_of(interview)
    return _draw_bar(
        catalogue, lang, view="room", examiner=interview.setup.examiner.value, interview=interview,
        steps=[_step(interview, result) for result in results],
        number=interview.setup.question_ids.index(current.question_id) + 1,
        deadline=deadline.isoformat() if deadline else "",
    )  # fmt: skip


def _step(interview: Interview, result: QuestionResult) -> str:
    current = interview.current
    if current and result.question.id == current.question_id:
        return "now"
    if result.standing is Standing.NOT_ASKED:
        return ""
    if not shows_grades(interview) or result.score is None:
        return "d"
    return "g" if result.score >= GOOD_SCORE else "p"


def _progress(interview: Interview, results: Sequence[QuestionResult], lang: Lang) -> list[ProgressLine]:
    current = interview.current
    lines = []
    for result in results:
        now = current is not None and result.question.id == current.question_id
        lines.append(ProgressLine(result.question.topic[lang], _mark(interview, result), now))
    return lines


def _mark(interview: Interview, result: QuestionResult) -> str:
    if result.standing is Standing.NOT_ASKED:
        return ""
    if result.standing is Standing.OPEN:
        return "…"
    if not shows_grades(interview):
        return "✓"
    return "…" if result.standing is Standing.PENDING else format_score(result.score)


# ---------------------------------------------------------------- the stage


def _draw_stage(interview: Interview, service: InterviewService, catalogue: Catalogue, lang: Lang) -> str:
    """The current question and what was said to it, with the verdicts of a running grade as far as they are known."""
    current = interview.current
    assert current is not None
    question = interview.questions[current.question_id]
    names = catalogue.competencies(lang)
    return render(
        "stage", lang, question=question, setup=interview.setup, state=_state(interview), show=shows_grades(interview),
        pending=_due(interview), competencies=[names[id] for id in question.competencies if id in names],
        turns=_turn_views(interview, question, service), keys=_key_points(question), revealed=current.revealed, hints_left=hints_left(interview, current),
        model=catalogue.model, contest=contest_of(interview, question.id),
    )  # fmt: skip


def _state(interview: Interview) -> str:
    match next_move(interview):
        case AwaitReply():
            return "reply"
        case AwaitGrade():
            return "grading"
        case _:
            return "next"


def _turn_views(interview: Interview, question: Question, service: InterviewService) -> list[TurnView]:
    views: list[TurnView] = []
    turns = interview.turns_of(question.id)
    offset = 0
    for position, turn in enumerate(turns):
        graded = [earlier.grade.findings for earlier in turns[: position + 1] if earlier.grade]
        hints = sum(earlier.hints for earlier in turns[: position + 1])
        marked = question_score(question, graded, hints=hints) if turn.grade else None
        partial = (service.watch(turn.id, seen=-1, timeout=0) or ()) if turn.pending else ()
        views.append(
            TurnView(
                turn, question.hints[offset : offset + turn.hints], offset, marked.score if marked else None,
                _listed(turn), partial, question.points[len(partial)] if len(partial) < len(question.points) else None,
                interval_of(turns[: position + 1]),
            )
        )  # fmt: skip
        offset += turn.hints
    return views


def _listed(turn: Turn) -> tuple[Verdict, ...]:
    if turn.grade is None or turn.kind is TurnKind.QUESTION:
        return turn.grade.verdicts if turn.grade else ()
    # A follow-up is about one point: what it did not touch is no gap of this answer.
    return tuple(
        verdict for verdict in turn.grade.verdicts if verdict.status is not VerdictStatus.MISSING or verdict.point_id == turn.aimed_point
    )


def _key_points(question: Question) -> list[RubricPoint]:
    return sorted(question.points, key=lambda point: (not point.essential, -point.weight))[:3]
