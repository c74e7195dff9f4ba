"""Questions that are written here: saving, publishing, who may what, and two authors at once; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from interviewer.authoring.content import LARGEST, TooLarge
from interviewer.authoring.refusal import NotReady
from interviewer.errors import NotFound
from interviewer.models import Audience, Person, QuestionState, Reach
from interviewer.paths import knowledge_folder
from tests.databases import ON_BOTH
from tests.integration.authoring_house import EVERYBODY, FILES, House, content

pytestmark = ON_BOTH


@pytest.fixture
def house(tmp_path: Path) -> Any:
    made = House(tmp_path)
    yield made
    made.database.dispose()


def test_a_question_is_saved_published_and_withdrawn(house: House) -> None:
    saved = house.authoring.create(house.coach, content())
    id = saved.version.question_id
    assert saved.checked.question is not None
    assert (saved.checked.question.id, saved.checked.question.version, saved.checked.findings) == (id, 1, ())
    assert id.startswith("caching-")
    published = house.authoring.publish(house.coach, id, 1, EVERYBODY)
    assert (published.state, published.published, published.licence) == (QuestionState.PUBLISHED, 1, "CC-BY-4.0")
    again = house.authoring.save(house.coach, id, content(difficulty="3"), edited_from=1, note="harder")
    assert (again.version.number, again.version.note, again.version.author, again.meanwhile) == (2, "harder", "Wang", None)
    assert [each.question.published for each in house.store.published()] == [1]
    assert house.authoring.withdraw(house.coach, id).state is QuestionState.WITHDRAWN
    assert house.store.published() == ()
    assert [each.action for each in house.people.audit.search(9)] == ["withdrew_question", "published_question"]


def test_an_unfinished_question_is_kept_and_its_findings_name_their_fields_in_both_languages(house: House) -> None:
    unfinished = content(prompt={"zh": "只有中文？", "en": ""}, difficulty="", points=[{"id": "a", "weight": "x", "essential": True}])
    saved = house.authoring.create(house.coach, unfinished)
    found = {each.loc: each.message for each in saved.checked.findings}
    assert {("prompt", "en"), ("difficulty",), ("points", 0, "weight"), ("points", 0, "intent"), ("points", 0, "follow_ups")} <= set(found)
    assert "这里是空的" in found["prompt", "en"].zh
    assert "the text is empty" in found["prompt", "en"].en
    with pytest.raises(NotReady) as refused:
        house.authoring.publish(house.coach, saved.version.question_id, 1, Audience())
    assert ("difficulty",) in {each.loc for each in refused.value.findings}


def test_a_question_in_one_language_leaves_the_other_blank_as_a_form_does(house: House) -> None:
    alone = content(languages=["zh"], points=[])
    alone |= {part: {"zh": alone[part]["zh"], "en": ""} for part in ("topic", "prompt", "reference")}
    checked = house.authoring.check(alone)
    assert checked.findings == ()
    assert checked.question is not None
    assert checked.question.prompt.en == checked.question.prompt.zh


def test_the_places_of_lines_that_stand_outlive_an_edit_in_a_form_that_does_not_send_them(house: House) -> None:
    told = {"title": "A page", "licence": "MIT"}
    places = {"prompt.zh": ["0-9"], "reference.en": ["~10-20", "added"]}
    drafted = content(reference={"zh": "甲。", "en": "One.\nTwo."}, source={**told, "places": places})
    id = house.authoring.create(house.coach, drafted).version.question_id
    edited = content(reference={"zh": "甲。", "en": "Mine.\nTwo."}, source=told)
    saved = house.authoring.save(house.coach, id, edited, edited_from=1)
    assert saved.version.content["source"] == {**told, "places": {"prompt.zh": ["0-9"], "reference.en": ["author", "added"]}}
    assert saved.checked.findings == ()
    own = house.authoring.save(house.coach, id, content(prompt={"zh": "我的？", "en": "My own?"}, source=None), edited_from=2)
    assert "source" not in own.version.content


def test_of_two_who_edit_at_once_the_second_is_told_and_both_texts_are_kept(house: House) -> None:
    id = house.authoring.create(house.coach, content()).version.question_id
    house.authoring.publish(house.coach, id, 1, EVERYBODY)
    first = house.authoring.save(house.coach, id, content(difficulty="1"), edited_from=1)
    second = house.authoring.save(house.admin, id, content(difficulty="3"), edited_from=1)
    assert second.meanwhile == first.version
    assert house.authoring.question(house.coach, id).current == 2
    assert [(each.number, each.based_on, each.content["difficulty"]) for each in house.authoring.versions(house.coach, id)] == [
        (3, 1, 3), (2, 1, 1), (1, 0, 2),
    ]  # fmt: skip
    assert [(each.loc, each.before, each.after) for each in house.authoring.compare(house.admin, id, 2, 3)] == [(("difficulty",), "1", "3")]
    joined = house.authoring.save(house.admin, id, content(difficulty="3"), edited_from=2)
    assert (joined.version.number, joined.meanwhile) == (4, None)
    assert house.authoring.question(house.coach, id).current == 4


def test_of_eight_who_save_at_the_same_moment_one_is_current_and_all_are_kept(house: House) -> None:
    id = house.authoring.create(house.coach, content()).version.question_id
    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(lambda n: house.authoring.save(house.coach, id, content(order=str(n)), edited_from=1), range(1, 9)))
    versions = {each.number: each.content.get("order") for each in house.authoring.versions(house.coach, id)}
    assert versions == {1: None, **{each.version.number: each.version.content["order"] for each in saved}}
    assert sorted(versions) == list(range(1, 10))
    current = house.authoring.question(house.coach, id).current
    assert [each.version.number for each in saved if each.meanwhile is None] == [current]


def test_of_two_who_take_the_same_id_at_the_same_moment_one_gets_it(house: House) -> None:
    def take(who: Person) -> str:
        try:
            return house.authoring.create(who, content(), question_id="wanted").version.author
        except (NotReady, NotFound):
            return ""

    with ThreadPoolExecutor(2) as pool:
        got = sorted(pool.map(take, [house.coach, house.other]))
    assert got[0] == ""
    assert got[1] in ("Wang", "Zhou")


def test_the_same_text_again_is_no_other_version(house: House) -> None:
    id = house.authoring.create(house.coach, content()).version.question_id
    assert house.authoring.save(house.coach, id, content(), edited_from=1).version.number == 1
    assert len(house.authoring.versions(house.coach, id)) == 1


def test_nobody_reads_a_draft_but_its_author(house: House) -> None:
    id = house.authoring.create(house.coach, content()).version.question_id
    for stranger in (house.other, house.admin, house.ada):
        assert house.authoring.questions(stranger) == ()
        for act in (
            lambda who: house.authoring.question(who, id),
            lambda who: house.authoring.versions(who, id),
            lambda who: house.authoring.save(who, id, content(difficulty="1"), edited_from=1),
            lambda who: house.authoring.publish(who, id, 1, Audience()),
            lambda who: house.authoring.withdraw(who, id),
            lambda who: house.authoring.delete(who, id),
        ):
            with pytest.raises(NotFound):
                act(stranger)
    assert house.authoring.question(house.coach, id).state is QuestionState.DRAFT
    house.authoring.publish(house.coach, id, 1, Audience())
    house.authoring.delete(house.coach, id)
    assert house.people.audit.search(9) == (), "what somebody does for themselves is nobody else's business"


def test_what_is_published_for_others_is_read_by_who_coaches_and_changed_by_an_admin(house: House) -> None:
    id = house.authoring.create(house.coach, content()).version.question_id
    house.authoring.publish(house.coach, id, 1, EVERYBODY)
    house.authoring.save(house.coach, id, content(difficulty="1"), edited_from=1)
    assert [each.number for each in house.authoring.versions(house.other, id)] == [1]
    assert house.authoring.version(house.other, id).number == 1
    assert not house.authoring.may_edit(house.other, id)
    with pytest.raises(NotFound):
        house.authoring.withdraw(house.other, id)
    assert house.authoring.questions(house.ada) == ()
    assert house.authoring.withdraw(house.admin, id).state is QuestionState.WITHDRAWN


def test_without_a_licence_a_question_stays_its_owners(house: House) -> None:
    id = house.authoring.create(house.coach, content(source={"author": "Wang"})).version.question_id
    with pytest.raises(NotReady) as refused:
        house.authoring.publish(house.coach, id, 1, EVERYBODY)
    assert [each.loc for each in refused.value.findings] == [("source", "licence")]
    house.authoring.publish(house.coach, id, 1, Audience())
    assert house.authoring.questions(house.admin) == ()
    house.store.publish(house.coach, id, 1, EVERYBODY, licence="", now=house.now)
    assert house.authoring.questions(house.admin) == (), "whatever the records say of whom it is for"


def test_a_coach_publishes_for_the_groups_of_their_candidates_and_a_candidate_for_nobody_else(house: House) -> None:
    assert house.authoring.audiences(house.coach) == (Audience(), Audience(Reach.GROUP, "A"), EVERYBODY)
    assert house.authoring.audiences(house.admin) == (Audience(), EVERYBODY)
    house.people.assign(house.admin.id, house.ben.id)
    assert house.authoring.audiences(house.admin) == (Audience(), Audience(Reach.GROUP, "B"), EVERYBODY)
    assert house.authoring.audiences(house.ada) == (Audience(),)
    id = house.authoring.create(house.coach, content()).version.question_id
    with pytest.raises(NotReady):
        house.authoring.publish(house.coach, id, 1, Audience(Reach.GROUP, "B"))
    own = house.authoring.create(house.ada, content()).version.question_id
    with pytest.raises(NotReady):
        house.authoring.publish(house.ada, own, 1, EVERYBODY)


def test_an_id_of_a_file_or_of_somebody_else_is_refused(house: House) -> None:
    house.authoring.create(house.coach, content(), question_id="stampede")
    for wanted in ("stampede", FILES.questions[0].id, "No Id"):
        with pytest.raises(NotReady) as refused:
            house.authoring.create(house.other, content(), question_id=wanted)
        assert [each.loc for each in refused.value.findings] == [("id",)]


def test_a_content_beyond_all_bounds_is_refused(house: House) -> None:
    deep: Any = "x"
    for _ in range(30):
        deep = [deep]
    for hostile in (content(reference={"zh": "长" * LARGEST, "en": "x"}), content(points=deep)):
        with pytest.raises(TooLarge):
            house.authoring.create(house.coach, hostile)


def test_what_no_database_can_hold_is_replaced_and_hostile_text_stays_whole(house: House) -> None:
    nasty = "<script>alert(1)</script>\x00\ud800{{x}}"
    saved = house.authoring.create(house.coach, content(prompt={"zh": nasty, "en": "e"}))
    assert saved.version.content["prompt"]["zh"] == "<script>alert(1)</script>\ufffd\ufffd{{x}}"


@pytest.mark.parametrize("number", range(len(FILES.questions)))
def test_a_shipped_question_passes_as_a_content_as_it_does_as_a_file(house: House, number: int) -> None:
    path = sorted((knowledge_folder() / "questions").glob("*.yaml"))[number]
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    question = next(each for each in FILES.questions if each.id == raw["id"])
    assert house.authoring.check(raw, question.id, question.version).question == question
