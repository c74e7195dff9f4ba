"""Which lines of a question's sheet of givens a clarifying question asks for. Pure, by likeness of n-grams; no model."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from interviewer.grading.rubric.ngrams import ngrams
from interviewer.models import Bilingual, Given, Question
from interviewer.text.normalize import normalize
from interviewer.text.segment import split_sentences

MOST_GIVENS = 2
"""Told to one message."""
LEAST_LIKENESS = 0.42
"""From there on a line is told; chosen on the `asked` phrases, each left out in turn, and on questions that no line answers."""
_SURE_OF_SECOND, _SURE_OF_FOLLOW_UP = 0.5, 0.65
_OF_WORDS = "terms"
"""The line that explains the question's own words."""
_LACKS, _ADDS = 0.8, 0.15
"""What counts against a likeness: words of the known way to ask that the question lacks, and words that it adds."""
USUAL: Mapping[str, Bilingual] = {
    "scale": Bilingual(
        "日活 月活 QPS 多少QPS QPS多少 多大的量 并发 流量 量级 规模 每秒 每天多少 体量 多少请求 多少用户 多少次 多少人 峰值 高峰 几个模型 多少台 同时在线",
        "traffic|load|scale|order of magnitude|any numbers|how big is it|how large is the system|QPS|requests per second|calls a second|peak|daily users|a day|a month|how many users|how many requests"
        "|how many messages|at the same time|at once|how many models|how many nodes|how big is the system|concurrency",
    ),
    "users": Bilingual(
        "给谁用 谁用 用户是谁 什么业务 业务场景 什么产品 产品形态 用来做什么 用来干什么 做什么用 业务背景 什么样的产品 谁调用 内部还是外部 应用还是网页 机器人 小孩",
        "who uses|who are the users|who calls|use case|which product|what product|business|used for|is it for|internal or external"
        "|app or website|customer service|children|what do people use|background|what is it for",
    ),
    "latency": Bilingual(
        "延迟 时延 响应时间 等待时间 多快 多久出 多久之内 多久跑完 多少毫秒 几毫秒 几秒 P99 等多久 首字 允许花多久 从哪里算",
        "latency|response time|how fast|fast enough|how long may|milliseconds|delay|p99|real time|first word|how fresh|how quickly|time measured",
    ),
    "hardware": Bilingual(
        "GPU 显卡 机器配置 机器之间 什么机器 多少机器 什么卡 几张卡 多少张卡 卡之间 硬件 服务器 显存多大 网络带宽 资源有多少",
        "GPU|GPUs|cards|accelerator|hardware|machines|servers|memory of each card|compute and storage|network between|bandwidth|cards linked",
    ),
    "team": Bilingual(
        "团队 谁来维护 几个人 多少人来做 多少人 谁维护 谁负责 运维 预算 成本 花多少钱 上线时间 工期 要上线 加卡 独占 分析师 同事 科学家",
        "team|how many people|who maintains|who builds|budget|cost|money|deadline|when must it be live|operations|analysts|scientists|buy more|ours alone",
    ),
    "existing": Bilingual(
        "现有 已有 已经有 现在用 现在怎么 从零开始 遗留 复用 搭好 基础设施 平台有 CI 登录 哪里查 调度",
        "existing|already|in place|today|from scratch|legacy|reuse|infrastructure|at present|build server|login|platform|looked up",
    ),
    "model": Bilingual(
        "模型多大 参数量 多少参数 什么模型 哪种模型 自己训的 什么结构 模型大小 什么类型的模型 模型是什么 模型有多大 文本还是图像 图片尺寸 哪一种 换一次模型 放进一张卡 联网 调用工具",
        "parameters|how large is the model|which model|what model|kind of model|model size|architecture|our own|fit on one card"
        "|text or images|pictures|model change|how big is the model|size of the pictures|variant|TensorFlow or PyTorch|deep learning|web or tools",
    ),
    "availability": Bilingual(
        "几个九 可用性 停机 停服务 中断 宕机 多地域 哪些地区 几个机房 半夜 夜里 维护 丢一条 容灾",
        "availability|uptime|downtime|nines|down at night|region|regions|location|interrupted|be lost|maintained",
    ),
    "security": Bilingual(
        "隐私 合规 法规 敏感 个人信息 出公司 出境 安全要求 监管 国内 海外 哪些国家 公有云 隔离 企业客户 解释",
        "privacy|personal data|compliance|regulation|regulator|sensitive|security|leave the company|countries|public cloud"
        "|kept apart|explained|business customers",
    ),
    "scope": Bilingual(
        "范围 重点 要讲吗 也要讲 不用讲 展开 哪个为主 在不在 包不包括 训练要 前端 限于 重新训练",
        "scope|focus|should I cover|do I cover|leave out|need to cover|belong here|go into|talk about|limited to|retrain",
    ),
    "format": Bilingual(
        "代码 公式 推公式 画图 架构图 多细 深度 多长 多久讲完 讲多久 分点 举例 细节 命令 计算过程 底层原理 工具随便 工具可以 工具有限制 必须用 一定要用 接口格式 写配置 推导 具体参数",
        "code|formulas|diagram|draw|how deep|how detailed|detail|how long should|bullet|examples|commands|configuration|any tools"
        "|must I use|what form|write code|mathematical|arithmetic|internals|choice of tools|choose the tools|define the interface|settings",
    ),
    "data": Bilingual(
        "数据量 什么数据 数据会变 什么样的数据 数据是什么样 会重复 非结构化 数据源 从哪里来 数据格式 数据有多少 原始数据 输入多长 输出多长 多少轮 对话内容 历史对话 存多久 语音",
        "data volume|how much data|data sources|format|raw data|come from|unstructured|how long are inputs|turns|stored|conversation"
        "|conversations|training set|repeat|speech|what does the data look like|data change",
    ),
    "tools": Bilingual("工具 框架 技术栈 产品名 云服务 必须用", "tools|framework|stack|product names|cloud services|mandatory"),
    "terms": Bilingual(
        "指什么 指的是 是什么意思 怎么定义 包括哪些 什么算 算不算 怎么衡量 到什么程度 有什么区别 是两件事 要完全一样",
        "what do you mean by|what counts as|do you mean|what belongs to|difference between|how strict|how far should"
        "|how do you measure|are they two things",
    ),
    "quality": Bilingual("掉点 精度 质量 效果 底线 下降", "quality|accuracy|drop|give up|loss of quality"),
}  # fmt: skip
"""Words by which the usual lines of a sheet are asked for, whatever the question; a sheet's own phrases weigh the same."""
_UNHEARD = 1.2
"""What an n-gram weighs that no line of the sheet holds; one that a single line holds weighs the most, about 1.9."""


