"""What the model is told about one answer: the prompt's values, the order that providers can cache, and the fit to the window.

Pure but for counting tokens. The words of the prompt are in prompts/; the candidate's text enters as a value, marked,
without hidden characters and with everything that looks like a marker or a chat template taken apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from interviewer.endpoint.chat import Message
from interviewer.endpoint.json_reply import hide_marks
from interviewer.endpoint.tokens import TokenCounter
from interviewer.grading.llm.prompts import Prompt
from interviewer.grading.llm.reply import by_importance, listed_beliefs, reply_schema
from interviewer.grading.scoring import question_score
from interviewer.models import Aside, Exchange, Findings, Given, GradingTask, Lang, Passage, Question, RubricPoint, Utterance, VerdictStatus
from interviewer.text.normalize import strip_hidden

LARGEST_SHARE, _USUAL_SHARE, _SMALL_SHARE = 0.88, 0.8, 0.65
"""The most that the part about the question may take of the room; a longer reference is shortened to it, then the points are told in less detail."""
_ATTEMPTS = ((LARGEST_SHARE, False), (_USUAL_SHARE, False), (_SMALL_SHARE, False), (_SMALL_SHARE, True), (0.0, True))
"""Such a share, and whether earlier exchanges may be cut. In few steps, because what stands first should be the same for many answers."""
MOST_DETAIL = 4
"""Of the points: 0 the cores, 1 wrong beliefs as well, 2 what goes beyond and borders, 3 one more right route of each, 4 all of them."""
_PER_MESSAGE = 8
_SHORT_PASSAGE = 60
LONGEST_EARLIER, _SHORT_EARLIER = 600, 80
"""In tokens, of an earlier message: more is never told of it, so that a long dialogue does not make each of its prompts longer."""
_MOST_ASIDES, _MOST_SAID = 6, 4
"""How many asides, and how many replies of the interview, the last of each, a model is reminded of."""
_ALL_POINTS = "all points, then errors, beyond, feedback and follow_up"
_ONE_POINT = 'only the point "{}", then the errors about it; nothing else'
_CLAIMED = "{}. The candidate says that these words hold the point, which is for you to judge: {}"
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
    """A candidate's text without hidden characters, and with a space inside whatever could pass for a marker, a template or thinking.

    Quotes are compared without white space, so that they are still found.
    """
    return _STRUCTURE.sub(lambda found: found.group() + " ", hide_marks(strip_hidden(text)))


def write_briefing(
    task: GradingTask, *, prompt: Prompt, tokens: TokenCounter, room: int, nonce: str, language: Lang, only: str | None = None
) -> Briefing | None:
    """The prompt within `room` tokens, or None if even the bare answer does not fit: an answer is never cut.

    `only`: the one point that is asked about, None for all; the part that providers can cache is the same for each. What does not fit is
    left out in this order: passages are shortened, then dropped; then the question is told more briefly; then exchanges are shortened,
    then dropped, the oldest first; then the question is told as briefly as can be.
    """
    for share, cuts in _ATTEMPTS:
        static, static_tokens = _render_static(task.question, task.lang, prompt, tokens, int(room * share))
        unseen = [passage for passage in task.passages if not _is_in(passage, static)]
        for told in _reductions(unseen, task, tokens, cuts=cuts):
            dynamic = _render_dynamic(task, prompt, tokens, told, nonce=nonce, language=language, only=only)
            total = static_tokens + tokens.count(dynamic) + _PER_MESSAGE
            if total <= room:
                left_out = {passage.id for passage in unseen} - {passage.id for passage in told.passages}
                seen = tuple([passage.id for passage in task.passages if passage.id not in left_out])
                return Briefing((Message("system", static), Message("user", dynamic)), seen, static_tokens, total)
    return None


@dataclass(frozen=True, slots=True)
class _Told:
    """What of the surroundings of an answer is told."""

    passages: Sequence[Passage]
    dialogue: tuple[Exchange, ...]
    givens: tuple[Given, ...]


def _reductions(passages: Sequence[Passage], task: GradingTask, tokens: TokenCounter, *, cuts: bool) -> Iterator[_Told]:
    """What may be told, from everything to the least. Made one by one: everything fits nearly always.

    The sheet of givens comes along only where it may be asked for, and goes last: what leaves no room for it is a long answer.
    """
    dialogue = task.dialogue
    givens = () if settled_utterance(task) is Utterance.ANSWER else task.question.givens
    yield _Told(passages, dialogue, givens)
    short = [replace(each, text=tokens.shorten(each.text, _SHORT_PASSAGE)) for each in passages]
    yield from (_Told(short[:kept], dialogue, givens) for kept in range(len(short), -1, -1))
    if not cuts:
        return
    brief = tuple(Exchange(each.prompt, tokens.shorten(each.answer, _SHORT_EARLIER), each.verdicts) for each in dialogue)
    yield from (_Told((), brief[:shortened] + dialogue[shortened:], givens) for shortened in range(1, len(dialogue) + 1))
    yield from (_Told((), brief[skipped:], givens) for skipped in range(1, len(dialogue) + 1))
    if givens:
        yield _Told((), (), ())


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
    return "\n".join(write_json(_describe(point, lang, contract, detail)) for point in points)


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
    task: GradingTask, prompt: Prompt, tokens: TokenCounter, told: _Told, *, nonce: str, language: Lang, only: str | None
) -> str:
    values = {
        "language": language,
        "asked_now": write_json(task.prompt),
        "aimed_point": write_json(task.aimed_point),
        "dialogue": write_json([_tell_exchange(each, prompt.version, tokens) for each in told.dialogue]),
        "passages": write_json([passage.text for passage in told.passages]),
        "already_asked": write_json(list(task.asked)),
        "nonce": nonce,
        "answer": neutralize(task.answer),
    }
    if prompt.version > 1:
        values["scope"] = _scope_of(task, only)
    if prompt.version > 2:
        values |= _talk_values(task, tokens) | {
            "givens": write_json([{"id": each.id, "says": each.says[task.lang]} for each in told.givens])
        }
    else:
        values["follow_up_wanted"] = write_json(task.want_follow_up)
    return prompt.render_dynamic(values)


def _scope_of(task: GradingTask, only: str | None) -> str:
    scope = _ONE_POINT.format(only) if only else _ALL_POINTS
    return _CLAIMED.format(scope, write_json(neutralize(task.claim.text))) if task.claim else scope


def _talk_values(task: GradingTask, tokens: TokenCounter) -> dict[str, str]:
    """What is told of the conversation since the third prompt."""
    certain = settled_utterance(task)
    return {
        "mode": "exam" if task.neutral else "coaching",
        "heard": f"{certain}, for certain" if certain else "not known",
        "standing": write_json(_tell_standing(task)),
        "asides": write_json([_tell_aside(each, tokens) for each in task.asides[-_MOST_ASIDES:]]),
        "already_said": write_json([neutralize(each) for each in task.said if each][-_MOST_SAID:]),
        "follow_ups_left": write_json(follow_ups_left(task)),
    }


def settled_utterance(task: GradingTask) -> Utterance | None:
    """What the message is for certain, None where the model may say: code has the last word, and a claim is about an answer."""
    if task.claim is not None:
        return Utterance.ANSWER
    heard = task.heard
    return heard.utterance if heard and heard.sure and heard.utterance is not Utterance.UNSURE else None


def follow_ups_left(task: GradingTask) -> int:
    """How many follow-ups may still come after this answer."""
    return task.follow_ups_left if task.want_follow_up else 0


def _tell_exchange(exchange: Exchange, contract: int, tokens: TokenCounter) -> dict[str, object]:
    told: dict[str, object] = {"asked": exchange.prompt, "answered": neutralize(tokens.shorten(exchange.answer, LONGEST_EARLIER))}
    if contract < 3:
        return told
    found = {each.point_id: each.status.value for each in exchange.verdicts if each.status is not VerdictStatus.MISSING}
    said = {"reply": neutralize(exchange.reply), "feedback": neutralize(exchange.feedback)}
    return told | {name: value for name, value in {"found": found, **said}.items() if value}


def _tell_standing(task: GradingTask) -> dict[str, list[str]]:
    """The ids of the points by what all earlier answers together came to; {} before the first."""
    turns = [Findings(each.verdicts) for each in task.dialogue if each.verdicts]
    standing = question_score(task.question, turns).verdicts if turns else ()
    statuses = dict.fromkeys(verdict.status for verdict in standing)
    return {status.value: [each.point_id for each in standing if each.status is status] for status in statuses}


def _tell_aside(aside: Aside, tokens: TokenCounter) -> dict[str, str]:
    told = {
        "said": neutralize(tokens.shorten(aside.text, _SHORT_EARLIER)),
        "replied": neutralize(aside.reply),
        "assumed": neutralize(aside.assumed),
    }
    return {"kind": aside.utterance.value, **{name: value for name, value in told.items() if value}}


def write_json(value: object) -> str:
    """A value as a prompt tells it: one line, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False)
