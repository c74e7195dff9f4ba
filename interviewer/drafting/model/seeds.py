"""Questions that a model sees in a stretch of a document: one call a stretch. Each stands on words that code finds there, or is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interviewer.drafting.document import Document, Span
from interviewer.drafting.found import FoundQuestion
from interviewer.drafting.model.texts import items_of
from interviewer.endpoint.chat import Message
from interviewer.endpoint.json_reply import find_object
from interviewer.errors import EndpointError
from interviewer.grading.evidence import locate_quote
from interviewer.grading.llm.asking import Writer
from interviewer.grading.llm.briefing import neutralize, write_json
from interviewer.grading.manipulation import find_manipulation, find_orders
from interviewer.models import Provenance, Reason, Ungraded, Usage
from interviewer.text.normalize import normalize

PROMPT = "draft_seeds-v1"
MOST = 60
"""Questions of one stretch."""
FORM, CONFIDENCE = "model", 0.8
"""Of a question that the model alone has found, see `found`."""
_LONGEST = 1_500
"""Characters of a question."""
_LONGEST_ANSWER = 6_000
_MOST_KNOWN = 60
_EDGE_MARKS = re.compile(r"\A[^\w\s]+|[^\w\s]+\Z")
_FIRST = "Nothing is known of it yet."
_AGAIN = "These are known already. List only those that were missed, and an empty list if none was. Known, as JSON: {}"
_TEXTS = ("quote", "topic", "answer_begins", "answer_ends")
_SCHEMA: Mapping[str, Any] = {
    "title": "submit_questions",
    "type": "object",
    "properties": {
        "questions": {
            "type": "array",
            "maxItems": MOST,
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in _TEXTS},
                "required": list(_TEXTS),
                "additionalProperties": False,
            },
        }
    },
    "required": ["questions"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is looked through. `known`: the questions in it that were found before, None the first time."""

    document: Document
    place: Span
    known: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen: questions with their places in the document, and the places of orders to a model that were taken for questions."""

    questions: tuple[FoundQuestion, ...] = ()
    orders: tuple[Span, ...] = ()


class SeedFinder(Writer):
    """Looks for questions with a chat model. Safe to use from several threads."""

    prompt_id = PROMPT

    def find(self, stretch: Stretch, *, token_budget: int | None) -> tuple[Seen | Ungraded, Provenance, Usage]:
        """What the model sees there; every failure is an `Ungraded` with its reason."""
        return self._write(
            lambda: self._write_messages(stretch), _SCHEMA, lambda text: read_seeds(text, stretch), token_budget=token_budget
        )

    def _write_messages(self, stretch: Stretch) -> tuple[Message, Message]:
        known = _FIRST if stretch.known is None else _AGAIN.format(write_json([neutralize(text) for text in stretch.known[:_MOST_KNOWN]]))
        values = {"known": known, "nonce": self._nonce(), "text": neutralize(stretch.document.words(stretch.place))}
        return Message("system", self._prompt.render_static({})), Message("user", self._prompt.render_dynamic(values))


def read_seeds(text: str, stretch: Stretch) -> Seen:
    """The questions whose words stand in the stretch; EndpointError(unparsable) if it is no list of questions."""
    found = find_object(text, required=("questions",))
    if not found or not isinstance(found["questions"], list):
        raise EndpointError(Reason.UNPARSABLE, "no JSON object with questions")
    seen = [question for item in items_of(found["questions"])[:MOST] if (question := _place(item, stretch))]
    orders = tuple(place for question in seen for place in question.spans if is_order(stretch.document, place))
    return Seen(tuple(_apart([question for question in seen if question.spans[0] not in orders])), orders)


def is_order(document: Document, place: Span) -> bool:
    """Whether the sentence that the words stand in tries to talk a model into something."""
    text = document.text
    start, end = text.rfind("\n", 0, place.start) + 1, text.find("\n", place.end)
    line = normalize(text[start : end if end >= 0 else len(text)])
    for order in find_orders(line):
        raw = line.to_raw(order.start, order.end)
        if start + raw.start < place.end and place.start < start + raw.end and find_manipulation(line, [order]):
            return True
    return False


def _place(item: object, stretch: Stretch) -> FoundQuestion | None:
    """The question where it stands in the document; None if it does not."""
    texts = {name: item.get(name, "") for name in _TEXTS} if isinstance(item, dict) else {}
    if not texts or not all(isinstance(value, str) for value in texts.values()):
        return None
    document, spot = stretch.document, _locate(stretch.document, stretch.place, texts["quote"])
    if spot is None or spot.end - spot.start > _LONGEST:
        return None
    return FoundQuestion(
        document.words(spot),
        (spot,),
        topic=_find_topic(document, stretch.place, spot, texts["topic"].strip()),
        answer=_find_answer(document, Span(spot.end, stretch.place.end), texts["answer_begins"], texts["answer_ends"]),
        form=FORM,
        confidence=CONFIDENCE,
    )


def _locate(document: Document, place: Span, quote: str) -> Span | None:
    """Where the quote stands, with the marks at its ends, which it is found without."""
    found = locate_quote(document.words(place), quote)
    if found is None:
        return None
    text, start, end = document.text, place.start + found.start, place.start + found.end
    marks = {normalize(char).text for run in _EDGE_MARKS.findall(quote.strip()) for char in run}
    while start > place.start and normalize(text[start - 1]).text in marks:
        start -= 1
    while end < place.end and normalize(text[end]).text in marks:
        end += 1
    return Span(start, end)


def _find_topic(document: Document, place: Span, spot: Span, topic: str) -> Span | None:
    """The nearest place before the question where these words stand."""
    start = document.text.rfind(topic, place.start, spot.start) if topic else -1
    return Span(start, start + len(topic)) if start >= 0 else None


def _find_answer(document: Document, after: Span, begins: str, ends: str) -> tuple[Span, ...]:
    """The blocks, or parts of them, between the first and the last words of an answer; nothing unless both stand there in their order."""
    first = _locate(document, after, begins)
    last = _locate(document, Span(first.start, after.end), ends) if first else None
    if first is None or last is None or last.end - first.start > _LONGEST_ANSWER:
        return ()
    stretch = Span(first.start, last.end)
    blocks = (Span(max(block.span.start, stretch.start), min(block.span.end, stretch.end)) for block in document.blocks)
    return tuple(span for span in blocks if span.start < span.end) or (stretch,)


def _apart(questions: Sequence[FoundQuestion]) -> Iterator[FoundQuestion]:
    """Each place once, and no answer that runs into another question."""
    places = list[Span]()
    for question in questions:
        if any(overlaps(question.spans[0], other) for other in places):
            continue
        places.append(question.spans[0])
        others = [other.spans[0] for other in questions if other is not question]
        clear = not any(overlaps(part, other) for part in question.answer for other in others)
        yield (
            question
            if clear
            else FoundQuestion(question.prompt, question.spans, topic=question.topic, form=question.form, confidence=question.confidence)
        )


def overlaps(one: Span, other: Span) -> bool:
    """Whether two stretches share a character."""
    return one.start < other.end and other.start < one.end
