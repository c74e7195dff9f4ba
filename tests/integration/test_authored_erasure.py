"""What becomes of what somebody wrote when their account goes: what is theirs alone leaves no byte, what others are asked stays nameless."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from interviewer.bootstrap import Application
from interviewer.config import load_settings
from interviewer.models import LOCAL_PERSON, OWNER_ONLY, Bilingual, LearnedHeads, Level, Mode, QuestionState, Role, Setup
from interviewer.records.erasure import LIST
from interviewer.records.labelled import LabelledStore
from tests.databases import ON_BOTH, url_for
from tests.integration.authoring_house import EVERYBODY, FILES, NOW, content
from tests.integration.test_erasure import traces

pytestmark = ON_BOTH

SECRET = "斑马在紫色电梯里弹奏巴松管 zebra7731 quixotic"
SHARED = "这一句要留下来 staysput4242"


@contextmanager
def application(folder: Path) -> Iterator[Application]:
    made = Application(load_settings(_env_file=None, data=folder, database_url=url_for(folder) or None))
    try:
        yield made
    finally:
        made.database.dispose()


def with_text(text: str, **source: str) -> dict[str, object]:
    return content(prompt={"zh": text, "en": text}, source=source or {"licence": "CC0-1.0"})


def test_what_is_ones_own_leaves_no_byte_and_what_others_are_asked_stays_without_a_name(tmp_path: Path) -> None:
    with application(tmp_path) as app:
        author = app.people.add("Xanthippe-9137", role=Role.COACH, now=NOW)
        write = app.authoring
        private = write.create(author, with_text(SECRET, author=SECRET), note=SECRET).version.question_id
        write.publish(author, private, 1, OWNER_ONLY)
        app.service.begin(Setup(question_ids=(private,)), owner=author.id)
        deleted = write.create(author, with_text(SECRET)).version.question_id
        write.delete(author, deleted)
        shared = write.create(author, with_text(SECRET)).version.question_id
        write.save(author, shared, with_text(SHARED), edited_from=1)
        write.publish(author, shared, 2, EVERYBODY)
        write.save(author, shared, with_text(SECRET), edited_from=2)
        app.labelled_answers.add(author, shared, lang="zh", text=SECRET, level=Level.GOOD, labels={})
        heads = LearnedHeads("d" * 64, shared, "a" * 64, SECRET.encode(), NOW)
        LabelledStore(app.database).put_heads(heads)
        app.authored.put_test(shared, 2, tested=True, test={"said": SECRET})
        app.bank_drafts.keep(author, title=SECRET, text=SECRET, content={"a": SECRET})
        names = Bilingual(SECRET[:90], SECRET[:90])
        app.question_sets.save(author, name=names, mode=Mode.EXAM, question_ids=[shared])
        kept = app.question_sets.save(author, name=Bilingual("周", "W"), mode=Mode.EXAM, question_ids=[shared], audience=EVERYBODY)
        assert traces(tmp_path, SECRET)

        assert app.accounts.erase(author.id, actor_id=author.id, now=NOW, keep_an_admin=False)
        assert app.eraser.sweep() >= 1
        app.live_bank.look_again()
        assert [question.id for question in app.live_bank.everything().questions][len(FILES.questions) :] == [shared]
        assert app.live_bank.untested() == {shared}
        admin = app.people.add("Root", role=Role.ADMIN, now=NOW)
        (version,) = write.versions(admin, shared)
        assert (version.number, version.author, version.content["prompt"]["zh"]) == (2, "", SHARED)
        assert (write.question(admin, shared).owner, write.question(admin, shared).current) == ("", 2)
        assert write.withdraw(admin, shared).state is QuestionState.WITHDRAWN
        assert write.publish(admin, shared, 2, EVERYBODY).state is QuestionState.PUBLISHED
        assert [(each.id, each.owner) for each in app.question_sets.sets(admin)] == [(kept.id, "")]
        assert LabelledStore(app.database).heads("d" * 64) is None
    assert traces(tmp_path, SECRET) == []
    assert traces(tmp_path, "Xanthippe-9137") == []
    assert traces(tmp_path, SHARED)


def test_a_draft_that_was_deleted_or_has_expired_leaves_no_byte_and_does_not_come_back(tmp_path: Path) -> None:
    with application(tmp_path) as app:
        gone = app.bank_drafts.keep(LOCAL_PERSON, title="t", text=SECRET, content={})
        app.bank_drafts.delete(LOCAL_PERSON, gone.id)
        old = app.bank_drafts.keep(LOCAL_PERSON, title="t", text=SECRET, content={})
        app.bank_drafts._store.expire(old.expires_at + timedelta(seconds=1))
        assert app.eraser.sweep() == 2
        assert sorted(line.split()[:2] for line in (tmp_path / LIST).read_text().splitlines()) == sorted(
            [["draft", gone.id], ["draft", old.id]]
        )
        assert app.eraser.repeat(NOW) == 0
    assert traces(tmp_path, SECRET) == []


def test_what_was_written_before_there_were_accounts_becomes_the_first_ones(tmp_path: Path) -> None:
    with application(tmp_path) as app:
        id = app.authoring.create(LOCAL_PERSON, content()).version.question_id
        app.authoring.publish(LOCAL_PERSON, id, 1, OWNER_ONLY)
        app.labelled_answers.add(LOCAL_PERSON, id, lang="zh", text="加锁", level=Level.GOOD, labels={})
        app.bank_drafts.keep(LOCAL_PERSON, title="t", text="t", content={})
        app.question_sets.save(LOCAL_PERSON, name=Bilingual("周", "W"), mode=Mode.EXAM, question_ids=[id])
        admin = app.people.add("Root", role=Role.ADMIN, now=NOW)
        app.people.adopt_local(admin.id)
        app.live_bank.look_again()
        assert id in {question.id for question in app.live_bank.for_viewer(admin.id).questions}
        assert [each.author for each in app.authoring.versions(admin, id)] == ["Root"]
        assert [each.author_id for each in app.labelled_answers.answers(admin, id)] == [admin.id]
        assert len(app.bank_drafts.drafts(admin)) == len(app.question_sets.sets(admin)) == 1
