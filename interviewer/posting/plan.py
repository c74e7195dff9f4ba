"""Which questions an interview for a posting asks, and why each of them. Pure; what is chosen can always be told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from interviewer.models import Bilingual, Question, RubricPoint
from interviewer.models.postings import AskingReason, Need, PostingContent, ProjectQuestion, ReasonKind

COUNTS = (3, 5, 8, 10)
"""How many questions are offered; the second is the usual."""
MOST_DRAFTS = 6
LONGEST_REASON = 200
"""Characters of a posting or a CV that a reason quotes."""
OWN = "own-project-"
"""How the id of a drafted question begins; the rest is a digest of it."""
_COMPETENCY = "communication"
_FOLLOW_UP = Bilingual("关于这一点，能再说得具体一些吗？", "Can you be more specific about that?")
_TOPIC = Bilingual("你的项目", "Your project")


@dataclass(frozen=True, slots=True)
class Planned:
    """A question that is asked, and why. `reasons`: not empty."""

    question: Question
    reasons: tuple[AskingReason, ...]


def plan_questions(
    content: PostingContent,
    bank: Sequence[Question],
    deep_dives: Sequence[Question],
    near: Callable[[str], Sequence[str]],
    *,
    count: int,
) -> tuple[Planned, ...]:
    """At most `count` questions: those of the must-haves and of the person's own projects in turn, then those of the nice-to-haves.

    `near`: the ids of the bank's questions nearest to a text. Of the fixed deep-dive questions each stands for one project.
    """
    by_id = {question.id: question for question in bank if content.lang in question.languages}
    own = [*_drafted(content.drafts), *_deep(content, deep_dives)]
    musts, nices = (list(_of_requirements(content, need)) for need in Need)
    projects = list(_near_projects(content, near))
    wanted = [*_in_turn(musts, own), *nices, *projects]
    chosen: dict[str, list[AskingReason]] = {}
    questions = dict(by_id)
    for asked, reason in wanted:
        id = asked if isinstance(asked, str) else asked.id
        if not isinstance(asked, str):
            questions.setdefault(id, asked)
        if id in questions and (id in chosen or len(chosen) < count):
            chosen.setdefault(id, []).append(reason)
    return tuple(Planned(questions[id], tuple(dict.fromkeys(reasons))) for id, reasons in chosen.items())


_Wanted = tuple[str | Question, AskingReason]


def _in_turn(musts: Sequence[_Wanted], own: Sequence[_Wanted]) -> Iterator[_Wanted]:
    """Two of the first to one of the second, so that neither crowds the other out."""
    pairs = [musts[at : at + 2] for at in range(0, len(musts), 2)]
    for pair, one in zip_longest(pairs, own):
        yield from pair or ()
        if one:
            yield one


def _of_requirements(content: PostingContent, need: Need) -> Iterator[_Wanted]:
    """The nearest question of each, then the second of each, and so on."""
    mine = [each for each in content.requirements if each.need is need]
    for rank in range(max((len(each.question_ids) for each in mine), default=0)):
        for each in mine:
            if rank < len(each.question_ids):
                yield each.question_ids[rank], AskingReason(ReasonKind.REQUIREMENT, each.text[:LONGEST_REASON], need)


def _near_projects(content: PostingContent, near: Callable[[str], Sequence[str]]) -> Iterator[_Wanted]:
    for project in content.resume.projects if content.resume else ():
        for id in near(f"{project.title}\n{project.text}"):
            yield id, AskingReason(ReasonKind.PROJECT, project.title[:LONGEST_REASON])


def _deep(content: PostingContent, deep_dives: Sequence[Question]) -> Iterator[_Wanted]:
    """The fixed questions, each about another project as long as there are; two at most beside drafted ones."""
    projects = content.resume.projects if content.resume else ()
    drafted = any(each.chosen for each in content.drafts)
    for number, question in enumerate(deep_dives[: 2 if drafted else len(deep_dives)] if projects else ()):
        yield question, AskingReason(ReasonKind.DEEP_DIVE, projects[number % len(projects)].title[:LONGEST_REASON])


def _drafted(drafts: Sequence[ProjectQuestion]) -> Iterator[_Wanted]:
    for draft in [each for each in drafts if each.chosen][:MOST_DRAFTS]:
        yield question_of(draft), AskingReason(ReasonKind.DRAFT, draft.quote[:LONGEST_REASON])


def question_of(draft: ProjectQuestion) -> Question:
    """A drafted question as one that can be asked; what is not written in a language stands there in the other."""
    name = hashlib.sha256(f"{draft.prompt}\n{draft.reference}".encode("utf-8", "surrogatepass")).hexdigest()[:12]
    heaviest = max(point.weight for point in draft.points)
    points = tuple(
        RubricPoint(f"point-{number}", point.weight, point.weight == heaviest, Bilingual(point.text, point.text), follow_ups=(_FOLLOW_UP,))
        for number, point in enumerate(draft.points, start=1)
    )
    prompt, reference = Bilingual(draft.prompt, draft.prompt), Bilingual(draft.reference, draft.reference)
    return Question(
        id=f"{OWN}{name}", version=1, topic=_TOPIC, prompt=prompt, reference=reference, competencies=(_COMPETENCY,), difficulty=2,
        points=points, languages=(draft.lang,),
    )  # fmt: skip


def reasons_of(planned: Sequence[Planned]) -> Mapping[str, tuple[AskingReason, ...]]:
    """Why each question is asked, by its id."""
    return {each.question.id: each.reasons for each in planned}
