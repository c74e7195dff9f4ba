"""The practice room: one Gradio page per language. It draws what the records say and passes clicks on to the service.

The page keeps nothing but its place, "interview/turn"; every event loads the interview anew for the person who asks.
`components` holds what is on the page, `scene` turns an interview into what it shows.

The thread is drawn HTML and no `gr.Chatbot`, which was tried (6.31): it reads messages as Markdown and lets an `<img>` of the candidate's
through, so that each would have to be escaped into HTML all the same; buttons inside it cannot call back; it scrolls in a box of its own
below which nothing sticks; it brings share, copy and clear, and 64 KB. Nothing of our templates would go.

Every event is one request with one answer, outside of Gradio's queue: the queue costs three times as much, does not hear of a click while it
closes a stream, and sends its last update twice, which would empty a box that somebody types into again. How the page follows a running grade
is in `news`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import time_ns
from typing import Any

import gradio as gr
from starlette.concurrency import run_in_threadpool

from interviewer.errors import InterviewerError, NotFound, StaleMove, StoreError
from interviewer.insight.again import plan_practice
from interviewer.interview.contesting import ClaimRefused
from interviewer.interview.service import MAX_ANSWER, MAX_DRAFT, AnswerTooLong, InExam, InterviewService, TooManyAnswers
from interviewer.messages import explain
from interviewer.models import ExaminerName, Interview, Lang, Mode, Reason, ReplyKind
from interviewer.models.assignments import OwnAssignment
from interviewer.posting.service import Preparing
from interviewer.training.service import Training, TrainingRefused
from interviewer.training.weak import weak_questions
from interviewer.ui.components import Page, build_page
from interviewer.ui.drill_events import Drills, read_minutes, tell_refusal
from interviewer.ui.labels import words
from interviewer.ui.news import MORE_THAN_ANY, TAKE_NEWS, hear_news, next_pulse, write_count, write_news
from interviewer.ui.render import render
from interviewer.ui.scene import Scene, draw_home, draw_interview, pending_request
from interviewer.ui.setup_form import Catalogue, NoWeakPoints, SetGone, read_setup
from interviewer.ui.unqueued import Unqueued

Updates = dict[Any, Any]
NOTHING: Updates = gr.skip()
Identify = Callable[[gr.Request], str]
Assigned = Callable[[str], Sequence[OwnAssignment]]


def nothing_assigned(_owner: str) -> Sequence[OwnAssignment]:
    """Where nobody gives work."""
    return ()


QUICK_SECONDS = 0.08
_CLAIM = re.compile(r"([0-9]{1,9})/([^/]+)/([0-9]{1,9})/([0-9]{1,9})")
"""What is contested as the page writes it: turn, point, and where the marked words begin and end in the answer."""

SETTLES = {"settle_answer": True, "settle_question": False}
"""What the buttons say that stand beside a message of which code cannot tell whether it is an answer."""


@dataclass(frozen=True, slots=True)
class PracticeRoom:
    """The events of the page. `identify`: who is asking, from the request. `training`, `preparing`: None where there are none. `assigned`: what was
    given to a person."""

    service: InterviewService
    catalogue: Catalogue
    lang: Lang
    identify: Identify
    page: Page
    training: Training | None = None
    preparing: Preparing | None = None
    assigned: Assigned = nothing_assigned

    # ------------------------------------------------------------ drawing

    def show(self, interview: Interview, *, notice: str | None = "", keep_text: bool = False) -> Updates:
        """The updates that make the page show this interview. `notice`: None leaves the one that is shown."""
        pulse = self._pulse(interview)  # before anything is drawn: what is heard meanwhile is drawn twice rather than never
        if not pulse and pending_request(interview):
            # The grade may have come in since the interview was read.
            interview = self.service.load(interview.id, owner=interview.owner)
            pulse = self._pulse(interview)
        scene = draw_interview(interview, self.service, self.catalogue, self.lang, self.training, self.preparing)
        self.service.reviews.mark_seen(interview)
        return self._put(scene, notice=notice, keep_text=keep_text, pulse=pulse)

    def show_home(self, owner: str, *, notice: str = "", minutes: int | None = None) -> Updates:
        """The updates that make the page show the training, the set-up and the history. `minutes`: that the training is to take."""
        scene = draw_home(
            self.service, self.catalogue, self.lang, owner=owner, training=self.training, minutes=minutes, assigned=self.assigned(owner)
        )
        return self._put(scene, notice=notice, keep_text=True)

    def _put(self, scene: Scene, *, notice: str | None, keep_text: bool, pulse: str = "") -> Updates:
        """All that an event may change is told each time: what is left out, or has more than a value, costs Gradio a new component."""
        page = self.page
        updates = {
            page.bar: scene.bar,
            page.place: scene.place,
            page.stage: scene.stage,
            page.side: scene.side,
            page.report: scene.report,
            page.today: scene.today,
            page.history: scene.history,
            page.pulse: pulse,
            page.hint: scene.hint_label,
            page.next: scene.next_label,
        }
        if notice is not None:
            updates[page.notice] = render("notice", self.lang, text=notice)
        if not keep_text:
            updates[page.answer] = scene.draft
        return updates

    def _tell(self, text: str) -> Updates:
        """Nothing but a notice."""
        return {self.page.notice: render("notice", self.lang, text=text)}

    # ------------------------------------------------------------ events

    def on_load(self, request: gr.Request) -> Updates:
        """The page opens, or comes back: from its URL."""
        interview_id = request.query_params.get("interview", "")
        owner = self.identify(request)
        if not interview_id:
            return self.show_home(owner)
        return self._attempt(owner, lambda: self._settle(self.service.load(interview_id, owner=owner)))

    def on_refresh(self, place: str, text: str, request: gr.Request) -> Updates:
        """The page asks again, because its connection was lost while a grade was due, or nothing came of a click."""
        owner = self.identify(request)
        return self._attempt(owner, lambda: self._look_again(place, text, owner)) if place else NOTHING

    async def on_pulse(self, place: str, pulse: str, request: gr.Request) -> str:
        """The page has shown what was known of a running grade: what is new since; see `news`."""
        seen = as_number(pulse.partition(" ")[0])
        if seen is None:
            return ""
        owner, interview_id = self.identify(request), split_place(place)[0]
        turn_id = await run_in_threadpool(self._awaited, interview_id, owner)
        count = await hear_news(self.service, turn_id, seen) if turn_id is not None else None
        if count is not None:
            return write_count(place, [next_pulse(count) if part is self.page.pulse else None for part in self.page.drawn], count)
        # Read anew: the candidate may have gone on meanwhile. What is typed and told meanwhile stays.
        draw = lambda: self.show(self.service.load(interview_id, owner=owner), notice=None, keep_text=True)  # noqa: E731
        news = await run_in_threadpool(self._attempt, owner, draw)
        return write_news(news.get(self.page.place, ""), [news.get(part) for part in self.page.drawn])

    def on_form(self, request: gr.Request) -> list[Any]:
        """The page opens: what this person may choose from beside the question files, for the set-up's set, topics and number of questions."""
        owner = self.identify(request)
        sets, topics = self.catalogue.set_choices(self.lang, owner), self.catalogue.topic_choices(self.lang, owner)
        more = len(topics) != len(self.catalogue.bank.files.questions)
        return [
            gr.update(choices=sets, visible=True) if len(sets) > 1 else gr.skip(),
            gr.update(choices=topics) if more else gr.skip(),
            gr.update(maximum=len(topics), value=len(topics)) if more else gr.skip(),
        ]

    def on_begin(self, request: gr.Request, *form: Any) -> Updates:
        """Set-up is done: start."""
        owner = self.identify(request)
        try:
            weak = lambda: weak_questions(self.training.cards(owner)) if self.training else ()  # noqa: E731
            setup = read_setup(self.catalogue, form, owner, weak)
            if setup.mode is Mode.DRILL and self.training:
                return self.show(Drills(self.training, self.catalogue, self.lang).begin_set(owner, setup))
            return self.show(self.service.begin(setup, owner=owner))
        except InterviewerError as error:
            return self._trouble(error)

    def on_submit(self, place: str, text: str, request: gr.Request) -> Updates:
        """An answer is sent: saved first, then shown, with its grade if that is there at once."""
        return self._reply(place, text, ReplyKind.TEXT, request) if text.strip() else self._tell(words(self.lang)["empty_answer"])

    def on_unknown(self, place: str, text: str, request: gr.Request) -> Updates:
        """The button "I don't know"; what was typed is kept with it."""
        return self._reply(place, text, ReplyKind.UNKNOWN, request)

    def on_skip(self, place: str, text: str, request: gr.Request) -> Updates:
        """The button "skip"."""
        return self._reply(place, text, ReplyKind.SKIPPED, request)

    def on_time_up(self, place: str, text: str, request: gr.Request) -> Updates:
        """The clock has run out: what is typed is the answer."""
        return self._reply(place, text, ReplyKind.TIMED_OUT, request)

    def on_draft(self, place: str, text: str, request: gr.Request) -> str:
        """Something was typed."""
        interview_id, seq = split_place(place)
        try:
            saved = self.service.save_draft(interview_id, owner=self.identify(request), seq=seq, text=text)
        except InterviewerError:
            return render("draft", self.lang, at=time_ns(), text=words(self.lang)["draft_unsaved"])
        told = words(self.lang)["draft_saved" if len(text) <= MAX_DRAFT else "draft_cut"].format(n=MAX_DRAFT)
        return render("draft", self.lang, at=time_ns(), text=told if saved and text.strip() else "")

    def on_hint(self, place: str, request: gr.Request) -> Updates:
        """The next hint."""
        return self._move(place, request, self.service.show_hint, keep_text=True)

    def on_next(self, place: str, request: gr.Request) -> Updates:
        """On to the next question, or the report."""
        return self._move(place, request, self.service.go_on)

    def on_reference(self, place: str, request: gr.Request) -> Updates:
        """Show the reference answer."""
        return self._move(place, request, self.service.reveal, keep_text=True)

    def on_action(self, place: str, request: gr.Request, event: gr.EventData) -> Updates:
        """A button inside drawn HTML: say what a message was, finish, grade again by this or the other examiner, contest, improve, sum up, stand in, delete, practise, drill."""
        data = event._data or {}
        act, argument = str(data.get("act", "")), str(data.get("arg", ""))
        seq = as_number(argument)
        owner = self.identify(request)
        if act == "finish":
            return self._move(place, request, self.service.finish)
        if act in SETTLES:
            return self._attempt(owner, lambda: self._settle_doubt(place, owner, is_answer=SETTLES[act]))
        if act == "regrade" and seq is not None:
            return self._attempt(owner, lambda: self._regrade(split_place(place)[0], seq, owner))
        if act == "ask_model" and seq is not None and self.catalogue.model:
            return self._attempt(owner, lambda: self._regrade(split_place(place)[0], seq, owner, ExaminerName.LLM))
        if act == "stand_in" and seq is not None:
            return self._attempt(owner, lambda: self._stand_in(split_place(place)[0], seq, owner))
        if act == "contest" and (claim := _CLAIM.fullmatch(argument)):
            return self._attempt(owner, lambda: self._contest(split_place(place)[0], claim, owner))
        if act == "sum_up":
            return self._attempt(owner, lambda: self._sum_up(split_place(place)[0], owner))
        if act == "improve":
            return self._attempt(owner, lambda: self._improve(split_place(place)[0], argument, owner))
        if act == "delete":
            return self._attempt(owner, lambda: self._delete(argument, owner))
        if act == "practise":
            return self._attempt(owner, lambda: self._practise(split_place(place)[0], argument or None, owner))
        if act == "minutes":
            return self._attempt(owner, lambda: self.show_home(owner, minutes=read_minutes(argument)))
        if act in ("drill", "drill_missed") and self.training:
            drills = Drills(self.training, self.catalogue, self.lang)
            return self._attempt(owner, lambda: self._drill(drills, act, split_place(place)[0], argument, owner))
        return NOTHING

    def on_look_up(self, place: str, term: str, request: gr.Request) -> str:
        """The drawer: a term, and what the questions that are over say of it. Closed while one is open, so that it gives nothing away."""
        interview_id, _ = split_place(place)
        try:
            interview = self.service.load(interview_id, owner=self.identify(request))
        except InterviewerError:
            return ""
        later = not self.service.may_look_up(interview)
        passages = () if later else self.service.look_up(term[:200], interview, lang=self.lang)
        return render("passages", self.lang, later=later, passages=passages, topics=self.catalogue.topics(self.lang, interview.owner))

    # ------------------------------------------------------------ shared

    def _reply(self, place: str, text: str, kind: ReplyKind, request: gr.Request) -> Updates:
        owner = self.identify(request)
        return self._attempt(owner, lambda: self._send(place, text, kind, owner))

    def _send(self, place: str, text: str, kind: ReplyKind, owner: str) -> Updates:
        interview_id, seq = split_place(place)
        seen = self.service.load(interview_id, owner=owner)
        if seen.current is None or seen.current.seq != seq or seen.current.reply is not None:
            twice = _reply_at(seen, seq) == text.strip()
            return self.show(seen, notice="" if twice or not text.strip() else words(self.lang)["moved_on"], keep_text=not twice)
        try:
            after = self.service.submit(seen, text, kind=kind)
        except AnswerTooLong:
            return self._tell(words(self.lang)["too_long"].format(n=MAX_ANSWER, now=len(text)))
        return self._settle(after)

    def _settle(self, interview: Interview, *, keep_text: bool = False, examiner: ExaminerName | None = None) -> Updates:
        """Show the interview. The offline examiner is done before a person could see that it began: no waiting state is flashed.

        `examiner`: who is to judge, if not the interview's own. No model is done so soon: it is not waited for.
        """
        offline = (examiner or interview.setup.examiner) is ExaminerName.RUBRIC
        turn_id = pending_request(interview) if offline else None
        if turn_id and self.service.watch(turn_id, seen=MORE_THAN_ANY, timeout=QUICK_SECONDS) is None:
            interview = self.service.load(interview.id, owner=interview.owner)
        return self.show(interview, keep_text=keep_text)

    def _awaited(self, interview_id: str, owner: str) -> int | None:
        """The turn whose running grade is waited for, None if there is none, or nothing can be told of it."""
        try:
            return pending_request(self.service.load(interview_id, owner=owner))
        except InterviewerError:
            return None

    def _pulse(self, interview: Interview) -> str:
        turn_id = pending_request(interview)
        running = self.service.watch(turn_id, seen=-1, timeout=0) if turn_id else None
        return "" if running is None else next_pulse(len(running))

    def _look_again(self, place: str, text: str, owner: str) -> Updates:
        """What stands in the box stays, unless it is the answer that was taken."""
        interview_id, seq = split_place(place)
        interview = self.service.load(interview_id, owner=owner)
        return self._settle(interview, keep_text=not _was_taken(interview, seq, text.strip()))

    def _move(self, place: str, request: gr.Request, move: Callable[[Interview], Interview], *, keep_text: bool = False) -> Updates:
        owner = self.identify(request)
        return self._attempt(owner, lambda: self._make_move(place, owner, move, keep_text=keep_text))

    def _make_move(self, place: str, owner: str, move: Callable[[Interview], Interview], *, keep_text: bool) -> Updates:
        interview_id, seq = split_place(place)
        seen = self.service.load(interview_id, owner=owner)
        stale = seen.current is None or seen.current.seq != seq
        return self.show(seen if stale else move(seen), keep_text=keep_text)

    def _settle_doubt(self, place: str, owner: str, *, is_answer: bool) -> Updates:
        interview_id, seq = split_place(place)
        seen = self.service.load(interview_id, owner=owner)
        stale = seen.current is None or seen.current.seq != seq
        return self._settle(seen if stale else self.service.settle_doubt(seen, is_answer=is_answer), keep_text=True)

    def _regrade(self, interview_id: str, seq: int, owner: str, examiner: ExaminerName | None = None) -> Updates:
        seen = self.service.load(interview_id, owner=owner)
        return self._settle(self.service.grade_again(seen, seq, examiner=examiner), keep_text=True, examiner=examiner)

    def _stand_in(self, interview_id: str, seq: int, owner: str) -> Updates:
        after = self.service.stand_in(self.service.load(interview_id, owner=owner), seq)
        graded = any(turn.grade for turn in after.turns if turn.seq == seq)
        return self.show(after, notice="" if graded else explain(Reason.NOT_RECOGNISED, self.lang), keep_text=True)

    def _contest(self, interview_id: str, claim: re.Match[str], owner: str) -> Updates:
        seen = self.service.load(interview_id, owner=owner)
        seq, point_id, start, end = claim.groups()
        return self.show(self.service.contest(seen, int(seq), point_id, int(start), int(end)), keep_text=True)

    def _improve(self, interview_id: str, question_id: str, owner: str) -> Updates:
        return self.show(self.service.writing.improve(self.service.load(interview_id, owner=owner), question_id), keep_text=True)

    def _sum_up(self, interview_id: str, owner: str) -> Updates:
        return self.show(self.service.writing.sum_up(self.service.load(interview_id, owner=owner)), keep_text=True)

    def _practise(self, interview_id: str, question_id: str | None, owner: str) -> Updates:
        seen = self.service.load(interview_id, owner=owner)
        bank, own = self.service.bank.for_viewer(owner), self.preparing.own_questions(seen) if self.preparing else ()
        known = {question.id: question for question in (*own, *bank.questions)}
        setup = plan_practice(seen, question_id, tuple(known), self.catalogue.examiners)
        if setup is None:
            return self._tell(words(self.lang)["question_gone"])
        return self.show(self.service.begin_with([known[id] for id in setup.question_ids], setup, owner=owner))

    def _drill(self, drills: Drills, act: str, interview_id: str, argument: str, owner: str) -> Updates:
        if act == "drill":
            return self.show(drills.begin_today(owner, read_minutes(argument)))
        return self.show(drills.begin_missed(self.service.load(interview_id, owner=owner)))

    def _delete(self, interview_id: str, owner: str) -> Updates:
        self.service.delete(interview_id, owner=owner)
        return self.show_home(owner)

    def _attempt(self, owner: str, event: Callable[[], Updates]) -> Updates:
        try:
            return event()
        except NotFound:
            return self.show_home(owner, notice=words(self.lang)["not_found"])
        except InterviewerError as error:
            return self._trouble(error)

    def _trouble(self, error: InterviewerError) -> Updates:
        t = words(self.lang)
        text = t[f"trouble_store_{error.trouble}"] if isinstance(error, StoreError) else t["trouble"]
        if isinstance(error, StaleMove):
            text = t["moved_on"]
        if isinstance(error, ClaimRefused):
            text = t[f"claim_refused_{error.why}"]
        if isinstance(error, TooManyAnswers):
            text = t["too_many_answers"]
        if isinstance(error, InExam):
            text = t["in_exam"]
        elif isinstance(error, SetGone):
            text = t["question_set_gone"]
        if isinstance(error, NoWeakPoints):
            text = t["weak_points_none"]
        if isinstance(error, TrainingRefused):
            text = tell_refusal(error.why, self.lang)
        return self._tell(text)


