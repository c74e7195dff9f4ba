"""Contact data is taken out of a CV, and what tells of the work stays."""

from __future__ import annotations

import time

import pytest

from interviewer.posting.contact import REMOVED, remove_contact

CHINESE = """王芳 | 女 | 28岁 | 13812345678 | wangfang@example.com
现居：上海市浦东新区世纪大道100号 微信：wf_dev
GitHub: https://github.com/wangfang
求职意向：AI 后端工程师
2020.03 - 至今 某科技公司 后端工程师
- 王芳负责推荐系统，QPS 从 200 提升到 2000
身份证：310101199503121234 出生年月：1995年3月
"""
ENGLISH = """JANE Q. DOE
Senior Back-end Engineer
12 Baker Street, London NW1 6XE · +44 20 7946 0958 · jane.doe@mail.example.co.uk
linkedin.com/in/janedoe | DOB: 12 March 1992
Acme Ltd, 2019-2023. Jane led 5 engineers; latency fell from 200 ms to 50 ms. Python 3.11, node.js, C++.
SSN 123-45-6789, (415) 555-0134, https://doe.example.org/cv
"""


@pytest.mark.parametrize(
    ("text", "gone", "stays"),
    [
        (
            CHINESE,
            ["王芳", "女", "28岁", "1381234", "wangfang", "浦东", "世纪大道", "wf_dev", "310101", "1995"],
            ["求职意向：AI 后端工程师", "2020.03 - 至今 某科技公司 后端工程师", "负责推荐系统，QPS 从 200 提升到 2000"],
        ),
        (
            ENGLISH,
            ["JANE", "Jane", "DOE", "Doe", "Baker", "NW1", "7946", "example", "linkedin", "March", "1992", "6789", "555"],
            [
                "Senior Back-end Engineer",
                "Acme Ltd, 2019-2023.",
                "led 5 engineers; latency fell from 200 ms to 50 ms. Python 3.11, node.js, C++.",
            ],
        ),
    ],
)
def test_contact_data_goes_and_the_work_stays(text: str, gone: list[str], stays: list[str]) -> None:
    cleaned = remove_contact(text)
    assert [piece for piece in gone if piece in cleaned.text] == []
    assert [piece for piece in stays if piece not in cleaned.text] == []
    assert remove_contact(cleaned.text).text == cleaned.text


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("姓 名：欧阳小明    民族：汉", "name"),
        ("李雷的个人简历", "name"),
        ("Name: Ana María de la Cruz", "name"),
        ("电话：+86 139 1234 5678", "phone"),
        ("Tel. 010-62345678", "phone"),
        ("邮箱 a_b+c@mail.example.cn", "email"),
        ("jane (at) example.org", "email"),
        ("个人主页：janedoe.dev", "link"),
        ("https://juejin.cn/user/123", "link"),
        ("护照：E12345678", "id"),
        ("出生于：1996.05.04", "birth"),
        ("Born on 4 May 1996", "birth"),
        ("1996年5月生，上海人", "birth"),
        ("Address: 5 Elm Road, Leeds", "address"),
        ("San Francisco, CA 94105", "address"),
        ("婚姻状况：未婚", "personal"),
        ("Nationality: Ruritanian", "personal"),
    ],
)
def test_each_kind_is_found_however_it_is_set(line: str, kind: str) -> None:
    cleaned = remove_contact(f"{line}\n")
    assert cleaned.removed.get(kind)
    assert REMOVED in cleaned.text


@pytest.mark.parametrize(
    "line",
    [
        "2019.03 - 2021.12 后端工程师，负责支付系统",
        "吞吐从 1200 提升到 13800，P99 150ms",
        "Built a platform for 1,000,000 users on 24 nodes in 2021",
        "Kafka 3.5.1, Python 3.11, 10.0.0.0/8",
        "模型训练平台：8 张 A100，训练时间缩短 40%",
        "高性能计算与系统架构",
        "Machine Learning Platform, Data Pipelines",
    ],
)
def test_dates_figures_and_names_of_things_are_no_contact_data(line: str) -> None:
    assert remove_contact(f"工作经历\n{line}\n").text == f"工作经历\n{line}\n"


def test_a_name_that_is_known_already_goes_wherever_it_stands() -> None:
    assert remove_contact("Senior engineer\nProjects by Zoë Quill; Quill wrote it", ["Zoë Quill"]).text == (
        f"Senior engineer\nProjects by {REMOVED}; {REMOVED} wrote it"
    )


@pytest.mark.parametrize("piece", ["1", "a.", "a@b.", "汉", "Ab ", "姓名：", " ", "2019-3 ", "http://", "12 Aa ", "市区路", "name: a "])
def test_no_text_holds_it_up(piece: str) -> None:
    began = time.perf_counter()
    remove_contact((piece * 20_000)[:20_000])
    assert time.perf_counter() - began < 2.0
