"""CSV that a spreadsheet shows and does not run."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.models import LANGS, SCALE, Edit, EditKind, Lang, Provenance, ReplyKind, TurnKind, Verdict, VerdictStatus
from interviewer.ui.tables import BYTE_ORDER_MARK, export_csv, safe_cell, write_csv
from tests.examples import START, believing, grade, interview, quote, rich_grade, turn, ungraded


def read(text: str) -> list[list[str]]:
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.reader(io.StringIO(text[1:], newline="")))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠SUM(A1)", " =1", "\u3000＝1", "\u200b=1", "\u202e@x",
        "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://x\";\"y\")", "\ufeff=1", "\x00=1",
    ],
)  # fmt: skip
def test_what_begins_like_a_formula_becomes_text(text: str) -> None:
    ((cell,),) = read(write_csv([text], []))
    assert cell.startswith("'")
    assert "\u200b" not in cell
    assert "\u202e" not in cell
    assert "\x00" not in cell


@pytest.mark.parametrize("text", ["a=b", "向量检索", "3 - 2", "'quoted'", "", "１２"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


def test_numbers_stay_numbers_and_nothing_is_an_empty_cell() -> None:
    line = write_csv(["a", "b", "c"], [[-5, 2.5, None]]).split("\r\n")[1]
    assert line == '-5,2.5,""'


def test_quotes_line_breaks_and_foreign_separators_stay_inside_their_cell() -> None:
    nasty = 'say "hi", then\n=1;\t=2\r\n=3'
    assert read(write_csv(["h"], [[nasty]])) == [["h"], [nasty]]
    assert write_csv(["h"], [["a;=1+1"]]).endswith('"a;=1+1"\r\n')


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_no_cell_of_any_row_begins_a_formula(cells: list[str]) -> None:
    for cell in read(write_csv(["h"] * len(cells), [cells]))[1]:
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize("lang", LANGS)
def test_a_transcript_has_a_row_for_every_point_and_one_for_a_question_without_a_grade(lang: Lang) -> None:
    first = turn(1, reply=ReplyKind.TEXT, text="=1+1", outcomes=[grade("covered", "partial", "missing")])
    probed = turn(2, kind=TurnKind.FOLLOW_UP, prompt="probe", reply=ReplyKind.TEXT, text="more", outcomes=[ungraded()], aimed="a")
    second = turn(3, question_id="q2", reply=ReplyKind.TEXT, outcomes=[ungraded()])
    header, *rows = read(export_csv(interview(first, probed, second), (), lang))
    assert len(rows) == 3 + 1
    assert {len(row) for row in rows} == {len(header)} == {15}
    answer = rows[0][4]
    assert answer.startswith("'=1+1")
    assert "more" in answer
    assert float(rows[0][10]) == float(rows[0][9])
    assert rows[3][9:11] == ["", ""]


def test_a_transcript_holds_the_coachs_last_word_and_comments() -> None:
    score = Edit(1, "i1", EditKind.SCORE, "c", "Coach", START, question_id="q1", score=88.0, reason="r")
    comment = Edit(2, "i1", EditKind.COMMENT, "c", "Coach", START, question_id="q1", text="look at this")
    said = interview(turn(1, reply=ReplyKind.TEXT, outcomes=[grade("covered", "missing", "missing")]), questions=["q1"])
    row = read(export_csv(replace(said, edits=(score, comment)), (), "en"))[1]
    assert (float(row[10]), row[11]) == (88.0, "Coach: look at this")
    assert float(row[9]) != 88.0


def rich(**changes: object) -> list[list[str]]:
    """The rows of a question whose grade holds all that a grade can hold."""
    told = interview(turn(1, reply=ReplyKind.TEXT, outcomes=[replace(rich_grade(), **changes)]), questions=["q1"])  # type: ignore[arg-type]
    return read(export_csv(replace(told, questions={"q1": believing()}), (), "en"))[1:]


def test_a_false_statement_has_a_row_of_its_own_with_its_correction() -> None:
    assert [row[5:9] for row in rich()] == [
        ["intent a (en)", "Covered", "right words", ""],
        ["intent b (en)", "Named only", "a term", "only the name"],
        ["intent c (en)", "Not recognised", "", ""],
        ["intent a (en)", "False statement", "a myth", "truth (en)"],
        ["", "False statement", "nonsense", "that is not so"],
    ]


def test_a_wrong_point_does_not_tell_its_error_again() -> None:
    wrong = (Verdict("a", VerdictStatus.WRONG, quote("a myth"), reason="it is a myth"),)
    assert [row[7:9] for row in rich(verdicts=wrong) if row[6] == "Wrong"] == [["", ""]]
    assert [row[7:9] for row in rich(verdicts=wrong, errors=()) if row[6] == "Wrong"] == [["a myth", "it is a myth"]]


def test_the_scale_of_a_score_is_told() -> None:
    assert {row[12] for row in rich()} == {str(SCALE)}
    assert {row[12] for row in rich(provenance=Provenance("rubric"))} == {"1"}
    assert read(export_csv(interview(turn(1, reply=ReplyKind.TEXT, outcomes=[ungraded()]), questions=["q1"]), (), "en"))[1][12] == ""
