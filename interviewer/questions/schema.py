"""The format of a question file (knowledge/README.md): its pydantic models, and what to say of a breach.

What a breach of one part is called is in `breaches`, checks across the parts are in `checks`, reading files in `bank`, YAML and line
numbers in `located`, what a single value may be in `fields`, deriving points from a reference in `derive`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails

from interviewer.models import LANGS, Angle, Bilingual, Deeper, Given, Lang, Misconception, Question, RubricPoint, Source
from interviewer.questions.breaches import explain_breach
from interviewer.questions.checks import Finding, check_across, finding
from interviewer.questions.derive import derive_points
from interviewer.questions.fields import Address, Day, Digest, Id, Language, Number, Origin, ShortText, Strict, Text, Truth, Whole
from interviewer.questions.located import Loc


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
    """Where a question comes from. `date`: YYYY-MM-DD; `licence`: under which it may be passed on, in words or as an SPDX name.

    `document`: SHA-256 of the text that it was taken from. `places`: for each text of the question, such as `reference.zh`, where each of
    its lines comes from, see knowledge/README.md.
    """

    title: ShortText | None = None
    author: ShortText | None = None
    licence: ShortText | None = None
    date: Day | None = None
    url: Address | None = None
    document: Digest | None = None
    places: dict[Text, list[Origin]] = Field({})

    def value(self) -> Source:
        return Source(self.title or "", self.author or "", self.licence or "", self.date or "", self.url or "")


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
    source: SourceFile | None = None
    languages: list[Language] = Field(list(LANGS), min_length=1)

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
        said = ("这里应是一道题：键和值", "a question is expected here: keys and values")
        return None, (finding((), said, ("格式见 knowledge/README.md", "see knowledge/README.md for the format")),)
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
    """The same with every text in `lang` as well, in the words of the other language where it is missing or blank, as a form sends it."""
    if isinstance(raw, list):
        return [_with_language(each, lang) for each in raw]
    if not isinstance(raw, dict):
        return raw
    filled = {key: _with_language(value, lang) for key, value in raw.items()}
    (other,) = (each for each in LANGS if each != lang)
    return filled if other not in filled else {**filled, lang: filled.get(lang) or filled[other]}


def explain(detail: ErrorDetails, model: type[BaseModel]) -> Finding:
    """One of pydantic's findings in our words."""
    return explain_breach(detail, _fields_at(detail["loc"][:-1], model))


def _fields_at(loc: Loc, model: type[BaseModel]) -> Collection[str]:
    names = [part for part in loc if isinstance(part, str)]
    inner: dict[str, type[BaseModel]] = {
        "points": PointFile, "misconceptions": MisconceptionFile, "deeper": DeeperFile, "givens": GivenFile, "asked": AskedFile,
        "source": SourceFile,
    }  # fmt: skip
    return (inner.get(names[-1], BilingualFile) if names else model).model_fields
