"""Preparing for a posting: pasting or uploading it and a CV, correcting what was found, and beginning an interview. All about whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from interviewer.bootstrap import Application
from interviewer.drafting.document import Document
from interviewer.drafting.extract import extract
from interviewer.drafting.formats.decoding import decode
from interviewer.errors import ConfigError, DraftError, StaleMove
from interviewer.interview.service import InExam
from interviewer.models import ExaminerName, Job, JobState, Lang, Mode, Reason, Setup
from interviewer.models.postings import ModelTask, Need, Posting, PostingContent, Resume
from interviewer.posting.model_questions import tell_projects
from interviewer.posting.plan import COUNTS, question_of
from interviewer.posting.project_testing import CALLS, MOST_CALLS, TEST
from interviewer.posting.requirements import LONGEST_REQUIREMENT, MOST_REQUIREMENTS
from interviewer.posting.resume import LONGEST_PROJECT, LONGEST_REST, LONGEST_TITLE, MOST_PROJECTS
from interviewer.posting.tested import judges_of, standing_of
from interviewer.records.postings import TooManyPostings
from interviewer.ui.words_grading import tell_reason
from interviewer.web.flash import redirect_with_flash, show_with_flash
from interviewer.web.numbers import read_whole
from interviewer.web.pages import Sent, go, lang_of, posted, posted_with_files, show, viewer_of
from interviewer.web.posting_form import digest_drawn, is_as_drawn, read_corrections

FILES = ("posting_file", "cv_file")
LONGEST_PASTED = 60_000
"""Characters of a pasted text; more are refused with the text kept in the page."""
TRIES = 5
ACTS = ("save", "begin", "delete", "test", *ModelTask)
FEWEST_FOLLOW_UPS, MOST_FOLLOW_UPS = 0, 3


def routes(application: Application) -> APIRouter:
    """All under /posting; no address names anybody but by the posting's own id."""
    router = APIRouter()

    @router.get("/posting")
    def postings(request: Request) -> Response:
        return show_with_flash(request, "posting", **list_values(application, request))

    @router.post("/posting")
    async def enter(request: Request) -> Response:
        fields, files = await posted_with_files(request, FILES)
        return await run_in_threadpool(read_in, application, request, fields, files)

    @router.get("/posting/{posting_id}")
    def posting(request: Request, posting_id: str) -> Response:
        job = job_of(application, posting_id)
        found = application.preparing.store.load(posting_id, owner=viewer_of(request).id)
        return show_with_flash(request, "posting_found", **found_values(application, found, lang_of(request), job))

    @router.post("/posting/{posting_id}/{act}")
    async def change(request: Request, posting_id: str, act: str) -> Response:
        fields = await posted(request)
        if act not in ACTS:
            raise HTTPException(404)
        return await run_in_threadpool(put_down, application, request, posting_id, act, fields)

    return router


# ---------------------------------------------------------------- what the pages show


def list_values(application: Application, request: Request, **values: object) -> dict[str, object]:
    """The form to enter a posting and a CV, and the postings that are kept."""
    settings = application.settings
    return {
        "postings": application.preparing.store.list_of(viewer_of(request).id), "typed": {"posting": "", "cv": ""}, "wrong": {}, "days": settings.posting_days,
        "most_pasted": LONGEST_PASTED, "need": Need, **values,
    }  # fmt: skip


def job_of(application: Application, posting_id: str) -> Job | None:
    """The test of drafted questions that was asked for last. To be read before the posting: what it has shown is in one that is read later."""
    return application.job_queue.latest(TEST, posting_id) if application.settings.has_model else None


