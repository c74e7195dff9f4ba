"""The rules that make a grade are pinned: each value and each rule of the table, changed, makes a test fail.

A change that no test notices could come by accident. The table names what is changed; the values of the scales and every
number that scoring and evidence hold must be in it.
"""

from __future__ import annotations

import re
from dataclasses import fields
from functools import cache
from importlib import import_module

import pytest

from interviewer.grading import scoring
from tests.mutants import Mutant, failing, mutated

SCORING, EVIDENCE, FOLLOW_UPS = "interviewer.grading.scoring", "interviewer.grading.evidence", "interviewer.grading.follow_ups"
TESTS = {SCORING: "tests.unit.test_scoring", EVIDENCE: "tests.unit.test_evidence", FOLLOW_UPS: "tests.unit.test_follow_ups"}


def constant(module: str, name: str, value: object) -> Mutant:
    """A constant with another value."""
    return Mutant(module, rf"(?m)^{name} = [-\d.]+$", f"{name} = {value}", TESTS[module])


def scale(version: int, field: str, value: object) -> Mutant:
    """A field of a version of the scale with another value."""
    return Mutant(SCORING, rf"(\n    {version}: Scale\([^()]*?\b{field}=)[\w.]+", rf"\g<1>{value}", TESTS[SCORING])


def rule(module: str, code: str, other: str) -> Mutant:
    """A rule written otherwise."""
    return Mutant(module, re.escape(code), other.replace("\\", r"\\"), TESTS[module])


NUMBERS = (
    constant(SCORING, "FOLLOW_UP_CREDIT", 1.0),
    constant(SCORING, "HINT_COST", 0.0),
    constant(SCORING, "EXPONENT", 1.0),
    constant(SCORING, "KNEE", 0.8),
    constant(SCORING, "KNEE", 0.95),
    constant(SCORING, "KNEE_MARKS", 80.0),
    constant(SCORING, "KNEE_MARKS", 90.0),
    *(
        scale(3, field, value)
        for field, values in (
            ("partial", (1.0,)),
            ("named", (0.5, 0.0)),
            ("error", (0.0, 1.0)),
            ("extra", (0.0, 0.1)),
            ("ceiling", (100.0,)),
            ("curve", ("_between_knots", "_power")),
        )
        for value in values
    ),
    scale(2, "partial", 1.0),
    scale(2, "named", 0.5),
    scale(2, "named", 0.0),
    scale(2, "error", 0.0),
    scale(2, "error", 1.0),
    scale(2, "extra", 0.0),
    scale(2, "extra", 0.1),
    scale(2, "ceiling", 100.0),
    scale(2, "curve", "_between_knots"),
    scale(2, "curve", "power_to_knee"),
    scale(1, "partial", 1.0),
    scale(1, "named", 0.5),
    scale(1, "error", 0.0),
    scale(1, "extra", 0.1),
    scale(1, "ceiling", 40.0),
    scale(1, "curve", "_power"),
    scale(1, "keeps_right", True),
    constant(FOLLOW_UPS, "STRONG", 70.0),
    constant(FOLLOW_UPS, "_LONGEST_QUOTE", 10_000),
    constant(EVIDENCE, "THIN_QUOTE", 0.0),
    constant(EVIDENCE, "UNITS_PER_CREDIT", 1.0),
    constant(EVIDENCE, "SHARED_OVERLAP", 2.0),
    constant(EVIDENCE, "POINTS_PER_QUOTE", 9),
    constant(EVIDENCE, "POINTS_PER_QUOTE", 1),
    constant(EVIDENCE, "SAME_WORDS", 2.0),
    constant(EVIDENCE, "MOST_ERRORS", 99),
    constant(EVIDENCE, "ORDER_OVERLAP", 10_000),
    constant(EVIDENCE, "GIVEN_SHARE", 2.0),
    constant(EVIDENCE, "ADDED_SHARE", 0.0),
    *(
        rule(SCORING, f"({share}, {marks})", f"({share}, {marks + 5})")
        for share, marks in ((0.1, 19.0), (0.25, 28.0), (0.4, 44.0), (0.55, 59.0), (0.7, 79.0), (0.85, 85.0))
    ),
    *(
        rule(SCORING, f"({floor}, {key!r})".replace("'", '"'), f'({floor + 0.5}, "{key}")')
        for floor, key in ((90.0, "excellent"), (75.0, "good"), (60.0, "acceptable"), (40.0, "shallow"), (20.0, "weak"))
    ),
)

