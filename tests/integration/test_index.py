"""The vector index on disk: what it finds, and that whatever happens to its folder it is built again."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from interviewer.errors import EndpointError, VectorIndexError
from interviewer.models import Reason
from interviewer.questions.bank import Bank, bank_digest, load_bank
from interviewer.questions.derive import free_question
from interviewer.questions.embeddings import HashingEmbedder
from interviewer.questions.index import QuestionIndex
from interviewer.questions.keeping import AGAIN_SECONDS, IndexKeeper

ROOT = Path(__file__).resolve().parents[2]
KNOWLEDGE = ROOT / "knowledge"
EMBEDDER = HashingEmbedder(concepts=(("memory", ("显存", "gpu memory", "vram")),))
TEXTS = {
    "optimisation": ("显存不够时先量化模型，再把模型分片到多张卡。", "When GPU memory is short, quantise the model, then shard it."),
    "streams": ("流处理用水位线和检查点做到恰好一次。", "Stream processing reaches exactly once with checkpoints and watermarks."),
    "delivery": ("先灰度发布，再看指标决定是否回滚。", "Release to a few users first, and roll back if the figures are bad."),
}


def small_bank(**changes: str) -> Bank:
    questions = tuple(
        free_question(id=name, text=name, references=[changes.get(name, f"{zh}\n\n{en}")], rubric=(), lang="zh")
        for name, (zh, en) in TEXTS.items()
    )
    return Bank(questions, (), (), bank_digest(questions))


BANK = small_bank()


@pytest.fixture
def opened() -> Iterator[Callable[..., QuestionIndex]]:
    """Makes indexes and closes them at the end."""
    made: list[QuestionIndex] = []

    def make(folder: Path, embedder: object = EMBEDDER, **options: float) -> QuestionIndex:
        made.append(QuestionIndex(folder, embedder, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for index in made:
        index.close()


def sealed(folder: Path) -> Path:
    (found,) = folder.glob("index-*")
    return found


# ---------------------------------------------------------------- finding


def test_an_unopened_index_says_so_and_touches_nothing(tmp_path: Path, opened):
    index = opened(tmp_path / "index")
    with pytest.raises(VectorIndexError, match="not ready"):
        index.search("显存")
    assert not index.ready
    assert not (tmp_path / "index").exists()


def test_the_nearest_passage_comes_first_in_both_languages(tmp_path: Path, opened):
    index = opened(tmp_path)
    index.open(BANK)
    assert index.search("显存不够怎么办")[0].question_id == "optimisation"
    assert index.search("exactly once")[0].question_id == "streams"
    assert index.search("VRAM")[0].question_id == "optimisation"
    assert index.search("怎样回滚")[0].question_id == "delivery"


def test_results_are_ranked_by_cosine_similarity(tmp_path: Path, opened):
    index = opened(tmp_path)
    index.open(BANK)
    found = index.search("流处理 exactly once", k=20)
    assert [passage.similarity for passage in found] == sorted((passage.similarity for passage in found), reverse=True)
    a, b = EMBEDDER.embed(["流处理 exactly once", found[0].text])
    assert found[0].similarity == pytest.approx(float(a @ b), abs=1e-4)


def test_of_some_questions_none_of_another_is_found(tmp_path: Path, opened):
    index = opened(tmp_path)
    index.open(BANK)
    found = index.search("显存不够怎么办", question_ids={"delivery", "streams"}, k=50)
    assert {passage.question_id for passage in found} == {"delivery", "streams"}
    assert index.search("显存不够怎么办", question_ids=()) == ()


def test_a_question_is_filtered_before_ranking(tmp_path: Path, opened):
    index = opened(tmp_path)
    index.open(BANK)
    found = index.search("显存不够怎么办", question_ids=["delivery"], k=50)
    own = {passage.id for passage in found}
    assert {passage.question_id for passage in found} == {"delivery"}
    assert len(own) == len(found) > 2
    assert index.search("显存不够怎么办", question_ids=["nobody"]) == ()


def test_language_and_kind_are_exact_filters(tmp_path: Path, opened):
    index = opened(tmp_path)
    index.open(BANK)
    for question_ids in (None, ["streams"]):
        found = index.search("gpu", question_ids=question_ids, lang="en", kinds={"point"}, k=50)
        assert found
        assert {(passage.lang, passage.kind) for passage in found} == {("en", "point")}
    assert index.search("gpu", kinds={"misconception"}) == ()


@pytest.mark.parametrize(("text", "k"), [("", 4), ("  \n", 4), ("显存", 0)])
def test_nothing_asked_is_nothing_found(tmp_path: Path, opened, text: str, k: int):
    index = opened(tmp_path)
    index.open(BANK)
    assert index.search(text, k=k) == ()


@pytest.mark.parametrize("text", ["显存" * 10_000, "🙂", "\0\ud800"[:1], "'; drop table embeddings; --", "{{x}} %s"])
def test_any_text_can_be_asked(tmp_path: Path, opened, text: str):
    index = opened(tmp_path)
    index.open(BANK)
    assert len(index.search(text)) == 4


def test_an_empty_bank_finds_nothing(tmp_path: Path, opened):
    index = opened(tmp_path)
    index.open(Bank((), (), (), "0" * 16))
    assert index.ready
    assert index.search("显存") == ()


def test_many_threads_may_ask_while_the_index_is_rebuilt(tmp_path: Path, opened):
    index = opened(tmp_path)
    index.open(BANK)
    wrong: list[object] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                if index.search("exactly once")[0].question_id != "streams":
                    wrong.append("ranking")
            except VectorIndexError as error:
                wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        index.rebuild(BANK)
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []


# ---------------------------------------------------------------- building


def test_a_missing_index_is_built_and_then_reused(tmp_path: Path, opened):
    assert opened(tmp_path).open(BANK) is True
    assert opened(tmp_path).open(BANK) is False


def test_progress_is_told_from_nothing_to_all(tmp_path: Path, opened):
    told: list[tuple[int, int]] = []
    opened(tmp_path).rebuild(BANK, lambda done, total: told.append((done, total)))
    total = told[0][1]
    assert told[0] == (0, total)
    assert told[-1] == (total, total)


def test_a_changed_bank_is_stale_and_the_old_index_goes(tmp_path: Path, opened):
    opened(tmp_path).open(BANK)
    old = sealed(tmp_path).name
    changed = small_bank(streams="完全不同的内容：特征平台。")
    index = opened(tmp_path)
    assert index.open(changed) is True
    assert sealed(tmp_path).name != old
    assert index.search("特征平台")[0].text.endswith("特征平台。")


def test_two_embedders_never_mix(tmp_path: Path, opened):
    narrow = HashingEmbedder(dimensions=64)
    first, second = opened(tmp_path), opened(tmp_path, narrow)
    first.open(BANK)
    assert second.open(BANK) is True
    assert first.collection_name(BANK) != second.collection_name(BANK)
    assert first.search("exactly once")[0].question_id == second.search("exactly once")[0].question_id == "streams"


def test_collection_names_carry_embedder_and_bank_and_stay_short(tmp_path: Path):
    class Odd:
        name = "文本 Embedder/with:a very long name " * 5
        dimensions = 3

    names = {QuestionIndex(tmp_path, embedder).collection_name(BANK) for embedder in (EMBEDDER, HashingEmbedder(), Odd())}  # type: ignore[arg-type]
    assert len(names) == 3
    for name in names:
        assert BANK.digest in name
        assert len(name) <= 57
        assert name.replace("-", "").isalnum()
        assert name.isascii()
    assert any(name.startswith("hashing-v1-512") for name in names)


def test_the_index_on_disk_is_a_chroma_collection_of_that_name(tmp_path: Path, opened):
    import chromadb

    index = opened(tmp_path / "index")
    index.open(BANK)
    shutil.copytree(sealed(tmp_path / "index"), tmp_path / "look")
    client = chromadb.PersistentClient(path=str(tmp_path / "look"), settings=chromadb.Settings(anonymized_telemetry=False))
    try:
        whole = client.get_collection(index.collection_name(BANK), embedding_function=None)
        row = whole.get(ids=["streams@1/reference/1/zh"])
        assert row["documents"] == [TEXTS["streams"][0]]
        assert row["metadatas"] == [{"question_id": "streams", "kind": "reference", "lang": "zh"}]
    finally:
        client.close()


# ---------------------------------------------------------------- damage


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def scribble(path: Path) -> None:
    path.write_bytes(b"garbage" * (path.stat().st_size // 7 + 1))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "truncated database": lambda folder: truncate(folder / "chroma.sqlite3"),
    "garbage database": lambda folder: scribble(folder / "chroma.sqlite3"),
    "missing database": lambda folder: (folder / "chroma.sqlite3").unlink(),
    "truncated vectors": lambda folder: [truncate(path) for path in folder.glob("*/*.bin")],
    "garbage vectors": lambda folder: [scribble(path) for path in folder.glob("*/data_level0.bin")],
    "one flipped byte": lambda folder: (folder / "chroma.sqlite3").write_bytes(b"s" + (folder / "chroma.sqlite3").read_bytes()[1:]),
    "missing seal": lambda folder: (folder / "seal.json").unlink(),
    "garbage seal": lambda folder: (folder / "seal.json").write_bytes(b"\xff{"),
    "seal of another kind": lambda folder: (folder / "seal.json").write_text("[1]"),
    "a database that is a folder": lambda folder: ((folder / "chroma.sqlite3").unlink(), (folder / "chroma.sqlite3").mkdir()),
    "an empty folder": lambda folder: (shutil.rmtree(folder), folder.mkdir()),
    "a file in its place": lambda folder: (shutil.rmtree(folder), folder.write_text("x")),
    "an unreadable folder": lambda folder: folder.chmod(0),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_index_is_built_again(tmp_path: Path, opened, damage: Callable[[Path], object]):
    opened(tmp_path).open(BANK)
    folder = sealed(tmp_path)
    damage(folder)
    index = opened(tmp_path)
    built = index.open(BANK)
    if folder.exists() and folder.is_dir():
        folder.chmod(0o700)
    assert index.search("exactly once")[0].question_id == "streams"
    assert built or damage is DAMAGES["an unreadable folder"]  # the superuser reads it all the same


def test_a_seal_is_not_believed_for_another_version_of_chroma(tmp_path: Path, opened):
    opened(tmp_path).open(BANK)
    path = sealed(tmp_path) / "seal.json"
    record = json.loads(path.read_text())
    record["facts"]["chromadb"] = "0.1"
    path.write_text(json.dumps(record))
    assert opened(tmp_path).open(BANK) is True


def test_asking_never_changes_the_sealed_index(tmp_path: Path, opened):
    index = opened(tmp_path)
    index.open(BANK)
    before = {path: path.read_bytes() for path in sealed(tmp_path).rglob("*") if path.is_file()}
    index.search("显存", k=50)
    index.close()
    assert {path: path.read_bytes() for path in sealed(tmp_path).rglob("*") if path.is_file()} == before


def test_a_closed_index_gives_back_its_copy_and_can_be_opened_again(tmp_path: Path, opened):
    index = opened(tmp_path)
    index.open(BANK)
    index.close()
    assert not list(tmp_path.glob("open-*"))
    with pytest.raises(VectorIndexError):
        index.search("显存")
    assert index.open(BANK) is False
    assert index.search("显存")


def test_a_copy_that_vanishes_is_an_index_error_and_not_a_crash(tmp_path: Path, opened):
    index = opened(tmp_path)
    index.open(BANK)
    for copy in tmp_path.glob("open-*"):
        shutil.rmtree(copy)
    with suppress(VectorIndexError):  # some systems keep the removed files until they are closed
        index.search("显存")
    assert index.open(BANK) is False
    assert index.search("显存")


def test_a_folder_that_cannot_be_made_is_an_index_error_with_a_remedy(tmp_path: Path, opened):
    (tmp_path / "file").write_text("")
    with pytest.raises(VectorIndexError, match="data folder"):
        opened(tmp_path / "file" / "index").open(BANK)


class Failing(HashingEmbedder):
    """An endpoint that is asked too often."""

    def embed(self, texts: object) -> np.ndarray:  # noqa: ARG002
        raise EndpointError(Reason.RATE_LIMIT)


def test_a_failing_embedder_is_an_index_error_and_leaves_nothing_behind(tmp_path: Path, opened):
    opened(tmp_path).open(BANK)
    index = opened(tmp_path, Failing(dimensions=32))
    with pytest.raises(VectorIndexError, match="rate_limit"):
        index.open(BANK)
    assert not index.ready
    assert not list(tmp_path.glob("building-*"))


# ---------------------------------------------------------------- several processes

CHILD = """
import sys, time
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.integration.test_index import BANK, EMBEDDER
from interviewer.questions.index import QuestionIndex
from interviewer.questions.keeping import AGAIN_SECONDS, IndexKeeper
index = QuestionIndex(Path(sys.argv[1]), EMBEDDER)
def stop(done, total):
    if done:
        print("building", flush=True)
        sys.stdin.readline()
