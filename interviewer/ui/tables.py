"""Tables as CSV that a spreadsheet opens as what it is: text stays text, whatever it begins with, and numbers stay numbers.

Pure. Which interview may be seen, and the other formats, are elsewhere (ui/exports, web).
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

from interviewer.insight.false_statements import belief_of, explanation_of, says_no_more
from interviewer.interview.contesting import contested_in
from interviewer.interview.last_word import comments_of
from interviewer.interview.results import QuestionResult, results_of
from interviewer.models import Competency, Interview, Lang, Mode, ReplyKind, Turn, TurnKind
from interviewer.text.normalize import strip_hidden
from interviewer.ui.assignment_view import facts_of
from interviewer.ui.labels import verdict_name, words
from interviewer.ui.render import tell_conduct

Value = str | int | float | None

BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets take UTF-8 for the local code page, and Chinese is lost."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """RFC 4180 with a byte order mark. Text that a spreadsheet would run as a formula gets a leading apostrophe; None is an empty cell."""
    out = io.StringIO(newline="")
    # Text in quotes also where the local separator is another: a semicolon in an answer must not begin a cell of its own.
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([safe_cell(header) for header in headers])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return BYTE_ORDER_MARK + out.getvalue()


def safe_cell(text: str) -> str:
    """The text without hidden characters, and with nothing at its beginning that a spreadsheet would act on, full-width forms included."""
    clean = strip_hidden(text).replace("\x00", "")
    begins = unicodedata.normalize("NFKC", clean.lstrip(" \u3000\u00a0")[:1])
    return f"'{clean}" if begins.startswith(_FORMULA) or clean.startswith(_FORMULA) else clean


def export_csv(
    interview: Interview, _competencies: Sequence[Competency], lang: Lang, candidate: str = "", model: str = "", behind: object = None  # noqa: ARG001
) -> str:  # fmt: skip
    """The transcript with a row for each rubric point and each false statement; a question without verdicts has one row.

    Without a name the owner's id stands for it.
    """
    t = words(lang)
    headers = [t[f"csv_{name}"] for name in ("candidate", "question", "topic", "prompt", "answer", "point", "verdict", "quote", "reason")]
    headers += [t[f"csv_{name}"] for name in ("score", "final", "comments", "scale", "asides", "claims")]
    headers += [t[f"csv_{name}"] for name in ("assignment", "late", "conduct")] if interview.work else []
    return write_csv(
        headers, ([candidate or interview.owner, *row] for result in results_of(interview) for row in _rows(interview, result, lang))
    )


def _cell(value: Value) -> Value:
    return safe_cell(value) if isinstance(value, str) else "" if value is None else value


def _rows(interview: Interview, result: QuestionResult, lang: Lang) -> Iterable[list[Value]]:
    t, question = words(lang), result.question
    prompt = result.turns[0].prompt if result.turns else ""
    head: list[Value] = [question.id, question.topic[lang], prompt, _answers(result.turns, lang)]
    comments = "\n".join(f"{edit.author}: {edit.text}" if edit.author else edit.text for edit in comments_of(interview, question.id))
    if interview.setup.mode is Mode.DRILL:  # a single point has a word and no number
        tail: list[Value] = [None, None, comments, None]
    else:
        tail = [result.machine_score, result.score, comments, None if result.score is None else result.scale]
    tail += [_asides(result.turns, lang), _claims(interview, result, lang), *_work(interview, result, lang)]
    if not result.verdicts or result.score is None:
        standing = t["csv_in_progress"] if result.status == "open" else t.get(result.status, "")
        yield [*head, "", standing, "", "", *tail]
        return
    intents = {point.id: point.intent[lang] for point in question.points}
    for verdict in result.verdicts:
        told = says_no_more(verdict, result.errors)
        quote, reason = ("", "") if told else (verdict.quote.text if verdict.quote else "", verdict.reason)
        yield [*head, intents.get(verdict.point_id, verdict.point_id), t[f"verdict_{verdict_name(verdict)}"], quote, reason, *tail]
    for error in result.errors:
        belief = belief_of(question, error)
        parts = (explanation_of(question, error), belief.correction[lang] if belief else "")
        yield [*head, intents.get(error.point_id or "", ""), t["csv_error"], error.quote.text, " ".join(filter(None, parts)), *tail]


def _answers(turns: Sequence[Turn], lang: Lang) -> str:
    t, parts = words(lang), []
    for turn in turns:
        said = turn.reply.text if turn.reply else ""
        if turn.reply and turn.reply.kind is ReplyKind.RAN_OUT:
            said = f"[{t['ran_out']}]"
        if said.strip():
            parts.append(said if turn.kind is TurnKind.QUESTION else f"[{t['follow_up']}] {turn.prompt}\n{said}")
    return "\n\n".join(parts)


def _work(interview: Interview, result: QuestionResult, lang: Lang) -> tuple[str, ...]:
    """Of an interview that was made for an assignment: which one, whether an answer came late, and what was noted."""
    if interview.work is None:
        return ()
    facts = [fact for fact in facts_of(interview) if fact.turn.question_id == result.question.id]
    late = words(lang)["assign_late"] if any(fact.late for fact in facts) else ""
    return interview.work.title, late, "\n".join(tell_conduct(fact.noted, lang) for fact in facts if fact.noted)


def _asides(turns: Sequence[Turn], lang: Lang) -> str:
    t = words(lang)
    said = (
        f"[{t[f'utterance_{aside.utterance}']}] {aside.text}\n[{t['aside_theirs']}] {aside.reply}"
        for turn in turns
        for aside in turn.asides
    )
    return "\n\n".join(said)


def _claims(interview: Interview, result: QuestionResult, lang: Lang) -> str:
    contested = (each for turn in result.turns for each in contested_in(interview, turn))
    return "\n".join(
        f"{result.question.point(each.claim.point_id).intent[lang]}: {each.words} ({words(lang)[f'claim_{each.status}']})"
        for each in contested
    )
