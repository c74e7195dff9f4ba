"""The candidate's own answer, improved: one call, built on what was said and on the ideas that were missing, each sentence marked.

The model writes; code decides which sentences count as the candidate's. It tells of the key, so that it is only asked for once the
question is over: whoever calls sees to that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from interviewer.endpoint.chat import Message
from interviewer.endpoint.json_reply import find_object
from interviewer.errors import EndpointError
from interviewer.grading.leaks import find_outward_fault
from interviewer.grading.llm.asking import Writer
from interviewer.grading.llm.briefing import neutralize, write_json
from interviewer.grading.llm.reply import by_importance
from interviewer.grading.wording import tidy
from interviewer.models import Findings, Lang, Provenance, Question, Reason, Sentence, Ungraded, Usage, VerdictStatus
from interviewer.text.language import detect_language
from interviewer.text.normalize import normalize
from interviewer.text.words import content_tokens, count_words

PROMPT = "improve-v1"
LONGEST: Mapping[Lang, int] = {"zh": 600, "en": 300}
"""Of the whole text: characters in Chinese, words in English."""
OWN_SHARE = 0.5
"""A sentence is the candidate's if this share of its words of meaning was said."""
_LIMIT: Mapping[Lang, str] = {"zh": "600 characters", "en": "300 words"}
_MOST_SENTENCES = 40
_SCHEMA: Mapping[str, Any] = {
    "title": "submit_answer",
    "type": "object",
    "properties": {
        "sentences": {
            "type": "array",
            "maxItems": _MOST_SENTENCES,
            "items": {
                "type": "object",
                "properties": {"text": {"type": "string"}, "added": {"type": "boolean"}},
                "required": ["text", "added"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["sentences"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Improved:
    """The candidate's answer as it could have been, in the candidate's language."""

    sentences: tuple[Sentence, ...]
    provenance: Provenance
    usage: Usage


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be improved: all that the candidate said to one question, oldest first, and what was found in it all together.

    `lang`: of the candidate. `token_budget`: what the call may take at most, None for no limit.
    """

    question: Question
    answers: tuple[str, ...]
    found: Findings
    lang: Lang
    token_budget: int | None = None


class Improver(Writer):
    """Improves answers with a chat model. Safe to use from several threads."""

    prompt_id = PROMPT

    def improve(self, draft: Draft) -> Improved | Ungraded:
        """The answer, improved; every failure is an `Ungraded` with its reason."""
        outcome, provenance, usage = self._write(
            lambda: self._write_messages(draft),
            _SCHEMA,
            lambda text: read_improved(text, draft),
            token_budget=draft.token_budget,
            question_version=draft.question.version,
        )
        return outcome if isinstance(outcome, Ungraded) else Improved(outcome, provenance, usage)

    def _write_messages(self, draft: Draft) -> tuple[Message, Message]:
        question, lang = draft.question, draft.lang
        static = self._prompt.render_static({"question": question.prompt[lang], "reference": question.reference[lang].strip()})
        dynamic = self._prompt.render_dynamic(
            {
                "language": lang,
                "ideas": write_json(missing_ideas(draft)),
                "errors": write_json([neutralize(error.quote.text) for error in draft.found.errors]),
                "longest": _LIMIT[lang],
                "nonce": self._nonce(),
                "answer": neutralize("\n\n".join(draft.answers)),
            }
        )
        return Message("system", static), Message("user", dynamic)


def missing_ideas(draft: Draft) -> list[str]:
    """The ideas that are not covered, essential and heavy ones first."""
    covered = {verdict.point_id for verdict in draft.found.verdicts if verdict.status is VerdictStatus.COVERED}
    return [(point.core or point.intent)[draft.lang] for point in by_importance(draft.question) if point.id not in covered]


def read_improved(text: str, draft: Draft) -> tuple[Sentence, ...]:
    """The sentences of a complete reply, cut after the last whole one that fits; EndpointError(unparsable) if it may not be shown."""
    found = find_object(text, required=("sentences",))
    listed = found["sentences"] if found and isinstance(found["sentences"], list) else []
    read = [sentence for item in listed[:_MOST_SENTENCES] if (sentence := _read_sentence(item))]
    whole = " ".join(sentence.text for sentence in read)
    if not read:
        raise EndpointError(Reason.UNPARSABLE, "no JSON object with sentences")
    if detect_language(whole, draft.lang) != draft.lang or find_outward_fault(whole):
        raise EndpointError(Reason.UNPARSABLE, "a text that may not be shown")
    said = frozenset(token for answer in draft.answers for token in content_tokens(normalize(answer).text))
    kept = tuple(replace(sentence, added=sentence.added or not _is_own(sentence.text, said)) for sentence in _fit(read, draft.lang))
    if not kept:
        raise EndpointError(Reason.UNPARSABLE, "a sentence that is longer than the whole may be")
    return kept


def _read_sentence(item: object) -> Sentence | None:
    """`added` unless it is said to be the candidate's: nobody is credited by accident."""
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        return None
    text = tidy(item["text"])
    return Sentence(text, item.get("added") is not False) if any(char.isalnum() for char in text) else None


def _fit(sentences: Sequence[Sentence], lang: Lang) -> list[Sentence]:
    kept, length = list[Sentence](), 0
    for sentence in sentences:
        length += len(sentence.text) if lang == "zh" else count_words(sentence.text)
        if length > LONGEST[lang]:
            break
        kept.append(sentence)
    return kept


def _is_own(text: str, said: frozenset[str]) -> bool:
    tokens = content_tokens(normalize(text).text)
    return sum(token in said for token in tokens) >= OWN_SHARE * len(tokens)
