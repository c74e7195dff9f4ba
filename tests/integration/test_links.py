"""The links that the command line prints: for whom, until when, and to an address that leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.integration.test_command_line import run

HOSTED = {"INTERVIEWER_HOSTS": "*.example.org, interview.example.org"}


def test_a_link_comes_with_the_name_and_its_expiry(tmp_path: Path) -> None:
    done = run(tmp_path, "user", "add", "小李", "--role", "candidate", INTERVIEWER_URL="http://127.0.0.1:9000/", TZ="Asia/Shanghai")
    first, link = done.stdout.splitlines()
    assert re.fullmatch(r"invitation for 小李, to be used once, until 20\d\d-\d\d-\d\d \d\d:\d\d CST:", first)
    assert re.fullmatch(r"http://127\.0\.0\.1:9000/invitation/[\w-]{40,}", link)
    again = run(tmp_path, "user", "reset", "小李").stdout.splitlines()
    assert again[0].startswith("link to choose a new password for 小李, to be used once, until ")
    assert again[1].startswith("http://127.0.0.1:7860/invitation/")


def test_the_address_is_the_one_that_is_set(tmp_path: Path) -> None:
    url = "https://interview.example.org"
    done = run(tmp_path, "user", "add", "Li", "--role", "admin", INTERVIEWER_URL=url, **HOSTED)
    assert done.stdout.splitlines()[-1].startswith(f"{url}/invitation/")


@pytest.mark.parametrize("opened", [HOSTED, {"HOST": "0.0.0.0"}])
@pytest.mark.parametrize("command", [("add", "Bo", "--role", "coach"), ("invite", "Li"), ("reset", "Li")])
def test_without_an_address_for_others_it_is_asked_for_and_nothing_is_changed(
    tmp_path: Path, opened: dict[str, str], command: tuple[str, ...]
) -> None:
    run(tmp_path, "user", "add", "Li", "--role", "admin")
    done = run(tmp_path, "user", *command, **opened)
    assert (done.returncode, done.stdout) == (1, "")
    assert "such as INTERVIEWER_URL=https://interview.example.org" in done.stderr
    assert run(tmp_path, "user", "list").stdout.splitlines() == ["Li\tadmin\t-\t-\tno login yet"]
