"""Which stretches of an answer count as evidence."""

from __future__ import annotations

import pytest

from interviewer.grading.rubric.reading import read_answer
from tests.unit.test_evidence import QUESTION, WHOLE


def evidence(answer: str, **more: object) -> list[str]:
    reading = read_answer(answer, (), **more)  # type: ignore[arg-type]
    return [reading.quote(window.span).text for window in reading.windows if len(window.units) == 1]


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ("您说的低延迟是指服务端的排队情况，还是用户侧的延迟？", ""),
        ("Do you mean the queue on the server, or what the user sees?", ""),
        ("怎么保证顺序？按会话分区，同一会话的消息落在同一个分区里。", "按会话分区，同一会话的消息落在同一个分区里。"),
        ("He asked “should we use Kafka for all of it?” We keep a log with replay.", "We keep a log with replay."),
    ],
)
def test_a_question_is_no_evidence_and_its_answer_is(answer: str, kept: str) -> None:
    assert "".join(evidence(answer)).lstrip("” ") == kept


def test_what_was_said_to_an_earlier_prompt_is_not_said_anew() -> None:
    first = "消息按会话分区，同一会话落在同一个分区里。"
    assert evidence(first, earlier=[first]) == []
    assert evidence(first + "重启后从检查点恢复状态和位点。", earlier=[first]) == ["重启后从检查点恢复状态和位点。"]


def test_what_is_denied_as_a_whole_is_no_evidence_and_is_still_learned_from() -> None:
    answer = f"下面这段话我全都不同意：{WHOLE}"
    assert evidence(answer, to=QUESTION) == []
    assert len(evidence(answer)) > 3
    assert read_answer(answer, (), to=QUESTION).void
