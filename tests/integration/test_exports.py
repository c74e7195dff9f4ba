"""A report as a file: whole, harmless, and the same in both languages."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.insight.report import build_report
from interviewer.models import (
    LANGS,
    SCALE,
    Aside,
    Claim,
    ClaimStatus,
    Competency,
    Flag,
    Interview,
    Lang,
    Mode,
    Provenance,
    Quote,
    Reason,
    ReplyKind,
    Setup,
    TurnKind,
    Ungraded,
    Utterance,
    Verdict,
    VerdictStatus,
    Waiting,
)
from interviewer.server import create_app
from interviewer.ui.batch_files import batch_files
from interviewer.ui.charts import draw_radar
from interviewer.ui.exports import EXPORTS, Export, export_html, export_json, export_markdown
from interviewer.ui.labels import words
from interviewer.ui.own_data import OwnData, write_own_data
from interviewer.ui.render import render
from interviewer.ui.scene import ImprovedView, SummaryView
from tests.examples import RICH_ANSWER, START, believing, both, grade, interview, quote, rich_grade, turn, ungraded

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


@pytest.mark.parametrize("lang", LANGS)
def test_what_to_mend_is_told_for_the_provider_in_use(lang: Lang) -> None:
    """In the files, and on the page for what the model was to write."""
    model = "anthropic:m"
    failed = Ungraded(Reason.WRONG_KEY, Provenance("llm", model))
    waiting = Waiting(Reason.WRONG_KEY, 1, START, START)
    stood_in = replace(grade(), provenance=Provenance("rubric", stand_in=True))
    turns = (
        turn(1, reply=ReplyKind.TEXT, outcomes=[failed]),
        replace(turn(2, question_id="q2", reply=ReplyKind.TEXT, pending=True), waiting=waiting),
        replace(turn(3, question_id="q3", reply=ReplyKind.TEXT, outcomes=[stood_in], pending=True), waiting=waiting),
    )
    held = replace(interview(*turns, questions=["q1", "q2", "q3"]), finished_at=START)
    views: Any = {
        "improvements": dict.fromkeys(held.questions, ImprovedView("ask", reason=Reason.WRONG_KEY)),
        "summary": SummaryView("ask", reason=Reason.WRONG_KEY),
    }
    report = build_report(held, COMPETENCIES)
    page = render(
        "report", lang, report=report, radar=draw_radar(report.competencies), interview=held, export=False, pending="", earlier={},
        model=model, missed=0, **views,
    )  # fmt: skip

    texts = [page, *(make(held, COMPETENCIES, lang, model=model) for make in (export_html, export_markdown))]
    assert not any("OPENAI" in text for text in texts)
    assert [text.count("ANTHROPIC_API_KEY") for text in texts] == [5, 3, 2]


def test_the_files_of_many_say_which_published_question_nobody_has_tested() -> None:
    held = replace(interview(turn(1, reply=ReplyKind.TEXT, outcomes=[grade()]), questions=["q1", "q2"]), finished_at=START)
    said = words("zh")["question_untested"]
    for untested, times in ((frozenset[str](), 0), (frozenset({"q1"}), 1), (frozenset({"q1", "q2"}), 2)):
        files = dict(batch_files(lambda: COMPETENCIES, "", lambda known=untested: known)(held, None, "zh", ("html", "md", "json")))
        html, markdown, data = files.values()
        assert (html.count(said), markdown.count(said)) == (times, times)
        assert json.loads(data).get("untested", []) == sorted(untested)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("make", [export_html, export_markdown])
def test_a_file_says_why_denied_words_earned_nothing(make: Export, lang: Lang) -> None:
    denied = replace(grade(), flags=(Flag.DISAVOWED,))
    counts = [
        make(
            replace(interview(turn(1, reply=ReplyKind.TEXT, outcomes=[each]), questions=["q1"]), finished_at=START), COMPETENCIES, lang
        ).count(words(lang)["disavowed_note"])
        for each in (grade(), denied)
    ]
    assert counts == [0, 1]


def test_json_and_ones_own_data_hold_what_was_contested() -> None:
    first, *others = sample().turns
    contested = replace(sample(), turns=(replace(first, claims=(Claim("b", 2, 5, START),)), *others), finished_at=START)
    expected = {"point_id": "b", "start": 2, "end": 5, "at": START.isoformat(), "status": "open"}
    assert json.loads(export_json(contested, COMPETENCIES, "en"))["turns"][0]["claims"] == [expected]
    own = json.loads("".join(write_own_data(OwnData({}, (), (), (contested,), ()))))
    assert [turn["claims"] for turn in own["interviews"][0]["turns"]] == [[expected], [], []]


@pytest.mark.parametrize("lang", LANGS)
def test_the_file_tells_what_was_contested_and_has_nothing_to_press(lang: Lang) -> None:
    first = replace(
        turn(1, reply=ReplyKind.TEXT, text=HOSTILE, outcomes=[grade("missing", "missing")]), claims=(Claim("b", 20, 60, START),)
    )
    tags = Tags()
    tags.feed(export_html(replace(interview(first, questions=["q1"]), finished_at=START), COMPETENCIES, lang))
    assert {"zh": "你的申诉", "en": "You contest this"}[lang] in tags.text
    assert not {"script", "button", "form", "input"} & set(tags.seen)


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


def rich(**changes: Any) -> Interview:
    """One answer whose grade holds all that a grade can hold."""
    answered = turn(1, reply=ReplyKind.TEXT, text=RICH_ANSWER, outcomes=[replace(rich_grade(), **changes)])
    return replace(interview(answered, questions=["q1"]), questions={"q1": believing()})


def graded(ending: str, lang: Lang, **changes: Any) -> str:
    """What a file says of the points: neither the answer itself, nor what to study, nor the reference."""
    text = unescape(EXPORTS[ending][0](rich(**changes), COMPETENCIES, lang))
    return text.partition('<div class="grade">' if ending == "html" else f"\n{RICH_ANSWER}\n```\n")[2]


TOLD: dict[Lang, tuple[str, ...]] = {
    "zh": ("说错的地方", "正确的说法", "要点：intent a", "这里另有说错的", "覆盖", "仅提及", "未识别", "40（30–47）"),
    "en": (
        "What is wrong",
        "What is right",
        "Point: intent a",
        "with an error beside it",
        "Covered",
        "Named only",
        "Not recognised",
        "40 (30–47)",
    ),
}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("ending", ["md", "html"])
def test_a_file_tells_errors_interval_and_every_kind_of_verdict(ending: str, lang: Lang) -> None:
    text = graded(ending, lang)
    assert [words for words in TOLD[lang] if words not in text] == []
    assert [text.count(words) for words in ("a myth", "truth（中）", "nonsense", "that is not so", "right words", "a term")] == [1] * 6
    assert {"zh": "缺失", "en": "Missing"}[lang] not in text.partition({"zh": "分数怎么来", "en": "How the score is made"}[lang])[0]


@pytest.mark.parametrize("ending", ["md", "html"])
def test_a_wrong_point_leads_to_its_error_and_does_not_tell_it_again(ending: str) -> None:
    wrong = Verdict("a", VerdictStatus.WRONG, quote("a myth"), misconception="myth", reason="it is a myth")
    text = graded(ending, "en", verdicts=(wrong,))
    assert [text.count(words) for words in ("a myth", "truth（中）", "it is a myth")] == [1, 1, 0]
    assert "see “What is wrong”" in text
    assert "with an error beside it" not in text


def test_the_correction_of_an_old_grades_error_stands_once_beside_its_point() -> None:
    wrong = Verdict("a", VerdictStatus.WRONG, quote("a myth"), misconception="myth")
    text = graded("html", "zh", verdicts=(wrong,), errors=(), provenance=Provenance("rubric"))
    assert text.count("truth（中）") == text.count("a myth") == 1
    assert "说错的地方" not in text


@pytest.mark.parametrize("ending", ["md", "html"])
def test_what_is_not_known_is_not_told(ending: str) -> None:
    text = graded(ending, "en", errors=(), interval=None, verdicts=grade().verdicts)
    assert not [words for words in ("What is wrong", "error beside", "experts", "Not recognised", "earlier scale") if words in text]


@pytest.mark.parametrize("scale", range(1, SCALE))
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("ending", ["md", "html"])
def test_an_old_grade_says_that_it_is_on_an_earlier_scale(ending: str, lang: Lang, scale: int) -> None:
    note = {"zh": "旧评分尺度", "en": "earlier scale"}[lang]
    assert note in graded(ending, lang, provenance=Provenance("rubric", scale=scale))
    assert note not in graded(ending, lang)


def test_json_holds_errors_doubts_interval_and_scale() -> None:
    (told,) = json.loads(export_json(rich(), COMPETENCIES, "zh"))["turns"][0]["grades"]
    assert [(error["quote"]["text"], error["misconception"], error["point_id"]) for error in told["errors"]] == [
        ("a myth", "myth", "a"),
        ("nonsense", None, None),
    ]
    assert ([verdict["unsure"] for verdict in told["verdicts"]], told["provenance"]["scale"]) == ([False, False, True], SCALE)
    assert told["interval"]["low"] < told["score"] < told["interval"]["high"]


ASKED = "how many users? <b>&</b>"


def talked() -> Interview:
    """An answer with what was said beside it, a spoken reply to it, and a point that the candidate contests."""
    found = rich(reply="You named <i>right words</i>.")
    asides = (
        Aside(Utterance.CLARIFY, ASKED, "A *million*.", START, given="users"),
        Aside(Utterance.META, "hello", "Good day.", START),
    )
    claim = Claim("b", RICH_ANSWER.index("a term"), RICH_ANSWER.index("a term") + 6, START, ClaimStatus.STANDS)
    return replace(found, turns=(replace(found.turns[0], asides=asides, claims=(claim,)),))


BESIDE: dict[Lang, tuple[str, ...]] = {
    "zh": ("反问题目", "不计分", "你的申诉", "已转给教练"),
    "en": ("a question about the task", "not graded", "You contest this", "it goes to a coach"),
}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("ending", ["md", "html"])
def test_a_file_holds_what_was_said_beside_the_answer_as_text(ending: str, lang: Lang) -> None:
    text = EXPORTS[ending][0](talked(), COMPETENCIES, lang)
    shown = unescape(text).replace("\\", "")
    assert [words for words in (*BESIDE[lang], ASKED, "A *million*.", "Good day.", "<i>right words</i>") if words not in shown] == []
    assert not [tag for tag in ("<b>&", "<i>right") if tag in text]


def test_what_was_said_to_a_prompt_without_an_answer_is_in_the_files() -> None:
    talk = talked()
    left = replace(talk, turns=(replace(talk.turns[0], reply=None, grades=(), claims=()),))
    assert [ending for ending in EXPORTS if "hello" not in EXPORTS[ending][0](left, COMPETENCIES, "en")] == []


def test_json_and_csv_hold_asides_and_claims() -> None:
    told = json.loads(export_json(talked(), COMPETENCIES, "zh"))["turns"][0]
    assert [(each["utterance"], each["given"], each["text"]) for each in told["asides"]] == [
        ("clarify", "users", ASKED),
        ("meta", None, "hello"),
    ]
    assert [(each["point_id"], each["status"]) for each in told["claims"]] == [("b", "stands")]
    header, *rows = csv.reader(io.StringIO(EXPORTS["csv"][0](talked(), COMPETENCIES, "en").lstrip("\ufeff")))
    row = dict(zip(header, rows[0], strict=True))
    assert row["Beside the answers"].startswith(f"[a question about the task] {ASKED}\n[Interviewer] A *million*.")
    assert row["Contested by the candidate"] == "intent b (en): a term (Judged again, and the verdict stands; it goes to a coach.)"


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("ending", ["md", "html"])
def test_a_file_tells_the_verdict_in_words_with_its_quotes(ending: str, lang: Lang) -> None:
    answered = turn(1, reply=ReplyKind.TEXT, text="<b>an</b> answer", outcomes=[replace(grade(), verdicts=(covered("<b>an</b>"),))])
    text = EXPORTS[ending][0](interview(answered, questions=["q1"]), COMPETENCIES, lang)
    verdict = text[text.index(words(lang)["in_words"]) : text.index(words(lang)["study_first_2"])]
    assert words(lang)["strengths"] in verdict
    assert "<b>an" in unescape(verdict).replace("\\", "")
    assert "<b>an" not in verdict


def covered(said: str) -> Verdict:
    return Verdict("a", VerdictStatus.COVERED, Quote(said, 0, len(said)))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("ending", ["md", "html"])
def test_after_one_answer_of_ten_there_is_no_number_but_what_is_missing(ending: str, lang: Lang) -> None:
    ids = [f"q{number}" for number in range(1, 11)]
    text = EXPORTS[ending][0](interview(turn(1, reply=ReplyKind.TEXT, outcomes=[grade()]), questions=ids), COMPETENCIES, lang)
    head = text.partition(words(lang)["strengths"])[0]
    assert words(lang)["total_lacking"].format(lacking=2) in head
    assert not [name for name in (words(lang)["out_of"], words(lang)["band_excellent"]) if name in head.replace("{score}/100", "")]


@pytest.mark.parametrize("lang", LANGS)
def test_a_grade_that_is_due_is_told_at_the_top(lang: Lang) -> None:
    found = interview(turn(1, reply=ReplyKind.TEXT, outcomes=[grade()]), turn(2, question_id="q2", reply=ReplyKind.TEXT, pending=True))
    text = export_html(found, COMPETENCIES, lang)
    told = words(lang)["total_awaited"].format(numbers="2")
    assert told in text.partition('<div class="cols">')[0]
    assert told in export_markdown(found, COMPETENCIES, lang)
    assert words(lang)["total_awaited"].format(numbers="2") not in export_html(sample(), COMPETENCIES, lang)


def test_one_competency_is_a_sentence_and_two_are_a_chart() -> None:
    one = interview(turn(1, reply=ReplyKind.TEXT, outcomes=[grade()]), questions=["q1"])
    assert "只考察了一项能力（ml（中）：100/100）" in export_html(one, COMPETENCIES, "zh")
    assert "<svg" not in export_html(one, COMPETENCIES, "zh")
    assert 'class="shape"' in export_html(one, (*COMPETENCIES, replace(COMPETENCIES[0], name=both("x"))), "zh")


def test_an_exam_that_is_not_over_is_not_exported_to_the_candidate(tmp_path: Path) -> None:
    application = Application(Settings(data=tmp_path))
    setup = Setup(question_ids=tuple(question.id for question in application.bank.questions[:2]), mode=Mode.EXAM, follow_ups=0)
    with TestClient(create_app(application)) as client:
        begun = application.service.begin(setup, owner="local")
        refused = client.get(f"/export/{begun.id}.md", params={"lang": "en"})
        assert (refused.status_code, "exam" in refused.text) == (409, True)
        application.service.finish(begun)
        assert client.get(f"/export/{begun.id}.md").status_code == 200
