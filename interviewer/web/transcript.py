"""One interview on the coach's desk: dialogue beside rubric, and the last word. What is shown is laid out in ui/desk_scene."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from interviewer.bootstrap import Application
from interviewer.errors import NotFound
from interviewer.interview.desk import DeskService
from interviewer.interview.editing import MAX_WORDS, EditRefused, Refusal
from interviewer.interview.last_word import leads_of, review_of
from interviewer.interview.same_question import PlaceInRow, place_in
from interviewer.models import ExaminerName, Interview, Person, VerdictStatus
from interviewer.records.store import utc_now
from interviewer.ui.desk_scene import lay_out, steps_of
from interviewer.ui.posting_view import view_posting
from interviewer.web.desk import frame_of, inbox_query_of, is_blind, reviews_blind
from interviewer.web.flash import redirect_with_flash, show_with_flash
from interviewer.web.inbox_query import InboxQuery
from interviewer.web.pages import go, lang_of, posted, viewer_of

VERDICT_FIELD = "v."
"""A blind review posts one field per point: this and the point's id."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who wants something put down, on which interview, with which fields."""

    application: Application
    viewer: Person
    interview_id: str
    fields: Mapping[str, str]

    @property
    def desk(self) -> DeskService:
        """The coach's desk."""
        return self.application.desk

    def number(self, name: str) -> int | None:
        """A field as a number, None if it is empty; a span or a turn that is no number is none of ours."""
        value = self.fields.get(name, "")
        if not value:
            return None
        if not (value.isascii() and value.isdecimal() and len(value) < 10):
            raise NotFound("the form was not ours → load the page again")
        return int(value)

    def seq(self) -> int:
        """The turn that is meant."""
        number = self.number("seq")
        if number is None:
            raise NotFound("the form was not ours → load the page again")
        return number


def routes(application: Application) -> APIRouter:
    """The page of one interview, and what its forms do."""
    router = APIRouter()

    @router.get("/coach/interviews/{interview_id}")
    def transcript(request: Request, interview_id: str) -> Response:
        try:
            return show_with_flash(request, "desk/transcript", **transcript_values(application, request, interview_id))
        except NotFound as error:
            raise HTTPException(404) from error

    @router.post("/coach/interviews/{interview_id}/{act}")
    async def put_down(request: Request, interview_id: str, act: str) -> Response:
        fields = await posted(request)
        if act not in ACTS:
            raise HTTPException(404)
        asking = Asking(application, viewer_of(request), interview_id, fields)
        asked = await run_in_threadpool(inbox_query_of, application, request)
        address, said = await run_in_threadpool(do, asking, act, asked, request.query_params.get("q", "1"))
        return redirect_with_flash(request, address, said) if said else go(address)

    return router


def do(asking: Asking, act: str, asked: InboxQuery, question: str) -> tuple[str, str]:
    """Put it down; where to go on (the same place, or the next interview after a review), and what is to be said there, "" for nothing.

    404 if it is not theirs.
    """
    carried = asked.address()
    number = question if question.isdecimal() and len(question) < 5 else "1"
    here = f"/coach/interviews/{asking.interview_id}?q={number}" + (f"&{carried}" if carried else "")
    try:
        place = ACTS[act](asking)
        if act in SETTLES and asking.fields.get("back") == "queue":
            return "/coach/queue", ""
    except EditRefused as error:
        return f"{here}#said", error.why
    except NotFound as error:
        raise HTTPException(404) from error
    if asked.same and act in GOES_ON and "stay" not in asking.fields:
        if after := place_of(asking.application, asking.viewer, asked, asking.interview_id).after:
            return f"/coach/interviews/{after}?{carried}", ""
        return f"{here}#row", "row_done"
    if act == "reviewed" and "stay" not in asking.fields:
        after = asking.desk.neighbours(asking.viewer, asked.filters, asked.sort, asking.interview_id)[1]
        following, said = (f"/coach/interviews/{after}", "") if after else ("/coach", "all_done")
        return (f"{following}?{carried}" if carried else following), said
    return here + (f"#{quote(place)}" if place else ""), ""


