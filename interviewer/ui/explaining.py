"""An explanation of a grade in plain text, for a terminal, and as values for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from interviewer.grading.explanation import Explanation, PointExplanation
from interviewer.models import Bilingual, Lang, Question, Quote
from interviewer.ui.labels import words

TITLE = Bilingual("评分依据", "Why")
SURE = Bilingual("把握", "how sure")
SEEN = Bilingual("看到", "seen")
TAKEN = Bilingual("扣减", "taken away")


def tell_explanation(question: Question, explanation: Explanation, lang: Lang) -> str:
    """For each point its verdict, where it was seen, how sure that is, what spoke for and against it, and what took something away."""
    return "\n".join((f"{TITLE[lang]}:", *(line for point in explanation.points for line in _tell_point(question, point, lang))))


def explanation_values(explanation: Explanation) -> dict[str, Any]:
    """The same as values that JSON can hold."""
    return {"points": [_point_values(point) for point in explanation.points]}


def _tell_point(question: Question, point: PointExplanation, lang: Lang) -> Iterator[str]:
    t = words(lang)
    yield f"  {t[f'verdict_{point.status.value}']}  {question.point(point.point_id).intent[lang]}"
    if point.quote:
        yield f"    “{point.quote.text}” [{point.quote.start}:{point.quote.end}]"
    likely = sorted(point.probability.items(), key=lambda each: -each[1])
    if likely:
        yield f"    {SURE[lang]}: " + ", ".join(f"{t[f'verdict_{status}']} {100 * share:.0f} %" for status, share in likely)
    if point.features:
        yield f"    {SEEN[lang]}: " + ", ".join(f"{name} {weight:+.2f}" for name, weight in point.features)
    for reason in point.taken:
        yield f"    {TAKEN[lang]}: {reason}"


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
