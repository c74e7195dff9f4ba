"""The form in which a posting and a CV are corrected, read: bounded, and without a row that was emptied. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from interviewer.models.postings import Need, PostingContent, Project, ProjectQuestion, Resume
from interviewer.posting.plan import question_of
from interviewer.posting.requirements import LONGEST_REQUIREMENT, MOST_REQUIREMENTS, Wanted
from interviewer.posting.resume import LONGEST_PROJECT, LONGEST_REST, LONGEST_TITLE, MOST_PROJECTS
from interviewer.text.storable import storable
from interviewer.web.numbers import read_whole

_MOST_YEARS = 50.0
_LONGEST_SKILLS = 2_000


@dataclass(frozen=True, slots=True)
class Corrections:
    """What the form says. `skills`: as typed; `resume`: None where there is no CV, its skills still as they were."""

    title: str
    wanted: tuple[Wanted, ...]
    resume: Resume | None
    skills: str
    drafts: tuple[ProjectQuestion, ...]


def read_corrections(fields: Mapping[str, str], known: PostingContent) -> Corrections:
    """The corrections to what is known."""
    resume = known.resume
    if resume is not None:
        projects = tuple(_read_projects(fields))
        rest = storable(fields.get("rest", resume.text))[:LONGEST_REST].replace("\r\n", "\n")
        resume = replace(resume, projects=projects, years=_read_years(fields.get("years", "")), text=rest)
    drafts = tuple(replace(draft, chosen=fields.get(question_of(draft).id) == "1") for draft in known.drafts)
    title = " ".join(storable(fields.get("title", known.title)).split())[:LONGEST_TITLE]
    came = tuple(Wanted(each.text, each.need) for each in known.requirements[_rows(fields, known) :])
    return Corrections(title, (*_read_wanted(fields), *came), resume, fields.get("skills", "")[:_LONGEST_SKILLS], drafts)


def digest_drawn(content: PostingContent, rows: int | None = None) -> str:
    """A digest of what the form lets somebody change, and a model does not: of the requirements the first `rows` alone, None for all."""
    wanted = [(each.text, each.need.value) for each in content.requirements[:rows]]
    resume = (content.resume.projects, content.resume.skills, content.resume.years, content.resume.text) if content.resume else None
    chosen = [question_of(draft).id for draft in content.drafts if draft.chosen]
    return hashlib.sha256(repr((content.title, wanted, resume, chosen)).encode("utf-8", "surrogatepass")).hexdigest()


def is_as_drawn(fields: Mapping[str, str], known: PostingContent) -> bool:
    """Whether nothing but what a model has added came to the posting since the form was drawn; the corrections take that in."""
    return fields.get("drawn") == digest_drawn(known, _rows(fields, known))


def _rows(fields: Mapping[str, str], known: PostingContent) -> int:
    """How many requirements there were when the form was drawn; all that are known, if it does not say."""
    told = read_whole(fields.get("rows", ""))
    return len(known.requirements) if told is None else told


def _read_wanted(fields: Mapping[str, str]) -> Iterator[Wanted]:
    """The rows in their order, without those that were emptied or set to be left out."""
    for n in range(MOST_REQUIREMENTS):
        text = " ".join(storable(fields.get(f"text-{n}", "")).split())[:LONGEST_REQUIREMENT]
        need = fields.get(f"need-{n}", "")
        if text and need in {each.value for each in Need}:
            yield Wanted(text, Need(need))


def _read_projects(fields: Mapping[str, str]) -> Iterator[Project]:
    for n in range(MOST_PROJECTS):
        title = " ".join(storable(fields.get(f"project-{n}", "")).split())[:LONGEST_TITLE]
        text = storable(fields.get(f"told-{n}", "")).replace("\r\n", "\n").strip()[:LONGEST_PROJECT]
        if title:
            yield Project(title, text)


def _read_years(told: str) -> float | None:
    """A number of years; None for anything else."""
    try:
        years = round(float(told.strip().replace(",", ".")), 1)
    except ValueError:
        return None
    return years if 0 <= years <= _MOST_YEARS else None
