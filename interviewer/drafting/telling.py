"""The words that tell what a line is for besides asking: rubric, small talk, talk to the reader, a column of questions. Pure patterns."""

from __future__ import annotations

import re

RUBRIC = re.compile(
    r"^(?:[-*•]\s*)?(?:考察|考查|考点|评分|是否|能否|会不会|有没有(?=提|说|考虑|意识)|候选人|加分|扣分|关注|看(?:拆解|学习|思路|能|其?是否|候选|他|重|过程|对)|观察|留意|关注点|STAR 是否|能说|说清"
    r"|(?:can|does|do|did|will) (?:they|the candidate|he|she)\b|(?:the )?candidates?\b|strong candidates|knows?\b|mentions?\b|names\b|understands?\b|describes\b|explains\b|takes\b|asks about|looks? for|listen for|good answers?|a (?:good|strong|weak) answer|we (?:look|expect|want)|bonus|red flags?|whether (?:they|the|he|she))",
    re.IGNORECASE,
)
"""A line that says in the third person what to look for in an answer."""
READER = re.compile(
    r"你[也们]|评论区|看到这里|准备好|说实话|对不对|要不要一起|大家怎么看|谁赞成|还在[^，]{0,6}吗|是不是(?:也|很|觉得)|有没有(?:发现|觉得|小伙伴|人)|你?学[会废]了吗|点个?在看|have you ever|ever (?:wondered|waited)|sounds? (?:good|familiar)|isn't it|are you ready|^ready to|did (?:this|it) help|helpful\?|who (?:does|hasn't|doesn't)|do you really",
    re.IGNORECASE,
)
TALK = re.compile(
    r"^(?:做个?)?自我介绍[。？]?$|^介绍(?:一下)?(?:自己|项目)$|听[得到清]|看[得到]见|can you (?:hear|see)|one second|路上堵|吃(?:饭|了|过|辣)|喝[点水]|几点(?:开|下|上|到|了)|加班(?:多|吗|严重)|shall (?:we|i)\b|^ready\?|any questions|let's (?:move|start|go|begin)|谢谢|感谢|差不多了|还有什么(?:问题|想)|什么想问|what would you like to know|你好|hello|how are you|find the place|me done|about us|到哪了|稍等|先这样|like to know|辛苦|any comments|isn't it\b|\blisteners?\b|听众|write (?:to )?us\b|are you nervous|紧张吗|(?:did|does) (?:that|it) feel",
    re.IGNORECASE,
)
UPPER = re.compile(r"[(（]?[A-H][.)、．）]")
COLUMN = re.compile(
    r"(?:面试|考试|常见)?(?:问题?|题目?|题干|考题|试题)|.{0,8}(?:问题|题目|面试题)|.{0,24}\b[Qq]uestions?|[Pp]rompts?|提问",
    re.IGNORECASE,
)
OPTION = re.compile(r"[(（]?[A-Ha-h][.)、．）]")
OWN = re.compile(
    r"(?:^|[，。；！？\s”])我(?!们)[^，。；！？他她]{0,5}问(?!我)[^。？！]{0,8}[：:]?[“\"]?$|\bI (?:then |also )?asked(?! to)|有(?:人|同学|(?:个|位)?候选人)[^，。]{0,3}问|谁[^，。]{0,3}问"
)
CUSTOMER = re.compile(
    r"\b(?:do|can|should|must|may|will|am|could) I (?:need|have|get|buy|cancel|install|use|change|pay|be charged|download|bring|delete|upgrade)|我(?:可以|能|需要|该)(?:退|换|取消|下载|安装|购买|修改)",
    re.IGNORECASE,
)
"""What a customer asks, and no interviewer."""
MEMO = re.compile(
    r"背诵|小抄|速查|速记|默背|一行一条|一句话答案|冒号左边|cheat ?sheet|flash ?cards?|one-liners?|second answers|thirty seconds|quick answers",
    re.IGNORECASE,
)
"""A sheet for memorising: what stands before a colon is asked."""
PARTICULAR = re.compile(
    r"^(?:时间|地点|材料|联系人|电话|截止|作者|版本|日期|备注|来源|岗位|薪资|结果|感受|总结|结论|公司|部门|轮次|when|where|who|date|time|place|deadline|author|version|result|company|role|location)$",
    re.IGNORECASE,
)
"""A particular of a meeting or a post, before its colon."""
OWN_TURN = re.compile(r"(?:他|她|面试官|对方)(?:又|就|还|接着)?问|\b(?:he|she|they) asked\b", re.IGNORECASE)
"""Somebody tells of an interview, and is in none."""
ANNOUNCES = re.compile(
    r"(?:都?问了?|考了?)(?:我|你)?(?:些|的)?(?:什么|哪些|啥)|哪些(?:问题|题)|被问到?的$|怎么(?:问|考)的?|what (?:did )?(?:they|we|i|he|she|the interviewers?) (?:\w+ )?ask|what (?:i was|we were|to expect|we ask)|questions? (?:we|i|they)",
    re.IGNORECASE,
)
"""A heading that asks what is asked: questions follow, it is none."""
FOLDED = re.compile(r"^(?:show|view|see|click|expand|hide)\b|^(?:展开|点击|查看|收起)|福利", re.IGNORECASE)
"""What a folded part says of itself."""
BECKONS = re.compile(
    r"还在(?:犹豫|等什么|纠结)|学[弟妹]|\b(?:did|have|had|was|am) I\b|\bon this (?:blog|page|site)\b|点击(?:题目|展开)", re.IGNORECASE
)
"""What a page says to its readers, or its author of himself, however it is set."""
SPOKEN = re.compile(r"(?:^|[.!?] )(?:please )?(?:walk|tell|talk|show|give|take) (?:me|us)\b", re.IGNORECASE)
"""A task that is said to somebody, wherever it stands."""
