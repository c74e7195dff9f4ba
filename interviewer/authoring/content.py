"""The content of a question as JSON: tidied as it comes from a form, and as the values that the checks of question files take. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from interviewer.errors import InterviewerError
from interviewer.models import LANGS, Content
from interviewer.questions.located import Loc, Plain
from interviewer.questions.places import carry_places
from interviewer.text.storable import storable

LARGEST = 200_000
"""Characters of a question's content as JSON; a long rubric in both languages has some 30,000."""
_DEPTH = 8
_NUMBERS = frozenset({"order", "difficulty", "weight", "essential"})
"""Keys whose value is a number or true or false. Text that stands there, as in a form and in a file, is read as one."""
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_LANGS = frozenset(LANGS)
_OWN = frozenset({"id", "version"})
"""Keys that are the records', not the content's."""


class TooLarge(InterviewerError):
    """The content of a question is larger than `LARGEST`, or nested deeper than any question; nothing was saved."""

    def __init__(self) -> None:
        super().__init__(f"a question may have {LARGEST} characters at most → shorten it, or make two of it")


def tidy(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content without what was left blank (whole languages of it, rows of lists, whole parts) and without `id` and `version`.

    A text of which one language is blank keeps that one as "", so that the checks ask for it. TooLarge beyond the bounds.
    """
    kept = {key: value for key, value in content.items() if key not in _OWN}
    found = _tidied(kept, _DEPTH)
    if len(json.dumps(found, ensure_ascii=False)) > LARGEST:
        raise TooLarge
    return found if isinstance(found, dict) else {}


def digest_content(content: Content) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def as_file(content: Content, question_id: str, number: int) -> dict[str, object]:
    """The content as `schema.check_question` takes it: as a file of this id and version would be read."""
    plain = _plain(dict(content))
    assert isinstance(plain, dict)
    return {"id": question_id, "version": Plain(number), **plain}


def of_file(raw: Mapping[str, object]) -> dict[str, Any]:
    """The content of a file that was read and found right."""
    return tidy(raw)


def with_places(before: Content, content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with where its lines come from, as far as they stand as they stood: a form does not send it. Gone with the source."""
    source = content.get("source")
    places = carry_places(before, content)
    return {**content, "source": {**source, "places": places}} if isinstance(source, Mapping) and places else dict(content)


def licence_of(content: Content) -> str:
    """Under which licence the question may be passed on, "" if none is told."""
    source = content.get("source")
    licence = source.get("licence") if isinstance(source, Mapping) else None
    return licence if isinstance(licence, str) else ""


def differences(older: Content, newer: Content) -> tuple[tuple[Loc, str, str], ...]:
    """Every place at which two contents differ, in the newer one's order, with what stands there in each ("" for nothing)."""
    before, after = dict(_leaves(older)), dict(_leaves(newer))
    return tuple((loc, before.get(loc, ""), after.get(loc, "")) for loc in {**after, **before} if before.get(loc) != after.get(loc))


def _tidied(value: object, depth: int, key: str = "") -> Any:
    if depth < 0:
        raise TooLarge
    if isinstance(value, Mapping):
        found = {storable(str(name)): _tidied(inner, depth - 1, str(name)) for name, inner in value.items()}
        if found.keys() & _LANGS:
            return found if any(found.get(lang) for lang in _LANGS) else None
        kept = {name: inner for name, inner in found.items() if inner not in (None, "")}
        return None if all(isinstance(inner, bool) for inner in kept.values()) else kept
    if isinstance(value, list | tuple):
        return [inner for each in value if (inner := _tidied(each, depth - 1)) not in (None, "")] or None
    if value is None or isinstance(value, bool | int | float):
        return value
    text = storable(str(value)).replace("\r\n", "\n").strip()
    return _number(text) if key in _NUMBERS else text


def _number(text: str) -> str | int | float | bool:
    """What is meant; the text itself where that is no number, for the checks to tell."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, bool):
        return Plain(str(value).lower())
    if isinstance(value, int | float):
        return Plain(f"{value:.9f}".rstrip("0").rstrip(".") if isinstance(value, float) else value)
    return value


def _leaves(value: object, loc: Loc = ()) -> Iterator[tuple[Loc, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, (*loc, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(inner, (*loc, number))
    elif value is not None:
        yield loc, str(value).lower() if isinstance(value, bool) else str(value)
