"""Runs the offline examiner on every set of development answers that is here and writes docs/evaluation.md.

    python -m benchmarks.evaluate [--data FOLDER] [--cases FOLDER] [--labelled FOLDER] [--all] [--out FILE]

The answers that it learns from come first, each judged by an examiner that learned without it (left_out). The figures depend on
the code and the answers alone, so the file changes only when they do. `--all` takes the large set of public answers instead of
its balanced part. A set that is absent is named in the file; without any, the file stays as it is.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from benchmarks.documents import describe_documents
from benchmarks.hard_cases import describe_hard_cases
from benchmarks.left_out import describe_ablations, describe_left_out, find_learning, judge_left_out, read_answers
from benchmarks.off_subject import describe_off_subject
from benchmarks.public_questions import describe_unseen_questions
from benchmarks.utterances import describe_utterances
from interviewer.evaluation.command import measure, rubric_identity
from interviewer.evaluation.journal import Journal
from interviewer.evaluation.learned import answers_folder, mark_seen, read_learned
from interviewer.evaluation.rows import Row, read_rows
from interviewer.evaluation.run import Listener, Run, run_examiner
from interviewer.evaluation.summary import Figures, Summary
from interviewer.evaluation.table import agreement_table, points_table, render_markdown, resistance_table, tell_labels, tell_more
from interviewer.grading.rubric.examiner import RubricExaminer
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import Bank, load_bank

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data" / "graded"
CASES = ROOT.parent / "shared" / "cases"
OWN = ROOT / "benchmarks" / "data"


@dataclass(frozen=True, slots=True)
class DataSet:
    """A file of graded answers, what it holds, and what it was used for, in both languages."""

    name: str
    zh: str
    en: str
    used: str


BANK = DataSet(
    "article_dev",
    "题库十题的回答",
    "Answers to the ten questions of the bank",
    "不算没见过：编写题库的要点时就在手边。Not held out: at hand while the points of the bank were written.",
)
UNSEEN = DataSet(
    "unseen_answers",
    "没有用于编写的回答，由语言模型写作并打分",
    "Answers kept unseen, written and scored by a language model",
    "从未学过；但调整以前的规则、选定特征 share 和 manner 时看过它的数字。Never learned from; but its figures were looked at while earlier rules and the features share and manner were chosen.",
)
OTHERS = DataSet(
    "other_writers",
    "另一批作者的回答，由语言模型写作并打分",
    "Answers by other writers, written and scored by a language model",
    "从未学过；以前有一条规则、现在的特征 share 和 manner 是看着它选定的。Never learned from; but one of the earlier rules and the features share and manner were chosen with its figures in view.",
)
BALANCED = DataSet(
    "human_dev_balanced",
    "公开题目（均衡抽样）",
    "Public questions, balanced",
    "学过：评公开题目的模型就是用这些回答训练的。Learned from: what judges public questions was trained on these answers.",
)
WHOLE = DataSet("human_dev", "公开题目（全部）", "Public questions, all", BALANCED.used)
ATTACKS = DataSet(
    "attacks_dev",
    "针对题库的攻击",
    "Attacks on questions of the bank",
    "不算没见过：编写防护时就在手边。Not held out: at hand while the defences were written.",
)
INJECTIONS = DataSet(
    "injections_dev", "针对公开题目的攻击", "Attacks on public questions",
    "不算没见过：原答是学过的公开回答。Not held out: the bases are public answers that were learned from.",
)  # fmt: skip

HEAD = """# 评分有多可信 · How far the grades can be trusted

由 `{command}` 生成，请勿手改。Written by that command from the development answers; never edited by hand.

离线评分器（rubric），不用模型。误差与增分以百分制的分计；95 % 置信区间以题目为单位自助抽样（固定种子）。
The offline examiner, no model. Errors and gains in points of 100; 95 % intervals by resampling questions with a fixed seed.

**没有学过的回答在最前。** 评分器学过或据以选定过的回答，数字单独列出，并注明“学过”。
**Answers left out of learning come first.** Where the examiner was learned from an answer, or chosen by it, its figures stand apart and say so.

- form alone: what length, lines, figures and how often a point is met give away, learned within the run, each answer judged without it 只看篇幅与形式;
  within: mean r within a question 题内相关的均值; wRMSE: ten bins of the gold score, equal in weight (arXiv 2409.18596) 按专家分十等分、各箱同权;
  QWK: quadratic weighted kappa on the six bands of the scale 六档二次加权一致性; AUC: telling answers below half marks 区分不及半数的回答;
  sunk: answers worth 70 and more that get under 40 值 70 分以上却不到 40 分的; held: scores within the stated interval of 80 % 专家分落在区间内的.
