"""Which sentences of a reference say a point best: what a person reads after they were asked for that point alone.

Found with what judges answers: the heads of the question, or, where nothing was learned of it, likeness to the point's words.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import pairwise

from interviewer.grading.rubric.examiner import judge_question
from interviewer.grading.rubric.heads import load_learned
from interviewer.grading.rubric.reading import read_answer
from interviewer.grading.rubric.reference_points import find_nearest
from interviewer.grading.rubric.reference_reading import read_text
from interviewer.models import LANGS, Bilingual, Lang, Question, VerdictStatus
from interviewer.text.answer import parse_answer
from interviewer.text.normalize import Span

_STEPS = (VerdictStatus.WRONG, VerdictStatus.MISSING, VerdictStatus.NAMED, VerdictStatus.PARTIAL, VerdictStatus.COVERED)
_PARTIAL, _COVERED = _STEPS.index(VerdictStatus.PARTIAL), _STEPS.index(VerdictStatus.COVERED)
Stretch = tuple[int, ...]
"""Numbers of sentences that stand side by side."""


def say_best(question: Question, point_ids: Collection[str]) -> Bilingual:
    """The sentences of the reference that say these points best, in each language, in the reference's order, as they are written."""
    return Bilingual(say_best_in(question, point_ids, "zh"), say_best_in(question, point_ids, "en"))


def say_best_in(question: Question, point_ids: Collection[str], lang: Lang) -> str:
    """The same in one language, in half the time: some half a second for a question that is new here."""
    chosen = find_sentences(question, lang)
    numbers = sorted({number for point_id, stretch in chosen.items() if point_id in point_ids for number in stretch})
    sentences = _sentences(question.reference[lang])
    return ("" if lang == "zh" else " ").join(sentences[number] for number in numbers)


def share_a_sentence(question: Question, point_ids: Collection[str]) -> bool:
    """Whether some sentence is among those that say two of these points best, in either language: who reads it for one has read the other."""
    for lang in LANGS:
        numbers = [number for point_id, stretch in find_sentences(question, lang).items() if point_id in point_ids for number in stretch]
        if len(set(numbers)) < len(numbers):
            return True
    return False


@lru_cache(maxsize=256)
def find_sentences(question: Question, lang: Lang) -> dict[str, Stretch]:
    """By point of a question of the bank, the sentence that says it best; two, side by side, where they are worth more than any alone.

    The same question always gives the same sentences; an empty reference gives none.
    """
    sentences = _sentences(question.reference[lang])
    if not sentences:
        return {}
    singles: list[Stretch] = [(number,) for number in range(len(sentences))]
    chosen = _choose_by_heads(question, sentences, singles, lang) if load_learned().knows(question) else {}
    if len(chosen) < len(question.points):
        # Only now: it takes as long as a third of the rest.
        alike = [_by_likeness(question, sentence) for sentence in sentences]
        for number, point in enumerate(question.points):
            chosen.setdefault(point.id, max(singles, key=lambda stretch: alike[stretch[0]][number]))
    return {point.id: chosen[point.id] for point in question.points}


def _choose_by_heads(question: Question, sentences: Sequence[str], singles: Sequence[Stretch], lang: Lang) -> dict[str, Stretch]:
    """By point, what the heads of the question hear best; nothing for a point of which they hear less than half."""
    rated = {stretch: _by_heads(question, _join(sentences, stretch, lang)) for stretch in singles}
    best = {number: max(singles, key=lambda stretch: rated[stretch][number]) for number in range(len(question.points))}
    pairs: list[Stretch] = [(*one, *other) for one, other in pairwise(singles)]
    if pairs and any(rated[stretch][number][0] < _COVERED for number, stretch in best.items()):
        rated |= {stretch: _by_heads(question, _join(sentences, stretch, lang)) for stretch in pairs}
        for number, alone in best.items():
            beside = max(pairs, key=lambda stretch: rated[stretch][number])
            if rated[beside][number][0] > rated[alone][number][0]:
                best[number] = beside
    return {question.points[number].id: stretch for number, stretch in best.items() if rated[stretch][number][0] >= _PARTIAL}


def _by_heads(question: Question, text: str) -> list[tuple[int, float]]:
    """By point: the step that a stretch reaches, and how surely."""
    judged = judge_question(load_learned(), question, read_answer(text, ()))
    if not judged.findings:
        return [(0, 0.0)] * len(question.points)
    erred = {error.point_id for error in judged.errors}
    return [
        (_STEPS.index(verdict.status) * (verdict.point_id not in erred), finding.odds["covered"] + finding.odds["partial"])
        for verdict, finding in zip(judged.verdicts, judged.findings, strict=True)
    ]


def _by_likeness(question: Question, text: str) -> list[float]:
    """By point: how much of its words a sentence has, 0–1."""
    return [closeness for closeness, _ in find_nearest(question, [read_text(text)])]


def _join(sentences: Sequence[str], stretch: Stretch, lang: Lang) -> str:
    return ("" if lang == "zh" else " ").join(sentences[number] for number in stretch)


@lru_cache(maxsize=256)
def _sentences(reference: str) -> tuple[str, ...]:
    """As they are written; what a semicolon or a colon ends is read with what follows."""
    parsed, found = parse_answer(reference), list[Span]()
    for span in parsed.sentences:
        if found and parsed.words(found[-1]).rstrip().endswith((";", ":")):
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return tuple(text for span in found if (text := parsed.typed_at(span)[0].strip()))
