"""Runs a script as a user's environment would, in which the packages of development are not there.

    python -m benchmarks.as_installed SCRIPT

Some libraries load what they find: with the dev requirements installed, chromadb's jsonschema takes a grammar of 18 MB along.
"""

from __future__ import annotations

import re
import runpy
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


class Absent(MetaPathFinder):
    """Finds nothing of these top-level packages, although they are there."""

    def __init__(self, packages: frozenset[str]) -> None:
        self._packages = packages

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:  # noqa: ARG002
        """ModuleNotFoundError for what is to be absent, None (ask the next finder) for all else."""
        if name.partition(".")[0] in self._packages:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def absent_packages() -> frozenset[str]:
    """The top-level packages that only requirements-dev.txt brings."""
    ours, all_ = (_names((ROOT / file).read_text(encoding="utf-8")) for file in ("requirements.txt", "requirements-dev.txt"))
    extra = all_ - ours
    return frozenset(package for package, by in packages_distributions().items() if {_plain(name) for name in by} <= extra)


def _names(requirements: str) -> frozenset[str]:
    return frozenset(_plain(name) for name in _PINNED.findall(requirements))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.meta_path.insert(0, Absent(frozenset(sys.argv.pop(1).split(","))))
    del sys.argv[0]
    runpy.run_path(sys.argv[0], run_name="__main__")
