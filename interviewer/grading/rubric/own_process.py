"""Learns heads in a process of its own, with one thread and the lowest priority, so that asking and judging go on meanwhile.

`python -m interviewer.grading.rubric.own_process` is that process: JSON in, JSON out, nothing else.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import interviewer
from interviewer.grading.rubric.answers import Labelled
from interviewer.grading.rubric.own_heads import learn_own, pack_own
from interviewer.models import Question, VerdictStatus
from interviewer.questions.encoding import decode_question, encode_question

PATIENCE = 600.0
"""Seconds after which it is given up. Sixty long answers take some seconds of an idle core, each time that they are learned."""
LOOK_SECONDS = 0.5
_LOWEST_PRIORITY = 19
_KEPT = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""Several threads of so small a task wait for each other most of the time, on a busy machine ten times as long as it takes."""


def learn_apart(
    question: Question, groups: Sequence[Sequence[Labelled]], *, made_of: str = "", alive: Callable[[], None] = lambda: None
) -> list[bytes]:
    """The heads (`own_heads.pack_own`) that each group of labelled answers gives.

    `alive`: called twice a second; what it raises ends the process. RuntimeError if the process fails, TimeoutError after `PATIENCE`.
    """
    request = {"question": encode_question(question), "made_of": made_of, "groups": [[asdict(row) for row in rows] for rows in groups]}
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | _ONE_THREAD
    environment |= {"PYTHONPATH": str(Path(interviewer.__file__).parents[1]), "PYTHONUTF8": "1"}
    command = (sys.executable, "-P", "-m", "interviewer.grading.rubric.own_process")
    # Its errors are not kept: they may quote an answer.
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as child:  # noqa: S603
        try:
            reply = _exchange(child, json.dumps(request).encode(), alive)
        except BaseException:
            child.kill()
            raise
    if child.returncode:
        raise RuntimeError("the process that learns has failed")
    return [base64.b64decode(each) for each in json.loads(reply)]


def _exchange(child: subprocess.Popen[bytes], request: bytes, alive: Callable[[], None]) -> bytes:
    began, sent = time.monotonic(), False
    while time.monotonic() - began < PATIENCE:
        try:
            return child.communicate(None if sent else request, timeout=LOOK_SECONDS)[0]
        except subprocess.TimeoutExpired:
            sent = True
            alive()
    raise TimeoutError


def _read_row(row: Mapping[str, Any]) -> Labelled:
    verdicts = {id: (VerdictStatus(status) if status else None, quote) for id, (status, quote) in row["verdicts"].items()}
    return Labelled(**{**row, "verdicts": verdicts, "errors": tuple(row["errors"])})


def main() -> None:
    """Be the process."""
    if hasattr(os, "nice"):
        os.nice(_LOWEST_PRIORITY)
    request = json.load(sys.stdin)
    question = decode_question(request["question"])
    learned = [learn_own(question, [_read_row(row) for row in rows], made_of=request["made_of"]) for rows in request["groups"]]
    json.dump([base64.b64encode(pack_own(own)).decode() for own in learned], sys.stdout)


if __name__ == "__main__":
    main()
