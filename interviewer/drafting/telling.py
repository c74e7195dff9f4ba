"""The words that tell what a line is for besides asking: rubric, small talk, talk to the reader, a column of questions. Pure patterns."""

from __future__ import annotations

import re

RUBRIC = re.compile(
    r"^(?:[-*•]\s*)?(?:考察|考查|考点|评分|是否|能否|会不会|有没有(?=提|说|考虑|意识)|候选人|加分|扣分|关注|看(?:拆解|学习|思路|能|是否|候选|他|重|过程|对)|STAR 是否|能说|说清"
    r"|(?:can|does|do|did|will) (?:they|the candidate|he|she)\b|(?:the )?candidates?\b|strong candidates|knows?\b|mentions?\b|names\b|understands?\b|describes\b|explains\b|takes\b|asks about|looks? for|listen for|good answers?|a (?:good|strong|weak) answer|we (?:look|expect|want)|bonus|red flags?|whether (?:they|the|he|she))",
    re.IGNORECASE,
)
"""A line that says in the third person what to look for in an answer."""
READER = re.compile(
    r"你[也们]|评论区|看到这里|准备好|说实话|对不对|要不要一起|还在[^，]{0,6}吗|是不是(?:也|很|觉得)|有没有(?:发现|觉得|小伙伴|人)|学会了吗|have you ever|ever (?:wondered|waited)|sounds? (?:good|familiar)|isn't it|are you ready|^ready to|did (?:this|it) help|helpful\?|who (?:does|hasn't|doesn't)|do you really",
    re.IGNORECASE,
)
TALK = re.compile(
    r"^(?:做个?)?自我介绍[。？]?$|^介绍(?:一下)?(?:自己|项目)$|听[得到清]|看[得到]见|can you (?:hear|see)|one second|路上堵|吃(?:饭|了|过|辣)|喝[点水]|几点|加班|shall (?:we|i)\b|any questions|let's (?:move|start|go|begin)|谢谢|感谢|差不多了|还有什么(?:问题|想)|什么想问|what would you like to know|你好|hello|how are you|find the place|me done|about us|到哪了|稍等|先这样|like to know|辛苦",
    re.IGNORECASE,
)
UPPER = re.compile(r"[(（]?[A-H][.)、．）]")
COLUMN = re.compile(r"(?:面试|考试|常见)?(?:问题?|题目?|题干|考题|试题)|.{0,8}(?:问题|题目|面试题)|.{0,24}\b[Qq]uestions?", re.IGNORECASE)
OPTION = re.compile(r"[(（]?[A-Ha-h][.)、．）]")
OWN = re.compile(
    r"(?:^|[，。；！？\s”])我(?!们)[^，。；！？他她]{0,5}问(?!我)[^。？！]{0,8}[：:]?[“\"]?$|\bI (?:then |also )?asked(?! to)|有(?:人|同学)[^，。]{0,3}问|谁[^，。]{0,3}问"
)
