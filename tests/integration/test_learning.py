"""Labelled answers become what the offline examiner judges with: in the background, on every replica, without a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from interviewer.authoring import learned_book
from interviewer.authoring.learned_book import LearnedBook
from interviewer.authoring.learning import FOLDS, LEARN, LEAST_LEARNED, WITH_MODEL, QuestionLearning, leave_out, rows_of
from interviewer.authoring.selftest import Apart, Trouble, decode_shown
from interviewer.grading.rubric import own_process
from interviewer.grading.rubric.examiner import RUBRIC_VERSION, RubricExaminer
from interviewer.jobs import JobLost, JobRunner
from interviewer.models import ExaminerName, Grade, GradingTask, Job, JobState, Level, PointLabel, Question, Reason
from interviewer.records.authored import AuthoredStore
from interviewer.records.database import open_database
from interviewer.records.jobs import JobQueue
from interviewer.records.labelled import LabelledStore
from tests.databases import ON_BOTH, url_for
from tests.examples import ScriptedExaminer, grade, ungraded
from tests.integration.authoring_house import EVERYBODY, NOW, House, content

pytestmark = ON_BOTH

RUBRIC = [
    {
        "id": id, "weight": "50", "essential": "true", "intent": {"zh": zh, "en": en}, "follow_ups": [{"zh": "再说说？", "en": "Say more?"}],
    }
    for id, zh, en in (
        ("lock", "用互斥锁只让一个请求去查数据库", "Take a lock so that one request alone asks the database"),
        ("renew", "在过期之前由后台提前续期", "Renew the entry in the background before it expires"),
    )
]  # fmt: skip
ANSWERS = (
    (
        Level.EXCELLENT,
        "没抢到令牌的线程先等，只有拿到令牌的去查数据库并回填。另外存一个逻辑过期时间，快到了就由后台异步刷新。",
        "covered",
        "covered",
    ),
    (Level.GOOD, "加互斥锁，只让一个请求查数据库。热点数据在过期之前由后台续期。", "covered", "covered"),
    (Level.PARTIAL, "拿令牌，拿到令牌的线程才去查数据库，别的等着。", "covered", "missing"),
    (Level.PARTIAL, "逻辑过期时间快到了就由后台异步刷新。", "missing", "covered"),
    (Level.WEAK, "可以加锁。", "partial", "missing"),
    (Level.WRONG, "把缓存删掉就好了，数据库可以承受任何流量。", "missing", "missing"),
    (Level.HOLLOW, "这个问题非常重要，需要综合考虑各种情况，选择合适的方案。", "missing", "missing"),
)


def nothing(_progress: float) -> None:
    """Report to nobody."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.database.dispose()


def written(house: House, answers: tuple[Any, ...] = ANSWERS) -> str:
    """The id of a question with labelled answers."""
    id = house.authoring.create(house.coach, content(points=RUBRIC)).version.question_id
    for level, text, lock, renew in answers:
        house.answers.add(house.coach, id, lang="zh", text=text, level=level, labels={"lock": PointLabel(lock), "renew": PointLabel(renew)})
    return id


def learning(house: House, **examiners: Any) -> QuestionLearning:
    chosen = {ExaminerName(name): lambda examiner=examiner: examiner for name, examiner in examiners.items()}
    freely = lambda _owner, ask: ask(None)  # noqa: E731
    return QuestionLearning(house.store, house.labelled, lambda *said: house.authoring.check(*said).question, chosen, freely, clock(house))


def clock(house: House) -> Callable[[], datetime]:
    """A second later each time it is asked."""

    def now() -> datetime:
        house.now += timedelta(seconds=1)
        return house.now

    return now


def job(id: str, **wanted: Any) -> Job:
    return Job("j", LEARN, "", id, JobState.OPEN, NOW, wanted)


def asked(house: House, id: str) -> Question:
    version = house.authoring.version(house.coach, id)
    question = house.authoring.check(version.content, id, version.number).question
    assert question
    return question


