"""What of an interview goes into a file of many: its exports, in a folder of the candidate's, under names that every system can unpack."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from interviewer.models import Competency, Interview, Lang, Person
from interviewer.text.normalize import strip_hidden
from interviewer.ui.exports import EXPORTS
from interviewer.ui.posting_view import view_posting

FORMATS = ("html", "md", "json", "csv")
DEFAULT_FORMATS = ("html", "json")
_LONGEST = 60
_KEPT = re.compile(r"[^\w .-]+")
_TAKEN = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))}
"""Names that Windows keeps for devices."""


def batch_files(
    competencies: Callable[[], Sequence[Competency]], model: str, untested: Callable[[], frozenset[str]] = frozenset
) -> Callable[[Interview, Person | None, Lang, tuple[str, ...]], Iterator[tuple[str, str]]]:
    """What writes the files of one interview, by path. `untested`: the ids of published questions of which it is to be said."""

    def write(interview: Interview, owner: Person | None, lang: Lang, formats: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        name = owner.name if owner else ""
        begin = f"{folder_name(name, interview.owner)}/{interview.created_at:%Y-%m-%d}-{interview.id[:8]}"
        behind = view_posting(None, interview, (), untested=untested())
        for ending in formats:
            make, _ = EXPORTS[ending]
            yield f"{begin}.{ending}", make(interview, competencies(), lang, candidate=name, model=model, behind=behind)

    return write


def folder_name(name: str, owner: str) -> str:
    """A folder for somebody: their name without what no file system takes or what would lead elsewhere, told apart by the id's beginning."""
    clean = _KEPT.sub("_", unicodedata.normalize("NFC", strip_hidden(name)))[:_LONGEST].strip(" ._-")
    known = clean if clean and clean.casefold().partition(".")[0] not in _TAKEN else "candidate"
    return f"{known}-{owner[:6]}" if owner != "local" else known
