"""The words of a draft that the language model completes. Joined in `labels`."""

from __future__ import annotations

from interviewer.models import Reason

_WHY: dict[Reason, tuple[str, str]] = {
    Reason.WRONG_KEY: ("端点不接受密钥", "the endpoint does not accept the key"),
    Reason.NO_SUCH_MODEL: ("端点上没有这个模型", "the endpoint has no such model"),
    Reason.QUOTA: ("账户额度用完", "the account's quota is used up"),
    Reason.RATE_LIMIT: ("端点限流", "the endpoint limits the rate"),
    Reason.TIMEOUT: ("没有按时答复", "no answer in time"),
    Reason.UNREACHABLE: ("连不上端点", "the endpoint cannot be reached"),
    Reason.SERVER_ERROR: ("端点出错", "the endpoint failed"),
    Reason.REFUSAL: ("模型拒绝", "the model refused"),
    Reason.CUT_OFF: ("答复被截断", "the reply was cut off"),
    Reason.UNPARSABLE: ("答复不合格式", "the reply did not follow the format"),
    Reason.BUDGET: ("额度用完", "the budget is used up"),
    Reason.TOO_LONG: ("文字太长", "the text is too long"),
    Reason.PROMPT_CUT: ("端点截掉了提示", "the endpoint cut the prompt"),
}
"""The others are faults of ours, for which there is one word."""

WORDS: dict[str, tuple[str, str]] = {
    **{f"draft_why_{reason.value}": _WHY.get(reason, ("程序出错", "the program failed")) for reason in Reason},
    "draft_complete": ("请模型补全", "Have the model complete it"),
    "draft_complete_lead": (
        "全文会发给 {model}：找漏掉的题，起草另一种语言、参考答案、要点、追问。原文一字不改，它写的每一行都有标记。",
        "The whole text is sent to {model}, which looks for what was missed and drafts the other language, the reference, points and follow-ups. "
        "The text’s own words stay as they are, and each line that it writes is marked.",
    ),
    "draft_complete_running": (
        "模型正在补全。做好一道存一道，就出现在这一页。",
        "The model is completing the draft. Each question is kept as it is done, and appears on this page.",
    ),
    "draft_complete_share": ("做了多少", "How far it is"),
    "draft_complete_done": ("模型补全了，一共做了 {n} 道。", "The model has completed the draft: it worked on {n} question(s)."),
    "look_again": ("再看一眼", "Look again"),
    "draft_complete_failed": ("模型没有补全：{why}", "The model did not complete it: {why}"),
    "draft_short": (
        "模型有 {n} 步没有做成（{why}），之前做好的都在。可以再请它一次，只补没做成的。",
        "The model failed at {n} steps ({why}); what was done before is kept. Ask again, and it does what is missing.",
    ),
    "draft_orders": (
        "文章里有写给模型的指令（{n} 处），没有当作题目：",
        "The text holds orders to a model ({n}), which were not taken for questions:",
    ),
    "draft_lines": ("每一行是谁写的（模型加了 {n} 行）", "Who wrote each line ({n} added by the model)"),
    "draft_from_quoted": ("原文", "the text"),
    "draft_from_restated": ("模型转述原文", "the text, in the model’s words"),
    "draft_from_added": ("模型添加", "added by the model"),
    "draft_from_usual": ("通用", "usual words"),
    "draft_from_author": ("作者", "the author"),
}
