"""The format of a question file (knowledge/README.md): its pydantic models, and what to say of a breach.

Checks across the parts of a file are in `checks`, reading files in `bank`, YAML and line numbers in `located`,
what a single value may be in `fields`, deriving points from a reference in `derive`.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails

from interviewer.models import LANGS, Angle, Bilingual, Deeper, Given, Lang, Misconception, Question, RubricPoint, Source
from interviewer.questions.checks import Finding, check_across, place
from interviewer.questions.derive import derive_points
from interviewer.questions.fields import Digest, Id, Language, Number, Origin, Strict, Text, Truth, Whole
from interviewer.questions.located import Loc, Plain


class BilingualFile(Strict):
    """The same text in both languages."""

    zh: Text
    en: Text

    def value(self) -> Bilingual:
        return Bilingual(self.zh, self.en)


def _value(text: BilingualFile | None) -> Bilingual | None:
    return None if text is None else text.value()


class MisconceptionFile(Strict):
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


class AskedFile(Strict):
    """Ways to ask for a given, by language."""

    zh: list[Text] = Field(min_length=1)
    en: list[Text] = Field(min_length=1)


class GivenFile(Strict):
    """What a clarifying question is answered with."""

    id: Id
    asked: AskedFile
    says: BilingualFile

    def value(self) -> Given:
        return Given(self.id, tuple(self.asked.zh), tuple(self.asked.en), self.says.value())


class PointFile(Strict):
    """One rubric point. `weight`: marks out of 100."""

    retired = frozenset({"cues"})

    id: Id
    weight: Annotated[Number, Field(gt=0, le=100)]
    essential: Truth = True
    intent: BilingualFile
    core: BilingualFile | None = None
    beyond: BilingualFile | None = None
    border: BilingualFile | None = None
    accepts: list[BilingualFile] = Field([])
    misconceptions: list[MisconceptionFile] = Field([])
    follow_ups: list[BilingualFile] = Field(min_length=1)
    deeper: list[DeeperFile] = Field([])
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


class SourceFile(Strict):
    """Whose text a question was taken from, and what of it stands where there.

    `document`: SHA-256 of the text. `places`: for each text of the question, such as `reference.zh`, where each of its lines comes from,
    see knowledge/README.md.
    """

    title: Text | None = None
    author: Text | None = None
    licence: Text | None = None
    date: Text | None = None
    document: Digest | None = None
    places: dict[Text, list[Origin]] = Field({})

    def value(self) -> Source:
        return Source(self.title or "", self.author or "", self.licence or "", self.date or "")


class QuestionFile(Strict):
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
    languages: list[Language] = Field(list(LANGS), min_length=1)
    source: SourceFile | None = None

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
            source=None if self.source is None else self.source.value(),
            languages=tuple(lang for lang in LANGS if lang in self.languages),
        )


class CompetencyFile(Strict):
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
    other = _unwritten(raw)
    try:
        parsed = QuestionFile.model_validate(_with_language(raw, other) if other else raw)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
        findings.extend(explain(detail, QuestionFile) for detail in details if not (other and other in detail["loc"]))
    findings.extend(check_across(raw, competencies))
    if parsed is None or findings:
        return None, tuple(findings)
    return parsed.value(), ()


def _unwritten(raw: dict[str, object]) -> Lang | None:
    """The language that a question says it is not written in, None if it is in both."""
    written = raw.get("languages")
    left = [lang for lang in LANGS if isinstance(written, list) and written and lang not in written]
    return left[0] if len(left) == 1 else None


def _with_language(raw: object, lang: Lang) -> object:
    """The same with every text in `lang` as well, in the words of the other language."""
    if isinstance(raw, list):
        return [_with_language(each, lang) for each in raw]
    if not isinstance(raw, dict):
        return raw
    filled = {key: _with_language(value, lang) for key, value in raw.items()}
    (other,) = (each for each in LANGS if each != lang)
    return filled if other not in filled else {**filled, lang: filled.get(lang, filled[other])}


_SAID: Mapping[str, tuple[str, str]] = {
    "text_type": ("text is expected here", "write text; put it in quotes if it begins with { or ["),
    "text_empty": ("the text is empty", "write the text or remove the key; quote it if the word null is meant"),
    "text_control": ("the text holds a control character", "remove the character"),
    "id": ("this is no valid id", "use lower-case letters, digits and single hyphens, at most 64 characters"),
    "whole": ("a whole number is expected here", "write digits without quotes, for example 2"),
    "number": ("a number is expected here", "write a number without quotes, for example 12.5"),
    "truth": ("true or false is expected here", "write true or false, without quotes"),
    "language": ("this is no language", "write zh or en"),
    "digest": ("this is no digest", "write the SHA-256 of the document's text, 64 hex digits, or remove the key"),
    "origin": ("this is no origin", "write from-to, as in 12-40, ~12-40, added or usual; or remove the line"),
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
        "source": SourceFile,
    }  # fmt: skip
    return (inner.get(names[-1], BilingualFile) if names else model).model_fields
