"""The words by which one asks, in Chinese and English: marks, interrogatives, tasks, reported speech. Pure patterns."""

from __future__ import annotations

import re

ENDS_ASKING = re.compile(r"[?？]\s*[”’\"')）】」』]*\s*$")
BLANK = re.compile(r"[(（]\s*[)）]|_{3,}")
"""A gap to fill in, as multiple choice has."""
_AUXILIARY = r"(?:is|are|was|were|do|does|did|can|could|would|will|should|shall|have|has|had|might|must|may)"
INTERROGATIVE = re.compile(
    r"什么|怎么|怎样|咋|如何|为何|为啥|啥|哪[些个种里儿几]?|谁|几[个种次层步点]|多少|多[大长久快]|是否|能否|可否|有没有|是不是|能不能|会不会|要不要|可不可以|行不行|该不该|吗|呢|区别|差异|异同|(?:还是[^，。]{1,12})$"
    rf"|\b(?:what|how|why|when|where|which|who|whose)(?:'s|'d|'re|\s+(?!(?:our|my|we|i|you|they|the|this|these|it|he|she|students|people)\b)(?:\w+\s+){{0,3}}?{_AUXILIARY})\b|\bhow (?:many|much|long|often|big|large|would)\b|\bwhy not\b|\bwhat (?:if|happens|changes|breaks|makes|causes)\b"
    r"|^why (?!we|i|you|they|it|the|this|that|my|our|your)\w+|^(?:is|are|was|were|do|does|did|can|could|would|will|should|have|has|shall)\b",
    re.IGNORECASE,
)
"""An interrogative that asks, and does not only join clauses ("what we learned")."""
EMBEDDED = re.compile(rf"{INTERROGATIVE.pattern}|\b(?:what|how|why|when|where|which|who|whose|whether|if)\b|还是", re.IGNORECASE)
"""One that asks in reported speech."""
TASK = re.compile(
    r"^(?:请|试着?|尝试|现场|用[^，。]{1,12}?(?=查询|写|实现|画)|假[设如]|如果|给[定出你]|已知|简单|大概|详细|再|先|能不能|可以|麻烦|你先?|你来|用[一二三两几]分钟)*\s*"
    r"(?:说[说一明下清出]?|讲(?!得)[讲一解下述]?|谈[谈一下]?|聊[聊一下]?|介绍|解释|阐述|描述|叙述|简述|概述|分析|比较|对比|设计|实现|手写|手撕|写[一出个下]?|编写|画[一出个]?|列举|列出|举[例一个出]|证明|推导|估算|计算|求|查(?!看)|判断|指出|给出|说出|补全|改[写正进]|优化|自我介绍|评价|讨论|论述|回答|区分|总结|复述|展开|具体|结合|合并|反转|翻转|查询|查找|找出|统计|排序|遍历|搭一?[个套建]?|构[建造]|拆分|改造|预估)"
    r"|^(?:please\s+|now\s+|briefly\s+|then\s+|next,?\s+|so,?\s+|and\s+)*(?:explain|describe|discuss|compare|contrast|design|implement|write|walk|tell|give|name|list|sketch|draw|prove|derive|show|define|outline|estimate|calculate|compute|state|propose|convert|rewrite|solve|find|sort|merge|reverse|build|model|talk|argue|justify|summari[sz]e|identify|determine|suppose|imagine|evaluate|fix|refactor|debug|introduce|share|say|predict|trace|consider|complete|decide|extend|optimi[sz]e|prevent|handle|agree)\b(?=\s+\S)",
    re.IGNORECASE,
)
TASK_LATER = re.compile(rf"[，。；,.;!！?？]\s*(?:{TASK.pattern.replace('^', '')})", re.IGNORECASE)
"""A task after what is given for it."""
TAIL_OF_TOPIC = re.compile(
    r"(?:区别|差异|不同|异同|关系|联系|原理|机制|过程|流程|作用|优缺点|优势|缺点|特点|场景|原因|方案|策略|实现|结构|底层|模型|方法|方式|思路|步骤|生命周期|算法|理解|应用|选型|问题|细节|难点|设计|排查|优化|规则|协议|条件|级别|状态|类型|种类|分类|概念|定义|意义|好处|影响|命令|参数)$"
    r"|\b(?:vs\.?|versus)\b|\bdifferences?\b",
    re.IGNORECASE,
)
_ASKED_ZH = re.compile(
    r"(?<![反想要别敢没不学])(?:追问|被?问)(?![题号卷世答候]|他|她|面试官)(?:到|了|过|起|道|的是)?(?:我们?|咱们?)?(?:到|了|的是|一下|一句|一个|说)?(?:关于)?\s*[：:，,]?\s*"
)
_TOLD_ZH = re.compile(
    r"(?:让|要求|叫)(?:我们?|你)\s*|让(?=手写|手撕|写|说|讲|设计|实现|介绍|画)|考(?:了|到了?)\s*[：:]?\s*|(?:题目|题|原题|第[一二三四五六]个(?:问题)?)是\s*|(?:一道|一个)\s?(?:题|sql|SQL|算法|编程)\S{0,2}[：:，,]?\s*"
)
_SAID_ZH = re.compile(r"(?:面试官|他|她|对方)(?:就|又|还|接着|然后|反问)?说[：:，,]?\s*")
_ASKED_EN = re.compile(
    r"\b(?:asked|asks|ask(?=s? me\b| you\b| candidates\b)|by asking|wondered|wanted to know|opened with|started with|began with|followed up with|follow-up was)\b(?:\s+(?:me|us|you|him|her|them|candidates))?(?:\s+(?:about|once|again|then))?\s*[:,]?\s*",
    re.IGNORECASE,
)
_TOLD_EN = re.compile(r"\b(?:asked|told|wanted|had|got)\s+(?:me|us)\s+to\s+", re.IGNORECASE)
REPORTS = (_ASKED_ZH, _TOLD_ZH, _SAID_ZH, _ASKED_EN, _TOLD_EN)