def found_values(application: Application, posting: Posting, lang: Lang, job: Job | None = None) -> dict[str, object]:
    """What was found, to be corrected, and what an interview would ask. `job`: see `job_of`."""
    preparing, content = application.preparing, posting.content
    resume = content.resume
    judges = judges_of(read_setup(application, {}, lang))
    return {
        "standings": [standing_of(draft, judges) for draft in content.drafts], "may_test": preparing.may_test(content), "calls_each": CALLS, "most_calls": 1 + MOST_CALLS,
        "testing": round(100 * job.progress) if job and job.state is JobState.OPEN else None, "tested": job.result["tested"] if job and job.result else None,
        "why_untested": _why_untested(application, job, lang),
        "posting": posting, "until": posting.created_at + timedelta(days=application.settings.posting_days), "content": content, "resume": resume, "needs": tuple(Need), "counts": COUNTS, "skills": preparing.skills,
        "competencies": {each.id: each.short for each in application.bank.competencies},
        "topics": {each.id: each.topic for each in preparing.bank.for_viewer(posting.owner).questions},
        "planned": preparing.plan(replace(content, lang=lang), COUNTS[1], owner=posting.owner), "has": frozenset(resume.skills) if resume else frozenset(),
        "longest": {"requirement": LONGEST_REQUIREMENT, "title": LONGEST_TITLE, "project": LONGEST_PROJECT, "rest": LONGEST_REST},
        "more_requirements": max(0, min(3, MOST_REQUIREMENTS - len(content.requirements))),
        "more_projects": len(resume.projects) < MOST_PROJECTS if resume else False,
        "has_model": preparing.readers is not None, "may_ask": lambda task: preparing.may_ask(content, ModelTask(task)),
        "running": content.asked is not None and content.asked.is_running(preparing.now()), "model": application.settings.model or "",
        "drawn": digest_drawn(content), "draft_ids": [question_of(draft).id for draft in content.drafts],
        "projects_sent": _sent_with(resume, content, preparing.clean) if resume else "", "follow_ups": range(FEWEST_FOLLOW_UPS, MOST_FOLLOW_UPS + 1), "modes": (Mode.COACHING, Mode.EXAM),
    }  # fmt: skip


def _why_untested(application: Application, job: Job | None, lang: Lang) -> str:
    """Why a test that has ended left questions untried, "" if it did not."""
    if job and job.failure:
        return job.failure[lang]
    reason = job.result["reason"] if job and job.result else ""
    return tell_reason(Reason(reason), lang, application.settings.model or "") if reason else ""


def _sent_with(resume: Resume, content: PostingContent, clean: Callable[[Resume], Resume]) -> str:
    """All of somebody's own that a model is sent for questions on their projects."""
    return "\n\n".join(
        [tell_projects(clean(resume).projects), *(["\n".join(each.text for each in content.requirements)] if content.requirements else [])]
    )


# ---------------------------------------------------------------- what the forms do


def read_in(application: Application, request: Request, fields: Mapping[str, str], files: Mapping[str, Sent]) -> Response:
    """Read what was pasted or uploaded, and on to the page where it is corrected; the form again if something cannot be read."""
    wrong: dict[str, str] = {}
    lang = lang_of(request)
    posting = _document(fields.get("posting", ""), files["posting_file"], "posting", wrong, lang)
    cv = _document(fields.get("cv", ""), files["cv_file"], "cv", wrong, lang)
    if not wrong:
        try:
            kept = application.preparing.read_in(viewer_of(request), posting, cv, lang)
            return go(f"/posting/{kept.id}")
        except TooManyPostings:
            wrong["posting"] = "posting_too_many"
        except ConfigError:
            wrong["posting"] = "posting_nothing"
    typed = {name: fields.get(name, "")[:LONGEST_PASTED] for name in ("posting", "cv")}
    return show(request, "posting", status=422, said="", said_values=[], **list_values(application, request, typed=typed, wrong=wrong))


def _document(pasted: str, file: Sent, field: str, wrong: dict[str, str], lang: Lang) -> Document | None:
    """What was given for one of the two; a file before pasted text. What is wrong goes into `wrong`: a word of ours, or a sentence."""
    if not file.content and not pasted.strip():
        return None
    if len(pasted) > LONGEST_PASTED:
        wrong[field] = "posting_too_long"
        return None
    if not file.content:
        return Document(pasted, (), "text")
    try:
        document = extract(file.content, name=file.name)
        # A plain text is joined into paragraphs by its reader; in a posting and a CV every line counts.
        return replace(document, text=decode(file.content)) if document.format == "text" else document
    except DraftError as error:
        wrong[field] = error.words[lang]
        return None


