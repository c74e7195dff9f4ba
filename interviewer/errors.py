"""The error tree: what can go wrong, and whose turn it is to mend it.

    InterviewerError                    every error of ours; its text gives the remedy
    ├── ConfigError                     a setting is missing or contradicts another one
    ├── BankError                       a question file is refused; carries file, line and remedy
    ├── PromptError                     a prompt file lacks front matter, or a placeholder is missing or unknown
    ├── NotFound                        no such interview, question or turn, or not this person's
    ├── StaleMove                       the interview has moved on: a double submit, a second tab, the back button
    ├── StoreError                      the database cannot be read or written; carries a `StoreTrouble`
    │   ├── Conflict                    what is to be written contradicts what is there
    │   └── RecordsMoved                they were moved to another database, and these take nothing more
    ├── DraftError                      a file or text cannot be made into a draft; carries the sentence in both languages
    ├── VectorIndexError               the vector index cannot be built or asked
    └── EndpointError                   the model endpoint did not give a usable reply; carries a `Reason`

A grade that could not be given is no exception: the examiner returns `models.Ungraded`.
"""

from __future__ import annotations

from enum import StrEnum

from interviewer.models import Bilingual, Reason


class InterviewerError(Exception):
    """The root of the tree. `str(error)` is fit to be shown to a user and gives a remedy."""


class ConfigError(InterviewerError):
    """A setting is missing, malformed or contradicts another one."""


class BankError(InterviewerError):
    """A question file is refused. `file` and `line` (1-based, 0 if unknown) say where, `remedy` what to do."""

    def __init__(self, message: str, *, file: str, line: int, remedy: str) -> None:
        super().__init__(f"{file}:{line}: {message} → {remedy}")
        self.message, self.file, self.line, self.remedy = message, file, line, remedy


class PromptError(InterviewerError):
    """A prompt file lacks its front matter, or a placeholder is missing or unknown."""


class NotFound(InterviewerError):
    """There is no such record, or it is not this person's (the two look the same on purpose)."""


class StaleMove(InterviewerError):
    """The interview has moved on since the page was drawn; nothing was changed."""


class StoreTrouble(StrEnum):
    """What is wrong with the database. BUSY: another process holds it. GONE: its file was moved or deleted. MOVED: see `RecordsMoved`.
    UNREACHABLE: PostgreSQL's server."""

    BUSY = "busy"
    FULL = "full"
    READ_ONLY = "read_only"
    DAMAGED = "damaged"
    GONE = "gone"
    MOVED = "moved"
    UNREACHABLE = "unreachable"
    OTHER = "other"


class StoreError(InterviewerError):
    """The database cannot be read or written; `trouble` says why."""

    def __init__(self, message: str, trouble: StoreTrouble = StoreTrouble.OTHER) -> None:
        super().__init__(message)
        self.trouble = trouble


class Conflict(StoreError):
    """What is to be written contradicts what is there, such as a second one of what there can be only one of. Nothing was changed."""


class RecordsMoved(StoreError):
    """The records were moved to another database; nothing is written to these any more."""

    def __init__(self, message: str) -> None:
        super().__init__(message, StoreTrouble.MOVED)


class DraftError(InterviewerError):
    """A file or a text cannot be made into a draft. `words` say why and what to do; `why` is the reason as a word, for logs and tests."""

    def __init__(self, words: Bilingual, why: str) -> None:
        super().__init__(words.en)
        self.words, self.why = words, why


class VectorIndexError(InterviewerError):
    """The vector index cannot be built or asked; it is a cache and can be rebuilt."""


class EndpointError(InterviewerError):
    """The model endpoint did not give a usable reply. Never carries the reply or the prompt."""

    def __init__(self, reason: Reason, detail: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(detail or reason.value)
        self.reason, self.detail, self.retry_after = reason, detail, retry_after


def told(error: Exception) -> str:
    """An error as a log may have it: the trouble with the records in full, of anything else only its kind, for its text may hold an answer."""
    return str(error) if isinstance(error, StoreError) else type(error).__name__
