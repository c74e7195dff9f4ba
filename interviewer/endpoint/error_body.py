"""What the body of an error says, whatever shape a server or a gateway gave it. Pure.

OpenAI nests it in `error`, Google puts that into a list, FastAPI says `detail` with a `loc`, others `message`, `msg` or `base_resp` at the
top; gateways wrap one in another, as JSON or as text. Only keys that hold a server's own words are looked at: some echo what was sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_CODES = ("code", "errorcode", "statuscode", "rawstatuscode", "httpstatus", "type", "status")
"""Keys, without case and signs, that hold a code; the first that is there is the code of the error."""
_WORDS = frozenset({
    "message", "msg", "detail", "details", "error", "errors", "errormsg", "errormessage", "statusmsg", "description", "errordescription",
    "title", "reason", "raw", "quotametric", "quotaid",
})  # fmt: skip
_NAMES = frozenset({"param", "parameter", "loc", "path", "field", "name", "target", "property", "argument"})
_INSIDE = frozenset({
    "metadata", "innererror", "baseresp", "response", "data", "violations", "fieldviolations", "issues", "invalidparams", "upstreamerror", "fault",
})  # fmt: skip
_ALONE = frozenset({"message", "msg", "detail", "errormsg", "errorcode"})
"""Keys at the top that no reply has."""
_PAGE = re.compile(r"\s*<[!?a-z]", re.IGNORECASE)
_DEEPEST = 6
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Said:
    """An error in its server's words. `number`: an HTTP status among its codes, 0 for none; `names`: the fields that it is about.

    `message` holds further codes, too. It may quote the prompt or the key: it is looked into, never kept.
    """

    code: str = ""
    message: str = ""
    names: tuple[str, ...] = ()
    number: int = 0


def read_error(body: Any) -> Said:
    """The error in a body: decoded JSON, or text that may hold it."""
    found = list(_walk(body, 0))
    codes = [text for kind, text in sorted(found, key=lambda each: each[0]) if kind < len(_CODES)]
    words = [text for kind, text in found if kind == len(_CODES)]
    names = tuple(text for kind, text in found if kind > len(_CODES))
    number = next((int(code) for code in codes if code.isdecimal() and 400 <= int(code) <= 599), 0)
    code = next((code for code in codes if code != str(number)), "")
    return Said(code, " ".join([*words, *codes])[:_LONGEST], names, number)


def tells_error(body: Any) -> bool:
    """Whether a body that came with 200 is an error after all."""
    if isinstance(body, list):
        return bool(body) and tells_error(body[0])
    if not isinstance(body, dict):
        return False
    if body.get("error") or body.get("choices"):
        return bool(body.get("error"))
    state = body.get("base_resp")
    return bool(state.get("status_code")) if isinstance(state, dict) else any(_plain(key) in _ALONE for key in body)


def _walk(value: Any, depth: int, kind: int = len(_CODES)) -> Iterator[tuple[int, str]]:
    """Pairs of what a text is and the text: a code by its place in _CODES, then words, then the name of a field."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            plain = _plain(key)
            if plain in _CODES and not isinstance(inner, (dict, list)):
                yield from _walk(inner, depth + 1, _CODES.index(plain))
            elif plain in _NAMES:
                yield from _name(inner)
            elif plain in _WORDS or (plain in _INSIDE and isinstance(inner, (dict, list))):
                yield from _walk(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value[:20]:
            yield from _walk(inner, depth + 1, kind)
    elif isinstance(value, str):
        inner = _decoded(value)
        if inner is not None:
            yield from _walk(inner, depth + 1)
        elif value and not _PAGE.match(value):
            yield kind, value[:_LONGEST]
    elif isinstance(value, int) and not isinstance(value, bool):
        yield kind, str(value)


def _name(value: Any) -> Iterator[tuple[int, str]]:
    """`loc` is a list of steps into what was sent."""
    parts = value if isinstance(value, list) else [value]
    name = ".".join(str(part) for part in parts if isinstance(part, (str, int)) and part != "body")
    if name:
        yield len(_CODES) + 1, name[:200]


def _decoded(text: str) -> Any:
    """The JSON that a text is, or that follows `data:`; None if it is none."""
    start = text.lstrip("\ufeff \r\n").removeprefix("data:").lstrip()
    if not start.startswith(("{", "[{")):
        return None
    try:
        return json.JSONDecoder(strict=False).raw_decode(start)[0]
    except (ValueError, RecursionError):
        return None


def _plain(key: Any) -> str:
    return "".join(sign for sign in str(key).lower() if sign.isalnum())
