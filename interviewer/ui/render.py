"""HTML of the pages from records, through Jinja templates with autoescape: everything a person typed is shown as text, never as markup.

No Gradio here, so that the command line can export a report without paying for it.
"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from interviewer.grading.scoring import HINT_COST, band
from interviewer.insight.again import weakest
from interviewer.insight.false_statements import belief_of, errors_on, explanation_of, key_of, says_no_more
from interviewer.insight.highlights import cut_pieces, cut_stretches
from interviewer.insight.next_steps import next_step
from interviewer.insight.verdict_in_words import tell_verdict
from interviewer.interview.contesting import contest_of, contested_in, words_to_mark
from interviewer.interview.last_word import comments_of, decision_on, feedback_of, findings_of, review_of
from interviewer.messages import explain, needed_for
from interviewer.models import SCALE, Grade, Interview, Lang, Ungraded, VerdictStatus
from interviewer.models.assigned_work import Conduct
from interviewer.records.store import utc_now
from interviewer.text.normalize import strip_hidden
from interviewer.ui.assignment_view import facts_of
from interviewer.ui.desk_scene import coach_changes
from interviewer.ui.labels import UNSURE, scale_numbers, verdict_name, words
from interviewer.ui.words_grading import tell_reason, tell_waiting
from interviewer.ui.zones import format_day, format_day_in_file

STATIC = Path(__file__).parent / "static"

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~>-])")

MARKS: dict[str, str] = {
    VerdictStatus.COVERED: "c",
    VerdictStatus.PARTIAL: "p",
    VerdictStatus.NAMED: "n",
    VerdictStatus.MISSING: "m",
    UNSURE: "u",
    VerdictStatus.WRONG: "w",
}


def render(template: str, lang: Lang, *, suffix: str = "html", **values: Any) -> str:
    """One template in one language. A name that the template needs and nobody gave is an error."""
    return _environment().get_template(f"{template}.{suffix}").render(lang=lang, t=words(lang), **values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("interviewer.ui"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        clean=strip_hidden,
        points=format_score,
        weight=format_weight,
        duration=format_duration,
        age=lambda since, lang: format_age(utc_now() - since, lang),
        day=format_day,
        day_in_file=format_day_in_file,
        cell=markdown_inline,
        inline=markdown_inline,
        fenced=markdown_fenced,
        verdict=verdict_name,
    )
    environment.tests.update(grade=lambda outcome: isinstance(outcome, Grade), ungraded=lambda outcome: isinstance(outcome, Ungraded))
    environment.globals.update(
        cut_pieces=cut_pieces, explain=explain, mark_of=MARKS, HINT_COST=f"{HINT_COST:g}", SCALE=SCALE, SCALE_NUMBERS=scale_numbers()
    )
    environment.globals.update(
        belief_of=belief_of, errors_on=errors_on, explanation_of=explanation_of, key_of=key_of, says_no_more=says_no_more
    )
    environment.globals.update(
        cut_stretches=cut_stretches,
        comments_of=comments_of,
        review_of=review_of,
        findings_of=findings_of,
        coach_changes=coach_changes,
        decision_on=decision_on,
        feedback_of=feedback_of,
    )
    environment.globals.update(contest_of=contest_of, contested_in=contested_in, words_to_mark=words_to_mark)
    environment.globals.update(facts_of=facts_of, tell_conduct=tell_conduct)
    environment.globals.update(tell_verdict=tell_verdict, next_step=next_step, number_of=number_of, weakest=weakest)
    environment.globals.update(
        band=band,
        needed_for=needed_for,
        zip=partial(zip, strict=True),
        tell_reason=tell_reason,
        tell_waiting=lambda waiting, lang, model: tell_waiting(waiting, lang, utc_now(), model),
    )
    return environment


def number_of(interview: Interview, turn_seq: int) -> int:
    """The number, from 1, of the question that a turn belongs to."""
    return interview.setup.question_ids.index(next(turn.question_id for turn in interview.turns if turn.seq == turn_seq)) + 1


def markdown_inline(text: str) -> str:
    """Typed text on one line of Markdown, with nothing in it that Markdown or HTML would act on."""
    flat = " ".join(strip_hidden(text).split())
    return _MARKDOWN.sub(r"\\\1", flat).replace("&", "&amp;").replace("<", "&lt;")


def markdown_fenced(text: str) -> str:
    """Typed text as a block, whole and literal: its fence is longer than any run of backticks in it."""
    clean = strip_hidden(text)
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", clean)), default=0))
    return f"{fence}text\n{clean}\n{fence}"


def format_score(score: float | None) -> str:
    """A score as people read it: a whole number, or a dash where there is none."""
    return "—" if score is None else str(int(score + 0.5))


def format_weight(weight: float) -> str:
    """What a point is worth, to a tenth, without a tenth that is none."""
    return f"{round(weight, 1):g}"


def format_duration(seconds: float, lang: Lang) -> str:
    """4 分 12 秒, or 4 min 12 s; with spaces at which no line is broken."""
    minutes, rest = divmod(int(seconds), 60)
    if lang == "zh":
        shown = f"{minutes} 分 {rest:02d} 秒" if minutes else f"{rest} 秒"
    else:
        shown = f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
    return shown.replace(" ", "\N{NO-BREAK SPACE}")


def tell_conduct(noted: Conduct, lang: Lang) -> str:
    """Paste events and time away in plain words."""
    t, told = words(lang), []
    if noted.pastes:
        told.append(t["assign_fact_pasted"].format(n=noted.pastes, chars=noted.pasted))
    if noted.absences:
        told.append(t["assign_fact_away"].format(n=noted.absences, time=format_duration(noted.away, lang)))
    return t["list_comma"].join(told)


def format_age(age: timedelta, lang: Lang) -> str:
    """How long ago, in minutes or, from two hours, in hours, rounded down."""
    minutes = max(0, int(age.total_seconds()) // 60)
    number, unit = (minutes // 60, ("小时", "h")) if minutes >= 120 else (minutes, ("分钟", "min"))
    return f"{number}\N{NO-BREAK SPACE}{unit[lang == 'en']}"
