"""What the page shows of an interview: the records rendered, piece by piece. Reads only; decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interviewer.grading.scoring import HINT_COST, QuestionScore, question_score
from interviewer.insight.again import compare_with_earlier
from interviewer.insight.report import build_report
from interviewer.interview.contesting import contest_of, is_judged_anew
from interviewer.interview.disclosure import held_back, is_over
from interviewer.interview.flow import AwaitGrade, AwaitNext, AwaitReply, Finished, next_move
from interviewer.interview.judging import spending_of
from interviewer.interview.last_word import as_it_counts, decision_on
from interviewer.interview.results import QuestionResult, QuestionStatus, interval_of, result_of, results_of
from interviewer.interview.service import InterviewService, hints_left
from interviewer.models import (
    Bilingual,
    Interval,
    Interview,
    Lang,
    Mode,
    Question,
    Reason,
    RubricPoint,
    Sentence,
    SummaryText,
    Turn,
    Verdict,
    VerdictStatus,
)
from interviewer.models.assigned_work import is_late
from interviewer.models.assignments import Closed, OwnAssignment
from interviewer.models.postings import Posting
from interviewer.posting.service import Preparing
from interviewer.records.store import utc_now
from interviewer.training.service import Today, Training
from interviewer.ui.charts import draw_radar
from interviewer.ui.drill_scene import draw_drill, draw_drill_end, draw_drill_side, missed_keys, read_schedule
from interviewer.ui.labels import words
from interviewer.ui.posting_view import view_posting
from interviewer.ui.render import format_score, render
from interviewer.ui.setup_form import Catalogue
from interviewer.ui.today import draw_today, read_recalled, read_today

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
    today: str = ""
    draft: str = ""
    hint_label: str = ""
    next_label: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A grade in the thread. `score` and `interval`: of the question up to this turn; `gain`: what a follow-up added, None for the answer.

    `listed`: what was found in this turn; `left`: points of which nothing was said so far.
    """

    score: float
    gain: float | None
    interval: Interval | None
    listed: tuple[Verdict, ...]
    left: int


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn as the thread shows it. `hint_offset`: hints that were shown before it; `checked`: points of a running grade that are judged."""

    turn: Turn
    hints: tuple[Bilingual, ...]
    hint_offset: int
    checked: int
    card: Card | None


@dataclass(frozen=True, slots=True)
class ImprovedView:
    """The candidate's answer, improved. `state`: "ask" (with the `reason` if it failed), "running" or "done" (with its sentences)."""

    state: str
    sentences: tuple[Sentence, ...] = ()
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class SummaryView:
    """What the model says of the whole. `state`: "ask" (with the `reason` if it failed), "running" or "done" (with its text)."""

    state: str
    text: SummaryText | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """A line of the progress list. `mark`: a score, a tick, a dash or nothing."""

    topic: str
    mark: str
    now: bool


def draw_home(
    service: InterviewService,
    catalogue: Catalogue,
    lang: Lang,
    *,
    owner: str,
    training: Training | None = None,
    minutes: int | None = None,
    assigned: Sequence[OwnAssignment] = (),
) -> Scene:
    """What was assigned, today's training, the set-up, and the history below it. `minutes`: for the training, None for what the person chose."""
    today, rows = read_today(training, owner, minutes), service.history(owner=owner)
    news = service.reviews.unseen(owner)
    bar = _draw_bar(catalogue, lang, view="home", examiner=catalogue.default_examiner.value, today=today, news=len(news))
    return Scene(
        bar,
        history=render("history", lang, rows=rows, recalled=read_recalled(training, owner), unseen={each.interview_id for each in news}),
        today=render("review_news", lang, news=news) + draw_assigned(assigned, lang) + draw_today(today, rows, lang, utc_now()),
    )


def draw_assigned(assigned: Sequence[OwnAssignment], lang: Lang) -> str:
    """What there is to do of what was assigned; empty where there is nothing."""
    now = utc_now()
    open_ones = [own for own in assigned if own.running or not own.closed(now) or own.closed(now) is Closed.NOT_OPEN]
    return render("assigned", lang, assigned=open_ones, now=now, room=_home(lang)) if open_ones else ""


