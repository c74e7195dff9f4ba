"""Files of answers from elsewhere: JSON Lines and CSV, and what is said of those that cannot be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from interviewer.interview.import_rows import Row, RowRefused, RowTrouble, read_rows
from interviewer.spreadsheets import FileRefused, FileTrouble, read_text
from interviewer.ui.labels import words
from interviewer.web.bodies import LARGEST_FILE, LARGEST_IMPORT, LIMITS

ZOE = {"candidate": "Zoe", "question": "q1", "answer": "a, b"}
NGINX = Path(__file__).resolve().parents[2] / "docs" / "nginx.conf"


def refused(content: bytes) -> FileTrouble:
    with pytest.raises(FileRefused) as caught:
        list(read_rows(read_text(content)))
    return caught.value.why


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("heading", ["candidate{0}question{0}answer", "候选人{0}题目{0}回答", "Answer{0}x{0} Candidate {0}Question"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_is_read_however_a_spreadsheet_writes_it(separator: str, heading: str, encoding: str) -> None:
    cells = ['"a, b"', "x", "Zoe", "q1"] if "x" in heading else ["Zoe", "q1", '"a, b"']
    text = heading.format(separator) + "\r\n" + separator.join(cells) + "\r\n"
    assert list(read_rows(read_text(text.encode(encoding)))) == [Row(2, ZOE)]


def test_rows_know_the_line_on_which_they_begin() -> None:
    rows = read_rows('candidate,question,answer\nZoe,q1,"two\nlines"\n\nYan,q1,x\n')
    assert [row.line for row in rows] == [2, 5]


def test_a_quote_that_is_never_closed_is_told_where_it_begins() -> None:
    rows = list(read_rows('candidate,question,answer\nZoe,q1,x\nYan,q1,"' + "x" * 200_000))
    assert rows[0].line == 2
    last = rows[-1]
    assert isinstance(last.values, RowRefused)
    assert (last.line, last.values.why) == (3, RowTrouble.NOT_CSV)


def test_what_names_no_columns_is_json_lines() -> None:
    rows = list(read_rows('\n{"candidate": "Zoe"}\nno json\n'))
    assert rows[0] == Row(2, {"candidate": "Zoe"})
    assert isinstance(rows[1].values, RowRefused)


def test_a_file_that_cannot_be_read_is_told_why() -> None:
    assert refused("候选人,题目,回答\n张三,q1,线上埋点走消息队列".encode("gbk")) is FileTrouble.GBK
    assert refused(b"\x89PNG\r\n\x1a\n\x00\xfe\xed") is FileTrouble.NOT_TEXT
    assert refused(" \n".encode("utf-8-sig")) is FileTrouble.EMPTY
    assert refused(b"candidate,answer\nZoe,x") is FileTrouble.NO_COLUMNS


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_trouble_has_words(lang: str) -> None:
    told = words("zh" if lang == "zh" else "en")
    assert all(told[f"import_{why}"] for why in FileTrouble)
    assert all(told[f"import_why_{why}"] for why in RowTrouble)


def test_the_proxy_lets_through_what_the_page_takes() -> None:
    found = re.search(r"client_max_body_size (\d+)m;", NGINX.read_text(encoding="utf-8"))
    assert found
    assert int(found[1]) * 2**20 >= max(largest for _, largest in LIMITS)
    assert LARGEST_IMPORT > LARGEST_FILE
