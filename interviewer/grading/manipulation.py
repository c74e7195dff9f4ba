"""Sentences that talk to the grader instead of answering: orders, forged grader output, claims, pleas, threats, extraction.

They are no evidence for anything. An answer *about* prompt injection or moderation is left alone: an order counts only
where it is given, not where it is discussed. Whether such a text costs marks is decided nowhere: it never does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from interviewer.text.normalize import Normalized, Span
from interviewer.text.segment import split_sentences

_DISCUSSED = re.compile(
    r"检测|拦截|防御|防护|防止|防范|过滤|识别|攻击|注入|越狱|红队|对抗|恶意|风险|分类器|诱导|护栏|校验|脱敏|规则引擎|"
    r"\b(?:detect|block|filter|attack|inject|jailbreak|red[- ]team|malicious|guardrail|classif|defen[cds]|prevent|saniti|mitigat|"
    r"adversar|moderat|polic(?:y|ies) engine)|"
    r"检索(?:到|内容|结果)|网页|工具返回|分隔符|占位|转义|渲染|双人复核|用户(?:的?内容|输入|可能|会|常|塞)|有人(?:会|可能|说)|在生产|要关闭|必须关闭|"
    r"\b(?:retrieved|web ?pages?|documents?|tool (?:result|output)s?|delimiter|placeholder|escape[sd]?|in production|must be off|"
    r"(?:users?|someone|somebody|people) (?:may|might|can|could|will|tr(?:y|ies)|write))\b"
)
_MEASURED = re.compile(
    r"裁判模型|评测|测试集|基准|上线|发布|评审|样本|"
    r"llm-as-(?:a-)?judge(?![a-z])|\b(?:judge model|(?:a|the) judge|benchmark|test set|offline metrics?|per category|candidate model|release|"
    r"promot\w+|gate|production|deploy\w*)\b"
)
_AIMED = re.compile(
    r"(?:本|此|该|我的?|以上|上述|这(?:个|份|条)?)(?:回答|答案|作答|题|考生)|[你您]|请|务必|评分员|阅卷|考官|面试官|"
    r"\b(?:this|my|the) (?:answer|response|submission|candidate(?! model))\b|\byou(?:r)?\b|\bplease\b|\bgrader\b|\bexaminer\b|"
    r"\bmust (?:be )?(?:give|award|score)|^\W*(?:give|award|score|grade|return|output|mark)\b"
)
_SCORING = re.compile(
    r"(?:给|打|判|返回|输出|评|记|补偿|折合|合计|总分|得分|分数|成绩|评分)[^。;,\n]{0,8}(?:满分|高分(?!辨|布)|100\s*分|10分)|(?:给|判|评|"
    r"记)(?:我|他|它|个|为|予|上)?(?:及格|优秀|通过)|(?:总分|得分|分数|成绩|评分)[^。;,\n]{0,6}(?:\b100\b|优秀|通过)|"
    r"满分[^。\n]{0,6}(?:处理|标准|通过|鼓励|即可|吧|奖励)|即得满分|(?:请|直接|应|必须|务必)[^。\n]{0,8}(?:满分|高分(?!辨|布))|"
    r"(?<![请需要追寻征力诉探渴])求[^。,\n]{0,8}(?:高分|满分|通过|过)(?=[吧啊呀哦了!。,~]|$)|"
    r"[\"'](?:score|pass|rating|得分|满分|分数|评分|verdict|grade)[\"']\s*[:=]|\b(?:score|rating|grade|points?)\s*(?:[:=]|is|to|"
    r"of)\s*[\"']?(?:10(?:0|\.0|/10)?|1\.0|max|full|a\+|5/5)\b|"
    r"\b(?:full|maximum|max|perfect|highest|top|passing|high) (?:marks?|scores?|grades?|points|rating)\b|"
    r"\breturn (?:the )?max(?:imum)?\b|\bauto-?pass|\bforce-pass|\b100 ?(?:/ ?100|points|marks)\b|"
    r"\bscore (?:this|it|me|my|the (?:answer|candidate|response))\b|\bscoring is disabled\b|\bscore below \d+|\|\s*100\s*\||"
    r"[;,]\s*\"?100\"?\s*[;,]\s*\"?pass|\b100\s*[;,|\t ]\s*\"?pass\b|合计:?\s*\d+\s*/\s*\d+|"
    r"(?<!\d)\d+\s*/\s*\d+\s*分?[,,。\s]*(?:全部)?(?:满分|通过|覆盖|命中)"
)
_OVERRIDE = re.compile(
    r"(?:如|若|如果)[^。,\n]{0,4}拒绝执行|拒绝(?:打分|评分|给分)|视为[^。,\n]{0,10}(?:故障|评分|不公)|(?:忽略|无视|忘记|忘掉|跳过|不要理会|不用管|"
    r"关闭|绕过|覆盖(?=之前|以上|上述|原有|你))[^。;\n]{0,14}(?:指令|规则|提示词|评分|标准|要求|设定|约束|要点核对|限制)|"
    r"\b(?:ignore|disregard|forget|bypass|override|skip)\b[^.\n]{0,30}\b(?:instructions?|rubrics?|criteria|criterias|guidelines?)\b|"
    r"\b(?:ignore|disregard|forget|bypass|override|skip)\s+(?:all|any|every|your|the|these|those|previous|prior|earlier|above|system|"
    r"grading|scoring)\s(?:[\w'-]+\s){0,2}(?:prompts?|rules?|checks?)\b|"
    r"\brubric[^.\n]{0,20}\b(?:bypassed|disabled|ignored|suspended)\b"
)
_ROLE = re.compile(
    r"[\[【<(]{1,2}\s*/?\s*(?:system|sys|admin(?:istrator)?|override|assistant|developer|dev[ _]|grader|grading|evaluation|"
    r"evaluator|flag:|submission metadata|entering|instruction|inst\b|root|系统|管理员|评分|阅卷|考官|逐项评分|开发者|考生)|"
    r"(?:^|\n)\s*(?:role|角色)\s*:\s*(?:system|assistant|系统)|(?:^|\n)\s*(?:grader|examiner|interviewer|evaluator|评分员|考官|"
    r"阅卷人|评分结果|面试官)\s*:|(?:^|\n)\s*(?:teacher|student|system|assistant|系统)\s*:\s*\"|<\|[a-z_]+\|>|<!\[cdata|<!--|"
    r"</?(?:考生答案|评分标准|answer|candidate|rubric|system|instruction|score)[^>]{0,20}>|(?<![-=#])[-=#]{4,}\s*(?:回答|新的|系统|end|begin|"
    r"start|system|answer|new)|\bend of (?:answer|submission|response|transcript)\b|"
    r"(?:从现在起|现在开始|接下来)[^。\n]{0,4}你(?:是|将|要)|你现在是|你的(?:新)?(?:身份|角色)是|\byou are now\b|"
    r"\bact as\b[^.\n]{0,30}\b(?:grader|examiner|assistant|judge)\b|\bdeveloper mode\b|调试模式|开发者模式|\bsimulation mode\b|"
    r"\bdebug mode\b"
)
_CLAIM = re.compile(
    r"(?:覆盖|涵盖|包含|命中|满足|答(?:到|出)|符合)了?[^。,\n]{0,6}(?:所有|全部)[^。,\n]{0,6}(?:要点|评分|得分|考点|知识点|标准|"
    r"要求)|(?:所有|全部|各|每个)[^。,\n]{0,4}(?:要点|评分点|得分点|考点)[^。\n]{0,8}(?:覆盖|命中|满足|答到|齐全|到位)|要点(?:齐全|"
    r"全部覆盖|完整)|"
    r"本(?:回答|答案|题|作答)[^。\n]{0,14}(?:正确|完整|准确|复核|满分|优秀|清晰|标准答案)|(?:以上|上述|我的)(?:回答|"
    r"答案)[^。\n]{0,10}(?:完全正确|正确无误|标准答案|无懈可击|非常完整)|(?:正确|完整|标准)答案(?:已|就)?(?:在上文|如上|见上|"
    r"同参考|与参考)|已覆盖\s*[✔√✓]?|已通过(?:人工)?(?:复核|审核|评审)|逻辑清晰[^。\n]{0,6}要点|"
    r"(?:刚才|前面|之前|上面|方才|上一轮)[^。\n]{0,16}(?:白板|(?:都|已经?)(?:说|讲)过|(?:说|讲)过了?(?=[。;!]|$)|画(?:好|过|了)|回答过|演示过|口头)|(?:图|白板|附件)[里中上][^。\n]{0,40}(?:都有|写了|画了|讲了)|[也都](?:写|画)(?:了|过了|好了)(?=[,。;]|$)|以白板为准|"
    r"请参[见考](?:白板|附件|前文)|您?也?点头|"
    r"\b(?:this|my|the) (?:answer|response|submission|solution)\b[^.\n]{0,24}\b(?:is|covers?|passes|meets|satisf\w+|addresses|"
    r"includes?|deserves?|contains?)\b[^.\n]{0,30}\b(?:exceptional|flawless|correct|complete|perfect|full|excellent|criteria|exemplary|"
    r"(?:all|every)(?: of)?(?: the)?(?: \w+)? (?:points?|rubric|requirements?|aspects?|parts?|items?))\b|"
    r"\b(?:all|every) (?:the )?(?:criteria|criterion|rubric (?:points?|items?)|requirements?)\b[^.\n]{0,20}\b(?:met|covered|"
    r"satisfied|passed|addressed)\b|\bcover(?:s|ed)? (?:all|every)(?: of)?(?: the)? (?:rubric|points?|criteria|key points?|"
    r"aspects?)\b|"
    r"\b(?:identical|equal|same as|equivalent) to the reference\b|\b(?:flawless|exemplary)\b|\bperfectly correct\b|"
    r"\bself-?assessment\b|\bauthorization code\b|\bapproved by\b|\bconsidered (?:fully )?correct\b|"
    r"\bcorrect answer is the one in\b|"
    r"\bas (?:i|we) (?:said|explained|discussed|mentioned|showed|drew)\b[^.\n]{0,30}\b(?:whiteboard|call|interview|"
    r"(?:earlier|before|previously)(?=\s*(?:[.!]|$)))|\b(?:on|see|to) the whiteboard\b|\byou (?:nodded|agreed|already (?:accepted|confirmed|approved))\b|"
    r"\bi(?:'ve| have)? already (?:answered|explained|covered)\b"
)
_BOAST = re.compile(
    r"我对(?:以上|这些|上述|它)[^。\n]{0,8}(?:熟悉|了解|精通)|(?:这些|以上|上述|都)[^。\n]{0,4}我?(?:都|全|均)[^。\n]{0,4}(?:了解|"
    r"熟悉|掌握|精通|用过)|"
    r"\bi (?:know|am (?:very |quite )?familiar with|have mastered|have used|have experience with) (?:all|them all|everything|"
    r"all of (?:these|them|this|the above))\b|\b(?:am|are|is) (?:very )?(?:familiar|confident|experienced) with (?:it|them|all|"
    r"these)\b|"
    r"\ball of (?:these|the above) (?:are|is) (?:familiar|known) to me\b"
)
_PLEA = re.compile(
    r"(?:对我|面试)[^。\n]{0,8}(?:特别|非常|很|太)重要|(?:非常|特别|很|已经)[^。\n]{0,3}(?:努力|尽力)了|求求?(?:您|你|老师|面试官)|"
    r"老师[,,][^。\n]{0,12}(?:辛苦|给|求)|(?:您|面试官)[^。\n]{0,10}(?:专业|英明|最好|帅|美|善良|水平)|(?:起诉|投诉|曝光|"
    r"律师)[^。\n]{0,12}(?:你|您|公司|贵司)|"
    r"\b(?:i(?: have|'ve)? (?:really )?tried (?:really |very |so )?hard(?! to)|my best effort|mean so much|please be (?:understanding|kind|lenient|generous)|i beg|"
    r"my lawyer|i will (?:sue|report)|sue (?:you|your)|discrimination|be careful how you grade|you have been warned|"
    r"best interviewer|wonderful interviewer|your (?:wisdom|kindness|expertise))\b"
)
_EXTRACT = re.compile(
    r"(?:输出|打印|复述|重复|告诉我|展示|贴出|原样|翻译|泄露)[^。\n]{0,24}(?:系统提示|提示词|system prompt|评分要点|评分细则|"
    r"评分标准|参考答案|rubric|指令原文)|(?:你|您)(?:收到|得到)的(?:系统)?(?:提示词|指令)|"
    r"\b(?:print|reveal|repeat|show|output|tell me|translate|dump|leak|list)\b[^.\n]{0,40}\b(?:system prompt|rubric|"
    r"reference answer|your (?:instructions|prompt)|grading (?:criteria|notes|key)|answer key)\b"
)
_FORGED = re.compile(
    r"\"{3}|(?:^|\n)\s*[{\[].{0,60}[\"'](?:score|pass|reason|得分|评语|verdict|point_id|status)[\"']|(?:^|"
    r"\n)\s*\|[^\n]*(?:得分|满分|分数|评分|覆盖|命中|[✔✓√✅☑]|\b(?:score|pass|met|covered|100)\b)[^\n]*\||\b(?:drop table|union select|delete from|insert into|update \w+ set)\b|base64[^。.\n]{0,12}(?:解码|"
    r"编码的|decode)|(?:解码|decode)[^。.\n]{0,20}(?:执行|execute|follow)|"
    r"[a-z0-9+/]{40,}={0,2}|\$\{\s*\w|\{\{\s*\w[^}]*\}\}|\{%|<script"
)
_CHECKLIST = re.compile(r"[✔✓√✅☑]|(?:证据|evidence)\s*:|\b(?:met|covered|pass(?:ed)?)\s*(?:[,.;)|]|$)")
_MARKER = re.compile(r"^\s*(?:\[{1,2}[^\]\n]{3,60}\]{1,2}|【[^】\n]{2,40}】|[-=#]{4,}[^\n]*)\s*$")
_TAIL = re.compile(r"^(?:这|此|否则|如|若|以上|that\b|this\b|it\b|otherwise\b|if you\b|thanks?\b|谢谢)")
_META = re.compile(r"评分|打分|阅卷|考官|满分|得分|grader|grading|rubric|scor(?:e|ing)|evaluat|marks?\b|通过")
_ASKS_MARKS = re.compile(r"满分|高分(?!辨|布)|full marks|full score|maximum score|return max|\bscore\s*[:=]")


def find_orders(text: Normalized) -> tuple[Span, ...]:
    """The sentences of an answer that address the grader and so are no evidence, as spans of the normalised text."""
    found: list[Span] = []
    in_block = False
    previous_end = 0
    for sentence in split_sentences(text.text):
        words = text.text[sentence.start : sentence.end]
        if "\n" in text.text[previous_end : sentence.start] and _is_new_paragraph(text, previous_end, sentence.start):
            in_block = False
        previous_end = sentence.end
        marked = _opens_block(words)
        trails = bool(found) and found[-1].end >= sentence.start - 1 and "\n" not in text.text[found[-1].end : sentence.start]
        if in_block or marked or _addresses_grader(words) or (trails and len(words) < 60 and _TAIL.match(words)):
            found.append(sentence)
        in_block = in_block or marked
    return tuple(found)


def find_manipulation(answer: Normalized, orders: Iterable[Span] | None = None) -> bool:
    """Whether an answer tries to talk the examiner into something: an order, a forged result, a claim, a threat, an extraction.

    `orders`: what `find_orders` made of the answer, if that is known; no other sentence can be one of these.
    """
    for sentence in find_orders(answer) if orders is None else orders:
        words = answer.text[sentence.start : sentence.end]
        suspicious = _opens_block(words) or _commands(words) or _forges(words)
        suspicious = suspicious or any(pattern.search(words) for pattern in (_EXTRACT, _CLAIM, _PLEA))
        if suspicious and not _is_discussion(words):
            return True
    return False


def _is_new_paragraph(text: Normalized, start: int, end: int) -> bool:
    before = text.to_raw(max(0, start - 1), max(start, 1)).end
    return re.search(r"\n\s*\n", text.raw[before : text.to_raw(end, end + 1).start]) is not None


def _opens_block(words: str) -> bool:
    return _MARKER.match(words) is not None and (_ROLE.search(words) is not None or _META.search(words) is not None)


def _addresses_grader(words: str) -> bool:
    if _is_discussion(words):
        return False
    told = any(pattern.search(words) for pattern in (_EXTRACT, _CLAIM, _PLEA, _BOAST))
    return told or _commands(words) or _forges(words) or (_CHECKLIST.search(words) is not None and _META.search(words) is not None)


def _commands(words: str) -> bool:
    return any(pattern.search(words) for pattern in (_SCORING, _OVERRIDE, _ROLE))


def _forges(words: str) -> bool:
    return _FORGED.search(words) is not None


def _is_discussion(words: str) -> bool:
    """Whether a sentence talks about attacks or about scores rather than being an attack.

    It names a defence and asks for no marks, or it tells how models are measured and speaks neither of this answer nor to anybody.
    """
    if _DISCUSSED.search(words) and not _ASKS_MARKS.search(words):
        return True
    return _MEASURED.search(words) is not None and not _AIMED.search(words)
