"""The file of settings, `.env`, as editors write it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream

from interviewer.errors import ConfigError

ENCODING = "utf-8-sig"
"""With or without the byte order mark that Windows' editors put in front."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def read_names(path: Path) -> tuple[str, ...]:
    """The names in a file of settings, () if there is none; ConfigError if it is no text, or a line of it sets nothing."""
    try:
        # A device or a pipe is not there for us to read twice.
        if not path.exists() or path.is_fifo():
            return ()
        text = path.read_text(ENCODING)
        if "\0" in text:
            raise ValueError("UTF-16")
    except OSError as error:
        raise ConfigError(f"{path.absolute()}: {error.strerror} → make it a file that may be read, or remove it") from None
    except ValueError:
        raise ConfigError(f"{path.absolute()} is not UTF-8 text → save it as UTF-8") from None
    return tuple(_names_in(text, path.absolute()))


def _names_in(text: str, path: Path) -> Iterator[str]:
    for line in parse_stream(StringIO(text)):
        if line.error or (line.key is not None and (line.value is None or not _NAME.fullmatch(line.key))):
            # Never the line itself: what was meant for a value may stand in it.
            number = line.original.line + len(line.original.string) - len(line.original.string.lstrip("\n"))
            raise ConfigError(f"{path}: line {number} sets nothing → write NAME=value, with a plain = and closed quotes")
        if line.key is not None:
            yield line.key
