"""The page of the break-it suite: parts that were run one by one come together in it."""

from __future__ import annotations

from pathlib import Path

from tests.faults.table import Form, Row, Run, describe_measurement, name_code, write_page, write_summary

ORDER = ("kills", "soak")
FORM = Form(quick=False, seed=5, minutes=30)


def run(part: str, *measured: str, on: str = "2026-01-01, code 1") -> Run:
    return Run(part, FORM, 1.0, tuple(Row("done", "a | b", text, held=True) for text in measured), on)


def rows(path: Path) -> list[list[str]]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][2:]
    return [[cell.strip() for cell in line.replace("\\|", "/").split("|")[1:-1]] for line in lines]


def test_a_part_that_is_run_alone_replaces_its_own_rows_only(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    write_page(page, [run("soak", "first")], ORDER)
    write_page(page, [run("kills", "one", "two")], ORDER)
    write_page(page, [run("soak", "second", on="2026-02-02, code 2")], ORDER)
    assert [(row[0], row[4], row[5], row[7]) for row in rows(page)] == [
        ("kills", "a / b", "one", "2026-01-01, code 1"),
        ("kills", "a / b", "two", "2026-01-01, code 1"),
        ("soak", "a / b", "second", "2026-02-02, code 2"),
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["page.md"]


def test_a_row_from_before_says_that_its_measurement_was_not_recorded(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- faults -->\n| soak | full | 5 | done | promise | old | yes |\n<!-- /faults -->\n", encoding="utf-8")
    write_page(page, [run("kills", "new")], ORDER)
    assert [(row[0], row[5], row[7]) for row in rows(page)] == [
        ("kills", "new", "2026-01-01, code 1"),
        ("soak", "old", "未记录 not recorded"),
    ]


def test_a_measurement_says_how_long_it_took_and_on_which_code() -> None:
    said = describe_measurement(1790.0, "1234abcd+")
    assert "30 min" in said
    assert said.endswith("code 1234abcd+")
    assert name_code()


def test_the_readme_gets_what_was_done_and_measured_and_keeps_the_rest(tmp_path: Path) -> None:
    page, readme = tmp_path / "page.md", tmp_path / "README.md"
    readme.write_text("before\n<!-- faults -->\nold\n<!-- /faults -->\nafter\n", encoding="utf-8")
    write_page(page, [run("kills", "lost 0")], ("kills",))

    write_summary(readme, page)

    told = readme.read_text(encoding="utf-8")
    assert "| done | lost 0 | 是 yes |" in told
    assert "old" not in told
    assert (told.startswith("before\n"), told.endswith("after\n")) == (True, True)
