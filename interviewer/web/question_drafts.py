"""The pages where questions are drafted from a text: give it, see what was found and where, take what is wanted.

What is found is kept for a month (authoring/drafts); what is taken becomes a question of its own (authoring/service).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from interviewer.authoring.completing import COMPLETE
from interviewer.authoring.content import TooLarge
from interviewer.authoring.drafts import KEPT, DraftMoved, DraftRefused
from interviewer.authoring.service import TooManyQuestions
from interviewer.bootstrap import Application
from interviewer.drafting.building import draft_bank
from interviewer.drafting.document import Document, Span
from interviewer.drafting.draft import BankDraft as Drafted
from interviewer.drafting.draft import QuestionDraft, decode_draft, encode_draft
from interviewer.drafting.duplicates import Likeness
from interviewer.drafting.extract import MOST_BYTES, extract, read_text
from interviewer.drafting.files import content_of
from interviewer.drafting.finding import find_questions
from interviewer.errors import DraftError
from interviewer.models import BankDraft, Bilingual, Lang, Source
from interviewer.text.storable import storable
from interviewer.ui.labels import words
from interviewer.web.desk import frame_of
from interviewer.web.flash import redirect_with_flash, show_with_flash
from interviewer.web.pages import go, lang_of, posted, posted_with_file, show, viewer_of
from interviewer.web.question_completing import MarkedLine, completing_values, job_of, marked_lines
from interviewer.web.questions import found

HOME = "/coach/questions/draft"
AROUND = 160
"""Characters of the document that are shown on either side of a question."""
SURE = 0.9
"""The confidence from which a question that was found is ticked at first: of documents that nobody read, nine in ten of these are questions,
and half of the others."""
LONGEST_TOLD = 300
MOST_BOXES = 2_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the document: the words before, itself, those after."""

    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class Alike:
    """A question that may be the same. `similarity`: per cent; `in_bank`: of the bank, else of the same draft."""

    prompt: str
    similarity: int
    in_bank: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A question of the draft as the page shows it."""

    question: QuestionDraft
    prompt: str
    topic: str
    answer: str
    places: tuple[Place, ...]
    lines: tuple[MarkedLine, ...]
    missing: tuple[str, ...]
    alike: tuple[Alike, ...]
    taken: str

    @property
    def is_unsure(self) -> bool:
        """Whether the shape in which it was found is often no question's."""
        return self.question.confidence < SURE

    @property
    def is_ticked(self) -> bool:
        """Whether it is taken unless somebody says otherwise."""
        return not self.alike and not self.is_unsure


def routes(application: Application) -> APIRouter:
    """All under /coach/questions/draft. Before the routes of `questions`, whose ids could be "draft"."""
    router = APIRouter()

    @router.get(HOME)
    def form(request: Request) -> Response:
        return show(request, "desk/question_draft", **form_values(application, request))

    @router.post(HOME)
    async def give(request: Request) -> Response:
        fields, content = await posted_with_file(request, "file")
        return await run_in_threadpool(take_text, application, request, fields, content)

    @router.get(f"{HOME}/{{draft_id}}")
    def listed(request: Request, draft_id: str) -> Response:
        return show_with_flash(request, "desk/question_found", **found_values(application, request, draft_id))

    @router.post(f"{HOME}/{{draft_id}}")
    async def take(request: Request, draft_id: str) -> Response:
        return await run_in_threadpool(take_questions, application, request, draft_id, await posted(request, most=MOST_BOXES))

    return router


