"""Interviews of long ago: their questions may be gone from the bank and the index may be in ruins, and they are read and graded all the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.grading.rubric.examiner import RubricExaminer
from interviewer.interview.results import result_of
from interviewer.models import LANGS, SCALE, Bilingual, ExaminerName, Lang, Misconception, Provenance, Question
from interviewer.questions.bank import Bank
from interviewer.questions.embeddings import HashingEmbedder
from interviewer.questions.encoding import digest_question
from interviewer.questions.index import QuestionIndex
from interviewer.readiness import readiness
from interviewer.records.tables import question_snapshots
from interviewer.ui.exports import EXPORTS
from interviewer.ui.labels import words
from interviewer.ui.scene import draw_interview
from interviewer.ui.setup_form import Catalogue
from tests.databases import url_for
from tests.examples import ScriptedExaminer, grade, question
from tests.integration.rooms import Room, open_room

ANSWER = "route a is right because of intent a"


def catalogue_of(room: Room) -> Catalogue:
    return Catalogue(room.service.bank, (ExaminerName.RUBRIC,), ExaminerName.RUBRIC, None)


@pytest.mark.parametrize("left", [(), (question("q2"),)])
@pytest.mark.parametrize("lang", LANGS)
def test_without_its_question_file_an_interview_is_read_graded_and_exported(tmp_path: Path, left: tuple[Question, ...], lang: Lang) -> None:
    with open_room(tmp_path, RubricExaminer()) as room:
        begun = room.settle(room.service.submit(room.begin(lang=lang, follow_ups=0), ANSWER))
    with open_room(tmp_path, RubricExaminer(), questions=left, worker="later") as room:
        interview = room.service.load(begun.id, owner=room.owner)
        assert interview == begun
        assert ANSWER in draw_interview(interview, room.service, catalogue_of(room), lang).stage
        interview = room.settle(room.service.grade_again(interview, 1))
        assert len(interview.turns[0].grades) == 2
        interview = room.settle(room.service.submit(room.service.go_on(interview), ANSWER))
        assert interview.turns[1].grade is not None
        interview = room.service.finish(interview)
        assert ANSWER in draw_interview(interview, room.service, catalogue_of(room), lang).report
        for make, _ in EXPORTS.values():
            assert "route a" in make(interview, (), lang)


def with_cues(content: dict[str, Any]) -> dict[str, Any]:
    """A question as it was kept while the offline examiner had cues."""
    points = [
        {**point, "covered_cues": ["@broker & 实时"], "partial_cues": ["kafka"], "misconceptions": [{**BELIEF, "cues": ["kafka & 永久"]}]}
        for point in content["points"]
    ]
    return {**content, "points": points, "terms": [["broker", ["kafka"]]]}


BELIEF = {"id": "myth", "statement": {"zh": "谬误", "en": "myth"}, "correction": {"zh": "正解", "en": "truth"}}


def test_an_interview_whose_questions_had_cues_is_read_and_graded(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        begun = room.settle(room.service.submit(room.begin(follow_ups=0), ANSWER))
        digest = digest_question(begun.questions["q1"])
        where = question_snapshots.c.digest == digest
        with room.store.database.writing() as connection:
            content = connection.execute(select(question_snapshots.c.content).where(where)).scalar_one()
            connection.execute(update(question_snapshots).where(where).values(content=with_cues(content)))
    examiner = ScriptedExaminer(grade())
    with open_room(tmp_path, examiner, worker="later") as room:
        interview = room.service.load(begun.id, owner=room.owner)
        assert interview.questions["q1"].points[0].misconceptions == (
            Misconception("myth", Bilingual("谬误", "myth"), Bilingual("正解", "truth")),
        )
        assert "cues" not in EXPORTS["json"][0](interview, (), "zh")
        room.settle(room.service.grade_again(interview, 1))
        assert examiner.tasks[0].question == interview.questions["q1"]


@pytest.mark.parametrize("lang", LANGS)
def test_a_stored_grade_of_the_second_scale_keeps_its_number_and_says_so(tmp_path: Path, lang: Lang) -> None:
    given = replace(grade("covered", "wrong", "missing"), score=49.8, provenance=Provenance("rubric", scale=2))
    with open_room(tmp_path, ScriptedExaminer(given)) as room:
        begun = room.settle(room.service.submit(room.begin(lang=lang, follow_ups=0, question_ids=("q1",)), ANSWER))
    with open_room(tmp_path, ScriptedExaminer(grade("covered", "wrong", "missing")), worker="later") as room:
        interview = room.service.finish(room.service.load(begun.id, owner=room.owner))
        assert interview.turns[0].grade is not None
        assert (interview.turns[0].grade.score, result_of(interview, "q1").score, result_of(interview, "q1").scale) == (49.8, 49.8, 2)
        drawn = draw_interview(interview, room.service, catalogue_of(room), lang).report
        assert words(lang)["earlier_scale_note"] in drawn
        assert f"· {words(lang)['earlier_scale']} ·" in drawn
        again = room.settle(room.service.grade_again(interview, 1))
        assert (result_of(again, "q1").score, result_of(again, "q1").scale) == (46.8, SCALE)
        drawn = draw_interview(again, room.service, catalogue_of(room), lang).report
        assert words(lang)["earlier_scale"] not in drawn


def remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()


def cut(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("r+b") as file:
                file.truncate(path.stat().st_size // 2)


@pytest.mark.parametrize("damage", [remove, cut])
def test_an_index_that_is_damaged_while_it_is_open_stops_no_grade(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    index = QuestionIndex(tmp_path / "index", HashingEmbedder(concepts={}))
    index.open(Bank((question("q1"),), (), (), "0" * 16))
    try:
        damage(tmp_path / "index")
        with open_room(
            tmp_path, RubricExaminer(), look_up=lambda text, ids, lang, k: index.search(text, question_ids=ids, lang=lang, k=k)
        ) as room:
            interview = room.settle(room.service.submit(room.begin(follow_ups=0), ANSWER))
            assert interview.turns[0].grade is not None
            # q2 is not in this index at all.
            interview = room.settle(room.service.submit(room.service.go_on(interview), ANSWER))
            assert interview.turns[1].grade is not None
    finally:
        index.close()


# ------------------------------------------------------------ what a proxy is told


def wired(folder: Path) -> Application:
    return Application(Settings(data=folder, database_url=url_for(folder)))  # type: ignore[arg-type]


def test_a_replica_is_ready_when_its_records_and_its_worker_are(tmp_path: Path) -> None:
    application = wired(tmp_path)
    try:
        assert readiness(application) == {"ready": False, "database": "ok", "worker": "not started", "index": "building"}
        application.service.worker.start()
        application.service.worker.beaten.wait(10)
        assert readiness(application) == {"ready": True, "database": "ok", "worker": "ok", "index": "building"}
        application.index.open(application.bank)
        assert readiness(application)["index"] == "ok"
    finally:
        application.service.worker.stop()
        application.index.close()
        application.database.dispose()


def test_a_replica_whose_records_are_gone_or_of_another_schema_is_not_ready(tmp_path: Path) -> None:
    application = wired(tmp_path)
    with application.database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert readiness(application)["database"].startswith("at schema 0001")
    application.database.dispose()
    for file in tmp_path.glob("interviews.db*"):
        file.write_bytes(b"no database any more" * 300)
    assert readiness(application) == {"ready": False, "database": "damaged", "worker": "not started", "index": "building"}
    application.database.dispose()
