"""Runs the offline examiner on every set of development answers that is here and writes docs/evaluation.md.

    python -m benchmarks.evaluate [--data FOLDER] [--all] [--out FILE]

The figures depend on the code and the answers alone, so the file changes only when they do. `--all` takes the large set of
public answers instead of its balanced part. A set that is absent is named in the file; without any, the file stays as it is.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from benchmarks.likeness import likeness
from benchmarks.train_free import collect, cross_validate
from interviewer.evaluation.command import measure, rubric_identity
from interviewer.evaluation.journal import Journal
from interviewer.evaluation.rows import Row, read_rows
from interviewer.evaluation.run import Listener, run_examiner
from interviewer.evaluation.summary import Summary
from interviewer.evaluation.table import agreement_table, render_markdown, resistance_table, tell_more
from interviewer.grading.rubric.examiner import RubricExaminer
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import Bank, load_bank

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data" / "graded"
OWN = ROOT / "benchmarks" / "data"


@dataclass(frozen=True, slots=True)
class DataSet:
    """A file of graded answers and what it holds, in both languages."""

    name: str
    zh: str
    en: str


BANK = DataSet("article_dev", "题库十题的回答", "Answers to the ten questions of the bank")
UNSEEN = DataSet(
    "unseen_answers", "没有用于编写的回答，由语言模型写作并打分", "Answers kept unseen, written and scored by a language model"
)
OTHERS = DataSet(
    "other_writers", "另一批作者的回答，由语言模型写作并打分", "Answers by other writers, written and scored by a language model"
)
BALANCED = DataSet("human_dev_balanced", "公开题目（均衡抽样）", "Public questions, balanced")
WHOLE = DataSet("human_dev", "公开题目（全部）", "Public questions, all")
ATTACKS = DataSet("attacks_dev", "针对题库的攻击", "Attacks on questions of the bank")
INJECTIONS = DataSet("injections_dev", "针对公开题目的攻击", "Attacks on public questions")

HEAD = """# 评分有多可信 · How far the grades can be trusted

由 `{command}` 生成，请勿手改。Written by that command from the development answers; never edited by hand.

离线评分器（rubric），不用模型。误差与增分以百分制的分计；95 % 置信区间以题目为单位自助抽样（固定种子）。
The offline examiner, no model. Errors and gains in points of 100; 95 % intervals by resampling questions with a fixed seed.

**The answers of `article_dev` were at hand while the rubrics were written**, so their figures say how well the bank fits. Those of
`unseen_answers` were not, and say more about other writers; but a language model wrote and scored them, not a person. The demand for
depth was chosen by how it did on all three, so that `other_writers` say little more than `article_dev` about it.
编写评分要点时 `article_dev` 就在手边，它的数字说明拟合程度；`unseen_answers` 没有用过，更能说明对新作者的效果，但它由语言模型写作并打分，不是人的判断。
对展开程度的要求是看三组的表现选定的，`other_writers` 在这一点上也算用过。

**What judges public questions was trained on the public answers**, so the figures of `human_dev_balanced` and `injections_dev` are
in-sample; the table of questions that were not seen in training says what to expect of new ones.
评公开题目的模型就是用这些公开回答训练的，`human_dev_balanced` 与 `injections_dev` 的数字是样本内的；对新题的预期见“题目没有见过”那张表。

- within: mean r within a question 题内相关的均值; wRMSE: ten bins of the gold score, equal in weight (arXiv 2409.18596) 按专家分十等分、各箱同权;
  QWK: quadratic weighted kappa on the six bands of the scale 六档二次加权一致性; AUC: telling answers below half marks 区分不及半数的回答.
