"""Telling the operator's webhook what happened: announced out of the records, sent as leased jobs, tried again for some hours.

A receiver may get a message twice, for this process may die between its answer and our note of it; its id is the same then.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from interviewer.jobs import JobFailed, JobPostponed, Report
from interviewer.models import Bilingual, Job
from interviewer.records.events import TEST
from interviewer.records.webhooks import Event, Source, WebhookStore
from interviewer.telling.sending import Sender
from interviewer.telling.signing import sign, write_body

PAUSES = (5.0, 60.0, 300.0, 1800.0, *(7200.0,) * 9)
"""Seconds before each further try: fourteen within nineteen hours."""
FAILED = Bilingual("对方没有收下，不再重试", "it was not taken, and is not tried any more")


class Webhook:
    """One address that is told. `sources`: where the records say that something happened."""

    def __init__(
        self, store: WebhookStore, sender: Sender, *, url: str, secret: bytes, sources: Sequence[Source], now: Callable[[], datetime]
    ) -> None:
        self.store, self._sender, self._url, self._secret, self._sources, self._now = store, sender, url, secret, sources, now

    def announce(self) -> int:
        """Put down what is to be told and was not yet; returns how many."""
        return self.store.announce(self._url, self._sources, self._now())

    def test(self) -> None:
        """Have a message sent that tells nothing."""
        now = self._now()
        self.store.put_down(Event(TEST, secrets.token_hex(16), now, {}), now)

    def work(self, job: Job, _report: Report) -> Mapping[str, Any]:
        """Try to send the message that the job is about."""
        message = self.store.read(job.subject)
        if message is None or message.delivered_at:
            return {}
        body = write_body(message.kind, message.at, message.subject)
        sent = self._sender.send(sign(self._secret, message.id, self._now(), body), body)
        self.store.note_try(message.id, sent.result, delivered=sent.ok, now=self._now())
        if sent.ok:
            return {}
        if sent.for_good or job.tries >= len(PAUSES):
            raise JobFailed(FAILED)
        raise JobPostponed(PAUSES[job.tries])
