"""Question sets, drafts of banks and labelled answers: who may what, and what is refused; on both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from interviewer.authoring import drafts
from interviewer.authoring.drafts import DraftMoved, DraftRefused
from interviewer.authoring.refusal import NotReady
from interviewer.errors import NotFound
from interviewer.models import Audience, Bilingual, LearnedHeads, Level, Mode, PointLabel, Reach
from tests.databases import ON_BOTH
from tests.integration.authoring_house import EVERYBODY, FILES, GROUP_A, NOW, House, content

pytestmark = ON_BOTH

IDS = [question.id for question in FILES.questions]
NAME = Bilingual("第一周", "Week one")


@pytest.fixture
def house(tmp_path: Path) -> Any:
    made = House(tmp_path)
    yield made
    made.database.dispose()


# ------------------------------------------------------------ sets


def test_a_set_keeps_its_order_and_is_seen_by_those_for_whom_it_is(house: House) -> None:
    order = (IDS[3], IDS[0], IDS[2])
    made = house.sets.save(house.coach, name=NAME, mode=Mode.EXAM, question_ids=order, audience=GROUP_A)
    assert (made.name, made.mode, made.question_ids, made.owner) == (NAME, Mode.EXAM, order, house.coach.id)
    assert house.sets.questions_of(house.ada, made) == order
    for viewer in (house.coach, house.other, house.admin, house.ada):
        assert house.sets.sets(viewer) == (made,)
    assert house.sets.sets(house.ben) == ()
    with pytest.raises(NotFound):
        house.sets.find(house.ben, made.id)


def test_a_set_of_ones_own_is_nobody_elses(house: House) -> None:
    made = house.sets.save(house.coach, name=NAME, mode=Mode.COACHING, question_ids=IDS[:1])
    assert [len(house.sets.sets(viewer)) for viewer in (house.coach, house.admin, house.ada)] == [1, 0, 0]
    for stranger in (house.other, house.admin, house.ada):
        assert not house.sets.may_edit(stranger, made.id)
        with pytest.raises(NotFound):
            house.sets.delete(stranger, made.id)
        with pytest.raises(NotFound):
            house.sets.save(stranger, name=NAME, mode=Mode.COACHING, question_ids=IDS[:2], set_id=made.id)
    changed = house.sets.save(house.coach, name=NAME, mode=Mode.EXAM, question_ids=IDS[:2], set_id=made.id)
    assert house.sets.sets(house.coach) == (changed,)
    house.sets.delete(house.coach, made.id)
    assert house.sets.sets(house.coach) == ()
    assert house.people.audit.search(9) == (), "what somebody does for themselves is nobody else's business"


def test_an_admin_changes_a_set_for_others_and_it_stays_its_owners(house: House) -> None:
    made = house.sets.save(house.coach, name=NAME, mode=Mode.EXAM, question_ids=IDS[:1], audience=EVERYBODY)
    changed = house.sets.save(house.admin, name=NAME, mode=Mode.EXAM, question_ids=IDS[:2], audience=EVERYBODY, set_id=made.id)
    assert changed.owner == house.coach.id
    house.sets.delete(house.admin, made.id)
    assert [(each.action, each.actor_id) for each in house.people.audit.search(9)] == [
        ("deleted_set", house.admin.id), ("saved_set", house.admin.id), ("saved_set", house.coach.id),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "loc"),
    [
        ({"name": Bilingual(" ", "Week one")}, ("name", "zh")),
        ({"name": Bilingual("第一周", "x" * 101)}, ("name", "en")),
        ({"question_ids": ()}, ("question_ids",)),
        ({"question_ids": ("nothing-of-the-kind",)}, ("question_ids",)),
        ({"audience": Audience(Reach.GROUP, "B")}, ("audience",)),
    ],
)
def test_what_is_wrong_with_a_set_is_told_by_its_field(house: House, wrong: dict[str, Any], loc: tuple[str, ...]) -> None:
    with pytest.raises(NotReady) as refused:
        house.sets.save(house.coach, **{"name": NAME, "mode": Mode.EXAM, "question_ids": IDS[:2], **wrong})
    assert [finding.loc for finding in refused.value.findings] == [loc]
    assert house.sets.sets(house.coach) == ()


# ------------------------------------------------------------ drafts of banks


def test_a_draft_is_its_owners_alone_and_keeps_its_text_as_it_is(house: House) -> None:
    text = "\u200b1. 什么是缓存？\r\n"
    made = house.drafts.keep(house.coach, title=" 面经 ", text=text, content={"found": [[1, 9]]})
    assert house.drafts.drafts(house.coach) == (made,)
    assert (made.title, made.text, made.number, made.expires_at) == ("面经", text, 1, NOW + timedelta(days=30))
    assert house.drafts.drafts(house.admin) == ()
    for act in (
        lambda: house.drafts.draft(house.admin, made.id),
        lambda: house.drafts.save(house.admin, made.id, content={}, edited_from=1),
    ):
        with pytest.raises(NotFound):
            act()
    house.drafts.delete(house.admin, made.id)
    assert len(house.drafts.drafts(house.coach)) == 1


def test_of_two_windows_the_second_is_told_what_the_first_saved(house: House) -> None:
    made = house.drafts.keep(house.coach, title="面经", text="t", content={})
    first = house.drafts.save(house.coach, made.id, content={"by": "first"}, edited_from=1)
    with pytest.raises(DraftMoved) as moved:
        house.drafts.save(house.coach, made.id, content={"by": "second"}, edited_from=1)
    assert moved.value.draft == first
    assert house.drafts.save(house.coach, made.id, content={"by": "both"}, edited_from=2, title="新").title == "新"


def test_a_draft_expires_a_month_after_its_last_change(house: House) -> None:
    made = house.drafts.keep(house.coach, title="面经", text="t", content={})
    house.now = NOW + timedelta(days=20)
    house.drafts.save(house.coach, made.id, content={"n": 1}, edited_from=1)
    assert house.draft_store.expire(NOW + timedelta(days=49)) == 0
    assert house.draft_store.expire(NOW + timedelta(days=50)) == 1
    assert house.drafts.drafts(house.coach) == ()


def test_drafts_have_bounds(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "LARGEST", 100)
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 1)
    with pytest.raises(DraftRefused):
        house.drafts.keep(house.coach, title="t", text="x" * 101, content={})
    made = house.drafts.keep(house.coach, title="t", text="x", content={})
    with pytest.raises(DraftRefused):
        house.drafts.save(house.coach, made.id, content={"x": "x" * 101}, edited_from=1)
    with pytest.raises(DraftRefused):
        house.drafts.keep(house.coach, title="t", text="x", content={})


# ------------------------------------------------------------ labelled answers


def test_labelled_answers_belong_to_who_may_change_their_question(house: House) -> None:
    id = house.authoring.create(house.coach, content()).version.question_id
    told = {"labels": {"idea-1": PointLabel.COVERED}, "quotes": {"idea-1": " 加锁 ", "idea-2": " "}}
    written = house.answers.add(house.coach, id, lang="zh", text=" 加锁。 ", level=Level.GOOD, **told)
    drafted = house.answers.add(house.coach, id, lang="en", text="Well.", level=Level.HOLLOW, labels={}, by_model=True)
    assert house.answers.answers(house.coach, id) == house.labelled.of_question(id)
    assert (written.text, written.confirmed, written.author_id) == ("加锁。", True, house.coach.id)
    assert written.quotes == {"idea-1": "加锁"}
    assert house.labelled.of_question(id, confirmed=True) == (written,)
    for stranger in (house.other, house.admin, house.ada):
        for act in (
            lambda who: house.answers.answers(who, id),
            lambda who: house.answers.add(who, id, lang="zh", text="x", level=Level.GOOD, labels={}),
            lambda who: house.answers.change(who, written.id, text="x", level=Level.GOOD, labels={}),
            lambda who: house.answers.delete(who, written.id),
        ):
            with pytest.raises(NotFound):
                act(stranger)
    confirmed = house.answers.change(house.coach, drafted.id, text="Well, well.", level=Level.HOLLOW, labels={"idea-1": PointLabel.MISSING})
    assert (confirmed.confirmed, confirmed.by_model) == (True, True)
    house.answers.delete(house.coach, written.id)
    assert house.labelled.of_question(id, confirmed=True) == (confirmed,)
    assert house.labelled.by_author(house.coach.id) == (confirmed,)


def test_what_is_wrong_with_a_labelled_answer_is_told_by_its_field(house: House) -> None:
    id = house.authoring.create(house.coach, content()).version.question_id
    for text, labels, quotes, loc in (
        (" ", {}, {}, ("text",)),
        ("长" * 20_001, {}, {}, ("text",)),
        ("x", {"no-such-point": PointLabel.COVERED}, {}, ("labels", "no-such-point")),
        ("x", {"idea-1": PointLabel.COVERED}, {"idea-1": "y"}, ("quotes", "idea-1")),
        ("x", {"idea-1": PointLabel.MISSING}, {"idea-1": "x"}, ("quotes", "idea-1")),
    ):
        with pytest.raises(NotReady) as refused:
            house.answers.add(house.coach, id, lang="zh", text=text, level=Level.GOOD, labels=labels, quotes=quotes)
        assert [finding.loc for finding in refused.value.findings] == [loc]


def test_what_was_learned_is_found_by_the_digest_of_its_question(house: House) -> None:
    id = house.authoring.create(house.coach, content()).version.question_id
    before = house.store.stamp()
    older = LearnedHeads("d" * 64, id, "a" * 64, b"\x00one", NOW)
    newer = LearnedHeads("d" * 64, id, "b" * 64, b"two", NOW + timedelta(hours=1))
    for heads in (newer, older, older):
        house.labelled.put_heads(heads)
    assert house.labelled.heads("d" * 64) == newer
    assert house.labelled.heads("d" * 64, "a" * 64) == older
    assert house.labelled.heads("e" * 64) is None
    assert house.store.stamp() != before