if sys.argv[2] == "hang":
    index.rebuild(BANK, stop)
else:
    index.open(BANK)
print(index.search("exactly once")[0].question_id, flush=True)
sys.stdin.readline()
"""


def child(folder: Path, how: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CHILD.format(root=str(ROOT)), str(folder), how]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def finish(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=60)


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_build_that_is_killed_is_built_again(tmp_path: Path, opened):
    process = child(tmp_path, "hang")
    assert line(process) == "building"
    assert list(tmp_path.glob("building-*"))
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    index = opened(tmp_path)
    assert index.open(BANK) is True
    assert not list(tmp_path.glob("building-*"))
    assert index.search("exactly once")[0].question_id == "streams"


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_what_a_killed_reader_left_is_swept_and_a_living_one_is_spared(tmp_path: Path, opened):
    dead, alive = child(tmp_path, "open"), child(tmp_path, "open")
    assert line(dead) == line(alive) == "streams"
    assert len(list(tmp_path.glob("open-*"))) == 2
    dead.send_signal(signal.SIGKILL)
    dead.communicate(timeout=60)
    index = opened(tmp_path)
    assert index.open(BANK) is False
    assert len(list(tmp_path.glob("open-*"))) == 2
    finish(alive)
    assert alive.returncode == 0
    assert len(list(tmp_path.glob("open-*"))) == 1


def test_a_second_process_waits_for_the_first_one_to_build(tmp_path: Path, opened):
    process = child(tmp_path, "hang")
    assert line(process) == "building"
    with pytest.raises(VectorIndexError, match="another process"):
        opened(tmp_path, patience=0.1).open(BANK)
    index = opened(tmp_path)
    waiting = threading.Thread(target=index.open, args=(BANK,))
    waiting.start()
    finish(process)
    waiting.join(timeout=60)
    assert index.search("exactly once")[0].question_id == "streams"


# ---------------------------------------------------------------- the real bank


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QuestionIndex]:
    bank = load_bank([KNOWLEDGE / "questions"], knowledge=KNOWLEDGE)
    index = QuestionIndex(tmp_path_factory.mktemp("index"), HashingEmbedder(concepts=bank.terms))
    index.open(bank)
    yield index
    index.close()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("显存不够怎么办", 7),
        ("quantise and prune the model for inference", 7),
        ("exactly once", 9),
        ("迟到的数据和水位线", 9),
        ("GAN 的模式崩溃", 1),
        ("mode collapse of the generator", 1),
        ("DVC 数据版本", 4),
        ("梯度同步 all-reduce", 6),
        ("A/B 测试的样本量和显著性", 10),
        ("prompt injection and harmful content", 8),
    ],
)
def test_the_real_bank_answers_sensibly(real: QuestionIndex, text: str, number: int):
    bank = load_bank([KNOWLEDGE / "questions"], knowledge=KNOWLEDGE)
    assert bank.find(str(number)).id in [passage.question_id for passage in real.search(text, k=5)]


# ---------------------------------------------------------------- a bank that changes


class Counting:
    """An embedder that tells which texts it was given."""

    name = EMBEDDER.name

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts):
        self.texts += texts
        return EMBEDDER.embed(texts)


def test_a_change_of_one_question_embeds_no_other_again_and_is_found(tmp_path: Path, opened):
    counting = Counting()
    index = opened(tmp_path / "one", counting)
    index.open(BANK)
    before, counting.texts = counting.texts, []
    changed = small_bank(delivery="先写回滚脚本，再发布。")
    index.open(changed)
    assert counting.texts
    assert not set(counting.texts) & set(before)
    anew = opened(tmp_path / "two")
    anew.open(changed)
    for text in ("怎样回滚", "显存不够怎么办"):
        assert index.search(text, k=20) == anew.search(text, k=20)
    counting.texts = []
    index.rebuild(changed)
    assert len(counting.texts) > 2


def test_the_index_is_kept_at_the_bank_as_it_stands(tmp_path: Path, opened, monkeypatch):
    bank, now = [BANK], [0.0]
    index = opened(tmp_path / "index")
    keeper = IndexKeeper(index, lambda: bank[0], lambda: now[0])
    keeper.look()
    opening = index.open
    asked = []
    monkeypatch.setattr(index, "open", lambda *args: asked.append(args) or opening(*args))
    keeper.look()
    assert asked == [], "opened again without a change"
    bank[0] = small_bank(delivery="蓝绿发布。")
    keeper.look()
    assert index.search("蓝绿发布")[0].question_id == "delivery"
    bank[0] = small_bank(delivery="滚动发布。")
    monkeypatch.setattr(index, "open", lambda *_args: (_ for _ in ()).throw(VectorIndexError("no room")))
    keeper.look()
    assert index.search("蓝绿发布")[0].question_id == "delivery", "the old one answers as long as there is no new one"
    monkeypatch.setattr(index, "open", opening)
    keeper.look()
    assert index.search("滚动发布")[0].text != "滚动发布。", "tried again before its time"
    now[0] += AGAIN_SECONDS
    keeper.look()
    assert index.search("滚动发布")[0].text == "滚动发布。"
