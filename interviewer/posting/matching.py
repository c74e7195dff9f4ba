"""From what a posting asks for to competencies and to questions of the banks: by the words that both name. Pure, and without a model.

A word that few questions name tells more than one that most do (inverse document frequency), and one of the question itself tells more than
one of its key. Skills and terms tell most; any other word that both use tells a little, so that what no list knows ("差分隐私") is found, too.
`python -m benchmarks.requirements` prints how often the right question comes first.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interviewer.models import LANGS, Question
from interviewer.models.postings import Requirement
from interviewer.posting.requirements import Wanted
from interviewer.questions.skills import SkillList
from interviewer.questions.terms import TermFinder, fold
from interviewer.text.words import content_tokens, is_han

MOST_QUESTIONS = 3
"""Questions of one requirement."""
LEAST = 1.0
"""A likeness of less is none."""
NEAR = 0.7
"""Of the likeness of the nearest question: what is further off is not offered beside it."""
_ASKED, _KEY, _FIELD = 1.0, 0.4, 0.25
"""What a shared skill or term weighs that the question asks with, that only its key names, and what each shared competency adds."""
_ASKED_PLAIN, _KEY_PLAIN = 0.3, 0.2
"""The same of any other word."""
_PLAIN = "~"
"""Before a word that is neither skill nor term."""
_OF_ANY_JOB = frozenset(
    content_tokens(
        "经验 熟悉 了解 掌握 能力 优先 开发 项目 技术 相关 使用 框架 系统 服务 模型 数据 团队 管理 专业 计算 处理 设计 实现 负责 "
        "ability able applications background build building built curious design designed designing development experience experienced "
        "familiar familiarity hands handling keep kind knowledge learning management managing project related solid strong team well worked "
        "working write years"
    )
)
"""What postings say of any job tells nothing of the question. The bank is too small to show how common a word is."""
_SHORTEST = 4
"""Latin letters of a word that tells something by itself; shorter ones that do are skills."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A question by the words that it names."""

    question: Question
    asks: frozenset[str]
    key: frozenset[str]


class Matcher:
    """Matches texts with the questions that one may be asked. Built for a bank; safe to use from several threads."""

    def __init__(self, questions: Sequence[Question], skills: SkillList, terms: Sequence[tuple[str, Sequence[str]]]) -> None:
        self.skills, self._terms = skills, TermFinder(terms)
        self._known = tuple(self._read(question) for question in questions)
        named = Counter(word for known in self._known for word in known.asks | known.key)
        self._weights = {word: math.log((1 + len(self._known)) / n) for word, n in named.items()}

    def match(self, wanted: Wanted) -> Requirement:
        """The requirement with what it is matched with."""
        skills = self.skills.find(wanted.text)
        competencies = self.skills.competencies_of(skills)
        return Requirement(wanted.text, wanted.need, skills, competencies, self.find_questions(wanted.text, competencies))

    def find_questions(self, text: str, competencies: Sequence[str] = (), *, most: int = MOST_QUESTIONS) -> tuple[str, ...]:
        """The ids of the questions nearest to a text, the nearest first; possibly none."""
        likeness = self.likeness(text, competencies)
        best = max(likeness.values(), default=0.0)
        near = [(value, id) for id, value in likeness.items() if value >= max(LEAST, NEAR * best)]
        return tuple(id for _value, id in sorted(near, key=lambda each: -each[0])[:most])

    def likeness(self, text: str, competencies: Sequence[str] = ()) -> Mapping[str, float]:
        """How near each question is to a text, by its id; those that share no word with it are left out."""
        words = self._words_of(text)
        found = {}
        for known in self._known:
            shared = sum(self._weights[word] * _weigh(word, asked=word in known.asks) for word in words & (known.asks | known.key))
            if shared:
                found[known.question.id] = shared + _FIELD * len(set(competencies) & set(known.question.competencies))
        return found

    def _read(self, question: Question) -> _Known:
        asked = " \n ".join(text[lang] for text in (question.topic, question.prompt) for lang in LANGS)
        key = " \n ".join(text[lang] for text in (question.reference, *(point.intent for point in question.points)) for lang in LANGS)
        return _Known(question, self._words_of(asked), self._words_of(key))

    def _words_of(self, text: str) -> frozenset[str]:
        """The skills and terms of a text; a term has a mark before it, because a skill may have its name."""
        folded = fold(text)
        plain = {f"{_PLAIN}{word}" for word in content_tokens(folded) if _tells(word)}
        return frozenset(self.skills.find(text)) | {f"#{name}" for name in self._terms.names_in(folded)} | plain


def _tells(word: str) -> bool:
    return word not in _OF_ANY_JOB and (len(word) >= 2 if is_han(word[0]) else len(word) >= _SHORTEST)


def _weigh(word: str, *, asked: bool) -> float:
    if word.startswith(_PLAIN):
        return _ASKED_PLAIN if asked else _KEY_PLAIN
    return _ASKED if asked else _KEY
