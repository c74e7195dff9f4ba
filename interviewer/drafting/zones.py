"""Which parts of a document hold what: what the candidate asks, what stands beside the questions, what kind of page it is. Pure patterns."""

from __future__ import annotations

import re

from interviewer.drafting.asking import ENDS_ASKING
from interviewer.drafting.document import Document

TURNED = re.compile(
    r"反问|谈薪|薪[资酬水](?:沟通|谈判)|^薪[资酬](?:福利|待遇|部分)?[：:]?$|(?:我|你|您|可以|候选人|求职者|应聘者)(?:可以|能|该|应该|要)?(?:这样)?(?:来)?(?:问|提问)(?!到|了|过|的是|你|我|题)|我问(?:了|他|她|面试官)|[想要]问(?:我|他|她|面试官|什么|的)|[你您](?:这边|那边)?还?有(?:没有|没)?(?:什么|啥)?(?:想|要|其他)?(?:了解|知道|问题|疑问)|问\s?(?:他们|面试官|HR|清楚|对方)|我的(?:问题|提问)|别问"
    r"|your turn|you (?:can|could|should|may|might) (?:want to )?ask|ask (?:us|them|your interviewer|the (?:interviewer|team|company))|questions? (?:to|for) (?:us|ask|the (?:interviewer|company|team))"
    r"|(?:their|your) questions|(?:the )?candidates? asks?\b(?! to)|my questions|i asked|i ask\b|clarify(?:ing)?\b|what you should ask|salary (?:talks?|discussion|negotiations?|expectations)|you have (?:any )?questions|like to (?:ask|know from) (?:me|us)|\bwhat (?!they\b|he\b|she\b|the (?:interviewers?|panel|company)\b)[\w. ]{1,20} asked us",
    re.IGNORECASE,
)
"""The candidate asks here."""
ASKED = re.compile(
    r"面经|面试题|真题|必问|常问|[一二三四五]面|[题问]目|考[题察点]|(?<!我)(?:问|考)了|被问|问到|问(?:你|我)|面试官|习题|练习题?|笔试|问答|题(?:\s*[（(]|$)|每[题小]|\d\s?分(?!钟)|高频|请回答|小问|追问|快问|问得?[^，。]{0,6}[：:]$|^问"
    r"|\basked\b|\binterview (?:questions?|round|loop|sheet|kit)|in interviews|interviewers? (?:asks?|will|may)|\bquestions?\b|exercises?|\bquiz|\bproblems?\b|round \d|\bround\b|screen|onsite|follow-?ups?|\btasks?\b|cards?\b|ask (?:things|you)|from (?:this list|memory)|flash ?cards?|deck\b|(?:part (?:one|two|three|a|b|c)|section [a-z\d])\b",
    re.IGNORECASE,
)
"""The interviewer, or an examination, asks here."""
BESIDE = re.compile(
    r"评论|留言|回复|推荐|^相关|疑问|(?:更新|变更|修订)记录|福利|相关(?:推荐|阅读|文章|链接|仓库|资源)|广告|目录|附录|许可|贡献|友情|链接|安装|更新日志|版本|联系|关于(?:我|作者|本)|打赏|赞助|通知|待办|作业|课后任务|句型|常用句|加分项|扣分项|须知|使用说明|如何使用|怎么用|写在|碎碎念|感想|小技巧|讨论|总结|小结|阅读|开场|流程|注意事项|误区"
    r"|discussion\b|comments?\b|related|read next|popular|licen[cs]e|contribut|how to use|using this|about\b|sponsor|summary|takeaways|scoring|homework|phrases|expressions|(?:red|green) flags?|rules|bibliograph|acknowledg|common mistakes|checklist|tips\b|advice|liked|would change|opening\b|warm-?up|newsletter|notes after|before the|after the|results?\b",
    re.IGNORECASE,
)
"""Neither asks here: what stands around."""
OTHER = re.compile(
    r"任职|职责|(?:岗位|能力|技能|任职)要求|要具备|加分项|扣分项|句型|常用句|red flags?|green flags?|phrases|expressions|competenc|requirements?\b|responsibilit|qualifications?\b|able to do|we offer|福利",
    re.IGNORECASE,
)
"""A list that is none of questions, whatever is asked around it: what a post requires, phrases to use."""
ANSWER_OF = re.compile(
    r"(?:答案|解答|题解|解析|回答)\s*[（(]?\s*第\s*(\d{1,3})\s*[题问]|第\s*(\d{1,3})\s*[题问][^。]{0,12}(?:答案|解答|题解|解析|回答)|(?:answer|solution)s?\s+(?:to|for)\s+(?:question|exercise|problem|no\.?|Q)?\s*(\d{1,3})\b",
    re.IGNORECASE,
)
"""What announces the answer to the question of a number."""
ANSWERED = re.compile(
    r"(?<!没有)(?<!无)答案|解答|解析|我的|画了|步骤|做法|建议|解决|处理|方案|思路|如下|原因|危害|办法|方式有|条件|规则|发现之后|包括|提示|有以下|分为|主要有|有几|注意|说明|例如|比如|输入|输出|评分(?!表)|标准|要点"
    r"|\banswers?\b|\bsteps?\b|\bbecause\b|you must|solutions?\b|hints?\b|\bmeans\b|for example|as follows|reasons?\b|write down|expect|rubric|look for|legend|input|output",
    re.IGNORECASE,
)
"""What follows is an answer's list."""
KEY = re.compile(
    r"^(?:部分|参考|标准)?(?:习题|练习|试题|选择题)?(?:参考)?(?:答案|解答|题解|解析)|(?<![与和及])(?:答案|解答|题解)$|^(?:sample |selected )?(?:solutions?|answers?)\b(?!.*questions)|answer key",
    re.IGNORECASE,
)
"""The heading of a part that holds answers alone."""
_INTERVIEW = re.compile(
    r"面试|面经|面了|面的|[一二三四]面|真题|必问|高频|习题|笔试|八股|候选人|刷题|考点|试题|题目|被问|问到|问答|考官|思考题|复习题|课后|小抄|背诵|背[诵题]|复试|考研|考前|速记|终面|入职测评|interview|candidate|exercise|\bquiz|\bexam\b|flash ?card|homework|hiring (?:manager|handbook|guide|kit|loop|process|round)|(?:system|technical|coding|first|second|final) round|recruiter|debrief|onsite|phone screen|whiteboard|assessment|review questions|test yourself|self[- ]test|test centre|grad scheme|careers?\b",
    re.IGNORECASE,
)
_FAQ = re.compile(r"FAQ|frequently asked|(?<!面试)常见问题|帮助中心|help cent|使用指南|用户手册|Q&A", re.IGNORECASE)
_CUSTOMER = re.compile(
    r"\b(?:do|can|should|will|am|may|could|did|must) I\b|\b(?:my|your) (?:account|data|plan|card|order|password|file|team)|我(?:可以|能|该|的|要|需要)|客服|退款|发票|报名|投递|下载|注册|账号|套餐|会员",
    re.IGNORECASE,
)
_NO_INTERVIEW = re.compile(
    r"release notes|change ?log|更新日志|版本(?:说明|更新)|\bagreement\b|contract|合同|协议书|privacy policy|隐私政策|用户协议|(?:安装|部署|使用|入门|操作)(?:指南|手册|教程|文档|步骤)|install(?:ation)? guide|user guide|getting started|任职要求|岗位职责|职位描述|job description|about the role",
    re.IGNORECASE,
)
"""Titles of what is no interview, whatever it asks."""
_NOTICE = re.compile(
    r"(?:通知|须知|邀请函|注意事项|安排)[^\w\n]*$|what to bring|before you (?:arrive|come)|interview (?:invitation|logistics|confirmation)",
    re.IGNORECASE,
)
"""The first line of a letter about the day of an interview, which asks nothing."""
COLLECTION = re.compile(
    r"题|问答|八股|考点|高频|真题|复习|背诵|面经|[一二三]面|questions?\b|Q\s?&\s?A|flash ?cards?|exercises?|quiz|rounds?\b|cheat ?sheet|interviewer'?s (?:sheet|guide|kit)|interview (?:sheet|guide|kit|guide)",
    re.IGNORECASE,
)
"""The title of a collection of questions: headings that ask are some of them."""
_ENOUGH, _CUSTOMERS = 0.5, 0.25
"""Words of interviews in a thousand characters; share of the questions that a customer would ask."""


def holds_interview(document: Document, questions: list[str], share: float, labels: int) -> bool:
    """Whether a document is about what interviewers ask, or is nothing but questions, and no product's FAQ.

    `questions`: the candidates that ask; `share`: of the list items, headings and cells, how many ask; `labels`: how many stand behind
    a label such as Q1.
    """
    size, top = max(600, len(document.text)), document.text[:200]
    words = 1000 * len(_INTERVIEW.findall(document.text)) / size
    customers = sum(bool(_CUSTOMER.search(each)) for each in questions) / max(1, len(questions))
    if _NO_INTERVIEW.search(top[:80]) and not re.search(r"面试(?!安排|流程)|interview", top[:60], re.IGNORECASE):
        return False
    if _NOTICE.search(document.text.strip().partition("\n")[0]):
        return False
    if _FAQ.search(top) and not re.search(r"面试[的常高]?|interview", top[:60], re.IGNORECASE):
        return False
    if customers > _CUSTOMERS and words < 4 * _ENOUGH:
        return False
    return words > _ENOUGH or share > 0.6 or labels >= 3


def asks(words: str) -> bool:
    """Whether words end in a question mark."""
    return ENDS_ASKING.search(words) is not None
