"""The loader on files: what it reads, what it refuses and where it points; and the real bank in knowledge/."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from interviewer.errors import BankError, NotFound
from interviewer.models import Bilingual, Source
from interviewer.questions.bank import Bank, load_bank
from interviewer.questions.encoding import decode_question, encode_question
from interviewer.questions.located import Plain
from interviewer.questions.schema import check_question

ROOT = Path(__file__).resolve().parents[2]
KNOWLEDGE = ROOT / "knowledge"

SHORT = """\
id: cap-theorem
version: 1
topic: {zh: CAP 定理, en: CAP theorem}
competencies: [distributed-systems]
difficulty: 2
prompt: {zh: 什么是 CAP？, en: What is CAP?}
reference:
  zh: 网络分区时只能在一致性和可用性之间取舍。没有分区时两者可以兼得。
  en: During a partition one must choose between consistency and availability. Without a partition both consistency and availability can be had.
"""
FULL = (
    SHORT
    + """\
order: 3
points:
  - id: choice
    weight: 60
    essential: true
    intent: {zh: 取舍, en: Choose}
    accepts:
      - {zh: 选其一, en: pick one}
    misconceptions:
      - id: all-three
        statement: {zh: 三者可以兼得, en: All three can be had}
        correction: {zh: 分区时不能, en: Not in a partition}
    follow_ups:
      - {zh: 为什么？, en: Why?}
  - id: normal
    weight: 40
    essential: false
    intent: {zh: 平时, en: Normally}
    follow_ups: [{zh: 平时呢？, en: And normally?}]
hints:
  - {zh: 想想网络, en: Think of the network}
"""
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "questions"
    inside.mkdir()
    return inside


def load(folder: Path, **files: str | bytes) -> Bank:
    for name, content in files.items():
        (folder / f"{name}.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_bank([folder], knowledge=KNOWLEDGE)


def refusals(folder: Path, content: str | bytes) -> list[BankError]:
    bank = load(folder, bad=content)
    assert not bank.questions
    return list(bank.problems)


# ---------------------------------------------------------------- what is read


def test_a_question_with_only_prompt_and_reference_has_derived_points(folder: Path):
    (question,) = load(folder, short=SHORT).questions
    assert question.derived
    assert [point.intent.zh for point in question.points] == ["网络分区时只能在一致性和可用性之间取舍。", "没有分区时两者可以兼得。"]
    assert sum(point.weight for point in question.points) == 100


def test_a_full_question_is_read_as_written(folder: Path):
    (question,) = load(folder, full=FULL).questions
    assert not question.derived
    choice = question.point("choice")
    assert (choice.weight, choice.essential, choice.accepts[0].en) == (60, True, "pick one")
    assert choice.misconceptions[0].correction.en == "Not in a partition"
    assert not question.point("normal").essential


CUES = "    cues: {covered: ['@broker & 取舍'], partial: [一致]}\n"
TERMS = "terms:\n  chooser: [取舍, trade off*]\n"


@pytest.mark.parametrize("cues", [CUES, "    cues: [kafka | '(']\n", "    cues:\n"])
def test_cues_and_terms_of_an_old_file_are_warned_of_and_left_out(folder: Path, cues: str):
    text = FULL.replace("points:\n", TERMS + "points:\n").replace("    follow_ups:", cues + "    follow_ups:")
    text = text.replace("en: Not in a partition}\n", "en: Not in a partition}\n        cues: ['三者 & 兼得']\n")
    bank = load(folder, old=text)
    assert not bank.problems
    assert bank.questions == load(folder, old=FULL).questions
    terms, found = [warning for warning in bank.warnings if "no longer read" in warning.message]
    assert (terms.message, terms.line) == ("terms are no longer read", 11)
    assert (found.message, found.line) == ("cues are no longer read: 3 times in this file", 25)
    assert terms.remedy == found.remedy == "delete them; add labelled answers in knowledge/answers instead"


def test_cues_where_they_never_stood_are_an_unknown_key(folder: Path):
    (problem,) = refusals(folder, FULL + "cues: [kafka]\n")
    assert "unknown key 'cues'" in problem.message


CORE = "{zh: 分区时二者择一, en: One of the two in a partition}"


def with_core(text: str) -> str:
    """The full question with a core at both points, and at the first what goes past it and what is the other's."""
    first = f"    core: {CORE}\n    beyond: {{zh: 举例, en: An example}}\n    border: {{zh: 平时归 normal, en: Normal times belong to normal}}\n"
    text = text.replace("    follow_ups:\n", first + "    follow_ups:\n")
    return text.replace("    follow_ups: [{zh: 平时呢", f"    core: {CORE}\n    follow_ups: [{{zh: 平时呢")


