"""The clock runs out on an empty box: that is said wherever the question stands, and it is not called skipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from interviewer.interview.results import QuestionStatus, result_of
from interviewer.models import LOCAL_PERSON, ReplyKind
from interviewer.ui.exports import EXPORTS
from interviewer.ui.labels import words
from tests.examples import ScriptedExaminer, grade
from tests.integration.rooms import BANK, Room, open_room


@pytest.fixture
def room(tmp_path: Path):  # type: ignore[no-untyped-def]
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        yield room


@pytest.mark.parametrize("written", ["", "  \n"])
def test_an_empty_box_ran_out_and_counts_nothing(room: Room, written: str) -> None:
    begun = room.begin(minutes=3, follow_ups=0)
    room.service.save_draft(begun.id, owner=begun.owner, seq=1, text=written)
    room.clock.forward(seconds=600)
    after = room.service.load(begun.id, owner=begun.owner)
    reply = after.turns[0].reply
    assert reply is not None
    assert reply.kind is ReplyKind.RAN_OUT
    result = result_of(after, "q1")
    assert (result.status, result.score) == (QuestionStatus.RAN_OUT, 0.0)
    assert not after.turns[0].pending


def test_what_was_written_is_sent_as_before(room: Room) -> None:
    begun = room.begin(minutes=3, follow_ups=0)
    room.service.save_draft(begun.id, owner=begun.owner, seq=1, text="half an answer")
    room.clock.forward(seconds=600)
    reply = room.service.load(begun.id, owner=begun.owner).turns[0].reply
    assert reply is not None
    assert (reply.kind, reply.text) == (ReplyKind.TIMED_OUT, "half an answer")


def test_every_file_and_the_report_say_it_in_both_languages(room: Room) -> None:
    begun = room.begin(minutes=3, follow_ups=0)
    room.clock.forward(seconds=600)
    interview = room.service.finish(room.service.load(begun.id, owner=begun.owner))
    for lang, sentence in (("zh", "时间到，没有写下内容"), ("en", "Time ran out, nothing was written")):
        for ending in ("md", "html", "csv"):
            text = EXPORTS[ending][0](interview, BANK.competencies, lang)  # type: ignore[arg-type]
            text = text.decode("utf-8-sig") if isinstance(text, bytes) else text
            assert sentence in text, (lang, ending)
            assert words(lang)["said_skipped"] not in text  # type: ignore[arg-type]
    assert '"ran_out"' in str(EXPORTS["json"][0](interview, BANK.competencies, "zh"))
    assert LOCAL_PERSON.id == interview.owner
