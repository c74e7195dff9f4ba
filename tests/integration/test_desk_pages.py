"""The coach's desk over HTTP: list, one interview, the last word, blind review, import and exports."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from interviewer.bootstrap import Application
from interviewer.config import Settings
from interviewer.interview.last_word import review_of
from interviewer.interview.results import result_of
from interviewer.messages import explain
from interviewer.models import (
    LANGS,
    LOCAL_PERSON,
    SCALE,
    AsideReply,
    Edit,
    EditKind,
    ExaminerName,
    Flag,
    Grade,
    Interview,
    Lang,
    Provenance,
    Purpose,
    Quote,
    Reason,
    Role,
    Setup,
    Utterance,
    Verdict,
    VerdictStatus,
)
from interviewer.records.store import utc_now
from interviewer.ui.exports import EXPORTS
from interviewer.web import desk as desk_routes
from interviewer.web import transcript as transcript_routes
from interviewer.web.gate import Gate, SessionLimits
from interviewer.web.inbox_query import read_inbox_query
from interviewer.web.security import SecurityHeaders
from tests.databases import ON_BOTH, url_for
from tests.examples import RICH_ANSWER, ScriptedExaminer, believing, grade, quote, rich_grade, ungraded
from tests.integration.rooms import BANK

pytestmark = ON_BOTH

HOSTILE = '线上<script>alert(1)</script>埋点\u200b\u200b\u202e{{ 7*7 }}"><img src=x onerror=alert(2)> Kafka\r\n第二行'
FOUND = "hostile <b>feedback</b> & more"
PAGE = {"accept": "text/html"}


def found() -> Grade:
    """What the examiner finds: a partly, b fully, c not; with a flag."""
    verdicts = (
        Verdict("a", VerdictStatus.PARTIAL, Quote(HOSTILE[0:2], 0, 2), reason="why a is partial"),
        Verdict("b", VerdictStatus.COVERED, Quote("Kafka", HOSTILE.index("Kafka"), HOSTILE.index("Kafka") + 5)),
        Verdict("c", VerdictStatus.MISSING),
    )
    return replace(grade("partial", "covered", "missing"), verdicts=verdicts, feedback=FOUND, flags=(Flag.HIDDEN_TEXT,))


@dataclass
class Desk:
    """A desk on a folder, with a browser of the coach's."""

    application: Application
    client: TestClient
    examiner: ScriptedExaminer

    def hold(self, owner: str = "local", *, text: str = HOSTILE, finish: bool = True) -> Interview:
        """An interview over two questions, the first answered and graded."""
        service = self.application.service
        interview = service.begin(Setup(question_ids=("q1", "q2"), follow_ups=0), owner=owner)
        interview = service.submit(interview, text, meant=Utterance.ANSWER)
        self.settle(interview)
        interview = service.load(interview.id, owner=owner)
        return service.finish(interview) if finish else interview

    def settle(self, interview: Interview) -> None:
        """Wait until no grade of it is running."""
        for turn in interview.turns:
            while self.application.service.watch(turn.id, seen=10**6, timeout=10) is not None:
                pass

    def read(self, interview: Interview) -> Interview:
        """As the records have it."""
        return self.application.service.read(interview.id, owner=interview.owner)

    def export(self, interview: Interview, ending: str, lang: Lang = "zh") -> str:
        """The candidate's file."""
        return EXPORTS[ending][0](self.read(interview), (), lang)

    def page(self, address: str, status: int = 200) -> str:
        """The text of a page."""
        response = self.client.get(address, headers=PAGE)
        assert response.status_code == status, response.text
        return response.text

    def post(self, address: str, **fields: str) -> str:
        """Send a form of ours; returns where it leads."""
        if "csrf" not in self.client.cookies:
            self.page("/coach")
        response = self.client.post(address, data={"csrf": self.client.cookies["csrf"], **fields}, follow_redirects=False)
        assert response.status_code == 303, response.text
        return response.headers["location"]

    @property
    def said(self) -> str:
        """What the next page is to say of the last form."""
        return self.client.cookies.get("said", "")