def test_what_is_learned_judges_at_once_on_every_replica_and_is_named_in_the_grade(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learned_book, "FRESH_SECONDS", 0.0)
    id = written(house)
    other = open_database(tmp_path, url_for(tmp_path))
    try:
        book = LearnedBook(lambda: LabelledStore(other), AuthoredStore(other).stamp)
        examiner, question = RubricExaminer(own=book.of), asked(house, id)
        task = GradingTask(question, "zh", question.prompt.zh, "拿到令牌的线程去查，别的线程等它回填。")
        before = examiner.grade(task)
        assert isinstance(before, Grade)
        assert before.provenance.model == RUBRIC_VERSION
        assert learning(house).work(job(id), nothing) == {"answers": 7}
        after = examiner.grade(task)
        assert isinstance(after, Grade)
        assert after.provenance.model.startswith(f"{RUBRIC_VERSION}+")
        house.answers.delete(house.coach, house.labelled.of_question(id)[-1].id)
        learning(house).work(job(id), nothing)
        assert (later := examiner.grade(task)).provenance.model != after.provenance.model
        as_it_was = book.as_of(question, after.provenance.model)
        again = RubricExaminer(own=lambda _question: as_it_was).grade(task)
        assert isinstance(again, Grade)
        assert (again.verdicts, again.provenance) == (after.verdicts, after.provenance)
        assert book.as_of(question, RUBRIC_VERSION) is None
        assert later
    finally:
        other.dispose()


def test_a_question_tests_itself_by_answers_left_out_of_learning(house: House) -> None:
    id = written(house)
    learning(house).work(job(id), nothing)
    version = house.authoring.version(house.coach, id)
    (shown,) = decode_shown(version.test or {})
    assert (shown.examiner, shown.apart, len(shown.scored)) == ("rubric", Apart.LEFT_OUT, 7)
    assert shown.model.startswith(f"{RUBRIC_VERSION}+")
    assert shown.discrimination is not None
    assert version.tested is shown.passed


def test_each_answer_is_left_out_of_the_heads_that_judge_it(house: House) -> None:
    id = written(house)
    rows = rows_of(asked(house, id), house.labelled.of_question(id))
    folds = leave_out(rows)
    assert len(folds) == FOLDS
    for number, row in enumerate(rows):
        assert row not in folds[number % FOLDS]
        assert all(row in fold for at, fold in enumerate(folds) if at != number % FOLDS)


def test_a_worker_that_has_to_stop_does_not_wait_for_the_process_that_learns(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_process, "LOOK_SECONDS", 0.01)

    def lost(_progress: float) -> None:
        raise JobLost

    with pytest.raises(JobLost):
        learning(house).work(job(written(house)), lost)


def test_a_process_that_fails_is_told_of(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_process, "encode_question", lambda _question: {})
    with pytest.raises(RuntimeError):
        learning(house).work(job(written(house)), nothing)


def test_with_a_model_a_question_is_tested_once_the_model_has_shown_it_too(house: House) -> None:
    id, model = written(house), ScriptedExaminer(ungraded(Reason.QUOTA))
    model.name = ExaminerName.LLM
    learning(house, llm=model).work(job(id), nothing)
    assert len(decode_shown(house.authoring.version(house.coach, id).test or {})) == 1
    assert not house.authoring.version(house.coach, id).tested
    learning(house, llm=model).work(job(id, **{WITH_MODEL: True}), nothing)
    offline, by_model = decode_shown(house.authoring.version(house.coach, id).test or {})
    assert (by_model.examiner, by_model.apart, by_model.troubles[0]) == ("llm", Apart.UNSEEN, Trouble.UNGRADED)
    assert offline.examiner == "rubric"
    learning(house, llm=model).work(job(id), nothing)
    assert decode_shown(house.authoring.version(house.coach, id).test or {})[1] == by_model
    house.answers.delete(house.coach, house.labelled.of_question(id)[-1].id)
    learning(house, llm=model).work(job(id), nothing)
    assert len(decode_shown(house.authoring.version(house.coach, id).test or {})) == 1


