"""The words that say who speaks or what follows: Q1, 问, 追问, 面试官, Answer, 参考答案 …"""

from __future__ import annotations

import re

from interviewer.drafting.formats.marks import split_mark

_NUMBER = r"\s?[#＃]?\d{1,3}|\s?[一二三四五六七八九十]{1,3}"
_STAR = r"\s?[★☆*＊]{0,3}"
_ASKS = (
    rf"(?:[Qq]|[Qq]uestion|QUESTION|[Ii]nterviewer|INTERVIEWER|[Ff]ollow[- ]?up(?:\s+question)?|问题?|提问|追问|继续追问|题目?|例题|题干|题面|[Pp]rompt|[Tt]ask|TODO|面试题|面试官(?:又|接着|继续)?(?:问|追问)?|考官(?:问)?)(?:{_NUMBER})?"
    r"|第\s?[\d一二三四五六七八九十]{1,3}\s?[题问]"
)
_ANSWERS = rf"(?:[Aa]|[Aa]ns|[Aa]nswer|ANSWER|[Cc]andidate|CANDIDATE|[Ss]olution|[Ss]ample answer|[Mm]odel answer|答案?|参考答案|标准答案|参考回答|回答|答题思路|参考话术|话术|参考思路|思路|要点|答题要点|解答|解析|候选人|应聘者|求职者|我答?|[Mm]e)(?:{_NUMBER})?"
_END = r"\s*[:：]\s*"
_NUMBERED_END = r"(?:\s*[:：.．、)—–-]\s*|\s+)(?=\S)"
_BOX = r"[【\[（(]\s?{}\s?[】\]）)]\s*[:：]?\s*"

ASKS = re.compile(
    rf"(?:{_ASKS}){_STAR}{_END}|{_BOX.format(f'(?:{_ASKS})')}|(?:(?:Q|[Qq]uestion|[Pp]roblem|[Ee]xercise|问题|题目?|面试题|习题|练习|例题?)\s?(?:\d{{1,3}}|[一二三四五六七八九十]{{1,3}})|第\s?(?:\d{{1,3}}|[一二三四五六七八九十]{{1,3}})\s?[题问]){_STAR}{_NUMBERED_END}|追问\s+(?=\S)"
)
"""A label that a question follows."""
ANSWERS = re.compile(
    rf"(?:{_ANSWERS}){_STAR}{_END}|{_BOX.format(f'(?:{_ANSWERS})')}|A\s?\d{{1,3}}{_STAR}{_NUMBERED_END}|Ans(?:wer)?\.\s+(?=\S)"
)
"""A label that an answer follows."""


_NAME = re.compile(r"[^\s：:，。,.?？!！]{1,12}[：:]\s*\S|[^\s：:，。,.?？!！]{1,12}\s?[^\s：:，。,.?？!！]{1,12}[：:]\s")
"""Something short before a colon: who speaks, or what the line is about."""


def begins_anew(line: str) -> bool:
    """Whether a line begins with a list's mark or a label, so that no line before it goes on in it."""
    line = line.strip().lstrip("*_")
    return bool(split_mark(line)[0] or ASKS.match(line) or ANSWERS.match(line) or _NAME.match(line))