def test_a_point_has_a_core_what_goes_beyond_it_and_a_border(folder: Path):
    bank = load(folder, full=with_core(FULL))
    choice, normal = bank.questions[0].points
    assert choice.core == Bilingual("分区时二者择一", "One of the two in a partition")
    assert (choice.beyond, choice.border) == (Bilingual("举例", "An example"), Bilingual("平时归 normal", "Normal times belong to normal"))
    assert (normal.core, normal.beyond, normal.border) == (choice.core, None, None)
    assert not bank.problems
    assert not bank.warnings


def test_a_core_in_one_language_is_refused(folder: Path):
    (problem,) = refusals(folder, with_core(FULL).replace(CORE, "{zh: 分区时二者择一}", 1))
    assert "English text (en) is missing in points › 1 › core" in problem.message


def test_points_without_a_core_are_warned_of_and_taken_all_the_same(folder: Path):
    bank = load(folder, full=FULL, short=SHORT.replace("cap-theorem", "other"))
    assert len(bank.questions) == 2
    assert not bank.problems
    first, second = bank.warnings
    assert (first.message, first.line, Path(first.file).name) == ("no core at 'choice'", 12, "full.yaml")
    assert (second.message, second.line) == ("no core at 'normal'", 24)
    assert first.remedy.startswith("write core:")


def test_a_question_kept_when_there_were_cues_still_loads(folder: Path):
    (question,) = load(folder, full=FULL).questions
    kept = encode_question(question)
    kept["terms"] = [["chooser", ["取舍"]]]
    for point in kept["points"]:
        point["covered_cues"], point["partial_cues"] = ["@chooser & 分区"], ["一致"]
        for belief in point["misconceptions"]:
            belief["cues"] = ["三者 & 兼得"]
    assert decode_question(kept) == question


def test_a_question_kept_before_points_had_cores_still_loads(folder: Path):
    (question,) = load(folder, full=FULL).questions
    kept = encode_question(question)
    for point in kept["points"]:
        del point["core"], point["beyond"], point["border"]
    assert decode_question(kept) == question


def test_questions_survive_json_exactly(folder: Path):
    for question in load(folder, full=with_core(FULL), short=SHORT.replace("cap-theorem", "other")).questions:
        assert decode_question(json.loads(json.dumps(encode_question(question)))) == question


def test_the_digest_changes_with_content_and_not_with_comments_or_file_names(folder: Path):
    digest = load(folder, a=SHORT).digest
    (folder / "a.yaml").unlink()
    assert load(folder, b="# a comment\n" + SHORT).digest == digest
    assert load(folder, b=SHORT.replace("两者可以兼得", "两者都有")).digest != digest


@pytest.mark.parametrize("word", ["no", "yes", "on", "off", "1.10", "2024-01-01", "0x1F", "1e3", ".5", "null value"])
def test_bare_words_stay_the_text_that_was_typed(folder: Path, word: str):
    (question,) = load(folder, short=SHORT.replace("en: CAP theorem", f"en: {word}")).questions
    assert question.topic.en == word


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter(folder: Path):
    (question,) = load(folder, short=b"\xef\xbb\xbf" + SHORT.replace("\n", "\r\n").encode()).questions
    assert question.id == "cap-theorem"


def test_questions_come_in_their_order_then_by_id(folder: Path):
    texts = {"a": SHORT.replace("cap-theorem", "zebra") + "order: 1\n", "b": SHORT.replace("cap-theorem", "mango"), "c": SHORT, "d": FULL}
    texts["d"] = FULL.replace("cap-theorem", "apple")
    assert [question.id for question in load(folder, **texts).questions] == ["zebra", "apple", "cap-theorem", "mango"]


