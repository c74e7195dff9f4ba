"""The form in which a posting and a CV are corrected, read: bounded, and without a row that was emptied. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from interviewer.models.postings import Need, PostingContent, Project, ProjectQuestion, Resume
from interviewer.posting.requirements import LONGEST_REQUIREMENT, MOST_REQUIREMENTS, Wanted
from interviewer.posting.resume import LONGEST_PROJECT, LONGEST_REST, LONGEST_TITLE, MOST_PROJECTS
from interviewer.text.storable import storable

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
    drafts = tuple(replace(draft, chosen=fields.get(f"draft-{n}") == "1") for n, draft in enumerate(known.drafts))
    title = " ".join(storable(fields.get("title", known.title)).split())[:LONGEST_TITLE]
    return Corrections(title, tuple(_read_wanted(fields)), resume, fields.get("skills", "")[:_LONGEST_SKILLS], drafts)


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
