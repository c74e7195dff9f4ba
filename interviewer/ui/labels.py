"""The words of the pages in both languages. A template that names a missing one fails its test, so none is ever blank."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter
from types import MappingProxyType
from typing import Any

from interviewer.grading.scoring import EXPONENT, FOLLOW_UP_CREDIT, HINT_COST, KNEE, KNEE_MARKS, SCALES
from interviewer.models import SCALE, Lang, Verdict
from interviewer.ui import (
    words_access,
    words_assignments,
    words_claims,
    words_completing,
    words_desk,
    words_drills,
    words_exports,
    words_files,
    words_gradebook,
    words_grading,
    words_groups,
    words_insight,
    words_links,
    words_people,
    words_posting,
    words_questions,
    words_review,
    words_telling,
    words_training,
)

_WORDS: dict[str, tuple[str, str]] = {
    # brand and bar
    "brand": ("模拟面试", "Mock interview"),
    "brand_room": ("AI 后端", "AI back end"),
    "brand_report": ("报告", "Report"),
    "other_language": ("English", "中文"),
    "theme": ("切换明暗", "Light or dark"),
    "home": ("回到首页", "Start page"),
    "examiner_rubric": ("离线评分器", "Offline examiner"),
    "examiner_llm": ("模型评分", "Model examiner"),
    "progress": ("进度", "Progress"),
    "time_left": ("剩余时间", "Time left"),
    "finish_early": ("提前结束", "Finish early"),
    "finish_confirm": (
        "现在结束并查看报告？没有回答的题不计分。",
        "Finish now and see the report? Questions that you have not answered are not counted.",
    ),
    # set-up
    "title": ("AI 后端模拟面试", "Mock interview for AI back-end engineers"),
    "lead": (
        "十道真题，逐点评分：每个要点给出结论和你的原话作依据，说错的会指出，没说到的会追问。",
        "Ten real questions, graded point by point: each verdict rests on your own words, errors are named, and what you left out is probed.",
    ),
    "lead_rubric": (
        "没有配置模型也能用：离线评分器就在本机运行，回答不会离开这台电脑。",
        "It works without any model: the offline examiner runs on this machine, and your answers never leave it.",
    ),
    "lead_offline": ("由离线评分器评分，不经过语言模型。", "The offline examiner grades your answers; no language model sees them."),
    "lead_llm": ("由语言模型评分，分数由代码按要点计算。", "A language model judges each point; the score is computed by code."),
    "setup": ("这一场怎么练", "Set up your interview"),
    "interview_language": ("面试语言", "Interview language"),
    "mode": ("模式", "Mode"),
    "mode_coaching": ("练习", "Coaching"),
    "mode_exam": ("考试", "Exam"),
    "mode_drill": ("今日训练", "Training"),
    "mode_coaching_info": ("练习：每次回答后立即看到评分和依据。", "Coaching: see the grade and its evidence after every answer."),
    "mode_exam_info": ("考试：和真实面试一样，结束后才看到结果。", "Exam: as in a real interview, nothing until the end."),
    "which_questions": ("题目", "Questions"),
    "all_questions": ("全部题目，按文章顺序", "All questions, in the article's order"),
    "by_topic": ("按主题挑选", "Choose topics"),
    "by_competency": ("按能力", "By competency"),
    "by_difficulty": ("按难度", "By difficulty"),
    "topics": ("主题", "Topics"),
    "competencies": ("能力", "Competencies"),
    "difficulty": ("难度", "Difficulty"),
    "difficulty_1": ("初级", "Junior"),
    "difficulty_2": ("常规", "Regular"),
    "difficulty_3": ("高级", "Senior"),
    "how_many": ("最多几题", "At most"),
    "shuffle": ("打乱顺序", "Shuffle the order"),
    "follow_ups": ("每题追问次数", "Follow-ups per question"),
    "minutes": ("限时（每次回答）", "Time limit (each answer)"),
    "no_limit": ("不限时", "No limit"),
    "minutes_n": ("{n} 分钟", "{n} minutes"),
    "examiner": ("评分器", "Examiner"),
    "begin": ("开始面试", "Start the interview"),
    "question_set": ("题集", "Question set"),
    "question_set_info": ("选了题集，就按它的题目、顺序和模式来问。", "With a set, its questions are asked, in its order and mode."),
    "question_set_none": ("不用题集", "None"),
    "question_set_gone": (
        "这个题集已经没有了，或者里面的题目都不再问了。请重新打开页面，另选一个。",
        "This set is gone, or none of its questions is asked any more. Load the page again and choose another one.",
    ),
    "set_questions_n": ("{n} 题", "questions: {n}"),
    "set_mode_coaching": ("练习", "coaching"),
    "set_mode_exam": ("考试", "exam"),
    "set_mode_drill": ("逐个要点", "point by point"),
    "more_settings": ("更多设置", "More settings"),
    "history": ("我的面试", "My interviews"),
    "history_empty": (
        "还没有面试记录。第一场大约需要 40 分钟，可以随时停下，回来接着答。",
        "No interviews yet. The first takes about 40 minutes; stop whenever you like and pick it up later.",
    ),
    "resume": ("继续", "Resume"),
    "report": ("查看报告", "Report"),
    "delete": ("删除", "Delete"),
    "delete_confirm": (
        "删除这场面试？回答和评分都会一起删掉，无法恢复。",
        "Delete this interview? Its answers and grades go with it and cannot be brought back.",
    ),
    "unfinished": ("未完成", "Unfinished"),
    "finished": ("已完成", "Finished"),
    "answered_n": ("已答 {n} / {of} 题", "{n} of {of} answered"),
    # the room
    "interviewer": ("面试官", "Interviewer"),
    "settle_answer": ("这是我的回答", "This is my answer"),
    "settle_question": ("我在问你", "I am asking you"),
    "gain": ("+{n} 分", "+{n}"),
    "no_gain": ("分数不变", "no change"),
    "interval_short": ("多半在 {low}–{high} 之间", "probably {low}–{high}"),
    "errors_n": ("说错 {n} 处", "{n} error(s)"),
    "found_none": ("还没有讲到要点", "no point so far"),
    "points_left": ("还有 {n} 个要点没有讲到", "{n} point(s) not reached yet"),
    "aimed_point": ("追问的这一点", "What the follow-up asked for"),
    "all_points": ("全部要点", "All points"),
    "wanted": ("要讲到", "To cover it"),
    "details": ("技术信息", "Technical details"),
    "keys_submit": ("提交", "sends"),
    "put_back": (
        "登录过期，所以刚才没有提交成功。你写的内容已放回输入框，请再提交一次。",
        "Your session had ended, so nothing was sent. What you wrote is back in the box: send it again.",
    ),
    "your_answer": ("你的回答", "Your answer"),
    "your_follow_up_answer": ("你对追问的回答", "Your answer to the follow-up"),
    "saved": ("已保存", "Saved"),
    "follow_up": ("追问", "Follow-up"),
    "follow_up_n": ("追问 {n} 次", "{n} follow-up(s)"),
    "no_follow_up": ("不追问", "No follow-ups"),
    "hint": ("提示", "Hint"),
    "hint_button": ("提示 −{cost}", "Hint −{cost}"),
    "hint_none": ("没有更多提示", "No more hints"),
    "hint_cost": ("本题 −{cost} 分", "−{cost} for this question"),
    "unknown_button": ("这题不会", "I don't know"),
    "skip_button": ("跳过", "Skip"),
    "submit": ("提交回答", "Submit"),
    "answer_label": ("你的回答", "Your answer"),
    "answer_placeholder": (
        "作答，或反问……",
        "Answer, or ask back…",
    ),
    "draft_saved": ("草稿已保存", "Draft saved"),
    "draft_cut": ("草稿太长，只保存了前 {n} 个字符", "The draft is too long: only its first {n} characters are saved"),
    "draft_unsaved": ("草稿未保存，请检查网络", "Draft not saved: check the connection"),
    "empty_answer": (
        "还没有写内容。写下你的想法，或者点“这题不会”。",
        "There is nothing to send yet. Write what you think, or press “I don't know”.",
    ),
    "too_long": (
        "回答最多 {n} 个字符，现在有 {now} 个。请删减后再提交，已写的内容都保留着。",
        "An answer may have at most {n} characters; this has {now}. Shorten it and send again; nothing is lost.",
    ),
    "moved_on": (
        "这道题已经在别处作答。页面已更新；你刚才写的内容还在输入框里。",
        "This question was answered elsewhere. The page is up to date; what you typed is still in the box.",
    ),
    "next_question": ("下一题", "Next question"),
    "see_report": ("完成，查看报告", "Finish and see the report"),
    "show_reference": ("看参考答案", "Show the reference answer"),
    "do_not_wait": ("不等了，先做下一题", "Go on without waiting"),
    "reference": ("参考答案", "Reference answer"),
    "grading": ("正在评分", "Grading"),
    "grading_checking": ("正在核对第 {n} / {of} 个要点", "Checking point {n} of {of}"),
    "thinking": ("正在看你说的话", "Reading what you wrote"),
    "grading_saved": ("回答已保存，关掉页面也会继续评分。", "Your answer is saved; grading goes on even if you close the page."),
    "no_answer": ("这不是回答，不评分", "No answer, so no score"),
    "utterance_clarify": ("反问题目", "a question about the task"),
    "utterance_dispute": ("有异议", "a dispute"),
    "utterance_stuck": ("请求提示", "a request for help"),
    "utterance_unknown": ("说不会", "does not know"),
    "utterance_change": ("想换题或结束", "a wish to go on or end"),
    "utterance_meta": ("题外话", "beside the subject"),
    "utterance_unsure": ("拿不准是不是回答", "may or may not be an answer"),
    "ungraded": ("未评分", "Ungraded"),
    "answer_kept": ("回答已保存。", "Your answer is saved."),
    "grade_again": ("重新评分", "Grade again"),
    "exam_received": ("已收到，结果在结束后一起给出。", "Received. The results come at the end."),
    "said_unknown": (
        "没关系，先记下这几个关键点，之后再练：",
        "That is all right. Keep these key ideas in mind and practise it again later:",
    ),
    "said_unknown_short": ("你表示这题不会，记 0 分。", "You said that you do not know this one; it counts 0."),
    "said_skipped": ("你跳过了这题，记 0 分。", "You skipped this one; it counts 0."),
    "follow_up_passed": ("你没有回答这个追问，前面的得分不变。", "You passed on this follow-up; what you earned before stays."),
    "said_ran_out": ("时间到，没有写下内容，记 0 分。", "Time ran out, nothing was written; it counts 0."),
    "timed_out": ("时间到，已提交写下的内容。", "Time ran out; what you had typed was sent."),
    "verdict_covered": ("覆盖", "Covered"),
    "verdict_partial": ("部分", "Partial"),
    "verdict_named": ("仅提及", "Named only"),
    "verdict_missing": ("缺失", "Missing"),
    "verdict_unsure": ("未识别", "Not recognised"),
    "verdict_wrong": ("错误", "Wrong"),
    "marks": ("{n} 分", "{n} marks"),
    "points_line": ("{n} 个要点", "{n} points"),
    "took_ms": ("评分 {n} 毫秒", "graded in {n} ms"),
    "took_s": ("评分 {n} 秒", "graded in {n} s"),
    "beyond": ("要点之外说得好的", "Good ideas beyond the rubric"),
    "unproven": ("在回答里没有找到它引用的原话，所以不给分", "the quote it gave is not in the answer, so no credit is given"),
    "derived_note": (
        "这道题没有人工要点，要点由参考答案自动切分。",
        "This question has no written rubric; its points were derived from the reference.",
    ),
    "so_far": ("本题得分", "Score for this question"),
    "progress_title": ("本场进度 · 每题 100 分", "This interview · out of 100"),
    "look_up": ("查一查", "Look it up"),
    "look_up_label": ("输入术语，看答完的题怎么说", "Type a term to see what the questions that are over say"),
    "look_up_none": (
        "本场答完的题里没有相关内容，换个说法试试。",
        "The questions of this interview that are over have nothing on this; try other words.",
    ),
    "look_up_no_index": ("题库索引还没有准备好，过一会儿再查。", "The index of the bank is not ready; try again in a moment."),
    "in_exam": (
        "你有一场考试还没结束，里面有这些题。先结束它，或在下面的历史里删掉它。",
        "An exam of yours that asks some of these questions still runs. Finish it first, or delete it in the history below.",
    ),
    "look_up_later": ("答完当前问题并看到评分后可以查。", "Available once this question has been graded."),
    "kind_reference": ("参考答案", "Reference"),
    "kind_point": ("要点", "Point"),
    "kind_misconception": ("常见误区", "Misconception"),
    "spent": ("已用 {tokens} 个 token", "{tokens} tokens so far"),
    "spent_cost": ("约 {cost} 美元", "about ${cost}"),
    # the report
    "overall": ("总评", "Overall"),
    "no_score": ("还没有评分", "No grade yet"),
    "graded_n": ("{n} 题已评分", "{n} graded"),
    "ungraded_n": ("{n} 题未评分", "{n} ungraded"),
    "pending_n": ("{n} 题等待评分", "{n} waiting for a grade"),
    "not_asked_n": ("{n} 题未作答", "{n} not answered"),
    "took_minutes": ("用时 {n} 分钟", "{n} minutes"),
    "per_question": ("逐题", "By question"),
    "per_competency": ("能力", "Competencies"),
    "radar_label": ("各项能力得分雷达图", "Radar chart of the competencies"),
    "not_tested": ("未考察", "not tested"),
    "study_first_0": ("先补什么", "What to study first"),
    "study_first_1": ("先补这一点", "Study this first"),
    "study_first_2": ("先补这两点", "Study these two first"),
    "study_first_3": ("先补这三点", "Study these first"),
    "study_none": ("没有明显的缺口。", "No clear gaps."),
    "question_n": ("第 {n} 题", "Question {n}"),
    "points_and_quotes": ("要点与依据", "Points and evidence"),
    "print": ("打印", "Print"),
    "not_asked": ("未作答", "Not answered"),
    "pending": ("等待评分", "Waiting for a grade"),
    "unknown": ("不会", "Did not know"),
    "skipped": ("已跳过", "Skipped"),
    "ran_out": ("时间到，没有写下内容", "Time ran out, nothing was written"),
    "incomplete": ("有一次追问未评分，本题得分不含它", "one follow-up is not graded; this score is without it"),
    "hints_used": ("用了 {n} 次提示", "{n} hint(s) used"),
    "how_scored": ("分数怎么来", "How the score is made"),
    "again": ("再练一场", "Practise again"),
    "in_progress_note": ("面试还没有结束，这是到目前为止的情况。", "The interview is not over yet; this is how it stands."),
    "correction": ("正确的说法", "What is right"),
    "judged_by": ("评分", "Judged by"),
    "band_excellent": ("优秀", "Excellent"),
    "band_good": ("良好", "Good"),
    "band_acceptable": ("合格", "Acceptable"),
    "band_shallow": ("偏浅", "Shallow"),
    "band_weak": ("薄弱", "Weak"),
    "band_none": ("未答到点上", "Off the mark"),
    "scale": (
        "每个要点由评分器给出结论并引用你的原话，代码在回答里找到原话才给分：覆盖得全部权重，部分得 {partial}%，仅提及得 {named}%，缺失不得分。"
        "说错的另外列出，扣它那个要点权重的 {error}%，一个要点只扣一次；不属于任何要点的，按一个平均权重的要点扣。"
        "拿到的权重不到 {knee}% 时，分数是 {knee_marks} ×（拿到的比例 ÷ {knee}%）的 {exponent} 次方，从那里直线升到 100，"
        "所以全部要点都覆盖才有 100 分；还没有一个必备要点被覆盖时最多 {ceiling} 分。"
        "追问之后才说到的按 {follow}% 计，每次提示 −{hint} 分；“不会”和跳过记 0 分，未评分的题不进平均。",
        "For each point the examiner gives a verdict and quotes you; code credits it only if the quote is found in your answer: covered earns its "
        "whole weight, partial {partial} %, named only {named} %, missing nothing. What you got wrong is listed apart and takes {error} % of its "
        "point's weight, once for each point; what belongs to no point counts as one of average weight. "
        "Up to {knee} % of the weights the score is {knee_marks} × (share earned / {knee} %) to the power of {exponent}, from there a straight "
        "line to 100, so that only an answer with all points gets 100; it is at most {ceiling} while no essential point is covered. What first came after a follow-up counts {follow} %, each hint costs {hint} marks; “I don't know” and a "
        "skip count 0, and ungraded questions are in no average.",
    ),
    "earlier_scale": ("旧评分尺度", "earlier scale"),
    "earlier_scale_note": (
        "这里有按旧评分尺度算的分数，数字保持当时的样子。",
        "Some scores here were counted on an earlier scale; they keep the numbers that they had.",
    ),
    "interval_line": (
        "{score}（{low}–{high}）：100 个专家评分里约有 80 个落在括号里的范围内",
        "{score} ({low}–{high}): about 80 of 100 experts' scores lie within this range",
    ),
    "errors_title": ("说错的地方", "What is wrong"),
    "error_about": ("要点：{point}", "Point: {point}"),
    "error_beside": ("这里另有说错的，见“说错的地方”", "with an error beside it, see “What is wrong”"),
    "error_told": ("见“说错的地方”", "see “What is wrong”"),
    "disavowed_note": (
        "有一大段话你自己说不对、不会做（或是把参考答案逐句反着说），这一段没有当作你的主张，所以不计分。如果是在驳斥它，请直接说怎么做才对。",
        "You deny a long stretch of this yourself (or it is the reference turned round), so it was not taken for your claim and earns nothing. If you "
        "meant to refute it, say what would be right instead.",
    ),
    "unsure_note": (
        "未识别：评分器没有认出这一点，也不能断定你没说到。可以请教练看。",
        "Not recognised: the examiner cannot tell whether you said it. A coach can.",
    ),
    # trouble
    "not_found": (
        "找不到这场面试。它可能已经删除，或者链接不完整。",
        "This interview cannot be found. It may have been deleted, or the link is incomplete.",
    ),
    "trouble": ("出了点问题，没有丢失任何内容。请刷新页面再试。", "Something went wrong; nothing is lost. Reload the page and try again."),
    "trouble_store_other": (
        "暂时无法保存。写的内容还在输入框里；请检查磁盘空间和数据文件夹，然后再提交。",
        "This cannot be saved right now. What you typed is still in the box; check the disk and the data folder, then send it again.",
    ),
    "trouble_store_moved": (
        "记录已经搬到另一个数据库，这台服务器什么也不再保存。写的内容还在输入框里；请管理员用新地址重启服务，再刷新页面提交。",
        "The records were moved to another database, and this server saves nothing any more. What you typed is still in the box; have the "
        "operator restart the server with the new address, then reload the page and send it again.",
    ),
    "trouble_store_busy": (
        "数据库正被另一个进程占用（例如恢复备份）。写的内容还在输入框里；请过一会儿再提交。",
        "Another process holds the database, such as a backup that is put back. What you typed is still in the box; send it again in a moment.",
    ),
    "trouble_store_full": (
        "磁盘满了，暂时无法保存。写的内容还在输入框里；请腾出空间，然后再提交。",
        "The disk is full, so nothing can be saved. What you typed is still in the box; make room, then send it again.",
    ),
    "trouble_store_read_only": (
        "数据库不可写，无法保存。写的内容还在输入框里；请检查数据文件夹的权限，然后再提交。",
        "The database may not be written. What you typed is still in the box; check the rights of the data folder, then send it again.",
    ),
    "trouble_store_damaged": (
        "数据库已损坏。请管理员用 interviewer restore 恢复备份；服务不用重启。",
        "The database is damaged. The operator can put a backup back with `interviewer restore`; the server goes on with it at once.",
    ),
    "trouble_store_gone": (
        "数据库不见了：数据文件夹被移走或删除。请管理员放回原处，或用 interviewer restore 恢复备份；在此之前什么都不会保存，也不会另建空库。",
        "The database is gone: the data folder was moved or deleted. The operator can put it back where it was, or a backup with "
        "`interviewer restore`; until then nothing is saved, and no empty one takes its place.",
    ),
    "trouble_store_unreachable": (
        "连不上数据库服务器。写的内容还在输入框里；请管理员检查 PostgreSQL 是否在运行，然后再提交。",
        "The database server cannot be reached. What you typed is still in the box; the operator should see whether PostgreSQL runs, then send it again.",
    ),
    "export_later": (
        "考试还没有结束，成绩要到结束后才看得到。先回到面试把它做完，或者提前结束。",
        "This exam is not over, and its grades are shown only then. Go back and finish it.",
    ),
    "too_many_answers": (
        "发得太快了。写的内容都在，请过一分钟再提交。",
        "That was too fast. What you typed is kept; wait a minute and send it again.",
    ),
    "offline": ("连接中断，正在重连……写的内容都还在。", "Connection lost, reconnecting… What you typed is still here."),
    "no_questions": ("没有符合条件的题目，请放宽条件。", "No question fits; widen the choice."),
}


UNSURE = "unsure"
"""What a verdict is called of which the examiner cannot tell whether it is missing."""


def verdict_name(verdict: Verdict) -> str:
    """The name of a verdict among the words ("verdict_…") and the marks: its status, or `UNSURE`."""
    return UNSURE if verdict.unsure else verdict.status.value


def scale_numbers() -> dict[str, str]:
    """The numbers of the current scale as its words have them, by the names of their places."""
    scale = SCALES[SCALE]
    percents = {"partial": scale.partial, "named": scale.named, "error": scale.error, "follow": FOLLOW_UP_CREDIT, "knee": KNEE}
    plain = {"exponent": EXPONENT, "knee_marks": KNEE_MARKS, "ceiling": scale.ceiling, "hint": HINT_COST}
    return {name: f"{share:.0%}".rstrip("%") for name, share in percents.items()} | {name: f"{n:g}" for name, n in plain.items()}


def words(lang: Lang) -> Mapping[str, str]:
    """All words in one language, by name."""
    return _BY_LANG[lang]


class Phrase(str):
    """English words with a count in them: "{n} hint(s) used" is written with an s only where n is not 1."""

    __slots__ = ()

    def format(self, *args: object, **values: object) -> str:
        """As `str.format`."""
        return _PLURALS.vformat(self, args, values)


class _Plurals(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        return ("" if str(value) == "1" else "s") if format_spec == _PLURAL else str(super().format_field(value, format_spec))


_PLURAL = "(s)"
_PLURALS = _Plurals()


def _english(words: str) -> Phrase:
    return Phrase(re.sub(r"\{(\w+)\} ([\w-]+)\(s\)", r"{\1} \2{\1:(s)}", words))


_ALL = {
    **_WORDS, **words_access.WORDS, **words_assignments.WORDS, **words_claims.WORDS, **words_completing.WORDS, **words_desk.WORDS, **words_drills.WORDS, **words_exports.WORDS, **words_files.WORDS, **words_gradebook.WORDS, **words_grading.WORDS, **words_groups.WORDS, **words_insight.WORDS, **words_links.WORDS, **words_people.WORDS, **words_posting.WORDS, **words_questions.WORDS, **words_review.WORDS, **words_telling.WORDS, **words_training.WORDS,
}  # fmt: skip

_BY_LANG: dict[Lang, Mapping[str, str]] = {
    "zh": MappingProxyType({name: both[0] for name, both in _ALL.items()}),
    "en": MappingProxyType({name: _english(both[1]) for name, both in _ALL.items()}),
}