RULES = (
    rule(SCORING, "_SEVERITY[one.status] < _SEVERITY[other.status]", "_SEVERITY[one.status] > _SEVERITY[other.status]"),
    rule(SCORING, "if covered < KNEE:", "if True:"),
    rule(SCORING, "if covered < KNEE:", "if False:"),
    rule(SCORING, "(covered / KNEE) ** EXPONENT", "covered ** EXPONENT"),
    rule(SCORING, "marks + (100.0 - marks) * (covered - KNEE) / (1.0 - KNEE)", "marks"),
    rule(SCORING, "marks * float(", "KNEE_MARKS * float("),
    rule(SCORING, "    VerdictStatus.NAMED: 2,", "    VerdictStatus.NAMED: 1,"),
    rule(SCORING, "    VerdictStatus.PARTIAL: 3,", "    VerdictStatus.PARTIAL: 2,"),
    rule(SCORING, "if known is None or is_worse(verdict, known.verdict):", "if known is None:"),
    rule(SCORING, "bool(told) or verdict.status is VerdictStatus.WRONG, told)", "bool(told), told)"),
    rule(SCORING, "errs = bool(told) or verdict.status is VerdictStatus.WRONG", "errs = bool(told)"),
    rule(SCORING, "max(0.0, round(before - HINT_COST * hints, 1))", "round(before - HINT_COST * hints, 1)"),
    rule(SCORING, "min(1.0, max(0.0, earned / full))", "min(1.0, earned / full)"),
    rule(SCORING, "min(1.0, max(0.0, earned / full))", "max(0.0, earned / full)"),
    rule(SCORING, "point.weight * (each.earned - scale.error * each.erred)", "point.weight * each.earned"),
    rule(SCORING, "earned -= scale.error * len(loose)", "earned -= 0 * len(loose)"),
    rule(SCORING, "len(loose) * sum(point.weight for point in points) / len(points)", "len(loose) * sum(point.weight for point in points)"),
    rule(
        SCORING,
        "tally[key].verdict.status is VerdictStatus.COVERED",
        "tally[key].verdict.status in (VerdictStatus.COVERED, VerdictStatus.PARTIAL)",
    ),
    rule(SCORING, "essential = [point.id for point in points if point.essential]", "essential = [point.id for point in points]"),
    rule(SCORING, "marks if reached else min(marks, scale.ceiling)", "marks if reached else scale.ceiling"),
    rule(SCORING, "known.first + (credit - known.first) * FOLLOW_UP_CREDIT", "credit * FOLLOW_UP_CREDIT"),
    rule(SCORING, "if earned > known.earned or not (known.earned and scale.keeps_right):", "if True:"),
    rule(SCORING, "earned > known.earned - scale.error * known.erred and", "earned > known.earned and"),
    rule(SCORING, " and verdict.status is not VerdictStatus.MISSING:", ":"),
    rule(
        SCORING,
        "known.verdict, known.earned, known.erred, known.errors = verdict, earned, False, []",
        "known.verdict, known.earned = verdict, earned",
    ),
    rule(SCORING, "return self.earned > self.first", "return self.earned >= self.first"),
    rule(SCORING, "essential + scale.extra * extra if essential else extra", "essential + scale.extra * extra"),
    rule(FOLLOW_UPS, "not point.essential, -point.weight", "point.essential, -point.weight"),
    rule(FOLLOW_UPS, "not point.essential, -point.weight", "not point.essential, point.weight"),
    rule(FOLLOW_UPS, "status.get(point.id, VerdictStatus.MISSING) is not VerdictStatus.COVERED and", "True and"),
    rule(FOLLOW_UPS, "_URGENCY if VerdictStatus.COVERED in status.values() else _NEARNESS", "_URGENCY"),
    rule(
        FOLLOW_UPS,
        "VerdictStatus.PARTIAL: 1, VerdictStatus.NAMED: 2, VerdictStatus.MISSING: 3",
        "VerdictStatus.PARTIAL: 3, VerdictStatus.NAMED: 2, VerdictStatus.MISSING: 1",
    ),
    rule(FOLLOW_UPS, "point.id not in passed and", "True and"),
    rule(FOLLOW_UPS, "point.essential and not half", "not half"),
    rule(FOLLOW_UPS, "point.essential and not half", "point.essential"),
    rule(FOLLOW_UPS, "points.count(pair[0].id), angles.count", "0, angles.count"),
    rule(FOLLOW_UPS, "angles.count(pair[1].about), ", "0, "),
    rule(FOLLOW_UPS, "text.zh not in seen and text.en not in seen", "text.zh not in seen"),
    rule(FOLLOW_UPS, "if probe is not None:", "if probe is not None and False:"),
    rule(EVIDENCE, "if (verdict.quote is None) is not (other.quote is None):", "if False:"),
    rule(EVIDENCE, "return is_worse(verdict, other)", "return False"),
    rule(EVIDENCE, "if any(span.overlap(order) >= ORDER_OVERLAP for order in self._orders):", "if False:"),
    rule(EVIDENCE, "for void in self._void) > 0.5 * (span.end", "for void in self._void) > 2 * (span.end"),
    rule(EVIDENCE, "(self._holds_given(whole) and not self._adds_to_given(whole))", "False"),
    rule(EVIDENCE, "return whole if not vocabulary(self.question).isdisjoint(content_tokens(words)) else None", "return whole"),
    rule(EVIDENCE, "whole = self._to_clause_edges(located)", "whole = located"),
    rule(EVIDENCE, "if 2 * span.overlap(clause) >= clause.end - clause.start]", "if span.overlap(clause)]"),
    rule(EVIDENCE, "if any(2 * Span(quote.start, quote.end)", "if False and any(2 * Span(quote.start, quote.end)"),
    rule(EVIDENCE, "for sentence in sentences) <= 2:", "for sentence in sentences) <= 99:"),
    rule(EVIDENCE, "if second.start >= first.end and", "if"),
    rule(EVIDENCE, "return han >= 4 or", "return han >= 2 or"),
    rule(EVIDENCE, "words >= 2 or (", "words >= 1 or ("),
    rule(EVIDENCE, "return not (cut_left or cut_right)", "return not cut_right"),
    rule(EVIDENCE, "return not (cut_left or cut_right)", "return not cut_left"),
    rule(EVIDENCE, "_UNPROVEN[self.lang], unproven=True)", "_UNPROVEN[self.lang])"),
    rule(EVIDENCE, "return claim.misconception if claim.misconception in {", "return claim.misconception if claim.misconception or {"),
    rule(EVIDENCE, "while not self.question.derived and _sum_credit(bounded) > room:", "while False:"),
    rule(EVIDENCE, "return verdict.status is not VerdictStatus.COVERED, measure_length", "return False, measure_length"),
    rule(
        EVIDENCE, "VerdictStatus.PARTIAL if bounded[place].status is VerdictStatus.COVERED else VerdictStatus.NAMED", "VerdictStatus.NAMED"
    ),
    rule(EVIDENCE, "quoted = {at for quote in quotes", "quoted = {at for quote in (Quote('', 0, len(self.answer)),)"),
    rule(EVIDENCE, "for error in (*same, *alone):", "for error in same:"),
    rule(EVIDENCE, "for error in (*same, *alone):", "for error in alone:"),
    rule(EVIDENCE, "about if verdict.status in (VerdictStatus.MISSING, VerdictStatus.WRONG) else []", "about"),
    rule(EVIDENCE, "verdict.quote and verdict.point_id not in told:", "verdict.quote:"),
    rule(EVIDENCE, "(*false, *_errors_of(bounded, false))", "false"),
    rule(EVIDENCE, "claim.misconception if known else None, owner.id", "claim.misconception, owner.id"),
    rule(EVIDENCE, "or _owner_of(claim.misconception, question)", "or None"),
)