def mount(application: Application) -> FastAPI:
    """The desk's pages behind the gate, as the server has them, without the practice room, which takes seconds to build."""
    app = FastAPI()
    limits = SessionLimits(timedelta(hours=1), timedelta(days=1))
    app.add_middleware(Gate, people=lambda: application.people, now=utc_now, limits=limits, always_closed=False)
    app.add_middleware(SecurityHeaders)
    for page in (desk_routes, transcript_routes):
        app.include_router(page.routes(application))
    return app


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    application = Application(Settings(data=tmp_path, database_url=url_for(tmp_path)))
    examiner = ScriptedExaminer(found())
    application.__dict__["bank"] = replace(BANK, questions=(believing(), *BANK.questions[1:]))
    application.__dict__["examiners"] = {ExaminerName.RUBRIC: lambda: examiner}
    application.service.worker.start()
    yield Desk(application, TestClient(mount(application)), examiner)
    application.service.worker.stop()
    application.database.dispose()


def at(interview: Interview, act: str = "", query: str = "q=1") -> str:
    """An address of the interview's page."""
    return f"/coach/interviews/{interview.id}{'/' + act if act else ''}?{query}"


def links(html: str) -> list[str]:
    """The addresses of a page's links."""
    return [unescape(address) for address in re.findall(r'href="([^"]*)"', html)]


# ---------------------------------------------------------------- the list


@pytest.mark.parametrize("lang", LANGS)
def test_an_empty_list_explains_itself(desk: Desk, lang: Lang) -> None:
    page = desk.page(f"/coach?lang={lang}")
    assert {"zh": "没有等待复核的面试", "en": "Nothing waits for review"}[lang] in page
    assert 'href="/coach/import"' in page


def test_the_list_shows_what_waits_and_links_carry_the_filters(desk: Desk) -> None:
    person = desk.application.people.add("C-014 <b>", role=Role.CANDIDATE, group="autumn", now=utc_now())
    interview = desk.hold(person.id)
    desk.hold(finish=False)
    assert desk.page("/coach").count('class="item') == 1
    page = desk.page(f"/coach?state=all&candidate={person.id}&flagged=1&sort=oldest")
    assert page.count('class="item') == 1
    assert "C-014 &lt;b&gt;" in page
    assert "<b>C-014" not in page
    [opened] = [link for link in links(page) if link.startswith("/coach/interviews/")]
    assert urlsplit(opened).path == f"/coach/interviews/{interview.id}"
    carried = parse_qs(urlsplit(opened).query)
    assert carried == {"state": ["all"], "candidate": [person.id], "flagged": ["1"], "sort": ["oldest"]}
    assert "/coach?" + urlsplit(opened).query in links(desk.page(opened))


def test_a_search_marks_the_hit_and_nothing_typed_becomes_markup(desk: Desk) -> None:
    desk.hold()
    page = desk.page("/coach?text=kafka+埋点")
    assert '<mark class="hit">Kafka</mark>' in page
    assert '<mark class="hit">埋点</mark>' in page
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "\u202e" not in page
    assert desk.page("/coach?text=nowhere").count('class="item') == 0


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=99999999",
        "page=x",
        "since=soon",
        "min=nan",
        "min=-1",
        "max=1e99",
        "sort=;drop",
        "state=x",
        "text=%22*",
        "candidate=' or 1=1",
    ],
)
def test_a_value_that_makes_no_sense_is_not_asked_for(desk: Desk, query: str) -> None:
    assert desk.client.get(f"/coach?{query}", headers=PAGE).status_code == 200


@pytest.mark.parametrize("address", ["/coach?text=%00", "/coach/interviews/%00", "/coach/export/%00.md"])
def test_an_address_with_a_nul_in_it_is_none_of_ours(desk: Desk, address: str) -> None:
    assert desk.client.get(address, headers=PAGE).status_code == 404


def test_a_nul_in_a_form_is_kept_as_a_mark(desk: Desk) -> None:
    interview = desk.hold()
    desk.post(at(interview, "comment"), seq="1", text="a\x00b")
    assert [edit.text for edit in desk.read(interview).edits] == ["a\ufffdb"]


def test_an_address_is_read_as_it_was_written() -> None:
    query = {
        "candidate": "a&b",
        "text": "数据 管道",
        "ungraded": "1",
        "low": "1",
        "min": "10",
        "since": "2026-01-02",
        "state": "all",
        "page": "3",
    }
    asked = read_inbox_query(query)
    assert {name: value[0] for name, value in parse_qs(asked.address()).items()} == query
    assert read_inbox_query({}).address() == ""
    assert read_inbox_query({}).filters.unreviewed
    assert not read_inbox_query({"question": "q1"}).filters.unreviewed


