"""The words for a grade that is late: why, what happens by itself, and what the candidate can do. Joined to the others in `labels`."""

from __future__ import annotations

from datetime import datetime

from interviewer.messages import explain
from interviewer.models import Lang, Reason, Waiting

WORDS: dict[str, tuple[str, str]] = {
    "waiting": ("等待评分", "Waiting for a grade"),
    "waiting_rate_limit": ("模型端点在限流。", "The model endpoint limits the rate."),
    "waiting_timeout": ("模型端点没有按时答复。", "The model endpoint did not answer in time."),
    "waiting_unreachable": ("连不上模型端点。", "The model endpoint cannot be reached."),
    "waiting_server_error": ("模型端点出错了。", "The model endpoint failed."),
    "waiting_unparsable": ("模型的答复不符合格式。", "The model's reply did not follow the format."),
    "waiting_cut_off": ("模型的答复被截断了。", "The model's reply was cut off."),
    "waiting_goes_on": (
        "已试 {n} 次，还在自动重试，下一次{when}。不用等，评分到了会自动补上。",
        "Tried {n} time(s) and still trying; the next try is {when}. You need not wait; the grade is added when it comes.",
    ),
    "waiting_running": ("正在重试……", "Trying again…"),
    "waiting_soon": ("马上开始", "about to begin"),
    "waiting_seconds": ("在约 {n} 秒后", "in about {n} s"),
    "waiting_minutes": ("在约 {n} 分钟后", "in about {n} min"),
    "waiting_hours": ("在约 {n} 小时后", "in about {n} h"),
    "retry_now": ("现在重试", "Try again now"),
    "ask_model": ("请模型评分", "Have the model grade it"),
    "improved": ("我的回答，改进版", "My answer, improved"),
    "improve": ("改进我的回答", "Improve my answer"),
    "improve_again": ("再试一次", "Try again"),
    "improve_note": (
        "模型只用你说过的话和你漏掉的要点来写，每题一次，计入你的模型用量。",
        "The model writes it from what you said and the ideas you left out; once a question, and it counts as your use of the model.",
    ),
    "improving": ("模型正在改进你的回答，可以先做别的。", "The model is improving your answer; you need not wait."),
    "improved_note": (
        "由模型写成，没有评分。标着“补上的”的句子你没有说过，其余是你的意思。",
        "Written by the model, not graded. Sentences marked “added” are not yours; the others are what you said.",
    ),
    "improved_added": ("补上的", "added"),
    "summary": ("面试官的总评", "The interviewer's summary"),
    "sum_up": ("请模型写一段总评", "Have the model sum it up"),
    "sum_up_note": (
        "模型读完整场面试再写，每场一次，计入你的模型用量；每句话都指到你的某个回答。",
        "The model reads the whole interview; once an interview, and it counts as your use of the model. Every remark points to an answer of yours.",
    ),
    "summing_up": ("模型正在读整场面试，可以先看下面。", "The model is reading the whole interview; you need not wait."),
    "summary_note": (
        "由模型写成，不影响分数。引的话都在你的回答里；没有依据的话已经去掉。",
        "Written by the model; it changes no score. What it quotes stands in your answers; remarks without such words were left out.",
    ),
    "summary_steps": ("接下来做什么", "What to do next"),
    "use_stand_in": ("先用离线评分器", "Use the offline examiner for now"),
    "stand_in_label": ("离线评分器代评", "Offline examiner, standing in"),
    "stand_in_waits": (
        "模型暂时没能评分，这是离线评分器的结果；模型恢复后会换成它的评分，这一份留在记录里。",
        "The model could not grade this for now, so the offline examiner did. The model's grade replaces it when it comes; this one stays on record.",
    ),
    "stand_in_stays": (
        "模型没能评分，这是离线评分器的结果。可以让模型重新评分。",
        "The model could not grade this, so the offline examiner did. You can have the model grade it again.",
    ),
    "stand_in": ("模型不可用时先由离线评分器代评", "While the model is unavailable, let the offline examiner stand in"),
    "stand_in_info": (
        "代评会标明；模型恢复后换成模型的评分。",
        "Such grades are labelled; the model's own replace them when it is back.",
    ),
}

_ENDED_WORDS = frozenset(name.removeprefix("waiting_") for name in WORDS if name.startswith("waiting_"))


def tell_reason(reason: Reason, lang: Lang, model: str = "") -> str:
    """What happened, in one sentence; where somebody has to mend it, also what to do. `model`: as configured, see `explain`."""
    return _word(f"waiting_{reason.value}", lang) if reason.value in _ENDED_WORDS else explain(reason, lang, model)


def tell_waiting(waiting: Waiting, lang: Lang, now: datetime, model: str = "") -> str:
    """Why a grade is late and when it is tried again."""
    reason = tell_reason(waiting.reason, lang, model)
    if waiting.running:
        return _join(lang, reason, _word("waiting_running", lang))
    seconds = (waiting.not_before - now).total_seconds()
    return _join(lang, reason, _word("waiting_goes_on", lang).format(n=waiting.tries, when=_when(seconds, lang)))


def _when(seconds: float, lang: Lang) -> str:
    if seconds < 2:
        return _word("waiting_soon", lang)
    for name, unit, most in (("seconds", 1, 90), ("minutes", 60, 90)):
        if seconds / unit < most:
            return _word(f"waiting_{name}", lang).format(n=round(seconds / unit))
    return _word("waiting_hours", lang).format(n=round(seconds / 3600))


def _word(name: str, lang: Lang) -> str:
    return WORDS[name][0 if lang == "zh" else 1]


def _join(lang: Lang, *sentences: str) -> str:
    return ("" if lang == "zh" else " ").join(sentences)
