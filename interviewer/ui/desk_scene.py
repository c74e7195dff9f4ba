"""One question of an interview as the coach's desk lays it out: dialogue, rubric, edits. Pure; the words and the HTML are elsewhere.

In a blind review what the examiner found is not in the scene at all until the coach has given a verdict for every point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interviewer.grading.scoring import answer_score, question_score
from interviewer.insight.highlights import Stretch, count_hidden, cut_stretches
from interviewer.interview.contesting import Contested, contested_in, unanswered_claims
from interviewer.interview.last_word import coaches_on, comments_of, counting_edits, decision_on, findings_by, findings_of, verdicts_of
from interviewer.interview.results import QuestionResult, QuestionStatus, results_of
from interviewer.models import (
    Aside,
    Edit,
    EditKind,
    FalseStatement,
    Flag,
    Grade,
    GradeRecord,
    Interview,
    Misconception,
    Passage,
    Question,
    ReplyKind,
    RubricPoint,
    Turn,
    TurnKind,
    Utterance,
    Verdict,
    VerdictStatus,
    standing_edits,
)
from interviewer.questions.passages import passages_of

_ANSWERS = (ReplyKind.TEXT, ReplyKind.TIMED_OUT)


@dataclass(frozen=True, slots=True)
class Step:
    """A question in the row of tabs. `masked`: its score is not to be seen yet."""

    number: int
    question: Question
    status: QuestionStatus
    score: float | None
    flagged: bool
    edited: bool
    contested: bool
    masked: bool


@dataclass(frozen=True, slots=True)
class Column:
    """One judgement of an answer, to be laid beside the others. `by`: rubric, llm or coach; `model`: its name, or the coach's; `score`: 0–100 of this answer alone."""

    by: str
    model: str
    prompt_version: str
    score: float
    verdicts: dict[str, Verdict]
    second: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A turn with its reply. `follow_up`: its number, 0 for the first answer. `hidden`: characters that show nothing.

    `grade`: the one that counts, None while there is none or it is not to be seen; `failed`: why the last try gave none.
    `asides`: what was said before it; nothing that speaks of a grade while that is not to be seen.
    """

    turn: Turn
    follow_up: int
    stretches: tuple[Stretch, ...]
    hidden: int
    comments: tuple[Edit, ...]
    flags: tuple[Flag, ...]
    grade: Grade | None
    failed: GradeRecord | None
    columns: tuple[Column, ...]
    passages: tuple[Passage, ...]
    unknown_passages: tuple[str, ...]
    asides: tuple[Aside, ...] = ()

    @property
    def gradable(self) -> bool:
        """Whether there is something to judge."""
        return is_answer(self.turn)

    @property
    def differing(self) -> frozenset[str]:
        """The points on which the judgements are not of one mind."""
        points = {point for column in self.columns for point in column.verdicts}
        return frozenset(point for point in points if len({_status_in(column, point) for column in self.columns}) > 1)


@dataclass(frozen=True, slots=True)
class ClaimView:
    """What the candidate claims of a point. `number`: of the answer, as in `PointRow.by_turn`."""

    contested: Contested
    number: int


@dataclass(frozen=True, slots=True)
class PointRow:
    """A point with what counts (`verdict`), what the examiner alone found (`machine`), and in which answer it was decided (`seq`).

    `by_turn`: number of the answer, its turn's seq and its verdict. `claims`: on the point, oldest first.
    """

    point: RubricPoint
    verdict: Verdict
    machine: Verdict | None
    seq: int
    edit: Edit | None
    misconception: Misconception | None
    by_turn: tuple[tuple[int, int, Verdict], ...]
    claims: tuple[ClaimView, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the coach's verdict is another than the examiner's."""
        return self.edit is not None and self.machine is not None and self.machine.status is not self.verdict.status


@dataclass(frozen=True, slots=True)
class Scene:
    """A question on the desk. `to_judge`: the answer that a blind review waits for; then there are no points, errors and score.

    `decision`: the edit by which a coach gave the final grade, None if none did. `unanswered`: what was said to a prompt that has no answer.
    """

    step: Step
    result: QuestionResult
    answers: tuple[Answer, ...]
    points: tuple[PointRow, ...]
    errors: tuple[FalseStatement, ...]
    to_judge: Answer | None
    comments: tuple[Edit, ...]
    history: tuple[Edit, ...]
    withdrawn: frozenset[int]
    decision: Edit | None = None
    kept_back: int = 0
    unanswered: tuple[Aside, ...] = ()