# ---------------------------------------------------------------- one interview


CONTESTED: dict[Lang, tuple[str, str]] = {
    "zh": ("候选人申诉", "还没有人看过"),
    "en": ("The candidate contests it", "nobody has looked yet"),
}


@pytest.mark.parametrize("lang", LANGS)
def test_what_a_candidate_contests_is_listed_and_stands_beside_its_point(desk: Desk, lang: Lang) -> None:
    held, other = desk.hold(), desk.hold()
    words = HOSTILE[2 : HOSTILE.index("埋点")]
    desk.application.service.contest(desk.read(held), 1, "a", 2, 2 + len(words))
    narrowed = desk.page(f"/coach?contested=1&lang={lang}")
    assert held.id in narrowed
    assert other.id not in narrowed
    assert {"zh": "1 处申诉", "en": "1 contested"}[lang] in narrowed
    page = desk.page(at(held, query=f"q=1&lang={lang}"))
    row = page.partition('id="point-a"')[2].partition("</li>")[0]
    assert [told for told in CONTESTED[lang] if told not in row] == []
    assert "<q>&lt;script&gt;alert(1)&lt;/script&gt;</q>" in row
    assert CONTESTED[lang][0] not in page.replace(row, "")
    desk.post(at(held, "verdict"), seq="1", point="a", status="partial")
    row = desk.page(at(held, query=f"q=1&lang={lang}")).partition('id="point-a"')[2].partition("</li>")[0]
    assert [told in row for told in CONTESTED[lang]] == [True, False]
    assert held.id not in desk.page("/coach?contested=1")


def test_what_another_examiner_needs_is_told_for_the_provider_in_use(desk: Desk) -> None:
    settings = desk.application.settings
    desk.application.__dict__["settings"] = settings.model_copy(update={"model": "google_genai:m"})
    page = desk.page(f"/coach/interviews/{desk.hold().id}?lang=en")
    assert "Set INTERVIEWER_MODEL and GOOGLE_API_KEY" in page
    assert "OPENAI" not in page


@pytest.mark.parametrize("lang", LANGS)
def test_an_interview_shows_its_evidence_as_text(desk: Desk, lang: Lang) -> None:
    interview = desk.hold()
    page = desk.page(at(interview, query=f"q=1&lang={lang}"))
    assert '<mark class="p" data-point="a" data-start="0" tabindex="0">线上</mark>' in page
    assert 'id="point-a"' in page
    assert "why a is partial" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "49" not in page.split('data-answer="1">')[1].split("</article>")[0]
    assert "hostile &lt;b&gt;feedback" in page
    assert {"zh": "含隐藏字符 3 个", "en": "3 hidden characters"}[lang] in page
    assert "style=" not in page
    assert not re.search(r"<[^>]*\son\w+=", page)


def test_what_was_said_beside_the_answers_is_in_the_transcript(desk: Desk) -> None:
    aside = AsideReply(Utterance.CLARIFY, "A <b>million</b>.", Provenance("rubric"), given="users")
    desk.examiner._outcomes[:] = [
        aside,
        replace(aside, utterance=Utterance.DISPUTE, reply="Which words?"),
        replace(found(), reply="You named Kafka."),
    ]
    interview = desk.application.service.begin(Setup(question_ids=("q1", "q2"), follow_ups=0), owner="local")
    for text in (HOSTILE, "I said that", HOSTILE):
        desk.settle(desk.application.service.submit(desk.read(interview), text, meant=Utterance.ANSWER))
    desk.application.service.finish(desk.read(interview))
    page = desk.page(f"/coach/interviews/{interview.id}?lang=en")
    assert "<script>alert" not in page
    shown = unescape(page)
    assert [
        words for words in ("A <b>million</b>.", "a question about the task", "Which words?", "You named Kafka.") if words not in shown
    ] == []
    assert "A <b>million" not in page