def draw_interview(
    interview: Interview,
    service: InterviewService,
    catalogue: Catalogue,
    lang: Lang,
    training: Training | None = None,
    preparing: Preparing | None = None,
) -> Scene:
    """The room while the interview runs, the report once it has ended."""
    posting = preparing.behind(interview.id) if preparing and interview.setup.mode is not Mode.DRILL else None
    results = results_of(interview)
    move = next_move(interview)
    turn = interview.current
    assert turn is not None
    if isinstance(move, Finished):
        today = read_today(training, interview.owner)
        elsewhere = sum(each.interview_id != interview.id for each in service.reviews.unseen(interview.owner))
        bar = _draw_bar(
            catalogue, lang, view="report", examiner=interview.setup.examiner.value, interview=interview, today=today, news=elsewhere
        )
        report = _draw_report(interview, service, catalogue, lang, training, today, posting)
        return Scene(bar, place=place_of(interview), report=report)
    t, left, is_last = words(lang), hints_left(interview, turn), isinstance(move, AwaitNext) and move.last
    if interview.setup.mode is Mode.DRILL:
        schedule = read_schedule(training, interview.owner, utc_now())
        return Scene(
            bar=_draw_room_bar(interview, results, service, catalogue, lang),
            place=place_of(interview),
            stage=draw_drill(
                interview,
                schedule,
                lang,
                state=_state(interview),
                pending=_due(interview),
                model=catalogue.model,
                untested=catalogue.untested(),
            ),
            side=draw_drill_side(interview, schedule, lang),
            draft=turn.draft,
            hint_label=t["hint_none"],
            next_label=t["drill_end" if is_last else "drill_next"],
        )
    return Scene(
        bar=_draw_room_bar(interview, results, service, catalogue, lang),
        place=place_of(interview),
        stage=_draw_stage(interview, service, catalogue, lang, posting),
        side=render("side", lang, lines=_progress(interview, results, lang), spending=spending_of(interview)),
        draft=turn.draft,
        hint_label=t["hint_button"].format(cost=f"{HINT_COST:g}") if left else t["hint_none"],
        next_label=t["see_report" if is_last else "next_question"],
    )


