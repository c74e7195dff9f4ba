"""What the page of a draft says of the model: how far it is, where it failed, and who wrote each line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from interviewer.authoring.completing import COMPLETE
from interviewer.bootstrap import Application
from interviewer.drafting.draft import BankDraft as Drafted
from interviewer.drafting.draft import Origin, QuestionDraft
from interviewer.models import LANGS, BankDraft, Job, JobState, Lang
from interviewer.ui.labels import words

MOST_ORDERS = 20


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """A line of a question as the page shows it. `place`: of which text; `origin`: who wrote it, in words; `added`: only the model says so."""

    place: str
    text: str
    origin: str
    added: bool


def job_of(application: Application, draft_id: str) -> Job | None:
    """What the model was last asked to do with a draft. To be read before the draft: what it has done is in a draft that is read later."""
    return application.job_queue.latest(COMPLETE, draft_id) if application.settings.has_model else None


def completing_values(application: Application, job: Job | None, kept: BankDraft, drafted: Drafted, lang: Lang) -> dict[str, Any]:
    """The values of the template. `running`: per cent of the job, None while there is none; `done`: what came of it; `model`: "" without one."""
    settings = application.settings
    t, reasons = words(lang), dict.fromkeys(each.reason for each in drafted.shortfalls)
    return {
        "model": (settings.model_name or "") if settings.has_model else "",
        "running": round(100 * job.progress) if job and job.state is JobState.OPEN else None,
        "done": job.result if job else None,
        "failure": job.failure[lang] if job and job.failure else "",
        "short": len(drafted.shortfalls),
        "why": ("、" if lang == "zh" else ", ").join(t[f"draft_why_{reason.value}"] for reason in reasons),
        "orders": [kept.text[span.start : span.end] for span in drafted.orders[:MOST_ORDERS]],
    }


def marked_lines(question: QuestionDraft, lang: Lang) -> tuple[MarkedLine, ...]:
    """Every line of a question in both languages."""
    t = words(lang)
    return tuple(
        MarkedLine(".".join((*path, each)), line.text, t[f"draft_from_{line.origin.value}"], line.origin is Origin.ADDED)
        for path, text in question.texts()
        for each in LANGS
        for line in text[each]
    )
