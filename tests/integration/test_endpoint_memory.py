"""What is remembered about endpoints, and the file that holds it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from interviewer.endpoint.adapting import Adaptation
from interviewer.endpoint.memory import EndpointMemory, Learnt

MADE = (Adaptation("max_tokens", "max_completion_tokens"), Adaptation("max_completion_tokens", 4096), Adaptation("temperature"))


def test_what_was_learnt_is_known_after_a_restart_and_of_this_endpoint_and_model_alone(tmp_path: Path) -> None:
    memory = EndpointMemory(tmp_path / "endpoint.json")
    memory.keep_mode("http://a", "m", "prompt")
    memory.keep_adaptations("http://a", "m", MADE)

    again = EndpointMemory(tmp_path / "endpoint.json")
    assert again.recall("http://a", "m") == Learnt("prompt", MADE)
    assert again.recall("http://a", "n") == again.recall("http://b", "m") == Learnt()
    assert "http" not in (tmp_path / "endpoint.json").read_text()


def test_two_processes_forget_nothing_of_each_other(tmp_path: Path) -> None:
    one, other = (EndpointMemory(tmp_path / "endpoint.json") for _ in range(2))
    assert one.recall("http://a", "m") == other.recall("http://a", "m") == Learnt()
    one.keep_mode("http://a", "m", "prompt")
    other.keep_mode("http://b", "m", "json_object")

    third = EndpointMemory(tmp_path / "endpoint.json")
    assert (third.recall("http://a", "m").mode, third.recall("http://b", "m").mode) == ("prompt", "json_object")


@pytest.mark.parametrize(
    "value",
    [
        "json_schema", None, {"mode": "telepathy"}, {"adaptations": [["model", "other"], ["max_tokens", {}], ["max_tokens"], 5]},
        {"adaptations": "max_tokens"}, {"adaptations": 5}, {"mode": ["x"]},
    ],
)  # fmt: skip
def test_what_is_not_understood_in_the_file_is_left_out(value: object, tmp_path: Path) -> None:
    memory = EndpointMemory(tmp_path / "endpoint.json")
    memory.keep_mode("http://a", "m", "prompt")
    (key,) = json.loads((tmp_path / "endpoint.json").read_text())
    (tmp_path / "endpoint.json").write_text(json.dumps({key: value}))

    assert EndpointMemory(tmp_path / "endpoint.json").recall("http://a", "m") == Learnt()
