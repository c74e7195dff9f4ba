"""A report as a file: whole, harmless, and the same in both languages."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.models import LANGS, Competency, Grade, GradingTask, Lang, Mode, ReplyKind, Setup, TurnKind
from interviewer.server import create_app
from interviewer.ui.exports import EXPORTS, export_html, export_json, export_markdown
from tests.examples import both, grade, interview, turn, ungraded

HOSTILE = (
    "# not a heading\n</div><script>alert(1)</script>\n```\n| a | b |\n[x](javascript:alert(1)) {{ t.brand }} {% raw %} $x \u202e\u200b末"
)
COMPETENCIES = (Competency("ml-foundations", both("ml"), both("ml short")),)


def sample():  # type: ignore[no-untyped-def]
    first = turn(1, reply=ReplyKind.TEXT, text=HOSTILE, outcomes=[grade(a="wrong")], hints=1)
    probed = turn(2, kind=TurnKind.FOLLOW_UP, prompt="probe", reply=ReplyKind.TEXT, text=HOSTILE, outcomes=[ungraded()], aimed="a")
    second = turn(3, question_id="q2", reply=ReplyKind.TEXT, outcomes=[ungraded()])
    return interview(first, probed, second, questions=["q1", "q2", "q3"], mode=Mode.EXAM)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        assert not [name for name, value in attrs if name.startswith("on") or (value or "").startswith(("http", "javascript:"))]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_stands_alone_and_runs_nothing(lang: Lang) -> None:
    tags = Tags()
    tags.feed(export_html(sample(), COMPETENCIES, lang))
    assert not {"script", "link", "img", "iframe", "button", "form"} & set(tags.seen)
    assert "<script>alert(1)</script>" in tags.text
    assert "{{ t.brand }} {% raw %} $x" in tags.text
    assert "\u202e" not in tags.text


@pytest.mark.parametrize("lang", LANGS)
def test_markdown_fences_what_was_typed(lang: Lang) -> None:
    text = export_markdown(sample(), COMPETENCIES, lang)
    block = text.split("````text\n")[1].split("\n````")[0]
    assert block.startswith("# not a heading\n</div><script>")
    assert "\n# not a heading" not in text.replace(block, "")


def test_json_keeps_the_answer_as_it_was_typed_and_every_grade() -> None:
    data = json.loads(export_json(sample(), COMPETENCIES, "zh"))
    assert data["turns"][0]["reply"]["text"] == HOSTILE
    assert [len(each["grades"]) for each in data["turns"]] == [1, 1, 1]
    assert data["results"][1] == {"question": "q2", "standing": "ungraded", "score": None}


@pytest.mark.parametrize("ending", EXPORTS)
def test_a_file_names_the_candidate_where_a_name_is_told_and_only_there(ending: str) -> None:
    assert "Ann" in EXPORTS[ending][0](sample(), COMPETENCIES, "en", candidate="Ann")
    assert "Ann" not in EXPORTS[ending][0](sample(), COMPETENCIES, "en")


@pytest.mark.parametrize("ending", ["md", "html"])
def test_what_has_no_grade_is_named_and_has_no_number(ending: str) -> None:
    text = EXPORTS[ending][0](sample(), COMPETENCIES, "en")
    assert "Ungraded" in text
    assert "Not answered" in text
    assert "1 ungraded" in text


def test_the_correction_of_an_error_stands_once_beside_its_point(tmp_path: Path) -> None:
    application = Application(Settings(data=tmp_path))
    asked, said = application.bank.find("gan-basics"), "生成器与判别器对抗训练。GAN 训练很稳定，从不会模式崩溃。"
    judged = application.rubric_examiner.grade(GradingTask(question=asked, lang="zh", prompt=asked.prompt.zh, answer=said))
    wrong = next(verdict for verdict in judged.verdicts if verdict.misconception) if isinstance(judged, Grade) else None
    assert wrong
    answered = turn(1, question_id=asked.id, reply=ReplyKind.TEXT, text=said, outcomes=[judged])
    held = replace(interview(answered, questions=[asked.id]), questions={asked.id: asked})
    correction = next(belief.correction.zh for belief in asked.point(wrong.point_id).misconceptions if belief.id == wrong.misconception)
    points = export_html(held, COMPETENCIES, "zh").partition('<ul class="points"')[2].partition("</ul>")[0]
    assert points.count(correction) == 1


def test_an_exam_that_is_not_over_is_not_exported_to_the_candidate(tmp_path: Path) -> None:
    application = Application(Settings(data=tmp_path))
    setup = Setup(question_ids=tuple(question.id for question in application.bank.questions[:2]), mode=Mode.EXAM, follow_ups=0)
    with TestClient(create_app(application)) as client:
        begun = application.service.begin(setup, owner="local")
        refused = client.get(f"/export/{begun.id}.md", params={"lang": "en"})
        assert (refused.status_code, "exam" in refused.text) == (409, True)
        application.service.finish(begun)
        assert client.get(f"/export/{begun.id}.md").status_code == 200
