"""A server does not look through what it has loaded for good."""

from __future__ import annotations

import subprocess
import sys

SCENE = """
import gc
from interviewer.garbage import loading_for_good, loading_later
usual, frozen = gc.get_threshold(), gc.get_freeze_count()
with loading_later():
    assert gc.get_threshold() == usual
assert gc.get_freeze_count() == frozen
with loading_for_good():
    first = [[] for _ in range(1000)]
    assert gc.get_threshold() != usual
assert gc.get_threshold() == usual
known = gc.get_freeze_count()
assert known >= frozen + 1000
with loading_later():
    second = [[] for _ in range(1000)]
assert gc.get_freeze_count() >= known + 1000
assert gc.get_threshold() == usual
"""


def test_what_is_loaded_for_good_is_frozen_and_what_comes_later_too() -> None:
    done = subprocess.run([sys.executable, "-c", SCENE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
