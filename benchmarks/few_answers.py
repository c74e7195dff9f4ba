"""How well an answer is judged when only a question's rubric and a few labelled answers are known, and what all such questions share.

    python -m benchmarks.few_answers [--write]

Each shipped question in turn is taken for a new one: everything pooled is learned from the others (grading/rubric/own_training). Prints
agreement and error by the number of labelled answers, natural ones left out of it, beside the examiner that goes by the reference alone.
`--write` also writes interviewer/grading/rubric/own.json. Needs scikit-learn; takes some ten minutes on one core.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

import numpy as np

from interviewer.grading.rubric.heads import load_learned, pack_line
from interviewer.grading.rubric.learning import LeftOut, is_natural, load_materials, weighted_kappa
from interviewer.grading.rubric.own_points import DATA_FILE
from interviewer.grading.rubric.own_training import Condition, Scored, learn_own_lines, leave_questions_out, score_few
from interviewer.grading.rubric.reference_points import judge_reference
from interviewer.grading.rubric.training import STEPS
from interviewer.grading.scoring import answer_score
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import load_bank


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write if that is wanted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--write", action="store_true", help="write the data file")
    options = parser.parse_args(arguments)
    bank = load_bank([knowledge_folder() / "questions"], knowledge=knowledge_folder())
    materials = load_materials(bank.questions, knowledge_folder() / "answers")
    scored = {}
    for condition, question, rows in score_few(load_learned(), materials):
        scored[condition, question] = rows
        print(f"{question}: {condition.answers} answers scored for", file=sys.stderr, flush=True)
    left_out = leave_questions_out(scored)
    print(f"{'labelled answers':24}{'kappa':>7}{'missed':>8}{'precise':>9}{'r':>7}{'MAE':>7}{'bias':>7}{'unusual: MAE':>14}{'bias':>7}")
    for thin in (False, True):
        print("a rubric of intents alone" if thin else "a whole rubric")
        first = [each for (condition, _), rows in scored.items() if condition == Condition(0, True, thin) for each in rows]
        print(_row("  reference alone", [_by_reference(each) for each in first]))
        for condition in (each for each in left_out if each.thin == thin):
            print(_row(f"  {_name(condition)}", left_out[condition]))
    if options.write:
        lines, settings = learn_own_lines(scored, left_out)
        kept = {"lines": {name: pack_line(line) for name, line in lines.items()}, "settings": settings}
        DATA_FILE.write_text(json.dumps(kept, ensure_ascii=False, sort_keys=True, indent=1) + "\n", encoding="utf-8")
    return 0


def _name(condition: Condition) -> str:
    if not condition.answers:
        return "none, the rubric alone"
    return f"{condition.answers} {'with' if condition.quotes else 'without'} quotes"


def _by_reference(each: Scored) -> LeftOut:
    judged = judge_reference(each.question, each.example.reading)
    return LeftOut(each.example.row, judged, answer_score(each.question.points, judged.verdicts, judged.errors))


def _row(name: str, judged: Sequence[LeftOut]) -> str:
    """kappa by point; shares of covered points called missing, and of those called covered that are; r: mean within a question."""
    natural = [each for each in judged if is_natural(each.row)]
    pairs = [
        (STEPS[status], STEPS[each.status])
        for row in natural
        for each in row.judged.verdicts
        if (status := row.row.verdicts[each.point_id][0])
    ]
    gold, given = np.array(pairs).T
    off = _off(natural)
    questions = dict.fromkeys(each.row.question_id for each in natural)
    r = np.mean([_r([each for each in natural if each.row.question_id == question]) for question in questions])
    other = _off([each for each in judged if not is_natural(each.row)])
    return (
        f"{name:24}{weighted_kappa(gold, given):7.3f}{(given[gold == 2] == 0).mean():8.3f}{(gold[given == 2] == 2).mean():9.3f}{r:7.3f}"
        f"{np.abs(off).mean():7.2f}{off.mean():+7.1f}{np.abs(other).mean():14.2f}{other.mean():+7.1f}"
    )


def _off(judged: Sequence[LeftOut]) -> np.ndarray:
    return np.array([each.score - each.row.score for each in judged])


def _r(judged: Sequence[LeftOut]) -> float:
    return float(np.corrcoef([each.row.score for each in judged], [each.score for each in judged])[0, 1])


if __name__ == "__main__":
    raise SystemExit(main())