@cache
def failing_anyway(tests: str) -> frozenset[str]:
    """What fails without any change, and so notices nothing."""
    return frozenset(failing(tests))


@pytest.mark.parametrize("mutant", [*NUMBERS, *RULES], ids=lambda mutant: mutant.name)
def test_a_changed_value_or_rule_is_noticed(mutant: Mutant) -> None:
    usual = failing_anyway(mutant.tests)
    with mutated(mutant):
        noticed = any(name not in usual for name in failing(mutant.tests))
    assert noticed, "no test fails with this change → add one"


def test_every_number_of_the_rules_is_in_the_table() -> None:
    changed = [mutant.pattern for mutant in NUMBERS]
    for module in TESTS:
        for name, value in vars(import_module(module)).items():
            if name.isupper() and isinstance(value, int | float) and name != "SCALE":
                assert constant(module, name, 0).pattern in changed, f"{name} of {module} → add it to NUMBERS"
    for version, rules in scoring.SCALES.items():
        for field in fields(rules):
            assert field.name == "keeps_right" or scale(version, field.name, 0).pattern in changed, f"{field.name} → add it to NUMBERS"


@pytest.mark.parametrize("tests", sorted(set(TESTS.values())))
def test_unchanged_nothing_fails(tests: str) -> None:
    assert not failing_anyway(tests)
