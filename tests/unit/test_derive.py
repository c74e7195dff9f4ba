"""Points from a reference, or from loose rubric lines."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewer.models import Bilingual
from interviewer.questions.derive import MOST_POINTS, derive_points, free_question, statements

ZH = "顺序表的存储空间连续，支持随机访问。链表的存储空间不连续，需要从头遍历。链表的插入和删除只需修改指针。"
EN = (
    "An array list is stored contiguously and allows random access. A linked list is scattered. It has to be walked from its head. "
    "Inserting into it only changes pointers."
)


def free(*references: str, rubric: tuple[str, ...] = ()):
    return free_question(id="q", text="What is a list?", references=references, rubric=rubric, lang="en")


def test_each_sentence_becomes_a_point_in_its_order():
    assert [point.intent.zh for point in derive_points(Bilingual(ZH, ZH))] == [f"{part}。" for part in ZH.split("。") if part]


def test_equal_texts_stand_once_for_both_languages():
    for point in derive_points(Bilingual(EN, EN)):
        assert point.intent.zh == point.intent.en


def test_languages_are_aligned_by_their_share_of_the_text():
    points = derive_points(Bilingual(ZH, EN))
    assert len(points) == 3
    assert "random access" in points[0].intent.en
    assert "随机访问" in points[0].intent.zh
    assert "scattered" in points[1].intent.en
    assert "walked" in points[1].intent.en
    assert "pointers" in points[2].intent.en
    assert "指针" in points[2].intent.zh


def test_a_missing_language_takes_the_other():
    assert derive_points(Bilingual("", EN)) == derive_points(Bilingual(EN, EN))


def test_an_empty_reference_gives_no_points():
    assert derive_points(Bilingual(" ", "\n")) == ()


def test_weights_follow_the_content():
    short, *long = derive_points(
        Bilingual("", "Queues absorb bursts. " + "Replicas behind a balancer keep the service alive when one machine dies suddenly.")
    )
    assert sum(point.weight for point in long) > 2 * short.weight


def test_a_long_reference_gives_at_most_eight_points_and_loses_nothing():
    text = " ".join(f"Statement number {name} explains a separate matter." for name in "ABCDEFGHIJKLMNOP")
    points = derive_points(Bilingual(text, text))
    assert len(points) == MOST_POINTS
    assert " ".join(point.intent.en for point in points) == text


def test_no_point_is_essential_and_each_asks_something_of_its_own():
    text = " ".join(f"Statement number {name} explains a separate matter." for name in "ABCDEFGH")
    points = derive_points(Bilingual(text, text))
    assert not any(point.essential for point in points)
    assert len({point.follow_ups[0] for point in points}) == len(points)
    assert len({point.id for point in points}) == len(points)
    assert not any("Statement" in point.follow_ups[0].en or "separate" in point.follow_ups[0].en for point in points)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is slow, e.g. on disks. It is cheap to buy.", ["It is slow, e.g. on disks.", "It is cheap to buy."]),
        ("The value is 3.14 exactly here. Both phases (phase 5) and the last (phase 7) matter", None),
        ("Then ss_thresh = cwnd / 2. Then cwnd is reset to 1.", None),
        (
            "1. Hash the key first\n2. Probe the next slot\n3. Grow the table",
            ["Hash the key first", "Probe the next slot", "Grow the table"],
        ),
        (
            "Steps of training:  - Initialise weights randomly.  - Compute the error.",
            ["Steps of training: Initialise weights randomly.", "Compute the error."],
        ),
        ("①将元素放在连续空间中；②无需额外空间存储关系", ["将元素放在连续空间中；", "无需额外空间存储关系"]),
        ("双链表可以，因为可以找到前驱 2.循环链表可以，因为可以绕一圈", ["双链表可以，因为可以找到前驱", "循环链表可以，因为可以绕一圈"]),
        ("-1 is printed by the program", ["-1 is printed by the program"]),
        ("他说“队列是先进先出。”然后入栈并且反转。", ["他说“队列是先进先出。”", "然后入栈并且反转。"]),
    ],
)
def test_statements_are_split_where_ideas_end(text: str, expected: list[str] | None):
    found = statements(text)
    if expected is None:
        assert "".join(found).replace(" ", "") == text.replace(" ", "")
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("顺序表的存储空间连续，支持随机访问，但插入和删除需要移动大量元素。", 3),
        ("If a constructor is defined for a class, the compiler does not create a default one.", 1),
        ("当需要最少比较次数时，只需比较一个表的所有元素。", 1),
        ("Divide the problem into smaller parts, solve them, and then combine the solutions into one for the whole.", 1),
        ("N (the length of the array, say) operations are needed for a sorted array", 1),
        ("Private and public.", 1),
        ("It makes a copy of the function code in every place where a function call is made.", 1),
        ("A constructor is called whenever an object is created, whereas a function needs to be called explicitly.", 2),
    ],
)
def test_a_lone_sentence_is_cut_at_clauses_that_say_something_alone_and_nowhere_else(text: str, expected: int):
    assert len(statements(text)) == expected


def test_a_long_lone_sentence_is_split_at_its_clauses():
    text = (
        "Frame bursting concatenates a sequence of several small frames in one transmission without releasing the channel, "
        "which is more efficient than carrier extension because frames are not filled with garbage, "
        "but frames have to wait for others so that buffering delays the traffic considerably"
    )
    assert len(statements(text)) > 1


def test_rubric_lines_are_the_points_if_there_are_any():
    question = free("A reference.", rubric=("1. shorter header\n2. fixed length", "optional port", "optional port"))
    assert [point.intent.en for point in question.points] == ["shorter header", "fixed length", "optional port"]
    assert max(point.weight for point in question.points) - min(point.weight for point in question.points) <= 1


def test_what_a_rubric_line_is_worth_is_no_part_of_its_point():
    question = free_question(
        id="q", text="Q?", references=["R."], rubric=["1. The response time for SJF (6.5 points)\n2. 先进先出（3分）"], lang="en"
    )
    assert [point.intent.en for point in question.points] == ["The response time for SJF", "先进先出"]


@pytest.mark.parametrize(
    ("lines", "weights"),
    [
        (("SJF's times (6.5 points)", "FIFO's times (6.5 points)", "the order (3 points)", "why (4 points)"), (32, 32, 16, 20)),
        (("the steps: all of them (6 marks), the last alone (2 marks)", "原因（2分）"), (74, 26)),
        (("the steps (6 points)", "the reason"), (50, 50)),
        (("nothing (0 points)", "the reason (2 points)"), (50, 50)),
    ],
    ids=["each its own", "the most of several", "one says nothing", "nothing is no weight"],
)
def test_points_weigh_what_their_lines_say_if_every_line_does(lines: tuple[str, ...], weights: tuple[int, ...]):
    question = free(rubric=lines)
    assert tuple(point.weight for point in question.points) == pytest.approx(weights, abs=1)


def test_further_references_are_accepted_routes_of_the_nearest_point():
    question = free(
        "Arrays allow random access. Lists need pointers.",
        "Each list element stores pointers to others. An array has random access by index.",
    )
    assert [point.accepts[0].en for point in question.points] == [
        "An array has random access by index.",
        "Each list element stores pointers to others.",
    ]


def test_a_free_question_is_marked_as_derived_and_keeps_all_references():
    question = free("First reference.", "Second reference.")
    assert question.derived
    assert question.reference.en == "First reference.\n\nSecond reference."
    assert question.prompt.zh == "What is a list?"


def test_a_free_question_without_anything_to_judge_by_is_refused():
    with pytest.raises(ValueError, match="reference or a rubric"):
        free(" ")


@settings(max_examples=40)
@given(st.text(alphabet="ab 。.,，;；\n-1①2)(数据中文！?:：A", max_size=300), st.text(alphabet="ab 。.,;\n-1数据XY", max_size=300))
def test_weights_always_sum_to_exactly_100(zh: str, en: str):
    points = derive_points(Bilingual(zh, en))
    assert len(points) <= MOST_POINTS
    assert sum(point.weight for point in points) == (100 if points else 0)
    assert all(point.weight >= 1 and point.intent.zh and point.intent.en for point in points)


@settings(max_examples=40)
@given(st.integers(1, 150))
def test_any_number_of_rubric_lines_sums_to_100(count: int):
    question = free(rubric=tuple(f"line {number}" for number in range(count)))
    assert sum(point.weight for point in question.points) == pytest.approx(100, abs=1e-9)


@pytest.mark.parametrize(
    "text", [EN, ZH, "栈顶的元素最先出栈，栈底的元素最后才能出栈。", "One **idea**, told\nover two lines; another one."]
)
def test_points_lose_no_word(text: str):
    points = derive_points(Bilingual(text, text))
    kept = "".join(char for point in points for char in point.intent.zh if char.isalnum())
    assert kept == "".join(filter(str.isalnum, text))


def test_a_lone_term_stays_one_point():
    assert len(derive_points(Bilingual("", "Constant time."))) == 1