def _reply_at(interview: Interview, seq: int) -> str | None:
    """What was replied to turn `seq`, without white space at its ends; None if nothing was."""
    return next((turn.reply.text.strip() for turn in interview.turns if turn.seq == seq and turn.reply), None)


def _was_taken(interview: Interview, seq: int, text: str) -> bool:
    """Whether the text has arrived at turn `seq`, as its reply or beside it."""
    asides = (aside.text.strip() for turn in interview.turns if turn.seq == seq for aside in turn.asides[-1:])
    return text in (_reply_at(interview, seq), *asides)


def split_place(place: str) -> tuple[str, int]:
    """ "id/seq" of the page's place; seq is 0 where there is none."""
    interview_id, _, seq = place.partition("/")
    return interview_id, as_number(seq) or 0


def as_number(text: str) -> int | None:
    """A whole number as the page writes it, None for anything else."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def build_practice(
    service: InterviewService,
    catalogue: Catalogue,
    lang: Lang,
    *,
    identify: Identify,
    training: Training | None = None,
    preparing: Preparing | None = None,
    assigned: Assigned = nothing_assigned,
) -> gr.Blocks:
    """The practice room's page in one language."""
    blocks: gr.Blocks
    with Unqueued(title=words(lang)["title"], analytics_enabled=False) as blocks:
        page = build_page(catalogue, lang)
        room = PracticeRoom(service, catalogue, lang, identify, page, training, preparing, assigned)
        _wire(blocks, page, room)
    return blocks


