"""Python's search for garbage, kept away from what is loaded once and stays.

Looking through all that a server has loaded takes a tenth of its start, and later a tenth of a second in which it answers nobody.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_USUAL = gc.get_threshold()
_WHILE_LOADING = (50_000, 20, 100)
_begun = False
"""Whether this process froze what it loaded first. Python cannot be asked: 3.12 begins with some objects frozen."""


@contextmanager
def loading_for_good() -> Iterator[None]:
    """What is there at the end of the block is never searched; while it runs, hardly anything is."""
    global _begun
    _begun = True
    gc.set_threshold(*_WHILE_LOADING)
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*_USUAL)


@contextmanager
def loading_later() -> Iterator[None]:
    """The same, in a process that began so. In another one, such as a short command, nothing is different."""
    if not _begun:
        yield
        return
    with loading_for_good():
        yield
