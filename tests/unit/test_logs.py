"""What a line of the log holds, as text and as JSON, what it is about, and what never gets into it."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextvars import Context

import pytest

from interviewer.observability.context import CarryingPool, begin_request, current, turn_to
from interviewer.observability.logs import JsonLines, TextLines, set_up_logs, with_facts
from tests.loops import run_apart

INTERVIEW = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """The log of this process while the test runs; pytest's own handlers and levels are as before afterwards."""
    root, own, hook = logging.getLogger(), logging.getLogger("interviewer"), threading.excepthook
    before = root.level, own.level, list(root.handlers)
    yield io.StringIO()
    root.handlers[:] = before[2]
    root.setLevel(before[0])
    own.setLevel(before[1])
    threading.excepthook = hook


def in_own_context(work: Callable[[], object]) -> None:
    """Nothing of an earlier test is known in it, and what is begun in it is over with it."""
    Context().run(work)


def test_a_line_has_time_level_logger_and_what_it_is_about(written: io.StringIO) -> None:
    set_up_logs("info", "text", written)

    def serve() -> None:
        begin_request("my-proxys-id.7")
        turn_to(INTERVIEW)
        logging.getLogger("interviewer.part").warning("no grade (%s)", "timeout")

    in_own_context(serve)
    time, rest = written.getvalue().split(" ", 1)
    assert rest == f"WARNING interviewer.part request=my-proxys-id.7 interview={INTERVIEW} no grade (timeout)\n"
    assert len(time) == len("2026-01-02T03:04:05.678Z")
    assert time.endswith("Z")


def test_what_is_not_known_is_left_out(written: io.StringIO) -> None:
    set_up_logs("info", "text", written)
    in_own_context(lambda: logging.getLogger("interviewer.part").info("begun"))
    assert written.getvalue().endswith("Z INFO interviewer.part begun\n")


def test_json_lines_hold_the_same_and_the_facts(written: io.StringIO) -> None:
    set_up_logs("info", "json", written)

    def serve() -> None:
        begin_request("my-proxys-id.7")
        logging.getLogger("interviewer.part").warning("超时 %d", 3, extra=with_facts(reason="timeout", seconds=1.5, status=None))

    in_own_context(serve)
    line = json.loads(written.getvalue())
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "warning", "logger": "interviewer.part", "message": "超时 3", "request": "my-proxys-id.7", "reason": "timeout", "seconds": 1.5,
    }  # fmt: skip


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_line_break_in_a_value_makes_no_second_line(written: io.StringIO, form: str) -> None:
    set_up_logs("info", form, written)  # type: ignore[arg-type]
    logging.getLogger("interviewer.part").info("got %s", "a\nERROR interviewer: forged\r\x1b[31m\u2028")
    assert len(written.getvalue().splitlines()) == 1
    assert "\x1b" not in written.getvalue()