def _draw_report(
    interview: Interview,
    service: InterviewService,
    catalogue: Catalogue,
    lang: Lang,
    training: Training | None,
    today: Today | None,
    posting: Posting | None,
) -> str:
    if interview.setup.mode is Mode.DRILL:
        schedule = read_schedule(training, interview.owner, utc_now())
        return draw_drill_end(interview, schedule, today, lang, pending=_due(interview), model=catalogue.model)
    report = build_report(interview, catalogue.bank.files.competencies)
    radar = draw_radar(report.competencies)
    return render(
        "report", lang, report=report, radar=radar, interview=interview, export=False, pending=_due(interview), model=catalogue.model,
        earlier=compare_with_earlier(interview, service.earlier(interview)),
        improvements={id: view_improvement(interview, id, service) for id in interview.questions},
        summary=view_summary(interview, service), missed=len(missed_keys(interview)) if training else 0,
        behind=view_posting(posting, interview, interview.turns, catalogue.bank.files.competencies, untested=catalogue.untested()),
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
    return interview.setup.mode is not Mode.EXAM or interview.finished_at is not None


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
    today: Today | None = None,
    news: int = 0,
) -> str:
    """`news`: interviews with a review that was not seen."""
    other: Lang = "en" if lang == "zh" else "zh"
    query = f"?lang={other}" + (f"&interview={interview.id}" if interview else "")
    return render(
        "bar", lang, view=view, place=place_of(interview) if interview else "", home=_home(lang), other=_home(other) + query,
        steps=steps, number=number, deadline=deadline, now=utc_now().isoformat(), examiner=examiner,
        model=(catalogue.model or "") if examiner == "llm" else "", due=today.due if today else 0, news=news,
        noted=interview is not None and interview.work is not None and interview.work.observed and not interview.finished_at,
        drill=interview is not None and interview.setup.mode is Mode.DRILL,
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
    if result.status is QuestionStatus.NOT_ASKED:
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
    if result.status is QuestionStatus.NOT_ASKED:
        return ""
    if result.status is QuestionStatus.OPEN:
        return "…"
    if not shows_grades(interview):
        return "✓"
    return "…" if result.status is QuestionStatus.PENDING else format_score(result.score)


# ---------------------------------------------------------------- the stage


def _draw_stage(interview: Interview, service: InterviewService, catalogue: Catalogue, lang: Lang, posting: Posting | None) -> str:
    """The current question and what was said to it; of its key nothing before the question is over."""
    current = interview.current
    assert current is not None
    question = interview.questions[current.question_id]
    names = catalogue.competencies(lang)
    show = shows_grades(interview)
    return render(
        "stage", lang, work=interview.work, late=is_late(utc_now(), interview.work.due_at if interview.work else None), question=question, setup=interview.setup, state=_state(interview), show=show,
        over=show and is_over(interview, question.id), pending=_due(interview), competencies=[names[id] for id in question.competencies if id in names],
        turns=_turn_views(interview, question, service), result=result_of(interview, question.id), keys=_key_points(question),
        revealed=current.revealed, hints_left=hints_left(interview, current), model=catalogue.model,
        contest=contest_of(interview, question.id), decision=decision_on(interview, question.id),
        improvement=view_improvement(interview, question.id, service),
        behind=view_posting(posting, interview, interview.turns_of(question.id) if show else (), untested=catalogue.untested()),
    )  # fmt: skip


def view_improvement(interview: Interview, question_id: str, service: InterviewService) -> ImprovedView | None:
    """What stands about the improved answer to a question, None if there is none and none can be asked for."""
    known = interview.improvement_of(question_id)
    if question_id in held_back(interview):
        return None
    if known and known.sentences:
        return ImprovedView("done", known.sentences)
    if service.writing.is_improving(interview, question_id):
        return ImprovedView("running")
    return ImprovedView("ask", reason=known.reason if known else None) if service.writing.may_improve(interview, question_id) else None


def view_summary(interview: Interview, service: InterviewService) -> SummaryView | None:
    """What stands about the model's summary, None if there is none and none can be asked for."""
    known = interview.summary
    if known and known.text:
        return SummaryView("done", known.text)
    if service.writing.is_summing_up(interview):
        return SummaryView("running")
    return SummaryView("ask", reason=known.reason if known else None) if service.writing.may_sum_up(interview) else None


def _state(interview: Interview) -> str:
    match next_move(interview):
        case AwaitReply():
            return "reply"
        case AwaitGrade():
            return "grading"
        case _:
            return "next"


def _turn_views(interview: Interview, question: Question, service: InterviewService) -> list[TurnView]:
    turns = tuple(as_it_counts(interview, turn) for turn in interview.turns_of(question.id))
    return [_turn_view(question, turns[: position + 1], service) for position in range(len(turns))]


def _turn_view(question: Question, turns: tuple[Turn, ...], service: InterviewService) -> TurnView:
    """The last of the turns, seen with those before it."""
    *earlier, turn = turns
    offset = sum(other.hints for other in earlier)
    running = (service.watch(turn.id, seen=-1, timeout=0) or ()) if turn.pending else ()
    return TurnView(
        turn, question.hints[offset : offset + turn.hints], offset, len(running), _card(question, turns) if turn.grade else None
    )


def _card(question: Question, turns: tuple[Turn, ...]) -> Card:
    before, marked = _mark_so_far(question, turns[:-1]), _mark_so_far(question, turns)
    return Card(
        score=marked.score,
        gain=marked.score - before.score if any(turn.grade for turn in turns[:-1]) else None,
        interval=interval_of(turns),
        listed=_listed(turns[-1]),
        left=sum(verdict.status is VerdictStatus.MISSING and not verdict.unsure for verdict in marked.verdicts),
    )


def _mark_so_far(question: Question, turns: tuple[Turn, ...]) -> QuestionScore:
    graded = [turn.grade.findings for turn in turns if turn.grade]
    return question_score(question, graded, hints=sum(turn.hints for turn in turns))


def _listed(turn: Turn) -> tuple[Verdict, ...]:
    """What was found in the turn's reply, and of a follow-up how its point stands. What else it did not touch is no gap of this reply."""
    found = turn.grade.verdicts if turn.grade else ()
    return tuple(
        verdict
        for verdict in found
        if verdict.unsure or verdict.status is not VerdictStatus.MISSING or verdict.point_id == turn.aimed_point
    )


def _key_points(question: Question) -> list[RubricPoint]:
    return sorted(question.points, key=lambda point: (not point.essential, -point.weight))[:3]
