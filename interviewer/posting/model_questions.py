"""Questions on somebody's own projects that a language model drafts from their CV, with what a good answer holds; one call.

Each rests on words of the CV, which code finds there, and is untested until sample answers to it came out in order (`project_testing`).
Whoever is to be asked sees the question and its quote, never its key, and decides whether it is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interviewer.endpoint.chat import Message
from interviewer.endpoint.json_reply import find_object
from interviewer.errors import EndpointError
from interviewer.grading.evidence import locate_quote
from interviewer.grading.leaks import find_outward_fault
from interviewer.grading.llm.asking import Writer
from interviewer.grading.llm.briefing import neutralize, write_json
from interviewer.grading.wording import tidy
from interviewer.models import Lang, Provenance, Reason, Ungraded, Usage
from interviewer.models.postings import DraftPoint, Project, ProjectQuestion
from interviewer.posting.lines import split_orders
from interviewer.posting.plan import MOST_DRAFTS
from interviewer.text.language import detect_language
from interviewer.text.words import measure_length

PROMPT = "projects-v1"
_LEAST_POINTS, _MOST_POINTS = 2, 6
_LONGEST: Mapping[str, float] = {"prompt": 160, "reference": 400, "point": 80, "quote": 60}
"""In units of `words.measure_length`."""
_POINT = {
    "type": "object",
    "properties": {"text": {"type": "string"}, "weight": {"type": "number"}},
    "required": ["text", "weight"],
    "additionalProperties": False,
}
_QUESTION = {
    "type": "object",
    "properties": {
        "project": {"type": "integer"},
        **{name: {"type": "string"} for name in ("quote", "prompt", "reference")},
        "points": {"type": "array", "maxItems": _MOST_POINTS, "items": _POINT},
    },
    "required": ["project", "quote", "prompt", "reference", "points"],
    "additionalProperties": False,
}
_SCHEMA: Mapping[str, Any] = {
    "title": "submit_questions",
    "type": "object",
    "properties": {"questions": {"type": "array", "maxItems": MOST_DRAFTS, "items": _QUESTION}},
    "required": ["questions"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class OwnProjects:
    """Projects as they are sent, without contact data. `wanted`: what the posting asks for; `token_budget`: what the call may take at most."""

    projects: tuple[Project, ...]
    wanted: tuple[str, ...]
    lang: Lang
    token_budget: int | None = None


@dataclass(frozen=True, slots=True)
class DraftedByModel:
    """The questions that rest on the CV; possibly none."""

    questions: tuple[ProjectQuestion, ...]
    provenance: Provenance
    usage: Usage


class ProjectQuestioner(Writer):
    """Drafts questions with a chat model. Safe to use from several threads."""

    prompt_id = PROMPT

    def draft(self, own: OwnProjects) -> DraftedByModel | Ungraded:
        """The drafts; every failure is an `Ungraded` with its reason."""
        by = (self._chat.model, self._prompt.id)
        outcome, provenance, usage = self._write(
            lambda: self._write_messages(own), _SCHEMA, lambda text: read_drafts(text, own, by), token_budget=own.token_budget
        )
        return outcome if isinstance(outcome, Ungraded) else DraftedByModel(outcome, provenance, usage)

    def _write_messages(self, own: OwnProjects) -> tuple[Message, Message]:
        values = {
            "language": own.lang,
            "most": str(MOST_DRAFTS),
            "wanted": write_json([neutralize(each) for each in own.wanted]),
            "nonce": self._nonce(),
            "projects": neutralize(tell_projects(own.projects)),
        }
        return Message("system", self._prompt.render_static({})), Message("user", self._prompt.render_dynamic(values))


def tell_projects(projects: Sequence[Project]) -> str:
    """The projects as they are sent, each under its number."""
    return "\n\n".join(f"[{number}] {each.title}\n{each.text}" for number, each in enumerate(projects, start=1))


def read_drafts(text: str, own: OwnProjects, by: tuple[str, str] = ("", "")) -> tuple[ProjectQuestion, ...]:
    """What of a reply may be asked; EndpointError(unparsable) if it is no list. `by`: model and prompt."""
    found = find_object(text, required=("questions",))
    listed = found["questions"] if found else None
    if not isinstance(listed, list):
        raise EndpointError(Reason.UNPARSABLE, "no JSON object with a list of questions")
    drafts = (draft for item in listed if isinstance(item, dict) and (draft := _read_draft(item, own, by)))
    return tuple({draft.prompt: draft for draft in drafts}.values())[:MOST_DRAFTS]


def _read_draft(item: Mapping[str, Any], own: OwnProjects, by: tuple[str, str]) -> ProjectQuestion | None:
    """One draft, None if it rests on nothing of the CV or may not be shown."""
    number, quoted = item.get("project"), item.get("quote")
    if not isinstance(number, int) or not 1 <= number <= len(own.projects) or not isinstance(quoted, str):
        return None
    project = own.projects[number - 1]
    quote = locate_quote(f"{project.title}\n{project.text}", quoted)
    prompt, reference, points = _tidy(item.get("prompt")), _tidy(item.get("reference")), tuple(_read_points(item.get("points"), own.lang))
    if quote is None or measure_length(quote.text) > _LONGEST["quote"] or not _LEAST_POINTS <= len(points) <= _MOST_POINTS:
        return None
    if not _may_be_shown(prompt, "prompt", own.lang) or not _may_be_shown(reference, "reference", own.lang):
        return None
    total = sum(point.weight for point in points)
    weighed = tuple(DraftPoint(point.text, round(100 * point.weight / total, 1)) for point in points)
    return ProjectQuestion(prompt, " ".join(quote.text.split()), reference, weighed, own.lang, *by)


def _read_points(listed: object, lang: Lang) -> Iterator[DraftPoint]:
    for item in listed if isinstance(listed, list) else []:
        weight = item.get("weight") if isinstance(item, dict) else None
        text = _tidy(item.get("text")) if isinstance(item, dict) else ""
        if isinstance(weight, int | float) and not isinstance(weight, bool) and 0 < weight <= 100 and _may_be_shown(text, "point", lang):
            yield DraftPoint(text, float(weight))


def _tidy(value: object) -> str:
    return tidy(value) if isinstance(value, str) else ""


def _may_be_shown(text: str, kind: str, lang: Lang) -> bool:
    spoken = any(char.isalnum() for char in text) and measure_length(text) <= _LONGEST[kind]
    return spoken and detect_language(text, lang) == lang and not find_outward_fault(text) and not split_orders(text)[1]
