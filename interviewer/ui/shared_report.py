"""What is seen of a report through a link: laid out piece by piece, so that nothing is there that was not put there. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from interviewer.insight.false_statements import belief_of, explanation_of
from interviewer.insight.report import CompetencyScore, build_report
from interviewer.interview.last_word import comments_of, decision_on, feedback_of, review_of
from interviewer.interview.report_links import Shared
from interviewer.interview.results import QuestionResult
from interviewer.models import Competency, Interval, Interview, Lang, TurnKind
from interviewer.models.report_links import Shows
from interviewer.ui.labels import verdict_name
from interviewer.ui.render import STATIC, render


@dataclass(frozen=True, slots=True)
class SharedPoint:
    """A rubric point: what it asks for, the verdict's name, and what it weighs, out of 100."""

    intent: str
    verdict: str
    weight: float


@dataclass(frozen=True, slots=True)
class SharedAnswer:
    """One answer. `prompt`: of a follow-up, "" for the question itself; `feedback`: the examiner's words on it."""

    prompt: str
    text: str
    feedback: str


@dataclass(frozen=True, slots=True)
class SharedQuestion:
    """One question. `by_coach`: the score is a coach's. `answers`, `comments`, `errors`: empty unless answers are shown; of an error the
    words, what is wrong with them and what is right."""

    topic: str
    prompt: str
    status: str
    score: float | None
    interval: Interval | None
    by_coach: bool
    points: tuple[SharedPoint, ...]
    answers: tuple[SharedAnswer, ...] = ()
    comments: tuple[str, ...] = ()
    errors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SharedReport:
    """All that the page holds. `competencies` and `questions`: empty where only the total is shown."""

    total: float | None
    band: str | None
    graded: int
    planned: int
    reviewed: bool
    competencies: tuple[CompetencyScore, ...] = ()
    questions: tuple[SharedQuestion, ...] = ()


def lay_out_shared(interview: Interview, shows: Shows, competencies: Sequence[Competency]) -> SharedReport:
    """What is seen of an interview. `interview`: as `interview.report_links.as_shown` leaves it."""
    report = build_report(interview, competencies)
    first = SharedReport(report.total, report.band, report.graded, len(report.results), review_of(interview) is not None)
    if shows is Shows.SCORE:
        return first
    questions = tuple(_question(interview, result, shows) for result in report.results if result.turns)
    tested = tuple(each for each in report.competencies if each.score is not None)
    return SharedReport(first.total, first.band, first.graded, first.planned, first.reviewed, tested, questions)


def shared_html(shared: Shared, competencies: Sequence[Competency], lang: Lang) -> str:
    """The page: no script, no address but its own in the other language, the style inside."""
    report = lay_out_shared(shared.interview, shared.link.shows, competencies)
    css = (STATIC / "style.css").read_text(encoding="utf-8")
    return render("shared", lang, report=report, shared=shared, interview=shared.interview, css=css)


def _question(interview: Interview, result: QuestionResult, shows: Shows) -> SharedQuestion:
    lang, question = interview.setup.lang, result.question
    points = tuple(
        SharedPoint(question.point(verdict.point_id).intent[lang], verdict_name(verdict), question.point(verdict.point_id).weight)
        for verdict in result.verdicts
    )
    told = shows is Shows.ANSWERS
    return SharedQuestion(
        question.topic[lang], question.prompt[lang], result.status.value, result.score, result.interval,
        decision_on(interview, question.id) is not None, points,
        tuple(_answers(interview, result)) if told else (),
        tuple(edit.text for edit in comments_of(interview, question.id)) if told else (),
        tuple(_errors(result, lang)) if told else (),
    )  # fmt: skip


def _answers(interview: Interview, result: QuestionResult) -> Iterator[SharedAnswer]:
    for turn in result.turns:
        if turn.reply and turn.reply.text.strip():
            asked = turn.prompt if turn.kind is TurnKind.FOLLOW_UP else ""
            yield SharedAnswer(asked, turn.reply.text, feedback_of(interview, turn))


def _errors(result: QuestionResult, lang: Lang) -> Iterator[tuple[str, str]]:
    for error in result.errors:
        belief = belief_of(result.question, error)
        parts = (explanation_of(result.question, error), belief.correction[lang] if belief else "")
        yield error.quote.text, " ".join(filter(None, parts))
