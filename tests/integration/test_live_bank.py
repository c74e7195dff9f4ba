"""What is published here is asked, by every replica and of whom it is for; interviews keep the version that they began with; both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from interviewer.authoring import live
from interviewer.authoring.live import LiveBank
from interviewer.bootstrap import Application
from interviewer.config import load_settings
from interviewer.errors import NotFound, StoreError
from interviewer.models import LOCAL_PERSON, Audience, Bilingual, Mode, Setup
from tests.databases import ON_BOTH, url_for
from tests.integration.authoring_house import EVERYBODY, FILES, GROUP_A, House, content

pytestmark = ON_BOTH


class Clock:
    """Seconds that pass when they are told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def house(tmp_path: Path) -> Any:
    made = House(tmp_path)
    yield made
    made.database.dispose()


def bank_of(house: House, clock: Clock | None = None) -> LiveBank:
    return LiveBank(FILES, house.store, lambda id: house.people.get(id) or LOCAL_PERSON, clock or Clock())


def publish(house: House, audience: Audience, who: Any = None, **changes: Any) -> str:
    author = who or house.coach
    id = house.authoring.create(author, content(**changes)).version.question_id
    house.authoring.publish(author, id, 1, audience)
    return id


def authored(bank: Any) -> set[str]:
    return {question.id for question in bank.questions} - {question.id for question in FILES.questions}


def test_without_anything_published_it_is_the_bank_of_the_files_itself(house: House) -> None:
    house.authoring.create(house.coach, content())
    bank = bank_of(house)
    assert bank.everything() is FILES
    assert bank.for_viewer(house.coach.id) is FILES


def test_everybody_is_asked_what_is_for_them(house: House) -> None:
    own, group, everybody = publish(house, Audience()), publish(house, GROUP_A), publish(house, EVERYBODY)
    bank = bank_of(house)
    assert authored(bank.everything()) == {own, group, everybody}
    assert authored(bank.shared()) == {group, everybody}
    assert authored(bank.for_viewer(house.coach.id)) == {own, group, everybody}
    assert authored(bank.for_viewer(house.other.id)) == {group, everybody}
    assert authored(bank.for_viewer(house.ada.id)) == {group, everybody}
    assert authored(bank.for_viewer(house.ben.id)) == {everybody}
    assert authored(bank.for_viewer(LOCAL_PERSON.id)) == {own, group, everybody}
    assert bank.untested() == {own, group, everybody}
    house.store.put_test(everybody, 1, tested=True, test={"n": 6})
    bank.look_again()
    assert bank.untested() == {own, group}


def test_the_files_come_first_and_numbers_stay_theirs(house: House) -> None:
    later, first = publish(house, EVERYBODY), publish(house, EVERYBODY, order="1")
    bank = bank_of(house).everything()
    assert [question.id for question in bank.questions] == [*[question.id for question in FILES.questions], first, later]
    assert bank.find("1").id == FILES.questions[0].id
    assert bank.digest != FILES.digest


def test_another_version_is_another_bank_and_the_same_version_is_the_same(house: House) -> None:
    id = publish(house, EVERYBODY)
    clock = Clock()
    bank = bank_of(house, clock)
    before = bank.everything()
    house.authoring.save(house.coach, id, content(difficulty="3"), edited_from=1)
    clock.now += live.LOOK_SECONDS
    assert bank.everything() is before
    house.authoring.publish(house.coach, id, 2, EVERYBODY)
    assert bank.everything() is before, "looked before its time"
    clock.now += live.LOOK_SECONDS
    after = bank.everything()
    assert (after.find(id).version, after.find(id).difficulty) == (2, 3)
    assert after.digest != before.digest
    house.authoring.withdraw(house.coach, id)
    clock.now += live.LOOK_SECONDS
    assert bank.everything() is FILES


