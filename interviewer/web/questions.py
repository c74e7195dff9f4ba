"""The pages where questions are written: the list, the form, trying an answer, versions side by side, files in and out.

What may be done is decided in `authoring`; drafting from a text is in `question_drafts`, labelled answers in `question_answers`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from interviewer.authoring.content import LARGEST, TooLarge
from interviewer.authoring.refusal import NotReady
from interviewer.authoring.service import MOST_QUESTIONS, TooManyQuestions
from interviewer.bootstrap import Application
from interviewer.errors import NotFound
from interviewer.messages import explain
from interviewer.models import LANGS, AsideReply, Content, ExaminerName, GradingTask, Lang, QuestionVersion, Ungraded
from interviewer.questions.checks import Finding, finding, place
from interviewer.text.storable import storable
from interviewer.ui.labels import words
from interviewer.ui.question_form import QuestionForm, content_of, fields_of, tell_wrong
from interviewer.web.desk import frame_of
from interviewer.web.flash import redirect_with_flash, show_with_flash
from interviewer.web.numbers import read_whole
from interviewer.web.pages import lang_of, posted, show, viewer_of

HOME = "/coach/questions"
MOST_FIELDS = 4_000
"""Fields of the form of a question: a long rubric has some six hundred."""
LONGEST_ANSWER = 20_000
TOO_LARGE = finding(
    (), ("题目太长", "the question is too long"), (f"最多 {LARGEST} 个字符：缩短，或者拆成两道", f"keep it to {LARGEST} characters, or make two of it")
)  # fmt: skip
TOO_MANY = finding(
    (), ("题目太多", "there are too many questions"), (f"一个人最多 {MOST_QUESTIONS} 道：先删掉不用的", f"one person may have {MOST_QUESTIONS}: delete some")
)  # fmt: skip

Came = TypeVar("Came")


def routes(application: Application) -> APIRouter:
    """All under /coach/questions but what the neighbours serve."""
    router = APIRouter()

    @router.get(HOME)
    def listed(request: Request) -> Response:
        return show_with_flash(request, "desk/questions", **list_values(application, request))

    @router.get(f"{HOME}/new")
    def new(request: Request) -> Response:
        return show(request, "desk/question", said="", said_values=[], **form_values(application, request, {}, None))

    @router.post(f"{HOME}/new")
    async def create(request: Request) -> Response:
        return await run_in_threadpool(save_question, application, request, "", await posted(request, most=MOST_FIELDS))

    @router.get(f"{HOME}/{{question_id}}")
    def edit(request: Request, question_id: str) -> Response:
        return show_question(application, request, question_id)

    @router.post(f"{HOME}/{{question_id}}")
    async def save(request: Request, question_id: str) -> Response:
        return await run_in_threadpool(save_question, application, request, question_id, await posted(request, most=MOST_FIELDS))

    @router.post(f"{HOME}/{{question_id}}/publish")
    async def publish(request: Request, question_id: str) -> Response:
        return await run_in_threadpool(publish_question, application, request, question_id, await posted(request))

    @router.post(f"{HOME}/{{question_id}}/withdraw")
    async def withdraw(request: Request, question_id: str) -> Response:
        await posted(request)
        return await run_in_threadpool(end_question, application, request, question_id, "withdraw")

    @router.post(f"{HOME}/{{question_id}}/delete")
    async def delete(request: Request, question_id: str) -> Response:
        await posted(request)
        return await run_in_threadpool(end_question, application, request, question_id, "delete")

    @router.get(f"{HOME}/{{question_id}}/try")
    def preview(request: Request, question_id: str) -> Response:
        return show(request, "desk/question_try", **try_values(application, request, question_id))

    @router.post(f"{HOME}/{{question_id}}/try")
    async def attempt(request: Request, question_id: str) -> Response:
        fields = await posted(request)
        return await run_in_threadpool(try_answer, application, request, question_id, fields.get("answer", ""))

    @router.get(f"{HOME}/{{question_id}}/versions")
    def versions(request: Request, question_id: str) -> Response:
        return show(request, "desk/question_versions", **version_values(application, request, question_id))

    return router


# ---------------------------------------------------------------- the list and the form


def list_values(application: Application, request: Request) -> dict[str, Any]:
    """What the viewer may read, with the name of each."""
    viewer, lang = viewer_of(request), lang_of(request)
    written = [
        {
            "question": each.question, "topic": text_of(each.version.content, "topic", lang),
            "prompt": text_of(each.version.content, "prompt", lang), "tested": each.version.tested,
        }
        for each in application.authoring.questions(viewer)
    ]  # fmt: skip
    return {"written": written, "drafts": application.bank_drafts.drafts(viewer), **frame_of(application, request)}


def text_of(content: Content, part: str, lang: Lang) -> str:
    """A text of a content in the reader's language, or else in the other one."""
    texts = content.get(part)
    if not isinstance(texts, Mapping):
        return ""
    return str(texts.get(lang) or next((texts[code] for code in LANGS if texts.get(code)), ""))