def test_questions_are_found_by_id_and_by_number(folder: Path):
    bank = load(folder, full=FULL, other=SHORT.replace("cap-theorem", "other"))
    assert bank.find(" cap-theorem ").id == bank.find("3").id == "cap-theorem"
    assert bank.find("2").id == "other"
    for missing in ("1", "99", "nope", "", "9" * 30, "²"):
        with pytest.raises(NotFound, match="cap-theorem"):
            bank.find(missing)


def test_questions_are_selected_by_topic_competency_and_difficulty(folder: Path):
    other = SHORT.replace("cap-theorem", "other").replace("CAP 定理", "别的").replace("difficulty: 2", "difficulty: 3")
    other = other.replace("[distributed-systems]", "[ci-cd, communication]")
    bank = load(folder, full=FULL, other=other)

    def ids(**wanted: object) -> list[str]:
        return [question.id for question in bank.select(**wanted)]  # type: ignore[arg-type]

    assert ids() == ["cap-theorem", "other"]
    assert ids(topics=["cap THEOREM"], difficulties=[2]) == ["cap-theorem"]
    assert ids(topics=["别的"]) == ids(competencies={"communication"}) == ids(difficulties=[1, 3]) == ["other"]
    assert ids(topics=["别的"], difficulties=[2]) == []
    assert ids(count=1) == ["cap-theorem"]
    assert {tuple(ids(seed=seed)) for seed in range(20)} == {("cap-theorem", "other"), ("other", "cap-theorem")}
    assert ids(seed=7) == ids(seed=7)


# ---------------------------------------------------------------- what is refused, with the line of the offending key


GIVEN = "givens:\n  - id: scale\n    asked: {zh: [多大], en: [how big]}\n    says: {zh: 大, en: big}\n"
GIVEN_TWICE = "  - id: scale\n    asked: {zh: [多大], en: [how big]}\n    says: {zh: 大, en: big}\n"


@pytest.mark.parametrize(
    ("old", "new", "line", "message", "remedy"),
    [
        ("difficulty: 2", "dificulty: 2", 5, "unknown key 'dificulty'", "'difficulty'"),
        ("difficulty: 2\n", "", 1, "'difficulty' is missing", "add difficulty"),
        ("difficulty: 2", "difficulty: 4", 5, "difficulty", "limits"),
        ("difficulty: 2", "difficulty: hard", 5, "whole number", "for example 2"),
        ("version: 1", "version: '1'", 2, "whole number", "without quotes"),
        ("en: What is CAP?", "de: Was?", 6, "unknown key 'de'", "en, zh"),
        ("en: What is CAP?", "en: ''", 6, "empty", "write the text"),
        ("en: What is CAP?", "en: ", 6, "empty", "write the text"),
        ("en: What is CAP?", "en: '  '", 6, "empty", "write the text"),
        ("en: What is CAP?", 'en: "a\\0b"', 6, "control character", "remove"),
        ("en: What is CAP?", "en: [a]", 6, "text is expected", "quotes"),
        ("prompt: {zh: 什么是 CAP？, en: What is CAP?}", "prompt: {zh: 什么是 CAP？}", 6, "English text (en) is missing", "add en"),
        ("{zh: CAP 定理, en: CAP theorem}", "CAP", 3, "keys and values", "{zh: …, en: …}"),
        ("en: What is CAP?", "en: What is CAP, really?", 6, "unknown key 'really?'", "in quotes"),
        ("id: cap-theorem", "id: CAP_Theorem", 1, "id", "lower-case"),
        ("[distributed-systems]", "[distributed-system]", 4, "unknown competency", "distributed-systems"),
        ("[distributed-systems]", "[]", 4, "empty", "at least 1"),
        ("[distributed-systems]", "[ci-cd, ci-cd]", 4, "twice", "remove"),
        ("weight: 40", "weight: 30", 11, "sum to 90, not 100", "sum to 100"),
        ("weight: 40", "weight: forty", 25, "number", "12.5"),
        ("weight: 40", "weight: 0", 25, "greater than 0", "limits"),
        ("id: normal", "id: choice", 24, "point id 'choice' is used twice", "once"),
        ("essential: false", "essential: maybe", 26, "true or false", "write true or false"),
        ("essential: true", "essential: false", 11, "no point is essential", "essential: true"),
        ("    follow_ups: [{zh: 平时呢？, en: And normally?}]\n", "", 24, "'follow_ups' is missing", "add follow_ups"),
        ("follow_ups: [{zh: 平时呢？, en: And normally?}]", "follow_ups: []", 28, "empty", "at least 1"),
        ("hints:", "follow_ups:", 29, "a follow-up belongs to no point", "under follow_ups of the point"),
        ("{zh: 为什么？, en: Why?}", "{point: other, zh: 为什么？, en: Why?}", 23, "names a point", "of that point"),
        ("hints:", GIVEN + GIVEN_TWICE + "hints:", 33, "the given 'scale' is used twice", "once"),
        (
            "follow_ups: [{zh: 平时呢？, en: And normally?}]",
            "follow_ups: [{zh: 平时呢？, en: And normally?}]\n    deeper: [{about: luck, zh: 呢？, en: And?}]",
            29,
            "no known angle",
            "trade-off",
        ),
        ("order: 3", "order: first", 10, "whole number", "digits"),
        ("order: 3", "order: 3\norder: 4", 11, "twice", "keep one"),
        ("order: 3", "order: 3\nreference: &x [*x]", 11, "", ""),
        ("order: 3", "order: !!python/object:os.system 3", 10, "unknown tag", "quote"),
    ],
)
def test_a_breach_is_refused_with_line_and_remedy(folder: Path, old: str, new: str, line: int, message: str, remedy: str):
    assert FULL.count(old) == 1
    found = [problem for problem in refusals(folder, FULL.replace(old, new)) if message in problem.message and remedy in problem.remedy]
    assert found, [str(problem) for problem in load(folder).problems]
    assert [problem.line for problem in found][:1] == [line]
    assert found[0].file == str(folder / "bad.yaml")


