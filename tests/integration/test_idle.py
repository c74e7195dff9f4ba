"""While nobody asks for anything, nothing looks again and again whether somebody does."""

from __future__ import annotations

import asyncio
from pathlib import Path

import gradio as gr
import pytest
from fastapi import FastAPI

from interviewer.bootstrap import Application
from interviewer.config import load_settings
from interviewer.server import create_app
from tests.loops import run_apart


async def queues_tasks(app: FastAPI) -> list[str]:
    """What Gradio's queue runs in the background once the application has begun."""
    async with app.router.lifespan_context(app):
        for _ in range(3):
            await asyncio.sleep(0)
        return [name for task in asyncio.all_tasks() if (name := getattr(task.get_coro(), "__qualname__", "")).startswith("Queue.")]


def test_the_practice_rooms_queue_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Application, "_warm_up", lambda _self: None)
    application = Application(load_settings(_env_file=None, data=tmp_path / "data", base_url=None, model=None, api_key=None))
    assert run_apart(queues_tasks(create_app(application))) == []


def test_gradio_still_begins_a_queue_of_its_own() -> None:
    """Should this fail, `Unqueued` may have become needless, or looks for the wrong thing."""
    with gr.Blocks(analytics_enabled=False) as page:
        gr.Textbox()
    app = gr.mount_gradio_app(FastAPI(), page, "/")
    assert len(run_apart(queues_tasks(app))) == 2