def test_the_model_judges_at_the_expense_of_whoever_asked_for_it(house: House) -> None:
    id, model, paid = written(house), ScriptedExaminer(grade()), list[str]()
    model.name = ExaminerName.LLM

    def pay(owner: str, ask: Any) -> Any:
        paid.append(owner)
        return ask(700) if len(paid) < len(ANSWERS) else ungraded(Reason.BUDGET)

    asked = replace(job(id, **{WITH_MODEL: True}), owner="ann")
    replace(learning(house, llm=model), spend=pay).work(asked, nothing)
    assert paid == ["ann"] * len(ANSWERS)
    assert [task.token_budget for task in model.tasks] == [700] * (len(ANSWERS) - 1)
    scored = decode_shown(house.authoring.version(house.coach, id).test or {})[1].scored
    assert [each.score is None for each in scored].count(True) == 1


def test_too_few_answers_teach_and_show_nothing(house: House) -> None:
    id = written(house, ANSWERS[: LEAST_LEARNED - 1])
    learning(house).work(job(id), nothing)
    (shown,) = decode_shown(house.authoring.version(house.coach, id).test or {})
    assert (shown.troubles, shown.apart) == ((Trouble.TOO_FEW,), Apart.UNSEEN)
    book = LearnedBook(lambda: house.labelled, house.store.stamp)
    assert book.of(asked(house, id)) is None


def test_what_was_learned_goes_with_its_answers_and_comes_back_with_them(house: House) -> None:
    id, heads = written(house, ANSWERS[:LEAST_LEARNED]), list[str]()
    added = dict(zip(("lang", "text", "level"), ("zh", ANSWERS[-1][1], ANSWERS[-1][0]), strict=True))

    def look() -> None:
        learning(house).work(job(id), nothing)
        own = LearnedBook(lambda: house.labelled, house.store.stamp).of(asked(house, id))
        heads.append(own.made_of if own else "")

    look()
    last = house.answers.add(house.coach, id, labels={}, **added)
    look()
    house.answers.delete(house.coach, last.id)
    look()
    house.answers.delete(house.coach, house.labelled.of_question(id)[0].id)
    look()
    assert heads[0] == heads[2] != heads[1]
    assert all(heads[:3])
    assert heads[3] == ""


def test_an_answer_of_a_model_counts_once_it_is_confirmed(house: House) -> None:
    id = written(house, ANSWERS[:5])
    house.answers.add(house.coach, id, lang="zh", text="不知道。", level=Level.HOLLOW, labels={}, by_model=True)
    assert learning(house).work(job(id), nothing) == {"answers": 5}


def test_the_version_that_is_asked_is_learned_beside_the_one_that_is_edited(house: House) -> None:
    id = written(house)
    house.authoring.publish(house.coach, id, 1, EVERYBODY)
    published = asked(house, id)
    house.authoring.save(
        house.coach, id, content(points=RUBRIC, prompt={"zh": "缓存击穿怎么防？", "en": "How to stop a stampede?"}), edited_from=1
    )
    learning(house).work(job(id), nothing)
    book = LearnedBook(lambda: house.labelled, house.store.stamp)
    assert book.of(published)
    assert book.of(asked(house, id))


def test_points_that_were_derived_are_judged_by_the_reference(house: House) -> None:
    id = house.authoring.create(house.coach, content()).version.question_id
    for level, text, *_ in ANSWERS:
        house.answers.add(house.coach, id, lang="zh", text=text, level=level, labels={})
    learning(house).work(job(id), nothing)
    assert LearnedBook(lambda: house.labelled, house.store.stamp).of(asked(house, id)) is None


def test_whoever_changes_answers_or_text_asks_for_the_job(house: House) -> None:
    queue = JobQueue(house.database, worker="w")
    runner = JobRunner(queue, {}, now=lambda: NOW)
    learn = lambda id: runner.ask(LEARN, id)  # noqa: E731
    house.authoring._learn, house.answers._learn = learn, learn
    id = house.authoring.create(house.coach, content(points=RUBRIC)).version.question_id
    for act in (
        lambda: None,
        lambda: house.answers.add(house.coach, id, lang="zh", text="x", level=Level.WEAK, labels={}),
        lambda: house.answers.delete(house.coach, house.labelled.of_question(id)[0].id),
        lambda: house.authoring.publish(house.coach, id, 1, EVERYBODY),
    ):
        act()
        claimed = queue.claim(NOW, [LEARN])
        assert claimed
        assert claimed.subject == id
        queue.complete(claimed.id, {}, NOW)
        assert queue.claim(NOW, [LEARN]) is None
