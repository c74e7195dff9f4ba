"""The set-up form: what can be chosen, and the choice as a `Setup`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import SystemRandom
from typing import Any

from interviewer.errors import ConfigError
from interviewer.models import ExaminerName, Lang, Mode, QuestionSet, Setup
from interviewer.questions.bank import Banks
from interviewer.ui.labels import words

_REASON = 100_000
MINUTES = (None, 3, 5, 8, 10, 15)


def no_sets(_owner: str) -> Sequence[QuestionSet]:
    """Where there are no question sets."""
    return ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a candidate can choose from. `model`: the name of the language model, None if none is configured.

    `sets`: the question sets that a person may use, by their id. `untested`: the ids of questions whose grades nobody has tested.
    `stand_in`: whether the offline examiner stands in for the model unless the candidate decides otherwise. `stays_here`: answers cannot
    leave this machine, because only it can reach the application and no endpoint is configured.
    """

    bank: Banks
    examiners: tuple[ExaminerName, ...]
    default_examiner: ExaminerName
    model: str | None
    stand_in: bool = False
    stays_here: bool = False
    sets: Callable[[str], Sequence[QuestionSet]] = no_sets
    untested: Callable[[], frozenset[str]] = frozenset

    def topics(self, lang: Lang, owner: str | None = None) -> dict[str, str]:
        """Topic by question id, in the order of the owner's bank; without one, of the question files alone."""
        bank = self.bank.files if owner is None else self.bank.for_viewer(owner)
        return {question.id: question.topic[lang] for question in bank.questions}

    def competencies(self, lang: Lang) -> dict[str, str]:
        """Short name by competency id, in the article's order."""
        return {competency.id: competency.short[lang] for competency in self.bank.files.competencies}

    def topic_choices(self, lang: Lang, owner: str | None = None) -> list[tuple[str, str]]:
        """Label and value of what is written in the language, numbered as in the article; of whom as for `topics`."""
        bank = self.bank.files if owner is None else self.bank.for_viewer(owner)
        written = {question.id for question in bank.select(lang=lang)}
        untested = self.untested() if owner is not None else frozenset[str]()
        mark = f" · {words(lang)['question_untested']}"
        return [
            (f"{number} {topic}{mark if id in untested else ''}", id)
            for number, (id, topic) in enumerate(self.topics(lang, owner).items(), start=1)
            if id in written
        ]

    def set_choices(self, lang: Lang, owner: str) -> list[tuple[str, str]]:
        """Label and value; the first, whose value is "", stands for no set. Only that one where there are no sets."""
        t = words(lang)
        label = "{name} · {mode} · {count}"
        named = [
            (
                label.format(
                    name=each.name[lang], mode=t[f"set_mode_{each.mode}"], count=t["set_questions_n"].format(n=len(each.question_ids))
                ),
                each.id,
            )
            for each in self.sets(owner)
        ]
        return [(t["question_set_none"], ""), *named]

    def minute_choices(self, lang: Lang) -> list[tuple[str, int]]:
        """Label and minutes; 0 stands for no limit."""
        t = words(lang)
        return [(t["no_limit"] if n is None else t["minutes_n"].format(n=n), n or 0) for n in MINUTES]


class NoWeakPoints(ConfigError):
    """An interview of weak points was asked for, and there are none among the chosen questions."""


class SetGone(ConfigError):
    """The question set was deleted meanwhile, or none of its questions is asked any more."""


def read_setup(catalogue: Catalogue, form: Sequence[Any], owner: str, weak: Callable[[], Sequence[str]] = tuple) -> Setup:
    """The form's values as the browser sends them, in the order of `components.build_form`, as a Setup; ConfigError when no question fits.

    With a question set its questions are asked, in its order and mode. `weak`: the ids of the questions that the person is weak in, the
    weakest first; asked only if the form wants those.
    """
    spoken, mode, chosen_set, topics, competencies, difficulty, count, shuffled, follow_ups, minutes, examiner, stand_in, only_weak = form
    lang: Lang = "en" if spoken == "en" else "zh"
    asked_in = Mode.EXAM if mode == Mode.EXAM else Mode.COACHING
    if chosen_set:
        asked_in, question_ids = _questions_of_set(catalogue, owner, chosen_set)
    else:
        most = _number(count) if not only_weak else None
        seed = SystemRandom().getrandbits(32) if shuffled else None
        chosen = catalogue.bank.for_viewer(owner).select(
            topics=_texts(topics), competencies=_texts(competencies), difficulties=[_number(n) or 0 for n in _items(difficulty)],
            lang=lang, count=most, seed=seed,
        )  # fmt: skip
        question_ids = tuple(question.id for question in chosen)
        if only_weak:
            among = set(question_ids)
            question_ids = tuple(id for id in weak() if id in among)[: _number(count) or None]
            if not question_ids:
                raise NoWeakPoints("none of these questions has a weak point → take an interview first")
    if not question_ids:
        raise ConfigError("no question fits → choose fewer conditions")
    return Setup(
        lang=lang,
        mode=asked_in,
        question_ids=question_ids,
        follow_ups=min(3, max(0, _number(follow_ups) or 0)),
        minutes=minutes if minutes in MINUTES else None,
        examiner=ExaminerName(examiner) if examiner in catalogue.examiners else catalogue.default_examiner,
        stand_in=bool(stand_in) and ExaminerName.LLM in catalogue.examiners,
    )


def _questions_of_set(catalogue: Catalogue, owner: str, set_id: object) -> tuple[Mode, tuple[str, ...]]:
    known = {question.id for question in catalogue.bank.for_viewer(owner).questions}
    for each in catalogue.sets(owner):
        if each.id == set_id and (question_ids := tuple(id for id in each.question_ids if id in known)):
            return each.mode, question_ids
    raise SetGone("this question set is no longer there → choose another one")


def _items(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _texts(value: object) -> list[str]:
    return [each for each in _items(value) if isinstance(each, str)]


def _number(value: object) -> int | None:
    """A whole number within reason; None for anything else, and for 0."""
    return int(value) or None if isinstance(value, int | float) and 0 < value < _REASON else None
