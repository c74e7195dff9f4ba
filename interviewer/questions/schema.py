"""The format of a question file (knowledge/README.md): its pydantic models, and what to say of a breach.

Checks across the parts of a file are in `checks`, reading files in `bank`, YAML and line numbers in `located`,
deriving points from a reference in `derive`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from typing import Annotated, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from interviewer.models import Angle, Bilingual, Deeper, Given, Misconception, Question, RubricPoint
from interviewer.questions.checks import Finding, check_across, place
from interviewer.questions.derive import derive_points
from interviewer.questions.located import Loc, Plain

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


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


Text = Annotated[str, BeforeValidator(_text)]
Id = Annotated[str, BeforeValidator(_identifier)]
Whole = Annotated[int, BeforeValidator(_whole)]
Number = Annotated[float, BeforeValidator(_number)]
Truth = Annotated[bool, BeforeValidator(_truth)]


class _Strict(BaseModel):
    """`retired`: keys that were read once. They are let pass, so that old files still load; `checks.advise_of` warns of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    retired: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _leave_out_retired(cls, data: object) -> object:
        return {key: value for key, value in data.items() if key not in cls.retired} if isinstance(data, dict) else data


class BilingualFile(_Strict):
    """The same text in both languages."""

    zh: Text
    en: Text

    def value(self) -> Bilingual:
        return Bilingual(self.zh, self.en)


def _value(text: BilingualFile | None) -> Bilingual | None:
    return None if text is None else text.value()


class MisconceptionFile(_Strict):
    """A wrong belief about a point."""

    retired = frozenset({"cues"})

    id: Id
    statement: BilingualFile
    correction: BilingualFile

    def value(self) -> Misconception:
        return Misconception(self.id, self.statement.value(), self.correction.value())


class DeeperFile(BilingualFile):
    """A follow-up to what is covered."""

    about: Angle

    def deeper(self) -> Deeper:
        return Deeper(self.about, self.value())


class AskedFile(_Strict):
    """Ways to ask for a given, by language."""

    zh: list[Text] = Field(min_length=1)
    en: list[Text] = Field(min_length=1)


class GivenFile(_Strict):
    """What a clarifying question is answered with."""

    id: Id
    asked: AskedFile
    says: BilingualFile

    def value(self) -> Given:
        return Given(self.id, tuple(self.asked.zh), tuple(self.asked.en), self.says.value())


class PointFile(_Strict):
    """One rubric point. `weight`: marks out of 100."""

    retired = frozenset({"cues"})

    id: Id
    weight: Annotated[Number, Field(gt=0, le=100)]
    essential: Truth = True
    intent: BilingualFile
    core: BilingualFile | None = None
    beyond: BilingualFile | None = None
    border: BilingualFile | None = None
    accepts: list[BilingualFile] = []
    misconceptions: list[MisconceptionFile] = []
    follow_ups: list[BilingualFile] = Field(min_length=1)
    deeper: list[DeeperFile] = []
    drills: list[BilingualFile] = Field([], max_length=10)

    def value(self) -> RubricPoint:
        return RubricPoint(
            id=self.id,
            weight=self.weight,
            essential=self.essential,
            intent=self.intent.value(),
            core=_value(self.core),
            beyond=_value(self.beyond),
            border=_value(self.border),
            accepts=tuple(each.value() for each in self.accepts),
            misconceptions=tuple(each.value() for each in self.misconceptions),
            follow_ups=tuple(each.value() for each in self.follow_ups),
            deeper=tuple(each.deeper() for each in self.deeper),
            drills=tuple(each.value() for each in self.drills),
        )


class QuestionFile(_Strict):
    """One question file. Without `points`, they are derived from the reference."""

    retired = frozenset({"terms"})

    id: Id
    version: Annotated[Whole, Field(ge=1)]
    order: Whole | None = None
    topic: BilingualFile
    competencies: list[Id] = Field(min_length=1)
    difficulty: Annotated[Whole, Field(ge=1, le=3)]
    prompt: BilingualFile
    reference: BilingualFile
    points: list[PointFile] | None = Field(None, min_length=1, max_length=20)
    hints: list[BilingualFile] = Field([], max_length=5)
    givens: list[GivenFile] = Field([], max_length=30)

    def value(self) -> Question:
        """The question, its points derived if it has none."""
        reference = self.reference.value()
        points = derive_points(reference) if self.points is None else tuple(point.value() for point in self.points)
        return Question(
            id=self.id,
            version=self.version,
            order=self.order,
            topic=self.topic.value(),
            competencies=tuple(self.competencies),
            difficulty=self.difficulty,
            prompt=self.prompt.value(),
            reference=reference,
            points=points,
            hints=tuple(hint.value() for hint in self.hints),
            derived=self.points is None,
            givens=tuple(given.value() for given in self.givens),
        )


