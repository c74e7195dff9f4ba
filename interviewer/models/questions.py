"""Questions of the bank, their rubric, and what the index holds of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same text in Chinese and English."""

    zh: str
    en: str

    def __getitem__(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Competency:
    """One of the abilities that the report scores. `short` fits on a radar chart."""

    id: str
    name: Bilingual
    short: Bilingual


@dataclass(frozen=True, slots=True)
class Misconception:
    """A wrong belief about a point, and what is right instead."""

    id: str
    statement: Bilingual
    correction: Bilingual


@dataclass(frozen=True, slots=True)
class Given:
    """A line of the sheet from which clarifying questions are answered. `asked`: ways to ask for it, by language; `says`: the reply."""

    id: str
    asked_zh: tuple[str, ...]
    asked_en: tuple[str, ...]
    says: Bilingual


class Angle(StrEnum):
    """From where a follow-up probes deeper what was said well."""

    TRADE_OFF = "trade-off"
    FAILURE = "failure"
    SCALE = "scale"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class Deeper:
    """A follow-up for somebody who has covered the point already."""

    about: Angle
    text: Bilingual


@dataclass(frozen=True, slots=True)
class RubricPoint:
    """One idea that a good answer holds. `weight`: marks out of 100; `essential`: no good short reply lacks it.

    `core`: what suffices for "covered" when a how, why, means or condition comes with it; `beyond`: what goes past the core
    and is not needed; `border`: what belongs to a neighbouring point instead. None where the bank says nothing of it.
    `follow_ups` probe a gap, `deeper` what is covered, `drills` ask for this point alone.
    """

    id: str
    weight: float
    essential: bool
    intent: Bilingual
    core: Bilingual | None = None
    beyond: Bilingual | None = None
    border: Bilingual | None = None
    accepts: tuple[Bilingual, ...] = ()
    misconceptions: tuple[Misconception, ...] = ()
    follow_ups: tuple[Bilingual, ...] = ()
    deeper: tuple[Deeper, ...] = ()
    drills: tuple[Bilingual, ...] = ()

    def __hash__(self) -> int:
        # Of little, because points and questions are looked up hundreds of times an answer; equality still compares everything.
        return hash((self.id, self.intent.zh))


@dataclass(frozen=True, slots=True)
class Source:
    """Whose text a question was taken from, each part as it was told, "" where nobody said. `date`: of the text, YYYY-MM-DD."""

    title: str = ""
    author: str = ""
    licence: str = ""
    date: str = ""
    url: str = ""

    @property
    def private(self) -> bool:
        """Whether its questions are their owner's alone: nobody has said that they may be passed on."""
        return not self.licence


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the bank with its reference answer and rubric.

    `derived`: the points were taken from the reference, not written by hand. `difficulty`: 1 junior, 2 regular, 3 senior.
    `givens`: what clarifying questions are answered from; the candidate sees of it what they ask for. `parent`: of a drill, the id of
    the bank's question some of whose points it asks; empty for the bank's own. `source`: whose text it was taken from, None for one of
    its author's own. `languages`: those that it was written in; in one that it was not, its texts are the other's.
    """

    id: str
    version: int
    topic: Bilingual
    prompt: Bilingual
    reference: Bilingual
    competencies: tuple[str, ...]
    difficulty: int
    points: tuple[RubricPoint, ...]
    hints: tuple[Bilingual, ...] = ()
    order: int | None = None
    derived: bool = False
    givens: tuple[Given, ...] = ()
    parent: str = ""
    source: Source | None = None
    languages: tuple[Lang, ...] = LANGS

    def __hash__(self) -> int:
        return hash((self.id, self.version, self.prompt.zh))

    @property
    def bank_id(self) -> str:
        """The id of the bank's question: its own, or of a drill its parent's."""
        return self.parent or self.id

    def point(self, point_id: str) -> RubricPoint:
        """The point of that id; KeyError if there is none."""
        for point in self.points:
            if point.id == point_id:
                return point
        raise KeyError(point_id)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the bank as the vector index holds it. `similarity`: cosine, -1 to 1, to whatever was asked."""

    id: str
    question_id: str
    kind: Literal["reference", "point", "misconception"]
    lang: Lang
    text: str
    similarity: float = 0.0
