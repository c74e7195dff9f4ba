"""How the page follows a grade while it is being made: question by question, without a stream.

A hidden text of the page, its pulse, says how many verdicts it shows. Each change of it asks for news; the answer is drawn by
`TAKE_NEWS` and changes the pulse again, until the grade is there and the pulse is empty.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from time import time_ns

from interviewer.interview.service import InterviewService

# Ten updates a second are as many as a person can follow.
TICK_SECONDS = 0.1
PATIENCE_SECONDS = 5.0
MORE_THAN_ANY = 10**6

# News of a grade that was overtaken on its way by the candidate's going on is dropped; what it leaves out stays as it is.
TAKE_NEWS = """
(news, place) => {
  const {at, drawn} = JSON.parse(news || '{"at": "", "drawn": []}');
  const [id, seq] = place.split('/'), [newId, newSeq] = at.split('/');
  const overtaken = at && (newId !== id || Number(newSeq) < Number(seq));
  return overtaken ? [] : drawn.map((part) => part ?? undefined);
}
"""


def next_pulse(seen: int) -> str:
    """The pulse of a page that shows so many verdicts; it differs each time, so that the page asks on."""
    return f"{seen} {time_ns()}"


def write_news(at: str, drawn: Sequence[str | None]) -> str:
    """News for `TAKE_NEWS`. `at`: the place that they belong to, empty for any; `drawn`: the page's parts in their order, None to leave one."""
    return json.dumps({"at": at, "drawn": drawn}, ensure_ascii=False)


async def hear_news(service: InterviewService, turn_id: int, seen: int) -> bool:
    """Wait for more than `seen` verdicts of a running grade, or for its end; False if there is nothing for a while.

    A whole class may be waiting, so no thread is held. The grade itself does not need anybody to watch.
    """
    heard, loop = asyncio.Event(), asyncio.get_running_loop()

    async def changed(known: int, seconds: float) -> bool:
        until = loop.time() + seconds
        while True:
            heard.clear()
            running = service.watch(turn_id, seen=-1, timeout=0)
            if running is None or len(running) > known:
                return True
            try:
                await asyncio.wait_for(heard.wait(), until - loop.time())
            except TimeoutError:
                return False

    with service.listening(turn_id, lambda: loop.call_soon_threadsafe(heard.set)):
        if not await changed(seen, PATIENCE_SECONDS):
            return False
        # What comes in one burst with the end of the grade is shown with the grade.
        await changed(MORE_THAN_ANY, TICK_SECONDS)
        return True