def test_a_blind_transcript_holds_questions_back_but_no_dispute(desk: Desk) -> None:
    aside = AsideReply(Utterance.CLARIFY, "A million.", Provenance("rubric"), given="users")
    desk.examiner._outcomes[:] = [
        aside,
        replace(aside, utterance=Utterance.DISPUTE, reply="Which words?"),
        replace(found(), reply="You named Kafka."),
    ]
    interview = desk.application.service.begin(Setup(question_ids=("q1", "q2"), follow_ups=0), owner="local")
    for text in ("how many?", "only partial? I said that", "an answer"):
        desk.settle(desk.application.service.submit(desk.read(interview), text, meant=Utterance.ANSWER))
    desk.application.service.finish(desk.read(interview))
    desk.post("/coach/blind", on="1", back="/coach")
    page = unescape(desk.page(f"/coach/interviews/{interview.id}?lang=en"))
    assert "A million." in page
    assert not [words for words in ("Which words?", "only partial?", "You named Kafka.") if words in page]


def test_places_in_the_page_are_places_in_the_answer(desk: Desk) -> None:
    page = desk.page(at(desk.hold()))
    answer = page.split('data-answer="1">')[1].split("</article>")[0]
    pieces = re.findall(r'data-start="(\d+)"[^>]*>([^<]*)<', answer)
    assert len(pieces) > 4
    for start, text in pieces:
        shown = unescape(text)
        assert HOSTILE[int(start) : int(start) + len(shown)] == shown


def test_a_question_that_was_not_reached_has_nothing_to_judge(desk: Desk) -> None:
    page = desk.page(at(desk.hold(), query="q=2"))
    assert "data-answer" not in page
    assert 'id="commenting"' not in page


@pytest.mark.parametrize("address", ["/coach/interviews/none", "/coach/export/none.md", "/coach/export/none.exe"])
def test_what_is_not_there_is_a_page_that_says_so(desk: Desk, address: str) -> None:
    assert "Traceback" not in desk.page(address, 404)


# ---------------------------------------------------------------- the last word


def test_a_changed_verdict_changes_the_score_and_stands_beside_the_old_one(desk: Desk) -> None:
    interview = desk.hold()
    before = result_of(interview, "q1").score
    leads = desk.post(at(interview, "verdict"), seq="1", point="a", status="covered", reason="说得 <够> 了", start="0", end="4")
    assert leads == at(interview) + "#point-a"
    after = result_of(desk.read(interview), "q1")
    assert before is not None
    assert after.score is not None
    assert after.score > before
    assert after.machine_score == before
    page = desk.page(at(interview))
    assert f">{before:.0f}</s>" in page
    assert "说得 &lt;够&gt; 了" in page
    assert page.count('class="btn small" name="edit"') == 1


def test_an_edit_can_be_taken_back_and_stays_in_the_history(desk: Desk) -> None:
    interview = desk.hold()
    desk.post(at(interview, "score"), question="q1", score="12.5", reason="off the mark")
    assert result_of(desk.read(interview), "q1").score == 12.5
    [edit] = desk.read(interview).edits
    assert desk.post(at(interview, "withdraw"), edit=str(edit.id)) == at(interview) + "#history"
    assert result_of(desk.read(interview), "q1").score == result_of(interview, "q1").score
    page = desk.page(at(interview))
    assert "off the mark" in page
    assert 'class="gone"' in page
    assert 'name="edit"' not in page


def test_a_comment_marks_its_words_for_coach_and_candidate(desk: Desk) -> None:
    interview = desk.hold()
    start = HOSTILE.index("埋点")
    desk.post(at(interview, "comment"), seq="1", question="q1", start=str(start), end=str(start + 2), text="好 <i>例子</i>")
    desk.post(at(interview, "comment"), question="q1", text="整题")
    page = desk.page(at(interview))
    assert f'data-start="{start}">埋点</span>' in page
    assert "好 &lt;i&gt;例子" in page
    assert "整题" in page
    for ending in ("md", "html", "json"):
        seen = desk.export(interview, ending)
        assert "例子" in seen
        assert "整题" in seen
        assert "<i>例子" not in (seen if ending == "html" else "")


