"""The offline examiner's eye for questions with cues: one finding per rubric point, and where in the answer it rests.

Cue matching is in cues, what is no evidence in manipulation and substance, derived questions in similarity; the words of
the report are in feedback.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from interviewer.grading.manipulation import find_orders
from interviewer.grading.rubric.cues import Cue, CueSheet, Match, Reading
from interviewer.grading.rubric.findings import Finding, Script
from interviewer.grading.rubric.free_answers import judge_free
from interviewer.grading.rubric.free_features import Subject, prepare_subject
from interviewer.grading.rubric.free_reading import is_salad
from interviewer.grading.rubric.leaning import Lore, compile_lore, find_leanings
from interviewer.grading.rubric.weighing import weigh
from interviewer.grading.scoring import answer_score
from interviewer.grading.substance import find_copies, find_lists
from interviewer.models import Misconception, Question, Quote, RubricPoint, Verdict, VerdictStatus
from interviewer.text.normalize import Span, normalize
from interviewer.text.segment import split_clauses, split_sentences

__all__ = ["CompiledQuestion", "Finding", "Script", "compile_question", "judge_points", "quote_for", "read_script"]

LIST_CEILING = 10.0
LONGEST_QUOTE = 90


@dataclass(frozen=True, slots=True)
class PointCues:
    """The compiled cues of one point."""

    point: RubricPoint
    covered: tuple[Cue, ...]
    partial: tuple[Cue, ...]
    beliefs: tuple[tuple[Misconception, tuple[Cue, ...]], ...]


@dataclass(frozen=True, slots=True)
class CompiledQuestion:
    """A question ready for matching."""

    question: Question
    sheet: CueSheet
    points: tuple[PointCues, ...]
    lore: Lore
    subject: Subject | None = None


def compile_question(question: Question) -> CompiledQuestion:
    """Compile all cues of a question; costs some milliseconds, so do it once per version."""
    sheet = CueSheet(dict(question.terms))
    points = tuple(
        PointCues(
            point,
            tuple(sheet.compile(line) for line in point.covered_cues),
            tuple(sheet.compile(line) for line in point.partial_cues),
            tuple((belief, tuple(sheet.compile(line) for line in belief.cues)) for belief in point.misconceptions),
        )
        for point in question.points
    )
    sheet.seal()
    cued = any(cues.covered or cues.partial for cues in points)
    return CompiledQuestion(question, sheet, points, compile_lore(question), None if cued else prepare_subject(question))


def read_script(answer: str, prompts: Iterable[str], shown: Iterable[str] = ()) -> Script:
    """Normalise an answer and mark what is no evidence in it: orders to the grader, copies of the prompts and of what was shown."""
    text = normalize(answer)
    orders = find_orders(text)
    copies = find_copies(text, prompts, shown)
    lists = tuple(span for span in find_lists(text) if not any(span.overlap(order) for order in orders))
    return Script(text, split_sentences(text.text), (*orders, *copies), lists, orders)


def judge_points(compiled: CompiledQuestion, script: Script, aimed_point: str | None = None) -> tuple[Finding, ...]:
    """One finding per point, in the question's order. For `aimed_point` the prompt may supply one group of a cue."""
    if compiled.subject is not None:
        met = judge_free(compiled.subject, script)
        return bound_list(compiled.question, met) if is_salad(compiled.subject, script) else met
    reading = compiled.sheet.read(script.text)
    findings = tuple(_judge(cues, reading, script, lend=cues.point.id == aimed_point) for cues in compiled.points)
    if script.is_list:
        return bound_list(compiled.question, findings)
    return weigh(findings, script, find_leanings(compiled.lore, script), aimed_point)


def _judge(cues: PointCues, reading: Reading, script: Script, *, lend: bool) -> Finding:
    errors = [(belief, match.span) for belief, lines in cues.beliefs for match in _valid(lines, reading, script, strict=True)]
    if errors:
        belief, span = errors[0]
        return Finding(cues.point, VerdictStatus.WRONG, span, belief, places=tuple(place for _, place in errors))
    found = list(_valid(cues.covered, reading, script, lend=lend))
    told = [match for match in found if not script.is_listed(match.span)]
    if told:
        return Finding(cues.point, VerdictStatus.COVERED, told[0].span, places=tuple(match.span for match in told))
    touched = found or list(_valid(cues.partial, reading, script))
    if not touched:
        return Finding(cues.point, VerdictStatus.MISSING)
    return Finding(
        cues.point,
        VerdictStatus.PARTIAL,
        touched[0].span,
        listed=all(script.is_listed(match.span) for match in touched),
        places=tuple(match.span for match in touched),
    )


def _valid(lines: Iterable[Cue], reading: Reading, script: Script, *, lend: bool = False, strict: bool = False) -> Iterable[Match]:
    for cue in lines:
        for match in reading.find(cue, lend=lend, strict=strict):
            if not any(script.is_void(hit) for hit in match.hits):
                yield match


def bound_list(question: Question, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings on a bare list: touches at most, the lightest first, as long as they come to no more than `LIST_CEILING` marks."""
    bounded = {
        each.point.id: each if each.status is VerdictStatus.WRONG else Finding(each.point, VerdictStatus.MISSING) for each in findings
    }
    touched = [each for each in findings if each.status in (VerdictStatus.COVERED, VerdictStatus.PARTIAL)]
    for finding in sorted(touched, key=lambda each: each.point.weight):
        wider = bounded | {finding.point.id: replace(finding, status=VerdictStatus.PARTIAL, listed=True)}
        if answer_score(question.points, [Verdict(each.point.id, each.status) for each in wider.values()]) > LIST_CEILING:
            break
        bounded = wider
    return tuple(bounded[finding.point.id] for finding in findings)


def quote_for(script: Script, span: Span) -> Quote:
    """The candidate's words around a match: the clauses it touches, or only the match where those run too long."""
    sentences = [sentence for sentence in script.sentences if sentence.overlap(span)]
    clauses = [clause for sentence in sentences for clause in split_clauses(script.text.text, sentence) if clause.overlap(span)]
    wide = Span(min(clause.start for clause in clauses), max(clause.end for clause in clauses)) if clauses else span
    wide = Span(min(wide.start, span.start), max(wide.end, span.end))
    place = script.text.to_raw(wide.start, wide.end)
    if place.end - place.start > LONGEST_QUOTE and span.end - span.start >= 8:
        place = script.text.to_raw(span.start, span.end)
    return Quote(script.text.raw[place.start : place.end], place.start, place.end)
