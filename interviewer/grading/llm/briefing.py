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
from interviewer.grading.llm.reply import by_importance, listed_beliefs, reply_schema
from interviewer.models import Exchange, GradingTask, Lang, Passage, Question, RubricPoint
from interviewer.text.normalize import strip_hidden

STATIC_SHARE = 0.8
"""The most that the part about the question may take of the room; a longer reference is shortened to it, then the points are told in less detail."""
MOST_DETAIL = 4
"""Of the points: 0 the cores, 1 wrong beliefs as well, 2 what goes beyond and borders, 3 one more right route of each, 4 all of them."""
_PER_MESSAGE = 8
_SHORT_PASSAGE = 60
_ALL_POINTS = "all points, then errors, beyond, feedback and follow_up"
_ONE_POINT = 'only the point "{}", then the errors about it; nothing else'
_QUOTED_WORD = re.compile(r'"([A-Za-z]+)"')
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


def write_briefing(
    task: GradingTask, *, prompt: Prompt, tokens: TokenCounter, room: int, nonce: str, language: Lang, only: str | None = None
) -> Briefing | None:
    """The prompt within `room` tokens, or None if even the bare answer does not fit: an answer is never cut.

    `only`: the one point that is asked about, None for all; the part that providers can cache is the same for each. What does not fit is left out in this order: passages are shortened, then dropped; then the oldest exchanges.
    """
    static, static_tokens = _render_static(task.question, task.lang, prompt, tokens, int(room * STATIC_SHARE))
    briefing = _fill(task, prompt, tokens, static, static_tokens, room, nonce=nonce, language=language, only=only)
    if briefing is None:  # a long answer: the question is told as briefly as can be
        static, static_tokens = _render_static(task.question, task.lang, prompt, tokens, 0)
        briefing = _fill(task, prompt, tokens, static, static_tokens, room, nonce=nonce, language=language, only=only)
    return briefing


def _fill(
    task: GradingTask, prompt: Prompt, tokens: TokenCounter, static: str, static_tokens: int, room: int, *,
    nonce: str, language: Lang, only: str | None,
) -> Briefing | None:  # fmt: skip
    """The whole prompt on this beginning, with as much of passages and dialogue as there is room for."""
    unseen = [passage for passage in task.passages if not _is_in(passage, static)]
    for passages, dialogue in _reductions(unseen, task.dialogue, tokens):
        dynamic = _render_dynamic(task, prompt, passages, dialogue, nonce=nonce, language=language, only=only)
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
    for detail in range(MOST_DETAIL, -1, -1):
        values = {
            "question": question.prompt[lang],
            "reference": question.reference[lang].strip(),
            "points": _describe_points(question, lang, prompt.version, detail),
        }
        static = prompt.render_static(values)
        excess = tokens.count(static) - limit
        if excess > 0:
            kept = max(0, tokens.count(values["reference"]) - excess)
            static = prompt.render_static(values | {"reference": tokens.shorten(values["reference"], kept)})
        if tokens.count(static) <= limit:
            break
    return static, tokens.count(static) + _PER_MESSAGE


@lru_cache(maxsize=128)
def count_schema(question: Question, tokens: TokenCounter, contract: int) -> int:
    """The tokens of the reply's schema, which most servers put into the prompt as well.

    Counted with a space before each word instead of a quotation mark, which is as many tokens to a vocabulary but half as many to an
    estimate, which takes a word behind a mark for two and a compound for its letters.
    """
    written = json.dumps(reply_schema(question, contract), separators=(",", ":"))
    spaced = _QUOTED_WORD.sub(r' \1"', written).replace("additionalProperties", "additional Properties")
    return tokens.count(spaced) + _PER_MESSAGE


def _describe_points(question: Question, lang: Lang, contract: int, detail: int = MOST_DETAIL) -> str:
    points = question.points if contract == 1 else by_importance(question)
    return "\n".join(_json(_describe(point, lang, contract, detail)) for point in points)


def _describe(point: RubricPoint, lang: Lang, contract: int, detail: int) -> dict[str, object]:
    about: dict[str, object] = {"id": point.id, "essential": point.essential}
    about |= {"idea": point.intent[lang]} if contract == 1 else {"core": (point.core or point.intent)[lang]}
    if contract > 1 and detail > 1:
        about |= {name: text[lang] for name, text in (("beyond", point.beyond), ("border", point.border)) if text}
    routes = point.accepts[: None if detail == MOST_DETAIL else max(0, detail - 2)]
    if routes:
        about["also_right"] = [route[lang] for route in routes]
    if point.misconceptions and detail:
        about["wrong_beliefs"] = [{"id": belief.id, "belief": belief.statement[lang]} for belief in listed_beliefs(point)]
    return about


def _render_dynamic(
    task: GradingTask, prompt: Prompt, passages: Sequence[Passage], dialogue: Sequence[Exchange], *,
    nonce: str, language: Lang, only: str | None,
) -> str:  # fmt: skip
    values = {
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
    scope = {} if prompt.version == 1 else {"scope": _ONE_POINT.format(only) if only else _ALL_POINTS}
    return prompt.render_dynamic(values | scope)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
