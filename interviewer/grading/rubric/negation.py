"""Whether a word in a text is denied ("不用缓存", "without caching") or only seems so ("不仅", "not only").

Works on normalised text. A harm that is denied or avoided ("避免阻塞", "no downtime") is a claim in its own right: the
caller decides with `is_harmful` whether denying it matters.
"""

from __future__ import annotations

import re

from interviewer.text.normalize import Span

_NOT_REALLY = (
    "不仅|不只|不但|不光|不单|不止|不断|不间断|不同|不一致|不一样|不足|不够|不良|不变|不可变|不确定|不稳|不重不漏|不重叠|不管|不论|不得不|不停(?!机|服)|"
    "不错|不少|不等|不平衡|不均|不过|不超|不低于|不高于|不大于|不小于|不多于|不晚于|不早于|不佳|不当|不合理|不可逆|不可篡改|不然|不如|不如说|不是很|不好|不住|"
    "不了|不到|不久|不妨|不时|不定期|不见得|不外乎|不符|不匹配|不对称|不完整|不完全|不可(?:或缺|缺|少|避免)|必不可少|少不了|离不开|不会(?:影响|变)|"
    "差不多|无论|无监督|无锁|无状态|无缝|无关|无人|无服务|无损|没问题|没错|非常|非结构化|非线性|非对称|非root|除非|并非易事|没有(?:问题|变化)|"
    "别人|别的|别名|别处|别忘|特别|类别|分别|级别|识别|区别|差别|有别于|辨别|鉴别|判别|个别|性别|免费|未来|未授权|未知|未必|未成年|"
    "是不是|能不能|会不会|要不要|有没有|好不好|对不对|够不够|行不行|该不该|在不在|变不变"
)
_ZH_NEGATOR = re.compile(
    rf"(?P<fake>{_NOT_REALLY})|"
    r"(?P<real>不需要|不用|不必|不要|不能|不会|不该|不应该|不应|不可以|不再|不支持|不使用|不采用|不引入|不做|不考虑|不|没有|没法|"
    r"没|无需|无须|无法|未|别|禁止|避免|拒绝|而非|而不是|放弃|取消|关闭|关掉)"
)
_EN_NEGATOR = re.compile(
    r"(?P<fake>\bnot only\b|\bnot just\b|\bno longer\b|\bnot sure\b|\bno matter\b|\bnot necessarily\b|\bno doubt\b|\bno-?op\b|"
    r"\bif not\b|\bwhy not\b|\bnot enough\b|\b(?:no|not) (?:more|less|fewer|later|earlier|longer|worse|larger|greater|higher|lower) than\b|"
    r"\bnot (?:merely|simply|least)\b|\bno-code\b|\bwhether or not\b|\bor not\b)|"
    r"(?P<real>\bno need (?:to|for)\b|\bnot to\b|\bnot\b|n't\b|\bnever\b|\bwithout\b|\bno\b|\bnor\b|\bneither\b|\bavoid(?:s|ing|"
    r"ed)?\b|\binstead of\b|\brather than\b|\bdisabl(?:e|es|ed|ing)\b|\bturn(?:ed|ing)? off\b|\bskip(?:s|ping|ped)?\b|\bcannot\b)"
)
_BREAK = re.compile(
    r"[,.。!?;:\n()、]|但|而是|所以|因为|就(?:能|会|可以)|才|来(?=[^自源])|\b(?:but|so|because|unless|until|and then|"
    r"instead(?! of)|just|only|to)\b"
)
_AFTER_ZH = re.compile(
    r"(?:[^,。;!?\n]{0,2})(?:都|就|也|是)?(?:不需要|没必要|没有必要|用不着|不重要|没用|没有用|没什么用|无用|不管用|应当关闭|"
    r"应该关闭|可有可无|是多余的|毫无意义)"
)
_AFTER_EN = re.compile(
    r"\s*(?:is|are|was|were|does|do|will be|would be)?\s*(?:not (?:needed|necessary|required|used|useful|important)|n't (?:needed|"
    r"necessary|help)|unnecessary|useless|pointless|redundant|irrelevant|a waste)"
)
_HARM = re.compile(
    r"阻塞|丢|漏|泄|脏|冲突|重复|重算|碎片|浪费|空转|空闲|单点|宕|中断|停机|抖动|堆积|积压|拥塞|雪崩|打垮|压垮|打满|过载|超时|排队|"
    r"等待|卡|慢|贵|高延迟|延迟|冷启动|冷pod|oom|溢出|爆|误|偏|穿越|泄漏|泄露|失真|"
    r"失衡|不一致|混|乱|篡改|滥用|越权|明文|有害|违规|敏感|注入|攻击|塌|崩|消失|陈旧|过期|膨胀|污染|遗忘|过拟合|假阳|偷看|提前停|"
    r"干扰|串|错|坏|热点|倾斜|竞争|死锁|反压|背压|开销|风险|依赖|耦合|损失|下降|退化|"
    r"block|loss|lose|lost|leak|dirty|conflict|duplicat|recomput|repeat|fragment|wast|idle|single point|downtime|outage|interrupt|"
    r"crash|fail|down|overload|overwhelm|timeout|wait|stall|slow|expensive|latency|cold|"
    r"out of memory|corrupt|drift|bias|skew|mislead|mix|tamper|abus|plain|harmful|toxic|inject|attack|collaps|vanish|stale|expire|"
    r"pollut|overfit|peek|contaminat|wrong|error|bad|hot|race|deadlock|backpressure|overhead|"
    r"risk|coupl|degrad|regress|full retrain|starv|spike|drop|divers|diverg|overwrit|secret|person|raw|latest|bottleneck|copy|"
    r"copies|hallucinat|blow|huge|false"
)
_REACH_ZH, _REACH_EN = 5, 22


def is_harmful(word: str) -> bool:
    """Whether a cue word names something unwanted, whose denial is a good thing."""
    return _HARM.search(word) is not None


def is_negated(word: str) -> bool:
    """Whether a cue word carries a negation of its own ("不需要判别器"), which then has to be there."""
    return any(match.group("real") for pattern in (_ZH_NEGATOR, _EN_NEGATOR) for match in pattern.finditer(word))


def is_denied(text: str, span: Span) -> bool:
    """Whether the words at `span` are denied within their clause, by a negator shortly before or a verdict right after."""
    return _denied_before(text, span.start) or _denied_after(text, span)


def _denied_before(text: str, position: int) -> bool:
    for pattern, reach in ((_ZH_NEGATOR, _REACH_ZH), (_EN_NEGATOR, _REACH_EN)):
        start = max(0, position - reach - 14)
        for match in pattern.finditer(text, start, position):
            if match.group("real") and match.end() >= position - reach and not _BREAK.search(text, match.end(), position):
                return True
    return False


def _denied_after(text: str, span: Span) -> bool:
    return _AFTER_ZH.match(text, span.end) is not None or _AFTER_EN.match(text, span.end) is not None