def _wire(blocks: gr.Blocks, page: Page, room: PracticeRoom) -> None:
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
    # Drawn as they are: Gradio's postprocessing would change nothing, in a thread for each of them.
    drawing: dict[str, Any] = {"outputs": page.drawn, "postprocess": False, **quiet}
    writing: dict[str, Any] = {**drawing, "outputs": [*page.drawn, page.answer]}
    here, typed = [page.place], [page.place, page.answer]
    blocks.load(room.on_load, None, **writing)
    blocks.load(room.on_form, None, page.chosen_from, **quiet)
    # Checked as it is read: Gradio would refuse a choice that it has forgotten it offered, as after a restart.
    page.begin.click(room.on_begin, page.form, preprocess=False, **writing)
    for button, event, inputs, outputs in (
        (page.submit, room.on_submit, typed, writing),
        (page.unknown, room.on_unknown, typed, writing),
        (page.skip, room.on_skip, typed, writing),
        (page.time_up, room.on_time_up, typed, writing),
        (page.hint, room.on_hint, here, drawing),
        (page.next, room.on_next, here, writing),
        (page.go_on, room.on_next, here, writing),
        (page.reference, room.on_reference, here, drawing),
        (page.refresh, room.on_refresh, typed, writing),
    ):
        # Gradio's own "once" swallows every click after one whose answer was lost; page.js and the records see to second clicks.
        button.click(event, inputs, trigger_mode="multiple", **outputs)
    page.pulse.change(room.on_pulse, [page.place, page.pulse], page.news, trigger_mode="always_last", postprocess=False, **quiet)
    page.news.change(None, [page.news, page.place], page.drawn, js=TAKE_NEWS, **quiet)
    for drawn in (page.bar, page.today, page.stage, page.history, page.report):
        drawn.click(room.on_action, here, **writing)
    page.answer.change(room.on_draft, typed, page.draft_status, trigger_mode="always_last", **quiet)
    for look_up in (page.term.submit, page.search.click):
        look_up(room.on_look_up, [page.place, page.term], page.found, **quiet)
