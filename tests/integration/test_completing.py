"""A kept draft is completed in the background: what is done of it stays, whatever happens, and no more is spent than its owner may; on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from interviewer.authoring.completing import COMPLETE, Completing
from interviewer.drafting.building import draft_bank
from interviewer.drafting.document import Document, Span
from interviewer.drafting.draft import BankDraft, DraftText, Line, Origin, Shortfall, Step, decode_draft, encode_draft
from interviewer.drafting.found import FoundQuestion
from interviewer.drafting.model.drafter import Drafter, Progress
from interviewer.jobs import JobFailed, JobLost, Report
from interviewer.models import Job, JobState, Reason, Source, Usage
from interviewer.questions.skills import SkillList
from interviewer.records.spending import DailyLimits, Ledger
from tests.databases import ON_BOTH
from tests.integration.authoring_house import NOW, House

pytestmark = ON_BOTH
TEXT = "什么是锁？\n什么是队列？\n"
DOCUMENT = Document(TEXT, (), "text")
DRAFT = draft_bank(DOCUMENT, [FoundQuestion("什么是锁？", (Span(0, 5),)), FoundQuestion("什么是队列？", (Span(6, 12),))], Source())


@dataclass
class ScriptedDrafter:
    """Gives each question an English text, a thousand tokens each; `between` is called before each."""

    between: Callable[[int], object] = lambda _number: None
    budgets: list[int | None] = field(default_factory=list)

    def complete(
        self, document: Document, draft: BankDraft, _competencies: object, *, skills: SkillList, token_budget: int | None, hear: Any
    ) -> tuple[BankDraft, Usage]:
        assert (document.text, skills) == (TEXT, SkillList())
        self.budgets.append(token_budget)
        questions = list(draft.questions)
        for number, question in enumerate(draft.questions):
            self.between(number)
            hear(Progress(Step.ANSWER, number, 2, replace(draft, questions=tuple(questions)), Usage(prompt_tokens=1_000 * number)))
            said = Line(f"Question {number}", Origin.RESTATED, (Span(0, 5),))
            questions[number] = replace(question, prompt=replace(question.prompt, en=(said,)), by="scripted")
        done = replace(draft, questions=tuple(questions), shortfalls=(Shortfall(Step.POINTS, 1, 2, Reason.TIMEOUT),))
        return done, Usage(prompt_tokens=2_000)


class Room:
    """A coach's draft that waits to be completed."""

    def __init__(self, folder: Path, drafter: ScriptedDrafter, *, most: int = 50_000, limits: DailyLimits | None = None) -> None:
        self.house = House(folder)
        content = {"draft": encode_draft(DRAFT), "taken": {}, "hidden": [], "format": "text"}
        self.kept = self.house.drafts.keep(self.house.coach, title="锁", text=TEXT, content=content)
        self.ledger, self.heard = Ledger(self.house.database), list[float]()

        def build() -> Drafter:
            return drafter  # type: ignore[return-value]

        self.completing = Completing(
            store=self.house.draft_store, drafter=build, competencies=(), skills=SkillList, ledger=self.ledger,
            limits=limits or DailyLimits(), most=most, now=lambda: NOW,
        )  # fmt: skip

    def work(self, report: Report | None = None) -> object:
        job = Job("1", COMPLETE, self.house.coach.id, self.kept.id, JobState.OPEN, NOW)
        return self.completing.work(job, report or self.heard.append)

    def draft(self) -> BankDraft:
        return decode_draft(dict(self.house.drafts.draft(self.house.coach, self.kept.id).content["draft"]))

    def spent(self) -> int:
        return self.ledger.spent(self.house.coach.id, NOW)[0]


Make = Callable[..., Room]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made = list[Room]()

    def make(drafter: ScriptedDrafter, **more: Any) -> Room:
        made.append(Room(tmp_path, drafter, **more))
        return made[-1]

    yield make
    for room in made:
        room.house.database.dispose()


def test_what_the_model_made_is_kept_and_told(make: Make) -> None:
    drafter = ScriptedDrafter()
    room = make(drafter)
    assert room.work() == {"before": 2, "now": 2, "worked": 2, "failed": 1}
    assert [question.prompt.words("en") for question in room.draft().questions] == ["Question 0", "Question 1"]
    assert room.draft().shortfalls
    assert room.heard == pytest.approx([0.3, 0.65])
    assert drafter.budgets == [50_000]


def test_what_was_noted_in_a_window_meanwhile_stays(make: Make) -> None:
    def take(number: int) -> None:
        kept = room.house.drafts.draft(room.house.coach, room.kept.id)
        taken = {**kept.content["taken"], str(number): "made"}
        room.house.drafts.save(room.house.coach, kept.id, content={**kept.content, "taken": taken}, edited_from=kept.number)

    room = make(ScriptedDrafter(take))
    room.work()
    kept = room.house.drafts.draft(room.house.coach, room.kept.id)
    assert kept.content["taken"] == {"0": "made", "1": "made"}
    assert all(question.by for question in room.draft().questions)


def test_what_was_done_before_the_work_ended_stays(make: Make) -> None:
    def end(progress: float) -> None:
        if progress > 0.5:
            raise JobLost

    room = make(ScriptedDrafter(), limits=DailyLimits(tokens=60_000))
    with pytest.raises(JobLost):
        room.work(end)
    assert [question.by for question in room.draft().questions] == ["scripted", ""]
    assert room.spent() == 1_000


def test_a_draft_that_was_deleted_ends_the_work(make: Make) -> None:
    room = make(ScriptedDrafter(lambda number: number and room.house.drafts.delete(room.house.coach, room.kept.id)))
    for _ in range(2):
        with pytest.raises(JobFailed) as ended:
            room.work()
        assert "deleted" in ended.value.failure.en


@pytest.mark.parametrize(
    ("limits", "most", "budget"),
    [
        (DailyLimits(tokens=5_000), 50_000, 5_000), (DailyLimits(tokens=90_000), 50_000, 50_000), (DailyLimits(cost=0.5, price=0.0001), 0, 5_000),
        (DailyLimits(), 0, None),
    ],
)  # fmt: skip
def test_no_more_is_spent_than_a_draft_and_its_owners_day_allow(make: Make, limits: DailyLimits, most: int, budget: int | None) -> None:
    drafter = ScriptedDrafter()
    room = make(drafter, most=most, limits=limits)
    room.work()
    assert drafter.budgets == [budget]
    assert room.spent() == (2_000 if limits.any else 0)


def test_once_the_day_is_spent_nothing_is_asked(make: Make) -> None:
    drafter = ScriptedDrafter()
    room = make(drafter, limits=DailyLimits(tokens=1_500))
    room.work()
    with pytest.raises(JobFailed) as ended:
        room.work()
    assert "tomorrow" in ended.value.failure.en
    assert len(drafter.budgets) == 1


def test_other_languages_of_a_text_are_not_lost(make: Make) -> None:
    room = make(ScriptedDrafter())
    room.work()
    assert room.draft().questions[0].prompt == DraftText(
        (Line("什么是锁？", Origin.QUOTED, (Span(0, 5),)),), (Line("Question 0", Origin.RESTATED, (Span(0, 5),)),)
    )
