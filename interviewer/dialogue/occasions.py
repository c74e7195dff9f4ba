"""What a message that is no answer wants, finer than its `Utterance`: by patterns, so that the same words always get the same kind of reply."""

from __future__ import annotations

import re
from enum import StrEnum, auto

from interviewer.models import Utterance
from interviewer.text.chinese import simplify
from interviewer.text.normalize import normalize
from interviewer.text.segment import split_sentences
from interviewer.text.words import measure_length


class Occasion(StrEnum):
    """What is replied to; but for the first three of `replies.reply_to_aside` each has its sentences by that name in knowledge/wordings.toml."""

    CARE = auto()
    DISTRESS = auto()
    UNSURE = auto()
    ENOUGH = auto()
    CLARIFY = auto()
    NOT_TOLD = auto()
    UNCLEAR = auto()
    SAID_BEFORE = auto()
    DISAGREES = auto()
    WAIT = auto()
    STUCK = auto()
    UNKNOWN = auto()
    END = auto()
    LANGUAGE = auto()
    GO_ON = auto()
    SKIP = auto()
    ORDERS = auto()
    WHO = auto()
    SCORES = auto()
    PROCEDURE = auto()
    LOOK_UP = auto()
    PRIVACY = auto()
    TROUBLE = auto()
    THANKS = auto()
    GREETING = auto()
    TEST = auto()
    CHAT = auto()


