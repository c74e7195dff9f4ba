"""From what was found in a document to a draft, without a model: whose words stand where, and what is left for the author."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from interviewer.drafting.building import (
    MOST_POINTS,
    MOST_QUESTIONS,
    draft_bank,
    draft_question,
    language_of,
    propose_competencies,
    propose_id,
)
from interviewer.drafting.document import Block, BlockKind, Document, Span
from interviewer.drafting.draft import BankDraft, DraftText, Line, Origin, QuestionDraft, Shortfall, Step, decode_draft, encode_draft
from interviewer.drafting.files import content_of, places_of, write_file
from interviewer.drafting.found import FoundQuestion
from interviewer.models import Bilingual, Lang, Reason, Source
from interviewer.questions.located import read_located
from interviewer.questions.schema import check_question
from interviewer.questions.skills import Skill, SkillList

TEXT = """缓存
什么是缓存穿透？
查询不存在的数据，请求直接打到数据库。
用布隆过滤器拦截，空值也缓存。
能说出布隆过滤器（3 分）
能说出空值缓存（1 分）
A. 布隆过滤器
阅读下面的代码
What is the difference between a process and a thread?
Threads share memory. Processes do not.
"""
DOCUMENT = Document(TEXT, (), "text", title="Redis 面试题")
CC = Source(author="李雷", licence="CC-BY-4.0", date="2024-05-01")


def place(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


ZH = FoundQuestion(
    "什么是缓存穿透？",
    (place("什么是缓存穿透？"),),
    topic=place("缓存"),
    answer=(place("查询不存在的数据，请求直接打到数据库。"), place("用布隆过滤器拦截，空值也缓存。")),
    form="heading",
    confidence=0.9,
)
EN = FoundQuestion(
    "What is the difference between a process and a thread?",
    (place("What is the difference between a process and a thread?"),),
    answer=(place("Threads share memory. Processes do not."),),
)


def read(question: QuestionDraft, source: Source = CC) -> object:
    """What `interviewer bank check` makes of the question's file."""
    located = read_located(write_file(question, source, DOCUMENT.digest))
    assert located.faults == ()
    return check_question(located.value, ["caching"])


def completed(question: QuestionDraft) -> QuestionDraft:
    return QuestionDraft(**{name: getattr(question, name) for name in question.__slots__} | {"competencies": ("caching",)})


def test_every_line_is_the_documents_and_says_where_it_stands():
    question = draft_question(DOCUMENT, ZH)
    assert question.lang == "zh"
    assert question.topic == DraftText(zh=(Line("缓存", Origin.QUOTED, (place("缓存"),)),))
    assert question.reference.words("zh") == "查询不存在的数据，请求直接打到数据库。\n用布隆过滤器拦截，空值也缓存。"
    for _, text in question.texts():
        assert text.en == ()
        for line in text.zh:
            assert line.origin is Origin.QUOTED
            assert line.text == "".join(DOCUMENT.words(span) for span in line.spans)
    assert (question.form, question.confidence) == ("heading", 0.9)


def test_a_question_stands_under_its_context_and_over_its_options():
    found = FoundQuestion("什么是缓存穿透？", ZH.spans, context=place("阅读下面的代码"), options=(place("A. 布隆过滤器"),))
    assert draft_question(DOCUMENT, found).prompt.words("zh") == "阅读下面的代码\n什么是缓存穿透？\nA. 布隆过滤器"


def test_what_the_text_lacks_is_left_for_the_author():
    question = draft_question(DOCUMENT, FoundQuestion(ZH.prompt, ZH.spans))
    assert question.missing() == (("reference", "zh"), ("competencies",))
    assert question.points == ()


