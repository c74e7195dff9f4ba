"""What has to be set before Gradio is first imported; importing this does it.

It tells nobody that it was started. And it writes no type stubs: at each import it works out one (.pyi) for each of its components
and writes it beside its own modules (`gradio.component_meta`), half of the time of the import, for files that nothing here reads.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

_MODULE, _WRITER = "gradio.component_meta", "create_or_modify_pyi"


class _WithoutStubs(MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        if name != _MODULE:
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def run_without(module: ModuleType) -> None:
                run(module)
                if hasattr(module, _WRITER):
                    setattr(module, _WRITER, _write_nothing)

            spec.loader.exec_module = run_without  # type: ignore[method-assign]
        return spec


def _write_nothing(*_of: Any) -> None:
    """In place of Gradio's writer of stubs."""


os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
if "gradio" not in sys.modules:
    sys.meta_path.insert(0, _WithoutStubs())
