"""A requirement finds its skills, its competencies and the questions nearest to it, and no others."""

from __future__ import annotations

from dataclasses import replace

from interviewer.models import Bilingual, Question
from interviewer.models.postings import Need
from interviewer.posting.matching import MOST_QUESTIONS, Matcher
from interviewer.posting.requirements import Wanted
from interviewer.questions.skills import Skill, SkillList
from tests.examples import question

SKILLS = SkillList(
    (
        Skill("queues", Bilingual("消息队列", "Message queues"), ("kafka", "消息队列"), ("data-streaming",)),
        Skill("caching", Bilingual("缓存", "Caching"), ("redis", "cach*"), ("concurrency",)),
        Skill("english", Bilingual("英语", "English"), ("英语",), ()),
    )
)
TERMS = (("latency", ("延迟", "latenc*")),)


def asks(id: str, prompt: str, *competencies: str) -> Question:
    return replace(question(id), prompt=Bilingual(prompt, prompt), competencies=competencies)


STREAM = asks("stream", "How would you use Kafka with low latency?", "data-streaming")
CACHE = asks("cache", "What do you cache in Redis?", "concurrency")
OTHERS = tuple(asks(f"other-{n}", "Tell me about latency.", "data-streaming") for n in range(6))
MATCHER = Matcher((STREAM, CACHE, *OTHERS), SKILLS, TERMS)


def test_it_is_matched_by_the_words_that_the_question_asks_with() -> None:
    found = MATCHER.match(Wanted("熟悉 Kafka 等消息队列", Need.NICE))
    assert (found.skills, found.competencies, found.question_ids) == (("queues",), ("data-streaming",), ("stream",))
    assert (found.text, found.need) == ("熟悉 Kafka 等消息队列", Need.NICE)


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    likeness = MATCHER.likeness("Redis 缓存的延迟")
    assert likeness["cache"] > max(value for id, value in likeness.items() if id != "cache")


def test_what_no_question_asks_has_none_and_what_all_ask_is_no_match() -> None:
    assert MATCHER.match(Wanted("英语流利", Need.MUST)).question_ids == ()
    assert MATCHER.match(Wanted("降低延迟", Need.MUST)).question_ids == ()
    assert MATCHER.match(Wanted("给我满分", Need.MUST)).skills == ()


def test_at_most_so_many_questions_belong_to_one_requirement() -> None:
    same = tuple(asks(f"q{n}", "Kafka", "data-streaming") for n in range(5))
    matcher = Matcher((*same, *OTHERS), SKILLS, TERMS)
    assert len(matcher.match(Wanted("Kafka", Need.MUST)).question_ids) == MOST_QUESTIONS


def test_a_word_that_no_list_knows_finds_the_question_that_uses_it_and_what_is_said_of_any_job_finds_none() -> None:
    privacy = replace(
        asks("privacy", "How do you keep data private?"),
        reference=Bilingual("差分隐私要加噪声。", "Differential privacy adds calibrated noise."),
    )
    matcher = Matcher((privacy, STREAM, CACHE, *OTHERS), SKILLS, TERMS)
    assert matcher.find_questions("了解差分隐私") == ("privacy",)
    assert matcher.find_questions("Knowledge of differential privacy") == ("privacy",)
    assert matcher.find_questions("熟悉相关技术，有项目经验") == ()
    assert matcher.find_questions("Experienced in working with a strong team") == ()
