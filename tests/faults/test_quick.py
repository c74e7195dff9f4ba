"""The quick form of `make faults`, a test for each part. A process of its own for each: what breaks there breaks nothing here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ON_CI
from tests.faults.__main__ import HELD, LEFT_OUT, PARTS

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 600
"""Seconds after which a part is taken to hang: many times what it takes, for the machine may do other work."""


@pytest.mark.parametrize("part", PARTS)
def test_every_promise_holds_while_things_break(part: str) -> None:
    command = [sys.executable, "-m", "tests.faults", "--quick", "--only", part]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=LONGEST, check=False)
    if done.returncode == LEFT_OUT and not ON_CI:
        pytest.skip(done.stdout.strip().splitlines()[0])
    assert done.returncode == HELD, done.stdout + done.stderr[-3000:]