@dataclass(frozen=True, slots=True)
class Match:
    """A line that is asked for, and how like the question is to a known way to ask for it, 0–1."""

    given: Given
    likeness: float


def find_givens(text: str, question: Question, *, follow_up: bool = False) -> tuple[Match, ...]:
    """The lines of the sheet that a message asks for, best first, at most `MOST_GIVENS`; none where it asks for something else.

    `follow_up`: it was said to a follow-up, whose own words the sheet does not explain.
    """
    sheet = _read_sheet(question)
    best: dict[str, Match] = {}
    for words in _questions_in(text):
        found = sheet.closest(words)
        if found and (found.given.id not in best or found.likeness > best[found.given.id].likeness):
            best[found.given.id] = found
    ranked = sorted(best.values(), key=lambda match: -match.likeness)
    if follow_up:
        ranked = [match for match in ranked if match.given.id != _OF_WORDS and match.likeness >= _SURE_OF_FOLLOW_UP]
    return tuple(match for at, match in enumerate(ranked[:MOST_GIVENS]) if match.likeness >= (_SURE_OF_SECOND if at else LEAST_LIKENESS))


def likeness(one: str, other: str) -> float:
    """How alike two questions are by their n-grams alone, 0–1."""
    first, second = (ngrams(normalize(text).text) for text in (one, other))
    return 2 * len(first & second) / max(1, len(first) + len(second))


def _questions_in(text: str) -> list[str]:
    words = normalize(text).text
    return [words[span.start : span.end] for span in split_sentences(words)]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet made ready: the n-grams of each way to ask, with their given, and what an n-gram weighs."""

    ways: tuple[tuple[Given, frozenset[str]], ...]
    weights: Mapping[str, float]

    def closest(self, words: str) -> Match | None:
        """The line that a question is most like, None for none at all."""
        asked = ngrams(words)
        scored = [Match(given, self._likeness(asked, way)) for given, way in self.ways]
        return max(scored, key=lambda match: match.likeness, default=None)

    def _likeness(self, asked: frozenset[str], way: frozenset[str]) -> float:
        shared = self._weigh(asked & way)
        return shared / (shared + _LACKS * self._weigh(way - asked) + _ADDS * self._weigh(asked - way)) if shared else 0.0

    def _weigh(self, grams: frozenset[str]) -> float:
        return sum(self.weights.get(gram, _UNHEARD) for gram in grams)


@lru_cache(maxsize=64)
def _read_sheet(question: Question) -> _Sheet:
    ways = tuple((given, ngrams(normalize(way).text)) for given in question.givens for way in _ways_to_ask(given))
    spread = Counter(gram for given in question.givens for gram in frozenset().union(*(way for of, way in ways if of is given)))
    lines = max(1, len(question.givens))
    weights = {gram: math.log(1 + lines / count) - math.log(2) for gram, count in spread.items()}
    return _Sheet(ways, weights)


def _ways_to_ask(given: Given) -> tuple[str, ...]:
    usual = USUAL.get(given.id)
    words = (*usual.zh.split(), *usual.en.split("|")) if usual else ()
    return (*given.asked_zh, *given.asked_en, *words)
