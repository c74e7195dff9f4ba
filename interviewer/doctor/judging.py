"""Whether the language model reads a prompt of real size, and whether it can judge: labelled answers through the real examiner."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from statistics import fmean
from typing import Any

from interviewer.config import Settings
from interviewer.doctor.checks import Check, State, same
from interviewer.endpoint.chat import ChatModel, Completion, Message, OnText, ignore_text
from interviewer.errors import ConfigError, InterviewerError
from interviewer.evaluation.points import labelled_marks, measure_points
from interviewer.evaluation.rows import Row, read_rows
from interviewer.evaluation.run import JudgedRow, judgement_of
from interviewer.messages import explain, widen_window
from interviewer.models import Bilingual, Grade, Heard, Outcome, Reason, Ungraded, Utterance
from interviewer.paths import knowledge_folder, prompts_folder

SAMPLES = ("q1-008", "q2-w024", "q3-054", "q4-101", "q5-w047", "q6-x014", "q7-030", "q8-003", "q9-041", "q10-092")
"""Labelled answers of knowledge/answers, one to each question, Chinese and English in turn, of every kind: from excellent to wrong, from
long to one line. Always the same, so that one model can be held against another."""
LEAST_KAPPA = 0.6
"""Below it a model tells less of these answers than their length and form do: on the labelled answers those alone come to 0.61
(docs/evaluation.md)."""
_HOPELESS = frozenset({Reason.WRONG_KEY, Reason.NO_SUCH_MODEL, Reason.QUOTA, Reason.NOT_CONFIGURED, Reason.PROMPT_CUT, Reason.UNREACHABLE})
"""What would befall every further answer as well."""
_SIZE = Bilingual("真实大小的提示", "Prompt of real size")
_JUDGES = Bilingual("评分能力", "Judgement")
Tell = Callable[[int, int], None]
"""Hears how many answers of how many are judged."""


def tell_nobody(_done: int, _all: int) -> None:
    """Hear how far it is and do nothing."""


@dataclass(slots=True)
class _Overheard:
    """A model, and what its endpoint says that it has read of the last prompt (0: nothing)."""

    chat: ChatModel
    read: list[int] = field(default_factory=list)

    @property
    def model(self) -> str:
        return self.chat.model

    def complete(
        self, messages: Sequence[Message], schema: Mapping[str, Any], *, deadline: float, on_text: OnText = ignore_text,
        needed: tuple[str, ...] | None = None,
    ) -> Completion:  # fmt: skip
        completion = self.chat.complete(messages, schema, deadline=deadline, on_text=on_text, needed=needed)
        self.read.append(completion.read_tokens)
        return completion


def check_judging(settings: Settings, chat: ChatModel, *, judge: bool, tell: Tell = tell_nobody) -> list[Check]:
    """Have it judge one labelled answer, all of `SAMPLES` if `judge`, which costs as many prompts."""
    from interviewer.endpoint.tokens import TokenCounter
    from interviewer.grading.llm.examiner import LlmExaminer
    from interviewer.grading.llm.prompts import load_prompts

    overheard = _Overheard(chat)
    try:
        rows = read_samples()
        examiner = LlmExaminer(overheard, load_prompts(prompts_folder()), TokenCounter(settings.model_name), settings)
    except InterviewerError as error:
        return [Check(_SIZE, State.BAD, same(str(error)))]

    def grade(row: Row) -> Outcome:
        outcome = examiner.grade(replace(row.task(), heard=Heard(Utterance.ANSWER)))
        judged.append(JudgedRow(row, judgement_of(outcome)))
        tell(len(judged), len(rows) if judge else 1)
        return outcome

    judged: list[JudgedRow] = []
    first = grade(rows[0])
    checks = [_check_size(first, overheard.read)]
    if not judge:
        return [*checks, _offer(first, len(rows))] if isinstance(first, Grade) else checks
    if not _is_hopeless(first):
        for _ in takewhile(lambda row: not _is_hopeless(grade(row)), rows[1:]):
            pass
    return [*checks, _check_judgement(judged, len(rows))]


def no_judge(settings: Settings) -> Check:
    """What is said where there is no model that could be tried."""
    model = settings.model or ""
    found = Bilingual("没有试：没有配置模型", "not tried: no model is configured")
    return Check(
        _JUDGES, State.NOTE, found, Bilingual(explain(Reason.NOT_CONFIGURED, "zh", model), explain(Reason.NOT_CONFIGURED, "en", model))
    )


def read_samples() -> tuple[Row, ...]:
    """The labelled answers of `SAMPLES`, in order; ConfigError if the knowledge folder has them no more."""
    from interviewer.questions.bank import load_bank

    folder = knowledge_folder()
    bank = load_bank([folder / "questions"], knowledge=folder)
    rows = {row.id: row for row in read_rows(sorted((folder / "answers").glob("q*.jsonl")), bank) if row.id in SAMPLES}
    if missing := [name for name in SAMPLES if name not in rows]:
        raise ConfigError(f"{folder / 'answers'}: no {', '.join(missing)} → install the knowledge folder anew")
    return tuple(rows[name] for name in SAMPLES)


def _is_hopeless(outcome: Outcome) -> bool:
    return isinstance(outcome, Ungraded) and outcome.reason in _HOPELESS


def _check_size(outcome: Outcome, read: Sequence[int]) -> Check:
    """Whether one whole grade comes about, and whether the endpoint has read all of the prompt."""
    seconds, model = outcome.usage.milliseconds / 1000, outcome.provenance.model
    if isinstance(outcome, Ungraded):
        told = outcome.reason.value + (f" ({outcome.detail})" if outcome.detail else "")
        return Check(_SIZE, State.BAD, same(told), Bilingual(explain(outcome.reason, "zh", model), explain(outcome.reason, "en", model)))
    if not any(read):
        return Check(
            _SIZE,
            State.NOTE,
            Bilingual(
                f"{seconds:.1f} 秒评完；端点没有说读了多少 token",
                f"judged in {seconds:.1f} s; the endpoint does not say how many tokens it read",
            ),
            Bilingual(
                f"端点悄悄截掉提示时看不出来：请自己确认它的上下文不小于 INTERVIEWER_CONTEXT。如果更小：{widen_window(model, 'zh')}",
                f"a prompt that it cuts would go unnoticed: see to it that its context is not below INTERVIEWER_CONTEXT. If it is: {widen_window(model, 'en')}",
            ),
        )
    found = Bilingual(
        f"{read[-1]} 个 token 都读到了，{seconds:.1f} 秒评完", f"all of its {read[-1]} tokens were read; judged in {seconds:.1f} s"
    )
    return Check(_SIZE, State.GOOD, found)


def _offer(outcome: Outcome, answers: int) -> Check:
    spent = answers * (outcome.usage.prompt_tokens + outcome.usage.completion_tokens)
    return Check(
        _JUDGES,
        State.NOTE,
        Bilingual("没有试", "not tried"),
        Bilingual(
            f"interviewer doctor --judge 让它评 {answers} 份有标注的回答（约 {spent / 1000:.0f} 千 token），看评得准不准",
            f"`interviewer doctor --judge` has it judge {answers} labelled answers (about {spent / 1000:.0f} thousand tokens) and says how well it does",
        ),
    )


def _check_judgement(judged: Sequence[JudgedRow], answers: int) -> Check:
    """How its verdicts and scores agree with the labels."""
    measured = measure_points(labelled_marks(judged))
    off = [abs(each.answer.score - 100 * each.row.gold) for each in judged if each.answer.score is not None and each.row.gold is not None]
    spent = sum(each.answer.prompt_tokens + each.answer.completion_tokens for each in judged)
    if not off:
        return Check(_JUDGES, State.BAD, Bilingual("没有一份回答得到评分", "none of the answers got a grade"), _WEAK)
    kappa = "–" if measured.kappa is None else f"{measured.kappa:.2f}"
    found = Bilingual(
        f"{answers} 份回答评出 {len(off)} 份；与标注逐点一致 κ = {kappa}（{measured.points} 个要点），分数平均差 {fmean(off):.0f} 分，{spent} 个 token",
        f"{len(off)} of {answers} answers graded; agreement with the labels κ = {kappa} ({measured.points} points), scores off by {fmean(off):.0f} marks on "
        f"average, {spent} tokens",
    )
    weak = measured.kappa is None or measured.kappa < LEAST_KAPPA
    return Check(
        _JUDGES, State.NOTE if weak or len(off) < answers else State.GOOD, found, _WEAK if weak else _RARE if len(off) < answers else None
    )


_WEAK = Bilingual(
    f"低于 {LEAST_KAPPA}：只看篇幅和形式就有 0.61，它的评分不可信。换一个更强的模型，或用离线评分器；interviewer eval 可以细看",
    f"below {LEAST_KAPPA}, while length and form alone come to 0.61: its grades cannot be trusted. Use a stronger model or the offline examiner; "
    "`interviewer eval` tells more",
)
_RARE = Bilingual(
    "有的回答没有评出来：用的时候会显示“没有评分”并重试。换一个模型，或调大 INTERVIEWER_MAX_OUTPUT 和 INTERVIEWER_DEADLINE",
    "some answers got no grade: in use they are shown as ungraded and tried again. Use another model, or raise INTERVIEWER_MAX_OUTPUT and INTERVIEWER_DEADLINE",
)
