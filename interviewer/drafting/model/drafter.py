"""A draft with a language model: stretches of the text → questions → what was missed → one draft a question. What fails leaves what there is.

The document's words stay as they are; the model's are marked, and each quote was found by code (`seeds`, `answering`, `pointing`, `asking_around`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, TypeVar

from interviewer.config import Settings
from interviewer.drafting.building import MOST_QUESTIONS, NO_SKILLS, draft_question
from interviewer.drafting.document import Document, Span
from interviewer.drafting.draft import BankDraft, QuestionDraft, Shortfall, Step
from interviewer.drafting.found import FoundQuestion
from interviewer.drafting.model.answering import QuestionWriter
from interviewer.drafting.model.asking_around import AskingWriter
from interviewer.drafting.model.pointing import PointWriter
from interviewer.drafting.model.seeds import SeedFinder, Seen, Stretch, is_order, overlaps
from interviewer.drafting.model.windows import halves_of, windows_of
from interviewer.endpoint.chat import ChatModel
from interviewer.endpoint.tokens import TokenCounter
from interviewer.grading.llm.prompts import Prompt
from interviewer.models import Competency, Reason, Ungraded, Usage
from interviewer.questions.skills import SkillList

WINDOW, OVERLAP = 1_500, 200
"""Tokens that are looked through in one call: so many that even a bare list of questions fits the reply; and what two neighbours share."""
MOST_WINDOWS = 60
_SHORT_OF_ROOM = frozenset({Reason.CUT_OFF, Reason.TOO_LONG})
_OF_ONE = _SHORT_OF_ROOM | {Reason.REFUSAL, Reason.UNPARSABLE, Reason.INTERNAL}
"""Failures that tell nothing of the next call."""
_GIVE_UP = 2
"""After so many failures in a row that the next call would meet as well, or one that no waiting mends, the model is asked no more."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: `done` of `of` stretches or questions, the draft as it is by now, and what it took."""

    step: Step
    done: int
    of: int
    so_far: BankDraft
    usage: Usage


Hear = Callable[[Progress], None]


def ignore(_progress: Progress) -> None:
    """Hear how far it is and do nothing."""


class Drafter:
    """Completes drafts with a chat model, one call at a time. Safe to use from several threads."""

    def __init__(self, chat: ChatModel, prompts: Mapping[str, Prompt], tokens: TokenCounter, settings: Settings) -> None:
        self._count, self._model = tokens.count, chat.model
        self._seeds = SeedFinder(chat, prompts, tokens, settings)
        self._answers = QuestionWriter(chat, prompts, tokens, settings)
        self._points = PointWriter(chat, prompts, tokens, settings)
        self._asking = AskingWriter(chat, prompts, tokens, settings)

    def complete(
        self,
        document: Document,
        draft: BankDraft,
        competencies: Sequence[Competency],
        *,
        skills: SkillList = NO_SKILLS,
        token_budget: int | None = None,
        hear: Hear = ignore,
    ) -> tuple[BankDraft, Usage]:
        """The draft of a document as code made it, or as an earlier run left it, with what the model has for it; and what that took.

        `token_budget`: what all calls may take. `hear` is told before each stretch and question; whatever it raises ends the work.
        Questions that an earlier run has completed are not worked on again.
        """
        work = _Work(document, token_budget, hear)
        orders = [each.spot for each in draft.questions if each.spot and is_order(document, each.spot)]
        draft = replace(draft, questions=tuple(each for each in draft.questions if each.spot not in orders), shortfalls=())
        draft = self._find(work, draft, skills)
        questions = list(draft.questions)
        for number, question in enumerate(draft.questions, start=1):
            work.hear(Progress(Step.ANSWER, number - 1, len(questions), work.told(replace(draft, questions=tuple(questions))), work.usage))
            questions[number - 1] = self._complete_one(work, question, competencies, (number, len(questions)))
        done = work.told(replace(draft, questions=tuple(questions)))
        return replace(done, orders=tuple(dict.fromkeys((*draft.orders, *orders, *work.orders)))), work.usage

    # ------------------------------------------------------------ finding

    def _find(self, work: _Work, draft: BankDraft, skills: SkillList) -> BankDraft:
        """The draft with the questions that only the model sees, in the order of the text, and answers that only it has found."""
        windows = windows_of(work.document, self._count, size=WINDOW, overlap=OVERLAP)
        if len(windows) > MOST_WINDOWS:
            work.miss(Step.FIND, (MOST_WINDOWS + 1, len(windows)), Reason.TOO_LONG)
        windows = windows[:MOST_WINDOWS]
        for step in (Step.FIND, Step.AGAIN):
            for number, window in enumerate(windows, start=1):
                work.hear(Progress(step, number - 1, len(windows), work.told(draft), work.usage))
                for seen in self._look(work, step, window, draft, (number, len(windows))):
                    draft = _with_seen(work.document, draft, seen, skills)
        return draft

    def _look(self, work: _Work, step: Step, window: Span, draft: BankDraft, place: tuple[int, int]) -> tuple[FoundQuestion, ...]:
        """What the model sees in one stretch; one that is too much for a reply is looked through in halves."""
        inside = tuple(each.asked(each.lang) for each in draft.questions if each.spot and overlaps(each.spot, window))
        stretch = Stretch(work.document, window, inside if step is Step.AGAIN else None)
        outcome = work.try_call(partial(self._seeds.find, stretch))
        if isinstance(outcome, Seen):
            work.orders.extend(outcome.orders)
            return outcome.questions
        halves = halves_of(work.document, window) if outcome in _SHORT_OF_ROOM else ()
        if not halves:
            work.miss(step, place, outcome)
        return tuple(seen for half in halves for seen in self._look(work, step, half, draft, place))

    # ------------------------------------------------------------ completing

    def _complete_one(self, work: _Work, draft: QuestionDraft, competencies: Sequence[Competency], place: tuple[int, int]) -> QuestionDraft:
        """The draft as far as the model gets with it: each step builds on the one before, and none is done twice."""
        done = bool(draft.by)
        steps = (
            (Step.ANSWER, partial(self._answers.complete, competencies=competencies), done),
            (Step.POINTS, self._points.write_points, done and bool(draft.points)),
            (Step.ASKING, self._asking.write_asking, done and bool(draft.hints)),
        )
        for step, call, is_done in steps:
            outcome = draft if is_done else work.try_call(partial(call, draft))
            if not isinstance(outcome, QuestionDraft):
                work.miss(step, place, outcome)
                break
            draft = replace(outcome, by=self._model)
        return draft


