"""A draft of questions: what is in it, where each line comes from, and what is left for its author. Pure.

Without a model a draft holds the words of the document and nothing else (`building`); what a model adds says so, line by line
(`drafting.model`). How a draft becomes question files is in `files`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

from interviewer.drafting.document import Span
from interviewer.models import LANGS, Lang, Reason, Source

Path = tuple[str, ...]

UNKNOWN = Source()


class Origin(StrEnum):
    """Where a line of a draft comes from."""

    QUOTED = "quoted"
    """The document's words, as they stand at its spans; without any, its title."""
    RESTATED = "restated"
    """A model's words for what stands at its spans, such as a translation."""
    ADDED = "added"
    """A model's words for what the document does not say."""
    USUAL = "usual"
    """The words that this program has for every question, such as a follow-up that tells nothing."""
    AUTHOR = "author"
    """Written by a person."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text and where it comes from. `spans`: stretches of the document's text, none unless it is quoted or restated."""

    text: str
    origin: Origin
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftText:
    """A text in both languages, in lines. A language without any is left for the author."""

    zh: tuple[Line, ...] = ()
    en: tuple[Line, ...] = ()

    def __getitem__(self, lang: Lang) -> tuple[Line, ...]:
        return self.zh if lang == "zh" else self.en

    def words(self, lang: Lang) -> str:
        """The text of a language, "" if it is left for the author."""
        return "\n".join(line.text for line in self[lang])

    def written(self) -> tuple[Lang, ...]:
        """The languages that it has."""
        return tuple(lang for lang in LANGS if self[lang])


@dataclass(frozen=True, slots=True)
class MisconceptionDraft:
    """A wrong belief about a point, and what is right."""

    id: str
    statement: DraftText
    correction: DraftText


@dataclass(frozen=True, slots=True)
class GivenDraft:
    """What a clarifying question is answered with; `asked`: ways to ask for it, a line each."""

    id: str
    asked: DraftText
    says: DraftText


@dataclass(frozen=True, slots=True)
class PointDraft:
    """A rubric point. `weight`: marks out of 100."""

    id: str
    weight: float
    essential: bool
    intent: DraftText
    core: DraftText = DraftText()
    misconceptions: tuple[MisconceptionDraft, ...] = ()
    follow_ups: tuple[DraftText, ...] = ()
    drills: tuple[DraftText, ...] = ()

    def texts(self) -> Iterator[tuple[Path, DraftText]]:
        """Every text with where in its question it stands; the core only if there is one."""
        here = ("points", self.id)
        yield (*here, "intent"), self.intent
        if self.core.written():
            yield (*here, "core"), self.core
        for belief in self.misconceptions:
            yield (*here, "misconceptions", belief.id, "statement"), belief.statement
            yield (*here, "misconceptions", belief.id, "correction"), belief.correction
        yield from _numbered((*here, "follow_ups"), self.follow_ups)
        yield from _numbered((*here, "drills"), self.drills)


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """A question as far as it is known. `lang`: of the document's words. `difficulty`: 1–3. Without points they follow from the reference.

    `spot`: where in the document the question itself stands, without its context and options; None for one of its author's own.
    `form` and `confidence`: how it was found, see `found`. `by`: the model and the prompts that worked on it, "" for none.
    """

    id: str
    lang: Lang
    prompt: DraftText
    topic: DraftText = DraftText()
    reference: DraftText = DraftText()
    competencies: tuple[str, ...] = ()
    difficulty: int = 2
    points: tuple[PointDraft, ...] = ()
    hints: tuple[DraftText, ...] = ()
    givens: tuple[GivenDraft, ...] = ()
    spot: Span | None = None
    form: str = ""
    confidence: float = 1.0
    by: str = ""

    @property
    def languages(self) -> tuple[Lang, ...]:
        """Those that the author is asked for: one alone as long as nothing is written in the other."""
        begun = {lang for text in (self.prompt, self.reference) for lang in text.written()}
        return tuple(lang for lang in LANGS if lang in begun)

    def asked(self, lang: Lang) -> str:
        """The question itself, without its context and options; all of the prompt where that is one line."""
        lines = self.prompt[lang]
        return next((line.text for line in lines if self.spot in line.spans), self.prompt.words(lang))

    def texts(self) -> Iterator[tuple[Path, DraftText]]:
        """Every text with where it stands, such as ("reference",) or ("points", "cost", "hints", "1")."""
        yield from ((("topic",), self.topic), (("prompt",), self.prompt), (("reference",), self.reference))
        for point in self.points:
            yield from point.texts()
        yield from _numbered(("hints",), self.hints)
        for given in self.givens:
            yield from ((("givens", given.id, "asked"), given.asked), (("givens", given.id, "says"), given.says))

    def missing(self) -> tuple[Path, ...]:
        """What must still be written before it can be asked, such as ("reference", "zh") or ("competencies",)."""
        texts = ((*path, lang) for path, text in self.texts() for lang in self.languages if not text[lang])
        return (*texts, *([] if self.competencies else [("competencies",)]))


def _numbered(path: Path, texts: Iterable[DraftText]) -> Iterator[tuple[Path, DraftText]]:
    return (((*path, str(number)), text) for number, text in enumerate(texts, start=1))


class Step(StrEnum):
    """What a model does for a draft, in this order."""

    FIND = "find"
    """Questions in a stretch of the text."""
    AGAIN = "again"
    """Those that were missed there."""
    ANSWER = "answer"
    """A question in both languages, its reference answer completed."""
    POINTS = "points"
    """Its rubric."""
    ASKING = "asking"
    """Follow-ups, drills, hints and givens."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a model was to do and did not. `where`: the number of the stretch of the text, or of the question, from 1; `of`: of how many."""

    step: Step
    where: int
    of: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class BankDraft:
    """The questions of one document. `digest`: of its text, see `Document`; `shortfalls`: where the model failed, so that less is there.

    `over`: how many questions beyond the most that one draft holds were left out. `orders`: where the document tells a model what to do in
    the form of a question, which is left out as well.
    """

    questions: tuple[QuestionDraft, ...]
    source: Source = UNKNOWN
    digest: str = ""
    shortfalls: tuple[Shortfall, ...] = ()
    over: int = 0
    orders: tuple[Span, ...] = ()


_DRAFT = TypeAdapter(BankDraft)


def encode_draft(draft: BankDraft) -> dict[str, Any]:
    """The whole draft as a JSON object, as it is kept in the records."""
    encoded: dict[str, Any] = _DRAFT.dump_python(draft, mode="json")
    return encoded


def decode_draft(data: dict[str, Any]) -> BankDraft:
    """The reverse of `encode_draft`; pydantic's ValidationError if it is none."""
    return _DRAFT.validate_python(data)