@pytest.mark.parametrize(
    ("act", "fields", "why"),
    [
        ("score", {"question": "q1", "score": "101", "reason": "r"}, "score_out_of_range"),
        ("score", {"question": "q1", "score": "nan", "reason": "r"}, "score_out_of_range"),
        ("score", {"question": "q1", "score": "50", "reason": " "}, "no_reason"),
        ("comment", {"question": "q1", "text": ""}, "no_text"),
        ("comment", {"seq": "1", "text": "x", "start": "3", "end": "99999"}, "span_outside"),
        ("verdict", {"seq": "1", "point": "zz", "status": "covered"}, "no_such_point"),
        ("withdraw", {"edit": "999"}, "no_such_edit"),
        ("grade", {"seq": "1", "examiner": "llm"}, "no_such_examiner"),
    ],
)
def test_what_is_refused_changes_nothing_and_says_why(desk: Desk, act: str, fields: dict[str, str], why: str) -> None:
    interview = desk.hold()
    leads = desk.post(at(interview, act), **fields)
    assert desk.said == why
    assert 'role="alert"' in desk.page(leads)
    assert 'role="alert"' not in desk.page(leads)
    assert desk.read(interview).edits == ()


def test_a_form_of_another_site_is_not_taken(desk: Desk) -> None:
    interview = desk.hold()
    desk.page("/coach")
    response = desk.client.post(at(interview, "reviewed"), data={"csrf": "guess"}, follow_redirects=False)
    assert response.status_code == 403
    assert desk.read(interview).edits == ()


def test_confirming_leads_to_the_next_one_with_the_filters_kept(desk: Desk) -> None:
    older, newer = desk.hold(), desk.hold()
    assert "?q=1" not in desk.post(at(newer, "reviewed", "q=1&flagged=1"))
    assert review_of(desk.read(newer)) is not None
    leads = desk.post(at(newer, "reviewed", "q=1&state=todo"))
    assert urlsplit(leads).path == f"/coach/interviews/{older.id}"
    assert desk.page("/coach").count('class="item') == 1
    assert desk.post(at(older, "reviewed", "q=1")) == "/coach"
    assert "You have reviewed everything in this list." in desk.page("/coach?lang=en")
    desk.post(at(older, "reopen"))
    assert review_of(desk.read(older)) is None


def test_another_grade_stands_beside_the_first(desk: Desk) -> None:
    interview = desk.hold()
    desk.examiner._outcomes[:] = [grade("covered", "wrong", "missing")]
    desk.post(at(interview, "grade"), seq="1", examiner="rubric")
    desk.settle(desk.read(interview))
    page = desk.page(at(interview))
    assert '<table class="plain compare">' in page
    assert [("differs" in row) for row in re.findall(r'<tr[^>]*data-point="[abc]">', page)] == [True, True, False]


def test_an_ungraded_answer_can_be_judged_by_the_coach_alone(desk: Desk) -> None:
    desk.examiner._outcomes[:] = [ungraded()]
    interview = desk.hold()
    assert result_of(interview, "q1").score is None
    desk.page(at(interview))
    desk.post(at(interview, "verdict"), seq="1", point="a", status="covered")
    assert result_of(desk.read(interview), "q1").score
    desk.page(at(interview))


# ---------------------------------------------------------------- blind review


def test_a_blind_page_holds_nothing_of_the_grade_until_every_point_is_judged(desk: Desk) -> None:
    interview = desk.hold()
    desk.post("/coach/blind", on="1", back=at(interview))
    score = f"{result_of(interview, 'q1').score:.0f}"
    for page in (desk.page(at(interview)), desk.page("/coach")):
        body = page.split("<main")[1]
        for word in (f">{score}<", "hostile", "why a is partial", 'class="p"', 'class="c"', "隐藏文字", "处标记", "/coach/export/"):
            assert word not in body, word
    desk.post(at(interview, "judge"), seq="1", **{"v.a": "covered", "v.b": "covered"})
    assert desk.said == "not_every_point"
    desk.post(at(interview, "judge"), seq="1", **{"v.a": "covered", "v.b": "covered", "v.c": "missing"})
    page = desk.page(at(interview))
    assert "why a is partial" not in page
    assert '<table class="plain compare">' in page
    assert "hostile" in page
    assert {edit.blind for edit in desk.read(interview).edits} == {True}
    actions = [entry.action for entry in desk.application.people.audit.search(50)]
    assert "read_transcript" not in actions
    assert "read_blind" in actions


