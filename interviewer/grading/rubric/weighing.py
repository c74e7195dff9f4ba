"""What an answer's form takes back from its findings: too little said per idea, sweeping claims, errors that taint the rest.

Which sentences lean to wrong beliefs is found in leaning.
Acts on verdicts alone (covered becomes partial, partial missing), so that the score stays a function of verdicts. How a
finding is made is in judge.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from interviewer.grading.rubric.findings import Finding, Script
from interviewer.grading.substance import is_sweeping
from interviewer.models import VerdictStatus
from interviewer.text.normalize import Span
from interviewer.text.words import list_figures, measure_length

DEPTH = 24.0
AIMED_DEPTH = 10.0
# What a figure says: whoever knows how many, how long or what share has more to say than the length tells.
FIGURE_WORTH = 20.0
# Chosen on answers to the ten questions with the beliefs that their cues had found taken out of the bank, so that they hold for others.
SUSPECT = 0.08
PER_COVERED = 0.01
MOST_PER_SENTENCE = 0.2
LONG_ENOUGH = 110.0
LEAST_SENTENCES = 3
ERRORS_TELL = 3
_NUMBERED = re.compile(r"^\W*\d{1,2}[.)、:]\s*")
_SWEEPING_SHARE = 0.5
_MANY_SWEEPING = 0.28
_MOST_SWEEPING = 0.5


def weigh(
    findings: Sequence[Finding], script: Script, leanings: Mapping[Span, float] | None = None, aimed_point: str | None = None
) -> tuple[Finding, ...]:
    """The findings after errors, depth and doubt have taken their share. `leanings`: by sentence, towards wrong beliefs (leaning)."""
    sound = _void_errors(findings, script)
    deep = _demand_depth(sound, script, aimed_point)
    doubts = count_doubts(deep, script, leanings or {})
    if doubts == 0:
        return tuple(deep)
    sweeping = _sweeping_sentences(script)
    return tuple(_demote(finding) if doubts > 1 or _rests_on(finding, sweeping) else finding for finding in deep)


def _void_errors(findings: Sequence[Finding], script: Script) -> list[Finding]:
    """A sentence that holds a wrong belief supports no point: what rests on such sentences alone is missing."""
    wrong = _error_sentences(findings, script)
    if not wrong:
        return list(findings)
    kept: list[Finding] = []
    for finding in findings:
        places = tuple(place for place in finding.places if not any(place.overlap(sentence) for sentence in wrong))
        if finding.status is VerdictStatus.WRONG or not finding.places or places == finding.places:
            kept.append(finding)
        elif places:
            kept.append(replace(finding, span=places[0], places=places))
        else:
            kept.append(Finding(finding.point, VerdictStatus.MISSING))
    return kept


def _error_sentences(findings: Sequence[Finding], script: Script) -> tuple[Span, ...]:
    places = [place for finding in findings if finding.status is VerdictStatus.WRONG for place in finding.places]
    return tuple(sentence for sentence in script.sentences if any(sentence.overlap(place) for place in places))


def _demand_depth(findings: Sequence[Finding], script: Script, aimed_point: str | None) -> list[Finding]:
    """A covered idea needs room: what a sentence says is shared by the points that rest on it."""
    places = {finding.point.id: _sentences_of(finding, script) for finding in findings if finding.status is not VerdictStatus.WRONG}
    load = Counter(sentence for sentences in places.values() for sentence in sentences)
    room = {
        key: sum(_measure_depth(script.text.text[span.start : span.end]) / load[span] for span in sentences)
        for key, sentences in places.items()
    }
    return [
        replace(finding, status=VerdictStatus.PARTIAL)
        if finding.status is VerdictStatus.COVERED and room[finding.point.id] < (AIMED_DEPTH if finding.point.id == aimed_point else DEPTH)
        else finding
        for finding in findings
    ]


def _measure_depth(words: str) -> float:
    """The length of a sentence and, once, what a figure in it is worth; the number of an item in a list is none."""
    return measure_length(words) + (FIGURE_WORTH if list_figures(_NUMBERED.sub("", words)) else 0.0)


def _sentences_of(finding: Finding, script: Script) -> tuple[Span, ...]:
    return tuple(sentence for sentence in script.sentences if any(sentence.overlap(place) for place in finding.places))


def count_doubts(findings: Sequence[Finding], script: Script, leanings: Mapping[Span, float]) -> int:
    """0: none. 1: the answer is sweeping. 2: it errs at several points and covers little besides, errs and is sweeping, is
    sweeping throughout, or leans to wrong beliefs further than what it covers excuses.
    """
    wrong = sum(finding.status is VerdictStatus.WRONG for finding in findings)
    covered = sum(finding.status is VerdictStatus.COVERED for finding in findings)
    sweeping, told = len(_sweeping_sentences(script)), max(1, len(script.sentences))
    often = sweeping >= 2 and sweeping >= _MANY_SWEEPING * told
    lean = _lean(script, leanings, sweeping / told)
    if wrong >= 2 and ERRORS_TELL * wrong >= covered:
        return 2
    if often and (wrong or (sweeping >= 3 and sweeping >= _MOST_SWEEPING * told)):
        return 2
    if lean > SUSPECT + PER_COVERED * covered:
        return 2
    return 1 if often else 0


def _lean(script: Script, leanings: Mapping[Span, float], sweeping: float) -> float:
    """How far an answer leans to what is known to be wrong; 0 for one too short to tell. `sweeping`: the share of such sentences."""
    if len(leanings) < LEAST_SENTENCES or measure_length(script.text.text) < LONG_ENOUGH:
        return 0.0
    lengths = {sentence: measure_length(script.text.text[sentence.start : sentence.end]) for sentence in leanings}
    leaned = sum(max(-MOST_PER_SENTENCE, min(MOST_PER_SENTENCE, lean)) * lengths[sentence] for sentence, lean in leanings.items())
    return leaned / sum(lengths.values()) + _SWEEPING_SHARE * sweeping


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