def transcript_values(application: Application, request: Request, interview_id: str) -> dict[str, Any]:
    """What desk/transcript.html shows; NotFound if the viewer may not read the interview."""
    desk, viewer, asked = application.desk, viewer_of(request), inbox_query_of(application, request)
    blind = reviews_blind(application, request, interview_id) and desk.may_review_blind(interview_id, viewer)
    interview = desk.open(interview_id, viewer, blind=blind)
    if blind:
        application.people.audit.write(viewer.id, "read_blind", interview_id, now=utc_now())
    number = _number(request, interview)
    scene = lay_out(interview, number, coach_id=viewer.id, blind=blind)
    row = place_of(application, viewer, asked, interview_id) if asked.same else None
    before, after = (row.before, row.after) if row else desk.neighbours(viewer, asked.filters, asked.sort, interview_id)
    candidate = application.people.get(interview.owner)
    may_note = viewer.is_local or interview.owner != viewer.id
    notes = application.private_notes.on(viewer, interview.owner, interview_id) if may_note else ()
    # What another coach noted could tell how an answer was graded.
    shown = notes if scene.to_judge is None else tuple(note for note in notes if note.author_id == viewer.id)
    return {
        "coaches": desk.may_lead(interview), "leads": leads_of(interview), "interview": interview, "viewer_id": viewer.id, "scene": scene, "steps": steps_of(interview, coach_id=viewer.id, blind=blind), "asked": asked,
        "before": before, "after": after, "row": row, "candidate": candidate, "review": review_of(interview), "statuses": tuple(VerdictStatus),
        "examiners": tuple(desk.examiners), "most": MAX_WORDS, "masking": blind,
        "may_note": may_note, "notes": shown, "notes_kept_back": len(notes) - len(shown), "saved_comments": application.saved_comments.fitting(viewer, scene.result.question.id),
        "topics_of_notes": {id: question.topic[lang_of(request)] for id, question in interview.questions.items()},
        "learning": application.corrected_answers.allowed and may_note, "learned": application.corrected_answers.kept(interview_id),
        "second_reader": blind and not is_blind(request),
        "seen_before": is_blind(request) and not blind, "other_of": other_of, "model": application.settings.model or "", "carried": asked.address(),
        "behind": view_posting(application.preparing.behind(interview_id), interview, interview.turns, untested=application.live_bank.untested()),
        **frame_of(application, request),
    }  # fmt: skip


def place_of(application: Application, viewer: Person, asked: InboxQuery, interview_id: str) -> PlaceInRow:
    """Where the interview stands among the answers to the question that is gone through."""
    group = asked.values.get("group", "")
    row = application.same_question.row(viewer, asked.values["question"], group)
    return place_in(row, interview_id, group=group, unreviewed=asked.same == "todo")


def other_of(examiner: str) -> ExaminerName:
    """The examiner that did not judge."""
    return ExaminerName.LLM if examiner == ExaminerName.RUBRIC else ExaminerName.RUBRIC


def _number(request: Request, interview: Interview) -> int:
    asked = request.query_params.get("q", "")
    if asked.isdecimal() and len(asked) < 5 and 1 <= int(asked) <= len(interview.setup.question_ids):
        return int(asked)
    # A heat map's cell and a worklist's answer know the question by its id.
    wanted = asked or request.query_params.get("question", "")
    return interview.setup.question_ids.index(wanted) + 1 if wanted in interview.setup.question_ids else 1


def _change_verdict(asking: Asking) -> str:
    fields = asking.fields
    asking.desk.change_verdict(
        asking.viewer, asking.interview_id, seq=asking.seq(), point_id=fields.get("point", ""), status=_status(fields.get("status", "")),
        reason=fields.get("reason", ""), start=asking.number("start"), end=asking.number("end"),
    )  # fmt: skip
    return f"point-{fields.get('point', '')}"


def _set_score(asking: Asking) -> str:
    try:
        score = float(asking.fields.get("score", ""))
    except ValueError as error:
        raise EditRefused(Refusal.SCORE_OUT_OF_RANGE) from error
    asking.desk.set_score(
        asking.viewer,
        asking.interview_id,
        question_id=asking.fields.get("question", ""),
        score=score,
        reason=asking.fields.get("reason", ""),
    )
    return "score"


