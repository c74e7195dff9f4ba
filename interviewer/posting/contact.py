"""Taking contact data out of a CV: name, e-mail, phone, address, links, numbers of documents, birth, and what else is only personal. Pure.

It goes before anything is kept or shown to a model. Rather too much than too little: the person sees what is left and may add to it.
A photo is never read in the first place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

REMOVED = "[…]"
"""What stands in the place of what was taken out."""
_MOST_NAMES = 5
_HEAD = 6
"""Lines of a CV's beginning in which a name may stand without being called one."""
_LABELS: Mapping[str, str] = {
    "name": r"姓\s*名|名\s*字|联系人|(?:full |first |last |given |family )?names?",
    "phone": r"(?:联系|移动)?电\s*话|手\s*机(?:号码?)?|联系方式|tel(?:ephone)?|phone|mobile|cell",
    "email": r"(?:电子)?邮\s*箱|电子邮件|e-?mail",
    "address": r"(?:家庭|通讯|联系|现)?(?:地\s*址|住\s*址|居住地)|现居(?:地|住)?|所在(?:地|城市)|籍\s*贯|户\s*籍|户口(?:所在地)?|(?:home )?address|residence|"
    r"hometown|lives? in|based in",
    "birth": r"出\s*生(?:日期|年月|地|于)?|生\s*日|年\s*龄|(?:date|place|year) of birth|d\.?o\.?b\.?|birth(?:day|date|place)?|born(?: on| in)?|age",
    "id": r"身\s*份\s*证(?:号码?)?|证件号码?|护照(?:号码?)?|社保号|(?:id|identity)(?: card)?(?: (?:number|no\.?))?|passport(?: (?:number|no\.?))?|ssn|"
    r"social security(?: (?:number|no\.?))?|national insurance(?: (?:number|no\.?))?",
    "link": r"微\s*信(?:号)?|qq(?:号)?|微博|知乎|博客|个人(?:主页|网站)|领英|wechat|github|gitlab|gitee|linkedin|twitter|telegram|whatsapp|skype|blog|"
    r"(?:personal )?(?:web ?site|home ?page)|portfolio",
    "personal": r"性\s*别|民\s*族|婚\s*姻(?:状况)?|婚\s*否|政治面貌|身\s*高|体\s*重|国\s*籍|宗教|sex|gender|nationality|marital status|religion|pronouns",
}
_LABELLED = {
    kind: re.compile(
        rf"(?<![A-Za-z\u4e00-\u9fff])((?:{label})\s{{0,3}}[:：][ \t]*+)(?!\[…)(?:(?!\s{{3}})[^\n|｜,，;；•·]){{1,80}}",
        re.IGNORECASE,
    )
    for kind, label in _LABELS.items()
}
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\]|＠)\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")),
    (
        "link",
        re.compile(
            r"(?:https?://|www\.)[^\s，。；、）)\]|]+|(?<![\w.-])(?:[\w-]{1,63}\.){0,4}(?:github|gitlab|gitee|linkedin|twitter|x|medium|zhihu|juejin|csdn|cnblogs|leetcode|"
            r"huggingface|stackoverflow|weibo|t)\.(?:com|cn|io|net|me|co)(?:/[^\s，。；、）)\]|]*)|(?<![\w.@-])[\w-]{1,63}\.(?:github\.io|dev|me)(?:/[^\s，。；|]*)?(?!\w)",
            re.IGNORECASE,
        ),
    ),
    (
        "id",
        re.compile(
            r"(?<!\d)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)|(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])|(?<!\w)[EGP]\d{8}(?!\w)"
        ),
    ),
    (
        "phone",
        re.compile(
            r"(?<![\w.])(?:\+?86[-\s]?)?1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}(?!\d)|(?<![\w.])\+\d{1,3}[\s.()-]{0,3}(?:\d[\s.()-]{0,3}){7,12}\d|"
            r"(?<![\w.])0\d{2,3}-\d{7,8}(?!\d)|(?<![\w.])\(?\d{3}\)?[-.\s]\d{3}[-.\s]\d{4}(?!\d)|(?<![\w.])0\d{4}[-\s]\d{6}(?!\d)"
        ),
    ),
    (
        "birth",
        re.compile(
            r"(?:19|20)\d{2} ?[年./-] ?\d{1,2} ?(?:月|[./-])? ?(?:\d{1,2} ?日?)? ?(?:出生|生于|生(?![产成态命活存效]))|生于\s*(?:19|20)\d{2}[^\s，。,|]*|"
            r"(?<!\d)\d{2}\s*(?:周岁|岁)|\bborn (?:on |in )?[A-Z\d][\w ,./-]{3,24}?(?=[.;|\n]|$)|\b\d{2}[- ]years?[- ]old\b",
            re.IGNORECASE,
        ),
    ),
    ("personal", re.compile(r"(?<=[|｜/，,·\s])[男女](?=\s*(?:[|｜/，,·]|$|\n))")),
    (
        "address",
        re.compile(
            r"(?:[\u4e00-\u9fff]{2,8}(?:省|自治区))?[\u4e00-\u9fff]{2,6}市[\u4e00-\u9fff]{1,8}(?:区|县|镇)[\u4e00-\u9fff\dA-Za-z-]{0,30}(?:路|街|道|巷|弄|村|小区|大厦|号|室|楼|单元)[\u4e00-\u9fff\dA-Za-z-]{0,20}|"
            r"[\u4e00-\u9fff]{2,8}(?:路|街|大道|巷|弄)\d{1,5}号[\u4e00-\u9fff\dA-Za-z-]{0,20}|"
            r"\b\d{1,5}[A-Za-z]?,? (?:[A-Z][\w'.-]* ){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Way|Court|Ct|Square|Sq|Terrace|Place|Pl)\b\.?(?:,? [^\n|•·]{0,60})?|"
            r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\b[A-Z][a-z]+(?: [A-Z][a-z]+)?, [A-Z]{2} \d{5}(?:-\d{4})?\b"
        ),
    ),
)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边"
_COMPOUND = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒|令狐|夏侯"
_HAN_NAME = re.compile(rf"(?:(?:{_COMPOUND})[\u4e00-\u9fff]{{1,2}}|[{_SURNAMES}]\s?[\u4e00-\u9fff]\s?[\u4e00-\u9fff]?)")
_LATIN_NAME = re.compile(r"(?:[A-Z][\w'’-]+|[A-Z]\.)(?: (?:[A-Z][\w'’-]+|[A-Z]\.|de|van|von|bin|al)){1,3}")
_NO_NAME = re.compile(
    r"r[eé]sum[eé]|curriculum|vitae|\bcv\b|engineer|developer|scientist|architect|manager|lead\b|senior|junior|software|data|machine|learning|back.?end|front.?end|full.?stack|"
    r"experience|summary|profile|objective|education|skills?|projects?|contact|about|university|college|institute|company|inc\b|ltd\b|python|java\b|cloud|model|"
    r"system|platform|service|pipeline|team|work|web|api|research|intern\b|personal|information|references",
    re.IGNORECASE,
)
_NO_HAN_NAME = re.compile(
    r"[个人简历基本信息教育经历工作项目技能求职意向自我评价专业荣誉证书]{2,}|高级|工程|后端|前端|开发|算法|经理|架构|平台|系统|模型|数据|安全|金融|文档"
)
_TITLE = re.compile(r"(?:的)?(?:个人)?简历$|^(?:个人)?简历\s*[-—:：]?\s*", re.IGNORECASE)
_BREAK = re.compile(r"[|｜,，;；/•·\t]| {2,}")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text without contact data. `removed`: how many pieces were taken out, by kind."""

    text: str
    removed: Mapping[str, int]


def remove_contact(text: str, names: Iterable[str] = ()) -> Cleaned:
    """The text with `REMOVED` in the place of contact data. `names`: what the person is known to be called. Cleaning twice changes nothing."""
    found = [*names, *islice(dict.fromkeys(_names_of(text)), _MOST_NAMES)]
    removed: Counter[str] = Counter()
    for kind, pattern in _LABELLED.items():
        text, number = pattern.subn(rf"\1{REMOVED}", text)
        removed[kind] += number
    for kind, pattern in (*_PATTERNS, *(("name", _spelt(name)) for name in sorted(_written(found), key=len, reverse=True))):
        text, number = pattern.subn(REMOVED, text)
        removed[kind] += number
    return Cleaned(text, {kind: number for kind, number in removed.items() if number})


def _names_of(text: str) -> Iterator[str]:
    """What the person is called, as far as the text says: in so many words, or in the first lines."""
    for match in _LABELLED["name"].finditer(text):
        yield match[0][len(match[1]) :].strip()
    lines = [line.strip(" #*\t") for line in text.splitlines() if line.strip(" #*\t")]
    for line in lines[:_HEAD]:
        piece = _BREAK.split(_TITLE.sub("", line).strip())[0].strip()
        # Chinese names have no break before what follows only where that is set apart by a space.
        first = piece.split(" ")[0] if re.match(r"[\u4e00-\u9fff]{2,4} ", piece) else piece
        if _HAN_NAME.fullmatch(first) and not _NO_HAN_NAME.search(first):
            yield first
            return
        if _LATIN_NAME.fullmatch(piece) and not _NO_NAME.search(piece):
            yield piece
            return


def _written(names: Iterable[str]) -> Iterator[str]:
    """Each name, and of a Latin one its parts, which stand alone in a story."""
    for name in names:
        name = " ".join(name.replace(REMOVED, "").split())
        if len(name) < 2:
            continue
        yield name
        if name.isascii() or not re.search(r"[\u4e00-\u9fff]", name):
            yield from (
                part.capitalize() if part.isupper() else part for part in re.split(r"[\s.]+", name) if len(part) >= 3 and part[0].isupper()
            )


def _spelt(name: str) -> re.Pattern[str]:
    if re.search(r"[\u4e00-\u9fff]", name):
        return re.compile(r"\s?".join(map(re.escape, name.replace(" ", ""))))
    spaced = r"\s+".join(map(re.escape, name.split()))
    return re.compile(rf"(?<!\w)(?:{spaced}|{re.escape(name.upper())})(?!\w)")
