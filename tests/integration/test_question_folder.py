"""The YAML folder in and out: what is exported is imported as the same question, and what is no such folder is refused whole."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from interviewer.authoring import folder
from interviewer.authoring.content import of_file
from interviewer.authoring.folder import ArchiveRefused, read_folder, write_folder
from interviewer.models import OWNER_ONLY
from interviewer.paths import knowledge_folder
from interviewer.questions.bank import load_bank
from interviewer.questions.located import read_located
from interviewer.questions.writing import write_question
from tests.hostile import SAMPLES
from tests.integration.authoring_house import EVERYBODY, FILES, House, content

SHORT = """\
id: cap-theorem
version: 7
topic: {zh: CAP 定理, en: CAP theorem}
competencies: [distributed-systems]
difficulty: 2
prompt: {zh: 什么是 CAP？, en: What is CAP?}
reference: {zh: 网络分区时只能在一致性和可用性之间取舍。, en: During a partition one must choose between consistency and availability.}
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.database.dispose()


def packed(**files: str | bytes) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return found.getvalue()


def test_the_shipped_questions_come_back_from_a_folder_as_they_were(tmp_path: Path) -> None:
    contents, versions = {}, {question.id: question.version for question in FILES.questions}
    for path in sorted((knowledge_folder() / "questions").glob("*.yaml")):
        raw = read_located(path.read_text(encoding="utf-8")).value
        assert isinstance(raw, dict)
        contents[str(raw["id"])] = of_file(raw)
    with zipfile.ZipFile(io.BytesIO(write_folder((id, versions[id], text) for id, text in contents.items()))) as archive:
        archive.extractall(tmp_path)
    again = load_bank([tmp_path / "questions"], knowledge=knowledge_folder())
    assert (again.problems, again.questions) == ((), FILES.questions)
    assert write_folder([("a", 1, content())]) == write_folder([("a", 1, content())])


@pytest.mark.parametrize("sample", SAMPLES, ids=range(len(SAMPLES)))
def test_hostile_text_comes_back_whole(house: House, sample: str) -> None:
    nasty = [sample, "null", "- x: {y}", "*ref", "yes", "1.10", "a: b #c", "line one\n  indented\n\nend", "'\"", "!!python/object:os"]
    points = [
        {"id": f"p{n}", "weight": 10, "intent": {"zh": text, "en": text}, "follow_ups": [{"zh": text, "en": text}]}
        for n, text in enumerate(nasty)
    ]
    saved = house.authoring.create(house.coach, content(points=points), question_id="nasty")
    if saved.checked.question is None:
        pytest.skip("holds a control character, which no question may")
    archive = house.authoring.export_folder(house.coach).archive
    located, refused = read_folder(archive)
    assert refused == ()
    (raw,) = (each.value for each in located.values())
    assert isinstance(raw, dict)
    assert house.authoring.check(of_file(raw), "nasty").question == saved.checked.question


def test_a_folder_is_taken_in_whole_and_again_changes_nothing(house: House) -> None:
    archive = packed(**{"bank/questions/cap.yaml": SHORT, "readme.md": "x", "__MACOSX/._cap.yaml": b"\x00", "bank/": ""})
    done = house.authoring.import_folder(house.coach, archive, source={"licence": "CC0-1.0", "author": "Brewer"})
    assert (done.new, done.changed, done.same, done.refused) == (("cap-theorem",), (), (), ())
    version = house.authoring.version(house.coach, "cap-theorem")
    assert (version.number, version.content["source"]["licence"], version.content["difficulty"]) == (1, "CC0-1.0", 2)
    again = house.authoring.import_folder(house.coach, archive, source={"licence": "CC0-1.0", "author": "Brewer"})
    assert (again.new, again.changed, again.same) == ((), (), ("cap-theorem",))
    other = packed(**{"cap.yaml": SHORT.replace("difficulty: 2", "difficulty: 3") + "source: {licence: MIT}\n"})
    assert house.authoring.import_folder(house.coach, other, source={"licence": "CC0-1.0"}).changed == ("cap-theorem",)
    assert house.authoring.version(house.coach, "cap-theorem").content["source"] == {"licence": "MIT"}


