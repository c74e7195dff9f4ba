"""A finished or running interview as a file: Markdown, JSON, CSV (ui/tables), or one HTML page that stands alone and prints well.

A drill has neither total nor competencies, only its points.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Protocol

from interviewer import __version__
from interviewer.insight.report import build_report
from interviewer.models import Competency, Interview, Lang, Mode, Turn
from interviewer.posting.readiness import Readiness
from interviewer.questions.encoding import encode_question
from interviewer.records.codec import encode_outcome
from interviewer.ui.assignment_view import work_values
from interviewer.ui.charts import draw_radar
from interviewer.ui.drill_scene import drilled_points, end_of
from interviewer.ui.posting_view import NO_POSTING, PostingView
from interviewer.ui.render import STATIC, render
from interviewer.ui.tables import export_csv


class Export(Protocol):
    """Writes an interview in one language. `candidate`: the name by which a coach knows who was interviewed, empty if none is told.

    `model`: the language model that is configured, for what to do where it has not graded. `behind`: the posting that it was taken for.
    """

    def __call__(
        self,
        interview: Interview,
        competencies: Sequence[Competency],
        lang: Lang,
        /,
        candidate: str = "",
        model: str = "",
        behind: PostingView = NO_POSTING,
    ) -> str: ...


def is_withheld(interview: Interview) -> bool:
    """Whether the candidate may not see the grades yet: an exam tells nothing before its end."""
    return interview.setup.mode is Mode.EXAM and interview.finished_at is None


def export_markdown(
    interview: Interview,
    competencies: Sequence[Competency],
    lang: Lang,
    candidate: str = "",
    model: str = "",
    behind: PostingView = NO_POSTING,
) -> str:
    """The report as Markdown; everything a person typed stands in fences that it cannot close."""
    if interview.setup.mode is Mode.DRILL:
        return render("drill_file", lang, suffix="md", interview=interview, end=end_of(interview, None, lang), candidate=candidate)
    report = build_report(interview, competencies)
    return render("report", lang, suffix="md", interview=interview, report=report, candidate=candidate, model=model, behind=behind)


def export_html(
    interview: Interview,
    competencies: Sequence[Competency],
    lang: Lang,
    candidate: str = "",
    model: str = "",
    behind: PostingView = NO_POSTING,
) -> str:
    """The report as one page: no script, no address, the style inside."""
    css = (STATIC / "style.css").read_text(encoding="utf-8")
    if interview.setup.mode is Mode.DRILL:
        return render("drill_file", lang, interview=interview, end=end_of(interview, None, lang), candidate=candidate, css=css)
    report = build_report(interview, competencies)
    return render(
        "report_file", lang, interview=interview, report=report, radar=draw_radar(report.competencies), export=True, pending=False,
        candidate=candidate, model=model, earlier={}, css=css, behind=behind,
    )  # fmt: skip


def export_json(
    interview: Interview,
    competencies: Sequence[Competency],
    _lang: Lang,
    candidate: str = "",
    model: str = "",  # noqa: ARG001
    behind: PostingView = NO_POSTING,
) -> str:
    """The records themselves: plan, dialogue and every grade with its provenance; answers as typed. Of the questions those that were asked."""
    data = {
        "format": "interviewer/1",
        "version": __version__,
        "id": interview.id,
        **({"candidate": candidate} if candidate else {}),
        "setup": asdict(interview.setup),
        "created_at": interview.created_at,
        "finished_at": interview.finished_at,
        **({"assignment": work_values(interview)} if interview.work else {}),
        **({"points": list(point_values(interview))} if interview.setup.mode is Mode.DRILL else _scores(interview, competencies)),
        **({"untested": sorted(behind.untested)} if behind.untested else {}),
        **({"readiness": readiness_values(behind.readiness)} if behind.readiness else {}),
        "turns": [turn_values(turn) for turn in interview.turns],
        "edits": [asdict(edit) for edit in interview.edits],
        "improvements": [asdict(each) for each in interview.improvements],
        "summary": asdict(interview.summary) if interview.summary else None,
        "questions": {question.id: encode_question(question) for question in interview.asked},
    }
    return json.dumps(data, ensure_ascii=False, indent=2, default=plain_value)


def _scores(interview: Interview, competencies: Sequence[Competency]) -> dict[str, Any]:
    report = build_report(interview, competencies)
    return {
        "total": report.total,
        "lacking": report.lacking,
        "competencies": {item.competency.id: item.score for item in report.competencies},
        "results": [{"question": result.question.id, "standing": result.status, "score": result.score} for result in report.results],
    }


def readiness_values(ready: Readiness) -> dict[str, Any]:
    """The readiness for a posting as it is written down; scores of 0–100, None where nothing was asked for it."""
    return {
        "title": ready.title,
        "competencies": [
            {"id": row.competency.id, "must": row.must, "score": row.score, "asked": row.asked, "wanted": row.wanted}
            for row in ready.competencies
        ],
        "requirements": [
            {
                "text": each.requirement.text,
                "need": each.requirement.need,
                "state": each.coverage,
                "score": each.score,
                "numbers": each.numbers,
            }
            for each in ready.requirements
        ],
    }


def point_values(interview: Interview) -> Iterator[dict[str, Any]]:
    """Each point of a drill that was asked and is over: how it was recalled, how the reference says it, the person's own words."""
    lang = interview.setup.lang
    for each in drilled_points(interview, None, lang):
        yield {
            "question": each.question.bank_id, "point": each.point.id, "turn": each.turn.seq, "verdict": each.name,
            "rating": each.review.rating.name.lower() if each.review else None, "intent": each.point.intent[lang],
            "reference": each.sentence[lang].strip(), "words": each.verdict.quote.text if each.verdict and each.verdict.quote else "",
        }  # fmt: skip


def turn_values(turn: Turn) -> dict[str, Any]:
    """A turn as it is written down: what was asked, what was answered as typed, and every grade with its provenance.

    With what was said beside the answer, and the points that the candidate contests.
    """
    return {
        "seq": turn.seq, "question": turn.question_id, "kind": turn.kind, "prompt": turn.prompt, "asked_at": turn.asked_at,
        "aimed_point": turn.aimed_point, "hints": turn.hints, "reply": asdict(turn.reply) if turn.reply else None,
        "asides": [asdict(aside) for aside in turn.asides], "claims": [asdict(claim) for claim in turn.claims],
        "grades": [{"at": record.at, **encode_outcome(record.outcome)} for record in turn.grades],
    }  # fmt: skip


def plain_value(value: object) -> str:
    """What JSON has no word for: a moment in ISO 8601."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


EXPORTS: dict[str, tuple[Export, str]] = {
    "md": (export_markdown, "text/markdown; charset=utf-8"),
    "json": (export_json, "application/json; charset=utf-8"),
    "html": (export_html, "text/html; charset=utf-8"),
    "csv": (export_csv, "text/csv; charset=utf-8"),
}
"""Format by file ending: how to make it, and its media type."""
