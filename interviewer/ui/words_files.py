"""The words of what is taken away of the training: the deck for Anki, the calendar, the list of the command line. Joined in `labels`."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "anki_deck": ("模拟面试 要点", "Mock interview points"),
    "anki_point": ("要点", "Point"),
    "anki_sentence": ("参考答案这样说", "As the reference says it"),
    "anki_correction": ("你说错过，正确的是", "You had this wrong; what is right"),
    "anki_about": (
        "你被问到过、而且那道题已经结束的要点，共 {n} 个。再次导入会更新，不会重复。",
        "{n} point(s) that you were asked and whose question is over. Importing again updates them and adds no doubles.",
    ),
    "anki_unasked": (
        "没有放进来：{n} 个还没有问到你、或者没有评出来的要点；答过才给答案。",
        "Left out: {n} point(s) that you were not asked yet, or that were not judged; the answer comes after the question.",
    ),
    "anki_open": (
        "没有放进来：{n} 个要点，它们的题正在面试里，那道题结束后再导出。",
        "Left out: {n} point(s) whose question is open in an interview now; export again once it is over.",
    ),
    "anki_aside": ("没有放进来：{n} 个你搁置或标为已掌握的要点。", "Left out: {n} point(s) that you set aside or marked as known."),
    "ics_name": ("模拟面试 训练计划", "Mock interview training"),
    "ics_training": ("今日训练：{n} 个要点，约 {minutes} 分钟", "Training: {n} point(s), about {minutes} minute(s)"),
    "ics_interview": ("面试", "Interview"),
    "due_question": ("题目", "question"),
    "due_topic": ("主题", "topic"),
    "due_due": ("到期", "due"),
    "due_new": ("新要点", "new"),
    "due_all": ("合计", "all"),
    "due_nothing": ("今天没有到期的要点。", "Nothing is due today."),
    "due_next": ("下一次到期：{day}", "due next: {day}"),
    "due_interview": (
        "离面试还有 {days} 天（{day}）；每天练 {minutes} 分钟，那天预计能说出 {kept}，现在停下是 {stopped}",
        "{days} day(s) to the interview on {day}; with {minutes} minute(s) a day {kept} is expected to be recalled then, {stopped} if you stop now",
    ),
}
