"""A drill goes the way of every interview: saved, judged, shown, contested, judged again, exported, erased."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from interviewer.dialogue.examiner import TalkingExaminer
from interviewer.errors import ConfigError
from interviewer.grading.rubric.examiner import RubricExaminer
from interviewer.insight.again import compare_with_earlier, plan_practice
from interviewer.interview.disclosure import held_back, hold_back, is_over
from interviewer.interview.flow import AwaitNext, AwaitReply, Finished, next_move
from interviewer.interview.results import QuestionStatus, result_of
from interviewer.interview.summarizing import summarize
from interviewer.models import (
    SCALE,
    ClaimStatus,
    ExaminerName,
    Interview,
    Mode,
    Provenance,
    Question,
    ReplyKind,
    Setup,
    Utterance,
    Verdict,
    VerdictStatus,
)
from interviewer.questions.bank import load_bank
from interviewer.training.drills import ask_alone
from interviewer.ui.exports import EXPORTS
from interviewer.ui.labels import words
from interviewer.ui.own_data import OwnData, write_own_data
from tests.conftest import ROOT
from tests.databases import ON_BOTH
from tests.examples import ScriptedExaminer, grade
from tests.integration.rooms import Room, open_room

pytestmark = ON_BOTH

BANK = load_bank([ROOT / "knowledge" / "questions"], knowledge=ROOT / "knowledge")
KNOWN = tuple(question.id for question in BANK.questions)
API = BANK.find("inference-api")
BATCHING = "把同时到来的请求攒成一批一起送进显卡，最多等几毫秒，批里有人算完就退出、新的随时加入，用一点等待换吞吐。"
CACHING = "完全相同的请求直接返回存好的结果，键里带上模型版本和采样参数，并设过期时间。"


def drill(*point_ids: str, of: Question = API) -> tuple[Question, ...]:
    return tuple(ask_alone(of, [id], of.point(id).drills[0]) for id in point_ids)


@contextmanager
def drilling(folder: Path) -> Iterator[tuple[Room, Interview]]:
    """A drill over two points, nothing answered yet, judged offline."""
    with open_room(folder, TalkingExaminer(RubricExaminer()), questions=BANK.questions) as room:
        yield room, room.service.begin_drill(drill("batching", "result-cache"), Setup(), owner=room.owner)


def test_points_are_asked_one_after_another_with_feedback_after_each(tmp_path: Path) -> None:
    with drilling(tmp_path) as (room, interview):
        assert interview.setup == Setup(
            mode=Mode.DRILL, question_ids=("inference-api:batching", "inference-api:result-cache"), follow_ups=0
        )
        assert next_move(interview) == AwaitReply()
        assert interview.turns[0].prompt == API.point("batching").drills[0].zh
        assert held_back(interview) == set(interview.questions)
        interview = room.settle(room.service.submit(interview, BATCHING))
        assert next_move(interview) == AwaitNext(last=False)
        assert is_over(interview, "inference-api:batching")
        assert held_back(interview) == {"inference-api:result-cache"}
        result = result_of(interview, "inference-api:batching")
        assert (result.score, result.interval) == (100, None)
        assert [(verdict.point_id, verdict.status) for verdict in result.verdicts] == [("batching", VerdictStatus.COVERED)]
        interview = room.settle(room.service.submit(room.service.go_on(interview), "不会", kind=ReplyKind.UNKNOWN))
        assert result_of(interview, "inference-api:result-cache").status is QuestionStatus.UNKNOWN
        interview = room.service.go_on(interview)
        assert next_move(interview) == Finished()
        assert interview.finished_at


def test_the_records_give_back_what_was_asked(tmp_path: Path) -> None:
    with drilling(tmp_path) as (room, interview):
        read = room.read(interview)
        asked = drill("batching", "result-cache")
        assert read.questions == {question.id: question for question in asked}
        assert [row.setup for row in room.service.history(owner=room.owner)] == [read.setup]


@pytest.mark.parametrize(
    "questions",
    [(), drill("batching") * 2, (API,), (replace(drill("batching")[0], points=()),)],
    ids=["nothing", "one twice", "a whole question", "no point"],
)
def test_what_is_no_drill_is_refused_and_leaves_nothing(tmp_path: Path, questions: tuple[Question, ...]) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        with pytest.raises(ConfigError):
            room.service.begin_drill(questions, Setup(), owner=room.owner)
        assert not room.service.history(owner=room.owner)


def test_a_drill_is_not_begun_over_whole_questions_or_without_its_examiner(tmp_path: Path) -> None:
    with open_room(tmp_path, ScriptedExaminer(grade())) as room:
        with pytest.raises(ConfigError):
            room.begin(mode=Mode.DRILL)
        with pytest.raises(ConfigError):
            room.service.begin_drill(drill("batching"), Setup(examiner=ExaminerName.LLM), owner=room.owner)


def test_a_question_back_is_answered_and_costs_nothing(tmp_path: Path) -> None:
    with drilling(tmp_path) as (room, interview):
        interview = room.settle(room.service.submit(interview, "请问规模有多大？每秒多少请求？"))
        assert interview.turns[0].reply is None
        assert interview.turns[0].asides[0].utterance is Utterance.CLARIFY
        assert result_of(room.settle(room.service.submit(interview, BATCHING)), "inference-api:batching").score == 100


@pytest.mark.parametrize("typed", ["不会", "不知道", "没接触过这个"])
def test_who_says_that_they_do_not_know_is_helped_on_without_the_key(tmp_path: Path, typed: str) -> None:
    with drilling(tmp_path) as (room, interview):
        interview = room.settle(room.service.submit(interview, typed))
        assert next_move(interview) == AwaitReply()
        (aside,) = interview.turns[0].asides
        assert aside.utterance is Utterance.UNKNOWN
        assert aside.reply
        assert API.point("batching").intent.zh not in aside.reply


def test_it_is_graded_again_and_the_words_of_the_point_are_kept(tmp_path: Path) -> None:
    with drilling(tmp_path) as (room, interview):
        interview = room.settle(room.service.submit(interview, BATCHING))
        interview = room.settle(room.service.grade_again(interview, 1))
        assert len(interview.turns[0].grades) == 2
        assert result_of(interview, "inference-api:batching").score == 100


def test_i_said_that_has_the_model_judge_the_one_point_anew(tmp_path: Path) -> None:
    by_model = Provenance("llm", "m", "grade-v3", scale=SCALE)
    missed = replace(grade(), verdicts=(Verdict("batching", VerdictStatus.MISSING),), score=0.0, provenance=by_model)
    covered = replace(missed, verdicts=(Verdict("batching", VerdictStatus.COVERED, missed.verdicts[0].quote),))
    examiner = ScriptedExaminer(missed, covered)
    with open_room(tmp_path, examiner, examiner_name=ExaminerName.LLM) as room:
        interview = room.service.begin_drill(drill("batching"), Setup(examiner=ExaminerName.LLM), owner=room.owner)
        interview = room.settle(room.service.submit(interview, BATCHING))
        interview = room.settle(room.service.contest(interview, 1, "batching", 0, len(BATCHING)))
        assert [point.id for point in examiner.tasks[-1].question.points] == ["batching"]
        assert [claim.status for claim in interview.turns[0].claims] == [ClaimStatus.GRANTED]
        assert result_of(interview, "inference-api:batching").score == 100


def test_passages_are_those_of_the_parent(tmp_path: Path) -> None:
    asked: list[str] = []

    def look_up(_text: str, question_ids: Collection[str], _lang: str, _limit: int) -> tuple[()]:
        asked.extend(question_ids)
        return ()

    with open_room(tmp_path, RubricExaminer(), look_up=look_up) as room:
        room.settle(room.service.submit(room.service.begin_drill(drill("batching"), Setup(), owner=room.owner), BATCHING))
    assert asked == ["inference-api"]


@pytest.mark.parametrize("ending", EXPORTS)
def test_every_file_of_a_drill_tells_what_is_over_and_no_open_key(tmp_path: Path, ending: str) -> None:
    with drilling(tmp_path) as (room, interview):
        interview = room.service.go_on(room.settle(room.service.submit(interview, BATCHING)))
        told = EXPORTS[ending][0](hold_back(interview), (), "zh")
        assert BATCHING[:20] in told
        assert API.point("result-cache").intent.zh not in told
        assert interview.questions["inference-api:result-cache"].reference.zh not in told
        whole = EXPORTS[ending][0](room.service.finish(interview), (), "zh")
        assert ending in ("json", "csv") or words("zh")["mode_drill"] in whole
        if ending == "json":
            assert json.loads(whole)["questions"]["inference-api:batching"]["parent"] == "inference-api"


@pytest.mark.parametrize("ending", ["md", "html"])
def test_a_file_of_a_drill_lists_its_points_and_has_no_total(tmp_path: Path, ending: str) -> None:
    with drilling(tmp_path) as (room, interview):
        interview = room.service.go_on(room.settle(room.service.submit(interview, BATCHING)))
        interview = room.settle(room.service.submit(interview, "不会", kind=ReplyKind.UNKNOWN))
        interview = room.service.finish(interview)
        told = EXPORTS[ending][0](interview, BANK.competencies, "zh")
        assert "说到 1 / 2 个要点" in told
        for id, word in (("batching", "说到了"), ("result-cache", "不会")):
            question = interview.questions[f"inference-api:{id}"]
            assert question.points[0].intent.zh in told
            assert question.reference.zh.strip() in told
            assert word in told
        assert BATCHING in told
        for absent in (words("zh")["out_of"], words("zh")["overall"], words("zh")["how_scored"], 'class="radar"', "<button", "data-claim"):
            assert absent not in told


def test_the_data_of_a_drill_hold_its_points_and_no_score(tmp_path: Path) -> None:
    with drilling(tmp_path) as (room, interview):
        interview = room.service.finish(room.settle(room.service.submit(interview, BATCHING)))
        (point,) = json.loads(EXPORTS["json"][0](interview, BANK.competencies, "zh"))["points"]
        assert (point["question"], point["point"], point["verdict"], point["rating"]) == ("inference-api", "batching", "covered", "good")
        assert point["words"] in BATCHING
        assert point["reference"] == interview.questions["inference-api:batching"].reference.zh.strip()
        own = json.loads("".join(write_own_data(OwnData({}, (), (), [interview], ()))))
        assert own["interviews"][0]["points"] == [point]
        assert "results" not in own["interviews"][0]
        rows = list(csv.DictReader(io.StringIO(EXPORTS["csv"][0](interview, (), "en").lstrip("\ufeff"))))
        assert {row["Examiner's score"] for row in rows} | {row["Final score"] for row in rows} == {""}


def test_drills_are_no_earlier_answer_to_anything(tmp_path: Path) -> None:
    with drilling(tmp_path) as (room, interview):
        first = room.settle(room.service.submit(interview, BATCHING))
        room.clock.forward(minutes=1)
        again = room.service.begin_drill(drill("batching"), Setup(), owner=room.owner)
        again = room.settle(room.service.submit(again, BATCHING))
        assert list(room.service.earlier(again)) == []
        assert compare_with_earlier(again, [first]) == {}


def test_practising_again_asks_the_whole_questions(tmp_path: Path) -> None:
    with drilling(tmp_path) as (room, interview):
        interview = room.settle(room.service.submit(interview, "不会", kind=ReplyKind.UNKNOWN))
        interview = room.settle(room.service.submit(room.service.go_on(interview), "不会", kind=ReplyKind.UNKNOWN))
        setup = plan_practice(interview, None, KNOWN, [ExaminerName.RUBRIC])
        assert setup == Setup(question_ids=("inference-api",))
        assert plan_practice(interview, "inference-api:batching", KNOWN, [ExaminerName.RUBRIC]) == setup
        assert room.service.begin(setup, owner=room.owner).turns[0].prompt == API.prompt.zh


def test_what_a_drill_found_counts_for_its_points_and_gives_no_score(tmp_path: Path) -> None:
    with drilling(tmp_path) as (room, interview):
        interview = room.settle(room.service.submit(interview, BATCHING))
        interview = room.settle(room.service.submit(room.service.go_on(interview), CACHING))
        digest = summarize(interview)
        assert digest.total is None
        assert [(each.question_id, each.score, each.machine_score) for each in digest.questions] == [("inference-api", None, None)]
        assert [(point.point_id, point.status) for point in digest.questions[0].points] == [
            ("batching", VerdictStatus.COVERED),
            ("result-cache", VerdictStatus.COVERED),
        ]


def test_several_points_together_are_one_answer_judged_for_those_only(tmp_path: Path) -> None:
    together = ask_alone(API, ["batching", "result-cache", "overload"], API.prompt)
    with open_room(tmp_path, RubricExaminer()) as room:
        interview = room.service.begin_drill([together], Setup(), owner=room.owner)
        interview = room.settle(room.service.submit(interview, BATCHING + CACHING))
        found = {verdict.point_id: verdict.status for verdict in result_of(interview, together.id).verdicts}
        assert found == {"batching": VerdictStatus.COVERED, "result-cache": VerdictStatus.COVERED, "overload": VerdictStatus.MISSING}