class CompetencyFile(_Strict):
    """One entry of competencies.yaml."""

    id: Id
    zh: Text
    en: Text
    short: BilingualFile


# ---------------------------------------------------------------- findings


def check_question(raw: object, competencies: Collection[str]) -> tuple[Question | None, tuple[Finding, ...]]:
    """The question, or None and every breach that could be found in one pass. `competencies`: the ids that it may name."""
    if not isinstance(raw, dict):
        return None, (Finding((), "a question is expected here: keys and values", "see knowledge/README.md for the format"),)
    findings: list[Finding] = []
    parsed: QuestionFile | None = None
    try:
        parsed = QuestionFile.model_validate(raw)
    except ValidationError as error:
        findings.extend(explain(detail, QuestionFile) for detail in error.errors(include_url=False, include_context=True))
    findings.extend(check_across(raw, competencies))
    if parsed is None or findings:
        return None, tuple(findings)
    return parsed.value(), ()


_SAID: Mapping[str, tuple[str, str]] = {
    "text_type": ("text is expected here", "write text; put it in quotes if it begins with { or ["),
    "text_empty": ("the text is empty", "write the text or remove the key; quote it if the word null is meant"),
    "text_control": ("the text holds a control character", "remove the character"),
    "id": ("this is no valid id", "use lower-case letters, digits and single hyphens, at most 64 characters"),
    "whole": ("a whole number is expected here", "write digits without quotes, for example 2"),
    "number": ("a number is expected here", "write a number without quotes, for example 12.5"),
    "truth": ("true or false is expected here", "write true or false, without quotes"),
    "enum": ("this is no known angle", "write trade-off, failure, scale or cost"),
    "list_type": ("a list is expected here", "write the entries one per line, each beginning with a hyphen"),
    "model_type": ("keys and values are expected here", "write them as in {zh: …, en: …}"),
}


def explain(detail: ErrorDetails, model: type[BaseModel]) -> Finding:
    """One of pydantic's findings in our words."""
    kind, loc, context = detail["type"], detail["loc"], detail.get("ctx") or {}
    name, known = place(loc), _fields_at(loc[:-1], model)
    if kind == "missing":
        key = str(loc[-1])
        language = {"zh": "the Chinese text (zh)", "en": "the English text (en)"}.get(key, f"the key {key!r}")
        return Finding(loc[:-1], f"{language} is missing in {place(loc[:-1])}", f"add {key}: …")
    if kind == "extra_forbidden":
        return _unknown_key(loc, known, detail.get("input"))
    if kind == "too_short":
        return Finding(loc, f"{name} is empty", f"write at least {context.get('min_length', 1)} entry, or remove the key if it is optional")
    if kind == "too_long":
        return Finding(loc, f"{name} has too many entries", f"keep {context.get('max_length')} at most")
    if kind in _SAID:
        message, remedy = _SAID[kind]
        return Finding(loc, f"{name}: {message}", remedy)
    return Finding(loc, f"{name}: {detail['msg']}", "write a value within these limits")


def _unknown_key(loc: Loc, known: Collection[str], given: object) -> Finding:
    key = str(loc[-1])
    if key in {"follow_ups", "follow_up"} and "follow_ups" not in known:
        return Finding(loc, "a follow-up belongs to no point", "move it under follow_ups of the point that it probes")
    if key == "point" and "follow_ups" in loc:
        return Finding(loc, "a follow-up names a point", "remove the key and put the follow-up under follow_ups of that point")
    close = difflib.get_close_matches(key, known, n=1)
    remedy = f"did you mean {close[0]!r}?" if close else f"remove it; known here: {', '.join(sorted(known))}"
    if isinstance(given, Plain) and given == "" and not close:
        remedy += "; if it is the end of a text with a comma inside { }, put the whole text in quotes"
    return Finding(loc, f"unknown key {key!r} in {place(loc[:-1])}", remedy)


def _fields_at(loc: Loc, model: type[BaseModel]) -> Collection[str]:
    names = [part for part in loc if isinstance(part, str)]
    inner: dict[str, type[BaseModel]] = {
        "points": PointFile, "misconceptions": MisconceptionFile, "deeper": DeeperFile, "givens": GivenFile, "asked": AskedFile,
    }  # fmt: skip
    return (inner.get(names[-1], BilingualFile) if names else model).model_fields