def test_one_bad_file_and_nothing_is_taken_and_each_refusal_tells_file_and_line(house: House) -> None:
    house.authoring.create(house.other, content(), question_id="taken")
    bad = {
        "a.yaml": SHORT.replace("difficulty: 2", "difficulty: 9"),
        "b.yaml": "id: [",
        "c.yaml": b"\xff\xfe",
        "d.yaml": SHORT.replace("cap-theorem", "taken"),
        "e.yaml": SHORT.replace("cap-theorem", FILES.questions[0].id),
        "f.yaml": SHORT.replace("cap-theorem", "twice"),
        "g.yaml": SHORT.replace("cap-theorem", "twice"),
        "h.yaml": SHORT,
        "i.yaml": "x" * 1_000_001,
    }
    done = house.authoring.import_folder(house.coach, packed(**bad))
    assert done.new == ()
    assert sorted((each.file, each.line) for each in done.refused) == [
        ("a.yaml", 5), ("b.yaml", 2), ("c.yaml", 1), ("d.yaml", 1), ("e.yaml", 1), ("g.yaml", 1), ("i.yaml", 0),
    ]  # fmt: skip
    assert all(each.message.zh and each.remedy.zh for each in done.refused)
    assert house.authoring.questions(house.coach) == ()


def test_only_what_is_finished_and_tells_a_licence_is_exported(house: House) -> None:
    write = house.authoring
    write.create(house.coach, content(), question_id="good")
    write.create(house.coach, content(source={"author": "Wang"}), question_id="unlicensed")
    write.create(house.coach, content(difficulty=""), question_id="unfinished")
    write.create(house.other, content(), question_id="anothers-draft")
    write.create(house.other, content(), question_id="anothers")
    write.publish(house.other, "anothers", 1, EVERYBODY)
    write.save(house.other, "anothers", content(difficulty="3"), edited_from=1)
    done = write.export_folder(house.coach)
    located, _ = read_folder(done.archive)
    assert (sorted(located), done.count) == (["questions/anothers.yaml", "questions/good.yaml"], 2)
    assert set(done.left_out) == {"unlicensed", "unfinished"}
    assert "difficulty: 2" in zipfile.ZipFile(io.BytesIO(done.archive)).read("questions/anothers.yaml").decode()
    assert write.export_folder(house.coach, ["good"]).count == 1
    write.publish(house.coach, "unlicensed", 1, OWNER_ONLY)
    assert write.export_folder(house.admin).count == 1


def locked() -> bytes:
    """A zip whose first entry says that it wants a password."""
    made = bytearray(packed(**{"a.yaml": SHORT}))
    made[6] |= 1
    made[made.index(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


@pytest.mark.parametrize(
    "archive",
    [
        b"", b"no zip", packed(**{"a.yaml": SHORT})[:-30], locked(), packed(**{"readme.md": "nothing here"}),
        packed(**{f"{n}.yaml": "x" for n in range(1001)}), packed(**{"bomb.yaml": "\0" * 60_000_000, **{f"{n}.yaml": "\0" * 999_999 for n in range(50)}}),
        b"x" * 10_000_001,
    ],
    ids=["empty", "text", "cut", "locked", "without-questions", "many", "bomb", "large"],
)  # fmt: skip
def test_what_is_no_folder_of_questions_is_refused_in_both_languages(house: House, archive: bytes) -> None:
    with pytest.raises(ArchiveRefused) as refused:
        house.authoring.import_folder(house.coach, archive)
    assert refused.value.message.zh
    assert refused.value.remedy.en
    assert house.authoring.questions(house.coach) == ()


def test_the_bounds_are_those_that_the_refusal_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MOST_FILES", 1)
    assert len(read_folder(packed(**{"a.yaml": SHORT}))[0]) == 1
    with pytest.raises(ArchiveRefused):
        read_folder(packed(**{"a.yaml": SHORT, "b.yaml": SHORT}))


def test_a_file_is_written_in_the_order_of_the_format() -> None:
    keys = [line.partition(":")[0] for line in write_question(content(), "a", 3).splitlines() if not line.startswith((" ", "-"))]
    assert keys == ["id", "version", "topic", "competencies", "difficulty", "prompt", "reference", "source"]
