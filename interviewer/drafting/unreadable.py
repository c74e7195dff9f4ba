"""Why a file cannot be read. Knows nothing else, for it is raised in the process that reads and told in the one that asked."""

from __future__ import annotations

from enum import StrEnum


class Why(StrEnum):
    """What is wrong with a file. SCAN: it has pictures of text only. BOMB: it unpacks to far more than it is. LONG: too many characters.

    HANG, MEMORY and CRASH are what became of the process that read it. BUSY: too many files are being read.
    """

    EMPTY = "empty"
    LARGE = "large"
    LONG = "long"
    PAGES = "pages"
    UNKNOWN = "unknown"
    OLD_WORD = "old_word"
    ENCRYPTED = "encrypted"
    SCAN = "scan"
    HIDDEN = "hidden"
    DAMAGED = "damaged"
    BOMB = "bomb"
    HANG = "hang"
    MEMORY = "memory"
    CRASH = "crash"
    BUSY = "busy"


class Unreadable(Exception):
    """A reader gives up. `count`: the number that the sentence about it names, such as the file's pages."""

    def __init__(self, why: Why, count: int = 0) -> None:
        super().__init__(why.value)
        self.why, self.count = why, count
