"""An explanation of a grade in plain text, for a terminal, and as values for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from interviewer.models import Bilingual, Lang, Question, Quote
from interviewer.ui.labels import words

if TYPE_CHECKING:
    from interviewer.grading.rubric.explaining import Explanation, PointExplanation

TITLE = Bilingual("评分依据", "Why")
SURE = Bilingual("至少如此的把握", "how sure it is at least")
SEEN = Bilingual("看到", "seen")
TAKEN = Bilingual("扣减", "taken away by")
VOID = Bilingual("不算依据", "No evidence")


def tell_explanation(question: Question, explanation: Explanation, lang: Lang) -> str:
    """For each point its verdict, where it was seen, how sure that is, what spoke for and against it, and what took something away."""
    points = (line for point in explanation.points for line in _tell_point(question, point, lang))
    return "\n".join((f"{TITLE[lang]}:", *points, *(f"{VOID[lang]}: “{words}”" for words in explanation.void)))


def explanation_values(explanation: Explanation) -> dict[str, Any]:
    """The same as values that JSON can hold."""
    return {"points": [_point_values(point) for point in explanation.points], "void": list(explanation.void)}


def _tell_point(question: Question, point: PointExplanation, lang: Lang) -> Iterator[str]:
    t = words(lang)
    yield f"  {t[f'verdict_{point.status.value}']}  {question.point(point.point_id).intent[lang]}"
    if point.quote:
        yield f"    “{point.quote.text}” [{point.quote.start}:{point.quote.end}]"
    if point.probability:
        yield f"    {SURE[lang]}: " + ", ".join(
            f"{t[f'verdict_{status}']} {100 * share:.0f} %" for status, share in point.probability.items()
        )
    if point.features:
        yield f"    {SEEN[lang]}: " + ", ".join(f"{name} {weight:+.2f}" for name, weight in point.features)
    for taken in point.taken:
        yield f"    {TAKEN[lang]}: “{taken}”"


def _point_values(point: PointExplanation) -> dict[str, Any]:
    return {
        "id": point.point_id,
        "verdict": point.status.value,
        "probability": {str(status): share for status, share in point.probability.items()},
        "quote": _quote_values(point.quote) if point.quote else None,
        "features": [{"name": name, "contribution": weight} for name, weight in point.features],
        "taken": list(point.taken),
    }


def _quote_values(quote: Quote) -> dict[str, Any]:
    return {"text": quote.text, "start": quote.start, "end": quote.end}