def test_the_title_stands_in_for_a_topic_and_a_long_heading_is_none():
    titled = draft_question(DOCUMENT, EN)
    assert titled.topic.words("en") == "Redis 面试题"
    assert places_of(titled)["topic.en"] == ["title"]
    untitled = Document(TEXT, (), "text")
    assert ("topic", "en") in draft_question(untitled, EN).missing()
    headed = Document(TEXT, (Block(BlockKind.HEADING, place("缓存"), depth=1),), "markdown")
    assert draft_question(headed, EN).topic == DraftText(en=(Line("缓存", Origin.QUOTED, (place("缓存"),)),))
    assert draft_bank(headed, [], CC).source.title == "缓存"
    wide = Document("长" * 61 + "什么是锁？", (), "text")
    assert draft_question(wide, FoundQuestion("什么是锁？", (Span(61, 66),), topic=Span(0, 61))).topic == DraftText()


def test_rubric_lines_become_points_that_weigh_what_they_say():
    lines = ("能说出布隆过滤器（3 分）", "能说出空值缓存（1 分）")
    found = FoundQuestion(ZH.prompt, ZH.spans, topic=ZH.topic, answer=ZH.answer, rubric=tuple(map(place, lines)))
    first, second = draft_question(DOCUMENT, found).points
    assert first.intent == DraftText(zh=(Line("能说出布隆过滤器", Origin.QUOTED, (place("能说出布隆过滤器"),)),))
    assert first.weight > 2 * second.weight
    assert first.weight + second.weight == 100
    assert first.essential
    assert second.follow_ups[0].zh[0].origin is Origin.USUAL
    assert first.follow_ups != second.follow_ups
    question, findings = read(completed(draft_question(DOCUMENT, found)))  # type: ignore[misc]
    assert findings == ()
    assert [point.intent.zh for point in question.points] == ["能说出布隆过滤器", "能说出空值缓存"]


def test_a_question_holds_no_more_points_than_a_file_may():
    text = "".join(f"第{number}个要点要讲到扩容。\n" for number in range(30))
    spans = tuple(Span(at, at + len(line)) for line in text.splitlines() for at in [text.index(line)])
    points = draft_question(Document(text, (), "text"), FoundQuestion("怎么扩容？", (Span(0, 1),), rubric=spans)).points
    assert len(points) == MOST_POINTS
    assert sum(point.weight for point in points) == 100


@pytest.mark.parametrize(
    ("text", "home", "lang"),
    [
        ("什么是锁？", "en", "zh"), ("MVCC", "zh", "zh"), ("MVCC", "en", "en"), ("说说 Redis 的 AOF 和 RDB", "en", "zh"),
        ("What is the GIL?", "zh", "en"), ("Explain the word 中 as it is used in this sentence of English", "zh", "en"),
    ],
)  # fmt: skip
def test_bare_terms_are_in_the_language_of_their_document(text: str, home: Lang, lang: Lang):
    assert language_of(text, home) == lang


def test_an_answer_in_the_other_language_stands_in_it():
    found = FoundQuestion(ZH.prompt, ZH.spans, topic=ZH.topic, answer=EN.answer)
    question = draft_question(DOCUMENT, found)
    assert question.reference.en
    assert set(question.missing()) == {("topic", "en"), ("prompt", "en"), ("reference", "zh"), ("competencies",)}


def test_ids_are_the_same_each_time_and_nobody_elses():
    assert propose_id("What  is\nRaft?") == propose_id("What is Raft?")
    assert propose_id("What is Raft?").startswith("what-is-raft-")
    assert propose_id("什么是锁？") != propose_id("什么是队列？")
    assert len(propose_id("Pneumonoultramicroscopic " * 50)) <= 64


def test_a_draft_holds_so_many_questions_and_says_how_many_more_there_were():
    found = [FoundQuestion(f"什么是第{number}种锁？", ZH.spans) for number in range(MOST_QUESTIONS + 7)]
    draft = draft_bank(DOCUMENT, [*found[:1], *found], CC)
    assert (len(draft.questions), draft.over) == (MOST_QUESTIONS, 7)


def test_a_title_that_was_told_goes_before_the_documents():
    assert draft_bank(DOCUMENT, [], CC).source == Source("Redis 面试题", "李雷", "CC-BY-4.0", "2024-05-01")
    assert draft_bank(DOCUMENT, [], Source("Mine")).source.title == "Mine"


