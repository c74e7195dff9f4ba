"""What an interview's pages show of the posting behind it: why each question is asked, where answers and CV differ, and the readiness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from interviewer.interview.results import results_of
from interviewer.models import Competency, Interview, Turn
from interviewer.models.postings import AskingReason, Posting
from interviewer.posting.claims import ClaimChecker, Contradiction
from interviewer.posting.readiness import Readiness, read_readiness
from interviewer.posting.tested import untested_in


@dataclass(frozen=True, slots=True)
class PostingView:
    """`reasons`: by question; `differs`: by the number of a turn; `posting_id`: "" where there is none. `untested`: the ids of questions of which
    it is to be said, drafted ones and published ones."""

    posting_id: str = ""
    reasons: Mapping[str, tuple[AskingReason, ...]] = field(default_factory=dict)
    differs: Mapping[int, tuple[Contradiction, ...]] = field(default_factory=dict)
    readiness: Readiness | None = None
    untested: frozenset[str] = frozenset()


NO_POSTING = PostingView()


def view_posting(
    posting: Posting | None,
    interview: Interview,
    turns: Sequence[Turn],
    competencies: Sequence[Competency] | None = None,
    *,
    untested: frozenset[str] = frozenset(),
) -> PostingView:
    """What is shown beside these turns. `competencies`: of the report, which also tells the readiness; `untested`: the ids of published questions."""
    untested = untested_in(interview, posting) | frozenset(each.id for each in interview.questions.values() if each.bank_id in untested)
    if posting is None:
        return PostingView(untested=untested)
    differs = dict[int, tuple[Contradiction, ...]]()
    if posting.content.resume:
        check = ClaimChecker(posting.content.resume)
        found = ((turn.seq, check.find(turn.reply.text)) for turn in turns if turn.reply and turn.reply.text.strip())
        differs = {seq: each for seq, each in found if each}
    readiness = None
    if competencies is not None and posting.content.requirements:
        readiness = read_readiness(posting, interview.id, results_of(interview), competencies)
    return PostingView(posting.id, posting.interviews.get(interview.id, {}), differs, readiness, untested)
