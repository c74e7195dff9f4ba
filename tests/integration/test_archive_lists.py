"""A group whose term is over leaves the coach's lists, and a filter brings it back."""

from __future__ import annotations

from pathlib import Path

from interviewer.models.group import Selection
from interviewer.records.group import GroupRecords
from interviewer.records.groups import GroupStore
from interviewer.records.inbox import InboxFilters
from interviewer.web.inbox_query import read_inbox_query
from tests.databases import ON_BOTH
from tests.examples import START
from tests.integration.coaching import open_desk

pytestmark = ON_BOTH


def test_an_archived_group_leaves_the_lists_and_a_filter_brings_it_back(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        groups, ann = GroupStore(desk.room.store.database), desk.ann
        desk.held(ann)
        desk.people.set_group(ann.id, "Spring", now=START)
        records = GroupRecords(desk.room.store.database)

        def listed(filters: InboxFilters) -> bool:
            return any(row.owner == ann.id for row in desk.service.inbox(desk.coach, filters).rows)

        def counted(chosen: Selection) -> bool:
            return any(row.id == ann.id for row in records.candidates(desk.coach, chosen))

        assert listed(InboxFilters())
        assert counted(Selection())
        groups.archive("Spring", True, actor_id="boss", now=START)
        assert not listed(InboxFilters())
        assert not counted(Selection())
        for filters in (InboxFilters(group="Spring"), InboxFilters(candidate=ann.id), InboxFilters(archived=True)):
            assert listed(filters)
        assert counted(Selection(group="Spring"))
        assert counted(Selection(candidate=ann.id))
        groups.archive("Spring", False, actor_id="boss", now=START)
        assert listed(InboxFilters())


def test_the_address_of_the_list_can_ask_for_archived_groups_also_in_a_blind_review() -> None:
    for blind in (False, True):
        asked = read_inbox_query({"archived": "1"}, blind=blind)
        assert asked.filters.archived
        assert "archived=1" in asked.address()
