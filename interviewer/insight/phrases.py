"""The phrases of the verdict in words, in both languages; several for what is said again and again, so that reports do not read alike."""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.models import Lang

Both = tuple[str, str]

BANDS: dict[str, Both] = {
    "excellent": ("该讲的都讲到了，做法和条件也带上了", "what matters was said, together with how and when"),
    "good": ("主干都在，少数地方还缺做法或条件", "the main ideas are there, a few still want their how or when"),
    "acceptable": ("多数思路对路，但有几处停在半句", "most ideas are on the right track, some stop half-way"),
    "shallow": ("想到了一部分，做法和条件大多没有展开", "some of the ideas are there, mostly without how or when"),
    "weak": ("只碰到少数要点，离能落地还有距离", "only a few of the ideas are touched, and not yet so that one could build on them"),
    "none": ("回答还没有落到题目要考的点上", "the answers do not yet reach what the questions are about"),
}

LEVEL: Both = (
    "就问到的 {n} 题来看，水平是：{what}。必备要点讲清了 {covered} / {of} 个。",
    "For the {n} questions that were asked the level is this: {what}. Essential points made clear: {covered} of {of}.",
)

LEVEL_OF_ONE: Both = (
    "就问到的这一题来看，水平是：{what}。必备要点讲清了 {covered} / {of} 个。",
    "For the one question that was asked the level is this: {what}. Essential points made clear: {covered} of {of}.",
)

TOO_FEW: Both = (
    "现在还不下总的结论：评了 {n} 题，再评 {lacking} 题才够。",
    "Too early for an overall verdict: {n} graded so far, {lacking} more needed.",
)

ONE_SO_FAR: Both = ("已评的《{topic}》：{what}。", "What was graded, “{topic}”: {what}.")
APART: tuple[Both, ...] = (
    (
        "最稳的是《{best}》（{high}/100），最该补的是《{worst}》（{low}/100）。",
        "Steadiest: “{best}” ({high}/100); most to gain: “{worst}” ({low}/100).",
    ),
    (
        "《{best}》答得最好（{high}/100），《{worst}》落后最多（{low}/100）。",
        "Best was “{best}” ({high}/100), furthest behind “{worst}” ({low}/100).",
    ),
)

STRENGTH: tuple[Both, ...] = (
    ("讲清了这一点：{intent}。", "Made clear: {intent}."),
    ("说得准，正是{topic}要考的：{intent}。", "To the point, and just what {topic} is about: {intent}."),
    ("有做法、有理由：{intent}。", "Not just a term but how or why: {intent}."),
    ("这句能直接拿去用：{intent}。", "One could build on this: {intent}."),
)

STRENGTH_DERIVED: Both = ("和《{topic}》的参考答案对得上。", "Agrees with the reference for “{topic}”.")
NO_STRENGTH: Both = (
    "这一场还没有一个要点讲到“覆盖”的程度；先把下面的一步做好，就会有。",
    "No point was fully covered yet; the first step below is the way to one.",
)

HABITS: dict[str, tuple[Both, ...]] = {
    "clarifies": (
        ("先问清楚条件再答，真实面试里很加分。", "Asked what the task leaves open before answering: a habit that interviewers value."),
        ("遇到没说清的前提会先问，这个习惯要保持。", "Asked about a premise that was not given; keep doing that."),
    ),
    "recovers": (
        (
            "追问之后补上了 {n} 个要点：东西是会的，第一遍就可以说出来。",
            "{n} point(s) came only after a follow-up: you know them, so say them the first time.",
        ),
        (
            "被追问才讲透的有 {n} 处，下次不等人问就往下多说一句。",
            "It took a follow-up to get {n} point(s); next time go one sentence further unasked.",
        ),
    ),
    "names": (
        (
            "有 {n} 处停在名词上。每说一个名词，接一句它怎么做、为什么或什么条件下用。",
            "In {n} place(s) you stop at a term. After each term, add how it works, why, or when you would use it.",
        ),
        (
            "常点到名词就走（{n} 处）。少报两个名字，把留下的那个讲透。",
            "You tend to name things and move on ({n} times). Name fewer, and explain the ones you keep.",
        ),
    ),
    "firm": (
        (
            "说错的话说得很肯定。没把握时先说“据我所知”，再给依据。",
            "Something wrong was stated as certain. Where you are not sure, say so and give your reason.",
        ),
        (
            "“一定、永远”这类词要有依据再用，这里用在了说错的地方。",
            "Words such as “always” and “never” need grounds; here one stands in something that is wrong.",
        ),
    ),
    "hints": (
        ("用了 {n} 次提示。下次先自己列三条思路，再决定要不要看。", "{n} hint(s) used. Next time jot down three ideas of your own first."),
        ("提示看了 {n} 次，每次都要扣分；先把题目拆成两三个小问题试试。", "{n} hint(s) used, each at a cost; try cutting the question into two or three first."),
    ),
    "short": (
        ("回答偏短。每个想法后面多说一句：怎么做，或者有什么代价。", "The answers are short. Add a sentence to each idea: how, or at what cost."),
        ("写得很省，想法还没展开就结束了；两三句一个要点比较合适。", "The answers end before the ideas unfold; two or three sentences a point is about right."),
    ),
    "long": (
        ("写得长，落到要点上的少。先用一句话给结论，再挑两三点展开。", "Long answers, few of the points. Give the conclusion in one sentence, then go into two or three things."),
        ("篇幅不小，重点却被冲淡了；按“结论、做法、代价”的顺序讲会更清楚。", "A lot of text dilutes the point; try the order conclusion, means, cost."),
    ),
}  # fmt: skip


def say(both: Both, lang: Lang) -> str:
    """The phrase in one language."""
    return both[lang == "en"]


def pick(variants: Sequence[Both], lang: Lang, number: int) -> str:
    """One of several phrases for the same: the same for the same number."""
    return say(variants[number % len(variants)], lang)


def counted(phrase: str, n: int, **values: object) -> str:
    """A phrase with a count in it: English "point(s)" has its s where there are several."""
    return phrase.format(n=n, **values).replace("(s)", "" if n == 1 else "s")


def join(lang: Lang, *parts: str) -> str:
    """Sentences one after the other."""
    return ("" if lang == "zh" else " ").join(part for part in parts if part)
