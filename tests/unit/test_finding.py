"""Questions are found in every shape that texts have, word for word, and nothing else is."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest

from interviewer.drafting import finding
from interviewer.drafting.document import Document
from interviewer.drafting.finding import find_questions
from interviewer.drafting.formats.markdown import read_markdown
from interviewer.drafting.formats.plain import read_plain
from interviewer.drafting.found import FoundQuestion
from interviewer.drafting.traits import Array

SHARED = Path(__file__).resolve().parents[3] / "shared"


def found(text: str, *, plain: bool = False) -> list[str]:
    """The questions of a text."""
    document = read_plain(text) if plain else read_markdown(text)
    questions = find_questions(document)
    assert all(question.prompt == "".join(document.words(span) for span in question.spans) for question in questions)
    return [question.prompt for question in questions]


def one(text: str, at: int = 0) -> tuple[Document, FoundQuestion]:
    """A question of a Markdown text, with its document."""
    document = read_markdown(text)
    return document, find_questions(document)[at]


TITLE = "# 后端面试题\n\n"


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        pytest.param("1. 为什么用 B+ 树？\n2. 说说 MVCC\n3. 设计一个短链服务", ["为什么用 B+ 树？", "说说 MVCC", "设计一个短链服务"], id="numbered"),
        pytest.param("## 一面\n- 缓存穿透和雪崩\n- TCP 三次握手\n- 怎么排查慢 SQL", ["缓存穿透和雪崩", "TCP 三次握手", "怎么排查慢 SQL"], id="noun-phrases"),
        pytest.param("Q1: 什么是幂等？\nA1: 做几次都一样。\n\nQ2: 幂等和去重的区别\nA2: 不同。", ["什么是幂等？", "幂等和去重的区别"], id="cards"),
        pytest.param("**问：**什么是 CAP？\n\n**答：**三选二。", ["什么是 CAP？"], id="wen-da"),
        pytest.param("| 问题 | 答案 |\n|--|--|\n| ARP 的作用 | 找 MAC |\n| 什么是 NAT？ | 改地址 |", ["ARP 的作用", "什么是 NAT？"], id="table"),
        pytest.param("## Redis 为什么快？\n\n1. 内存\n2. 单线程\n\n### 多线程呢？\n\n是的。", ["Redis 为什么快？"], id="heading, its answer's list and heading"),
        pytest.param("<details><summary>什么是 IoC？</summary>\n\n- 控制反转\n\n</details>", ["什么是 IoC？"], id="folded"),
        pytest.param("**Why do we normalise inputs?** So that gradients compare.", ["Why do we normalise inputs?"], id="bold"),
        pytest.param("一面：TCP 三次握手；为什么四次挥手；手写 LRU", ["TCP 三次握手", "为什么四次挥手", "手写 LRU"], id="semicolons"),
        pytest.param("## 一面\n他问我索引为什么用B+树，我说范围查询。", ["索引为什么用B+树"], id="reported"),
        pytest.param("## 一面\n问：“怎么保证幂等？”我说唯一键。又问：“键冲突了呢？”我愣住了。", ["怎么保证幂等？", "键冲突了呢？"], id="one paragraph"),
        pytest.param("## 题\n```java\n// 这个单例有什么问题？\nclass A {}\n```", ["这个单例有什么问题？"], id="comment"),
        pytest.param("## 题\n```py\nx = f()  # 1. 这里的 x 是什么？\ny = 1  # 计数器\n```", ["这里的 x 是什么？"], id="comment behind code"),
        pytest.param("## 一面\n就三道 1.类加载过程 2.什么是双亲委派 3.垃圾回收算法", ["类加载过程", "什么是双亲委派", "垃圾回收算法"], id="numbers on one line"),
        pytest.param("## 一面\n然后问我热点key失效怎么办 我说加锁", ["热点key失效怎么办"], id="clauses apart by spaces"),
        pytest.param("## 一面\n他问了 MVCC，还有怎么优化慢查询，我说看执行计划", ["MVCC", "怎么优化慢查询"], id="a topic alone in reported speech"),
        pytest.param("## 一面\n问：Kafka 为什么快？答：顺序写。问：会丢消息吗？答：看配置。", ["Kafka 为什么快？", "会丢消息吗？"], id="labels within a paragraph"),
        pytest.param("### 题一\n题干：说明排查思路。\n追问 1：只有 iOS 呢？", ["说明排查思路。", "只有 iOS 呢？"], id="labels of a guide"),
        pytest.param("1. 下列哪个是堆？（　）\n   A. 链表\n   B. 堆\n2. 主动关闭方进入（　）状态\n   A. X\n   B. Y", ["下列哪个是堆？（ ）", "主动关闭方进入（ ）状态"], id="choice"),
        pytest.param("## 一面\n- 怎么选分片键？\n- Can they explain a hot partition?\n- 说说锁", ["怎么选分片键？", "说说锁"], id="a rubric line in the list"),
        pytest.param("## 一面\n- 说说锁\n\n聊到最后还剩下十几分钟，气氛也比较轻松，于是我把准备好的反问一个一个拿了出来，他都答了。\n\n- 团队多大？\n- 加班多吗？", ["说说锁"], id="a line says that the candidate asks"),
        pytest.param("1. 什么是锁？\n\n## 反问\n- 团队多大？\n- 加班多吗？", ["什么是锁？"], id="the candidate asks"),
        pytest.param("1. 什么是锁？\n2. What is a lock?\n3. 什么是锁", ["什么是锁？", "What is a lock?"], id="twice"),
        pytest.param("1. Why do you want to work here?\n   你为什么想来？\n2. 什么是锁？", ["Why do you want to work here?", "什么是锁？"], id="both languages"),
        pytest.param("**怎么选分片键？**\n\n- 考察是否问读写模式\n- 能否说出热点\n\n**说说锁**\n", ["怎么选分片键？", "说说锁"], id="rubric"),
        pytest.param("## 一面\n1. 什么是锁？\n\n## 问 HR\n- 年假几天？\n- 谁定绩效？", ["什么是锁？"], id="whom the candidate asks"),
        pytest.param("## Round 1\n1. What is a lock?\n\n## What Ann asked us\n- Who owns the budget?\n- How big is the team?", ["What is a lock?"], id="what somebody asked us"),
        pytest.param("1. 什么是锁？\n\n## 该问什么\n> “团队多大？”\n>\n> “多久走完流程？”", ["什么是锁？"], id="quoted under what the candidate should ask"),
        pytest.param("## 什么是锁？\n\n互斥。\n\n## 常见疑问\n\n### 可以转载吗？\n\n可以。\n\n## 常被问到的\n- 什么是租约？\n- 说说死锁", ["什么是锁？", "什么是租约？", "说说死锁"], id="questions about the page, and a heading that announces"),
        pytest.param("**什么是锁？** 互斥。\n\n**还在犹豫什么？** 快来报名。\n\n**你们的锁怎么选型？** 看场景。", ["什么是锁？", "你们的锁怎么选型？"], id="a page beckons"),
        pytest.param("<details><summary>什么是 IoC？</summary>\n\n控制反转\n\n</details>\n\n<details><summary>Show the notes of this page</summary>\n\nNone.\n\n</details>", ["什么是 IoC？"], id="a folded part that is no question"),
        pytest.param("| 问题 | 备注 |\n|--|--|\n| 能否接受出差？ | 一月一次 |\n| 是否会 Go？ | 加分 |", ["能否接受出差？", "是否会 Go？"], id="questions that look like rubric in a column of questions"),
        pytest.param("更新记录：新增第 3 题；删除“缺点是什么”；调整顺序。\n\n## 一面\n- 什么是锁？\n- 说说租约", ["什么是锁？", "说说租约"], id="a log of changes between semicolons"),
        pytest.param("## 一面\n某厂：面试官就一个，问了进程和线程的区别；怎么模拟弱网；断电怎么测", ["进程和线程的区别", "怎么模拟弱网", "断电怎么测"], id="told and asked between semicolons"),
        pytest.param("## 一面\n还有几个小的：what's a deadlock；幂等键存哪里；什么是租约", ["what's a deadlock", "幂等键存哪里", "什么是租约"], id="a question in English beside one in Chinese"),
        pytest.param("1. 下面的代码能编译吗？若不能，请指出在哪一行。\n2. 什么是锁？", ["下面的代码能编译吗？若不能，请指出在哪一行。", "什么是锁？"], id="and if not"),
        pytest.param("## 题\n```py\nx = 1  # 为什么是一？因为从一数起\n# Q2: Change this line so that it holds.\n```", ["Change this line so that it holds."], id="a comment that answers itself, and one with a label"),
        pytest.param("### 1. 索引失效的场景\n\n**答**：\n\n- 函数\n\n### 2. 回表的代价\n\n**答**：多一次查找。", ["索引失效的场景", "回表的代价"], id="a heading with its answer under it"),
        pytest.param("1. 什么是锁？\n\n薪资：\n- 目前薪资构成是怎样的？\n- 期望薪资是多少？", ["什么是锁？"], id="talk about pay"),
    ],
)  # fmt: skip
def test_each_shape_is_found(text: str, questions: list[str]) -> None:
    assert found(TITLE + text) == questions


def test_a_bare_list_is_one_of_questions() -> None:
    assert found("TCP和UDP的区别\n什么是粘包\n讲讲握手过程\ncookie 和 session", plain=True) == [
        "TCP和UDP的区别",
        "什么是粘包",
        "讲讲握手过程",
        "cookie 和 session",
    ]


def test_a_list_without_marks_under_a_line_that_announces_it_is_one_of_questions() -> None:
    text = (
        "一楼 2023-5-21 12:40\n我那场专业题多，列个单子：\n等级保护的要求\n两地三中心\n表空间满了怎么办\n祝大家顺利上岸。\n什么时候出结果"
    )
    assert found(f"面试求助\n\n{text}", plain=True) == ["等级保护的要求", "两地三中心", "表空间满了怎么办"]


def test_a_list_without_marks_may_end_its_text() -> None:
    assert found("面试求助\n\n我那场问了这些：\n等级保护的要求\n两地三中心\n表空间满了怎么办", plain=True)[-1] == "表空间满了怎么办"
    assert found("面试求助\n\n我那场问了这些：", plain=True) == []


PAGES = """Hiring Handbook                                           Platform Team

  1. Describe how you would move a service with two million daily users from
     one data centre to another.

