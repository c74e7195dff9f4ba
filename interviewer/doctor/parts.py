"""The parts of a set-up that can be looked at without asking a model."""

from __future__ import annotations

import platform
import sqlite3
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from interviewer.config import Settings
from interviewer.doctor.checks import Check, State, same
from interviewer.errors import InterviewerError
from interviewer.messages import needed_for
from interviewer.models import Bilingual
from interviewer.paths import knowledge_folder
from interviewer.sqlite_version import OLDEST, too_old

PACKAGES = ("gradio", "chromadb", "openai", "pydantic", "sqlalchemy", "tiktoken")


def check_versions() -> Check:
    """The packages that grading needs."""
    found = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    missing = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            missing.append(package)
    name = Bilingual("版本", "Versions")
    if missing:
        lacking = ", ".join(missing)
        return Check(
            name,
            State.BAD,
            Bilingual(f"缺少 {lacking}", f"missing: {lacking}"),
            Bilingual("重新安装：make setup", "install again: make setup"),
        )
    if problem := too_old():
        needed = ".".join(map(str, OLDEST))
        zh = f"SQLite {sqlite3.sqlite_version} 太旧，需要 {needed} 或更新"
        remedy = Bilingual("换一个带新版 SQLite 的 Python", "use a Python that is built with a newer SQLite")
        return Check(name, State.BAD, Bilingual(zh, problem.partition(" → ")[0]), remedy)
    return Check(name, State.GOOD, same(", ".join(found)))


def check_examiner(settings: Settings) -> Check:
    """Who would judge, and why."""
    name = Bilingual("评分者", "Examiner")
    chosen = settings.default_examiner
    if chosen == "rubric" and settings.has_model:
        return Check(
            name, State.NOTE, Bilingual("离线评分器（由 INTERVIEWER_EXAMINER 指定）", "offline examiner, as INTERVIEWER_EXAMINER says")
        )
    model = settings.model or ""
    remedy = Bilingual(f"设置 {needed_for(model, 'zh')}", f"set {needed_for(model, 'en')}")
    if chosen == "rubric" and (settings.model or settings.api_key or settings.base_url):
        found = Bilingual("离线评分器：模型只配置了一部分", "offline examiner: the model is configured only in part")
        return Check(name, State.NOTE, found, remedy)
    if chosen == "rubric":
        return Check(name, State.GOOD, Bilingual("离线评分器（没有配置模型）", "offline examiner: no model is configured"))
    if not settings.has_model:
        return Check(
            name, State.BAD, Bilingual("要求语言模型，但没有配置", "a language model is asked for, but none is configured"), remedy
        )
    return Check(name, State.GOOD, Bilingual(f"语言模型 {settings.model}", f"language model {settings.model}"))


def check_extras(settings: Settings) -> Check:
    """The judgements beyond the first one, which cost tokens or time and are off by default."""
    name = Bilingual("额外评分", "Extra judgements")
    if not settings.has_model:
        found = Bilingual("没有配置模型，不起作用", "without effect: no model is configured")
        return Check(name, State.NOTE, found)
    zh, en = [], []
    if settings.samples > 1:
        zh.append(f"每份回答让模型评 {settings.samples} 次，token 约为 {settings.samples} 倍（INTERVIEWER_LLM_SAMPLES）")
        en.append(
            f"the model judges every answer {settings.samples} times, for {settings.samples} times the tokens (INTERVIEWER_LLM_SAMPLES)"
        )
    if settings.per_point == "on":
        zh.append("每个要点单独问一次模型，token 约为要点数倍，开头相同的部分可由服务方缓存（INTERVIEWER_LLM_PER_POINT）")
        en.append(
            "the model is asked about every point by itself, for as many times the tokens, of which a provider can cache the common "
            "beginning (INTERVIEWER_LLM_PER_POINT)"
        )
    if settings.second_opinion == "rubric":
        zh.append("离线评分器也评一次，不改分数（INTERVIEWER_SECOND_OPINION）")
        en.append("the offline examiner judges too and changes no score (INTERVIEWER_SECOND_OPINION)")
    remedy = None
    if settings.samples > 1 and settings.temperature == 0:
        remedy = Bilingual(
            "温度为 0 时每次评得一样：去掉 INTERVIEWER_TEMPERATURE，或不设 INTERVIEWER_LLM_SAMPLES",
            "at temperature 0 all of them say the same: unset INTERVIEWER_TEMPERATURE, or INTERVIEWER_LLM_SAMPLES",
        )
    return Check(name, State.NOTE, Bilingual("；".join(zh), "; ".join(en)), remedy)


def check_data(folder: Path) -> Check:
    """Whether the data folder can be written, or made where there is none."""
    name = Bilingual("数据目录", "Data folder")
    there = next((path for path in (folder, *folder.absolute().parents) if path.exists()), folder)
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        remedy = Bilingual(
            "检查权限和磁盘空间，或用 INTERVIEWER_DATA 换一个目录", "check rights and free space, or name another one with INTERVIEWER_DATA"
        )
        return Check(name, State.BAD, same(f"{folder}: {error.strerror}"), remedy)
    if there != folder:
        return Check(name, State.GOOD, Bilingual(f"{folder} 还没有，启动时会建好", f"{folder} is made at the first start"))
    return Check(name, State.GOOD, Bilingual(f"{folder} 可写", f"{folder} can be written"))


def check_bank(settings: Settings) -> Check:
    """Whether the question files are right."""
    from interviewer.questions.bank import load_bank

    name = Bilingual("题库", "Question bank")
    folders = [knowledge_folder() / "questions", *([settings.questions] if settings.questions else [])]
    remedy = Bilingual("运行 interviewer bank check 看详情", "run `interviewer bank check` for the details")
    try:
        bank = load_bank(folders, knowledge=knowledge_folder())
    except InterviewerError as error:
        return Check(name, State.BAD, same(str(error)), remedy)
    count, refused = len(bank.questions), len(bank.problems)
    found = Bilingual(f"{count} 道题，{refused} 处问题", f"{count} questions, {refused} problems")
    return Check(name, State.GOOD if count and not refused else State.BAD, found, remedy if refused or not count else None)


def check_index(data: Path) -> Check:
    """Only whether there is one: opening it means loading Chroma, and whoever serves builds it anyway."""
    name = Bilingual("向量索引", "Vector index")
    if any((data / "index").glob("index-*")):
        return Check(name, State.GOOD, Bilingual("已建立", "built"))
    return Check(name, State.NOTE, Bilingual("还没有建立，启动时会自动建立", "not built yet; it is built at start"))


def check_tokens(settings: Settings) -> Check:
    """How tokens are counted."""
    from interviewer.endpoint.tokens import TokenCounter

    method = TokenCounter(settings.model_name).method
    name = Bilingual("token 计数", "Token counting")
    if method == "estimate":
        return Check(
            name,
            State.NOTE,
            Bilingual("偏高估算（本机没有 tiktoken 词表）", "estimated on the high side: no tiktoken vocabulary on this machine"),
        )
    return Check(name, State.GOOD, same(method))