def written_in(content: Content) -> Lang | None:
    """The one language that a question is asked in, None where it is both."""
    told = content.get("languages")
    return told[0] if isinstance(told, list) and len(told) == 1 and told[0] in LANGS else None


def form_values(
    application: Application, request: Request, content: Content, version: QuestionVersion | None, *,
    findings: Sequence[Finding] = (), typed_id: str = "", **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """The form with this content; `version`: what it was edited from, None for a new question."""
    viewer, lang, authoring = viewer_of(request), lang_of(request), application.authoring
    question = authoring.question(viewer, version.question_id) if version else None
    may_edit = question is None or authoring.may_edit(viewer, question.id)
    title = text_of(content, "topic", lang) or words(lang)["question_untitled" if question else "question_new"]
    number = version.number if version else 0
    return {
        "question": question, "number": number, "edited_from": number, "tested": bool(version and version.tested), "title": title,
        "action": f"{HOME}/{question.id}" if question else f"{HOME}/new", "advice": (), "refused": False, "meanwhile": None, "kept": 0,
        "form": QuestionForm(content, tell_wrong(findings, ("id", *fields_of(content)), lang, written=written_in(content)), may_edit, typed_id),
        "competencies": application.competencies, "audiences": authoring.audiences(viewer), **more, **frame_of(application, request),
    }  # fmt: skip


def show_question(application: Application, request: Request, question_id: str) -> Response:
    """The form of a question, with what is still missing; `?number=`: another version than the current one."""
    wanted = read_whole(request.query_params.get("number", ""))
    version = found(application.authoring.version, viewer_of(request), question_id, wanted)
    checked = application.authoring.check(version.content, question_id, version.number)
    advice = () if checked.findings else checked.advice
    values = form_values(application, request, version.content, version, findings=checked.findings, advice=advice)
    return show_with_flash(request, "desk/question", **values)


def save_question(application: Application, request: Request, question_id: str, fields: Mapping[str, str]) -> Response:
    """Check what was typed, or save it as another version; whatever comes of it, the page shows what was typed."""
    viewer, authoring, content = viewer_of(request), application.authoring, content_of(fields)
    version = found(authoring.version, viewer, question_id) if question_id else None
    typed_id, edited_from = fields.get("id", "").strip(), read_whole(fields.get("edited_from", "")) or 0

    def again(findings: Sequence[Finding], **more: Any) -> Response:
        values = form_values(application, request, content, version, findings=findings, typed_id=typed_id, **more)
        return show(request, "desk/question", said="", said_values=[], **{"edited_from": edited_from, **values}, status=422)

    try:
        if fields.get("act") == "check":
            checked = authoring.check(content, question_id or typed_id or "new-question")
            values = form_values(application, request, content, version, findings=checked.findings, typed_id=typed_id)
            return show(request, "desk/question", said="question_not_saved", said_values=[], **{**values, "edited_from": edited_from})
        note = fields.get("note", "")
        saved = (
            found(partial(authoring.save, edited_from=edited_from, note=note), viewer, question_id, content)
            if question_id
            else authoring.create(viewer, content, question_id=typed_id, note=note)
        )
    except NotReady as refused:
        return again(refused.findings, refused=True)
    except TooLarge:
        return again((TOO_LARGE,), refused=True)
    except TooManyQuestions:
        return again((TOO_MANY,), refused=True)
    if saved.meanwhile:
        return again(saved.checked.findings, meanwhile=saved.meanwhile, kept=saved.version.number, edited_from=saved.meanwhile.number)
    return redirect_with_flash(request, f"{HOME}/{saved.version.question_id}", "question_saved", str(saved.version.number))


def publish_question(application: Application, request: Request, question_id: str, fields: Mapping[str, str]) -> Response:
    """Ask it from now on of whom was chosen; the form again with what keeps it from that."""
    viewer, authoring = viewer_of(request), application.authoring
    offered = authoring.audiences(viewer)
    chosen, number = read_whole(fields.get("audience", ""), below=len(offered)), read_whole(fields.get("number", ""))
    if chosen is None or number is None:
        raise HTTPException(400)
    version = found(authoring.version, viewer, question_id, number)
    try:
        found(authoring.publish, viewer, question_id, version.number, offered[chosen])
    except NotReady as refused:
        values = form_values(application, request, version.content, version, findings=refused.findings, refused=True)
        return show(request, "desk/question", said="question_not_published", said_values=[], status=422, **values)
    return redirect_with_flash(request, f"{HOME}/{question_id}", "question_published")


def end_question(application: Application, request: Request, question_id: str, act: str) -> Response:
    """Withdraw or delete it."""
    viewer, authoring = viewer_of(request), application.authoring
    if act == "delete":
        found(authoring.delete, viewer, question_id)
        return redirect_with_flash(request, HOME, "question_deleted")
    found(authoring.withdraw, viewer, question_id)
    return redirect_with_flash(request, f"{HOME}/{question_id}", "question_withdrawn")


def found(ask: Callable[..., Came], *arguments: Any) -> Came:
    """What the use case gives; 404 where there is nothing that the viewer may see."""
    try:
        return ask(*arguments)
    except NotFound as error:
        raise HTTPException(404) from error


# ---------------------------------------------------------------- trying, and comparing


def try_values(application: Application, request: Request, question_id: str, **more: Any) -> dict[str, Any]:
    """The question as it would be asked now, as far as it is complete; `?in=`: the language in which it is asked."""
    viewer, lang, authoring = viewer_of(request), lang_of(request), application.authoring
    version = found(authoring.version, viewer, question_id)
    asked = authoring.check(version.content, question_id, version.number).question
    offered = asked.languages if asked else LANGS
    wanted = request.query_params.get("in", lang)
    in_lang = next((code for code in offered if code == wanted), offered[0])
    title = text_of(version.content, "topic", lang) or words(lang)["question_untitled"]
    return {
        "id": question_id, "asked": asked, "in_lang": in_lang, "title": title, "typed": "", "tried": None, "tried_says": "", **more,
        **frame_of(application, request),
    }  # fmt: skip


def try_answer(application: Application, request: Request, question_id: str, answer: str) -> Response:
    """What the offline examiner finds in an answer to the question as it is written now; nothing of it is kept."""
    values, lang = try_values(application, request, question_id), lang_of(request)
    asked, in_lang, typed = values["asked"], values["in_lang"], storable(answer)[:LONGEST_ANSWER]
    if asked is None or not typed.strip():
        return show(request, "desk/question_try", status=422, **values)
    outcome = application.examiners[ExaminerName.RUBRIC]().grade(GradingTask(asked, in_lang, asked.prompt[in_lang], typed))
    says = ""
    if isinstance(outcome, Ungraded):
        says = explain(outcome.reason, lang, outcome.provenance.model)
    elif isinstance(outcome, AsideReply):
        says = words(lang)["question_try_aside"].format(kind=words(lang)[f"utterance_{outcome.utterance}"])
    return show(request, "desk/question_try", **{**values, "typed": typed, "tried": outcome, "tried_says": says})


def version_values(application: Application, request: Request, question_id: str) -> dict[str, Any]:
    """All its texts; `?older=` and `?newer=`: the two that are compared, without them the last two."""
    viewer, lang, authoring = viewer_of(request), lang_of(request), application.authoring
    versions = found(authoring.versions, viewer, question_id)
    numbers = [version.number for version in versions]
    newer, older = numbers[0], numbers[min(1, len(numbers) - 1)]
    given = {name: request.query_params.get(name, "") for name in ("older", "newer")}
    chosen = {name: number for name, text in given.items() if (number := read_whole(text)) in numbers}
    older, newer = chosen.get("older", older), chosen.get("newer", newer)
    differences = authoring.compare(viewer, question_id, older, newer) if older != newer else ()
    return {
        "id": question_id, "versions": versions, "older": older, "newer": newer, "published": authoring.question(viewer, question_id).published,
        "title": text_of(versions[0].content, "topic", lang) or words(lang)["question_untitled"],
        "differences": [{"where": place(each.loc, lang), "before": each.before, "after": each.after} for each in differences],
        **frame_of(application, request),
    }  # fmt: skip