Hiring Handbook                     - 12 -                Platform Team

  2. Sketch the tables for a library that lends books, and say which indexes
Hiring Handbook                     - 13 -                Platform Team
     you would create first.
"""


def test_running_titles_with_the_pages_number_in_their_midst_are_left_out() -> None:
    assert found(PAGES, plain=True) == [
        "Describe how you would move a service with two million daily users from one data centre to another.",
        "Sketch the tables for a library that lends books, and say which indexes you would create first.",
    ]


def test_a_page_number_between_dashes_is_left_out() -> None:
    text = "面试手册\n\n1. 简述多版本并发控制的实现原理，并说明它与可重复读隔离级别之间的关系，可以结\n      — 27 —\n合日志举例。\n2. 什么是锁？"
    assert found(text, plain=True) == [
        "简述多版本并发控制的实现原理，并说明它与可重复读隔离级别之间的关系，可以结合日志举例。",
        "什么是锁？",
    ]


def test_a_field_of_a_form_is_no_part_of_a_question() -> None:
    text = "面试评估表\n1. 线上 CPU 飙高怎么排查？    得分：____\n2. 和同事意见不一致怎么办    得分：____"
    assert found(text, plain=True) == ["线上 CPU 飙高怎么排查？", "和同事意见不一致怎么办"]


@pytest.mark.parametrize(
    "text",
    [
        "# 校招线上笔试通知\n\n1. 请携带身份证。\n2. 写代码时可以使用本地 IDE，但不得切屏。\n3. 设计题请直接在答题框内作答。\n4. 介绍信请扫描后上传。",
        "# Interview day: what to bring\n\n1. Bring a photo ID.\n2. Give us a call if you are late.",
    ],
)
def test_a_letter_about_the_day_holds_none(text: str) -> None:
    assert found(text) == []


def test_of_lines_to_memorise_what_stands_before_the_colon_is_asked() -> None:
    text = "【后端八股速记】\n进程和线程：资源分配和调度的单位\n三次握手：防止历史连接\n索引下推：在引擎层过滤"
    assert found(text, plain=True) == ["进程和线程", "三次握手", "索引下推"]


def test_numbers_without_points_one_under_the_other_are_a_list() -> None:
    assert found("面试题\n1 什么是锁？\n2 死锁的四个条件\n3 说说租约", plain=True) == ["什么是锁？", "死锁的四个条件", "说说租约"]


def test_of_a_transcript_reactions_and_talk_are_left_out() -> None:
    text = "Mock interview\n\nDale: What is a lock?\nWen: A guard.\nDale: You sure? Take your time.\nWen: Yes.\nDale: How would you size a pool?\nWen: By load.\nDale: How did that feel for you? Any comments?\nWen: Good."
    assert found(text, plain=True) == ["What is a lock?", "How would you size a pool?"]


def test_a_label_behind_a_speakers_name_is_none_of_the_questions_words() -> None:
    text = "面试记录\n\n小唐：刚出来\n小唐：问：体温输入 45 度，系统怎么反应？\n小唐：答：提示确认\n小唐：问：脱敏测过没有？\n面试官：问：什么是锁？\n面试官：问：什么是租约？\n面试官：问：什么是幂等？"
    assert found(text, plain=True) == ["体温输入 45 度，系统怎么反应？", "脱敏测过没有？", "什么是锁？", "什么是租约？", "什么是幂等？"]


def test_what_the_reader_may_ask_himself_is_no_reported_question() -> None:
    assert found("# Exercises\n\n1. What is a lock?\n\nYou may ask yourselves why I skip it.") == ["What is a lock?"]


CHAT = """HR小陈 2024/3/5 14:02
为什么考虑离职？

