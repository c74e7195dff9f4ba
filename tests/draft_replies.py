"""What a model might reply when it completes a question about cache penetration with two lines of answer."""

from __future__ import annotations

from typing import Any


def both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


ANSWER: dict[str, Any] = {
    "topic": both("缓存穿透", "Cache penetration"),
    "prompt": "What is cache penetration?",
    "lines": [
        {"number": 1, "text": "Requests for data that do not exist go straight to the database."},
        {"number": 2, "text": "A Bloom filter stops them, and empty values are cached for 60 seconds."},
    ],
    "added": [both("参数先校验，非法的编号直接拒绝。", "Parameters are checked first, so that impossible ids are refused.")],
    "competencies": ["caching", "flying"],
    "difficulty": 2,
}
POINTS: dict[str, Any] = {
    "points": [
        {
            "id": "what", "weight": 3, "essential": True, "lines": [1], "misconceptions": [],
            "intent": both("说清查的数据不存在", "Says that the data does not exist"), "core": both("数据不存在", "No such data"),
        },
        {
            "id": "Bloom filter", "weight": 6, "essential": False, "lines": [2, 3],
            "intent": both("用过滤器拦住", "Stops them with a filter"), "core": both("过滤", "A filter"),
            "misconceptions": [{"statement": both("布隆过滤器不会误判", "A Bloom filter never errs"), "correction": both("会有误判", "It has false positives")}],
        },
    ]
}  # fmt: skip
ASKING: dict[str, Any] = {
    "points": [
        {
            "id": "what", "follow_ups": [both("为什么数据库压力变大？", "Why is the database under load?")],
            "drills": [both("数据库突然变慢，先看什么？", "The database is slow: what do you look at?"), both("同事说加机器就行，你怎么看？", "A colleague adds machines. And you?")],
        },
        {"id": "bloom_filter", "follow_ups": [both("还能怎么挡？", "How else could you stop it?")], "drills": [both("只有一个", "Only one")]},
        {"id": "nobody", "follow_ups": [both("没有这个要点", "No such point")], "drills": []},
    ],
    "hints": [both("想想不存在的数据", "Think of data that is not there"), both("想想拦在前面的东西", "Think of something in front")],
    "givens": [{"id": "scale", "asked": {"zh": ["规模多大？"], "en": ["What scale?"]}, "says": both("每秒两万次。", "Twenty thousand a second.")}],
}  # fmt: skip