@pytest.mark.parametrize(
    ("content", "line", "remedy"),
    [
        ("id: a\ntopic: {zh: 甲, en: b\nversion: 1\n", 3, "in quotes"),
        ("id: a\nhints: [@broker]\n", 2, "in quotes"),
        ("id: a\nprompt: what: ever\n", 2, "in quotes"),
        ("id: a\n\tversion: 1\n", 2, "tabs"),
        ('id: "a\n', 2, "quotation mark"),
        (SHORT + "---\n" + SHORT, 10, "one question per file"),
        ("id: a\nx: *nope\n", 2, "in quotes"),
        ("id: a\nx: \x07\n", 2, "control character"),
        ("", 1, "write a question"),
        ("# nothing\n", 1, "write a question"),
        ("- id: a\n", 1, "README"),
        ("just text\n", 1, "README"),
        ("? [a]\n: b\n" + SHORT, 1, "quotes"),
        (b"id: a\ntopic: \xd6\xd0\n", 2, "UTF-8"),
        (SHORT.encode("utf-16"), 1, "UTF-8"),
        ("[" * 900_000, 1, "README"),
        ("- " * 400_000, 1, "README"),
        ("{a: " * 200_000, 1, "README"),
        ("? " * 400_000, 1, "in quotes"),
        (
            "a: &a [x,x,x,x,x,x,x,x,x]\n"
            + "".join(f"{y}: &{y} [{','.join(['*' + x] * 9)}]\n" for x, y in zip("abcdefgh", "bcdefghi", strict=True)),
            None,
            "",
        ),
        ("a: " + "x" * 1_000_001, 0, "one question per file"),
    ],
)
def test_what_is_no_question_file_is_refused_without_a_traceback(folder: Path, content: str | bytes, line: int | None, remedy: str):
    first = refusals(folder, content)[0]
    assert line is None or first.line == line, str(first)
    assert remedy in first.remedy, str(first)


def test_all_problems_of_a_file_are_told_at_once(folder: Path):
    text = FULL.replace("difficulty: 2", "difficulty: 9").replace("weight: 40", "weight: 10").replace("id: normal", "id: choice")
    text += "extra: 1\n"
    told = " ".join(problem.message for problem in refusals(folder, text))
    for sign in ("difficulty", "sum to 70", "'choice' is used twice", "unknown key 'extra'"):
        assert sign in told


def test_the_rest_of_the_bank_still_loads(folder: Path):
    bank = load(folder, good=SHORT, bad="id: [", worse=b"\xff")
    assert [question.id for question in bank.questions] == ["cap-theorem"]
    assert {Path(problem.file).name for problem in bank.problems} == {"bad.yaml", "worse.yaml"}