def test_a_draft_is_the_same_after_storing():
    draft = draft_bank(DOCUMENT, [ZH, EN], CC)
    draft = BankDraft(draft.questions, draft.source, draft.digest, (Shortfall(Step.FIND, 1, 2, Reason.TIMEOUT),), 3)
    assert decode_draft(json.loads(json.dumps(encode_draft(draft)))) == draft


def test_competencies_are_proposed_by_the_skills_that_a_question_names():
    skills = SkillList(
        (
            Skill("redis", Bilingual("Redis", "Redis"), ("redis", "缓存"), ("caching", "speed")),
            Skill("filters", Bilingual("过滤器", "Filters"), ("穿透",), ("speed", "sets")),
        )
    )
    assert propose_competencies("什么是缓存穿透？", skills) == ("speed", "caching")
    assert propose_competencies("你好？", skills) == ()
    assert draft_question(DOCUMENT, ZH, skills).competencies == ("speed", "caching")


# ---------------------------------------------------------------- as files


@pytest.mark.parametrize(("found", "lang"), [(ZH, "zh"), (EN, "en")])
def test_a_file_in_one_language_is_taken_once_it_is_complete(found: FoundQuestion, lang: Lang):
    question, findings = read(completed(draft_question(DOCUMENT, found)))  # type: ignore[misc]
    assert findings == ()
    assert question.languages == (lang,)
    assert question.prompt.zh == question.prompt.en == found.prompt
    assert question.source == Source("", "李雷", "CC-BY-4.0", "2024-05-01")
    assert question.derived


def test_what_is_missing_is_said():
    _, findings = read(draft_question(DOCUMENT, FoundQuestion(ZH.prompt, ZH.spans)))  # type: ignore[misc]
    assert [finding.loc for finding in findings] == [("competencies",), ("reference", "zh")]


def test_places_tell_of_each_line_where_it_comes_from():
    line = Line("x", Origin.RESTATED, (Span(3, 7), Span(9, 12)))
    question = QuestionDraft(
        "a",
        "zh",
        prompt=DraftText(zh=(Line("甲", Origin.QUOTED, (Span(1, 2),)),), en=(line,)),
        reference=DraftText(
            zh=(Line("a", Origin.ADDED), line), en=(Line("b", Origin.AUTHOR), Line("c", Origin.USUAL), Line("d", Origin.RESTATED))
        ),
    )
    assert places_of(question) == {
        "prompt.zh": ["1-2"],
        "prompt.en": ["~3-7+9-12"],
        "reference.zh": ["added", "~3-7+9-12"],
        "reference.en": ["author", "usual", "added"],
    }


def test_what_a_person_wrote_is_not_told_of():
    question = QuestionDraft("a", "zh", prompt=DraftText(zh=(Line("甲", Origin.AUTHOR),)))
    assert places_of(question) == {}


@pytest.mark.parametrize(
    "text",
    ["no", "null", "- {a: b}", "*x", "key: value", "# none", "'", '"', "|", "a\n  b\n c", "!tag", "---", "1.10", "a\u0000b\u200b\u202ec", "x\n", "\ta"],
)  # fmt: skip
def test_a_hostile_text_stays_a_text(text: str):
    shown = "".join(char for char in text if char not in "\u0000\u200b\u202e").strip()
    lines = (Line(text, Origin.AUTHOR),)
    question = QuestionDraft("a", "en", prompt=DraftText(en=lines), topic=DraftText(en=lines), reference=DraftText(en=lines))
    read_back, findings = read(completed(question), Source(title=text, author=text))  # type: ignore[misc]
    assert findings == ()
    assert read_back.prompt.en == read_back.topic.en == read_back.source.title == shown


def test_keys_stand_in_their_usual_order():
    content: Mapping[str, object] = content_of(draft_question(DOCUMENT, ZH), CC, DOCUMENT.digest)
    assert list(content)[:7] == ["id", "version", "languages", "topic", "competencies", "difficulty", "prompt"]
    assert content["languages"] == ["zh"]