- rise: mean gain with losses as zero 下降按零计; above limit: above the highest acceptable score that the row states 高于该行注明的最高可接受分.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write; 1 if there is nothing to measure."""
    parser = argparse.ArgumentParser(formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the graded answers")
    parser.add_argument("--cases", type=Path, default=CASES, help="the folder of the hard cases")
    parser.add_argument("--labelled", type=Path, default=answers_folder(), help="the folder of the labelled answers")
    parser.add_argument("--all", action="store_true", help="all public answers instead of the balanced part")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "evaluation.md")
    options = parser.parse_args(arguments)
    wanted = (BANK, WHOLE if options.all else BALANCED, ATTACKS, INJECTIONS)
    if not any((options.data / f"{each.name}.jsonl").is_file() for each in wanted):
        print(f"no graded answers in {options.data}: nothing was measured, {options.out.name} stays as it is", file=sys.stderr)
        return 1
    bank = load_bank([knowledge_folder() / "questions"], knowledge=knowledge_folder())
    command = "python -m benchmarks.evaluate" + (" --all" if options.all else "")
    public = describe_unseen_questions(options.data / f"{WHOLE.name}.jsonl", options.data / f"{BALANCED.name}.jsonl", bank)
    parts = [
        HEAD.format(command=command),
        *_learning(options.labelled, bank),
        describe_utterances(bank),
        describe_off_subject(bank),
        describe_documents(),
        describe_hard_cases(options.cases, bank, lambda rows: _judge(rows, "hard cases").rows),
        *(_section(each, OWN, bank) for each in (UNSEEN, OTHERS)),
        _section(BANK, options.data, bank),
        public,
        *(_section(each, options.data, bank) for each in wanted[1:]),
    ]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text("\n".join(parts), encoding="utf-8")
    return 0


def _learning(folder: Path, bank: Bank) -> list[str]:
    """What comes of the answers that the examiner learns from, each judged without it."""
    rows, learning = read_answers(folder, bank), find_learning()
    if learning is None or not rows:
        print("labelled answers: absent, skipped", file=sys.stderr)
        return []
    by_answer = judge_left_out(learning, bank, folder)
    by_batch = judge_left_out(learning, bank, folder, lambda labelled: labelled.batch)
    ablations = [describe_ablations(learning.ablations(learning.load_materials(bank.questions, folder)))]
    return [describe_left_out(rows, by_answer, by_batch), *ablations]


def _section(wanted: DataSet, folder: Path, bank: Bank) -> str:
    title = f"## {wanted.zh} · {wanted.en} (`{wanted.name}`)\n\n{wanted.used}\n"
    path = folder / f"{wanted.name}.jsonl"
    if not path.is_file():
        print(f"{wanted.name}: absent, skipped", file=sys.stderr)
        return f"{title}\n此处没有这组数据，未测。Not measured: the set is not here.\n"
    return f"{title}\n{_tables(measure(_judge(read_rows([path], bank), wanted.name)).summary)}\n"


def _judge(rows: Sequence[Row], name: str) -> Run:
    marked = mark_seen(rows, read_learned(answers_folder()))
    with tqdm(desc=name, unit=" answers") as bar:
        listener = Listener(begin=lambda total, _known: bar.reset(total), judged=bar.update)
        return run_examiner(marked, RubricExaminer(), rubric_identity(), journal=Journal(), listener=listener)


def _tables(summary: Summary) -> str:
    parts = _figures(summary.held_out)
    if summary.held_out.agreement:
        parts.append(tell_more(summary, bilingual=True).replace("\n", "  \n"))
    if summary.seen.rows:
        parts += [
            f"**学过的 {summary.seen.rows} 份，不算没见过 · {summary.seen.rows} rows seen in training, not held out**",
            *_figures(summary.seen),
        ]
    return "\n\n".join(parts)


def _figures(figures: Figures) -> list[str]:
    parts = []
    if figures.points:
        parts += [render_markdown(points_table(figures, bilingual=True)), tell_labels(figures, bilingual=True).replace("\n", "  \n")]
    if figures.agreement:
        parts.append(render_markdown(agreement_table(figures, bilingual=True)))
    if figures.resistance:
        parts.append(render_markdown(resistance_table(figures, bilingual=True)))
    return parts


if __name__ == "__main__":
    raise SystemExit(main())
