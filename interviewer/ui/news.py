"""How the page follows a grade while it is being made: question by question, without a stream.

A hidden text of the page, its pulse, says how many verdicts it shows. Each change of it asks for news; the answer is drawn by
`TAKE_NEWS` and changes the pulse again, until the grade is there and the pulse is empty. While it is being made only its count goes on:
nothing is read of the interview or drawn for that.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from time import time_ns

from interviewer.interview.service import InterviewService

# A count that goes on twice a second is as fast as a person can follow; the grade itself is told at once.
TICK_SECONDS = 0.5
PATIENCE_SECONDS = 5.0
MORE_THAN_ANY = 10**6

# News of a grade that was overtaken on its way by the candidate's going on is dropped; what it leaves out stays as it is.
TAKE_NEWS = """
(news, place) => {
  const {at, drawn, checked} = JSON.parse(news || '{"at": "", "drawn": []}');
  const [id, seq] = place.split('/'), [newId, newSeq] = at.split('/');
  const overtaken = at && (newId !== id || Number(newSeq) < Number(seq));
  if (checked !== undefined && !overtaken) {
    for (const line of document.querySelectorAll('#stage [data-checking]')) {
      line.textContent = line.dataset.checking.replace('#', Math.min(checked + 1, line.dataset.of));
    }
  }
  return overtaken ? [] : drawn.map((part) => part ?? undefined);
}
"""


def next_pulse(seen: int) -> str:
    """The pulse of a page that shows so many verdicts; it differs each time, so that the page asks on."""
    return f"{seen} {time_ns()}"


def write_news(at: str, drawn: Sequence[str | None]) -> str:
    """News for `TAKE_NEWS`. `at`: the place that they belong to, empty for any; `drawn`: the page's parts in their order, None to leave one."""
    return json.dumps({"at": at, "drawn": drawn}, ensure_ascii=False)


def write_count(at: str, drawn: Sequence[str | None], checked: int) -> str:
    """News of a grade that is still being made: so many verdicts are known."""
    return json.dumps({"at": at, "drawn": drawn, "checked": checked}, ensure_ascii=False)


async def hear_news(service: InterviewService, turn_id: int, seen: int) -> int | None:
    """Wait for more than `seen` verdicts of a running grade, or for its end: how many are known, None once it is there.

    A whole class may be waiting, so no thread is held. The grade itself does not need anybody to watch.
    """
    heard, loop = asyncio.Event(), asyncio.get_running_loop()

    async def more_than(known: int, seconds: float) -> int | None:
        until = loop.time() + seconds
        while True:
            heard.clear()
            running = service.watch(turn_id, seen=-1, timeout=0)
            if running is None or len(running) > known or loop.time() >= until:
                return None if running is None else len(running)
            with suppress(TimeoutError):
                await asyncio.wait_for(heard.wait(), until - loop.time())

    with service.listening(turn_id, lambda: loop.call_soon_threadsafe(heard.set)):
        count = await more_than(seen, PATIENCE_SECONDS)
        return count if count is None or count <= seen else await more_than(MORE_THAN_ANY, TICK_SECONDS)