def test_while_the_records_cannot_be_read_what_was_read_last_is_asked(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    id, clock = publish(house, EVERYBODY), Clock()
    bank = bank_of(house, clock)
    bank.everything()

    def fail() -> str:
        raise StoreError("gone")

    monkeypatch.setattr(house.store, "stamp", fail)
    clock.now += live.LOOK_SECONDS
    assert authored(bank.everything()) == {id}


def test_an_id_that_a_file_took_later_is_the_files(house: House) -> None:
    publish(house, EVERYBODY)
    id = publish(house, EVERYBODY)
    taken = LiveBank(
        type(FILES)(
            (*FILES.questions, bank_of(house).everything().find(id)), FILES.competencies, (), "0" * 16
        ), house.store, lambda _id: LOCAL_PERSON,
    )  # fmt: skip
    assert [question.id for question in taken.everything().questions].count(id) == 1


# ------------------------------------------------------------ the wired application


@contextmanager
def replicas(folder: Path) -> Iterator[tuple[Application, Application]]:
    """Two applications on one database, each with its own data folder, and with a clock of one's own for how often they look."""
    address = url_for(folder) or None
    made = []
    for name in ("one", "two"):
        settings = load_settings(_env_file=None, data=folder if address is None else folder / name, database_url=address)
        made.append(Application(settings))
    try:
        yield made[0], made[1]
    finally:
        for application in made:
            application.database.dispose()


def test_replicas_see_each_others_publishing_and_old_interviews_keep_their_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.0)
    with replicas(tmp_path) as (one, two):
        id = one.authoring.create(LOCAL_PERSON, content()).version.question_id
        with pytest.raises(NotFound):
            two.service.begin(Setup(question_ids=(id,)), owner="local")
        one.authoring.publish(LOCAL_PERSON, id, 1, EVERYBODY)
        begun = two.service.begin(Setup(question_ids=(id,)), owner="local")
        assert any(card.key.question_id == id for card in two.training.cards("local"))
        made = two.question_sets.save(LOCAL_PERSON, name=Bilingual("集", "Set"), mode=Mode.EXAM, question_ids=[id, FILES.questions[0].id])
        changed = content(prompt={"zh": "缓存穿透怎么办？", "en": "What of cache penetration?"})
        two.authoring.save(LOCAL_PERSON, id, changed, edited_from=1)
        two.authoring.publish(LOCAL_PERSON, id, 2, EVERYBODY)
        assert one.service.read(begun.id, owner="local").questions[id].prompt.zh == "缓存击穿怎么办？"
        assert one.service.begin(Setup(question_ids=(id,)), owner="local").questions[id].prompt.zh == "缓存穿透怎么办？"
        two.authoring.withdraw(LOCAL_PERSON, id)
        assert one.question_sets.questions_of(LOCAL_PERSON, made) == (FILES.questions[0].id,)
        with pytest.raises(NotFound):
            one.service.begin(Setup(question_ids=(id,)), owner="local")
        assert one.service.read(begun.id, owner="local").questions[id].version == 1


def test_a_question_of_somebody_elses_cannot_be_begun_by_its_id(house: House, tmp_path: Path) -> None:
    id = publish(house, Audience(), source={})
    settings = load_settings(_env_file=None, data=tmp_path, database_url=url_for(tmp_path) or None)
    application = Application(settings)
    try:
        assert application.service.begin(Setup(question_ids=(id,)), owner=house.coach.id).setup.question_ids == (id,)
        for stranger in (house.ada, house.other, house.admin):
            with pytest.raises(NotFound):
                application.service.begin(Setup(question_ids=(id,)), owner=stranger.id)
            assert all(card.key.question_id != id for card in application.training.cards(stranger.id))
    finally:
        application.database.dispose()


def test_a_posting_is_matched_with_what_one_may_be_asked(house: House, tmp_path: Path) -> None:
    about = {"prompt": {"zh": "Redis 缓存击穿怎么办？", "en": "What do you do about a cache stampede in Redis?"}}
    shared, private = publish(house, EVERYBODY, **about), publish(house, Audience(), **about)
    application = Application(load_settings(_env_file=None, data=tmp_path, database_url=url_for(tmp_path) or None))
    try:
        found = {who.id: set(application.preparing.matcher(who.id).find_questions("熟悉 Redis")) for who in (house.coach, house.ada)}
        assert {shared, private} <= found[house.coach.id]
        assert shared in found[house.ada.id]
        assert private not in found[house.ada.id]
    finally:
        application.database.dispose()
