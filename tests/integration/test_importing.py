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
from interviewer.interview import importing
from interviewer.interview.editing import EditRefused
from interviewer.interview.import_rows import RowTrouble, read_rows
from interviewer.interview.importing import MOST_LINES, Imported, Refused
from interviewer.models import LANGS, LOCAL_PERSON, ExaminerName, Person, ReplyKind, TurnKind
from interviewer.records import imports
from interviewer.ui.labels import words
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
    return taken(desk, "\n".join(written), viewer=viewer, **options)


def taken(desk: Desk, text: str, *, viewer: Person | None = None, **options: Any) -> Imported:
    """What the import says to a whole file."""
    return desk.service.import_transcripts(viewer or desk.coach, read_rows(text), examiner=ExaminerName.RUBRIC, **options)


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
    assert refused.why is RowTrouble.NOT_YOURS


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
    assert told.refused == (Refused(1, RowTrouble.NO_QUESTION, "question"),)
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
    ("line", "why", "field"),
    [
        ("{", RowTrouble.NOT_JSON, ""),
        ("[1]", RowTrouble.NOT_JSON, ""),
        ('{"question": "q1"}', RowTrouble.MISSING, "answer"),
        ({"candidate": " "}, RowTrouble.MISSING, "candidate"),
        ({"candidate": "x" * 101}, RowTrouble.TOO_LONG, "candidate"),
        ({"candidate": "a\x07b"}, RowTrouble.NAME, "candidate"),
        ({"answer": "x" * 20_001}, RowTrouble.TOO_LONG, "answer"),
        ({"answer": " \u200b\n"}, RowTrouble.BLANK, "answer"),
        ({"lang": "fr"}, RowTrouble.BAD, "lang"),
        ({"at": "yesterday"}, RowTrouble.BAD, "at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, RowTrouble.BAD, "at"),
        ({"question": "q9"}, RowTrouble.NO_QUESTION, "question"),
        ({"question": "free", "references": ["  "]}, RowTrouble.NO_QUESTION, "question"),
        ("x" * 200_001, RowTrouble.LINE_TOO_LONG, ""),
    ],
)
def test_a_bad_line_is_told_by_number_and_remedy_and_the_rest_goes_in(
    desk: Desk, line: dict[str, Any] | str, why: RowTrouble, field: str
) -> None:
    told = brought(desk, "", line, {})
    assert told.refused == (Refused(2, why, field),)
    assert told.answers == 1
    for lang in LANGS:
        assert words(lang)[f"import_why_{why}"].format(field=field, most=1)


def test_no_word_of_a_bad_line_is_in_its_refusal(desk: Desk) -> None:
    told = brought(desk, {"lang": "canary"}, {"question": "canary"}, {"at": "canary"})
    assert len(told.refused) == 3
    assert "canary" not in str(told.refused)


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
    (id,) = brought(desk, {"question": "q2", "answer": "I don't know."}).interviews
    turns = desk.service.open(id, desk.coach).turns
    assert [(turn.reply.kind, turn.pending) for turn in turns if turn.reply] == [(ReplyKind.UNKNOWN, False)]


def test_a_file_imported_twice_at_once_brings_nothing_twice(desk: Desk) -> None:
    brought(desk, {"answer": "earlier"})
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: brought(desk, {}), range(4)))
    assert (sum(each.answers for each in told), sum(each.known for each in told)) == (1, 3)


def test_more_lines_than_are_taken_at_once_are_told(desk: Desk) -> None:
    told = brought(desk, *["{"] * MOST_LINES, {})
    assert told.refused[-1] == Refused(MOST_LINES + 1, RowTrouble.TOO_MANY)
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


def test_a_spreadsheet_is_taken_like_json_lines(desk: Desk) -> None:
    told = taken(desk, '候选人;题目;回答\r\nZoe;q1;"one; and\r\ntwo"\r\n;;\r\nYan;q2;\r\nYan;q1;plain\r\n')
    assert (told.answers, told.refused) == (2, (Refused(5, RowTrouble.BLANK, "answer"),))
    answers = {turn.reply.text for id in told.interviews for turn in desk.service.open(id, desk.coach).turns if turn.reply}
    assert answers == {"one; and\r\ntwo", "plain"}


def test_an_import_that_fails_half_way_leaves_nothing_behind(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    written = imports._add_answer

    def fail(*given: Any) -> None:
        if given[3].reply.text == "the last":
            raise RuntimeError("killed")
        written(*given)

    monkeypatch.setattr(imports, "_add_answer", fail)
    lines: list[dict[str, Any]] = [{}, {"candidate": "Yan"}, {"candidate": "Xi", "answer": "the last"}]
    people = desk.people.list_people()
    with pytest.raises(RuntimeError):
        brought(desk, *lines)
    assert desk.people.list_people() == people
    assert desk.service.inbox(desk.coach).rows == ()
    assert desk.people.audit.search(10) == ()
    monkeypatch.undo()
    assert brought(desk, *lines).answers == 3


def test_people_whom_another_import_adds_meanwhile_are_found(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    known = importing.known_origins
    first = iter([True])

    def meanwhile(*given: Any) -> frozenset[str]:
        if next(first, False):
            brought(desk, {"answer": "theirs"})
        return known(*given)

    monkeypatch.setattr(importing, "known_origins", meanwhile)
    assert brought(desk, {"answer": "ours"}).answers == 1
    assert len([person for person in desk.people.list_people() if person.name.startswith("Zoe")]) == 1