_CARE = re.compile(
    r"不想活|想死|自杀|活不下去|活着没意思|结束自己|伤害自己|自残|\bkill myself\b|\bsuicid|\bend my life\b|\bwant to die\b"
    r"|\bhurt(?:ing)? myself\b|\bno reason to live\b"
)
_DISTRESS = re.compile(
    r"紧张|手.{0,3}抖|心跳|害怕|好慌|很慌|慌得|崩溃|想哭|哭了|焦虑|难受|绝望|撑不住|压力.{0,2}大|喘不过气|脑子.{0,4}(?:空白|浆糊)"
    r"|\bnervous|\banxious|\bpanic|\bstress(?:ed|ful)|\boverwhelmed|\bcry(?:ing)?\b|\btears\b|\bshaking\b|\bscared\b|\bhopeless"
    r"|\bbreathe\b|\bbreaking down\b|\bfreak(?:ing)? out\b|\bterrified\b"
)
_NOT_TOLD = re.compile(
    r"对吗|对不对|对么|没错吧|是不是对|算对|正确吗|正确答案|标准答案|参考答案|答案是|我(?:说|讲|答|理解)的?(?:对|没错|正确)"
    r"|\bam i right\b|\bis (?:that|this|it) (?:right|correct)\b|\bcorrect\?|\bright\?|\bright answer\b|\bthe answer\b|\bam i on (?:the right )?track\b"
)
_UNCLEAR = re.compile(
    r"什么意思|啥意思|没(?:看|听|太|大)?懂|看不(?:懂|明白)|听不(?:懂|明白)|不明白|换个说法|再说一遍|解释一下(?:这个)?(?:题|问题)"
    r"|\bnot following\b|\bdon't (?:get|understand)\b|\bdo not understand\b|\brephrase\b|\bwhat do you mean\b|\bcome again\b|\bunclear\b"
)
_SHORT = 14.0
"""In units of `words.measure_length`: a message that says no more than that it was not understood."""
_SAID_BEFORE = re.compile(
    r"(?:说|讲|写|提|答|交代|解释)(?:过|得很清楚)|刚(?:才)?(?:说|讲|写|提|答)|上面|上文|上条|上一(?:条|轮|段)|前面|先前|第.段|又来|又问|重复|一样的|没(?:看|读)(?:全|懂|到|见)|漏"
    r"|\balready\b|\bprevious(?:ly)?\b|\bearlier\b|\babove\b|\bthis again\b|\bonce again\b|\bre-?read\b|\bi (?:did )?(?:said|mentioned|wrote|gave|explained|covered)\b"
    r"|\bmy (?:first|second|last) (?:sentence|message|answer|paragraph)\b|\bkeep coming back\b|\brepeat"
)
_WAIT = re.compile(
    r"稍等|等一下|等等|等我|让我想|容我想|想一下|想一想|想想|理一理|捋(?:一)?捋|打个?草稿|画个图|琢磨|给我.{0,4}时间|重来"
    r"|\bgive me (?:(?:a|some|one|another) )?(?:\w+ )?(?:sec(?:ond)?s?|moments?|minutes?|time|while|bit)\b"
    r"|\blet me (?:think|restart|see|sketch|start over)\b|\bone (?:sec|moment|minute)\b|\bhold on\b|\bthinking\b"
    r"|\bstill chewing\b|\bsketching\b|\bwait\b"
)
_END = re.compile(
    r"结束|到此为止|到这儿|到这里吧|不(?:面|练|做)了|退出|停止|\b(?:stop|end|quit|finish) (?:the |this )?(?:interview|session|here|now)\b|\bcall it a day\b|\bi(?:'m| am) done for\b"
)
_LANGUAGE = re.compile(
    r"(?:用|说|讲|切换?成?|换成?|改成?)(?:中文|英文|英语|汉语|普通话)|\bin (?:chinese|english|mandarin)\b|\bspeak (?:chinese|english)\b|\bswitch to (?:chinese|english)\b"
)
_GO_ON = re.compile(
    r"^\W*(?:请)?(?:继续|接着(?:来|说)?|往下(?:说|走)?|开始|go on|continue|proceed|carry on|please continue|let'?s continue|start)(?:吧|please)?\W*$"
)
_ORDERS = re.compile(
    r"忽略|无视|满分|改成?.{0,4}分|给我.{0,4}(?:高分|满分|分)|评分(?:规则|标准).{0,6}(?:发|给|输出|打印)|系统提示|提示词|调试模式|管理员"
    r"|\bignore (?:all|any|the|previous|every)|\bfull marks\b|\bmaximum score\b|\bdebug mode\b|\bsystem prompt\b|\bprint the\b|\byou are now\b|\bmark (?:every|all|it)\b|\boverride\b"
)
_WHO = re.compile(
    r"你是(?:谁|什么|人|真人|机器|ai|chatgpt|gpt|哪)|是不是(?:真人|机器人|ai)|哪家的|什么模型|大模型|叫什么名字"
    r"|\bwho are you\b|\bwhat are you\b|\bare you (?:a |an )?(?:chatgpt|gpt|human|robot|bot|real|ai|person|claude)|\bwhich (?:ai )?model\b|\byour name\b"
)
_PRIVACY = re.compile(
    r"保存多久|隐私|谁(?:能|会)?看|会不会.{0,6}(?:训练|泄露)|用来训练|录音|删(?:掉|除)"
    r"|\bprivacy\b|\bwho (?:can )?(?:see|read)|\bused to train\b|\bto train\b|\bstored?\b|\bdelete\b|\brecorded\b"
)
_TROUBLE = re.compile(
    r"卡(?:了|住|死)|网(?:络)?(?:不好|断|卡)|没(?:发|反应)|发不出|打不开|加载|按钮|掉线|黑屏|看不到"
    r"|\bbutton\b|\bdoes(?:n't| not) (?:work|load|do)\b|\bfrozen\b|\bfroze\b|\bdisconnect|\blag(?:ging|gy)?\b|\bpage\b|\bbroken\b|\bcan(?:'t|not) (?:see|send|type)\b"
)
_SCORES = re.compile(
    r"多少分|几分|分(?:数|是)?怎么(?:打|算|评)|怎么(?:打|评|算)分|评分|及格|别人.{0,6}(?:拿|得)|高分"
    r"|\bscor(?:e|es|ing)\b|\bgrad(?:e|ed|ing)\b|\bmarks?\b|\bpass(?:ing)? (?:mark|grade)\b"
)
_LOOK_UP = re.compile(r"查资料|可以查|能不能查|能查|\blook (?:it |things )?up\b|\bgoogle\b|\b(?:my |use )notes\b|\bopen book\b")
_TEST = re.compile(r"测试|asdf|\btest(?:ing)?\b|^[\W\d_]*$")
_PROCEDURE = re.compile(
    r"几道|多少(?:道|题)|多久|时间|限时|流程|规则|面多"
    r"|\bhow many questions\b|\btime limit\b|\bhow long (?:is|does|will)\b|\bprocedure\b|\brules\b"
)
_THANKS = re.compile(r"谢|辛苦|感谢|多谢|\bthank|\bthx\b|\bcheers\b|\bappreciate")
_GREETING = re.compile(
    r"你好|您好|哈喽|嗨|早上好|下午好|晚上好|自我介绍|我姓|我叫|\bhello\b|\bhi\b|\bhey\b|\bgood (?:morning|afternoon|evening)\b|\bmy name is\b|\bnice to meet\b"
)
_META = (
    (_ORDERS, Occasion.ORDERS), (_WHO, Occasion.WHO), (_PRIVACY, Occasion.PRIVACY), (_TROUBLE, Occasion.TROUBLE), (_SCORES, Occasion.SCORES),
    (_LOOK_UP, Occasion.LOOK_UP), (_PROCEDURE, Occasion.PROCEDURE), (_GREETING, Occasion.GREETING), (_THANKS, Occasion.THANKS), (_TEST, Occasion.TEST),
)  # fmt: skip
_CHANGE = ((_LANGUAGE, Occasion.LANGUAGE), (_END, Occasion.END), (_GO_ON, Occasion.GO_ON))
_ASKS_HELP = re.compile(r"提示|方向|\bhint\b|\bnudge\b|\bhelp\b")
_FOR_THE_KEY = re.compile(
    r"^(?:那|请问|所以)?(?:为什么|为啥|怎么(?:做|办|保证|处理|解决|优化|实现|设计|选|避免|才能)|如何|什么是|.{1,12}(?:是什么|有什么区别|的原理|怎么(?:做|办|保证|处理|解决|优化|实现|设计|选))|应该用|该用什么|用哪个好|哪个更好)"
    r"|^(?:so |and |but |well,? )?(?:why (?:do|does|is|are|would|should|must)\b|how (?:do|does|would|should|can|could) (?:i|you|we|one|it|they)\b|what is an? \w+(?: \w+){0,3}\?*$"
    r"|what(?:'s| is) the difference\b|which (?:one )?is (?:better|best)\b|what should i (?:use|do)\b)"
)
"""Asks the interviewer for what the candidate is asked: "为什么一定要分区？", "how do I pick the batch size?"."""
_HEDGED = re.compile(
    r"我猜|我想|我觉得|应该是|大概|估计|可能是|[吧呢]\?|\bi (?:guess|think|believe|suppose|assume)\b|\bprobably\b|\bmaybe\b|\bright\?"
)
"""Answers with a question mark: "我猜是带宽瓶颈吧？", "probably memory?"."""
_QUESTION = 4.0
"""The least length of a question that came along with an answer, in units of `words.measure_length`."""


