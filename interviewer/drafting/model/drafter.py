"""A draft with a language model: stretches of the text → questions → what was missed → one draft a question. What fails leaves what there is.

The document's words stay as they are; the model's are marked, and each quote was found by code (`seeds`, `answering`, `pointing`, `asking_around`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, TypeVar

from interviewer.config import Settings
from interviewer.drafting.building import NO_SKILLS, draft_bank
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
from interviewer.models import Competency, Reason, Source, Ungraded, Usage
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
    """How far it is: `done` of `of` stretches or questions."""

    step: Step
    done: int
    of: int


Hear = Callable[[Progress], None]


def ignore(_progress: Progress) -> None:
    """Hear how far it is and do nothing."""


class Drafter:
    """Drafts with a chat model, one call at a time. Safe to use from several threads."""

    def __init__(self, chat: ChatModel, prompts: Mapping[str, Prompt], tokens: TokenCounter, settings: Settings) -> None:
        self._count, self._model = tokens.count, chat.model
        self._seeds = SeedFinder(chat, prompts, tokens, settings)
        self._answers = QuestionWriter(chat, prompts, tokens, settings)
        self._points = PointWriter(chat, prompts, tokens, settings)
        self._asking = AskingWriter(chat, prompts, tokens, settings)

    def draft(
        self,
        document: Document,
        found: Sequence[FoundQuestion],
        source: Source,
        competencies: Sequence[Competency],
        *,
        skills: SkillList = NO_SKILLS,
        token_budget: int | None = None,
        hear: Hear = ignore,
    ) -> tuple[BankDraft, Usage]:
        """The draft of a document and what it took. `found`: its questions as code finds them; `token_budget`: what all calls may take."""
        work = _Work(document, token_budget, hear)
        questions = self._find(work, [each for each in found if not _is_order(document, each)])
        drafted = draft_bank(document, questions, source, skills)
        completed = tuple(self._complete(work, drafted.questions, competencies))
        orders = (*work.orders, *(each.spans[0] for each in found if _is_order(document, each)))
        draft = replace(drafted, questions=completed, shortfalls=tuple(work.shortfalls), orders=tuple(dict.fromkeys(orders)))
        return draft, work.usage

    # ------------------------------------------------------------ finding

    def _find(self, work: _Work, found: list[FoundQuestion]) -> list[FoundQuestion]:
        """What code and the model have found, in the order of the text."""
        windows = windows_of(work.document, self._count, size=WINDOW, overlap=OVERLAP)
        if len(windows) > MOST_WINDOWS:
            work.shortfalls.append(Shortfall(Step.FIND, MOST_WINDOWS + 1, len(windows), Reason.TOO_LONG))
        windows = windows[:MOST_WINDOWS]
        for step in (Step.FIND, Step.AGAIN):
            for number, window in enumerate(windows, start=1):
                work.hear(Progress(step, number - 1, len(windows)))
                found = self._look(work, step, window, found, (number, len(windows)))
        return sorted(found, key=lambda each: each.spans[0])

    def _look(self, work: _Work, step: Step, window: Span, found: list[FoundQuestion], place: tuple[int, int]) -> list[FoundQuestion]:
        """What is known after one stretch was looked through; one that is too much for a reply is looked through in halves."""
        inside = tuple(each.prompt for each in found if overlaps(each.spans[0], window))
        stretch = Stretch(work.document, window, inside if step is Step.AGAIN else None)
        outcome = work.try_call(partial(self._seeds.find, stretch))
        if isinstance(outcome, Seen):
            work.orders.extend(outcome.orders)
            return _merged(found, outcome.questions)
        halves = halves_of(work.document, window) if outcome in _SHORT_OF_ROOM else ()
        for half in halves:
            found = self._look(work, step, half, found, place)
        if not halves:
            work.miss(step, place, outcome)
        return found

    # ------------------------------------------------------------ completing

    def _complete(self, work: _Work, drafts: Sequence[QuestionDraft], competencies: Sequence[Competency]) -> Iterator[QuestionDraft]:
        for number, draft in enumerate(drafts, start=1):
            work.hear(Progress(Step.ANSWER, number - 1, len(drafts)))
            yield self._complete_one(work, draft, competencies, (number, len(drafts)))

    def _complete_one(self, work: _Work, draft: QuestionDraft, competencies: Sequence[Competency], place: tuple[int, int]) -> QuestionDraft:
        """The draft as far as the model gets with it: each step builds on the one before."""
        steps = (
            (Step.ANSWER, partial(self._answers.complete, competencies=competencies)),
            (Step.POINTS, self._points.write_points),
            (Step.ASKING, self._asking.write_asking),
        )
        for step, call in steps:
            outcome = work.try_call(partial(call, draft))
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

    def miss(self, step: Step, place: tuple[int, int], reason: Reason) -> None:
        """Put down that something was not done."""
        self.shortfalls.append(Shortfall(step, *place, reason))


def _merged(found: list[FoundQuestion], seen: Sequence[FoundQuestion]) -> list[FoundQuestion]:
    """What code has found stays, with an answer from the model where code has none; what only the model sees is added."""
    merged, new = list(found), list[FoundQuestion]()
    for question in seen:
        at = next((number for number, each in enumerate(found) if any(overlaps(span, question.spans[0]) for span in each.spans)), None)
        if at is None:
            new.append(question)
        elif not found[at].answer and question.answer:
            merged[at] = replace(merged[at], answer=question.answer)
    return merged + new


def _is_order(document: Document, question: FoundQuestion) -> bool:
    return any(is_order(document, span) for span in question.spans)
