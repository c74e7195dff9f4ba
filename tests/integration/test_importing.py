"""Transcripts from elsewhere: what goes in, what is refused, and that nothing goes in twice."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from interviewer.errors import NotFound
from interviewer.interview.editing import EditRefused
from interviewer.interview.importing import MOST_LINES, Imported
from interviewer.models import LOCAL_PERSON, ExaminerName, Person, ReplyKind, TurnKind
from tests.databases import ON_BOTH
from tests.integration.coaching import Desk, open_desk

pytestmark = ON_BOTH

LINE: dict[str, Any] = {"question": "q1", "answer": "an answer in words", "candidate": "Zoe"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, started=False) as made:
        yield made


def brought(desk: Desk, *lines: dict[str, Any] | str, viewer: Person | None = None, **options: Any) -> Imported:
    """What the import says."""
    written = [line if isinstance(line, str) else json.dumps({**LINE, **line}) for line in lines]
    return desk.service.import_transcripts(viewer or desk.coach, written, examiner=ExaminerName.RUBRIC, **options)


def test_one_interview_for_each_candidate_closed_and_waiting_for_its_grades(desk: Desk) -> None:
    told = brought(desk, {}, {"question": "q2", "answer": "second", "at": "2025-05-05T10:00:00"}, {"candidate": "Yan"})
    assert (len(told.interviews), told.answers, told.known, told.refused) == (2, 3, 0, ())
    (zoe,) = (person for person in desk.people.candidates_of(desk.coach.id) if person.name.startswith("Zoe"))
    assert not zoe.has_login
    held = desk.service.open(told.interviews[0], desk.coach)
    assert held.owner == zoe.id
    assert held.finished_at is not None
    assert [(turn.question_id, turn.kind, turn.pending) for turn in held.turns] == [
        ("q1", TurnKind.QUESTION, True), ("q2", TurnKind.QUESTION, True),
    ]  # fmt: skip
    assert held.created_at.isoformat() == "2025-05-05T10:00:00+00:00"
    assert {row.interview_id for row in desk.service.inbox(desk.coach).rows} == set(told.interviews)


def test_the_grades_of_what_was_imported_arrive(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        (id,) = brought(desk, {}).interviews
        held = desk.service.open(id, desk.coach)
        claimed = desk.room.queue.claim(desk.room.clock())
        if claimed:  # the heart of the worker may have been first
            desk.room.service.worker.work_on(*claimed)
        while desk.service.open(id, desk.coach).turns[0].pending:
            desk.room.service.watch(held.turns[0].id, seen=10**6, timeout=1)
        assert desk.service.open(id, desk.coach).turns[0].grade is not None


def test_the_candidates_belong_to_the_coach_who_brought_them(desk: Desk) -> None:
    (id,) = brought(desk, {}).interviews
    abe, ann, zoe = (person.name for person in desk.people.candidates_of(desk.coach.id))
    assert (abe, ann) == ("Abe", "Ann")
    assert re.fullmatch("Zoe #[0-9a-f]{4}", zoe)
    with pytest.raises(NotFound):
        desk.service.open(id, desk.other)


def test_an_import_does_not_tell_whether_there_is_somebody_of_a_name(desk: Desk) -> None:
    told = brought(desk, {"candidate": "Bob"}, {"candidate": "Nobody"})
    assert (told.answers, told.refused) == (2, ())
    *_, bob, nobody = (person.name for person in desk.people.candidates_of(desk.coach.id))
    assert all(re.fullmatch("(Bob|Nobody) #[0-9a-f]{4}", name) for name in (bob, nobody))
    assert desk.service.inbox(desk.other).rows == ()
    assert brought(desk, {"candidate": "ＢＯＢ"}, viewer=desk.other).refused == ()
    assert [row.candidate for row in desk.service.inbox(desk.other).rows] == ["Bob"]


def test_a_candidate_of_an_import_who_was_taken_away_gets_nothing_more(desk: Desk) -> None:
    brought(desk, {})
    zoe = desk.people.candidates_of(desk.coach.id)[-1]
    desk.people.unassign(desk.coach.id, zoe.id)
    (refused,) = brought(desk, {"question": "q2"}).refused
    assert "ask an admin" in refused.remedy


def test_the_same_file_again_brings_nothing_and_a_longer_one_only_what_is_new(desk: Desk) -> None:
    brought(desk, {}, {"id": 7, "question": "q2"})
    again = brought(desk, {}, {"id": 7, "question": "q2"})
    assert (again.interviews, again.answers, again.known) == ((), 0, 2)
    longer = brought(desk, {}, {"id": 7, "question": "q2"}, {"answer": "another answer"}, {"answer": "another answer"})
    assert (len(longer.interviews), longer.answers, longer.known) == (1, 1, 2)


def test_a_deleted_interview_can_be_imported_again(desk: Desk) -> None:
    (id,) = brought(desk, {}).interviews
    desk.room.store.delete(id, owner=desk.service.open(id, desk.coach).owner)
    assert brought(desk, {}).answers == 1


def test_a_question_answered_twice_opens_another_interview(desk: Desk) -> None:
    assert len(brought(desk, {}, {"answer": "again"}, {"question": "q2"}).interviews) == 2


def test_a_question_is_known_by_id_number_or_text(desk: Desk) -> None:
    told = brought(
        desk,
        *({"question": key, "candidate": f"c{number}"} for number, key in enumerate(["q1", "2", 1, " Prompt Q2 (EN) ", "prompt q1（中）"])),
    )
    assert told.refused == ()
    opened = [desk.service.open(id, desk.coach).setup.question_ids for id in told.interviews]
    assert opened == [("q1",), ("q2",), ("q1",), ("q2",), ("q1",)]


def test_a_question_from_elsewhere_needs_a_reference(desk: Desk) -> None:
    told = brought(
        desk,
        {"question": "What is a kernel?"},
        {"question": "What is a kernel?", "reference": "A kernel is a similarity. It replaces a dot product."},
    )
    assert [(refused.line, "references" in refused.remedy) for refused in told.refused] == [(1, True)]
    (question,) = desk.service.open(told.interviews[0], desk.coach).questions.values()
    assert question.derived
    assert question.points
    assert question.prompt.en == "What is a kernel?"


def test_a_row_from_elsewhere_is_exported_with_its_reference(desk: Desk) -> None:
    reference = "A kernel is a similarity. It replaces a dot product."
    (id,) = brought(desk, {"question": "What is a kernel?", "references": [reference]}).interviews
    held = desk.service.open(id, desk.coach)
    desk.service.set_score(desk.coach, id, question_id=held.turns[0].question_id, score=40, reason="r")
    desk.service.mark_reviewed(desk.coach, id)
    (row,) = desk.service.reviewed_rows(desk.coach)
    assert (row["question"], row["references"], row["score_norm"]) == ("What is a kernel?", [reference], 0.4)


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        ('{"question": "q1"}', "answer"),
        ({"candidate": " "}, "candidate"),
        ({"candidate": "x" * 101}, "candidate"),
        ({"answer": "x" * 20_001}, "answer"),
        ({"lang": "fr"}, "lang"),
        ({"at": "yesterday"}, "at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"question": "q9"}, "not in the bank"),
        ({"question": "free", "references": ["  "]}, "references"),
        ("x" * 200_001, "too long"),
    ],
)
def test_a_bad_line_is_told_by_number_and_remedy_and_the_rest_goes_in(desk: Desk, line: dict[str, Any] | str, remedy: str) -> None:
    told = brought(desk, "", line, {})
    assert [refused.line for refused in told.refused] == [2]
    assert remedy in told.refused[0].remedy
    assert "→" in told.refused[0].remedy
    assert told.answers == 1


def test_no_word_of_a_bad_line_is_in_its_refusal(desk: Desk) -> None:
    told = brought(desk, {"lang": "canary"}, {"question": "canary"}, {"at": "canary"})
    assert len(told.refused) == 3
    assert "canary" not in " ".join(refused.remedy for refused in told.refused)


def test_a_known_candidate_of_ones_own_gets_another_interview(desk: Desk) -> None:
    (id,) = brought(desk, {"candidate": "ANN"}).interviews
    assert desk.service.open(id, desk.coach).owner == desk.ann.id


def test_the_local_person_may_import_for_anybody(desk: Desk) -> None:
    told = brought(desk, {}, {"candidate": "Bob"}, viewer=LOCAL_PERSON)
    assert (len(told.interviews), told.refused) == (2, ())
    assert len(desk.service.inbox(LOCAL_PERSON).rows) == 2


def test_languages_are_told_from_the_answer_unless_given(desk: Desk) -> None:
    chinese = {"answer": "这是一个中文的回答，讲了两点。"}
    held = [desk.service.open(id, desk.coach) for id in brought(desk, {}, chinese, {**chinese, "question": "q2", "lang": "en"}).interviews]
    assert [(interview.setup.lang, len(interview.turns)) for interview in held] == [("en", 2), ("zh", 1)]
    (id,) = brought(desk, {"candidate": "Yan"}, lang="zh").interviews
    assert desk.service.open(id, desk.coach).setup.lang == "zh"


def test_what_was_not_answered_is_not_graded(desk: Desk) -> None:
    (id,) = brought(desk, {"answer": " "}, {"question": "q2", "answer": "I don't know."}).interviews
    turns = desk.service.open(id, desk.coach).turns
    assert [(turn.reply.kind, turn.pending) for turn in turns if turn.reply] == [(ReplyKind.SKIPPED, False), (ReplyKind.UNKNOWN, False)]


def test_a_file_imported_twice_at_once_brings_nothing_twice(desk: Desk) -> None:
    brought(desk, {"answer": "earlier"})
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: brought(desk, {}), range(4)))
    assert (sum(each.answers for each in told), sum(each.known for each in told)) == (1, 3)


def test_more_lines_than_are_taken_at_once_are_told(desk: Desk) -> None:
    told = brought(desk, *[""] * MOST_LINES, {})
    assert [refused.line for refused in told.refused] == [MOST_LINES + 1]
    assert told.answers == 0


def test_who_may_not_coach_cannot_import_and_an_absent_examiner_is_refused(desk: Desk) -> None:
    with pytest.raises(NotFound):
        brought(desk, {}, viewer=desk.ann)
    with pytest.raises(EditRefused):
        desk.service.import_transcripts(desk.coach, [], examiner=ExaminerName.LLM)
    assert not [person for person in desk.people.list_people() if person.name.startswith("Zoe")]


def test_an_import_is_in_the_audit_log(desk: Desk) -> None:
    (id,) = brought(desk, {}).interviews
    assert [(entry.action, entry.subject) for entry in desk.people.audit.search(10)] == [("import", id)]