def needs_care(words: str) -> bool:
    """Whether normalised words speak of doing oneself harm."""
    return _CARE.search(words) is not None


def occasion_of(text: str, utterance: Utterance) -> Occasion:
    """What a message wants, given what kind it is."""
    words = simplify(normalize(text).text)
    if needs_care(words):
        return Occasion.CARE
    match utterance:
        case Utterance.UNSURE:
            return Occasion.UNSURE
        case Utterance.CLARIFY:
            return _clarifies(words)
        case Utterance.DISPUTE:
            return Occasion.SAID_BEFORE if _SAID_BEFORE.search(words) else Occasion.DISAGREES
        case Utterance.STUCK:
            return Occasion.DISTRESS if _DISTRESS.search(words) else Occasion.WAIT if _WAIT.search(words) else Occasion.STUCK
        case Utterance.UNKNOWN:
            return Occasion.UNKNOWN
        case Utterance.CHANGE:
            return next((occasion for pattern, occasion in _CHANGE if pattern.search(words)), Occasion.SKIP)
        case _:
            return _meta(words)


def asks_for_the_key(text: str) -> bool:
    """Whether a clarifying question asks for the knowledge that the candidate is to show."""
    return _FOR_THE_KEY.search(simplify(normalize(text).text).strip()) is not None


def questions_beside(text: str) -> str:
    """The first question about the task within a message that also answers, empty if there is none.

    A complaint that it was said already is none, nor is a wish for help, nor a guess.
    """
    words = simplify(normalize(text).text)
    for span in split_sentences(words):
        sentence = words[span.start : span.end]
        other = _SAID_BEFORE.search(sentence) or _ASKS_HELP.search(sentence) or _HEDGED.search(sentence)
        if sentence.endswith(("?", "?!")) and measure_length(sentence) >= _QUESTION and not other:
            return sentence
    return ""


def _clarifies(words: str) -> Occasion:
    if _NOT_TOLD.search(words):
        return Occasion.NOT_TOLD
    return Occasion.UNCLEAR if _UNCLEAR.search(words) and measure_length(words) <= _SHORT else Occasion.CLARIFY


def _meta(words: str) -> Occasion:
    if _DISTRESS.search(words):
        return Occasion.DISTRESS
    return next((occasion for pattern, occasion in _META if pattern.search(words)), Occasion.CHAT)
