"""Other wordings for the prompts of a drill, so that none is learned by heart: one call for a round.

The model writes and is told nothing of the key; code turns down whatever tells of it, was asked before, or is no plain question. What is
turned down is missing from the outcome: the bank's own wording is there anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from interviewer.endpoint.chat import Message
from interviewer.endpoint.json_reply import find_object
from interviewer.errors import EndpointError
from interviewer.grading.leaks import Guard, Kind, tokens_of
from interviewer.grading.llm.asking import Writer
from interviewer.grading.llm.briefing import neutralize, write_json
from interviewer.grading.manipulation import find_orders
from interviewer.grading.wording import tidy
from interviewer.models import GradingTask, Lang, Provenance, Question, Reason, Ungraded, Usage
from interviewer.text.normalize import normalize
from interviewer.text.words import content_tokens

PROMPT = "drill-v1"
MOST = 12
"""Prompts of one call."""
_LIMIT: Mapping[Lang, str] = {"zh": "60 characters", "en": "35 words"}
_MARKUP = re.compile(r"[<>`*#|\\\[\]{}]|\n\s*\S|^\s*(?:[-•]|\d+[.)、])")
"""E.g. "<b>", "**why**", a second line, "1. "."""
_RUN = 5
_SCHEMA: Mapping[str, Any] = {
    "title": "submit_prompts",
    "type": "object",
    "properties": {
        "prompts": {
            "type": "array",
            "maxItems": MOST,
            "items": {
                "type": "object",
                "properties": {"number": {"type": "integer"}, "text": {"type": "string"}},
                "required": ["number", "text"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["prompts"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Rewordable:
    """A prompt that is to be put otherwise. `question`: of the bank, with its whole key; `wordings`: how it was put so far, not empty."""

    question: Question
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """The prompts of one call, at most `MOST`. `lang`: of the new wordings. `token_budget`: what the call may take at most."""

    asked: tuple[Rewordable, ...]
    lang: Lang
    token_budget: int | None = None


@dataclass(frozen=True, slots=True)
class Reworded:
    """The wordings that may be shown, by the place of their prompt in the round; possibly none."""

    texts: Mapping[int, str]
    provenance: Provenance
    usage: Usage


class Reworder(Writer):
    """Words prompts anew with a chat model. Safe to use from several threads."""

    prompt_id = PROMPT

    def reword(self, round: Round) -> Reworded | Ungraded:
        """The new wordings; every failure is an `Ungraded` with its reason."""
        outcome, provenance, usage = self._write(
            lambda: self._write_messages(round), _SCHEMA, lambda text: read_reworded(text, round), token_budget=round.token_budget
        )
        return outcome if isinstance(outcome, Ungraded) else Reworded(outcome, provenance, usage)

    def _write_messages(self, round: Round) -> tuple[Message, Message]:
        prompts = [
            {"number": number, "topic": neutralize(each.question.topic[round.lang]), "asked": [neutralize(text) for text in each.wordings]}
            for number, each in enumerate(round.asked, start=1)
        ]
        values = {"language": round.lang, "longest": _LIMIT[round.lang], "prompts": write_json(prompts)}
        return Message("system", self._prompt.render_static({})), Message("user", self._prompt.render_dynamic(values))


def read_reworded(text: str, round: Round) -> dict[int, str]:
    """What of a reply may be shown; EndpointError(unparsable) if it is no list of prompts."""
    found = find_object(text, required=("prompts",))
    if not found or not isinstance(found["prompts"], list):
        raise EndpointError(Reason.UNPARSABLE, "no JSON object with prompts")
    kept: dict[int, str] = {}
    for place, wording in _read_each(found["prompts"][:MOST], len(round.asked)):
        if place not in kept and may_be_asked(wording, round.asked[place], round.lang):
            kept[place] = tidy(wording)
    return kept


def _read_each(listed: list[object], count: int) -> Iterator[tuple[int, str]]:
    for item in listed:
        if not isinstance(item, dict) or not isinstance(item.get("text"), str):
            continue
        number = item.get("number")
        if isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= count:
            yield number - 1, item["text"]


def may_be_asked(wording: str, asked: Rewordable, lang: Lang) -> bool:
    """Whether a wording may be put to a candidate in the place of those that there are.

    It tells nothing of the question's key that they do not tell, is short, plain and in the language, addresses no examiner, has words
    of the same matter, and is another than all of them.
    """
    text, question = tidy(wording), asked.question
    guard = Guard(GradingTask(question, lang, question.prompt[lang], ""), lang)
    if _MARKUP.search(wording.strip()) or guard.find_fault(text, Kind.FOLLOW_UP, told=asked.wordings):
        return False
    if find_orders(normalize(text)) or _recites(text, asked, lang):
        return False
    matter = {token for known in (question.topic[lang], *asked.wordings) for token in content_tokens(normalize(known).text)}
    said = tokens_of(text)
    return bool(matter.intersection(said)) and all(said != tokens_of(known) for known in asked.wordings)


def _recites(text: str, asked: Rewordable, lang: Lang) -> bool:
    """Whether some words in a row of any point's text are in it that no wording has so.

    Stricter than the guard, which takes what is made of known words alone for known; to lose a wording costs nothing.
    """
    told = frozenset(run for known in asked.wordings for run in _runs(known))
    texts = (each for point in asked.question.points for each in (point.intent, point.core, point.beyond, *point.accepts) if each)
    secret = frozenset(run for each in texts for run in _runs(each[lang]))
    return not secret.isdisjoint(frozenset(_runs(text)) - told)


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    tokens = tokens_of(text)
    return (tokens[at : at + _RUN] for at in range(len(tokens) - _RUN + 1))
