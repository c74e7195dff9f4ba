"""What the tests need of npm (tests/package.json): installed at exactly the versions and hashes of the lock file, when first asked for.

Where CI=true a missing node fails; elsewhere the test is skipped by name.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ON_CI

FOLDER = Path(__file__).resolve().parent
INSTALL_SECONDS = 300


def npm_package(name: str) -> Path:
    """The folder of an installed package."""
    folder = FOLDER / "node_modules" / name
    if not folder.is_dir() or not _is_current():
        _install()
    return folder


def node() -> str:
    """The program."""
    found = shutil.which("node")
    return found if found else _missing("needs Node.js 18 or later with npm: apt-get install nodejs npm")


def _is_current() -> bool:
    stamp, lock = FOLDER / "node_modules" / ".package-lock.json", FOLDER / "package-lock.json"
    return stamp.is_file() and stamp.stat().st_mtime >= lock.stat().st_mtime


def _install() -> None:
    npm = shutil.which("npm")
    if npm is None:
        _missing("needs Node.js 18 or later with npm: apt-get install nodejs npm")
    done = subprocess.run([str(npm), "ci", "--loglevel=error"], cwd=FOLDER, capture_output=True, timeout=INSTALL_SECONDS, check=False)
    if done.returncode:
        _missing(f"npm ci in tests/ failed: {done.stderr.decode(errors='replace')[-300:]}")


def _missing(reason: str) -> str:
    if ON_CI:
        pytest.fail(reason)
    pytest.skip(reason)
