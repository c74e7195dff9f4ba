"""An answer as the judgement by closeness to a reference (`free_answers`) reads it: what is no evidence in it, and what is a bare list."""

from __future__ import annotations

from collections.abc import Iterable

from interviewer.grading.manipulation import find_orders
from interviewer.grading.rubric.findings import Script
from interviewer.grading.substance import find_copies, find_lists
from interviewer.text.normalize import normalize
from interviewer.text.segment import split_sentences


def read_script(answer: str, prompts: Iterable[str], shown: Iterable[str] = ()) -> Script:
    """Normalise an answer and mark what is no evidence in it: orders to the grader, copies of the prompts and of what was shown."""
    text = normalize(answer)
    orders = find_orders(text)
    copies = find_copies(text, prompts, shown)
    lists = tuple(span for span in find_lists(text) if not any(span.overlap(order) for order in orders))
    return Script(text, split_sentences(text.text), (*orders, *copies), lists, orders)
