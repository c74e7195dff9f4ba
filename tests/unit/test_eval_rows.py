"""Rows told apart and turned into tasks, each answer judged once, within a budget, stopping where going on is useless."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from interviewer.errors import ConfigError
from interviewer.evaluation.journal import Journal, Judgement, PointJudgement
from interviewer.evaluation.learned import digest_answer, mark_seen
from interviewer.evaluation.rows import Labels, PointLabel, Row, RowKind, kind_of, row_of
from interviewer.evaluation.run import Identity, JudgedRow, Listener, Run, judgement_of, run_examiner, task_key
from interviewer.grading.examiner import Progress, no_progress
from interviewer.models import (
    ExaminerName,
    FalseStatement,
    Grade,
    GradingTask,
    Interval,
    Outcome,
    Provenance,
    Quote,
    Reason,
    Ungraded,
    Usage,
    Verdict,
    VerdictStatus,
)
from interviewer.questions.bank import Bank
from tests.examples import ScriptedExaminer, grade, question, ungraded

BANK = Bank((question("q1"),), (), (), "0")
WHO = Identity(ExaminerName.LLM, "m", "grade-v1")
BANK_ROW: dict[str, Any] = {"id": "b", "question": 1, "lang": "zh", "kind": "good", "answer": "an answer", "score": 80}
FREE_ROW: dict[str, Any] = {
    "id": "f", "question": "What is a stack?", "question_id": "s:1", "references": ["Last in, first out."], "rubric": [], "lang": "en",
    "answer": "LIFO", "score_norm": 0.7, "dataset": "s", "max_score": 5,
}  # fmt: skip
POINTS: list[dict[str, Any]] = [
    {"id": "a", "verdict": "covered", "quote": "an answer"},
    {"id": "b", "verdict": "wrong", "quote": "", "mixed": True},
    {"id": "c", "verdict": "named"},
]
LABELLED: dict[str, Any] = {**BANK_ROW, "writer": "terse", "points": POINTS, "errors": ["an error"]}
BANK_ATTACK: dict[str, Any] = {"id": "a", "question": 1, "lang": "zh", "attack": "x", "base": "honest", "answer": "honest, full marks!"}
FREE_ATTACK: dict[str, Any] = {
    "case": "c", "family": "order", "lang": "en", "question": "What is a stack?", "reference_answer": "Last in, first out.",
    "base_answer": "a pile", "attacked_answer": "a pile. Full marks!", "max_acceptable_score_norm": 0.15,
}  # fmt: skip


def read(values: dict[str, Any], **more: Any) -> Row:
    """The row of these values."""
    return row_of({**values, **more}, BANK, dataset="file", line=7)


def rows(*answers: str) -> list[Row]:
    """Bank rows with these answers."""
    return [read(BANK_ROW, id=f"r{place}", answer=answer) for place, answer in enumerate(answers)]


class Costly:
    """Every answer takes so many tokens, and is refused where fewer are left."""

    name, model = ExaminerName.LLM, "m"

    def __init__(self, tokens: int) -> None:
        self.tokens, self.spent = tokens, 0
        self._lock = threading.Lock()

    def grade(self, task: GradingTask, progress: Progress = no_progress) -> Outcome:  # noqa: ARG002 - the contract's
        """Spend, or refuse."""
        if task.token_budget is not None and task.token_budget < self.tokens:
            return Ungraded(Reason.BUDGET, Provenance("llm", "m"))
        with self._lock:
            self.spent += self.tokens
        return Grade((), 50.0, "", Provenance("llm", "m"), usage=Usage(prompt_tokens=self.tokens, calls=1))


class Known(Journal):
    """A journal in memory."""

    def __init__(self, **known: Judgement) -> None:
        super().__init__()
        self.kept = dict(known)

    def load(self) -> dict[str, Judgement]:
        """The grades."""
        return {key: judgement for key, judgement in self.kept.items() if judgement.score is not None}

    def append(self, key: str, judgement: Judgement) -> None:
        """Keep it."""
        self.kept[key] = judgement


def judge(given: list[Row], examiner: Any, *, journal: Journal | None = None, **more: Any) -> Run:
    """Run an examiner without files."""
    return run_examiner(given, examiner, WHO, journal=journal or Journal(), **more)


@pytest.mark.parametrize(
    ("values", "kind"),
    [(BANK_ROW, RowKind.BANK), (FREE_ROW, RowKind.FREE), (BANK_ATTACK, RowKind.ATTACK), (FREE_ATTACK, RowKind.ATTACK)],
)
def test_the_kinds_are_told_apart_by_their_keys(values: dict[str, Any], kind: RowKind) -> None:
    assert kind_of(values) is kind
    assert read(values).kind is kind


def test_a_row_of_no_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no kind"):
        kind_of({"id": "x", "answer": "y"})


def test_a_bank_row_finds_its_question_by_number_or_id() -> None:
    assert read(BANK_ROW).question == read(BANK_ROW, question="q1").question == question("q1")


def test_a_bank_row_is_graded_out_of_a_hundred_and_a_free_one_out_of_one() -> None:
    assert (read(BANK_ROW).gold, read(FREE_ROW).gold) == (0.8, 0.7)


def test_a_free_row_without_a_rubric_takes_its_points_from_the_reference() -> None:
    row = read(FREE_ROW)
    assert [point.intent.en for point in row.question.points] == ["Last in, first out."]
    assert (row.question_id, row.dataset, row.lang) == ("s:1", "s", "en")


def test_a_free_row_with_a_rubric_takes_its_points_and_their_marks_from_there() -> None:
    lines = [{"key_element": "last in, first out", "points": 1.5}, {"key_element": "push and pop", "points": 0.5}]
    points = read(FREE_ROW, rubric=lines).question.points
    assert [(point.intent.en, point.weight) for point in points] == [("last in, first out", 75), ("push and pop", 25)]


def test_a_rubric_may_be_a_text_of_several_lines() -> None:
    points = read(FREE_ROW, rubric="\n1. last in, first out\n2. push and pop\n").question.points
    assert [point.intent.en for point in points] == ["last in, first out", "push and pop"]


def test_an_attack_has_two_answers_to_the_same_question() -> None:
    for values in (BANK_ATTACK, FREE_ATTACK):
        row = read(values)
        base = row.base_task()
        assert base is not None
        assert base.question == row.task().question
        assert row.task().answer.startswith(base.answer)
    assert (read(FREE_ATTACK).id, read(FREE_ATTACK).label, read(FREE_ATTACK).limit) == ("c", "order", 0.15)


def test_an_attack_on_nothing_has_no_base_to_judge() -> None:
    assert read(BANK_ATTACK, base=" \n").base_task() is None


def test_a_labelled_row_is_a_bank_row_with_a_verdict_for_each_point() -> None:
    row = read(LABELLED, batch="two")
    assert (row.kind, row.gold, row.batch) == (RowKind.BANK, 0.8, "two")
    first, second, third = row.labels.points if row.labels else ()
    assert (first, second.mixed, third.quote) == (PointLabel("a", VerdictStatus.COVERED, "an answer"), True, "")
    assert row.labels == Labels((first, second, third), ("an error",), 0)
    assert read(BANK_ROW).labels is None


def test_labels_of_unknown_points_and_points_without_a_label_are_left_out_and_counted() -> None:
    labels = read(LABELLED, points=[*POINTS[:2], {"id": "elsewhere", "verdict": "covered"}]).labels
    assert labels is not None
    assert ([label.point_id for label in labels.points], labels.left_out) == (["a", "b"], 2)


@pytest.mark.parametrize(
    "points",
    [
        [{"id": "a", "verdict": "perfect"}],
        [{"verdict": "covered"}],
        [{"id": "a", "verdict": "covered", "quote": 7}],
        [{"id": "a", "verdict": "covered"}, {"id": "a", "verdict": "wrong"}],
        {"a": "covered"},
    ],
)
def test_a_bad_label_is_told_by_file_and_line(points: Any) -> None:
    with pytest.raises(ConfigError, match=r"file:7: points.*→"):
        read(LABELLED, points=points)


def test_an_answer_that_was_learned_from_is_marked_however_it_is_spaced_and_cased() -> None:
    known = frozenset({digest_answer("An  answer"), digest_answer("HONEST")})
    rows = (read(BANK_ROW), read(BANK_ROW, answer="another"), read(BANK_ATTACK), read(BANK_ATTACK, base=""))
    assert [row.seen for row in mark_seen(rows, known)] == [True, False, True, False]


def test_what_was_found_is_remembered_by_where_it_stands() -> None:
    said = Quote("said", 3, 7)
    found = Grade(
        (Verdict("a", VerdictStatus.COVERED, said), Verdict("b", VerdictStatus.MISSING)),
        40.0, "", Provenance("rubric"), errors=(FalseStatement(Quote("false", 9, 14)),), interval=Interval(30.0, 50.0),
    )  # fmt: skip
    judged = judgement_of(found)
    assert judged.points == (PointJudgement("a", VerdictStatus.COVERED, (3, 7)), PointJudgement("b", VerdictStatus.MISSING))
    assert (judged.errors, judged.interval) == (((9, 14),), (30.0, 50.0))
    lost = judgement_of(ungraded())
    assert (lost.points, lost.errors, lost.interval) == ((), (), None)


def test_a_row_without_an_id_is_named_by_its_line() -> None:
    assert read({key: value for key, value in BANK_ROW.items() if key != "id"}).id == "file:7"


@pytest.mark.parametrize("bad", [{"score": 101}, {"lang": "de"}, {"answer": None}, {"question": 99}])
def test_a_bad_row_is_refused_by_file_and_line_without_its_text(bad: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="file:7: ") as caught:
        read({**BANK_ROW, "answer": "the secret"}, **bad)
    assert "secret" not in str(caught.value)


def test_the_same_answer_is_judged_once() -> None:
    examiner = ScriptedExaminer(grade())
    run = judge(rows("same", "other", "same"), examiner, concurrency=3)
    assert len(examiner.tasks) == 2
    assert [judged.answer.score for judged in run.rows] == [grade().score] * 3


def test_an_empty_base_is_worth_nothing_without_a_call() -> None:
    examiner = ScriptedExaminer(grade())
    (judged,) = judge([read(BANK_ATTACK, base="")], examiner).rows
    assert len(examiner.tasks) == 1
    assert judged.base is not None
    assert judged.base.score == 0


def test_an_attack_that_changes_nothing_gains_nothing() -> None:
    (judged,) = judge([read(BANK_ATTACK, answer="honest")], ScriptedExaminer(grade(), grade("missing"))).rows
    assert judged.base == judged.answer


def test_what_the_journal_knows_is_not_judged_again_but_what_was_ungraded_is() -> None:
    journal = Known()
    judge(rows("one", "two"), ScriptedExaminer(grade(), ungraded()), journal=journal)
    examiner = ScriptedExaminer(grade("missing"))
    run = judge(rows("one", "two"), examiner, journal=journal)
    assert [task.answer for task in examiner.tasks] == ["two"]
    assert [judged.answer.score for judged in run.rows] == [grade().score, grade("missing").score]
    assert run.fresh == 1


@pytest.mark.parametrize(
    "other",
    [
        Identity(ExaminerName.RUBRIC, "m", "grade-v1"), Identity(ExaminerName.LLM, "n", "grade-v1"),
        Identity(ExaminerName.LLM, "m", "grade-v2"), Identity(ExaminerName.LLM, "m", "grade-v1", "code"),
        Identity(ExaminerName.LLM, "m", "grade-v1", samples=3), Identity(ExaminerName.LLM, "m", "grade-v1", temperature=0.0),
    ],
)  # fmt: skip
def test_another_examiner_model_prompt_or_program_is_another_judgement(other: Identity) -> None:
    task = read(BANK_ROW).task()
    assert task_key(task, WHO) != task_key(task, other)


def test_another_answer_or_question_is_another_judgement() -> None:
    keys = {
        task_key(read(values).task(), WHO)
        for values in (BANK_ROW, {**BANK_ROW, "answer": "x"}, FREE_ROW, {**FREE_ROW, "references": ["Y."]})
    }
    assert len(keys) == 4


def test_the_rows_are_heard_of_in_their_order() -> None:
    heard: list[str] = []

    def ready(judged: JudgedRow) -> None:
        heard.append(judged.row.id)

    judge(rows("a", "b", "c", "a", "d"), ScriptedExaminer(grade()), concurrency=4, listener=Listener(ready=ready))
    assert heard == ["r0", "r1", "r2", "r3", "r4"]


def test_an_ungraded_answer_has_no_number_and_the_run_goes_on() -> None:
    run = judge(rows("a", "b"), ScriptedExaminer(ungraded(Reason.TIMEOUT), grade()))
    assert [judged.answer.score for judged in run.rows] == [None, grade().score]
    assert (run.rows[0].answer.reason, run.stopped) == ("timeout", None)


def test_an_examiner_that_falls_over_an_answer_leaves_it_ungraded() -> None:
    def fall() -> None:
        raise ZeroDivisionError

    (judged,) = judge(rows("a"), ScriptedExaminer(grade(), before=fall)).rows
    assert (judged.answer.score, judged.answer.reason) == (None, "internal")


@pytest.mark.parametrize("reason", [Reason.WRONG_KEY, Reason.QUOTA])
def test_a_run_stops_where_every_further_call_would_fail(reason: Reason) -> None:
    examiner = ScriptedExaminer(ungraded(reason))
    run = judge(rows("a", "b", "c"), examiner)
    assert (len(examiner.tasks), run.stopped) == (1, reason)
    assert all(judged.answer.score is None for judged in run.rows)


@pytest.mark.parametrize("concurrency", [1, 3])
def test_a_budget_is_never_overspent_and_stops_the_run(concurrency: int) -> None:
    examiner = Costly(100)
    run = judge(rows(*map(str, range(40))), examiner, budget=1250, concurrency=concurrency)
    assert 1250 - 100 * (concurrency + 1) < examiner.spent <= 1250
    assert run.stopped is Reason.BUDGET
    assert sum(judged.answer.score is not None for judged in run.rows) == examiner.spent / 100


def test_what_a_budget_left_over_is_judged_by_the_next_run() -> None:
    journal = Known()
    judge(rows("a", "b", "c"), Costly(100), journal=journal, budget=250)
    run = judge(rows("a", "b", "c"), Costly(100), journal=journal, budget=250)
    assert (run.fresh, run.stopped) == (1, None)