T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class _Call(Protocol[T_co]):
    """A call to the model that takes no more than `token_budget`."""

    def __call__(self, *, token_budget: int | None) -> tuple[T_co | Ungraded, object, Usage]: ...


class _Work:
    """One draft under way: what it took, where it failed, and whether there is any use in going on."""

    def __init__(self, document: Document, token_budget: int | None, hear: Hear) -> None:
        self.document, self.hear, self._budget = document, hear, token_budget
        self.usage, self.shortfalls, self.orders = Usage(), list[Shortfall](), list[Span]()
        self._in_a_row = 0
        self._over: Reason | None = None

    def try_call(self, call: _Call[T]) -> T | Reason:
        """What a call brings, or why it brings nothing. Nothing is asked any more once that is of no use."""
        if self._over:
            return self._over
        spent = self.usage.prompt_tokens + self.usage.completion_tokens
        outcome, _, usage = call(token_budget=None if self._budget is None else max(0, self._budget - spent))
        self.usage = self.usage + usage if self.usage.calls else usage
        if not isinstance(outcome, Ungraded):
            self._in_a_row = 0
            return outcome
        if outcome.reason not in _OF_ONE:
            self._in_a_row += 1
            if self._in_a_row >= _GIVE_UP or not outcome.reason.retryable:
                self._over = outcome.reason
        return outcome.reason

    def told(self, draft: BankDraft) -> BankDraft:
        """The draft with where the model failed so far."""
        return replace(draft, shortfalls=tuple(self.shortfalls))

    def miss(self, step: Step, place: tuple[int, int], reason: Reason) -> None:
        """Put down that something was not done."""
        self.shortfalls.append(Shortfall(step, *place, reason))


def _with_seen(document: Document, draft: BankDraft, seen: FoundQuestion, skills: SkillList) -> BankDraft:
    """The draft with a question that the model sees: what code has found stays, with the answer where code has none."""
    new = draft_question(document, seen, skills)
    known = next((each for each in draft.questions if each.id == new.id or (each.spot and overlaps(each.spot, seen.spans[0]))), None)
    if known is None:
        questions = sorted((*draft.questions, new), key=lambda each: each.spot or Span(0, 0))
    elif new.reference.written() and not known.reference.written():
        questions = [replace(known, reference=new.reference) if each is known else each for each in draft.questions]
    else:
        return draft
    return replace(draft, questions=tuple(questions[:MOST_QUESTIONS]), over=draft.over + len(questions[MOST_QUESTIONS:]))
