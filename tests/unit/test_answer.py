"""An answer taken apart: layout is no content, and every word keeps its place."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.text.answer import flatten_layout, parse_answer
from interviewer.text.chinese import simplify


def units(text: str) -> list[str]:
    parsed = parse_answer(text)
    return [parsed.words(unit.span) for unit in parsed.units]


@given(st.text(alphabet="ab你好，。.#-*|>`1 \n\r\t", max_size=80))
def test_flattening_keeps_every_position(text: str) -> None:
    assert len(flatten_layout(text)) == len(text)


@given(st.text(max_size=60))
def test_units_come_in_order_and_lie_in_the_text(text: str) -> None:
    parsed = parse_answer(text)
    ends = [0, *(unit.span.end for unit in parsed.units)]
    assert all(before <= unit.span.start < unit.span.end for before, unit in zip(ends, parsed.units, strict=False))
    assert len(parsed.text.raw) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "用 Kafka 接实时流，Airflow 跑批。Flink 清洗，按事件 ID 去重。",
        "- 用 Kafka 接实时流，Airflow 跑批。\n- Flink 清洗，按事件 ID 去重。",
        "1. 用 Kafka 接实时流，Airflow 跑批。\n2. Flink 清洗，按事件 ID 去重。",
        "> **用 Kafka** 接实时流，Airflow 跑批。\n> Flink 清洗，按事件 ID 去重。",
        "用Kafka接实时流，Airflow跑批。\r\nFlink清洗，按事件ID去重。",
        "用 Kafka 接实时流，\uff21irflow 跑批。\nFlink 清洗，按事件 ID 去重。",
    ],
)
def test_the_same_words_give_the_same_units_however_they_are_set(text: str) -> None:
    assert units(text) == ["用kafka接实时流", "airflow跑批。", "flink清洗,按事件id去重。"] or units(text) == [
        "用kafka接实时流,airflow跑批。",
        "flink清洗,按事件id去重。",
    ]


def test_a_wrapped_line_goes_on_in_the_next() -> None:
    flowing = "网关用异步的方式来维持很多的长连接，只做鉴权和限流以及请求的转发，推理放在独立的进程里。"
    wrapped = "网关用异步的方式来维持很多的长连接，只做鉴权和限流以及请求的转\n发，推理放在独立的进程里。"
    assert units(wrapped) == units(flowing)


def test_short_lines_are_a_list_and_do_not_run_together() -> None:
    assert units("量化\n剪枝\n分片") == ["量化", "剪枝", "分片"]


def test_the_cells_of_a_table_are_parted() -> None:
    assert units("| 步骤 | 做法 |\n|---|---|\n| 清洗 | Flink 按事件时间去重 |") == ["步骤,做法", "清洗, flink按事件时间去重"]


def test_traditional_characters_and_the_words_of_taiwan_are_simplified() -> None:
    assert simplify("伺服器的記憶體與快取") == "服务器的内存与缓存"
    assert simplify("plain ascii") == "plain ascii"


@pytest.mark.parametrize("line", [" " * 20_000, " " * 20_000 + "a", "|" + " " * 20_000, "\t" * 20_000 + "--"])
def test_a_line_of_blanks_takes_no_time(line: str) -> None:
    began = time.perf_counter()
    parse_answer(line)
    assert time.perf_counter() - began < 1.0