def is_answer(turn: Turn) -> bool:
    """Whether the turn has an answer that an examiner judges."""
    return turn.reply is not None and turn.reply.kind in _ANSWERS and bool(turn.reply.text.strip())


def is_judged(interview: Interview, turn: Turn, coach_id: str) -> bool:
    """Whether this coach has given a verdict for each point of the answer without having seen the grade."""
    given = {
        edit.point_id
        for edit in standing_edits(interview.edits)
        if edit.kind is EditKind.VERDICT and edit.blind and edit.turn_seq == turn.seq and edit.author_id == coach_id
    }
    return {point.id for point in interview.questions[turn.question_id].points} <= given


def waits_for_judgement(interview: Interview, question_id: str, coach_id: str) -> Turn | None:
    """The first answer of the question that the coach has not judged blindly yet."""
    return next((turn for turn in interview.turns_of(question_id) if is_answer(turn) and not is_judged(interview, turn, coach_id)), None)


def steps_of(interview: Interview, *, coach_id: str, blind: bool) -> tuple[Step, ...]:
    """All questions of the plan, for the row of tabs."""
    return tuple(_step(interview, number, result, coach_id, blind) for number, result in enumerate(results_of(interview), start=1))


def lay_out(interview: Interview, number: int, *, coach_id: str, blind: bool) -> Scene:
    """The question of that number (from 1)."""
    result = results_of(interview)[number - 1]
    step = _step(interview, number, result, coach_id, blind)
    waiting = waits_for_judgement(interview, result.question.id, coach_id) if step.masked else None
    shown = [turn for turn in result.turns if turn.reply and (waiting is None or turn.seq <= waiting.seq)]
    answers = tuple(_answer(interview, result, turn, masked=waiting is not None) for turn in shown)
    mine = tuple(edit for edit in interview.edits if edit.question_id == result.question.id and edit.kind is not EditKind.WITHDRAWN)
    withdrawn = frozenset(edit.withdraws for edit in interview.edits if edit.kind is EditKind.WITHDRAWN and edit.withdraws)
    return Scene(
        step=step,
        result=result,
        answers=answers,
        points=() if waiting else tuple(_point_rows(interview, result)),
        errors=() if waiting else result.errors,
        to_judge=next((answer for answer in answers if waiting and answer.turn.seq == waiting.seq), None),
        comments=() if waiting else tuple(edit for edit in comments_of(interview, result.question.id) if edit.turn_seq is None),
        history=() if waiting else tuple(reversed(mine)),
        withdrawn=withdrawn,
        decision=None if waiting else decision_on(interview, result.question.id),
        kept_back=len([turn for turn in result.turns if turn.reply]) - len(shown),
        unanswered=() if waiting else tuple(aside for turn in result.turns if not turn.reply for aside in turn.asides),
    )


def coach_changes(interview: Interview, question_id: str) -> dict[str, Edit]:
    """By point, the coach's verdict on a question's answer that counts where it is another than the examiner's."""
    counting = [edit for edit in counting_edits(interview, question_id) if edit.kind is EditKind.VERDICT]
    last = {(edit.turn_seq, edit.point_id): edit for edit in counting}
    return {edit.point_id: edit for edit in last.values() if edit.point_id and edit.status is not edit.was_status}


def flags_of(turn: Turn) -> tuple[Flag, ...]:
    """What the grade that counts says a coach should look at."""
    return turn.grade.flags if turn.grade else ()


def _step(interview: Interview, number: int, result: QuestionResult, coach_id: str, blind: bool) -> Step:
    masked = blind and waits_for_judgement(interview, result.question.id, coach_id) is not None
    edited = bool(counting_edits(interview, result.question.id) or comments_of(interview, result.question.id))
    return Step(
        number=number,
        question=result.question,
        status=result.status,
        score=None if masked else result.score,
        flagged=not masked and any(flags_of(turn) for turn in result.turns),
        edited=not masked and edited,
        contested=not masked and any(unanswered_claims(interview, turn) for turn in result.turns),
        masked=masked,
    )


