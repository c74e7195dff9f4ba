"""What leaves this machine of a posting and a CV: nothing with a grade."""

from __future__ import annotations

import json
from pathlib import Path

from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.drafting.document import Document
from interviewer.models import LOCAL_PERSON, ExaminerName, Setup, Utterance
from interviewer.models.postings import ReasonKind
from tests.endpoint import ScriptedEndpoint, faithful

POSTING = "任职要求：\n- 熟悉 Kafka 与 gnomonic7719 平台\n- 精通 Kubernetes（quillwort8820）\n"
CV = "项目经历\n实时 zugzwang9931 平台\n- 用 Kafka 写了 isthmus4410\n专业技能\n- 精通 Kafka，7 年 ecru6613 经验\n"
SECRETS = ("gnomonic7719", "quillwort8820", "zugzwang9931", "isthmus4410", "ecru6613")
ANSWER = "用 Kafka 接埋点，我写了同步程序，因为要能重放，延迟从 20ms 降到 5ms，出过一次故障，后来加了重放。"


def test_nothing_of_posting_and_cv_reaches_the_prompt_that_grades(tmp_path: Path) -> None:
    with ScriptedEndpoint(then=faithful) as endpoint:
        settings = Settings.model_validate(
            {"INTERVIEWER_MODEL": "scripted", "INTERVIEWER_DATA": tmp_path, "OPENAI_BASE_URL": endpoint.base_url, "INTERVIEWER_ATTEMPTS": 1}
        )
        application = Application(settings)
        preparing, service = application.preparing, application.service
        service.worker.start()
        try:
            kept = preparing.read_in(LOCAL_PERSON, Document(POSTING, (), "text"), Document(CV, (), "text"), "zh")
            assert [word for word in SECRETS if word not in f"{kept.content}"] == []
            interview = preparing.begin(kept, Setup(examiner=ExaminerName.LLM, follow_ups=0), 5)
            why = preparing.store.load(kept.id, owner=kept.owner).interviews[interview.id]
            assert {each.kind for reasons in why.values() for each in reasons} >= {ReasonKind.REQUIREMENT, ReasonKind.DEEP_DIVE}
            while not interview.finished_at:
                after = service.submit(interview, ANSWER, meant=Utterance.ANSWER)
                while after.turns[-1].pending and service.watch(after.turns[-1].id, seen=10**6, timeout=10) is not None:
                    pass
                interview = service.go_on(service.load(interview.id, owner=interview.owner))
        finally:
            service.worker.stop()
            application.endpoint.close()
            application.database.dispose()
        sent = [json.dumps(request.body, ensure_ascii=False) for request in endpoint.requests]
    assert len(sent) >= len(interview.questions)
    assert all("用 Kafka 接埋点" in each for each in sent)
    assert [word for word in SECRETS if any(word in each for each in sent)] == []
