"""A drill that a language model judges, on the wire: what it is asked of one point, and every way in which it ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.interview.disclosure import hold_back
from interviewer.interview.results import QuestionStatus, result_of
from interviewer.models import LANGS, CardKey, ClaimStatus, ExaminerName, Interview, Lang, Rating, VerdictStatus
from interviewer.ui.drill_scene import draw_drill
from tests.endpoint import Reply, Request, ScriptedEndpoint, faithful, point_ids, says
from tests.serving import ROOT

OWNER = "local"
KEYS = [CardKey("inference-api", "batching"), CardKey("inference-api", "result-cache")]
ANSWER: dict[Lang, str] = {
    "zh": "把同时到来的请求攒成一批一起送进显卡，最多等几毫秒。",
    "en": "Requests that arrive at the same time are put into one batch for the GPU, waiting a few milliseconds at most.",
}


def judges(verdict: str, **more: Any) -> Any:
    """A script that gives every point this verdict, with the answer as the quote; what is no grading is answered faithfully."""

    def script(request: Request) -> Reply:
        if not point_ids(request):
            return faithful(request)
        quote = request.answer if verdict != "missing" else ""
        whole = json.loads(faithful(request).text)
        reason = "回答里说到了。" if quote else "没有提到。"
        whole["points"] = {id: {"reason": reason, "verdict": verdict, "quote": quote} for id in point_ids(request)}
        properties = request.schema["properties"]
        return says(json.dumps({name: value for name, value in (whole | more).items() if name in properties}, ensure_ascii=False))

    return script


class Room:
    """The wired application, asking a scripted endpoint."""

    def __init__(self, application: Application, server: ScriptedEndpoint) -> None:
        self.application, self.server, self.service = application, server, application.service

    def begin(self, lang: Lang = "zh", keys: list[CardKey] = KEYS) -> Interview:
        return self.application.training.begin(OWNER, keys=keys, lang=lang, examiner=ExaminerName.LLM)

    def settle(self, interview: Interview) -> Interview:
        for turn in self.service.read(interview.id, owner=OWNER).turns:
            while turn.pending and self.service.watch(turn.id, seen=10**6, timeout=20) is not None:
                pass
        return self.service.load(interview.id, owner=OWNER)

    def gradings(self) -> list[Request]:
        return [request for request in self.server.requests if point_ids(request)]

    def ratings(self) -> list[Rating]:
        self.application.training.cards(OWNER)
        return [review.rating for review in self.application.training.store.reviews(OWNER)]


@contextmanager
def opened(folder: Path, then: Any, **more: object) -> Iterator[Room]:
    with ScriptedEndpoint(then=then) as server:
        settings = {
            "INTERVIEWER_MODEL": "scripted", "INTERVIEWER_DATA": folder, "OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "k",
            "INTERVIEWER_ATTEMPTS": 1, **more,
        }  # fmt: skip
        application = Application(Settings.model_validate(settings))
        application.service.worker.start()
        try:
            yield Room(application, server)
        finally:
            server.closing.set()
            application.service.worker.stop()
            application.endpoint.close()
            application.database.dispose()


@pytest.mark.parametrize("lang", LANGS)
def test_the_model_is_asked_for_the_one_point_and_told_of_no_other(lang: Lang, tmp_path: Path) -> None:
    with opened(tmp_path, judges("covered")) as room:
        interview = room.settle(room.service.submit(room.begin(lang), ANSWER[lang]))
        (request,) = room.gradings()
        assert point_ids(request) == ["batching"]
        parent = room.application.bank.find("inference-api")
        assert interview.turns[0].prompt in request.prompt
        for point in parent.points:
            assert ((point.core or point.intent)[lang] in request.prompt) is (point.id == "batching")
        assert request.answer == ANSWER[lang]
        assert interview.turns[0].grade
        verdicts = interview.turns[0].grade.verdicts
        assert [(each.point_id, each.status) for each in verdicts] == [("batching", VerdictStatus.COVERED)]
        assert room.ratings() == [Rating.GOOD]


def test_a_whole_drill_is_judged_point_by_point(tmp_path: Path) -> None:
    with opened(tmp_path, judges("missing")) as room:
        interview = room.settle(room.service.submit(room.begin(), ANSWER["zh"]))
        assert [turn.kind for turn in interview.turns] == ["question"]
        interview = room.settle(room.service.submit(room.service.go_on(interview), "加一层缓存，键里带版本。"))
        interview = room.service.go_on(interview)
        assert interview.finished_at
        assert [point_ids(request) for request in room.gradings()] == [["batching"], ["result-cache"]]
        assert room.ratings() == [Rating.AGAIN, Rating.AGAIN]


def test_what_could_not_be_judged_is_no_review(tmp_path: Path) -> None:
    with opened(tmp_path, lambda _: Reply(fault="hang"), INTERVIEWER_TIMEOUT=1, INTERVIEWER_DEADLINE=2, INTERVIEWER_RETRY_HOURS=0) as room:
        interview = room.settle(room.service.submit(room.begin(), ANSWER["zh"]))
        assert result_of(interview, "inference-api:batching").status is not QuestionStatus.GRADED
        assert room.ratings() == []
        room.server.replace(judges("covered"))
        interview = room.settle(room.service.grade_again(interview, 1))
        assert result_of(interview, "inference-api:batching").status is QuestionStatus.GRADED
        assert room.ratings() == [Rating.GOOD]


def test_i_said_that_is_judged_by_the_model_for_the_point_alone(tmp_path: Path) -> None:
    with opened(tmp_path, judges("missing")) as room:
        interview = room.settle(room.service.submit(room.begin(), ANSWER["zh"]))
        assert room.ratings() == [Rating.AGAIN]
        room.server.replace(judges("covered"))
        interview = room.settle(room.service.contest(interview, 1, "batching", 0, len(ANSWER["zh"])))
        assert [claim.status for claim in interview.turns[0].claims] == [ClaimStatus.GRANTED]
        assert point_ids(room.gradings()[-1]) == ["batching"]
        assert room.ratings() == [Rating.GOOD]


def test_a_reply_that_tells_the_key_does_not_reach_the_person(tmp_path: Path) -> None:
    probe = Application(Settings(data=tmp_path / "probe")).bank.find("inference-api")
    secrets = [probe.point(id).intent.zh for id in ("batching", "result-cache")]
    leaking = judges("missing", reply="".join(secrets), feedback="".join(secrets))
    with opened(tmp_path, leaking) as room:
        interview = room.settle(room.service.submit(room.begin(), "请求多了就加机器。"))
        grade = interview.turns[0].grade
        assert grade
        for secret in secrets:
            assert secret not in grade.reply
        # Of the point that is still to come nothing is told by the page or the records that a person may take along.
        stage = draw_drill(interview, None, "zh", state="next", pending="", model="scripted")
        assert secrets[1] not in stage
        assert secrets[1] not in repr(hold_back(interview))


def test_a_kill_between_a_saved_answer_and_its_review_leaves_one_review(tmp_path: Path) -> None:
    code = """
import os, signal, sys
from pathlib import Path
from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.models import CardKey
application = Application(Settings(data=Path(sys.argv[1])))
seen = application.training.begin("local", keys=[CardKey("inference-api", "batching")])
application.service.submit(seen, sys.argv[2])  # saved; nobody works it off
os.kill(os.getpid(), signal.SIGKILL)
"""
    died = subprocess.run([sys.executable, "-c", code, str(tmp_path), ANSWER["zh"]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr
    application = Application(Settings(data=tmp_path))
    queue, put_down = application.service.worker._queue, threading.Event()
    complete = queue.complete

    def tell(*came: Any, **more: Any) -> None:
        complete(*came, **more)
        put_down.set()

    queue.complete = tell  # type: ignore[method-assign]
    application.service.worker.start()
    try:
        assert put_down.wait(60)
        for _ in range(2):
            application.training.cards(OWNER)
            kept = application.training.store.reviews(OWNER)
            assert [(review.key, review.seq) for review in kept] == [(CardKey("inference-api", "batching"), 1)]
    finally:
        application.service.worker.stop()
        application.database.dispose()