def _comment(asking: Asking) -> str:
    seq, fields, saved = asking.number("seq"), asking.fields, asking.application.saved_comments
    question_id = fields.get("question") or None
    chosen = next((each.text for each in saved.all(asking.viewer) if each.id == fields["saved"]), "") if fields.get("saved") else ""
    text = "\n".join(part for part in (fields.get("text", "").strip(), chosen) if part)
    asking.desk.comment(
        asking.viewer, asking.interview_id, seq=seq, question_id=question_id, text=text, start=asking.number("start"), end=asking.number("end"),
    )  # fmt: skip
    if fields.get("keep") in KEEPS:
        saved.add(asking.viewer, text, question_id or "" if fields["keep"] == "question" else "")
    return f"answer-{seq}" if seq else "comments"


def _withdraw(asking: Asking) -> str:
    edit = asking.number("edit")
    if edit is None:
        raise EditRefused(Refusal.NO_SUCH_EDIT)
    asking.desk.withdraw(asking.viewer, asking.interview_id, edit)
    return "history"


def _judge(asking: Asking) -> str:
    statuses = {name[len(VERDICT_FIELD) :]: _status(value) for name, value in asking.fields.items() if name.startswith(VERDICT_FIELD)}
    asking.desk.blind_review(asking.viewer, asking.interview_id, seq=asking.seq(), statuses=statuses)
    return "rubric"


def _through(asking: Asking) -> str:
    asking.application.same_question.put_through(asking.viewer, asking.interview_id, asking.fields.get("question", ""))
    return "row"


def _look_again(asking: Asking) -> str:
    asking.application.same_question.look_again(asking.viewer, asking.interview_id, asking.fields.get("question", ""))
    return "row"


def _grade_again(asking: Asking) -> str:
    try:
        examiner = ExaminerName(asking.fields.get("examiner", ""))
    except ValueError as error:
        raise EditRefused(Refusal.NO_SUCH_EXAMINER) from error
    asking.desk.grade_again(asking.viewer, asking.interview_id, asking.seq(), examiner)
    return f"answer-{asking.seq()}"


def _settle_error(asking: Asking) -> str:
    seq = asking.seq()
    asking.desk.settle_error(
        asking.viewer,
        asking.interview_id,
        seq=seq,
        point_id=asking.fields.get("point") or None,
        start=asking.number("start"),
        end=asking.number("end"),
    )
    return f"answer-{seq}"


def _claim_stands(asking: Asking) -> str:
    point_id = asking.fields.get("point", "")
    asking.desk.settle_claim(
        asking.viewer, asking.interview_id, seq=asking.seq(), point_id=point_id, reason=asking.fields.get("reason", "")
    )
    return f"point-{point_id}"


def _keep(asking: Asking) -> str:
    asking.application.corrected_answers.keep(asking.viewer, asking.interview_id, asking.seq())
    return f"learning-{asking.seq()}"


def _take_back(asking: Asking) -> str:
    asking.application.corrected_answers.take_back(asking.viewer, asking.interview_id, asking.seq())
    return f"learning-{asking.seq()}"


def _mark_reviewed(asking: Asking) -> str:
    asking.desk.mark_reviewed(asking.viewer, asking.interview_id)
    return ""


def _reopen(asking: Asking) -> str:
    asking.desk.reopen(asking.viewer, asking.interview_id)
    asking.application.same_question.look_again(asking.viewer, asking.interview_id)
    return ""


def _status(value: str) -> VerdictStatus:
    try:
        return VerdictStatus(value)
    except ValueError as error:
        raise EditRefused(Refusal.NOT_EVERY_POINT) from error


def _hand_over(asking: Asking) -> str:
    asking.desk.hand_over(asking.viewer, asking.interview_id, asking.fields.get("coach", ""))
    return "lead"


ACTS: dict[str, Callable[[Asking], str]] = {
    "verdict": _change_verdict,
    "score": _set_score,
    "comment": _comment,
    "withdraw": _withdraw,
    "reviewed": _mark_reviewed,
    "reopen": _reopen,
    "judge": _judge,
    "grade": _grade_again,
    "lead": _hand_over,
    "through": _through,
    "again": _look_again,
    "settle": _settle_error,
    "stands": _claim_stands,
    "learn": _keep,
    "unlearn": _take_back,
}
"""What the forms of the page do; each says where on the page to come back to."""
KEEPS = ("question", "general")
"""For which questions a comment is kept for further use."""
SETTLES = ("settle", "stands")
"""These are also asked for from the queue, and lead back to it."""
GOES_ON = ("reviewed", "through")
"""After these the next interview is shown."""
