"""A draft in a few lines for the command line: what was found where, what is missing, what may be there twice, where the model failed. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from interviewer.drafting.document import Document
from interviewer.drafting.draft import BankDraft, Origin, QuestionDraft, Step
from interviewer.drafting.duplicates import Likeness
from interviewer.grading.wording import tidy
from interviewer.models import Reason, Usage

_LONGEST = 100
_STEPS = {
    Step.FIND: "looked for no questions in part",
    Step.AGAIN: "did not look again in part",
    Step.ANSWER: "did not work on question",
    Step.POINTS: "wrote no rubric for question",
    Step.ASKING: "wrote no follow-ups and drills for question",
}


def tell_draft(document: Document, draft: BankDraft, duplicates: Sequence[Likeness]) -> Iterator[str]:
    """The lines. Nothing in them can move a terminal: every text is one line without control characters, and cut."""
    yield f"{document.format}: {len(draft.questions)} questions found" if draft.questions else f"{document.format}: no questions found"
    if draft.over:
        yield f"{draft.over} more were left out: a draft holds so many → divide the text"
    for number, question in enumerate(draft.questions, start=1):
        yield from _tell_question(number, question, document)
    if duplicates:
        yield f"{len(duplicates)} pairs may be the same question; nothing is merged, decide yourself:"
        yield from _tell_duplicates(draft.questions, duplicates)
    for hidden in document.hidden:
        where = f", page {hidden.page}" if hidden.page else ""
        yield f"hidden text ({hidden.why}{where}), not used: {_short(hidden.text)}"
    for order in draft.orders:
        yield f"an order to a model, not used: {_short(document.words(order))}"
    yield from _tell_shortfalls(draft)
    if draft.questions and draft.source.private:
        yield "no licence is told, so that these questions are their owner's alone → add --licence if they may be passed on"


def tell_usage(usage: Usage) -> str:
    """What the model took."""
    cost = "" if usage.cost is None else f", {usage.cost:.4f} dollars"
    return f"model: {usage.calls} calls, {usage.prompt_tokens + usage.completion_tokens} tokens{cost}"


def _tell_question(number: int, question: QuestionDraft, document: Document) -> Iterator[str]:
    place = document.text.count("\n", 0, question.spot.start) + 1 if question.spot else 0
    yield f"{number:3}. {_short(question.asked(question.lang))}  [{question.form or '?'}, line {place}, {question.confidence:.0%}]"
    if question.topic[question.lang]:
        yield f"     topic: {_short(question.topic.words(question.lang))}"
    if question.competencies:
        yield f"     competencies, proposed: {', '.join(question.competencies)}"
    added = sum(line.origin is Origin.ADDED for _, text in question.texts() for lang in question.languages for line in text[lang])
    if added:
        yield f"     added by the model: {added} lines"
    if missing := question.missing():
        yield f"     missing: {', '.join('.'.join(path) for path in missing)}"


def _tell_duplicates(questions: Sequence[QuestionDraft], duplicates: Sequence[Likeness]) -> Iterator[str]:
    numbers = {question.id: number for number, question in enumerate(questions, start=1)}
    words = {question.id: _short(question.asked(question.lang), 60) for question in questions}
    for pair in duplicates:
        second = f"{pair.second} of the bank" if pair.in_bank else f"{numbers[pair.second]}. {words[pair.second]}"
        yield f"  {pair.similarity:.2f}  {numbers[pair.first]}. {words[pair.first]}  ~  {second}"


def _tell_shortfalls(draft: BankDraft) -> Iterator[str]:
    places: dict[tuple[Step, Reason], list[int]] = defaultdict(list)
    for each in draft.shortfalls:
        places[each.step, each.reason].append(each.where)
    for (step, reason), numbers in places.items():
        yield f"the model {_STEPS[step]} {', '.join(map(str, numbers[:10]))}{' …' if len(numbers) > 10 else ''}: {reason}"
    if places:
        yield "what it did before that is kept → `interviewer doctor` says what is wrong with the endpoint; then draft again"


def _short(text: str, longest: int = _LONGEST) -> str:
    line = tidy(text)
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
