"""What the model is told about one answer: the prompt's values, the order that providers can cache, and the fit to the window.

Pure but for counting tokens. The words of the prompt are in prompts/; the candidate's text enters as a value, marked,
without hidden characters and with everything that looks like a marker or a chat template taken apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from interviewer.endpoint.chat import Message
from interviewer.endpoint.tokens import TokenCounter
from interviewer.grading.llm.prompts import Prompt
from interviewer.grading.llm.reply import listed_beliefs, reply_schema
from interviewer.models import Exchange, GradingTask, Lang, Passage, Question, RubricPoint
from interviewer.text.normalize import strip_hidden

STATIC_SHARE = 0.7
"""The most that the part about the question may take of the room; a longer reference is shortened to it."""
_PER_MESSAGE = 8
_SHORT_PASSAGE = 60
_STRUCTURE = re.compile(r"<(?=[<|]|/?s>|/?think)|\|(?=>)|>(?=>)|\[(?=/?INST)|(?<=`)`(?=`)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Briefing:
    """A prompt that fits. `passages`: ids of those that the model sees, in the question's part or listed; sizes in tokens."""

    messages: tuple[Message, Message]
    passages: tuple[str, ...]
    static_tokens: int
    prompt_tokens: int


def neutralize(text: str) -> str:
    """A candidate's text without hidden characters, and with a space inside whatever could pass for a marker or a template.

    Quotes are compared without white space, so that they are still found.
    """
    return _STRUCTURE.sub(lambda found: found.group() + " ", strip_hidden(text))


def write_briefing(task: GradingTask, *, prompt: Prompt, tokens: TokenCounter, room: int, nonce: str, language: Lang) -> Briefing | None:
    """The prompt within `room` tokens, or None if even the bare answer does not fit: an answer is never cut.

    What does not fit is left out in this order: passages are shortened, then dropped; then the oldest exchanges.
    """
    static, static_tokens = _render_static(task.question, task.lang, prompt, tokens, int(room * STATIC_SHARE))
    unseen = [passage for passage in task.passages if not _is_in(passage, static)]
    for passages, dialogue in _reductions(unseen, task.dialogue, tokens):
        dynamic = _render_dynamic(task, prompt, passages, dialogue, nonce=nonce, language=language)
        total = static_tokens + tokens.count(dynamic) + _PER_MESSAGE
        if total <= room:
            left_out = {passage.id for passage in unseen} - {passage.id for passage in passages}
            seen = tuple(passage.id for passage in task.passages if passage.id not in left_out)
            return Briefing((Message("system", static), Message("user", dynamic)), seen, static_tokens, total)
    return None


def _reductions(
    passages: Sequence[Passage], dialogue: tuple[Exchange, ...], tokens: TokenCounter
) -> Iterator[tuple[list[Passage], tuple[Exchange, ...]]]:
    """What may be told, from everything to the least. Made one by one: everything fits nearly always."""
    yield list(passages), dialogue
    short = [Passage(each.id, each.question_id, each.kind, each.lang, tokens.shorten(each.text, _SHORT_PASSAGE)) for each in passages]
    yield from ((short[:kept], dialogue) for kept in range(len(short), -1, -1))
    yield from (([], dialogue[skipped:]) for skipped in range(1, len(dialogue) + 1))


def _is_in(passage: Passage, static: str) -> bool:
    return all(line in static for line in passage.text.splitlines())


@lru_cache(maxsize=128)
def _render_static(question: Question, lang: Lang, prompt: Prompt, tokens: TokenCounter, limit: int) -> tuple[str, int]:
    """The part that is the same, byte for byte, for every answer to this question in this language, and its size.

    Kept, because reading and counting it anew takes several times as long as all the rest of a grade.
    """
    values = {
        "question": question.prompt[lang],
        "reference": question.reference[lang].strip(),
        "points": "\n".join(_describe(point, lang) for point in question.points),
    }
    static = prompt.render_static(values)
    excess = tokens.count(static) - limit
    if excess > 0:
        kept = max(0, tokens.count(values["reference"]) - excess)
        static = prompt.render_static(values | {"reference": tokens.shorten(values["reference"], kept)})
    return static, tokens.count(static) + _PER_MESSAGE


@lru_cache(maxsize=128)
def count_schema(question: Question, tokens: TokenCounter) -> int:
    """The tokens of the reply's schema, which most servers put into the prompt as well."""
    return tokens.count(json.dumps(reply_schema(question)))


def _describe(point: RubricPoint, lang: Lang) -> str:
    about: dict[str, object] = {"id": point.id, "essential": point.essential, "idea": point.intent[lang]}
    if point.accepts:
        about["also_right"] = [route[lang] for route in point.accepts]
    if point.misconceptions:
        about["wrong_beliefs"] = [{"id": belief.id, "belief": belief.statement[lang]} for belief in listed_beliefs(point)]
    return _json(about)


def _render_dynamic(
    task: GradingTask, prompt: Prompt, passages: Sequence[Passage], dialogue: Sequence[Exchange], *, nonce: str, language: Lang
) -> str:
    return prompt.render_dynamic(
        {
            "language": language,
            "asked_now": _json(task.prompt),
            "aimed_point": _json(task.aimed_point),
            "dialogue": _json([{"asked": each.prompt, "answered": neutralize(each.answer)} for each in dialogue]),
            "passages": _json([passage.text for passage in passages]),
            "already_asked": _json(list(task.asked)),
            "follow_up_wanted": _json(task.want_follow_up),
            "nonce": nonce,
            "answer": neutralize(task.answer),
        }
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
