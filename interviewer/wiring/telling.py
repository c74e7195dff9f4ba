"""What is told of interviews to other programs."""

from __future__ import annotations

import logging
from functools import cached_property
from typing import TYPE_CHECKING

from interviewer.errors import told
from interviewer.wiring.interviews import InterviewParts
from interviewer.wiring.records import name_worker

if TYPE_CHECKING:
    from interviewer.jobs import JobRunner
    from interviewer.records.calendar_feeds import CalendarFeeds
    from interviewer.records.webhooks import WebhookStore
    from interviewer.telling.webhook import Webhook
    from interviewer.training.calendar import Deadline

logger = logging.getLogger(__name__)


class TellingParts(InterviewParts):
    """What is told of interviews to other programs."""

    @cached_property
    def calendar_feeds(self) -> CalendarFeeds:
        """The secret addresses of calendars."""
        from interviewer.records.calendar_feeds import CalendarFeeds

        return CalendarFeeds(self.database)

    def deadlines_of(self, person_id: str) -> tuple[Deadline, ...]:
        """What the person has to do until when, for their calendar: what was assigned to them and not withdrawn."""
        from interviewer.records.assignments import AssignmentStore
        from interviewer.training.calendar import Deadline

        own = AssignmentStore(self.database).own(person_id)
        given = ((each.assignment, each.due_at) for each in own if each.due_at and not each.assignment.withdrawn_at)
        return tuple(Deadline(assignment.id, assignment.task.title, due_at) for assignment, due_at in given if due_at)

    @cached_property
    def webhook_messages(self) -> WebhookStore:
        """What the webhook was told, and is to be."""
        from interviewer.records.webhooks import WebhookStore

        return WebhookStore(self.database)

    @cached_property
    def webhook(self) -> Webhook | None:
        """The operator's webhook, None without one."""
        from interviewer.addresses import read_webhook_secret
        from interviewer.records.events import done_reviews, ended_interviews, late_assignments, opened_assignments
        from interviewer.records.store import utc_now
        from interviewer.telling.sending import Sender
        from interviewer.telling.webhook import Webhook

        settings = self.settings
        if not (settings.webhook_url and settings.webhook_secret):
            return None
        return Webhook(
            self.webhook_messages, Sender(settings.webhook_url, private=settings.webhook_private == "on"), url=settings.webhook_url,
            secret=read_webhook_secret(settings.webhook_secret.get_secret_value()), now=utc_now,
            sources=(ended_interviews, done_reviews, opened_assignments, late_assignments),
        )  # fmt: skip

    @cached_property
    def webhook_jobs(self) -> JobRunner:
        """Who sends what the webhook is told: apart from the other jobs, which a receiver that hangs must not hold up."""
        from interviewer.jobs import JobRunner
        from interviewer.records.jobs import JobQueue
        from interviewer.records.store import utc_now
        from interviewer.records.webhooks import DELIVER

        works = {DELIVER: self.webhook.work} if self.webhook else {}
        return JobRunner(JobQueue(self.database, worker=name_worker()), works, now=utc_now, threads=1)

    def start_webhook(self) -> None:
        """Begin to tell the webhook, or forget what was told of as long as none is set."""
        if self.webhook is None:
            self.webhook_messages.forget_address()
            return
        self.announce()
        self.webhook_jobs.start()

    def stop_webhook(self) -> None:
        """Stop; what is unfinished goes back to the queue."""
        if self.webhook is not None:
            self.webhook_jobs.stop()

    def announce(self) -> None:
        """Put down what the webhook is to be told; that this fails holds nothing else up, and is made good the next time."""
        try:
            if self.webhook is not None:
                self.webhook.announce()
        except Exception as error:  # noqa: BLE001 - the housekeeping goes on
            logger.warning("what the webhook is to be told cannot be put down (%s); trying again", told(error))