def test_a_second_file_with_the_same_id_is_refused_naming_the_first(folder: Path):
    bank = load(folder, a=SHORT, b="# moved down\n" + SHORT)
    (problem,) = bank.problems
    assert (Path(problem.file).name, problem.line) == ("b.yaml", 2)
    assert "a.yaml" in problem.remedy


def test_misconception_ids_are_unique_within_a_question(folder: Path):
    block = FULL[FULL.index("    misconceptions:") : FULL.index("    follow_ups:\n")]
    text = FULL.replace("    follow_ups: [{zh: 平时呢", block + "    follow_ups: [{zh: 平时呢")
    (problem,) = refusals(folder, text)
    assert "misconception id 'all-three' is used twice" in problem.message
    assert problem.line == 29


def test_folders_and_files_that_cannot_be_read_are_told(folder: Path):
    (folder / "folder.yaml").mkdir()
    bank = load_bank([folder, folder / "nowhere"], knowledge=KNOWLEDGE)
    assert [Path(problem.file).name for problem in bank.problems] == ["nowhere", "folder.yaml"]
    assert "INTERVIEWER_QUESTIONS" in bank.problems[0].remedy


def test_an_empty_folder_is_told(folder: Path):
    assert [problem.message for problem in load(folder).problems] == ["the folder holds no question files"]


def test_a_damaged_competency_list_is_told_and_does_not_stop_the_rest(folder: Path, tmp_path: Path):
    knowledge = tmp_path / "knowledge"
    knowledge.mkdir()
    (knowledge / "competencies.yaml").write_text(
        "- {id: distributed-systems, zh: 分布式, en: Distributed, short: {zh: 分布式, en: Distributed}}\n- {id: broken, zh: 坏}\n"
    )
    (knowledge / "terms.yaml").write_text("consistency: 一致\n")
    (folder / "short.yaml").write_text(SHORT)
    bank = load_bank([folder], knowledge=knowledge)
    assert [question.id for question in bank.questions] == ["cap-theorem"]
    assert [each.id for each in bank.competencies] == ["distributed-systems"]
    assert {(Path(problem.file).name, problem.line) for problem in bank.problems} == {("competencies.yaml", 2), ("terms.yaml", 1)}


@pytest.mark.parametrize(
    ("line", "message", "remedy"),
    [
        ("consistency: 一致", "has no words", "[word, word]"),
        ("consistency: []", "has no words", "[word, word]"),
        ("con sistency: [一致]", "cannot be called", "letters"),
        ("consistency: [一致, a|b]", "cannot stand in a word", "Terms"),
        ("consistency: [roll..]", "on both sides", "Terms"),
        ("consistency: ['* kafka']", "needs the beginning", "Terms"),
        ("consistency: [(kafka]", "brackets", "Terms"),
        ("consistency: ['']", "no word", "Terms"),
    ],
)
def test_a_bad_word_of_the_terms_is_told_with_line_and_remedy(folder: Path, tmp_path: Path, line: str, message: str, remedy: str):
    knowledge = tmp_path / "knowledge"
    knowledge.mkdir()
    (knowledge / "competencies.yaml").write_bytes((KNOWLEDGE / "competencies.yaml").read_bytes())
    (knowledge / "terms.yaml").write_text(f"cache: [缓存]\n{line}\n", encoding="utf-8")
    (folder / "short.yaml").write_text(SHORT, encoding="utf-8")
    bank = load_bank([folder], knowledge=knowledge)
    (problem,) = bank.problems
    assert (Path(problem.file).name, problem.line) == ("terms.yaml", 2)
    assert message in problem.message
    assert remedy in problem.remedy
    assert bank.terms == (("cache", ("缓存",)),)


# ---------------------------------------------------------------- the real bank


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank([KNOWLEDGE / "questions"], knowledge=KNOWLEDGE)


def test_the_real_bank_has_no_problems(bank: Bank):
    assert [str(problem) for problem in bank.problems] == []
    assert [question.order for question in bank.questions] == list(range(1, 11))


