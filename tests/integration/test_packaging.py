"""What travels in the wheel beside the code."""

from __future__ import annotations

from hatchling.builders.wheel import WheelBuilder

from tests.conftest import ROOT


def test_the_words_for_counting_tokens_travel_in_the_wheel() -> None:
    included = {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}

    assert "interviewer/endpoint/vocabulary.txt" in included
