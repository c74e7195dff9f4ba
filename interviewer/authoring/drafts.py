"""The use cases of drafts of banks: a document and the questions that are being made of it, kept for a month after the last change."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from interviewer.errors import InterviewerError
from interviewer.models import BankDraft, Bilingual, Person
from interviewer.records.bank_drafts import BankDraftStore
from interviewer.text.storable import storable

KEPT = timedelta(days=30)
MOST_DRAFTS = 50
"""Drafts of one person."""
LARGEST = 2_000_000
"""Characters of the document's text, and of what is made of it as JSON."""
LONGEST_TITLE = 200


class DraftRefused(InterviewerError):
    """The draft is too large, or there are too many; nothing was saved. `words`: why, and what to do."""

    def __init__(self, words: Bilingual) -> None:
        super().__init__(words.en)
        self.words = words


class DraftMoved(InterviewerError):
    """The draft was saved elsewhere meanwhile; nothing was changed. `draft`: as it stands now."""

    def __init__(self, draft: BankDraft) -> None:
        super().__init__("this draft was saved in another window meanwhile → look at what is there now, then save again")
        self.draft = draft


class BankDrafts:
    """The drafts that people have. Nobody but their owner reads one."""

    def __init__(self, *, store: BankDraftStore, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now

    def drafts(self, viewer: Person) -> tuple[BankDraft, ...]:
        """The viewer's, the latest change first."""
        return self._store.listed(viewer.id)

    def draft(self, viewer: Person, draft_id: str) -> BankDraft:
        """One of them; NotFound if there is none, or no longer."""
        return self._store.read(viewer.id, draft_id)

    def keep(self, viewer: Person, *, title: str, text: str, content: Mapping[str, Any]) -> BankDraft:
        """A new draft of a document's text, into which spans in `content` may point: it is kept as it is. DraftRefused beyond the bounds."""
        if self._store.count(viewer.id) >= MOST_DRAFTS:
            said = (f"已有 {MOST_DRAFTS} 份草稿 → 先删掉不用的", f"you have {MOST_DRAFTS} drafts → delete some that are not needed")
            raise DraftRefused(Bilingual(*said))
        self._refuse_large(text, content)
        now = self._now()
        named = storable(title).strip()[:LONGEST_TITLE]
        return self._store.add(viewer.id, title=named, text=text, content=content, now=now, expires_at=now + KEPT)

    def save(self, viewer: Person, draft_id: str, *, content: Mapping[str, Any], edited_from: int, title: str | None = None) -> BankDraft:
        """What has become of it. `edited_from`: the number of the save that was edited; DraftMoved if another one came between.

        NotFound if it is gone; DraftRefused beyond the bounds.
        """
        before = self._store.read(viewer.id, draft_id)
        self._refuse_large("", content)
        named = before.title if title is None else storable(title).strip()[:LONGEST_TITLE]
        now = self._now()
        if not self._store.change(
            viewer.id, draft_id, title=named, content=content, number=edited_from, now=now, expires_at=now + KEPT
        ):  # fmt: skip
            raise DraftMoved(self._store.read(viewer.id, draft_id))
        return self._store.read(viewer.id, draft_id)

    def delete(self, viewer: Person, draft_id: str) -> None:
        """Delete it, if it is there."""
        self._store.delete(viewer.id, draft_id, self._now())

    def _refuse_large(self, text: str, content: Mapping[str, Any]) -> None:
        if len(text) > LARGEST or len(json.dumps(content, ensure_ascii=False)) > LARGEST:
            said = ("文档太大 → 分成几份，一份一份来", "the document is too large → divide it and draft the parts one by one")
            raise DraftRefused(Bilingual(*said))
