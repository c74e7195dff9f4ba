"""Finding the JSON object in a model's reply: past thinking, drafts, code fences, wrappers and prose. Nothing is ever repaired.

What counts: of a reply that thinks aloud only what stands after the last closing mark; there the complete objects with the keys that are
needed. If several differ, the last counts where words tell that it replaces the one before; without such words there is none, because
nobody knows which of them is meant.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

_THOUGHT = (
    r"(?:\w{1,20}[:_-])?(?:think(?:ing)?|thoughts?|thought_process|reason(?:ing)?|reflect(?:ion)?|analysis|scratch_?pad|draft|monologue|cot|"
    r"chain_of_thought|deliberation|rationale|critique|思考|思考过程|推理|分析|草稿)(?:\s[^<>]{0,60}=[^<>]{0,60})?"
)
_MARK = re.compile(
    rf"""[<\[◁](?:
        (?<=[<◁])(?P<closes>/)?{_THOUGHT}[>▷]              # <think>, </reasoning>, </seed:think>, <think time="3">, ◁/think▷
      | (?<=\[)(?P<shuts>/)?(?:think|reason)(?:ing)?\]     # [THINK], [/THINK]
      | [|｜](?:(?P<ends>/|end[_▁](?:of[_▁])?)|(?:begin|start)[_▁](?:of[_▁])?)?{_THOUGHT}[|｜]>
      | \|channel\|>\s*(?:(?P<final>final)\b[^{{}}]{{0,80}}?<\|message\|>|(?:analysis|commentary)\b)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
"""Where thinking begins and ends: tags, marks such as `<|end_of_thought|>`, the channels of https://cookbook.openai.com/articles/openai-harmony"""
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_KEY_BEFORE = re.compile(r'"\s*:\s*\Z')
_BRACES_TRIED = 200
_DEEPEST_WRAP = 3
_LONGEST_CUE = 600
"""Characters of the words between two objects that are looked into, next to the later one."""
_HEADED = re.compile(
    r"(?:思考|推理|分析|\b(?:thinking|reasoning|analysis|thoughts?|notes?))(?:过程)?[*_\s]*[:：】\])][*_\s]*(?:```\w*\s*)?\Z", re.IGNORECASE
)
"""A heading right before an object that tells that it is no more than thought."""
_DRAFT = re.compile(
    r"草稿|初稿|初步|第一版|先(?:粗略|大致|试)|\b(?:drafts?|first (?:attempt|pass|try|version)|preliminary|tentative(?:ly)?|rough(?:ly)?)\b",
    re.IGNORECASE,
)
_REPLACES = re.compile(
    r"最终|第[二三]版|最后(?:的|结果|版|答案|输出)|修[正改订]|更[正新改]|改[为成正]|纠正|订正|重新|重写|应该是|不对|等等|等一下|再(?:检查|核对|看|想)|调整|"
    r"\b(?:final(?:ly|ised|ized)?|correct(?:ed|ion|ing)|revis(?:ed?|ing|ion)|updat(?:ed?|ing)|instead|wait|actually|rather|"
    r"on second thoughts?|re-?consider(?:ed|ing)?|re-?check(?:ed|ing)?|double-?check(?:ed|ing)?|let me (?:fix|correct|redo|re\w+)|"
    r"fix(?:ed|ing)?|replac(?:es?|ing)|improved|adjusted|oops|sorry|mistake|better version|(?:version|attempt|try|take|v) ?[2-9])\b",
    re.IGNORECASE,
)
_ALTERNATIVE = re.compile(
    r"或者|另一[种个]|也可以|二选一|备选|\b(?:or|alternative(?:ly)?|either|option|another (?:option|possib\w+|way)|could also)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A complete object of the text and where it stands."""

    value: dict[str, Any]
    start: int
    end: int


Fits = Callable[[Mapping[str, Any]], bool]


def find_object(text: str, *, required: Sequence[str], fits: Fits = lambda _found: True) -> dict[str, Any] | None:
    """The complete JSON object with these keys that counts, None if there is none or nobody can tell which.

    `fits`: whether an object may be the one that was asked for. A key that stands twice holds the list of its values.
    """
    text = _unquote(text)
    closed, opened = _marks_in(text)
    begin = max(closed, default=0)
    wanted = _list_fitting(text, begin, required, fits)
    if closed and not wanted:
        wanted = _list_fitting(text, 0, required, fits)
        begin = max((end for end in closed if not _is_within(end, wanted)), default=0)
        wanted = [each for each in wanted if each.start >= begin]
    if any(start >= begin and not _is_within(start, wanted) for start in opened):
        return None
    if any(each.value != wanted[0].value for each in wanted):
        wanted = [each for each in wanted if not _is_template(each.value)]
    if not wanted or not all(one.value == other.value or _replaces(text, one, other) for one, other in pairwise(wanted)):
        return None
    return wanted[-1].value


def is_unfinished(text: str) -> bool:
    """Whether a reply begins as a JSON object that is never closed. Some servers report a normal end for it."""
    body = strip_thinking(text).strip()
    bare = _STRING.sub("", body)
    return body.startswith("{") and (bare.count("{") > bare.count("}") or '"' in bare)


def strip_thinking(text: str) -> str:
    """The text after the last closing mark of thinking, all of it where there is none; empty while a block is open."""
    closed, opened = _marks_in(text)
    begin = max(closed, default=0)
    return "" if any(start >= begin and "{" not in text[begin:start] for start in opened) else text[begin:]


def hide_marks(text: str) -> str:
    """A text with a space in each mark of thinking, so that quoted in a reply it is none."""
    return _MARK.sub(lambda mark: f"{mark.group()[0]} {mark.group()[1:]}", text)


def _unquote(text: str) -> str:
    """What a text holds that is one JSON string as a whole: some gateways encode an object twice."""
    if not text.lstrip().startswith('"{'):
        return text
    try:
        held = json.loads(text, strict=False)
    except ValueError:
        return text
    return held if isinstance(held, str) else text


def _marks_in(text: str) -> tuple[list[int], list[int]]:
    """Where thinking ends and where it begins."""
    closed, opened = list[int](), list[int]()
    for mark in _MARK.finditer(text):
        if mark["closes"] or mark["shuts"] or mark["ends"] or mark["final"]:
            closed.append(mark.end())
        else:
            opened.append(mark.start())
    return closed, opened


def _is_within(place: int, objects: Iterable[_Found]) -> bool:
    """Whether a mark stands in a string of an object: there it is the candidate's words."""
    return any(each.start < place < each.end for each in objects)


def _list_fitting(text: str, begin: int, required: Sequence[str], fits: Fits) -> list[_Found]:
    found = ((each, _unwrap(each.value, required)) for each in _all_objects(text, begin))
    return [replace(each, value=inner) for each, inner in found if inner is not None and fits(inner)]


def _all_objects(text: str, begin: int) -> list[_Found]:
    """Every complete object that stands in no other one, in order; none if there are too many braces to tell."""
    decoder = json.JSONDecoder(strict=False, object_pairs_hook=_keep_repeats)
    found = list[_Found]()
    start = text.find("{", begin)
    for _ in range(_BRACES_TRIED):
        if start < 0:
            return found
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            end = start + 1
        else:
            # What stands behind a key belongs to an object that is not complete.
            if isinstance(value, dict) and not _KEY_BEFORE.search(text, max(0, start - 40), start):
                found.append(_Found(value, start, end))
        start = text.find("{", end)
    return []


def _keep_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; a key that stands twice with different values holds the list of them, so that nothing is decided by accident."""
    kept: dict[str, list[Any]] = {}
    for key, value in pairs:
        values = kept.setdefault(key, [])
        if value not in values:
            values.append(value)
    return {key: values[0] if len(values) == 1 else values for key, values in kept.items()}


def _unwrap(value: Any, required: Sequence[str], depth: int = 0) -> dict[str, Any] | None:
    """The object with the keys: itself, or the only one among what it holds, as in {"result": …}, whatever case its keys are in."""
    if isinstance(value, str) and depth and value.lstrip().startswith("{"):
        try:
            value = json.loads(value, strict=False, object_pairs_hook=_keep_repeats)
        except (ValueError, RecursionError):
            return None
    if isinstance(value, dict):
        for named in (value, _fold_keys(value)):
            if all(key in named for key in required):
                return named
    if depth >= _DEEPEST_WRAP or not isinstance(value, (dict, list)):
        return None
    inner = [found for each in _held(value) if (found := _unwrap(each, required, depth + 1)) is not None]
    return inner[0] if inner and all(each == inner[0] for each in inner) else None


def _held(value: dict[str, Any] | list[Any]) -> Iterator[Any]:
    yield from value.values() if isinstance(value, dict) else value


def _fold_keys(value: Mapping[str, Any]) -> dict[str, Any]:
    folded = {key.strip().lower(): each for key, each in value.items()}
    return folded if len(folded) == len(value) else dict(value)


def _is_template(value: Any) -> bool:
    """Whether an object only repeats the form that was asked for: no word in it but in <angle brackets>."""
    if isinstance(value, str):
        return not any(char.isalnum() for char in re.sub(r"<[^<>]*>", "", value))
    if isinstance(value, (dict, list)):
        return all(map(_is_template, _held(value)))
    return True


def _replaces(text: str, one: _Found, other: _Found) -> bool:
    """Whether words tell that the later object replaces the earlier one."""
    before, between = text[max(0, one.start - _LONGEST_CUE) : one.start], text[one.end : other.start][-_LONGEST_CUE:]
    if _REPLACES.search(between):
        return True
    announced = before.rpartition("}")[2]
    return not _ALTERNATIVE.search(between) and (_DRAFT.search(announced) or _HEADED.search(announced)) is not None
