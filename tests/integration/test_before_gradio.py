"""What Gradio does not do while it is imported."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

_ASK = "import sys, interviewer.server; print(sys.modules['gradio.component_meta'].create_or_modify_pyi.__module__)"


def test_gradio_writes_no_stubs_when_the_server_is_loaded() -> None:
    asked = subprocess.run([sys.executable, "-c", _ASK], cwd=ROOT, capture_output=True, text=True, check=True)

    assert asked.stdout.strip() == "interviewer.before_gradio"
