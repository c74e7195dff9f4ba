"""A corrected answer becomes one to learn from: where it is allowed, without a name, and only as long as the interview is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from interviewer.errors import NotFound
from interviewer.grading.rubric.answers import read_labelled
from interviewer.interview.editing import EditRefused, Refusal
from interviewer.models import FalseStatement, Interview, Level, PointLabel, Quote, Verdict, VerdictStatus
from interviewer.records.authored_tables import labelled_answers
from interviewer.records.desk_tables import learning_answers
from interviewer.records.erasure import erase_person
from interviewer.records.store import utc_now
from tests.databases import ON_BOTH
from tests.examples import grade
from tests.integration.authoring_house import EVERYBODY, FILES, content
from tests.integration.classroom import COVERED, Classroom, open_classroom
from tests.integration.rooms import BANK

# What is kept of a person is read with what SQLAlchemy calls deprecated.
pytestmark = [*ON_BOTH, pytest.mark.filterwarnings("ignore")]

ANSWER = "Ann here, ann@example.org: Kafka keeps the order. The moon is cheese."
KEPT = "[…] here, […]: Kafka keeps the order. The moon is cheese."


def said(words: str) -> Quote:
    """Where the answer says it."""
    return Quote(words, ANSWER.index(words), ANSWER.index(words) + len(words))


FOUND = replace(
    grade("partial", "covered", "missing"),
    verdicts=(
        Verdict("a", VerdictStatus.PARTIAL, Quote("Ann here", 0, 8)),
        Verdict("b", VerdictStatus.COVERED, said("Kafka keeps the order")),
        Verdict("c", VerdictStatus.MISSING),
    ),
    errors=(FalseStatement(said("The moon is cheese"), "rock", point_id="c"),),
)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    with open_classroom(tmp_path, FOUND, bank=replace(BANK, competencies=FILES.competencies), learn_from_answers="on") as made:
        yield made


def corrected(room: Classroom, question_id: str = "q1") -> Interview:
    """Ann's interview with one answer, of which Cleo has changed a verdict."""
    held = room.hold(room.ann, ANSWER, questions=(question_id,))
    return room.application.desk.change_verdict(room.cleo, held.id, seq=1, point_id="c", status=VerdictStatus.NAMED)


def count(room: Classroom, table: object) -> int:
    """How many rows a table has."""
    with room.application.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]


def test_a_corrected_answer_is_kept_without_a_name_and_exported_as_what_is_learned_from(room: Classroom, tmp_path: Path) -> None:
    held, cleo = corrected(room), room.browser(room.cleo)
    assert f"/coach/interviews/{held.id}/learn" in cleo.page(f"/coach/interviews/{held.id}?q=1")
    assert cleo.post(f"/coach/interviews/{held.id}/learn?q=1", seq="1").endswith("#learning-1")
    for _ in range(2):
        cleo.post(f"/coach/interviews/{held.id}/learn?q=1", seq="1")
    assert count(room, learning_answers) == 1
    assert "[…] here" in cleo.page(f"/coach/interviews/{held.id}?q=1")
    ada = room.browser(room.ada)
    assert "/coach/learning.jsonl" in ada.page("/coach/agreement")
    (line,) = ada.page("/coach/learning.jsonl").splitlines()
    assert "Ann" not in line
    assert "example.org" not in line
    assert room.ann.id not in line
    (tmp_path / "q.jsonl").write_text(line + "\n", encoding="utf-8")
    (row,) = read_labelled(tmp_path / "q.jsonl", "q1")
    assert (row.answer, row.lang, row.batch, row.errors) == (KEPT, held.setup.lang, "class", ())
    assert {id: (status.value, words) for id, (status, words) in row.verdicts.items()} == {
        "a": ("partial", ""), "b": ("covered", "Kafka keeps the order"), "c": ("named", ""),
    }  # fmt: skip
    assert json.loads(line)["question_id"] == "q1"
    for person in (room.cleo, room.ann):
        room.browser(person).page("/coach/learning.jsonl", 404)
    cleo.post(f"/coach/interviews/{held.id}/unlearn?q=1", seq="1")
    assert count(room, learning_answers) == 0


def test_only_what_a_coach_has_judged_is_kept(room: Classroom) -> None:
    held, answers = room.hold(room.ann, ANSWER, questions=("q1",)), room.application.corrected_answers
    assert f"/coach/interviews/{held.id}/learn" not in room.browser(room.cleo).page(f"/coach/interviews/{held.id}?q=1")
    with pytest.raises(EditRefused) as refused:
        answers.keep(room.cleo, held.id, 1)
    assert refused.value.why is Refusal.NOT_JUDGED
    room.application.desk.mark_reviewed(room.cleo, held.id)
    assert answers.keep(room.cleo, held.id, 1).text == KEPT
    room.application.people.unassign(room.carl.id, room.ann.id)
    for act in (answers.keep, answers.take_back):
        with pytest.raises(NotFound):
            act(room.carl, held.id, 1)


def test_of_a_question_written_here_it_is_a_labelled_answer_that_goes_with_the_person(room: Classroom) -> None:
    application = room.application
    question_id = application.authoring.create(room.cleo, content()).version.question_id
    application.authoring.publish(room.cleo, question_id, 1, EVERYBODY)
    points = application.live_bank.for_viewer(room.cleo.id).find(question_id).points
    room.examiner.__dict__["_outcomes"][:] = [
        replace(FOUND, verdicts=tuple(Verdict(point.id, COVERED, said("Kafka")) for point in points), errors=())
    ]
    held = room.hold(room.ann, ANSWER, questions=(question_id,))
    application.desk.mark_reviewed(room.cleo, held.id)
    kept = application.corrected_answers.keep(room.cleo, held.id, 1)
    (labelled,) = application.labelled_answers.answers(room.cleo, question_id)
    assert (labelled.id, labelled.text, labelled.level, labelled.confirmed) == (kept.labelled_id, KEPT, Level.EXCELLENT, True)
    assert set(labelled.labels.values()) == {PointLabel.COVERED}
    with application.database.writing() as connection:
        erase_person(connection, room.ann.id, utc_now())
    assert count(room, learning_answers) == count(room, labelled_answers) == 0


def test_the_candidate_is_told_and_finds_it_in_their_data(room: Classroom) -> None:
    held, ann = corrected(room), room.browser(room.ann)
    room.application.corrected_answers.keep(room.cleo, held.id, 1)
    assert "Kept now: 1" in ann.page("/own")
    (kept,) = json.loads(ann.page("/own/data.json"))["learning_answers"]
    assert (kept["text"], kept["question_id"]) == (KEPT, "q1")
    assert "points" not in kept


def test_nothing_is_kept_until_the_operator_allows_it(tmp_path: Path) -> None:
    with open_classroom(tmp_path, FOUND) as room:
        held, answers = corrected(room), room.application.corrected_answers
        cleo = room.browser(room.cleo)
        assert "/learn" not in cleo.page(f"/coach/interviews/{held.id}?q=1")
        assert "INTERVIEWER_LEARN_FROM_ANSWERS=on" in cleo.page(cleo.post(f"/coach/interviews/{held.id}/learn?q=1", seq="1"))
        with pytest.raises(EditRefused):
            answers.keep(room.cleo, held.id, 1)
        assert 'id="learning"' not in room.browser(room.ann).page("/own")
        assert "learning.jsonl" not in room.browser(room.ada).page("/coach/agreement")
        assert count(room, learning_answers) == 0