@pytest.mark.parametrize("ending", EXPORTS)
def test_a_file_tells_no_grade_that_is_still_to_be_judged(desk: Desk, ending: str) -> None:
    interview = desk.hold()
    desk.post("/coach/blind", on="1", back=at(interview))
    file = f"/coach/export/{interview.id}.{ending}"
    assert "Give your verdicts first" in desk.page(f"{file}?lang=en", 409)
    assert [entry.action for entry in desk.application.people.audit.search(50) if entry.action in ("read_transcript", "export")] == []
    desk.post(at(interview, "judge"), seq="1", **{"v.a": "covered", "v.b": "covered", "v.c": "missing"})
    assert f"/coach/export/{interview.id}.{ending}" in desk.page(at(interview))
    assert "prompt q1" in desk.page(file)


@pytest.mark.parametrize("ending", EXPORTS)
def test_a_coachs_file_names_the_candidate(desk: Desk, ending: str) -> None:
    person = desk.application.people.add("Zo<b>e", role=Role.CANDIDATE, now=utc_now())
    interview = desk.hold(person.id)
    file = desk.page(f"/coach/export/{interview.id}.{ending}")
    assert {"html": "Zo&lt;b&gt;e", "md": r"Zo&lt;b\>e"}.get(ending, "Zo<b>e") in file


def test_a_blind_list_can_neither_be_ordered_nor_narrowed_by_grades(desk: Desk) -> None:
    interview = desk.hold()
    telling = {
        "sort": "score_up",
        "min": "90",
        "max": "91",
        "low": "1",
        "flagged": "1",
        "ungraded": "1",
        "contested": "1",
        "examiner": "llm",
    }
    address = f"/coach?{urlencode({'state': 'all', **telling})}"
    assert interview.id not in desk.page(address)
    desk.post("/coach/blind", on="1", back="/coach")
    page = desk.page(address)
    assert f"/coach/interviews/{interview.id}?state=all" in page
    for name in telling.keys() - {"sort"}:
        assert f'name="{name}"' not in page
    assert 'value="score_' not in page


def test_who_has_seen_the_grade_cannot_review_blind(desk: Desk) -> None:
    interview = desk.hold()
    desk.page(at(interview))
    desk.post("/coach/blind", on="1", back="/coach")
    assert "why a is partial" in desk.page(at(interview))
    fields = {"v.a": "covered", "v.b": "covered", "v.c": "missing"}
    desk.post(at(interview, "judge"), seq="1", **fields)
    assert desk.said == "already_read"


def test_the_switch_never_leads_away_from_here(desk: Desk) -> None:
    assert desk.post("/coach/blind", on="1", back="//evil.example/") == "/"
    assert desk.post("/coach/blind", on="", back="/coach?state=all") == "/coach?state=all"


# ---------------------------------------------------------------- import and export


def test_an_import_counts_what_came_in_and_names_the_lines_that_did_not(desk: Desk) -> None:
    lines = [{"candidate": "X1 <b>", "question": "q1", "answer": "一个回答"}, {"candidate": "X1 <b>", "question": "q2", "answer": "b"}]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n{not json}\n"
    desk.page("/coach/import")
    fields = {"csrf": desk.client.cookies["csrf"], "examiner": "rubric", "lang": "", "lines": ""}
    response = desk.client.post("/coach/import", data=fields, files={"file": ("x.jsonl", text.encode())}, headers=PAGE)
    assert response.status_code == 200, response.text
    assert "2 个回答" in response.text
    assert '<th scope="row">3</th>' in response.text
    assert "X1 &lt;b&gt;" in desk.page("/coach?state=all")


def test_an_answer_from_elsewhere_has_no_time_that_it_took(desk: Desk) -> None:
    desk.page("/coach/import")
    line = json.dumps({"question": "q1", "answer": "an answer", "candidate": "Zoe", "lang": "en"})
    desk.client.post("/coach/import", data={"csrf": desk.client.cookies["csrf"], "lines": line})
    (row,) = desk.application.desk.inbox(LOCAL_PERSON).rows
    page = desk.page(f"/coach/interviews/{row.interview_id}?lang=en")
    assert "an answer" in page
    assert "0 s<" not in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "没有可导入的内容"),
        (b"\xff\xfe\x00", "不是 UTF-8"),
        ("题目,回答,候选人".encode("gbk"), "GBK"),
        (b"question,answer\n", "缺少列"),
    ],
)
def test_an_import_that_cannot_be_read_says_what_to_do(desk: Desk, content: bytes, words: str) -> None:
    desk.page("/coach/import")
    fields = {"csrf": desk.client.cookies["csrf"], "lines": ""}
    response = desk.client.post("/coach/import", data=fields, files={"file": ("x", content)}, headers=PAGE)
    assert response.status_code == 422
    assert words in response.text