我 2024/3/5 14:03
想换方向

HR小陈 2024/3/5 14:05
期望薪资多少？

我 2024/3/5 14:06
可以谈

HR小陈 2024/3/5 14:08
你有什么想了解的吗？

我 2024/3/5 14:09
几轮面试？
"""


def test_of_a_chat_with_names_on_lines_of_their_own_the_askers_questions_are_found() -> None:
    assert found(CHAT, plain=True) == ["为什么考虑离职？", "期望薪资多少？"]


TRANSCRIPT = """面试官：能听到吗？
候选人：可以。
面试官：好的，幂等键要存多久？
候选人：一天。您看行吗？
面试官：行。解释一下租约。
候选人：到期就放。
面试官：你有什么想问我的？
候选人：团队几个人？
"""


def test_of_a_transcript_the_interviewers_questions_are_found() -> None:
    assert found(TRANSCRIPT, plain=True) == ["幂等键要存多久？", "解释一下租约。"]


def test_a_question_over_a_page_is_one() -> None:
    lines = [
        "面试宝典 第 1 页",
        "",
        "1. 一张两亿行的订单表要加一个索引，而且线上的写入一刻也不能停，这时候你会",
        "面试宝典 第 2 页",
        "",
        "怎么操作？",
        "2. 什么是锁？",
    ]
    assert found("\n".join(lines), plain=True) == [
        "一张两亿行的订单表要加一个索引，而且线上的写入一刻也不能停，这时候你会怎么操作？",
        "什么是锁？",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# Cutting our image\n\nHave you ever waited for a deploy? So did we.\n\n## Why does size matter?\n\nPulling is slow.\n\n- `.git`\n- Explain it to your team",
        "# FAQ\n\n## How do I install it?\n\nRun it.\n\n## Can I change my plan?\n\nYes.",
        "# 更新日志\n\n- 修复 TCP 三次握手超时的问题\n- 支持限流",
        "# My checklist\n\n- Name the file well\n- List the tools you know\n- Explain your part",
        "# Release notes\n\n- Explain plan output shows buffers\n- Why the change?",
        "# 岗位\n\n## 任职要求\n- 熟悉 MySQL 索引原理\n- 了解 TCP 协议\n\n## 岗位职责\n- 设计高并发系统",
        "",
    ],
)
def test_a_document_without_a_question_has_none(text: str) -> None:
    assert found(text) == []


def test_a_question_has_its_topic_answer_rubric_and_options() -> None:
    document, question = one(
        TITLE
        + "## 存储\n\n**怎么选分片键？**\n\n- 考察是否问读写模式\n\n看查询怎么走。\n\n**说说锁**\n\n1. 下列哪个是堆？\n   A. 链表\n   B. 堆\n"
    )
    assert question.topic
    assert document.words(question.topic) == "存储"
    assert [document.words(span) for span in question.rubric] == ["考察是否问读写模式"]
    assert [document.words(span) for span in question.answer] == ["看查询怎么走。"]


def test_a_question_tells_its_shape_and_how_likely_it_is_one() -> None:
    labelled, told = (
        one("Q: 什么是锁？\nA: 互斥。\n\n面试官问我什么是租约，我说会到期。\n")[1],
        one("# 面试\n\n他问我什么是租约，我说会到期。\n")[1],
    )
    assert (labelled.form, told.form) == ("label", "reported")
    assert all(0.5 < each.confidence < 1 for each in (labelled, told))


def test_a_child_has_its_parents_sentence() -> None:
    document, question = one(
        "# Exercises\n\n1. Consider a store with five replicas.\n   1. State all pairs that work.\n   2. Which tolerate a failure?\n"
    )
    assert question.prompt == "State all pairs that work."
    assert question.context
    assert document.words(question.context) == "Consider a store with five replicas."


def test_a_question_about_code_has_the_code() -> None:
    document, question = one(TITLE + "## 题\n\n```py\nprint(1)\n```\n\n上面的代码输出什么？\n")
    assert question.context
    assert document.words(question.context) == "print(1)"


def test_an_answer_that_stands_elsewhere_is_found_by_its_number() -> None:
    document, question = one(TITLE + "1. 什么是锁？\n2. 什么是租约？\n\n参考答案（第 2 题）：\n\n到期就放的锁。\n", 1)
    assert [document.words(span) for span in question.answer] == ["到期就放的锁。"]


def test_the_articles_ten_questions_are_found_word_for_word_with_the_answer_to_the_third() -> None:
    article, bank = SHARED / "article.md", SHARED / "data" / "questions.json"
    if not article.is_file():
        pytest.skip(f"the article is not here: {article}")
    document = read_markdown(article.read_text(encoding="utf-8"))
    questions = find_questions(document)
    expected = json.loads(bank.read_text(encoding="utf-8"))
    assert [each.prompt for each in questions] == [each["zh"] for each in expected]
    assert [each.topic and document.words(each.topic) for each in questions] == [each["topic_zh"] for each in expected]
    answered = [number for number, each in enumerate(questions, 1) if each.answer]
    assert answered == [3]
    assert "Kafka" in " ".join(document.words(span) for span in questions[2].answer)


@pytest.mark.parametrize(
    "piece",
    [
        "1. 什么是锁？说说“它”的原理；以及很长的话。\n\n   答：这样。\n\n",
        "；的说",
        "我问他问",
        "问：0给你",
        "让我I asked ，请",
        "?一道\n",
        "asked how ",
        "一、面试官：我问",
        "（“、",
        "请用",
        "- a\n  - b？\n",
        "A. x 答：Q1：",
        "张三 10:11\n好\n",
    ],
)
def test_the_time_grows_with_the_text_alone(piece: str) -> None:
    times = []
    for length in (1_500, 6_000):
        document = read_plain("面试\n" + (piece * length)[:length])
        start = time.process_time()
        find_questions(document)
        times.append(time.process_time() - start)
    assert times[1] < 12 * times[0] + 0.2


def test_what_marks_do_not_know_is_found_by_what_was_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "面试题卡片\n\n[01] 正面｜什么是梯度消失？\n     背面｜层数一深，梯度逐层变小\n\n[02] 正面｜L1 和 L2 正则有什么区别？\n     背面｜一个稀疏，一个收缩"
    assert found(text, plain=True) == ["什么是梯度消失？", "L1 和 L2 正则有什么区别？"]
    monkeypatch.setattr(finding, "LONGEST", 10)
    assert found(text, plain=True) != ["什么是梯度消失？", "L1 和 L2 正则有什么区别？"]


def test_of_a_long_document_marks_alone_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    assert finding.LONGEST == 60_000
    monkeypatch.setattr(finding, "LONGEST", 10)
    monkeypatch.setattr(finding, "load_finder", None)
    document = read_plain("面试题\n1. 什么是锁？\n2. 说说租约\n3. 怎么选分片键？")
    assert [(each.prompt, each.confidence) for each in find_questions(document)] == [
        ("什么是锁？", 0.7),
        ("说说租约", 0.7),
        ("怎么选分片键？", 0.7),
    ]


def test_what_marks_rule_out_is_none_however_likely_it_seems(monkeypatch: pytest.MonkeyPatch) -> None:
    class Sure:
        def probability(self, stretches: list[object]) -> Array:
            return np.full(len(stretches), 0.99)

    monkeypatch.setattr(finding, "load_finder", Sure)
    asked = found(TITLE + "## 一面\n- 怎么选分片键？\n- Can they explain a hot partition?\n")
    assert "怎么选分片键？" in asked
    assert not [each for each in asked if "hot" in each]
    assert "锁" not in found(TITLE + "### 锁\n\n题目：什么是自旋？\n")  # its topic


def test_a_question_in_the_other_language_is_neither_another_one_nor_the_answer() -> None:
    document = read_markdown(
        "# 题\n\n1. **锁**\n   zh: 请解释自旋锁适合什么场景。\n   en: Explain when a spin lock is the right choice.\n\n2. **租约**\n   zh: 请说明租约怎样结束。\n   en: Explain how a lease ends.\n"
    )
    assert [(each.prompt, each.answer) for each in find_questions(document)] == [
        ("请解释自旋锁适合什么场景。", ()),
        ("请说明租约怎样结束。", ()),
    ]
