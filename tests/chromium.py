"""The browser of the tests: Chromium without a window.

`chromium-headless-shell` (Debian's package of the same name) is Chromium without the browser's own pages around ours: a page takes half
of the processor's time that `chromium --headless` takes for it.
"""

from __future__ import annotations

import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
MISSING = "needs Chromium: apt-get install chromium-headless-shell fonts-noto-cjk (or chromium)"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def find_chromium() -> str | None:
    """Where the browser is; None if this machine has none."""
    return next(filter(None, map(shutil.which, NAMES)), None)