@pytest.mark.parametrize(("level", "count"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_the_level_is_that_of_our_own_lines(written: io.StringIO, level: str, count: int) -> None:
    set_up_logs(level, "text", written)  # type: ignore[arg-type]
    for number in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
        logging.getLogger("interviewer.part").log(number, "a line")
    assert len(written.getvalue().splitlines()) == count


@pytest.mark.parametrize("name", ["openai._base_client", "httpx2", "httpcore2.http11", "langchain", "chromadb", "sqlalchemy.engine"])
def test_libraries_tell_no_requests_whatever_the_level(written: io.StringIO, name: str) -> None:
    set_up_logs("debug", "text", written)
    logging.getLogger(name).debug("Request options: %s", {"messages": "canary"})
    logging.getLogger(name).info("HTTP Request: POST http://user:canary@host")
    assert written.getvalue() == ""


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("name", ["interviewer.part", "some.library", "uvicorn.error"])
def test_an_exception_is_told_by_its_place_and_kind_only(written: io.StringIO, form: str, name: str) -> None:
    set_up_logs("debug", form, written)  # type: ignore[arg-type]
    try:
        raise ValueError("canary answer")
    except ValueError:
        logging.getLogger(name).exception("it failed", extra={"payload": "canary answer"})
    assert "canary answer" not in written.getvalue().replace('raise ValueError("canary answer")', "").replace(
        'raise ValueError(\\"canary answer\\")', ""
    )
    assert "test_logs.py" in written.getvalue()
    assert "ValueError" in written.getvalue()


@pytest.mark.parametrize(
    "message",
    [
        "Task exception was never retrieved\nfuture: <Task finished coro=<f()> exception=RuntimeError('canary')>",
        "Exception in callback Thing.act('canary')\nhandle: <Handle Thing.act('canary')>",
        "Future exception was never retrieved\nfuture: <Future exception=KeyError('canary')>",
        "Executing <Task pending name='canary'> took 0.3 seconds",
    ],
)
def test_what_asyncio_shows_of_values_is_left_out(written: io.StringIO, message: str) -> None:
    set_up_logs("debug", "text", written)
    logging.getLogger("asyncio").error(message)
    assert "canary" not in written.getvalue()
    assert message.split(" ")[0] in written.getvalue()


def test_a_thread_that_dies_is_an_error_of_the_log_without_its_words(written: io.StringIO, capfd: pytest.CaptureFixture[str]) -> None:
    set_up_logs("info", "text", written)
    thread = threading.Thread(target=lambda: {}["canary"], name="a thread")
    thread.start()
    thread.join()
    assert "ERROR interviewer.threads the thread a thread ended" in written.getvalue()
    assert "KeyError" in written.getvalue()
    assert "Traceback" not in capfd.readouterr().err


def test_setting_it_up_again_replaces_how_it_is_written(written: io.StringIO) -> None:
    first = io.StringIO()
    set_up_logs("info", "text", first)
    set_up_logs("info", "json", written)
    logging.getLogger("interviewer.part").info("once")
    assert first.getvalue() == ""
    assert json.loads(written.getvalue())["message"] == "once"
    assert not isinstance(JsonLines(), TextLines)


# ---------------------------------------------------------------- what it is about


@pytest.mark.parametrize("given", ["abcdefgh", "0b-1.2_3XYZ", "a" * 64])
def test_a_well_formed_id_is_taken(given: str) -> None:
    in_own_context(lambda: _equal(begin_request(given).request, given))


@pytest.mark.parametrize(
    "given",
    ["", "short", "a" * 65, "with blank", "line\nbreak-", "abcdefgh\n", "-abcdefgh", "名字名字名字名字", "<script>x</script>", "a=b;c=dd"],
)
def test_another_is_replaced_by_one_of_ours(given: str) -> None:
    in_own_context(lambda: _equal(len(begin_request(given).request), 16))
    in_own_context(lambda: _equal(begin_request(given).request == begin_request(given).request, False))


@pytest.mark.parametrize("given", ["x", "../../etc", INTERVIEW.upper(), INTERVIEW + "\n", "canary words of somebody"])
def test_what_is_no_id_of_an_interview_is_not_taken_for_one(given: str) -> None:
    def serve() -> None:
        turn_to(given)
        assert current().interview == ""

    in_own_context(serve)


def test_a_pool_carries_what_the_work_is_about_and_what_it_learns_stays_there() -> None:
    def look(learn: str = "") -> tuple[str, str]:
        if learn:
            turn_to(learn)
        return current().request, current().interview

    def serve() -> None:
        request = begin_request().request
        with CarryingPool(1) as pool:
            found: list[Future[tuple[str, str]]] = [pool.submit(look, INTERVIEW), pool.submit(look)]
            assert list(pool.map(look, [""])) == [(request, "")]
        assert [each.result() for each in found] == [(request, INTERVIEW), (request, "")]
        assert current().interview == ""

    in_own_context(serve)


def test_what_a_thread_of_the_request_learns_the_request_knows() -> None:
    async def serve() -> None:
        about = begin_request()
        await asyncio.to_thread(turn_to, INTERVIEW)
        assert about.interview == INTERVIEW

    run_apart(serve())


def _equal(found: object, expected: object) -> None:
    assert found == expected