def test_an_import_may_be_pasted(desk: Desk) -> None:
    line = json.dumps({"candidate": "X1", "question": "q1", "answer": "a"})
    desk.page("/coach/import")
    response = desk.client.post(
        "/coach/import", data={"csrf": desk.client.cookies["csrf"], "lines": line, "examiner": "rubric"}, headers=PAGE
    )
    assert response.status_code == 200
    assert "1 个回答" in response.text


@pytest.mark.parametrize("ending", ["md", "json", "html", "csv"])
def test_an_export_is_noted_and_holds_the_last_word(desk: Desk, ending: str) -> None:
    interview = desk.hold()
    desk.post(at(interview, "score"), question="q1", score="33", reason="the coach says so")
    response = desk.client.get(f"/coach/export/{interview.id}.{ending}?lang=en")
    assert response.status_code == 200
    assert "33" in response.text
    assert ending == "csv" or "the coach says so" in response.text
    assert response.headers["cache-control"] == "no-store"
    assert desk.application.people.audit.search(1)[0].action == "export"


# ---------------------------------------------------------------- what the candidate sees


@pytest.mark.parametrize("lang", LANGS)
def test_the_report_shows_the_last_word_and_who_had_it(desk: Desk, lang: Lang) -> None:
    interview = desk.hold()
    desk.post(at(interview, "verdict"), seq="1", point="a", status="wrong", reason="the other way <round>")
    desk.post(at(interview, "reviewed"), stay="1")
    html = desk.export(interview, "html", lang)
    assert "the other way &lt;round&gt;" in html
    assert {"zh": "教练改判", "en": "changed by the coach"}[lang] in html
    assert {"zh": "教练已复核", "en": "Reviewed by a coach"}[lang] in html
    text = desk.export(interview, "md", lang)
    assert "the other way" in text
    assert {"zh": "教练已复核", "en": "Reviewed by a coach"}[lang] in text
    data = json.loads(desk.export(interview, "json"))
    assert [edit["kind"] for edit in data["edits"]] == ["verdict", "reviewed"]
    assert data["edits"][0]["reason"] == "the other way <round>"


# ---------------------------------------------------------------- errors, doubts, bare names


def rich(desk: Desk, **changes: Any) -> Interview:
    """An interview whose grade holds all that a grade can hold."""
    desk.examiner._outcomes[:] = [replace(rich_grade(), **changes)]
    return desk.hold(text=RICH_ANSWER)


ON_THE_DESK: dict[Lang, tuple[str, ...]] = {
    "zh": ("说错的地方", "正确的说法", "要点：intent a", "这里另有说错的", "仅提及", "未识别", "40（30–47）", "80% 区间"),
    "en": (
        "What is wrong",
        "What is right",
        "Point: intent a",
        "an error beside it",
        "Named only",
        "Not recognised",
        "40 (30–47)",
        "80 % interval",
    ),
}


@pytest.mark.parametrize("lang", LANGS)
def test_the_desk_shows_errors_doubts_bare_names_and_the_interval(desk: Desk, lang: Lang) -> None:
    page = unescape(desk.page(at(rich(desk), query=f"q=1&lang={lang}")))
    rubric = page.partition('id="rubric"')[2]
    assert [words for words in ON_THE_DESK[lang] if words not in page] == []
    assert [rubric.count(words) for words in ("a myth", "nonsense", "that is not so", "only the name", "truth（中）")] == [1] * 5
    marked, listed = re.findall(r'<mark class="w" data-point="([^"]+)"', page), re.findall(r'<li data-point="(error[^"]+)"', rubric)
    assert sorted(marked) == sorted(listed)
    assert len(listed) == rubric.count('class="error" tabindex="0"') == 2
    assert {"zh": "旧评分尺度", "en": "earlier scale"}[lang] not in page


