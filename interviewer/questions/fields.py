"""What a value of a question file may be: texts, ids, numbers, truths, languages. The files' models are in `schema`."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from interviewer.models import LANGS, Lang
from interviewer.questions.located import Plain

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_ORIGIN = re.compile(r"(?:title|added|usual|author|~?\d{1,9}-\d{1,9}(?:\+\d{1,9}-\d{1,9}){0,99})\Z")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")

_ADDRESS = re.compile(r"https?://[^\s/]+\S*\Z")
_SHORT = 300
"""Characters of what is told of a source."""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise PydanticCustomError("text_type", "text is expected here")
    text = str(value).strip()
    if not text or (isinstance(value, Plain) and text in _NULLS):
        raise PydanticCustomError("text_empty", "the text is empty")
    if _CONTROL.search(text):
        raise PydanticCustomError("text_control", "the text holds a control character")
    return text


def _identifier(value: object) -> str:
    text = _text(value)
    if not _ID.match(text) or len(text) > 64:
        raise PydanticCustomError("id", "an id has lower-case letters, digits and single hyphens, 64 at most")
    return text


def _whole(value: object) -> int:
    if not (isinstance(value, Plain) and re.fullmatch(r"[0-9]{1,9}", value)):
        raise PydanticCustomError("whole", "a whole number is expected here")
    return int(value)


def _number(value: object) -> float:
    if not (isinstance(value, Plain) and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value)):
        raise PydanticCustomError("number", "a number is expected here")
    return float(value)


def _truth(value: object) -> bool:
    if not (isinstance(value, Plain) and value.lower() in {"true", "false"}):
        raise PydanticCustomError("truth", "true or false is expected here")
    return value.lower() == "true"


def _short_text(value: object) -> str:
    text = _text(value)
    if len(text) > _SHORT:
        raise PydanticCustomError("text_long", "the text is too long")
    return text


def _day(value: object) -> str:
    text = _short_text(value)
    try:
        date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("day", "a day is expected here") from None
    return text


def _address(value: object) -> str:
    text = _short_text(value)
    if not _ADDRESS.match(text):
        raise PydanticCustomError("address", "an address is expected here")
    return text


def _language(value: object) -> str:
    if value not in LANGS:
        raise PydanticCustomError("language", "zh or en is expected here")
    return str(value)


def _digest(value: object) -> str:
    text = _text(value)
    if not _DIGEST.match(text):
        raise PydanticCustomError("digest", "64 hex digits are expected here")
    return text


def _origin(value: object) -> str:
    text = _text(value)
    if not _ORIGIN.match(text):
        raise PydanticCustomError("origin", "an origin is expected here")
    return text


Text = Annotated[str, BeforeValidator(_text)]
ShortText = Annotated[str, BeforeValidator(_short_text)]
Day = Annotated[str, BeforeValidator(_day)]
Address = Annotated[str, BeforeValidator(_address)]
Id = Annotated[str, BeforeValidator(_identifier)]
Whole = Annotated[int, BeforeValidator(_whole)]
Number = Annotated[float, BeforeValidator(_number)]
Truth = Annotated[bool, BeforeValidator(_truth)]
Language = Annotated[Lang, BeforeValidator(_language)]
Digest = Annotated[str, BeforeValidator(_digest)]
Origin = Annotated[str, BeforeValidator(_origin)]


class Strict(BaseModel):
    """`retired`: keys that were read once. They are let pass, so that old files still load; `checks.advise_of` warns of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    retired: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _leave_out_retired(cls, data: object) -> object:
        return {key: value for key, value in data.items() if key not in cls.retired} if isinstance(data, dict) else data
