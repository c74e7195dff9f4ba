"""The words that say who speaks or what follows, before a colon: Q1, 问, 面试官, Answer …"""

from __future__ import annotations

import re

from interviewer.drafting.formats.marks import split_mark

_COLON = r"\s*[:：．.、)]\s*"
ASKS = re.compile(
    r"""(?:[【\[（(]\s*)?(?:
      (?:[Qq]\s?\d{0,3}|[Qq]uestion\s*\#?\d{0,3}|QUESTION\s*\#?\d{0,3}|Interviewer|INTERVIEWER|[Ii]nterviewer\s?\d?
        |问题?\s*\d{0,3}|问[一二三四五六七八九十]|第\s*[\d一二三四五六七八九十]{1,3}\s*[题问]|题目?\s*[\d一二三四五六七八九十]{0,3}|面试官\s*[\dA-Za-z一二三]?|考官|提问|追问\s*\d?|面试题\s*\d{0,3}
        |[Ff]ollow[- ]?up(?:\s+question)?\s*\d?)
    )(?:\s*[】\]）)])?""",
    re.VERBOSE,
)
ANSWERS = re.compile(
    r"""(?:[【\[（(]\s*)?(?:
      A\s?\d{0,3}|[Aa]nswer\s*\d{0,3}|ANSWER|[Cc]andidate|CANDIDATE|答案?\s*\d{0,3}|参考答案|标准答案|回答|答题思路|解答|解析|候选人|应聘者|求职者|我|[Mm]e|[Ss]olution|[Ss]ample\s+answer|[Mm]odel\s+answer
    )(?:\s*[】\]）)])?""",
    re.VERBOSE,
)
_ASKS = re.compile(rf"(?:{ASKS.pattern})(?:{_COLON}|(?<=[】\]）)])\s*)", re.VERBOSE)
_ANSWERS = re.compile(rf"(?:{ANSWERS.pattern})(?:{_COLON}|(?<=[】\]）)])\s*)", re.VERBOSE)


def begins_anew(line: str) -> bool:
    """Whether a line begins with a list's mark or a label, so that no line before it goes on in it."""
    line = line.strip().lstrip("*_")
    return bool(split_mark(line)[0] or _ASKS.match(line) or _ANSWERS.match(line))