def test_a_wrong_point_on_the_desk_leads_to_its_error(desk: Desk) -> None:
    wrong = Verdict("a", VerdictStatus.WRONG, quote("a myth"), misconception="myth", reason="it is a myth")
    rubric = unescape(desk.page(at(rich(desk, verdicts=(wrong,)), query="q=1&lang=en")).partition('id="rubric"')[2])
    assert [rubric.count(words) for words in ("a myth", "truth（中）", "it is a myth")] == [1, 1, 0]
    assert "see “What is wrong”" in rubric


def test_an_error_goes_when_the_coach_calls_its_point_right_and_stays_when_they_call_it_wrong(desk: Desk) -> None:
    interview = rich(desk)
    desk.post(at(interview, "verdict"), seq="1", point="a", status="wrong", start="0", end="5")
    page = desk.page(at(interview))
    assert "<q>right</q>" in page
    assert 'class="error"' in page
    desk.post(at(interview, "verdict"), seq="1", point="a", status="covered")
    assert "truth" not in desk.page(at(interview)).partition('id="rubric"')[2]


def test_a_coach_can_say_that_a_point_is_only_named(desk: Desk) -> None:
    interview = rich(desk)
    page = desk.page(at(interview, query="q=1&lang=en"))
    assert re.findall(r'name="status" value="(\w+)"', page)[:5] == ["covered", "partial", "named", "missing", "wrong"]
    assert page.count("<kbd>5</kbd>") == 1
    assert "unsure" not in re.findall(r'name="status" value="(\w+)"', page)
    desk.post(at(interview, "verdict"), seq="1", point="a", status="named", reason="just the word")
    assert result_of(desk.read(interview), "q1").verdicts[0].status is VerdictStatus.NAMED
    page = desk.page(at(interview))
    assert 'class="point is-n changed" id="point-a"' in page
    assert "just the word" in page


@pytest.mark.parametrize("scale", range(1, SCALE))
@pytest.mark.parametrize("lang", LANGS)
def test_an_old_grade_says_on_the_desk_that_it_is_on_an_earlier_scale(desk: Desk, lang: Lang, scale: int) -> None:
    page = desk.page(at(rich(desk, provenance=Provenance("rubric", scale=scale)), query=f"q=1&lang={lang}"))
    assert page.count({"zh": "旧评分尺度", "en": "earlier scale"}[lang]) == 2


def test_what_was_not_recognised_is_told_to_the_coach_who_can_judge_it(desk: Desk) -> None:
    desk.examiner._outcomes[:] = [ungraded(Reason.NOT_RECOGNISED)]
    interview = desk.hold()
    page = unescape(desk.page(at(interview, query="q=1&lang=en")))
    assert explain(Reason.NOT_RECOGNISED, "en") in page
    desk.post(at(interview, "verdict"), seq="1", point="a", status="covered")
    assert result_of(desk.read(interview), "q1").score is not None


def test_two_coaches_and_whose_grade_is_final(desk: Desk) -> None:
    """A second coach's blind review is for comparison, an adjudication is shown as one, and the candidate reads one number."""
    interview = desk.hold()
    turn = interview.turns[0]
    given = {"kind": EditKind.VERDICT, "turn_seq": turn.seq, "question_id": "q1", "status": VerdictStatus.COVERED, "examiner": "rubric"}
    first, second = Edit(0, interview.id, author_id="a", author="Ada", at=utc_now(), **given), {"author_id": "b", "author": "Bea"}  # type: ignore[arg-type]
    read = replace(first, **second, status=VerdictStatus.WRONG, blind=True, purpose=Purpose.CALIBRATION)  # type: ignore[arg-type]
    edits = [replace(each, point_id=point) for each in (first, read) for point in "abc"]
    desk.application.desk.store.add_edits(LOCAL_PERSON, interview.id, lambda _: edits)
    page = desk.page(at(interview, query="q=1&lang=en"))
    assert ["leads this question" in page, "for comparison" in page, "is an adjudication" in page] == [True, True, True]
    assert all(name in page for name in ("Ada", "Bea"))
    told = desk.export(desk.read(interview), "html", "en")
    assert "Graded by the coach Ada" in told
    assert FOUND not in unescape(told)

    desk.post(at(interview, "verdict"), seq="1", point="a", status="partial")
    assert "adjudicated by" not in desk.page(at(interview, query="q=1&lang=en"))  # the local person has no name to tell
    assert result_of(desk.read(interview), "q1").verdicts[0].status is VerdictStatus.PARTIAL