def test_the_real_questions_meet_their_standard(bank: Bank):
    for question in bank.questions:
        assert not question.derived
        assert 6 <= len(question.points) <= 10, question.id
        assert len(question.hints) == 2, question.id
        assert all(point.follow_ups for point in question.points), question.id
        assert any(point.misconceptions for point in question.points), question.id
        assert 350 <= len(re.findall(r"[㐀-鿿]", question.reference.zh)) <= 700, question.id
        assert 180 <= len(question.reference.en.split()) <= 320, question.id


def test_every_real_point_has_a_core_in_both_languages(bank: Bank):
    assert not bank.warnings
    for question in bank.questions:
        for point in question.points:
            assert point.core is not None, (question.id, point.id)
            assert re.search(r"[㐀-鿿]", point.core.zh), (question.id, point.id)
            assert not re.search(r"[㐀-鿿]", point.core.en), (question.id, point.id)


def test_the_borders_of_the_real_points_name_neighbours_that_exist(bank: Bank):
    for question in bank.questions:
        ids = {point.id for point in question.points}
        for point in question.points:
            if point.border is not None:
                named = {text: set(re.findall(r"[a-z]+(?:-[a-z]+)*", text)) for text in (point.border.zh, point.border.en)}
                hyphenated = {word for word in named[point.border.zh] if "-" in word}
                assert hyphenated <= ids - {point.id}, (question.id, point.id)
                assert hyphenated <= named[point.border.en], (question.id, point.id)


def test_every_real_question_has_a_sheet_of_givens_and_every_essential_point_three_deeper_follow_ups(bank: Bank):
    for question in bank.questions:
        assert len(question.givens) >= 10, question.id
        assert all(len(given.asked_zh) >= 4 and len(given.asked_en) >= 4 for given in question.givens), question.id
        for point in question.points:
            if point.essential:
                angles = {each.about for each in point.deeper}
                assert len(point.deeper) == 3, (question.id, point.id)
                assert {"trade-off", "failure"} <= angles, (question.id, point.id)
                assert angles & {"scale", "cost"}, (question.id, point.id)


def test_every_competency_is_asked_for(bank: Bank):
    assert len(bank.competencies) == 8
    assert {name for question in bank.questions for name in question.competencies} == {each.id for each in bank.competencies}


def test_the_chinese_questions_are_exactly_the_articles(bank: Bank, shared: Path):
    article = json.loads((shared / "data" / "questions.json").read_text(encoding="utf-8"))
    assert [(question.order, question.prompt.zh, question.topic.zh) for question in bank.questions] == [
        (entry["n"], entry["zh"], entry["topic_zh"]) for entry in article
    ]


def test_the_real_questions_survive_json(bank: Bank):
    for question in bank.questions:
        assert decode_question(json.loads(json.dumps(encode_question(question)))) == question


# ---------------------------------------------------------------- drills


def with_drills(*drills: str) -> str:
    lines = "".join(f"      - {drill}\n" for drill in drills)
    return FULL.replace(
        "    follow_ups:\n      - {zh: 为什么？, en: Why?}\n", f"    follow_ups:\n      - {{zh: 为什么？, en: Why?}}\n    drills:\n{lines}"
    )


def test_drills_of_a_point_are_read(folder: Path):
    bank = load(folder, a=with_drills("{zh: 断网时怎么选？, en: The network is cut. What now?}", "{zh: 舍什么？, en: What is given up?}"))
    assert not bank.problems
    assert not [str(warning) for warning in bank.warnings if "known by heart" in str(warning)]
    assert bank.questions[0].points[0].drills[1] == Bilingual("舍什么？", "What is given up?")


@pytest.mark.parametrize(
    "drill",
    ["{zh: 为什么, en: What is given up?}", "{zh: 舍什么？, en: 'what is CAP'}", "{zh: 平时呢。, en: What is given up?}", "{zh: 舍什么？, en: what  now}"],
    ids=["a follow-up", "the prompt", "a follow-up of another point", "another drill"],
)  # fmt: skip
def test_a_drill_in_words_that_are_asked_already_is_refused(folder: Path, drill: str):
    problems = load(folder, a=with_drills("{zh: 断网时怎么选？, en: What now?}", drill)).problems
    assert ["this drill is asked already in the same words" in str(problem) for problem in problems] == [True]


