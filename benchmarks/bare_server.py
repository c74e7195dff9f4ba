"""The least that a server can do for an answer, to measure ours against: keep it, ask the model, keep the reply, answer.

One plain route of FastAPI's and two durable commits (WAL, synchronous=FULL), as ours makes them; no page, no rubric, no checks.
Address of the model in OPENAI_BASE_URL, of the server in PORT; the database is made in the working directory.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing

import httpx
import uvicorn
from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool

FILE = "bare.db"


def main() -> None:
    """Serve until ended."""
    with closing(_connect()) as database:
        database.execute("CREATE TABLE IF NOT EXISTS said (text BLOB)")
    model = httpx.Client(base_url=os.environ["OPENAI_BASE_URL"], timeout=60)
    app = FastAPI(openapi_url=None)

    @app.get("/")
    def home() -> str:
        return "bare"

    @app.post("/turn")
    async def turn(request: Request) -> dict[str, int]:
        return {"length": await run_in_threadpool(_answer, model, await request.body())}

    port = int(os.environ["PORT"])
    uvicorn.run(app, host=os.environ["HOST"], port=port, log_level="warning", timeout_keep_alive=3600)


def _connect() -> sqlite3.Connection:
    database = sqlite3.connect(FILE)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    return database


def _answer(model: httpx.Client, body: bytes) -> int:
    with closing(_connect()) as database:
        _keep(database, body)
        reply = model.post("/chat/completions", content=body, headers={"Content-Type": "application/json"}).raise_for_status().content
        _keep(database, reply)
    return len(reply)


def _keep(database: sqlite3.Connection, text: bytes) -> None:
    with database:
        database.execute("INSERT INTO said VALUES (?)", (text,))


if __name__ == "__main__":
    main()
