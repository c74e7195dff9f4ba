"""The words for contesting a point: the button beside it, the form, what became of it, and why a claim is refused. Joined in `labels`."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "claim_button": ("我说过", "I said that"),
    "claim_button_of": ("我说过：{point}", "I said that: {point}"),
    "claim_ask": ("哪几句说到了这一点？", "Which of your sentences say it?"),
    "claim_ask_model": (
        "模型会带着这几句把这一点再判一次，分数只升不降；每个要点只能申诉一次。",
        "The model judges this point once more with them in view; your score can only rise. A point can be contested once.",
    ),
    "claim_ask_coach": (
        "申诉会留在要点旁边，由教练来判；教练判之前分数不变。每个要点只能申诉一次。",
        "Your claim stays beside the point for a coach to judge; until then the score stays. A point can be contested once.",
    ),
    "claim_send": ("提交申诉", "Contest it"),
    "claim_unmarked": ("先勾出至少一句。", "Tick at least one sentence first."),
    "claim_made": ("你的申诉", "You contest this"),
    "claim_judging": ("正在带着这几句重新判断……", "Being judged again with these words in view…"),
    "claim_open": ("已记下，等教练来判，分数暂时不变。", "Kept for a coach; the score stays for now."),
    "claim_stands": ("重新看过，维持原判；已转给教练。", "Judged again, and the verdict stands; it goes to a coach."),
    "claim_granted": ("重新看过，已改判。", "Judged again, and the verdict was changed."),
    "claim_answered": ("已经重新判过。", "It has been judged since."),
    "claim_refused_no_answer": ("找不到这个回答，请刷新页面。", "There is no such answer; reload the page."),
    "claim_refused_span_outside": ("没有勾到回答里的话，请重新勾选。", "No words of your answer were ticked; tick those that say it."),
    "claim_refused_not_graded": ("这个回答还没有评分，评分到了再申诉。", "This answer has no grade yet; contest it once it has one."),
    "claim_refused_not_yet": ("这一点要等这道题结束后才能申诉。", "This can be contested once the question is over."),
    "claim_refused_no_such_point": ("这道题没有这个要点，请刷新页面。", "The question has no such point; reload the page."),
    "claim_refused_covered": ("这一点已经算覆盖了，不用申诉。", "This point counts as covered already."),
    "claim_refused_contested": (
        "这一点已经申诉过了，结果在它旁边。",
        "This point was contested already; what became of it stands beside it.",
    ),
    "claim_refused_being_judged": (
        "这个回答正在重新判断，请等它判完再申诉下一点。",
        "This answer is being judged at this moment; contest the next point when that is done.",
    ),
}
