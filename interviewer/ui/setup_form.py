"""The set-up form: what can be chosen, and the choice as a `Setup`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import SystemRandom
from typing import Any

from interviewer.errors import ConfigError
from interviewer.models import ExaminerName, Lang, Mode, Setup
from interviewer.questions.bank import Bank
from interviewer.ui.labels import words

MINUTES = (None, 3, 5, 8, 10, 15)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a candidate can choose from. `model`: the name of the language model, None if none is configured.

    `stand_in`: whether the offline examiner stands in for it unless the candidate decides otherwise. `stays_here`: answers cannot leave
    this machine, because only it can reach the application and no endpoint is configured.
    """

    bank: Bank
    examiners: tuple[ExaminerName, ...]
    default_examiner: ExaminerName
    model: str | None
    stand_in: bool = False
    stays_here: bool = False

    def topics(self, lang: Lang) -> dict[str, str]:
        """Topic by question id of all questions, in the bank's order."""
        return {question.id: question.topic[lang] for question in self.bank.questions}

    def competencies(self, lang: Lang) -> dict[str, str]:
        """Short name by competency id, in the article's order."""
        return {competency.id: competency.short[lang] for competency in self.bank.competencies}

    def topic_choices(self, lang: Lang) -> list[tuple[str, str]]:
        """Label and value of what is written in the language, numbered as in the article."""
        written = {question.id for question in self.bank.select(lang=lang)}
        return [(f"{number} {topic}", id) for number, (id, topic) in enumerate(self.topics(lang).items(), start=1) if id in written]

    def minute_choices(self, lang: Lang) -> list[tuple[str, int]]:
        """Label and minutes; 0 stands for no limit."""
        t = words(lang)
        return [(t["no_limit"] if n is None else t["minutes_n"].format(n=n), n or 0) for n in MINUTES]


class NoWeakPoints(ConfigError):
    """An interview of weak points was asked for, and there are none among the chosen questions."""


def read_setup(catalogue: Catalogue, form: Sequence[Any], weak: Callable[[], Sequence[str]] = tuple) -> Setup:
    """The form's values, in the order of `components.build_form`, as a Setup; ConfigError when no question fits.

    `weak`: the ids of the questions that the person is weak in, the weakest first; asked only if the form wants those.
    """
    spoken, mode, topics, competencies, difficulty, count, shuffled, follow_ups, minutes, examiner, stand_in, only_weak = form
    lang: Lang = "en" if spoken == "en" else "zh"
    seed = SystemRandom().getrandbits(32) if shuffled else None
    chosen = catalogue.bank.select(
        topics=topics,
        competencies=competencies,
        difficulties=difficulty,
        lang=lang,
        count=int(count) if count and not only_weak else None,
        seed=seed,
    )
    if only_weak:
        by_id = {question.id: question for question in chosen}
        chosen = tuple(by_id[id] for id in weak() if id in by_id)[: int(count) if count else None]
        if not chosen:
            raise NoWeakPoints("none of these questions has a weak point → take an interview first")
    if not chosen:
        raise ConfigError("no question fits → choose fewer conditions")
    return Setup(
        lang=lang,
        mode=Mode.EXAM if mode == Mode.EXAM.value else Mode.COACHING,
        question_ids=tuple(question.id for question in chosen),
        follow_ups=min(3, max(0, int(follow_ups))),
        minutes=int(minutes) or None,
        examiner=ExaminerName(examiner) if ExaminerName(examiner) in catalogue.examiners else catalogue.default_examiner,
        stand_in=bool(stand_in) and ExaminerName.LLM in catalogue.examiners,
    )
