"""From cards to the questions of a drill: one point at a time, in other words each time. Pure.

A drill's question is its parent with only the points that are asked, so that everything that serves an interview serves a drill.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from interviewer.grading.rubric.model_sentences import say_best, share_a_sentence
from interviewer.models import Bilingual, CardKey, Question, RubricPoint
from interviewer.training.cards import Card

LEAST_TOGETHER = 3
"""So many points of one question are asked at once, if they were asked before: a new one is asked for by itself."""
_ABOUT = Bilingual("{topic}：{ask}", "{topic}: {ask}")
"""Before what was written to follow an answer, and does not say what it is about."""
_PLACE = Bilingual(
    "关于“{topic}”：{prompt} 这次只说其中一层意思：参考答案一共讲了 {count} 层，请说第 {number} 层。",
    "On “{topic}”: {prompt} This time say one idea only: the reference has {count}, give number {number}.",
)
"""For a point that has no words of its own: its place among the others, which tells nothing of it."""
_REFERS_BACK = re.compile(r"你的|你说|你提|你选|你刚|刚才|你承诺|\byours?\b|\byou (?:said|mentioned|named|chose)\b", re.IGNORECASE)
"""E.g. "你提到的某项提速手段", "one of your speed-ups": only means something after an answer."""


def ask_alone(parent: Question, point_ids: Collection[str], prompt: Bilingual) -> Question:
    """The question that asks for these points of a question of the bank and no others; read afterwards is what says them best.

    Without hints, which lead to all of the parent's points. `point_ids`: not empty.
    """
    points = tuple(point for point in parent.points if point.id in point_ids)
    # A point is in one question of a drill at most, so that its first point names it among those of the same parent.
    name = points[0].id if len(points) == 1 else f"{points[0].id}-and-{len(points) - 1}"
    return replace(
        parent, id=f"{parent.id}:{name}", parent=parent.id, prompt=prompt, points=points, hints=(), order=None,
        reference=say_best(parent, [point.id for point in points]),
    )  # fmt: skip


def wordings(question: Question, point: RubricPoint) -> tuple[Bilingual, ...]:
    """Every way to ask for one point of a question of the bank: its drill prompts, then its follow-ups, those that stand by themselves.

    At least one: where nothing was written for the point, it is asked for by its place in the reference.
    """
    # Those of a derived point are written for any point of any question.
    follow_ups = () if question.derived else tuple(ask for ask in point.follow_ups if not _REFERS_BACK.search(f"{ask.zh}\n{ask.en}"))
    return (*point.drills, *(_about(question, ask) for ask in follow_ups)) or (_by_place(question, point),)


def _about(question: Question, ask: Bilingual) -> Bilingual:
    return Bilingual(
        _ABOUT.zh.format(topic=question.topic.zh, ask=ask.zh),
        _ABOUT.en.format(topic=question.topic.en, ask=ask.en),
    )


def _by_place(question: Question, point: RubricPoint) -> Bilingual:
    number, count = question.points.index(point) + 1, len(question.points)
    return Bilingual(
        _PLACE.zh.format(topic=question.topic.zh, prompt=question.prompt.zh, number=number, count=count),
        _PLACE.en.format(topic=question.topic.en, prompt=question.prompt.en, number=number, count=count),
    )


def drill_questions(cards: Iterable[Card], reworded: Mapping[CardKey, Bilingual] | None = None) -> tuple[Question, ...]:
    """The questions that ask for these cards, in their order; those of one question that come back together, at its first, where there
    are three or more.

    Two are together as well if one sentence of the reference says both: read after the first it would tell the second. Which wording is in
    turn depends on how often the card was reviewed, so that it is another the next time. `reworded`: prompts that take the turn's place.
    """
    questions = []
    for group in _groups(cards):
        prompts = [(reworded or {}).get(card.key) or prompt_in_turn(card) for card in group]
        prompt = group[0].question.prompt if len(group) >= LEAST_TOGETHER else _one_after_the_other(prompts)
        questions.append(ask_alone(group[0].question, [card.point.id for card in group], prompt))
    return tuple(questions)


def _groups(cards: Iterable[Card]) -> list[list[Card]]:
    """The cards that are asked for at once, each group where its first card stood."""
    cards = tuple({card.key: card for card in cards}.values())
    by_question: dict[str, list[Card]] = {}
    for card in cards:
        by_question.setdefault(card.key.question_id, []).append(card)
    groups = [group for mine in by_question.values() for group in _group(mine)]
    order = {card.key: place for place, card in enumerate(cards)}
    return sorted(groups, key=lambda group: min(order[card.key] for card in group))


def _group(cards: Sequence[Card]) -> list[list[Card]]:
    """The same of one question's cards: three that come back are one, and so are those whose sentence is another's too."""
    back = [card for card in cards if not card.is_new]
    crowd = back if len(back) >= LEAST_TOGETHER else []
    groups = [crowd] if crowd else []
    for card in cards:
        if card not in crowd:
            near = [group for group in groups if any(share_a_sentence(card.question, [card.point.id, other.point.id]) for other in group)]
            groups = [*(group for group in groups if group not in near), [*(other for group in near for other in group), card]]
    return groups


def _one_after_the_other(prompts: Sequence[Bilingual]) -> Bilingual:
    return Bilingual("".join(each.zh for each in prompts), " ".join(each.en for each in prompts))


def prompt_in_turn(card: Card) -> Bilingual:
    """The wording that is next for a card."""
    ways = wordings(card.question, card.point)
    return ways[(card.state.reviews if card.state else 0) % len(ways)]


def asked_alone(cards: Iterable[Card]) -> tuple[Card, ...]:
    """Those of the cards that `drill_questions` asks for by themselves."""
    return tuple(group[0] for group in _groups(cards) if len(group) == 1)