- rise: mean gain with losses as zero 下降按零计; above limit: above the highest acceptable score that the row states 高于该行注明的最高可接受分.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write; 1 if there is nothing to measure."""
    parser = argparse.ArgumentParser(formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the graded answers")
    parser.add_argument("--all", action="store_true", help="all public answers instead of the balanced part")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "evaluation.md")
    options = parser.parse_args(arguments)
    wanted = (BANK, WHOLE if options.all else BALANCED, ATTACKS, INJECTIONS)
    if not any((options.data / f"{each.name}.jsonl").is_file() for each in wanted):
        print(f"no graded answers in {options.data}: nothing was measured, {options.out.name} stays as it is", file=sys.stderr)
        return 1
    bank = load_bank([knowledge_folder() / "questions"], knowledge=knowledge_folder())
    command = "python -m benchmarks.evaluate" + (" --all" if options.all else "")
    sections = [_section(UNSEEN, OWN, bank), _section(OTHERS, OWN, bank), *(_section(each, options.data, bank) for each in wanted)]
    sections.insert(-2, _unseen_questions(options.data, bank))
    parts = [HEAD.format(command=command), *sections]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text("\n".join(parts), encoding="utf-8")
    return 0


def _section(wanted: DataSet, folder: Path, bank: Bank) -> str:
    title = f"## {wanted.zh} · {wanted.en} (`{wanted.name}`)\n"
    path = folder / f"{wanted.name}.jsonl"
    if not path.is_file():
        print(f"{wanted.name}: absent, skipped", file=sys.stderr)
        return f"{title}\n此处没有这组数据，未测。Not measured: the set is not here.\n"
    rows = read_rows([path], bank)
    with tqdm(desc=wanted.name, unit=" answers") as bar:
        listener = Listener(begin=lambda total, _known: bar.reset(total), judged=bar.update)
        run = run_examiner(rows, RubricExaminer(), rubric_identity(), journal=Journal(), listener=listener)
    return f"{title}\n{_tables(measure(run).summary)}\n"


def _unseen_questions(folder: Path, bank: Bank) -> str:
    """The balanced public answers judged without their question, and without their whole set, among what was learnt from."""
    title = "## 公开题目，题目没有见过 · Public questions that were not seen in training (`human_dev_balanced`)\n"
    paths = [folder / f"{each.name}.jsonl" for each in (WHOLE, BALANCED)]
    if not all(path.is_file() for path in paths):
        return f"{title}\n此处没有这组数据，未测。Not measured: the set is not here.\n"
    lessons = collect(read_rows(paths[:1], bank))
    balanced = read_rows(paths[1:], bank)
    runs = {name: through for name, _, through in cross_validate(lessons, {row.id for row in balanced})}
    plain = _plain_agreement(balanced)
    lines = [
        "训练时略去该题（或整组）的全部回答，再经要点判定得出分数；这才是对新题的预期。The answers to the question (or the whole set) are",
        "left out of training; the scores come through the verdicts, as the product gives them. This is what to expect of new questions.",
        "“只看相似”：与参考答案的 TF-IDF 相似度（词与字串）直接当作分数，同样的回答，供对照。Likeness: the same answers, with their TF-IDF likeness",
        "to the reference (words and runs of characters) taken for the score; it says how easy a set is.",
        "",
        "|  | 份数 n | 只看相似 r of likeness | r | 偏差 bias | 平均误差 MAE | 略去整组 r without the set | 偏差 bias | 平均误差 MAE |",
        "| --- | --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    lines += [
        f"| {one.dataset} | {one.n} | {plain[one.dataset]:.2f} | {one.r:.2f} | {_signed(one.bias)} | {one.mae:.1f} "
        f"| {other.r:.2f} | {_signed(other.bias)} | {other.mae:.1f} |"
        for one, other in zip(runs["question"], runs["set"], strict=True)
    ]
    return f"{title}\n" + "\n".join(lines) + "\n"


def _plain_agreement(rows: Sequence[Row]) -> dict[str, float]:
    """By set and for all together: how likeness to the reference goes along with people's grades."""
    found = {}
    for name in ("all", *{row.dataset for row in rows}):
        own = [row for row in rows if name in ("all", row.dataset)]
        found[name] = float(np.corrcoef(likeness(own), [row.gold or 0.0 for row in own])[0, 1])
    return found


def _signed(value: float) -> str:
    return f"{value:.1f}".replace("-", "−")


def _tables(summary: Summary) -> str:
    parts = []
    if summary.agreement:
        parts += [render_markdown(agreement_table(summary, bilingual=True)), tell_more(summary, bilingual=True).replace("\n", "  \n")]
    if summary.resistance:
        parts.append(render_markdown(resistance_table(summary, bilingual=True)))
    return "\n\n".join(parts)


if __name__ == "__main__":
    raise SystemExit(main())