def _answer(interview: Interview, result: QuestionResult, turn: Turn, *, masked: bool) -> Answer:
    assert turn.reply is not None
    text = turn.reply.text
    spoken = [] if masked else [edit for edit in comments_of(interview, turn.question_id) if edit.turn_seq == turn.seq]
    grade = None if masked else turn.grade
    marked = None if masked else findings_of(interview, turn)
    seen, unknown = _passages(result.question, grade)
    probes = [other for other in result.turns if other.kind is TurnKind.FOLLOW_UP]
    return Answer(
        turn=turn,
        follow_up=probes.index(turn) + 1 if turn in probes else 0,
        stretches=cut_stretches(
            text,
            marked.verdicts if marked else (),
            marked.errors if marked else (),
            comments=[edit for edit in spoken if edit.start is not None],
        ),
        hidden=0 if masked else count_hidden(text),
        comments=tuple(spoken),
        flags=() if masked else flags_of(turn),
        grade=grade,
        failed=turn.grades[-1] if not masked and grade is None and turn.grades else None,
        columns=() if masked else tuple(_columns(interview, turn)),
        passages=seen,
        unknown_passages=unknown,
        asides=tuple(aside for aside in turn.asides if not masked or aside.utterance is not Utterance.DISPUTE),
    )


def _columns(interview: Interview, turn: Turn) -> list[Column]:
    columns = []
    for record in turn.grades:
        if isinstance(record.outcome, Grade):
            grade = record.outcome
            columns.append(
                _column(grade.verdicts, grade.score, grade.provenance.examiner, grade.provenance.model, grade.provenance.prompt_version)
            )
            if other := grade.second_opinion:
                made = _column(
                    other.verdicts, other.score, other.provenance.examiner, other.provenance.model, other.provenance.prompt_version
                )
                columns.append(Column(made.by, made.model, made.prompt_version, made.score, made.verdicts, second=True))
    for author_id, author in coaches_on(interview, turn.question_id).items():
        if found := findings_by(interview, turn, author_id):
            score = answer_score(interview.questions[turn.question_id].points, found.verdicts, found.errors, scale=found.scale)
            columns.append(_column(found.verdicts, score, "coach", author, ""))
    return columns


def _column(verdicts: Sequence[Verdict], score: float, by: str, model: str, prompt: str) -> Column:
    return Column(by, model, prompt, score, {verdict.point_id: verdict for verdict in verdicts})


def _status_in(column: Column, point_id: str) -> VerdictStatus | None:
    verdict = column.verdicts.get(point_id)
    return verdict.status if verdict else None


def _passages(question: Question, grade: Grade | None) -> tuple[tuple[Passage, ...], tuple[str, ...]]:
    """The passages that the examiner saw, as far as the question of that time still yields them, and the ids of the rest."""
    if grade is None or not grade.provenance.passages:
        return (), ()
    known = {passage.id: passage for passage in passages_of(question)}
    wanted = grade.provenance.passages
    return tuple(known[id] for id in wanted if id in known), tuple(id for id in wanted if id not in known)


def _point_rows(interview: Interview, result: QuestionResult) -> list[PointRow]:
    answered = [turn for turn in result.turns if is_answer(turn)]
    if not answered:
        return []
    found = [findings for turn in answered if (findings := findings_of(interview, turn))]
    final = {turn.seq: {verdict.point_id: verdict for verdict in verdicts_of(interview, turn)} for turn in answered}
    merged = {verdict.point_id: verdict for verdict in question_score(result.question, found).verdicts}
    graded = [turn.grade.findings for turn in answered if turn.grade]
    machine = {verdict.point_id: verdict for verdict in question_score(result.question, graded).verdicts} if graded else {}
    edits = [edit for edit in counting_edits(interview, result.question.id) if edit.kind is EditKind.VERDICT]
    views = _claim_views(interview, answered)
    rows = []
    for point in result.question.points:
        verdict = merged[point.id]
        seq = next((seq for seq in final if final[seq].get(point.id) == verdict), answered[0].seq)
        mine = [edit for edit in edits if edit.point_id == point.id]
        known = next((belief for belief in point.misconceptions if belief.id == verdict.misconception), None)
        by_turn = tuple(
            (number, turn.seq, final[turn.seq][point.id]) for number, turn in enumerate(answered) if point.id in final[turn.seq]
        )
        claims = tuple(view for view in views if view.contested.claim.point_id == point.id)
        rows.append(PointRow(point, verdict, machine.get(point.id), seq, mine[-1] if mine else None, known, by_turn, claims))
    return rows


def _claim_views(interview: Interview, answered: Sequence[Turn]) -> tuple[ClaimView, ...]:
    return tuple(ClaimView(each, number) for number, turn in enumerate(answered) for each in contested_in(interview, turn))
