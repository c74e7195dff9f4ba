"""A page of Gradio's none of whose events is queued."""

from __future__ import annotations

import gradio as gr


class Unqueued(gr.Blocks):
    """Blocks without the queue's two tasks, which look a thousand times a second whether there is work for them (6.31).

    Gradio has no setting for it. It starts the tasks here, when the application that it is mounted in does; a closed queue ends them
    before their first step, and refuses what would wait in it for ever.
    """

    def run_startup_events(self) -> None:
        """As Gradio does it, and then close the queue."""
        super().run_startup_events()  # type: ignore[no-untyped-call]
        self._queue.close()  # type: ignore[no-untyped-call]
