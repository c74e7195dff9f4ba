"""What a language model reads in a posting: requirements that code overlooked, and the competencies of each; one call.

The model proposes; code keeps only what stands in the posting word for word, and no words to a machine. The person corrects the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interviewer.endpoint.chat import Message
from interviewer.endpoint.json_reply import find_object
from interviewer.errors import EndpointError
from interviewer.grading.evidence import locate_quote
from interviewer.grading.llm.asking import Writer
from interviewer.grading.llm.briefing import neutralize, write_json
from interviewer.models import Competency, Lang, Provenance, Reason, Ungraded, Usage
from interviewer.models.postings import Need
from interviewer.posting.lines import split_orders
from interviewer.posting.requirements import LONGEST_REQUIREMENT, MOST_REQUIREMENTS, Wanted

PROMPT = "posting-v1"
_MOST_COMPETENCIES = 3
_SCHEMA: Mapping[str, Any] = {
    "title": "submit_requirements",
    "type": "object",
    "properties": {
        "requirements": {
            "type": "array",
            "maxItems": MOST_REQUIREMENTS,
            "items": {
                "type": "object",
                "properties": {
                    "quote": {"type": "string"},
                    "need": {"type": "string", "enum": [need.value for need in Need]},
                    "competencies": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["quote", "need", "competencies"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["requirements"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class PostingText:
    """A posting as it is sent: its text without contact data, and what code found in it. `token_budget`: what the call may take at most."""

    text: str
    known: tuple[Wanted, ...]
    competencies: Sequence[Competency]
    lang: Lang
    token_budget: int | None = None


@dataclass(frozen=True, slots=True)
class ModelRequirement:
    """A requirement in the posting's words, with ids of competencies."""

    wanted: Wanted
    competencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadByModel:
    """What of the reply stands in the posting; possibly nothing."""

    requirements: tuple[ModelRequirement, ...]
    provenance: Provenance
    usage: Usage


class PostingReader(Writer):
    """Reads postings with a chat model. Safe to use from several threads."""

    prompt_id = PROMPT

    def read(self, posting: PostingText) -> ReadByModel | Ungraded:
        """The requirements; every failure is an `Ungraded` with its reason."""
        outcome, provenance, usage = self._write(
            lambda: self._write_messages(posting), _SCHEMA, lambda text: read_reply(text, posting), token_budget=posting.token_budget
        )
        return outcome if isinstance(outcome, Ungraded) else ReadByModel(outcome, provenance, usage)

    def _write_messages(self, posting: PostingText) -> tuple[Message, Message]:
        competencies = {each.id: each.name[posting.lang] for each in posting.competencies}
        known = [{"quote": neutralize(each.text), "need": each.need.value} for each in posting.known]
        values = {
            "competencies": write_json(competencies),
            "known": write_json(known),
            "nonce": self._nonce(),
            "posting": neutralize(posting.text),
        }
        return Message("system", self._prompt.render_static({})), Message("user", self._prompt.render_dynamic(values))


def read_reply(text: str, posting: PostingText) -> tuple[ModelRequirement, ...]:
    """What of a reply stands in the posting; EndpointError(unparsable) if it is no list."""
    found = find_object(text, required=("requirements",))
    listed = found["requirements"] if found else None
    if not isinstance(listed, list):
        raise EndpointError(Reason.UNPARSABLE, "no JSON object with a list of requirements")
    return tuple({each.wanted.text: each for each in _read_items(listed, posting)}.values())[:MOST_REQUIREMENTS]


def _read_items(listed: Sequence[object], posting: PostingText) -> Iterator[ModelRequirement]:
    ids = {each.id for each in posting.competencies}
    for item in listed:
        if not isinstance(item, dict) or not isinstance(item.get("quote"), str) or item.get("need") not in {need.value for need in Need}:
            continue
        quote = locate_quote(posting.text, item["quote"])
        words = " ".join(quote.text.split()) if quote else ""
        if not words or len(words) > LONGEST_REQUIREMENT or split_orders(words)[1]:
            continue
        named = item.get("competencies")
        competencies = dict.fromkeys(id for id in named if isinstance(id, str) and id in ids) if isinstance(named, list) else {}
        yield ModelRequirement(Wanted(words, Need(item["need"])), tuple(competencies)[:_MOST_COMPETENCIES])