def form_values(application: Application, request: Request, **more: Any) -> dict[str, Any]:
    """The form for a text or a file."""
    blank = dict.fromkeys(("text", "title", "author", "licence", "date"), "")
    return {"typed": blank, "trouble": "", "megabytes": MOST_BYTES // 1_000_000, **more, **frame_of(application, request)}


def take_text(application: Application, request: Request, fields: Mapping[str, str], content: bytes) -> Response:
    """Read what was given, find its questions, and keep them as a draft; the form again if nothing can be made of it."""
    viewer, lang = viewer_of(request), lang_of(request)
    typed = {name: storable(fields.get(name, "")).strip() for name in ("text", "title", "author", "licence", "date")}

    def again(trouble: str) -> Response:
        return show(request, "desk/question_draft", status=422, **form_values(application, request, typed=typed, trouble=trouble))

    if not content and not typed["text"]:
        return again(words(lang)["draft_empty"])
    try:
        document = extract(content) if content else read_text(typed["text"])
    except DraftError as error:
        return again(error.words[lang])
    questions = find_questions(document)
    if not questions:
        return again(words(lang)["draft_none"])
    source = Source(*(typed[name][:LONGEST_TOLD] for name in ("title", "author", "licence", "date")))
    drafted = draft_bank(document, questions, source, application.skills)
    title = typed["title"] or document.title or document.text.strip().partition("\n")[0]
    try:
        kept = application.bank_drafts.keep(viewer, title=title, text=document.text, content=content_to_keep(drafted, document, {}))
    except DraftRefused as refused:
        return again(refused.words[lang])
    return redirect_with_flash(request, f"{HOME}/{kept.id}", "draft_found", str(len(drafted.questions)))


def content_to_keep(drafted: Drafted, document: Document, taken: Mapping[str, str]) -> dict[str, Any]:
    """What is kept beside the document's text. `taken`: the ids of the questions that were made, by those of the draft."""
    hidden = [{"text": each.text[:LONGEST_TOLD], "why": each.why} for each in document.hidden[:20]]
    return {"draft": encode_draft(drafted), "taken": dict(taken), "hidden": hidden, "format": document.format}


def read_kept(application: Application, request: Request, draft_id: str) -> BankDraft:
    """The viewer's draft; 404 if there is none, or no longer."""
    return found(application.bank_drafts.draft, viewer_of(request), draft_id)


def found_values(application: Application, request: Request, draft_id: str) -> dict[str, Any]:
    """What was found, where, what is missing, and what it may be the same as."""
    job, kept, lang = job_of(application, draft_id), read_kept(application, request, draft_id), lang_of(request)
    drafted, taken = decode_draft(dict(kept.content["draft"])), kept.content.get("taken", {})
    bank = application.live_bank.for_viewer(viewer_of(request).id)
    prompts = {each.id: each.prompt for each in bank.questions}
    alike = alike_of(drafted, prompts, application.duplicates(drafted.questions, bank), lang)
    entries = [entry_of(each, kept.text, alike.get(each.id, ()), taken.get(each.id, ""), lang) for each in drafted.questions]
    return {
        "kept": kept, "entries": entries, "source": drafted.source, "over": drafted.over, "hidden": kept.content.get("hidden", ()),
        "open_ones": sum(not entry.taken for entry in entries), "days": KEPT.days, **frame_of(application, request),
        **completing_values(application, job, kept, drafted, lang),
    }  # fmt: skip


def alike_of(drafted: Drafted, bank: Mapping[str, Bilingual], pairs: Sequence[Likeness], lang: Lang) -> dict[str, tuple[Alike, ...]]:
    """What each question of the draft may be the same as, the likest first."""
    prompts = {each.id: prompt_of(each) for each in drafted.questions}
    alike: dict[str, tuple[Alike, ...]] = {}
    for pair in pairs:
        percent = round(100 * pair.similarity)
        second = bank[pair.second][lang] if pair.in_bank else prompts[pair.second]
        alike[pair.first] = (*alike.get(pair.first, ()), Alike(second, percent, pair.in_bank))
        if not pair.in_bank:
            alike[pair.second] = (*alike.get(pair.second, ()), Alike(prompts[pair.first], percent, False))
    return alike


def prompt_of(question: QuestionDraft) -> str:
    """The question in the language of the document."""
    return question.prompt.words(question.lang)


def entry_of(question: QuestionDraft, text: str, alike: tuple[Alike, ...], taken: str, lang: Lang) -> Entry:
    """One question for the page."""
    spans = [span for line in question.prompt[question.lang] for span in line.spans]
    missing = tuple(tell_path(path, lang) for path in question.missing())
    topic, answer = (part.words(question.lang) for part in (question.topic, question.reference))
    return Entry(
        question,
        prompt_of(question),
        topic,
        answer,
        tuple(place_of(text, span) for span in spans),
        marked_lines(question, lang),
        missing,
        alike,
        taken,
    )


def tell_path(path: tuple[str, ...], lang: Lang) -> str:
    """A text that is left for the author, in words: its part and its language."""
    t = words(lang)
    part = t[f"question_{path[0]}"] if path[0] in ("topic", "prompt", "reference", "competencies", "points", "hints", "givens") else path[0]
    language = {"zh": "中文", "en": "English"}.get(path[-1], "")
    return f"{part} · {language}" if language else part


def place_of(text: str, span: Span) -> Place:
    """A stretch of the document with what stands around it."""
    before, after = text[max(0, span.start - AROUND) : span.start], text[span.end : span.end + AROUND]
    return Place(before, text[span.start : span.end], after)


def take_questions(application: Application, request: Request, draft_id: str, fields: Mapping[str, str]) -> Response:
    """Make questions of those that were ticked, or delete the draft."""
    viewer, kept = viewer_of(request), read_kept(application, request, draft_id)
    if fields.get("act") == "delete":
        application.bank_drafts.delete(viewer, draft_id)
        return redirect_with_flash(request, "/coach/questions", "draft_deleted")
    if fields.get("act") == "complete" and application.settings.has_model:
        application.jobs.ask(COMPLETE, kept.id, owner=kept.owner)
        return go(f"{HOME}/{draft_id}#completing")
    drafted, taken = decode_draft(dict(kept.content["draft"])), dict(kept.content.get("taken", {}))
    wanted = [each for each in drafted.questions if f"take.{each.id}" in fields and each.id not in taken]
    if not wanted:
        return redirect_with_flash(request, f"{HOME}/{draft_id}", "draft_not_chosen")
    before, note, too_large = len(taken), words(lang_of(request))["draft_note"], 0
    try:
        for question in wanted:
            content = content_of(question, drafted.source, drafted.digest)
            try:
                taken[question.id] = application.authoring.create(viewer, content, note=note).version.question_id
            except TooLarge:
                too_large += 1
            except TooManyQuestions:
                break
    finally:
        keep_taken(application, request, kept, taken)
    made = len(taken) - before
    said = "draft_taken" if made == len(wanted) else "draft_not_large" if made + too_large == len(wanted) else "draft_not_all"
    return redirect_with_flash(request, f"{HOME}/{draft_id}", said, str(made), str(too_large))


def keep_taken(application: Application, request: Request, kept: BankDraft, taken: Mapping[str, str]) -> None:
    """Note what was made of the draft, also if it was saved in another window meanwhile."""
    drafts, viewer = application.bank_drafts, viewer_of(request)
    content = {**kept.content, "taken": dict(taken)}
    try:
        drafts.save(viewer, kept.id, content=content, edited_from=kept.number)
    except DraftMoved as moved:
        both = {**moved.draft.content.get("taken", {}), **taken}
        drafts.save(viewer, kept.id, content={**moved.draft.content, "taken": both}, edited_from=moved.draft.number)
