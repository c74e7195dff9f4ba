"""What an answer's form takes back from its findings: too little said per idea, sweeping claims, errors that taint the rest.

Acts on verdicts alone (covered becomes partial, partial missing), so that the score stays a function of verdicts. How a
finding is made is in judge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from interviewer.grading.findings import Finding, Script
from interviewer.grading.substance import is_doubly_sweeping, is_sweeping
from interviewer.grading.text import Span, content_tokens, measure_length
from interviewer.models import VerdictStatus

DEPTH = 20.0
AIMED_DEPTH = 10.0
_MANY_SWEEPING = 0.28
_MOST_SWEEPING = 0.5


def weigh(findings: Sequence[Finding], script: Script, aimed_point: str | None = None) -> tuple[Finding, ...]:
    """The findings after depth and doubt have taken their share."""
    deep = _demand_depth(findings, script, aimed_point)
    doubts = count_doubts(deep, script)
    if doubts == 0:
        return tuple(deep)
    sweeping = _sweeping_sentences(script)
    return tuple(_demote(finding) if doubts > 1 or _rests_on(finding, sweeping) else finding for finding in deep)


def _demand_depth(findings: Sequence[Finding], script: Script, aimed_point: str | None) -> list[Finding]:
    """A covered idea needs room: a sentence's length is shared by the points that rest on it."""
    places = {finding.point.id: _sentences_of(finding, script) for finding in findings}
    load = Counter(sentence for sentences in places.values() for sentence in sentences)
    room = {
        key: sum(measure_length(script.text.text[span.start : span.end]) / load[span] for span in sentences)
        for key, sentences in places.items()
    }
    return [
        replace(finding, status=VerdictStatus.PARTIAL)
        if finding.status is VerdictStatus.COVERED and room[finding.point.id] < (AIMED_DEPTH if finding.point.id == aimed_point else DEPTH)
        else finding
        for finding in findings
    ]


def _sentences_of(finding: Finding, script: Script) -> tuple[Span, ...]:
    return tuple(sentence for sentence in script.sentences if any(sentence.overlap(place) for place in finding.places))


def count_doubts(findings: Sequence[Finding], script: Script) -> int:
    """0: none. 1: the answer is sweeping. 2: it errs at several points, or errs and is sweeping, or is sweeping throughout."""
    wrong = sum(finding.status is VerdictStatus.WRONG for finding in findings)
    covered = sum(finding.status is VerdictStatus.COVERED for finding in findings)
    sweeping, told = len(_sweeping_sentences(script)), max(1, len(script.sentences))
    often = sweeping >= 2 and sweeping >= _MANY_SWEEPING * told
    if wrong >= 2 and 2 * wrong >= covered:
        return 2
    if often and (wrong or (sweeping >= 3 and sweeping >= _MOST_SWEEPING * told)):
        return 2
    return 1 if often else 0


def _sweeping_sentences(script: Script) -> tuple[Span, ...]:
    return tuple(sentence for sentence in script.sentences if is_sweeping(script.text.text[sentence.start : sentence.end]))


def _rests_on(finding: Finding, sentences: Sequence[Span]) -> bool:
    return finding.span is not None and any(finding.span.overlap(sentence) for sentence in sentences)


def _demote(finding: Finding) -> Finding:
    if finding.status is VerdictStatus.COVERED:
        return replace(finding, status=VerdictStatus.PARTIAL)
    if finding.status is VerdictStatus.PARTIAL:
        return Finding(finding.point, VerdictStatus.MISSING)
    return finding


def telling_sentences(script: Script, wanted: set[str]) -> list[Span]:
    """The sentences that may count for a question without cues: not void, not said before, on the subject, not doubly sweeping.

    `wanted`: the content tokens of the points.
    """
    kept: list[Span] = []
    said: set[str] = set()
    end = end_of_first_telling(script.text.text)
    for whole in script.sentences:
        sentence = Span(whole.start, min(whole.end, end))
        words = script.text.text[sentence.start : sentence.end]
        bare = "".join(char for char in words if char.isalnum())
        doubly = is_doubly_sweeping(words)
        if script.is_void(sentence) or bare in said or doubly or not wanted.intersection(content_tokens(words)):
            continue
        said.add(bare)
        kept.append(sentence)
    return kept


def end_of_first_telling(text: str) -> int:
    """Where a text begins to say the same over again from its start; its length if it does not."""
    places = [index for index, char in enumerate(text) if char.isalnum()]
    bare = "".join(text[index] for index in places)
    period = (bare + bare).find(bare, 1) if bare else 0
    return places[period] if 0 < period < len(bare) else len(text)
