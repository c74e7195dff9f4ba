"""Part 7, what time does: a question file that is gone, a clock that jumps."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from interviewer.interview.flow import AwaitReply, next_move
from interviewer.ui.exports import EXPORTS
from tests.examples import START, Clock, ScriptedExaminer, grade, question
from tests.faults.table import Row
from tests.integration.rooms import open_room

ANSWER = "生成器从噪声生成样本，判别器判断真假，两者交替训练。"


def practise(folder: Path) -> str:
    """An interview with one answer in it; its id."""
    with open_room(folder, ScriptedExaminer(grade())) as room:
        begun = room.begin(follow_ups=0)
        room.service.submit(begun, ANSWER)
        return room.service.go_on(room.settle(begun)).id


def question_gone(folder: Path) -> Row:
    interview = practise(folder)
    wrong = []
    with open_room(folder, ScriptedExaminer(grade()), questions=(question("other"),)) as room:
        try:
            seen = room.service.load(interview, owner="local")
            for ending, (make, _) in EXPORTS.items():
                if ANSWER not in re.sub(r"</?mark[^>]*>", "", make(seen, (), "zh")):
                    wrong.append(f"the answer is not in the export as {ending}")
            after = room.settle(room.service.submit(seen, "the second answer"))
            if not all(turn.grade for turn in after.turns):
                wrong.append("an answer to a question that is gone is not graded")
        except Exception as error:
            wrong.append(f"{type(error).__name__}: {error}")
    return Row(
        "the question files of an old interview are gone",
        "transcript, exports and the interview itself go on",
        "held" if not wrong else f"{len(wrong)} wrong",
        not wrong,
        tuple(wrong),
    )


def clock_jumps(folder: Path) -> Row:
    wrong = []
    for jump in (timedelta(days=400), timedelta(days=-400)):
        hold, clock = threading.Event(), Clock(START)
        data = folder / f"{jump.days}"
        examiner = ScriptedExaminer(grade(), before=lambda hold=hold: hold.wait(20) and None)  # type: ignore[misc]
        with open_room(data, examiner, clock=clock) as room:
            begun = room.begin(follow_ups=0, minutes=10)
            room.service.deadline_of(begun)  # the page shows it
            room.service.save_draft(begun.id, owner="local", seq=1, text="half of it")
            room.service.submit(begun, ANSWER)
            clock.at += jump
            hold.set()
            after = room.settle(begun)
            turn = after.turns[0]
            if turn.reply is None or turn.reply.text != ANSWER or len(turn.grades) != 1:
                wrong.append(f"{jump.days} days: not one answer with one grade")
            nxt = room.service.go_on(after)
            room.service.deadline_of(nxt)
            if not isinstance(next_move(nxt), AwaitReply):
                wrong.append(f"{jump.days} days: the next question does not wait for an answer")
            room.service.save_draft(nxt.id, owner="local", seq=2, text="a draft")
            clock.at -= jump
            later = room.service.load(nxt.id, owner="local")
            if later.turns[1].draft != "a draft" or later.turns[1].reply is not None:
                wrong.append(f"{jump.days} days and back: the draft is gone, or was handed in")
    wrong += _orphan_under_a_jump(folder / "orphan")
    return Row(
        "the clock jumps 400 days forth and back while an answer is graded, and after a worker died",
        "one answer, one grade; drafts and the clock of a question survive; nothing waits for the old time",
        "held" if not wrong else f"{len(wrong)} wrong",
        not wrong,
        tuple(wrong),
    )


def _orphan_under_a_jump(folder: Path) -> list[str]:
    """A worker that lived in the future dies; its lease must not hold for 400 days."""
    ahead = Clock(START + timedelta(days=400))
    with open_room(folder, ScriptedExaminer(grade()), worker="dead", clock=ahead, started=False) as room:
        begun = room.begin(follow_ups=0)
        room.service.submit(begun, ANSWER)
    with open_room(folder, ScriptedExaminer(grade()), worker="heir", clock=Clock(START + timedelta(minutes=1))) as room:
        claimed = _await(lambda: not room.read(begun).turns[0].pending, seconds=4)
        return [] if claimed else ["a dead worker's lease from a clock that was ahead is not taken over: the answer waits for that time"]


def _await(true: Callable[[], bool], *, seconds: float) -> bool:
    gate = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if true():
            return True
        gate.wait(0.05)  # the worker's thread tells nobody
    return False