def put_down(
    application: Application, request: Request, posting_id: str, act: str, fields: Mapping[str, str], *, tries: int = TRIES
) -> Response:
    """Take the corrections, begin an interview with them, or delete the posting. `tries`: as often a model may come between."""
    preparing, viewer = application.preparing, viewer_of(request)
    if act == "delete":
        preparing.store.delete(posting_id, owner=viewer.id, now=preparing.now())
        return redirect_with_flash(request, "/posting", "posting_deleted")
    here = f"/posting/{posting_id}"
    posting = preparing.store.load(posting_id, owner=viewer.id)
    content = correct(application, posting, fields)
    try:
        if content != posting.content:
            preparing.store.save(replace(posting, version=_version(fields, posting)), content)
        if act == "save":
            return redirect_with_flash(request, here, "posting_saved")
        if act == "test":
            now = preparing.store.load(posting_id, owner=viewer.id)
            if preparing.may_test(now.content):
                preparing.test(now)
            return go(f"{here}#tested")
        if act in list(ModelTask):
            preparing.ask_model(preparing.store.load(posting_id, owner=viewer.id), ModelTask(act), lang_of(request))
            return go(f"{here}#{act}")
        setup = read_setup(application, fields, lang_of(request))
        interview = preparing.begin(preparing.store.load(posting_id, owner=viewer.id), setup, _count(fields))
    except StaleMove:
        if tries > 1 and is_as_drawn(fields, preparing.store.load(posting_id, owner=viewer.id).content):
            return put_down(application, request, posting_id, act, fields, tries=tries - 1)
        return redirect_with_flash(request, here, "posting_stale")
    except InExam:
        return redirect_with_flash(request, here, "posting_in_exam")
    except ConfigError:
        return redirect_with_flash(request, here, "posting_no_question")
    return go(("/" if setup.lang == "zh" else "/en/") + f"?interview={interview.id}")


def correct(application: Application, posting: Posting, fields: Mapping[str, str]) -> PostingContent:
    """The content as the form corrects it."""
    preparing, read = application.preparing, read_corrections(fields, posting.content)
    requirements = preparing.match_again(posting.content.requirements, read.wanted, owner=posting.owner)
    resume = read.resume
    if resume is not None:
        resume = preparing.clean(replace(resume, skills=preparing.skills.read(read.skills)))
    return replace(posting.content, title=read.title, requirements=requirements, resume=resume, drafts=read.drafts)


def read_setup(application: Application, fields: Mapping[str, str], page: Lang) -> Setup:
    """How the interview is to be held."""
    settings = application.settings
    follow_ups = fields.get("follow_ups", "")
    return Setup(
        lang={"zh": "zh", "en": "en"}.get(fields.get("lang", ""), page),  # type: ignore[arg-type]
        mode=Mode.EXAM if fields.get("mode") == Mode.EXAM.value else Mode.COACHING,
        follow_ups=int(follow_ups) if follow_ups in {str(n) for n in range(FEWEST_FOLLOW_UPS, MOST_FOLLOW_UPS + 1)} else 1,
        examiner=ExaminerName(settings.default_examiner) if settings.has_model else ExaminerName.RUBRIC,
        stand_in=settings.stand_in == "on" and settings.has_model,
    )


def _count(fields: Mapping[str, str]) -> int:
    return next((n for n in COUNTS if str(n) == fields.get("count")), COUNTS[1])


def _version(fields: Mapping[str, str], posting: Posting) -> int:
    """The version that is corrected: what was changed in another window since the form was drawn is not overwritten."""
    told = read_whole(fields.get("version", ""))
    return posting.version if told is None or is_as_drawn(fields, posting.content) else told
