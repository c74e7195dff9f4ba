"""One outcome in plain text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from interviewer.insight.false_statements import belief_of, explanation_of, says_no_more
from interviewer.messages import explain
from interviewer.models import AsideReply, FalseStatement, Grade, Lang, Outcome, Question, Verdict
from interviewer.ui.labels import verdict_name, words
from interviewer.ui.render import format_score


def tell_outcome(question: Question, outcome: Outcome, lang: Lang) -> str:
    """The score, what is wrong, every point with its verdict and quote, and what the examiner says; or why there is no grade."""
    if isinstance(outcome, Grade):
        return "\n".join(_tell_grade(question, outcome, lang))
    if isinstance(outcome, AsideReply):
        return f"{words(lang)['no_answer']}: {words(lang)['utterance_' + outcome.utterance]}\n{outcome.reply}"
    return f"{words(lang)['ungraded']}: {explain(outcome.reason, lang, outcome.provenance.model)}"


def _tell_grade(question: Question, grade: Grade, lang: Lang) -> Iterator[str]:
    t = words(lang)
    yield f"{format_score(grade.score)} / 100"
    if reach := grade.interval:
        yield t["interval_line"].format(score=format_score(grade.score), low=format_score(reach.low), high=format_score(reach.high))
    if grade.errors:
        yield f"{t['errors_title']}:"
    for error in grade.errors:
        yield _tell_error(question, error, lang)
    for verdict in grade.verdicts:
        yield _tell_verdict(question, verdict, grade, lang)
    yield grade.feedback
    if grade.follow_up:
        yield f"{t['follow_up']}: {grade.follow_up.text}"


def _tell_error(question: Question, error: FalseStatement, lang: Lang) -> str:
    belief = belief_of(question, error)
    parts = (f"  “{error.quote.text}”", explanation_of(question, error), belief.correction[lang] if belief else "")
    return "  ".join(part for part in parts if part)


def _tell_verdict(question: Question, verdict: Verdict, grade: Grade, lang: Lang) -> str:
    quote = "" if verdict.quote is None or says_no_more(verdict, grade.errors) else f"  “{verdict.quote.text}”"
    return f"  {words(lang)['verdict_' + verdict_name(verdict)]}  {question.point(verdict.point_id).intent[lang]}{quote}"
