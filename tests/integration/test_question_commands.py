"""`interviewer bank list|export|import|publish|withdraw`: what each does, whose it is, what it refuses, and what is in the audit log of it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from interviewer.bootstrap import Application
from interviewer.cli import main
from interviewer.models import LOCAL_PERSON, Audience, Level, Person, PointLabel, Reach, Role
from interviewer.operator_access import OPERATOR
from interviewer.records.audit_log import AuditFilter
from interviewer.records.store import utc_now
from interviewer.ui.labels import words
from tests.endpoint import ScriptedEndpoint, faithful
from tests.integration.authoring_house import content
from tests.integration.test_access import settings_of
from tests.integration.test_question_folder import SHORT, packed

EVERYBODY = Audience(Reach.EVERYBODY)
POINTS: list[dict[str, Any]] = [
    {
        "id": "lock", "weight": "60", "essential": "true", "intent": {"zh": "用互斥锁只放一个请求去回源", "en": "A lock lets one request through"},
        "follow_ups": [{"zh": "锁放在哪里？", "en": "Where is the lock?"}],
    },
    {
        "id": "renew", "weight": "40", "essential": "false", "intent": {"zh": "热点数据提前异步续期", "en": "Hot entries are renewed early"},
        "follow_ups": [{"zh": "什么时候续期？", "en": "When are they renewed?"}],
    },
]  # fmt: skip
ANSWERS = {
    Level.EXCELLENT: ("用互斥锁只放一个请求去回源，其余的等它写回。热点数据提前异步续期，不等它过期。", ("covered", "covered")),
    Level.GOOD: ("加一把互斥锁，只让一个请求去查数据库。热点可以续期。", ("covered", "partial")),
    Level.PARTIAL: ("用互斥锁挡一下请求。", ("partial", "missing")),
    Level.WEAK: ("可以加机器，再看看监控。", ("missing", "missing")),
    Level.WRONG: ("把过期时间都设成一样就不会击穿。", ("missing", "missing")),
    Level.HOLLOW: ("缓存是系统工程，要持续优化，形成闭环。", ("missing", "missing")),
}
Told = Callable[[], tuple[str, str]]


@pytest.fixture(autouse=True)
def _room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INTERVIEWER_MODEL", "OPENAI_API_KEY", "OPENAI_BASE_URL", "INTERVIEWER_QUESTIONS", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INTERVIEWER_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    """On the data folder of the commands."""
    made = Application(settings_of(tmp_path / "data"))
    yield made
    made.database.dispose()


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """What was said since the last time: on standard output, and on standard error."""

    def read() -> tuple[str, str]:
        out, err = capsys.readouterr()
        return out, err

    return read


def write(application: Application, id: str, viewer: Person = LOCAL_PERSON, **changes: Any) -> str:
    application.authoring.create(viewer, content(**changes), question_id=id)
    return id


def label(application: Application, id: str) -> None:
    """An answer of each level."""
    for level, (text, labels) in ANSWERS.items():
        by_point = {point["id"]: PointLabel(each) for point, each in zip(POINTS, labels, strict=True)}
        application.labelled_answers.add(LOCAL_PERSON, id, lang="zh", text=text, level=level, labels=by_point)


def rows(out: str) -> dict[str, list[str]]:
    return {cells[0]: cells[1:] for cells in (line.split("\t") for line in out.splitlines())}


def enrol(application: Application, name: str, role: Role = Role.COACH, group: str = "") -> Person:
    return application.people.add(name, role=role, group=group, now=utc_now())


def audit(application: Application, action: str) -> list[tuple[str, str, str]]:
    return [(each.actor_id, each.subject, each.detail) for each in application.people.audit.search(10, AuditFilter(action=action))]


# ---------------------------------------------------------------- list


def test_every_question_is_listed_with_state_versions_bank_and_whom_it_is_asked_of(application: Application, told: Told) -> None:
    wang = enrol(application, "Wang")
    write(application, "a-draft", wang, topic={"zh": "限\t流\x1b[2J", "en": "Rate limits"})
    asked = write(application, "asked")
    application.authoring.publish(LOCAL_PERSON, asked, 1, EVERYBODY)
    application.authoring.save(LOCAL_PERSON, asked, content(difficulty="3"), edited_from=1)
    gone = write(application, "gone", source={"licence": "CC0-1.0"})
    application.authoring.publish(LOCAL_PERSON, gone, 1, EVERYBODY)
    application.authoring.withdraw(LOCAL_PERSON, gone)
    assert main(["bank", "list"]) == 0
    found = rows(told()[0])
    assert found["a-draft"] == ["draft", "1", "-", "Wang", "-", "限 流[2J"]
    assert found["asked"] == ["untested", "2", "1", "local", "everybody", "缓存"]
    assert found["gone"] == ["withdrawn", "1", "-", "local", "-", "缓存"]
    assert found["gan-basics"][0] == "published"
    assert found["gan-basics"][3:5] == ["files", "everybody"]
    application.authored.put_test(asked, 1, tested=True, test={"examiners": []})
    main(["bank", "list", "--state", "published", "--bank", "local", "--lang", "en"])
    assert rows(told()[0]) == {"asked": ["published", "2", "1", "local", "everybody", "Caching"]}
    main(["bank", "list", "--bank", "Wang", "--json"])
    listed = json.loads(told()[0])
    assert listed["format"] == "interviewer-questions/1"
    (row,) = listed["questions"]
    assert (row["id"], row["state"], row["version"], row["published"], row["topic"]["en"]) == ("a-draft", "draft", 1, None, "Rate limits")


# ---------------------------------------------------------------- export and import


def test_questions_go_out_as_a_folder_or_a_zip_and_come_back_elsewhere(
    application: Application, tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(application, "one")
    write(application, "two")
    write(application, "private", source={})
    assert main(["bank", "export", "--out", "out"]) == 0
    out, err = told()
    assert "out: 2 questions" in out
    assert "private" in err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["one.yaml", "two.yaml"]
    assert (tmp_path / "out" / "one.yaml").stat().st_mode & 0o077 == 0
    assert main(["bank", "check", "out"]) == 0
    assert main(["bank", "export", "two", "--out", "two.zip"]) == 0
    assert zipfile.ZipFile(tmp_path / "two.zip").namelist() == ["questions/two.yaml"]
    assert audit(application, "exported_questions") == [(OPERATOR, LOCAL_PERSON.id, "1"), (OPERATOR, LOCAL_PERSON.id, "2")]
    told()
    monkeypatch.setenv("INTERVIEWER_DATA", str(tmp_path / "elsewhere"))
    assert main(["bank", "import", "out"]) == 0
    out = told()[0]
    assert out.startswith("new\tone\nnew\ttwo\n")
    assert "2 new, 0 changed, 0 as they were" in out
    assert main(["bank", "import", "two.zip", "--json"]) == 0
    assert json.loads(told()[0]) == {"format": "interviewer-import/1", "new": [], "changed": [], "same": ["two"], "refused": []}
    main(["bank", "list", "--bank", "local"])
    assert set(rows(told()[0])) == {"one", "two"}
    other = Application(settings_of(tmp_path / "elsewhere"))
    assert audit(other, "imported_questions")[-1][0] == OPERATOR
    other.database.dispose()


def test_nothing_is_written_over_and_what_cannot_go_out_is_told(application: Application, tmp_path: Path, told: Told) -> None:
    write(application, "one")
    write(application, "private", source={})
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "there.zip").write_bytes(b"mine")
    for target in ("full", "there.zip"):
        assert main(["bank", "export", "--out", target]) == 1
        assert "nothing is written over" in told()[1]
    assert (tmp_path / "there.zip").read_bytes() == b"mine"
    assert main(["bank", "export", "one", "private", "--out", "some"]) == 1
    assert "left out, because they tell no licence or are unfinished: private" in told()[1]
    assert main(["bank", "export", "private", "--out", "none.zip"]) == 1
    assert "there is nothing to export" in told()[1]
    assert not (tmp_path / "none.zip").exists()
    assert main(["bank", "export", "nobody", "--out", "none.zip"]) == 1
    assert "there is no question nobody → see `interviewer bank list`" in told()[1]
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["bank", "export", "--out", "file/in"]) == 1
    assert "cannot be written" in told()[1]


def test_of_one_person_only_what_they_may_read_goes_out(application: Application, tmp_path: Path, told: Told) -> None:
    wang, zhou = enrol(application, "Wang"), enrol(application, "Zhou")
    write(application, "of-wang", wang)
    write(application, "of-zhou", zhou)
    assert main(["bank", "export", "--person", "Wang", "--out", "out"]) == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["of-wang.yaml"]
    assert main(["bank", "export", "--person", "Nobody", "--out", "none"]) == 1
    assert "there is nobody of that name" in told()[1]


def test_a_folder_with_one_bad_file_is_refused_whole_by_file_line_and_field(application: Application, tmp_path: Path, told: Told) -> None:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "good.yaml").write_text(SHORT, encoding="utf-8")
    (folder / "deep" / "bad.yml").write_text(
        SHORT.replace("cap-theorem", "bad").replace("difficulty: 2", "difficulty: 9"), encoding="utf-8"
    )
    (folder / "\x1b[31mred.yaml").write_text("id: [", encoding="utf-8")
    (folder / "notes.txt").write_text("no question", encoding="utf-8")
    assert main(["bank", "import", "in", "--lang", "en"]) == 1
    out, err = told()
    assert out == ""
    assert "\ndeep/bad.yml:5: difficulty: " in f"\n{err}"
    assert "\x1b" not in err
    assert " → " in err
    assert "2 problems: nothing was taken" in err
    assert application.authoring.questions(LOCAL_PERSON) == ()
    assert main(["bank", "import", "in", "--json"]) == 1
    refused = next(each for each in json.loads(told()[0])["refused"] if each["field"])
    assert (refused["file"], refused["line"], refused["field"]) == ("deep/bad.yml", 5, "difficulty")
    assert main(["bank", "import", str(folder / "good.yaml")]) == 0
    assert "new\tcap-theorem" in told()[0]
    (tmp_path / "no.zip").write_bytes(b"PK no")
    for path, said in (("no.zip", "no zip that can be read"), ("missing", "cannot be read"), ("data", "there are no question files in it")):
        assert main(["bank", "import", path]) == 1
        assert said in told()[1]


def test_with_accounts_somebody_must_be_named_who_writes_questions(application: Application, tmp_path: Path, told: Told) -> None:
    wang = enrol(application, "Wang")
    application.people.set_password_hash(wang.id, "a hash")
    enrol(application, "Ada", Role.CANDIDATE)
    (tmp_path / "q.zip").write_bytes(packed(**{"q.yaml": SHORT}))
    assert main(["bank", "import", "q.zip"]) == 1
    assert "say whose they become by --person NAME" in told()[1]
    assert main(["bank", "import", "q.zip", "--person", "Ada"]) == 1
    assert "Ada is no coach" in told()[1]
    assert main(["bank", "import", "q.zip", "--person", "Wang"]) == 0
    assert application.authoring.question(wang, "cap-theorem").owner == wang.id
    assert audit(application, "imported_questions") == [(OPERATOR, wang.id, "1")]


# ---------------------------------------------------------------- publish and withdraw


def test_a_question_without_answers_is_published_as_untested_and_withdrawn(application: Application, told: Told) -> None:
    enrol(application, "Ada", Role.CANDIDATE, "三班")
    write(application, "one")
    assert main(["bank", "publish", "one"]) == 0
    out = told()[0]
    assert "published\tone\tversion 1\towner" in out
    assert words("zh")["question_untested"] in out
    assert words("zh")["test_trouble_too_few"] in out
    assert audit(application, "published_question") == []
    assert main(["bank", "publish", "one", "--group", "三班"]) == 0
    assert "group 三班" in told()[0]
    assert audit(application, "published_question") == [(OPERATOR, "one", "version 1")]
    application.live_bank.look_again()
    assert "one" in {question.id for question in application.live_bank.shared().questions}
    assert main(["bank", "withdraw", "one"]) == 0
    assert told()[0] == "withdrawn\tone\n"
    assert audit(application, "withdrew_question") == [(OPERATOR, "one", "")]
    application.live_bank.look_again()
    assert "one" not in {question.id for question in application.live_bank.shared().questions}
    assert main(["bank", "withdraw", "one"]) == 0
    assert "nothing was changed" in told()[0]


def test_what_keeps_a_question_from_being_published_is_told_by_field(application: Application, told: Told) -> None:
    write(application, "bare", source={}, prompt={"zh": "", "en": ""})
    assert main(["bank", "publish", "bare", "--everybody", "--lang", "en"]) == 1
    out, err = told()
    assert out == ""
    assert "bare: prompt" in err
    assert "bare: source › licence: no licence is told → " in err
    assert err.endswith("not published: bare version 1\n")
    for arguments, said in (
        (["publish", "bare", "--group", "Nobody"], "nobody is in a group Nobody → see `interviewer user list`"),
        (["publish", "bare", "--number", "7"], "there is no such version"),
        (["publish", "bare", "--with-model"], "INTERVIEWER_MODEL"),
        (["publish", "nobody"], "there is no question nobody"),
        (["publish", "gan-basics"], "gan-basics is a question file"),
        (["withdraw", "gan-basics"], "gan-basics is a question file"),
    ):
        assert main(["bank", *arguments]) == 1
        assert said in told()[1]


def test_what_its_labelled_answers_show_is_said_when_it_is_published(application: Application, told: Told) -> None:
    write(application, "one", points=POINTS)
    label(application, "one")
    assert main(["bank", "publish", "one", "--everybody", "--lang", "en"]) == 0
    out, t = told()[0], words("en")
    (version,) = application.authored.current_versions("one")
    assert version.test
    (offline,) = version.test["examiners"]
    assert (t["test_passed"] if version.tested else t["question_untested"]) in out
    assert f"{t['test_discrimination']}: {offline['discrimination']:.0f}" in out
    assert t["level_hollow"] in out
    assert main(["bank", "publish", "one", "--json"]) == 0
    shown = json.loads(told()[0])
    assert (shown["format"], shown["id"], shown["version"], shown["audience"], shown["tested"]) == (
        "interviewer-published/1", "one", 1, "owner", version.tested,
    )  # fmt: skip
    assert shown["test"]["examiners"][0]["examiner"] == "rubric"


def test_the_model_judges_the_answers_only_when_it_is_said(application: Application, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    write(application, "one", points=POINTS)
    label(application, "one")
    with ScriptedEndpoint(then=faithful) as endpoint:
        monkeypatch.setenv("INTERVIEWER_MODEL", "scripted")
        monkeypatch.setenv("OPENAI_BASE_URL", endpoint.base_url)
        assert main(["bank", "publish", "one"]) == 0
        assert endpoint.requests == []
        assert "interviewer bank publish one --with-model" in told()[0]
        assert main(["bank", "publish", "one", "--with-model"]) == 0
        assert len(endpoint.requests) >= len(ANSWERS)
    out = told()[0]
    assert words("zh")["examiner_llm"] in out
    assert "--with-model" not in out
