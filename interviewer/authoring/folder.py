"""The folder of question files as a zip: read within bounds, with every refusal told by file, line and remedy; and written. Pure but for zipfile."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from interviewer.errors import InterviewerError
from interviewer.models import Bilingual, Content
from interviewer.questions.located import Loc, Located, read_located
from interviewer.questions.writing import write_question

LARGEST_ARCHIVE = 10_000_000
"""Bytes of the zip."""
LARGEST_FILE = 1_000_000
"""Bytes of one question file, as in a folder."""
LARGEST_WHOLE = 50_000_000
"""Bytes of all of them unpacked."""
MOST_FILES = 1_000
_ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Refused:
    """What is wrong with a file of the folder. `line`: from 1, 0 where it is about the whole file; `loc`: the path of the field, () of none."""

    file: str
    line: int
    message: Bilingual
    remedy: Bilingual
    loc: Loc = ()


class ArchiveRefused(InterviewerError):
    """The zip cannot be read as a folder of question files; nothing was taken. `message`, `remedy`: in both languages."""

    def __init__(self, message: Bilingual, remedy: Bilingual) -> None:
        super().__init__(f"{message.en} → {remedy.en}")
        self.message, self.remedy = message, remedy


def read_folder(archive: bytes) -> tuple[dict[str, Located], tuple[Refused, ...]]:
    """The question files of a zip by their names, whatever folder of it they are in, and what cannot be read. ArchiveRefused if it is none."""
    if len(archive) > LARGEST_ARCHIVE:
        raise _TOO_LARGE
    found: dict[str, Located] = {}
    refused: list[Refused] = []
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as folder:
            entries = [entry for entry in folder.infolist() if _is_question_file(entry)]
            if len(entries) > MOST_FILES:
                raise _TOO_LARGE
            room = LARGEST_WHOLE
            for entry in entries:
                with folder.open(entry) as file:
                    raw = file.read(min(LARGEST_FILE, room) + 1)
                room -= len(raw)
                if room < 0:
                    raise _TOO_LARGE
                located = _read(entry.filename, raw, refused)
                if located is not None:
                    found[entry.filename] = located
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError, OSError, OverflowError) as error:
        # RuntimeError: it wants a password; NotImplementedError: a way of packing that is not known.
        raise ArchiveRefused(
            Bilingual("这不是能读的 zip 文件", "this is no zip that can be read"),
            Bilingual("把题目文件打包成不带密码的 zip 再传", "pack the question files as a zip without a password"),
        ) from error
    if not found and not refused:
        raise ArchiveRefused(
            Bilingual("里面没有题目文件", "there are no question files in it"),
            Bilingual("放入 *.yaml，格式见 knowledge/README.md", "put *.yaml into it; knowledge/README.md shows the format"),
        )
    return found, tuple(refused)


def write_folder(questions: Iterable[tuple[str, int, Content]]) -> bytes:
    """A zip with a file for each question (id, version, content) in the folder `questions`; the same questions always give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as folder:
        for question_id, version, content in questions:
            folder.writestr(
                zipfile.ZipInfo(f"questions/{question_id}.yaml"), write_question(content, question_id, version), zipfile.ZIP_DEFLATED
            )
    return packed.getvalue()


def _is_question_file(entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(entry.filename)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not entry.is_dir() and path.suffix.lower() in _ENDINGS and not hidden


def _read(name: str, raw: bytes, refused: list[Refused]) -> Located | None:
    if len(raw) > LARGEST_FILE:
        said = Bilingual("文件超过 1 MB", "the file is larger than 1 MB")
        refused.append(Refused(name, 0, said, Bilingual("一个文件放一道题", "keep one question per file")))
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        said, remedy = (
            Bilingual("文件不是 UTF-8", "the file is not UTF-8"),
            Bilingual("用 UTF-8 编码保存", "save it with the encoding UTF-8"),
        )
        refused.append(Refused(name, raw.count(b"\n", 0, error.start) + 1, said, remedy))
        return None
    located = read_located(text)
    refused.extend(Refused(name, fault.line, fault.message, fault.remedy) for fault in located.faults)
    return None if located.faults or located.value is None else located


_TOO_LARGE = ArchiveRefused(
    Bilingual("文件太大", "this is too large"),
    Bilingual(
        f"zip 不超过 {LARGEST_ARCHIVE // 1_000_000} MB，最多 {MOST_FILES} 个文件，解开后不超过 {LARGEST_WHOLE // 1_000_000} MB；分几次传",
        f"keep the zip below {LARGEST_ARCHIVE // 1_000_000} MB, {MOST_FILES} files and {LARGEST_WHOLE // 1_000_000} MB unpacked; send it in parts",
    ),
)