def test_a_single_drill_is_warned_of(folder: Path):
    warnings = load(folder, a=with_drills("{zh: 断网时怎么选？, en: What now?}")).warnings
    assert any("known by heart" in str(warning) for warning in warnings)


def test_a_file_tells_where_its_question_comes_from(folder: Path) -> None:
    bank = load(
        folder, one=SHORT + "source: {title: A talk, author: Wang, licence: CC-BY-4.0, date: 2026-01-31, url: 'https://example.org/talk'}\n"
    )
    assert bank.problems == ()
    wrong = load(folder, one=SHORT + f"source: {{title: {'x' * 301}, date: yesterday, url: 'javascript:alert(1)', by: me}}\n")
    assert sorted(problem.message.partition(":")[0] for problem in wrong.problems) == [
        "source › date", "source › title", "source › url", "unknown key 'by' in source",
    ]  # fmt: skip


def test_a_finding_is_told_in_both_languages_at_its_key() -> None:
    _question, findings = check_question({"id": "a b", "points": [{"weight": Plain("200")}]}, [])
    told = {finding.loc: finding for finding in findings}
    assert told["prompt",].message == Bilingual("题目缺少键 'prompt'", "the key 'prompt' is missing in the question")
    assert told["id",].message.zh == "id：这不是合法的 id"
    assert told["points", 0, "weight"].message.zh == "points › 1 › weight：应不大于 100"
    assert told["points", 0, "weight"].remedy == Bilingual("写一个范围内的值", "write a value within these limits")


# ---------------------------------------------------------------- one language, and whose text it was

CHINESE = """\
id: cache-penetration
version: 1
languages: [zh]
topic: {zh: 缓存}
competencies: [data-streaming]
difficulty: 2
prompt: {zh: 什么是缓存穿透？}
reference: {zh: 请求查的数据不存在，每次都打到数据库。用布隆过滤器拦截，空值也缓存。}
points:
  - id: why
    weight: 100
    intent: {zh: 讲出请求打到数据库}
    follow_ups: [{zh: 为什么？}]
givens:
  - id: scale
    asked: {zh: [规模多大？]}
    says: {zh: 每秒两百次。}
source: {title: Redis 面试题, date: 2024-05-01, places: {prompt.zh: [13-21], reference.zh: [~22-40+50-60, added, title]}}
"""


def test_a_question_may_be_in_one_language(folder: Path) -> None:
    bank = load(folder, a=CHINESE)
    assert bank.problems == ()
    question = bank.find("cache-penetration")
    assert question.languages == ("zh",)
    assert question.prompt == Bilingual("什么是缓存穿透？", "什么是缓存穿透？")
    assert question.points[0].intent.en == "讲出请求打到数据库"
    assert question.givens[0].asked_en == ("规模多大？",)
    assert question.source == Source(title="Redis 面试题", date="2024-05-01")
    assert question.source.private
    assert decode_question(json.loads(json.dumps(encode_question(question)))) == question


def test_what_most_questions_do_not_say_is_not_kept_with_them(folder: Path) -> None:
    question = load(folder, a=SHORT).find("cap-theorem")
    assert (question.languages, question.source) == (("zh", "en"), None)
    assert not {"languages", "source"} & set(encode_question(question))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("languages: [zh]\n", "", "the English text (en) is missing in topic"),
        ("[zh]\n", "[de]\n", "this is no language"),
        ("[zh]\n", "[]\n", "languages is empty"),
        ("topic: {zh: 缓存}", "topic: {zh: ''}", "topic › zh: the text is empty"),
        ("topic: {zh: 缓存}", "topic: {en: Caches}", "the Chinese text (zh) is missing in topic"),
        ("[13-21]", "[13]", "this is no origin"),
        ("date: 2024", "licence: '', date: 2024", "source › licence: the text is empty"),
        ("date: 2024", "document: abc, date: 2024", "this is no digest"),
        ("date: 2024", "license: MIT, date: 2024", "unknown key 'license' in source"),
    ],
)
def test_what_is_wrong_with_a_language_or_a_source_is_said_once(folder: Path, old: str, new: str, says: str) -> None:
    bank = load(folder, a=CHINESE.replace(old, new))
    assert bank.questions == ()
    assert sum(says in problem.message for problem in bank.problems) == 1
    if "zh]" not in old:
        assert len(bank.problems) == 1
